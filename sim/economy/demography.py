"""Exits and births of firms."""

import numpy as np

from sim.columns import note_rows
from sim.compiled import compiled, inlined, wide_vectors
from sim.draws import BIRTHS, EVENTS, LOW_BITS, MASK, coarse, dense_words, draw_pairs, stream_key
from sim.economy.population import NIL, found_firms, just_above
from sim.maths import exp, power
from sim.state import (
    DEAD,
    FIRST_CAUSE,
    GRADUATED,
    N_GONE,
    NEVER,
    ORPHAN,
    B,
    X,
)

EXIT, ADJUST, OPENING = np.uint8(1), np.uint8(2), np.uint8(4)  # bits of ``flags``
HALF = np.uint64(1 << 31)
HALF_WORD, ONE = np.uint32(1 << 31), np.uint32(1)
MONTHS_A_BLOCK = 4
WORDS = 2.0**32  # that a draw may be
HALF_WORDS = 2.0**31
CEILING = 1.5  # candidates for birth over expected births
LARGEST = 250.0
PEAK = 1.0 + 1e-12  # above the height of the hump, whatever the rounding


@inlined
def hump(age, height, per_month):
    """Part of the monthly exit hazard that rises and falls with age (months): height x e**(1 - x), x = age /
    peak, unbounded; highest at the peak. ``per_month``: 1 / peak."""
    x = age * per_month
    return height * x * exp(1.0 - x)


@inlined
def exit_hazard(base, by_age, small, size, factor):
    """h = (h_0 + hump(age) + h_small / n) * factor; factor = exp(-e_c (2 c - 1) - e_D D). Compared with a
    uniform, it is clipped to [0, 1] by itself."""
    return (base + by_age + small / size) * factor


@inlined
def size_bound(p):
    """The highest n**p_n that a firm may have."""
    return power(LARGEST, p.project_rate_size) if p.project_rate_size > 0.0 else 1.0


@inlined
def opening_chance(by_size, demand, p):
    """Monthly chance that a firm opens a project, before its own factor: rate * by_size * exp(p_D D)."""
    return p.project_rate * by_size * exp(p.project_rate_demand * demand)


@compiled
def birth_chance(elasticity, demand):
    """Chance that a candidate is born: exp(b_D D) / 1.5, at most 1. Independent of the current stock."""
    return min(1.0, exp(elasticity * demand) / CEILING)


@compiled
def draw_chances(uid, key, block, first, second, third, fourth):
    """Dense pass over one basin: writes the firms' draws of the ``MONTHS_A_BLOCK`` months of a block. One
    block of four words serves four months: drawing costs more than all that is decided with it."""
    wide_vectors()
    for i in range(uid.shape[0]):
        w0, w1, w2, w3 = dense_words(key, uid[i], np.uint64(block), np.uint64(0))
        first[i] = w0
        second[i] = w1
        third[i] = w2
        fourth[i] = w3


@inlined
def three_uniforms(word):
    """The uniforms that decide exit, adjustment and opening: u, 1 - u and u + 1/2 (modulo 1). Chances being
    small, no two events fall in one month."""
    word = np.uint64(word)
    return coarse(word), coarse(word ^ MASK), coarse(word ^ HALF)


@compiled
def last_without(chance):
    """The highest word whose second uniform is not below this chance: words above it adjust."""
    word = np.int64(max(0.0, (1.0 - chance) * WORDS - 2.0))
    while word < LOW_BITS and three_uniforms(word + 1)[1] >= chance:
        word += 1
    return np.uint32(word)


@compiled
def find_events(chance, exit_most, open_most, busy, flags, leave, calm, opening):
    """Dense pass over one basin: writes a byte a firm saying which events its month may hold.

    ``chance``: the firms' draws of the month. ``exit_most``, ``open_most``: bounds of their factors, nil
    where there is no firm. ``leave``, ``opening``: bounds of the hazard of exit at the worst age and size,
    and of the chance of opening, both before a firm's own factor and times 2**31; ``leaves`` and ``opens``
    then have the last word. ``calm``: highest draw without an adjustment. In single precision, without
    branches or look-ups, so that it is vectorised.
    """
    wide_vectors()
    for i in range(chance.shape[0]):
        word = np.uint32(chance[i])
        exits = np.float32(np.int32(word >> ONE)) < leave * exit_most[i]
        opened = np.float32(np.int32((word ^ HALF_WORD) >> ONE)) < opening * open_most[i]
        found = exits * EXIT + (word > calm) * ADJUST + (opened & (busy[i] == 0)) * OPENING
        flags[i] = found * (exit_most[i] > NIL)


@compiled
def leaves(w, t, i, p, exit_demand):
    """Whether firm i leaves: its first uniform of the month falls below the exit hazard at its age."""
    exits, _, _ = three_uniforms(w.chances[t % MONTHS_A_BLOCK, i])
    by_age = hump(t - w.born[i], p.exit_hump, 1.0 / p.exit_peak_months)
    factor = w.exit_factor[i] * exit_demand
    return exits < exit_hazard(p.exit_base, by_age, p.exit_small, max(w.size[i], 1.0), factor)


