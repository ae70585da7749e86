"""From a policy file to a ``Study``: one question, policies as differences to one case or several."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scenarios.budgets import DECIDING, never_paid, rules_in
from scenarios.cases import Case, Reader
from scenarios.files import ChangeEntry, PolicyFile, PolicyFileInPart, field_code
from scenarios.finding import available, locate
from scenarios.messages import COMMA, field_value, find, path_text, validate
from scenarios.mixes import SCHEMES, check_mixes, kept_schemes, proper_mixes
from scenarios.problems import LISTED_AT_MOST, Place, Report, ScenarioError, nearest, quoted
from scenarios.texts import Named, Source
from scenarios.yaml_positions import Node
from sim.parameters import FIELDS, LEVERS
from sim.spec import Change, SchemeSpec, SpecError, Territory, WorldSpec, fragile_third

NONE, PUBLISHED = "none", "published"
MISSING = ("na", "nan", "null", "n/a")  # for spreadsheets or for pandas
ALL, FRAGILE = "all", "fragile"
# levers that act only in schemes of some formats: where they act, what these are made of, the formats
_ONLY: dict[str, tuple[str, tuple[str, ...]]] = {
    "sim/support/cohorts.py": ("cohorts", ("cohort",)),
    "sim/support/actions.py": ("actions", ("action",)),
    "sim/support/diagnostics.py": ("actions", ("action",)),
    "sim/support/membership.py": ("members", ("pole", "market")),
    "sim/support/market.py": ("buyers and sellers", ("market",)),
    "sim/support/governance.py": ("research", ("pole",)),
    "sim/support/routes.py": ("research", ("pole",)),
    "sim/support/calls.py": ("research", ("pole",)),
    "sim/support/seats.py": ("research", ("pole",)),
    "sim/support/services.py": ("research", ("pole",)),
}
# the same of single levers, which act elsewhere than where they are declared with others
_MISSIONS = ("missions", ("mission", "market"))
_ONLY_LEVERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "aid_advance": ("research", ("pole",)),  # of the aid to a project; repayable advances are paid at once
    "paid_days_per_year": _MISSIONS,
    "pooling": _MISSIONS,
}
# levers of a whole scheme, not of a basin: the formats in which they are (all, where none is named), and why
_SEATS = "all basins share these seats and this money"
_PRICE = (("action",), "all basins share seats and money, of which one price says how many are paid")
_CALLS = (("pole",), "calls are made for all basins together")
_POOLED = "sim/support/actions.py"
_POOLED_LEVERS: dict[str, tuple[tuple[str, ...], str]] = {
    "days": _PRICE,
    "firm_share": _PRICE,
    "followup_months": _PRICE,
    "selection": (("action",), "files of all basins are ranked together"),
    "call_euros": _CALLS,
    "sme_call_euros": _CALLS,
    "decision_months": _CALLS,
    "committee_period_months": _CALLS,
    "training_places": ((), "facilitators are trained for all basins together"),
}


@dataclass(frozen=True)
class PolicyChange:
    """A lever set by a policy. ``where``: all, fragile, the name of a region, or a tuple of basin ids."""

    scheme: str
    lever: str
    value: float
    from_month: int = 0
    ramp_months: int = 0
    where: str | tuple[str, ...] = ALL

    def basins_in(self, territory: Territory) -> tuple[str, ...]:
        """The basins of a territory in which the lever is set, in the territory's order."""
        if self.where == FRAGILE:
            return fragile_third(territory)
        ids = (basin.id for basin in territory.basins)
        if self.where == ALL:
            return tuple(ids)
        if isinstance(self.where, str):
            return tuple(basin.id for basin in territory.basins if basin.region == self.where)
        return tuple(basin for basin in ids if basin in self.where)

    def in_territory(self, territory: Territory) -> Change | None:
        """The change to a world of that territory; None if it concerns none of its basins."""
        basins = self.basins_in(territory)
        if not basins:
            return None
        places = () if self.where == ALL else basins
        return Change(self.scheme, self.lever, self.value, self.from_month, self.ramp_months, places)


