"""The calls of pôles: each has its results once, whatever changes in between."""

import numpy as np
import pytest

from sim.spec import Change
from sim.state import L_JUDGED, L_SELECTED
from tests.small_pole import pole_world

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
