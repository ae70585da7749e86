"""The calls of pôles: each has its results once, whatever changes in between."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from sim.spec import Change
from sim.state import L_JUDGED, L_SELECTED, NEVER
from sim.world import World
from tests.small_pole import EAGER, pole_world, region

CLOSES = range(6, 48, 6)  # of calls six months apart


def to(lever: str, value: float, month: int, ramp: int = 0) -> Change:
    return Change("pole", lever, value, month, ramp)


def results(*changes: Change, **rules: float) -> dict[int, int]:
    """Projects selected, by month of the results."""
    given = {"setup_months": 6.0, "committee_period_months": 6.0, "decision_months": 3.0} | rules
    world = pole_world(months=48, rules=given, changes=changes)
    judged, selected = (
        world.tables.local_series[:, :, column].sum(axis=1) for column in (L_JUDGED, L_SELECTED)
    )
    months = np.flatnonzero(np.diff(judged, prepend=0.0))
    return dict(zip(months.tolist(), np.diff(selected, prepend=0.0)[months].astype(int).tolist()))


def test_each_call_has_its_results_once_as_published():
    found = results()
    assert list(found) == [close + 3 for close in CLOSES]
    assert len(set(found.values())) == 1  # as many as the money of a call pays


@pytest.mark.parametrize(
    ("changes", "months"),
    [
        ([to("decision_months", 6, 10)], [9, 18, 24, 30, 36, 42]),
        ([to("decision_months", 1, 10)], [9, 13, 19, 25, 31, 37, 43]),
        ([to("decision_months", 9, 0, 24)], None),
        ([to("committee_period_months", 3, 10)], [9, *range(15, 48, 3)]),
        ([to("committee_period_months", 12, 10)], [9, 21, 33, 45]),
    ],
)
def test_a_call_is_decided_once_however_long_juries_take_afterwards(changes, months):
    usual, found = results(), results(*changes)
    assert months is None or list(found) == months
    assert set(found.values()) == set(usual.values())


def test_calls_whose_results_fall_together_pay_for_as_many_projects_as_both():
    each = next(iter(results().values()))
    found = results(to("decision_months", 2, 7), committee_period_months=6.0, decision_months=8.0)
    # the call of month 6 takes eight months, that of month 12 two
    assert list(found)[:2] == [14, 20]
    assert found[14] == 2 * each
    assert found[20] == each


def opened(months: Sequence[int], **rules: float) -> World:
    """A world whose pôles open in these months, in the order of the rows."""
    given = {"setup_months": 6.0, "committee_period_months": 6.0, "decision_months": 3.0} | rules
    shape = region(months=48, smes=400, rules=given)
    opens = tuple((place.id, month) for place, month in zip(shape.territory.basins, months, strict=True))
    return World(replace(shape, schemes=(replace(shape.schemes[0], opens=opens),)), EAGER, 1)


def closes(world: World) -> list[int]:
    """Months in which a call closes."""
    return np.flatnonzero(world.run().tables.results[0] != NEVER).tolist()


@pytest.mark.parametrize("later", [3, 24, 27])
@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_pole_that_opens_later_leaves_the_calls_of_the_others_where_they_were(row: int, later: int):
    """The first row ruled: the calls of all began anew with it, six months after it had opened."""
    assert closes(opened([later if k == row else 0 for k in range(3)])) == closes(opened([0, 0, 0])) != []


def test_the_calls_go_on_where_they_were_when_the_first_pole_closes():
    world = opened([5, 0, 8], partners_min=1.0).run(20)
    links = world.tables.partnerships
    links.state[links.local == 1] = 0
    world.tables.rules.recruiting_effort[1] = 0.0
    world.run(22)
    assert world.tables.locals.closed[1] in (20, 21)
    assert closes(world) == list(CLOSES)
