"""Quantiles, chances and sentences, by hand."""

import math

import numpy as np
import pytest

from experiments.answers import chance, interval, of_none, whole
from experiments.summary import described, quantile


def test_quantile_interpolates() -> None:
    values = np.array([3.0, 1.0, 2.0, 4.0, 5.0])
    assert quantile(values, 0.5) == 3.0
    assert quantile(values, 0.05) == pytest.approx(1.2)
    assert quantile(values, 0.95) == pytest.approx(np.quantile(values, 0.95))


def test_quantile_of_costs_without_end() -> None:
    values = np.array([10.0, 20.0, math.inf, math.inf])
    assert quantile(values, 0.05) == pytest.approx(11.5)
    assert quantile(values, 0.5) == math.inf  # between 20 and no end
    assert quantile(values, 1.0) == math.inf
    assert quantile(np.array([-math.inf, -math.inf]), 0.3) == -math.inf


def test_described_leaves_out_what_does_not_exist() -> None:
    found = described(np.array([1.0, math.nan, 3.0]))
    assert (found["mean"], found["n"]) == (2.0, 2)
    assert found["sd"] == pytest.approx(math.sqrt(2))
    assert found["mcse"] == pytest.approx(1.0)
    assert described(np.array([math.nan])) == {"n": 0}


def test_one_world_has_no_spread() -> None:
    found = described(np.array([4.0]))
    assert (found["sd"], found["mcse"], found["p05"], found["p95"]) == (None, None, 4.0, 4.0)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.2, "1 chance in 5"), (0.5, "1 chance in 2"), (0.05, "1 chance in 20"), (0.6, "3 chances in 5"),
     (0.9, "9 chances in 10"), (0.97, "9 chances in 10"), (0.0, "less than 1 chance in 40")],
)  # fmt: skip
def test_a_chance_in_words(share: float, words: str) -> None:
    assert chance(share, 40) == words


@pytest.mark.parametrize(
    ("net", "words"),
    [
        ([-1, 2, 3, 4, 5], "1 chance in 5 of none"),
        ([1] * 20, "less than 1 chance in 20 of none"),
        ([1] * 4, "some in all 4 worlds"),
        ([0, -1], "none in any of 2 worlds"),
    ],
)
def test_the_chance_of_no_net_job(net: list[float], words: str) -> None:
    assert of_none(np.array(net, float)) == words


def test_numbers_as_they_are_read() -> None:
    assert whole(1234.4) == "1,234"
    assert whole(-0.3) == "0"
    assert whole(math.nan) == "-"
    assert interval(np.array([-12.0, 95.0] * 50)) == "-12 to 95"
    assert interval(np.array([3.0])) == ""
