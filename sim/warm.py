"""Compiles every kernel once: ``python -m sim.warm``. Run at set-up, and before the first world of a command.

Half of the phases are compiled by a second process, which shares the folder of compiled code.
"""

import subprocess
import sys
import time
from collections.abc import Iterable

import numba
import numpy as np

from sim import timeline
from sim.build import blank_tables, lay_out
from sim.code import ROOT, cache_folder
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
ELSEWHERE = (
    "selection", "matching", "cohorts", "actions", "pathway", "application", "effects", "awareness",
    "finance",
)  # fmt: skip


def compile_phases(names: Iterable[str]) -> None:
    """Compiles phases of the month without running them: they need the types of the tables, not a world."""
    economy = economy_record({}).view(np.recarray)
    _, ends = lay_out(np.array([[50, 1, 1, 1]]))
    tables = blank_tables(TINY, {}, 1, ends, *build_sites(TINY.territory, economy))
    signature = (numba.typeof(handle_of(tables)), numba.int64)
    for name in names:
        getattr(timeline, name).compile(signature)


def _sources() -> str:
    """Names, dates and sizes of the sources: compiled code is looked up by them."""
    stats = [(path.name, path.stat()) for path in sorted(ROOT.rglob("*.py"))]
    return repr([(name, stat.st_mtime_ns, stat.st_size) for name, stat in stats])


def is_warm() -> bool:
    """Whether these very files have been compiled here before."""
    mark = cache_folder() / "ready"
    return mark.exists() and mark.read_text("utf-8") == _sources()


def warm() -> float:
    """Makes all kernels ready; seconds it took (next to none where they are)."""
    start = time.perf_counter()
    if JIT and not is_warm():
        other = subprocess.Popen([sys.executable, "-m", "sim.warm", "--elsewhere"])
        compile_phases(name for name in timeline.PHASES if name not in ELSEWHERE)
        world = World(TINY, {}, 1)
        other.wait()
        world.run()
        (cache_folder() / "ready").write_text(_sources(), "utf-8")
    return time.perf_counter() - start


if __name__ == "__main__":
    if "--elsewhere" in sys.argv:
        compile_phases(ELSEWHERE)
        sys.exit()
    print(f"Kernels ready in {warm():.1f} s ({cache_folder()}).")
