"""The experiment of ``tremplin evaluate``: in each draw, the worlds that the designs need, each design in its
world, and the truth beside it. Rows are kept as those of any run, an arm a design."""

import hashlib
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import Unable
from experiments.evaluation import trials
from experiments.evaluation.designs import (
    DESIGNS,
    FEW_BASINS,
    LOTTERY,
    NO_ADMISSION,
    PUBLISHED,
    SATURATION,
    Design,
    Finding,
    refused,
)
from experiments.evaluation.estimate import MISSING
from experiments.evaluation.seen import Seen, openings, seen
from experiments.evaluation.truth import Truth, change_by_scheme, mean_effect, truth
from experiments.parameters import Source
from experiments.plan import ALONE, Experiment, Function, Group
from experiments.runner import FAILED, LONGEST_ERROR, OK, TIMEOUT, Arm
from experiments.running import Clock, Stopped, TookTooLong
from scenarios.load import Case
from sim.spec import WorldSpec

if TYPE_CHECKING:
    import numpy as np

    from experiments.items import Item
    from sim.world import World

COMMAND = "evaluate"
SECONDS_A_FIRM_YEAR = 2.5e-6  # of one draw, its four worlds and its estimates; only used to foresee
SECONDS_A_DRAW = 0.1
# outcomes of a row of the store, with unit and definition; not a number where there is none
OUTCOMES = {
    "estimate": ("jobs per helped firm", "Effect that the design finds."),
    "std_error": (
        "jobs per helped firm",
        "Standard error of the effect found, as the evaluator computes it.",
    ),
    "low": ("jobs per helped firm", "Lower end of the evaluator's 90 % interval."),
    "high": ("jobs per helped firm", "Upper end of the evaluator's 90 % interval."),
    "p_value": ("", "Two-sided p-value of no effect; below 0.05 the evaluator declares an effect."),
    "truth": ("jobs per helped firm", "What the scheme did, exactly, where the design claims to measure it."),
    "effect_helped": ("jobs per helped firm", "Effect on the helped firms of the scheme as it is, exactly."),
    "effect_net": (
        "jobs per helped firm",
        "Effect of the scheme as it is on all firms, exactly, over the helped firms.",
    ),
    "treated": ("units", "Firms (basins) treated in the comparison."),
    "compared": ("units", "Firms (basins) that they are compared with; before and after, themselves."),
    "reason": ("code", "Why the design cannot be applied: place in the list of reasons; 0 where it can."),
}


@dataclass(frozen=True)
class Evaluation:
    """What is evaluated: a scheme of a case, at the end of a year, by some designs."""

    case: Case
    scheme: str
    year: int
    designs: tuple[str, ...]

    @property
    def spec(self) -> WorldSpec:
        """The world of the case as published, until the date of the evaluation."""
        return trials.watched(self.case.spec, self.year)

    def hash(self) -> str:
        """Hash (32 hex digits) of what decides the rows beside draws and simulation: the world, the scheme
        and the designs as they are computed here."""
        what = (self.spec.canonical(), self.scheme, method())
        return hashlib.blake2b(repr(what).encode(), digest_size=16).hexdigest()


@cache
def method() -> str:
    """Hash of the sources of this package and the version of what estimates; ``Unable`` without that."""
    try:
        estimator = version("statsmodels")
    except PackageNotFoundError:
        raise Unable(MISSING) from None
    content = hashlib.blake2b(estimator.encode(), digest_size=16)
    for name in ("seen", "truth", "trials", "matching", "estimate", "designs", "bench"):
        source = (Path(__file__).parent / f"{name}.py").read_text("utf-8")
        content.update(source.replace("\r\n", "\n").encode())
    return content.hexdigest()


