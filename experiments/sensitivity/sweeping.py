"""What is asked of ``tremplin sweep``: a file of its own, or options; every combination, or a Latin
hypercube."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Discriminator, Field

from experiments.errors import Refused
from experiments.parameters import Source
from experiments.sensitivity import factors as kinds
from experiments.sensitivity.asking import Arms, Varied, others, study_of, varied
from experiments.sensitivity.factors import Factor
from experiments.sensitivity.methods import GRID, LATIN
from scenarios.cases import Reader
from scenarios.files import BRANCH, Strict, Text, branch
from scenarios.messages import validate
from scenarios.problems import Report
from scenarios.texts import Source as File

MOST_STEPS = 1000


class Range(Strict):
    """From one value to another: ``steps`` values of a grid, any value of a Latin hypercube; of a factor with
    choices all between."""

    low: float
    high: float
    steps: Annotated[int, Field(ge=2, le=MOST_STEPS)] = 5


def _kind(value: Any) -> str | None:
    name = "values" if isinstance(value, list) else "range" if isinstance(value, dict | Range) else ""
    return BRANCH + name if name else None


Values = Annotated[
    Annotated[Annotated[list[float], Field(min_length=1)], branch("values")]
    | Annotated[Range, branch("range")],
    Discriminator(
        _kind,
        custom_error_type="where",
        custom_error_message="must be a list of values, or low and high, as in {low: 0, high: 2, steps: 5}",
    ),
]


class SweepFile(Strict):
    """A sweep: of what, over which factors, how they are combined."""

    question: Text = Field(default_factory=str)
    of: Text
    group: Text = Field(default_factory=str)
    policies: list[Text] = Field(default_factory=list)
    design: Literal["grid", "latin"] = "grid"
    rows: Annotated[int, Field(ge=1)] = 0
    factors: Annotated[dict[str, Values], Field(min_length=1)]


class Sweep(BaseModel):
    """A sweep as it is asked. ``of``: a case or a policy file. ``factors``: values of each, or its range."""

    question: str = ""
    of: str
    group: str = ""
    policy: str = ""
    design: str = GRID
    rows: int = 0
    factors: dict[str, list[float] | Range]


def is_sweep(path: Path) -> bool:
    """Whether a file is one: it has a key ``factors`` or ``of``, as nothing else has."""
    if path.suffix.lower() not in (".yaml", ".yml") or not path.is_file():
        return False
    report = Report()
    node = Reader(report).tree(File(path, str(path)))
    return node is not None and isinstance(node.value, dict) and not {"factors", "of"}.isdisjoint(node.value)


def read_sweep(path: Path) -> Sweep:
    """A sweep from its file; ``ScenarioError`` with all that is wrong."""
    report = Report(str(path))
    node = Reader(report).tree(File(path, str(path)))
    found = validate(SweepFile, node, report) if node is not None else None
    if node is not None and found is not None and found.design == GRID and found.rows:
        rows = node.value["rows"].node
        what = "a grid has a row for every combination of values; take this key out, or write design: latin"
        report.add(rows.place, "rows", what, got=rows.got())
    report.raise_if_any()
    assert found is not None
    of = found.of
    if of.lower().endswith((".yaml", ".yml")) and not Path(of).is_absolute():
        of = str(path.parent / of)
    return Sweep(
        question=found.question, of=of, group=found.group, policy=",".join(found.policies),
        design=found.design, rows=found.rows, factors=found.factors,
    )  # fmt: skip


def sweep_of(
    file: str, options: Sequence[str], design: str, rows: int, policy: str, group: str
) -> Sweep:  # fmt: skip
    """A sweep from a file of its own, or from a case or a policy file and options ``name=a,b,c`` (values) or
    ``name=low:high`` or ``name=low:high:steps``."""
    if is_sweep(Path(file)):
        if options or policy or group:
            raise Refused(
                f"{file}: says its factors and policies itself; leave --factor, --policy, --group out"
            )
        return read_sweep(Path(file))
    if not options:
        study_of(file)  # of a file that is none, that is said first
        raise Refused("--factor: none; say what to vary, as in --factor alize.recruiting_effort=0,1,2")
    factors = {}
    for text in options:
        name, equals, how = (part.strip() for part in text.partition("="))
        if not equals or not how:
            raise Refused(f"--factor: must be NAME=A,B,C or NAME=LOW:HIGH:STEPS (got {text!r})")
        if name in factors:
            raise Refused(f"--factor: {name} stands twice")
        factors[name] = _values(name, how)
    if design not in (GRID, LATIN):
        raise Refused(f"--design: unknown (got {design!r}); allowed: {GRID}, {LATIN}")
    if design == GRID and rows:
        raise Refused(
            f"--n: a grid has a row for every combination of values; leave it out, or --design {LATIN}"
        )
    return Sweep(of=file, group=group, policy=policy, design=design, rows=rows, factors=factors)


def _values(name: str, how: str) -> list[float] | Range:
    try:
        if ":" in how:
            low, high, *steps = how.split(":")
            return Range(low=float(low), high=float(high), **({"steps": int(steps[0])} if steps else {}))
        return [float(part) for part in how.split(",")]
    except ValueError:
        raise Refused(
            f"--factor: {name}: must be A,B,C or LOW:HIGH:STEPS, of 2 to {MOST_STEPS} steps (got {how!r})"
        ) from None


def sweep_factors(of: Sweep, arms: Arms, source: Source) -> Varied:
    """The factors of a sweep, within their bounds; ``Refused`` if one is unknown or out of them."""
    names = ",".join(f"{name}={_as_asked(values)}" for name, values in of.factors.items())
    known = varied(names, arms, source)
    chosen = [_gridded(factor, of.factors[factor.name], of.design) for factor in known.factors]
    return Varied(tuple(chosen), others(source, chosen), f"As asked: {_in_words(of, chosen)}.")


def _as_asked(values: list[float] | Range) -> str:
    if isinstance(values, Range):
        return f"{values.low!r}:{values.high!r}"
    return "|".join(repr(value) for value in values)


def _gridded(factor: Factor, values: list[float] | Range, design: str) -> Factor:
    if isinstance(values, Range) and factor.steps:
        if "steps" in values.model_fields_set and values.steps != len(factor.grid):
            raise Refused(
                f"--factor: {factor.name}: takes {len(factor.grid)} values from {values.low:g} to "
                f"{values.high:g}, and none between (got {values.steps} steps)"
            )
        return factor
    if isinstance(values, Range) and design == GRID:
        return kinds.among(factor, np.linspace(values.low, values.high, values.steps).tolist())
    return factor


def _in_words(of: Sweep, chosen: Sequence[Factor]) -> str:
    if of.design == LATIN:
        return f"a Latin hypercube of {of.rows:,} rows"
    return "every combination of " + " times ".join(f"{len(f.grid)} values of {f.name}" for f in chosen)


def plain(of: Sweep) -> Mapping[str, Any]:
    """The sweep as JSON holds it."""
    return of.model_dump()
