"""Passes over those who were helped, against the plainest way to find the same."""

import numpy as np
import pytest

from sim.columns import distinct, earliest
from sim.pair import FOREVER, HELPED, windows
from sim.state import zeros


@pytest.fixture(params=[0, 1, 300])
def rows(request):
    """So many rows of few firms and months, so that many are alike."""
    random = np.random.default_rng(request.param)
    made = zeros(request.param, HELPED)
    made.firm, made.accepted = random.integers(0, 40, (2, request.param))
    made.stop = np.where(random.random(request.param) < 0.1, FOREVER, made.accepted + 5)
    return made


def test_different_values_are_those_of_numpy(rows):
    assert np.array_equal(distinct(rows.firm), np.unique(rows.firm))


def test_the_earliest_row_of_each_firm_is_the_first_of_its_first_month(rows):
    found = earliest(rows.firm, rows.accepted).tolist()
    plain = sorted(range(len(rows)), key=lambda k: (rows.firm[k], rows.accepted[k], k))
    assert found == [k for at, k in enumerate(plain) if not at or rows.firm[k] != rows.firm[plain[at - 1]]]


def test_windows_unite_what_touches_and_know_the_first_row_of_their_firm(rows):
    expected: list[list[int]] = []
    for firm in np.unique(rows.firm).tolist():
        mine = np.flatnonzero(rows.firm == firm)
        for start, stop in sorted(zip(rows.accepted[mine].tolist(), rows.stop[mine].tolist(), strict=True)):
            if expected and expected[-1][0] == firm and start <= expected[-1][2]:
                expected[-1][2] = max(expected[-1][2], stop)
            else:
                expected.append([firm, start, stop, int(mine[0])])
    seen = windows(rows)
    found = np.array([seen.firm, seen.start, seen.stop, seen.asked]).T
    assert found.tolist() == expected
