"""Rules of actions and diagnostics, each against a value computed by hand."""

import math

import numpy as np
import pytest

from sim.parameters import RULES_DTYPE
from sim.support import actions, application, diagnostics


def row(**values: float) -> np.record:
    made = np.zeros(1, RULES_DTYPE).view(np.recarray)
    for name, value in values.items():
        made[name] = value
    return made[0]


def test_the_door_of_a_scheme():
    rule = row(application_industry=17.0, share_response=1.0, firm_share=0.5, search_cost=0.4,
               integration=0.5)  # fmt: skip
    others = math.exp(-0.5) * 0.8
    assert application.door(rule, 3) == pytest.approx(17.0 * others)  # energy, the last of the industries
    assert application.door(rule, 4) == pytest.approx(others)


def test_a_scheme_without_these_fields_has_a_door_of_exactly_one():
    assert application.door(row(application_industry=1.0, firm_share=0.4, integration=1.0), 0) == 1.0


def test_own_reading_and_reading_after_a_diagnostic():
    assert diagnostics.own_reading(0.5, 0.3, 0.7) == pytest.approx(0.56)
    assert diagnostics.reading_chance(0.56, 0.8, 1.0, 1.0) == pytest.approx(0.8)
    assert diagnostics.reading_chance(0.56, 0.8, 0.5, 1.0) == pytest.approx(0.68)
    assert diagnostics.reading_chance(0.56, 0.8, 1.0, 0.5) == pytest.approx(0.68)
    assert diagnostics.reading_chance(0.56, 0.8, 0.0, 1.0) == 0.56
    assert diagnostics.reading_chance(0.9, 0.8, 1.0, 1.0) == pytest.approx(0.8)  # it may mislead


@pytest.mark.parametrize(
    ("need", "u", "theme"),
    [
        (0, 0.0, 1),  # strategy misread: organisation begins at 0.15
        (0, 0.1, 1),  # 0.1 of 0.85, plus 0.15: 0.235
        (0, 0.999, 6),
        (3, 0.0, 0),
        (3, 0.49, 2),  # 0.392
        (3, 0.51, 4),  # 0.408 lies beyond 0.4, where technical begins: 0.608
        (6, 0.9999, 5),
    ],
)  # fmt: skip
def test_a_need_is_taken_for_another(need, u, theme):
    assert diagnostics.misread(need, u) == theme


def test_no_need_is_ever_misread_for_itself():
    for need in range(7):
        assert all(diagnostics.misread(need, u) != need for u in np.linspace(0.0, 1.0 - 1e-12, 2001))


def test_seats_that_money_pays():
    # (10.4 - 1.2) million over 8,000 euros a seat
    assert actions.seats_paid(2000.0, 10.4e6, 1.2e6, 12_000.0, 1 / 3, 0.0) == pytest.approx(1150.0)
    assert actions.seats_paid(1000.0, 10.4e6, 1.2e6, 12_000.0, 1 / 3, 0.0) == 1000.0
    assert actions.seats_paid(1000.0, 0.0, 0.0, 12_000.0, 1 / 3, 0.0) == 0.0
    assert actions.seats_paid(1000.0, 1e6, 2e6, 12_000.0, 1 / 3, 0.0) == 0.0
    assert actions.seats_paid(1000.0, 0.0, 0.0, 12_000.0, 1.0, 0.0) == 1000.0  # firms pay all
    # 9.2 million over two thirds of 12,000 and twelve months of follow-up at 100
    assert actions.seats_paid(2000.0, 10.4e6, 1.2e6, 12_000.0, 1 / 3, 1200.0) == pytest.approx(1000.0)
    assert actions.running_cost(1.2e6, 1.0e6) == 1.0e6


def test_longer_actions_cost_more_and_fewer_of_them_are_paid():
    """They cost the same whatever their days: longer ones were always better."""
    assert actions.price_of(12_000.0, 7.0, 7.0) == 12_000.0
    assert actions.price_of(12_000.0, 7.0, 14.0) == 24_000.0
    assert actions.price_of(12_000.0, 0.0, 14.0) == 12_000.0
    price = actions.price_of(12_000.0, 7.0, 14.0)
    assert actions.seats_paid(2000.0, 10.4e6, 1.2e6, price, 1 / 3, 0.0) == pytest.approx(575.0)


def test_supply_moves_towards_recorded_needs():
    assert actions.adapted(0.2, 30.0, 100.0, 0.5) == pytest.approx(0.25)
    assert actions.adapted(0.2, 30.0, 100.0, 0.0) == 0.2
    assert actions.adapted(0.2, 0.0, 0.0, 0.5) == 0.2  # nothing is recorded


@pytest.mark.parametrize(
    ("waiting", "credit", "firms", "groups"), [(12, 9.9, 5, 1), (4, 50.0, 5, 0), (15, 15.0 - 1e-12, 5, 3)]
)
def test_groups_are_whole(waiting, credit, firms, groups):
    assert actions.groups_that_start(waiting, credit, firms) == groups
