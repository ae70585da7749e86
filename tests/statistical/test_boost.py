"""PME Boost'Innov with default values, no fit: its published history, and signs that studies have found.

A test fails only when a mean lies outside its bounds, or a difference on the wrong side of zero, by more than
four standard errors: less than one false alarm in 30,000 runs. What help is worth is measured by how well the
plans carried out meet the need, for each firm that took part: net jobs say the same with much more noise.
"""

import dataclasses

import numpy as np
import pytest

from calibration import boost_figures as boost
from calibration.alize_figures import Reading
from calibration.targets import compute
from scenarios.load import load_case
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.spec import Change, WorldSpec
from sim.state import NEVER
from sim.world import World
from tests.worlds.test_boost import LIVELY, small

pytestmark = pytest.mark.statistical
CASE = "boost-innov-lyon-2018-2025"
TAX, DAY = 0.6, 800.0


@pytest.fixture(scope="module")
def published() -> list[dict[str, float]]:
    spec = load_case(CASE).spec
    found = []
    for seed in range(12):
        pair = Pair(World(spec, {}, seed).run(), World(spec.without_schemes(), {}, seed).run())
        rows = levels(pair.treated) | differences(pair) | compute(CASE, pair.treated)
        rows["first"] = float(boost.cohort_rows(Reading(pair.treated, 84)).started.min())
        found.append(rows)
    return found


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("S0-09", 110, 150),  # directors
        ("S0-08", 300, 390),  # different managers
        ("S0-14", 26, 36),  # cohorts
        ("months_to_fill", 1.8, 3.2),
        ("seats_per_volunteer", 1.05, 1.25),
        ("deadweight_share", 0.7, 1.0),
        ("jobs_net_per_firm", -0.1, 0.5),
    ],
)
def test_the_published_case_with_default_values(published, name, low, high):
    values = np.array([row[name] for row in published])
    margin = 4 * values.std(ddof=1) / np.sqrt(len(values))
    assert low - margin <= values.mean() <= high + margin, f"{name}: {values.mean():.3f} +- {margin:.3f}"


def test_the_first_cohort_takes_longer_than_the_others(published):
    gap = np.array([row["first"] - row["months_to_fill"] for row in published])
    assert gap.mean() > 4 * gap.std(ddof=1) / np.sqrt(len(gap)) > 0


def test_most_declared_jobs_are_ordinary_churn(published):
    """What the same survey counts without any scheme is nine tenths of what it counts with it."""
    declared = np.array([row["jobs_reported"] for row in published])
    churn = np.array([row["jobs_churn"] for row in published])
    assert churn.mean() > 0.8 * declared.mean()
    net = np.array([row["jobs_net"] for row in published])
    assert (net < 0.5 * declared).all()


def helped(shape: WorldSpec, values: dict[str, float], seed: int) -> dict[str, float]:
    """Firms that took part, how well their plans meet the need for each, and that for 100,000 euros: of fees
    and preparation; with the tax given back on managers' days; with these days at their whole value."""
    world = World(shape, LIVELY | values, seed).run()
    started = world.files[world.files.started != NEVER]
    met = float(np.where(started.carried_out == 1, started.value, 0.0).sum())
    fees = float(world.tables.locals.expert_cost.sum())
    kind = float(world.tables.locals.days.sum()) * DAY
    return {
        "firms": float(len(started)), "met": met / len(started), "per_fees": 1e5 * met / fees,
        "with_tax": 1e5 * met / (fees + TAX * kind), "in_kind": 1e5 * met / (fees + kind),
    }  # fmt: skip


def gaps(
    a: WorldSpec, b: WorldSpec, seeds: range = range(12), **values: float
) -> dict[str, tuple[float, float]]:
    """Mean of (a - b) over seeds and its standard error, by measure."""
    rows = [(helped(a, values, seed), helped(b, values, seed)) for seed in seeds]
    found = {}
    for name in rows[0][0]:
        gap = np.array([x[name] - y[name] for x, y in rows])
        found[name] = (float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap))))
    return found


def surely_more(gap: tuple[float, float]) -> bool:
    return gap[0] > 4 * gap[1] > 0


