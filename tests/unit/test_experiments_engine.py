"""Signals while worlds run."""

import random
import signal

import pytest

from experiments.engine import _interruption, interruptible
from sim.world import World
from tests.small import spec

SHAPE = spec(basins=1, smes=100, months=12)


def run_until_stopped(seconds: float) -> None:
    """Worlds, one after the other, and a signal after some seconds."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    for seed in range(10_000):
        with _interruption.held():
            World(SHAPE, {}, seed).run()
        _interruption.let_go()


def test_a_signal_inside_compiled_code_is_not_lost():
    """Raised inside compiled code, KeyboardInterrupt comes out as SystemError or TypeError; a run then went
    on with a failed world."""
    World(SHAPE, {}, 1).run()
    before = signal.signal(signal.SIGALRM, _interruption)
    moments = random.Random(1)
    try:
        for _ in range(150):
            with pytest.raises(KeyboardInterrupt):
                run_until_stopped(1e-5 + 0.004 * moments.random())
    finally:
        signal.signal(signal.SIGALRM, before)


def two_signals() -> None:
    with interruptible(), _interruption.held():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)


def test_a_second_signal_does_not_wait():
    with pytest.raises(KeyboardInterrupt):
        two_signals()
    with pytest.raises(KeyboardInterrupt):
        _interruption.let_go()


def test_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    with interruptible():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
