"""Rules of several schemes in one basin, of hosts and of closures, each against a value computed by hand."""

import numpy as np
import pytest

from scenarios.load import load_case
from sim.economy.restructuring import orders_lost
from sim.handle import handle_of
from sim.spec import Closure, SpecError
from sim.state import NEVER
from sim.support import application, awareness, coordination, effects, finance
from sim.world import World
from tests.small_five import EAGER, region
from tests.unit.test_cohort_rules import rule


def test_each_uncoordinated_neighbour_costs_a_share_of_applications():
    assert coordination.crowding_factor(0.05, 2, 0.0) == pytest.approx(0.9025)
    assert coordination.crowding_factor(0.05, 2, 0.5) == pytest.approx(0.95)
    assert coordination.crowding_factor(0.05, 2, 1.0) == 1.0
    assert coordination.crowding_factor(0.2, 0, 0.0) == 1.0


def test_developers_are_shared_between_adding_up_and_bringing_no_more_than_to_one():
    # referrals of .4 and .1 alone
    assert coordination.referral_share(0.4, 0.5, 1.0, 0.0) == pytest.approx(0.8)
    assert coordination.referral_share(0.4, 0.5, 0.5, 0.0) == pytest.approx(0.8**0.5)
    assert coordination.referral_share(0.4, 0.5, 0.0, 0.0) == 1.0
    assert coordination.referral_share(0.4, 0.5, 1.0, 1.0) == 1.0
    assert coordination.referral_share(0.4, 0.4, 1.0, 0.0) == 1.0


def test_coordinated_schemes_do_not_do_the_same_work_twice():
    assert coordination.spared(0.2, 0.5) == pytest.approx(0.9)
    assert coordination.spared(0.2, 0.0) == 1.0


def test_the_concert_is_its_own_coordination_times_the_mean_of_its_neighbours():
    rules = {"alize": {"coordination": 0.8}, "plan_pme": {"coordination": 0.5}, "pole": {"coordination": 1.0}}
    world = World(region(("alize", "plan_pme", "pole"), rules=rules, smes=50), EAGER, 1)
    world.step()
    handle, t = handle_of(world.tables), world.tables
    code = {s.name: s.code for s in world.spec.schemes}
    k = int(np.flatnonzero((t.locals.code == code["alize"]) & (t.locals.basin == 1))[0])
    assert coordination.neighbours(handle, k) == 2
    assert coordination.concert(handle, k) == pytest.approx(0.8 * 0.75)


def test_who_carries_a_scheme():
    chamber, town, state = (
        rule(host=h, host_referral=0.8, host_intercommunal=1.5, host_region=0.6) for h in (0.0, 1.0, 2.0)
    )
    assert [awareness.host_of_referrals(r) for r in (chamber, town, state)] == [1.0, 0.8, 0.8]
    assert [awareness.host_of_cooperation(r) for r in (chamber, town, state)] == [1.0, 1.5, 0.6]


def test_a_scheme_aimed_at_the_dominant_sector():
    everyone, aimed = rule(dominant_only=0.0), rule(dominant_only=1.0)
    assert application.is_aimed_at(everyone, 3, 1)
    assert not application.is_aimed_at(aimed, 3, 1)
    assert application.is_aimed_at(aimed, 1, 1)
    assert application.is_aimed_at(aimed, 3, NEVER)  # no sector dominates


def test_orders_lost_follow_the_cut():
    assert orders_lost(0.15, 0.25, 0.25) == 0.15
    assert orders_lost(0.15, 1.0, 0.25) == pytest.approx(0.6)
    assert orders_lost(0.5, 1.0, 0.25) == 1.0


def test_help_lowers_dependence():
    assert effects.dependence_after(1.0, 0.5, 0.4) == pytest.approx(0.8)
    assert effects.dependence_after(0.8, 0.5, 0.0) == 0.8


def test_an_advance_twice_as_large_helps_less_than_twice_as_much():
    assert finance.funds_gained(0.25, 12_000.0, 12_000.0) == pytest.approx(0.25)
    assert finance.funds_gained(0.25, 24_000.0, 12_000.0) == pytest.approx(0.375)
    assert finance.funds_gained(0.25, 0.0, 12_000.0) == 0.0


def test_closures_that_cannot_happen_are_refused():
    with pytest.raises(SpecError, match=r"closures\.b9: unknown basin 'b9'"):
        region(closures=(Closure("b9", 3),))
    with pytest.raises(SpecError, match=r"closures\.b0: this basin has no large site"):
        region(("plan_pme",), large_sites=0, closures=(Closure("b0", 3),))
    with pytest.raises(SpecError, match=r"closures\.b0\.share: must lie between 0 and 1"):
        Closure("b0", 3, share=1.5)


def test_cases_with_all_schemes_are_of_the_size_that_they_say():
    region_case, country = load_case("region-five-schemes"), load_case("country")
    assert sum(basin.smes for basin in region_case.territory.basins) == 80_595
    assert {s.name for s in region_case.spec.schemes} == {s.name for s in country.spec.schemes}
    assert len(region_case.spec.schemes) == 5
    assert len(country.territory.basins) == 305
    assert 1_050_000 <= sum(basin.smes for basin in country.territory.basins) <= 1_160_000
