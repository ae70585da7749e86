"""Partners, wear and schemes alive over time; volunteers; money."""

from collections.abc import Sequence

import numpy as np

from experiments.report.blocks import Block, Figure, Figures, Section, Table, Words
from experiments.report.figures import Line, Row, dots, lines
from experiments.report.headline import place, ranking, schemes
from experiments.report.jobs import Styles, alt_of, dot_table, short
from experiments.report.reading import Group, Run, Spread, spread
from experiments.report.words import (
    between,
    capital,
    cell,
    chance,
    listed,
    number,
    plain,
    span,
    with_unit,
    without_net_job,
)

# outcome of the series, name, unit of the axis
OVER_TIME = (
    ("partners", "Partner sites", "partner sites"),
    ("fatigue", "Wear of partners", "mean wear, from 0 (rested) to 100 % (worn out)"),
    ("schemes_alive", "Local schemes alive", "local schemes alive"),
)
MEMBERS_OVER_TIME = (
    ("members", "Member firms", "member firms"),
    ("partners", "Large members", "large members: buyers, groups"),
)
CASH = (
    ("public_cost", "Public money spent", "euros since the start"),
    ("fund", "Money in the advance funds", "euros in the funds"),
)
MONEY = (
    ("public_cost", "Public and partners' money: coordination, experts, advances lost"),
    ("in_kind_cost", "In kind: volunteers' days at their value"),
    ("tax_expenditure", "Tax given back: to the volunteers' employers"),
    ("advances_paid", "Advances paid: repayable"),
    ("advances_lost", "Advances lost: in the first line, too"),
)
PEOPLE = (
    ("volunteers_mobilised", "persons", "different persons"),
    ("volunteer_days", "days", "days given"),
    ("missions", "missions", "missions"),
    ("seats_per_volunteer", "missions per person", "missions a person"),
    ("files_unserved", "files", "accepted files that found nobody in time"),
    ("months_to_help", "months", "months from application to help"),
    ("paid_days", "days", "expert days bought"),
)


def over_time(run: Run, styles: Styles) -> Section:
    """Partners, wear, schemes alive."""
    words = (
        "A local scheme lives on the large firms at its table. Each mission tires the site that gives "
        "it; a tired site says no more often, and leaves sooner. A scheme with too few partners "
        "closes. Shaded: 90 % of worlds."
    )
    blocks = [Words(words), *_paths(run, styles, OVER_TIME)]
    return Section("time", "Partners", "Partners, wear and schemes alive over time", blocks)


def members_over_time(run: Run, styles: Styles, large: bool) -> Section:
    """Small members of schemes made of members, and large ones unless they stand among partners already."""
    words = (
        "Firms within reach of the scheme join sooner or later, until few are left outside: more effort "
        "brings them in sooner, only more reach brings more of them. Shaded: 90 % of worlds."
    )
    blocks = [Words(words), *_paths(run, styles, MEMBERS_OVER_TIME if large else MEMBERS_OVER_TIME[:1])]
    return Section("members", "Members", "Members over time", blocks)


def _paths(run: Run, styles: Styles, shown: Sequence[tuple[str, str, str]]) -> list[Block]:
    """A figure for each outcome and case."""
    found_all: list[Figure] = []
    for outcome, name, unit in shown:
        series = {group.name: _series(run, group, outcome, styles) for group in run.groups}
        ends = [s for found in series.values() for line in found for s in line.spreads]
        top = max((s.p95 for s in ends if s.known), default=1.0)
        figures = []
        for i, group in enumerate(run.groups):
            if found := series[group.name]:
                figures.append(_over_time(run, group, outcome, name, unit, found, top, f"{outcome}{i}"))
        found_all += figures
    # one case: its three figures side by side; several: a row of cases for each outcome
    return [Figures(found_all) if found_all else Words("The folder holds no series over time.")]


def _series(run: Run, group: Group, outcome: str, styles: Styles) -> list[Line]:
    frame = run.yearly
    frame = frame[(frame["group"] == group.name) & (frame["outcome"] == outcome)]
    found = []
    for policy in ranking(run, group):
        part = frame[frame["policy"] == policy]
        if part.empty:
            continue
        by_month = {int(m): spread(p["value"].to_numpy()) for m, p in part.groupby("month")}
        months = sorted(by_month)
        found.append(Line(plain(policy), months, [by_month[m] for m in months], styles[policy]))
    return found


