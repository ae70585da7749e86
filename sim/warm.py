"""Compiles every kernel once: ``python -m sim.warm``. Run at set-up, and before the first world of a command.

Half of the phases are compiled by a second process, which shares the folder of compiled code.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import numba
import numpy as np

from sim import timeline
from sim.build import blank_tables, lay_out
from sim.code import cache_folder, is_warm, mark_warm
from sim.compiled import JIT
from sim.handle import handle_of
from sim.parameters import economy_record
from sim.places import build_sites
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.world import World

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
# phases for the second process: about half of the work
ELSEWHERE = (
    "selection", "matching", "cohorts", "actions", "pathway", "application", "effects", "awareness",
    "finance", "market", "calls", "research",
)  # fmt: skip


def compile_phases(names: Iterable[str]) -> None:
    """Compiles phases of the month without running them: they need the types of the tables, not a world."""
    economy = economy_record({}).view(np.recarray)
    _, ends = lay_out(np.array([[50, 1, 1, 1]]))
    tables = blank_tables(TINY, {}, 1, ends, *build_sites(TINY.territory, economy))
    signature = (numba.typeof(handle_of(tables)), numba.int64)
    for name in names:
        getattr(timeline, name).compile(signature)


def warm() -> float:
    """Makes all kernels ready; seconds it took (next to none where they are)."""
    start = time.perf_counter()
    with _alone():
        if JIT and not is_warm():
            _compile()
    return time.perf_counter() - start


@contextmanager
def _alone() -> Iterator[None]:
    """Several commands that start together on one machine compile once: the others wait."""
    with (cache_folder() / "compiling").open("w") as file:
        if fcntl:
            with suppress(OSError):  # a file system without locks: each compiles for itself
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _compile() -> None:
    other = subprocess.Popen([sys.executable, "-m", "sim.warm", "--elsewhere"])
    compile_phases(name for name in timeline.PHASES if name not in ELSEWHERE)
    world = World(TINY, {}, 1)
    other.wait()
    world.run()
    mark_warm()


if __name__ == "__main__":
    if "--elsewhere" in sys.argv:
        compile_phases(ELSEWHERE)
        sys.exit()
    print(f"Kernels ready in {warm():.1f} s ({cache_folder()}).")
