"""Compiles every kernel once: ``python -m sim.warm``. Run at set-up, and before the first world of a command.

Half of the phases are compiled by a second process, which shares the folder of compiled code.
"""

import subprocess
import sys
import time
from collections.abc import Iterable

import numba

from sim import timeline
from sim.code import cache_folder
from sim.compiled import JIT
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.world import World

TINY = WorldSpec(
    Territory("warm", (Basin("warm", "Warm", smes=50, large_sites=4),)),
    3,
    2000,
    schemes=(SchemeSpec("alize", {}, (("warm", 0),)),),
)
# phases for the second process: about half of the work
ELSEWHERE = ("selection", "matching", "cohorts", "pathway", "application", "effects", "awareness", "finance")


def compile_phases(world: World, names: Iterable[str]) -> None:
    """Compiles phases of the month without running them."""
    signature = (numba.typeof(world._handle), numba.int64)
    for name in names:
        getattr(timeline, name).compile(signature)


def is_warm() -> bool:
    """Whether this code has been compiled here before."""
    return (cache_folder() / "warm").exists()


def warm() -> float:
    """Makes all kernels ready; seconds it took (a tenth of a second where they are)."""
    start = time.perf_counter()
    other = None
    if JIT and not is_warm():
        other = subprocess.Popen([sys.executable, "-m", "sim.warm", "--elsewhere"])
    world = World(TINY, {}, 1)
    if other is not None:
        compile_phases(world, (name for name in timeline.PHASES if name not in ELSEWHERE))
        other.wait()
    world.run()
    (cache_folder() / "warm").touch()
    return time.perf_counter() - start


if __name__ == "__main__":
    if "--elsewhere" in sys.argv:
        compile_phases(World(TINY, {}, 1), ELSEWHERE)
        sys.exit()
    print(f"Kernels ready in {warm():.1f} s ({cache_folder()}).")