@dataclass(frozen=True)
class Study:
    """A policy file: what is asked, in which cases, of which policies.

    ``horizon_months``: 0 where each case keeps its own. ``reference``: what policies are compared with.
    ``kept``: of policies under which some schemes only live, which ones. ``mixed``: every mix of the schemes
    of a case is run too.
    """

    name: str
    question: str
    description: str
    bases: tuple[Case, ...]
    reference: str
    horizon_months: int
    policies: Mapping[str, tuple[PolicyChange, ...]]
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mixed: bool = False

    @property
    def arms(self) -> tuple[str, ...]:
        """The worlds to run in each case beside its mixes: no scheme at all, the reference (and the case as
        published, where mixes are asked for), every policy of the file."""
        first = (NONE, PUBLISHED) if self.mixed or self.reference == PUBLISHED else (NONE,)
        return (*first, *self.policies)

    def mixes(self, case: Case) -> Mapping[str, tuple[str, ...]]:
        """The further worlds to run in a case, by name: the schemes that live in each; none unless asked."""
        return proper_mixes(case) if self.mixed else {}

    def changes(self, case: Case, policy: str) -> tuple[Change, ...]:
        """What a policy changes in a case. Raises ScenarioError if the study has no such policy."""
        if policy in (NONE, PUBLISHED) or policy in self.mixes(case):
            return ()
        if policy not in self.policies:
            report = Report()
            known = (NONE, PUBLISHED, *self.policies)
            report.unknown(Place(self.name), "policies", "unknown policy", policy, known)
            raise ScenarioError(report.kept)
        found = (change.in_territory(case.territory) for change in self.policies[policy])
        return tuple(change for change in found if change is not None)

    def spec(self, case: Case, policy: str) -> WorldSpec:
        """The world of a case under a policy: ``none`` (no scheme at all), ``published`` (the case as it is),
        a policy of the file or a mix. Raises ScenarioError if the study has no such policy."""
        changes = self.changes(case, policy)
        horizon = self.horizon_months or case.spec.horizon_months
        live = self.mixes(case).get(policy) or self.kept.get(policy)
        schemes = tuple(s for s in case.spec.schemes if live is None or s.name in live)
        # what the whole case asks of its world stays asked, so that all its worlds have the same firms
        spec = replace(case.spec, horizon_months=horizon, schemes=schemes, changes=changes)
        return spec.without_schemes() if policy == NONE else spec


def can_move(lever: str, rules: Mapping[str, float]) -> bool:
    """Whether a lever acts in a scheme with these rules: some act only in schemes of some formats."""
    _, allowed = made_of(lever)
    return not allowed or _format(rules) in allowed


def made_of(lever: str) -> tuple[str, tuple[str, ...]]:
    """What the schemes are made of in which a lever acts, and their formats; nothing where it acts in all."""
    return _ONLY_LEVERS.get(lever) or _ONLY.get(FIELDS[lever].acts, ("", ()))


def why_pooled(lever: str, rules: Mapping[str, float]) -> str:
    """Why a scheme with these rules has a lever for all its basins at once; nothing if each has its own."""
    if FIELDS[lever].acts == _POOLED:
        return _SEATS
    formats, why = _POOLED_LEVERS.get(lever, ((), ""))
    return why if not formats or _format(rules) in formats else ""


def _format(rules: Mapping[str, float]) -> str:
    return FIELDS["format"].choices[int(rules.get("format", 0))]


def read_study(source: Source, reader: Reader) -> Study | None:
    """A policy file, resolved; None if anything that it needs is wrong, every error being noted."""
    report = reader.report
    node = reader.tree_of("policies", source)
    if node is None:
        return None
    model = validate(PolicyFile, node, report, lenient=PolicyFileInPart)
    bases = _bases(node, reader)
    if model is None:
        return None
    policies: dict[str, tuple[PolicyChange, ...]] = {}
    kept: dict[str, tuple[str, ...]] = {}
    for name, policy in model.policies.items():
        if what := _taken(name):
            at = ("policies", name)
            report.add(find(node, at)[0], path_text(at), f"{what}; choose another")
        if SCHEMES in policy:
            kept[name] = kept_schemes(node, name, bases, report)
        lines = (
            _change(node, name, key, entry, bases, model, report, kept.get(name, ()))
            for key, entry in policy.items()
            if key != SCHEMES
        )
        policies[name] = tuple(line for line in lines if line is not None)
    if model.mixes:
        check_mixes(node, bases, (NONE, PUBLISHED, *policies), report)
    elif not model.policies:
        _no_policy(node, report)
    _check_reference(node, model, report)
    _check_horizon(node, model, bases, report)
    if report.count:
        return None
    study = Study(
        source.path.stem,
        model.question,
        model.description,
        tuple(bases),
        model.reference,
        model.horizon_months,
        policies,
        kept,
        model.mixes,
    )
    for case in study.bases:
        for name in study.policies:
            try:
                _check_money(node, name, study.spec(case, name), report)
            except SpecError as error:
                report.add(find(node, ("policies", name))[0], error.path, error.message)
    return study


