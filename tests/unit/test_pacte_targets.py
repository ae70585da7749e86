"""Published figures on the market place and on national buyers: by hand, complete, and given by a world."""

from types import SimpleNamespace

import numpy as np
import pytest

from calibration import pacte_figures as pacte
from calibration.alize_figures import Reading
from calibration.facts import facts
from calibration.targets import NOT_COVERED, TARGETS, compute, root
from scenarios.load import load_case
from sim.markets import BUYER
from sim.state import L_MEMBERS, L_PARTNERS, L_SME_SHARE, LEFT, LOCAL_SERIES, PARTNER, PARTNERSHIP
from sim.world import World

MBA, NATIONAL = "mba-marseille-2017-2019", "pacte-national-2005-2013"


def small_world() -> SimpleNamespace:
    """Forty months: members rise by ten a month, buyers by three, the share by a tenth of a point from 17.
    Two buyers of 10 and 30 %, and one that has left."""
    series = np.zeros((40, 1, len(LOCAL_SERIES)))
    series[:, 0, L_MEMBERS] = 10.0 * np.arange(1, 41)
    series[:, 0, L_PARTNERS] = 3.0 * np.arange(1, 41)
    series[:, 0, L_SME_SHARE] = 17.0 + 0.1 * np.arange(40)
    buyers = np.zeros(3, BUYER).view(np.recarray)
    buyers.share = [0.1, 0.3, 0.9]
    links = np.zeros(3, PARTNERSHIP).view(np.recarray)
    links.state = [PARTNER, PARTNER, LEFT]
    tables = SimpleNamespace(local_series=series, buyers=buyers, partnerships=links)
    return SimpleNamespace(month=40, tables=tables)


def at(month: int) -> Reading:
    return Reading(small_world(), month)


def test_members_and_buyers():
    assert pacte.firms(at(24)) == 240
    assert pacte.large_buyers(at(24)) == 72
    assert pacte.organisations(at(24)) == 312
    assert pacte.growth(at(24)) == pytest.approx(100.0)
    assert pacte.firms_per_buyer(at(24)) == pytest.approx(10 / 3)


def test_what_buyers_buy_from_smes():
    assert pacte.sme_share(at(1)) == 17.0
    assert pacte.rise_in_three_years(at(37)) == pytest.approx(100 * 3.6 / 17.0)
    # read in the last month, as they were when the mean was that of month 20
    assert pacte.lowest_share(at(40)) == pytest.approx(10.0)
    assert pacte.highest_share(at(20)) == pytest.approx(30.0 * 18.9 / 20.9)


@pytest.mark.parametrize(("case", "prefixes", "more"), [(MBA, ("S4",), 0), (NATIONAL, ("PAC",), 4)])
def test_no_figure_is_silently_left_out(case, prefixes, more):
    about = {i for i in facts() if i.split("-")[0] in prefixes} | {f"S4-0{k + 1}" for k in range(more)}
    covered = {root(target.fact_id) for target in TARGETS[case]}
    assert covered | set(NOT_COVERED[case]) == about
    assert not covered & set(NOT_COVERED[case])
    assert set(load_case(case).facts) <= about


@pytest.mark.parametrize("case", [MBA, NATIONAL])
def test_a_world_of_the_case_gives_every_figure(case):
    found = compute(case, World(load_case(case).spec, seed=1).run())
    assert np.isfinite(list(found.values())).all()
