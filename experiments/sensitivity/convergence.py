"""Whether a design is large enough: the same indices from its first quarter, its first half and the whole."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.errors import Refused
from experiments.sensitivity.indices import Index, Rows, indices
from experiments.sensitivity.methods import FAST, FF

PARTS = (4, 2, 1)  # of N
HALF_WIDTH = 0.05  # of an interval that is narrow enough, for an index between 0 and 1
HALF_OF_LARGEST = 0.1  # for other indices, in parts of the largest
MOST = 0.8  # of all that factors do: those that make it are the leading ones
SETTLED, ORDER_OPEN, OPEN, UNKNOWN = "settled", "order open", "not settled", "unknown"


@dataclass(frozen=True)
class Verdict:
    """``leading``: factors that make most of it, the first first. ``ranking``: SETTLED if they are the same
    in the same order in all parts of the design (or change places within their intervals), ORDER_OPEN if the
    same in another order, OPEN if others lead; UNKNOWN where the design has no parts. ``narrow``: whether all
    intervals are; ``widest``: half of the widest."""

    leading: tuple[str, ...]
    ranking: str
    narrow: bool
    widest: float


def by_size(rows: Rows, seed: int, resamples: int, whole: Sequence[Index]) -> dict[int, list[Index]]:
    """The main index of all factors by size of the design; only the whole where its parts are no designs."""
    main = rows.design.known.main  # type: ignore[union-attr]
    sizes = [rows.n // part for part in PARTS if rows.n // part >= 4]
    found = {}
    for n in dict.fromkeys([*sizes, rows.n]):
        if n < rows.n and rows.design.method in (FAST, FF):
            continue
        try:
            seen = whole if n == rows.n else indices(rows.first(n), seed, resamples)
        except Refused:  # so few rows have no index
            continue
        found[n] = [index for index in seen if index.index == main]
    return found


def ranked(found: Sequence[Index]) -> list[Index]:
    """The largest first, whatever the sign."""
    return sorted(found, key=lambda index: -abs(index.value))


def leading(found: Sequence[Index]) -> tuple[str, ...]:
    """The fewest factors that make ``MOST`` of the sum of an index over all factors that exceed chance."""
    order = [index for index in ranked(found) if not abs(index.value) <= index.by_chance] or ranked(found)[:1]
    total, sofar = sum(max(abs(i.value), 0.0) for i in order), 0.0
    names: list[str] = []
    for index in order:
        if names and sofar >= MOST * total:
            break
        names.append(index.factor)
        sofar += abs(index.value)
    return tuple(names)


def verdict(sizes: dict[int, list[Index]], unit: bool) -> Verdict:
    """What the parts of a design say of the whole. ``unit``: whether the index lies between 0 and 1."""
    whole = sizes[max(sizes)]
    lead = leading(whole)
    widest = max((i.high - i.low) / 2.0 for i in whole)
    largest = max(abs(i.value) for i in whole)
    allowed = HALF_WIDTH if unit else HALF_OF_LARGEST * largest
    narrow = bool(widest <= allowed) and not math.isnan(widest)
    return Verdict(lead, _ranking(sizes, lead), narrow, widest)


def _ranking(sizes: dict[int, list[Index]], lead: tuple[str, ...]) -> str:
    if len(sizes) < 2:
        return UNKNOWN
    whole = {i.factor: i for i in sizes[max(sizes)]}
    found = SETTLED
    for seen in sizes.values():
        order = [i.factor for i in ranked(seen)[: len(lead)]]
        if set(order) != set(lead) and not _alike(whole, set(order) ^ set(lead)):
            return OPEN
        if order != list(lead) and not all(_alike(whole, {a, b}) for a, b in zip(order, lead) if a != b):
            found = ORDER_OPEN
    return found


def _alike(whole: dict[str, Index], names: set[str]) -> bool:
    """Whether the intervals of these factors all overlap, so that none is ranked above another."""
    return max(whole[n].low for n in names) <= min(whole[n].high for n in names)
