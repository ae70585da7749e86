"""How sure a mean is, and where the spread between worlds comes from. Pure: samples in, numbers out."""

import math
from dataclasses import dataclass

import numpy as np

from experiments.lang import form, later, say

LOW, HIGH = 0.05, 0.95
UNTOLD = later(
    "How much of the spread is chance, and how much not knowing the parameters: --replicates 2 would tell."
)


@dataclass(frozen=True)
class Split:
    """Variance of an outcome between worlds: what not knowing the parameters explains, and what is chance.

    ``low``, ``high``: 90 % interval of the share of the parameters, as far as outcomes are normal; not a
    number where it is known, or where there is no variance at all.
    """

    parameters: float
    chance: float
    low: float = math.nan
    high: float = math.nan

    @property
    def share(self) -> float:
        """Share of the variance that parameters explain; not a number where there is no variance."""
        total = self.parameters + self.chance
        return self.parameters / total if total > 0 else math.nan


def standard_error(values: np.ndarray, draws: np.ndarray | None = None) -> float | None:
    """Standard error of the mean of worlds, s / sqrt(n); None for fewer than two.

    Worlds of one draw share their parameters and are not independent: where ``draws`` says of which draw each
    world is, s is that of the means of draws, and n is the number of these.
    """
    if draws is not None and len(draws):
        _, place, counts = np.unique(draws, return_inverse=True, return_counts=True)
        if counts.max() > 1:
            values = np.bincount(place, values) / counts
    if len(values) < 2:
        return None
    with np.errstate(invalid="ignore"):
        return float(values.std(ddof=1)) / math.sqrt(len(values))


def half_of_mean(error: float, n: int) -> float:
    """Half of the 90 % interval of the mean of ``n`` independent values, two or more: Student's t, which
    allows for a standard error that few values tell badly."""
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, HIGH)) * error


def split(values: np.ndarray, rows: np.ndarray) -> Split | None:
    """One-way random-effects analysis of variance, by row of parameters. None where no row has two worlds.

    ``rows``: which row of parameters each world has (any numbers). With k rows, n_i worlds in row i, N
    worlds, mean squares MB between and MW within rows, and n0 = (N - sum n_i^2 / N) / (k - 1):

        chance = MW,   parameters = max(0, (MB - MW) / n0),

    unbiased but for the 0, whatever the n_i. The interval of the share is that of F = MB / MW with k - 1 and
    N - k degrees of freedom. With a single row nothing varies but chance.
    """
    kept = np.isfinite(values)
    values = values[kept]
    _, place, counts = np.unique(rows[kept], return_inverse=True, return_counts=True)
    total, k = len(values), len(counts)
    if total == k:
        return None
    means = np.bincount(place, values) / counts
    within = float(((values - means[place]) ** 2).sum()) / (total - k)
    if k == 1:
        return Split(0.0, within)
    between = float((counts * (means - values.mean()) ** 2).sum()) / (k - 1)
    n0 = (total - float((counts**2).sum()) / total) / (k - 1)
    parameters = max(0.0, (between - within) / n0)
    if not within:
        return Split(parameters, within)
    return Split(parameters, within, *_interval(between / within, k - 1, total - k, n0))


def said(share: float, low: float, high: float) -> str:
    """Where a spread comes from, in words, to be read after "Of the spread of ...,"."""
    if math.isnan(share):
        return say("there is none: all worlds give the same")
    if not share and math.isnan(low):
        return say("all is chance: all worlds have the same parameters")
    known, luck = form(100 * share, ".0f"), form(100 * (1 - share), ".0f")
    if math.isnan(low):
        return say("{known} % is not knowing the parameters, {luck} % is chance", known=known, luck=luck)
    return say(
        "{known} % (90 %: {low} to {high} %) is not knowing the parameters, {luck} % is chance",
        known=known,
        luck=luck,
        low=form(100 * low, ".0f"),
        high=form(100 * high, ".0f"),
    )


def spread_of_what(policy: str, against: str) -> str:
    """What the spread is of, in words; ``against`` may be empty."""
    if against:
        return say("net jobs with {policy} less those with {against}", policy=policy, against=against)
    return say("net jobs with {policy}", policy=policy)


def _interval(f: float, above: int, below: int, n0: float) -> tuple[float, float]:
    """90 % interval of the share of variance between rows, by an F ratio with so many degrees of freedom."""
    from scipy.stats import f as of_f

    ends = (max(0.0, (f / of_f.ppf(q, above, below) - 1.0) / n0) for q in (HIGH, LOW))
    low, high = (float(ratio / (1.0 + ratio)) for ratio in ends)
    return low, high
