"""What is fitted to what: parameters with their priors, published figures with their tolerances, and the
worlds that stand between them.

Parameters are handled as standard normal scores: x = ppf(u), u their place between the bounds of their
uniform prior. Figures are handled as distances from the middle of their tolerance, in units that make the
tolerance reach from about -2.5 to 2.5, and far distances are drawn in: 4 asinh(z / 4).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.special import ndtr, ndtri

from calibration.halved import COUNTS, halved
from calibration.target import FITTED, Target, measured
from calibration.targets import TARGETS
from scenarios.load import load_case
from sim.parameters import RESEARCH, Uncertainty, uncertainties
from sim.spec import WorldSpec
from sim.world import World

# weight of a figure by the grade of its source: statistics and trials, evaluations, operators' statistics
# with a definition, press accounts of their claims
WEIGHT = {"A": 1.0, "B": 0.7, "C": 0.5, "D": 0.3}
HALF_WIDTH = 2.5  # standard deviations from the middle of a tolerance to its bounds: passed once in eighty
NEAR = 4.0  # distance up to which figures are hardly drawn in
BOUND = float(NEAR * np.arcsinh(HALF_WIDTH / NEAR))  # distance of the bounds, drawn in
FARTHEST = 1e3
ELSEWHERE = ("DEM", "EFF", "VOL")  # families of facts that are not of the cases that are simulated
EDGE = 1e-6  # scores stay inside the bounds of the prior by this share of its width


@dataclass(frozen=True)
class Figure:
    """A fitted figure: the case whose worlds give it, the target, and its ``weight``: that of its source,
    shared with the others that read the same quantity in the same month."""

    case: str
    target: Target
    weight: float

    @property
    def name(self) -> str:
        """Its id in tables: the fact, which no other case fits."""
        return self.target.fact_id

    @property
    def shares_chance(self) -> bool:
        """Whether what was counted had the same chance in it as the simulated world has: the people and firms
        of the case. Figures on all firms of a country, or on trials and volunteers elsewhere, had not: with
        them the model's expectation is compared."""
        return self.name.partition("-")[0] not in ELSEWHERE


