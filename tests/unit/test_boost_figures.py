"""Published figures on PME Boost'Innov, on tables small enough to be counted by hand, and in worlds."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from calibration import boost_figures as boost
from calibration.alize_figures import Reading
from calibration.facts import facts
from calibration.targets import NOT_COVERED, PREFIX, TARGETS, compute, root, table
from scenarios.load import load_case
from sim.parameters import RULES_DTYPE
from sim.state import (
    COHORT_ROW,
    COMPLETED,
    FILE,
    FULL,
    L_DAYS,
    LOCAL_SERIES,
    N_ALUMNI,
    N_COHORTS,
    NEVER,
    PERSON,
    SME,
)
from sim.world import World

CASE = "boost-innov-lyon-2018-2025"


def small_world() -> SimpleNamespace:
    """Three cohorts, in months 10, 70 and 83; firm 0 takes part twice; two persons of three were called."""
    files = np.zeros(5, FILE).view(np.recarray)
    files.firm = [0, 1, 0, 2, 3]
    files.started = [10, 10, 70, 83, NEVER]
    cohorts = np.zeros(6, COHORT_ROW).view(np.recarray)
    cohorts.started[:3] = [10, 70, 83]
    persons = np.zeros(3, PERSON).view(np.recarray)
    persons.missions = [1, 2, 0]
    series = np.zeros((84, 1, len(LOCAL_SERIES)))
    series[10:, 0, L_DAYS] = 78.0
    series[72:, 0, L_DAYS] = 156.0
    counts = np.zeros(FULL, np.int64)
    counts[N_COHORTS] = 3
    rules = np.zeros(1, RULES_DTYPE).view(np.recarray)
    rules.days = 6.5
    tables = SimpleNamespace(
        cohorts=cohorts, persons=persons, local_series=series, counts=counts, rules=rules,
        calendar=np.array([2018 * 12 + 6, 6, 0, 0]),
    )  # fmt: skip
    return SimpleNamespace(month=84, tables=tables, files=files)


def test_figures_by_hand():
    r = Reading(small_world(), 84)
    assert boost.directors(r) == 3  # firms 0, 1, 2
    assert boost.managers(r) == 2
    assert boost.cohorts(r) == 3
    assert boost.managers_per_director(r) == pytest.approx(2 / 3)
    assert boost.month_2024(r) == 66
    assert boost.hours_given(r) == pytest.approx(7 * 78)
    assert boost.hours_of_sessions(r) == pytest.approx(7 * 13)
    assert boost.hours_per_cohort(r) == pytest.approx(7 * 52)


def test_figures_of_an_earlier_month():
    r = Reading(small_world(), 80)
    assert (boost.directors(r), boost.cohorts(r)) == (2, 2)


def test_turnover_gained_in_the_first_year():
    # firm 0 ended its first pathway in month 20, firm 2 in month 80, with .1 log points more turnover
    world = small_world()
    world.files.state, world.files.ended = COMPLETED, [20, 50, 83, 80, 60]
    smes = np.zeros(4, SME).view(np.recarray)
    smes.advice = [0.3, 0.2, 0.1, 0.2]
    vars(world.tables).update(
        smes=smes, size=np.array([10.0, 20.0, 30.0, 40.0]), sector=np.zeros(4, int),
        economy=SimpleNamespace(turnover_capability=np.array([2.5])), alumni=np.arange(4),
        open_files=np.zeros(0, int),
    )  # fmt: skip
    world.tables.counts[N_ALUMNI] = 4
    assert boost.turnover_first_year(Reading(world, 84)) == pytest.approx(100 * (math.exp(0.1) - 1))


def test_no_figure_is_silently_left_out():
    about = {i for i in facts() if i.split("-")[0] == "S0"} | {"EFF-14"}
    covered = {root(target.fact_id) for target in TARGETS[CASE]}
    assert covered | set(NOT_COVERED[CASE]) == about
    assert not covered & set(NOT_COVERED[CASE])
    assert set(load_case(CASE).facts) <= about


def test_tolerances_are_those_of_the_facts():
    by_id = {target.fact_id: target for target in TARGETS[CASE]}
    assert (by_id["S0-09"].low, by_id["S0-09"].high) == pytest.approx((117, 143))
    assert (by_id["S0-08"].low, by_id["S0-08"].high) == pytest.approx((297.5, 402.5))


def test_worlds_of_the_case_give_every_figure():
    spec = load_case(CASE).spec
    found = pd.DataFrame([compute(CASE, World(spec, seed=seed).run()) for seed in (1, 2)]).add_prefix(PREFIX)
    assert np.isfinite(found.to_numpy()).all()
    made = table(CASE, found)
    print("\n" + made.round(3).to_string())
    assert len(made) == len(TARGETS[CASE])
    assert not any(math.isnan(v) for v in made.p50)
