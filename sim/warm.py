"""Compiles every kernel once: ``python -m sim.warm``. Run at set-up, and before the first world of a command.

Two processes share the work, and the folder of compiled code.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numba
import numpy as np

from sim import lean, timeline
from sim.build import blank_tables, lay_out
from sim.code import cache_folder, is_warm, mark_warm
from sim.compiled import JIT
from sim.handle import type_of
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
# those of one end share more rules with each other than with those of the other end
UNITS = ("start", *(phase.__name__ for phase in timeline.PHASES), "months")


def compile_unit(name: str) -> None:
    """Compiles the start of a world, or a phase, or what calls the phases month by month."""
    if name == "start":
        World(TINY, {}, 1)
        return
    economy = economy_record({}).view(np.recarray)
    _, ends = lay_out(np.array([[50, 1, 1, 1]]))
    kind = type_of(blank_tables(TINY, {}, 1, ends, *build_sites(TINY.territory, economy)))
    if name == "months":
        timeline.months.compile((kind, numba.int64, numba.int64, numba.int64[::1]))
    else:
        getattr(timeline, name).compile((kind, numba.int64))


def compile_free(units: Iterable[str]) -> None:
    """Compiles, one after the other, units that no other process has begun."""
    for name in units:
        try:
            (claims() / name).touch(exist_ok=False)
        except FileExistsError:
            return
        compile_unit(name)


def claims() -> Path:
    """Folder of the units begun."""
    return cache_folder() / "begun"


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
    """Two processes compile, one from the first unit on, one from the last back, until they meet."""
    shutil.rmtree(claims(), ignore_errors=True)
    claims().mkdir()
    command = [sys.executable, "-m", "sim.warm"]
    for process in [subprocess.Popen([*command, end]) for end in ("--first", "--last")]:
        process.wait()
    shutil.rmtree(claims(), ignore_errors=True)
    World(TINY, {}, 1).run()  # compiles what failed above
    mark_warm()


if __name__ == "__main__":
    if sys.argv[1:]:
        lean.begin()
        compile_free(UNITS if sys.argv[1] == "--first" else reversed(UNITS))
    else:
        print(f"Kernels ready in {warm():.1f} s ({cache_folder()}).")
