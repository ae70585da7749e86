"""The generator: published known-answer vectors, keys, distributions."""

import numpy as np
import pytest
from scipy import stats

from sim import draws

ZERO, ONES = 0, 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ([ZERO] * 4, [ZERO] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([ONES] * 4, [ONES] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_philox_gives_the_published_known_answers(counter, key, answer):
    got = draws.philox(*[np.uint64(x) for x in counter + key])
    assert [int(x) for x in got] == answer


def test_a_draw_is_a_pure_function_of_its_key():
    keys = [
        (1, 2, 3, 4, 5),
        (2, 2, 3, 4, 5),
        (1, 3, 3, 4, 5),
        (1, 2, 2**40, 4, 5),
        (1, 2, 3, 5, 5),
        (1, 2, 3, 4, 6),
    ]
    values = [draws.draw(*k) for k in keys]
    assert len(set(values)) == len(values)
    assert values == [draws.draw(*k) for k in keys]


def test_no_two_purposes_share_a_stream():
    streams = [
        value
        for name, value in vars(draws).items()
        if name.isupper() and type(value) is int and 0 < value < 10_000
    ]
    assert draws.EVENTS in streams
    assert draws.BOXES in streams
    assert len(set(streams)) == len(streams)


def test_entities_beyond_32_bits_are_told_apart():
    assert draws.draw(1, 2, 5, 0, 0) != draws.draw(1, 2, 5 + 2**32, 0, 0)


def test_uniforms_are_uniform_and_uncorrelated():
    u = np.array([draws.draw(11, 4, i, 7, 0) for i in range(20_000)])
    v = np.array([draws.draw(11, 4, i, 8, 0) for i in range(20_000)])
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(u, v)[0, 1]) < 4 / np.sqrt(len(u))
    assert u.min() > 0
    assert u.max() < 1


@pytest.mark.parametrize("mean", [0.3, 7.0, 120.0])
def test_poisson_counts_have_their_distribution(mean):
    counts = np.array([draws.poisson(mean, 3, 5, i, 1) for i in range(4000)])
    assert abs(counts.mean() - mean) < 4.5 * np.sqrt(mean / 4000)
    assert abs(counts.var() / mean - 1) < 0.15


def test_shocks_by_inverse_distribution():
    u = np.linspace(0.001, 0.999, 999)
    assert np.allclose([draws.exponential(x) for x in u], stats.expon.ppf(u), rtol=1e-12)
    assert np.allclose([draws.laplace(x) for x in u], stats.laplace.ppf(u), rtol=1e-12, atol=1e-14)
    assert np.allclose([draws.normal(x) for x in u], stats.norm.ppf(u), rtol=1e-12, atol=1e-14)


def test_world_keys_differ_by_draw_and_replicate_and_stay_below_63_bits():
    keys = {draws.key(s, k, r) for s in range(3) for k in range(30) for r in range(4)}
    assert len(keys) == 360
    assert max(keys) < 2**63
