"""Items on a worker of a Dask cluster. Rows go back to the command, which writes them: a worker that the
command has lost can write nothing, and needs no file system in common with it."""

import os
import socket
import threading
import time
import uuid
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from experiments.engines import marks as mark
from experiments.engines.marks import Marks
from experiments.engines.ready import make_ready
from experiments.engines.worker import Order, Worker
from experiments.errors import Unable
from experiments.folder import Folder
from experiments.items import NOTHING, Request
from sim.code import code_hash

if TYPE_CHECKING:
    import pyarrow as pa

_alone = threading.Lock()  # one world at a time in a process, however many threads it has
_known: dict[bytes, Request] = {}  # the last request only, by its digest
_NAME = uuid.uuid4().hex[:8]


class Rows(NamedTuple):
    """What became of a batch: worlds, their series, how many items, worlds that did not end well, seconds."""

    runs: "pa.Table"
    series: "pa.Table | None"
    items: int
    not_ok: int
    seconds: float


def run_batch(work: bytes, code: str, order: Order) -> Rows:
    """Runs the items of an order. ``work``: the request, pickled; ``code``: hash of the code that asks.

    Raises ``Unable`` where the simulation is another one or cannot be compiled.
    """
    with _alone:
        request = _request(work, code)
        page = mark.make()
        try:
            marks = Marks(page)
        finally:
            os.close(page)
        name = f"{socket.gethostname()}-{os.getpid()}-{_NAME}"
        worker = Worker(request, Folder(Path()), name, marks, {})  # its rows become shards elsewhere
        begun = time.monotonic()
        for number in order.numbers.tolist():
            worker.do(number, order.kept.get(number, NOTHING))
        seconds = time.monotonic() - begun
        return Rows(*worker.shard.take(), len(order.numbers), int(marks[mark.NOT_OK]), seconds)


def _request(work: bytes, code: str) -> Request:
    digest = blake2b(work, digest_size=16).digest()
    if digest not in _known:
        import cloudpickle
        import pyarrow as pa

        if code_hash() != code:
            raise Unable(
                f"the worker on {socket.gethostname()} has another simulation (code {code_hash()[:8]}, here "
                f"{code[:8]}): install the same version of this program, and of numba and numpy, there"
            )
        pa.set_cpu_count(1)
        request = cloudpickle.loads(work)
        if request.experiment.compiles:
            make_ready()
        _known.clear()
        _known[digest] = request
    return _known[digest]
