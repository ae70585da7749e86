"""Published figures on Plan PME: by hand on a small table, complete, and given by a world of the case."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from calibration import plan_figures as plan
from calibration.alize_figures import Reading
from calibration.facts import facts
from calibration.targets import NOT_COVERED, TARGETS, compute, root
from scenarios.load import load_case
from sim.parameters import RULES_DTYPE
from sim.state import (
    COMPLETED,
    FILE,
    FULL,
    INNOVATION,
    L_PUBLIC,
    LOCAL_SERIES,
    N_ALUMNI,
    NEVER,
    SME,
    STARTED,
    TECHNICAL,
)
from sim.world import World

CASE = "plan-pme-2011-2015"


def small_world() -> SimpleNamespace:
    """Three firms, four actions: firm 0 (metal, 8 jobs) in months 10 and 30, firm 1 (trade, 20 jobs) in month
    25, firm 2 (food, 4 jobs) in month 28, firm 3 waits. Month 36; advice adds .1 and .2 to firms 1 and 0."""
    files = np.zeros(5, FILE).view(np.recarray)
    files.firm = [0, 0, 1, 2, 3]
    files.accepted = files.started = [10, 30, 25, 28, NEVER]
    files.ended = [16, NEVER, 30, 33, NEVER]
    files.state = [COMPLETED, STARTED, COMPLETED, COMPLETED, 0]
    files.theme = [0, INNOVATION, TECHNICAL, 4, 4]
    files["size"] = [8.0, 9.0, 20.0, 4.0, 2.0]
    rules = np.zeros(1, RULES_DTYPE).view(np.recarray)
    rules.action_euros, rules.firm_share = 12_000.0, 0.25
    series = np.zeros((36, 1, len(LOCAL_SERIES)))
    series[:, 0, L_PUBLIC] = 2.0e6 * np.arange(1, 37)
    smes = np.zeros(4, SME).view(np.recarray)
    smes.advice = [0.2, 0.1, 0.1, 0.0]
    tables = SimpleNamespace(
        rules=rules, local_series=series, smes=smes, sector=np.array([1, 7, 0, 7]),
        size=np.array([10.0, 20.0, 0.0, 2.0]),
        economy=SimpleNamespace(turnover_capability=np.array([2.5])), counts=np.zeros(FULL, int),
        alumni=np.arange(4), open_files=np.zeros(0, int),
    )  # fmt: skip
    tables.counts[N_ALUMNI] = 4
    return SimpleNamespace(month=36, tables=tables, files=files)


@pytest.fixture
def reading() -> Reading:
    return Reading(small_world(), 36)


def test_actions_and_participants(reading):
    assert plan.actions(reading) == 4
    assert plan.actions(Reading(small_world(), 28)) == 2
    assert plan.actions_in_a_year(reading) == 3
    assert plan.under_ten(reading) == 75
    assert plan.in_industry(reading) == 75
    assert plan.for_innovation(reading) == 50


def test_money(reading):
    assert plan.public_millions(reading) == pytest.approx(24.0)
    assert plan.public_millions(Reading(small_world(), 12)) == pytest.approx(24.0)
    assert plan.firm_millions(reading) == pytest.approx(3 * 3000 / 1e6)
    assert plan.total_millions(reading) == pytest.approx(24.009)
    assert plan.share_of_firms(reading) == pytest.approx(100 * 0.009 / 24.009)
    assert plan.cost_of_an_action(reading) == pytest.approx(24.009e6 / 3)
    assert plan.cost_of_a_participation(reading) == 12_000


def test_turnover_gained(reading):
    # first year: firms 1 and 2, of which 2 has closed; second year: firm 0
    first, second = math.exp(0.1) - 1, math.exp(0.2) - 1
    assert plan.turnover_first_year(reading) == pytest.approx(100 * first)
    assert plan.turnover_lift(reading, 2) == pytest.approx(100 * second)
    assert math.isnan(plan.half_life(reading))  # it does not fall
    reading.tables.smes.advice[0] = 0.05
    assert plan.half_life(reading) == pytest.approx(
        math.log(2) / math.log(first / (math.exp(0.05) - 1)), rel=1e-9
    )


def test_jobs_a_year_after_the_first_action():
    # firms 1 and 2, helped in the last year, and 0 in that before: 30 jobs, 38 without the plan
    control = small_world()
    control.tables.size[:3] = [8.0, 20.0, 10.0]
    assert plan.jobs_after_a_year(Reading(small_world(), 36, control)) == pytest.approx(100 * (30 / 38 - 1))


def test_no_figure_is_silently_left_out():
    about = {i for i in facts() if i.split("-")[0] in ("S2", "PPM")} | {"EFF-20", "EFF-21", "EFF-22"}
    covered = {root(target.fact_id) for target in TARGETS[CASE]}
    assert covered | set(NOT_COVERED[CASE]) == about
    assert not covered & set(NOT_COVERED[CASE])
    assert set(load_case(CASE).facts) <= about


def test_a_world_of_the_case_gives_every_figure():
    spec = load_case(CASE).spec
    found = compute(CASE, World(spec, seed=1).run(), World(spec.without_schemes(), seed=1).run())
    print(found)
    assert np.isfinite(list(found.values())).all()
