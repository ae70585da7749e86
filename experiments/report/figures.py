"""Figures as SVG, the same to the byte for the same numbers. Words that say the message stand in the page.

All are drawn at the width of a phone, so that their text is readable there. Text stays text.
"""

import io
import math
import re
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from experiments.lang import form, say
from experiments.report.reading import Spread

WIDTH = 3.8  # inches
INK, SOFT, GRID, PALE = "#1a1f24", "#5a636b", "#e3e6e8", "#d5dade"
GOOD, BAD, TOTAL, BAND = "#0072b2", "#b8500b", "#4a5259", "#cfe3ef"
# colour-blind safe (Okabe and Ito), dark enough on white; the reference is always the first
PALETTE = (
    "#3b4248", "#0072b2", "#c4560a", "#008060", "#a8548a", "#a67c00", "#2a8fc4", "#7a5c3e", "#6a4c9c",
    "#8a8f00",
)  # fmt: skip
MARKERS = "osD^vPXp<>"
LETTERS = 51  # that fit in a row
LEAST_LETTERS = 12  # of a label in a row, whatever the text at its end
UNIT_LETTERS = 56  # of the name of an axis as wide as the figure
AXIS_LETTERS = 48  # of the name of an axis beside which another one stands
KEY_LETTERS = 22  # of a name in a key of two columns
MARK = ",.10g"  # numbers of marks: all their figures, without the last bits of sums
LEAST_SPAN = 1e-3  # of an axis: on a finer one, numbers that are read as 0 lie far from it
LEADING = 0.14  # inches from one line of a text to the next


@dataclass(frozen=True)
class Style:
    """How a policy is drawn, everywhere the same."""

    colour: str
    marker: str


