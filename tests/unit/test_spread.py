"""Where the spread between worlds comes from, by hand and by known variances."""

import math

import numpy as np
import pytest
from scipy.stats import f as of_f

from experiments.spread import split, standard_error


def test_analysis_of_variance_by_hand() -> None:
    # rows (1, 3), (5, 7), (9, 11): means 2, 6, 10 around 6; MB = 2 * 32 / 2 = 32, MW = 3 * 2 / 3 = 2, n0 = 2
    values = np.array([1.0, 5.0, 9.0, 3.0, 7.0, 11.0])
    found = split(values, np.array([0, 1, 2, 0, 1, 2]))
    assert found is not None
    assert (found.parameters, found.chance) == (pytest.approx(15.0), pytest.approx(2.0))
    assert found.share == pytest.approx(15 / 17)
    ratio = (16.0 / of_f.ppf(0.95, 2, 3) - 1) / 2
    assert found.low == pytest.approx(ratio / (1 + ratio))
    assert found.low < found.share < found.high < 1


def test_rows_of_unequal_numbers_by_hand() -> None:
    # rows (0, 2, 4) and (7): MB = 3 * (2 - 3.25)^2 + (7 - 3.25)^2 = 18.75, MW = 8 / 2 = 4, n0 = 4 - 10 / 4
    found = split(np.array([0.0, 2.0, 4.0, 7.0]), np.array([5, 5, 5, 8]))
    assert found is not None
    assert (found.parameters, found.chance) == (pytest.approx(14.75 / 1.5), pytest.approx(4.0))


def test_a_negative_estimate_is_zero() -> None:
    found = split(np.array([1.0, 3.0, 2.0, 2.0]), np.array([0, 0, 1, 1]))
    assert found is not None
    assert (found.parameters, found.share, found.low) == (0.0, 0.0, 0.0)


def test_what_cannot_be_told() -> None:
    assert split(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2])) is None  # no row has two worlds
    same = split(np.array([2.0, 2.0, 2.0, 2.0]), np.array([0, 0, 1, 1]))
    assert same is not None
    assert math.isnan(same.share)  # nothing varies
    alone = split(np.array([1.0, 3.0]), np.array([0, 0]))  # nothing but chance
    assert alone is not None
    assert (alone.parameters, alone.chance, alone.share) == (0.0, 2.0, 0.0)


def test_estimates_are_unbiased_and_the_interval_holds() -> None:
    """600 samples of 12 rows by 3 worlds, variances 4 and 9. Errors at four standard errors: 1 in 10,000;
    coverage of 90 % within 4 points, about 1 in 1,000."""
    rng = np.random.default_rng(4)
    rows = np.repeat(np.arange(12), 3)
    samples = [2.0 * rng.normal(size=12)[rows] + 3.0 * rng.normal(size=36) for _ in range(600)]
    found = [split(values, rows) for values in samples]
    chance = np.array([s.chance for s in found if s])
    assert chance.mean() == pytest.approx(9.0, abs=4 * chance.std() / math.sqrt(600))
    inside = np.mean([s.low <= 4 / 13 <= s.high for s in found if s])
    assert inside == pytest.approx(0.9, abs=0.04)
    parameters = np.array([s.parameters for s in found if s])  # cut at 0, so a little above
    assert 4.0 - 4 * parameters.std() / math.sqrt(600) < parameters.mean() < 4.6


def test_worlds_of_one_draw_count_as_one() -> None:
    values = np.array([1.0, 3.0, 5.0, 7.0])
    assert standard_error(values) == pytest.approx(values.std(ddof=1) / 2)
    assert standard_error(values, np.array([0, 1, 2, 3])) == standard_error(values)
    # draws (1, 3) and (5, 7): means 2 and 6, of which sd / sqrt(2) = 2
    assert standard_error(values, np.array([0, 0, 1, 1])) == pytest.approx(2.0)
    assert standard_error(values[:2], np.array([3, 3])) is None
