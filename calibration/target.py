"""What a target is: a published figure, with what tolerance and in what role a world is held against it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from calibration import alize_figures as alize
from calibration.facts import Fact, facts
from sim.world import World

FITTED, HELD_OUT, CONTEXT = "fitted", "held_out", "context"
NAN = float("nan")

Bounds = tuple[float, float]
Measure = Callable[[alize.Reading], float]


@dataclass(frozen=True)
class Target:
    """A published figure and how a world gives it.

    ``fact_id``: row of ``facts.csv``, with a letter behind it where the row holds several figures.
    ``published``, ``low``, ``high``: the figure and its tolerance bounds, in ``unit``; bounds are not a
    number where nothing says how near is near (context only). ``month``: when it is read, in months elapsed
    since the start of the case. ``final``: read from the state of the last month, so unknown once the world
    has run on. ``paired``: it compares the world with the same world without schemes. ``definition``: what is
    counted, as its publisher counted it.
    """

    fact_id: str
    family: str
    role: str
    published: float
    low: float
    high: float
    unit: str
    month: int
    final: bool
    paired: bool
    definition: str
    measure: Measure

    @property
    def fact(self) -> Fact:
        """The row of ``facts.csv``."""
        return facts()[root(self.fact_id)]

    def compute(self, world: World, reading: alize.Reading | None = None) -> float:
        """The figure in a world of the case; not a number before its month, or where it is undefined.
        ``reading``: of this world at this month, to share with other targets."""
        if world.month < self.month or (self.final and world.month != self.month):
            return NAN
        reading = reading or alize.Reading(world, self.month)
        if self.paired and reading.control is None:
            return NAN
        return float(self.measure(reading))


def root(fact_id: str) -> str:
    """Id of the row of ``facts.csv``: without the letter of a composite figure."""
    return re.sub(r"[a-z]$", "", fact_id)


def measured(measure: Callable) -> str:
    """Name of what a measure computes, with what it is told."""
    if isinstance(measure, partial):
        return f"{measured(measure.func)} {sorted(measure.keywords.items())}"
    return measure.__name__


def _definition(measure: Callable) -> str:
    """The docstring of a measure as one line."""
    function = measure.func if isinstance(measure, partial) else measure
    return " ".join((function.__doc__ or "").split())


def new_target(
    fact_id: str,
    family: str,
    role: str,
    measure: Measure,
    month: int,
    *,
    final: bool = False,
    paired: bool = False,
    published: float | None = None,
    bounds: Bounds | None = None,
    unit: str = "",
) -> Target:
    """A target; figure, tolerance bounds and unit are those of its row unless given. A figure of context
    without tolerance has the range of its source, if there is one."""
    fact = facts()[root(fact_id)]
    value = fact.value if published is None else published
    found = bounds or fact.tolerance()
    if found is None and role == CONTEXT:
        found = (NAN if fact.low is None else fact.low, NAN if fact.high is None else fact.high)
    if value is None or found is None:
        raise ValueError(f"{fact_id} has no figure or no tolerance; give one")
    return Target(
        fact_id, family, role, value, *found, unit or fact.unit, month, final, paired, _definition(measure),
        measure,
    )  # fmt: skip
