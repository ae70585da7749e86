"""Tables for a terminal: how wide, how ruled, how numbers are written in them."""

import math
import os
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from experiments.lang import form, say
from experiments.lang.phrases import of_place, parts, span_of
from experiments.nothing import seen

WIDTH_ELSEWHERE = 118  # where the output is not a terminal and COLUMNS is not set
READABLE = 16  # letters: words in a column are not broken into shorter lines
BETWEEN, EDGES = 3, 2  # blanks between columns, and at both ends of a line

Caption = Callable[[Sequence[str]], str]


@dataclass
class Ruled:
    """A table with rules and a title, of which no number is ever cut.

    ``texts``: columns of words, aligned left, whose lines may break; all others are of numbers. ``aside``:
    headings that are left out, the last first, where there is no room for them. ``caption``: what stands
    below, given the headings that are shown.
    """

    title: str
    columns: Sequence[str]
    texts: Sequence[int] = (0,)
    aside: Sequence[str] = ()
    caption: Caption | None = None
    rows: list[tuple[Sequence[str], str]] = field(default_factory=list)

    def add_row(self, *cells: str, style: str = "") -> None:
        """One more row."""
        self.rows.append((cells, style))


def ruled(title: str, *columns: str, texts: Sequence[int] = (0,), aside: Sequence[str] = ()) -> Ruled:
    """A table without rows yet."""
    return Ruled(title, columns, texts, aside)


def console() -> Console:
    """Standard output: as wide as the terminal, or as COLUMNS says, or fixed."""
    found = Console(highlight=False)
    known = found.is_terminal or os.environ.get("COLUMNS", "").isdigit()
    return found if known else Console(highlight=False, width=WIDTH_ELSEWHERE)


def show(tables: Sequence[Ruled]) -> None:
    """Prints the tables that have a row; away from a terminal, without the blanks that fill lines."""
    tables = [table for table in tables if table.rows]
    if not tables:
        return
    screen = console()
    lines = [line for table in tables for line in _fitted(table, screen)]
    if screen.is_terminal:
        screen.print(*lines, sep="\n")
        return
    with screen.capture() as caught:
        screen.print(*lines, sep="\n")
    print("\n".join(line.rstrip() for line in caught.get().splitlines()))


def _fitted(table: Ruled, screen: Console) -> Iterator[RenderableType]:
    """A table as wide as there is room: without some columns aside, or one block a row where even so it is
    too wide."""
    yield Text("\n".join(_lines(table.title, screen.width)), style="bold")
    for kept in range(len(table.aside), -1, -1):
        shown = [i for i, column in enumerate(table.columns) if column not in table.aside[kept:]]
        if widths := _widths(table, shown, screen.width):
            yield _drawn(table, widths)
            break
    else:
        shown = list(range(len(table.columns)))
        yield Text("\n".join(_blocks(table, screen.width)))
    if table.caption and (text := table.caption([table.columns[i] for i in shown])):
        yield Text("\n".join(_lines(text, screen.width)))
        yield ""


def _widths(table: Ruled, shown: Sequence[int], room: int) -> dict[int, int]:
    """The width of each column that is shown; none where they have no room. What columns of numbers leave
    goes to those of words, first to the one whose lines are cut most."""
    texts = {i: [table.columns[i], *(cells[i] for cells, _ in table.rows)] for i in shown}
    longest = {i: _longest(column) for i, column in texts.items()}
    found = {i: _narrowest(texts[i]) if i in table.texts else longest[i] for i in shown}
    spare = room - sum(found.values()) - BETWEEN * (len(shown) - 1) - EDGES
    if spare < 0:
        return {}
    for _ in range(spare):
        short = [i for i in shown if found[i] < longest[i]]
        if short:
            found[max(short, key=lambda i: longest[i] / found[i])] += 1
    return found


def _drawn(table: Ruled, widths: Mapping[int, int]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)

    def fitted(i: int, text: str) -> str:
        return "\n".join(_lines(text, widths[i])) if i in table.texts else text

    for i, width in widths.items():
        justify: Literal["left", "right"] = "left" if i in table.texts else "right"
        drawn.add_column(fitted(i, table.columns[i]), justify=justify, no_wrap=True, min_width=width)
    for cells, style in table.rows:
        drawn.add_row(*(fitted(i, cells[i]) for i in widths), style=style)
    return drawn


def _longest(texts: Iterable[str]) -> int:
    return max((len(line) for text in texts for line in text.splitlines()), default=0)


def _narrowest(texts: Sequence[str]) -> int:
    """The width at which words stay whole, and lines readable."""
    words = _longest("\n".join(_lines(text, 1)) for text in texts)
    return max(words, min(_longest(texts), READABLE))


def _blocks(table: Ruled, width: int) -> Iterator[str]:
    """The rows below each other, with a heading before each number."""
    yield ""
    for cells, _ in table.rows:
        yield from _lines(cells[0], width)
        for column, cell in zip(table.columns[1:], cells[1:]):
            if cell:
                text = of_place(" ".join(column.split()), parts(filter(None, cell.split("\n"))))
                yield from _lines(text, width, "  ")
        yield ""


def _lines(text: str, width: int, indent: str = "") -> list[str]:
    """A text in lines, which break at plain blanks and between parts of a name: numbers stay whole, those of
    several groups of digits too."""
    return [
        line
        for paragraph in text.split("\n")
        for line in textwrap.wrap(
            paragraph, width, initial_indent=indent, subsequent_indent=2 * indent,
            break_long_words=False,
        )
    ]  # fmt: skip


def number(value: Any) -> str:
    """A number with three digits that count."""
    if value is None or value != value:
        return "-"
    if math.isinf(value):
        return say("no net job")
    if abs(value) < 100:
        return form(value, ".3g")
    return form(round(value, 2 - math.floor(math.log10(abs(value)))), ",.0f")


def measured(value: float, unit: str) -> str:
    """An outcome as it is read: shares with three digits, all else to a hundredth at most."""
    return number(value if unit == "share" else seen(value, figures=3))


def spread(values: np.ndarray, unit: str) -> str:
    """5 to 95 % of the worlds; costs without end are worlds without a net job."""
    from experiments.summary import quantile

    kept = values[~np.isnan(values)]
    if not len(kept):
        return "-"
    low, high = (measured(quantile(kept, p), unit) for p in (0.05, 0.95))
    return low if low == high else span_of(low, high)
