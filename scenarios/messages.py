"""From what pydantic refuses to what a reader understands: place, path, what is wanted, what to write."""

import re
from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from scenarios.files import BRANCH, NAME_FORM, NAME_LENGTH, field_adapter
from scenarios.problems import Place, Report, in_path, nearest, number_text, quoted
from scenarios.yaml_faults import ODD_SPACE, odd_space
from scenarios.yaml_positions import Entry, Node
from sim.parameters import FIELDS

M = TypeVar("M", bound=BaseModel)

_KEY = "[key]"
_WANTED = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "keys and values",
    "boolean": "true or false",
}
_NUMBERS = ("integer", "number")
_TYPES_OF_ERROR: dict[str, tuple[str, ...]] = {
    "int": ("integer",),
    "float": ("number",),
    "string": ("string",),
    "dict": ("object",),
    "model": ("object",),
    "list": ("array",),
    "greater": _NUMBERS,
    "less": _NUMBERS,
    "finite": _NUMBERS,
}
_UNION_TYPES = ("opens", "where", "base")
_NUMBER = re.compile(r"([-+]?)([0-9][0-9 ',.]*) *(%|€|[a-z]*)")
_FORMS = [  # how digits are written, by what parts thousands and what stands before decimals
    re.compile(rf"([1-9][0-9]{{0,2}}(?:{thousands}[0-9]{{3}})+|0|[1-9][0-9]*)(?:{point}([0-9]+))?")
    for thousands, point in ((",", r"\."), (r"\.", ","), ("[ ']", "[.,]"))
]
_WORDS = {"euros": ("€", "eur", "euro"), "days": ("day", "jour", "jours"), "months": ("month", "mois")}
_ENDS = ("to", "to_month", "until", "until_month", "end", "end_month", "months")  # what a change has not
_YEARS = ("year", "years", "an", "ans")
_DATE = re.compile(r"\d{4}-\d{1,2}(-\d{1,2})?|\d{1,2}/(\d{1,2}/)?\d{4}")
_MONTH = re.compile(r"\.(from_month|opens)\b")  # a key whose value counts months
LEAST_PER_CENT = 2  # a share below is one that is too high rather than 1.5 %
COMMA = (
    "a comma ends an entry between braces; write decimals with a point, as in 0.3, and thousands without a "
    "mark, as in 30000"
)


@cache
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def validate(
    model: type[M], node: Node, report: Report, *, partial: bool = False, lenient: type[M] | None = None
) -> M | None:
    """Check a mapping against a model and note all that is wrong.

    Where only some entries are wrong the rest is returned, so that other checks still find their errors;
    None if what is left does not fit ``lenient`` (or else the model), which passes wrong keys. ``partial``:
    missing keys are passed.
    """
    plain = node.plain()
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    for found in errors:
        if not (partial and found["type"] == "missing"):
            _note(found, _schema_of(model), node, report, "")
    for found in reversed(errors):
        if lenient is None or not _of_key(found):
            _prune(plain, found)
    try:
        return (lenient or model).model_validate(plain)
    except ValidationError:
        return None


def field_value(name: str, node: Node, path: str, report: Report) -> Any:
    """A value given to the field called ``name`` of a scheme; None if it is wrong, which is noted."""
    adapter: TypeAdapter[Any] = field_adapter(name)
    try:
        return adapter.validate_python(node.plain())
    except ValidationError as error:
        for found in error.errors(include_url=False):
            _note(found, adapter.json_schema(), node, report, path)
        return None


def find(node: Node, keys: tuple[str | int, ...]) -> tuple[Place, Place, Node]:
    """Place of the last key, place of the value, and the node under ``keys``; the parent's where it lacks."""
    place = node.place
    for key in keys:
        inner: Entry | Node | None = None
        if isinstance(node.value, dict) and isinstance(key, str):
            inner = node.value.get(key)
        elif isinstance(node.value, list) and isinstance(key, int) and key < len(node.value):
            inner = node.value[key]
        if inner is None:
            break
        place = inner.place
        node = inner.node if isinstance(inner, Entry) else inner
    return place, node.place, node


def path_text(keys: tuple[str | int, ...], before: str = "") -> str:
    """Keys as a path: ``schemes.alize.opens``, ``base[1]``."""
    text = before
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            text += ("." if text else "") + in_path(key)
    return text


def _keys(error: Any) -> tuple[str | int, ...]:
    """The keys of a file under which something is wrong, without what pydantic adds to them: branches of
    unions, and the mark of what is said of a key itself."""
    keys = tuple(k for k in error["loc"] if not (isinstance(k, str) and k.startswith(BRANCH)))
    return keys[:-1] if _of_key(error) else keys


