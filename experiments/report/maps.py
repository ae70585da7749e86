"""Net jobs on a map: the basins that have a place, policy by policy."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.report.atlas import Legend, Mark, Panel, atlas
from experiments.report.basins import CASES_SHOWN
from experiments.report.blocks import Block, Figure, Figures, Section, Table, Words
from experiments.report.headline import Lead, place, ranking
from experiments.report.outline import metropolitan, on_paper
from experiments.report.reading import WORLD, Group, Run, spread
from experiments.report.words import OFTEN, capital, cell, listed, plain
from experiments.summary import SURE_WORLDS

ALONE = 3  # policies that have a map each; more stand side by side in one figure
PANELS = 12
TOLD = 12  # basins in the words for who does not see the map

INTRO = (
    "Each mark is a basin, at its place; its area is the median of its {what}. Circles gain, triangles lose; "
    "filled marks are settled, hollow ones are not: a basin counts few firms, so most of what one sees of "
    "a single basin may be luck."
)
WHAT_RUN = "net jobs at the end"
WHAT_COMPARE = "net jobs at the end, less those with {reference}"
SETTLED = (
    "Settled: of {worlds} worlds or more, the range that holds {often} lies wholly above or below 0; so "
    "nearly every world has it, not their average alone."
)
NO_PLACE = "No latitude and longitude, so not on the map: {basins}."
ELSEWHERE = "Outside metropolitan France, which alone is drawn, so not on the map: {basins}."
MADE_UP = "Basins marked * are made up, and so are their places."
CASES_LEFT = "Of {all} cases, the first {shown} with places have maps."
PANELS_LEFT = "The {shown} policies with the most net jobs on average are drawn; the table has all {all}."
NOTE = "Outline of the départements: Natural Earth (public domain), simplified, in the Lambert-93 projection."
TITLE_RUN = "Net jobs: {gain} of {all} basins gain, {lose} lose, {open} are not settled"
TITLE_COMPARE = (
    "{policy} against {reference}: {gain} of {all} basins gain, {lose} lose, {open} are not settled"
)
TITLE_PANELS = "Where each policy gives more or fewer net jobs than {reference}"
ALT = "{title}. Map of {where}. {basins}."
ALT_PANELS = "{title}. {panels} maps of {where}. {policies}."
ALT_BASIN = "{basin}: {number}, {verdict}"
ALT_POLICY = "{policy}: {gain} of {all} basins gain, {lose} lose, {open} are not settled"
ALT_MORE = "; the other basins stand in the table"
FRANCE = "metropolitan France"
CAPTION = "Basins, the most gained first: median (range that holds {often}) of {what}"
VERDICTS = {
    "better": "settled gain",
    "worse": "settled loss",
    "not settled": "not settled",
    "the same": "no difference",
    "not known": "not known",
}
LEGEND = Legend("gain, settled", "loss, settled", "not settled", "no difference", "jobs (median)")

Basin = Mapping[str, Any]
Leads = Mapping[str, Lead]  # by basin


def on_map(run: Run) -> Section | None:
    """The section; None where no case has two basins with a place in metropolitan France."""
    known = [group for group in run.groups if len(_placed(group)) > 1]
    figures: list[Figure] = []
    for i, group in enumerate(known[:CASES_SHOWN]):
        figures += _figures(run, group, f"map{i}", first=not figures)
    if not figures:
        return None
    what = _what(run, "")
    text = INTRO.format(what=what)
    basins = {b["id"]: b for group in known[:CASES_SHOWN] for b in group.basins}.values()
    more = [SETTLED.format(worlds=SURE_WORLDS, often=OFTEN)]
    if lost := [b["name"] for b in basins if not _has_place(b)]:
        more.append(NO_PLACE.format(basins=_some(lost)))
    if far := [b["name"] for b in basins if _has_place(b) and not _drawn(b)]:
        more.append(ELSEWHERE.format(basins=_some(far)))
    if any(b["synthetic"] for b in basins if _drawn(b)):
        more.append(MADE_UP)
    if len(known) > CASES_SHOWN:
        more.append(CASES_LEFT.format(all=len(run.groups), shown=CASES_SHOWN))
    blocks: list[Block] = [Words(text), Words(" ".join(more)), Figures(figures)]
    return Section("map", "Map", "On a map", blocks)


def leads(run: Run, group: Group, policy: str) -> Leads:
    """Net jobs of each basin world by world: more than with the reference, or, of the reference, than
    without any scheme."""
    frame = run.basins
    frame = frame[(frame["group"] == group.name) & (frame["outcome"] == "jobs_net_total")]
    of = {
        arm: part.pivot(index=WORLD, columns="basin", values="value")
        for arm, part in frame[frame["policy"].isin((policy, run.reference))].groupby("policy")
    }
    if policy not in of or run.reference not in of:
        return {}
    gap = of[policy] if policy == run.reference else of[policy] - of[run.reference]
    found = {}
    for basin in gap.columns:
        values = gap[basin].dropna()
        found[str(basin)] = Lead(
            spread(values), int((values > 0).sum()), int((values < 0).sum()), len(values)
        )
    return found


def _has_place(basin: Basin) -> bool:
    return basin.get("latitude") is not None and basin.get("longitude") is not None


def _drawn(basin: Basin) -> bool:
    return _has_place(basin) and metropolitan(basin["latitude"], basin["longitude"])


def _placed(group: Group) -> list[Basin]:
    return [basin for basin in group.basins if _drawn(basin)]


def _some(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= TOLD else f"{len(names)} basins"


def _label(basin: Basin) -> str:
    return f"{basin['name']}{' *' if basin['synthetic'] else ''}"


def _what(run: Run, policy: str) -> str:
    if _alone(run) or policy == run.reference:
        return WHAT_RUN
    return WHAT_COMPARE.format(reference=plain(run.reference))


def _alone(run: Run) -> bool:
    """Whether there is no policy beside the reference."""
    return len(run.policies) == 1


def _figures(run: Run, group: Group, name: str, *, first: bool) -> list[Figure]:
    """The maps of a case: one a policy where these are few, else one figure of small maps."""
    order = ranking(run, group)
    policies = [policy for policy in order if policy != run.reference] if not _alone(run) else order
    of = {policy: found for policy in policies if (found := leads(run, group, policy))}
    largest = max((abs(mark.value) for found in of.values() for mark in _marks(found, group)), default=0.0)
    if len(of) > ALONE:
        return [_small_maps(run, group, of, name, largest, first=first)]
    figures: list[Figure] = []
    for i, (policy, found) in enumerate(of.items()):
        counts = _counts(found, group)
        names = {"policy": capital(plain(policy)), "reference": plain(run.reference)}
        title = (TITLE_RUN if _alone(run) else TITLE_COMPARE).format(**names, **counts)
        told = "; ".join(_told(found, group)[:TOLD]) + (ALT_MORE if counts["all"] > TOLD else "")
        alt = ALT.format(title=title, where=_region(group), basins=told)
        panels = [Panel("", _marks(found, group))]
        svg = atlas(f"{name}-{i}", alt, panels, LEGEND, largest, first=first and not figures)
        table = _table(run, group, {policy: found})
        figures.append(Figure(title, svg, table, NOTE, place(run, group)))
    return figures


def _small_maps(
    run: Run, group: Group, of: Mapping[str, Leads], name: str, largest: float, *, first: bool
) -> Figure:  # fmt: skip
    shown = dict(list(of.items())[:PANELS])
    title = TITLE_PANELS.format(reference=plain(run.reference))
    told = [
        ALT_POLICY.format(policy=plain(policy), **_counts(found, group)) for policy, found in shown.items()
    ]
    alt = ALT_PANELS.format(
        title=title, panels=len(shown), where=_region(group), policies="; ".join(told)
    )  # fmt: skip
    panels = [Panel(capital(plain(policy)), _marks(found, group)) for policy, found in shown.items()]
    svg = atlas(name, alt, panels, LEGEND, largest, first=first)
    cut = f" {PANELS_LEFT.format(shown=PANELS, all=len(of))}" if len(of) > PANELS else ""
    return Figure(title, svg, _table(run, group, of), NOTE + cut, place(run, group))


def _region(group: Group) -> str:
    """The region in which all basins of the map stand, or the country."""
    regions = {basin["region"] for basin in _placed(group)}
    return regions.pop() if len(regions) == 1 and "" not in regions else FRANCE


def _marks(found: Leads, group: Group) -> list[Mark]:
    marks = []
    for basin in _placed(group):
        lead = found.get(basin["id"])
        if lead and lead.n:
            at = on_paper(basin["latitude"], basin["longitude"])
            short = basin["name"].split(" (")[0] + (" *" if basin["synthetic"] else "")
            marks.append(Mark(short, at, lead.gap.p50, lead.verdict))
    return marks


def _counts(found: Leads, group: Group) -> dict[str, int]:
    verdicts = [found[b["id"]].verdict for b in _placed(group) if b["id"] in found]
    counted = {"gain": verdicts.count("better"), "lose": verdicts.count("worse"), "all": len(verdicts)}
    return counted | {"open": verdicts.count("not settled")}


def _told(found: Leads, group: Group) -> list[str]:
    """Basins in words, the largest numbers first."""
    kept = [(found[b["id"]], b) for b in _placed(group) if b["id"] in found]
    kept.sort(key=lambda pair: -abs(pair[0].gap.p50))
    return [
        ALT_BASIN.format(basin=_label(b), number=_cell(lead), verdict=VERDICTS[lead.verdict])
        for lead, b in kept
    ]


def _cell(lead: Lead) -> str:
    return cell(lead.gap, centre="p50", sign=True)


def _table(run: Run, group: Group, of: Mapping[str, Leads]) -> Table:
    """All basins, those without a place too."""
    best = next(iter(of.values()))
    basins = sorted(
        (b for b in group.basins if b["id"] in best), key=lambda b: -best[b["id"]].gap.p50
    )  # fmt: skip
    columns = ["basin", *(plain(policy) for policy in of)] if len(of) > 1 else ["basin", "net jobs"]
    rows = [
        [_label(b), *(f"{_cell(lead[b['id']])}, {VERDICTS[lead[b['id']].verdict]}" for lead in of.values())]
        for b in basins
    ]
    return Table(CAPTION.format(often=OFTEN, what=_what(run, next(iter(of)))), columns, rows)
