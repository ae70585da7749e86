"""Rules of the market place, each against a value computed by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.parameters import RULES_DTYPE
from sim.state import NEVER, PARTNER
from sim.support import bids, buyers, contracts, market, needs, reach, ties


def row(**values: float) -> np.record:
    made = np.zeros(1, RULES_DTYPE).view(np.recarray)
    for name, value in values.items():
        made[name] = value
    return made[0]


def test_reach_is_extended_by_platform_events_and_intermediaries():
    assert reach.extended(1.0, 12.0, 1.0, (0.5, 0.35, 0.6)) == pytest.approx(2.45)
    assert reach.extended(0.5, 6.0, 0.0, (0.5, 0.35, 0.6)) == pytest.approx(1.425)
    assert reach.reach_now(row(platform_reach=0.5, event_reach=0.35)) == 1.0


def test_a_tie_has_half_its_strength_at_two_years():
    assert ties.strength(0, 24.0) == 0.0
    assert ties.strength(12, 24.0) == pytest.approx(1 - 2**-0.25)  # 0.16
    assert ties.strength(24, 24.0) == pytest.approx(0.5)
    assert ties.strength(48, 24.0) == pytest.approx(0.9375)


def test_a_need_is_seen_by_sight_tie_or_intermediary():
    assert bids.seeing_chance(0.1, 0.5, 0.3) == pytest.approx(1 - 0.9 * 0.5 * 0.7)
    assert bids.seeing_chance(0.1, 0.0, 0.0) == pytest.approx(0.1)
    assert bids.seeing_chance(0.0, 0.0, 0.0) == 0.0


def test_a_platform_shows_private_needs_only():
    rule = row(public_visibility=0.8, private_visibility=0.1, platform_visibility=0.7, platform=0.5)
    assert bids.visibility(rule, 1) == 0.8
    assert bids.visibility(rule, 0) == pytest.approx(0.4)


def test_merit_of_a_bid_and_chance():
    rule = row(capability_weight=1.5, tie_weight=2.5)
    assert bids.merit_of_bid(0.7, 0.5, rule) == pytest.approx(1.5 * 0.4 + 1.25)
    assert bids.gumbel(math.exp(-1.0)) == pytest.approx(0.0)
    assert bids.gumbel(math.exp(-math.exp(-3.0))) == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("sector", "u", "category"),
    [
        (0, 0.0, 0),  # food: the first 0.04 of all firms
        (0, 0.99, 2),  # 0.0396 of 60 categories: 2.4
        (1, 0.01, 2),  # metal begins at 0.04: 2.4, in the same category
        (7, 0.5, 37),  # trade: from 0.51 to 0.73, 37.2 at its middle
        (9, 0.999999, 59),
    ],
)
def test_categories_are_slices_of_all_firms(sector, u, category):
    assert bids.category_at(sector, u, 60) == category


def test_purchases_and_value_of_a_need():
    # 400 jobs in metal, half of the turnover is bought, 17.3 % from SMEs, 6 % of it posted in twelve needs
    bought = buyers.purchases(400.0, 1, 0.5)
    assert bought == pytest.approx(30e6)
    assert needs.yearly_value(bought, 0.173, 0.06, 1.0) == pytest.approx(25_950.0)
    assert needs.yearly_value(bought, 0.173, 0.06, 3.0) == pytest.approx(8_650.0)  # more needs are smaller
    assert needs.value_of(1000.0, 0.8, 0.0) == pytest.approx(1000.0 * math.exp(-0.32))
    assert needs.value_of(1000.0, 0.0, 2.0) == 1000.0


def test_preference_gives_away_a_part_of_the_price():
    assert needs.premium(5.2, 4.0, 6.0) == pytest.approx(0.2)
    assert needs.premium(4.0, 5.2, 6.0) == 0.0


def test_jobs_of_a_contract():
    assert contracts.jobs_of(150_000.0, 0.5, 150_000.0) == 0.5


def test_a_commitment_is_approached():
    share = 17.3
    for _ in range(12):
        share = buyers.approach(share, 17.3 * 1.115, 1.2)
    assert share == pytest.approx(17.3 * (1 + 0.115 * (1 - math.exp(-1.2))))  # 18.7 in 2006


def test_nobody_commits_to_more_than_all_that_it_buys():
    buyer = SimpleNamespace(committed=NEVER, share=0.6, aim=0.0)
    world = SimpleNamespace(
        rules=[row(national_pact=1.0, commitment_gain=0.9)],
        locals=[SimpleNamespace(first_partnership=0, partnerships=1)],
        partnerships=[SimpleNamespace(state=PARTNER)],
        buyers=[buyer],
    )
    getattr(buyers.commit, "py_func", buyers.commit)(world, 3, 0)
    assert (buyer.committed, buyer.aim) == (3, 1.0)


def test_yearly_costs():
    rule = row(
        coordinators=2.0, coordinator_euros=60_000.0, duplication=1.0, shared_structures=0.25,
        joining_effort=2.0, joining_euros=10_000.0, recruiting_effort=1.0, recruiting_euros=5_000.0,
        platform=0.5, platform_euros=100_000.0, intermediaries=1.0, intermediary_euros=30_000.0,
        pitch_coaching=0.5, coaching_euros=400.0, national_pact=1.0, pact_euros=12_400.0,
    )  # fmt: skip
    expected = 90_000 + 20_000 + 5_000 + 50_000 + 30_000 + 0.5 * 400 * 100 + 12_400
    assert market.running_costs(rule, 100) == pytest.approx(expected)


def test_events_add_up_to_their_number_in_a_year():
    place = np.zeros(1, [("event_credit", "f8")]).view(np.recarray)[0]
    assert sum(market.event_is_due(place, 5.0) for _ in range(24)) == 10
    assert sum(market.event_is_due(place, 12.0) for _ in range(12)) == 12
    assert not market.event_is_due(place, 0.0)


def test_room_is_far_above_the_mean():
    assert market.room_of(0.0) == 50
    assert market.room_of(99.0) == 239
