"""``python -m benchmarks.run [--quick]``: nanoseconds per SME-month, by size and by phase; time to compile;
what running and keeping a world costs.

An SME-month is one firm alive for one month. Each figure is the median of several runs taken in turn with its
alternative (without and with the scheme, model and reference), since machines are noisy: read ratios. Results
go to ``benchmarks/last.json`` and to the screen.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.engines import measured as engine_costs
from benchmarks.runner import measured
from experiments.items import Item
from experiments.runner import simulate
from scenarios.load import available, load_scheme
from sim import timeline
from sim.parameters import FIELDS
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.state import FIRMS
from sim.world import World

LAST = Path(__file__).parent / "last.json"
ALIZE = {"last_resort_months": 1.0, "revitalisation_share": 0.14, "format": FIELDS["format"].default}


def territory(smes: int, months: int, supported: bool) -> WorldSpec:
    """Basins of 2,500 SMEs (one smaller basin if there are fewer), twelve large sites each."""
    size = min(smes, 2500)
    places = tuple(Basin(f"b{k}", f"b{k}", size, 12) for k in range(smes // size))
    schemes = (SchemeSpec("alize", ALIZE, tuple((p.id, 0) for p in places)),) if supported else ()
    return WorldSpec(Territory("bench", places), months, 1998, schemes=schemes)


def with_schemes(names: Sequence[str], smes: int = 50_000, months: int = 120) -> WorldSpec:
    """The same basins, where shipped schemes open in the first month."""
    plain = territory(smes, months, False)
    opens = tuple((basin.id, 0) for basin in plain.territory.basins)
    schemes = tuple(SchemeSpec(name, dict(load_scheme(name).rules), opens) for name in names)
    return WorldSpec(plain.territory, months, plain.start_year, schemes=schemes)


def by_schemes(repeats: int) -> dict[str, float]:
    """Seconds of one core for a world of 50,000 SMEs x 120 months, start included, with none, each and all of
    the shipped schemes, in turn."""
    names = available("schemes")
    specs = {"none": with_schemes(()), **{n: with_schemes((n,)) for n in names}, "all": with_schemes(names)}
    found: dict[str, list[float]] = {name: [] for name in specs}
    for k in range(repeats):
        for name, spec in specs.items():
            start = time.process_time()
            World(spec, {}, k).run()
            found[name].append(time.process_time() - start)
    return {name: statistics.median(values) for name, values in found.items()}


def sme_months(world: World) -> float:
    """Firms alive, summed over the months run."""
    return float(world.tables.series[: world.month, :, FIRMS].sum())


def timed(run: Callable[[], World]) -> float:
    """Seconds of one call of ``run`` over its SME-months, in nanoseconds."""
    start = time.perf_counter()
    world = run()
    return (time.perf_counter() - start) / sme_months(world) * 1e9


def by_size(smes: int, months: int, repeats: int) -> dict[str, float]:
    """Nanoseconds per SME-month, start of the world included, without and with the scheme, in turn."""
    found: dict[str, list[float]] = {"without": [], "with": []}
    for k in range(repeats):
        for arm, supported in (("without", False), ("with", True)):
            spec = territory(smes, months, supported)
            found[arm].append(timed(lambda spec=spec, k=k: World(spec, {}, k).run()))
    return {arm: statistics.median(values) for arm, values in found.items()}


def by_item(smes: int = 5_000, repeats: int = 20) -> dict[str, float]:
    """Milliseconds of one core a world, with all that is kept of it: of all shipped schemes together and of
    the world without any, as one item of a command runs them."""
    spec = with_schemes(available("schemes"), smes)
    arms = (("none", spec.without_schemes(), bytes(16)), ("all", spec, bytes(16)))
    found: dict[str, list[float]] = {name: [] for name, _, _ in arms}
    for k in range(repeats):
        start = time.process_time()
        for arm in simulate(Item("all", k, 0, k, {}, arms)):
            found[arm.policy].append((time.process_time() - start) * 1e3)
            start = time.process_time()
    return {name: statistics.median(values) for name, values in found.items()}


def by_phase(spec: WorldSpec) -> dict[str, float]:
    """Nanoseconds per SME-month of each phase, called one by one from Python."""
    months = spec.horizon_months
    world = World(spec, {}, 1)
    handle, seconds = world._handle, dict.fromkeys(timeline.PHASES, 0.0)
    for t in range(months):
        for name in timeline.PHASES:
            phase = getattr(timeline, name)
            start = time.perf_counter()
            phase(handle, t)
            if t:
                seconds[name] += time.perf_counter() - start
    total = float(world.tables.series[1:months, :, FIRMS].sum())
    return {name: value / total * 1e9 for name, value in seconds.items()}


def beside_reference(smes: int, months: int, repeats: int) -> tuple[float, float]:
    """Nanoseconds per SME-month of the plain-Mesa reference and of the model on the same world, in turn."""
    from tests.reference.model import run_reference

    spec = territory(smes, months, True)
    slow, fast = [], []
    for k in range(repeats):
        start = time.perf_counter()
        run_reference(spec, {}, k, months)
        elapsed = time.perf_counter() - start
        world = World(spec, {}, k).run()
        slow.append(elapsed / sme_months(world) * 1e9)
        fast.append(statistics.median(timed(lambda k=k: World(spec, {}, k).run()) for _ in range(5)))
    return statistics.median(slow), statistics.median(fast)


def start_seconds() -> dict[str, float]:
    """Seconds to make the kernels ready with an emptied cache and with a full one, import included."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for state in ("cold", "warm"):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "sim.warm"],
                env=os.environ | {"TREMPLIN_CACHE": folder},
                check=True,
                capture_output=True,
            )
            found[state] = time.perf_counter() - start
    return found


