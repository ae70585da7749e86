"""Factors of a design: how far each is varied, and what a place between 0 and 1 stands for.

A factor is plain data in the manifest, so that a design is made again from its folder alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.parameters import POSTERIOR
from sim.parameters import FIELDS, Uncertainty

UNCERTAINTY, LEVER, RULE, OWN = "uncertainty", "lever", "rival rule", "own"
QUANTILES = 256  # of a sample; between them values are interpolated
DIGITS = 9  # of the numbers of a factor that count


@dataclass(frozen=True)
class Factor:
    """A number that a design varies.

    ``grid``: values at equally likely steps from the lowest to the highest; between them the value is
    interpolated, or, where ``steps``, each is as likely as another and none lies between. ``how`` says in
    words where they come from.
    """

    name: str
    kind: str
    unit: str
    doc: str
    grid: tuple[float, ...]
    steps: bool = False
    how: str = ""

    def __post_init__(self) -> None:
        if not self.grid:
            raise ValueError(f"{self.name}: has no value to take")

    def values(self, u: np.ndarray) -> np.ndarray:
        """The values at places u in [0, 1]: the inverse distribution function of the factor."""
        grid = np.array(self.grid)
        if self.steps:
            return grid[np.minimum((np.asarray(u) * len(grid)).astype(int), len(grid) - 1)]
        return np.interp(u, np.linspace(0.0, 1.0, len(grid)), grid)

    @property
    def levels(self) -> np.ndarray:
        """The different values, the lowest first: of steps, all that the factor can take."""
        return np.unique(self.grid)

    def cuttable(self, u: np.ndarray) -> np.ndarray:
        """The same places, but of steps those of whole levels, the lowest at 0 and the highest at 1: between
        these a cut parts values from values, and never rows of one value."""
        if not self.steps:
            return u
        return np.searchsorted(self.levels, self.values(u)) / max(len(self.levels) - 1, 1)

    @property
    def low(self) -> float:
        """The lowest value."""
        return min(self.grid)

    @property
    def high(self) -> float:
        """The highest value."""
        return max(self.grid)

    @property
    def middle(self) -> float:
        """The value in the middle; of steps, one of them."""
        return float(self.values(np.array([0.5]))[0])

    def plain(self) -> dict[str, Any]:
        """The same as JSON holds it."""
        return {
            "name": self.name, "kind": self.kind, "unit": self.unit, "doc": self.doc,
            "grid": list(self.grid), "steps": self.steps, "how": self.how,
        }  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Factor":
        """The factor of such data."""
        return cls(**{**plain, "grid": tuple(plain["grid"])})

    def declared(self) -> Uncertainty:
        """The factor as a column of the parameters of a run."""
        return Uncertainty(self.name, self.unit, self.middle, self.low, self.high, "fixed", "", self.doc, "")


def own(name: str, low: float, high: float, unit: str = "", doc: str = "") -> Factor:
    """A factor of one's own function, uniform between two values; ``ValueError`` if these are none."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"{name}: the low end must be below the high end (got {low!r} and {high!r})")
    return Factor(name, OWN, unit, doc, (float(low), float(high)), how="uniform")


def between(known: Factor, low: float, high: float) -> Factor:
    """The same factor, uniform between two values."""
    return Factor(known.name, known.kind, known.unit, known.doc, (low, high), how="uniform, as asked")


def among(known: Factor, values: Sequence[float]) -> Factor:
    """The same factor, with these values alone."""
    grid = tuple(float(value) for value in values)
    return Factor(known.name, known.kind, known.unit, known.doc, grid, True, "values, as asked")


def uncertain(u: Uncertainty, source: str, sample: np.ndarray | None) -> Factor:
    """An uncertainty by its prior, or, where there is a ``sample`` of it, by the quantiles of this."""
    if sample is None:
        how = f"prior: uniform from {u.low:g} to {u.high:g}"
        return Factor(u.name, UNCERTAINTY, u.unit, u.doc, (u.low, u.high), how=how)
    low, high = np.quantile(sample, [0.05, 0.95])
    source = "posterior" if source == POSTERIOR else "sample"
    how = f"{source}, by quantile: 90 % from {low:.3g} to {high:.3g}"
    places = np.linspace(0.0, 1.0, QUANTILES + 1)
    grid = tuple(float(f"{q:.{DIGITS}g}") for q in np.quantile(sample, places))
    return Factor(u.name, UNCERTAINTY, u.unit, u.doc, grid, how=how)


def rival(u: Uncertainty, values: Sequence[float], sample: np.ndarray | None) -> Factor:
    """A switch between rival rules: equally likely, or as often as in a ``sample``."""
    if sample is None:
        grid, how = tuple(sorted(values)), "rival rules, equally likely"
    else:
        middles = (np.arange(QUANTILES) + 0.5) / QUANTILES
        grid = tuple(np.quantile(sample, middles, method="nearest").tolist())
        how = "rival rules, as often as in the sample"
    return Factor(u.name, RULE, u.unit, u.doc, grid, True, how)


def lever(name: str) -> Factor:
    """A lever (``scheme.lever``), over its bounds or its choices."""
    field = FIELDS[name.partition(".")[2]]
    if field.choices or field.unit == "0 or 1":
        codes = tuple(float(i) for i in range(len(field.choices) or 2))
        return Factor(name, LEVER, field.unit, field.doc, codes, True, "each choice as likely")
    how = f"uniform over its bounds, {field.low:g} to {field.high:g}"
    return Factor(name, LEVER, field.unit, field.doc, (field.low, field.high), how=how)
