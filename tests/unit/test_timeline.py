"""The table of contents of a month, and the tables that compiled code sees."""

import os
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest

from scenarios.load import available, load_scheme
from sim import timeline
from sim.compiled import JIT
from sim.needed import phases_needed
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.warm import TINY, UNITS, warm
from sim.world import World
from tests.tables import assert_same_tables

ROOT = Path(__file__).parents[2]
FIVE = tuple(available("schemes"))


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
        "from sim import stock, timeline; from sim.economy import population;"
        "from sim.warm import TINY; from sim.world import World;"
        "import numba; kind = numba.typeof(World(TINY, {}, 1).run()._handle);"
        "timeline.addresses(kind, frozenset(timeline.NAMES));"
        "start = (stock.number, stock.recall, population.initial_firms);"
        "seen = (*timeline.PHASES, timeline.months, *start);"
        "print([f.__name__ for f in seen if f.stats.cache_misses or not f.overloads])"
    )
    done = subprocess.run(
        [sys.executable, "-c", misses], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def with_schemes(*names: str) -> WorldSpec:
    """A basin where these shipped schemes open at once."""
    schemes = [SchemeSpec(name, dict(load_scheme(name).rules), (("b", 0),)) for name in names]
    basin = Basin("b", "B", smes=400, large_sites=8)
    return WorldSpec(Territory("small", (basin,)), 18, 2000, schemes=tuple(schemes))


RESEARCH_ALONE = with_schemes("pole").without_schemes()
WORLDS = [TINY, RESEARCH_ALONE, with_schemes(), with_schemes(*FIVE), *map(with_schemes, FIVE)]


@pytest.mark.parametrize("spec", WORLDS)
def test_phases_called_at_their_addresses_are_all_those_called_by_name(spec):
    """The same world by ``run``, which calls those that such a world needs, and with every phase."""
    whole, single = World(spec, {}, 1).run(), World(spec, {}, 1)
    for t in range(spec.horizon_months):
        for phase in timeline.PHASES:
            phase(single._handle, t)
    assert_same_tables(whole, single)


def test_every_phase_is_needed_somewhere_and_no_unknown_one():
    assert frozenset().union(*map(phases_needed, WORLDS)) == set(timeline.NAMES)
    assert phases_needed(with_schemes(*FIVE)) == set(timeline.NAMES)
    assert "market" not in phases_needed(with_schemes("alize"))
    assert phases_needed(RESEARCH_ALONE) - phases_needed(with_schemes()) == {"ideas", "calls", "research"}


@pytest.mark.skipif(not JIT, reason="nothing is compiled")
def test_units_asked_for_are_compiled_and_noted_and_later_ones_added(tmp_path):
    """Into an empty folder: what is there is not compiled again, what is missing is."""
    environment = os.environ | {"TREMPLIN_CACHE": str(tmp_path)}

    def compiled(*units: str) -> dict[str, int]:
        """Files of compiled code by name, with the time at which they were written."""
        command = [sys.executable, "-m", "sim.warm", *units]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
        return {path.name.split("-")[0]: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nbc")}

    first = compiled("levers", "demand")
    assert {"levers.levers", "demand.demand"} <= set(first)
    second = compiled("levers", "accounts")
    assert set(second) - set(first) == {"ledgers.accounts"}
    assert {name: second[name] for name in first} == first
    refused = subprocess.run(
        [sys.executable, "-m", "sim.warm", "lever"], cwd=ROOT, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "no such unit: lever" in refused.stderr
