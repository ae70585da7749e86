"""Compiles every kernel once: ``python -m sim.warm``, run at set-up; or those of some units, as before the
first world of a command: ``python -m sim.warm UNIT...``.

Two processes share the work, and the folder of compiled code. The simulation is imported inside functions:
they start at once, and compile even what its modules ask for while they are imported as ``lean`` does.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.code import cache_folder, mark_warm, warm_units
from sim.needed import phases_needed
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec

try:
    import fcntl
except ImportError:  # not a Unix
    fcntl = None  # type: ignore[assignment]

TINY = WorldSpec(
    Territory("warm", (Basin("warm", "Warm", smes=50, large_sites=4),)),
    3,
    2000,
    schemes=(SchemeSpec("alize", {}, (("warm", 0),)),),
)
# what is compiled by itself: the start of a world, the phases, what calls them month by month, what outcomes
# need. The first half share more rules with each other than with the second half; the largest stand at the
# ends
UNITS = (
    "start", "market", "demography", "membership", "effects", "displacement", "ideas", "growth", "projects",
    "restructuring", "governance", "demand", "levers", "outcomes",
    "accounts", "finance", "projects_due", "months", "pathway", "awareness", "matching", "selection",
    "partners", "actions", "cohorts", "application", "research", "calls",
)  # fmt: skip


def units_needed(specs: Iterable[WorldSpec]) -> frozenset[str]:
    """The units without which such worlds cannot be run and measured."""
    return frozenset({"start", "months", "outcomes"}).union(*map(phases_needed, specs))


def is_warm(units: Iterable[str] = UNITS) -> bool:
    """Whether these units of these very files have been compiled here before."""
    return warm_units().issuperset(units)


def compile_unit(name: str) -> None:
    """Compiles the start of a world, or a phase, or what calls the phases month by month, or what outcomes
    need."""
    import numba
    import numpy as np

    from sim import timeline
    from sim.build import blank_tables
    from sim.handle import type_of
    from sim.parameters import economy_record
    from sim.places import build_sites
    from sim.stock import lay_out
    from sim.world import World

    if name == "start":
        World(TINY, {}, 1)
        return
    if name == "outcomes":
        compile_outcomes()
        return
    economy = economy_record({}).view(np.recarray)
    _, ends = lay_out(np.array([[50, 1, 1, 1]]))
    kind = type_of(blank_tables(TINY, {}, 1, ends, *build_sites(TINY.territory, economy)))
    if name == "months":
        timeline.months.compile((kind, numba.int64, numba.int64, numba.int64[::1]))
    else:
        getattr(timeline, name).compile((kind, numba.int64))


def compile_outcomes() -> None:
    """Compiles what the outcomes of every pair of worlds need."""
    from numba import float64, int64, typeof

    from sim.columns import difference_by_basin
    from sim.pair import HELPED, moved_within, united
    from sim.state import FLOW, PROJECT, zeros

    rows, causes = int64[::1], float64[:, ::1]
    helped, projects, flows = (typeof(zeros(1, kind)) for kind in (HELPED, PROJECT, FLOW))
    united.compile((helped, rows, rows, rows, int64[:, ::1]))
    moved_within.compile((projects, flows, rows, rows, rows, rows, int64, float64[:, ::1]))
    difference_by_basin.compile((causes, causes, rows, rows))


def compile_free(units: Iterable[str], begun: Path) -> None:
    """Compiles units, one after the other, until one that another process has begun; ``begun``: the folder
    where they note which."""
    for name in units:
        try:
            (begun / name).touch(exist_ok=False)
        except FileExistsError:
            return
        compile_unit(name)


def warm(units: Iterable[str] = UNITS) -> float:
    """Makes the kernels of these units ready; seconds it took (next to none where they are)."""
    start = time.perf_counter()
    with _alone():
        missing = frozenset(units) - warm_units()
        if missing:
            _compile([name for name in UNITS if name in missing])
    return time.perf_counter() - start


@contextmanager
def _alone() -> Iterator[None]:
    """Several commands that start together on one machine compile once: the others wait."""
    with (cache_folder() / "compiling").open("w") as file:
        if fcntl:
            with suppress(OSError):  # a file system without locks: each compiles for itself
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _compile(units: list[str]) -> None:
    """Two processes compile, one from the first unit on, one from the last back, until they meet."""
    with TemporaryDirectory() as begun:
        command = [sys.executable, "-c", "from sim.warm import compile_part; compile_part()", begun]
        processes = [subprocess.Popen([*command, *part]) for part in (units, units[::-1])]
        from sim.compiled import JIT  # loads numba while they work

        failed = [process.wait() != 0 for process in processes]
    if JIT:
        if any(failed):
            for name in units:
                compile_unit(name)  # what is missing, or says why it cannot be
        mark_warm(units)


def compile_part() -> None:
    """What one of the two processes does; its arguments: the folder where they note what is begun, then units
    in the order in which it tries them."""
    from sim import lean
    from sim.compiled import JIT

    if JIT:
        lean.begin()
        compile_free(sys.argv[2:], Path(sys.argv[1]))


if __name__ == "__main__":
    unknown = sorted(set(sys.argv[1:]) - set(UNITS))
    if unknown:
        sys.exit(f"no such unit: {', '.join(unknown)}; there are {', '.join(UNITS)}")
    print(f"Kernels ready in {warm(sys.argv[1:] or UNITS):.1f} s ({cache_folder()}).")
