"""The fit: waves of worlds, each where the waves before leave the parameters possible.

After each wave every figure is emulated from the latest worlds, and the next wave is drawn from prior times
emulated likelihood to a power that rises to 1 (history matching by waves, with a likelihood instead of a
cut). The likelihood allows for three things between a simulated and a published figure: the tolerance, by the
weight of its source; chance, where what was published had it too; what the emulator cannot say. The last
wave is the posterior sample: its worlds have been run, so what it says of every figure is simulated and not
emulated.

Pure: nothing here runs a world or reads a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from calibration.emulator import Emulator, emulate
from calibration.problem import Problem
from calibration.sampler import slice_sample
from sim.draws import WAVE, generator

POWERS = (0.0, 0.05, 0.2, 0.6, 1.0, 1.0, 1.0)  # of the likelihood, wave by wave; 0 is the prior
SHARES = (0.18, 0.12, 0.12, 0.13, 0.13, 0.12, 0.20)  # of the runs; the last wave is the sample
TRAINING = 3  # latest waves that the emulator is fitted to
STEPS = 300  # of each chain between two waves
FEWEST_RUNS = 350  # with fewer, nothing can be emulated


@dataclass(frozen=True)
class Wave:
    """Worlds of one wave. ``x``: (runs, parameters), scores; ``answers``: (runs, figures), not a number where
    a world gives none."""

    x: np.ndarray
    answers: np.ndarray


def sizes(runs: int) -> tuple[int, ...]:
    """Runs of each wave for so many in all."""
    if runs < FEWEST_RUNS:
        raise ValueError(f"{runs} simulations are too few to fit; at least {FEWEST_RUNS}")
    ends = np.rint(np.cumsum(SHARES) / sum(SHARES) * runs).astype(int)
    return tuple(int(n) for n in np.diff(ends, prepend=0))


@dataclass(frozen=True)
class Likelihood:
    """Log likelihood of rows of parameters, by an emulator: figures are multivariate normal about it."""

    emulator: Emulator
    factor: tuple[np.ndarray, bool]
    power: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        away = self.emulator.at(x)
        return -0.5 * self.power * np.einsum("rt,tr->r", away, cho_solve(self.factor, away.T))


def likelihood(problem: Problem, waves: Sequence[Wave], power: float) -> Likelihood:
    """The likelihood that the latest waves give, to a power."""
    latest = waves[-TRAINING:]
    x = np.concatenate([wave.x for wave in latest])
    y = problem.distances(np.concatenate([wave.answers for wave in latest]))
    emulator = emulate(x, y, problem.reach)
    lucky = np.array([figure.shares_chance for figure in problem.figures])
    chance = emulator.covariance * np.outer(lucky, lucky) + np.diag(
        np.where(lucky, 0.0, emulator.error(len(x)))
    )
    spread = chance + np.diag(1.0 / problem.precision)
    return Likelihood(emulator, cho_factor(spread), power)


def next_wave(problem: Problem, waves: Sequence[Wave], size: int, seed: int) -> np.ndarray:
    """Scores of the next wave, (size, parameters); they depend on the waves before and the seed only."""
    number = len(waves)
    chance = generator(seed, number << 16 | WAVE)
    if not number:
        return chance.standard_normal((size, len(problem.free)))
    start = waves[-1].x[np.arange(size) % len(waves[-1].x)]
    return slice_sample(start, likelihood(problem, waves, POWERS[number]), STEPS, chance)
