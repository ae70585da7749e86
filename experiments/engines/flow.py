"""Batches of items on the workers of a Dask scheduler, and their rows into shards here.

The command alone writes, under its lock: a worker that it has lost can do no harm, no file system need be
shared, and what counts as done is what stands in the folder. Few batches are in flight, so memory does not
grow with the number of items. Dask runs the batches of lost workers again; one whose workers are lost again
and again is taken apart until the world at fault is known: it ends its workers when nothing else runs.
"""

import os
import socket
import time
import uuid
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.closing import is_due
from experiments.engines.batch import Rows, run_batch
from experiments.engines.signals import Asked, listening
from experiments.engines.worker import Order
from experiments.errors import Lost, Unable
from experiments.folder import Folder, about
from experiments.items import Request
from experiments.runner import KILLED, broken
from experiments.shards import Shard
from scenarios.studies import NONE
from sim.code import code_hash

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.engines.pools import Pool

BATCH_SECONDS, LEAST_BATCH_SECONDS = 1.0, 0.2  # of work in a batch, as measured
BATCHES_A_SECOND = 100  # of all workers together: what a scheduler does without effort
LARGEST_BATCH = 5_000  # items
IN_FLIGHT = 2  # batches a worker: the one at hand and the next
LISTEN_SECONDS, WATCH_SECONDS = 0.01, 1.0
GRACE_SECONDS = 5.0  # for batches at hand to end when the command is stopped
Kept = frozenset[str]
Entry = tuple[int, Kept]  # number of an item, arms that are not wanted of it