def _of_key(error: Any) -> bool:
    """Whether it is a key that is wrong, not what stands under a key which somebody called so."""
    return error["loc"][-1:] == (_KEY,) and error["type"].startswith("string_")


def _prune(plain: Any, error: Any) -> None:
    """Take what is wrong out of a plain mapping: the entry or the item, or what lacks a key."""
    keys = _keys(error)[:-1] if error["type"] == "missing" else _keys(error)
    with suppress(KeyError, IndexError, TypeError):  # gone already, with what it stood in
        for key in keys[:-1]:
            plain = plain[key]
        if keys:
            del plain[keys[-1]]


def _note(error: Any, root: dict[str, Any], top: Node, report: Report, before: str) -> None:
    keys, kind = _keys(error), error["type"]
    path = path_text(keys, before)
    key_place, place, node = find(top, keys)
    if node.bad:
        return
    if kind == "extra_forbidden":
        _note_unknown_key(keys, _branches(root, keys[:-1]), key_place, path, report)
    elif kind == "missing":
        nested = keys[-1] == "value" and isinstance(node.value, dict) and set(node.value) & set(FIELDS)
        if not nested:  # a lever below its scheme, which is noted
            report.add(place, path, "this key is missing")
    elif _of_key(error):
        what, allowed = f"must be {NAME_FORM}", ""
        if kind == "string_too_long":
            what, allowed = "this name is too long", f"at most {NAME_LENGTH} characters"
        report.add(key_place, path, what, got=quoted(str(keys[-1])), allowed=allowed)
    elif kind in _UNION_TYPES:
        report.add(place, path, error["msg"], got=node.got())
    else:
        schema = next((s for s in _branches(root, keys) if _fits(s, kind)), {})
        _note_value(kind, schema, node, place, path, report)


def _note_unknown_key(
    keys: tuple[str | int, ...], parents: list[dict[str, Any]], place: Place, path: str, report: Report
) -> None:
    key = str(keys[-1])
    known = [name for parent in parents for name in parent.get("properties", {})]
    rule = FIELDS.get(key)
    if key.isdigit():  # {value: 0,3}
        report.add(place, path, COMMA, got=quoted(key))
        return
    if "ramp_months" in known and key in _ENDS:
        what = "a change has no end, it holds until the horizon; take this key out"
        report.add(place, path, what, allowed=", ".join(known))
        return
    if "ramp_months" in known and rule:
        report.add(
            place, path, f"a lever is written on one line with its scheme; write {keys[-2]}.{key}: ..."
        )
        return
    if rule and any(name in FIELDS for name in known):
        home = "`behaviour:` of a scheme file" if rule.role == "behaviour" else "`rules:`"
        report.add(place, path, f"this key belongs under {home}")
    else:
        report.unknown(place, path, "unknown key", key, known)


def _note_value(
    kind: str, schema: dict[str, Any], node: Node, place: Place, path: str, report: Report
) -> None:
    got, wanted = node.got(), _WANTED.get(schema.get("type", ""), "something else")
    names = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if _MONTH.search(path) and isinstance(node.value, str) and _DATE.fullmatch(node.value):
        what = "months count from the start of the case, whose first is 0: one year later is 12"
        report.add(place, path, what, got=got)
    elif names:
        shown = [str(name).lower() if isinstance(name, bool) else str(name) for name in names]
        text = node.value if isinstance(node.value, str) else ""
        yes_no = {"yes": "true", "no": "false", "on": "true", "off": "false"} if True in names else {}
        close = yes_no.get(text.lower()) or nearest(text, shown)
        what = "unknown name" if text and not yes_no else "must be one of those allowed"
        report.add(place, path, what, got=got, allowed=", ".join(shown), nearest=close)
    elif kind == "string_pattern_mismatch" or (kind == "string_type" and "form" in schema):
        report.add(place, path, f"must be {schema.get('form', 'written otherwise')}", got=got)
    elif kind == "string_type" and type(node.value) in (int, float, bool):
        report.add(place, path, f'must be a text; write "{node.raw}"', got=got)
    elif kind in ("too_short", "string_too_short"):
        report.add(place, path, "must not be empty")
    elif kind == "string_too_long":
        report.add(place, path, "too long", allowed=f"at most {schema.get('maxLength')} characters")
    elif kind in ("greater_than_equal", "less_than_equal"):
        close = ""
        if _is_share(schema) and LEAST_PER_CENT <= node.value <= 100 * schema.get("maximum", 1):
            close = _hundredth(str(node.value))
        report.add(place, path, "out of bounds", got=got, allowed=_bounds(schema), nearest=close)
    elif kind == "finite_number":
        report.add(place, path, "must be a finite number", got=got, allowed=_bounds(schema))
    elif schema.get("type") in ("integer", "number"):
        remedy = number_remedy(node.value, schema) if isinstance(node.value, str) else ""
        what = f"must be {wanted}" + (f"; write {remedy}" if remedy else "")
        report.add(place, path, what, got=got, allowed=_bounds(schema))
    else:
        remedy = ""
        if schema.get("type") == "object" and node.value is None:
            policy = path.startswith("policies.") and path.count(".") == 1
            remedy = (
                "; write {} for a policy that changes nothing" if policy else "; indent them below this key"
            )
        elif schema.get("type") == "object" and (odd := odd_space(node.raw)):
            remedy = f"; {odd}"
        report.add(place, path, f"must be {wanted}{remedy}", got=got)


