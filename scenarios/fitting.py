"""Schemes that do not fit the place in which a case opens them: sums and teams of a larger one, seats too few
for a group, founders too few to stay open."""

import math
from collections.abc import Iterator, Sequence

from scenarios.budgets import all_for_running, rules_in, seats_a_year
from scenarios.cases import Case
from scenarios.mute import format_of
from scenarios.problems import number_text
from scenarios.studies import ALL, PolicyChange
from sim.parameters import FIELDS
from sim.spec import Basin, Change, SchemeSpec
from sim.state import NEEDS

# sums for all basins of a scheme together, as shipped, and the small firms of the case they were paid for;
# `budget_euros` is a ceiling, which costs nothing where seats bind first
PAID_FOR: dict[str, tuple[int, dict[str, float]]] = {
    "pole": (38_300, {"call_euros": 114e6, "group_files": 105}),
    "plan_pme": (116_010, {"seats_per_year": 1150, "region_euros": 1.2e6}),
}
# the same of each place: the small firms of a basin, in the mean
PAID_IN_A_PLACE: dict[str, tuple[int, dict[str, float]]] = {"pole": (1_915, {"coordinators": 39})}
NAMED = 4  # basins, in a note


def misfits(scheme: SchemeSpec, case: Case) -> Iterator[str]:
    """Why a scheme of a case does not fit its basins."""
    found = (
        few_seats(scheme, ()),
        _oversized(scheme, case),
        _overstaffed(scheme, case),
        _closing(scheme, case),
    )
    return filter(None, found)


def few_seats(scheme: SchemeSpec, changes: Sequence[PolicyChange]) -> str:
    """That seats of actions, or those that money pays, are so few that a year may not fill a group of any
    theme, if so."""
    set_here = {c.lever: c.value for c in changes if c.scheme == scheme.name and c.where == ALL}
    rules = {**scheme.rules, **set_here}
    firms = rules.get("group_firms", FIELDS["group_firms"].default)
    enough, seats = len(NEEDS) * firms, seats_a_year(rules, len(scheme.opens))
    if not 0 < seats < enough:
        return ""
    offered = rules["seats_per_year"]
    paid = f"its public money pays {_rounded_down(seats)} of {number_text(offered)} seats a year, and "
    return (
        f"{paid if seats < offered else ''}fewer than {number_text(enough)} seats a year may start no group "
        f"in {scheme.name}: {len(NEEDS)} themes share them, a group takes {number_text(firms)} of one theme, "
        "and those of last year are lost"
    )


def unpaid(scheme: SchemeSpec, changes: Sequence[Change]) -> str:
    """That from some month on the running of a scheme takes all its money, if so."""
    here = [change for change in changes if change.scheme == scheme.name]
    settled = max((change.from_month + change.ramp_months for change in here), default=0)

    def none_paid(month: int) -> str:
        return all_for_running(rules_in(scheme.rules, here, month), len(scheme.opens))

    why = none_paid(settled)
    if not why:
        return ""
    paid = (month for month in range(settled) if not none_paid(month))
    return f"from month {max(paid, default=-1) + 1} on no seat of {scheme.name} is paid: {why}"


def closed_by(scheme: SchemeSpec, case: Case, change: PolicyChange) -> str:
    """That a scheme stays closed in some basins since a policy asks for more partners there, if so."""
    settled = change.from_month + max(1, change.ramp_months) - 1
    there, opens = set(change.basins_in(case.territory)), dict(scheme.opens)
    before, least = _least(scheme), FIELDS[change.lever].acts_as(change.value)
    found = [
        basin
        for basin in _opened(scheme, case)
        if basin.id in there and settled <= opens[basin.id]
        if before <= _founders(scheme, basin) < least
    ]
    return _closes(scheme, found, least)


def _closing(scheme: SchemeSpec, case: Case) -> str:
    """That a scheme stays closed in some basins, if so."""
    least = _least(scheme)
    return _closes(scheme, [b for b in _opened(scheme, case) if _founders(scheme, b) < least], least)


def _closes(scheme: SchemeSpec, basins: Sequence[Basin], least: float) -> str:
    if not basins:
        return ""
    few = ", ".join(f"{basin.id} ({_founders(scheme, basin)})" for basin in basins[:NAMED])
    named = f"{few} and {len(basins) - NAMED} more basins" if len(basins) > NAMED else few
    if format_of(scheme) == "action":
        why, remedy = "schemes made of actions have no partners", "give `partners_min: 0`"
    else:
        why = f"fewer large firms found it there than `partners_min` asks for ({number_text(least)})"
        remedy = "give more `founders` or `large_sites` in the territory, or a lower `partners_min`"
    return f"{scheme.name} stays closed in {named}: {why}; {remedy}"


def _least(scheme: SchemeSpec) -> float:
    """Partners without which a local scheme closes."""
    return _acting(scheme, "partners_min")


def _founders(scheme: SchemeSpec, basin: Basin) -> int:
    """Large firms that found a local scheme."""
    most = (int(_acting(scheme, name)) for name in ("founders_max", "candidates_max"))
    return 0 if format_of(scheme) == "action" else min(basin.founders, *most)


def _acting(scheme: SchemeSpec, name: str) -> float:
    """What a rule of a scheme acts as."""
    return FIELDS[name].acts_as(scheme.rules.get(name, FIELDS[name].default))


def _opened(scheme: SchemeSpec, case: Case) -> list[Basin]:
    """The basins in which a scheme may open, in the order of the territory."""
    opens = dict(scheme.opens)
    return [basin for basin in case.territory.basins if basin.id in opens]


def _oversized(scheme: SchemeSpec, case: Case) -> str:
    """That a shipped scheme pays here what it paid for more than twice as many firms, if so."""
    meant, sums = PAID_FOR.get(scheme.name, (0, {}))
    smes = sum(basin.smes for basin in case.territory.basins)
    if 2 * smes >= meant or not (told := _kept(scheme, sums)):
        return ""
    return (
        f"{scheme.name} keeps for {number_text(smes)} small firms what was paid for {number_text(meant)}, in "
        f"all its basins together: {told}; give that in `rules:` of the case, in proportion"
    )


def _overstaffed(scheme: SchemeSpec, case: Case) -> str:
    """That each place of a shipped scheme has the team of one for more than twice as many firms, if so."""
    meant, teams = PAID_IN_A_PLACE.get(scheme.name, (0, {}))
    basins = _opened(scheme, case)
    smes = sum(basin.smes for basin in basins) / len(basins)
    if 2 * smes >= meant or not (told := _kept(scheme, teams)):
        return ""
    return (
        f"{scheme.name} keeps in each of its basins, of {number_text(round(smes))} small firms in the mean, "
        f"the team of one of {number_text(meant)}: {told}; give that in `rules:` of the case, in proportion"
    )


def _kept(scheme: SchemeSpec, numbers: dict[str, float]) -> str:
    """Those of these numbers that a scheme has as shipped, in words."""
    kept = [name for name, value in numbers.items() if scheme.rules.get(name) == value]
    return " and ".join(f"`{name}` ({number_text(numbers[name])})" for name in kept)


def _rounded_down(value: float) -> str:
    """A number with at most one decimal, never above what it is."""
    return number_text(math.floor(10 * value) / 10)
