"""Partners, wear and schemes alive over time; volunteers."""

from collections.abc import Sequence

import numpy as np

from experiments.census import MILESTONES
from experiments.lang import later, plural, say
from experiments.lang.phrases import listed, named, of_place, parts, quoted
from experiments.report.blocks import Block, Figure, Figures, Section, Table, Words
from experiments.report.curves import FEW, Line, lines
from experiments.report.figures import Row, dots
from experiments.report.jobs import Styles, alt_of, dot_table
from experiments.report.reading import Group, Run, Spread, exists, spread
from experiments.report.standing import averaged, lasting, openings, place, ranking, since, total
from experiments.report.words import (
    PLACES,
    between,
    capital,
    cell,
    extremes,
    number,
    plain,
    rounded,
    with_unit,
)

# outcome of the series, name, unit of the axis
OVER_TIME = (
    ("partners", later("Partner sites"), later("partner sites")),
    ("fatigue", later("Wear of partners"), later("mean wear, from 0 (rested) to 100 % (worn out)")),
    ("schemes_alive", later("Local schemes alive"), later("local schemes alive")),
)
UNITS = {"fatigue": "share", "schemes_alive": PLACES}
NET_OVER_TIME = (("jobs_net", later("Net jobs"), later("more jobs than without any scheme")),)
MEMBERS_OVER_TIME = (
    ("members", later("Member firms"), later("member firms")),
    ("partners", later("Large members"), later("large members: buyers, groups")),
)
PEOPLE = (
    ("volunteers_mobilised", "persons", later("different persons")),
    ("volunteer_days", "days", later("days given")),
    ("missions", "missions", later("missions")),
    ("seats_per_volunteer", "missions per person", later("missions a person")),
    ("files_unserved", "files", later("files that found no volunteer, seat, group or room in time")),
    ("months_to_help", "months", later("months from application to help")),
    ("paid_days", "days", later("expert days bought")),
)


def net_over_time(run: Run, styles: Styles) -> Section:
    """Net jobs, year by year, and after three, five and ten years."""
    words = say(
        "What there is more, at the end of each year, than in the same world without any scheme. The "
        "first years tell little of the last: projects hire for a year, know-how fades, firms that were "
        "kept alive may close later."
    )
    dated = [_dated(run, group) for group in run.groups]
    blocks = [Words(words), *over_years(run, styles, NET_OVER_TIME), *dated]
    return Section("years", say("Years"), say("Net jobs over the years"), blocks)


def _dated(run: Run, group: Group) -> Table:
    """Net jobs after three, five and ten years, as far as the case goes, and at its end."""
    frame = run.yearly
    frame = frame[(frame["group"] == group.name) & (frame["outcome"] == "jobs_net")]
    months = [m for m in sorted(set(frame["month"])) if m in MILESTONES or m == group.spec["horizon_months"]]
    of = {key: spread(part["value"].to_numpy()) for key, part in frame.groupby(["policy", "month"])}
    rows = [
        [plain(policy), *(cell(of[policy, m]) if (policy, m) in of else "–" for m in months)]
        for policy in ranking(run, group)
    ]
    caption = averaged(run, place(run, group) or say("Net jobs"))
    return Table(caption, [say("policy"), *(say("after {years}", years=lasting(m)) for m in months)], rows)


def over_time(run: Run, styles: Styles) -> Section:
    """Partners, wear, schemes alive."""
    words = say(
        "A local scheme lives on the large firms at its table. Each mission tires the site that "
        "gives it; a tired site says no more often, and leaves sooner. A scheme with too few "
        "partners closes."
    )
    blocks = [Words(words), *over_years(run, styles, OVER_TIME)]
    return Section("time", say("Partners"), say("Partners, wear and schemes alive over time"), blocks)


def members_over_time(run: Run, styles: Styles, large: bool) -> Section:
    """Small members of schemes made of members, and large ones unless they stand among partners already."""
    words = say(
        "Firms within reach of the scheme join sooner or later: more effort brings them in sooner, only more "
        "reach brings more of them. Members leave, too: where more leave than join, they become fewer."
    )
    blocks = [
        Words(words),
        *over_years(run, styles, MEMBERS_OVER_TIME if large else MEMBERS_OVER_TIME[:1]),
    ]
    if exists(run, "needs_posted"):
        blocks.append(Words(say("Members of a market place may give up after two years without a contract.")))
        blocks += [_gave_up(run, group) for group in run.groups]
    return Section("members", say("Members"), say("Members over time"), blocks)


