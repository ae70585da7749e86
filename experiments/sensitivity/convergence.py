"""Whether a design is large enough: the same indices from its first quarter and half, where so few rows are a
design, and from the whole."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from experiments.errors import Refused
from experiments.sensitivity.design import Design
from experiments.sensitivity.indices import Index, Rows, indices
from experiments.sensitivity.methods import MOVED_BY_CHANCE, WHOLE

FRACTIONS = {4: "a quarter", 2: "half"}  # of N, beside the whole
HALF_WIDTH = 0.05  # of an interval that is narrow enough, for an index between 0 and 1
HALF_OF_LARGEST = 0.1  # for other indices, in parts of the largest
MOST = 0.8  # of all that factors do: those that make it are the leading ones
LEAST_PART = 4  # size of a part of a design that is one
SETTLED, ORDER_OPEN, CLOSE, OPEN = "settled", "order open", "too close", "not settled"
NONE, UNKNOWN, UNBOUNDED = "none leads", "unknown", "no intervals"


@dataclass(frozen=True)
class Verdict:
    """``leading``: factors that make most of it, the first first. ``ranking``: OPEN if others lead in some
    part of the design; CLOSE if the same lead in all, but the intervals of ``rivals``, one that leads and one
    that does not, overlap; else SETTLED if their order is the same too (or they change places within their
    intervals), ORDER_OPEN if not; NONE if no factor is beyond chance; UNKNOWN where the design has no parts;
    UNBOUNDED where an index has no interval (``widest`` is not a number then).
    ``narrow``: whether all intervals are; ``widest``: half of the widest."""

    leading: tuple[str, ...]
    ranking: str
    narrow: bool
    widest: float
    rivals: tuple[str, ...] = ()


def part_sizes(design: Design, n: int) -> list[int]:
    """Sizes of the parts of a design that are designs, the whole last."""
    parts = () if design.method in WHOLE else FRACTIONS
    return list(dict.fromkeys([*(n // part for part in parts if n // part >= LEAST_PART), n]))


def parts_in_words(sizes: Iterable[int]) -> list[str]:
    """The parts of a design of these sizes, the whole left out: "a quarter", "half"."""
    *parts, whole = sorted(sizes)
    names = {whole // part: name for part, name in FRACTIONS.items()}
    return [names[n] for n in parts]


def by_size(
    rows: Rows, seed: int, resamples: int, whole: Sequence[Index], step: Callable[[float], None]
) -> dict[int, list[Index]]:
    """The main index of all factors by size of the design; ``step`` is told the size of each part."""
    main = rows.design.known.main  # type: ignore[union-attr]
    found = {}
    for n in part_sizes(rows.design, rows.n):
        try:
            seen = whole if n == rows.n else indices(rows.first(n), seed, resamples)
        except Refused:  # so few rows have no index
            continue
        found[n] = [index for index in seen if index.index == main]
        step(n)
    return found


def ranked(found: Sequence[Index]) -> list[Index]:
    """The largest first; of parts below 0 the nearest to it; the last are those that do not exist."""
    return sorted(found, key=lambda i: (-i.size, -i.value) if i.value == i.value else (math.inf, math.inf))


def beyond_chance(index: Index) -> bool:
    """Whether an index exceeds what chance gives; of those that chance alone moves off 0, also whether its
    interval is clear of 0."""
    exceeds = index.size > 0.0 and not index.size <= index.by_chance
    return exceeds and (index.index not in MOVED_BY_CHANCE or index.low * index.high > 0.0)


def leading(found: Sequence[Index]) -> tuple[str, ...]:
    """The fewest factors that make ``MOST`` of the sum of an index over all factors that exceed chance."""
    order = [index for index in ranked(found) if beyond_chance(index)]
    total, sofar = sum(i.size for i in order), 0.0
    names: list[str] = []
    for index in order:
        if names and sofar >= MOST * total:
            break
        names.append(index.factor)
        sofar += index.size
    return tuple(names)


def verdict(sizes: dict[int, list[Index]], unit: bool) -> Verdict:
    """What the parts of a design say of the whole. ``unit``: whether the index lies between 0 and 1."""
    whole = sizes[max(sizes)]
    lead = leading(whole)
    known = [i for i in whole if i.value == i.value]
    widest = float(np.max([(i.high - i.low) / 2.0 for i in known])) if known else math.nan
    largest = max((i.size for i in known), default=math.nan)
    allowed = HALF_WIDTH if unit else HALF_OF_LARGEST * largest
    if known and math.isnan(widest):
        return Verdict(lead, UNBOUNDED, False, widest)
    rivals = _rivals(whole, lead)
    return Verdict(lead, _ranking(sizes, lead, rivals), widest <= allowed, widest, rivals)


def _rivals(whole: Sequence[Index], lead: tuple[str, ...]) -> tuple[str, ...]:
    """Of the factors that lead the one that may be least, and of the others the one that may be most, if they
    may change places."""
    least = min((i for i in whole if i.factor in lead), key=lambda i: i.ends[0], default=None)
    others = (i for i in whole if i.factor not in lead and i.value == i.value)
    most = max(others, key=lambda i: i.ends[1], default=None)
    if least is None or most is None or least.ends[0] > most.ends[1]:
        return ()
    return least.factor, most.factor


def _ranking(sizes: dict[int, list[Index]], lead: tuple[str, ...], rivals: tuple[str, ...]) -> str:
    if not lead:
        return NONE
    if len(sizes) < 2:
        return UNKNOWN
    whole = {i.factor: i for i in sizes[max(sizes)]}
    orders = [[i.factor for i in ranked(seen)[: len(lead)]] for seen in sizes.values()]
    if any(set(order) != set(lead) for order in orders):
        return OPEN
    if rivals:
        return CLOSE
    moved = [(a, b) for order in orders for a, b in zip(order, lead) if a != b]
    return SETTLED if all(_alike(whole, {a, b}) for a, b in moved) else ORDER_OPEN


def _alike(whole: dict[str, Index], names: set[str]) -> bool:
    """Whether the intervals of these factors' sizes all overlap, so that none is ranked above another."""
    ends = [whole[n].ends for n in names]
    return max(low for low, _ in ends) <= min(high for _, high in ends)
