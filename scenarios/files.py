"""What a case, a scheme and a policy file may hold (pydantic models), and their JSON Schema for editors.

Bounds, units and choices of the fields of a scheme come from ``sim.parameters.FIELDS``; nothing is repeated
here. A tag of a union begins with ``=``, so that it is never taken for a key of the file.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    TypeAdapter,
    WithJsonSchema,
    create_model,
)

from scenarios.problems import nearest
from sim.parameters import FIELDS, LEVERS, Rule
from sim.spec import Closure, Constants

LATEST_MONTH = 1200
LARGEST_SEED = 2**53  # whole numbers up to here survive every reader of JSON
FROM_TERRITORY = "from_territory"
BRANCH = "\0"  # before the name of a branch of a union: no key of a file holds it
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
START_PATTERN = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"


def _form(words: str) -> Any:
    return Field(json_schema_extra={"form": words})


NAME_FORM = "a name made of letters without accents, digits, - and _"
NAME_LENGTH = 80
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN, max_length=NAME_LENGTH), _form(NAME_FORM)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
FactId = Annotated[
    str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*-[0-9]+[a-z]?$"), _form("the id of a fact, as in S1-02")
]
BasinId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Month = Annotated[int, Field(ge=0, le=LATEST_MONTH, json_schema_extra={"unit": "months"})]
Horizon = Annotated[int, Field(ge=1, le=LATEST_MONTH, json_schema_extra={"unit": "months"})]


class Strict(BaseModel):
    """A mapping of a file: no unknown key, no conversion of types."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def _zero_or_one(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def field_type(rule: Rule) -> Any:
    """Type of a field's value in a file: a name for a choice, true or false, or a number within bounds."""
    if rule.choices:
        return Literal[rule.choices]
    if rule.unit == "0 or 1":
        shown = WithJsonSchema({"enum": [True, False, 0, 1], "unit": rule.unit})
        return Annotated[Literal[0, 1], BeforeValidator(_zero_or_one), shown]
    return Annotated[float, Field(ge=rule.low, le=rule.high, json_schema_extra={"unit": rule.unit})]


def field_code(rule: Rule, value: Any) -> float:
    """The number that stands for a valid value of a field."""
    return float(rule.choices.index(value)) if rule.choices else float(value)


def field_adapter(name: str) -> TypeAdapter[Any]:
    """Validates one value of the field called ``name``."""
    return TypeAdapter(field_type(FIELDS[name]), config=ConfigDict(strict=True, allow_inf_nan=False))


def _fields_model(name: str, doc: str, roles: tuple[str, ...]) -> type[Strict]:
    fields: dict[str, Any] = {}
    for rule in FIELDS.values():
        if rule.role in roles:
            default = rule.choices[int(rule.default)] if rule.choices else rule.default
            fields[rule.name] = (field_type(rule), Field(default, description=f"{rule.doc} ({rule.unit})"))
    return create_model(name, __base__=Strict, __doc__=doc, **fields)


Rules = _fields_model("Rules", "Rules and levers of a scheme.", ("rule", "lever"))
Behaviours = _fields_model("Behaviours", "How people respond to a scheme of one's own.", ("behaviour",))


def branch(name: str) -> Tag:
    """The mark of a branch of a union."""
    return Tag(BRANCH + name)


def _kind(names: dict[type, str], otherwise: str = "") -> Any:
    def discriminate(value: Any) -> str | None:
        name = next((name for kind, name in names.items() if type(value) is kind), otherwise)
        return BRANCH + name if name else None

    return discriminate


Opens = Annotated[
    Annotated[Literal["from_territory"], branch("word")]
    | Annotated[Month, branch("month")]
    | Annotated[Annotated[dict[BasinId, Month], Field(min_length=1)], branch("basins")],
    Discriminator(
        _kind({str: "word", int: "month", float: "month", dict: "basins"}),
        custom_error_type="opens",
        custom_error_message=f"must be {FROM_TERRITORY}, a month counted from the start, or a month by basin",
    ),
]

