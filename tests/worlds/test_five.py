"""Several schemes in one region: what they share, what coordination, pooling, hosts and closures change."""

import numpy as np
import pytest

from scenarios.load import load_case
from sim.outcomes import levels
from sim.pair import Pair, accepted_files
from sim.spec import Change, Closure
from sim.state import N_SEATS, NEVER, STARTED, K
from sim.world import World
from tests.small import same_firms
from tests.small_five import EAGER, FIVE, five, five_pair, region


def every(lever: str, value: float, schemes=FIVE) -> tuple[Change, ...]:
    return tuple(Change(name, lever, value) for name in schemes)


def accepted(world: World, name: str) -> int:
    return len(accepted_files(world, scheme=[s.name for s in world.spec.schemes].index(name)))


def test_every_scheme_acts_beside_the_others():
    world = five()
    found = levels(world)
    assert all(accepted(world, name) > 5 for name in ("alize", "boost_innov", "plan_pme"))
    assert found["cohorts"] > 1
    assert found["members"] > 20
    assert found["rd_projects"] > 2
    assert found["contracts"] > 5
    assert found["helped_twice"] > 0.02


def test_nothing_hangs_on_the_order_in_which_schemes_are_written():
    a, b = five(2), five(2, schemes=FIVE[::-1])
    assert a.spec == b.spec
    assert same_firms(a, b)


def test_the_scheme_of_last_resort_comes_last():
    assert [s.name for s in region().schemes][-1] == "alize"


def test_who_is_alone_has_nobody_to_coordinate_with():
    assert same_firms(
        five(3, schemes=("alize",)),
        five(3, schemes=("alize",), changes=every("coordination", 1.0, ("alize",))),
    )


def test_coordination_takes_two():
    one = five(3, changes=every("coordination", 1.0, ("alize",)))
    assert same_firms(five(3), one)
    assert levels(one)["public_cost"] == levels(five(3))["public_cost"]


def test_coordination_brings_applications_and_spares_money():
    apart = [five(seed) for seed in range(4)]
    together = [five(seed, changes=every("coordination", 1.0)) for seed in range(4)]
    filed = [sum(len(w.files) for w in worlds) for worlds in (apart, together)]
    assert filed[1] > 1.03 * filed[0]
    spent = [sum(w.tables.locals.coordination_cost.sum() for w in worlds) for worlds in (apart, together)]
    assert spent[1] < 0.9 * spent[0]


def test_without_crowding_and_rivalry_coordination_changes_nobody():
    free = {"crowding": 0.0, "referral_rivalry": 0.0}
    assert same_firms(five(4, free), five(4, free, changes=every("coordination", 1.0)))


def test_no_person_is_on_two_missions_at_once_across_schemes():
    world = World(region(large_sites=3), EAGER, 5)
    shared = 0
    for _ in range(48):
        world.step()
        t, files = world.tables, world.files
        seats = t.seats[: t.counts[N_SEATS]]
        on_mission = files.person[(files.state == STARTED) & (files.person != NEVER)]
        busy = np.concatenate([on_mission, seats.person[seats.under_way == 1]])
        assert len(set(busy)) == len(busy) == (t.persons.state == 1).sum()
        assert (t.persons.days_year <= t.economy.person_days_max[0] + 1e-9).all()
        shared += len(on_mission) > 0 and (seats.under_way == 1).any()
    assert shared > 3  # cohorts and missions did draw on the same sites


def test_no_firm_has_two_files_at_once_across_schemes():
    world = World(region(), EAGER, 6)
    for _ in range(48):
        world.step()
        under_way = np.isin(world.files.state, (0, 2, 3))
        assert len(np.unique(world.files.firm[under_way])) == under_way.sum()


def test_the_waterfall_sums_with_all_five():
    bars = five_pair(7).waterfall()
    parts = bars["net"] + bars["deadweight"] + bars["displacement"] - bars["spillover"]
    assert bars["realised"] == pytest.approx(parts + bars["attrition"] + bars["other"], abs=1e-9)
    assert abs(bars["other"]) < 0.05 * bars["realised"]


