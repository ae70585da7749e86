"""Plan PME in small regions: what changes nothing, what is never exceeded, who gets a seat."""

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest

from sim.pair import Pair
from sim.spec import Change, SchemeSpec
from sim.state import ACTIVE, COMPLETED, NEVER, SHARED, STARTED, UNDIAGNOSED, UNSERVED, UNSHARED
from sim.world import World
from tests.small import same_firms, spec
from tests.small_plan import EAGER, plan_world, region


@pytest.mark.parametrize(
    "rules",
    [
        {"days": 0.0},
        {"seats_per_year": 0.0},
        {"budget_euros": 0.0},
        {"group_firms": 20.0, "seats_per_year": 12.0},  # never a whole group
        # nor in any of seven themes
        {"group_firms": 5.0, "seats_per_year": 34.0, "supply_adaptation": 0.0},
    ],
)
def test_zero_dose_or_seats_or_money_is_the_world_without(rules):
    shape = region(rules=rules)
    run = World(shape, EAGER, 3).run()
    assert len(run.files) > 50
    assert same_firms(run, World(shape.without_schemes(), EAGER, 3).run())
    if "days" not in rules:
        assert (run.files.started == NEVER).all()
        assert run.tables.locals.expert_cost.sum() == 0


def test_no_money_costs_nothing():
    assert plan_world(rules={"budget_euros": 0.0}).tables.locals.coordination_cost.sum() == 0


def test_a_policy_that_changes_nothing_is_bit_identical():
    noop = plan_world(2, changes=(Change("plan_pme", "seats_per_year", 60.0, 12),))
    plain = plan_world(2)
    assert same_firms(plain, noop)
    assert plain.files.tolist() == noop.files.tolist()


def test_large_firms_have_no_part_in_it():
    """Neither a founder nor a person is needed, and none is used."""
    run = plan_world()
    assert len(run.tables.partnerships) == 0
    assert (run.tables.persons.missions == 0).all()
    assert (run.tables.sites.days_total == 0).all()
    assert same_firms(run, plan_world(rules={"willing": 0.0, "join_rate": 0.0}))


