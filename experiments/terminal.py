"""Tables for a terminal: how wide, how ruled, how numbers are written in them."""

from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from experiments.lang import form, say
from experiments.lang.phrases import span_of

WIDTH_ELSEWHERE = 118  # where the output is not a terminal
NARROW = 110  # a terminal narrower than this gets fewer columns


def console() -> Console:
    """Standard output: as wide as the terminal, or fixed."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=WIDTH_ELSEWHERE)


def show(tables: list[Table]) -> None:
    """Prints the tables that have a row; away from a terminal, without the blanks that fill lines."""
    tables = [table for table in tables if table.row_count]
    if not tables:
        return
    screen = console()
    if screen.is_terminal:
        screen.print(*tables, sep="")
        return
    with screen.capture() as caught:
        screen.print(*tables, sep="")
    print("\n".join(line.rstrip() for line in caught.get().splitlines()))


def ruled(title: str, *columns: str) -> Table:
    """A table with rules and a title; all columns but the first are aligned right."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right", no_wrap=i > 0, overflow="fold")
    return table


def number(value: Any) -> str:
    """A number with three digits that count."""
    if value is None or value != value:
        return "-"
    if abs(value) == float("inf"):
        return say("no net job")
    return form(value, ",.0f") if abs(value) >= 100 else form(value, ".3g")


def spread(values: np.ndarray) -> str:
    """5 to 95 % of the worlds; costs without end are worlds without a net job."""
    from experiments.summary import quantile

    kept = values[~np.isnan(values)]
    if not len(kept):
        return "-"
    low, high = quantile(kept, 0.05), quantile(kept, 0.95)
    return number(low) if low == high else span_of(number(low), number(high))
