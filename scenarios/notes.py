"""What a reader should know of a file that is in order: schemes that reach nobody, seats that may start no
action, levers of a policy that can do nothing.

Each is said only where the rules leave no doubt, whatever is drawn: ``scenarios.idle`` lists far more levers
that move nothing alone with published rules, many of which do in another place or year.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scenarios.budgets import DECIDING, seats_a_year
from scenarios.cases import Case
from scenarios.finding import is_ours
from scenarios.messages import find, path_text
from scenarios.mute import MEMBERS, MUTE, Changes, always, format_of, values_of
from scenarios.problems import Problem, number_text
from scenarios.remarks import of_lever, of_scheme
from scenarios.studies import ALL, FRAGILE, PolicyChange, Study
from scenarios.yaml_positions import Node
from sim.parameters import ECONOMY, FIELDS
from sim.spec import SchemeSpec, fragile_third, fragility_varies
from sim.state import NEEDS

Keys = tuple[str | int, ...]
NO_VOLUNTEERS = ("action", "pole")
# sums for all basins of a scheme together, as shipped, and the small firms of the case they were paid for
PAID_FOR: dict[str, tuple[int, dict[str, float]]] = {
    "pole": (38_300, {"call_euros": 114e6, "group_files": 105}),
    "plan_pme": (116_010, {"seats_per_year": 1150}),
}
# levers that count whole things, and how rules round them
WHOLE: dict[str, Callable[[float], int]] = {
    "cohorts_per_year": math.floor,
    "seats_directors": math.floor,
    "seats_volunteers": math.floor,
    "group_firms": math.floor,
    "committee_period_months": math.floor,
    "missions_per_site_year": math.ceil,
}
PERSON_DAYS = next(u.default for u in ECONOMY if u.name == "person_days_max")
PLACES = "opening_places"
NEVER = "{name} never opens there: give `{name}.opening_places`, which is 0"
PAID_IN = ("fund_euros", "state_endowment_euros")  # read once, when a place opens
FACTS = "says where to read, and computes nothing: only worlds of shipped cases are held against figures"
NAMED = 4  # basins of one name, in a note
SEATS = ("group_firms", *DECIDING)  # what the seats of actions hang on


def notes_on(found: object, node: Node | None) -> tuple[Problem, ...]:
    """What a reader should know of a case or a policy file read from ``node``; nothing of other files."""
    said: list[tuple[Keys, str]] = []
    if isinstance(found, Case):
        said = [(("schemes", name), what) for name, what in _of_schemes(found)]
        said += [*_of_own(found, node)]
    elif isinstance(found, Study):
        said = [*_of_bases(found), *_of_policies(found)]
    notes = (Problem(find(node, keys)[0], path_text(keys), what) for keys, what in said if node)
    return tuple(sorted(notes, key=lambda note: (note.place.line, note.place.column)))


def never_opens(scheme: SchemeSpec, changes: Changes) -> bool:
    """Whether no place of a scheme is ever given under these changes."""
    return max(values_of(scheme, changes, PLACES)) <= 0


def _of_own(case: Case, node: Node | None) -> Iterator[tuple[Keys, str]]:
    """Notes on what a case of one's own says beside its schemes."""
    if node and "facts" in node.value and not is_ours("cases", case.file):
        yield ("facts",), FACTS
    if what := _namesakes(case):
        yield ("territory",), what


def _namesakes(case: Case) -> str:
    """That some basins have the same name, if so."""
    by_name: dict[str, list[str]] = {}
    for basin in case.territory.basins:
        by_name.setdefault(basin.name, []).append(basin.id)
    twice = {name: ids for name, ids in by_name.items() if len(ids) > 1}
    if not twice:
        return ""
    name, ids = next(iter(twice.items()))
    more = ", ..." if len(ids) > NAMED else ""
    others = f", and {len(twice) - 1} more names stand for several" if len(twice) > 1 else ""
    return (
        f"{len(ids)} basins are called {name} ({', '.join(ids[:NAMED])}{more}){others}: pages add the id to "
        "the name"
    )


def _of_schemes(case: Case) -> Iterator[tuple[str, str]]:
    """Notes on the schemes of a case by itself."""
    for scheme in case.spec.schemes:
        found = _unheard(scheme), _few_seats(scheme, ()), _too_long(scheme, ()), _oversized(scheme, case)
        for what in (*found, *of_scheme(scheme)):
            if what:
                yield scheme.name, what


