"""What the simulator answers, as polynomials of its parameters: fast enough to be asked a million times.

Parameters are in standard normal scores (``calibration.problem``): a uniform prior is a normal law there. One
polynomial a target, of the parameters that visibly move it; what it cannot say is noise of the target: chance
in the simulated world, and parameters that move it too little to be seen.
"""

from dataclasses import dataclass

import numpy as np

SEEN = 2.0  # standard errors from which a linear term is kept
SEEN_TOGETHER = 2.5  # the same of squares and products, of which there are more
BY_CHANCE = 3.0  # standard errors below which two targets of a world have nothing in common
MOST = 12  # parameters of which squares and products are tried
FEWEST = 60  # runs below which a target is not emulated
RIDGE = 1e-8  # keeps the equations solvable where a parameter hardly varies

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Polynomial:
    """a + sum_i b_i x_i + sum_ij c_ij x_i x_j for one target. ``linear``: positions of parameters; ``pairs``:
    of products; ``coefficients``: of 1, the linear terms, the products; ``noise``: standard deviation of what
    is left."""

    linear: tuple[int, ...]
    pairs: Pairs
    coefficients: np.ndarray
    noise: float

    def at(self, x: np.ndarray) -> np.ndarray:
        """Values at rows of parameters; shape (rows,)."""
        return features(x, self.linear, self.pairs) @ self.coefficients


def features(x: np.ndarray, linear: tuple[int, ...], pairs: Pairs) -> np.ndarray:
    """Terms of a polynomial at rows of parameters; shape (rows, terms)."""
    first, second = np.array(pairs, int).reshape(-1, 2).T
    return np.column_stack([np.ones(len(x)), x[:, list(linear)], x[:, first] * x[:, second]])


def least_squares(a: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, their t values and the standard deviation of what is left."""
    gram = a.T @ a
    gram[np.diag_indices_from(gram)] *= 1.0 + RIDGE
    inverse = np.linalg.inv(gram)
    found = inverse @ (a.T @ y)
    left = y - a @ found
    noise = float(np.sqrt(left @ left / max(len(y) - a.shape[1], 1)))
    return found, found / (noise * np.sqrt(np.diag(inverse)) + 1e-300), noise


def fit(x: np.ndarray, y: np.ndarray, candidates: np.ndarray) -> Polynomial:
    """The polynomial of a target, of those parameters (positions) that can reach it.

    Terms are kept if they are seen: linear ones first, then squares and products of those seen best.
    """
    everyone = tuple(int(j) for j in candidates)
    if len(y) < max(FEWEST, 2 * len(everyone)):  # too few runs to tell parameters apart
        best = np.argsort(-np.abs(_correlations(x[:, candidates], y)), kind="stable")
        everyone = tuple(int(candidates[j]) for j in best[: max(1, len(y) // 4)])
    _, t, _ = least_squares(features(x, everyone, ()), y)
    order = np.argsort(-np.abs(t[1:]), kind="stable")
    linear = tuple(sorted(everyone[j] for j in order if abs(t[1 + j]) >= SEEN))
    top = sorted(everyone[j] for j in order[: min(MOST, len(y) // 30)])
    pairs: Pairs = tuple((i, j) for k, i in enumerate(top) for j in top[k:])
    if pairs:
        linear = tuple(sorted({*linear, *top}))
        _, t, _ = least_squares(features(x, linear, pairs), y)
        pairs = tuple(p for p, seen in zip(pairs, t[1 + len(linear) :]) if abs(seen) >= SEEN_TOGETHER)
    _, t, _ = least_squares(features(x, linear, pairs), y)
    held = {j for pair in pairs for j in pair}
    linear = tuple(j for j, seen in zip(linear, t[1:]) if abs(seen) >= SEEN or j in held)
    coefficients, _, noise = least_squares(features(x, linear, pairs), y)
    return Polynomial(linear, pairs, coefficients, noise)


def _correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    centred, other = x - x.mean(axis=0), y - y.mean()
    scale = np.sqrt((centred**2).sum(axis=0) * (other @ other)) + 1e-300
    return (centred * other[:, None]).sum(axis=0) / scale


@dataclass(frozen=True)
class Emulator:
    """All targets at once. ``covariance``: of what the polynomials leave, (targets, targets): targets of one
    world share their luck."""

    polynomials: tuple[Polynomial, ...]
    covariance: np.ndarray

    def error(self, runs: int) -> np.ndarray:
        """Variance of the polynomials themselves, fitted to so many runs, mean over these; (targets,)."""
        return np.array([p.noise**2 * len(p.coefficients) / runs for p in self.polynomials])

    def at(self, x: np.ndarray) -> np.ndarray:
        """Means of all targets at rows of parameters; shape (rows, targets)."""
        return np.column_stack([p.at(x) for p in self.polynomials])


def emulate(x: np.ndarray, y: np.ndarray, reach: np.ndarray) -> Emulator:
    """Fits every target. ``x``: (runs, parameters); ``y``: (runs, targets), not a number where a run does not
    give one; ``reach``: (parameters, targets), whether a parameter can move a target at all."""
    polynomials, left = [], np.full(y.shape, np.nan)
    for t in range(y.shape[1]):
        seen = np.isfinite(y[:, t])
        found = fit(x[seen], y[seen, t], np.flatnonzero(reach[:, t]))
        polynomials.append(found)
        left[seen, t] = y[seen, t] - found.at(x[seen])
    there = np.isfinite(left)
    filled = np.where(there, left, 0.0)
    together = np.maximum(there.T.astype(float) @ there, 1.0)
    covariance = filled.T @ filled / together
    noise = np.array([p.noise for p in polynomials])
    scale = noise / np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    covariance *= np.outer(scale, scale)
    # correlations that chance alone would give are left out
    correlation = covariance / (np.outer(noise, noise) + 1e-300)
    covariance[np.abs(correlation) < BY_CHANCE / np.sqrt(together)] = 0.0
    np.fill_diagonal(covariance, noise**2)
    return Emulator(tuple(polynomials), _valid(covariance))


def _valid(covariance: np.ndarray) -> np.ndarray:
    """The nearest matrix that is a covariance: negative eigenvalues are set to 0."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.maximum(values, 0.0)) @ vectors.T