class Flow:
    """One request on the workers of a pool. ``seen`` is told of worlds that ended, and how many of them did
    not end well."""

    def __init__(self, pool: "Pool", request: Request, folder: Folder, seen: Any):
        import cloudpickle
        from distributed import as_completed

        self.pool = pool
        self.request = request
        self.folder = folder
        self.seen = seen
        self.again: deque[Entry] = deque()  # alone in their batches
        self.suspects: deque[Entry] = deque()  # single worlds; each is tried once more with nothing beside it
        self.tried: Entry | None = None
        self.later: dict[int, list[Entry]] = {}  # other arms of an item, until its world without schemes ends
        self.flying: dict[Any, list[Entry]] = {}
        self.heard = as_completed(with_results=True, raise_errors=False, loop=pool.client.loop)
        self.seconds = request.experiment.seconds_an_item()
        self.timed_items, self.timed_seconds = 0, 0.0
        self.ended = self.not_ok = 0
        self.asked = Asked()
        self.watched = 0.0
        self.workers = 0
        self.name = f"tremplin-{uuid.uuid4().hex[:12]}"
        self.sent = 0
        self.shard = Gathered(folder, request)
        self.work = pool.client.submit(bytes, cloudpickle.dumps(request), key=f"{self.name}-work")

    def run(self, items: Iterator[Entry], count: int) -> None:
        """Runs the items (numbers, and arms that have rows already), of which there are ``count`` at most."""
        self.items, self.left = items, count
        with listening() as self.asked:
            try:
                while self._feed():
                    self._hear()
                    self._watch()
                    if self.asked.times:
                        self._wind_up()
                        raise KeyboardInterrupt
                self.shard.write()
            except Lost:
                self.shard.write()
                raise
            finally:
                self._leave()
                self.seen(self.ended, self.not_ok)

    # --- giving work ------------------------------------------------------------------------------------

    def _feed(self) -> bool:
        """Keeps all workers busy; whether anything is still to be done."""
        size = self._size()
        while len(self.flying) < IN_FLIGHT * max(1, self.workers):
            batch = list(islice(self.items, size))
            if not batch and self.again:
                batch = [self.again.popleft()]
            if not batch and self.suspects and not self.flying:
                self.tried = self.suspects.popleft()
                batch = [self.tried]
            if not batch:
                break
            self._send(batch)
        return bool(self.flying)

    def _send(self, batch: list[Entry]) -> None:
        numbers = np.fromiter((number for number, _ in batch), np.int64, len(batch))
        order = Order(numbers, {number: kept for number, kept in batch if kept})
        self.sent += 1
        self.left -= len(batch)
        future = self.pool.client.submit(
            run_batch, self.work, code_hash(), order, key=(f"{self.name}-batch", self.sent)
        )
        self.flying[future] = batch
        self.heard.add(future)

    def _size(self) -> int:
        """Items of about ``BATCH_SECONDS``, fewer towards the end so that all end together, but worth the
        sending."""
        if self.timed_seconds:
            self.seconds = max(self.timed_seconds / self.timed_items, 1e-6)
        workers = max(1, self.workers)
        seconds = max(BATCH_SECONDS, workers / BATCHES_A_SECOND)
        size = min(int(seconds / self.seconds), self.left // (IN_FLIGHT * workers))
        return min(LARGEST_BATCH, max(1, size, int(LEAST_BATCH_SECONDS / self.seconds)))

    # --- hearing ----------------------------------------------------------------------------------------

    def _hear(self) -> None:
        if not self.heard.has_ready():
            time.sleep(LISTEN_SECONDS)
        for future, result in self.heard.next_batch(block=False):
            batch = self.flying.pop(future)
            if isinstance(result, Rows):
                self._take(result, batch)
            elif future.status == "error":
                self._mourn(result[1], batch)
            else:
                raise Lost(f"{self.pool.name} is gone")
        if self.shard.is_due():
            self.shard.write()

    def _take(self, rows: Rows, batch: list[Entry]) -> None:
        self.shard.add(rows.runs, rows.series)
        self.timed_items += rows.items
        self.timed_seconds += rows.seconds
        self.ended += rows.runs.num_rows
        self.not_ok += rows.not_ok
        self.seen(self.ended, self.not_ok)
        self.pool.alive()
        for number, _ in batch:
            self._add(self.later.pop(number, []))

    def _mourn(self, error: BaseException, batch: list[Entry]) -> None:
        """A batch has no rows: its workers died again and again, or something there is in the way."""
        from distributed import KilledWorker

        if isinstance(error, ModuleNotFoundError):
            raise Unable(f"the workers of {self.pool.name} have not what this program needs: {error}")
        if not isinstance(error, KilledWorker):
            raise Unable(f"a worker could not go on: {error}")
        if len(batch) > 1:
            self._add(batch)
            return
        number, kept = batch[0]
        arms = self._wanted(number, kept)
        if len(arms) == 1:
            # Dask holds what only waited at a worker as guilty as what ran there
            if batch[0] == self.tried:
                self._condemn(number, arms[0], kept)
            else:
                self.suspects.append(batch[0])
                self.left += 1
            return
        every = frozenset(policy for policy, *_ in self.request.item(number).arms)
        alone = [(number, every - {policy}) for policy in arms]
        if arms[0] == NONE:  # the others are nothing without it
            self.later[number] = alone[1:]
            del alone[1:]
        self._add(alone)

    def _condemn(self, number: int, policy: str, kept: Kept) -> None:
        """Writes the row of a world that ended all its workers, and of those that are nothing without it."""
        others = self.later.pop(number, [])
        wanted = kept - {policy for _, rest in others for policy in self._wanted(number, rest)}
        item = self.request.item(number, wanted)
        error = "its worker ended again and again, perhaps for want of memory"
        rows = broken(item, policy, KILLED, error, 0.0)
        shard = Shard(self.request.experiment.columns(), socket.gethostname(), self.shard.worker, {})
        for arm in rows:
            shard.add(item, arm)
        self.shard.add(*shard.take())
        self.ended += len(rows)
        self.not_ok += len(rows)

    def _wanted(self, number: int, kept: Kept) -> list[str]:
        """Arms of an item that have no rows."""
        return [policy for policy, *_ in self.request.item(number).arms if policy not in kept]

    def _add(self, entries: list[Entry]) -> None:
        self.again.extend(entries)
        self.left += len(entries)

    # --- watching and ending ----------------------------------------------------------------------------

    def _watch(self) -> None:
        now = time.monotonic()
        if now - self.watched < WATCH_SECONDS:
            return
        self.watched = now
        self.workers = self.pool.look()

    def _wind_up(self) -> None:
        """Takes what ends soon: no batch is begun any more. A second signal does not wait for that."""
        deadline = time.monotonic() + GRACE_SECONDS
        while self.flying and self.workers and time.monotonic() < deadline and self.asked.times < 2:
            self._hear()
        self.shard.write()

    def _leave(self) -> None:
        """Lets the scheduler forget what is not done."""
        futures = [*self.flying, self.work]
        self.flying.clear()
        self.heard.clear()
        self.pool.forget(futures)


class Gathered:
    """Rows that came back, until they are a shard."""

    def __init__(self, folder: Folder, request: Request):
        self.folder = folder
        self.about = about(request.experiment)
        self.worker = f"{socket.gethostname()}-{os.getpid()}"
        self.written = 0
        self._clear()

    def _clear(self) -> None:
        self.runs: list[pa.Table] = []
        self.series: list[pa.Table] = []
        self.rows = 0
        self.opened = time.monotonic()

    def add(self, runs: "pa.Table", series: "pa.Table | None") -> None:
        """Takes some worlds."""
        if not self.rows:
            self.opened = time.monotonic()
        self.rows += runs.num_rows
        self.runs.append(runs)
        if series is not None:
            self.series.append(series)

    def is_due(self) -> bool:
        """Whether it is to be closed."""
        return self.rows > 0 and is_due(self.rows, self.opened, self.written)

    def write(self) -> None:
        """Writes what is there, if anything, and forgets it."""
        import pyarrow as pa

        if not self.rows:
            return
        runs = pa.concat_tables(self.runs, promote_options="default").combine_chunks()
        series = pa.concat_tables(self.series).unify_dictionaries() if self.series else None
        self._clear()
        self.folder.write_shard(self.worker, runs.replace_schema_metadata(self.about), series)
        self.written += 1