def _of_bases(study: Study) -> Iterator[tuple[Keys, str]]:
    """The same of the cases of a study, where the study names them."""
    changes = [change for of_policy in study.policies.values() for change in of_policy]
    for i, case in enumerate(study.bases):
        at: Keys = ("base", i) if len(study.bases) > 1 else ("base",)
        for _, what in _of_schemes(case):
            yield at, f"in {case.name}, {what}"
        for name in (scheme.name for scheme in case.spec.schemes if never_opens(scheme, changes)):
            yield at, f"in {case.name}, {name} opens under no policy: give `{name}.{PLACES}`, which is 0"


def _of_policies(study: Study) -> Iterator[tuple[Keys, str]]:
    """Levers that can do nothing in any case of the study, and seats that may be too few in one of them."""
    for policy, changes in study.policies.items():
        arms = [_Arm.of(study, case, policy) for case in study.bases]
        kept = study.kept.get(policy, ())
        shut = [name for name in kept if all(arm.never_opens(name) for arm in arms)]
        for name in shut:
            yield ("policies", policy, "schemes"), NEVER.format(name=name)
        whole = all(len(case.spec.schemes) == len(kept) for case in study.bases)
        if whole and kept and not changes:
            yield ("policies", policy, "schemes"), f"changes nothing: {_names(study)} has no other scheme"
        told: set[str] = set()  # schemes of whose seats something has been said
        for change in changes:
            keys = ("policies", policy, f"{change.scheme}.{change.lever}")
            for what in _not_more_fragile(change, study.bases):
                yield (*keys, "where"), what
            reasons = [arm.why_idle(change) for arm in arms]
            if all(reasons):
                yield keys, f"changes nothing in {_names(study)}: {'; '.join(dict.fromkeys(reasons))}"
            elif (played := WHOLE.get(change.lever, float)(change.value)) != change.value:
                yield keys, f"is counted in whole numbers: {number_text(change.value)} acts as {played}"
            elif change.ramp_months > 1 and FIELDS[change.lever].at_once:
                yield (
                    (*keys, "ramp_months"),
                    "changes in one step, whose values have none between; leave it out",
                )
            elif what := _remark(arms, change, changes):
                yield keys, what
            elif change.lever in SEATS and change.scheme not in told:
                found = (_few_seats(arm.schemes[change.scheme], changes) for arm in arms)
                if few := next(filter(None, found), ""):
                    told.add(change.scheme)
                    yield keys, few
            elif change.lever in OF_OPENINGS and (
                what := next(filter(None, (OF_OPENINGS[change.lever](arm, change) for arm in arms)), "")
            ):
                yield keys, what


def _names(study: Study) -> str:
    return ", ".join(case.name for case in study.bases)


def _not_more_fragile(change: PolicyChange, cases: Sequence[Case]) -> Iterator[str]:
    """That the most fragile third of the basins is only the first one, in each of these cases where it is."""
    for case in cases if change.where == FRAGILE else ():
        basins, some = case.territory.basins, len(fragile_third(case.territory))
        if some < len(basins) and not fragility_varies(case.territory):
            yield (
                f"all basins of {case.name} are equally fragile, so that `fragile` is the first third of its "
                f"rows ({some} of {len(basins)}); name basins instead, as in `where: [{basins[0].id}]`"
            )


def _unheard(scheme: SchemeSpec) -> str:
    """That no firm can ever come to a scheme, if so."""
    remedy = "under `behaviour:` of its file"
    if format_of(scheme) in MEMBERS:
        nobody = all(always(scheme, (), name, 0) for name in ("joining", "founder_distance"))
        what = f"no firm ever joins {scheme.name}: `joining` and `founder_distance` are 0; give `joining`"
    else:
        nobody = all(always(scheme, (), name, 0) for name in ("referral", "outreach"))
        what = (
            f"no firm ever hears of {scheme.name}: `referral` and `outreach` are 0, and word of mouth starts "
            "with firms that it has helped; give one of the two"
        )
    return f"{what} {remedy}" if nobody else ""


def _few_seats(scheme: SchemeSpec, changes: Sequence[PolicyChange]) -> str:
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


def _too_long(scheme: SchemeSpec, changes: Sequence[PolicyChange]) -> str:
    """That help is longer than what a person gives in a year, so that no volunteer takes it on, if so."""
    longest, bought = (max(values_of(scheme, changes, name)) for name in ("days", "paid_days_per_year"))
    if longest <= PERSON_DAYS or bought >= longest or format_of(scheme) in NO_VOLUNTEERS:
        return ""
    most = number_text(PERSON_DAYS)
    return (
        f"no volunteer of {scheme.name} takes on {number_text(longest)} days: a person gives at most {most} "
        "a year (`person_days_max`), all of them counted in the year in which help begins; nobody is helped "
        "unless days are bought (`paid_days_per_year`)"
    )


