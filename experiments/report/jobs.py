"""Policies side by side, from reported to net jobs, basin by basin."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from experiments.lang import form, later, plural, say
from experiments.lang.phrases import listed, of_place, parts, quoted, span_of
from experiments.nothing import JOBS
from experiments.report.blocks import Block, Figure, Figures, Items, Section, Table, Words
from experiments.report.changed import changed
from experiments.report.figures import Row, Step, Style, dots, waterfall
from experiments.report.founded import mark
from experiments.report.reading import Group, Run, Spread, spread
from experiments.report.standing import (
    bracketed,
    dotted,
    lead,
    nothing_differs,
    openings,
    place,
    ranking,
    tied,
    total,
    years,
)
from experiments.report.words import (
    PLACES,
    bounds,
    capital,
    cell,
    middle_of,
    number,
    plain,
    signed,
    span,
)
from experiments.summary import SURE_WORLDS

Styles = Mapping[str, Style]
WATERFALLS = 4  # figures; the other cases stand in the table

# outcome (or sum of the kind), sign in the sum, plain words, term
CAUSES = (
    ("declaring", -1, later("Reported, less created"), later("declaring")),
    ("jobs_deadweight", -1, later("Would have come anyway"), later("deadweight")),
    ("jobs_displaced", -1, later("Taken from competitors"), later("displacement")),
    ("jobs_spillover", 1, later("Given to local services"), later("spill-over")),
    ("jobs_attrition", -1, later("Lost again, less kept"), later("attrition")),
    ("jobs_other", -1, later("Other: outside these months"), later("other")),
)


def short(group: Group, run: Run) -> str:
    """A heading for a group's rows."""
    text = place(run, group)
    return text if len(text) <= 48 else group.name


def shorter(text: str, where: str) -> str:
    """A caption, with the name of its case before it where it has one."""
    return capital(of_place(where, text))


def side_by_side(run: Run, styles: Styles) -> Section:
    """Policies compared, case by case."""
    figures = [_levels(run, styles)]
    if len(run.policies) > 1:
        figures.append(_gaps(run, styles))
    blocks: list[Block] = [
        Words(
            say(
                "Every policy is played in the same worlds: same firms, same luck, month by month. So a "
                "difference between two policies is due to the policies alone, and is surer than each of "
                "the two numbers."
            )
        ),
        Items(*changed(run), title=say("What each policy changes")),
        Figures(figures),
        *(_compared(run, group) for group in run.groups),
        Words(
            say(
                "Better or worse: of {enough} worlds or more, those with the same draw of behavioural "
                "numbers counted once, the range of the difference from {reference} that holds 9 times out "
                "of 10 lies wholly above or below 0. Everything else is not settled, however large the "
                "mean.",
                enough=SURE_WORLDS,
                reference=plain(run.reference),
            )
        ),
    ]
    return Section("policies", say("Policies"), say("The policies side by side"), blocks)


def _levels(run: Run, styles: Styles) -> Figure:
    def row(group: Group, policy: str) -> Row:
        s = run.spread(group.name, policy, "jobs_net")
        return Row(plain(policy), s, s.mean, cell(s), styles[policy], short(group, run))

    rows = [row(group, policy) for group in run.groups for policy in ranking(run, group)]
    firsts = [
        [order[0], *tied(run, group, order[0])] for group in run.groups if (order := ranking(run, group))
    ]
    tops = [policy for policy in firsts[0] if all(policy in each for each in firsts)] if firsts else []
    title = capital(
        plural(
            "{policies} brings the most net jobs", "{policies} bring the most net jobs",
            len(tops), policies=listed(quoted(plain(p) for p in tops)),
        )
    )  # fmt: skip
    if not tops:
        title = say("The policy with the most net jobs is not the same everywhere")
    if nothing_differs(run):
        title = say("No policy changes the net jobs")
    if all(abs(row.value) < JOBS for row in rows):
        title = say("No policy brings a net job")
    axis = dotted(run, say("net jobs at the end"))
    return Figure(title, dots("net", alt_of(title, rows), rows, axis), dot_table(rows, say("Net jobs")))