def show(title: str, rows: dict[str, float], unit: str) -> None:
    print(f"\n{title}")
    for name, value in rows.items():
        print(f"  {name:<28}{value:>12.2f} {unit}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50,000 SMEs and the reference only")
    quick = parser.parse_args().quick
    result: dict[str, object] = {"machine": platform.platform(), "cores": os.cpu_count()}
    World(territory(100, 12, True), {}, 1).run()

    sizes = {}
    for smes in (50_000,) if quick else (5_000, 50_000, 500_000):
        sizes[smes] = by_size(smes, 120, 3 if quick or smes == 500_000 else 5)
        show(f"{smes:,} SMEs x 120 months", sizes[smes], "ns per SME-month")
    schemes = by_schemes(3 if quick else 7)
    show("50,000 SMEs x 120 months, by scheme", schemes, "s of one core")
    phases = by_phase(territory(50_000, 60, True))
    show("By phase, 50,000 SMEs", phases, "ns per SME-month")
    five = by_phase(with_schemes(available("schemes"), months=60))
    show("By phase, 50,000 SMEs, all schemes", five, "ns per SME-month")
    items = by_item()
    show("5,000 SMEs x 120 months, kept", items, "ms of one core a world")
    slow, fast = beside_reference(2_000, 36, 2 if quick else 3)
    show("Same world of 2,000 SMEs x 36 months", {"reference": slow, "model": fast}, "ns per SME-month")
    print(f"  ratio {slow / fast:.0f}")
    if not quick:
        result["start_seconds"] = start_seconds()
        show("Start", result["start_seconds"], "s")  # type: ignore[arg-type]
    runner = measured(20_000, 0) if quick else measured()
    show("Worlds that cost nothing, 2 processes, durable writes", runner, "")
    engines = engine_costs(quick)
    show("Items that do nothing and items of 5 ms, 2 processes: beside their own time", engines, "us, or MB")
    result |= {
        "runner": runner,
        "engines": engines,
        "ns_per_sme_month": sizes[50_000]["with"],
        "ns_per_sme_month_without": sizes[50_000]["without"],
        "ratio_to_reference": slow / fast,
        "by_size": {str(k): v for k, v in sizes.items()},
        "by_phase": phases,
        "by_phase_all_schemes": five,
        "ms_a_world_of_5_000": items,
        "seconds_by_scheme": schemes,
    }
    LAST.write_text(json.dumps(result, indent=1) + "\n")
    print(f"\nWritten to {LAST}")


if __name__ == "__main__":
    main()
