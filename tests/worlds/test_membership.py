"""Schemes made of members: who joins, when, and who leaves."""

import numpy as np
import pytest

from sim.pair import Pair, helped
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.state import L_MEMBERS, NEVER
from sim.world import World

RULES = {
    "format": 4.0,
    "partners_min": 0.0,
    "reach": 0.2,
    "joining": 2.3,
    "fund_euros": 0.0,
    "coordinators": 0.0,
}


def spec(months=36, changes=(), smes=4000, **rules):
    places = (Basin("a", "A", smes, 0), Basin("b", "B", 300, 0))
    scheme = SchemeSpec("club", RULES | rules, (("a", 3),))
    return WorldSpec(Territory("small", places), months, 2017, schemes=(scheme,), changes=changes)


def test_members_approach_the_reach_at_the_rate_of_joining():
    """Of the firms within reach a share 1 - exp(-rate t) has joined after t years, but for those that close;
    all of them lie in the basin of the scheme."""
    world = World(spec(), {}, 5).run()
    within = world.memberships[world.memberships.distance < 1]
    old = within[world.tables.born[within.firm] < 3]
    assert len(old) == pytest.approx(800, abs=4 * np.sqrt(800 * 0.8))
    joined = (old.joined != NEVER) & (old.joined < 15)  # twelve months of invitations
    share = 1 - np.exp(-2.3)
    died = world.tables.smes.died[old.firm]
    alive = (died == NEVER) | (died >= 15)
    assert joined[alive].mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / alive.sum()))
    assert set(world.tables.smes.basin[world.memberships.firm]) == {0}
    assert world.tables.local_series[2, 0, L_MEMBERS] == 0


def test_members_that_leave_do_so_at_their_rate_and_do_not_come_back():
    world = World(spec(months=60, member_exit=0.3, joining=12.0), {}, 5).run()
    rows = world.memberships[(world.memberships.joined != NEVER) & (world.memberships.joined < 12)]
    own = (rows.left != NEVER) & (rows.left == rows.leaves)
    alive = world.tables.smes.died[rows.firm] == NEVER
    expected = 1 - np.exp(-0.3 * (60 - 8) / 12)
    assert own[alive].mean() == pytest.approx(expected, abs=0.07)
    members = ((world.memberships.joined != NEVER) & (world.memberships.left == NEVER)).sum()
    assert world.tables.local_series[-1, 0, L_MEMBERS] == members == world.tables.locals.members[0]


def test_founders_are_the_nearest():
    world = World(spec(joining=0.0, founder_distance=0.3), {}, 5).run()
    rows = world.memberships[world.memberships.joined != NEVER]
    assert len(rows) == pytest.approx(240, abs=4 * np.sqrt(240))
    assert set(rows.joined) == {3}
    assert rows.distance.max() < 0.3


def test_membership_alone_changes_no_firm_and_counts_as_acceptance():
    one = World(spec(), {}, 5).run()
    none = World(spec().without_schemes(), {}, 5).run()
    assert np.array_equal(one.tables.size, none.tables.size)
    bars = Pair(one, none).waterfall()
    assert bars["net"] == 0.0
    assert bars["realised"] == bars["deadweight"] > 0
    assert len(helped(one)) == (one.memberships.joined != NEVER).sum() > 400


def test_doubled_effort_doubles_the_rate_from_its_month_on():
    change = Change("club", "joining_effort", 2.0, from_month=9)
    plain, more = World(spec(), {}, 5).run(), World(spec(changes=(change,)), {}, 5).run()
    assert np.array_equal(plain.memberships.firm, more.memberships.firm)
    first, sooner = (np.where(w.memberships.joined == NEVER, 99, w.memberships.joined) for w in (plain, more))
    assert np.array_equal(first[first < 9], sooner[first < 9])
    assert (sooner <= first).all()
    assert (sooner < first).sum() > 50
