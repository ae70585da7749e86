"""Grades of outcomes, and shares of their variance, on examples worked by hand."""

import numpy as np
import pytest

from calibration.evidence import (
    BEARS,
    FIT,
    FIT_MISSED,
    HIT,
    LEGEND,
    MAKERS,
    MISS,
    NOT_CALIBRATED,
    NOT_COUNTED,
    PRIOR_ONLY,
    WORST_FIRST,
    Evidence,
    shipped,
)  # fmt: skip
from calibration.target import CONTEXT
from calibration.targets import TARGETS
from calibration.variance import shares
from experiments.evidence import Grade, grade
from sim.outcomes import OUTCOMES
from sim.parameters import SCHEME_BEHAVIOUR

# figures that say what a scheme changed, against no scheme
CAUSAL = {"EFF-14", "EFF-20", "EFF-21", "EFF-22", "POL-25", "POL-29", "POL-32"}
ROLES = {t.fact_id: t.role for targets in TARGETS.values() for t in targets}


def found(**met: bool) -> Evidence:
    names = {name.replace("_", "-"): value for name, value in met.items()}
    return Evidence({name: (ROLES[name], value) for name, value in names.items()}, {("case", "jobs"): 0.25})


def test_every_figure_that_bears_on_an_outcome_is_judged_and_every_outcome_exists() -> None:
    for scheme, outcomes in BEARS.items():
        assert scheme in SCHEME_BEHAVIOUR or scheme == ""
        for outcome, ids in outcomes.items():
            assert outcome in OUTCOMES
            assert all(ROLES[i] != CONTEXT for i in ids.split())
    assert set(LEGEND) == {*WORST_FIRST, NOT_CALIBRATED}


def test_every_judged_figure_bears_on_an_outcome_or_says_why_not() -> None:
    bearing = {i for outcomes in BEARS.values() for ids in outcomes.values() for i in ids.split()}
    left_out = [i for ids in NOT_COUNTED.values() for i in ids.split()]
    assert len(set(left_out)) == len(left_out)
    assert not bearing & set(left_out)
    assert bearing | set(left_out) == {name for name, role in ROLES.items() if role != CONTEXT}


def test_what_a_scheme_changed_is_told_by_causal_figures_alone() -> None:
    for outcomes in BEARS.values():
        for outcome, ids in outcomes.items():
            assert OUTCOMES[outcome].of == "world" or set(ids.split()) <= CAUSAL


def test_schemes_on_which_something_bears_make_the_outcome() -> None:
    assert set(MAKERS) <= set(OUTCOMES)
    for scheme, outcomes in BEARS.items():
        assert all(scheme in MAKERS.get(outcome, (scheme,)) for outcome in outcomes)


def test_a_figure_kept_aside_outranks_one_that_was_fitted() -> None:
    assert found(S3_04=True).grade(["pole"], "sme_led_share") == FIT
    assert found(S3_04=False).grade(["pole"], "sme_led_share") == FIT_MISSED
    assert found(S3_04=True, POL_13=True).grade(["pole"], "sme_led_share") == HIT
    assert found(S3_04=True, POL_13=False).grade(["pole"], "sme_led_share") == MISS


def test_one_fitted_figure_that_is_missed_is_said() -> None:
    assert found(S1_02=True, ALZ_03=False).grade(["alize"], "partners_active") == FIT_MISSED


def test_several_schemes_are_as_well_founded_as_the_weakest() -> None:
    both = found(ALZ_06=True, PPM_01=False)
    assert both.grade(["alize", "plan_pme"], "files_accepted") == FIT_MISSED


def test_a_scheme_of_which_nothing_was_published_weakens_what_it_makes() -> None:
    evidence = Evidence({name: (role, True) for name, role in ROLES.items()}, {})
    assert evidence.grade(["alize", "pole"], "jobs_net") == PRIOR_ONLY
    assert evidence.grade(["alize", "boost_innov"], "files_accepted") == PRIOR_ONLY
    assert evidence.grade(["alize", "boost_innov"], "cohorts") == FIT  # Alizé has none
    assert evidence.grade(["alize", "plan_pme"], "deaths") == evidence.grade([], "deaths") == FIT


def test_a_scheme_of_ones_own_raised_the_grade_of_what_it_makes() -> None:
    evidence = found(ALZ_06=True, ALZ_49=True)
    assert evidence.grade(["alize"], "files_accepted") == HIT
    assert evidence.grade(["alize", "cheque"], "files_accepted") == PRIOR_ONLY
    assert found(DEM_02=True).grade(["alize", "cheque"], "deaths") == FIT  # that of the economy


