"""Policies side by side, from reported to net jobs, basin by basin."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from experiments.report.blocks import Block, Figure, Figures, Items, Section, Table, Words
from experiments.report.figures import Row, Step, Style, dots, waterfall
from experiments.report.founded import mark
from experiments.report.headline import lead, place, ranking, schemes, years
from experiments.report.reading import Group, Run, Spread, spread
from experiments.report.words import (
    NARROW,
    bounds,
    capital,
    cell,
    listed,
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
    ("declaring", -1, "Reported, less created", "declaring"),
    ("jobs_deadweight", -1, "Would have come anyway", "deadweight"),
    ("jobs_displaced", -1, "Taken from competitors", "displacement"),
    ("jobs_spillover", 1, "Given to local services", "spill-over"),
    ("jobs_attrition", -1, "Lost again, less kept", "attrition"),
    ("jobs_other", -1, "Other: outside these months", "other"),
)


def short(group: Group, run: Run) -> str:
    """A heading for a group's rows."""
    text = place(run, group)
    return text if len(text) <= 48 else group.name


def side_by_side(run: Run, styles: Styles) -> Section:
    """Policies compared, case by case."""
    figures = [_levels(run, styles)]
    if len(run.policies) > 1:
        figures.append(_gaps(run, styles))
    blocks: list[Block] = [
        Words(
            "Every policy is played in the same worlds: same firms, same luck, month by month. So a "
            "difference between two policies is due to the policies alone, and is surer than each of the "
            "two numbers."
        ),
        Items(*_policies(run), title="What each policy changes"),
        Figures(figures),
        *(_compared(run, group) for group in run.groups),
        Words(
            f"Better or worse: of {SURE_WORLDS} worlds or more, the range that holds 9 times out of 10 "
            f"lies wholly above or below {plain(run.reference)}. Everything else is not settled, however "
            "large the mean."
        ),
    ]
    return Section("policies", "Policies", "The policies side by side", blocks)


def _levels(run: Run, styles: Styles) -> Figure:
    def row(group: Group, policy: str) -> Row:
        s = run.spread(group.name, policy, "jobs_net")
        return Row(plain(policy), s, s.mean, cell(s), styles[policy], short(group, run))

    rows = [row(group, policy) for group in run.groups for policy in ranking(run, group)]
    tops = dict.fromkeys(ranking(run, group)[0] for group in run.groups if ranking(run, group))
    title = (
        f"{capital(listed(plain(p) for p in tops))} bring{'s' if len(tops) == 1 else ''} the most net jobs"
    )
    if len(tops) > 1:
        title = "The policy with the most net jobs is not the same everywhere"
    axis = "net jobs at the end (dot: mean; line: 90 % of worlds)"
    return Figure(title, dots("net", alt_of(title, rows), rows, axis), dot_table(rows, "Net jobs"))


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
                text = f"{cell(s, sign=True)} · {against.verdict}"
                rows.append(Row(plain(policy), s, s.mean, text, styles[policy], short(group, run)))
    many = len(run.groups) > 1
    said = listed(
        plain(p) + (f" in {n} of {len(run.groups)} cases" if many else "") for p, n in better.items()
    )
    title = f"Surely more net jobs than {plain(run.reference)}: {said or 'no policy'}"
    axis = f"net jobs more than with {plain(run.reference)}, in the same worlds"
    return Figure(title, dots("gap", alt_of(title, rows), rows, axis, mark=0.0), dot_table(rows, axis))


def alt_of(title: str, rows: Sequence[Row]) -> str:
    """Words for who does not see the figure: its title and its first rows."""
    said = "; ".join(
        f"{row.heading + ', ' if row.heading else ''}{row.label}: {row.text}" for row in rows[:12]
    )
    return f"{title}. {said}{'; and more in the table' if len(rows) > 12 else ''}."


def dot_table(rows: Sequence[Row], caption: str, heading: str = "case") -> Table:
    """The numbers of a dot plot; ``heading``: what its headings are."""
    heads = any(row.heading for row in rows)
    numbers = ["mean", "5 % of worlds below", "median", "95 % below", "worlds"]
    columns = ["", *([heading] if heads else []), *numbers]
    cells = []
    for row in rows:
        s = row.spread
        texts = [number(v) for v in (s.mean, s.p05, s.p50, s.p95)]
        cells.append([row.label, *([row.heading] if heads else []), *texts, str(s.n)])
    return Table(caption, columns, cells)


def _policies(run: Run) -> tuple[list[str], list[str]]:
    from sim.parameters import FIELDS

    items, terms = [], []
    for policy in run.policies:
        group = next(group for group in run.groups if policy in group.policies)
        rules = {s["name"]: s["rules"] for s in group.spec["schemes"]}
        live = group.live.get(policy, ())
        said = [f"only {listed(plain(scheme) for scheme in live)} of the schemes."] if live else []
        same: dict[str, list[str]] = {}  # what is said alike of several schemes
        for change in group.changes[policy]:
            lever = FIELDS[change["lever"]]
            before = rules.get(change["scheme"], {}).get(lever.name, lever.default)
            words, _, remark = lever.doc.rstrip(".").partition("; ")
            text = f"{words} ({remark})" if remark else words
            text += f": {setting(lever, change['value'])} instead of {setting(lever, before)}"
            text += f", from month {change['from_month']}" if change["from_month"] else ""
            text += f", reached in {change['ramp_months']} months" if change["ramp_months"] else ""
            text += f", in {_where(change['basins'])}" if change["basins"] else ""
            same.setdefault(f"{text}.", []).append(plain(change["scheme"]))
        for text, concerned in same.items():
            said.append(f"{text[:-1]} ({listed(concerned)})." if len(rules) > 1 else text)
        items.append(" ".join(said) or "the case as it is, nothing changed.")
        terms.append(
            plain(policy) + (" (what the others are compared with)" if policy == run.reference else "")
        )
    return items, terms


