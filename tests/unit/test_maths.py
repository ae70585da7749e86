"""Our own exp, log, pow, normal quantile against the C library and scipy."""

import numpy as np
import pytest
from scipy import stats

from sim import maths


def test_exp_is_accurate():
    x = np.linspace(-60, 60, 20_001)
    assert np.max(np.abs(np.array([maths.exp(v) for v in x]) / np.exp(x) - 1)) < 1e-13


def test_log_is_accurate():
    x = np.logspace(-300, 300, 20_001)
    assert np.max(np.abs(np.array([maths.log(v) for v in x]) - np.log(x)) / (1 + np.abs(np.log(x)))) < 1e-15


def test_power_of_zero_is_exactly_one():
    assert maths.power(7.3, 0.0) == 1.0
    assert maths.power(7.3, 0.5) == pytest.approx(7.3**0.5, rel=1e-14)


def test_normal_quantile_is_accurate_far_into_the_tails():
    u = np.concatenate([np.logspace(-15, -1, 500), np.linspace(0.1, 0.9, 500)])
    got = np.array([maths.normal_quantile(v) for v in u])
    assert np.max(np.abs(got - stats.norm.ppf(u))) < 1e-12


def test_exp_has_the_same_bits_vectorised_and_scalar():
    from sim.compiled import compiled

    @compiled
    def many(x, y):
        for i in range(x.shape[0]):
            y[i] = maths.exp(x[i])

    x = np.linspace(-20, 20, 10_007)
    y = np.empty_like(x)
    many(x, y)
    assert y.tobytes() == np.array([maths.exp(v) for v in x]).tobytes()


def test_a_saturating_effect_is_half_at_half():
    assert maths.saturating(0.0, 3.0) == 0.0
    assert maths.saturating(3.0, 3.0) == pytest.approx(0.5)
    assert maths.saturating(6.0, 3.0) == pytest.approx(0.75)
