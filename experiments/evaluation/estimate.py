"""Estimates with their errors: a thin door to statsmodels, so that every design reads its results alike."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.errors import Unable

MISSING = "evaluations need statsmodels: pip install 'tremplin[evaluation]'"
LEVEL = 0.9  # of intervals
SIGNIFICANT = 0.05  # an evaluator declares an effect whose p-value is below


@dataclass(frozen=True)
class Estimate:
    """An effect, its standard error, its interval at ``LEVEL``, its p-value against no effect."""

    value: float
    error: float
    low: float
    high: float
    p_value: float

    def times(self, factor: float) -> "Estimate":
        """The same in another unit (factor above 0)."""
        return Estimate(
            self.value * factor, self.error * factor, self.low * factor, self.high * factor, self.p_value
        )


def mean_of(change: np.ndarray) -> Estimate:
    """Mean, with a robust error (HC1)."""
    model = _library().OLS(change, np.ones(len(change)))
    return _read(model.fit(cov_type="HC1"), 0)


def clustered(y: np.ndarray, treated: np.ndarray, weights: np.ndarray, groups: np.ndarray) -> Estimate:
    """Coefficient of ``treated`` in weighted least squares of y on it and a constant; errors are robust to
    clusters (``groups``)."""
    on = np.column_stack([treated.astype(float), np.ones(len(y))])
    model = _library().WLS(y, on, weights=weights)
    return _read(model.fit(cov_type="cluster", cov_kwds={"groups": groups}), 0)


def of_few(y: np.ndarray, treated: np.ndarray, weights: np.ndarray, control: np.ndarray) -> Estimate:
    """The same for few units, each a cluster: errors of kind HC3, Student's law. ``control``: one more
    variable, used where it differs between units."""
    rest = [np.ones(len(y)), control] if np.ptp(control) > 0 else [np.ones(len(y))]
    on = np.column_stack([treated.astype(float), *rest])
    return _read(_library().WLS(y, on, weights=weights).fit(cov_type="HC3", use_t=True), 0)


def instrumented(
    y: np.ndarray,
    treated: np.ndarray,
    drawn: np.ndarray,
    controls: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> Estimate:
    """Coefficient of ``treated`` by two-stage least squares, ``drawn`` being the instrument; ``controls`` of
    shape (units, k). Errors are robust. With ``drawn`` equal to ``treated`` it is least squares."""
    _library()
    from statsmodels.sandbox.regression.gmm import LinearIVGMM

    root = np.sqrt(np.ones(len(y)) if weights is None else weights)
    rest = np.ones((len(y), 1)) if controls is None else np.column_stack([np.ones(len(y)), controls])
    on, instruments = (np.column_stack([of.astype(float), rest]) * root[:, None] for of in (treated, drawn))
    # just identified: the weights of the moments do not matter
    return _read(LinearIVGMM(y * root, on, instruments).fit(maxiter=1), 0)


def strength(treated: np.ndarray, drawn: np.ndarray) -> float:
    """F statistic of the first stage: least squares of ``treated`` on ``drawn``. Infinite where it decides
    alone."""
    if np.array_equal(treated.astype(float), drawn.astype(float)):
        return float("inf")
    on = np.column_stack([np.ones(len(drawn)), drawn.astype(float)])
    return float(_library().OLS(treated.astype(float), on).fit().fvalue)


def rule_of_thumb(x: np.ndarray) -> float:
    """Bandwidth of a triangular kernel that smooths as Silverman's rule says."""
    _library()
    from statsmodels.nonparametric.bandwidths import bw_silverman

    return TRIANGULAR * float(bw_silverman(x))


TRIANGULAR = 2.432  # width of a triangular kernel that smooths as a normal one of width 1 (Scott 1992)


def _read(fitted: Any, place: int) -> Estimate:
    low, high = np.asarray(fitted.conf_int(1.0 - LEVEL))[place]
    value, error, p = (np.asarray(a)[place] for a in (fitted.params, fitted.bse, fitted.pvalues))
    return Estimate(float(value), float(error), float(low), float(high), float(p))


def _library() -> Any:
    try:
        from statsmodels.regression import linear_model
    except ImportError:
        raise Unable(MISSING) from None
    return linear_model
