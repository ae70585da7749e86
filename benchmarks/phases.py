"""Nanoseconds of one core per SME-month, phase by phase: the model, the floor under its dense phases, and the
plain-Mesa reference.

Each is timed by the clock of its own thread, model and floor in turn, a year each; what a call from Python
costs by itself is measured beside and taken off. The floor works on copies of the columns, taken anew every
year. What is reported is the median of some worlds.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from benchmarks import floor
from benchmarks.worlds import sme_months
from sim import build, timeline
from sim.compiled import compiled
from sim.spec import YEAR, WorldSpec
from sim.state import FIRMS
from sim.world import World
from tests.reference import compare
from tests.reference.model import PHASES as REFERENCE_PHASES
from tests.reference.model import Reference

CALLS = 30  # of a function that does nothing


def clock() -> int:
    """Nanoseconds of this thread on a processor."""
    return time.thread_time_ns()


def lasted(call: Callable[[], object]) -> int:
    """Nanoseconds that a call took."""
    start = clock()
    call()
    return clock() - start


def fresh(spec: WorldSpec, seed: int) -> World:
    """A world that shares nothing with those before it: its initial firms are drawn too."""
    build.initial_stock.cache_clear()
    return World(spec, {}, seed)


def _whole(spec: WorldSpec, seed: int) -> World:
    """A fresh world run to its horizon."""
    return fresh(spec, seed).run()


@compiled
def idle(w, t):
    """What calling a phase costs by itself."""


def warmed(spec: WorldSpec) -> None:
    """Has everything compiled and loaded that a world of such a kind calls."""
    world = World(spec, {}, 0).run(1)
    firms = floor.firms_of(world)
    _year_of_model(world, range(1, 2), dict.fromkeys(timeline.NAMES, 0.0))
    _year_of_floor(world, firms, range(1, 2), dict.fromkeys(("floor", *floor.DENSE), 0.0))


def _year_of_model(world: World, months: range, found: dict[str, float]) -> float:
    """Adds the nanoseconds of every phase to ``found``; returns firms alive, summed over the months."""
    handle = world._handle
    call = statistics.median(lasted(lambda: idle(handle, 0)) for _ in range(CALLS))
    for t in months:
        if timeline.short_tables(handle, t):
            world._grow()
            handle = world._handle
        for name, phase in zip(timeline.NAMES, timeline.PHASES):
            found[name] += max(0.0, lasted(partial(phase, handle, t)) - call)
    world.month = months.stop
    return float(world.tables.series[months.start : months.stop, :, FIRMS].sum())


def _year_of_floor(world: World, firms: floor.Firms, months: range, found: dict[str, float]) -> float:
    """Adds the nanoseconds of the floor, and of its parts on their own, to ``found``; returns firm-months."""
    given = floor.given(world, firms)
    call = statistics.median(lasted(lambda: floor.nothing(firms, 0, *given, 0)) for _ in range(CALLS))
    for which, name in enumerate(("floor", *floor.DENSE), floor.ALL):
        for t in months:
            ns = lasted(partial(floor.month, firms, t, *given, which))
            found[name] += max(0.0, ns - call)
    return float(len(firms.size) * len(months))


def model_and_floor(spec: WorldSpec, seed: int) -> dict[str, dict[str, float]]:
    """One world to its horizon. ``model``: nanoseconds per SME-month of each phase; ``floor``: of the whole
    (``floor``) and of each dense phase on its own; ``shape``: rows walked a firm alive."""
    world = fresh(spec, seed)
    model = dict.fromkeys(timeline.NAMES, 0.0)
    low = dict.fromkeys(("floor", *floor.DENSE), 0.0)
    alive, walked, rows = 0.0, 0.0, 0.0
    for start in range(0, spec.horizon_months, YEAR):
        months = range(start, min(start + YEAR, spec.horizon_months))
        alive += _year_of_model(world, months, model)
        walked += _year_of_floor(world, floor.firms_of(world), months, low)
        first, ends = world.tables.basins.first, world.tables.ends
        rows += float(sum((ends[:, t + 1] - first).sum() for t in months))
    return {
        "model": {name: ns / alive for name, ns in model.items()},
        "floor": {name: ns / walked for name, ns in low.items()},
        "shape": {"rows_a_firm": rows / alive},
    }


def middle(worlds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Median over worlds, number by number."""
    return {
        kind: {name: statistics.median(w[kind][name] for w in worlds) for name in worlds[0][kind]}
        for kind in worlds[0]
    }