def experiment(asked: Evaluation, source: Source, seed: int) -> Experiment:
    """The evaluation as an experiment like any other: an arm a design."""
    of = asked.hash()
    about = f"evaluation of {asked.scheme} after {asked.year} years"
    arms = {name: Function(f"{about}, {name}, {of}") for name in asked.designs}
    years = "a year" if asked.year == 1 else f"{asked.year} years"
    question = f"Would an evaluation of {_title(asked)} after {years} have found the truth?"
    firms = sum(basin.smes for basin in asked.spec.territory.basins)
    seconds = SECONDS_A_DRAW + SECONDS_A_FIRM_YEAR * firms * asked.year
    return Experiment(
        COMMAND, asked.case.name, question, PUBLISHED, (Group(ALONE, asked.case, arms),), seed, source,
        Evaluate(asked), tuple(OUTCOMES), seconds / len(arms),
    )  # fmt: skip


def _title(asked: Evaluation) -> str:
    """The name of the scheme as people say it."""
    return asked.case.titles.get(asked.scheme, asked.scheme).partition(":")[0]


@dataclass(frozen=True)
class Evaluate:
    """Turns an item into the rows of its designs: what stands for the model in the items of an evaluation."""

    asked: Evaluation
    compiles: bool = True

    def __call__(self, item: "Item") -> Iterator[Arm]:
        draw = _Draw(self.asked, item)
        for name, _, key in item.arms:
            begun, started = time.perf_counter(), time.time()
            status, error = OK, ""
            outcomes: dict[str, float] = {}
            try:
                outcomes = draw.row(DESIGNS[name])
            except Stopped:
                raise
            except TookTooLong as late:
                status, error = TIMEOUT, str(late)
            except Exception:  # whatever goes wrong is a row, and the other designs go on
                status, error = FAILED, traceback.format_exc()[-LONGEST_ERROR:]
            yield Arm(name, key, status, error, outcomes, time.perf_counter() - begun, started)


class _Draw:
    """The worlds of one draw, each run once, when it is first needed."""

    def __init__(self, asked: Evaluation, item: "Item"):
        self.item, self.scheme = item, asked.scheme
        spec = asked.spec
        self.specs: dict[str, WorldSpec | None] = {
            PUBLISHED: spec,
            LOTTERY: trials.lottery(spec, asked.scheme),
            SATURATION: trials.saturation(spec, asked.scheme, item.world_seed),
        }
        self.without = trials.without(spec, asked.scheme)
        self.planned = openings(spec, asked.scheme)
        self._kept: dict[str, tuple[Seen, np.ndarray]] = {}

    def row(self, design: Design) -> dict[str, float]:
        """The outcomes of a design in this draw."""
        found, overall = self._found(design), self._overall
        row = {
            "effect_helped": overall.helped, "effect_net": overall.net, "treated": float(found.treated),
            "compared": float(found.compared), "reason": float(found.reason),
        }  # fmt: skip
        if e := found.estimate:
            row |= {
                "estimate": e.value,
                "std_error": e.error,
                "low": e.low,
                "high": e.high,
                "p_value": e.p_value,
            }
            _, change = self._looked_at(design.world)
            row["truth"] = mean_effect(change, found.firm, found.weight)
        return row

    def _found(self, design: Design) -> Finding:
        if self.specs[design.world] is None:
            return refused({LOTTERY: NO_ADMISSION, SATURATION: FEW_BASINS}[design.world])
        return design.apply(self._looked_at(design.world)[0])

    @cached_property
    def _overall(self) -> Truth:
        """Of the scheme as it is."""
        of, change = self._looked_at(PUBLISHED)
        return truth(change, of.helped)

    def _run(self, spec: WorldSpec) -> "World":
        from sim.world import World

        world = World(spec, self.item.values, self.item.world_seed)
        return Clock(self.item.timeout).run(world, spec.horizon_months)

    @cached_property
    def _control(self) -> "World":
        return self._run(self.without)

    def _looked_at(self, name: str) -> "tuple[Seen, np.ndarray]":
        """What an evaluator sees of a world, and what the scheme changed in it."""
        spec = self.specs[name]
        assert spec is not None
        name = PUBLISHED if spec is self.specs[PUBLISHED] else name
        if name not in self._kept:
            world = self._run(spec)
            self._kept[name] = seen(world, self.scheme, self.planned), change_by_scheme(world, self._control)
        return self._kept[name]
