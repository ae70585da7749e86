"""Rows of a design as places between 0 and 1, made by SALib, block by block: memory does not grow with N."""

import hashlib
import warnings
from functools import lru_cache

import numpy as np

from experiments.sensitivity.methods import DELTA, FAST, FF, GRID, LATIN, MORRIS, PAWN, RBD_FAST, SOBOL
from sim.draws import key

ROWS_A_BLOCK = 4096
LEVELS = 4  # of Morris' grid
DRAW = 9101  # its keys are the seeds of designs; a number of a draw, no stream


def block_of(method: str, factors: int, n: int, seed: int, second: bool, row: int) -> tuple[int, np.ndarray]:
    """First row and places (rows, factors) of the block that holds a row of a design."""
    if method in (SOBOL, MORRIS):
        each = (2 * factors + 2 if second else factors + 2) if method == SOBOL else factors + 1
        size = max(1, ROWS_A_BLOCK // each)
        number = row // (size * each)
        make = _saltelli if method == SOBOL else _trajectories
        return number * size * each, make(factors, number * size, size, seed, second)
    if method in (PAWN, DELTA):
        number = row // ROWS_A_BLOCK
        return number * ROWS_A_BLOCK, _sequence(factors, number * ROWS_A_BLOCK, seed)
    return 0, _whole(method, factors, n, seed)


@lru_cache(maxsize=4)
def _saltelli(factors: int, start: int, size: int, seed: int, second: bool) -> np.ndarray:
    from SALib.sample import sobol

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a block begins anywhere in the sequence; the whole is balanced
        return sobol.sample(
            _problem(factors), size, calc_second_order=second, skip_values=start, seed=_seed(seed, 0)
        )


@lru_cache(maxsize=4)
def _trajectories(factors: int, start: int, size: int, seed: int, second: bool) -> np.ndarray:
    """Each with a seed of its own: there can always be more of them."""
    from SALib.sample import morris

    problem = _problem(factors)
    rows = [morris.sample(problem, 1, LEVELS, seed=_seed(seed, 1 + t)) for t in range(start, start + size)]
    return np.clip(np.concatenate(rows), 0.0, 1.0)


@lru_cache(maxsize=4)
def _sequence(factors: int, start: int, seed: int) -> np.ndarray:
    from scipy.stats import qmc

    points = qmc.Sobol(factors, scramble=True, seed=_seed(seed, 0))
    if start:
        points.fast_forward(start)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return points.random(ROWS_A_BLOCK)


def further(factors: int, n: int, seed: int) -> np.ndarray:
    """As many further columns of the sequence behind those of so many factors, scrambled anew: they say
    nothing of an outcome of these."""
    starts = range(0, n, ROWS_A_BLOCK)
    return np.concatenate([_sequence(2 * factors, start, seed)[:, factors:] for start in starts])[:n]


@lru_cache(maxsize=4)
def _whole(method: str, factors: int, n: int, seed: int) -> np.ndarray:
    from SALib.sample import fast_sampler, ff, latin

    problem = _problem(factors)
    if method == FAST:
        return fast_sampler.sample(problem, n, seed=_seed(seed, 0))
    if method == FF:
        return ff.sample(problem)[:, :factors]
    assert method in (RBD_FAST, LATIN), method
    return latin.sample(problem, n, seed=_seed(seed, 0))


def grid_block(counts: tuple[int, ...], rows: np.ndarray) -> np.ndarray:
    """Places of rows of a grid: every combination, the last factor changing fastest."""
    digits = np.array(np.unravel_index(rows, counts)).T
    return (digits + 0.5) / np.array(counts)


def fingerprint(method: str, factors: int, n: int, seed: int, second: bool) -> str:
    """What the first rows are, as a short text: libraries of other versions may make others, which must not
    be mixed with these."""
    if method == GRID:
        return ""
    rows = block_of(method, factors, n, seed, second, 0)[1][:64]
    return hashlib.blake2b(np.round(rows, 12).astype("<f8").tobytes(), digest_size=8).hexdigest()


def _seed(seed: int, place: int) -> int:
    """A seed of SALib's, below 2^32."""
    return key(seed, DRAW, place) & 0xFFFFFFFF


def _problem(factors: int) -> dict[str, object]:
    names = [f"x{j}" for j in range(factors)]
    return {"num_vars": factors, "names": names, "bounds": [[0.0, 1.0]] * factors}
