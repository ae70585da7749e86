"""Running a list of items on this computer, in one process or several. Workers write; the parent counts."""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, as_completed
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from experiments.errors import Unable
from experiments.folder import Folder
from experiments.plan import Experiment, Item
from experiments.runner import OK, simulate, worker_name
from experiments.shards import Shard

BATCH_SECONDS = 2.0  # of work, between two reports of a worker
SECONDS_A_PROCESS = 1.5  # a process with less to do is not worth its start
WAITING = 2  # batches a worker has or waits for
SHARD_ROWS, SHARD_SECONDS, LONG_SHARD_SECONDS = 1000, 2.0, 60.0
SHARDS_BEFORE_LONG = 30

Counts = dict[str, int]
Seen = Callable[[Counts], None]


def run(experiment: Experiment, items: Iterable[Item], folder: Folder, jobs: int, seen: Seen) -> None:
    """Runs the items; ``seen`` is told of worlds by status as they end. Order does not matter to results.

    This process is one of the ``jobs``: it works from the first second, while the others start.
    """
    from sim.warm import warm

    with _interruption.held():
        warm()  # before the others start and ask for the same cores
    _interruption.let_go()

    left = iter(items)
    with _helpers(jobs - 1) as helpers:
        size = _batch_size(experiment)
        pending: set[Future[Counts]] = set()

        def mine() -> Iterator[Item]:
            """Items for this process; hands batches to the others before each of them."""
            while True:
                for future in [future for future in pending if future.done()]:
                    pending.remove(future)
                    seen(future.result())
                while helpers and len(pending) < WAITING * (jobs - 1) and (batch := list(islice(left, size))):
                    pending.add(helpers.submit(work_all, batch, folder.path))
                if (item := next(left, None)) is None:
                    return
                yield item

        for counts in work(mine(), folder.path):
            seen(counts)
        for future in as_completed(pending):
            seen(future.result())


@contextmanager
def _helpers(processes: int) -> "Iterator[Executor | None]":
    """Worker processes with one thread each; none if there are to be none."""
    if processes < 1:
        yield None
        return
    from joblib.externals.loky import get_reusable_executor
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    alone = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    helpers = get_reusable_executor(processes, initializer=_helper_starts, env=alone, timeout=None)
    ended = False
    try:
        yield helpers
        ended = True
    except TerminatedWorkerError as error:
        raise Unable(
            "a worker process was killed, perhaps for want of memory; what was finished is kept: give the "
            "same command again, with fewer --jobs"
        ) from error
    finally:
        helpers.shutdown(wait=ended, kill_workers=not ended)


def _helper_starts() -> None:
    """In a worker: Ctrl-C is for the parent, which ends its workers; the simulation is loaded at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import sim.world  # noqa: F401


def work(items: Iterable[Item], folder: Path) -> Iterator[Counts]:
    """Runs items in this process and writes their shards; yields worlds by status, item by item.

    What is finished is written even if the work is interrupted.
    """
    host, worker = worker_name()
    shard = Shard(host, worker)
    place, written = Folder(folder), 0
    begun = time.monotonic()
    try:
        for item in items:
            with _interruption.held():
                arms = simulate(item)
                shard.add(item, arms)
            yield _counts(arm.status for arm in arms)
            _interruption.let_go()
            limit = SHARD_SECONDS if written < SHARDS_BEFORE_LONG else LONG_SHARD_SECONDS
            if shard.rows >= SHARD_ROWS or time.monotonic() - begun >= limit:
                shard.write(place)
                written += 1
                begun = time.monotonic()
    finally:
        shard.write(place)


def work_all(items: list[Item], folder: Path) -> Counts:
    """``work``, for a worker process: worlds by status."""
    total: Counts = {}
    for counts in work(items, folder):
        for status, n in counts.items():
            total[status] = total.get(status, 0) + n
    return total


def processes(experiment: Experiment, times: int, wanted: int) -> int:
    """How many processes are worth starting for so many draws and replicates: each must have some seconds of
    work."""
    seconds = times * sum(experiment.seconds(group) for group in experiment.groups)
    return max(1, min(wanted, times * len(experiment.groups), int(seconds / SECONDS_A_PROCESS)))


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Interruption:
    """What Ctrl-C, SIGTERM and SIGUSR1 do: stop at once between two items, after the item within one.

    An exception raised by a signal inside compiled code comes out as another, or not at all: it must not be
    raised there. A second signal does not wait.
    """

    def __init__(self) -> None:
        self.asked = False
        self.within = False

    def __call__(self, *_: object) -> None:
        if self.within and not self.asked:
            self.asked = True
        else:
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the first signal back until ``let_go``."""
        self.within = True
        try:
            yield
        finally:
            self.within = False

    def let_go(self) -> None:
        """Stops if a signal was held back."""
        if self.asked:
            self.asked = False
            raise KeyboardInterrupt


_interruption = _Interruption()  # signals belong to the process, and so does this


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGUSR1 stop the work; what is finished is written first."""
    names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGUSR1") if hasattr(signal, name)]
    before = {name: signal.signal(name, _interruption) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _batch_size(experiment: Experiment) -> int:
    """Items of about ``BATCH_SECONDS``."""
    cost = sum(experiment.seconds(group) for group in experiment.groups) / len(experiment.groups)
    return max(1, min(SHARD_ROWS, int(BATCH_SECONDS / cost)))


def _counts(statuses: Iterable[str]) -> Counts:
    counts: Counts = {OK: 0}
    for status in statuses:
        counts[status] = counts.get(status, 0) + 1
    return counts
