"""Borgonovo's delta and the first-order index of the same classes of rows (Plischke et al. 2013), for many
factors and resamples: the estimators of SALib to the last digits, without its loops over classes.

What differs from SALib's analysis: the estimate comes from the rows as they are, where SALib takes a resample
of them; there are five classes at least, where SALib has three or four of some hundred rows, which hide an
effect that goes up and down twice; and each resample of rows serves all factors.
"""

from dataclasses import dataclass

import numpy as np

from sim.draws import Generator

POINTS = 100  # at which densities are compared
LEAST_CLASSES, MOST_CLASSES = 5, 48


@dataclass(frozen=True)
class Estimates:
    """Of each factor: delta, less its bias, and first-order index; half-widths of their intervals."""

    delta: np.ndarray
    first: np.ndarray
    delta_half: np.ndarray
    first_half: np.ndarray


def estimates(x: np.ndarray, y: np.ndarray, rng: Generator, resamples: int, level: float) -> Estimates:
    """Of places (rows, factors) and an outcome. delta = mean over resamples of 2 d - d*, where d is that of
    the rows and d* that of a resample, since few rows make distributions look farther apart than they are."""
    from scipy.stats import norm

    n = len(y)
    grid = np.linspace(y.min(), y.max(), POINTS)
    plain = _both(x, y, grid)
    drawn = np.array([_both(x[kept], y[kept], grid) for kept in rng.integers(0, n, (resamples, n))])
    half = norm.ppf(0.5 + level / 2.0) * drawn.std(axis=0, ddof=1)
    return Estimates(2.0 * plain[0] - drawn[:, 0].mean(axis=0), plain[1], *half)


def _both(x: np.ndarray, y: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Distance of distributions and first-order index of every factor, (2, factors)."""
    whole = _densities(y, np.array([0]), grid)[0]
    starts = _starts(len(y))
    return np.array([_of_factor(y[np.argsort(u, kind="stable")], starts, whole, grid) for u in x.T]).T


def _starts(n: int) -> np.ndarray:
    """First rows of the classes, as equal as can be, of n rows in the order of a factor."""
    exponent = 2.0 / (7.0 + np.tanh((1500.0 - n) / 500.0))
    classes = min(max(int(np.ceil(n**exponent)), LEAST_CLASSES), MOST_CLASSES)
    return np.floor(np.linspace(0, n, classes + 1)).astype(int)[:-1]


def _of_factor(y: np.ndarray, starts: np.ndarray, whole: np.ndarray, grid: np.ndarray) -> tuple[float, float]:
    """The same of a factor, by whose order the outcome is sorted. d = sum over classes of n_m / 2 N times the
    area between the density of the class and that of all; a class of equal outcomes has no density."""
    share = np.diff(starts, append=len(y)) / len(y)
    apart = np.trapezoid(np.abs(_densities(y, starts, grid) - whole), grid, axis=1)
    means = np.add.reduceat(y, starts) / (share * len(y))
    variance = y.var()
    first = float(share @ (means - y.mean()) ** 2 / variance) if variance else 0.0
    return float(0.5 * share @ np.where(np.isnan(apart), 0.0, apart)), first


def _densities(y: np.ndarray, starts: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Gaussian kernel densities of classes of rows that follow each other, with Silverman's bandwidth,
    (classes, points); not a number where all outcomes of a class are equal."""
    sizes = np.diff(starts, append=len(y))
    class_of = np.repeat(np.arange(len(starts)), sizes)
    left = y - (np.add.reduceat(y, starts) / sizes)[class_of]
    equal = np.maximum.reduceat(y, starts) == np.minimum.reduceat(y, starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(np.add.reduceat(left**2, starts) / (sizes - 1.0))
    width = np.where(equal, np.nan, sd * (0.75 * sizes) ** -0.2)
    kernels = np.exp(-0.5 * ((grid - y[:, None]) / width[class_of][:, None]) ** 2)
    return np.add.reduceat(kernels, starts, axis=0) / (sizes * width * np.sqrt(2.0 * np.pi))[:, None]
