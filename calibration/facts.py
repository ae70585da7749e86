"""The published figures, read from ``facts.csv``; what their columns mean stands in ``README.md``."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FACTS = Path(__file__).with_name("facts.csv")

_NUMBER = r"(\d+(?:\.\d+)?)"
_AROUND = re.compile(rf"\[tol ±{_NUMBER} ?(%|pts?)\]")
_UNEVEN = re.compile(rf"\[tol -{_NUMBER}/\+{_NUMBER}%\]")


@dataclass(frozen=True)
class Fact:
    """A published figure. ``value``, ``low`` and ``high`` are None where the source gives no number."""

    id: str
    scheme_or_topic: str
    quantity: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    period_start: str
    period_end: str
    geography: str
    source_title: str
    publisher: str
    year: str
    url: str
    meaning: str
    grade: str
    verified: str
    suggested_use: str
    maps_to: str

    def tolerance(self) -> tuple[float, float] | None:
        """Bounds within which a model may be said to meet the figure: its value and the ``[tol ...]`` of
        ``maps_to``, a judgement of errors of model, measurement and definition together; None without one.

        "±20%" is relative to the value, "±5 pts" absolute, "-0/+15%" relative and uneven.
        """
        if self.value is None:
            return None
        if found := _AROUND.search(self.maps_to):
            half = float(found[1]) * (self.value / 100 if found[2] == "%" else 1.0)
            return self.value - half, self.value + half
        if found := _UNEVEN.search(self.maps_to):
            return self.value * (1 - float(found[1]) / 100), self.value * (1 + float(found[2]) / 100)
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@cache
def facts() -> Mapping[str, Fact]:
    """Every published figure, by id, in the order of the file."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: _fact(row) for row in csv.DictReader(file, strict=True)}


def _fact(row: dict[str, Any]) -> Fact:
    return Fact(**row | {key: _number(row[key]) for key in ("value", "low", "high")})
