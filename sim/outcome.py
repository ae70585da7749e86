"""What an outcome is: something that a reader may ask of a world or of a pair of worlds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

LEAST_JOBS = 0.005  # jobs: they are read to a hundredth at most, and sums leave a residue where there is none


@dataclass(frozen=True)
class Outcome:
    """``of`` is "world" (``compute`` takes a world) or "pair" (it takes a pair, world 1 against the world
    without schemes, and its waterfall). ``better`` says which way is good: 1, -1, or 0 where neither is."""

    name: str
    unit: str
    of: str
    better: int
    definition: str
    compute: Callable[..., float]


def count(marks: np.ndarray) -> int:
    """How many are marked. Sooner than their sum."""
    return int(np.count_nonzero(marks))


def mean(values: np.ndarray) -> float:
    """Mean, or share of those marked; not a number where there is nothing."""
    if not len(values):
        return float("nan")
    return count(values) / len(values) if values.dtype == bool else float(values.mean())


def no_net_job(net: Any) -> Any:
    """Whether net jobs, or net job-years, of a world or of many, are none: too few to be read, or lost."""
    return net < LEAST_JOBS


def ratio(a: float, b: float) -> float:
    """a / b, not a number where b is 0."""
    return float(a) / float(b) if b else float("nan")
