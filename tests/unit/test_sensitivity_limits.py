"""Limits of the analysis of designs, at each of them and just below it."""

import math

import numpy as np
import pytest

from experiments.errors import Refused
from experiments.sensitivity import boxes, emulator, notebook
from experiments.sensitivity.convergence import beyond_chance
from experiments.sensitivity.emulator import Emulated
from experiments.sensitivity.factors import OWN, Factor
from experiments.sensitivity.indices import Rows, indices, medians
from experiments.sensitivity.points import further
from sim.draws import BOOTSTRAP, BOXES, generator

STEPPED = Factor("x", OWN, "", "", (0.0, 1.0, 2.0), steps=True)


def found_in(places: np.ndarray, failing: np.ndarray, factor: Factor = STEPPED) -> boxes.Box | None:
    return boxes.box(places[:, None], failing, [factor], 1)


def of_levels(*counts: int) -> np.ndarray:
    """Places of so many rows at each level of ``STEPPED``."""
    return np.repeat((np.arange(3) + 0.5) / 3, counts)


@pytest.mark.parametrize(
    ("rows", "cases", "wanted"),
    [(60, 10, True), (59, 10, False), (60, 9, False), (60, 50, True), (60, 51, False)],
)
def test_rows_and_cases_without_which_no_box_is_sought(rows: int, cases: int, wanted: bool) -> None:
    assert boxes.enough(np.arange(rows) < cases) == wanted


def test_a_box_holds_twenty_rows() -> None:
    for held, wanted in ((20, {"x": (1.0, 1.0)}), (19, None)):
        places = of_levels(60 - held, 0, held)
        box = found_in(places, places > 0.5)
        assert (box and box.bounds) == wanted


def test_a_box_of_a_twentieth_of_the_rows_is_not_peeled() -> None:
    """51 rows are more than 5 % of 1,000, and 5 % of 1,020."""
    for rows, lowest in ((1000, 1.0), (1020, 0.5)):
        places = of_levels(rows - 51, 30, 21)
        box = found_in(places, places > 0.7)
        assert box is not None
        assert box.bounds == {"x": (lowest, 1.0)}


@pytest.mark.parametrize("turned", [False, True])
def test_a_peel_takes_a_twentieth_of_the_rows_away(turned: bool) -> None:
    places = np.arange(101) / 100
    failing = places < 0.955 if turned else places > 0.045  # all but the five at an end
    box = found_in(places, failing, notebook.own("x", 0, 1))
    assert box is not None
    assert box.bounds["x"] == pytest.approx((0.0, 0.95) if turned else (0.05, 1.0))
    assert (box.coverage, box.density) == (1.0, 1.0)


def test_ends_of_a_box_hold_nine_resamples_of_ten() -> None:
    """Of x above 1/2 nearly all rows fail, and few below."""
    places = of_levels(100, 0, 100)
    failing = np.r_[np.arange(100) < 20, np.arange(100) < 80]
    box = found_in(places, failing)
    assert box is not None
    assert box.bounds == {"x": (1.0, 1.0)}
    rng = generator(1, BOXES)
    drawn = [rng.integers(0, 200, 200) for _ in range(boxes.REPEATS)]
    inside = places > 0.5
    coverage = [(inside & failing)[kept].sum() / failing[kept].sum() for kept in drawn]
    density = [failing[kept][inside[kept]].mean() for kept in drawn]
    assert box.coverage_ends == pytest.approx(np.quantile(coverage, [0.05, 0.95]))
    assert box.density_ends == pytest.approx(np.quantile(density, [0.05, 0.95]))


def test_a_distribution_is_estimated_from_twenty_values() -> None:
    plan = notebook.design({"a": (0, 1)}, method="delta", n=64)
    assert indices(Rows(plan.design, plan.places, np.arange(64.0) % 20), 1, 2)
    with pytest.raises(Refused, match="fewer than 20 different values"):
        indices(Rows(plan.design, plan.places, np.arange(64.0) % 19), 1, 2)


