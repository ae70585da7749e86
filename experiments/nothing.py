"""What is too little to be told from nothing: by these numbers a text reads 0, and policies are level. Tables
for other programs (csv) keep every number as it is."""

import math

import numpy as np

from sim.outcome import LEAST_JOBS

JOBS = LEAST_JOBS
RATE = 1e-4  # jobs per 1,000 jobs, or per million euros
FIGURES = 1e-3  # of a rate: what three figures of it do not show
SHARE = 1e-5  # of shares, and of what an index of gaps changes by


def seen(value: float, least: float = JOBS) -> float:
    """A number as it is read: 0 where it is too little, and with no decimal that is finer than that."""
    return 0.0 if abs(value) < least else round(value, math.floor(-math.log10(least)))


def level(rates: np.ndarray) -> np.ndarray:
    """By how much less than this another rate must differ from each of these to be the same."""
    return np.maximum(RATE, FIGURES * np.abs(rates))
