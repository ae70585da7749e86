"""Compiles every kernel once: ``python -m sim.warm``. Run at set-up, and before the first world of a command.

Half of the phases are compiled by a second process, which shares the folder of compiled code.
"""

import subprocess
import sys
import time

import numba

from sim import timeline
from sim.build import blank_tables, lay_out
from sim.code import cache_folder
from sim.compiled import JIT
from sim.handle import handle_of
from sim.parameters import economy_record
from sim.places import build_sites
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


def compile_phases(names: tuple[str, ...]) -> None:
    """Compiles phases of the month without running them."""
    import numpy as np

    economy = economy_record({}).view(np.recarray)
    _, ends = lay_out(np.array([[50, 1, 1, 1]]))
    tables = blank_tables(TINY, {}, 1, ends, *build_sites(TINY.territory, economy))
    signature = (numba.typeof(handle_of(tables)), numba.int64)
    for name in names:
        getattr(timeline, name).compile(signature)


def is_warm() -> bool:
    """Whether this code has been compiled here before."""
    return (cache_folder() / "warm").exists()


def warm() -> float:
    """Makes all kernels ready; seconds it took (a tenth of a second where they are)."""
    start = time.perf_counter()
    if not is_warm() and JIT:
        other = subprocess.Popen(
            [sys.executable, "-c", f"import sim.warm; sim.warm.compile_phases({ELSEWHERE})"]
        )
        phases = [name for name in timeline.PHASES if name not in ELSEWHERE]
        compile_phases(tuple(phases))
        other.wait()
    World(TINY, {}, 1).run()
    (cache_folder() / "warm").touch()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(f"Kernels ready in {warm():.1f} s ({cache_folder()}).")
