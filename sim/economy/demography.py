"""Exits and births of firms."""

import numpy as np

from sim.compiled import compiled, inlined
from sim.draws import BIRTHS, EVENTS, coarse, dense_words, draw, stream_key
from sim.economy.population import found_firm
from sim.maths import exp, power
from sim.state import (
    DEAD,
    FIRST_CAUSE,
    GRADUATED,
    NEVER,
    ORPHAN,
    B,
    X,
)

EXIT, ADJUST, OPENING = np.int64(1), np.int64(2), np.int64(4)  # bits of ``flags``
CEILING = 1.5  # candidates for birth over expected births
LARGEST = 250.0


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


@compiled
def capability_factor(exponent, capability):
    """exp(exponent (2 c - 1)): 1 for a firm of middling capability."""
    return exp(exponent * (2.0 * capability - 1.0))


@compiled
def birth_chance(elasticity, demand):
    """Chance that a candidate is born: exp(b_D D) / 1.5, at most 1. Independent of the current stock."""
    return min(1.0, exp(elasticity * demand) / CEILING)


@compiled
def draw_events(uid, size, born, exit_factor, open_factor, busy, flags, key, t, base, height, per_month,
                small, exit_demand, adjust, opening):  # fmt: skip
    """Dense pass over one basin: writes a byte a firm saying which events its month holds.

    One block of draws a firm: words 0, 1, 2 decide exit, adjustment, opening of a project. ``exit_demand``:
    exp(-e_D D); ``opening``: the monthly chance before the firm's own factor. Without branches or look-ups,
    so that it is vectorised.
    """
    for i in range(uid.shape[0]):
        w0, w1, w2, _ = dense_words(key, uid[i], np.uint64(t), np.uint64(0))
        h = exit_hazard(
            base, hump(t - born[i], height, per_month), small, max(size[i], 1.0),
            exit_factor[i] * exit_demand,
        )  # fmt: skip
        leaves = coarse(w0) < h
        adjusts = coarse(w1) < adjust
        opens = (coarse(w2) < opening * open_factor[i]) & (busy[i] == 0)
        flags[i] = (leaves * EXIT + adjusts * ADJUST + opens * OPENING) * (size[i] > 0.0)


@compiled
def flagged(flags, first, last, bit):
    """Rows of [first, last) whose month holds this event, in order: (rows, how many). Without a branch, which
    the processor could not foresee."""
    rows = np.empty(last - first + 1, np.int64)
    n = 0
    for i in range(first, last):
        rows[n] = i
        n += (flags[i] & bit) != 0
    return rows, n


@compiled
def close_firm(w, t, b, i):
    """Exit of firm i: its jobs go, its project is orphaned; a file notices in its own phase."""
    sme = w.smes[i]
    w.causes[X, i] -= w.size[i]
    w.series[t, b, FIRST_CAUSE + X] -= w.size[i]
    w.size[i] = 0.0
    w.flags[i] = 0
    w.busy[i] = 0
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
    for i in range(w.ends[b, t], w.ends[b, t + 1]):
        if draw(seed, BIRTHS, w.uid[i], 0, 0) < chance:
            found_firm(w, t, b, i, p, seed)
            w.causes[B, i] += w.size[i]
            w.series[t, b, FIRST_CAUSE + B] += w.size[i]


@compiled
def demography(w, t):
    """Phase 3. Events of the month are drawn for every firm, then exits and births take place."""
    p = w.economy[0]
    seed = w.seed[0]
    key = stream_key(seed, EVENTS)
    # the pass needs an upper bound of n**p_n; ``projects`` thins to the exact chance
    bound = power(LARGEST, p.project_rate_size) if p.project_rate_size > 0.0 else 1.0
    for b in range(w.basins.shape[0]):
        basin = w.basins[b]
        first = basin.first
        last = w.ends[b, t]
        draw_events(
            w.uid[first:last], w.size[first:last], w.born[first:last], w.exit_factor[first:last],
            w.open_factor[first:last], w.busy[first:last], w.flags[first:last], key, t, p.exit_base,
            p.exit_hump, 1.0 / p.exit_peak_months, p.exit_small, exp(-p.exit_demand * basin.demand),
            p.adjust_rate, p.project_rate * bound * exp(p.project_rate_demand * basin.demand),
        )  # fmt: skip
        rows, n = flagged(w.flags, first, last, EXIT)
        for k in range(n):
            close_firm(w, t, b, rows[k])
        give_birth(w, t, b, seed)


@compiled
def graduate(w, i):
    """A firm that reaches 250 jobs is no longer an SME; it is simulated on, and never eligible again."""
    if w.size[i] >= LARGEST and w.smes[i].status != DEAD:
        w.smes[i].status = GRADUATED