def _gaps(run: Run, styles: Styles) -> Figure:
    rows: list[Row] = []
    better: dict[str, int] = {}
    for group in run.groups:
        for policy in ranking(run, group):
            if policy != run.reference:
                against = lead(run, group, policy, run.reference)
                if against.verdict == "better":
                    better[policy] = better.get(policy, 0) + 1
                s = against.gap
                text = f"{cell(s, sign=True)} · {say(against.verdict)}"
                rows.append(Row(plain(policy), s, s.mean, text, styles[policy], short(group, run)))
    many = len(run.groups) > 1
    names = [*map(plain, better)]
    said = listed(
        say("{policy} in {n} of {cases} cases", policy=name, n=n, cases=len(run.groups))
        for name, n in zip(names, better.values())
    ) if many else listed(quoted(names))  # fmt: skip
    title = say("No policy surely has more net jobs than {reference}", reference=plain(run.reference))
    if said:
        title = say(
            "Surely more net jobs than {reference}: {policies}", reference=plain(run.reference), policies=said
        )
    axis = say("net jobs more than with {reference}, in the same worlds", reference=plain(run.reference))
    return Figure(title, dots("gap", alt_of(title, rows), rows, axis, mark=0.0), dot_table(rows, axis))


def alt_of(title: str, rows: Sequence[Row]) -> str:
    """Words for who does not see the figure: its title and its first rows."""
    said = [
        of_place(f"{row.heading}, {row.label}" if row.heading else row.label, row.text) for row in rows[:12]
    ]
    said += [say("and more in the table")] if len(rows) > 12 else []
    return f"{title}. {parts(said)}."


def dot_table(rows: Sequence[Row], caption: str, heading: str = "case", unit: str = "") -> Table:
    """The numbers of a dot plot; ``heading``: what its headings are; ``unit``: that of ``number``."""
    heads = any(row.heading for row in rows)
    numbers = [say("mean"), say("5 % of worlds below"), say("median"), say("95 % below"), say("worlds")]
    columns = ["", *([say(heading)] if heads else []), *numbers]
    cells = []
    for row in rows:
        s = row.spread
        texts = [middle_of(s, unit, centre) for centre in ("mean", "p05", "p50", "p95")]
        cells.append([row.label, *([row.heading] if heads else []), *texts, str(s.n)])
    return Table(caption, columns, cells)


def _compared(run: Run, group: Group) -> Table:
    opened = total(run, group)
    alive = say("schemes alive, of {total}", total=opened) if opened is not None else say("schemes alive")

    def of(outcome: str, words: str) -> str:
        return f"{words}{mark(run, group, outcome)}"

    columns = [
        say("policy"), of("jobs_net", say("net jobs")),
        say("more than {reference}", reference=plain(run.reference)), say("against it"),
        of("jobs_reported", say("reported")), of("volunteer_days", say("volunteer days")),
        of("schemes_alive", alive),
        of("cost_per_net_job", say("euros a net job")),
    ]  # fmt: skip
    rows = []
    for policy in ranking(run, group):
        against = lead(run, group, policy, run.reference)
        other = policy != run.reference
        rows.append([
            plain(policy),
            cell(run.spread(group.name, policy, "jobs_net")),
            cell(against.gap, sign=True) if other else "–",
            say(against.verdict) if other else "–",
            cell(run.spread(group.name, policy, "jobs_reported")),
            cell(run.spread(group.name, policy, "volunteer_days")),
            _alive(run, group, policy, opened),
            span(run.spread(group.name, policy, "cost_per_net_job"), "euros"),
        ])  # fmt: skip
    caption = bracketed(run, say("after {years}", years=years(group)))
    return Table(shorter(caption, place(run, group)), columns, rows)


def _alive(run: Run, group: Group, policy: str, opened: int | None) -> str:
    """Local schemes alive; of how many too, unless the heading says it of all policies."""
    alive = cell(run.spread(group.name, policy, "schemes_alive"), PLACES)
    return (
        alive
        if opened is not None
        else say("{alive}, of {total}", alive=alive, total=openings(group, policy))
    )


def bars(run: Run, group: str, policy: str) -> dict[str, np.ndarray]:
    """Reported, each cause and net, world by world, in the order of ``CAUSES``; signed as in the sum."""
    columns = ["jobs_reported", "jobs_realised", "jobs_net"]
    columns += [name for name, *_ in CAUSES if name != "declaring"]
    found = {name: run.values(group, policy, name).to_numpy() for name in columns}
    if any(len(values) != len(found["jobs_net"]) for values in found.values()):
        return {}
    found["declaring"] = found["jobs_reported"] - found["jobs_realised"]
    keep = ~np.isnan(found["jobs_net"])
    signed_ = {name: sign * found[name][keep] for name, sign, *_ in CAUSES}
    return {"jobs_reported": found["jobs_reported"][keep], **signed_, "jobs_net": found["jobs_net"][keep]}


