"""``python -m benchmarks.runner``: what a world costs beside its simulation: to hand out, to run, to keep
for good.

Worlds that cost nothing are run on two cores with durable writes, beside joblib alone, which keeps its
results in memory only. Then the bytes of a row, the memory of the whole command from 10^4 to 10^6 worlds,
and the time to read again which worlds a folder holds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.trivial import NAMES, experiment, forty, one, rows, run
from experiments.command import Common, run_missing
from experiments.engines.local import Crew
from experiments.folder import Folder, about, hashes
from experiments.items import Request

JOBS = 2
COUNT = 100_000


def ours(count: int, simulate=one, outcomes: tuple[str, ...] = ("y",)) -> tuple[float, float]:
    """Microseconds a world from the first order to the last durable shard, workers started before as joblib's
    are; bytes a world on disk."""
    with tempfile.TemporaryDirectory() as path:
        of = experiment(simulate, outcomes)
        folder, request = Folder(Path(path) / "run"), Request(of, count)
        folder.prepare(of)
        crew = Crew(request, folder, JOBS, 0, lambda ended, failed: None)
        index = folder.index(hashes(of))
        crew.run(request.missing(index), count)
        seconds = crew.worked_s
        size = sum(p.stat().st_size for p in folder.shards())
        assert folder.index(hashes(of)).rows == count
    return seconds / count * 1e6, size / count


def joblib_alone(count: int) -> float:
    """Microseconds a world with joblib's processes, batches of its choice, results in memory."""
    from joblib import Parallel, delayed

    x = rows(count).tolist()
    with Parallel(n_jobs=JOBS) as parallel:
        parallel(delayed(run)(0.5, k) for k in range(1000))
        start = time.perf_counter()
        parallel(delayed(run)(value, k) for k, value in enumerate(x))
        return (time.perf_counter() - start) / count * 1e6


def peak_memory(count: int) -> float:
    """Megabytes that the whole parent took, tables of the run apart: measured in a process of its own."""
    code = f"""
import tempfile
from pathlib import Path
from benchmarks.memory import peak_mb
from benchmarks.runner import command
with tempfile.TemporaryDirectory() as path:
    command(Path(path) / "run", {count})
print(peak_mb())
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def command(path: Path, count: int) -> None:
    """All that a command does until its worlds are kept."""
    of = experiment()
    common = Common(draws=count, jobs=JOBS, out=path, yes=True, quiet=True)
    folder = Folder(path)
    folder.prepare(of)
    run_missing(folder, common.request(of), common)


def rescan(shards: int, each: int = 1000) -> float:
    """Seconds to read again the keys of so many shards of a thousand worlds."""
    from experiments.engines.marks import Marks, make
    from experiments.engines.worker import Worker
    from experiments.items import NOTHING

    with tempfile.TemporaryDirectory() as path:
        of = experiment()
        folder = Folder(Path(path) / "run")
        folder.prepare(of)
        page = make()
        worker = Worker(Request(of, shards * each), folder, "bench", Marks(page), about(of))
        os.close(page)
        for number in range(shards * each):
            worker.do(number, NOTHING)
            if worker.shard.rows == each:
                worker.write()
        found = []
        for _ in range(3):
            start = time.perf_counter()
            index = folder.index(hashes(of))
            found.append(time.perf_counter() - start)
            assert index.rows == shards * each
    return statistics.median(found)


def measured(count: int = COUNT, large: int = 1_000_000) -> dict[str, float]:
    """All figures; ``large``: 0 leaves out those of large folders. Ours and joblib's are measured in turn,
    thrice, and the median kept."""
    times: dict[str, list[float]] = {"ours": [], "joblib": []}
    size = 0.0
    for _ in range(3):
        us, size = ours(count)
        times["ours"].append(us)
        times["joblib"].append(joblib_alone(count))
    wide_us, wide = ours(count // 5, forty, NAMES)
    found = {
        "us_a_world": statistics.median(times["ours"]),
        "us_a_world_joblib_in_memory": statistics.median(times["joblib"]),
        "us_a_world_40_outcomes": wide_us,
        "bytes_a_world": size,
        "bytes_a_world_40_outcomes": wide,
    }
    if large:
        found |= {"mb_at_10_000": peak_memory(10_000), f"mb_at_{large:_}": peak_memory(large),
                  "rescan_s_1000_shards": rescan(large // 1000)}  # fmt: skip
    return found


if __name__ == "__main__":
    print(json.dumps(measured(), indent=1))
