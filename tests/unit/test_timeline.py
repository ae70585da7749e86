"""The table of contents of a month, and the tables that compiled code sees."""

import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest

from sim import timeline
from sim.compiled import JIT
from sim.warm import TINY, UNITS, warm
from sim.world import World

ROOT = Path(__file__).parents[2]


def test_phases_are_called_in_their_order():
    """Each phase writes its number down; ``run`` calls them month by month."""
    seen = []
    phases = [lambda w, t, k=k: seen.append((t, k)) for k in range(len(timeline.PHASES))]
    world = World(TINY, {}, 1)
    python = timeline.months.py_func if JIT else timeline.months
    calling = dict(python.__globals__) | {"call_phase": lambda phase, w, t: phase(w, t)}
    FunctionType(python.__code__, calling)(world.tables, 0, 2, phases)
    assert seen == [(t, k) for t in range(2) for k in range(len(phases))]


def test_every_phase_is_compiled_ahead():
    phases = [phase.__name__ for phase in timeline.PHASES]
    assert sorted(UNITS) == sorted(["start", "months", "outcomes", *phases])


@pytest.mark.skipif(not JIT, reason="nothing is compiled")
def test_nothing_is_left_to_compile_for_the_first_world():
    """What the two processes of ``sim.warm`` leave is found by numba in any other."""
    warm()
    misses = (
        "from sim import build, timeline; from sim.economy import population;"
        "from sim.warm import TINY; from sim.world import World;"
        "World(TINY, {}, 1).run();"
        "start = (build.number, build.recall, population.initial_firms);"
        "seen = (*timeline.PHASES, timeline.months, *start);"
        "print([f.__name__ for f in seen if f.stats.cache_misses or not f.overloads])"
    )
    done = subprocess.run(
        [sys.executable, "-c", misses], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_phases_called_at_their_addresses_are_those_called_by_name():
    """The same world by ``run`` and phase by phase."""
    whole, single = World(TINY, {}, 1).run(), World(TINY, {}, 1)
    for t in range(TINY.horizon_months):
        for phase in timeline.PHASES:
            phase(single._handle, t)
    for name, by_run, by_phase in zip(whole.tables._fields, whole.tables, single.tables):
        assert by_run.tobytes() == by_phase.tobytes(), name