def _oversized(scheme: SchemeSpec, case: Case) -> str:
    """That a shipped scheme pays here what it paid for more than twice as many firms, if so."""
    meant, sums = PAID_FOR.get(scheme.name, (0, {}))
    smes = sum(basin.smes for basin in case.spec.territory.basins)
    kept = [name for name, value in sums.items() if scheme.rules.get(name) == value]
    if 2 * smes >= meant or not kept:
        return ""
    told = " and ".join(f"`{name}` ({number_text(sums[name])})" for name in kept)
    return (
        f"{told} of {scheme.name} are for all its basins together, and were paid for {number_text(meant)} "
        f"small firms; here are {number_text(smes)}: give them in `rules:` of the case, in proportion"
    )


def _remark(arms: Sequence["_Arm"], change: PolicyChange, changes: Sequence[PolicyChange]) -> str:
    """What is to be known of a change that acts: of the days of help, or of another lever."""
    of_days = change.lever == "days"
    noted = (
        _too_long(scheme, changes) or _free(scheme) if of_days else of_lever(scheme, change.lever, changes)
        for scheme in _named(arms, change)
    )
    return next(filter(None, noted), "")


def _free(scheme: SchemeSpec) -> str:
    """That longer actions cost no more, in schemes made of actions whose price is not that of some days."""
    if format_of(scheme) != "action" or scheme.rules.get("priced_days", FIELDS["priced_days"].default) > 0:
        return ""
    return (
        f"an action of {scheme.name} costs `action_euros` whatever its days: longer ones cost no more, "
        "unless `priced_days` in its `rules:` says which days that price is for"
    )


def _named(arms: Sequence["_Arm"], change: PolicyChange) -> Iterator[SchemeSpec]:
    """The scheme of a change, in each case in which it lives."""
    return (arm.schemes[change.scheme] for arm in arms if change.scheme in arm.schemes)


def _rounded_down(value: float) -> str:
    """A number with at most one decimal, never above what it is."""
    return number_text(math.floor(10 * value) / 10)