def test_a_group_is_at_least_as_good_as_one_to_one_for_each_euro_of_fees():
    """As in a trial of group and individual consulting (EFF-09 to EFF-12). Where the days that managers give
    are counted as euros, the order turns: three managers a director are dear."""
    alone = {"format": 0.0, "requests_per_month": 0.0, "paid_days_per_year": 2000.0}
    gap = gaps(small(smes=3000), small(smes=3000, **alone))
    assert surely_more(gap["met"])
    assert surely_more(gap["per_fees"])
    assert gap["in_kind"][0] < -4 * gap["in_kind"][1]


REGION = {"basins": 6, "smes": 2500, "sites": 20, "founders": 14, "months": 108, "training_places": 2.0}


def test_a_fast_roll_out_lowers_the_effect_per_firm_through_rigour():
    slow, fast = small(**REGION, opening_pace=1.0), small(**REGION, opening_pace=12.0)
    gap = gaps(slow, fast)
    assert surely_more(gap["met"])
    assert -gap["firms"][0] > 4 * gap["firms"][1]  # and reaches more of them
    # with what is handed over whole and led by anybody, the pace no longer matters
    off = gaps(slow, fast, **{"boost_innov.transfer": 1.0, "boost_innov.untrained": 1.0})
    assert abs(off["met"][0]) < 4 * off["met"][1] + 0.002


def test_training_and_a_floor_keep_the_effect_per_firm():
    fast = small(**REGION, opening_pace=12.0)
    trained = small(**REGION | {"training_places": 12.0}, opening_pace=12.0)
    held = small(**REGION, opening_pace=12.0, quality_floor=0.7)
    assert surely_more(gaps(trained, fast)["met"])
    assert surely_more(gaps(held, fast)["met"])


def test_follow_up_raises_the_effect_per_firm():
    assert surely_more(gaps(small(followup_months=12.0), small())["met"])


def test_preparation_and_a_strict_door_raise_quality():
    assert surely_more(gaps(small(preparation=1.0), small(preparation=0.0))["met"])
    assert surely_more(gaps(small(screening=1.0), small(screening=0.0))["met"])


def test_firms_with_a_gain_survive_bad_months_better():
    """Resilience comes through capability alone: with a large gain and a hard winter, closures fall. Few
    firms close at all, so the mean lies only four standard errors above nil, of which two are asked for."""
    values = LIVELY | {
        "capability_gain": 0.4,
        "decay_light": 0.5,
        "exit_capability": 1.5,
        "exit_small": 0.012,
    }
    values |= {"boost_innov.isolation_gain": 0.0, "success_met": 0.0}
    found = []
    for seed in range(24):
        spec = small(smes=4000, sites=60, founders=40, months=84)
        pair = Pair(World(spec, values, seed).run(), World(spec.without_schemes(), values, seed).run())
        found.append(differences(pair)["resilience_gain"])
    gap = np.array(found)
    assert gap.mean() > 2 * gap.std(ddof=1) / np.sqrt(len(gap)) > 0


def test_more_directors_without_more_managers_leave_more_of_them_unserved():
    """More directors come, the managers are the same."""
    spec = load_case(CASE).spec
    more = dataclasses.replace(spec, changes=(Change("boost_innov", "referral_effort", 5.0),))
    rows = [(levels(World(spec, {}, s).run()), levels(World(more, {}, s).run())) for s in range(6)]
    gap = np.array([b["files_unserved"] - a["files_unserved"] for a, b in rows])
    assert surely_more((float(gap.mean()), float(gap.std(ddof=1) / np.sqrt(len(gap)))))


def test_gains_of_firms_of_eight_to_twelve_persons_without_any_scheme():
    """Ordinary churn, gainers only, over three years: about as many jobs a firm as are declared (S0-12)."""
    spec = load_case(CASE).spec.without_schemes()
    found = []
    for seed in range(6):
        heads = World(spec, {}, seed).run(48).headcounts
        firms = (heads[1] >= 8) & (heads[1] < 13)
        found.append(np.maximum(heads[4] - heads[1], 0)[firms].mean())
    values = np.array(found)
    margin = 4 * values.std(ddof=1) / np.sqrt(len(values))
    assert 1.0 - margin <= values.mean() <= 1.5 + margin
