"""Levers that count things, or months, of which there is no part."""

import pytest

from sim.outcomes import levels
from sim.parameters import FIELDS, RULES
from sim.spec import Change
from sim.world import World
from tests.small_boost import BUSY, boost, to
from tests.small_pole import EAGER, region

HESITANT = EAGER | {"pole.route_agreements": 0.6, "pole.route_months": 0.25}
LATE = {"cash_months": 6.0, "cash_months_agreement": 4.0}


def of_a_pole(lever: str, value: float) -> dict[str, float]:
    change = Change("pole", lever, value)
    return levels(
        World(region(basins=2, smes=500, months=48, rules=LATE, changes=(change,)), HESITANT, 1).run()
    )


def of_cohorts(lever: str, value: float) -> dict[str, float]:
    return levels(World(boost(months=30, changes=(to(lever, value),), followup_euros=500.0), BUSY, 1).run())


def same(found: dict[str, float], wanted: dict[str, float]) -> bool:
    return found == pytest.approx(wanted, rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize(
    ("lever", "halves", "acts"),
    [("agreements", 2.6, 3), ("decision_months", 3.7, 4), ("prepare_months", 2.5, 3)],
)
def test_pole_levers_of_whole_things_acted_by_halves(lever: str, halves: float, acts: float) -> None:
    """Firms were put off by 2.6 agreements, and signed 2."""
    assert same(of_a_pole(lever, halves), of_a_pole(lever, acts))


@pytest.mark.parametrize(
    ("lever", "halves", "acts"),
    [
        ("followup_months", 5.4, 5),
        ("cohort_period_months", 2.5, 3),
        ("facilitators", 3.7, 4),
        ("rest_months", 1.3, 1),
    ],
)
def test_cohort_levers_of_whole_things_acted_by_halves(lever: str, halves: float, acts: float) -> None:
    """Follow-up was paid for 5.4 months, and lasted 5."""
    assert same(of_cohorts(lever, halves), of_cohorts(lever, acts))


def test_a_ramp_of_whole_things_acted_late() -> None:
    """From 3 agreements to 1 in 24 months: cut down, they were 2 after a month and 1 in the last alone."""
    rules = {"agreements": 3.0}
    changes = (Change("pole", "agreements", 1.0, 0, 24),)
    world = World(region(basins=1, smes=50, months=24, rules=rules, changes=changes), EAGER, 1)
    found = []
    for _ in range(24):
        world.step()
        found.append(float(world.tables.rules.agreements[0]))
    assert found == [3.0] * 6 + [2.0] * 12 + [1.0] * 6


def test_rules_of_whole_things_written_by_halves() -> None:
    rules = World(region(basins=1, smes=50, rules={"agreements": 2.5, "group_files": 1.4})).tables.rules
    assert (rules.agreements[0], rules.group_files[0]) == (3.0, 1.0)


def test_whole_things_have_whole_bounds() -> None:
    whole = [rule for rule in RULES if rule.whole]
    assert all(
        value == rule.acts_as(value) for rule in whole for value in (rule.low, rule.default, rule.high)
    )
    assert FIELDS["days"].acts_as(4.5) == 4.5
