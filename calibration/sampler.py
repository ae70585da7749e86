"""Draws from a posterior whose prior is standard normal, by elliptical slice sampling.

Nothing to tune, bounds cannot be crossed, and all chains move at once (Murray, Adams and MacKay, 2010,
"Elliptical slice sampling").
"""

from collections.abc import Callable

import numpy as np

from sim.draws import Generator

MOST_TRIES = 60  # of a slice; an angle of pi / 2**60 is no move at all

LogLikelihood = Callable[[np.ndarray], np.ndarray]


def slice_sample(
    start: np.ndarray, log_likelihood: LogLikelihood, steps: int, generator: Generator
) -> np.ndarray:
    """Moves every row of ``start`` (chains, parameters) ``steps`` times; each row ends as a draw of the
    posterior. ``log_likelihood``: of rows, shape (rows,)."""
    x = start.copy()
    level = log_likelihood(x)
    for _ in range(steps):
        other = generator.standard_normal(x.shape)
        floor = level + np.log(generator.random(len(x)))
        angle = generator.random(len(x)) * 2 * np.pi
        low, high = angle - 2 * np.pi, angle.copy()
        moving = np.arange(len(x))
        for _ in range(MOST_TRIES):
            a = angle[moving, None]
            tried = x[moving] * np.cos(a) + other[moving] * np.sin(a)
            found = log_likelihood(tried)
            good = found > floor[moving]
            done = moving[good]
            x[done], level[done] = tried[good], found[good]
            moving = moving[~good]
            if not len(moving):
                break
            below = angle[moving] < 0
            low[moving[below]] = angle[moving[below]]
            high[moving[~below]] = angle[moving[~below]]
            angle[moving] = low[moving] + (high[moving] - low[moving]) * generator.random(len(moving))
    return x
