"""What there is, in words: the texts of ``list``, ``explain`` and ``check``."""

import json
import re
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from experiments.errors import Refused, Unable, unable
from scenarios.files import NAME_FORM, NAME_PATTERN
from scenarios.load import (
    Case,
    Scheme,
    Study,
    available,
    load_case,
    load_policies,
    load_scheme,
    load_with_notes,
)
from scenarios.problems import nearest, number_text
from scenarios.studies import can_move, made_of
from scenarios.template import policy_file, value_text
from sim.parameters import BEHAVIOURS, FIELDS, LEVERS, SCHEME_BEHAVIOUR, Rule, Uncertainty, uncertainties
from sim.spec import Territory

CLAIMS = Path(__file__).parents[1] / "docs" / "claims.yaml"
WIDTH = 100
Entry = dict[str, Any]


def _cases() -> list[Entry]:
    return [{"name": n, "title": load_case(n).title} for n in available("cases")]


def _policies() -> list[Entry]:
    return [{"name": n, "title": load_policies(n).question} for n in available("policies")]


def _schemes() -> list[Entry]:
    return [{"name": n, "title": load_scheme(n).title} for n in available("schemes")]


def _territories() -> list[Entry]:
    return [{"name": n, "title": f"territories/{n}.csv"} for n in available("territories")]


def _levers() -> list[Entry]:
    return [
        {"name": name, "unit": rule.unit, "bounds": _bounds(rule),
         "title": f"{rule.doc}{only and f' Only in {only}.'}"}
        for name, rule in FIELDS.items()
        if rule.role == "lever"
        for only in [_only_in(name)]
    ]  # fmt: skip


def _only_in(lever: str) -> str:
    """The schemes in which a lever acts; nothing where it acts in all."""
    things, _ = made_of(lever)
    return things and f"schemes made of {things}"


def _parameters() -> list[Entry]:
    return [
        {"name": u.name, "unit": u.unit, "bounds": _bounds(u), "default": u.default, "title": u.doc}
        for u in uncertainties(SCHEME_BEHAVIOUR)
    ]


def _outcomes() -> list[Entry]:
    from sim.outcomes import OUTCOMES

    return [{"name": o.name, "unit": o.unit, "title": o.definition} for o in OUTCOMES.values()]


def _claims() -> list[Entry]:
    return [{"name": claim["id"], "title": " ".join(str(claim["claim"]).split())} for claim in claims()]


LISTS: Mapping[str, Callable[[], list[Entry]]] = {
    "cases": _cases,
    "policies": _policies,
    "schemes": _schemes,
    "levers": _levers,
    "parameters": _parameters,
    "outcomes": _outcomes,
    "territories": _territories,
    "claims": _claims,
}


def listing(kind: str, as_json: bool) -> str:
    """The text of ``tremplin list``: one kind, or an overview."""
    if kind and kind not in LISTS:
        near = nearest(kind, LISTS)
        hint = f"; did you mean {near}?" if near else ""
        raise Refused(f"list: unknown kind (got {kind!r}); allowed: {', '.join(LISTS)}{hint}")
    if as_json:
        found = {kind: LISTS[kind]()} if kind else {k: f() for k, f in LISTS.items() if _is_here(k)}
        return json.dumps(found, indent=1, ensure_ascii=False)
    if kind:
        return "\n".join(_lines(LISTS[kind]()))
    shown = []
    for name, entries in LISTS.items():
        if name in ("cases", "policies", "schemes"):
            shown += [f"{name}:", *("  " + line for line in _lines(entries())), ""]
    shown += ["more: tremplin list levers | parameters | outcomes | territories | claims",
              "in words: tremplin explain NAME"]  # fmt: skip
    return "\n".join(shown)


def _is_here(kind: str) -> bool:
    return kind != "claims" or CLAIMS.is_file()


def _lines(entries: list[Entry]) -> list[str]:
    """One line an entry: name, unit where there is one, title."""
    wide = max((len(entry["name"]) for entry in entries), default=0)
    units = max((len(entry.get("unit", "")) for entry in entries), default=0)
    lines = []
    for entry in entries:
        start = entry["name"].ljust(wide + 2) + (entry.get("unit", "").ljust(units + 2) if units else "")
        lines.append((start + entry["title"]).rstrip())
    return lines


def claims() -> list[Entry]:
    """The claim ledger; ``Unable`` where the documents are not beside the program."""
    if not CLAIMS.is_file():
        raise Unable("the claims stand in docs/claims.yaml, which is not part of this installation")
    return _ledger(CLAIMS)


@cache
def _ledger(path: Path) -> list[Entry]:
    return list(_from_yaml(path.read_text("utf-8"))["claims"])


def _claim(name: str) -> Entry | None:
    """The claim of this id, read alone: to read all of them takes half a second."""
    if re.fullmatch(r"[A-Z]\d\d", name) is None:
        return None
    text = CLAIMS.read_text("utf-8") if CLAIMS.is_file() else str(claims())
    found = re.search(rf"^  - id: {re.escape(name)}\n.*?(?=^  - id: |^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    return _from_yaml(found[0])[0] if found else None


def _from_yaml(text: str) -> Any:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).load(text)