def number_remedy(text: str, schema: dict[str, Any]) -> str:
    """What to write for ``10 %``, ``1,5``, ``12 months``, ``30,000``; nothing where that cannot be
    told."""
    match = _NUMBER.fullmatch(ODD_SPACE.sub(" ", text).strip().lower())
    if not match:
        return ""
    sign, digits, word = match[1].lstrip("+"), match[2].strip(), match[3]
    readings = [sign + reading for reading in _readings(digits)]
    unit = schema.get("unit", "").split(" ")[0]
    if word == "%" and _is_share(schema):
        readings = [_hundredth(reading) for reading in readings]
    elif word in _YEARS and unit == "months":
        readings = [f"{(Decimal(reading) * 12).normalize():f}" for reading in readings]
    elif word not in ("", unit, *_WORDS.get(unit, ())):
        return ""
    readings = [reading for reading in readings if _may_stand(reading, schema)]
    if len(readings) > 1:
        return " or ".join(number_text(float(reading)) for reading in readings) + ", whichever is meant"
    return "".join(readings)


def _readings(digits: str) -> list[str]:
    """The numbers that may be meant: some part thousands by the comma that others write before decimals, so
    that ``30,000`` is 30000 or 30.000."""
    matches = (form.fullmatch(digits) for form in _FORMS)
    found = (re.sub("[^0-9]", "", m[1]) + (f".{m[2]}" if m[2] else "") for m in matches if m)
    return list(dict.fromkeys(found))


def _may_stand(number: str, schema: dict[str, Any]) -> bool:
    """Whether a number is within bounds, and whole where it must be."""
    low, high = schema.get("minimum", "-inf"), schema.get("maximum", "inf")
    whole = schema.get("type") != "integer" or "." not in number
    return whole and Decimal(low) <= Decimal(number) <= Decimal(high)


def _is_share(schema: dict[str, Any]) -> bool:
    """Whether a number is a share, which some write in per cent."""
    return schema.get("maximum") == 1 or schema.get("unit", "").startswith("share")


def _hundredth(digits: str) -> str:
    return f"{Decimal(digits).scaleb(-2):f}"


def _bounds(schema: dict[str, Any]) -> str:
    if "minimum" not in schema or "maximum" not in schema:
        return ""
    unit = f" ({schema['unit']})" if "unit" in schema else ""
    return f"{number_text(schema['minimum'])} to {number_text(schema['maximum'])}{unit}"


def _fits(schema: dict[str, Any], kind: str) -> bool:
    """Whether an error of this kind can come from this branch of a union."""
    named = "enum" in schema or "const" in schema
    if kind == "literal_error" or named:
        return named and kind == "literal_error"
    types = _TYPES_OF_ERROR.get(kind.split("_")[0])
    return types is None or schema.get("type") in types


def _branches(root: dict[str, Any], keys: tuple[str | int, ...]) -> list[dict[str, Any]]:
    """The JSON Schemas that may hold under ``keys``, unions opened."""
    here = _opened(root, root)
    for key in keys:
        inner: list[dict[str, Any]] = []
        for schema in here:
            if isinstance(key, int):
                found = schema.get("items")
            else:
                found = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
                found = found or next(iter(schema.get("patternProperties", {}).values()), None)
            if isinstance(found, dict):
                inner += _opened(root, found)
        here = inner
    return here


def _opened(root: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in schema:
        return _opened(root, root["$defs"][schema["$ref"].rsplit("/", 1)[1]])
    parts = schema.get("anyOf") or schema.get("oneOf")
    return [s for part in parts for s in _opened(root, part)] if parts else [schema]
