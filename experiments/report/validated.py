"""The page of a validation: figures met and missed, what was learnt of the parameters, and what was not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from calibration.misses import MISSES
from experiments.lang import form, plural, say, told
from experiments.lang.phrases import of_place, parts, span_of
from experiments.report.blocks import Block, Figure, Figures, Items, Section, Table, Tiles, Words
from experiments.report.figures import Step, waterfall
from experiments.report.grounds import how_computed
from experiments.report.jobs import CAUSES, bars
from experiments.report.learnt import parameters, table_of
from experiments.report.published import agreement, beside, figure, named, not_drawn
from experiments.report.reading import Group, Run, spread
from experiments.report.words import capital, number
from experiments.validate import NOT_EXPLAINED, too_few

ALIZE = "alize-1997-2007"
DOSE = (0.0, 1.8)  # net jobs a firm that trials allow at Alizé's dose: see calibration/README.md


def sections(run: Run) -> list[Section]:
    """The sections of the page of a validation."""
    alize = next((group for group in run.groups if group.name == ALIZE), None)
    found = [_first(run), _held_out(run), _fitted(run)]
    if alize:
        found.append(_per_firm(run, alize))
    found.append(parameters(run))
    if rules := _rules(run):
        found.append(rules)
    return [*found, how_computed(run)]


def _judged(run: Run, role: str) -> list[Mapping[str, Any]]:
    return [row for row in run.validation if row["role"] == role and row["inside"] in ("0", "1")]


def _hits(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(row["inside"] == "1" for row in rows)


def _first(run: Run) -> Section:
    fitted, held = _judged(run, "fitted"), _judged(run, "held_out")
    learnt = table_of(run, "shrinkage.csv")
    informed = sum(row["informed"] == "True" for row in learnt)
    blocks: list[Block] = [
        *(Words(text, strong=True) for text in [too_few(run.manifest["draws"])] if text),
        Words(
            say(
                "{fit} of {fitted} fitted figures lie inside their tolerance; {hit} of {held} figures that "
                "were kept aside are met.",
                fit=_hits(fitted), fitted=len(fitted), hit=_hits(held), held=len(held),
            ), strong=True,
        ),
        Tiles([
            (_of(_hits(fitted), len(fitted)), say("fitted figures inside"), say("median of the worlds")),
            (_of(_hits(held), len(held)), say("figures kept aside met"), say("never looked at when fitting")),
            (_of(informed, len(learnt)) if learnt else "–", say("parameters that the figures inform"),
             say("the others are as unknown as before")),
            (form(run.manifest["draws"]), say("draws"),
             say("parameters: {parameters}", parameters=run.parameters)),
        ]),
        Words(
            say(
                "Fitted figures are those that the parameters were adjusted to; that they are met says that "
                "the model can be like what was published, not that it is right. Figures kept aside were "
                "never looked at: they are the test. Counts of jobs, firms and volunteers are claims of "
                "those who run the schemes, and nobody has measured what the schemes changed, but for the "
                "pôles and for trials of other advice: no figure here confirms a net number of jobs."
            )
        ),
    ]  # fmt: skip
    return Section("answer", say("Answer"), say("What is met and what is not"), blocks)


def _of(some: int, total: int) -> str:
    return say("{some} of {total}", some=some, total=total)


def _missed(rows: Sequence[Mapping[str, Any]], draws: int) -> list[Block]:
    """What is missed, with the reason; and reasons of what is met after all, where enough draws say so."""
    missed = [row for row in rows if row["inside"] == "0"]
    met = [row for row in rows if row["inside"] == "1" and row["fact_id"] in MISSES and not too_few(draws)]
    blocks: list[Block] = []
    if missed:
        reasons = [f"{told(row.get('explanation') or NOT_EXPLAINED)} ({row['case']})" for row in missed]
        blocks.append(Items(reasons, [_term(row) for row in missed], title=say("What is missed, and why")))
    if met:
        reasons = [say("obsolete: {reason}", reason=told(MISSES[row["fact_id"]])) for row in met]
        blocks.append(Items(reasons, [_term(row) for row in met], title=say("Explained as missed, and met")))
    return blocks


def _term(row: Mapping[str, Any]) -> str:
    return f"{capital(named(row))} ({row['fact_id']})"


def _held_out(run: Run) -> Section:
    rows = _judged(run, "held_out")
    families = [row for row in table_of(run, "families.csv") if row["role"] == "held_out"]
    cells = [[told(row["family"]), row["hits"], row["misses"], row["figures"]] for row in families]
    columns = [say("family"), say("met"), say("missed"), say("figures")]
    met = sum(row["misses"] == "0" for row in families)
    within = sum(_middle_within(row) for row in rows)
    blocks: list[Block] = [
        Words(
            say(
                "A figure kept aside is met if the range that holds 9 worlds in 10 reaches into its "
                "tolerance. That is easily done where the range is wide: by the stricter rule of fitted "
                "figures, whose median world must lie inside, {within} of {total} are met. Figures of one "
                "family are not independent: of {families} families, {met} are met in full.",
                within=within,
                total=len(rows),
                families=len(families),
                met=met,
            )
        ),
        Table(say("Figures kept aside, by family"), columns, cells),
        Figures(_by_case(run, rows, "held-out")),
        *not_drawn(rows),
        *_missed(rows, run.manifest["draws"]),
        beside(say("Figures kept aside"), rows, folded=True),
    ]
    return Section("held-out", say("Kept aside"), say("Figures that the model never saw"), blocks)


def _middle_within(row: Mapping[str, Any]) -> bool:
    """Whether the median world lies inside the tolerance."""
    try:
        return float(row["low"]) <= float(row["p50"]) <= float(row["high"])
    except ValueError:  # no world gives it
        return False


def _by_case(run: Run, rows: Sequence[Mapping[str, Any]], name: str) -> list[Figure]:
    """A figure a case, in families, where something can be drawn. ``name``: begins those of the drawings."""
    by_case: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_case.setdefault(row["case"], []).append(row)
    drawn = {case: of for case, of in by_case.items() if any(float(row["published"]) for row in of)}
    titles = {group.name: told(group.title) for group in run.groups}
    return [
        replace(figure(of, f"{name}{i}", families=True), case=titles.get(case, case))
        for i, (case, of) in enumerate(drawn.items())
    ]


def _fitted(run: Run) -> Section:
    rows = _judged(run, "fitted")
    blocks: list[Block] = [
        Words(agreement(rows, run.parameters)),
        Figures(_by_case(run, rows, "fitted")),
        *not_drawn(rows),
        *_missed(rows, run.manifest["draws"]),
        beside(say("Fitted figures"), rows, folded=True),
    ]
    context = [row for row in run.validation if row["role"] == "context"]
    if context:
        blocks.append(beside(say("Shown beside, not judged"), context, folded=True))
    return Section("fitted", say("Fitted"), say("Figures that the parameters were adjusted to"), blocks)


def _per_firm(run: Run, group: Group) -> Section:
    """A supported firm: where the reported jobs of Alizé come from."""
    policy = run.reference
    found = bars(run, group.name, policy)
    firms = run.values(group.name, policy, "firms_accepted").to_numpy()
    kept = firms[~np.isnan(run.values(group.name, policy, "jobs_net").to_numpy())] if len(firms) else firms
    blocks: list[Block] = []
    if found and len(kept):
        of_firm = {cause: values / np.maximum(kept, 1) for cause, values in found.items()}
        net = of_firm["jobs_net"]
        inside = float(((net >= DOSE[0]) & (net <= DOSE[1])).mean())
        blocks = [
            Words(
                say(
                    "Alizé reports about four jobs a firm. Trials of advice of its dose, three to four days "
                    "for a firm of ten, support {low} to {high} net jobs a firm. The effect of help is "
                    "not typed in: firms that ask and are chosen hold a project and were going to hire, and "
                    "most of what is reported would have come anyway. {inside} of the draws lie within what "
                    "trials support.",
                    low=form(DOSE[0], "g"),
                    high=form(DOSE[1], "g"),
                    inside=number(inside, "share"),
                )
            ),
            Figures([_waterfall_of_firm(_steps_of_firm(of_firm), told(group.title))]),
        ]
    return Section(
        "per-firm", say("A firm of Alizé"), say("Where the reported jobs of Alizé come from"), blocks
    )


def _steps_of_firm(of_firm: Mapping[str, np.ndarray]) -> list[Step]:
    """The steps from reported to net jobs a firm; those too small to be seen are left out."""
    steps, level = [], 0.0
    labels = {name: say(label) for name, _, label, _ in CAUSES}
    labels |= {"jobs_reported": say("Reported"), "declaring": say("Counted, but no hire for a project"),
               "jobs_net": say("Net jobs")}  # fmt: skip
    for cause, values in of_firm.items():
        s = spread(values)
        total = cause in ("jobs_reported", "jobs_net")
        if not total and abs(s.mean) < 0.005:
            continue
        start = 0.0 if total else level
        level = s.mean if total else level + s.mean
        ends = span_of(form(s.p05, ".2f"), form(s.p95, ".2f"))
        text = f"{form(s.mean, '+.2f')} ({ends})".replace("-", "−")
        band = DOSE if cause == "jobs_net" else None
        text = text.lstrip("+") if total else text
        steps.append(Step(labels[cause], start, level, text, s, total, band))
    return steps


def _waterfall_of_firm(steps: Sequence[Step], where: str) -> Figure:
    """The waterfall of a supported firm, from reported to net jobs."""
    reported, net = steps[0].spread, steps[-1].spread
    title = plural(
        "Of {reported} job reported a firm, {net} are net",
        "Of {reported} jobs reported a firm, {net} are net",
        reported.mean, reported=form(reported.mean, ".1f"), net=form(net.mean, ".2f"),
    ).replace("-", "−")  # fmt: skip
    alt = f"{title}. {parts(of_place(step.label, step.text) for step in steps)}."
    rows = [[step.label, *(form(v, ".2f") for v in (step.spread.mean, step.spread.p05, step.spread.p95))]
            for step in steps]  # fmt: skip
    table = Table(
        say("Jobs a firm"), [say("jobs a firm"), say("mean"), say("5 % below"), say("95 % below")], rows
    )
    note = say(
        "Bars: means over draws, which add up. Brackets and lines: 5 to 95 %. Pale band: net "
        "jobs that trials of such advice support."
    )
    return Figure(title, waterfall("per-firm", alt, steps, say("jobs a firm")), table, note, where)


def _rules(run: Run) -> Section | None:
    """Rival rules and how well each foretells, where the sample holds several."""
    from calibration.posterior import MANIFEST, SHIPPED
    from calibration.rivals import WORDS

    path = SHIPPED if run.parameters == "posterior" else Path(run.parameters).parent
    try:
        said = json.loads((path / MANIFEST).read_text("utf-8")).get("rules", {})
    except (OSError, ValueError):
        return None
    if len(said) < 2:
        return None
    cells = [
        [
            told(WORDS.get(rule, rule)),
            form(about["score"], ".2f"),
            say("{number} %", number=form(100 * about["share"], ".0f")),
        ]
        for rule, about in said.items()
    ]
    columns = [
        say("what wears out when volunteers are asked often"),
        say("log predictive score"),
        say("share of the draws"),
    ]
    text = say(
        "Nobody knows what wears out when volunteers are asked often. Both rules were fitted to "
        "the same figures; the sample holds draws of each by how well it foretells them. A "
        "comparison of policies says so where its answer changes with the rule."
    )
    return Section("rules", say("Rival rules"), say("Two rules for the wear of volunteers"), [
        Words(text), Table(say("Rival rules"), columns, cells),
    ])  # fmt: skip
