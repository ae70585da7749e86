"""What is too little to be told from nothing reads 0, and puts no policy ahead of another."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.answers import amount, of_none
from experiments.decision import Best, _dominates, best_of, leader, shared_first
from experiments.lang import form, using
from experiments.nothing import JOBS
from experiments.report.costs import costs
from experiments.report.figures import styles
from experiments.report.headline import first_section
from experiments.report.reading import Spread, read
from experiments.report.standing import Lead
from experiments.report.words import PER, between, cell, middle_of, number, signed
from experiments.shares import verdict
from experiments.shown_decision import _percent, _rate
from experiments.terminal import measured
from experiments.typical.stories import _change
from sim import outcome
from tests.report_folders import folder

RESIDUE = 2e-6
NO_JOB = 2.8e-16


@pytest.mark.parametrize("value", [1.7e-8, 3.9e-7, -6.1e-17, 0.0019, -0.0049])
def test_residue_of_sums_was_read_as_jobs(value: float) -> None:
    assert number(value) == signed(value) == amount(value) == "0"
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


def test_numbers_were_rounded_twice() -> None:
    assert (number(-0.2526, scale=9.0), number(1.3451), number(0.0102, scale=9.0)) == ("−0.3", "1.3", "0")
    assert number(0.0745496, "share").replace("\N{NO-BREAK SPACE}", " ") == "7.5 %"
    assert number(0.12495002, PER) == "0.12"
    assert cell(Spread(-0.2526, -9.0, 0.0, 3.0, 20)).startswith("−0.3 ")
    assert (measured(12.7453, "jobs"), measured(0.0149, "jobs"), measured(1234.9, "jobs")) == (
        "12.7",
        "0.01",
        "1,230",
    )
    assert (_percent(0.0012450001), _rate(1.25004)) == ("+0.12 %", "1.3")


def test_residue_was_read_as_a_rate() -> None:
    assert number(-1.4e-6, PER) == _rate(-1.4e-6) == "0"
    assert (_percent(2e-7), _percent(0.00053)) == ("0 %", "+0.053 %")


def test_a_page_counted_fewer_worlds_without_a_net_job_than_there_are(tmp_path: Path) -> None:
    def alter(rows: list) -> None:
        for row in rows:
            if row["draw"] < 4 and row["policy"] != "none":
                row.update(jobs_net=NO_JOB, job_years=NO_JOB, cost_per_net_job=float("inf"))

    run = read(folder(tmp_path / "one", draws=10, change=alter))
    assert "There is no net job in 4 of 10 worlds." in str(first_section(run).blocks)
    told = costs(run, styles(run.policies)).blocks
    assert "There is no net job in 4 of 10 worlds." in str(told)
    assert "['No net job in', '4 of 10 worlds']" in str(told)
    assert "e+" not in str(told)
    two = read(folder(tmp_path / "two", "compare", 10, change=alter, policies=("capped",)))
    assert "There is no net job in 4 of 10 worlds." in str(first_section(two).blocks)


def test_an_answer_counted_residue_as_a_net_job() -> None:
    assert of_none(np.array([NO_JOB, -1.0, 0.0049])) == "none in any of 3 worlds"
    assert of_none(np.array([0.005, 3.0])) == "some in all 2 worlds"
    assert outcome.LEAST_JOBS == JOBS


@pytest.mark.parametrize("value", [2.7e21, 1.2e13, 4.4e9, 3.7e12])
def test_billions_had_an_exponent(value: float) -> None:
    assert "e" not in number(value)
    assert number(4.4e9).replace("\N{NO-BREAK SPACE}", " ") == "4.4 billion"


def test_schemes_crowded_each_other_by_residue() -> None:
    row = {"mean": -NO_JOB, "sd": NO_JOB, "p05": -2 * NO_JOB, "p95": -NO_JOB, "n": 20}
    assert verdict(row, 20) == "none is in another's way"
    assert verdict(row | {"mean": -1.0, "p05": -2.0}, 20).endswith("not settled")
    assert verdict(row | {"mean": -1.0, "p05": -2.0, "p95": -0.5}, 20) == "they crowd each other"


def test_a_lead_that_is_settled_began_at_nought() -> None:
    gap = Spread(2.2, 0.026, 0.04, 5.9, 8)
    assert between(gap) == "between 0.03 and 5.9, 9 times out of 10"
    assert cell(gap, sign=True).replace("\N{NO-BREAK SPACE}", " ") == "+2.2 (0.03 to 5.9)"
    assert [middle_of(gap, "", of) for of in ("p05", "p50", "p95")] == ["0.03", "0.04", "5.9"]
    assert between(Spread(-2.2, -5.9, -1.0, -0.026, 8)).startswith("between −5.9 and −0.03,")
    # neither above nor below 0
    assert between(Spread(2.2, -0.026, 1.0, 5.9, 8)).startswith("between 0 and 5.9,")
    assert between(Spread(2.2, 0.0041, 1.0, 5.9, 8)).startswith("between 0 and 5.9,")
    assert between(Spread(20.0, 0.48, 19.0, 29.0, 8)).startswith("between 0.5 and 29,")


def test_zero_had_a_sign() -> None:
    assert form(-0.3, "+,.0f") == form(0.3, "+,.0f") == "0"
    assert form(-0.04, ",.1f") == "0.0"
    assert (form(-0.6, "+,.0f"), form(float("-inf"), ".0f")) == ("-1", "-inf")
    with using("fr"):
        assert form(-0.04, ",.1f") == "0,0"


def test_a_policy_was_ahead_by_residue() -> None:
    assert Lead.of(pd.Series([RESIDUE] * 20), 20).verdict == "the same"
    assert Lead.of(pd.Series([0.0, 0.0019] * 10), 20).verdict == "the same"
    assert Lead.of(pd.Series([1.0, 1.2] * 10), 20).verdict == "better"


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
