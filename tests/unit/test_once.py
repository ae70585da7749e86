"""What is asked again while worlds stand still is found once, and only then."""

import numpy as np

from sim.once import once, together
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.world import World
from tests.small import spec

asked: list[object] = []


@once
def doubled(table: list[int], by: int | None = None) -> list[int]:
    asked.append(by)
    return [2 * x + (by or 0) for x in table]


def test_outside_it_is_asked_each_time():
    asked.clear()
    assert doubled([1]) == doubled([1]) == [2]
    assert len(asked) == 2


def test_inside_the_same_question_is_asked_once():
    asked.clear()
    table = [1, 2]
    with together():
        with together():
            first = doubled(table)
        assert doubled(table) is doubled(table, None) is doubled(table, by=None) is first
        assert doubled(table, 3) == doubled(table, by=3) == [5, 7]
        assert doubled([1, 2]) == first  # another table that says the same
    assert asked == [None, 3, 3, None]
    table.append(3)
    with together():
        assert doubled(table) == [2, 4, 6]


def test_tables_that_come_and_go_are_not_taken_for_one_another():
    asked.clear()
    with together():
        found = [doubled([k])[0] for k in range(100)]
    assert found == [2 * k for k in range(100)]


def test_outcomes_are_those_that_are_found_one_by_one():
    from sim.outcomes import OUTCOMES

    shape = spec(basins=2, smes=300, months=48)
    pair = Pair(World(shape, {}, 5).run(), World(shape.without_schemes(), {}, 5).run())
    bars = pair.waterfall()
    found = levels(pair.treated) | differences(pair)
    for name, outcome in OUTCOMES.items():
        alone = outcome.compute(pair.treated) if outcome.of == "world" else outcome.compute(pair, bars)
        assert np.array_equal(float(alone), found[name], equal_nan=True), name