def _gave_up(run: Run, group: Group) -> Table:
    """Members that left a market place for want of contracts, where a policy opens one."""
    rows = [
        [
            plain(policy),
            cell(run.spread(group.name, policy, "members_gave_up"))
            if openings(group, policy, "market") else "–",
        ]
        for policy in ranking(run, group)
    ]  # fmt: skip
    caption = averaged(run, place(run, group) or say("Members"))
    return arms(caption, [say("policy"), say("Gave up without a contract")], rows, folded=False)


def _ninety(run: Run, lines: set[int]) -> list[Block]:
    """How figures with so many lines show what worlds differ in; nothing of one world."""
    if run.worlds_an_arm == 1:
        return []
    shaded = say("Shaded: 90 % of worlds.")
    upright = say("Upright lines at the right: 90 % of worlds, at the end.")
    ways = [shaded] * (min(lines) <= FEW) + [upright] * (max(lines) > FEW)
    return [Words(" ".join(ways))]


def over_years(run: Run, styles: Styles, shown: Sequence[tuple[str, str, str]]) -> list[Block]:
    """A figure for each outcome and case, and how to read them."""
    found_all: list[Figure] = []
    drawn: set[int] = set()
    for outcome, name, unit in shown:
        series = {group.name: _series(run, group, outcome, styles) for group in run.groups}
        ends = [s for found in series.values() for line in found for s in line.spreads]
        known = [s for s in ends if s.known] or [spread(np.ones(1))]
        reach = min(s.p05 for s in known), max(s.p95 for s in known)
        found_all += [
            _over_time(run, group, outcome, name, unit, found, reach, f"{outcome}{i}")
            for i, group in enumerate(run.groups)
            if (found := series[group.name])
        ]
        drawn |= {len(found) for found in series.values() if found}
    if not found_all:
        return [Words(say("The folder holds no series over time."))]
    # one case: its three figures side by side; several: a row of cases for each outcome
    return [*_ninety(run, drawn), Figures(found_all)]


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
    run: Run, group: Group, outcome: str, name: str, unit: str, found: Sequence[Line],
    reach: tuple[float, float], id_: str,
) -> Figure:  # fmt: skip
    unit_ = UNITS.get(outcome, "")
    ends = {line.label: line.spreads[-1] for line in found if line.spreads[-1].known}
    title = _message(run, group, outcome, name, ends)
    alt = f"{place(run, group)} {title}. ".lstrip() + say(
        "At the end: {values}.", values=parts(f"{label}, {cell(s, unit_)}" for label, s in ends.items())
    )
    svg = lines(id_, alt, found, say(unit), reach, since(group), percent=unit_ == "share")
    months = sorted({month for line in found for month in line.months})
    rows = []
    for line in found:
        at = dict(zip(line.months, line.spreads))
        rows.append([line.label, *(cell(at[m], unit_) if m in at and at[m].known else "–" for m in months)])
    table = Table(
        averaged(run, say(name)),
        [say("policy"), *(say("month {month}", month=m) for m in months)],
        rows,
    )
    return Figure(title, svg, table, case=place(run, group))


def _message(run: Run, group: Group, outcome: str, name: str, ends: dict[str, Spread]) -> str:
    unit = UNITS.get(outcome, "")
    name = say(name)
    if not ends:
        return say("{name}: none left at the end", name=name)
    low, high = extremes({label: s.mean for label, s in ends.items()}, unit)
    least, most = (number(ends[some[0]].mean, unit) for some in (low, high))
    opened = total(run, group) if outcome == "schemes_alive" else None
    of = "" if opened is None else say(" of {total}", total=opened)
    if len(ends) == 1:
        return say("{name}: {mean}{of} at the end", name=name, mean=least, of=of)
    if least == most:
        return say("{name}: {mean}{of} at the end, whatever the policy", name=name, mean=least, of=of)
    return say(
        "{name}: from {least} ({low}) to {most} ({high}){of} at the end",
        name=name, least=least, low=listed(named(quoted(low))), most=most,
        high=listed(named(quoted(high))), of=of,
    )  # fmt: skip


