"""What is left of a scheme made of members when it closes."""

import numpy as np

from sim.pair import WINDOW_MONTHS, members
from sim.poles_seen import left_pole
from sim.rd import RD_FILED
from sim.spec import Change
from sim.state import L_MEMBERS, NEVER
from sim.world import World
from tests.small_market import market_world
from tests.small_pole import pole_world

CLOSES = 30


def closing(scheme: str) -> tuple[Change, ...]:
    """No place has as many partners as it then takes to stay open."""
    return (Change(scheme, "partners_min", 10.0, CLOSES), Change(scheme, "recruiting_effort", 0.0, 0))


def nobody_stays(world: World) -> None:
    """Up to the month in which all places close they have members, then none, and hires are counted for the
    usual time."""
    t = world.tables
    assert set(t.locals.closed.tolist()) == {CLOSES}
    counted = t.local_series[:, :, L_MEMBERS].sum(axis=1)
    assert counted[CLOSES - 1] > 20
    assert (counted[CLOSES:] == 0).all()
    joined = world.memberships[world.memberships.joined != NEVER]
    assert joined.left.min() != NEVER
    assert joined.left.max() == CLOSES
    assert members(world).stop.max() == CLOSES + WINDOW_MONTHS


def test_members_leave_a_market_place_as_it_closes():
    nobody_stays(market_world(months=72, changes=closing("pacte_pme")))


def test_members_leave_a_pole_as_it_closes_and_are_not_said_to_have_left_it():
    stay = {"pole.member_exit": 0.0, "pole.leave_strained": 0.0}
    world = pole_world(months=72, values=stay, changes=closing("pole"))
    nobody_stays(world)
    assert left_pole(world) == 0
    assert left_pole(pole_world(months=72, values=stay | {"pole.member_exit": 0.1})) > 0


def test_files_of_the_last_pole_to_close_stayed_filed_for_ever():
    """They go on alone, as do those of a pôle that closes beside others."""
    world = pole_world(changes=closing("pole"), months=CLOSES, smes=1500)
    assert (world.rd.state == RD_FILED).sum() > 3
    filed = np.flatnonzero(world.rd.state == RD_FILED)
    world = pole_world(changes=closing("pole"), months=CLOSES + 6, smes=1500)
    assert (world.rd.state != RD_FILED).all()
    assert (world.rd.local[filed] == NEVER).all()
    assert (world.rd.started[filed] >= CLOSES).any()
