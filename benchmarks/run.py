"""``python -m benchmarks.run [--quick]``: the speed of Tremplin beside a floor, beside the plain-Mesa
reference and beside what is asked of it.

Results go to ``benchmarks/last.json`` and to the screen; without ``--quick`` also to docs/performance.md and
its figure. Whatever is compared is timed in turn, since machines are noisy: read ratios.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import commands, floor, page, phases, where
from benchmarks.engines import measured as engine_costs
from benchmarks.requirements import LARGEST, MIDDLE, REFERENCE_WORLDS, judged
from benchmarks.runner import measured as runner_costs
from benchmarks.worlds import FIVE, shipped, with_schemes
from sim.parameters import defaults
from sim.spec import WorldSpec


@dataclass(frozen=True)
class Scale:
    """How much is timed. ``floor``: SMEs of the worlds beside the floor, ``sizes``: of whole worlds with all
    five schemes, ``reference``: beside the reference, with months; ``middle``: of the worlds by
    scheme; ``repeats``: turns, ``large_repeats`` where a world is large; ``region``: whether the shipped
    region is timed by scheme."""

    floor: tuple[int, ...]
    sizes: tuple[int, ...]
    months: int
    repeats: int
    large_repeats: int
    middle: int = MIDDLE
    reference: tuple[tuple[int, int], ...] = REFERENCE_WORLDS
    reference_repeats: int = 3
    region: bool = True


FULL = Scale((5_000, MIDDLE, LARGEST), (5_000, MIDDLE, LARGEST), 120, 5, 3)
QUICK = Scale((MIDDLE,), (MIDDLE,), 120, 3, 3, reference=REFERENCE_WORLDS[:1], region=False)


def machine() -> dict[str, Any]:
    """What the figures hang on."""
    return {
        "machine": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version(),
        "numba": version("numba"),
    }  # fmt: skip


def simulation(scale: Scale) -> dict[str, Any]:
    """All that is timed in this process: the model beside the floor and the reference, by size, by scheme."""
    adjusting = float(defaults(())["adjust_rate"])
    found: dict[str, Any] = {"account": floor.account(adjusting)._asdict() | {"adjusting": adjusting}}
    found["floor"] = {
        str(smes): phases.by_phase(with_schemes(FIVE, smes, scale.months), _turns(scale, smes))
        for smes in scale.floor
    }
    found["reference"] = {
        f"{smes}x{months}": phases.beside_reference(with_schemes(FIVE, smes, months), scale.reference_repeats)
        for smes, months in scale.reference
    }
    turns = _turns(scale, max(scale.sizes))
    sizes = phases.in_turn({str(n): with_schemes(FIVE, n, scale.months) for n in scale.sizes}, turns)
    found["sizes"] = sizes
    found["sizes_named"] = {f"basins of 2,500, five schemes, {int(n):,} SMEs": of for n, of in sizes.items()}
    if len(sizes) > 1:
        found["exponent"] = exponent(sizes)
    found["schemes"] = phases.in_turn(by_scheme(scale.middle, scale.months), scale.repeats)
    if scale.region:
        region = {f"`region-five-schemes`, {name}": shipped("region-five-schemes", names)
                  for name, names in mixes().items()}  # fmt: skip
        found["cases"] = phases.in_turn(region, scale.large_repeats)
    return found


def _turns(scale: Scale, smes: int) -> int:
    return scale.large_repeats if smes > MIDDLE else scale.repeats


def mixes() -> dict[str, Sequence[str]]:
    """No scheme, each alone, all."""
    return {"no scheme": (), **{f"{name} alone": (name,) for name in FIVE}, "five schemes": FIVE}


def by_scheme(smes: int, months: int) -> dict[str, WorldSpec]:
    """The worlds of ``mixes`` in basins of 2,500."""
    return {f"basins of 2,500, {name}": with_schemes(names, smes, months) for name, names in mixes().items()}


def exponent(sizes: Mapping[str, Mapping[str, float]]) -> float:
    """Slope of a straight line through the logarithms of firms and of seconds: 1 if time is linear."""
    firms = np.log([of["smes"] for of in sizes.values()])
    return float(np.polyfit(firms, np.log([of["seconds"] for of in sizes.values()]), 1)[0])


def with_keys(found: dict[str, Any], middle: int) -> dict[str, Any]:
    """The result with the figures that stand for it at its head: ``ns_per_sme_month`` is that of all five
    schemes, one core, start included; ``ratio_to_floor`` of the dense phases; ``ratio_to_reference`` of the
    world in which it is lowest."""
    return {
        "ns_per_sme_month": found["sizes"][str(middle)]["ns_per_sme_month"],
        "ratio_to_floor": found["floor"][str(middle)]["ratios"]["dense"],
        "ratio_to_reference": min(of["whole"]["ratio"] for of in found["reference"].values()),
        **found,
    }


def country(result: dict[str, Any]) -> None:
    """Adds the shipped country, in a process of its own."""
    result["country"] = commands.alone("country")
    result.setdefault("cases", {})["`country`, five schemes, a process of its own"] = result["country"]


def waits(result: dict[str, Any]) -> None:
    """Adds what a user waits for."""
    with tempfile.TemporaryDirectory() as cache:  # nobody else compiles into it
        result["start"] = commands.started(Path(cache))
        result["worlds"] = commands.worlds_a_second(Path(cache))


def item(result: dict[str, Any]) -> None:
    """Adds where the time of an item goes."""
    result["item"] = where.profiled()


def show(title: str, rows: Mapping[str, float], unit: str = "") -> None:
    """Prints some figures."""
    print(f"\n{title}", flush=True)
    for name, value in rows.items():
        print(f"  {name:<40}{value:>12.2f} {unit}")


def report(result: Mapping[str, Any]) -> None:
    """Prints the main figures of a result."""
    for smes, of in result["floor"].items():
        show(f"{int(smes):,} SMEs, five schemes, by phase", of["model"], "ns per SME-month")
        show("  beside the floor", of["ratios"], "times")
    for world, of in result["reference"].items():
        show(f"Beside the reference, same world, {world} months, which it agrees with", of["whole"])
    for title in ("sizes_named", "schemes", "cases"):
        if title in result:
            show(title, {name: of["ns_per_sme_month"] for name, of in result[title].items()},
                 "ns per SME-month")  # fmt: skip
    show("Worlds that cost nothing, 2 processes, durable writes", result["runner"])
    show("Items that do nothing and items of 5 ms: beside their own time", result["engines"], "us, or MB")
    print("\nAsked, measured, met")
    for asked, _, measured, met in judged(result):
        print(f"  {asked:<100}{measured:>14}  {met}")


def keep(result: Mapping[str, Any], quick: bool) -> None:
    """Writes what there is so far, so that a benchmark that is stopped has not run for nothing."""
    page.LAST.write_text(json.dumps(result, indent=1) + "\n")
    if not quick:
        page.write(result)


def main() -> None:
    """Times everything, or ``--quick``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50,000 SMEs, the reference and the runner only")
    quick = parser.parse_args().quick
    scale, start = QUICK if quick else FULL, time.perf_counter()
    result = machine() | with_keys(simulation(scale), scale.middle)
    keep(result, quick)
    for part in () if quick else (country, waits, item):
        part(result)
        keep(result, quick)
    result["runner"] = runner_costs(20_000, 0) if quick else runner_costs()
    keep(result, quick)
    result["engines"] = engine_costs(quick)
    keep(result, quick)
    report(result)
    print(f"\nWritten to {page.LAST}{'' if quick else f' and {page.PAGE}'}, "
          f"after {time.perf_counter() - start:.0f} s")  # fmt: skip


if __name__ == "__main__":
    main()
