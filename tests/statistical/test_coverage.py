"""Intervals of the fit hold the truth as often as they say, where the truth is known.

A small version of ``benchmarks/coverage.py``: 12 replicas of 400 simulations, eight parameters each. Of 96
true values, 90 % intervals should hold 86; the sample of a replica has 48 draws, whose 5 and 95 % quantiles
hold 86 % rather than 90. With each parameter of a replica counted as half independent, a right fit holds
fewer than 73 less than once in 1,000 times, and its 50 % intervals more than 66 as seldom; a fit that is
too sure of itself, with 60 % for 90, holds 58 +- 6. One that learns nothing passes that, and not
``test_the_fit_learns``.
"""

import numpy as np
import pytest

from calibration.coverage import covered, reduced, replica

pytestmark = [pytest.mark.statistical, pytest.mark.slow]

REPLICAS, RUNS = 12, 400


@pytest.fixture(scope="module")
def found() -> tuple[np.ndarray, np.ndarray]:
    """Places of the truth, (replicas, parameters), and spread of the posterior, in units of the prior's."""
    problem = reduced()
    places, spreads = zip(*(replica(problem, RUNS, 500 + r) for r in range(REPLICAS)))
    return np.array(places), np.array(spreads)


def test_intervals_hold_the_truth_as_often_as_they_say(found) -> None:
    places, _ = found
    assert covered(places, 0.9) * places.size >= 73
    assert covered(places, 0.5) * places.size <= 66


def test_the_fit_learns(found) -> None:
    _, spreads = found
    # files, jobs a file and success are counted: the parameters behind them are known twice as well at least
    assert np.sort(spreads.mean(axis=0))[:3].max() < 0.6
