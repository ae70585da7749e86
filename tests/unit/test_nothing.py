"""What is too little to be told from nothing reads 0, and puts no policy ahead of another."""

import numpy as np
import pandas as pd
import pytest

from experiments.answers import whole
from experiments.decision import Best, _dominates, best_of, leader, shared_first
from experiments.lang import form, using
from experiments.report.reading import Spread
from experiments.report.standing import Lead
from experiments.report.words import PER, cell, middle_of, number, signed
from experiments.shown_decision import _percent, _rate
from experiments.typical.stories import _change

RESIDUE = 2e-6


@pytest.mark.parametrize("value", [1.7e-8, 3.9e-7, -6.1e-17, 0.0019, -0.0049])
def test_residue_of_sums_was_read_as_jobs(value: float) -> None:
    assert number(value) == signed(value) == whole(value) == "0"
    assert cell(Spread(value, value / 2, value, value, 4), sign=True) == "0"


def test_a_hundredth_of_a_job_is_still_read() -> None:
    assert number(0.0086) == "0.01"
    assert number(0.00921, PER) == "0.0092"  # per 1,000 jobs of a large basin, this is jobs


def test_jobs_were_read_to_a_ten_thousandth() -> None:
    assert (
        cell(Spread(0.019, 0.0, 0.0, 0.051, 20), sign=True).replace("\N{NO-BREAK SPACE}", " ")
        == "+0.02 (0 to 0.05)"
    )
    assert (
        cell(Spread(-0.0061, -0.0092, 0.0, 0.0, 20)).replace("\N{NO-BREAK SPACE}", " ")
        == "−0.01 (−0.01 to 0)"
    )


def test_one_mean_was_rounded_in_two_ways() -> None:
    gap, net = Spread(9.5, 0.0, 9.0, 26.0, 20), Spread(0.61, 0.0, 0.5, 2.8, 20)
    assert middle_of(gap, sign=True) == cell(gap, sign=True).split()[0] == "+10"
    assert middle_of(net) == cell(net).split()[0] == "0.6"


def test_residue_was_read_as_a_rate() -> None:
    assert number(-1.4e-6, PER) == _rate(-1.4e-6) == "0"
    assert (_percent(2e-7), _percent(0.00053)) == ("0 %", "+0.053 %")


def test_zero_had_a_sign() -> None:
    assert form(-0.3, "+,.0f") == form(0.3, "+,.0f") == "0"
    assert form(-0.04, ",.1f") == "0.0"
    assert (form(-0.6, "+,.0f"), form(float("-inf"), ".0f")) == ("-1", "-inf")
    with using("fr"):
        assert form(-0.04, ",.1f") == "0,0"


def test_a_policy_was_ahead_by_residue() -> None:
    assert Lead.of(pd.Series([RESIDUE] * 20)).verdict == "the same"
    assert Lead.of(pd.Series([0.0, 0.0019] * 10)).verdict == "the same"
    assert Lead.of(pd.Series([1.0, 1.2] * 10)).verdict == "better"


def test_a_policy_was_best_by_residue() -> None:
    net = np.array([[5.0, 1.0, 2.0], [5.0 + RESIDUE, 1.0, 3.0]])
    np.testing.assert_allclose(shared_first(net), [[0.5, 0.5, 0], [0.5, 0.5, 1]])
    assert (best_of(net, 0), best_of(net, 1)) == (Best(2, True, 3), Best(3, True, 3))
    assert best_of(net[:, 2:], 1) == Best(1, False, 1)


def test_residue_chose_the_policy_that_an_answer_is_about() -> None:
    assert leader({"a": 5.0, "published": 5.0 - RESIDUE}, "published") == "published"
    assert leader({"a": 5.0, "b": 5.0 + RESIDUE, "published": 4.0}, "published") == "a"
    assert leader({"a": 5.0, "b": 5.1, "published": 4.0}, "published") == "b"


def test_a_policy_was_dominated_by_what_no_table_shows() -> None:
    # efficiency, worst basin, gaps: a region where a change of Alizé does next to nothing
    criteria = np.array([[2.61917, 2.61846], [0.132320, 0.132319], [-0.000531265, -0.000531463]])
    assert not _dominates(criteria).any()
    criteria[0] = 2.62, 2.60
    np.testing.assert_array_equal(_dominates(criteria), [[False, True], [False, False]])


def test_a_history_ends_in_thousandths_of_a_job() -> None:
    assert str(_change(-0.001)) == "the same but for less than a hundredth of a job"
    assert (str(_change(-0.012)), str(_change(0.0))) == ("-0.01 jobs", "the same")


def test_a_gap_below_one_lost_its_sign() -> None:
    assert (signed(0.32), signed(1.4), signed(-0.32), signed(0.0)) == ("+0.32", "+1.4", "−0.32", "0")
    with using("fr"):
        assert signed(0.32) == "+0,32"
