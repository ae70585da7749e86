"""How much of the spread of an outcome comes from parameters that the figures inform, from those that they do
not, and from chance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from calibration.emulator import FEWEST, Polynomial, features, fit


@dataclass(frozen=True)
class Shares:
    """Parts of a variance; they add up to 1. ``chance``: luck in the worlds, what the two groups of
    parameters do together, and what a regression cannot see."""

    informed: float
    uninformed: float
    chance: float


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Values by their ranks, as a normal law: outcomes without end, or with long tails, count by their
    order."""
    return ndtri((rankdata(values) - 0.5) / len(values))


def shares(x: np.ndarray, y: np.ndarray, informed: np.ndarray) -> Shares | None:
    """Shares of the variance of y, by its ranks. ``x``: (draws, parameters), scores; ``informed``:
    (parameters,), bool. None where there are too few draws, or nothing varies.

    y is regressed on the parameters (``calibration.emulator.fit``), about their means, so that products hold
    nothing that one parameter does alone; terms of informed parameters alone make one part, of the others
    alone a second one. The share of a part is its covariance with y over the variance of y, so that what two
    parts have in common is split between them evenly.
    """
    kept = ~np.isnan(y)
    if kept.sum() < FEWEST or np.ptp(np.where(np.isfinite(y[kept]), y[kept], 0.0)) == 0.0:
        return None
    x, scores = x[kept] - x[kept].mean(axis=0), normal_scores(y[kept])
    found = fit(x, scores, np.arange(x.shape[1]))
    one, other = (_part(found, x, informed == wanted) for wanted in (True, False))
    whole = scores.var()
    known, unknown = (float(np.cov(part, scores, bias=True)[0, 1] / whole) for part in (one, other))
    known, unknown = max(known, 0.0), max(unknown, 0.0)
    total = max(1.0, known + unknown)
    return Shares(known / total, unknown / total, max(0.0, 1.0 - (known + unknown) / total))


def _part(found: Polynomial, x: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The terms of a polynomial that hold parameters of a group alone."""
    own = [all(group[j] for j in term) for term in [(j,) for j in found.linear] + list(found.pairs)]
    weights = np.where([False, *own], found.coefficients, 0.0)
    return features(x, found.linear, found.pairs) @ weights
