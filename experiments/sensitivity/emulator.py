"""Indices from an emulator: a Gaussian process that learns the outcome from the rows of a design, asked in
place of the worlds. How well it foretells rows that it has not seen is always said."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.errors import Refused
from experiments.sensitivity.design import Design
from experiments.sensitivity.indices import Index, Rows, _Saltelli, between, weights
from experiments.sensitivity.methods import METHODS, SOBOL
from sim.draws import EMULATED, LEFT_OUT, generator

MOST_ROWS, FITTED_ROWS = 800, 256  # that are learnt from; by which its scales are found
FOLDS, REFITS = 5, 12
ASKED = 1024  # base rows of the Saltelli scheme that it is asked
POOR, FAIR = 0.5, 0.8  # parts of the variance of unseen rows that it foretells: refused below, warned below
JITTER = 1e-6
STARTS = (0.3, 2.0)  # scales from which the search begins, in parts of the range of a factor


@dataclass(frozen=True)
class Emulated:
    """Indices, and how well the emulator foretells rows left out (``q2``: part of their variance; ``error``:
    root of the mean squared error, in the unit of the outcome); from how many rows."""

    indices: list[Index]
    q2: float
    error: float
    rows: int

    @property
    def poor(self) -> bool:
        """Whether its indices should not be trusted much."""
        return self.q2 < FAIR


def spread(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Rows that fill the space, each independent of the others: of Saltelli's scheme A and B alone."""
    if rows.design.method != SOBOL:
        return rows.places, rows.y
    each = rows.design.rows(1)
    kept = np.sort(np.r_[0 : len(rows.y) : each, each - 1 : len(rows.y) : each])
    return rows.places[kept], rows.y[kept]


def emulate(rows: Rows, seed: int) -> Emulated:
    """Sobol' indices from an emulator of the outcome. ``Refused`` where it foretells too little."""
    if not rows.design.fills:
        learnt = ", ".join(name for name, method in METHODS.items() if method.fills)
        raise Refused(
            f"--emulate: the rows of {rows.design.method} do not fill the space, and an emulator learns from "
            f"rows that do; take one of {learnt}"
        )
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the same bits on any computer of its kind, however many cores
        return _emulated(rows, seed)


def _emulated(rows: Rows, seed: int) -> Emulated:
    places, y = (part[:MOST_ROWS] for part in spread(rows))
    scale = y.std()
    z = (y - y.mean()) / scale
    kernel = _kernel(places[:FITTED_ROWS], z[:FITTED_ROWS])
    error = _left_out(kernel, places, z, seed)
    q2 = 1.0 - float((error**2).mean())
    if q2 < POOR:
        raise Refused(
            f"--emulate: refused: of rows that it has not seen the emulator foretells {max(q2, 0.0):.0%} of "
            f"the variance, and less than {POOR:.0%} is no ground for indices; take more rows, fewer "
            f"factors, "
            "or, where luck is large, --replicates"
        )
    found = _indices(kernel, rows.design, places, z, seed)
    return Emulated(found, q2, float(scale * np.sqrt((error**2).mean())), len(y))


def _kernel(places: np.ndarray, z: np.ndarray) -> Any:
    """The kernel of the greatest likelihood, from short and from long scales: a wave has a short one."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    found = []
    for scale in STARTS:
        radial = RBF(np.full(places.shape[1], scale), (5e-2, 1e2))
        start = ConstantKernel(1.0, (1e-2, 1e3)) * radial + WhiteKernel(0.1, (1e-8, 2.0))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a scale at its bound: the factor does nothing
            found.append(GaussianProcessRegressor(start, alpha=JITTER, random_state=0).fit(places, z))
    return max(found, key=lambda model: model.log_marginal_likelihood_value_).kernel_


def _process(kernel: Any, places: np.ndarray, z: np.ndarray) -> Any:
    from sklearn.gaussian_process import GaussianProcessRegressor

    return GaussianProcessRegressor(kernel, alpha=JITTER, optimizer=None).fit(places, z)


def _left_out(kernel: Any, places: np.ndarray, z: np.ndarray, seed: int) -> np.ndarray:
    """Errors of rows foretold from the other folds."""
    fold = generator(seed, LEFT_OUT).permutation(len(z)) % FOLDS
    found = np.empty(len(z))
    for k in range(FOLDS):
        out = fold == k
        found[out] = z[out] - _process(kernel, places[~out], z[~out]).predict(places[out])
    return found


def _indices(kernel: Any, design: Design, places: np.ndarray, z: np.ndarray, seed: int) -> list[Index]:
    """S1 and ST; intervals over emulators of resampled rows, each asked at resampled points."""
    from dataclasses import replace

    k = len(design.factors)
    rng = generator(seed, EMULATED)
    asked = replace(design, method=SOBOL, second=False, n=0).places(0, ASKED * (k + 2), seed + 1)

    def said(model: Any) -> np.ndarray:
        return np.concatenate(
            [model.predict(part) for part in np.array_split(asked, max(1, len(asked) // 4096))]
        )

    def estimates(model: Any, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first, whole, _ = _Saltelli.of(said(model), k, False).estimates(w, 0.0)
        return first[0], whole[0]

    point = estimates(_process(kernel, places, z), np.ones((1, ASKED)))
    drawn: list[tuple[np.ndarray, np.ndarray]] = []
    for _ in range(REFITS):
        kept = np.unique(rng.integers(0, len(z), len(z)))
        drawn.append(estimates(_process(kernel, places[kept], z[kept]), weights(rng, ASKED, 1)))
    found = []
    for index, value, parts in zip(("S1", "ST"), point, zip(*drawn)):
        low, high = between(np.array(parts))
        for name, v, a, b in zip(design.names, value, low, high):
            found.append(Index(index, name, float(v), float(min(a, v)), float(max(b, v))))
    return found
