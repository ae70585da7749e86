"""What of the spread over a design is luck of the simulation, from rows that have several worlds."""

from dataclasses import dataclass

import numpy as np

from experiments.plan import COMMON


@dataclass(frozen=True)
class Luck:
    """``variance``: of one world of a row around the mean of the row. ``of_mean``: that of the mean of its
    replicates, where rows have seeds of their own, else 0: seeds that all rows share move them together.
    ``share``: of the variance of a single world over the design. ``shared``: where rows have the seeds of a
    replicate in common, the part of that variance which this moves in all rows alike, and the ends of its
    90 % interval; ``variance`` and ``share`` are of the rest of luck then."""

    variance: float
    of_mean: float
    share: float
    shared: tuple[float, float, float] | None = None


def luck(values: np.ndarray, seeds: str) -> Luck | None:
    """Of values (rows, replicates); None where no row has two worlds, or there is no other row to set luck
    against.

    s^2 = mean over rows of the variance within a row; where all rows share the seeds of a replicate, what a
    replicate adds to every row is taken away first, and measured by itself. Share: s^2 / (s^2 + variance of
    the rows + that of what a replicate adds).
    """
    rows, replicates = values.shape
    if min(rows, replicates) < 2:
        return None
    left = values - values.mean(axis=1, keepdims=True)
    free = rows * (replicates - 1)
    if seeds == COMMON:
        left = left - left.mean(axis=0, keepdims=True)
        free = (rows - 1) * (replicates - 1)
    inside = float((left**2).sum() / max(free, 1))
    of_mean = inside / replicates
    between = max(float(values.mean(axis=1).var(ddof=1)) - of_mean, 0.0)
    if seeds != COMMON:
        return Luck(inside, of_mean, _part(inside, between))
    value, low, high = (max(v - inside / rows, 0.0) for v in _with_ends(values.mean(axis=0)))
    rest = inside + between
    return Luck(
        inside, 0.0, _part(inside, between + value),
        (_part(value, rest), _part(low, rest), _part(high, rest)),
    )  # fmt: skip


def _part(one: float, rest: float) -> float:
    return one / (one + rest) if one + rest else 0.0


def _with_ends(means: np.ndarray) -> list[float]:
    """The variance of the means of replicates, and the ends of its 90 % interval were they normal, which is
    wide: there are few."""
    from scipy.stats import chi2

    free = len(means) - 1
    value = float(means.var(ddof=1))
    return [value, *(free * value / float(chi2.ppf(place, free)) for place in (0.95, 0.05))]
