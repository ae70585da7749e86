"""A worker process: runs the items that its parent names and writes their shards.

It shares nothing with the others. Killed at any moment, it leaves whole shards and nothing else; its parent
then knows from the shards which of its items are still to run.
"""

import os
import signal
import socket
import sys
import time
import traceback
import uuid
from collections import deque
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from experiments.closing import is_due, seconds_left
from experiments.engines import marks as mark
from experiments.engines.marks import Marks
from experiments.errors import Unable
from experiments.folder import Folder
from experiments.items import NOTHING, Request
from experiments.runner import FAILED, LONGEST_ERROR, OK, Arm, broken
from experiments.running import Stopped, asked_to_leave
from experiments.shards import Shard
from sim.code import code_hash

LOOK_SECONDS = 0.02  # between two looks at the orders while there is work

# what parent and worker say to each other: (word, content)
DO, FLUSH, LEAVE = "do", "flush", "leave"
READY, WROTE, UNABLE, LEFT = "ready", "wrote", "unable", "left"


class Order(NamedTuple):
    """Items to run, by number; ``kept``: of some of them, the arms that have rows already."""

    numbers: Any
    kept: dict[int, frozenset[str]]


class Worker:
    """Runs items one by one into shards of a folder. ``about``: what its shards say of themselves."""

    def __init__(
        self, request: Request, folder: Folder, name: str, marks: Marks, about: Mapping[str, str]
    ):  # fmt: skip
        self.request = request
        self.folder = folder
        self.marks = marks
        self.shard = Shard(request.experiment.columns(), socket.gethostname(), name, about)
        self.waiting = 0  # items in the shard
        self.written = 0  # shards
        self.opened = time.monotonic()

    def do(self, number: int, kept: frozenset[str]) -> None:
        """Runs an item. Its worlds are rows in memory until ``write``."""
        marks = self.marks.values
        item = self.request.item(number, kept)
        rows: list[Arm] = []
        ended = 0
        marks[mark.ARM] = 0
        marks[mark.BEGUN] = time.monotonic()
        marks[mark.NUMBER] = number
        try:
            for arm in self.request.experiment.simulate(item):
                ended += 1
                marks[mark.ARM] = ended
                marks[mark.BEGUN] = time.monotonic()
                if arm.policy not in kept:
                    rows.append(arm)
            if ended < len(item.arms):
                raise RuntimeError(f"gave {ended} rows of {len(item.arms)}")
        except Stopped:
            raise
        except Exception:  # another function than the model's may let its errors pass
            error = traceback.format_exc()[-LONGEST_ERROR:]
            missing = [policy for policy, _, _ in item.arms[ended:]]
            rows += [arm for policy in missing for arm in broken(item, policy, FAILED, error, 0.0)
                     if arm.policy == policy]  # fmt: skip
        marks[mark.NUMBER] = mark.NONE
        well = 0
        for arm in rows:
            self.shard.add(item, arm)
            well += arm.status == OK
        self.waiting += 1
        marks[mark.OK] += well
        marks[mark.NOT_OK] += len(rows) - well
        marks[mark.FINISHED] += 1

    def is_due(self) -> bool:
        """Whether the shard is to be closed."""
        return is_due(self.shard.rows, self.opened, self.written)

    def write(self) -> tuple[str, int, int]:
        """Closes the shard. Its name, and how many items and worlds are safe with it."""
        items, worlds = self.waiting, self.shard.rows
        name = self.shard.write(self.folder)
        self.waiting = 0
        self.written += 1
        self.opened = time.monotonic()
        return name, items, worlds


def serve(connection: Connection, worker: Worker) -> None:
    """Takes orders until told to leave, or asked to by a signal. What is finished is written before."""
    queue: deque[tuple[int, frozenset[str]]] = deque()
    flush = leave = False
    looked = 0.0
    while not leave and not asked_to_leave.is_set():
        now = time.monotonic()
        if not queue or now - looked >= LOOK_SECONDS:
            looked = now
            patience = 0.0 if queue else _patience(worker)
            while connection.poll(patience):
                word, content = connection.recv()
                leave |= word == LEAVE
                flush |= word == FLUSH
                if word == DO:
                    kept = content.kept
                    queue.extend((number, kept.get(number, NOTHING)) for number in content.numbers.tolist())
                patience = 0.0
        if queue and not leave:
            try:
                worker.do(*queue.popleft())
            except Stopped:
                break
        if worker.waiting and (worker.is_due() or (flush and not queue)):
            connection.send((WROTE, worker.write()))
            flush &= bool(queue)
    if worker.waiting:
        connection.send((WROTE, worker.write()))
    connection.send((LEFT, None))


def _patience(worker: Worker) -> float:
    """Seconds to wait for an order before the shard is closed anyway."""
    return seconds_left(worker.opened) if worker.waiting else 1.0


def die_with_parent() -> None:
    """Where the system can, this process is killed when its parent ends, however it ends: a worker that
    went on alone would write what another command writes as well."""
    if sys.platform == "linux":
        import ctypes

        parent_death_signal = 1
        ctypes.CDLL(None, use_errno=True).prctl(parent_death_signal, signal.SIGKILL)


def _compare_code(wanted: str) -> None:
    """``Unable`` if the simulation is not the one under whose hash the rows would be kept."""
    if (mine := code_hash()) != wanted:
        raise Unable(
            f"a worker process has another simulation (code {mine[:8]}, the command {wanted[:8]}): files of "
            "this program have changed since the command began; give it again"
        )


def main() -> None:
    """A worker, from the arguments of its process: descriptors of the connection and of the marks, parent,
    hash of the code that the parent has."""
    die_with_parent()
    connection = Connection(int(sys.argv[1]))
    marks = Marks(int(sys.argv[2]))
    if os.getppid() != int(sys.argv[3]):
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C of the terminal is for the parent
    for name in ("SIGTERM", "SIGUSR1"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: asked_to_leave.set())
    try:
        _compare_code(sys.argv[4])
        import cloudpickle
        import pyarrow as pa

        pa.set_cpu_count(1)
        request, folder, about = cloudpickle.loads(connection.recv_bytes())
        if request.experiment.compiles:
            import sim.world  # noqa: F401  before it says that it is ready
        name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        connection.send((READY, name))
        serve(connection, Worker(request, folder, name, marks, about))
    except (EOFError, ConnectionError):
        return  # the parent has gone
    except Exception as error:  # the disk is full, a shard cannot be built: the parent says it and stops
        connection.send((UNABLE, (isinstance(error, Unable), str(error), traceback.format_exc())))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # all is written: to take compiled code apart would take half a second, for which all wait
