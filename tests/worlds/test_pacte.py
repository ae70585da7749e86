"""The market place in small worlds: what changes nothing, what is conserved, who wins what from whom."""

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest

from sim.markets_seen import sme_share
from sim.spec import Change, SchemeSpec
from sim.state import (
    ACTIVE,
    FIRST_CAUSE,
    L_CONTRACTS,
    L_OUTSIDE,
    L_SME_SHARE,
    N_TIES,
    NEVER,
    ON_MISSION,
    PARTNER,
    C,
)
from sim.support.bids import category_of
from sim.world import World
from tests.small import same_firms, spec
from tests.small_market import LIVELY, OPEN_WIDE, market_pair, market_world, place

NO_NEEDS = {"pacte_pme.needs_rate": 0.0, "pacte_pme.member_needs": 0.0}


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        ({}, NO_NEEDS),
        ({"partner_reach": 0.0}, {"pacte_pme.member_needs": 0.0}),  # nobody buys
        ({"reach": 1e-9}, {}),  # nobody sells
        ({}, {"pacte_pme.incumbent_bonus": 90.0}),  # nobody is ever chosen
        ({}, {"pacte_pme.jobs_response": 0.0}),
        ({}, {"pacte_pme.private_visibility": 0.0, "pacte_pme.public_visibility": 0.0}),
    ],
)
def test_no_needs_or_buyers_or_members_or_sight_is_the_world_without(rules, values):
    pair = market_pair(rules=rules, values=values)
    assert (pair.treated.tables.causes[C] == 0).all()
    assert same_firms(pair.treated, pair.control)
    assert pair.waterfall()["net"] == 0.0


def test_a_policy_that_changes_nothing_is_bit_identical():
    plain = market_world(2)
    same = market_world(2, changes=(Change("pacte_pme", "platform", 0.0, 12),))
    later = market_world(2, changes=(Change("pacte_pme", "platform", 1.0, 47),))
    for other in (same, later):
        a, b = (w.contracts[w.contracts.awarded < 47] for w in (plain, other))
        assert np.array_equal(a, b)
    assert same_firms(plain, same)


def test_the_ledgers_of_contracts_hold_every_month():
    world = World(place(months=60, rules=OPEN_WIDE), LIVELY | {"pacte_pme.unserved_exit": 1.0}, 3)
    for _ in range(60):
        world.step()
        t, contracts = world.tables, world.contracts
        m = t.markets
        np.testing.assert_allclose(contracts.held, contracts.displaced + contracts.outside, atol=1e-12)
        assert (contracts.held >= -1e-12).all()
        assert (contracts.displaced >= 0).all()
        # what winners gained less what suppliers lost is what was lost outside, but for firms that closed
        moved = t.causes[C].sum()
        assert moved == pytest.approx(m.outside.sum() + m.gone.sum() - m.spared.sum(), abs=1e-9)
        assert m.outside.sum() == pytest.approx(contracts.outside.sum(), abs=1e-9)
        by_flow = np.bincount(world.flows.firm, world.flows.jobs, minlength=len(t.size))
        np.testing.assert_allclose(by_flow, t.causes[C], atol=1e-9)
        assert t.series[: world.month, :, FIRST_CAUSE + C].sum() == pytest.approx(moved, abs=1e-9)
        assert (t.size[t.size > 0] >= 1).all()
        # what runs is what weighs on each firm
        running = contracts[(contracts.closed == NEVER) & (contracts.ends >= world.month)]
        weight = np.bincount(running.seller, running.value, minlength=len(world.memberships))
        np.testing.assert_allclose(weight, t.sellers.value[: len(weight)], atol=1e-6)
        row = t.local_series[world.month - 1, 0]
        assert row[L_CONTRACTS] == len(contracts) == m.contracts.sum()
        assert row[L_OUTSIDE] == m.outside[0]
    assert m.gone[0] > 0  # the test has seen firms close
    assert (contracts.closed != NEVER).sum() > 100


