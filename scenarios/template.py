"""A commented policy file, made from one that exists: what ``tremplin new`` writes."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scenarios.cases import Case
from scenarios.finding import named_in
from scenarios.idle import IDLE
from scenarios.problems import number_text
from scenarios.studies import ALL, PUBLISHED, PolicyChange, Study, can_move
from scenarios.yaml_positions import plain_scalar
from sim.parameters import FIELDS, LEVERS, Rule

WIDTH = 100
HEAD = """\
# A policy file: one question, some policies. Made from {model}; change what you like, then

#   tremplin check {name}.yaml
#   tremplin compare {name}.yaml
"""
ABOUT_REFERENCE = f"# what policies are compared with; {PUBLISHED}: the case as it was"
CALENDAR = """\
# A change may come later, rise over some months, or hold in some places only:
#   {lever}: {{value: {value}, from_month: 12, ramp_months: 6, where: fragile}}
# where: all, fragile (the most fragile third of basins), the name of a region, or a list of basins: [a, b]
"""


def policy_file(study: Study, name: str, folder: Path = Path()) -> str:
    """The text of a policy file of that name and folder that asks what ``study`` asks: a lever that is set
    has its meaning, unit and bounds above it, the others stand below as comments with their published value.
    """
    bases = [named_in(folder, "cases", case.file) for case in study.bases]
    lines = [
        *HEAD.format(model=study.name, name=name).replace("\n\n", "\n").splitlines(),
        *([f"question: {_quoted(study.question)}"] if study.question else []),
        *_folded("description", study.description),
        f"base: {_quoted(bases[0]) if len(bases) == 1 else _listed(bases)}",
        f"reference: {_quoted(study.reference)} {ABOUT_REFERENCE}",
        _horizon(study),
        *(["mixes: true # every mix of the schemes is run too"] if study.mixed else []),
        "policies:" if study.policies else "policies: {}",
    ]
    told: set[tuple[str, str]] = set()
    for policy, changes in study.policies.items():
        lines += _policy(study, policy, changes, told)
    lines += ["", *_more(study)]
    return "\n".join(lines) + "\n"


def _horizon(study: Study) -> str:
    """The horizon of the study, or that of its cases where they have the same."""
    own = sorted({study.horizon_months or case.spec.horizon_months for case in study.bases})
    if len(own) == 1:
        return f"horizon_months: {own[0]}"
    return f"# horizon_months: {own[0]} # for all cases; without it each has its own, up to {own[-1]}"


def _policy(
    study: Study, policy: str, changes: tuple[PolicyChange, ...], told: set[tuple[str, str]]
) -> Iterator[str]:
    """``told``: levers that have been explained above."""
    kept = study.kept.get(policy)
    if not changes and kept is None:
        yield f"  {policy}: {{}}"
        return
    yield f"  {policy}:"
    if kept is not None:
        yield f"    schemes: {_listed(kept)} # the others do not live"
    for change in changes:
        if (change.scheme, change.lever) not in told:
            told.add((change.scheme, change.lever))
            yield from _comment(FIELDS[change.lever], study.bases[0], change.scheme, "    ")
        yield f"    {change.scheme}.{change.lever}: {_change(change)}"


def _change(change: PolicyChange) -> str:
    value = value_text(FIELDS[change.lever], change.value)
    more = {
        "from_month": str(change.from_month) if change.from_month else "",
        "ramp_months": str(change.ramp_months) if change.ramp_months else "",
        "where": "" if change.where == ALL else _where(change.where),
    }
    said = "".join(f", {key}: {text}" for key, text in more.items() if text)
    return f"{{value: {value}{said}}}" if said else value


def _where(where: str | tuple[str, ...]) -> str:
    return _quoted(where) if isinstance(where, str) else _listed(where)


def value_text(rule: Rule, value: float) -> str:
    """A value of a lever as files write it."""
    return rule.choices[int(value)] if rule.choices else number_text(value)


def _comment(rule: Rule, case: Case, scheme: str, indent: str) -> list[str]:
    """Meaning, unit, bounds and published value of a lever."""
    whole = f"{number_text(rule.low)} to {number_text(rule.high)} {rule.unit}"
    bounds = ", ".join(rule.choices) or (rule.unit if rule.unit == "0 or 1" else whole)
    published = value_text(rule, _rules(case)[scheme].get(rule.name, rule.default))
    return textwrap.wrap(
        f"{rule.doc} {bounds}; as published {published}",
        WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ",
    )  # fmt: skip


def _rules(case: Case) -> Mapping[str, Mapping[str, float]]:
    return {scheme.name: scheme.rules for scheme in case.spec.schemes}


def _more(study: Study) -> Iterator[str]:
    """Levers that the study does not set, as comments."""
    case = study.bases[0]
    used = dict.fromkeys((c.scheme, c.lever) for changes in study.policies.values() for c in changes)
    free = [
        (scheme, lever)
        for scheme, rules in _rules(case).items()
        for lever in LEVERS
        if (scheme, lever) not in used and can_move(lever, rules)
    ]
    first = next(iter(used), free[0] if free else None)
    if first:
        value = value_text(FIELDS[first[1]], _rules(case)[first[0]].get(first[1], FIELDS[first[1]].default))
        yield from CALENDAR.format(lever=".".join(first), value=value).splitlines()
    acting = [(scheme, lever) for scheme, lever in free if lever not in IDLE.get(scheme, ())]
    idle = [at for at in free if at not in acting]
    if acting:
        yield "# The other levers (`tremplin explain NAME` tells more of each):"
    for scheme, lever in acting:
        yield from _comment(FIELDS[lever], case, scheme, "")
        value = value_text(FIELDS[lever], _rules(case)[scheme].get(lever, FIELDS[lever].default))
        yield f"#   {scheme}.{lever}: {value}"
    if idle:
        names = ", ".join(f"{scheme}.{lever}" for scheme, lever in idle)
        said = (
            "With the published rules these changed nothing by themselves where they were tried; with "
            f"others, or elsewhere, they may: {names}."
        )
        yield from textwrap.wrap(said, WIDTH, initial_indent="# ", subsequent_indent="# ")


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """A text as YAML, also within brackets: in quotes where it could be read otherwise, as 01 or null."""
    odd = (": ", " #", '"', "\n", "  ", *",[]{}")
    plain = text[:1].isalpha() and text[-1:] not in (" ", ":") and not any(mark in text for mark in odd)
    return text if plain and plain_scalar(text) == (text, "") else json.dumps(text, ensure_ascii=False)


def _folded(key: str, text: str) -> list[str]:
    if not text:
        return []
    # the lines are joined by spaces when they are read: none may end within a word
    lines = textwrap.wrap(
        text, WIDTH, initial_indent="  ", subsequent_indent="  ",
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
    return [f"{key}: >-", *lines]