def from_reported_to_net(run: Run) -> Section:
    """The waterfall."""
    blocks: list[Block] = [
        Words(
            say(
                "A scheme reports the jobs that the firms it accepted created. Some would have come "
                "without it, some are taken from competitors of the same basin, some are lost again; "
                "local services gain a few. What is left, over all firms, is the net number: the world "
                "with the scheme less the same world without any."
            )
        )
    ]
    if run.command != "run":
        blocks.append(
            Words(
                say(
                    "Drawn for {reference}; the tables below give every policy.",
                    reference=plain(run.reference),
                )
            )
        )
    figures = []
    for i, group in enumerate(run.groups[:WATERFALLS]):
        found = bars(run, group.name, run.reference)
        if len(found.get("jobs_net", ())):
            figures.append(_waterfall(run, group, found, f"waterfall{i}"))
    blocks.append(Figures(figures))
    if run.command != "run" or len(run.groups) > WATERFALLS:
        blocks += [_causes(run, group) for group in run.groups]
    return Section("waterfall", say("Reported to net"), say("From reported jobs to net jobs"), blocks)


def _waterfall(run: Run, group: Group, found: Mapping[str, np.ndarray], name: str) -> Figure:
    steps, level = [], 0.0
    for cause, values in found.items():
        if cause == "declaring" and np.abs(values).max() < JOBS:
            continue  # all that was created is reported, and nothing else
        s = spread(values)
        total = cause in ("jobs_reported", "jobs_net")
        start = 0.0 if total else level
        level = s.mean if total else level + s.mean
        label = _label(cause, s.mean, bool(group.spec.get("counts_heads")))
        steps.append(Step(label, start, level, _bar_text(s, total), s, total))
    reported, net = float(found["jobs_reported"].mean()), float(found["jobs_net"].mean())
    anyway = -float(found["jobs_deadweight"].mean())
    title = (
        plural(
            "Of 100 jobs reported, {net} is net; {anyway} would have come anyway",
            "Of 100 jobs reported, {net} are net; {anyway} would have come anyway",
            round(100 * net / reported),
            net=form(100 * net / reported, ".0f"),
            anyway=form(100 * anyway / reported, ".0f"),
        )
        if reported > 0
        else say("No job is reported")
    ).replace("-", "−")
    alt = f"{place(run, group)} {title}. ".lstrip() + parts(of_place(s.label, s.text) for s in steps) + "."
    rows = [
        [step.label, _exact(step.spread.mean), _exact(step.spread.p05), _exact(step.spread.p95)]
        for step in steps
    ]
    columns = [say("jobs"), say("mean"), say("5 % of worlds below"), say("95 % below")]
    table = Table(say("Means add up exactly: reported, plus each line, is net"), columns, rows)
    note = say(
        "Bars: means, which add up; the numbers beside them are rounded. Brackets and black lines: 5 to 95 % "
        "of worlds."
    )
    if not spread(found["jobs_net"]).interval:
        note = say("One world: no interval.")
    return Figure(title, waterfall(name, alt, steps, say("jobs")), table, note, place(run, group))


def _label(cause: str, mean: float, by_heads: bool = False) -> str:
    """What a bar is. ``by_heads``: the scheme declares gains of headcount, whatever they come from."""
    names = {name: say(label) for name, _, label, _ in CAUSES}
    names |= {"jobs_reported": say("Reported by the scheme"), "jobs_net": say("Net jobs")}
    too_much = (
        say("Counted, but not hired for a project") if by_heads else say("Reported but not created yet")
    )
    names["declaring"] = say("Created but not reported") if mean > 0 else too_much
    return names[cause]


def _bar_text(s: Spread, total: bool) -> str:
    text = (number if total else signed)(s.mean, scale=max(abs(s.p05), abs(s.p95)))
    if not s.interval:
        return text
    low, high = bounds(s)
    return f"{text} ({span_of(low, high)})"


def _exact(value: float) -> str:
    return form(value, ",.1f").replace("-", "−") if math.isfinite(value) else say("not known")


def _causes(run: Run, group: Group) -> Table:
    causes = [f"{say(label)} ({say(term)})" for _, _, label, term in CAUSES]
    columns = [say("policy"), say("reported"), *causes, say("net")]
    rows = []
    for policy in ranking(run, group):
        found = bars(run, group.name, policy)
        means = [spread(values).mean for values in found.values()]
        rows.append(
            [plain(policy), number(means[0]), *(signed(m, scale=99) for m in means[1:-1]), number(means[-1])]
        )
    caption = say("{what}, every policy: means", what=place(run, group) or say("All causes"))
    return Table(caption, columns, rows, folded=True)