Where = Annotated[
    Annotated[Text, branch("word")]
    | Annotated[Annotated[list[BasinId], Field(min_length=1)], branch("basins")],
    Discriminator(
        _kind({str: "word", list: "basins"}),
        custom_error_type="where",
        custom_error_message="must be all, fragile, the name of a region, or a list of basins",
    ),
]


class SchemeFile(Strict):
    """A scheme: what it is, in words and in rules."""

    title: Text
    description: Text
    rules: Rules  # type: ignore[valid-type]
    behaviour: Behaviours = Field(default_factory=Behaviours)  # type: ignore[valid-type]


class SchemeUse(Strict):
    """A scheme in a case: where and when it opens, and what differs from its file there."""

    file: Text = Field(
        default_factory=str, description="The scheme's file, where it is not one of those that are shipped."
    )
    opens: Opens
    rules: Rules = Field(default_factory=Rules)  # type: ignore[valid-type]


class ConstantsFile(Strict):
    """Dated facts of law and prices."""

    minimum_wage_euros: float = Field(
        default=Constants.minimum_wage_euros, ge=1, le=10_000, json_schema_extra={"unit": "euros per month"}
    )
    revitalisation_wages: float = Field(default=Constants.revitalisation_wages, ge=0, le=24)
    revitalisation_year: int = Field(default=Constants.revitalisation_year, ge=1900, le=2200)
    revitalisation_group_size: int = Field(default=Constants.revitalisation_group_size, ge=1, le=1_000_000)
    state_endowment_year: int = Field(default=Constants.state_endowment_year, ge=1900, le=2200)
    price_year: int = Field(default=Constants.price_year, ge=1900, le=2200)
    technology_share: float = Field(
        default=Constants.technology_share, gt=0, le=1, json_schema_extra={"unit": "share of firms"}
    )


class ClosureEntry(Strict):
    """A large site that cuts jobs in a known month, in every world of the case: the largest one of the sector
    that dominates the basin."""

    basin: BasinId
    month: Month
    share: Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": "share of its jobs"})] = 1.0
    subcontractors: Annotated[
        float, Field(ge=0, le=1, json_schema_extra={"unit": "share of the firms of its sector"})
    ] = Closure.subcontractors


class CaseFile(Strict):
    """A case: a territory, a period, and the schemes as they were."""

    base: Text = Field(
        default_factory=str, description="Another case, of which this file gives the differences."
    )
    title: Text
    description: str = ""
    territory: Text = Field(description="A territory by name, or the path of a CSV file.")
    start: Annotated[
        str, StringConstraints(pattern=START_PATTERN), _form("a year and a month, as in 1998-01")
    ] = Field(description="First month.")
    horizon_months: Horizon
    seed: int = Field(1, ge=0, le=LARGEST_SEED, description="Seed of what is drawn about the large sites.")
    schemes: dict[Name, SchemeUse]
    constants: ConstantsFile = ConstantsFile()
    closures: list[ClosureEntry] = Field(default_factory=list)
    facts: list[FactId] = Field(default_factory=list)


class SchemeUseInPart(SchemeUse):
    """What is left of a scheme in a case once what is wrong in it is taken out."""

    opens: Any = None


class ClosureInPart(ClosureEntry):
    """The same of a cut."""

    basin: str = ""
    month: int = 0


class CaseFileInPart(CaseFile):
    """What is left of a case once its wrong entries are taken out. ``start``: empty where it is wrong."""

    title: str = ""
    territory: str = ""
    start: str = ""
    horizon_months: int = LATEST_MONTH + 1  # after every month
    schemes: dict[str, SchemeUseInPart] = Field(default_factory=dict)  # type: ignore[assignment]
    closures: list[ClosureInPart] = Field(default_factory=list)  # type: ignore[assignment]


class ChangeEntry(Strict):
    """A lever set to a value, from a month on, in some places."""

    value: Any
    from_month: Month = 0
    ramp_months: Month = 0
    where: Where = "all"


