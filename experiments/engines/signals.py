"""Signals that ask a command to stop: Ctrl-C, SIGTERM, SIGUSR1, and SIGHUP of a terminal that is closed."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any


@dataclass
class Asked:
    """How often it was asked."""

    times: int = 0


@contextmanager
def listening() -> Iterator[Asked]:
    """Counts such signals instead of being stopped by them."""
    asked = Asked()

    def count() -> None:
        asked.times += 1

    with _calling(count, "SIGINT", "SIGTERM", "SIGUSR1", "SIGHUP"):
        yield asked


@contextmanager
def as_an_interrupt() -> Iterator[None]:
    """Has all of them do what Ctrl-C does, so that a command that is stopped says so."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    with _calling(interrupt, "SIGTERM", "SIGUSR1", "SIGHUP"):
        yield


@contextmanager
def _calling(what: Callable[[], None], *names: str) -> Iterator[None]:
    """Calls ``what`` at each signal of these names. Signals belong to the main thread: elsewhere, as in some
    notebooks, they are left alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    terminals = [descriptor for descriptor in (1, 2) if os.isatty(descriptor)]
    before: dict[int, Any] = {}

    def heard(number: int, _: FrameType | None) -> None:
        if number == getattr(signal, "SIGHUP", None):
            signal.signal(number, signal.SIG_IGN)  # the shell sends it too: that is no second wish
            before.pop(number, None)
            _leave(terminals)
        what()

    for name in names:
        number = getattr(signal, name, None)
        if number is None or (name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN):
            continue  # nohup has it ignored, and so it stays
        before[number] = signal.signal(number, heard)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(terminals: list[int]) -> None:
    """What is written to terminals that are gone goes nowhere, instead of being an error."""
    for descriptor in terminals:
        if not os.isatty(descriptor):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, descriptor)
            os.close(nowhere)