def started_in_year(world: World, year: int) -> int:
    """Actions started in that year of the case, which begins in January."""
    files = world.files[world.files.started != NEVER]
    return int((files.started // 12 == year).sum())


def test_seats_are_never_exceeded_and_are_used_when_firms_wait():
    run = plan_world()
    counts = [started_in_year(run, year) for year in range(4)]
    assert max(counts) <= 60
    assert min(counts[1:]) >= 40  # themes that nobody needs, and odd firms, leave a few empty
    assert (run.files.state == UNSERVED).sum() > 30


def test_public_money_is_never_exceeded():
    run = plan_world(rules={"seats_per_year": 10_000.0, "budget_euros": 300_000.0})
    k = run.tables.locals
    assert (k.coordination_cost + k.expert_cost - k.firm_cost).sum() <= 4 * 300_000.0 + 1e-6
    # (300,000 - 60,000) over two thirds of 12,000
    assert max(started_in_year(run, year) for year in range(4)) <= 240_000 / (12_000 * 0.667) + 1e-9
    assert k.coordination_cost.sum() == pytest.approx(4 * 60_000.0)


@pytest.mark.parametrize(
    "rules",
    [
        {"followup_months": 12.0, "followup_euros": 500.0},
        {"outreach_euros": 20_000.0},
        {"referral_euros": 10_000.0, "coordinators": 0.5, "coordinator_euros": 20_000.0},
    ],
)
def test_follow_up_and_campaigns_were_paid_on_top_of_all_public_money(rules):
    """Seats took all that the running of the scheme left, and what they bring with them came on top."""
    run = plan_world(rules={"seats_per_year": 10_000.0, "budget_euros": 300_000.0, **rules})
    k = run.tables.locals
    public = (k.coordination_cost + k.expert_cost - k.firm_cost).sum()
    assert 4 * 190_000.0 < public <= 4 * 300_000.0 + 1e-6
    assert (run.files.started != NEVER).sum() > 30


def test_the_third_that_firms_pay_is_paid_and_the_rest_is_public():
    run = plan_world()
    k, started = run.tables.locals, (run.files.started != NEVER).sum()
    assert k.expert_cost.sum() == pytest.approx(12_000.0 * started)
    assert k.firm_cost.sum() == pytest.approx(0.333 * 12_000.0 * started)


def test_longer_actions_cost_more_and_the_same_money_pays_fewer():
    """They cost the same: a policy of longer actions was for nothing."""
    rules = {"seats_per_year": 10_000.0, "budget_euros": 300_000.0, "days": 14.0}
    run = plan_world(rules=rules)
    k, started = run.tables.locals, (run.files.started != NEVER).sum()
    assert started > 30
    assert k.expert_cost.sum() == pytest.approx(24_000.0 * started)
    assert k.firm_cost.sum() == pytest.approx(0.333 * 24_000.0 * started)
    assert max(started_in_year(run, year) for year in range(4)) <= 240_000 / (24_000 * 0.667) + 1e-9


def test_groups_are_whole_of_one_theme_and_start_together():
    run = plan_world(rules={"group_firms": 3.0})
    files = run.files[run.files.cohort != NEVER]
    groups, sizes = np.unique(files.cohort, return_counts=True)
    assert len(groups) > 20
    assert set(sizes) == {3}
    assert (run.files.started != NEVER).sum() == len(files)
    for group in groups:
        members = files[files.cohort == group]
        assert len(set(members.theme)) == len(set(members.started)) == 1
        assert members.theme[0] in range(7)
    basins = [len(set(run.tables.smes.basin[files.firm[files.cohort == g]])) for g in groups]
    assert max(basins) > 1  # a group draws on several basins


def test_a_seat_goes_to_the_highest_draw_wherever_the_firm_is():
    """Of two files of one theme that waited in the same month, the one served had the higher priority."""
    from sim.draws import PRIORITY, draw

    run = plan_world()
    files, code = run.files, int(run.tables.locals.code[0])
    uid = run.tables.uid[files.firm]
    seed = run.tables.seed[0]
    u = np.array([draw(seed, PRIORITY, i, int(a), code) for i, a in zip(uid, files.applied, strict=True)])
    lapsed = np.flatnonzero(files.state == UNSERVED)
    checked = 0
    for f in np.flatnonzero(files.started != NEVER):
        waited = lapsed[
            (files.theme[lapsed] == files.theme[f])
            # a further action is asked for after the seats of its month have been given
            & (files.applied[lapsed] + (files.step[lapsed] > 0) <= files.started[f])
            & (files.ended[lapsed] > files.started[f])
        ]
        assert (u[waited] < u[f]).all()
        checked += len(waited)
    assert checked > 100


def test_the_order_in_which_basins_stand_does_not_choose():
    shares = np.zeros(3)
    for seed in range(6):
        run = plan_world(seed)
        started = run.files[run.files.started != NEVER]
        shares += np.bincount(run.tables.smes.basin[started.firm], minlength=3)
    # 6 x some 220 seats; each share has a standard error of about 1.3 points
    assert abs(shares / shares.sum() - 1 / 3).max() < 0.06


def test_a_file_that_waits_too_long_lapses():
    run = plan_world(rules={"seats_per_year": 20.0})
    lapsed = run.files[run.files.state == UNSERVED]
    assert len(lapsed) > 50
    assert (lapsed.accepted == NEVER).all()
    waited = lapsed.ended - lapsed.applied
    assert waited.max() == 7  # more than six months


def test_a_pathway_goes_on_also_after_the_project_is_decided():
    run = plan_world(values={"plan_pme.next_action": 0.7}, rules={"seats_per_year": 2000.0})
    files = run.files
    later = np.flatnonzero(files.step > 0)
    assert len(later) > 50
    assert (files.jobs[later] == 0).all()
    decided = run.projects.due[files.project[later]] < files.applied[later]
    assert decided.any()
    for f in later:
        before = np.flatnonzero((files.project == files.project[f]) & (files.step == files.step[f] - 1))
        before = before[files.ended[before] == files.applied[f]]
        assert len(before) == 1
        assert files.state[before[0]] == COMPLETED
        if files.read_rightly[before[0]] == 0:
            assert files.need[f] == files.need[before[0]]  # still unmet
    assert (files.need[files.step == 0] == run.projects.need[files.project[files.step == 0]]).all()


def test_without_a_next_action_nobody_goes_on():
    assert (plan_world(values={"plan_pme.next_action": 0.0}).files.step == 0).all()


def test_only_shared_diagnostics_are_recorded_and_shape_the_offer():
    shared = plan_world()
    read = shared.files[shared.files.theme != NEVER]
    assert shared.tables.themes.recorded.sum() == (read.diagnosed == SHARED).sum() > 50
    assert shared.tables.themes.supply.sum() == pytest.approx(1.0)
    assert abs(shared.tables.themes.supply - 1 / 7).max() > 0.02
    alone = plan_world(rules={"diagnostic_sharing": 0.0})
    assert alone.tables.themes.recorded.sum() == 0
    assert (alone.tables.themes.supply == 1 / 7).all()
    assert set(alone.files.diagnosed[alone.files.theme != NEVER]) == {UNDIAGNOSED, UNSHARED}


def test_right_reading_follows_what_is_given():
    def share(rules: dict[str, float], values: dict[str, float]) -> float:
        # an offer that does not adapt, so that the same firms come
        read = plan_world(values=values, rules=rules | {"supply_adaptation": 0.0}).files
        return float(read.read_rightly[read.theme != NEVER].mean())

    certain = {"plan_pme.diagnosed_reading": 1.0}
    assert share({"diagnostic_coverage": 1.0}, certain) == 1.0
    # nobody is diagnosed, or it is careless: the director's own
    own = share({"diagnostic_coverage": 0.0}, certain)
    assert own == share({"diagnostic_coverage": 1.0, "diagnostic_accuracy": 0.0}, certain)
    assert 0.4 < own < 0.6


def test_support_only_to_eligible_firms():
    run = plan_world(rules={"size_min": 4.0, "size_max": 40.0}, values={"plan_pme.next_action": 0.7})
    assert len(run.files) > 50
    assert (run.files["size"] >= 4.0).all()
    assert (run.files["size"] < 40.0).all()


def test_with_alize_a_firm_has_one_file_at_a_time():
    shape = region(rules={"seats_per_year": 300.0})
    alize = SchemeSpec("alize", spec().schemes[0].rules, shape.schemes[0].opens)
    both = dataclasses.replace(shape, schemes=(alize, *shape.schemes))
    run = World(both, EAGER | {"alize.referral": 0.8}, 2).run()
    schemes = run.tables.locals.scheme[run.files.local]
    assert set(schemes[run.files.started != NEVER]) == {0, 1}
    for firm in np.unique(run.files.firm):
        mine = run.files[run.files.firm == firm]
        ends = np.where(mine.ended == NEVER, 999, mine.ended)
        order = np.argsort(mine.applied, kind="stable")
        assert (mine.applied[order][1:] >= ends[order][:-1]).all()
    open_now = run.files[run.files.state == STARTED]
    assert (run.tables.smes.status[open_now.firm] >= ACTIVE).all()


def test_the_waterfall_is_exact():
    shape = region(smes=1500)
    pair = Pair(World(shape, EAGER, 4).run(), World(shape.without_schemes(), EAGER, 4).run())
    bars = pair.waterfall()
    total = sum(bars[k] for k in ("declaring", "deadweight", "displacement", "attrition", "other"))
    assert bars["reported"] - total + bars["spillover"] == pytest.approx(bars["net"], abs=1e-8)


def test_the_same_source_uncompiled_gives_the_same_bits():
    code = (
        "import hashlib, warnings; warnings.simplefilter('ignore'); "
        "from tests.small_plan import plan_world; "
        "w = plan_world(5, basins=2, smes=120, months=16, values={'plan_pme.next_action': 0.7}); "
        "print((w.files.started >= 0).sum(), (w.files.step > 0).sum(), hashlib.md5("
        "w.tables.causes.tobytes() + "
        "repr(w.files.tolist()).encode() + w.tables.themes.tobytes()).hexdigest())"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env=os.environ | {"NUMBA_DISABLE_JIT": switch},
        ).stdout
        for switch in ("0", "1")
    ]  # fmt: skip
    assert found[0] == found[1]
    assert int(found[0].split()[0]) > 3
    assert int(found[0].split()[1]) > 0