def _bases(node: Node, reader: Reader) -> list[Case]:
    """The cases that could be read."""
    base = find(node, ("base",))[2]
    named_cases = [(base, "base")]
    if isinstance(base.value, list):
        named_cases = [(item, f"base[{i}]") for i, item in enumerate(base.value)]
    cases: list[Case] = []
    for item, path in named_cases:
        text = item.value
        if not isinstance(text, str) or not text or item.bad:
            continue
        named = Named(item.place, path)
        source = locate(text, ("cases",), reader.report, named)
        case = reader.case(source, named) if source else None
        alike = next((other for other in cases if case and case.name == other.name), None)
        if case and alike:
            reader.report.add(named.place, named.path, _twice(case, alike), got=quoted(text))
        elif case:
            cases.append(case)
    return cases


def _twice(case: Case, other: Case) -> str:
    """What is wrong with two cases of one name: results are kept by it."""
    if os.path.abspath(case.file) == os.path.abspath(other.file):
        return "this case stands twice"
    return f"another file named {case.name} stands before it, and results go by that name; rename one of them"


def _no_policy(node: Node, report: Report) -> None:
    """Notes that a file that asks for no mixes has no policy either, unless what stands there is noted."""
    mixes, there = find(node, ("mixes",))[2], find(node, ("policies",))[2]
    if mixes is not node and mixes.value is not False:
        return  # not a truth value, which is noted: who can tell what was meant
    if there is node:
        report.add(node.place, "policies", "this key is missing")
    elif there.value == {}:
        report.add(there.place, "policies", "must not be empty; write a policy, or `mixes: true` above")


def _check_reference(node: Node, model: PolicyFile, report: Report) -> None:
    place = find(node, ("reference",))[1]
    known = (PUBLISHED, *model.policies)
    if model.reference == NONE:
        what = "every policy is compared with `none` anyway; the reference is another one"
        report.add(place, "reference", what, allowed=", ".join(known[:LISTED_AT_MOST]))
    elif model.reference not in known:
        report.unknown(place, "reference", "unknown policy", model.reference, known)


def _check_horizon(node: Node, model: PolicyFile, bases: list[Case], report: Report) -> None:
    """A horizon of the study's own must leave every scheme a month."""
    horizon = model.horizon_months
    for case in bases if horizon else ():
        for scheme in case.spec.schemes:
            first = min(month for _, month in scheme.opens)
            if first >= horizon:
                what = f"{scheme.name} opens in month {first} of {case.name}, after the horizon"
                report.add(find(node, ("horizon_months",))[1], "horizon_months", what, got=str(horizon))


def _check_money(node: Node, policy: str, spec: WorldSpec, report: Report) -> None:
    """Seats that are offered from the start must be paid by what is left of a scheme's money."""
    for scheme in spec.schemes:
        changes = [change for change in spec.changes if change.scheme == scheme.name]
        if what := never_paid(rules_in(scheme.rules, changes, 0), len(scheme.opens)):
            set_here = {change.lever for change in changes}
            lever = next(name for name in DECIDING if name in set_here)  # the case by itself is in order
            at = ("policies", policy, f"{scheme.name}.{lever}")
            report.add(find(node, at)[1], path_text(at), what)


def _change(
    node: Node,
    policy: str,
    key: str,
    entry: object,
    bases: list[Case],
    model: PolicyFile,
    report: Report,
    kept: tuple[str, ...],
) -> PolicyChange | None:
    """One line of a policy. ``kept``: the only schemes that live under it; empty where all do."""
    at: tuple[str | int, ...] = ("policies", policy, key)
    place, path = find(node, at)[0], path_text(at)
    scheme, _, lever = key.rpartition(".")
    if not _known_lever(place, path, scheme, lever, key, bases, report):
        return None
    if kept and scheme not in kept:
        what = f"{scheme} does not live under this policy; add it to `schemes`, or take this line out"
        report.add(place, path, what, allowed=f"levers of {', '.join(kept)}")
        return None
    if isinstance(entry, list):
        what = "a policy gives a lever one value from one month on; put a second one into another policy"
        report.add(
            find(node, at)[1], path, what, got="a list", allowed="value, from_month, ramp_months, where"
        )
        return None
    change = entry if isinstance(entry, ChangeEntry) else ChangeEntry(value=None)
    value_at = (*at, "value") if isinstance(entry, ChangeEntry) else at
    before = report.count
    value = field_value(lever, find(node, value_at)[2], path_text(value_at), report)
    horizon = model.horizon_months or min((case.spec.horizon_months for case in bases), default=0)
    if horizon and change.from_month >= horizon:
        month_at = (*at, "from_month")
        what = f"must be before the horizon of {horizon} months"
        report.add(find(node, month_at)[1], path_text(month_at), what, got=str(change.from_month))
    elif horizon and (end := change.from_month + change.ramp_months) > horizon and not FIELDS[lever].at_once:
        ramp_at, longest = (*at, "ramp_months"), horizon - change.from_month
        what = f"the ramp ends in month {end}, past the horizon of {horizon} months"
        got, allowed = str(change.ramp_months), f"0 to {longest} (months), or a longer horizon_months"
        report.add(find(node, ramp_at)[1], path_text(ramp_at), what, got=got, allowed=allowed)
    _check_where(node, (*at, "where"), change, bases, report)
    rules = [s.rules for case in bases for s in case.spec.schemes if s.name == scheme]
    why = "" if change.where == ALL else next(filter(None, (why_pooled(lever, r) for r in rules)), "")
    if why:
        what = f"{why}; it cannot be set for some of them"
        report.add(find(node, (*at, "where"))[1], path_text((*at, "where")), what, allowed=ALL)
    if value is None or report.count > before:
        return None
    where = change.where if isinstance(change.where, str) else tuple(change.where)
    code = field_code(FIELDS[lever], value)
    return PolicyChange(scheme, lever, code, change.from_month, change.ramp_months, where)


