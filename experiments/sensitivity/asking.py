"""What is asked of ``tremplin sensitivity``, checked before anything runs: arms, factors, outcome, size."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calibration.rivals import PARAMETER, RULES
from experiments.errors import Refused
from experiments.parameters import DEFAULT, Source
from experiments.sensitivity import factors as kinds
from experiments.sensitivity.answers import directed
from experiments.sensitivity.factors import Factor
from experiments.sensitivity.study import BEST, RANK, Question
from scenarios.load import NONE, PUBLISHED, Case, ScenarioError, Study, load_case, load_policies
from scenarios.problems import nearest, quoted
from scenarios.studies import can_move
from sim.parameters import BEHAVIOURS, FIELDS, LEVERS
from sim.spec import WorldSpec

MOST = 20  # factors unless they are named
RULE_NAMES = {code: name for name, rule in RULES.items() for code in rule.values()}
ALL = "all"
NUMBERS = "see `tremplin list parameters` and `tremplin list levers`"


@dataclass(frozen=True)
class Arms:
    """A case, and the policies of it that are run beside the world without schemes."""

    name: str
    question: str
    case: Case
    reference: str
    policies: Mapping[str, WorldSpec]


def arms(file: str, policy: str, group: str, question: Question) -> Arms:
    """The arms that a question needs: a case as published, or policies of a file (names between commas, all,
    or the first that is not the reference) in one of its cases (the first)."""
    study = study_of(file)
    if isinstance(study, Case):
        if policy not in ("", PUBLISHED):
            raise Refused(
                f"--policy: {file} is a case, which has one policy, {PUBLISHED} (got {quoted(policy)})"
            )
        if group not in ("", study.name):
            raise Refused(f"--group: {file} is one case (got {quoted(group)})")
        _against(question, (PUBLISHED,))
        only = {PUBLISHED: study.spec}
        return Arms(study.name, "", study, PUBLISHED, only)
    case = _group(study, group)
    known = tuple(name for name in study.arms if name != NONE)
    studied = _policies(study, policy, known)
    _against(question, known)
    needed = known if question.among else (*studied, *([question.against] if question.against else []))
    worlds = {name: study.spec(case, name) for name in known if name in needed}
    return Arms(study.name, study.question, case, study.reference, worlds)


def study_of(file: str) -> Case | Study:
    """A policy file, or a case, by what the file is; ``Refused`` or ``ScenarioError`` if it is neither."""
    from scenarios.finding import available, is_path
    from scenarios.load import load_any

    if is_path(file):
        found = load_any(file)
        if isinstance(found, Case | Study):
            return found
        raise Refused(f"{file}: is neither a case nor a policy file")
    if file in available("cases"):
        return load_case(file)
    try:
        return load_policies(file)
    except ScenarioError:
        close = nearest(file, (*available("policies"), *available("cases")))
        hint = f"; did you mean {close}?" if close else ""
        raise Refused(f"{file}: neither a file nor the name of a case or of a policy file{hint}") from None


def _group(study: Study, group: str) -> Case:
    cases = {case.name: case for case in study.bases}
    return (
        cases[_one("--group", "the file has no such case", group, list(cases))] if group else study.bases[0]
    )


def _policies(study: Study, policy: str, known: tuple[str, ...]) -> tuple[str, ...]:
    if policy == ALL:
        return known
    if policy:
        wanted = [name.strip() for name in policy.split(",") if name.strip()]
        return tuple(_one("--policy", "the file has no such policy", name, known) for name in wanted)
    return tuple(name for name in known if name != study.reference)[:1] or known[:1]


def _against(question: Question, known: tuple[str, ...]) -> None:
    if question.against:
        _one("--against", "there is no such policy here", question.against, known)
    if question.among and question.against:
        raise Refused("--among: compares all policies, so there is none to take away; leave out --against")
    if question.among and len(known) < 2:
        raise Refused("--among: there is one policy, and nothing to be best of")


def question(outcome: str, against: str, among: str, emulate: bool, fails: float | None) -> Question:
    """What is asked of the rows. ``Refused`` if there is no such outcome."""
    from sim.outcomes import OUTCOMES

    _one("--outcome", "unknown outcome", outcome, list(OUTCOMES), "see `tremplin list outcomes`")
    if among:
        _one("--among", "unknown", among, (BEST, RANK))
        directed(outcome)
    return Question(outcome, against, among, emulate, fails)


@dataclass(frozen=True)
class Varied:
    """The factors, the values of all other numbers, and how both were chosen, in words."""

    factors: tuple[Factor, ...]
    others: Mapping[str, float]
    why: str


def varied(names: str, of: Arms, source: Source) -> Varied:
    """The factors that are named (``a,b=0:1,c=1|2|3``), all that the case reads (``all``), or a choice."""
    known = candidates(source)
    levers = _levers(of)
    if names in ("", ALL):
        chosen, why = (list(known.values()), _all(known)) if names == ALL else chosen_by_spread(known, of)
    else:
        chosen = [
            _named(text.strip(), known, levers, source, of) for text in names.split(",") if text.strip()
        ]
        why = "As named."
    twice = sorted({f.name for f in chosen if sum(g.name == f.name for g in chosen) > 1})
    if twice:
        raise Refused(f"--factors: stands twice: {', '.join(twice)}")
    if not chosen:
        raise Refused("--factors: none is named")
    return Varied(tuple(chosen), others(source, chosen), why)


def others(source: Source, chosen: Sequence[Factor]) -> dict[str, float]:
    """Values of the uncertainties that are not varied: medians of the sample, or defaults; of the rival rule,
    the one that the sample has more often."""
    names = {factor.name for factor in chosen}
    found = {}
    for j, u in enumerate(source.declared):
        if u.name not in names:
            sample = None if source.rows is None else source.rows[:, j]
            middle = u.default if sample is None else float(np.median(sample))
            if u.name == PARAMETER and sample is not None:
                middle = float(np.quantile(sample, 0.5, method="nearest"))
            found[u.name] = middle
    return found


def candidates(source: Source) -> dict[str, Factor]:
    """Every uncertainty that a source declares and that is not fixed, and the switch between rival rules."""
    if source.name == DEFAULT:
        raise Refused(
            "--parameters: default has one value of each number and nothing to vary; take posterior or prior"
        )
    found = {}
    for j, u in enumerate(source.declared):
        sample = None if source.rows is None else source.rows[:, j]
        if u.name == PARAMETER:
            if sample is None or np.ptp(sample):
                found[u.name] = kinds.rival(u, sorted(RULE_NAMES), sample)
        elif sample is None and u.prior == "uniform":
            found[u.name] = kinds.uncertain(u, source.name, None)
        elif sample is not None and np.ptp(sample):
            found[u.name] = kinds.uncertain(u, source.name, sample)
    return found


def openness(factor: Factor) -> float:
    """How far a number may still change in proportion: what lies between 5 and 95 %, over the larger end."""
    low, high = factor.values(np.array([0.05, 0.95]))
    largest = max(abs(low), abs(high))
    return float((high - low) / largest) if largest else 0.0


def chosen_by_spread(known: Mapping[str, Factor], of: Arms) -> tuple[list[Factor], str]:
    """At most ``MOST``: those that are least known in proportion, half of them of the schemes where there are
    so many; what matters, a screening of all tells."""
    schemes = {scheme.name for scheme in of.case.spec.schemes}
    own = [f for name, f in known.items() if name.partition(".")[0] in schemes and "." in name]
    economy = [f for f in known.values() if f not in own]
    ranked = [sorted(part, key=lambda f: -openness(f)) for part in (own, economy)]
    half = max(MOST // 2, MOST - len(economy))
    chosen = ranked[0][:half]
    chosen += ranked[1][: MOST - len(chosen)]
    if len(chosen) == len(known):
        return chosen, "All that the case reads."
    why = (
        f"{len(chosen)} of the {len(known)} uncertain numbers that the case reads: those that are least "
        f"known in proportion, {min(half, len(own))} of how people respond to the schemes and the rest of "
        f"the economy. That "
        "is what is open, not what matters: to screen all, --method morris --factors all."
    )
    return chosen, why


def _all(known: Mapping[str, Factor]) -> str:
    return f"All {len(known)} uncertain numbers that the case reads."


def _levers(of: Arms) -> dict[str, Factor]:
    """Every lever that a policy of these may set."""
    found = {}
    for scheme in of.case.spec.schemes:
        for lever in LEVERS:
            if can_move(lever, scheme.rules):
                name = f"{scheme.name}.{lever}"
                found[name] = kinds.lever(name)
    return found


def _named(
    text: str, known: Mapping[str, Factor], levers: Mapping[str, Factor], source: Source, of: Arms
) -> Factor:
    """A factor as it is written: ``name``, ``name=low:high``, ``name=a|b|c``."""
    name, _, how = (part.strip() for part in text.partition("="))
    everything = {**known, **levers}
    if name not in everything:
        fixed = {u.name: u for u in source.declared}
        if name in fixed and how:  # kept at its default in every draw, but may be scanned
            everything[name] = (
                kinds.rival(fixed[name], sorted(RULE_NAMES), None)
                if name == PARAMETER
                else kinds.uncertain(fixed[name], source.name, None)
            )
        elif name in fixed:
            raise Refused(
                f"--factors: {name} is kept at one value in every draw; say how far to vary it, as in "
                f"{name}={fixed[name].low:g}:{fixed[name].high:g}"
            )
        elif why := _fixed(name, of):
            raise Refused(f"--factors: {name} is no factor: {why}")
    unknown = "the case reads no such number and has no such lever"
    factor = everything[_one("--factors", unknown, name, list(everything), NUMBERS)]
    bounds = {u.name: (u.low, u.high) for u in source.declared}.get(name, (factor.low, factor.high))
    return ranged(factor, how, *bounds) if how else factor


def _fixed(name: str, of: Arms) -> str:
    """Why a behavioural number of a scheme is the same in every draw; "" if it is none."""
    scheme, _, field = name.partition(".")
    for known in of.case.spec.schemes:
        if known.name == scheme and field in BEHAVIOURS:
            by = "the scheme's file" if field in known.rules else "its default"
            value = known.rules.get(field, FIELDS[field].default)
            return f"{by} fixes it at {value:g} in every draw"
    return ""


def ranged(factor: Factor, how: str, low: float, high: float) -> Factor:
    """A factor over ``low:high`` (of choices: all between) or among ``a|b|c``, within its bounds."""
    parts = how.split("|") if "|" in how else how.split(":")
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    if not values or (":" in how and len(values) != 2):
        raise Refused(f"--factors: {factor.name}: must be LOW:HIGH or A|B|C (got {quoted(how)})")
    if ":" in how and not values[0] < values[1]:
        raise Refused(f"--factors: {factor.name}: LOW must be below HIGH (got {quoted(how)})")
    wrong = [value for value in values if not low <= value <= high]
    if wrong:
        raise Refused(
            f"--factors: {factor.name}: {wrong[0]:g} is out of bounds; allowed: {low:g} to {high:g}"
        )
    if twice := [value for i, value in enumerate(values) if value in values[:i]]:
        raise Refused(f"--factors: {factor.name}: {twice[0]:g} stands twice")
    if factor.steps:
        levels = _levels(factor, values)
        between = [level for level in levels if values[0] <= level <= values[-1]]
        return kinds.among(factor, between if ":" in how else values)
    return kinds.between(factor, *values) if ":" in how else kinds.among(factor, values)


def _levels(factor: Factor, values: Sequence[float]) -> list[float]:
    """All that a choice or a rule may be; ``Refused`` where a value is none of them."""
    choices = () if factor.name == PARAMETER else FIELDS[factor.name.partition(".")[2]].choices
    names = RULE_NAMES if factor.name == PARAMETER else {float(i): name for i, name in enumerate(choices)}
    levels = sorted(names) or factor.levels.tolist()
    if wrong := [value for value in values if value not in levels]:
        allowed = ", ".join(f"{v:g} ({names[v]})" if v in names else f"{v:g}" for v in levels)
        raise Refused(
            f"--factors: {factor.name}: {wrong[0]:g} is none of the values that it takes; allowed: {allowed}"
        )
    return levels


def _one(option: str, wrong: str, name: str, names: Iterable[str], listed: str = "") -> str:
    """The name, if it is known; ``Refused`` otherwise, with the nearest and with what has them ``listed`` or,
    where they are few, all of them."""
    names = list(names)
    if name in names:
        return name
    near = nearest(name, names)
    hint = f"; did you mean {near}?" if near else ""
    allowed = listed or f"allowed: {', '.join(names)}"
    raise Refused(f"{option}: {wrong} (got {quoted(name)}); {allowed}{hint}")
