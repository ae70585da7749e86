"""Outcomes of pôles, members and cohorts that counted what was not theirs, each by the name of the bug."""

from functools import cache
from math import isnan

import numpy as np
import pytest

from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.poles_seen import aid_to_firms, months_running
from sim.spec import Change
from sim.state import COHORT, COMPLETED, L_MEMBERS, MARKET, NEVER, POLE
from sim.world import World
from tests.small_five import five_pair
from tests.small_market import market_world
from tests.small_pole import EAGER, pole_world, region


def research_lived_through(world: World) -> float:
    """Runs a world to its horizon; R&D of all firms, each month at its own headcounts (euros)."""
    p, total = world.tables.economy[0], 0.0
    while world.month < world.spec.horizon_months:
        world.step()
        near = world.researchers.distance < 1.0
        size = world.tables.size[world.researchers.firm[near]]
        left = 1.0 - p.idea_distance * world.researchers.distance[near]
        total += float((p.own_research_euros * (size / 20.0) ** p.research_size * left * (size > 0)).sum())
    cost = (world.rd.cost * months_running(world.rd, 0, world.month)).sum()
    return total + (1.0 - p.research_crowding) * float(cost)


@pytest.mark.parametrize("months", [60, 66])
def test_research_since_the_start_was_that_of_the_last_month_in_all_months(months: int):
    """A seventh too much of it was laid to the pôles, a thirtieth too little was given back in tax."""
    shape = region(months=months, rules={"capital_bridge": 0.5})
    pair = Pair(World(shape, EAGER, 3), World(shape.without_schemes(), EAGER, 3))
    more, less = (research_lived_through(world) for world in (pair.treated, pair.control))
    aid, credit = aid_to_firms(pair.treated), pair.treated.tables.economy.tax_credit[0]
    assert differences(pair)["rd_per_euro"] == pytest.approx((more - less) / aid, rel=0.01)
    assert levels(pair.treated)["research_tax_credit"] == pytest.approx(credit * (more - aid), rel=0.005)


def test_spending_on_research_of_half_a_year_was_said_to_be_that_of_a_year():
    half, year = (levels(pole_world(months=months))["rd_spending"] for months in (6, 12))
    assert half == pytest.approx(year, rel=0.1)


def calls_of(*changes: Change) -> tuple[World, dict[str, float]]:
    world = pole_world(months=60, changes=changes)
    return world, levels(world)


def test_a_call_without_money_went_on_being_decided():
    """Groups filed for it, and what waited was turned down and counted each time."""
    before = levels(pole_world(months=36))
    world, found = calls_of(Change("pole", "call_euros", 0.0, 36))
    assert (world.rd.labelled[world.rd.funded == NEVER] == 1).any()
    for name in ("selection_rate", "sme_led_share"):
        assert found[name] == before[name]
    _, never = calls_of(Change("pole", "call_euros", 0.0, 0))
    assert isnan(never["selection_rate"])
    assert isnan(never["sme_led_share"])


def test_groups_filed_in_calls_for_small_firms_alone():
    money = Change("pole", "call_euros", 0.0, 0), Change("pole", "sme_call_euros", 4e6, 0)
    world, found = calls_of(*money)
    assert found["sme_led_share"] == 1.0
    assert found["selection_rate"] == found["rd_funded"] / world.tables.locals.judged.sum()
    assert 0.0 < found["selection_rate"] < 1.0


@cache
def all_five() -> Pair:
    return five_pair(values={"pole.member_exit": 0.1, "pacte_pme.member_exit": 0.1})


def of(world: World, scheme: int) -> np.ndarray:
    """Which memberships are of local schemes of this format."""
    return (world.tables.rules.format == scheme)[world.memberships.local]


def test_a_firm_of_two_schemes_was_two_members():
    world = all_five().treated
    rows = world.memberships[(world.memberships.joined != NEVER) & (world.memberships.left == NEVER)]
    assert levels(world)["members"] == len(set(rows.firm.tolist())) < len(rows)
    assert len(rows) == world.tables.local_series[-1, :, L_MEMBERS].sum()


def test_members_of_market_places_left_poles_and_were_far_from_a_technology():
    world = all_five().treated
    found, rows, t = levels(world), world.memberships, world.tables
    gone = rows.left != NEVER
    gone &= (rows.left != t.smes.died[rows.firm]) & (rows.left != t.locals.closed[rows.local])
    far = (rows.joined != NEVER) & (rows.left == NEVER) & (rows.distance > 2 / 3)
    for name, marked in (("left_pole", gone), ("distant_members", far)):
        assert found[name] == (marked & of(world, POLE)).sum() > 0
        assert (marked & of(world, MARKET)).any()
    assert found["left_share"] == gone.sum() / (rows.joined != NEVER).sum()
    alone = levels(market_world(months=36))
    assert alone["members"] > alone["left_pole"] == alone["distant_members"] == 0


def test_research_of_members_of_a_market_place_was_a_gain_of_poles():
    alone = five_pair(schemes=("pacte_pme",))
    assert levels(alone.treated)["members"] > 0
    assert levels(alone.treated)["rd_spending"] > 0
    assert isnan(differences(alone)["rd_gain"])
    assert not isnan(differences(all_five())["rd_gain"])


def test_shares_of_cohorts_counted_the_files_of_other_schemes():
    world = all_five().treated
    found, files = levels(world), world.files
    inside = world.tables.rules.format[files.local] == COHORT
    started, completed = files.started != NEVER, files.state == COMPLETED
    assert found["misfit_share"] == (files.ready[started & inside] == 0).mean() > 0
    assert found["plans_carried_out"] == (files.carried_out[completed & inside] == 1).mean()
    assert (started & ~inside).sum() > (started & inside).sum() > 0


def test_closed_poles_had_an_agenda_at_the_end():
    votes = Change("pole", "sme_votes", 1.0, 30), Change("pole", "director_time", 1.0, 30)
    leave = EAGER | {"pole.exit_rate": 0.1}
    here = pole_world(1, leave, months=72, rules={"partners_min": 3.0}, changes=votes)
    alive = here.tables.locals.alive == 1
    assert 0 < alive.sum() < len(alive)
    assert levels(here)["sme_agenda"] == here.tables.locals.agenda[alive].mean()
