"""What a fit has taught: which parameters the figures inform, which they only tie together, and how figures
kept aside came out. Pure: tables in, tables out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtri

from sim.parameters import Uncertainty

SURE = 0.99  # that chance alone informs no parameter, and ties no pair
TESTS = 2  # of each parameter: is it narrower, does it lie elsewhere
UNIFORM_KURTOSIS = 1.8
SHRINKAGE = ("name", "unit", "low", "high", "p05", "p50", "p95", "shrinkage", "by_chance", "informed")
TRADEOFFS = ("one", "other", "correlation", "by_chance")
FAMILIES = ("family", "role", "figures", "hits", "misses")


def farthest(tries: int = 1) -> float:
    """Standard deviations within which so many normal numbers all lie, 99 times in 100 (Bonferroni)."""
    return -float(ndtri((1 - SURE) / 2 / max(1, tries)))


def by_chance(draws: int, tries: int = 1) -> float:
    """Shrinkage that so many draws of the prior itself reach by chance in one of so many ``tries``, once in
    100 times: the variance of n uniform draws has a relative standard deviation of
    sqrt((kurtosis - 1 + 2 / (n - 1)) / n)."""
    if draws < 2:
        return float("inf")
    spread = np.sqrt((UNIFORM_KURTOSIS - 1 + 2 / (draws - 1)) / draws)
    return farthest(tries) * float(spread)


def shrinkage(declared: Sequence[Uncertainty], rows: np.ndarray) -> pd.DataFrame:
    """One row for each uncertainty that is drawn: its prior, its posterior, shrinkage = 1 - variance of the
    posterior over that of the prior, the shrinkage that chance makes, and whether the figures inform it: it
    is narrower than chance makes any of them, or lies elsewhere.

    ``rows``: (draws, uncertainties), in the order of ``declared``; one that has the same value in all draws
    was kept at it, which no figure did, and is left out. Sorted, the most informed first.
    """
    found = []
    drawn = _drawn(declared, rows)
    tries = TESTS * len(drawn)
    limit, elsewhere = by_chance(len(rows), tries), farthest(tries)
    for j in drawn:
        u, values = declared[j], rows[:, j]
        variance = (u.high - u.low) ** 2 / 12
        less = 1 - float(values.var(ddof=1)) / variance
        moved = abs(values.mean() - (u.low + u.high) / 2) / np.sqrt(variance / len(values))
        informed = less > limit or moved > elsewhere
        p05, p50, p95 = np.quantile(values, (0.05, 0.5, 0.95))
        found.append((u.name, u.unit, u.low, u.high, p05, p50, p95, less, limit, bool(informed)))
    table = pd.DataFrame(found, columns=list(SHRINKAGE))
    return table.sort_values(["shrinkage", "name"], ascending=[False, True], ignore_index=True)


def _drawn(declared: Sequence[Uncertainty], rows: np.ndarray) -> list[int]:
    """Positions of the uncertainties that a sample varies."""
    return [j for j, u in enumerate(declared) if u.prior == "uniform" and np.ptp(rows[:, j]) > 0.0]


def tradeoffs(declared: Sequence[Uncertainty], rows: np.ndarray) -> pd.DataFrame:
    """Pairs of uncertainties that the figures tie together, the strongest first: their rank correlation, if
    chance would not give as much in one of all pairs, 99 times in 100."""
    from scipy.stats import rankdata  # half a second, for pages that show no pairs

    free = _drawn(declared, rows)
    if len(free) < 2:
        return pd.DataFrame(columns=list(TRADEOFFS))
    ranks = np.apply_along_axis(rankdata, 0, rows[:, free])
    correlation = np.corrcoef(ranks.T)
    first, second = np.triu_indices(len(free), 1)
    limit = farthest(len(first)) / np.sqrt(max(1, len(rows) - 1))
    found = [
        (declared[free[i]].name, declared[free[j]].name, correlation[i, j], limit)
        for i, j in zip(first, second)
        if abs(correlation[i, j]) > limit
    ]
    found.sort(key=lambda pair: -abs(pair[2]))
    return pd.DataFrame(found, columns=list(TRADEOFFS))


def families(validation: pd.DataFrame) -> pd.DataFrame:
    """Hits and misses by family and role, figures kept aside first. Figures of one family are not
    independent: it is families that count. ``validation``: columns family, role, inside."""
    from calibration.target import FITTED, HELD_OUT  # loads the simulation, which texts do without

    judged = validation[validation.role.isin([FITTED, HELD_OUT]) & validation.inside.notna()]
    found = [
        (family, role, len(part), int((part.inside == 1).sum()), int((part.inside == 0).sum()))
        for (role, family), part in judged.groupby(["role", "family"], sort=True)
    ]
    found.sort(key=lambda row: (row[1] != HELD_OUT, row[0]))
    return pd.DataFrame(found, columns=list(FAMILIES))