@dataclass(frozen=True)
class Problem:
    """``declared``: every uncertainty, in the order of columns. ``cases``: the worlds to run. ``figures``:
    the columns of answers. ``fixed``: values of uncertainties that are not to be drawn."""

    declared: tuple[Uncertainty, ...]
    cases: Mapping[str, WorldSpec]
    figures: tuple[Figure, ...]
    fixed: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def free(self) -> np.ndarray:
        """Positions of the uncertainties that are drawn; the others keep their default, or the value at which
        they are fixed."""
        return np.flatnonzero([u.prior == "uniform" and u.name not in self.fixed for u in self.declared])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of those that are drawn."""
        return tuple(self.declared[j].name for j in self.free)

    @cached_property
    def reach(self) -> np.ndarray:
        """Whether a parameter can move a figure, (free parameters, figures): those of a scheme move the cases
        where it is, those of research the cases with a pôle, the others all."""
        research = {u.name for u in RESEARCH}
        found = np.ones((len(self.free), len(self.figures)), bool)
        for i, name in enumerate(self.names):
            scheme = name.partition(".")[0] if "." in name else "pole" if name in research else ""
            if scheme:
                found[i] = [
                    scheme in {s.name for s in self.cases[figure.case].schemes} for figure in self.figures
                ]
        return found

    @cached_property
    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        return bounds([self.declared[j] for j in self.free])

    @cached_property
    def precision(self) -> np.ndarray:
        """Weights of the figures; one over the variance of what separates a figure from its source."""
        return np.array([figure.weight for figure in self.figures])

    def values(self, x: np.ndarray) -> np.ndarray:
        """Rows of all uncertainties from rows of scores."""
        low, high = self._bounds
        rows = np.tile([self.fixed.get(u.name, u.default) for u in self.declared], (len(x), 1))
        rows[:, self.free] = low + (high - low) * np.clip(ndtr(x), EDGE, 1 - EDGE)
        return rows

    def scores(self, rows: np.ndarray) -> np.ndarray:
        """Rows of scores from rows of all uncertainties."""
        return place([self.declared[j] for j in self.free], rows[:, self.free])

    def distances(self, answers: np.ndarray) -> np.ndarray:
        """Distances of answers (rows, figures) from the middle of the tolerances, far ones drawn in; not a
        number where there is no answer."""
        low = np.array([figure.target.low for figure in self.figures])
        high = np.array([figure.target.high for figure in self.figures])
        z = HALF_WIDTH * (answers - (low + high) / 2) / ((high - low) / 2)
        return NEAR * np.arcsinh(np.clip(z, -FARTHEST, FARTHEST) / NEAR)

    def inside(self, answers: np.ndarray) -> np.ndarray:
        """Which figures have the median of these worlds within their tolerance."""
        return np.abs(np.nanmedian(self.distances(answers), axis=0)) <= BOUND

    def simulate(self, values: Mapping[str, float], world_seed: int) -> dict[str, float]:
        """The fitted figures of one world of each case, by name."""
        found: dict[str, float] = {}
        for case, spec in self.cases.items():
            wanted = [figure for figure in self.figures if figure.case == case]
            until = max(figure.target.month for figure in wanted)
            world = World(spec, values, world_seed).run(until)
            control = None
            if any(figure.target.paired for figure in wanted):
                control = World(spec.without_schemes(), values, world_seed).run(until)
            found |= answers(wanted, world, control)
        return {name: 2 * value if name in COUNTS else value for name, value in found.items()}

    def hash(self) -> str:
        """Hash (32 hex digits) of what decides the answers, the code apart."""
        what = [
            [(u.name, u.default, u.low, u.high, u.prior) for u in self.declared],
            {case: spec.hash() for case, spec in self.cases.items()},
            [(f.case, f.name, f.target.low, f.target.high, f.weight) for f in self.figures],
            sorted(self.fixed.items()),
        ]
        return hashlib.blake2b(json.dumps(what).encode(), digest_size=16).hexdigest()


def bounds(declared: Sequence[Uncertainty]) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bounds of priors."""
    low, high = np.array([(u.low, u.high) for u in declared]).T
    return low, high


def place(declared: Sequence[Uncertainty], rows: np.ndarray) -> np.ndarray:
    """Scores of values, (rows, uncertainties), by their place between the bounds of their priors."""
    low, high = bounds(declared)
    return ndtri(np.clip((rows - low) / (high - low), EDGE, 1 - EDGE))


def answers(figures: list[Figure], world: World, control: World | None) -> dict[str, float]:
    """The figures of a world that has run to its end."""
    from calibration.alize_figures import Reading

    readings = {f.target.month: Reading(world, f.target.month, control) for f in figures}
    return {f.name: f.target.compute(world, readings[f.target.month]) for f in figures}


def figures_of(case: str) -> list[Figure]:
    """The fitted figures of a case, with their weights; those of a grade that is never fitted are left
    out."""
    fitted = [t for t in TARGETS[case] if t.role == FITTED]
    alike = [(measured(t.measure), t.month) for t in fitted]
    return [
        Figure(case, t, WEIGHT[t.fact.grade] / alike.count((measured(t.measure), t.month)))
        for t in fitted
        if t.fact.grade in WEIGHT
    ]


def whole(fixed: Mapping[str, float] | None = None) -> Problem:
    """All cases with fitted figures at once, with the uncertainties of all their schemes; ``fixed``: values
    of those that are not to be drawn."""
    cases = {case: halved(case, load_case(case).spec) for case in TARGETS if figures_of(case)}
    schemes = dict.fromkeys(scheme.name for spec in cases.values() for scheme in spec.schemes)
    figures = [figure for case in cases for figure in figures_of(case)]
    names = [figure.name for figure in figures]
    if len(set(names)) < len(names):
        raise ValueError("a fact is fitted in two cases")
    return Problem(uncertainties(schemes), cases, tuple(figures), dict(fixed or {}))
