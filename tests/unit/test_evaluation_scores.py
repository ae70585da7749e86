"""Scores of designs, and what is said of them, from rows made by hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from experiments.evaluation import verdict
from experiments.evaluation.bench import OUTCOMES
from experiments.evaluation.designs import FEW_NEAR, NO_MERIT, REASONS
from experiments.evaluation.score import COLUMNS, DETECTED, scores
from experiments.evaluation.tables import STORED
from experiments.report import evaluated

ROW = {"effect_helped": 0.5, "effect_net": 0.3, "treated": 40.0, "compared": 60.0, "reason": 0.0}


def row(design: str, estimate: float, error: float = 1.0, p: float = 0.5, truth: float = 0.5) -> dict:
    low, high = estimate - 1.645 * error, estimate + 1.645 * error
    return ROW | {"design": design, "estimate": estimate, "std_error": error, "low": low, "high": high,
                  "p_value": p, "truth": truth}  # fmt: skip


def not_applied(design: str, reason: int = NO_MERIT) -> dict:
    nan = dict.fromkeys(("estimate", "std_error", "low", "high", "p_value", "truth"), math.nan)
    return ROW | nan | {"design": design, "reason": float(reason)}


def test_scores_by_hand() -> None:
    rows = [
        row("lottery", 0.5),
        row("lottery", -0.5, p=0.04),
        row("lottery", 3.5, p=0.01),
        row("lottery", 0.5),
    ]
    (found,) = scores(rows, ["lottery"])
    assert (found["draws"], found["applied"], found["why_not"]) == (4, 4, "")
    off = np.array([0.0, -1.0, 3.0, 0.0])
    assert found["bias"] == pytest.approx(0.5)
    # Student's t of three degrees of freedom, not 1.645: with few draws the spread is not known well
    assert found["bias_high"] - found["bias"] == pytest.approx(2.3534 * off.std(ddof=1) / 2, rel=1e-3)
    assert found["miss"] == pytest.approx(0.5)
    assert found["coverage"] == 0.75  # 3.5 is 3 errors away
    assert found["coverage_mcse"] == pytest.approx(math.sqrt(0.75 * 0.25 / 4))
    assert found["power"] == 0.5
    assert found["wrong_sign"] == 0.25
    assert pytest.approx(2.8016, abs=1e-4) == DETECTED
    assert found["detectable"] == pytest.approx(DETECTED)
    assert found["above_net"] == pytest.approx(1.0 - 0.3)
    assert set(found) <= set(COLUMNS)


def test_signs_are_wrong_of_losses_too_and_misses_have_two_ends() -> None:
    rows = [row("lottery", -0.5 + 0.1 * k, truth=-0.5) for k in range(11)]  # the last six are not below 0
    (found,) = scores(rows, ["lottery"])
    assert found["wrong_sign"] == pytest.approx(6 / 11)
    assert (found["miss_p05"], found["miss_p95"]) == pytest.approx((0.05, 0.95))
    (none,) = scores([row("lottery", 0.5, truth=0.0)], ["lottery"])
    assert math.isnan(none["wrong_sign"])  # no effect has no sign


def test_the_commonest_reason_is_named() -> None:
    rows = [not_applied("discontinuity", reason) for reason in (NO_MERIT, FEW_NEAR, FEW_NEAR)]
    assert scores(rows, ["discontinuity"])[0]["why_not"] == REASONS[FEW_NEAR]


def test_draws_in_which_a_design_could_not_be_applied_are_left_out() -> None:
    rows = [row("discontinuity", 1.0), *[not_applied("discontinuity")] * 3]
    found, other = scores(rows, ["discontinuity", "lottery"])
    assert (found["draws"], found["applied"], found["why_not"]) == (4, 1, REASONS[NO_MERIT])
    assert found["estimate"] == 1.0
    assert math.isnan(found["bias_low"])  # one draw has no spread
    assert (other["draws"], other["applied"]) == (0, 0)


def test_the_answer_names_the_nearest_and_the_most_misleading() -> None:
    gen = np.random.default_rng(1)
    rows = [row("lottery", 0.5 + e) for e in 0.3 * gen.standard_normal(60)]
    rows += [row("matching", 3.5 + e, 0.3, 1e-4) for e in 0.3 * gen.standard_normal(60)]
    rows += [row("saturation", 0.5 + e, 20.0) for e in 20 * gen.standard_normal(60)]
    rows += [not_applied("discontinuity")] * 60
    first, second, third, last = verdict.answer(
        scores(rows, ["matching", "discontinuity", "lottery", "saturation"])
    )
    assert first.startswith("Nearest to the truth: lottery")
    assert "most misleading: matched comparison (difference in differences), +2.98" in first
    assert "holding the truth in 0%" in first
    assert "the sharpest is lottery" in second
    assert "0.50 jobs more in each helped firm" in third
    assert "0.30 a helped firm" in third
    assert last.startswith("Not applicable in 60 of 60 draws: committee's limit")


def test_nothing_is_invented_where_nothing_applies() -> None:
    (only,) = verdict.answer(scores([not_applied("discontinuity")], ["discontinuity"]))
    assert only.startswith("No answer: no design could be applied")
    assert REASONS[NO_MERIT] in only


def test_right_on_average_is_not_enough() -> None:
    rows = [row("before-after", 0.5 + off, 0.1, 1e-4) for off in (-2.0, 2.0)] * 20
    (only,) = scores(rows, ["before-after"])
    assert not verdict.biased(only)
    assert not verdict.believable(only)
    assert "Not by any of them" in verdict.answer([only])[1]


@pytest.mark.parametrize(("draws", "wanted"), [(1, "Of 1 draw too"), (7, "Of 7 draws too")])
def test_few_draws_name_no_design(draws: int, wanted: str) -> None:
    rows = [row("lottery", 0.4)] * draws + [row("matching", 3.0 + 0.01 * k) for k in range(draws)]
    found = scores(rows, ["matching", "lottery"])
    first, second = verdict.answer(found)
    assert wanted in first
    assert "ask for 20 or more" in first
    assert not any(verdict.words(s) in first for s in found)
    assert second.startswith("The truth:")
    of = evaluated.Evaluated(Path(), {}, found)
    assert "Too few draws" in evaluated.misses(of).title
    assert "Too few draws" in evaluated.declared(of).title
    assert verdict.jobs(-0.001) == "0.00"


def test_a_design_that_could_seldom_be_applied_is_not_the_nearest() -> None:
    rows = [row("matching", 3.5 + 0.01 * k, 0.3) for k in range(30)]
    rows += [row("discontinuity", 0.5)] * 16 + [not_applied("discontinuity")] * 14
    first = verdict.answer(scores(rows, ["matching", "discontinuity"]))[0]
    assert first.startswith("Nearest to the truth: matched comparison")


def test_every_column_of_the_store_is_explained() -> None:
    assert set(OUTCOMES) <= set(STORED)
    assert all(f"{code}, {words}" in STORED["reason"][1] for code, words in enumerate(REASONS) if words)


def test_chance_is_not_called_bias() -> None:
    gen = np.random.default_rng(2)
    rows = [row("lottery", 0.5 + e) for e in gen.standard_normal(50)]
    assert "none misleads on average" in verdict.answer(scores(rows, ["lottery"]))[0]
