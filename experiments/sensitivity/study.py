"""A study by design as an experiment like any other: its arms, its design, how much a row takes; and what is
asked of the rows when they are there, which is no part of them."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from experiments.parameters import Source
from experiments.plan import ALONE, NO_CASE, SECONDS_A_FIRM_MONTH, Experiment, Function, Group
from experiments.sensitivity.design import Design, DesignSource
from experiments.sensitivity.worlds import MODEL_SECONDS_A_WORLD, SECONDS_A_ROW, Model, Own
from scenarios.load import NONE, PUBLISHED, Case
from sim.spec import WorldSpec

SENSITIVITY, SWEEP = "sensitivity", "sweep"
OUTCOME = "jobs_net"
BEST, RANK = "best", "rank"  # what the outcome may be turned into, among all policies
RESAMPLES = 200  # of bootstrap intervals
ANSWER = "y"  # the outcome of a function that gives one number


@dataclass(frozen=True)
class Question:
    """What is asked of the rows of a design.

    ``outcome``: an outcome of the store; ``against``: a policy whose outcome is taken away, row by row, or
    ""; ``among``: BEST or RANK of the outcome among all policies, or "". ``emulate``: indices from an
    emulator. ``fails``: a row fails whose outcome is worse than this, if it is said.
    """

    outcome: str = OUTCOME
    against: str = ""
    among: str = ""
    emulate: bool = False
    fails: float | None = None
    resamples: int = RESAMPLES

    def plain(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        return asdict(self)


def world_study(
    command: str, name: str, question: str, case: Case, arms: Mapping[str, WorldSpec], reference: str,
    design: Design, source: Source, seed: int,
) -> Experiment:  # fmt: skip
    """A design over this model. ``arms``: the policies, to which the world without schemes is added."""
    whole = {NONE: next(iter(arms.values())).without_schemes(), **arms}
    group = Group(ALONE, case, whole)
    rows = DesignSource.made(source.name, design, seed, source.warning)
    return Experiment(
        command, name, question, reference, (group,), seed, rows, Model(tuple(design.levers)), (),
        seconds_a_world(group), design.plain(seed),
    )  # fmt: skip


def seconds_a_world(group: Group) -> float:
    """What a world of a design may take, on one core."""
    if any(isinstance(spec, Function) for spec in group.arms.values()):
        return SECONDS_A_ROW
    firms = sum(basin.smes for basin in group.case.territory.basins)
    months = max(spec.horizon_months for spec in group.arms.values())
    return MODEL_SECONDS_A_WORLD + firms * months * SECONDS_A_FIRM_MONTH


def own_study(
    function: Callable[..., Any], name: str, design: Design, seed: int, outcomes: tuple[str, ...] = (ANSWER,),
    seeded: bool = False, seconds: float = SECONDS_A_ROW, question: str = "",
) -> Experiment:  # fmt: skip
    """A design over a function of one's own, whose ``name`` says its version too: nothing else tells that it
    has changed. ``seconds``: that a row may take."""
    case = replace(NO_CASE, name=name, title=question or name)
    group = Group(ALONE, case, {PUBLISHED: Function(name)})
    rows = DesignSource.made(name, design, seed)
    return Experiment(
        SENSITIVITY, name, question, PUBLISHED, (group,), seed, rows, Own(function, outcomes, seeded),
        outcomes, seconds, design.plain(seed),
    )  # fmt: skip


def question_of(manifest: Mapping[str, Any]) -> Question:
    """What was asked, from the manifest of a folder."""
    return replace(Question(), **manifest.get("asked", {}))
