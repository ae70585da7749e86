"""What a choice turns on and who gains: by hand, and by what must hold whatever the numbers."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from experiments.decision import (
    DOMINATED,
    EFFICIENCY,
    GAPS,
    MEASURES,
    WORST,
    WORST_OF_DRAW,
    _measured,
    dominates,
    regret,
    shared_first,
)
from experiments.groups import classes
from experiments.nothing import JOBS
from experiments.report.words import place_of
from sim.spec import Basin, Territory

EXACT = np.zeros((1, 1))  # any difference counts
NET = np.array([[5.0, 1.0, 2.0], [3.0, 1.0, 4.0], [0.0, 1.0, 4.0]])  # policies by draws
jobs = st.floats(-1e6, 1e6)
tables = st.integers(2, 5).flatmap(lambda n: arrays(float, (n, 6), elements=jobs))


def test_ties_are_shared() -> None:
    found = shared_first(NET)
    np.testing.assert_allclose(found, [[1, 1 / 3, 0], [0, 1 / 3, 0.5], [0, 1 / 3, 0.5]])


def test_regret_by_hand() -> None:
    np.testing.assert_array_equal(regret(NET), [[0, 0, 2], [2, 0, 0], [5, 0, 0]])


@pytest.mark.filterwarnings("error")
def test_regret_of_infinite_outcomes_was_no_number() -> None:
    cost = np.array([[np.inf, np.inf, 3.0], [np.inf, 5.0, 2.0]])
    np.testing.assert_array_equal(regret(-cost), [[0, np.inf, 1], [0, 0, 0]])
    np.testing.assert_array_equal(shared_first(-cost, least=0.0), [[0.5, 0, 0], [0.5, 1, 1]])


def test_domination_by_hand() -> None:
    # the second policy is as good as the first in the first criterion and better in the other; the third is
    # worse in one, the fourth is the same as the first, of the last one number is not known
    values = np.array([[1.0, 1.0, 3.0, 1.0, np.nan], [1.0, 2.0, 0.5, 1.0, 9.0]])
    found = dominates(values, EXACT)
    assert [tuple(pair) for pair in np.argwhere(found)] == [(1, 0), (1, 3)]


def test_what_reads_as_nothing_keeps_no_policy_from_being_dominated() -> None:
    # the second is behind in one criterion by less than counts and clearly better in the other
    values = np.array([[1.0, 1.0 - 0.004], [1.0, 2.0]])
    found = dominates(values, np.full((2, 1), 0.005))
    assert [tuple(pair) for pair in np.argwhere(found)] == [(1, 0)]


@given(tables)
def test_the_order_of_policies_does_not_matter(net: np.ndarray) -> None:
    turned = net[::-1]
    np.testing.assert_array_equal(shared_first(turned), shared_first(net)[::-1])
    np.testing.assert_array_equal(regret(turned), regret(net)[::-1])
    np.testing.assert_array_equal(dominates(turned[None], EXACT), dominates(net[None], EXACT)[::-1, ::-1])


@given(tables)
def test_somebody_is_best_and_has_no_regret(net: np.ndarray) -> None:
    share, lost = shared_first(net), regret(net)
    np.testing.assert_allclose(share.sum(axis=0), 1.0)
    assert ((share > 0) == ((lost == 0) | (lost < JOBS))).all()
    assert (lost.min(axis=0) == 0).all()


@given(tables)
def test_a_policy_that_changes_nothing_is_as_good(net: np.ndarray) -> None:
    with_same = np.vstack([net, net[:1]])
    np.testing.assert_array_equal(shared_first(with_same)[0], shared_first(with_same)[-1])
    np.testing.assert_array_equal(regret(with_same)[-1], regret(net)[0])
    assert not dominates(with_same[None], EXACT)[0, -1].any()
    assert not dominates(with_same[None], EXACT)[-1, 0].any()


class Made:
    """Three worlds of two basins under no scheme, a thrifty and a wasteful policy: results and cells at
    once."""

    outcomes: ClassVar = {  # of none, thrifty, wasteful
        "jobs_net": [0.0, 10.0, 10.0], "public_cost": [0.0, 1e6, 1e6], "tax_expenditure": [0.0, 0.0, 1e6],
        "theil": [0.2, 0.1, 0.3],
    }  # fmt: skip
    jobs: ClassVar = {
        "none": [[100.0, 100.0]] * 3, "thrifty": [[105.0, 110.0]] * 3,
        "wasteful": [[105.0, 103.0], [105.0, 103.0], [101.0, 115.0]],
    }  # fmt: skip

    def together(self, group: str, arms: tuple[str, ...], name: str) -> np.ndarray:
        return np.repeat(np.array(self.outcomes[name])[:, None], 3, axis=1)

    def meeting(self, group: str, arms: tuple[str, ...]) -> tuple[list, list[np.ndarray]]:
        return [(draw, 0) for draw in range(3)], [np.arange(3) for _ in arms]

    def horizon(self, group: str) -> int:
        return 48

    def at(self, group: str, arm: str, outcome: str, month: int) -> np.ndarray:
        return np.array(self.jobs[arm])


def test_measures_by_hand() -> None:
    places = SimpleNamespace(basins=(basin("a"), basin("b")))
    group = SimpleNamespace(
        name="all", policies=("thrifty", "wasteful"), case=SimpleNamespace(territory=places)
    )
    found, who = _measured(Made(), Made(), group)
    assert found[EFFICIENCY][:, 0].tolist() == [10.0, 5.0]  # tax given back is money too
    np.testing.assert_allclose(found[GAPS][:, 0], [-0.5, 0.5])
    np.testing.assert_allclose(found[WORST], [[50, 50, 50], [50, 50, 10]])
    np.testing.assert_allclose(found[WORST_OF_DRAW], [[50, 50, 50], [30, 30, 10]])
    assert who[WORST] == ["a", "a"]
    assert who[WORST_OF_DRAW] == ["a", "b"]  # b is the last in two worlds of three
    np.testing.assert_array_equal(found[DOMINATED], [[0, 0, 0], [1, 1, 1]])
    assert who[DOMINATED] == ["", "thrifty"]


def test_a_draw_without_spending_undid_a_domination_in_all_others() -> None:
    class Idle(Made):
        def together(self, group: str, arms: tuple[str, ...], name: str) -> np.ndarray:
            found = super().together(group, arms, name)
            if name in ("public_cost", "tax_expenditure"):
                found[:, 2] = 0.0
            return found

    places = SimpleNamespace(basins=(basin("a"), basin("b")))
    case = SimpleNamespace(territory=places)
    group = SimpleNamespace(name="all", policies=("thrifty", "wasteful"), case=case)
    found, who = _measured(Idle(), Idle(), group)
    assert who[DOMINATED] == ["", "thrifty"]
    np.testing.assert_array_equal(found[DOMINATED], [[0, 0, np.nan], [1, 1, np.nan]])


def test_a_draw_counts_as_dominated_by_policies_alone_that_dominate_on_average_too() -> None:
    """In two draws the first policy has the better worst basin, in one the second, and so on average."""

    class Even(Made):
        outcomes: ClassVar = {**Made.outcomes, "tax_expenditure": [0.0] * 3, "theil": [0.2, 0.1, 0.1]}
        jobs: ClassVar = {
            "none": [[100.0, 100.0]] * 3, "first": [[105.0, 110.0]] * 3,
            "second": [[104.0, 110.0], [104.0, 110.0], [109.0, 110.0]],
        }  # fmt: skip

    places = SimpleNamespace(basins=(basin("a"), basin("b")))
    case = SimpleNamespace(territory=places)
    group = SimpleNamespace(name="all", policies=("first", "second"), case=case)
    found, who = _measured(Even(), Even(), group)
    assert who[DOMINATED] == ["second", ""]
    np.testing.assert_array_equal(found[DOMINATED], [[0, 0, 1], [0, 0, 0]])
    assert "dominates this one on average, too" in MEASURES[DOMINATED][1]


def test_of_two_tolerances_the_lesser_decides_what_is_the_same() -> None:
    """A difference of 0.3 is more than the lesser of 0.1 and 0.5, whichever policy has it."""
    values = np.array([[1.0, 1.3]])
    for same in ([[0.1, 0.5]], [[0.5, 0.1]]):
        np.testing.assert_array_equal(dominates(values, np.array(same)), [[False, False], [True, False]])


def test_who_dominates_hung_on_the_order_of_the_file() -> None:
    class Three(Made):
        outcomes: ClassVar = {name: [*row[:2], *row[1:]] for name, row in Made.outcomes.items()}
        jobs: ClassVar = {**Made.jobs, "a-copy": Made.jobs["thrifty"]}

    case = SimpleNamespace(territory=SimpleNamespace(basins=(basin("a"), basin("b"))))
    for order in (("thrifty", "a-copy", "wasteful"), ("a-copy", "thrifty", "wasteful")):
        group = SimpleNamespace(name="all", policies=order, case=case)
        assert _measured(Three(), Three(), group)[1][DOMINATED] == ["", "", "a-copy, thrifty"]


def basin(name: str, fragility: float = 0.3, region: str = "") -> Basin:
    return Basin(name, name, 10, 3, fragility=fragility, region=region)


def test_how_a_territory_is_split() -> None:
    places = (basin("a", 0.1, "X"), basin("b", 0.9, "Y"), basin("c", 0.5, "X"), basin("d", 0.2))
    found = classes(Territory("t", places))
    assert list(found) == ["all", "size", "sector", "fragility", "region", "basin"]
    assert found["region"] == {"X": ("jobs", [0, 2]), "Y": ("jobs", [1]), "no region": ("jobs", [3])}
    assert found["fragility"]["most fragile third"] == ("jobs", [1, 2])
    assert [where for _, where in found["basin"].values()] == [[0], [1], [2], [3]]


@pytest.mark.parametrize("places", [(basin("a"),), (basin("a"), basin("b"))])
def test_splits_that_mean_nothing_are_left_out(places: tuple[Basin, ...]) -> None:
    assert {"fragility", "region"}.isdisjoint(classes(Territory("t", places)))
    assert ("basin" in classes(Territory("t", places))) == (len(places) > 1)


def test_one_of_the_basins_that_are_worst_alike_was_named() -> None:
    """A bug: the first of them in the order of the territory."""

    class Tied(Made):
        jobs: ClassVar = {
            "none": [[100.0, 100.0, 100.0]] * 3, "thrifty": [[100.0, 110.0, 100.0]] * 3,
            "wasteful": [[100.0, 100.0, 101.0], [101.0, 100.0, 100.0], [102.0, 110.0, 110.0]],
        }  # fmt: skip

    places = SimpleNamespace(basins=(basin("a"), basin("b"), basin("c")))
    group = SimpleNamespace(
        name="all", policies=("thrifty", "wasteful"), case=SimpleNamespace(territory=places)
    )
    found, who = _measured(Tied(), Tied(), group)
    assert who[WORST] == ["a, c", "a"]
    assert who[WORST_OF_DRAW] == ["a, c", "a, b"]
    assert found[WORST][0].tolist() == [0.0, 0.0, 0.0]
    assert place_of(who[WORST][0]) == "2 basins"
    assert place_of("a", {"a": "Lyon"}) == "Lyon"