def setting(lever, value: float) -> str:
    """A value of a lever as it is read."""
    if lever.choices:
        return lever.choices[int(value)].replace("_", " ")
    if value == lever.high == lever.default and lever.unit != "share":
        return "no limit"  # 99 cohorts a year, 999 places
    if lever.unit.startswith("share"):  # "30 % of price"
        return f"{100 * value:,.4g}{NARROW}%{lever.unit.removeprefix('share')}"
    return f"{value:,g}" if lever.unit in ("code", "0 or 1", "multiple") else f"{value:,g} {lever.unit}"


def _where(basins: Sequence[str]) -> str:
    return listed(basins) if len(basins) <= 5 else f"{len(basins)} basins"


def _compared(run: Run, group: Group) -> Table:
    total = schemes(group)

    def of(outcome: str, words: str) -> str:
        return f"{words}{mark(run, group, outcome)}"

    columns = [
        "policy", of("jobs_net", "net jobs"), f"more than {plain(run.reference)}", "against it",
        of("jobs_reported", "reported"), of("volunteer_days", "volunteer days"),
        of("schemes_alive", f"schemes alive, of {total}"), of("cost_per_net_job", "euros a net job"),
    ]  # fmt: skip
    rows = []
    for policy in ranking(run, group):
        against = lead(run, group, policy, run.reference)
        other = policy != run.reference
        rows.append([
            plain(policy),
            cell(run.spread(group.name, policy, "jobs_net")),
            cell(against.gap, sign=True) if other else "–",
            against.verdict if other else "–",
            cell(run.spread(group.name, policy, "jobs_reported")),
            cell(run.spread(group.name, policy, "volunteer_days")),
            cell(run.spread(group.name, policy, "schemes_alive")),
            span(run.spread(group.name, policy, "cost_per_net_job"), "euros"),
        ])  # fmt: skip
    where = place(run, group)
    caption = f"{where + ': ' if where else ''}after {years(group)}; in brackets, 9 times out of 10"
    return Table(capital(caption), columns, rows)


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
            "A scheme reports the jobs that the firms it helped created. Some would have come without it, "
            "some are taken from competitors of the same basin, some are lost again; local services gain "
            "a few. What is left, over all firms, is the net number: the world with the scheme less the "
            "same world without any."
        )
    ]
    if run.command != "run":
        blocks.append(Words(f"Drawn for {plain(run.reference)}; the tables below give every policy."))
    figures = []
    for i, group in enumerate(run.groups[:WATERFALLS]):
        found = bars(run, group.name, run.reference)
        if len(found.get("jobs_net", ())):
            figures.append(_waterfall(run, group, found, f"waterfall{i}"))
    blocks.append(Figures(figures))
    if run.command != "run" or len(run.groups) > WATERFALLS:
        blocks += [_causes(run, group) for group in run.groups]
    return Section("waterfall", "Reported to net", "From reported jobs to net jobs", blocks)


def _waterfall(run: Run, group: Group, found: Mapping[str, np.ndarray], name: str) -> Figure:
    steps, level = [], 0.0
    for cause, values in found.items():
        if cause == "declaring" and np.abs(values).max() < 1e-6:
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
        f"Of 100 jobs reported, {100 * net / reported:.0f} are net; {100 * anyway / reported:.0f} would "
        "have come anyway"
        if reported > 0
        else "No job is reported"
    ).replace("-", "−")
    alt = (
        f"{place(run, group)} {title}. ".lstrip()
        + "; ".join(f"{step.label}: {step.text}" for step in steps)
        + "."
    )
    rows = [
        [step.label, _exact(step.spread.mean), _exact(step.spread.p05), _exact(step.spread.p95)]
        for step in steps
    ]
    columns = ["jobs", "mean", "5 % of worlds below", "95 % below"]
    table = Table("Means add up exactly: reported, plus each line, is net", columns, rows)
    note = "Bars: means, which add up. Brackets and black lines: 5 to 95 % of worlds."
    if not spread(found["jobs_net"]).interval:
        note = "One world: no interval."
    return Figure(title, waterfall(name, alt, steps), table, note, place(run, group))


def _label(cause: str, mean: float, by_heads: bool = False) -> str:
    """What a bar is. ``by_heads``: the scheme declares gains of headcount, whatever they come from."""
    names = {name: label for name, _, label, _ in CAUSES}
    names |= {"jobs_reported": "Reported by the scheme", "jobs_net": "Net jobs"}
    too_much = "Counted, but not hired for a project" if by_heads else "Reported but not created yet"
    names["declaring"] = "Created but not reported" if mean > 0 else too_much
    return names[cause]


def _bar_text(s: Spread, total: bool) -> str:
    text = (number if total else signed)(s.mean, scale=max(abs(s.p05), abs(s.p95)))
    if not s.interval:
        return text
    low, high = bounds(s)
    return f"{text} ({low} to {high})"


def _exact(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−") if math.isfinite(value) else "not known"


def _causes(run: Run, group: Group) -> Table:
    columns = ["policy", "reported", *(f"{label} ({term})" for _, _, label, term in CAUSES), "net"]
    rows = []
    for policy in ranking(run, group):
        found = bars(run, group.name, policy)
        means = [spread(values).mean for values in found.values()]
        rows.append(
            [plain(policy), number(means[0]), *(signed(m, scale=99) for m in means[1:-1]), number(means[-1])]
        )
    caption = f"{place(run, group) or 'All causes'}, every policy: means"
    return Table(caption, columns, rows, folded=True)
