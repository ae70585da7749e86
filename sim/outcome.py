"""What an outcome is: something that a reader may ask of a world or of a pair of worlds."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """``of`` is "world" (``compute`` takes a world) or "pair" (it takes a pair, world 1 against the world
    without schemes, and its waterfall). ``better`` says which way is good: 1, -1, or 0 where neither is."""

    name: str
    unit: str
    of: str
    better: int
    definition: str
    compute: Callable[..., float]


def ratio(a: float, b: float) -> float:
    """a / b, not a number where b is 0."""
    return float(a) / float(b) if b else float("nan")
