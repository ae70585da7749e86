"""Experiments whose worlds cost nothing: what is left is the cost of running and keeping them."""

from collections.abc import Iterator

import numpy as np

from experiments.items import Item
from experiments.parameters import Source
from experiments.plan import Experiment, Function, Group
from experiments.runner import OK, Arm
from scenarios.load import Case
from sim.parameters.quantities import Uncertainty
from tests.small import spec

ARM = "model"
X = Uncertainty("x", "", 0.5, 0.0, 1.0, "uniform", "assumed", "A number.", "")


def run(x: float, seed: int) -> float:
    """The trivial model: a number of its parameter and its seed."""
    return x * x + (seed % 1000) * 1e-6


def one(item: Item) -> Iterator[Arm]:
    """A world with one outcome."""
    for policy, _, key in item.arms:
        yield Arm(policy, key, OK, "", {"y": run(item.values["x"], item.world_seed)}, 0.0, 1.7e9)


NAMES = tuple(f"y{k}" for k in range(40))


def forty(item: Item) -> Iterator[Arm]:
    """A world with forty outcomes, of which no two are alike."""
    y = run(item.values["x"], item.world_seed)
    for policy, _, key in item.arms:
        yield Arm(policy, key, OK, "", {name: y * (k + 1.1) for k, name in enumerate(NAMES)}, 0.0, 1.7e9)


def experiment(simulate=one, outcomes: tuple[str, ...] = ("y",), seconds: float = 2e-5) -> Experiment:
    """An experiment of such worlds, one arm, parameters drawn from a prior."""
    case = Case("trivial", "Trivial", "", spec(), (), ())
    group = Group("all", case, {ARM: Function(ARM)})
    source = Source("prior", (X,), None, 1)
    return Experiment("compare", "trivial", "", ARM, (group,), 1, source, simulate, outcomes, seconds)


def rows(count: int) -> np.ndarray:
    """The parameters of the first draws, for those who run them otherwise."""
    source = experiment().source
    return np.array([source.row(k)[0] for k in range(count)])
