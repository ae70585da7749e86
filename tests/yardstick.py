"""How much longer something takes than work of a known size: a slow or busy host slows both."""

import subprocess
import sys
import time
from collections.abc import Callable


def seconds(work: Callable[[], object], clock=time.process_time) -> float:
    """What it takes, once."""
    start = clock()
    work()
    return clock() - start


def beside(call: Callable[[], object], yard: Callable[[], object], clock=time.process_time) -> float:
    """Least time of ``call`` over the least time of ``yard``, of seven turns each, one after the other."""
    turns = [(seconds(call, clock), seconds(yard, clock)) for _ in range(7)]
    return min(first for first, _ in turns) / min(second for _, second in turns)


def sums() -> int:
    """A hundred thousand squares in Python: some 6 ms on a usual machine."""
    return sum(i * i for i in range(100_000))


def nothing() -> None:
    """Python from its start to its end: some 20 ms on a usual machine."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)