def test_the_waterfall_of_the_region_sums():
    spec = load_case("region-five-schemes").spec
    pair = Pair(World(spec, {}, 1).run(), World(spec.without_schemes(), {}, 1).run())
    bars = pair.waterfall()
    parts = bars["net"] + bars["deadweight"] + bars["displacement"] - bars["spillover"]
    assert bars["realised"] == pytest.approx(parts + bars["attrition"] + bars["other"], abs=1e-9)
    assert abs(bars["other"]) < 0.05 * bars["realised"]
    assert bars["net"] == pytest.approx(pair.delta_by_basin().sum(), abs=1e-6)


# partners of the region


def pooled(seed: int, regions=("R", "R", "R"), value: float = 1.0, **values: float) -> World:
    shape = {"schemes": ("alize",), "regions": regions, "large_sites": 3, "months": 60}
    return five(seed, values, changes=every("pooling", value, ("alize",)), **shape)


def test_pooled_partners_help_other_basins_when_none_of_the_own_is_free():
    found = [levels(pooled(seed)) for seed in range(12)]
    apart = [levels(pooled(seed, value=0.0)) for seed in range(12)]
    assert sum(f["missions_pooled"] for f in found) > 5
    assert all(f["missions_pooled"] == 0 for f in apart)
    assert sum(f["files_unserved"] for f in found) < sum(f["files_unserved"] for f in apart)


def test_partners_are_not_pooled_over_the_border_of_a_region():
    assert same_firms(pooled(1, regions=("A", "B", "C")), pooled(1, regions=("A", "B", "C"), value=0.0))


def test_nobody_is_lent_where_nobody_beyond_says_yes():
    refused = pooled(1, **{"alize.pooling_acceptance": 0.0})
    assert levels(refused)["missions_pooled"] == 0


# who carries a scheme


def test_cooperation_grows_with_the_host_by_hand():
    for host, multiple in ((0.0, 1.0), (1.0, 1.5), (2.0, 0.6)):
        world = five(schemes=("alize",), months=12, changes=every("host", host, ("alize",)))
        kept = (1 - 0.004 * multiple) ** 12
        assert world.tables.basins.cooperation == pytest.approx(1 - 0.6 * kept, rel=1e-9)


def test_another_host_than_the_chamber_brings_fewer_firms():
    filed = [
        sum(len(five(s, schemes=("alize",), changes=every("host", h, ("alize",))).files) for s in range(4))
        for h in (0.0, 2.0)
    ]
    assert filed[1] < filed[0]


# closures


def test_a_closure_changes_nothing_before_its_month_and_by_hand_in_it():
    closure = Closure("b0", 24, share=1.0, subcontractors=1.0)
    still = {"restructuring_hazard": 0.0}
    a = World(region(("alize",), closures=()), EAGER | still, 1)
    b = World(region(("alize",), closures=(closure,)), EAGER | still, 1)
    for _ in range(24):
        a.step()
        b.step()
    assert same_firms(a, b)
    size = b.tables.size.copy()
    site = int(b.tables.closures.site[0])
    jobs = b.tables.sites.jobs[site]
    assert b.tables.sites.basin[site] == 0
    b.step()
    assert b.tables.sites.jobs[site] == 0.0
    assert b.tables.sites.jobs_cut[site] == pytest.approx(jobs)
    dependent = (b.tables.smes.basin == 0) & (b.tables.sector == b.tables.sites.sector[site]) & (size > 1)
    # 4 times the loss of a usual cut, as far as the firm depends on the site; only firms of the basin
    lost = -b.tables.causes[K]
    expected = np.where(dependent, 0.6 * b.tables.smes.dependence * (size - 1), 0.0)
    untouched = lost[dependent] == 0  # helped this very month, they may already depend less
    assert untouched.sum() == 0
    assert lost == pytest.approx(expected, abs=1e-9)


# partners and technologies


def test_candidates_and_founders_are_bounded():
    rules = {"alize": {"candidates_max": 4.0, "founders_max": 2.0}}
    world = World(region(("alize",), rules=rules), EAGER, 1)
    assert (world.tables.locals.partnerships == 4).all()
    world.step()
    assert (world.tables.partnerships.founder.reshape(3, 4).sum(axis=1) == 2).all()


def test_the_share_of_firms_that_poles_address():
    spec = load_case("region-five-schemes").spec
    world = World(spec, {}, 1)
    assert world.tables.economy.technology_reach[0] == pytest.approx(0.0258)