def test_a_contract_moves_its_jobs_in_six_months_and_gives_them_back():
    """Firms do not grow, close or have projects: every flow is seen."""
    still = {"adjust_rate": 0.0, "exit_base": 0.0, "exit_hump": 0.0, "exit_small": 0.0, "project_rate": 0.0}
    world = World(place(months=40), LIVELY | still, 1)
    levels = []
    for _ in range(40):
        world.step()
        levels.append(world.contracts.held.copy())
    at = world.contracts
    whole = np.flatnonzero(at.ends + 6 <= 39)
    assert len(whole) > 20
    for c in whole:
        held = np.array([level[c] if len(level) > c else 0.0 for level in levels]) / at.jobs[c]
        first, end = at.awarded[c], at.ends[c]
        assert end - first == 12
        np.testing.assert_allclose(held[first + 1 : first + 7], np.arange(1, 7) / 6)
        np.testing.assert_allclose(held[first + 6 : end], 1.0)
        np.testing.assert_allclose(held[end : end + 6], np.arange(5, -1, -1) / 6, atol=1e-12)
        assert at.closed[c] == end + 5
    assert at.held[whole].sum() == 0.0


def test_no_contract_weighs_too_much_when_it_is_won():
    """Checked month by month on the turnover that the winner then has."""
    from sim.economy.sectors import TURNOVER_PER_JOB

    world, seen = World(place(rules=OPEN_WIDE), LIVELY, 5), 0
    for _ in range(48):
        before = len(world.contracts)
        sizes = world.tables.size.copy()
        world.step()
        new = world.contracts[before:]
        t = world.tables
        for m in np.unique(new.seller):
            i = t.memberships.firm[m]
            # the month may have changed the size either way; the larger bounds what it was
            most = 0.3 * max(sizes[i], t.size[i]) * TURNOVER_PER_JOB[t.sector[i]]
            assert t.sellers.value[m] <= most * 1.6
            seen += 1
    assert seen > 100


def test_winners_are_members_of_the_category_and_suppliers_too():
    world = market_world(4, rules=OPEN_WIDE)
    t, contracts = world.tables, world.contracts
    assert len(contracts) > 100
    rows = world.memberships[contracts.seller]
    assert (rows.firm == contracts.firm).all()
    assert (rows.joined <= contracts.awarded).all()
    assert ((rows.left == NEVER) | (rows.left > contracts.awarded)).all()
    seed = np.uint64(world.seed)
    here = contracts[contracts.supplier != NEVER]
    assert len(here) > 20
    for contract in here:
        assert contract.supplier != contract.firm
        assert category_of(t, contract.local, contract.supplier, seed) == t.sellers.category[contract.seller]
        assert (t.smes.basin[contract.supplier] != 0) == contract.neighbour
    buyers = contracts.buyer != NEVER
    assert (contracts.buyer[buyers] != contracts.seller[buyers]).all()
    assert ((contracts.link != NEVER) != buyers).all()
    links = t.partnerships[contracts.link[~buyers]]
    assert (links.joined <= contracts.awarded[~buyers]).all()


def test_categories_are_equal_slices_of_firms():
    world = World(place(smes=6000, months=1, neighbours=0), {"pacte_pme.categories": 20.0}, 1)
    found = np.array([category_of(world.tables, 0, i, np.uint64(1)) for i in range(6000)])
    counts = np.bincount(found, minlength=20)
    assert abs(counts - 300).max() < 5 * np.sqrt(300)
    sectors = [set(world.tables.sector[:6000][found == c]) for c in range(20)]
    assert max(map(len, sectors)) <= 4  # a category lies in one sector or in a few side by side


def test_a_tie_begins_once_and_with_an_answer_or_a_meeting():
    world = market_world(2, rules=OPEN_WIDE)
    t = world.tables
    ties = t.ties[: t.counts[N_TIES]]
    met = t.met[: len(world.memberships)]
    of_large = met[met > 0].astype(int) - 1
    assert t.markets.meetings[0] > 10
    assert t.markets.meetings[0] < len(of_large) < world.month * 1000
    assert len(ties) + len(of_large) <= t.markets.answers.sum() + t.markets.meetings.sum()
    assert of_large.min() >= 2
    assert of_large.max() < world.month
    seen = set()
    for m in np.flatnonzero(world.memberships.joined != NEVER):
        e, since = t.sellers.last_tie[m], 10**6
        while e != NEVER:
            assert (m, ties.seller[e]) not in seen
            seen.add((m, ties.seller[e]))
            assert ties.since[e] <= since
            since, e = ties.since[e], ties.before[e]
    assert len(seen) == len(ties)