def _known_lever(
    place: Place, path: str, scheme: str, lever: str, key: str, bases: list[Case], report: Report
) -> bool:
    """Whether the cases have that scheme and the scheme that lever; what is wrong is noted."""
    schemes = {s.name: s for case in bases for s in case.spec.schemes}
    if lever not in LEVERS:
        role = FIELDS[lever].role if lever in FIELDS else ""
        if key.isdigit():  # {alize.recognition: 0,3}
            report.add(place, path, COMMA, got=quoted(key))
            return False
        if role == "rule":
            report.add(place, path, "this is a rule, not a lever; set it in `rules:` of a case or a scheme")
        elif role == "behaviour":
            report.add(place, path, "this is how people respond, an uncertainty; a policy cannot set it")
        else:
            close = nearest(lever, LEVERS)
            near = _in_schemes(close, scheme, schemes) if close else ""
            allowed = "" if close else "the levers of `tremplin list levers`, as scheme.lever"
            report.add(place, path, "unknown lever", got=quoted(key), allowed=allowed, nearest=near)
        return False
    if not scheme:
        what = "a lever is written with its scheme"
        report.add(place, path, what, got=quoted(key), nearest=_in_schemes(lever, scheme, schemes))
        return False
    for case in bases:
        names = [s.name for s in case.spec.schemes]
        if scheme not in names:
            what = f"case {case.name} has no such scheme"
            if scheme in available("schemes"):
                what += "; take a base that has it, or take this line out"
            report.unknown(place, path, what, scheme, names or ("none",))
            return False
    rules = schemes[scheme].rules if scheme in schemes else {}
    if rules and not can_move(lever, rules):
        things, _ = made_of(lever)
        report.add(place, path, f"this is a lever of schemes made of {things}, which {scheme} is not")
        return False
    return True


def _taken(name: str) -> str:
    """Why no policy may be called so; nothing if it may."""
    if name.casefold() in (NONE, PUBLISHED):
        return "this name is kept for an arm that always exists"
    if name.casefold() == ALL:
        return "this name is kept: `--policy all` means every policy"
    if name.casefold() in MISSING:
        return "readers of tables take this name for a missing value"
    return ""


def _in_schemes(lever: str, scheme: str, schemes: Mapping[str, SchemeSpec]) -> str:
    """How a lever is written: in this scheme, or in all of those in which it acts."""
    acts = [s.name for s in schemes.values() if can_move(lever, s.rules)]
    return " or ".join(f"{name}.{lever}" for name in ([scheme] if scheme else acts or ["scheme"]))


def _check_where(
    node: Node, at: tuple[str | int, ...], change: ChangeEntry, bases: list[Case], report: Report
) -> None:
    """Regions and basins must be found in one of the cases at least."""
    if change.where in (ALL, FRAGILE) or not bases:
        return
    basins = {basin.id: basin for case in bases for basin in case.territory.basins}
    regions = dict.fromkeys(basin.region for basin in basins.values() if basin.region)
    if isinstance(change.where, str):
        place, path = find(node, at)[1], path_text(at)
        named = [basin.id for basin in basins.values() if change.where in (basin.id, basin.name)]
        if named and change.where not in regions:
            what = f"this is a basin; write [{', '.join(named)}]"
            report.add(place, path, what, got=quoted(change.where))
        elif change.where not in regions:
            report.unknown(place, path, "unknown region", change.where, (ALL, FRAGILE, *regions))
        return
    folded = {region.casefold(): region for region in regions}
    for i, item in enumerate(find(node, at)[2].value):
        if not isinstance(item.value, str) or item.value in basins:
            continue
        place, path = item.place, path_text((*at, i))
        if region := folded.get(item.value.casefold()):
            what = f"this is a region; write it without brackets: `where: {region}`"
            report.add(place, path, what, got=quoted(item.value))
        else:
            report.unknown(place, path, "unknown basin", item.value, basins)
