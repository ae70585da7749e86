"""A floor under the dense phases: the work of a month that no way of computing it can leave out, and no more.

Dense phases are those that walk every firm every month: ``demography``, ``growth`` (over the firms that
adjust, one in eleven), ``displacement`` and ``accounts``. Of each firm alive the floor does, once a month:

================== ================================== ======================= ==========================
phase              draws (blocks of Philox)           exp and log             columns, bytes
================== ================================== ======================= ==========================
demography         1/4 (a word a month for its        none (the bound of the  uid 2, chances 4 written
                   events)                            hazard of exit is a     and 4 read, exit_most 4,
                                                      constant)               open_most 4, busy 1,
                                                                              flags 1 written
growth             1 each for the share that adjusts  2 exp and 2 log each    uid 8, own_growth 8, size
                                                                              and cause O 8 read and 8
                                                                              written, each of the share
displacement       none                               none                    sector 4, size 8 written,
                                                                              causes D and S 8 read and
                                                                              8 written each
accounts           none                               none                    none more: size is at hand
================== ================================== ======================= ==========================

``uid`` is read, and four words are drawn and kept, every fourth month: a quarter of these bytes is counted.

Left out, since another layout or another order could do without it: the rows of firms that have closed or
were never born (the floor walks firms alive only), finding the rows whose month holds an event (those that
adjust stand side by side here), the sums by sector before displacement (they could be kept up to date), and
reading ``size`` from memory more than once (a basin stays in the cache from one pass to the next). Left out
because it is little: exits and entrants, under 2 % of firms a month.
Kept, though affine maps could be composed over months: the ledgers of displacement, firm by firm. Draws,
exponentials and rules are those of ``sim``; no fast-math.
"""

from typing import NamedTuple

import numpy as np

from sim.columns import total
from sim.compiled import compiled, wide_vectors
from sim.draws import EVENTS, GROWTH, dense_words, fine, stream_key
from sim.economy.demography import (
    HALF_WORDS,
    MONTHS_A_BLOCK,
    find_events,
    last_without,
    opening_chance,
)
from sim.economy.displacement import spread
from sim.economy.growth import adjustment
from sim.economy.population import just_above
from sim.economy.sectors import N_SECTORS
from sim.maths import exp
from sim.state import D, O, S
from sim.world import World

DENSE = ("demography", "growth", "displacement", "accounts")
ALL = -1
DISPLACED, SPILLED = 1e-4, 1e-4  # of a sector's jobs in a month: any number costs the same
# bytes of a firm alive in a month; those of growth count for the share of firms that adjust
BYTES = {
    "demography": 8 / MONTHS_A_BLOCK + 2 * 16 / MONTHS_A_BLOCK + 4 + 4 + 1 + 1,
    "growth": 8 + 8 + 2 * 8 + 2 * 8,
    "displacement": 4 + 8 + 2 * 16,
    "accounts": 0,
}


class Account(NamedTuple):
    """What the floor does for a firm alive in a month: blocks of draws, exponentials, logarithms, bytes."""

    draws: float
    exps: float
    logs: float
    bytes: float


def account(adjusting: float) -> Account:
    """The table above, for the share of firms that adjust in a month."""
    moved = sum(BYTES.values()) - BYTES["growth"] * (1.0 - adjusting)
    return Account(1.0 / MONTHS_A_BLOCK + adjusting, 2.0 * adjusting, 2.0 * adjusting, moved)


class Firms(NamedTuple):
    """The hot columns of the firms alive, basin by basin: ``ends`` is where each basin ends."""

    uid: np.ndarray
    size: np.ndarray
    sector: np.ndarray
    exit_most: np.ndarray
    open_most: np.ndarray
    own_growth: np.ndarray
    busy: np.ndarray
    flags: np.ndarray
    chances: np.ndarray
    causes: np.ndarray  # O, D, S
    ends: np.ndarray


def firms_of(world: World) -> Firms:
    """Copies of the columns of a world, of its firms alive."""
    t = world.tables
    rows = np.flatnonzero(t.size > 0.0)  # rows stand basin by basin
    ends = np.searchsorted(rows, t.ends[:, -1]).astype(np.int64)
    taken = (getattr(t, name)[rows] for name in Firms._fields[:7])
    return Firms(
        *taken, np.zeros(len(rows), np.uint8), np.ascontiguousarray(t.chances[:, rows]),
        np.ascontiguousarray(t.causes[[O, D, S]][:, rows]), ends,
    )  # fmt: skip


@compiled
def draw_words(uid, key, block, first, second, third, fourth):
    """Four words a firm, for the events of four months."""
    wide_vectors()
    for i in range(uid.shape[0]):
        first[i], second[i], third[i], fourth[i] = dense_words(key, uid[i], np.uint64(block), np.uint64(0))


@compiled
def adjust_sizes(uid, size, own, ledger, key, t, demand, p):
    """Growth of firms that all adjust, side by side."""
    wide_vectors()
    for k in range(uid.shape[0]):
        w0, w1, w2, w3 = dense_words(key, uid[k], np.uint64(t), np.uint64(0))
        change = adjustment(size[k], own[k], demand, fine(w0, w1), fine(w2, w3), p)
        after = max(1.0, size[k] * exp(change))
        ledger[k] += after - size[k]
        size[k] = after


@compiled
def month(f, t, economy, demand, seed, series, which):
    """The floor of month t, basin by basin, whose columns stay at hand from one pass to the next.

    ``demand``: of each basin; ``series``: jobs of each basin; ``which``: number in ``DENSE`` of the phase
    whose part is done alone, or ``ALL``.
    """
    p = economy[0]
    events, sizes = stream_key(seed, EVENTS), stream_key(seed, GROWTH)
    displaced = np.full(N_SECTORS, DISPLACED)
    word = t % MONTHS_A_BLOCK
    calm = last_without(p.adjust_rate)
    first = 0
    for b in range(f.ends.shape[0]):
        last = f.ends[b]
        size = f.size[first:last]
        if which <= 0:
            if word == 0:
                draw_words(
                    f.uid[first:last], events, t // MONTHS_A_BLOCK, f.chances[0, first:last],
                    f.chances[1, first:last], f.chances[2, first:last], f.chances[3, first:last],
                )  # fmt: skip
            leave = (p.exit_base + p.exit_hump + p.exit_small) * exp(-p.exit_demand * demand[b])
            find_events(
                f.chances[word, first:last], f.exit_most[first:last], f.open_most[first:last],
                f.busy[first:last], f.flags[first:last], just_above(HALF_WORDS * leave), calm,
                just_above(HALF_WORDS * opening_chance(1.0, demand[b], p)),
            )  # fmt: skip
        if which == ALL or which == 1:
            many = int(p.adjust_rate * (last - first))
            start = first + (t * many) % max(1, last - first - many)  # not always the same firms
            rows = slice(start, start + many)
            adjust_sizes(
                f.uid[rows], f.size[rows], f.own_growth[rows], f.causes[0, rows], sizes, t, demand[b], p
            )
        if which == ALL or which == 2:
            spread(size, f.sector[first:last], displaced, SPILLED, f.causes[1, first:last],
                   f.causes[2, first:last])  # fmt: skip
        if which == ALL or which == 3:
            series[b] = total(size)
        first = last


@compiled
def nothing(f, t, economy, demand, seed, series, which):
    """What calling the floor costs by itself."""


def given(world: World, firms: Firms) -> tuple:
    """What the floor is given beside the month: the parameters, the demand and the seed of a world."""
    t = world.tables
    return t.economy, t.basins.demand, t.seed[0], np.zeros(len(firms.ends))
