"""The kinds of numbers: an uncertainty is drawn, a lever is chosen, a rule is written."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Uncertainty:
    """A behavioural number that nobody knows exactly.

    ``prior`` is "uniform" on [low, high] or "fixed" (kept at its default in every draw; ``low`` and ``high``
    then say how far it may be scanned). ``source`` cites figure ids of ``calibration/facts.csv``, or says
    "assumed".
    """

    name: str
    unit: str
    default: float
    low: float
    high: float
    prior: str
    source: str
    doc: str
    acts: str

    def __post_init__(self) -> None:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"{self.name}: default {self.default} outside [{self.low}, {self.high}]")
        if self.prior not in ("uniform", "fixed"):
            raise ValueError(f"{self.name}: prior {self.prior!r} is neither 'uniform' nor 'fixed'")


@dataclass(frozen=True)
class Rule:
    """A number of a scheme: one field of the row that describes it.

    ``role``: "lever" (a designer may change it), "rule" (what the scheme is), "behaviour" (how people respond
    to it; its value for each scheme is an ``Uncertainty``). ``choices`` names the codes of a rule that is a
    choice: the value is the position in the list. ``whole``: it counts things, or months, of which a world
    has no part.
    """

    name: str
    unit: str
    default: float
    low: float
    high: float
    role: str
    doc: str
    acts: str
    choices: tuple[str, ...] = ()
    whole: bool = False

    @property
    def at_once(self) -> bool:
        """Whether there is nothing between its values, so that a policy changes it in one step."""
        return bool(self.choices) or self.unit == "0 or 1"

    def acts_as(self, value: float) -> float:
        """What a world makes of a value: the nearest number of whole things, upwards from a half on."""
        return float(math.floor(value + 0.5)) if self.whole else value


@dataclass(frozen=True)
class Behaviour:
    """Value and prior of one behavioural field for one scheme."""

    default: float
    low: float
    high: float
    source: str
    prior: str = "uniform"
