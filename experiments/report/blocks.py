"""What a page is made of: sections of paragraphs, lists, figures and tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Cells as text; the first column names the row. ``numbers``: whether the others are aligned right."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: bool = True
    folded: bool = False
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Figure:
    """A drawing whose title says its message, and its numbers as a table. ``case``: which one it is of."""

    title: str
    svg: str
    table: Table
    note: str = ""
    case: str = ""
    kind: str = field(default="figure", init=False)


@dataclass(frozen=True)
class Figures:
    """Figures side by side where there is room."""

    items: Sequence[Figure]
    kind: str = field(default="figures", init=False)


@dataclass(frozen=True)
class Words:
    """A paragraph. ``strong``: it is an answer; ``warning``: it must not be missed."""

    text: str
    strong: bool = False
    warning: bool = False
    kind: str = field(default="words", init=False)


@dataclass(frozen=True)
class Items:
    """A list. ``terms``: each item begins with the word that it explains."""

    items: Sequence[str]
    terms: Sequence[str] = ()
    title: str = ""
    kind: str = field(default="items", init=False)


@dataclass(frozen=True)
class Tiles:
    """Key figures: number, what it is, its interval."""

    items: Sequence[tuple[str, str, str]]
    kind: str = field(default="tiles", init=False)


@dataclass(frozen=True)
class Code:
    """A command to type."""

    text: str
    kind: str = field(default="code", init=False)


Block = Table | Figure | Figures | Words | Items | Tiles | Code


@dataclass(frozen=True)
class Section:
    """A part of the page. ``short``: its name in the list of contents."""

    id: str
    short: str
    heading: str
    blocks: Sequence[Block]