def _over_time(
    run: Run, group: Group, outcome: str, name: str, unit: str, found: Sequence[Line], top: float, id_: str
) -> Figure:
    kind = "share" if outcome == "fatigue" else ""
    ends = {line.label: line.spreads[-1] for line in found if line.spreads[-1].known}
    title = _message(run, group, outcome, name, ends)
    alt = (
        f"{place(run, group)} {title}. At the end: ".lstrip()
        + "; ".join(f"{label}, {cell(s, kind)}" for label, s in ends.items())
        + "."
    )
    svg = lines(id_, alt, found, unit, top, group.spec["start_year"], percent=bool(kind))
    months = sorted({month for line in found for month in line.months})
    rows = []
    for line in found:
        at = dict(zip(line.months, line.spreads))
        rows.append([line.label, *(cell(at[m], kind) if m in at and at[m].known else "–" for m in months)])
    table = Table(f"{name}: mean (5 to 95 % of worlds)", ["policy", *(f"month {m}" for m in months)], rows)
    return Figure(title, svg, table, case=place(run, group))


def _message(run: Run, group: Group, outcome: str, name: str, ends: dict[str, Spread]) -> str:
    kind = "share" if outcome == "fatigue" else ""
    if not ends:
        return f"{name}: none left at the end"
    low, high = min(ends, key=lambda p: ends[p].mean), max(ends, key=lambda p: ends[p].mean)
    of = f" of {schemes(group)}" if outcome == "schemes_alive" else ""
    if len(ends) == 1:
        return f"{name}: {number(ends[low].mean, kind)}{of} at the end"
    if number(ends[low].mean, kind) == number(ends[high].mean, kind):
        return f"{name}: {number(ends[low].mean, kind)}{of} at the end, whatever the policy"
    least, most = number(ends[low].mean, kind), number(ends[high].mean, kind)
    return f"{name}: from {least} ({low}) to {most} ({high}){of} at the end"


def volunteers(run: Run, styles: Styles) -> Section:
    """Who gives time, and how much."""
    blocks: list[Block] = []
    if run.command == "run":
        group = run.groups[0]
        s = {name: run.spread(group.name, run.reference, name) for name, *_ in PEOPLE}
        blocks.append(
            Words(
                f"About {with_unit(s['volunteers_mobilised'].mean, 'persons')} of large firms give "
                f"{with_unit(s['volunteer_days'].mean, 'days')} in all ({between(s['volunteer_days'])}): "
                f"{number(s['seats_per_volunteer'].mean)} missions a person."
            )
        )
    else:
        rows = _arm_rows(run, "volunteer_days", styles)
        title = f"Volunteers give {_range(rows)} days"
        svg = dots("days", alt_of(title, rows), rows, "days given by volunteers, in all")
        blocks.append(Figures([Figure(title, svg, dot_table(rows, "Volunteer days"))]))
    shown = [(name, unit, label) for name, unit, label in PEOPLE if _any(run, name)]
    for group in run.groups:
        cells = [
            [plain(policy), *(cell(run.spread(group.name, policy, name), unit) for name, unit, _ in shown)]
            for policy in ranking(run, group)
        ]
        caption = f"{place(run, group) or 'Volunteers'}: mean (5 to 95 % of worlds)"
        columns = ["policy", *(capital(label) for *_, label in shown)]
        blocks.append(_arms(caption, columns, cells, folded=run.command != "run"))
    return Section("volunteers", "Volunteers", "Volunteers", blocks)


def _range(rows: Sequence[Row]) -> str:
    """ "from 1,300 (no renewal) to 3,000 (published)", over all cases."""
    known = [row for row in rows if row.spread.known]
    if not known:
        return "an unknown number of"
    low, high = min(known, key=lambda row: row.value), max(known, key=lambda row: row.value)
    if number(low.value) == number(high.value):
        return f"about {number(low.value)}"
    return f"from {number(low.value)} ({low.label}) to {number(high.value)} ({high.label})"


def _any(run: Run, outcome: str) -> bool:
    return outcome in run.worlds and bool((run.worlds[outcome].fillna(0) != 0).any())


def _arm_rows(run: Run, outcome: str, styles: Styles, centre: str = "mean", unit: str = "") -> list[Row]:
    rows = []
    for group in run.groups:
        for policy in ranking(run, group):
            s = run.spread(group.name, policy, outcome)
            text = cell(s, unit, centre)
            rows.append(Row(plain(policy), s, getattr(s, centre), text, styles[policy], short(group, run)))
    return rows


