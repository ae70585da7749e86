"""Tables that fill have room that nothing has written to: what was in memory before must not matter."""

import numpy as np
import pytest

from sim.fork import fork as forked
from sim.spec import Change
from sim.world import World
from tests import small_five
from tests.tables import assert_same_tables

EVENTS = Change("pacte_pme", "events_per_year", 12.0, 20)


def of_memory_full_of(rubbish: int, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world of five schemes whose tables grow, and its fork, in memory where every byte is the same."""
    empty = np.empty

    def filled(*shape, **how) -> np.ndarray:
        found = empty(*shape, **how)
        found.view(np.uint8).reshape(-1)[:] = rubbish
        return found

    with monkeypatch.context() as patched:
        patched.setattr(np, "empty", filled)
        trunk = World(small_five.region(), small_five.EAGER, 3).run(6)
        trunk._grow()
        return forked(trunk.run(14), small_five.region(changes=(EVENTS,))).run()


def test_what_was_in_memory_before_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (of_memory_full_of(rubbish, monkeypatch) for rubbish in (0, 0xA5))
    assert_same_tables(one, other)