@dataclass(frozen=True)
class _Arm:
    """A case under a policy. ``schemes``: those that live; ``horizon``: in months."""

    case: Case
    changes: tuple[PolicyChange, ...]
    schemes: dict[str, SchemeSpec]
    horizon: int

    @classmethod
    def of(cls, study: Study, case: Case, policy: str) -> "_Arm":
        spec = study.spec(case, policy)
        return cls(case, study.policies[policy], {s.name: s for s in spec.schemes}, spec.horizon_months)

    def why_idle(self, change: PolicyChange) -> str:
        """Why a lever of the policy can do nothing here; nothing if it may."""
        scheme = self.schemes[change.scheme]
        here = set(change.basins_in(self.case.territory))
        if not self._due(scheme) & here:
            return f"{scheme.name} opens in none of these basins"
        if change.lever != PLACES and not self._opened(scheme) & here:
            return NEVER.format(name=scheme.name)
        if change.value == scheme.rules.get(change.lever, FIELDS[change.lever].default):
            return "it has this value anyway"
        special = _SPECIAL.get(change.lever)
        if special and (what := special(self, scheme, change)):
            return what
        found = (row for row in MUTE if change.lever in row.levers and row.holds(scheme, self.changes))
        return next((row.because for row in found), "")

    def _due(self, scheme: SchemeSpec) -> set[str]:
        """The basins in which the turn of a scheme comes before the horizon."""
        return {basin for basin, month in scheme.opens if month < self.horizon}

    def _opened(self, scheme: SchemeSpec) -> set[str]:
        """Those in which it may then open: some places are given there, from its turn on or later."""
        due = {basin: month for basin, month in scheme.opens if month < self.horizon}
        given = set(due) if scheme.rules.get(PLACES, FIELDS[PLACES].default) > 0 else set()
        for change in self.changes:
            if (change.scheme, change.lever) == (scheme.name, PLACES):
                where = set(change.basins_in(self.case.territory)) & set(due)
                shut = {b for b in where if change.from_month <= due[b] and not change.ramp_months}
                given = given | where if change.value > 0 else given - shut
        return given

    def never_opens(self, name: str) -> bool:
        """Whether a scheme opens nowhere here."""
        return name not in self.schemes or not self._opened(self.schemes[name])

    def _last_opening(self, scheme: SchemeSpec, change: PolicyChange) -> int | None:
        """The month in which the last of the places of a change opens; None where there is none, or one whose
        turn has not come may put its start off."""
        others = [other for other in self.changes if other is not change]
        at_once = (
            min(values_of(scheme, others, PLACES)) >= len(scheme.opens)
            and always(scheme, others, "opening_pace", FIELDS["opening_pace"].high)
            and always(scheme, others, "quality_floor", 0)
        )
        here = self._due(scheme) & set(change.basins_in(self.case.territory))
        months = [month for basin, month in scheme.opens if basin in here]
        return max(months) if months and at_once else None

    def all_open(self, scheme: SchemeSpec, change: PolicyChange) -> str:
        """For levers of openings, which do nothing once all have taken place."""
        last = self._last_opening(scheme, change)
        if last is None or change.from_month <= last:
            return ""
        return (
            f"{scheme.name} opens there by month {last}, and what has opened stays open "
            "(scenarios/README.md says what closes a scheme)"
        )

    def all_paid_in(self, scheme: SchemeSpec, change: PolicyChange) -> str:
        """For what a place is given when it opens."""
        last = self._last_opening(scheme, change)
        if last is None or change.from_month <= last:
            return ""
        return f"it is paid in when a place opens; all have opened by month {last}"

    def cut_ramp(self, change: PolicyChange) -> str:
        """That a ramp of what a place is given when it opens is on its way when the last one opens, if so."""
        last = self._last_opening(self.schemes[change.scheme], change)
        if last is None or not 0 < (step := last - change.from_month + 1) < change.ramp_months:
            return ""
        return (
            f"is paid in when a place opens, and the last one opens in month {last} of {self.case.name}: "
            f"the ramp is then at step {step} of {change.ramp_months}"
        )

    def trained_before(self, change: PolicyChange) -> str:
        """That facilitators come after the first place has opened, which trains nobody, if so."""
        scheme = self.schemes[change.scheme]
        first = min((month for _, month in scheme.opens), default=0)
        at_once = min(values_of(scheme, self.changes, PLACES)) >= 1
        free = any(always(scheme, self.changes, *at) for at in (("seats_facilitators", 0), ("untrained", 1)))
        set_by = change.from_month + max(1, change.ramp_months) - 1
        if len(scheme.opens) == 1 or free or not at_once or set_by <= first:
            return ""
        return (
            f"trains nobody: those of the first place of {scheme.name} are trained as it opens, in month "
            f"{first} of {self.case.name}, others by `training_places`; later changes set how many "
            "cohorts are led at once"
        )

    def nobody_tied(self, scheme: SchemeSpec, change: PolicyChange) -> str:
        """For `alumni_events`, which cares for ties between directors of a cohort of the scheme."""
        free = always(scheme, self.changes, "events_euros", 0)
        if not free or format_of(scheme) == "cohort":
            return ""
        return "only directors of a cohort have ties, and events cost nothing"

    def no_dominant(self, scheme: SchemeSpec, change: PolicyChange) -> str:
        """For `dominant_only`."""
        here = self._opened(scheme) & set(change.basins_in(self.case.territory))
        led = any(basin.dominant_sector for basin in self.case.territory.basins if basin.id in here)
        return "" if led else "no sector dominates a basin there"

    def nobody_to_pool_with(self, scheme: SchemeSpec, change: PolicyChange) -> str:
        """For `pooling`, which takes two basins of one region that both pool."""
        if scheme.rules.get("pooling", 0) > 0:
            return ""
        here = self._opened(scheme) & set(change.basins_in(self.case.territory))
        regions = [basin.region for basin in self.case.territory.basins if basin.id in here]
        return "" if len(set(regions)) < len(regions) else "no two of these basins are of one region"

    def nobody_to_concert_with(self, scheme: SchemeSpec, change: PolicyChange) -> str:
        """For `coordination`, which takes two schemes of one basin that both are coordinated."""
        others = [
            other
            for other in self.schemes.values()
            if other is not scheme and self._opened(other) & self._opened(scheme)
        ]
        if not others:
            return "no other scheme opens in its basins"
        if all(always(other, self.changes, "coordination", 0) for other in others):
            return f"it takes two, and `coordination` of {', '.join(o.name for o in others)} is 0"
        return ""


_SPECIAL: dict[str, Callable[[_Arm, SchemeSpec, PolicyChange], str]] = {
    PLACES: _Arm.all_open,
    "opening_pace": _Arm.all_open,
    **dict.fromkeys(PAID_IN, _Arm.all_paid_in),
    "alumni_events": _Arm.nobody_tied,
    "dominant_only": _Arm.no_dominant,
    "pooling": _Arm.nobody_to_pool_with,
    "coordination": _Arm.nobody_to_concert_with,
}
# levers that are read as places open: what is to be known of a change that comes late
OF_OPENINGS: dict[str, Callable[[_Arm, PolicyChange], str]] = {
    **dict.fromkeys(PAID_IN, _Arm.cut_ramp),
    "facilitators": _Arm.trained_before,
}
