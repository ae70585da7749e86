"""The table of contents of a month, and the tables that compiled code sees."""

import inspect
import re
from types import FunctionType

from sim import handle, timeline
from sim.compiled import JIT
from sim.state import Tables
from sim.warm import TINY, UNITS
from sim.world import World


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
    assert sorted(UNITS) == sorted(["start", "months", *phases])


def test_phases_called_at_their_addresses_are_those_called_by_name():
    """The same world by ``run`` and phase by phase."""
    whole, single = World(TINY, {}, 1).run(), World(TINY, {}, 1)
    for t in range(TINY.horizon_months):
        for phase in timeline.PHASES:
            phase(single._handle, t)
    for name, by_run, by_phase in zip(whole.tables._fields, whole.tables, single.tables):
        assert by_run.tobytes() == by_phase.tobytes(), name


def test_a_handle_holds_every_table_in_order():
    passed = re.findall(r"^ +t\.([a-z_]+),$", inspect.getsource(handle), re.MULTILINE)
    assert tuple(passed) == Tables._fields
