"""Shares of what several schemes do together: a sum done by hand, and what makes them fair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from experiments.mix import Worths, added_last, alone, interplay, mixes_of, shapley, whole
from experiments.shares import verdict

DRAWS = 3
NAMES = "abcde"
NUMBERS = st.floats(-1e6, 1e6)


def of(**worths: float) -> Worths:
    """Worths by the letters of the schemes; ``nobody`` is the empty mix."""
    return {frozenset("" if name == "nobody" else name): np.array([v]) for name, v in worths.items()}


@st.composite
def games(draw, fewest: int = 1) -> Worths:
    names = NAMES[: draw(st.integers(fewest, len(NAMES)))]
    return {mix: draw(arrays(float, DRAWS, elements=NUMBERS)) for mix in mixes_of(names)}


def players(worths: Worths) -> list[str]:
    return sorted(max(worths, key=len))


def test_by_hand() -> None:
    # a and b bring 10 each alone and 12 together (they crowd each other); c brings 3 whoever is there
    game = of(nobody=0, a=10, b=10, c=3, ab=12, ac=13, bc=13, abc=15)
    assert [alone(game, s)[0] for s in "abc"] == [10, 10, 3]
    assert [added_last(game, s)[0] for s in "abc"] == [2, 2, 3]
    # a: first in 2 orders of 6 (10), after b or after b and c in 3 (2), after c alone in 1 (10): 36 / 6
    assert [shapley(game, s)[0] for s in "abc"] == pytest.approx([6, 6, 3])
    assert (whole(game)[0], interplay(game)[0]) == (15, -8)


def test_the_world_without_schemes_is_taken_off() -> None:
    game = of(nobody=100, a=110, b=90, ab=104)
    assert [alone(game, s)[0] for s in "ab"] == [10, -10]
    assert [added_last(game, s)[0] for s in "ab"] == [14, -6]
    assert [shapley(game, s)[0] for s in "ab"] == [12, -8]
    assert (whole(game)[0], interplay(game)[0]) == (4, 4)


def test_every_mix_once() -> None:
    found = list(mixes_of("abc"))
    assert found[0] == frozenset()
    assert found[-1] == frozenset("abc")
    assert len(found) == len(set(found)) == 8


@given(games())
def test_shares_add_up_to_the_whole(game: Worths) -> None:
    total = np.sum([shapley(game, s) for s in players(game)], axis=0)
    np.testing.assert_allclose(total, whole(game), atol=1e-8)


@given(games(fewest=2), arrays(float, len(NAMES) + 1, elements=NUMBERS))
def test_schemes_that_do_the_same_have_the_same_share(game: Worths, by_size: np.ndarray) -> None:
    a, b = players(game)[:2]
    swap = {a: b, b: a}
    alike = {mix: game[min(mix, frozenset(swap.get(s, s) for s in mix), key=sorted)] for mix in game}
    np.testing.assert_allclose(shapley(alike, a), shapley(alike, b), atol=1e-8)


@given(games())
def test_a_scheme_that_changes_nothing_has_exactly_nothing(game: Worths) -> None:
    idle = players(game)[-1]
    game = {mix: game[mix - {idle}] for mix in game}
    for share in (shapley, alone, added_last):
        np.testing.assert_array_equal(share(game, idle), np.zeros(DRAWS))


@given(games(), st.data())
def test_shares_of_a_sum_are_sums_of_shares(game: Worths, data: st.DataObject) -> None:
    other = {mix: data.draw(arrays(float, DRAWS, elements=NUMBERS)) for mix in game}
    both = {mix: game[mix] + other[mix] for mix in game}
    for s in players(game):
        np.testing.assert_allclose(shapley(both, s), shapley(game, s) + shapley(other, s), atol=1e-8)


@given(games())
def test_schemes_that_do_not_meet_have_what_they_bring_alone(game: Worths) -> None:
    apart = {mix: game[frozenset()] + np.sum([alone(game, s) for s in sorted(mix)], axis=0) for mix in game}
    for s in players(game):
        np.testing.assert_allclose(shapley(apart, s), alone(game, s), atol=1e-8)
        np.testing.assert_allclose(added_last(apart, s), alone(game, s), atol=1e-8)
    np.testing.assert_allclose(interplay(apart), np.zeros(DRAWS), atol=1e-8)


@pytest.mark.parametrize(
    ("n", "mean", "p05", "p95", "words"),
    [
        (8, -3.0, -5.0, -1.0, "they crowd each other"),
        (8, 3.0, 1.0, 5.0, "they help each other"),
        (8, 2.0, -1.0, 5.0, "whether they crowd or help each other is not settled"),
        (7, -3.0, -5.0, -1.0, "whether they crowd or help each other is not settled"),  # too few worlds
        (7, 3.0, 1.0, 5.0, "whether they crowd or help each other is not settled"),
        (8, 0.0, 0.0, 0.0, "none is in another's way"),
        (1, 0.0, 0.0, 0.0, "whether they crowd or help each other is not settled"),
        (0, None, None, None, "not known"),
    ],
)
def test_what_the_interplay_of_schemes_is_said_to_be(n, mean, p05, p95, words) -> None:
    row = {"n": n, "mean": mean, "sd": mean and 1.0, "p05": p05, "p95": p95}
    assert verdict(row, 20) == words