def test_reach_bounds_members_and_buyers_whatever_the_effort():
    hard = {"joining_effort": 5.0, "recruiting_effort": 5.0, "partner_reach": 0.5}
    reached = market_world(1, rules=hard | {"platform": 1.0, "intermediaries": 1.0})
    bounded = market_world(1, rules=hard)
    for world, reach in ((bounded, 1.0), (reached, 1.0 + 0.5 + 0.6)):
        joined = world.memberships[world.memberships.joined != NEVER]
        assert joined.distance.max() < reach
    assert (
        len(reached.memberships[reached.memberships.joined != NEVER])
        > 1.6 * (bounded.memberships.joined != NEVER).sum()
    )
    assert (bounded.tables.partnerships.joined != NEVER).sum() < 25
    assert (reached.tables.partnerships.joined != NEVER).sum() == 30  # 0.5 times 2.1 is more than all


def committed(share: float, age: int, again: int) -> float:
    """Share of a buyer ``age`` months after its first commitment, committed anew every ``again`` months."""
    while age >= again:
        share *= 1 + 0.115 * (1 - np.exp(-0.1 * (again - 1)))
        age -= again
    return share * (1 + 0.115 * (1 - np.exp(-0.1 * age)))


def test_commitments_raise_the_share_as_a_closed_formula_says():
    eager = {"join_rate": 1.0, "recruiting_effort": 5.0, "exit_rate": 0.0}
    world = market_world(1, rules=eager | {"national_pact": 1.0, "recommitment_months": 20.0}, months=36)
    t = world.tables
    partners = np.flatnonzero(t.partnerships.state == PARTNER)
    assert len(partners) > 10
    before = World(place(months=1), LIVELY, 1).tables.buyers.share
    for r in partners:
        expected = committed(before[r], 35 - t.partnerships.joined[r], 20)
        assert t.buyers.share[r] == pytest.approx(expected, rel=1e-9)
    assert t.local_series[-1, 0, L_SME_SHARE] > 17.3
    assert (market_world(1, rules=eager).tables.buyers.share == before).all()


def test_shares_are_scaled_to_their_mean_and_spread():
    world = World(place(sites=400, months=1), {}, 1)
    from sim.economy.sectors import TURNOVER_PER_JOB

    t = world.tables
    weight = t.sites.jobs * TURNOVER_PER_JOB[t.sites.sector]
    assert np.average(t.buyers.share, weights=weight) == pytest.approx(0.173)
    assert t.buyers.share.std() / t.buyers.share.mean() == pytest.approx(0.55, abs=0.08)
    assert 0.2 < t.buyers.public.mean() < 0.4


def test_unserved_members_give_up_after_two_years_and_the_others_do_not():
    world = market_world(1, values={"pacte_pme.unserved_exit": 3.0, "pacte_pme.incumbent_bonus": 4.0})
    rows = world.memberships
    own = world.tables.sellers[: len(rows)]
    gone = own.gave_up == 1
    assert gone.sum() > 10
    assert (own.contracts[gone] == 0).all()
    assert (rows.left[gone] - rows.joined[gone] >= 24).all()
    stays = market_world(1, values={"pacte_pme.unserved_exit": 0.0})
    assert stays.tables.sellers[: len(stays.memberships)].gave_up.sum() == 0


def test_skills_are_lent_to_members_only_and_once_the_axis_is_open():
    assert len(market_world(1).files) == 0
    later = market_world(1, changes=(Change("pacte_pme", "skills_axis", 1.0, 20),))
    files = later.files
    assert len(files) > 3
    assert files.applied.min() >= 20
    for file in files:
        m = later.tables.membership_of[0, file.firm]
        assert m != NEVER
        assert later.memberships.joined[m] <= file.applied
    assert (files.started[files.started != NEVER] >= 20).all()
    assert later.tables.locals.missions[0] == (files.person != NEVER).sum() > 0


def test_a_person_is_never_in_two_places_also_beside_alize():
    shape = place(sites=6, months=60, rules={"skills_axis": 1.0, "willing": 3.0, "application_rate": 1.0})
    more = {"willing": 3.0, "partners_min": 0.0, "recruiting_effort": 5.0}
    alize = SchemeSpec("alize", spec().schemes[0].rules | more, (("here", 0),))
    both = dataclasses.replace(shape, schemes=(alize, *shape.schemes))
    world = World(both, LIVELY | {"alize.referral": 0.8, "project_rate": 0.01}, 1)
    seen = set()
    for _ in range(60):
        world.step()
        away = world.files[(world.files.state == 3) & (world.files.person != NEVER)]
        assert len(np.unique(away.person)) == len(away)
        assert (world.tables.persons.state[away.person] == ON_MISSION).all()
        assert (world.tables.persons.state == ON_MISSION).sum() == len(away)
        seen |= {int(world.tables.locals.scheme[k]) for k in away.local}
        assert (world.tables.persons.days_year <= 12.0 + 1e-9).all()
    assert seen == {0, 1}


