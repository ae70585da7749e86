"""What is too little to be told from nothing: by these numbers a text reads 0, and policies are level. Tables
for other programs (csv) keep every number as it is."""

import math

import numpy as np

from sim.outcome import LEAST_JOBS

JOBS = LEAST_JOBS
RATE = 1e-4  # jobs per 1,000 jobs, or per million euros
FIGURES = 1e-3  # of a rate: what three figures of it do not show
ALL_FIGURES = 17  # of a double
SHARE = 1e-5  # of shares, and of what an index of gaps changes by


def seen(value: float, least: float = JOBS, figures: int = ALL_FIGURES) -> float:
    """A number as it is read: 0 where it is too little, else with no decimal that is finer than that, and so
    many figures that count. Rounded once: 0.2526, rounded to 0.25 first, would end as 0.2."""
    if not math.isfinite(value):
        return value
    return 0.0 if abs(value) < least else round(value, min(finest(least), decimals(value, figures)))


def finest(least: float) -> int:
    """Decimals with which a number is read at most, where less than this is too little."""
    return math.floor(-math.log10(least))


def decimals(value: float, figures: int) -> int:
    """Decimals with which a number other than 0 has so many figures that count."""
    return figures - 1 - math.floor(math.log10(abs(value)))


def level(rates: np.ndarray) -> np.ndarray:
    """By how much less than this another rate must differ from each of these to be the same."""
    return np.maximum(RATE, FIGURES * np.abs(rates))