def test_an_emulator_is_refused_that_foretells_less_than_half(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = notebook.design({"a": (0, 1)}, method="latin", n=800)
    rows = Rows(plan.design, plan.places, plan.places[:, 0])
    monkeypatch.setattr(emulator, "_kernel", lambda *given: None)
    monkeypatch.setattr(emulator, "_indices", lambda *given: [])
    # so many rows are foretold no better than by the mean of all, the others to the last digit
    monkeypatch.setattr(emulator, "_left_out", lambda *given: (np.arange(800) < 400) * 1.0)
    assert emulator.emulate(rows, 1).q2 == 0.5
    in_tens = Rows(plan.design, plan.places, 10.0 * np.arange(800.0))  # deviation 10 sqrt((800^2 - 1) / 12)
    assert emulator.emulate(in_tens, 1).error == pytest.approx(10.0 * np.sqrt(639_999 / 12 * 0.5))
    monkeypatch.setattr(emulator, "_left_out", lambda *given: (np.arange(800) < 401) * 1.0)
    with pytest.raises(Refused, match="no ground for indices"):
        emulator.emulate(rows, 1)


def test_an_emulator_is_poor_that_foretells_less_than_four_fifths() -> None:
    assert Emulated([], 0.799, 1.0, 100).poor
    assert not Emulated([], 0.8, 1.0, 100).poor


def test_pawn_by_the_same_resamples_and_idle_columns() -> None:
    """Intervals are moved back by what rows drawn twice add; chance is what further columns seldom exceed."""
    plan = notebook.design({"a": (0, 1), "b": (0, 1)}, method="pawn", n=64)
    rows = Rows(plan.design, plan.places, plan.places[:, 0] ** 2)
    found = indices(rows, 1, 30)
    rng = generator(1, BOOTSTRAP)
    kept = [rng.integers(0, 64, 64) for _ in range(30)]
    drawn = np.array([medians(rows.places[k], rows.y[k]) for k in kept])
    point = medians(rows.places, rows.y)
    added = drawn.mean(axis=0) - point
    assert added[1] > 0.02  # else nothing would be moved
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0) - added
    for index, ends in zip(found, zip(point, low, high), strict=True):
        assert (index.value, index.low, index.high) == pytest.approx(ends)
    idle = [further(2, 64, int(rng.integers(1, 2**31))) for _ in range(20)]
    assert {i.by_chance for i in found} == {np.quantile([medians(x, rows.y).max() for x in idle], 0.95)}
    assert {x.shape for x in idle} == {(64, 2)}


@pytest.mark.parametrize("method", ["pawn", "latin"])
def test_factors_that_do_nothing_were_beyond_chance_in_most_designs(method: str) -> None:
    """Of 20 factors 18 do nothing; one of them at least was beyond chance in two designs of three."""
    factors = {f"x{j}": (-math.pi, math.pi) for j in range(1, 21)}
    alarms = 0
    for seed in range(1, 11):
        plan = notebook.design(factors, method=method, n=64 if method == "pawn" else 100, seed=seed)
        x = plan.frame
        y = np.sin(x["x1"]) * (1 + 0.1 * x["x3"] ** 4) + 7 * np.sin(x["x2"]) ** 2
        main = "median" if method == "pawn" else "prcc"
        found = indices(Rows(plan.design, plan.places, y.to_numpy()), seed, 40)
        alarms += any(
            beyond_chance(i) for i in found if i.index == main and i.factor not in ("x1", "x2", "x3")
        )
    assert alarms <= 2


def test_factors_that_luck_alone_moves_led_in_half_of_the_designs_of_morris() -> None:
    """Beside one that moves the outcome there are four that do nothing."""
    alarms = 0
    for seed in range(1, 21):
        plan = notebook.design({name: (0, 1) for name in "abcde"}, method="morris", n=20, seed=seed)
        y = plan.places[:, 0] + np.random.default_rng(seed).normal(0.0, 0.25, len(plan.places))
        of = {i.factor: i for i in indices(Rows(plan.design, plan.places, y, 0.25**2), seed, 2)
              if i.index == "mu_star"}  # fmt: skip
        assert beyond_chance(of["a"])
        alarms += any(beyond_chance(of[name]) for name in "bcde")
    assert alarms <= 3


@pytest.mark.parametrize("method", ["morris", "sobol", "fast", "rbd-fast", "pawn", "delta", "ff", "latin"])
def test_answers_that_are_no_finite_numbers_were_taken(method: str) -> None:
    plan = notebook.design({"a": (0, 1), "b": (0, 1)}, method=method, n=128 if method != "ff" else 0)
    for wrong in (math.nan, math.inf):
        y = plan.frame.a.to_numpy().copy()
        y[[1, 3]] = wrong
        with pytest.raises(Refused, match=r"no finite answer in 2 rows of the design \(the first is row 1\)"):
            plan.analysis(y)
        with pytest.raises(Refused, match="no finite answer in 2 rows"):
            plan.analysis(np.column_stack([plan.frame.a, y]))


def test_noise_of_rounding_had_a_leader() -> None:
    plan = notebook.design({"a": (0, 1), "b": (0, 1)}, method="ff")
    y = np.full(len(plan.places), 0.3)
    y[0] = 0.1 + 0.2
    assert np.ptp(y) > 0
    with pytest.raises(Refused, match="the same in all rows"):
        indices(Rows(plan.design, plan.places, y), 1, 2)
