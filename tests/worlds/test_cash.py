"""Advances that come late: the same few rules of money serve any scheme that pays."""

import numpy as np

from sim.pair import Pair
from sim.state import NEVER
from sim.world import World
from tests.small import same_firms, spec, world

LIVELY = {"project_rate": 0.02, "alize.referral": 0.9, "alize.application_rate": 1.0, "grant_chance": 0.0}


def advanced(run: World) -> tuple[np.recarray, np.recarray]:
    """Files with an advance, and their projects."""
    files = run.files[run.files.advance > 0]
    return files, run.projects[files.project]


def test_an_advance_paid_at_once_is_what_it_was():
    plain = world(3, values=LIVELY)
    files, _ = advanced(plain)
    assert len(files) > 20
    assert (files.cash == files.started).all()
    several = world(3, values=LIVELY, rules={"agreements": 5.0})
    assert same_firms(plain, several)


def test_a_delayed_advance_helps_only_a_project_decided_after_the_money_came():
    run = world(3, values=LIVELY, rules={"cash_months": 6.0}, months=72)
    files, projects = advanced(run)
    assert set(files.cash - files.started) == {6}
    came = files.cash < run.month
    helped = came & (projects.due > files.cash)
    late = projects.due <= files.cash
    # a firm that closes before the money comes gets none
    died = run.tables.smes.died[files.firm]
    gone = (died != NEVER) & (died <= files.cash)
    assert (helped & ~gone).sum() > 10
    assert late.sum() > 5
    assert (projects.finance[helped & ~gone] == 0.25).all()
    assert (projects.finance[late] == 0.0).all()


def test_more_agreements_make_it_come_later_and_ledgers_hold():
    late = {"cash_months": 1.0, "cash_months_agreement": 2.0}
    waits = []
    for agreements in (1.0, 4.0):
        run = world(3, values=LIVELY, rules=late | {"agreements": agreements}, months=72)
        files, _ = advanced(run)
        waits.append((files.cash - files.started).mean())
        k = run.tables.locals
        assert np.allclose(k.fund, k.endowed - k.advanced + k.repaid)
        assert np.allclose(k.advanced, k.repaid + k.outstanding + k.lost)
        assert (k.fund >= 0).all()
        unpaid = files.cash > run.month - 1
        assert (files.outstanding[unpaid & (run.tables.size[files.firm] > 0)] == 12_000.0).all()
    assert waits[1] > waits[0] + 1


def test_money_that_comes_late_helps_less():
    shape = spec(months=96)
    gains = []
    for rules in ({}, {"cash_months": 24.0}):
        late = spec(months=96, rules=rules)
        made = []
        for seed in range(3):
            pair = Pair(World(late, LIVELY, seed).run(), World(shape.without_schemes(), LIVELY, seed).run())
            _, projects = advanced(pair.treated)
            made.append((projects.finance > 0).mean())
        gains.append(np.mean(made))
    assert gains[0] == 1.0
    assert gains[1] < 0.2
