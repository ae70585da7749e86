"""``python -m benchmarks.where [QUESTION]``: where the time of one item of a command goes.

An item is all worlds of one draw: the world without schemes, every policy beside it, and what is measured of
them. It is run twice, the second time under Python's profiler, which makes many short calls look longer than
they are. Compiled months are in the own time of ``world.run``.
"""

import cProfile
import pstats
import sys
import time
from pathlib import Path

from experiments.items import Item, Request
from experiments.parameters import source
from experiments.plan import Experiment, compare_experiment
from experiments.runner import OK, simulate
from scenarios.load import load_policies
from sim import build

QUESTION = "boost-innov-scale"
SHOWN = 14
ROOT = Path(__file__).parents[1]


def item_of(question: str, parameters: str = "default") -> Item:
    """The first item of ``tremplin compare``."""
    study = load_policies(question)
    schemes = list(dict.fromkeys(s.name for case in study.bases for s in case.spec.schemes))
    of: Experiment = compare_experiment(study, source(parameters, schemes, 1), 1)
    return Request(of, 1).item(0)


def run(item: Item) -> int:
    """Runs an item as a worker does, its initial firms drawn anew; returns how many worlds it had."""
    build.initial_stock.cache_clear()
    arms = list(simulate(item))
    assert all(arm.status == OK for arm in arms), [arm.error for arm in arms]
    return len(arms)


def profiled(question: str = QUESTION) -> dict:
    """Worlds and seconds of an item, and the functions of the project with most time of their own: shares
    ``own`` and ``whole`` (with what they call) of the time under the profiler. Time of libraries and of
    built-in functions is that of the functions that call them."""
    item = item_of(question)
    worlds = run(item)
    start = time.process_time()
    run(item)
    seconds = time.process_time() - start
    profile = cProfile.Profile(time.process_time)
    profile.runcall(run, item)
    rows = _rows(pstats.Stats(profile))
    return {"question": question, "worlds": worlds, "seconds": seconds, "functions": rows[:SHOWN]}


def _rows(stats: pstats.Stats) -> list[dict]:
    table = stats.stats  # type: ignore[attr-defined]
    total = sum(entry[2] for entry in table.values())
    own: dict[tuple, float] = {}
    for name, (_, _, spent, _, callers) in table.items():
        if _ours(name):
            own[name] = own.get(name, 0.0) + spent
            continue
        for caller, (_, _, part, _) in callers.items():  # one step up; deeper libraries stay unnamed
            if _ours(caller):
                own[caller] = own.get(caller, 0.0) + part
    named = [
        {"function": _name(name), "own": spent / total, "whole": table[name][3] / total}
        for name, spent in own.items()
    ]
    return sorted(named, key=lambda row: -row["own"])


def _ours(name: tuple) -> bool:
    return name[0].startswith(str(ROOT)) and "site-packages" not in name[0]


def _name(name: tuple) -> str:
    path = Path(name[0]).relative_to(ROOT).with_suffix("")
    return f"{'.'.join(path.parts)}.{name[2]}"


if __name__ == "__main__":
    found = profiled(*sys.argv[1:2])
    print(f"{found['question']}: {found['worlds']} worlds, {found['seconds']:.2f} s of one core")
    for row in found["functions"]:
        print(f"  {row['own']:6.1%} own {row['whole']:6.1%} whole  {row['function']}")
