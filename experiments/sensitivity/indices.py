"""Indices of a design with bootstrap intervals. Rows of a design that belong together (a base row of Sobol'
with those around it, a trajectory) are drawn together."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from experiments.errors import Refused
from experiments.sensitivity import delta
from experiments.sensitivity.design import Design
from experiments.sensitivity.methods import DELTA, FAST, FF, LATIN, MORRIS, PARTS, PAWN, RBD_FAST, SOBOL
from experiments.sensitivity.points import further
from sim.draws import BOOTSTRAP, Generator, generator

LOW, HIGH = 0.05, 0.95
LEVEL = HIGH - LOW
USABLE = 0.9  # of resamples, that give an interval: fewer would hide how little is known
AT_ONCE = 25  # resamples, so that memory stays small
ANEW = 20  # sequences whose further columns, which say nothing, tell what chance gives
SELDOM = 0.05  # how often chance gives more than that, to the factor to which it gives most
LUCKS = 400  # designs of luck alone, that tell what it gives
OF_IDLE = 5  # resamples of such columns, by which delta's bias is known
SLICES = 10  # of PAWN
SPARE = 3  # rows beyond the number of factors, that a partial correlation needs
SAME = 1e-12  # of the largest outcome: what differs by less differs by rounding
ROUNDING = 1e-10  # of a variance of 1: what is less is not there
BELOW_1 = 1.0 - 1e-12  # a correlation whose artanh is finite
FEWEST_VALUES = 20  # of an outcome whose distribution is estimated


@dataclass(frozen=True)
class Index:
    """An index of a factor (with ``other``, of a pair of them), its interval, and what chance alone gives
    (not a number where that is 0 or unknown)."""

    index: str
    factor: str
    value: float
    low: float
    high: float
    other: str = ""
    by_chance: float = float("nan")

    @property
    def size(self) -> float:
        """How much a factor does, by which it is ranked: of a part, which is none below 0, at least 0; of
        others whatever the sign."""
        return 0.0 if self.index in PARTS and self.value < 0.0 else abs(self.value)

    @property
    def ends(self) -> tuple[float, float]:
        """Ends of the interval of its size."""
        if self.index in PARTS:
            return max(self.low, 0.0), max(self.high, 0.0)
        low, high = sorted((abs(self.low), abs(self.high)))
        return (low if self.low * self.high > 0.0 else 0.0), high


@dataclass(frozen=True)
class Rows:
    """Rows of a design with their answers. ``y``: means over replicates; ``noise``: variance of these means
    that is luck of the simulation, where rows have seeds of their own, else 0."""

    design: Design
    places: np.ndarray
    y: np.ndarray
    noise: float = 0.0

    @property
    def n(self) -> int:
        """Size of the design."""
        return self.design.size(len(self.y))

    def first(self, n: int) -> "Rows":
        """The part that is the design of size n."""
        rows = self.design.rows(n)
        return Rows(self.design, self.places[:rows], self.y[:rows], self.noise)


def indices(rows: Rows, seed: int, resamples: int) -> list[Index]:
    """The indices of a design."""
    if np.ptp(rows.y) <= SAME * np.abs(rows.y).max():
        raise Refused(
            "the outcome is the same in all rows of the design: nothing moves it, and no index exists"
        )
    rng = generator(seed, BOOTSTRAP)
    by = {
        SOBOL: _sobol, MORRIS: _morris, FAST: _fast, RBD_FAST: _rbd_fast, PAWN: _pawn, DELTA: _delta,
        FF: _factorial, LATIN: _prcc_beside_chance,
    }  # fmt: skip
    return by[rows.design.method](rows, rng, resamples)


def weights(rng: Generator, n: int, resamples: int) -> np.ndarray:
    """How often each of n blocks is drawn in each resample; shape (resamples, n)."""
    drawn = rng.integers(0, n, (resamples, n))
    return np.array([np.bincount(row, minlength=n) for row in drawn], float)


def between(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the 90 % interval over the resamples (first axis) that have values; not a number where fewer
    than ``USABLE`` do."""
    usable = ~np.isnan(values).any(axis=1)
    if usable.mean() < USABLE:
        return np.full(values.shape[1:], np.nan), np.full(values.shape[1:], np.nan)
    low, high = np.quantile(values[usable], [LOW, HIGH], axis=0)
    return low, high


def _named(
    index: str, names: Sequence[str], value: np.ndarray, low: np.ndarray, high: np.ndarray
) -> list[Index]:
    return [
        Index(index, name, float(v), float(a), float(b)) for name, v, a, b in zip(names, value, low, high)
    ]


# Sobol'


