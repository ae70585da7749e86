"""Scenario discovery: boxes of factors in which a policy fails, by patient peeling (PRIM; Friedman and Fisher
1999, Bryant and Lempert 2010), and how stable they are when rows are drawn anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from experiments.sensitivity.factors import Factor
from sim.draws import BOXES, generator

PEEL = 0.05  # of the rows of a box that a step takes away
LEAST_ROWS, LEAST_SHARE = 20, 0.05  # that a box holds
FEWEST_ROWS, FEWEST_CASES = 60, 10  # of a design to look for boxes in; that fail, and that do not
REPEATS = 50  # resamples
CHANCE = 0.05  # a bound that chance explains more often than this is dropped


@dataclass(frozen=True)
class Box:
    """``bounds``: places of the factors that it bounds, (low, high) by name, as ``Factor.cuttable`` has them.
    ``coverage``: part of the failing rows that it holds; ``density``: part of its rows that fail; ``mass``:
    part of all rows. ``again``: part of resamples that bound the factor too; intervals of coverage and
    density are over resamples."""

    bounds: dict[str, tuple[float, float]]
    coverage: float
    density: float
    mass: float
    again: dict[str, float] = field(default_factory=dict)
    coverage_ends: tuple[float, float] = (float("nan"), float("nan"))
    density_ends: tuple[float, float] = (float("nan"), float("nan"))


def enough(failing: np.ndarray) -> bool:
    """Whether there is something to find."""
    cases = int(failing.sum())
    return len(failing) >= FEWEST_ROWS and min(cases, len(failing) - cases) >= FEWEST_CASES


def box(places: np.ndarray, failing: np.ndarray, factors: Sequence[Factor], seed: int) -> Box | None:
    """The box that says best where rows fail; None where no factor does."""
    names = [factor.name for factor in factors]
    places = np.column_stack([factor.cuttable(u) for factor, u in zip(factors, places.T)])
    bounds = _peeled(places, failing)
    if not bounds:
        return None
    rng = generator(seed, BOXES)
    n = len(failing)
    often = np.zeros(places.shape[1], int)
    measured = []
    for _ in range(REPEATS):
        kept = rng.integers(0, n, n)
        for j in _peeled(places[kept], failing[kept]):
            often[j] += 1
        inside = _inside(places[kept], bounds)
        measured.append(_measures(inside, failing[kept]))
    low, high = np.quantile(np.array(measured), [0.05, 0.95], axis=0)
    coverage, density, mass = _measures(_inside(places, bounds), failing)
    return Box(
        {names[j]: held for j, held in bounds.items()}, coverage, density, mass,
        {names[j]: float(often[j] / REPEATS) for j in bounds}, (float(low[0]), float(high[0])),
        (float(low[1]), float(high[1])),
    )  # fmt: skip


def _peeled(places: np.ndarray, failing: np.ndarray) -> dict[int, tuple[float, float]]:
    """Bounds of the box along the peeling with the largest harmonic mean of coverage and density, without
    those that chance explains; none where no box is better than all rows."""
    n, k = places.shape
    low, high, inside = np.zeros(k), np.ones(k), np.ones(n, bool)
    chosen: dict[int, tuple[float, float]] = {}
    best = _harmonic(1.0, float(failing.mean()))
    while inside.sum() > max(LEAST_ROWS, LEAST_SHARE * n):
        step = _step(places, failing, inside)
        if step is None:
            break
        j, end, value = step
        (low if end == 0 else high)[j] = value
        inside &= (places[:, j] >= value) if end == 0 else (places[:, j] <= value)
        coverage, density, _ = _measures(inside, failing)
        if (score := _harmonic(coverage, density)) > best:
            best = score
            chosen = {i: (float(low[i]), float(high[i])) for i in range(k) if low[i] > 0.0 or high[i] < 1.0}
    return _kept(places, failing, chosen)


def _harmonic(a: float, b: float) -> float:
    return 2.0 * a * b / (a + b) if a + b else 0.0


def _step(places: np.ndarray, failing: np.ndarray, inside: np.ndarray) -> tuple[int, int, float] | None:
    """The peel that raises the density most for each row that it takes away, since a level may be many rows:
    factor, end (0 low, 1 high), new bound."""
    here = places[inside]
    wrong = failing[inside]
    found: tuple[int, int, float] | None = None
    now, best = float(wrong.mean()), 0.0
    edges = np.quantile(here, [PEEL, 1 - PEEL], axis=0)
    for j in range(places.shape[1]):
        column = here[:, j]
        for end in (0, 1):
            value = float(edges[end, j])
            kept = column >= value if end == 0 else column <= value
            if kept.all():  # many rows at the end itself: peel them all
                edge = column.min() if end == 0 else column.max()
                rest = column[column > edge] if end == 0 else column[column < edge]
                if not len(rest):
                    continue
                value = float(rest.min() if end == 0 else rest.max())
                kept = column >= value if end == 0 else column <= value
            if kept.sum() < LEAST_ROWS:
                continue
            gain = (float(wrong[kept].mean()) - now) / float((~kept).sum())
            if gain > best:
                found, best = (j, end, value), gain
    return found


def _kept(
    places: np.ndarray, failing: np.ndarray, bounds: dict[int, tuple[float, float]]
) -> dict[int, tuple[float, float]]:
    """The bounds without those that chance explains: the rows that a factor's bounds turn away fail about as
    often as those that they keep (one-sided binomial test)."""
    from scipy.stats import binomtest

    kept = dict(bounds)
    while kept:
        inside = _inside(places, kept)
        worst, worst_p = -1, CHANCE
        for j in kept:
            without = _inside(places, {i: held for i, held in kept.items() if i != j})
            rate = float(failing[without].mean())
            p = float(binomtest(int(failing[inside].sum()), int(inside.sum()), rate, "greater").pvalue)
            if p > worst_p:
                worst, worst_p = j, p
        if worst < 0:
            break
        del kept[worst]
    return kept


def _inside(places: np.ndarray, bounds: dict[int, tuple[float, float]]) -> np.ndarray:
    found = np.ones(len(places), bool)
    for j, (low, high) in bounds.items():
        found &= (places[:, j] >= low) & (places[:, j] <= high)
    return found


def _measures(inside: np.ndarray, failing: np.ndarray) -> tuple[float, float, float]:
    """Coverage, density and mass of a box."""
    both = float((inside & failing).sum())
    return both / max(float(failing.sum()), 1.0), both / max(float(inside.sum()), 1.0), float(inside.mean())


def levels_within(factor: Factor, low: float, high: float) -> list[float]:
    """Of a factor with steps, the values that the bounds hold."""
    places = np.arange(len(factor.levels)) / max(len(factor.levels) - 1, 1)
    return factor.levels[(places >= low) & (places <= high)].tolist()


def ends(factor: Factor, low: float, high: float) -> tuple[float | None, float | None]:
    """Lowest and highest value in the bounds; None where the factor is not bounded on that side."""
    if factor.steps:
        held = levels_within(factor, low, high)
        first, last = held[0], held[-1]
    else:
        first, last = factor.values(np.array([low, high])).tolist()
    return (first if low > 0.0 else None), (last if high < 1.0 else None)
