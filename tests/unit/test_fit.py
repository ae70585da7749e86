"""The fit on problems whose answer is known."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration import frozen, posterior, rivals
from calibration.emulator import emulate
from calibration.fit import FEWEST_RUNS, POWERS, Wave, next_wave, sizes
from calibration.problem import NEAR, Figure, Problem, figures_of, whole
from calibration.sampler import slice_sample
from calibration.scores import log_scores
from calibration.target import FITTED, Target
from calibration.targets import TARGETS
from sim.parameters.quantities import Uncertainty


def parameter(name: str, prior: str = "uniform") -> Uncertainty:
    return Uncertainty(name, "", 0.5, 0.0, 1.0, prior, "assumed", "A number.", "")


def figure(name: str, low: float, high: float, weight: float = 1.0) -> Figure:
    target = Target(name, "", FITTED, (low + high) / 2, low, high, "", 1, False, False, name, lambda r: 0.0)
    return Figure("case", target, weight)


def linear_problem() -> Problem:
    """Two figures, sum and difference of two scores, each within 1 of 0.5; three parameters more, one of them
    fixed, move nothing."""
    declared = (*(parameter(n) for n in "abcd"), parameter("e", "fixed"))
    return Problem(declared, {}, (figure("sum", -0.5, 1.5), figure("difference", -0.5, 1.5)))


def linear_answers(x: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    exact = np.column_stack([x[:, 0] + x[:, 1], x[:, 0] - x[:, 1]])
    return exact + 0.1 * chance.standard_normal(exact.shape)


def test_polynomials_find_the_terms_that_are_there_and_no_others() -> None:
    chance = np.random.default_rng(1)
    x = chance.standard_normal((800, 20))
    a, b, c = x[:, 0], x[:, 1], x[:, 2]
    y = 1 + 2 * a + b - b**2 + 0.5 * c + 0.5 * a * c + 0.1 * chance.standard_normal(800)
    [found] = emulate(x, y[:, None], np.ones((20, 1), bool)).polynomials
    terms = dict(zip([(), *((j,) for j in found.linear), *found.pairs], found.coefficients))
    for term, value in {(): 1.0, (0,): 2.0, (1,): 1.0, (1, 1): -1.0, (2,): 0.5, (0, 2): 0.5}.items():
        assert terms.pop(term) == pytest.approx(value, abs=0.03)
    assert all(abs(value) < 0.03 for value in terms.values())
    assert found.noise == pytest.approx(0.1, rel=0.1)


def test_a_parameter_that_cannot_reach_a_figure_does_not_move_it() -> None:
    chance = np.random.default_rng(1)
    x = chance.standard_normal((200, 2))
    reach = np.array([[False], [True]])
    [found] = emulate(x, x[:, :1], reach).polynomials
    assert 0 not in found.linear


def test_figures_of_one_world_share_their_luck() -> None:
    chance = np.random.default_rng(1)
    x, luck = chance.standard_normal((500, 3)), chance.standard_normal(500)
    y = np.column_stack([x[:, 0] + luck, x[:, 1] + luck, x[:, 2] + chance.standard_normal(500)])
    covariance = emulate(x, y, np.ones((3, 3), bool)).covariance
    assert covariance[0, 1] == pytest.approx(1.0, abs=0.15)
    assert covariance[0, 2] == 0.0


def test_slices_draw_from_a_posterior_that_is_known() -> None:
    # prior N(0, 1), one observation 2 with standard deviation 0.5: mean 2 / 1.25, variance 0.25 / 1.25
    chance = np.random.default_rng(1)
    start = chance.standard_normal((4000, 2))
    found = slice_sample(start, lambda x: -0.5 * ((x[:, 0] - 2) / 0.5) ** 2, 30, chance)
    assert found.mean(axis=0) == pytest.approx([1.6, 0.0], abs=0.06)
    assert found.var(axis=0) == pytest.approx([0.2, 1.0], rel=0.12)


def test_waves_share_out_the_runs() -> None:
    assert sum(sizes(6000)) == 6000
    assert len(sizes(FEWEST_RUNS)) == len(POWERS)
    with pytest.raises(ValueError, match="too few"):
        sizes(FEWEST_RUNS - 1)


def test_a_linear_problem_has_the_posterior_that_algebra_gives() -> None:
    problem, chance = linear_problem(), np.random.default_rng(3)
    waves: list[Wave] = []
    for size in sizes(2000):
        x = next_wave(problem, waves, size, 5)
        waves.append(Wave(x, linear_answers(x, chance)))
    found = waves[-1].x
    # a tolerance of +-1 has a standard deviation of 1/2; chance in a world adds 0.1: variance 0.26. Sum
    # and difference, of prior variance 2, have mean 0.5 * 2 / 2.26 and variance 2 * 0.26 / 2.26 left; a is
    # half of both together
    mean, variance = 0.5 * 2 / 2.26, 2 * 0.26 / 2.26
    assert found[:, 0].mean() == pytest.approx(mean, abs=0.06)
    assert found[:, 1].mean() == pytest.approx(0.0, abs=0.06)
    assert found[:, 0].var() == pytest.approx(variance / 2, rel=0.25)
    assert found[:, 2:].var(axis=0) == pytest.approx([1.0, 1.0], rel=0.25)


def test_the_next_wave_depends_on_the_waves_and_the_seed_only() -> None:
    problem = linear_problem()
    x = next_wave(problem, [], 300, 5)
    waves = [Wave(x, linear_answers(x, np.random.default_rng(3)))]
    one, same, other = (next_wave(problem, waves, 100, seed) for seed in (5, 5, 6))
    assert (one == same).all()
    assert (one != other).all()


def test_scores_and_values_are_one_thing_and_what_is_fixed_stays() -> None:
    problem = linear_problem()
    x = np.random.default_rng(1).standard_normal((50, 4))
    rows = problem.values(x)
    assert ((rows > 0) & (rows < 1)).all()
    assert (rows[:, 4] == 0.5).all()
    assert problem.scores(rows) == pytest.approx(x, abs=1e-6)
    assert problem.names == ("a", "b", "c", "d")


def test_distances_are_two_and_a_half_at_the_bounds_of_a_tolerance_before_they_are_drawn_in() -> None:
    found = linear_problem().distances(np.array([[0.5, 1.5], [np.nan, -0.5]]))
    edge = NEAR * np.arcsinh(2.5 / NEAR)
    assert found[0] == pytest.approx([0.0, edge])
    assert np.isnan(found[1, 0])
    assert found[1, 1] == pytest.approx(-edge)


def test_a_figure_is_inside_up_to_the_bounds_of_its_tolerance() -> None:
    problem = linear_problem()  # both tolerances reach from -0.5 to 1.5
    for worlds, inside in (
        ([[1.49, -0.49], [9.0, 9.0], [-9.0, -9.0]], [True, True]),
        ([[1.53, -0.53], [9.0, 9.0], [-9.0, -9.0]], [False, False]),
    ):
        assert problem.inside(np.array(worlds)).tolist() == inside


def test_a_world_without_an_answer_does_not_count_and_others_count_equally() -> None:
    low, high = np.array([-1.0]), np.array([1.0])
    found = log_scores(np.array([[0.0], [9.0], [9.0], [np.nan]]), low, high)
    assert found == pytest.approx([np.log(1 / 3)])
    shifted = log_scores(np.array([[3.0]]), low + 3.0, high + 3.0)
    assert shifted == pytest.approx([0.0])  # at the middle of the tolerance


def test_what_is_fixed_is_at_the_value_given() -> None:
    problem = replace(linear_problem(), fixed={"b": 0.9})
    assert problem.names == ("a", "c", "d")
    assert problem.values(np.zeros((1, 3)))[0].tolist() == [0.5, 0.9, 0.5, 0.5, 0.5]


def test_the_score_of_worlds_falls_with_distance_and_with_scatter() -> None:
    low, high = np.array([-1.0]), np.array([1.0])
    near, far = log_scores(np.zeros((2, 1)), low, high), log_scores(np.ones((2, 1)), low, high)
    assert near == pytest.approx([0.0])
    assert far == pytest.approx([-(2.5**2) / 2])  # the bounds are two and a half standard deviations away
    assert log_scores(np.array([[-1.0], [1.0], [0.0]]), low, high)[0] < near[0]


def test_every_fitted_figure_that_has_a_weight_is_fitted_once() -> None:
    names = [figure.name for case in TARGETS for figure in figures_of(case)]
    assert len(names) == len(set(names)) == len(whole().figures)
    assert all(0 < figure.weight <= 1 for figure in whole().figures)


def test_figures_of_the_same_quantity_share_one_weight() -> None:
    weight = {figure.name: figure.weight for figure in figures_of("alize-1997-2007")}
    assert weight["S1-02"] == weight["ALZ-08"] == 0.15  # press accounts, 0.3, of the partners of one month
    assert weight["ALZ-03"] == 0.3


def test_parameters_of_a_scheme_reach_its_own_cases_only() -> None:
    problem = whole()
    place = {name: j for j, name in enumerate(problem.names)}
    cases = np.array([figure.case for figure in problem.figures])
    assert set(cases[problem.reach[place["pole.joining"]]]) == {"poles-2005-2014"}
    assert set(cases[problem.reach[place["idea_rate"]]]) == {"poles-2005-2014"}
    assert problem.reach[place["project_rate"]].all()


def test_what_is_frozen_is_what_stands_in_the_sources() -> None:
    assert frozen.changed(frozen.frozen()) == []


@pytest.mark.parametrize("part", sorted(frozen.PARTS))
def test_a_change_of_what_was_frozen_is_named(part: str) -> None:
    said = frozen.frozen() | {part: "another", "files": "others"}
    assert frozen.changed(said) == [frozen.PARTS[part]]


def test_words_may_change_without_freezing_anew() -> None:
    assert frozen.changed(frozen.frozen() | {"files": "others"}) == []


def test_a_sample_is_read_as_it_was_written(tmp_path: Path) -> None:
    problem, chance = linear_problem(), np.random.default_rng(1)
    x = chance.standard_normal((6, 4))
    answers = np.where(np.arange(6)[:, None] == 2, np.nan, linear_answers(x, chance))
    posterior.save(posterior.Posterior.of(problem, Wave(x, answers), {"seed": 1}), tmp_path / "p")
    found = posterior.load(tmp_path / "p")
    assert found.names == ("a", "b", "c", "d", "e")
    assert (found.rows == problem.values(np.delete(x, 2, axis=0))).all()  # the world that failed is left out
    assert found.answers.shape == (5, 2)
    assert json.loads((tmp_path / "p" / "manifest.json").read_text())["draws"] == 5


def sample(value: float, draws: int) -> posterior.Posterior:
    return posterior.Posterior(
        ("x",), np.full((draws, 1), value), ("f",), np.arange(draws)[:, None].astype(float), {}
    )


def test_rules_share_the_sample_by_their_scores() -> None:
    assert rivals.shares([0.0, 0.0]) == pytest.approx([0.5, 0.5])
    assert rivals.shares([-3.0, -3.0 + np.log(3)]) == pytest.approx([0.25, 0.75])


def test_any_first_draws_of_a_mixed_sample_hold_the_rules_in_their_shares() -> None:
    found = rivals.mixed([sample(0.0, 90), sample(1.0, 90)], np.array([0.25, 0.75]), {"seed": 3})
    assert len(found.rows) == 120  # 90 draws are three quarters of it
    for first in (20, 60, 120):
        assert found.rows[:first].mean() == pytest.approx(0.75, abs=0.03)
    assert sorted(found.answers[found.rows[:, 0] == 1].tolist()) == [[k] for k in range(90)]
    assert found.manifest == {"seed": 3, "draws": 120}


def test_a_rule_that_foretells_nothing_has_no_draw() -> None:
    found = rivals.mixed([sample(0.0, 5), sample(1.0, 5)], np.array([1.0, 0.0]), {})
    assert found.rows.tolist() == [[0.0]] * 5
