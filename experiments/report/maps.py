"""Net jobs on a map: the basins that have a place, policy by policy."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from experiments.lang import later, plural, say, told
from experiments.lang.phrases import listed, parts
from experiments.report.atlas import Legend, Mark, Panel, atlas
from experiments.report.basins import CASES_SHOWN
from experiments.report.blocks import Block, Figure, Figures, Section, Table, Words
from experiments.report.outline import metropolitan, on_paper
from experiments.report.reading import WORLD, Group, Run
from experiments.report.standing import Lead, lead_of, place, ranking
from experiments.report.words import OFTEN, capital, cell, plain
from experiments.summary import SURE_WORLDS

ALONE = 3  # policies that have a map each; more stand side by side in one figure
PANELS = 12
TOLD = 12  # basins in the words for who does not see the map

INTRO = later(
    "Each mark is a basin, at its place; its area is the median of its {what}. Circles gain, triangles lose; "
    "filled marks are settled, hollow ones are not: a basin counts few firms, so most of what one sees of "
    "a single basin may be luck."
)
WHAT_RUN = later("net jobs at the end")
WHAT_COMPARE = later("net jobs at the end, less those with {reference}")
SETTLED = later(
    "Settled: of {worlds} worlds or more, those with the same draw of behavioural numbers counted once, the "
    "range that holds {often} lies wholly above or below 0; so nearly every world has it, not their average "
    "alone."
)
NO_PLACE = later("No latitude and longitude, so not on the map: {basins}.")
ELSEWHERE = later("Outside metropolitan France, which alone is drawn, so not on the map: {basins}.")
MADE_UP = later("Basins marked * are made up, and so are their places.")
CASES_LEFT = later("Of {all} cases, the first {shown} with places have maps.")
PANELS_LEFT = later(
    "The {shown} policies with the most net jobs on average are drawn; the table has all {all}."
)
NOTE = later(
    "Outline of the départements: Natural Earth (public domain), simplified, in the Lambert-93 projection."
)
TITLE_RUN = later("Net jobs: of {all} basins, {counts}")
TITLE_COMPARE = later("{policy} against {reference}: of {all} basins, {counts}")
TITLE_PANELS = later("Where each policy gives more or fewer net jobs than {reference}")
ALT = later("{title}. Map of {where}. {basins}.")
ALT_PANELS = later("{title}. {panels} maps of {where}. {policies}.")
ALT_BASIN = later("{basin}: {number}, {verdict}")
ALT_POLICY = later("{policy}: of {all} basins, {counts}")
ALT_MORE = later("; the other basins stand in the table")
FRANCE = later("metropolitan France")
CAPTION = later("Basins, the most gained first: median (range that holds {often}) of {what}")
CAPTION_ONE = later("Basins, the most gained first: {what}")
VERDICTS = {
    "better": later("settled gain"),
    "worse": later("settled loss"),
    "not settled": later("not settled"),
    "the same": later("no difference"),
    "not known": later("not known"),
}
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
    text = say(INTRO, what=what)
    basins = {b["id"]: b for group in known[:CASES_SHOWN] for b in group.basins}.values()
    more = [say(SETTLED, worlds=SURE_WORLDS, often=say(OFTEN))]
    if lost := [told(b["name"]) for b in basins if not _has_place(b)]:
        more.append(say(NO_PLACE, basins=_some(lost)))
    if far := [told(b["name"]) for b in basins if _has_place(b) and not _drawn(b)]:
        more.append(say(ELSEWHERE, basins=_some(far)))
    if any(b["synthetic"] for b in basins if _drawn(b)):
        more.append(say(MADE_UP))
    if len(known) > CASES_SHOWN:
        more.append(say(CASES_LEFT, all=len(run.groups), shown=CASES_SHOWN))
    blocks: list[Block] = [Words(text), Words(" ".join(more)), Figures(figures)]
    return Section("map", say("Map"), say("On a map"), blocks)


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
    return {str(basin): lead_of(run, gap[basin].dropna()) for basin in gap.columns}


def _legend() -> Legend:
    return Legend(
        say("gain, settled"),
        say("loss, settled"),
        say("not settled"),
        say("no difference"),
        say("jobs (median)"),
    )


def _has_place(basin: Basin) -> bool:
    return basin.get("latitude") is not None and basin.get("longitude") is not None


def _drawn(basin: Basin) -> bool:
    return _has_place(basin) and metropolitan(basin["latitude"], basin["longitude"])


def _placed(group: Group) -> list[Basin]:
    return [basin for basin in group.basins if _drawn(basin)]


def _some(names: Sequence[str]) -> str:
    return listed(names) if len(names) <= TOLD else say("{n} basins", n=len(names))


def _label(basin: Basin) -> str:
    return f"{told(basin['name'])}{' *' if basin['synthetic'] else ''}"


def _what(run: Run, policy: str) -> str:
    if _alone(run) or policy == run.reference:
        return say(WHAT_RUN)
    return say(WHAT_COMPARE, reference=plain(run.reference))


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
        title = say(TITLE_RUN if _alone(run) else TITLE_COMPARE, **names, **counts)
        words = parts(_told(found, group)[:TOLD]) + (say(ALT_MORE) if counts["all"] > TOLD else "")
        alt = say(ALT, title=title, where=_region(group), basins=words)
        panels = [Panel("", _marks(found, group))]
        svg = atlas(f"{name}-{i}", alt, panels, _legend(), largest, first=first and not figures)
        table = _table(run, group, {policy: found})
        figures.append(Figure(title, svg, table, say(NOTE), place(run, group)))
    return figures


def _small_maps(
    run: Run, group: Group, of: Mapping[str, Leads], name: str, largest: float, *, first: bool
) -> Figure:  # fmt: skip
    shown = dict(list(of.items())[:PANELS])
    title = say(TITLE_PANELS, reference=plain(run.reference))
    policies = [
        say(ALT_POLICY, policy=plain(policy), **_counts(found, group)) for policy, found in shown.items()
    ]
    alt = say(
        ALT_PANELS,
        title=title, panels=len(shown), where=_region(group), policies=parts(policies)
    )  # fmt: skip
    panels = [Panel(capital(plain(policy)), _marks(found, group)) for policy, found in shown.items()]
    svg = atlas(name, alt, panels, _legend(), largest, first=first)
    cut = f" {say(PANELS_LEFT, shown=PANELS, all=len(of))}" if len(of) > PANELS else ""
    return Figure(title, svg, _table(run, group, of), say(NOTE) + cut, place(run, group))


def _region(group: Group) -> str:
    """The region in which all basins of the map stand, or the country."""
    regions = {basin["region"] for basin in _placed(group)}
    return regions.pop() if len(regions) == 1 and "" not in regions else say(FRANCE)


def _marks(found: Leads, group: Group) -> list[Mark]:
    marks = []
    for basin in _placed(group):
        lead = found.get(basin["id"])
        if lead and lead.n:
            at = on_paper(basin["latitude"], basin["longitude"])
            short = told(basin["name"]).split(" (")[0] + (" *" if basin["synthetic"] else "")
            marks.append(Mark(short, at, lead.gap.p50, lead.verdict))
    return marks


def _counts(found: Leads, group: Group) -> dict[str, Any]:
    """How many basins there are, and how many of each verdict that some of them has."""
    verdicts = Counter(found[b["id"]].verdict for b in _placed(group) if b["id"] in found)
    told = {
        "better": lambda n: plural("{n} gains", "{n} gain", n, n=n),
        "worse": lambda n: plural("{n} loses", "{n} lose", n, n=n),
        "not settled": lambda n: plural("{n} is not settled", "{n} are not settled", n, n=n),
        "the same": lambda n: plural("{n} sees no difference", "{n} see no difference", n, n=n),
        "not known": lambda n: plural("{n} is not known", "{n} are not known", n, n=n),
    }
    counts = listed(said(verdicts[verdict]) for verdict, said in told.items() if verdicts[verdict])
    return {"all": verdicts.total(), "counts": counts}


def _told(found: Leads, group: Group) -> list[str]:
    """Basins in words, the largest numbers first."""
    kept = [(found[b["id"]], b) for b in _placed(group) if b["id"] in found]
    kept.sort(key=lambda pair: -abs(pair[0].gap.p50))
    return [
        say(ALT_BASIN, basin=_label(b), number=_cell(lead), verdict=say(VERDICTS[lead.verdict]))
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
    names = [plain(policy) for policy in of] if len(of) > 1 else [say("net jobs")]
    columns = [say("basin"), *names]
    rows = [
        [
            _label(b),
            *(f"{_cell(lead[b['id']])}, {say(VERDICTS[lead[b['id']].verdict])}" for lead in of.values()),
        ]
        for b in basins
    ]
    caption = CAPTION_ONE if run.worlds_an_arm == 1 else CAPTION
    return Table(say(caption, often=say(OFTEN), what=_what(run, next(iter(of)))), columns, rows)
