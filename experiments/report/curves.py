"""Lines over time, each named at its end."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import fmean
from typing import Any

from experiments.lang import say
from experiments.lang.phrases import NAMED, named
from experiments.report.figures import GRID, LEADING, LEAST_SPAN, SOFT, Style, drawing, drawn, frame, ticks
from experiments.report.reading import Spread

LETTERS = 14  # of a name, in a line
FEW = 2  # lines whose bands can be told apart where they overlap
BASELINE = 0.032  # inches from the middle of a line of a name down to where its letters stand
PITCH = 0.026  # from one interval to the next, as a part of the width up to the last year


@dataclass(frozen=True)
class Line:
    """A policy over time: ``spreads`` at ``months``."""

    label: str
    months: Sequence[int]
    spreads: Sequence[Spread]
    style: Style


def lines(
    name: str, alt: str, series: Sequence[Line], unit: str, reach: tuple[float, float], axis: str,
    percent: bool = False,
) -> str:  # fmt: skip
    """Means over time; each line is named at its end. From 5 to 95 % of worlds: a band around each of a few
    lines; of many, an upright line at the right, for the last year. ``reach``: lowest and highest value of
    the upright axis, which holds 0; ``axis``: name of the other one, in years."""
    bottom, top = min(1.05 * reach[0], 0.0), max(1.05 * reach[1], 0.0)
    top = top if top - bottom > LEAST_SPAN else bottom + 1.0
    ends = _ends(series, top - bottom) if len(series) > 1 else []
    sizes = [0.05 + LEADING * (1 + end.name.count("\n")) for end in ends]
    room = max(1.9, sum(sizes))  # inches
    height = room + 0.8
    with drawing(name, height) as figure:
        axes = frame(figure, height, 0.34, 0.46, left=0.16, right=0.7 if ends else 0.95)
        axes.spines["left"].set_visible(True)
        axes.grid(axis="y", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        for line in series:
            years = [month / 12 for month in line.months]
            if len(series) <= FEW:
                low, high = [s.p05 for s in line.spreads], [s.p95 for s in line.spreads]
                shade = 0.2 / len(series)
                axes.fill_between(years, low, high, color=line.style.colour, alpha=shade, linewidth=0)
            axes.plot(
                years, [s.mean for s in line.spreads], color=line.style.colour, marker=line.style.marker,
                markersize=3.6, linewidth=1.6, markeredgewidth=0,
            )  # fmt: skip
        last = max((m for line in series for m in line.months), default=12) / 12
        right = last if len(series) <= FEW else _intervals(axes, series, last)
        axes.set_xlim(0, right)
        axes.spines["bottom"].set_bounds(0, last)
        axes.set_ylim(bottom, top)
        if bottom < 0.0:
            axes.axhline(0.0, color=SOFT, linewidth=0.8)
        heights = [(end.value - bottom) / (top - bottom) * room for end in ends]
        for end, y in zip(ends, apart(heights, sizes, room)):
            axes.annotate(
                "", (right, end.value), (1.05, y / room), xycoords="data", textcoords="axes fraction",
                annotation_clip=False,
                arrowprops={"arrowstyle": "-", "color": end.colour, "linewidth": 0.6, "shrinkA": 0,
                            "shrinkB": 2},
            )  # fmt: skip
            parts = end.name.split("\n")
            for k, part in enumerate(parts):  # one by one: matplotlib's lines are as high as their letters
                line_y = y + LEADING * ((len(parts) - 1) / 2 - k) - BASELINE
                axes.text(1.06, line_y / room, part, transform=axes.transAxes, fontsize=8, color=end.colour)
        ticks(axes.xaxis, until=last, whole=last >= 1)
        ticks(axes.yaxis, percent)
        axes.set_xlabel(axis, fontsize=8.5)
        axes.text(0, 1 + 0.1 / room, unit, transform=axes.transAxes, fontsize=8.5, color=SOFT, ha="left")
        return drawn(figure, name, alt)


def _intervals(axes: Any, series: Sequence[Line], last: float) -> float:
    """Upright lines beside the last year, from 5 to 95 % of worlds, a line of the figure each, in its order;
    returns where they end."""
    for i, line in enumerate(series):
        end = line.spreads[-1] if line.spreads else None
        if end and end.known:
            x, colour = last * (1.0 + PITCH * (i + 1.5)), line.style.colour
            axes.plot((x, x), (end.p05, end.p95), color=colour, linewidth=1.2, solid_capstyle="butt")
            axes.plot(x, end.mean, color=colour, marker=line.style.marker, markersize=3, markeredgewidth=0)
    return last * (1.0 + PITCH * (len(series) + 1))


@dataclass(frozen=True)
class _End:
    """Where a line ends, and how it is named there."""

    value: float
    name: str
    colour: str


def _ends(series: Sequence[Line], span: float) -> list[_End]:
    """The ends of lines, the highest first. Lines that lie on one another are named once, in the colour of
    the one that is seen. ``span``: of the axis."""
    together: list[list[Line]] = []
    for line in series:
        if line.spreads and line.spreads[-1].known:
            same = next((lines for lines in together if _alike(lines[0], line, span)), None)
            if same:
                same.append(line)
            else:
                together.append([line])
    ends = []
    for lines in together:
        whole = len(lines) == len(series) > NAMED + 1
        labels = named(line.label for line in lines)
        name = say("all {n} policies", n=len(lines)) if whole else ", ".join(labels)
        seen = lines[-1]
        ends.append(_End(seen.spreads[-1].mean, textwrap.fill(name, LETTERS), seen.style.colour))
    return sorted(ends, key=lambda end: -end.value)


def _alike(one: Line, other: Line, span: float) -> bool:
    """Whether two lines are nowhere further apart than half of their own width."""
    gaps = (abs(a.mean - b.mean) for a, b in zip(one.spreads, other.spreads))
    return list(one.months) == list(other.months) and all(gap < 0.006 * span for gap in gaps)


def apart(heights: Sequence[float], sizes: Sequence[float], room: float) -> list[float]:
    """Middles of names of these sizes, from the highest down: as near to their heights as they can be
    without covering one another or leaving the room, from 0 up."""
    if not heights:
        return []
    below = [0.0, *accumulate((a + b) / 2 for a, b in pairwise(sizes))]  # the first, where all touch
    blocks: list[list[float]] = []  # of names that touch: where each would have the first
    for height, far in zip(heights, below):
        blocks.append([height + far])
        while len(blocks) > 1 and fmean(blocks[-2]) < fmean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    low, high = below[-1] + sizes[-1] / 2, room - sizes[0] / 2
    firsts = [min(max(fmean(block), low), high) for block in blocks for _ in block]
    return [first - far for first, far in zip(firsts, below)]
