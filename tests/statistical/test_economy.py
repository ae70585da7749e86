"""Without support, the world keeps the published demography for fifteen years.

Method. R worlds with default values and independent seeds give R independent values of each figure. The
expectation of a figure is estimated by its mean, adjusted for demand: the mean level of demand in each five
years of a world has a known expectation, so the figure is regressed on the three of them and read there
(control variates; they remove most of the variance that all firms of a world share). The hypothesis "the
expectation lies inside the tolerance" is rejected only when the estimate lies outside by more than t standard
errors, t being the quantile of Student's law passed with probability 2e-6. With fewer than 50 comparisons,
the chance that this module fails although every expectation is inside is under 1 in 10,000 (far less where it
is well inside).

Each comparison also asks that t standard errors be less than the tolerance itself: a test that could not see
a miss as large as the tolerance would be worth nothing.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.stats import t as student

from calibration.demography import CLASSES, figures, record
from sim.parameters import defaults
from sim.spec import Basin, Territory, WorldSpec
from sim.state import DEMAND_LEVEL
from sim.world import World

pytestmark = pytest.mark.statistical

WORLDS = 18
YEARS = 15
STOCK_YEARS = (3, 5, 10, 15)
FALSE_ALARM = 2e-6  # of one comparison
FRAGILITY = 0.3
TERRITORY = Territory(
    "twenty basins", tuple(Basin(f"b{i}", f"b{i}", 2000, 10, fragility=FRAGILITY) for i in range(20))
)
SPEC = WorldSpec(TERRITORY, 12 * YEARS, 1998)


@dataclass(frozen=True)
class Estimate:
    """Estimated expectation of a figure, and t standard errors."""

    value: float
    margin: float


def estimate(values: np.ndarray, control: np.ndarray) -> Estimate:
    """Regression of R values on controls (R, k) of expectation 0, read at 0."""
    design = np.column_stack([np.ones(len(control)), control])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ values
    freedom = len(values) - design.shape[1]
    variance = float(((values - design @ beta) ** 2).sum() / freedom * inverse[0, 0])
    return Estimate(float(beta[0]), float(student.isf(FALSE_ALARM, freedom)) * variance**0.5)


@pytest.fixture(scope="module")
def worlds() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Figures of R worlds by name, and how far the mean demand of each five years lies from its
    expectation, shape (R, 3)."""
    found, demand = [], []
    for seed in range(WORLDS):
        world = World(SPEC, {}, 1000 + seed)
        found.append(figures(record(world), STOCK_YEARS))
        demand.append(world.tables.series[:, :, DEMAND_LEVEL].reshape(3, -1).mean(axis=1))
    control = np.array(demand) + defaults(())["fragility_drag"] * FRAGILITY
    return {name: np.array([f[name] for f in found]) for name in found[0]}, control


TOLERANCES = {
    "survival_3y": (0.79, 0.05),
    "survival_5y": (0.64, 0.05),
    **{f"class_{c}_change_{y}": (0.0, 0.01) for c in CLASSES for y in STOCK_YEARS},
    **{f"stock_{y}": (1.0, 0.03) for y in STOCK_YEARS},
    **{f"mean_size_{y}": (1.0, 0.03) for y in STOCK_YEARS},
    **{f"sme_mean_size_{y}": (1.0, 0.03) for y in STOCK_YEARS},
    "creation": (0.0875, 0.015),
    "destruction": (0.0875, 0.015),
    "closing_share": (0.285, 0.06),
    "high_growth": (0.086, 0.015),
    "high_growth_growth": (0.85, 0.15),
    "volatility_exponent": (0.185, 0.065),
}


@pytest.mark.parametrize("name", TOLERANCES)
def test_figure_is_within_its_tolerance(name, worlds):
    values, control = worlds
    centre, tolerance = TOLERANCES[name]
    found = estimate(values[name], control)
    assert found.margin < tolerance, f"{name}: too few worlds to tell ({found})"
    assert abs(found.value - centre) < tolerance + found.margin, f"{name}: {found}, {centre} +- {tolerance}"


# figures that must lie on one side of a bound: fat tails (a normal law has kurtosis 3, a Laplace law shape 1)
ABOVE = {"kurtosis": 6.0}
BELOW = {"subbotin": 1.0}


@pytest.mark.parametrize("name", ABOVE | BELOW)
def test_growth_has_fatter_tails_than_laplace(name, worlds):
    values, control = worlds
    found = estimate(values[name], control)
    if name in ABOVE:
        assert found.value + found.margin > ABOVE[name]
    else:
        assert found.value - found.margin < BELOW[name]


# of each pair the first is the smaller
ORDERED = [
    ("exit_old", "exit_young"),
    ("exit_10_49", "exit_1_9"),
    ("exit_50_249", "exit_10_49"),
    ("exit_year_1", "exit_year_3"),
]


@pytest.mark.parametrize(("lower", "higher"), ORDERED)
def test_exit_falls_with_age_and_size_and_does_not_fall_from_birth(lower, higher, worlds):
    values, control = worlds
    found = estimate(values[higher] - values[lower], control)
    assert found.value + found.margin > 0
    assert found.margin < 0.5 * values[higher].mean()
