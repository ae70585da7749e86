"""Starts worker processes; one of them ahead, while the command that will give it work is still reading what
was asked. Loads nothing heavy: that would take the time it saves."""

import os
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import NamedTuple

from experiments.engines import marks as mark
from experiments.engines.child import environment
from experiments.engines.marks import Marks
from sim.code import code_hash, warm_units

THREADS = (
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "ARROW_NUM_THREADS",
)
MAIN = "from experiments.engines.worker import main; main()"
WITH_MODEL = f"import sim.world; {MAIN}"  # while it waits for its work, it loads what its worlds will take


class Started(NamedTuple):
    """A worker process that has no work yet."""

    process: subprocess.Popen[bytes]
    connection: Connection
    marks: Marks


_waiting: list[Started] = []


def start_ahead() -> None:
    """Starts one for the next ``take``, if something is compiled: compiling all needs all cores."""
    if not _waiting and warm_units():
        _waiting.append(_start(WITH_MODEL))


def take() -> Started:
    """The one that was started ahead, or another."""
    while _waiting:
        found = _waiting.pop()
        if found.process.poll() is None:
            return found
        found.connection.close()
    return _start(MAIN)


def send_away() -> None:
    """Ends the one that was started ahead and not taken, if any: there was nothing to do."""
    while _waiting:
        found = _waiting.pop()
        found.process.kill()
        found.process.wait()
        found.connection.close()


def _start(code: str) -> Started:
    """A worker process with one thread, out of reach of the terminal's Ctrl-C."""
    ours, theirs = Pipe()
    page = mark.make()
    marks = Marks(page)
    marks.values[mark.NUMBER] = mark.NONE
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(theirs.fileno()), str(page), str(os.getpid()), code_hash()],
        pass_fds=(theirs.fileno(), page), stdin=subprocess.DEVNULL, stdout=2, start_new_session=True,
        env=environment() | dict.fromkeys(THREADS, "1"),
    )  # fmt: skip
    theirs.close()
    os.close(page)
    return Started(process, ours, marks)