def by_phase(spec: WorldSpec, repeats: int) -> dict[str, dict[str, float]]:
    """``model_and_floor``, median of some worlds, with ``ratios`` to the floor: of the dense phases together
    (``dense``) and of each to its own part."""
    warmed(spec)
    worlds = [_with_ratios(model_and_floor(spec, seed)) for seed in range(1, repeats + 1)]
    return middle(worlds)


def _with_ratios(found: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    dense = sum(found["model"][name] for name in floor.DENSE)
    ratios = {name: found["model"][name] / max(found["floor"][name], 1e-9) for name in floor.DENSE}
    total = {"dense": dense, "sparse": sum(found["model"].values()) - dense}
    return found | {"ratios": {"dense": dense / found["floor"]["floor"], **ratios}, "sums": total}


def reference_phases(spec: WorldSpec, seed: int) -> tuple[Reference, dict[str, float]]:
    """The reference run to the horizon, and the nanoseconds of each of its phases per SME-month; those of its
    start apart (``start``)."""
    start = clock()
    reference = Reference(spec, {}, seed)
    found = {"start": float(clock() - start)}
    found |= dict.fromkeys(timeline.NAMES, 0.0)
    for _ in range(spec.horizon_months):
        start = clock()
        before = reference.causes()
        found["accounts"] += clock() - start
        for name, phase in (("levers", Reference.levers), *REFERENCE_PHASES):
            found[name] += lasted(partial(phase, reference))
        found["accounts"] += lasted(partial(reference.accounts, before))
        reference.month += 1
        reference.count_heads()
    return reference, found


def beside_reference(spec: WorldSpec, repeats: int, turns: int = 5) -> dict[str, dict[str, float]]:
    """The reference and the model on the same worlds, in turn: nanoseconds per SME-month with the start
    (``whole``) and by phase, ``ratios`` of both. Raises AssertionError unless they agree within 1e-9."""
    warmed(spec)
    worlds = []
    for seed in range(1, repeats + 1):
        reference, slow = reference_phases(spec, seed)
        fast = statistics.median(lasted(partial(_whole, spec, seed)) for _ in range(turns))
        world = _whole(spec, seed)
        agree(reference, world)
        firm_months = sme_months(world)
        phases = model_and_floor(spec, seed)["model"]
        assert list(slow) == ["start", *timeline.NAMES]
        by_name = {name: ns / firm_months for name, ns in slow.items()}
        whole = {"reference": sum(by_name.values()), "model": fast / firm_months}
        ratios = {name: by_name[name] / max(phases[name], 1e-9) for name in timeline.NAMES}
        worlds.append(
            {"whole": whole | {"ratio": whole["reference"] / whole["model"]},
             "reference": by_name, "model": phases, "ratios": ratios}
        )  # fmt: skip
    return middle(worlds)


def agree(reference: Reference, world: World) -> None:
    """AssertionError unless the two are the same world, in every table, within 1e-9."""
    found = list(compare.differences(reference, world))
    assert not found, f"reference and model differ: {found[:5]}"
    assert len(reference.basins) == len(world.tables.basins)


def per_sme_month(spec: WorldSpec, seed: int) -> dict[str, float]:
    """One world on one core, start included: seconds, nanoseconds per SME-month, SMEs at the start."""
    build.initial_stock.cache_clear()
    start = clock()
    world = World(spec, {}, seed).run()
    ns = clock() - start
    smes = float(np.sum(world.tables.basins.initial))
    return {"smes": smes, "seconds": ns / 1e9, "ns_per_sme_month": ns / sme_months(world)}


def in_turn(specs: Mapping[str, WorldSpec], repeats: int) -> dict[str, dict[str, float]]:
    """``per_sme_month`` of some worlds, one after the other and again: medians."""
    for spec in specs.values():
        World(spec, {}, 0).run(min(2, spec.horizon_months))  # loads what it calls
    turns = [{name: per_sme_month(spec, seed) for name, spec in specs.items()}
             for seed in range(1, repeats + 1)]  # fmt: skip
    return middle(turns)
