"""Published figures on pôles: by hand on small tables, complete, and given by a world of the case."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from calibration import pole_figures as pole
from calibration.alize_figures import Reading
from calibration.evaluation import Matched
from calibration.facts import facts
from calibration.targets import CONTEXT, FITTED, HELD_OUT, NOT_COVERED, TARGETS, compute, root
from scenarios.load import load_case
from sim.parameters import RULES_DTYPE, economy_record
from sim.poles_seen import months_running
from sim.rd import RD, RESEARCHER
from sim.state import (
    L_GROUP_FILED,
    L_JUDGED,
    L_MEMBERS,
    L_PARTNERS,
    L_SELECTED,
    LOCAL_SERIES,
    MEMBERSHIP,
    NEVER,
)
from sim.world import World

CASE = "poles-2005-2014"


def small_world() -> SimpleNamespace:
    """Two pôles over 48 months: calls decided in months 9 and 33; three members, of which one left in month
    30; an own project, a seat that was finished and one that was given up."""
    series = np.zeros((48, 2, len(LOCAL_SERIES)))
    series[:, 0, L_MEMBERS] = np.linspace(100, 194, 48)
    series[:, 1, L_MEMBERS] = 6
    series[:, :, L_PARTNERS] = 4
    series[9:, 0, L_JUDGED], series[33:, 0, L_JUDGED] = 20, 50
    series[33:, 1, L_JUDGED] = 10
    series[9:, 0, L_GROUP_FILED], series[33:, 0, L_GROUP_FILED] = 15, 34
    series[9:, 0, L_SELECTED], series[33:, 0, L_SELECTED] = 10, 25
    memberships = np.zeros(4, MEMBERSHIP).view(np.recarray)
    memberships.firm = [0, 1, 2, 3]
    memberships.joined = [0, 0, 20, NEVER]
    memberships.left = [NEVER, 30, NEVER, NEVER]
    rd = np.zeros(3, RD).view(np.recarray)
    rd.firm, rd.led = [0, 1, 2], [1, 0, 0]
    rd.funded = rd.started = [33, 9, 9]
    rd.cash = [39, 12, 13]
    rd.months = 36
    rd.stopped = [NEVER, 45, 20]
    rd.cost, rd.committed, rd.posts = [30_000.0, 10_000.0, 10_000.0], [540_000.0, 162_000.0, 162_000.0], 1.0
    rules = np.zeros(2, RULES_DTYPE).view(np.recarray)
    rules.project_euros = 1.5e6
    tables = SimpleNamespace(
        local_series=series, rules=rules, economy=economy_record({}).view(np.recarray), size=np.ones(4),
    )  # fmt: skip
    researchers = np.zeros(4, RESEARCHER).view(np.recarray)
    researchers.firm = np.arange(4)
    heads = [np.array(h, np.float32) for h in ([10, 5, 4, 1], [10, 5, 4, 1], [10, 5, 4, 1], [9, 5, 5, 1],
                                               [12.5, 5, 4.5, 1])]  # fmt: skip
    return SimpleNamespace(
        month=48, tables=tables, memberships=memberships, rd=rd, research_heads=heads, researchers=researchers
    )


@pytest.fixture
def reading() -> Reading:
    return Reading(small_world(), 48)


def test_members(reading):
    assert pole.sme_members(reading) == 200
    assert pole.member_firms(reading) == 208
    assert pole.growth_in_three_years(reading) == pytest.approx(100 * ((200 / 106) ** (1 / 3) - 1))
    assert pole.growth_in_a_year(reading) == pytest.approx(100 * (200 / 176 - 1))
    assert pole.members_then(reading).tolist() == [0, 2]
    assert pole.members_then(Reading(small_world(), 20)).tolist() == [0, 1]
    assert pole.staff(reading) == pytest.approx(17)
    assert pole.said_to_have_created(reading) == 50  # firm 0 has 2.5 more, firm 2 half a job


def test_calls(reading):
    assert pole.decisions(reading) == 2
    assert pole.files_a_call(reading) == 30
    assert pole.selected_share(reading) == pytest.approx(100 * 25 / 60)
    assert pole.sme_led_in_a_year(Reading(small_world(), 36)) == pytest.approx(100 * (1 - 19 / 40))
    assert math.isnan(pole.sme_led_in_a_year(Reading(small_world(), 30)))
    assert pole.sme_led_in_three_years(Reading(small_world(), 36)) == pytest.approx(100 * (1 - 34 / 60))
    assert pole.state_aid_millions(reading) == pytest.approx(25 * 1.5)


def test_projects_of_small_firms(reading):
    assert pole.months_to_money(reading) == pytest.approx((6 + 3 + 4) / 3)
    base = 25 * 1.5e6 * 3400 / 795
    assert pole.sme_share_of_research(reading) == pytest.approx(100 * 36 * 50_000 / base)
    # one under way, one finished of which .6 is kept, one given up
    assert pole.posts_of_projects(reading) == pytest.approx(1.6)
    assert pole.posts_a_member(reading) == pytest.approx(0.8)
    # aid for the months 36 to 47: twelve of the first project, nine of the second, over two members
    assert pole.aid_a_member(reading) == pytest.approx((540 * 12 / 36 + 162 * 9 / 36) / 2)
    assert months_running(reading.world.rd, 0, 48).tolist() == [15, 36, 11]


def test_difference_of_matched_firms():
    found = Matched(np.array([0, 1, 2]), np.array([3, 3, 4]))
    effect, spread = found.difference(np.array([1.0, 2.0, 3.0, 0.5, 2.0]))
    assert effect == pytest.approx(2 - 1)
    # variances 1 and .75; the first like counts twice
    assert spread == pytest.approx(math.sqrt(1 / 3 + 0.75 * (4 + 1) / 9))


def test_held_out_figures_are_marked_for_validation():
    # three are used by the specification, or by parameters and rules of the case
    used = {"POL-05": FITTED, "POL-31": FITTED, "POL-19": CONTEXT}
    for target in TARGETS[CASE]:
        fact = root(target.fact_id)
        marked = target.fact.suggested_use == "validate"
        assert (target.role == HELD_OUT) == (marked and fact not in used), target.fact_id


def test_no_figure_is_silently_left_out():
    about = {i for i in facts() if i.split("-")[0] in ("S3", "POL")}
    covered = {root(target.fact_id) for target in TARGETS[CASE]}
    assert covered | set(NOT_COVERED[CASE]) == about
    assert not covered & set(NOT_COVERED[CASE])
    assert set(load_case(CASE).facts) <= about


def test_a_world_of_the_case_gives_every_figure():
    found = compute(CASE, World(load_case(CASE).spec, seed=1).run())
    print(found)
    assert np.isfinite(list(found.values())).all()
