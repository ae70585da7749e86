"""The simulation compiled once for each kind of processor, however many processes of a node ask at once.

The kernels of a node may stand in a folder that nodes of other processors share, and compiled code is of use
to its own kind only. So there is a mark a kind beside the one of ``sim.code``.
"""

import errno
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from experiments.engines.child import environment
from experiments.errors import Unable
from experiments.lock import alone
from sim.code import cache_folder, mark
from sim.warm import is_warm

FULL = re.compile(rf"\[Errno ({errno.ENOSPC}|{errno.EDQUOT})\]")
MOST_SAID = 1000  # characters of what a process said: its end names the error
LOAD_ALL = "from sim.warm import UNITS, compile_unit; [compile_unit(name) for name in UNITS]"


def make_ready() -> None:
    """Compiles what this processor lacks, in processes of their own; ``Unable`` if that fails. Others that
    ask meanwhile wait, and find it done."""
    from llvmlite import binding

    processor = binding.get_host_cpu_name()
    if _is_ready(processor):
        return
    with alone(cache_folder() / f"compiling-{processor}"):
        if _is_ready(processor):
            return
        for command in (["-m", "sim.warm"], ["-c", LOAD_ALL]):
            done = subprocess.run(
                [sys.executable, *command], capture_output=True, text=True, env=environment()
            )
            if done.returncode:
                raise not_compiled(done.stderr)
        if is_warm():
            _mark(processor).write_bytes(mark().read_bytes())


def not_compiled(said: str) -> Unable:
    """Why the simulation is not compiled, from what the process said that tried."""
    if FULL.search(said):
        return Unable(
            f"cannot write compiled code in {cache_folder()}: the disk is full; free some room or set "
            "TREMPLIN_CACHE to another folder"
        )
    end = said.strip()[-MOST_SAID:]
    whole = end if len(end) < MOST_SAID else end[end.find("\n") + 1 :]
    return Unable(f"the simulation cannot be compiled here: {whole}")


def _is_ready(processor: str) -> bool:
    """Whether these very sources were compiled for such a processor."""
    if not is_warm():
        return False
    with suppress(OSError):
        return _mark(processor).read_bytes() == mark().read_bytes()
    return False


def _mark(processor: str) -> Path:
    return mark().with_name(f"{mark().name}-{processor}")
