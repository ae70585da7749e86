"""Worlds run a year at a time, so that the clock and signals can be looked at on the way."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.spec import YEAR

if TYPE_CHECKING:
    from sim.world import World

asked_to_leave = threading.Event()  # set by a signal: the process leaves between two years of a world


class TookTooLong(Exception):
    """A world went over its time."""


class Stopped(Exception):
    """The process was asked to leave while a world ran."""


class Clock:
    """The time of one world. ``timeout``: seconds that it may take, 0 for no limit."""

    def __init__(self, timeout: float):
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout if timeout else None

    def run(self, world: "World", until: int, look: "Callable[[World], object] | None" = None) -> "World":
        """Runs a world to month ``until`` (not included); ``look`` sees it there and after every year. Raises
        ``TookTooLong`` or ``Stopped``."""
        while world.month < until:
            if self._deadline and time.monotonic() > self._deadline:
                raise TookTooLong(f"stopped in month {world.month}, after {self._timeout:g} seconds")
            if asked_to_leave.is_set():
                raise Stopped
            world.run(min((world.month // YEAR + 1) * YEAR, until))
            if look:
                look(world)
        return world
