"""``python -m benchmarks.engines [--quick]``: what an item costs on each engine beside its own time, and the
memory of the command.

Items that do nothing, and items of 5 ms, on two processes that are already there: the project's engines,
which keep every world for good, beside joblib and Dask alone, which keep results in memory. Overhead is wall
time times processes over items, less the time of the function: of use on a quiet computer only.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.trivial import experiment, one
from experiments.engines.choice import close_pools, engine_of, runner
from experiments.engines.limits import memory_share
from experiments.engines.local import Crew
from experiments.folder import Folder
from experiments.items import Item, Request
from experiments.runner import Arm
from sim.code import code_hash

JOBS = 2
SECONDS = 0.005
COUNT, COUNT_SLOW = 20_000, 4_000
FIRST = 400  # items that are run before anything is measured
AT_ONCE = 50  # items in a batch of Dask alone


def pause(item: Item) -> Iterator[Arm]:
    """A world of 5 ms."""
    wait(item.draw)
    yield from one(item)


def nothing(number: int) -> int:
    """A function that does nothing."""
    return number


def wait(number: int) -> int:
    """A function of 5 ms of a core, not of a clock: on a busy computer all turns are then slowed alike."""
    end = time.thread_time() + SECONDS
    while time.thread_time() < end:
        pass
    return number


def several(function: Callable[[int], int], numbers: range) -> list[int]:
    """A function over some numbers, as one task."""
    return [function(number) for number in numbers]


def ours(engine: str, slow: bool, count: int) -> float:
    """Seconds of one of the project's engines from the first order to the last durable shard."""
    _kept(engine, slow, FIRST)  # the cluster starts before it is measured, as joblib's processes do
    return _kept(engine, slow, count)


def _kept(engine: str, slow: bool, count: int) -> float:
    of = experiment(pause if slow else one, seconds=SECONDS if slow else 2e-5)
    with tempfile.TemporaryDirectory() as path:
        folder, request = Folder(Path(path) / "run"), Request(of, count)
        folder.prepare(of)
        run = runner(engine_of(engine), request, folder, JOBS, memory_share(JOBS), lambda *_: None)
        start = time.perf_counter()
        run.run(((number, frozenset()) for number in request.numbers), count)
        seconds = time.perf_counter() - start
        assert folder.index({"spec": of.hash(), "code": code_hash()}).rows == count
    return run.worked_s if isinstance(run, Crew) else seconds


def joblib_alone(slow: bool, count: int, backend: str = "loky") -> float:
    """Seconds of joblib, with batches of its choice; ``backend``: its own processes, or those of Dask."""
    from joblib import Parallel, delayed, parallel_config

    function = wait if slow else nothing
    with parallel_config(backend, n_jobs=JOBS), Parallel() as parallel:
        parallel(delayed(function)(k) for k in range(JOBS))
        start = time.perf_counter()
        parallel(delayed(function)(k) for k in range(count))
        return time.perf_counter() - start


def dask_alone(client: Any, slow: bool, count: int, at_once: int = 1) -> float:
    """Seconds of Dask, a task an item or one for some."""
    function = wait if slow else nothing
    start = time.perf_counter()
    parts = [range(k, min(k + at_once, count)) for k in range(0, count, at_once)]
    client.gather([client.submit(several, function, part, pure=False) for part in parts])
    return time.perf_counter() - start


def overhead(repeats: int, count: int, count_slow: int) -> dict[str, float]:
    """Microseconds an item beside its own time, median of some turns."""
    from distributed import Client, LocalCluster

    found: dict[str, list[float]] = {}
    cluster = LocalCluster(
        n_workers=JOBS,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
    )
    with cluster, Client(cluster) as client:
        for _ in range(repeats):
            for slow, items in ((False, count), (True, count_slow)):
                few = min(items, 2_000)
                turns = {
                    "ours_local": (items, lambda s=slow, n=items: ours("local", s, n)),
                    "ours_dask": (items, lambda s=slow, n=items: ours("dask", s, n)),
                    "joblib": (items, lambda s=slow, n=items: joblib_alone(s, n)),
                    "joblib_on_dask": (few, lambda s=slow, n=few: joblib_alone(s, n, "dask")),
                    "dask_a_task_an_item": (few, lambda s=slow, n=few: dask_alone(client, s, n)),
                    "dask_in_batches": (items, lambda s=slow, n=items: dask_alone(client, s, n, AT_ONCE)),
                }
                for name, (n, turn) in turns.items():
                    own = SECONDS if slow else 0.0
                    us = (turn() * JOBS / n - own) * 1e6
                    found.setdefault(f"{name}_{'5ms' if slow else 'nothing'}", []).append(us)
        close_pools()
    return {name: statistics.median(values) for name, values in found.items()}


def peak_memory(engine: str, count: int) -> float:
    """Megabytes that the command took, workers apart: in a process of its own, batches kept small."""
    code = f"""
from benchmarks.engines import ours
from benchmarks.memory import peak_mb
from experiments.engines import flow, local
if __name__ == "__main__":
    flow.LARGEST_BATCH = local.LARGEST_ORDER = 20
    ours("{engine}", False, {count})
    print(peak_mb())
"""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(code)
        file.flush()
        done = subprocess.run([sys.executable, file.name], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def measured(quick: bool = False) -> dict[str, float]:
    """All figures."""
    found = overhead(
        1 if quick else 3, COUNT // 4 if quick else COUNT, COUNT_SLOW // 4 if quick else COUNT_SLOW
    )
    if not quick:
        for engine in ("local", "dask"):
            few, many = peak_memory(engine, 2_000), peak_memory(engine, COUNT)
            found |= {f"mb_{engine}_2_000": few, f"mb_{engine}_{COUNT:_}": many}
    return found


if __name__ == "__main__":
    print(json.dumps(measured("--quick" in sys.argv), indent=1))