def _policy_schema() -> dict[str, Any]:
    """JSON Schema of a policy: levers as ``scheme.lever``, with their bounds; the schemes that live."""
    patterns: dict[str, Any] = {}
    change = TypeAdapter(ChangeEntry).json_schema()
    for name in LEVERS:
        value = field_adapter(name).json_schema() | {"description": FIELDS[name].doc}
        full = change | {"properties": change["properties"] | {"value": value}}
        patterns[rf"^[A-Za-z0-9][A-Za-z0-9_-]*\.{name}$"] = {"anyOf": [value, full]}
    schemes = {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
        "uniqueItems": True,
        "description": "The only schemes of the case that live under the policy; all of them where it lacks.",
    }
    return {
        "type": "object",
        "properties": {"schemes": schemes},
        "patternProperties": patterns,
        "additionalProperties": False,
    }


Value = Annotated[
    Annotated[ChangeEntry, branch("change")] | Annotated[Any, branch("value")],
    Discriminator(_kind({dict: "change"}, otherwise="value")),
]
Policy = dict[str, Value]


class PolicyFile(Strict):
    """A question: policies as differences to one case or several."""

    question: Text = Field(default_factory=str)
    description: str = ""
    base: Annotated[
        Annotated[Text, branch("one")]
        | Annotated[Annotated[list[Text], Field(min_length=1)], branch("several")],
        Discriminator(
            _kind({str: "one", list: "several"}),
            custom_error_type="base",
            custom_error_message="must be a case or a list of cases",
        ),
    ]
    reference: Name = "published"
    horizon_months: Horizon = Field(default_factory=int)
    mixes: bool = Field(
        False,
        description="Whether every mix of the schemes of each case is run too, to share out what they do.",
    )
    policies: dict[Name, Policy] = Field(default_factory=dict)


class PolicyFileInPart(PolicyFile):
    """What is left of a policy file once its wrong entries are taken out."""

    base: Any = None
    policies: dict[str, Policy] = Field(default_factory=dict)  # what stands under a wrong name is read too


MODELS: dict[str, type[Strict]] = {"cases": CaseFile, "policies": PolicyFile, "schemes": SchemeFile}


def likely_kind(keys: Iterable[str], wanted: str = "") -> str:
    """The kind of file (of ``MODELS``) that has most of these keys, or ones like them; "" if none has any.

    ``wanted`` wins a tie. Rules alone make a scheme, whatever else somebody expects of it.
    """
    keys = tuple(keys)
    if "rules" in keys and not {"territory", "schemes", "policies"} & set(keys):
        return "schemes"
    scores = {kind: 0.0 for kind in (wanted, *MODELS) if kind}
    for key in keys:
        for kind, model in MODELS.items():
            known = tuple(model.model_fields)
            scores[kind] += 1 if key in known else 0.5 if nearest(key, known) else 0
    best = max(scores, key=lambda kind: scores[kind])
    return best if scores[best] else wanted


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the scenario files, for editors: any of a case, a policy file, a scheme."""
    definitions: dict[str, Any] = {}
    for model in MODELS.values():
        found = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions |= found.pop("$defs", {})
        definitions[model.__name__] = found
    # the values of a policy depend on the lever: said here rather than in the types, which read any key
    definitions["PolicyFile"]["properties"]["policies"]["patternProperties"] = {
        NAME_PATTERN: _policy_schema()
    }
    several = {"required": ["policies"], "properties": {"policies": {"minProperties": 1}}}
    mixed = {"required": ["mixes"], "properties": {"mixes": {"const": True}}}
    definitions["PolicyFile"]["anyOf"] = [several, mixed]
    case = definitions["CaseFile"]
    case["anyOf"] = [{"required": ["base"]}, {"required": case.pop("required")}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario files: a case, a policy file or a scheme",
        "anyOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in MODELS.values()],
        "$defs": definitions,
    }
