"""Lines of a history: what happened in a month, the month in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from experiments.lang import Said, later
from experiments.report.words import called
from scenarios.load import Case
from sim.world import World

MONTHS = (
    later("January {year}"), later("February {year}"), later("March {year}"), later("April {year}"),
    later("May {year}"), later("June {year}"), later("July {year}"), later("August {year}"),
    later("September {year}"), later("October {year}"), later("November {year}"), later("December {year}"),
)  # fmt: skip
ONE, SIGNED = ",.0f", "+.1f"  # how numbers are written
END = later("At the end {what}")


@dataclass(frozen=True)
class Line:
    """What happened in a month of a history (months since the start; ``date`` in words). ``str`` of a text
    says it in the language of whoever reads it."""

    month: int
    date: Said
    text: Said


@dataclass(frozen=True)
class Story:
    """A history. ``kind``: of ``KINDS``, or "basin"; ``share``: of accepted firms (for "beside", of the
    others that were ever alive) that are of this kind, None for a basin; ``about``: who it is; ``end``: both
    worlds at the end."""

    kind: str
    title: Said
    share: float | None
    about: Said
    lines: tuple[Line, ...]
    end: Said

    def as_data(self, text: Callable[[Said], Any] = str) -> dict[str, Any]:
        """As plain data. ``text``: what stands for a text, by default the text itself."""
        lines = [
            {"month": line.month, "date": text(line.date), "text": text(line.text)} for line in self.lines
        ]
        return {
            "kind": self.kind, "title": text(self.title), "share": self.share, "about": text(self.about),
            "lines": lines, "end": text(self.end),
        }  # fmt: skip


def date(case: Case, month: int) -> Said:
    """Month of the case (0: its first) in words."""
    at = case.spec.start_year * 12 + case.spec.start_month - 1 + month
    return Said(MONTHS[at % 12], {"year": at // 12})


def scheme_of(case: Case, world: World, local: int) -> str:
    """What the scheme of a local scheme is called, as everywhere in a run."""
    return called(world.spec.schemes[world.tables.locals.scheme[local]].name, case.titles)


def dated(case: Case, month: int, text: Said) -> Line:
    return Line(month, date(case, month), text)
