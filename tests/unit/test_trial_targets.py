"""Published figures on all firms and on heavy advice: by hand on small tables, complete, and given by a pair
of worlds of the case."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from calibration import trial_figures as trial
from calibration.alize_figures import Reading
from calibration.demography import record
from calibration.facts import facts
from calibration.targets import (
    CONTEXT,
    FITTED,
    HELD_OUT,
    NOT_COVERED,
    PREFIX,
    TARGETS,
    compute,
    root,
    table,
)
from calibration.trial_targets import SIGNS
from experiments.report.published import tolerance
from scenarios.load import load_case
from sim.parameters import RULES_DTYPE
from sim.spec import GAINS
from sim.state import ACTIVE, FILE, LOCAL, NEVER, SME, UNBORN
from sim.world import World
from tests.yardstick import beside, sums

CASE = "heavy-advice-trial"
SEED = 1


def world_of(*heads: list[float], born: list[int] | None = None, died: list[int] | None = None):
    """A world that has kept these headcounts; even rows manufacture, odd rows trade; the last row is nobody
    yet."""
    n = len(heads[0]) + 1
    smes = np.zeros(n, SME).view(np.recarray)
    smes.status[:-1], smes.status[-1] = ACTIVE, UNBORN
    smes.died = [*(died or [NEVER] * (n - 1)), 0]
    tables = SimpleNamespace(
        smes=smes, born=np.array([*(born or [-100] * (n - 1)), 0]), sector=np.array([0, 7] * n)[:n],
        size=np.array([*heads[-1], 0.0]),
    )  # fmt: skip
    kept = [np.array([*row, 0.0], np.float32) for row in heads]
    return SimpleNamespace(headcounts=kept, tables=tables, month=12 * (len(heads) - 1))


def economy(*heads: list[float], **dates: list[int]) -> Reading:
    """A reading at the last headcount, of demography alone."""
    control = world_of(*heads, **dates)
    return Reading(control, control.month, control)


def test_the_economy_is_that_of_the_world_without_schemes():
    helped, alone = world_of([5.0], [9.0], [9.0]), world_of([5.0], [6.0], [7.0])
    assert Reading(helped, 24, alone).economy.size.tolist() == [[5.0], [6.0], [7.0]]
    assert Reading(helped, 12, alone).economy.size.tolist() == [[5.0], [6.0]]
    with pytest.raises(ValueError, match="without schemes"):
        _ = Reading(helped, 24).economy


def test_survival_of_entrants_of_all_sectors_and_of_industry():
    # four entrants of month 5, of which rows 0 and 2 manufacture; exits after 30, 37 and 50 months
    born, died = [5, 5, 5, 5], [35, NEVER, 42, 55]
    r = economy(*[[2.0] * 4] * 7, born=born, died=died)
    assert trial.survival_3y(r) == pytest.approx(75)
    assert trial.survival_5y(r) == pytest.approx(25)
    assert trial.industry_survival_3y(r) == pytest.approx(50)
    # three in four after three years, one in three of these after two more
    assert trial.exits_to_three(r) == pytest.approx(100 * (1 - 0.75 ** (1 / 3)))
    assert trial.exits_from_three_to_five(r) == pytest.approx(100 * (1 - (1 / 3) ** 0.5))


def test_sizes_are_those_of_the_month():
    now = [10.9, 500.0, 9.9, 60.0, 12.0, 3.0, 400.0, 30.0]
    r = economy([5.0] * 8, now)
    assert [trial.size_class(r, at) for at in range(4)] == pytest.approx([25, 37.5, 12.5, 25])
    # manufacturing from ten heads on: 10, 12 and 400
    assert trial.mean_heads(r) == pytest.approx(422 / 3)
    assert trial.median_heads(r) == 12
    nobody = economy([5.0, 50.0], [5.0, 50.0])
    assert math.isnan(trial.mean_heads(nobody))
    assert math.isnan(trial.size_tail(nobody))


def test_size_tail_of_an_exact_law():
    # manufacturing firms of n heads in numbers of 400,000 n ** -2: the exponent is 2, whatever the large
    heads = np.arange(10, 250)
    firms = np.repeat(heads, np.rint(4e5 / heads.astype(float) ** 2).astype(int))
    both = np.append(np.ravel(np.column_stack([firms, np.full(len(firms), 20)])), [900.0, 20.0])
    assert trial.size_tail(economy(list(both), list(both))) == pytest.approx(2.0, abs=0.01)


def test_shape_spread_and_memory_of_growth():
    up, down = math.exp(0.1), math.exp(-0.1)
    r = economy([10.0, 60.0, 40.0, 12.0], [10.0 * up, 60.0 * up, 40.0, 12.0 * down], [10.0, 60.0, 40.0, 12.0])
    assert trial.autocorrelation(r, 5.0, 20.0) == pytest.approx(-1)
    # growth of firms of 20 and more: .1, -.1, 0, 0: mean of the size .05, of its square .005; a half
    r = economy([60.0, 60.0, 40.0, 40.0], [60.0 * up, 60.0 * down, 40.0, 40.0])
    b = trial.growth_shape(r)
    assert math.gamma(2 / b) ** 2 / (math.gamma(1 / b) * math.gamma(3 / b)) == pytest.approx(0.5, rel=1e-4)


def test_high_growth_needs_three_years():
    r = economy([10.0, 20.0, 5.0], [10.0] * 3, [10.0] * 3, [20.0, 21.0, 50.0])
    assert trial.high_growth_share(r) == pytest.approx(50)
    assert trial.high_growth(r) == pytest.approx(100)


def test_flows_of_jobs():
    # 300 loses 30, 8 loses 2, 40 loses 8, 4 closes, 10 grows by 6, 5 are new: 362 jobs, then 329
    r = economy([300.0, 8.0, 40.0, 4.0, 10.0, 0.0], [270.0, 6.0, 32.0, 0.0, 16.0, 5.0])
    assert trial.gross_creation(r) == pytest.approx(100 * 11 / 345.5)
    assert trial.closing_share(r) == pytest.approx(100 * 4 / 44)
    assert trial.micro_share_of_losses(r) == pytest.approx(100 * 2 / 40)
    assert trial.net_of_large(r) == pytest.approx(-100 * 30 / 345.5)
    assert trial.net_of_small(r) == pytest.approx(-100 * 3 / 345.5)
    assert math.isnan(trial.net_of_large(economy([8.0], [7.0])))


@pytest.fixture
def reading() -> Reading:
    """Month 120. Firm 0, 20 jobs, is helped in months 24 and 50 and has 24 jobs in month 60, 20 without;
    firm 1, 10 jobs, in month 30, has 10 in month 72 and closed without; firm 2 in month 100; firm 3, 30 jobs,
    in month 84, and its staff does not move; firm 4 was accepted and never helped."""
    alone = np.tile([20.0, 10.0, 40.0, 30.0, 50.0], (11, 1))
    helped = alone.copy()
    helped[5, 0] = 24.0
    alone[6:, 1] = 0.0
    world, control = world_of(*helped.tolist()), world_of(*alone.tolist())
    files = np.zeros(6, FILE).view(np.recarray)
    files.firm = [0, 0, 1, 2, 3, 4]
    files.accepted = [23, 49, 29, 99, 83, 10]
    files.started = [24, 50, 30, 100, 84, NEVER]
    files["size"] = [20.0, 23.0, 10.0, 40.0, 30.0, 50.0]
    world.files = files
    t = world.tables
    t.rules = np.zeros(1, RULES_DTYPE).view(np.recarray)
    t.rules.declare = GAINS
    t.smes.baseline, t.smes.capability = 0.5, 0.5
    t.smes.capability[3], t.smes.advice[3] = 0.6, 0.01
    t.smes.capability[2] = 0.9
    t.economy = SimpleNamespace(turnover_capability=np.array([2.5]))
    t.locals = np.zeros(1, LOCAL).view(np.recarray)
    t.locals.coordination_cost, t.locals.expert_cost = 1_000.0, 27_000.0
    return Reading(world, 120, control)


def test_clients_are_seen_three_years_after_their_first_help(reading):
    size, helped, alone = trial.clients(reading)
    assert size.tolist() == [20.0, 10.0, 30.0]
    assert helped.tolist() == [24.0, 10.0, 30.0]
    assert alone.tolist() == [20.0, 0.0, 30.0]


def test_effects_on_clients(reading):
    # alive in both worlds: firms 0 and 3, of which one has a fifth more staff
    assert trial.staff_effect(reading) == pytest.approx(100 * (1.2**0.5 - 1))
    # turnover a job: that of firm 3, helped three years ago, 2.5 * .1 + .01
    assert trial.turnover_effect(reading) == pytest.approx(100 * (1.2**0.5 * math.exp(0.26) - 1))
    # 4 + 10 + 0 jobs more, on 60 jobs when they applied
    assert trial.jobs_a_client(reading) == pytest.approx(60 * 14 / 60)
    # 28,000 euros for four firms
    assert trial.cost_a_job(reading) == pytest.approx(7_000 / 14)


def test_no_cost_a_job_without_jobs(reading):
    reading.control.headcounts[6][1] = 24.0  # firm 1, without help
    assert trial.jobs_a_client(reading) == pytest.approx(-10)
    assert math.isnan(trial.cost_a_job(reading))


def test_every_target_needs_the_world_without_schemes():
    assert all(target.paired for target in TARGETS[CASE])


def test_held_out_figures_are_marked_for_validation():
    used = {"DEM-30": CONTEXT, "DEM-39": FITTED, "DEM-47": FITTED}
    for target in TARGETS[CASE]:
        marked = target.fact.suggested_use == "validate"
        assert (target.role == HELD_OUT) == (marked and target.fact_id not in used), target.fact_id
        assert target.role == used.get(target.fact_id, target.role)


def test_tolerances_are_those_of_the_facts():
    by_id = {target.fact_id: target for target in TARGETS[CASE]}

    def bounds(fact_id: str) -> tuple[float, float]:
        return by_id[fact_id].low, by_id[fact_id].high

    assert "±0.12" in by_id["DEM-29"].fact.maps_to
    assert bounds("DEM-29") == pytest.approx((1.822 - 0.12, 1.822 + 0.12))
    assert "0.6-0.9" in by_id["DEM-32"].fact.maps_to
    assert "[0.12-0.25]" in by_id["DEM-33"].fact.maps_to
    assert "8.75% [tol ±1 pt]" in by_id["DEM-41"].fact.maps_to
    assert "27% [tol ±6 pts]" in by_id["DEM-47"].fact.maps_to
    assert bounds("DEM-47") == (21, 33)
    # between all new firms and companies
    assert facts()["DEM-02"].value < sum(bounds("DEM-02")) / 2 < facts()["DEM-03"].value
    assert facts()["DEM-01"].value < sum(bounds("DEM-01")) / 2 < facts()["DEM-04"].value
    # 6 jobs are 10 % of 60; the tolerance of the percentage
    assert bounds("EFF-28") == pytest.approx(tuple(60 * x / 100 for x in bounds("EFF-27")))
    assert bounds("EFF-29") == (2500, 7500)
    assert by_id["DEM-46"].published == pytest.approx(100 * 228 / 717, abs=0.05)


def test_no_figure_on_firms_places_or_effects_is_silently_left_out():
    about = {i for i in facts() if i.split("-")[0] in ("DEM", "GEO", "EFF")}
    covered = {root(target.fact_id) for targets in TARGETS.values() for target in targets} & about
    assert covered | set(NOT_COVERED[CASE]) == about
    assert not covered & set(NOT_COVERED[CASE])
    assert set(load_case(CASE).facts) == {root(target.fact_id) for target in TARGETS[CASE]}


@pytest.fixture(scope="module")
def pair() -> tuple[World, World]:
    spec = load_case(CASE).spec
    return World(spec, {}, SEED).run(), World(spec.without_schemes(), {}, SEED).run()


def test_a_pair_of_the_case_gives_every_figure(pair):
    found = compute(CASE, *pair)
    assert np.isfinite(list(found.values())).all()
    made = table(CASE, pd.DataFrame([found]).add_prefix(PREFIX))
    print("\n" + made.round(3).to_string())
    assert len(made) == len(TARGETS[CASE])
    assert np.isnan(list(compute(CASE, pair[0]).values())).all()


def test_headcounts_kept_are_those_that_a_panel_records(pair):
    kept = Reading(pair[0], 120, pair[1]).economy
    recorded = record(World(load_case(CASE).spec.without_schemes(), {}, SEED))
    assert np.allclose(kept.size, recorded.size, rtol=1e-6)
    assert (kept.born == recorded.born).all()
    assert (kept.died == recorded.died).all()


def test_clients_are_many_and_of_the_sizes_that_the_rules_say(pair):
    files = Reading(pair[0], 120).accepted
    assert 150 < len(np.unique(files.firm)) < 500
    assert 10 <= files["size"].min() <= files["size"].max() < 250
    assert (files.paid == 1).all()
    assert (files.person == NEVER).all()
    assert pair[0].tables.locals.alive.all()


def test_the_pair_is_cheap(pair):
    spec = load_case(CASE).spec

    def run() -> None:
        World(spec, {}, SEED).run()
        World(spec.without_schemes(), {}, SEED).run()

    ratio = beside(run, sums)
    assert ratio < 25


def test_survival_was_shown_with_a_figure_that_nobody_published():
    by_id = {target.fact_id: target for target in TARGETS[CASE]}
    for fact_id in ("DEM-01", "DEM-02"):
        assert by_id[fact_id].published == facts()[fact_id].value
    row = {"fact_id": "DEM-01", "low": 59.0, "high": 69.0}
    assert tolerance(row) == "59 to 69 (all new firms, and companies)"


def test_a_tolerance_that_is_a_sign_was_shown_as_a_range():
    by_id = {target.fact_id: target for target in TARGETS[CASE]}
    for fact_id, words in SIGNS.items():
        low, high = by_id[fact_id].low, by_id[fact_id].high
        assert 0 in (low, high)
        assert words == ("above 0" if low == 0 else "below 0")
        assert tolerance({"fact_id": fact_id, "low": low, "high": high}) == words
