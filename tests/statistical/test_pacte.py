"""The market place: the published numbers of members with default values, and signs in paired small worlds.

A mean fails only when it lies outside its bounds by more than four standard errors; a sign only when the
paired mean is not more than four standard errors beyond nil, so that a model which is truly inside, or truly
of that sign by twice as much, raises a false alarm less than once in 30,000 runs. Small worlds have twelve
seeds.
"""

from functools import cache, lru_cache

import numpy as np
import pytest

from scenarios.load import load_case, load_policies
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.spec import Change
from sim.state import L_MEMBERS, L_PARTNERS
from sim.world import World
from tests.small_market import LIVELY, market_pair, place

pytestmark = pytest.mark.statistical
SEEDS = range(12)
NO_REACH = {
    "pacte_pme.platform_reach": 0.0,
    "pacte_pme.intermediary_reach": 0.0,
    "pacte_pme.event_reach": 0.0,
}
ARMS: dict[str, dict] = {
    "plain": {},
    "preference": {"rules": {"local_preference": 0.3}},
    "effort": {"rules": {"joining_effort": 2.0, "recruiting_effort": 2.0}},
    "platform": {"rules": {"platform": 1.0}, "values": NO_REACH},
    "intermediaries": {"rules": {"intermediaries": 1.0}, "values": NO_REACH},
    "events": {"rules": {"events_per_year": 12.0}, "values": NO_REACH},
    "reach": {"rules": {"platform": 1.0, "events_per_year": 12.0, "intermediaries": 1.0}},
    "coached": {"rules": {"pitch_coaching": 1.0}, "values": {"pacte_pme.pitch_gain": 1.0}},
    "pact": {"rules": {"national_pact": 1.0, "partner_reach": 0.5}, "values": {"pacte_pme.pact_reach": 0.5}},
    "commitments": {
        "rules": {"national_pact": 1.0, "partner_reach": 0.5},
        "values": {"pacte_pme.pact_reach": 0.0},
    },
    "no pact": {"rules": {"partner_reach": 0.5}},
    "no ties": {"values": {"pacte_pme.tie_weight": 0.0}},
}


@lru_cache(maxsize=3)  # worlds are large
def pairs(arm: str) -> tuple[Pair, ...]:
    return tuple(market_pair(seed, months=60, **ARMS[arm]) for seed in SEEDS)