@dataclass(frozen=True)
class _Saltelli:
    """Answers of Saltelli's scheme: at A, B, A with column i of B (n, k), B with column i of A (n, k)."""

    a: np.ndarray
    b: np.ndarray
    ab: np.ndarray
    ba: np.ndarray | None

    @classmethod
    def of(cls, y: np.ndarray, factors: int, second: bool) -> "_Saltelli":
        table = (y - y.mean()).reshape(-1, 2 * factors + 2 if second else factors + 2)
        ab = table[:, 1 : factors + 1]
        return cls(table[:, 0], table[:, -1], ab, table[:, factors + 1 : -1] if second else None)

    def estimates(self, w: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """S1 and ST (resamples, k), S2 (resamples, pairs) with weights (resamples, n).

        V = var of A and B less noise; S1_i = mean B (AB_i - A) / V (Saltelli et al. 2010), ST_i = (mean
        (A - AB_i)^2 / 2 - noise) / V (Jansen), S2_ij = mean (BA_i AB_j - A B) / V - S1_i - S1_j.
        """
        a, b = self.a[:, None], self.b[:, None]
        total = w.sum(axis=1, keepdims=True)
        mean = (w @ (a + b)) / (2 * total)
        variance = (w @ (a**2 + b**2)) / (2 * total) - mean**2 - noise
        variance = np.where(variance > 0.0, variance, np.nan)
        first = (w @ (b * (self.ab - a))) / total / variance
        whole = ((w @ (0.5 * (a - self.ab) ** 2)) / total - noise) / variance
        if self.ba is None:
            return first, whole, np.empty((len(w), 0))
        i, j = np.triu_indices(self.ab.shape[1], 1)
        together = (w @ (self.ba[:, i] * self.ab[:, j] - a * b)) / total / variance
        return first, whole, together - first[:, i] - first[:, j]


def _sobol(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    names = rows.design.names
    of = _Saltelli.of(rows.y, len(names), rows.design.second)
    n = len(of.a)
    point = [part[0] for part in of.estimates(np.ones((1, n)), rows.noise)]
    if np.isnan(point[0]).any():
        raise Refused(
            "luck of the simulation is as large as the spread over the rows, and leaves nothing that factors "
            "could make; take more rows or more --replicates"
            if rows.noise
            else "the outcome is the same in all base rows of the design, whose variance factors would "
            "share; take more rows"
        )
    drawn = [
        of.estimates(weights(rng, n, min(AT_ONCE, resamples - k)), rows.noise)
        for k in range(0, resamples, AT_ONCE)
    ]
    ends = [between(np.concatenate(parts)) for parts in zip(*drawn)]
    found = _named("S1", names, point[0], *ends[0]) + _named("ST", names, point[1], *ends[1])
    i, j = np.triu_indices(len(names), 1)
    for k, (p, q) in enumerate(zip(i, j)):
        if rows.design.second:
            value, low, high = (float(part[k]) for part in (point[2], *ends[2]))
            found.append(Index("S2", names[p], value, low, high, names[q]))
    return found


# Morris


def crossed(rows: Rows) -> np.ndarray:
    """The part of its range that each factor crosses in each trajectory (trajectories, factors), with its
    sign: of a factor with steps, of its levels, not a number where the value stays the same."""
    factors = rows.design.factors
    shape = (-1, len(factors) + 1, len(factors))
    values = np.column_stack([factor.cuttable(u) for factor, u in zip(factors, rows.places.T)])
    step = np.diff(values.reshape(shape), axis=1).sum(axis=1)  # each moves once
    return np.where(step == 0.0, np.nan, step)


def effects(rows: Rows) -> np.ndarray:
    """Elementary effects (trajectories, factors): change of the outcome over the part of the range that the
    factor has crossed, not a number where it crossed none."""
    return _rises(rows.y, _moved(rows)) / crossed(rows)


def _moved(rows: Rows) -> np.ndarray:
    """The factor that each step of a trajectory moves (trajectories, factors)."""
    k = len(rows.design.factors)
    return np.abs(np.diff(rows.places.reshape(-1, k + 1, k), axis=1)).argmax(axis=2)


def _rises(y: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Change of the outcome when each factor is moved (trajectories, factors)."""
    rise = np.diff(y.reshape(len(moved), -1), axis=1)
    found = np.empty(rise.shape)
    np.put_along_axis(found, moved, rise, axis=1)
    return found


def _by_luck(rows: Rows, rng: Generator) -> float:
    """What luck of the simulation alone seldom gives to any of so many factors that do nothing, as mu_star;
    not a number where there is no luck, or nobody knows how much."""
    if not rows.noise:
        return float("nan")
    moved, part = _moved(rows), np.abs(crossed(rows))
    there = ~np.isnan(part)
    # what a rise counts in the mean of its factor: nothing where the value stays the same
    weight = np.where(there, 1.0 / part, 0.0) / np.maximum(there.sum(axis=0), 1)
    drawn = (rng.normal(0.0, np.sqrt(rows.noise), len(rows.y)) for _ in range(LUCKS))
    largest = [(np.abs(_rises(y, moved)) * weight).sum(axis=0).max() for y in drawn]
    return float(np.quantile(largest, 1.0 - SELDOM))


def _morris(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    names, ee = rows.design.names, effects(rows)
    there = ~np.isnan(ee)
    ee = np.where(there, ee, 0.0)

    def estimates(w: np.ndarray) -> list[np.ndarray]:
        n = w @ there
        with np.errstate(invalid="ignore", divide="ignore"):  # of a factor that never moves
            mu, size, square = (w @ part / n for part in (ee, np.abs(ee), ee**2))
            return [size, mu, np.sqrt(np.maximum(square - mu**2, 0.0) * n / np.maximum(n - 1, 1))]

    point = [part[0] for part in estimates(np.ones((1, len(ee))))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # resamples in which a factor never moves are left out
        drawn = estimates(weights(rng, len(ee), resamples))
        ends = [np.nanquantile(part, [LOW, HIGH], axis=0) for part in drawn]
    chance = _by_luck(rows, rng)
    found = []
    for index, value, (low, high) in zip(("mu_star", "mu", "sigma"), point, ends):
        named = _named(index, names, value, low, high)
        found += [replace(i, by_chance=chance) for i in named] if index == "mu_star" else named
    return found


# by SALib


def _problem(names: Sequence[str]) -> dict[str, object]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _seed(rng: Generator) -> int:
    return int(rng.integers(1, 2**31))


def _around(index: str, names: Sequence[str], value: Any, half: Any) -> list[Index]:
    v, h = np.array(value, float)[: len(names)], np.array(half, float)[: len(names)]
    return _named(index, names, v, v - h, v + h)


def _fast(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    from SALib.analyze import fast

    names = rows.design.names
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that its intervals are a rough guide is said to the reader
        found = fast.analyze(
            _problem(names), rows.y, num_resamples=resamples, conf_level=LEVEL, seed=_seed(rng)
        )
    return _around("S1", names, found["S1"], found["S1_conf"]) + _around(
        "ST", names, found["ST"], found["ST_conf"]
    )


def _rbd_fast(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    from SALib.analyze import rbd_fast

    names = rows.design.names
    found = rbd_fast.analyze(
        _problem(names), rows.places, rows.y, num_resamples=resamples, conf_level=LEVEL, seed=_seed(rng)
    )
    return _around("S1", names, found["S1"], found["S1_conf"])


def _continuous(rows: Rows) -> None:
    if len(np.unique(rows.y)) < FEWEST_VALUES:
        raise Refused(
            f"--method: {rows.design.method} compares distributions, and the outcome has fewer than "
            f"{FEWEST_VALUES} different values; take sobol, rbd-fast or pawn"
        )


def _delta(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    _continuous(rows)
    names = rows.design.names
    found = delta.estimates(rows.places, rows.y, rng, resamples, LEVEL)
    chance = _by_chance(rows, rng, lambda x: delta.estimates(x, rows.y, rng, OF_IDLE, LEVEL).delta)
    own = [Index(**{**vars(i), "by_chance": chance}) for i in
           _around("delta", names, found.delta, found.delta_half)]  # fmt: skip
    return own + _around("S1", names, found.first, found.first_half)


def medians(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """PAWN of each factor: over ten slices of it, the median of the Kolmogorov distance between the outcomes
    of the slice and all; as SALib has it, without the tests that make that slow."""
    order = np.argsort(y, kind="stable")
    x, y = x[order], y[order]
    last = np.append(y[1:] != y[:-1], True)  # of equal outcomes
    whole = np.arange(1, len(y) + 1)[last] / len(y)
    found = np.empty(x.shape[1])
    for j, column in enumerate(x.T):
        edges = np.quantile(column, np.arange(0, 1 + 1 / SLICES, 1 / SLICES))
        slice_of = np.searchsorted(edges, column, "right") - 1
        distances = []
        for s in range(SLICES):
            inside = slice_of == s
            if inside.any():
                share = np.cumsum(inside)[last] / inside.sum()
                distances.append(np.abs(share - whole).max())
        found[j] = np.median(distances)
    return found


def _pawn(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    """Rows that are drawn twice make distances larger than they are: intervals are moved back by that."""
    names, n = rows.design.names, len(rows.y)
    point = medians(rows.places, rows.y)
    drawn = []
    for _ in range(resamples):
        kept = rng.integers(0, n, n)
        drawn.append(medians(rows.places[kept], rows.y[kept]))
    moved = np.array(drawn) - (np.mean(drawn, axis=0) - point)
    low, high = between(np.clip(moved, 0.0, 1.0))
    chance = _by_chance(rows, rng, lambda x: medians(x, rows.y))
    return [Index(**{**vars(i), "by_chance": chance}) for i in _named("median", names, point, low, high)]


def _by_chance(rows: Rows, rng: Generator, of: Callable[[np.ndarray], np.ndarray]) -> float:
    """What the largest index of columns that say nothing seldom exceeds; ``of``: the indices of columns.
    These are further ones of the sequence of the design: columns of one sequence are no independent draws,
    and few rows make one look like what another does, which no permutation shows."""
    k, n = rows.places.shape[1], len(rows.y)
    largest = [of(further(k, n, _seed(rng))).max() for _ in range(ANEW)]
    return float(np.quantile(largest, 1.0 - SELDOM))


def _factorial(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    """Main effects; intervals by Lenth's pseudo standard error of all contrasts, which supposes that few
    factors matter."""
    from SALib.analyze import ff
    from scipy.stats import t

    names = rows.design.names
    found = np.array(ff.analyze(_problem(names), rows.places, rows.y)["ME"], float)
    size = np.abs(found)
    first = 1.5 * np.median(size)
    error = 1.5 * np.median(size[size <= 2.5 * first])
    half = np.full(len(names), float(t.ppf(HIGH, max(len(found) / 3.0, 1.0)) * error))
    return _around("main_effect", names, found[: len(names)], half)


def _prcc(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    """Partial rank correlations of the values of the factors, not of their places: rows of one value have
    one rank, the mean of theirs. An interval leaves out resamples in which a factor has none.

    Rows that are drawn twice share a rank, which hides part of a strong effect: in resamples correlations
    are too low, as they are in few rows. So ends are, of z = artanh of the correlation, 2 z less the
    quantiles over resamples, and the correlation itself where these leave it out.
    """
    names, n = rows.design.names, len(rows.y)
    if n < len(names) + SPARE:
        raise Refused(
            f"--n: partial rank correlations of {len(names)} factors need at least {len(names) + SPARE} rows "
            f"(got {n})"
        )
    values = rows.design.values(rows.places)
    point = partial(values, rows.y)
    drawn = np.array([partial(values[kept], rows.y[kept]) for kept in rng.integers(0, n, (resamples, n))])
    z, of_drawn = (np.arctanh(np.clip(r, -BELOW_1, BELOW_1)) for r in (point, drawn))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a factor that has none in any resample
        low, high = np.tanh(2.0 * z - np.nanquantile(of_drawn, [HIGH, LOW], axis=0))
    return _named("prcc", names, point, np.minimum(low, point), np.maximum(high, point))


def _prcc_beside_chance(rows: Rows, rng: Generator, resamples: int) -> list[Index]:
    """The same, with what the largest of them seldom exceeds where no factor does anything: of k factors and
    n rows, that of a t of n - k - 1 degrees at ``SELDOM`` / k."""
    from scipy.stats import t

    found = _prcc(rows, rng, resamples)
    k, freedom = len(found), len(rows.y) - len(found) - 1
    edge = float(t.ppf(1.0 - SELDOM / (2 * k), freedom))
    return [replace(index, by_chance=edge / float(np.sqrt(freedom + edge**2))) for index in found]


def partial(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Partial rank correlation of each factor with the outcome, that of the residuals of both ranks after
    regression on the ranks of all other factors; not a number where the others fix a factor, or it has one
    value.

    With R the rank correlations of the factors, P its inverse, r those with the outcome, b = P r and
    s = 1 - r b (the part of the variance of y that all factors leave): b_i / sqrt(b_i^2 + s P_ii). This holds
    where the factors leave nothing, too.
    """
    from scipy.stats import rankdata

    ranks = rankdata(np.column_stack([x, y]), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_all = np.nan_to_num(np.corrcoef(ranks, rowvar=False))
    own, r = of_all[:-1, :-1], of_all[:-1, -1]
    inverse = np.linalg.pinv(own, rcond=ROUNDING, hermitian=True)
    fixed = np.diag(own @ inverse) < 1.0 - 1e-6  # by the others: its effect and theirs are one
    b = inverse @ r
    left = max(1.0 - float(r @ b), ROUNDING)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(fixed, np.nan, b / np.sqrt(b**2 + left * np.diag(inverse)))
