"""What a pathway leaves behind: ties, follow-up, a gain. Nothing that comes later takes it away."""

import numpy as np
import pytest

from sim.state import COMPLETED
from sim.support import effects
from sim.world import World
from tests.small_boost import BUSY, OTHERS, boost, three, to

LAST = 20  # month after which no cohort starts
LOSS = 0.4 / 12.0  # a month, without events
VALUES = BUSY | {"boost_innov.tie_loss": 12.0 * LOSS}


def with_events(month: int, ramp: int = 0) -> World:
    """A world of 48 months with cohorts until ``LAST``, and events for alumni from this month on."""
    changes = (to("cohorts_per_year", 0, LAST), to("alumni_events", 1, month, ramp))
    return World(boost(changes=changes, alumni_events=0.0), VALUES, 1).run()


def ties(world: World, i: int) -> float:
    """Ties of a firm in the last month."""
    return effects.ties_now(world._handle, world.tables.smes[i], world.month - 1)


def alumni(world: World) -> np.ndarray:
    """Rows of firms alive with ties."""
    return np.flatnonzero((world.tables.smes.ties > 0) & (world.tables.size > 0))


def test_events_that_begin_later_serve_earlier_alumni():
    """They served only those who came later: a policy of a year with events seemed to be worth nothing."""
    never, later = with_events(48), with_events(30)
    rows = np.intersect1d(alumni(never), alumni(later))
    assert len(rows) > 10
    assert (later.tables.smes.supported[rows] < 30).all()
    for i in rows:
        assert ties(later, i) == pytest.approx(ties(never, i) * np.exp(LOSS * (47 - 30)))


def test_events_that_grow_month_by_month():
    never, ramp = with_events(48), with_events(30, 4)
    spared = LOSS * (0.25 + 0.5 + 0.75 + (47 - 33))
    i = np.intersect1d(alumni(never), alumni(ramp))[0]
    assert ties(ramp, i) == pytest.approx(ties(never, i) * np.exp(spared))


def test_light_help_of_another_scheme_leaves_ties_and_follow_up():
    """It put an end to the follow-up of a cohort, and ties were lost as fast as the other scheme had it."""
    changes = (to("followup_months", 24), to("alumni_events", 0))
    shape = three(("boost_innov", "alize"), months=60, changes=changes)
    values = OTHERS | VALUES | {"project_rate": 0.2, "project_months_mean": 6.0}
    world = World(shape, values, 1).run()
    t = world.tables
    done = world.files[world.files.state == COMPLETED]
    by_cohort = t.locals.scheme[done.local] == 0
    seen = 0
    for i in np.unique(done.firm[by_cohort]):
        first = done[by_cohort & (done.firm == i)]
        after = done[~by_cohort & (done.firm == i) & (done.ended > first.ended.max())]
        if len(first) == 1 and len(after):
            assert t.smes.followed_until[i] == max(first.ended[0] + 24, after.ended.max())
            peers = t.cohorts.directors[first.cohort[0]] - 1
            whole = 1.0 - 2.0 ** (-peers / 2)
            assert ties(world, i) == pytest.approx(whole * np.exp(-LOSS * (59 - first.ended[0])))
            seen += 1
    assert seen > 5


def test_a_small_gain_that_fades_fast_does_not_take_a_large_one_with_it():
    slow, fast = 0.08 / 12, 1.2 / 12
    assert effects.joint_decay(0.0, 0.0, 0.1, fast) == fast
    assert effects.joint_decay(0.3, slow, 0.1, fast) == pytest.approx(0.75 * slow + 0.25 * fast)
    assert effects.joint_decay(0.3, fast, 0.1, fast) == fast  # to the bit
    assert effects.joint_decay(0.3, slow, 0.0, fast) == slow
