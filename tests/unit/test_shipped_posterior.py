"""The sample that is shipped: small, of this model, as good as it says, and honest about what it misses."""

import csv
from pathlib import Path

import numpy as np
import pytest

from calibration.evidence import VALIDATION, VARIANCE, shipped
from calibration.facts import facts
from calibration.frozen import changed, files, frozen
from calibration.misses import MISSES
from calibration.posterior import SHIPPED, load
from calibration.problem import whole
from calibration.rivals import PARAMETER, RULES
from calibration.target import FITTED, HELD_OUT
from calibration.targets import TARGETS, is_inside
from experiments.evidence import bases
from sim.outcomes import OUTCOMES
from sim.parameters import ECONOMY, SCHEME_BEHAVIOUR, uncertainties

CALIBRATION = Path(__file__).parents[2] / "docs" / "calibration.md"


@pytest.fixture(scope="module")
def validation() -> list[dict[str, str]]:
    with VALIDATION.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_it_is_small_and_has_draws_enough() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 2_000_000
    assert len(load().rows) >= 500


def test_it_was_made_for_what_is_frozen_and_that_is_what_stands_here() -> None:
    manifest = load().manifest
    assert changed(manifest["frozen"]) == changed(frozen()) == []
    assert manifest["frozen"]["files"] == frozen()["files"] == files()  # or every command looks at all again
    for rule, said in manifest["problems"].items():
        assert whole(RULES[rule]).hash() == said


def test_every_draw_lies_within_the_priors_and_holds_one_of_the_rules() -> None:
    found = load()
    declared = {u.name: u for u in uncertainties(SCHEME_BEHAVIOUR)}
    assert set(found.names) == set(declared)
    for name, column in zip(found.names, found.rows.T):
        assert declared[name].low <= column.min() <= column.max() <= declared[name].high
        if declared[name].prior == "fixed" and name != PARAMETER:
            assert (column == declared[name].default).all()
    rules = found.rows[:, found.names.index(PARAMETER)]
    assert set(rules) == {values[PARAMETER] for values in RULES.values()}
    share = found.manifest["rules"]["people"]["share"]
    assert rules.mean() == pytest.approx(share, abs=0.01)
    assert rules[:20].mean() == pytest.approx(share, abs=0.06)


def test_nine_fitted_figures_in_ten_are_inside_their_tolerance_at_the_median(
    validation: list[dict[str, str]],
) -> None:
    fitted = [row["inside"] == "1" for row in validation if row["role"] == "fitted"]
    assert len(fitted) >= 60
    assert np.mean(fitted) >= 0.9
    problem, found = whole(), load()
    assert [figure.name for figure in problem.figures] == list(found.figures)
    assert problem.inside(found.answers).mean() >= 0.85  # other worlds of the same draws


def test_the_table_that_is_shipped_judges_as_the_code_does(validation: list[dict[str, str]]) -> None:
    targets = {(case, t.fact_id): t for case, of in TARGETS.items() for t in of}
    assert {(row["case"], row["fact_id"]) for row in validation} == set(targets)
    for row in validation:
        t = targets[row["case"], row["fact_id"]]
        quantiles = tuple(float(row[q]) if row[q] else float("nan") for q in ("p05", "p50", "p95"))
        inside = is_inside(t.role, (t.low, t.high), quantiles)
        assert row["inside"] == ("" if inside is None else str(inside))


def test_every_miss_is_explained_and_nothing_else_is(validation: list[dict[str, str]]) -> None:
    missed = {row["fact_id"] for row in validation if row["inside"] == "0"}
    assert missed == set(MISSES)
    assert {row["fact_id"]: row["explanation"] for row in validation if row["explanation"]} == MISSES


def test_what_is_data_is_not_told_as_a_result(validation: list[dict[str, str]]) -> None:
    judged = [row for row in validation if row["role"] in (FITTED, HELD_OUT)]
    same = {row["fact_id"]: row for row in judged if float(row["p05"]) == pytest.approx(float(row["p95"]))}
    assert set(same) == {"ALZ-28", "REV-13"}
    amount = next(u for u in ECONOMY if u.name == "grant_amount")
    assert amount.prior == "fixed"
    assert amount.source == "assumed"
    assert float(same["REV-13"]["p50"]) == pytest.approx(amount.default)
    assert amount.default < facts()["REV-05"].low < facts()["REV-13"].value
    assert "no draw can meet" in MISSES["REV-13"]
    assert "ALZ-28" in CALIBRATION.read_text("utf-8")


def test_data_that_vary_with_what_is_fitted_were_told_as_results(validation: list[dict[str, str]]) -> None:
    met = {row["fact_id"] for row in validation if row["inside"] == "1"}
    given = {"ALZ-28", "ALZ-54", "PPM-01", "PAC-05", "PAC-06"}
    assert given <= met
    for page in (CALIBRATION, CALIBRATION.with_name("trace.md")):
        text = page.read_text("utf-8")
        assert all(name in text for name in given)


def test_sixty_of_300_draws_was_told_without_what_all_draws_give() -> None:
    found, inside = load(), whole().inside(load().answers)
    text = " ".join(CALIBRATION.read_text("utf-8").split())
    assert f"all {len(found.rows)} draws give {inside.sum()} " in text


def test_variances_are_shares_of_known_outcomes_of_cases_with_figures_or_policies() -> None:
    evidence = shipped()
    assert evidence is not None
    with VARIANCE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["case"] for row in rows} == {*TARGETS, *(group.name for group in bases())}
    assert VARIANCE.stat().st_size < 300_000
    assert {row["outcome"] for row in rows} <= set(OUTCOMES)
    for row in rows:
        parts = [float(row[name]) for name in ("informed", "uninformed", "chance")]
        assert all(part >= 0 for part in parts)
        assert sum(parts) == pytest.approx(1.0, abs=0.002)
    assert evidence.without_data("alize-1997-2007", "jobs_net") is not None