def explanation(name: str, as_json: bool) -> str:
    """The text of ``tremplin explain``. ``Refused`` with the nearest name if nothing is called so."""
    found = _find(name)
    if found is None:
        near = nearest(name, _names())
        hint = f"; did you mean {near}?" if near else "; see `tremplin list`"
        raise Refused(f"explain: nothing is called so (got {name!r}){hint}")
    if as_json:
        return json.dumps(found, indent=1, ensure_ascii=False)
    lines = [f"{found['name']}: {found['kind']}"]
    for key, value in found.items():
        if key in ("name", "kind") or value in ("", None, []):
            continue
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        lines += textwrap.wrap(f"{key}: {text}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def _names() -> list[str]:
    from sim.outcomes import OUTCOMES

    named = [u.name for u in uncertainties(SCHEME_BEHAVIOUR)]
    levers = [
        f"{scheme}.{lever}"
        for scheme, rules in ((name, load_scheme(name).rules) for name in available("schemes"))
        for lever in LEVERS
        if can_move(lever, rules)
    ]
    shipped = [n for kind in ("cases", "policies", "schemes") for n in available(kind)]
    claimed = [claim["id"] for claim in claims()] if CLAIMS.is_file() else []
    return [*named, *levers, *FIELDS, *OUTCOMES, *shipped, *claimed]


def _find(name: str) -> Entry | None:
    for u in uncertainties(SCHEME_BEHAVIOUR):
        if u.name == name:
            return _of_uncertainty(u)
    scheme, _, lever = name.rpartition(".")
    if lever in FIELDS and (not scheme or scheme in available("schemes")):
        return _of_rule(name, scheme, FIELDS[lever])
    if lever in FIELDS and not nearest(scheme, available("schemes")):  # of a scheme of one's own
        return _of_rule(lever, "", FIELDS[lever])
    for kind, describe in (("cases", _of_case), ("policies", _of_study), ("schemes", _of_scheme)):
        if name in available(kind):
            return describe(name)
    if claim := _claim(name.upper()):
        return {"name": claim["id"], "kind": "a claim of the documents", **_of_claim(claim)}
    from sim.outcomes import OUTCOMES

    if name in OUTCOMES:
        o = OUTCOMES[name]
        good = {1: "more is better", -1: "less is better", 0: "neither more nor less is better"}[o.better]
        of = "one world" if o.of == "world" else "a world and the same world without any scheme"
        return {"name": name, "kind": "an outcome", "meaning": o.definition, "unit": o.unit,
                "measured on": of, "direction": good}  # fmt: skip
    return None


def _of_uncertainty(u: Uncertainty) -> Entry:
    prior = f"uniform from {number_text(u.low)} to {number_text(u.high)}"
    if u.prior == "fixed":
        prior = f"kept at its default; may be scanned from {number_text(u.low)} to {number_text(u.high)}"
    return {
        "name": u.name, "kind": "an uncertainty (how the world behaves; drawn, not chosen)", "meaning": u.doc,
        "unit": u.unit, "default": u.default, "prior": prior, "after the fit": _fitted(u),
        "source": _source(u.source), "acts in": u.acts,
    }  # fmt: skip


def _fitted(u: Uncertainty) -> str:
    """What the shipped sample says of it."""
    import numpy as np

    from calibration.posterior import load
    from calibration.rivals import in_sample

    try:
        found = load()
    except (OSError, ValueError):
        return "unknown: no sample can be read"
    if u.prior == "fixed":
        rules = in_sample(found.rows[:, found.names.index(u.name)])
        return f"the fit keeps both rules: {rules}" if rules else "as before: it is kept at its default"
    row = _learnt().get(u.name)
    if row is None or not row.informed:
        return "as before: no published figure informs it"
    low, high = (
        number_text(float(np.format_float_positional(v, 3, fractional=False))) for v in (row.p05, row.p95)
    )
    return f"90 % from {low} to {high}; {row.shrinkage:.0%} of its variance is lost"


@cache
def _learnt() -> dict[str, Any]:
    """Rows of ``shrinkage`` of the shipped sample, by uncertainty."""
    from calibration.checks import shrinkage
    from calibration.posterior import load

    found = load()
    declared = {known.name: known for known in uncertainties(SCHEME_BEHAVIOUR)}
    table = shrinkage([declared[name] for name in found.names], found.rows)
    return {row.name: row for row in table.itertuples()}


def _of_rule(name: str, scheme: str, rule: Rule) -> Entry:
    kinds = {
        "lever": "a lever (a policy may change it)",
        "rule": "a rule (what the scheme is; a case may change it)",
        "behaviour": "a behaviour (how people respond to the scheme)",
    }
    rules = load_scheme(scheme).rules if scheme else {}
    default = value_text(rule, rule.default)
    entry = {
        "name": name, "kind": kinds[rule.role], "meaning": rule.doc, "unit": rule.unit,
        "bounds": ", ".join(rule.choices) or _bounds(rule), "default": default,
    }  # fmt: skip
    if rule.name in rules:
        entry[f"in {scheme}"] = value_text(rule, rules[rule.name])
    with_it = [
        u for s, fields in SCHEME_BEHAVIOUR.items() if rule.name in fields for u in [f"{s}.{rule.name}"]
    ]
    only, how = "", ""
    if rule.role == "lever":
        acts = not scheme or can_move(rule.name, rules)
        only = _only_in(rule.name) + ("" if acts else f", which {scheme} is not")
        how = f"policies: {{mine: {{{scheme or 'scheme'}.{rule.name}: {default}}}}}" if acts else ""
    return entry | {"only in": only, "acts in": rule.acts, "uncertain in": with_it, "in a policy file": how}


def _of_case(name: str) -> Entry:
    case = load_case(name)
    spec = case.spec
    return {
        "name": name, "kind": "a case", "title": case.title, "description": case.description,
        "basins": len(spec.territory.basins), "firms": sum(b.smes for b in spec.territory.basins),
        "starts": f"{spec.start_year}-{spec.start_month:02d}", "months": spec.horizon_months,
        "schemes": [s.name for s in case.schemes], "published figures": list(case.facts),
    }  # fmt: skip


def _of_study(name: str) -> Entry:
    study = load_policies(name)
    mixes = dict.fromkeys(mix for case in study.bases for mix in study.mixes(case))
    return {
        "name": name, "kind": "a policy file", "question": study.question, "description": study.description,
        "cases": [case.name for case in study.bases], "reference": study.reference,
        "policies": list(study.policies), "mixes": list(mixes),
    }  # fmt: skip


def _of_scheme(name: str) -> Entry:
    scheme = load_scheme(name)
    return {"name": name, "kind": "a scheme", "title": scheme.title, "description": scheme.description}


def _of_claim(claim: Entry) -> Entry:
    def text(value: Any) -> Any:
        if isinstance(value, list):
            return [str(v) for v in value]
        if isinstance(value, bool):
            return "yes" if value else "no"
        return " ".join(str(value).split())

    return {key: text(value) for key, value in claim.items() if key != "id"}


def _source(ids: str) -> str:
    """Ids of figures with what they are and who says so."""
    from calibration.facts import facts

    known = [facts()[i] for i in ids.split() if i in facts()]
    if not known:
        return ids
    return "; ".join(f"{f.id} ({f.quantity}; {f.publisher or f.source_title}, {f.year})" for f in known)


def _bounds(rule: Rule | Uncertainty) -> str:
    return f"{number_text(rule.low)} to {number_text(rule.high)}"


def checked(file: str) -> str:
    """The text of ``tremplin check`` for a file without errors: what it is, and what in it can do nothing."""
    from calibration.facts import facts

    found, notes = load_with_notes(file, facts())
    return "\n".join([_in_order(file, found), *(f"note: {note}" for note in notes)])


def _in_order(file: str, found: Case | Study | Scheme | Territory) -> str:
    if isinstance(found, Case):
        return (
            f"{file}: a case, without errors: {_size(found.territory)}, {found.spec.horizon_months} months."
        )
    if isinstance(found, Study):
        where = ", ".join(case.name for case in found.bases)
        mixes = sum(len(found.mixes(case)) for case in found.bases)
        asked = [*found.policies, *([f"{mixes} mixes of schemes"] if mixes else [])]
        return f"{file}: a policy file, without errors: {', '.join(asked)} on {where}."
    if isinstance(found, Scheme):
        return f"{file}: a scheme, without errors: {_given(found)} given."
    return f"{file}: a territory, without errors: {_size(found)}."


def _given(scheme: Scheme) -> str:
    """How much of a scheme its file gives: of its rules, and of how people respond."""
    numbers = sum(name in BEHAVIOURS for name in scheme.rules)
    rules = len(scheme.rules) - numbers
    said = [f"{rules} rule{'s' * (rules != 1)}"]
    said += [f"{numbers} behavioural number{'s' * (numbers > 1)}"] if numbers else []
    return " and ".join(said)


def new_file(name: str, model: str) -> Path:
    """Writes a commented policy file into the working folder. ``Refused`` if it is there already or the name
    is none; ``Unable`` if it cannot be written."""
    if not re.fullmatch(NAME_PATTERN, name):
        raise Refused(f"NAME: must be {NAME_FORM}, without .yaml (got {name!r})")
    text = policy_file(load_policies(model), name)
    path = Path(f"{name}.yaml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(f"{path}: is there already, and stays as it is; choose another name") from None
    except OSError as error:
        raise unable(error, f"write {path}") from None
    return path


def _size(territory: Territory) -> str:
    basins = len(territory.basins)
    return f"{basins} basin{'s' * (basins > 1)}, {sum(b.smes for b in territory.basins):,} firms"