@compiled
def that_leave(w, t, b, p, exit_demand):
    """Rows of the firms of basin b that leave, out of those whose month may hold an exit; all lose the mark.
    Found first, and without a branch, so that the processor need not wait for one firm before it looks for
    the next."""
    rows = flagged(w, b, EXIT)
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for k in range(rows.shape[0]):
        i = rows[k]
        w.flags[i] &= ~EXIT
        rows[n] = i
        n += np.uint64(leaves(w, t, i, p, exit_demand))
    return rows[:n]


@compiled
def opens(w, t, i, opening):
    """Whether firm i may open a project: its third uniform of the month falls below its chance. ``opening``:
    before the firm's own factor."""
    _, _, opened = three_uniforms(w.chances[t % MONTHS_A_BLOCK, i])
    return opened < opening * w.open_factor[i]


@compiled
def flagged(w, b, bit):
    """Rows of the firms of basin b whose month holds this event, in order."""
    first = w.basins[b].first
    eventful = w.eventful[first : first + w.basins[b].eventful]
    rows = np.empty(eventful.shape[0], np.int64)
    n = np.uint64(0)
    for k in range(eventful.shape[0]):
        rows[n] = eventful[k]
        n += np.uint64((w.flags[eventful[k]] & bit) != 0)
    return rows[:n]


@compiled
def close_firm(w, t, b, i):
    """Exit of firm i: its jobs go, its project is orphaned; a file notices in its own phase."""
    sme = w.smes[i]
    w.causes[X, i] -= w.size[i]
    w.series[t, b, FIRST_CAUSE + X] -= w.size[i]
    w.size[i] = 0.0
    w.exit_most[i] = w.open_most[i] = 0.0
    w.flags[i] = 0
    w.busy[i] = 0
    w.gone[w.counts[N_GONE]] = i
    w.counts[N_GONE] += 1
    sme.status = DEAD
    sme.died = t
    if sme.project != NEVER:
        w.projects[sme.project].state = ORPHAN
        sme.project = NEVER


@compiled
def give_birth(w, t, b, seed):
    """Candidates of the month (keyed basin, month, slot) are born with ``birth_chance``."""
    p = w.economy[0]
    chance = birth_chance(p.births_demand, w.basins[b].demand)
    first, last = w.ends[b, t], w.ends[b, t + 1]
    u, _ = draw_pairs(seed, BIRTHS, w.uid[first:last], 0, 0)
    rows = np.empty(last - first, np.int64)
    n = 0
    for i in range(first, last):
        rows[n] = i
        n += u[i - first] < chance
    rows = rows[:n]
    found_firms(w, t, b, rows, p, seed)
    for k in range(rows.shape[0]):
        w.causes[B, rows[k]] += w.size[rows[k]]
        w.series[t, b, FIRST_CAUSE + B] += w.size[rows[k]]


@compiled
def demography(w, t):
    """Events of the month are drawn for every firm, then exits and births take place."""
    p = w.economy[0]
    seed = w.seed[0]
    key = stream_key(seed, EVENTS)
    # the pass needs an upper bound of n**p_n; ``projects`` thins to the exact chance
    bound = size_bound(p)
    month = t % MONTHS_A_BLOCK
    worst = p.exit_base + p.exit_hump * PEAK + p.exit_small
    calm = last_without(p.adjust_rate)
    w.counts[N_GONE] = 0
    for b in range(w.basins.shape[0]):
        basin = w.basins[b]
        first = basin.first
        last = w.ends[b, t]
        if month == 0:
            until = w.ends[b, min(t + MONTHS_A_BLOCK, w.ends.shape[1]) - 1]
            draw_chances(
                w.uid[first:until], key, t // MONTHS_A_BLOCK, w.chances[0, first:until],
                w.chances[1, first:until], w.chances[2, first:until], w.chances[3, first:until],
            )  # fmt: skip
        exit_demand = exp(-p.exit_demand * basin.demand)
        find_events(
            w.chances[month, first:last], w.exit_most[first:last], w.open_most[first:last],
            w.busy[first:last], w.flags[first:last], just_above(HALF_WORDS * worst * exit_demand), calm,
            just_above(HALF_WORDS * opening_chance(bound, basin.demand, p)),
        )  # fmt: skip
        basin.eventful = note_rows(w.flags[first:last], first, w.eventful[first:last])
        rows = that_leave(w, t, b, p, exit_demand)
        for k in range(rows.shape[0]):
            close_firm(w, t, b, rows[k])
        give_birth(w, t, b, seed)


@compiled
def graduate(w, i):
    """A firm that reaches 250 jobs is no longer an SME; it is simulated on, and never eligible again."""
    if w.size[i] >= LARGEST and w.smes[i].status != DEAD:
        w.smes[i].status = GRADUATED
