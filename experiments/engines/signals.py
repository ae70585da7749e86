"""Signals that ask a command to stop: Ctrl-C, SIGTERM, SIGUSR1."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Asked:
    """How often it was asked."""

    times: int = 0


@contextmanager
def listening() -> Iterator[Asked]:
    """Counts such signals instead of being stopped by them. Signals belong to the main thread: elsewhere, as
    in some notebooks, they are left alone."""
    asked = Asked()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def count(*_: int | FrameType | None) -> None:
        asked.times += 1

    names = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGUSR1") if hasattr(signal, name)]
    before = {name: signal.signal(name, count) for name in names}
    try:
        yield asked
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
