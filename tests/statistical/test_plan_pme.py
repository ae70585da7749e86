"""Plan PME with default values: what the published history and trials of light advice ask of it, and signs.

Eight seeds of the published case. A mean fails only when it lies outside its bounds by more than four
standard errors; a sign only when the paired mean is not more than four standard errors beyond nil. A model
that is truly inside, or truly of that sign by twice as much, raises a false alarm less than once in 30,000
runs.
"""

import dataclasses
from functools import cache

import numpy as np
import pytest

from scenarios.load import load_policies
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.world import World

pytestmark = pytest.mark.statistical
SEEDS = range(8)
STUDY = load_policies("plan-pme-diagnosis")


@cache
def without(seed: int) -> World:
    return World(STUDY.spec(STUDY.bases[0], "none"), {}, seed).run()


@cache
def arm(policy: str) -> dict[str, np.ndarray]:
    """Every outcome of an arm of the question, by seed."""
    spec = STUDY.spec(STUDY.bases[0], policy)
    pairs = [Pair(World(spec, {}, seed).run(), without(seed)) for seed in SEEDS]
    rows = [levels(pair.treated) | differences(pair) for pair in pairs]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def error(values: np.ndarray) -> float:
    """Four standard errors of a mean."""
    return float(4 * values.std(ddof=1) / np.sqrt(len(values)))


def more(policy: str, than: str, outcome: str) -> bool:
    """Whether an outcome is higher under one policy than under the other."""
    gap = arm(policy)[outcome] - arm(than)[outcome]
    return bool(gap.mean() > error(gap))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("files_accepted", 4950, 6050),  # five years; 5,000 in four and a half, within a tenth
        ("turnover_gain_year1", 3, 13),  # light advice, tried on English firms
        ("jobs_gain_year1", -1, 1),  # no effect on jobs was found there
        ("jobs_gain_year2", -1, 1),
        ("jobs_gain_year3", -1, 1),
    ],
)
def test_the_published_case_with_default_values(name, low, high):
    values = arm("published")[name]
    assert low - error(values) <= values.mean() <= high + error(values), f"{name}: {values.mean():.3f}"


def test_light_advice_raises_turnover_for_a_year():
    first, second = (arm("published")[f"turnover_gain_year{year}"] for year in (1, 2))
    assert first.mean() > error(first)
    assert second.mean() + error(second) < first.mean() / 2


def test_a_diagnostic_lowers_mismatch_and_raises_turnover_and_no_jobs():
    assert more("published", "no-diagnosis", "right_need_share")
    assert more("everybody-diagnosed", "published", "right_need_share")
    assert more("everybody-diagnosed", "published", "turnover_gain_year1")
    gap = arm("everybody-diagnosed")["jobs_net"] - arm("published")["jobs_net"]
    per_firm = gap / arm("published")["firms_accepted"]
    assert abs(per_firm.mean()) < 0.01 + error(per_firm)


def test_a_careless_diagnostic_is_worth_less():
    assert more("published", "careless", "right_need_share")
    assert more("published", "careless", "turnover_gain_year1")


def test_a_diagnostic_that_nobody_shares_is_worth_less_and_shapes_no_offer():
    assert more("published", "unshared", "right_need_share")
    assert more("unshared", "no-diagnosis", "right_need_share")
    assert more("unshared", "published", "offer_gap")


def test_an_offer_that_follows_recorded_needs_serves_more_firms():
    assert more("fixed-offer", "published", "offer_gap")
    assert more("published", "fixed-offer", "files_accepted")
    assert more("fixed-offer", "published", "files_unserved")


def test_one_pathway_against_the_scattered_offer():
    assert more("published", "scattered", "right_need_share")
    assert more("published", "scattered", "turnover_gain_year1")
    assert more("published", "scattered", "pathway_actions")
    assert more("published", "searched-for", "files_accepted")


def test_what_firms_pay_draws_on_demand_and_spares_public_money():
    assert more("firms-pay-nothing", "firms-pay-half", "files_unserved")
    assert more("published", "firms-pay-half", "public_cost")
    # where firms pay nothing, the same money pays fewer actions
    assert more("published", "firms-pay-nothing", "files_accepted")


def test_growth_is_less_sound_where_advice_does_more():
    growing = arm("published")["growing_gain"]
    assert growing.mean() > error(growing)
    sound = arm("published")["sound_growth"]
    assert (sound < 1).all()
    assert more("scattered", "published", "sound_growth")


def test_seats_are_the_limit_and_not_demand():
    assert arm("published")["files_unserved"].min() > 100
    shorter = dataclasses.replace(STUDY.bases[0].spec, horizon_months=24)
    run = World(shorter, {}, 1).run()
    started = np.bincount(run.files.started[run.files.started >= 0] // 12)
    assert started[1] > 0.9 * 1150
