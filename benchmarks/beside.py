"""``python -m benchmarks.beside CHECKOUT [QUESTION...]``: months of this code beside those of another.

A process each runs the same worlds, in turn, so that a computer that is slow for a while slows both: those of
the last policy of a question, with parameters of the prior. Told are the median of the ratios, world by
world, their quartiles, and whether the worlds are the same to the bit. The other checkout needs no more than
``sim``, ``scenarios`` and ``experiments`` as they are called here.
"""

import hashlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
QUESTIONS = ("alize-host", "plan-pme-diagnosis", "boost-innov-scale", "poles-levers", "pacte-pme-levers",
             "region-mix")  # fmt: skip
DRAWS, TURNS = 6, 24


class Ratio(NamedTuple):
    """Time of this code over that of the other: median and quartiles; ``same``: to the bit."""

    median: float
    low: float
    high: float
    same: bool


def serve(question: str) -> None:
    """Runs the world of each number that it reads; writes the nanoseconds of its months, and its digest."""
    from experiments.items import Request
    from experiments.parameters import source
    from experiments.plan import compare_experiment
    from scenarios.load import load_policies
    from sim.world import World

    study = load_policies(question)
    schemes = list(dict.fromkeys(s.name for case in study.bases for s in case.spec.schemes))
    request = Request(compare_experiment(study, source("prior", schemes, DRAWS), 1), DRAWS)
    items = [request.item(number) for number in range(DRAWS)]
    World(items[0].arms[-1][1], items[0].values, 0).run()  # loads what it calls
    print("ready", flush=True)
    for line in sys.stdin:
        item = items[int(line) % DRAWS]
        world = World(item.arms[-1][1], item.values, item.world_seed)
        start = time.thread_time_ns()
        world.run()
        ns = time.thread_time_ns() - start
        t = world.tables
        seen = b"".join(table.tobytes() for table in (t.series, t.local_series, t.causes, t.size))
        print(ns, hashlib.blake2b(seen, digest_size=8).hexdigest(), flush=True)


def beside(other: Path, question: str, turns: int = TURNS) -> Ratio:
    """This code and that of another checkout on the worlds of a question."""
    processes = [_started(root, question) for root in (ROOT, other)]
    try:
        ratios, same = [], True
        for turn in range(turns):
            order = processes if turn % 2 == 0 else processes[::-1]
            found = {process.pid: _asked(process, turn // 2) for process in order}
            (ours, digest), (theirs, of_theirs) = (found[process.pid] for process in processes)
            ratios.append(ours / theirs)
            same = same and digest == of_theirs
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    low, median, high = statistics.quantiles(ratios, n=4)
    return Ratio(median, low, high, same)


def _started(root: Path, question: str) -> subprocess.Popen[str]:
    """A process of the code in this folder, ready to run worlds."""
    process = subprocess.Popen(
        [sys.executable, "-P", __file__, "--serve", question], cwd=root, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(root)},
    )  # fmt: skip
    if _line(process) != "ready":
        raise RuntimeError(f"{root}: no world of {question} runs there; what it said stands above")
    return process


def _asked(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Nanoseconds and digest of a world."""
    assert process.stdin
    process.stdin.write(f"{number}\n")
    process.stdin.flush()
    ns, digest = _line(process).split()
    return int(ns), digest


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def main(arguments: Sequence[str]) -> None:
    if not arguments or not (Path(arguments[0]) / "sim").is_dir():
        sys.exit(f"{__doc__}\nName the folder of another checkout, in which sim/ stands.")
    for question in arguments[1:] or QUESTIONS:
        found = beside(Path(arguments[0]).resolve(), question)
        bits = "the same bits" if found.same else "OTHER NUMBERS"
        print(f"{question:20} {found.median:.3f} of its time ({found.low:.3f} to {found.high:.3f}), {bits}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        main(sys.argv[1:])