def volunteers(run: Run, styles: Styles) -> Section:
    """Who gives time, and how much."""
    blocks: list[Block] = []
    if run.command == "run":
        group = run.groups[0]
        s = {name: run.spread(group.name, run.reference, name) for name, *_ in PEOPLE}
        blocks.append(
            Words(
                say(
                    "About {persons} of large firms give {days} in all ({between}): {missions} missions "
                    "a person.",
                    persons=with_unit(s["volunteers_mobilised"].mean, "persons"),
                    days=with_unit(s["volunteer_days"].mean, "days"),
                    between=between(s["volunteer_days"]),
                    missions=number(s["seats_per_volunteer"].mean),
                )
            )
        )
    else:
        blocks.append(Figures([_days_figure(run, group, styles) for group in run.groups]))
    shown = [(name, unit, label) for name, unit, label in PEOPLE if exists(run, name)]
    for group in run.groups:
        cells = [
            [plain(policy), *(cell(run.spread(group.name, policy, name), unit) for name, unit, _ in shown)]
            for policy in ranking(run, group)
        ]
        caption = averaged(run, place(run, group) or say("Volunteers"))
        columns = [say("policy"), *(capital(say(label)) for *_, label in shown)]
        blocks.append(arms(caption, columns, cells, folded=run.command != "run"))
    return Section("volunteers", say("Volunteers"), say("Volunteers"), blocks)


def least_and_most(rows: Sequence[Row]) -> dict[str, str]:
    """The least and the most, with the policies that give them; none where none is known."""
    known = {row.label: row.value for row in rows if row.spread.known}
    if not known:
        return {}
    low, high = extremes(known)
    least, most = (number(known[some[0]]) for some in (low, high))
    lowest, highest = (listed(named(quoted(some))) for some in (low, high))
    return {"least": least, "low": lowest, "most": most, "high": highest}


def _days(rows: Sequence[Row]) -> str:
    """ "Volunteers give from 1,300 (no renewal) to 3,000 (published) days"."""
    if not (ends := least_and_most(rows)):
        return say("Volunteers give an unknown number of days")
    if ends["least"] == ends["most"]:
        days = next(rounded(row.value) for row in rows if row.spread.known)
        return plural("Volunteers give about {days} day", "Volunteers give about {days} days",
                      days, days=ends["least"])  # fmt: skip
    return say("Volunteers give from {least} ({low}) to {most} ({high}) days", **ends)


def _days_figure(run: Run, group: Group, styles: Styles) -> Figure:
    rows = arm_rows(run, group, "volunteer_days", styles)
    axis = say("days given by volunteers, in all")
    return arms_figure(run, group, "days", _days(rows), rows, axis, say("Volunteer days"))


def arms_figure(
    run: Run, group: Group, name: str, title: str, rows: Sequence[Row], axis: str, caption: str
) -> Figure:
    """The policies of one case: between unlike cases, more or less is not due to a policy."""
    where = place(run, group)
    svg = dots(f"{name}{run.groups.index(group)}", alt_of(of_place(where, title), rows), rows, axis)
    return Figure(title, svg, dot_table(rows, caption), case=where)


def arm_rows(
    run: Run, group: Group, outcome: str, styles: Styles, centre: str = "mean", unit: str = ""
) -> list[Row]:
    rows = []
    for policy in ranking(run, group):
        s = run.spread(group.name, policy, outcome)
        rows.append(Row(plain(policy), s, getattr(s, centre), cell(s, unit, centre), styles[policy]))
    return rows


def arms(caption: str, columns: list[str], rows: list[list[str]], folded: bool) -> Table:
    """A row a policy; where there is one policy, a row a measure."""
    if len(rows) != 1:
        return Table(caption, columns, rows, folded=folded)
    return Table(
        caption, ["", rows[0][0]], [list(pair) for pair in zip(columns[1:], rows[0][1:])], folded=folded
    )