@cache
def outcomes(arm: str) -> dict[str, np.ndarray]:
    """Every outcome of an arm, by seed."""
    rows = [levels(pair.treated) | differences(pair) for pair in pairs(arm)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def error(values: np.ndarray) -> float:
    """Four standard errors of a mean."""
    return float(4 * values.std(ddof=1) / np.sqrt(len(values)))


def more(arm: str, than: str, outcome: str) -> bool:
    """Whether an outcome is higher in one arm than in the other."""
    gap = outcomes(arm)[outcome] - outcomes(than)[outcome]
    return bool(gap.mean() > error(gap))


def test_the_published_case_with_default_values():
    """Members after a year and after two, within 15 %."""
    spec = load_case("mba-marseille-2017-2019").spec
    worlds = [World(spec, {}, seed).run() for seed in range(30)]
    found = np.array([w.tables.local_series[[11, 23], 0][:, [L_MEMBERS, L_PARTNERS]].ravel() for w in worlds])
    for values, published in zip(found.T, (500, 100, 550, 150), strict=True):
        assert 0.85 * published - error(values) <= values.mean() <= 1.15 * published + error(values)


@pytest.mark.parametrize("arm", ["plain", "preference", "platform", "reach", "coached"])
def test_a_contract_moves_jobs_in_the_territory_and_about_nothing_in_the_world(arm):
    found = outcomes(arm)
    assert found["jobs_net"].mean() > error(found["jobs_net"])
    assert found["jobs_outside"].mean() > error(found["jobs_outside"])
    world = found["jobs_net_world"]
    assert abs(world.mean()) < 0.15 * found["jobs_net"].mean() + error(world)


def test_local_preference_moves_contracts_from_outside_and_from_neighbours():
    for outcome in ("contracts_from_outside", "contracts_from_neighbours", "sales_lost_by_neighbours",
                    "jobs_net", "preference_cost"):  # fmt: skip
        assert more("preference", "plain", outcome), outcome
    # the neighbour loses jobs, and the world about as much as the basin gains
    gap = np.array([p.delta_by_basin().sum(0) for p in pairs("preference")]) - np.array(
        [p.delta_by_basin().sum(0) for p in pairs("plain")]
    )
    assert gap[:, 0].mean() > error(gap[:, 0])
    assert gap[:, 1].mean() < error(gap[:, 1])
    world = outcomes("preference")["jobs_net_world"] - outcomes("plain")["jobs_net_world"]
    assert abs(world.mean()) < 0.15 * outcomes("preference")["jobs_net"].mean() + error(world)


def test_preference_costs_nothing_where_nobody_prefers():
    assert (outcomes("plain")["preference_cost"] == 0).all()


def members_in_half_a_year(policy: str) -> np.ndarray:
    """Member firms in December 2019 over those in June, in the published case under a policy."""
    study = load_policies("pacte-pme-doubling")
    spec = study.spec(study.bases[0], policy)
    series = [World(spec, {}, seed).run(31).tables.local_series[:, 0, L_MEMBERS] for seed in range(6)]
    return np.array([one[30] / one[24] for one in series])


def test_recruiting_alone_does_not_double_members_and_more_reach_does():
    effort = members_in_half_a_year("both-twice-asked")
    assert effort.mean() + error(effort) < 1.15
    reach = members_in_half_a_year("doubled-and-twice-asked")
    assert reach.mean() - error(reach) > 1.5  # with the platform from September on
    assert more("reach", "effort", "members")
    assert more("reach", "effort", "buyers")


def test_visible_private_needs_help_firms_without_ties_most():
    plain, shown = (won_by_tie(arm) for arm in ("plain", "platform"))
    assert (shown.sum(1) - plain.sum(1)).mean() > error(shown.sum(1) - plain.sum(1))
    # contracts won without a tie grow by a larger factor than those won with one
    gain = np.log(shown / plain)
    gap = gain[:, 0] - gain[:, 1]
    assert gap.mean() > error(gap)
    assert more("platform", "plain", "contracts_of_newcomers")


def won_by_tie(arm: str) -> np.ndarray:
    """Contracts won from private buyers without a tie of half a year, and with one of two years; shape
    (seeds, 2)."""
    found = []
    for pair in pairs(arm):
        contracts = pair.treated.contracts
        contracts = contracts[contracts.public == 0]
        found.append([(contracts.tie < 0.05).sum(), (contracts.tie >= 0.5).sum()])
    return np.array(found, float)


def test_a_tie_needs_two_years():
    """What ties add to contracts: next to nothing in the first year, much after three."""
    early, late = [], []
    for with_ties, without in zip(pairs("plain"), pairs("no ties"), strict=True):
        first, then = (
            [((c.awarded >= a) & (c.awarded < b)).sum() for a, b in ((0, 12), (36, 60))]
            for c in (with_ties.treated.contracts, without.treated.contracts)
        )
        early.append(first[0] / then[0])
        late.append(first[1] / then[1])
    assert np.mean(early) < 1.1 + error(np.array(early))
    assert np.mean(late) > 1.3 + error(np.array(late))


def test_who_routes_needs_and_who_meets_helps():
    assert more("intermediaries", "plain", "contracts")
    assert more("intermediaries", "plain", "contracts_of_newcomers")
    assert more("events", "plain", "contracts")


def test_coaching_helps_with_large_private_buyers_only():
    assert more("coached", "plain", "contracts")
    gap = [by_buyer("coached")[k] - by_buyer("plain")[k] for k in range(2)]
    assert gap[0].mean() > error(gap[0])
    assert gap[1].mean() < error(gap[1])


def by_buyer(arm: str) -> tuple[np.ndarray, np.ndarray]:
    """Contracts of large private buyers, and of all others, by seed."""
    rows = [pair.treated.contracts for pair in pairs(arm)]
    private = np.array([((c.public == 0) & (c.link >= 0)).sum() for c in rows])
    return private, np.array([len(c) for c in rows]) - private


def test_the_pact_brings_buyers_and_what_they_buy():
    assert more("pact", "commitments", "buyers")
    assert more("pact", "commitments", "contracts")
    assert more("commitments", "no pact", "sme_share")
    assert more("commitments", "no pact", "sales_moved")


def test_doubling_buyers_serves_members_and_doubling_members_does_not():
    """Contracts per member: more buyers for the same members, or more members for the same buyers."""
    found = {}
    for name, rules in (("few", {}), ("buyers", {"partner_reach": 1.0}), ("members", {"reach": 0.2})):
        change = {"partner_reach": 0.5} | rules
        shape = place(months=60, rules=change)
        rows = [levels(World(shape, LIVELY, seed).run())["contracts_per_member"] for seed in SEEDS]
        found[name] = np.array(rows)
    assert (found["buyers"] - found["few"]).mean() > error(found["buyers"] - found["few"])
    assert (found["members"] - found["few"]).mean() < -error(found["members"] - found["few"])


def test_unserved_members_leave_and_contracts_keep_them():
    assert more("plain", "platform", "members_unserved")
    assert more("plain", "platform", "members_gave_up")


def test_a_policy_for_one_month_leaves_the_months_before_alone():
    change = (Change("pacte_pme", "platform", 1.0, 30),)
    plain, later = (
        World(place(months=40), LIVELY, 1).run(),
        World(place(months=40, changes=change), LIVELY, 1).run(),
    )
    a, b = (w.contracts[w.contracts.awarded < 30] for w in (plain, later))
    assert len(a) == len(b)
    assert (a.firm == b.firm).all()
    assert (later.contracts.awarded >= 30).sum() > (plain.contracts.awarded >= 30).sum()
