"""What the pair of worlds knows exactly: who has how many jobs more because of the scheme."""

from dataclasses import dataclass

import numpy as np

from sim.world import World


def change_by_scheme(with_scheme: World, without: World) -> np.ndarray:
    """Jobs of every firm with the scheme, less its jobs without: n1_i - n0_i, shape (firms,).

    Raises ``ValueError`` if the worlds do not share their firms, seed and month.
    """
    same = with_scheme.seed == without.seed and with_scheme.month == without.month
    if not same or not np.array_equal(with_scheme.tables.uid, without.tables.uid):
        raise ValueError("the worlds of a pair have the same firms, seed and month")
    return with_scheme.tables.size - without.tables.size


def mean_effect(change: np.ndarray, firm: np.ndarray, weight: np.ndarray) -> float:
    """Effect on some firms: sum_i w_i (n1_i - n0_i), jobs."""
    return float((weight * change[firm]).sum())


@dataclass(frozen=True)
class Truth:
    """Jobs a helped firm at the date of the evaluation: of the helped firms themselves (``helped``), and of
    all firms, displacement and spill-over included (``net``). Not a number where nobody was helped."""

    helped: float
    net: float


def truth(change: np.ndarray, helped: np.ndarray) -> Truth:
    """Of a pair of worlds: helped = sum over helped firms of (n1 - n0) / N, net = sum over all / N."""
    n = len(helped)
    if not n:
        return Truth(float("nan"), float("nan"))
    return Truth(float(change[helped].sum() / n), float(change.sum() / n))
