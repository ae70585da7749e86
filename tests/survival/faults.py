"""Worlds that go wrong, for tests: they raise, never end, eat memory, fill the disk. Workers import this
module, so the model stands inside the functions that run it: others start sooner."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from experiments.closing import SHARD_ROWS
from experiments.engines import worker
from experiments.items import Item
from experiments.runner import OK, Arm, simulate

FAULTS = "TREMPLIN_TEST_FAULTS"  # a folder; worlds go wrong while it holds a file called "on"


SOON = 0.2  # seconds after which workers close a shard here, so that there are more of them


def is_due(rows: int, opened: float, written: int) -> bool:
    """Whether a shard is to be closed."""
    return rows >= SHARD_ROWS or time.monotonic() - opened >= SOON


def seconds_left(opened: float) -> float:
    """Seconds until it is."""
    return max(0.0, SOON - (time.monotonic() - opened))


# of workers alone: what is foreseen in the command stays as it is
worker.is_due, worker.seconds_left = is_due, seconds_left


def wrong() -> bool:
    """Whether worlds go wrong now."""
    return (Path(os.environ[FAULTS]) / "on").exists()


def raising(item: Item) -> Iterator[Arm]:
    """This model, of which the policy `no-renewal` divides by zero for odd seeds."""
    import sim.outcomes

    real = sim.outcomes.levels

    def levels(world):
        if world.spec.changes and world.seed % 2 and wrong():
            raise ZeroDivisionError("this world divides by zero")
        return real(world)

    sim.outcomes.levels = levels
    try:
        yield from simulate(item)
    finally:
        sim.outcomes.levels = real


def without_control(item: Item) -> Iterator[Arm]:
    """This model, whose first arm divides by zero."""
    import sim.outcomes

    real = sim.outcomes.levels

    def levels(world):
        raise ZeroDivisionError

    sim.outcomes.levels = levels
    try:
        yield from simulate(item)
    finally:
        sim.outcomes.levels = real


def world(item: Item, key: bytes, policy: str) -> Arm:
    """A cheap world: outcomes are pure functions of its seed and parameter."""
    y = item.values["x"] ** 2 + item.world_seed % 1000
    return Arm(policy, key, OK, "", {"y": y, "z": y / 3}, 0.0, time.time())


def chaotic(item: Item) -> Iterator[Arm]:
    """Cheap worlds of some milliseconds: draw 3 raises, draw 5 never ends, draw 7 eats memory, others end
    well."""
    for policy, _, key in item.arms:
        if item.draw == 3:
            raise ValueError("three is not allowed")
        while item.draw == 5 and policy == "a":
            with suppress(Exception):  # nothing that Python can do ends it
                time.sleep(0.05)
        hoard = []
        while item.draw == 7 and policy == "b":
            hoard.append(np.ones(4_000_000))
            time.sleep(0.002)
        time.sleep(0.004)
        yield world(item, key, policy)


def calm(item: Item) -> Iterator[Arm]:
    """The same worlds, of which none goes wrong."""
    for policy, _, key in item.arms:
        yield world(item, key, policy)


def slow(item: Item) -> Iterator[Arm]:
    """Worlds of a fifth of a second."""
    for policy, _, key in item.arms:
        time.sleep(0.2)
        yield world(item, key, policy)


def deadly(item: Item) -> Iterator[Arm]:
    """Cheap worlds, of which policy "b" of draw 3 ends its process, however often it is tried."""
    for policy, _, key in item.arms:
        if item.draw == 3 and policy == "b" and policy not in item.kept:
            os._exit(9)
        yield world(item, key, policy)


def slow_and_large(item: Item) -> Iterator[Arm]:
    """Worlds whose rows fill a small disk: long errors that do not compress."""
    from sim.draws import generator

    for policy, _, key in item.arms:
        time.sleep(0.0005)
        noise = generator(item.world_seed, 9).bytes(400).hex()
        yield Arm(policy, key, "failed", noise, {}, 0.0, time.time())


SECONDS = {slow: 0.2}  # that a world may take, where it matters
