"""Maps as SVG: basins as marks on the outline of the départements, one map or several alike side by side.

A mark tells three things, none by colour alone: its area is the size of the number; a circle is a gain, a
triangle that points down a loss; filled is settled, hollow is not. What is the same is a small cross.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from experiments.report.figures import BAD, GOOD, GRID, INK, SOFT
from experiments.report.outline import Point, outline
from experiments.report.words import signed

WIDTH, GAP = 273.6, 9.0  # points, as the other figures are wide
LARGEST = {1: 13.0, 2: 8.0}  # radius of the largest circle, by columns
SMALLEST = 1.8
NAMED, LETTERS = 10, 20  # marks that have their name beside them
LEAST_LARGEST = 1.0  # jobs: where no mark has as many, marks are smaller than the largest may be
TITLE_LETTERS = 24  # of a line over one of two maps
LETTER, LINE = 4.9, 10.5  # size of a letter of 8.5 points, at most
LEAST = 60_000 / 200  # units: no map shows less than 60 km
TALLEST, FLATTEST = 1.15, 0.7  # height of a map for its width
LAND = "map-land"
BORDERS = "map-borders"
Box = tuple[float, float, float, float]
KINDS = (("better", 1), ("worse", -1), ("not settled", 1), ("not settled", -1))


@dataclass(frozen=True)
class Mark:
    """A basin: where it is (on paper), its number, and a verdict as ``Lead`` has it."""

    label: str
    at: Point
    value: float
    verdict: str


@dataclass(frozen=True)
class Panel:
    """A map of several. ``title``: its policy; nothing where there is one map only."""

    title: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Legend:
    """Words for a settled gain, a settled loss, what is not settled, and nothing at all; ``unit``: what the
    sizes are sizes of."""

    gain: str
    loss: str
    open: str
    same: str
    unit: str


def atlas(
    name: str, alt: str, panels: Sequence[Panel], legend: Legend, largest: float, *, first: bool = True
) -> str:  # fmt: skip
    """The maps, all of one extent and one scale of marks. ``largest``: the number of the largest mark, drawn
    as large as marks may be if it is a job or more; ``first``: whether they bring the outline, which a page
    needs once."""
    largest = max(largest, LEAST_LARGEST) if largest else 0.0
    columns = 1 if len(panels) == 1 else 2
    width = (WIDTH - GAP * (columns - 1)) / columns
    left, top, right, bottom = extent([mark.at for panel in panels for mark in panel.marks])
    scale = width / (right - left)
    titles = [textwrap.wrap(panel.title, TITLE_LETTERS) for panel in panels]
    height = scale * (bottom - top)
    head = LINE * max(map(len, titles)) + 4 if columns > 1 else 0.0
    radius = min(LARGEST[columns], 0.35 * math.sqrt(width * height / max(1, len(panels[0].marks))) + 2)
    parts = [_defs() if first else ""]
    frame = f'<rect width="{width:.1f}" height="{height:.1f}"'
    parts.append(f'<clipPath id="{name}-frame">{frame}/></clipPath>')
    for i, (panel, title) in enumerate(zip(panels, titles)):
        x, y = i % columns * (width + GAP), i // columns * (height + head + GAP)
        body = [_text(0, -5 - LINE * k, line, bold=True) for k, line in enumerate(reversed(title))]
        moved = f"scale({scale:.5f}) translate({-left:.1f} {-top:.1f})"
        body.append(f'{frame} fill="none" stroke="{GRID}"/><g clip-path="url(#{name}-frame)">')
        body += (f'<use href="#{part}" transform="{moved}"/>' for part in (LAND, BORDERS))
        placed = [(m, (scale * (m.at[0] - left), scale * (m.at[1] - top))) for m in panel.marks]
        placed.sort(key=lambda pair: -abs(pair[0].value))  # small ones on top
        body += (_mark(at, m.verdict, m.value, radius_of(m.value, largest, radius)) for m, at in placed)
        body.append("</g>")
        if columns == 1:
            body += _names(placed, largest, radius, (width, height))
        parts.append(f'<g transform="translate({x:.1f} {y + head:.1f})">{"".join(body)}</g>')
    rows = math.ceil(len(panels) / columns)
    down = rows * (height + head) + (rows - 1) * GAP
    parts.append(_legend(legend, largest, radius, down + 12))
    tall = down + 12 + 2.2 * LINE + 2 * radius + 4
    box = f"0 0 {WIDTH:g} {tall:.1f}"
    return f'<svg viewBox="{box}" role="img" aria-label="{escape(alt)}">{"".join(parts)}</svg>'


def extent(points: Sequence[Point]) -> Box:
    """What is shown: the basins with a margin, the whole country where they lie all over it; never too flat
    nor too tall."""
    whole = outline().box
    across, down = [x for x, _ in points], [y for _, y in points]
    wide, high = max(across) - min(across), max(down) - min(down)
    if max(wide / (whole[2] - whole[0]), high / (whole[3] - whole[1])) > 0.6:
        margin = 0.01 * (whole[2] - whole[0])
        box = whole[0], whole[1], whole[2], whole[3]
    else:
        margin = max(0.15 * max(wide, high), LEAST / 2)
        box = min(across), min(down), max(across), max(down)
    left, top, right, bottom = box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin
    wide, high = right - left, bottom - top
    more = max(0.0, FLATTEST * wide - high) / 2
    wider = max(0.0, high / TALLEST - wide) / 2
    return left - wider, top - more, right + wider, bottom + more


def radius_of(value: float, largest: float, radius: float) -> float:
    """Radius of a circle whose area is to that of the largest as the numbers are."""
    return max(SMALLEST, radius * math.sqrt(abs(value) / largest)) if largest else SMALLEST


def _defs() -> str:
    found = outline()
    line = 'stroke-linejoin="round" vector-effect="non-scaling-stroke"'
    return (
        f'<defs><path id="{LAND}" d="{found.land}" fill="#f7f8f8" stroke="{SOFT}" stroke-width="1" {line}/>'
        f'<path id="{BORDERS}" d="{found.borders}" fill="none" stroke="#bcc4ca" stroke-width="0.8" {line}/>'
        "</defs>"
    )


def _mark(at: Point, verdict: str, value: float, radius: float) -> str:
    x, y = at
    if verdict == "the same" or not value:
        return f'<path d="M{x - 2:.1f} {y - 2:.1f}l4 4m0-4l-4 4" stroke="{SOFT}" stroke-width="1.2"/>'
    colour = GOOD if value > 0 else BAD
    if verdict == "not settled":
        paint = f'fill="#fff" fill-opacity="0.6" stroke="{colour}" stroke-width="1.4"'
    else:
        paint = f'fill="{colour}" fill-opacity="0.85" stroke="#fff" stroke-width="0.7"'
    if value > 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {paint}/>'
    side = radius * math.sqrt(4 * math.pi / math.sqrt(3))  # of a triangle of the same area
    rise = side * math.sqrt(3) / 2
    points = f"M{x - side / 2:.1f} {y - rise / 3:.1f}h{side:.1f}l{-side / 2:.1f} {rise:.1f}z"
    return f'<path d="{points}" {paint}/>'


def _shortened(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[: LETTERS - 1].rstrip()}…"


def _names(
    placed: Sequence[tuple[Mark, Point]], largest: float, radius: float, size: Point
) -> list[str]:  # fmt: skip
    """Names of the largest marks, beside them, where they hide neither another name nor a mark."""
    sizes = [radius_of(mark.value, largest, radius) for mark, _ in placed]
    taken = [(x - r, y - r, x + r, y + r) for (_, (x, y)), r in zip(placed, sizes)]
    found = []
    for (mark, (x, y)), r in zip(placed[:NAMED], sizes):
        name, away = _shortened(mark.label), r + 3
        wide, half = LETTER * len(name), LINE / 2
        beside = ((x + away, y), (x - away - wide, y))
        over = ((x - wide / 2, y - r - half - 1), (x - wide / 2, y + r + half + 1))
        for left, middle in (*beside, *over):
            box = (left, middle - half, left + wide, middle + half)
            inside = box[0] >= 0 and box[2] <= size[0] and box[1] >= 0 and box[3] <= size[1]
            if inside and not any(_meet(box, other) for other in taken):
                taken.append(box)
                anchor = "start" if left > x else "middle" if left + wide > x else "end"
                at = {"start": left, "middle": x, "end": left + wide}[anchor]
                found.append(_text(at, middle + 3, name, anchor))
                break
    return found


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _text(x: float, y: float, text: str, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="8.5" text-anchor="{anchor}" fill="{INK}"{weight}>'
        f"{escape(text)}</text>"
    )


def _legend(legend: Legend, largest: float, radius: float, top: float) -> str:
    """What the forms mean, in two rows of two, and below them what the sizes mean."""
    half = WIDTH / 2
    rows = (
        ((("better", 1.0),), legend.gain),
        ((("not settled", 1.0), ("not settled", -1.0)), legend.open),
        ((("worse", -1.0),), legend.loss),
        ((("the same", 0.0),), legend.same),
    )
    found = []
    for i, (kinds, words) in enumerate(rows):
        x, y = i % 2 * half, top + i // 2 * (LINE + 1.5)
        for k, (verdict, value) in enumerate(kinds):
            found.append(_mark((x + 4 + 9 * k, y), verdict, value, 3.2))
        found.append(_text(x + 3 + 9 * len(kinds), y + 3, words))
    if largest:
        y = top + 2.2 * LINE + radius + 2
        x = 0.0
        for value in (value for value in (largest, largest / 4) if signed(value) != "0"):
            size = radius_of(value, largest, radius)
            found.append(
                f'<circle cx="{x + size:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="none" stroke="{SOFT}"/>'
            )
            text = signed(value).removeprefix("+")
            text = f"{text} {legend.unit}" if value < largest else text
            found.append(_text(x + 2 * size + 3, y + 3, text))
            x += 2 * size + LETTER * len(text) + 10
    return "".join(found)
