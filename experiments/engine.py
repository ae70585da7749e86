"""Running a list of items on this computer, in one process or several. Workers write; the parent counts."""

import math
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from experiments.errors import Unable
from experiments.folder import Folder
from experiments.plan import Experiment, Item
from experiments.runner import OK, simulate, worker_name
from experiments.shards import Shard

BATCH_SECONDS = 2.0  # of work, between two reports of a worker
SHARD_ROWS, SHARD_SECONDS, LONG_SHARD_SECONDS = 1000, 2.0, 60.0
SHARDS_BEFORE_LONG = 30

Counts = dict[str, int]
Seen = Callable[[Counts], None]


def run(experiment: Experiment, items: Iterable[Item], folder: Folder, jobs: int, seen: Seen) -> None:
    """Runs the items; ``seen`` is told of worlds by status as they end. Order does not matter to results."""
    if jobs <= 1:
        for counts in work(items, folder.path):
            seen(counts)
        return
    from joblib import Parallel, delayed, parallel_config
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    compile_once()
    cost = {group.name: experiment.seconds(group) for group in experiment.groups}
    batches = _batches(items, sum(cost.values()) / len(cost))
    with parallel_config("loky", inner_max_num_threads=1):
        parallel = Parallel(jobs, return_as="generator_unordered", batch_size=1, pre_dispatch="2*n_jobs")
        try:
            for done in parallel(delayed(work_all)(batch, folder.path) for batch in batches):
                seen(done)
        except TerminatedWorkerError as error:
            raise Unable(
                "a worker process was killed, perhaps for want of memory; what was finished is kept: give "
                "the same command again, with fewer --jobs"
            ) from error


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
            arms = simulate(item)
            shard.add(item, arms)
            yield _counts(arm.status for arm in arms)
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


def compile_once() -> None:
    """Compiles the kernels before workers start, unless this code was compiled here before."""
    from sim.code import cache_folder

    mark = cache_folder() / "ready"
    if mark.exists():
        return
    from sim.warm import warm

    warm()
    mark.touch()


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def interruptible() -> Iterator[None]:
    """SIGTERM and SIGUSR1 stop the work as Ctrl-C does: what is finished is written first."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    names = [getattr(signal, name) for name in ("SIGTERM", "SIGUSR1") if hasattr(signal, name)]
    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _batches(items: Iterable[Item], cost: float) -> Iterator[list[Item]]:
    size = max(1, min(SHARD_ROWS, math.floor(BATCH_SECONDS / max(cost, 1e-6))))
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _counts(statuses: Iterable[str]) -> Counts:
    counts: Counts = {OK: 0}
    for status in statuses:
        counts[status] = counts.get(status, 0) + 1
    return counts
