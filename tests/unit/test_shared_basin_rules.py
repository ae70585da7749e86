"""Rules of basins that several schemes, or a known shock, share: each against a value worked out by hand."""

import numpy as np
import pytest

from sim.economy.restructuring import orders_lost
from sim.handle import handle_of
from sim.spec import Closure, SpecError
from sim.support.application import is_aimed_at
from sim.support.awareness import host_of_cooperation, host_of_referrals
from sim.support.coordination import crowding_factor, neighbours, referral_share, spared
from sim.support.effects import dependence_after
from sim.support.finance import funds_gained
from sim.world import World
from tests.small_five import EAGER, region
from tests.unit.test_cohort_rules import rule


def test_crowding_costs_applications_where_nobody_coordinates():
    assert crowding_factor(0.05, 0, 0.0) == 1.0
    assert crowding_factor(0.05, 2, 0.0) == pytest.approx(0.9025)  # .95 twice
    assert crowding_factor(0.05, 2, 1.0) == 1.0
    assert crowding_factor(0.19, 1, 0.5) == pytest.approx(0.9)  # the root of .81


def test_schemes_share_developers():
    assert referral_share(0.4, 0.4, 0.5, 0.0) == 1.0
    assert referral_share(0.4, 1.6, 0.5, 0.0) == pytest.approx(0.5)  # the root of a quarter
    assert referral_share(0.4, 1.6, 1.0, 0.0) == pytest.approx(0.25)  # all together as much as one
    assert referral_share(0.4, 1.6, 1.0, 1.0) == 1.0


def test_work_done_once_is_spared():
    assert spared(0.2, 0.5) == pytest.approx(0.9)
    assert spared(0.2, 0.0) == 1.0


def test_orders_lost_follow_the_cut():
    assert orders_lost(0.15, 0.25, 0.25) == pytest.approx(0.15)
    assert orders_lost(0.15, 1.0, 0.25) == pytest.approx(0.6)
    assert orders_lost(0.5, 1.0, 0.25) == 1.0


def test_help_takes_dependence_away():
    assert dependence_after(1.0, 0.5, 0.4) == pytest.approx(0.8)
    assert dependence_after(0.8, 0.5, 0.4) == pytest.approx(0.64)
    assert dependence_after(0.8, 0.0, 1.0) == 0.8


def test_a_scheme_for_the_dominant_sector():
    assert is_aimed_at(0.0, 3, 1)
    assert not is_aimed_at(1.0, 3, 1)
    assert is_aimed_at(1.0, 1, 1)
    assert is_aimed_at(1.0, 3, -1)  # no sector dominates


@pytest.mark.parametrize(("host", "referrals", "cooperation"), [(0, 1.0, 1.0), (1, 0.8, 1.5), (2, 0.8, 0.6)])
def test_hosts(host, referrals, cooperation):
    given = rule(host=host, host_referral=0.8, host_intercommunal=1.5, host_region=0.6)
    assert host_of_referrals(given) == referrals
    assert host_of_cooperation(given) == cooperation


def test_coordination_is_its_own_times_the_mean_of_its_neighbours():
    rules = {"alize": {"coordination": 0.8}, "plan_pme": {"coordination": 0.5}, "pole": {"coordination": 1.0}}
    world = World(region(("alize", "plan_pme", "pole"), rules=rules, smes=50), EAGER, 1)
    world.step()
    t = world.tables
    code = {scheme.name: scheme.code for scheme in world.spec.schemes}
    k = int(np.flatnonzero((t.locals.code == code["alize"]) & (t.locals.basin == 1))[0])
    assert neighbours(handle_of(t), k) == (2, pytest.approx(0.8 * 0.75))


def test_an_advance_twice_as_large_helps_less_than_twice_as_much():
    assert funds_gained(0.25, 12_000.0, 12_000.0) == pytest.approx(0.25)
    assert funds_gained(0.25, 24_000.0, 12_000.0) == pytest.approx(0.375)
    assert funds_gained(0.25, 0.0, 12_000.0) == 0.0


def test_closures_that_cannot_happen_are_refused():
    with pytest.raises(SpecError, match=r"closures\.b9: unknown basin 'b9'"):
        region(closures=(Closure("b9", 3),))
    with pytest.raises(SpecError, match=r"closures\.b0: this basin has no large site"):
        region(("plan_pme",), large_sites=0, closures=(Closure("b0", 3),))
    with pytest.raises(SpecError, match=r"closures\.b0\.share: must lie between 0 and 1"):
        Closure("b0", 3, share=1.5)
