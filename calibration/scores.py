"""How well a sample of worlds foretells published figures: the higher, the better."""

import numpy as np

from calibration.problem import HALF_WIDTH

LEAST = 1e-12  # density at which a figure that no world comes near is counted


def log_scores(answers: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Log of the density of each published figure under the worlds, (figures,): the mean over worlds of a
    normal law about what the world says, whose spread is that of the tolerance; in units of that spread, so
    that 0 is the best that a world without chance could do.

    ``answers``: (worlds, figures); ``low``, ``high``: bounds of the tolerances. A strictly proper score: it
    falls where worlds are far from the figure and where they are scattered more than they need to be.
    """
    z = HALF_WIDTH * (answers - (low + high) / 2) / ((high - low) / 2)
    with np.errstate(invalid="ignore"):
        density = np.nanmean(np.exp(-0.5 * z**2), axis=0)
    return np.log(np.maximum(density, LEAST))
