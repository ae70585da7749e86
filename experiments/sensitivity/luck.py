"""What of the spread over a design is luck of the simulation, from rows that have several worlds."""

from dataclasses import dataclass

import numpy as np

from experiments.plan import COMMON


@dataclass(frozen=True)
class Luck:
    """``variance``: of one world of a row around the mean of the row. ``of_mean``: that of the mean of its
    replicates, where rows have seeds of their own, else 0: seeds that all rows share move them together.
    ``share``: of the variance of a single world over the design."""

    variance: float
    of_mean: float
    share: float


def luck(values: np.ndarray, seeds: str) -> Luck | None:
    """Of values (rows, replicates); None where no row has two worlds.

    s^2 = mean over rows of the variance within a row; where all rows share the seeds of a replicate, what a
    replicate adds to every row is taken away first. Share: s^2 / (s^2 + variance of the rows).
    """
    rows, replicates = values.shape
    if replicates < 2:
        return None
    left = values - values.mean(axis=1, keepdims=True)
    free = rows * (replicates - 1)
    if seeds == COMMON:
        left = left - left.mean(axis=0, keepdims=True)
        free = (rows - 1) * (replicates - 1)
    inside = float((left**2).sum() / max(free, 1))
    of_mean = inside / replicates
    between = max(float(values.mean(axis=1).var(ddof=1)) - of_mean, 0.0)
    share = inside / (inside + between) if inside + between else 0.0
    return Luck(inside, 0.0 if seeds == COMMON else of_mean, share)