def costs(run: Run, styles: Styles) -> Section:
    """What it costs, and whom."""
    blocks: list[Block] = [
        Words(
            "Public money and tax given back are spent whether or not a job is net. Advances are lent: "
            "only what is lost is a cost. Days are given by the firms, at the value set for an expert's "
            f"day. Euros are those of {_price_years(run)}, neither inflated nor discounted."
        )
    ]
    if run.command == "run":
        blocks += [_net_job_words(run, run.groups[0], run.reference), Figures([_money(run, styles)])]
    else:
        rows = _arm_rows(run, "cost_per_net_job", styles, "p50", "euros")
        title = f"A net job costs {_range(rows)} euros"
        unit = "euros of public money and tax a net job (dot: median)"
        svg = dots("cost", alt_of(title, rows), rows, unit)
        blocks.append(Figures([Figure(title, svg, dot_table(rows, unit))]))
    blocks += [_money_table(run, group) for group in run.groups]
    frame = run.yearly
    paths = [path for path in CASH if frame["value"][frame["outcome"] == path[0]].any()]
    blocks += _paths(run, styles, paths) if paths else []
    blocks.append(
        Words(
            "Cost per net job is public money plus tax given back, over the net jobs there are at the "
            "end. Where net jobs come near none it has no end; a mean of it means nothing, so the median "
            "and the range are given. A net job-year counts how long jobs last, too."
        )
    )
    return Section("costs", "Costs", "Costs", blocks)


def _price_years(run: Run) -> str:
    """The year of whose euros the rules of each case are given in."""
    return listed(str(year) for year in sorted({g.spec["constants"]["price_year"] for g in run.groups}))


def _net_job_words(run: Run, group: Group, policy: str) -> Words:
    s = run.spread(group.name, policy, "cost_per_net_job")
    none = int(np.isinf(run.values(group.name, policy, "cost_per_net_job")).sum())
    if not s.known:
        return Words("The cost of a net job is not known.")
    text = f"A net job costs about {number(s.p50, 'euros')} euros of public money and tax"
    text += f" ({between(s, 'euros')})."
    if none and s.p50 == float("inf"):
        text = "In most worlds there is no net job to divide the cost by."
    return Words(f"{text} {without_net_job(none, s.n)}", strong=True)


def _money(run: Run, styles: Styles) -> Figure:
    group = run.groups[0]
    rows = []
    for name, label in MONEY:
        s = run.spread(group.name, run.reference, name)
        rows.append(Row(label.split(":")[0], s, s.mean, cell(s), styles[run.reference]))
    means = {name: run.spread(group.name, run.reference, name).mean for name, _ in MONEY}
    low, high = sorted((means["public_cost"], means["in_kind_cost"]))
    names = ("Coordination and experts", "volunteers' days")
    first, second = names if means["public_cost"] >= means["in_kind_cost"] else names[::-1]
    title = f"{capital(first)} weigh more than {second.lower()}: {number(high)} euros against {number(low)}"
    svg = dots("money", alt_of(title, rows), rows, "euros, over the whole period")
    return Figure(title, svg, dot_table(rows, "Euros over the whole period"))


def _money_table(run: Run, group: Group) -> Table:
    columns = [
        "policy",
        *(label for _, label in MONEY),
        "cost of a net job",
        "no net job in",
        "cost of a net job-year",
    ]
    rows = []
    for policy in ranking(run, group):
        net = run.values(group.name, policy, "jobs_net")
        rows.append([
            plain(policy),
            *(cell(run.spread(group.name, policy, name), "euros") for name, _ in MONEY),
            span(run.spread(group.name, policy, "cost_per_net_job"), "euros"),
            capital(chance(int((net <= 0).sum()), len(net))),
            span(_per_job_year(run, group, policy), "euros"),
        ])  # fmt: skip
    caption = f"{place(run, group) or 'Costs'}, in euros: mean, and 5 to 95 % of worlds"
    return _arms(caption, [capital(column) for column in columns], rows, folded=run.command != "run")


def _arms(caption: str, columns: list[str], rows: list[list[str]], folded: bool) -> Table:
    """A row a policy; where there is one policy, a row a measure."""
    if len(rows) != 1:
        return Table(caption, columns, rows, folded=folded)
    return Table(
        caption, ["", rows[0][0]], [list(pair) for pair in zip(columns[1:], rows[0][1:])], folded=folded
    )


def _per_job_year(run: Run, group: Group, policy: str) -> Spread:
    spent = sum(run.values(group.name, policy, name) for name in ("public_cost", "tax_expenditure"))
    stays = run.values(group.name, policy, "job_years")
    return spread(np.where(stays > 0, spent / stays.where(stays > 0), np.inf))