def test_the_waterfall_is_exact_and_lost_contracts_are_displacement():
    pair = market_pair(3, rules=OPEN_WIDE | {"skills_axis": 0.0})
    bars = pair.waterfall()
    total = sum(bars[k] for k in ("declaring", "deadweight", "displacement", "attrition", "other"))
    assert bars["reported"] - total + bars["spillover"] == pytest.approx(bars["net"], abs=1e-9)
    assert bars["displacement"] > pair.treated.contracts.displaced.sum() * 0.5
    by_basin = pair.waterfall_by_basin()
    for name in ("displacement", "other", "net", "attrition"):
        assert by_basin[name].sum() == pytest.approx(bars[name], abs=1e-9)


def test_no_firm_that_is_not_active_wins():
    world = market_world(1, smes=300, rules=OPEN_WIDE)
    statuses = world.tables.smes.status[world.contracts.firm]
    assert (statuses >= ACTIVE).all()


def test_costs_of_the_place():
    per_year = {"platform_euros": 120_000.0, "pact_euros": 12_000.0, "joining_euros": 6_000.0,
                "recruiting_euros": 0.0, "intermediary_euros": 0.0, "coaching_euros": 0.0,
                "event_euros": 1_000.0}  # fmt: skip
    rules = per_year | {"platform": 0.5, "national_pact": 1.0, "joining_effort": 2.0, "events_per_year": 6.0,
                        "shared_structures": 0.5, "coordinators": 2.0}  # fmt: skip
    world = market_world(1, rules=rules, start=0, months=24)
    assert world.tables.markets.events[0] == 12
    yearly = 2 * 60_000 + 0.5 * 2 * 60_000 + 60_000 + 12_000 + 12_000 + 6 * 1_000
    assert world.tables.locals.coordination_cost[0] == pytest.approx(2 * yearly)


def test_the_same_source_uncompiled_gives_the_same_bits():
    code = (
        "import hashlib, warnings; warnings.simplefilter('ignore'); "
        "from tests.small_market import OPEN_WIDE, market_world; "
        "w = market_world(5, smes=200, neighbours=80, sites=8, months=20, start=0, rules=OPEN_WIDE); "
        "print(len(w.contracts), w.tables.markets.meetings[0], hashlib.md5("
        "w.tables.causes.tobytes() + "
        "repr(w.files.tolist()).encode() + repr(w.contracts.tolist()).encode()).hexdigest())"
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


def test_a_market_place_that_has_closed_has_no_partners_whose_purchases_count():
    """Its partnerships keep their state; like their number and fatigue, their share is no longer told."""
    shape = place(smes=100, months=60, sites=8, rules={"partners_min": 4.0})
    here = dataclasses.replace(shape.territory.basins[0], founders=5)
    territory = dataclasses.replace(shape.territory, basins=(here, shape.territory.basins[1]))
    world = World(dataclasses.replace(shape, territory=territory), {"pacte_pme.exit_rate": 0.5}, 1).run()
    closed = world.tables.locals.closed[0]
    assert 2 < closed < 59
    assert (world.tables.partnerships.state == PARTNER).any()
    shares = world.tables.local_series[:, 0, L_SME_SHARE]
    assert (shares[2:closed] > 0).all()
    assert (shares[closed:] == 0).all()
    assert np.isnan(sme_share(world))


def test_history_does_not_hang_on_the_horizon():
    short, long = (market_world(6, rules=OPEN_WIDE, months=m) for m in (24, 40))
    a, b = (w.contracts[w.contracts.awarded < 24] for w in (short, long))
    assert len(a) > 50
    assert (short.tables.uid[a.firm] == long.tables.uid[b.firm]).all()
    assert (a.value == b.value).all()
    suppliers = [w.tables.uid[np.maximum(c.supplier, 0)] for w, c in ((short, a), (long, b))]
    assert (suppliers[0] == suppliers[1]).all()