def test_net_jobs_of_all_schemes_rest_on_priors_alone() -> None:
    evidence = Evidence({name: (role, True) for name, role in ROLES.items()}, {})
    for scheme in SCHEME_BEHAVIOUR:
        assert evidence.grade([scheme], "jobs_net") == PRIOR_ONLY


def test_a_test_that_nearly_all_worlds_pass_graded_net_jobs_of_poles() -> None:
    known = shipped()
    assert known is not None
    assert known.met["POL-31"][1]
    assert known.grade(["pole"], "jobs_net") == PRIOR_ONLY


def test_what_a_scheme_changed_graded_differences_between_two_ways_of_running_it() -> None:
    for scheme, outcome in (
        ("pole", "rd_gain"),
        ("pole", "rd_per_euro"),
        ("plan_pme", "turnover_gain_year1"),
    ):
        assert grade("posterior", "", (scheme,), outcome).grade != PRIOR_ONLY
        gap = grade("posterior", "", (scheme,), outcome, difference=True)
        assert gap == Grade(PRIOR_ONLY, None)
    assert grade("default", "", ("pole",), "rd_gain", difference=True).grade == NOT_CALIBRATED


def test_jobs_were_graded_fitted_where_most_draws_lose_those_that_were_published_as_gained() -> None:
    known = shipped()
    assert known is not None
    assert known.grade([], "jobs") == MISS  # net jobs of small firms a year: above 0 published, median below
    assert known.met["DEM-44"][1] is False
    assert known.met["DEM-45"][1] is True


def test_shares_of_variance_of_a_sum_are_those_of_its_terms() -> None:
    chance = np.random.default_rng(1)
    x, noise = chance.standard_normal((3000, 6)), chance.standard_normal(3000)
    informed = np.array([True, False, True, False, False, True])
    seen = shares(x, 3 * x[:, 0] + 4 * x[:, 1] + noise, informed)
    assert seen is not None
    assert seen.informed == pytest.approx(9 / 26, abs=0.03)
    assert seen.uninformed == pytest.approx(16 / 26, abs=0.03)
    assert seen.chance == pytest.approx(1 / 26, abs=0.03)
    assert seen.informed + seen.uninformed + seen.chance == pytest.approx(1.0)


def test_what_groups_do_together_counts_as_chance() -> None:
    chance = np.random.default_rng(1)
    x = chance.standard_normal((3000, 2))
    seen = shares(x, x[:, 0] + x[:, 1] + 3 * x[:, 0] * x[:, 1], np.array([True, False]))
    assert seen is not None
    assert seen.chance > 0.5


def test_shares_do_not_depend_on_where_the_sample_lies() -> None:
    x = np.random.default_rng(1).standard_normal((3000, 2))
    x[:, 1] += 3
    seen = shares(x, 3 * x[:, 0] + x[:, 0] * (x[:, 1] - 3), np.array([True, False]))
    assert seen is not None  # variances: 9 of the first parameter alone, 1 of both together
    assert seen.informed == pytest.approx(0.9, abs=0.04)
    assert seen.uninformed == pytest.approx(0.0, abs=0.02)


def test_luck_alone_is_hardly_taken_for_parameters() -> None:
    chance = np.random.default_rng(1)
    for _ in range(5):
        x, y = chance.standard_normal((300, 80)), chance.standard_normal(300)
        seen = shares(x, y, np.arange(80) % 2 == 0)
        assert seen is not None
        assert seen.chance > 0.85


def test_what_two_groups_have_in_common_is_split_evenly() -> None:
    chance = np.random.default_rng(1)
    common, own = chance.standard_normal((3000, 1)), chance.standard_normal((3000, 2))
    x = (common + own) / np.sqrt(2)  # correlation .5: variances 1 + 1, and 1 in common
    seen = shares(x, x[:, 0] + x[:, 1], np.array([True, False]))
    assert seen is not None
    assert (seen.informed, seen.uninformed) == (pytest.approx(0.5, abs=0.03), pytest.approx(0.5, abs=0.03))


def test_nothing_is_said_of_few_draws_or_of_what_does_not_vary() -> None:
    x = np.random.default_rng(1).standard_normal((50, 2))
    assert shares(x, x[:, 0], np.array([True, False])) is None
    x = np.random.default_rng(1).standard_normal((200, 2))
    assert shares(x, np.ones(200), np.array([True, False])) is None
    assert shares(x, np.where(x[:, 0] > 0, np.inf, x[:, 0]), np.array([True, False])) is not None