def styles(policies: Sequence[str]) -> Mapping[str, Style]:
    """Style of each policy, the reference first."""
    return {
        name: Style(PALETTE[i % len(PALETTE)], MARKERS[(i + i // len(PALETTE)) % len(MARKERS)])
        for i, name in enumerate(policies)
    }


@dataclass(frozen=True)
class Row:
    """A row of a dot plot. ``value``: what the dot shows; ``text``: written at its end."""

    label: str
    spread: Spread
    value: float
    text: str
    style: Style
    heading: str = ""
    band: tuple[float, float] | None = None


@cache
def _settings() -> dict[str, Any]:
    """Of matplotlib, whatever the user's own are."""
    import matplotlib as mpl

    ours: dict[Any, Any] = {
        "svg.fonttype": "none", "font.family": "DejaVu Sans", "font.size": 8.5, "text.color": INK,
        "axes.edgecolor": SOFT, "axes.labelcolor": SOFT, "xtick.color": SOFT, "ytick.color": SOFT,
        "axes.linewidth": 0.8, "axes.unicode_minus": True, "path.simplify": False,
    }  # fmt: skip
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(ours)
        checked: Any = mpl.rcParams
        return dict(dict.items(checked))


@contextmanager
def drawing(name: str, height: float):
    """A figure of this height in inches, whose ids depend on its name alone."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context():
        unchecked: Any = mpl.rcParams
        dict.update(unchecked, _settings())  # to check them again would take as long as a figure
        mpl.rcParams["svg.hashsalt"] = name
        figure = Figure(figsize=(WIDTH, height), layout=None)
        FigureCanvasSVG(figure)
        yield figure


def drawn(figure: Any, name: str, alt: str) -> str:
    """The figure as an ``svg`` element for a page: no prolog, no address, no id that nothing uses."""
    stream = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(stream, format="svg", metadata=nothing, transparent=True)
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S).replace("xlink:href", "href")
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r'href="#', f'href="#{name}-', text).replace("url(#", f"url(#{name}-")
    text = re.sub(r"font-family: [^;\"]+;? ?", "", text)  # the page's own letters
    box = re.search(r'viewBox="([^"]+)"', text)
    assert box
    head = f'<svg viewBox="{box[1]}" role="img" aria-label="{escape(alt)}">'
    return re.sub(r"\s*\n\s*", "\n", head + text[text.index(">") + 1 :]).strip()


def frame(figure: Any, height: float, top: float, bottom: float, left: float = 0.04, right: float = 0.98):
    """Axes in a figure of this height; margins above and below in inches, at the sides as shares."""
    axes = figure.add_axes((left, bottom / height, right - left, 1 - (top + bottom) / height))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=3)
    return axes


def ticks(axis: Any, percent: bool = False, until: float = math.inf, whole: bool = False) -> None:
    """Few marks on an axis, none beyond ``until``, at ``whole`` numbers or at any, in the language of the
    reader."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    def text(x: float, _: int) -> str:
        if percent:
            return say("{number} %", number=form(100 * x, MARK))
        if abs(x) >= 1e6:
            return say("{number} M", number=form(x / 1e6, MARK)).replace("-", "−")
        return form(x, MARK).replace("-", "−")

    def inside(x: float, i: int) -> str:
        said = text(x, i)
        return said if axis.axis_name == "y" or _fits(axis, x, len(said)) else ""

    few: Any = MaxNLocator(5, integer=whole)
    if until < math.inf:
        few = FixedLocator([x for x in few.tick_values(axis.get_view_interval()[0], until) if x <= until])
    axis.set_major_locator(few)
    axis.set_major_formatter(FuncFormatter(inside))


def _fits(axis: Any, x: float, letters: int) -> bool:
    """Whether a number below a mark of a horizontal axis stays within the figure."""
    box, (low, high) = axis.axes.get_position(), axis.get_view_interval()
    at = box.x0 + box.width * (x - low) / (high - low)
    half = letters / UNIT_LETTERS / 2
    return half <= at <= 1 - half


def _finite(values: Sequence[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


def _limits(rows: Sequence[Row], zero: bool) -> tuple[float, float]:
    ends = [v for row in rows for v in (row.spread.p05, row.spread.p95, row.value, *(row.band or ()))]
    seen = _finite(ends) or [0.0, 1.0]
    low, high = min(seen), max(seen)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    pad = (high - low) * 0.05 or 1.0
    return widened(low - pad, high + pad)


def widened(low: float, high: float) -> tuple[float, float]:
    """Both ends of an axis, so far apart at least that it is none of mere residues."""
    more = max(0.0, LEAST_SPAN - (high - low)) / 2
    return low - more, high + more


def dots(
    name: str, alt: str, rows: Sequence[Row], unit: str, *, zero: bool = True, mark: float | None = None
) -> str:
    """Dots with whiskers from 5 to 95 % of worlds, a labelled row each, under headings where rows have one.

    A value that is infinite has no dot; a whisker that has no end, on either side, leaves the figure as an
    arrow. ``mark``: a vertical line behind the whiskers. ``unit`` names the axis.
    """
    step, head = 0.36, 0.3
    labels = [_label(row) for row in rows]
    headings = sum(1 for i, row in enumerate(rows) if row.heading and _new(rows, i))
    depth = sum(step + LEADING * label.count("\n") for label in labels) + head * headings
    under = textwrap.fill(unit, UNIT_LETTERS)
    bottom = 0.52 + LEADING * under.count("\n")
    height = depth + 0.1 + bottom
    low, high = _limits(rows, zero)
    with drawing(name, height) as figure:
        axes = frame(figure, height, 0.06, bottom)
        axes.set_xlim(low, high)
        axes.set_ylim(depth or 1, 0)
        axes.set_yticks([])
        axes.grid(axis="x", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        marked = mark is not None and low <= mark <= high
        y = 0.0
        for i, (row, label) in enumerate(zip(rows, labels)):
            if row.heading and _new(rows, i):
                axes.text(
                    0, y + head * 0.62, row.heading, weight="bold", va="center",
                    transform=axes.get_yaxis_transform(),
                )  # fmt: skip
                y += head
            across = axes.get_yaxis_transform()
            for k, line in enumerate(label.split("\n")):
                axes.text(0, y + 0.1 + LEADING * k, line, va="center", fontsize=8.5, transform=across)
            axes.text(1, y + 0.1, row.text, va="center", ha="right", fontsize=8.5, transform=across)
            y += LEADING * label.count("\n")
            if marked:  # not through the text
                axes.plot((mark, mark), (y + 0.18, y + step), color=SOFT, linewidth=1)
            _whisker(axes, row, y + 0.26, low, high)
            y += step
        ticks(axes.xaxis)
        axes.set_xlabel(under, fontsize=8.5)
        return drawn(figure, name, alt)


def _label(row: Row) -> str:
    """The label of a row, in lines that leave room for the text at its end."""
    return textwrap.fill(row.label, max(LETTERS - len(row.text), LEAST_LETTERS))


def _new(rows: Sequence[Row], i: int) -> bool:
    return i == 0 or rows[i - 1].heading != rows[i].heading


def _whisker(axes: Any, row: Row, y: float, low: float, high: float) -> None:
    if row.band:
        axes.plot(row.band, (y, y), color=BAND, linewidth=9, solid_capstyle="butt", zorder=1)
    s = row.spread
    if s.interval and s.p05 < math.inf:
        ends = max(s.p05, low), min(s.p95, high)
        axes.plot(ends, (y, y), color=row.style.colour, linewidth=1.8, zorder=3)
        for end, tip, marker in ((s.p05, low, "<"), (s.p95, high, ">")):
            if math.isinf(end):
                axes.plot(tip, y, marker=marker, color=row.style.colour, markersize=5, clip_on=False,
                          zorder=3)  # fmt: skip
    if math.isfinite(row.value):
        axes.plot(
            row.value, y, marker=row.style.marker, color=row.style.colour, markersize=6,
            markeredgecolor="white", markeredgewidth=0.7, zorder=4,
        )  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A bar of the waterfall: from ``start`` to ``stop``; ``spread`` is of the bar's signed length; ``band``:
    a range from elsewhere, behind it."""

    label: str
    start: float
    stop: float
    text: str
    spread: Spread
    total: bool = False
    band: tuple[float, float] | None = None


def waterfall(name: str, alt: str, steps: Sequence[Step], unit: str = "jobs") -> str:
    """From the first total to the last, a labelled bar a cause; lines on totals: 5 to 95 % of worlds."""
    pitch = 0.47
    height = pitch * len(steps) + 0.6
    ends = [v for s in steps for v in (s.start, s.stop, *_whisker_ends(s), *(s.band or ()))]
    low, high = min([0.0, *_finite(ends)]), max([1.0, *_finite(ends)])
    with drawing(name, height) as figure:
        axes = frame(figure, height, 0.04, 0.52)
        pad = (high - low) * 0.02
        axes.set_xlim(low - pad, high + pad)
        axes.set_ylim(pitch * len(steps), 0)
        axes.set_yticks([])
        axes.grid(axis="x", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.axvline(0, color=SOFT, linewidth=1)
        for i, step in enumerate(steps):
            top, middle = pitch * i, pitch * i + 0.32
            colour = TOTAL if step.total else (GOOD if step.stop >= step.start else BAD)
            if step.band:
                axes.plot(step.band, (middle, middle), color=BAND, linewidth=16, solid_capstyle="butt")
            axes.barh(middle, step.stop - step.start, 0.17, left=step.start, color=colour, zorder=2)
            if step.total and step.spread.interval:
                axes.plot(_whisker_ends(step), (middle, middle), color=INK, linewidth=1.3, zorder=3)
            if i + 1 < len(steps):
                axes.plot((step.stop,) * 2, (middle + 0.085, middle + pitch - 0.085), color=SOFT,
                          linewidth=0.6, linestyle=":")  # fmt: skip
            weight = "bold" if step.total else "normal"
            across = axes.get_yaxis_transform()
            axes.text(0, top + 0.13, step.label, va="center", fontsize=8.5, weight=weight, transform=across)
            axes.text(1, top + 0.13, step.text, va="center", ha="right", fontsize=8.5, weight=weight,
                      transform=across)  # fmt: skip
        ticks(axes.xaxis)
        axes.set_xlabel(unit, fontsize=8.5)
        return drawn(figure, name, alt)


def _whisker_ends(step: Step) -> tuple[float, float]:
    """Where the line of a total begins and ends."""
    s = step.spread
    return (s.p05, s.p95) if step.total and s.interval else (step.stop, step.stop)


@dataclass(frozen=True)
class Point:
    """A policy in a plane: along each axis a mean, and half of the 90 % interval of this mean. ``beaten``:
    another one is as far along both axes and further along one; it is drawn hollow."""

    label: str
    across: float
    up: float
    halves: tuple[float, float]
    style: Style
    beaten: bool = False


def plane(name: str, alt: str, points: Sequence[Point], across: str, up: str) -> str:
    """Points with whiskers along both axes, named in a key below; lines at 0. Those that are not beaten are
    joined by a staircase, the frontier: what lies below and to the left of it some point does better."""
    across, up = textwrap.fill(across, AXIS_LETTERS), textwrap.fill(up, AXIS_LETTERS)
    key = _key(points)
    depth = max((y for *_, y in key), default=0.0) + LEADING
    top, bottom = 0.34 + LEADING * up.count("\n"), 0.46 + LEADING * across.count("\n") + depth
    height = 2.4 + top + bottom
    with drawing(name, height) as figure:
        axes = frame(figure, height, top, bottom, left=0.16)
        axes.spines["left"].set_visible(True)
        axes.grid(color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.axhline(0, color=SOFT, linewidth=1)
        axes.axvline(0, color=SOFT, linewidth=1)
        for p in points:
            (x, y), (w, h), colour = (p.across, p.up), p.halves, p.style.colour
            axes.plot((x - w, x + w), (y, y), color=colour, linewidth=1.3, alpha=0.6)
            axes.plot((x, x), (y - h, y + h), color=colour, linewidth=1.3, alpha=0.6)
            _spot(axes, p, x, y)
        _frontier(axes, points)
        axes.margins(0.08)
        axes.set(xlim=widened(*axes.get_xlim()), ylim=widened(*axes.get_ylim()))
        ticks(axes.xaxis)
        ticks(axes.yaxis)
        axes.set_xlabel(across, fontsize=8.5)
        axes.text(0, 1.05, up, transform=axes.transAxes, fontsize=8.5, color=SOFT, ha="left")
        foot = figure.add_axes((0, 0, 1, depth / height), xlim=(0, 1), ylim=(depth, 0))
        foot.set_axis_off()
        for point, lines_, x, y in key:
            _spot(foot, point, x, y - LEADING * (len(lines_) - 1))
            for k, line in enumerate(reversed(lines_)):
                foot.text(x + 0.03, y - LEADING * k, line, va="center", fontsize=8, color=point.style.colour)
        return drawn(figure, name, alt)


def _spot(axes: Any, point: Point, x: float, y: float) -> None:
    """The mark of a point."""
    colour = point.style.colour
    face, edge = ("white", colour) if point.beaten else (colour, "white")
    axes.plot(x, y, marker=point.style.marker, color=face, markersize=6, markeredgecolor=edge,
              markeredgewidth=1.1 if point.beaten else 0.7, zorder=4)  # fmt: skip


def _key(points: Sequence[Point]) -> list[tuple[Point, list[str], float, float]]:
    """Names of points in lines, from the highest point down, in two columns: how far from the left as a
    share, and how far down in inches the last line of each stands."""
    order = sorted(points, key=lambda point: -point.up)
    half = math.ceil(len(order) / 2)
    found = []
    for column, x in ((order[:half], 0.06), (order[half:], 0.54)):
        y = 0.0
        for point in column:
            lines_ = textwrap.wrap(point.label, KEY_LETTERS)
            y += LEADING * len(lines_) + 0.03
            found.append((point, lines_, x, y))
    return found


def _frontier(axes: Any, points: Sequence[Point]) -> None:
    ends = sorted((p.across, p.up) for p in points if not p.beaten)
    if len(ends) > 1:
        x, y = zip(*ends)
        axes.plot(x, y, color=SOFT, linewidth=1.1, linestyle=(0, (4, 2)), drawstyle="steps-pre", zorder=2)
