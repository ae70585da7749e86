"""Who is near a technology, and when a firm has an idea for an R&D project: alike with a scheme and without.

A firm's distance is its place among all firms over the share of firms of its size that the technology
reaches. The months that may hold an idea are drawn ahead for the largest firm, one gap after the other, and
do not depend on what happens; in such a month the size of the firm decides. Firms that are near enough to
follow the technology, though too far for ideas of their own, are kept too: networks may bring them in.
"""

import numpy as np

from sim.compiled import compiled
from sim.draws import IDEA, IDEAS, TECHNOLOGY, dense_words, draw, fine, stream_key
from sim.economy.demography import LARGEST
from sim.maths import log, power
from sim.rd import RD_NEW
from sim.state import (
    N_RD,
    N_RD_ACTIVE,
    N_RESEARCHERS,
    NEVER,
)

FARTHEST = 1.25  # distance beyond which no network reaches
REACH_SIZE, IDEA_SIZE = 5.0, 20.0  # jobs of the firms for which the parameters are given
LONGEST = 1e6  # months, in which no world runs


@compiled
def technology_reach(size, share, exponent):
    """Share of firms of this size that are near the technology: min(1, share (n / 5)**exponent)."""
    return min(1.0, share * power(size / REACH_SIZE, exponent))


@compiled
def idea_chance(by_size, distance, p):
    """Monthly chance of an idea: rate * by_size * (1 - y d), with by_size = (min(n, 250) / 20)**x; nil at a
    distance of 1 and more."""
    return p.idea_rate * by_size * (1.0 - p.idea_distance * distance) if distance < 1.0 else 0.0


@compiled
def months_before(u, quiet):
    """Months without an event before the next one: geometric, by inverse distribution function. ``quiet``:
    logarithm of the chance of a month without."""
    if quiet >= 0.0:
        return int(LONGEST)
    return int(min(LONGEST, log(u) / quiet))


@compiled
def expect_idea(w, r, first, seed):
    """Draws the next month, ``first`` or later, that may hold an idea of researcher r."""
    row = w.researchers[r]
    u = draw(seed, IDEAS, w.uid[row.firm], 0, row.ideas)
    w.next_idea[r] = first + months_before(u, row.quiet)
    row.ideas += 1


@compiled
def distances(uids, sizes, key, share, exponent):
    """Distances of firms from the technology: a keyed uniform over the reach. Dense pass."""
    found = np.empty(uids.shape[0])
    for a in range(uids.shape[0]):
        w0, w1, _, _ = dense_words(key, uids[a], np.uint64(0), np.uint64(0))
        found[a] = fine(w0, w1) / technology_reach(sizes[a], share, exponent)
    return found


@compiled
def note_researchers(w, t, first, last, largest, p, seed):
    """The firms alive in these rows are noted if they are near enough to a technology; their first idea comes
    next month or later. ``largest``: by_size of a firm of 250 jobs."""
    sizes = np.empty(last - first)
    for a in range(last - first):
        sizes[a] = max(1.0, w.smes[first + a].entry_size)
    key = stream_key(seed, TECHNOLOGY)
    found = distances(w.uid[first:last], sizes, key, p.technology_reach, p.technology_reach_size)
    for a in range(last - first):
        if found[a] >= FARTHEST or w.size[first + a] <= 0.0:
            continue
        r = w.counts[N_RESEARCHERS]
        w.counts[N_RESEARCHERS] += 1
        w.researcher_of[first + a] = r
        row = w.researchers[r]
        row.firm = first + a
        row.distance = found[a]
        w.next_idea[r] = NEVER
        if found[a] < 1.0:
            row.quiet = log(1.0 - idea_chance(largest, found[a], p))
            expect_idea(w, r, t + 1, seed)


@compiled
def new_project(w, t, r, led):
    """A row for an R&D project of researcher r, or its seat in one of others; no way is chosen yet. Returns
    it."""
    q = w.counts[N_RD]
    w.counts[N_RD] += 1
    w.rd_active[w.counts[N_RD_ACTIVE]] = q
    w.counts[N_RD_ACTIVE] += 1
    row = w.rd[q]
    row.firm = w.researchers[r].firm
    row.researcher = r
    row.idea = t
    row.led = led
    row.state = RD_NEW
    row.membership = NEVER
    row.local = NEVER
    row.call = NEVER
    row.funded = NEVER
    row.cash = NEVER
    row.started = NEVER
    row.stopped = NEVER
    row.industry = NEVER
    return q


@compiled
def have_idea(w, t, r, largest, p, seed):
    """The month may hold an idea of researcher r: it does with the chance of its size over that of the
    largest firm. Firms that have closed have none any more."""
    row = w.researchers[r]
    i = row.firm
    if w.size[i] <= 0.0:
        w.next_idea[r] = NEVER
        return
    if draw(seed, IDEA, w.uid[i], t, 0) * largest < power(min(w.size[i], LARGEST) / IDEA_SIZE, p.idea_size):
        new_project(w, t, r, 1)
    expect_idea(w, r, t + 1, seed)


@compiled
def that_have(months, t):
    """Positions of month t. Without a branch, which the processor could not foresee."""
    found = np.empty(months.shape[0], np.int64)
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for r in range(months.shape[0]):
        found[n] = r
        n += np.uint64(months[r] == t)
    return found[:n]


@compiled
def ideas(w, t):
    """Firms new to the world are placed by their distance; those that may have an idea this month have it or
    not. Nothing happens in worlds without research."""
    if w.researcher_of.shape[0] == 0:
        return
    p = w.economy[0]
    seed = w.seed[0]
    largest = power(LARGEST / IDEA_SIZE, p.idea_size)
    for b in range(w.basins.shape[0]):
        first = w.basins[b].first if t == 0 else w.ends[b, t]
        note_researchers(w, t, first, w.ends[b, t + 1], largest, p, seed)
    due = that_have(w.next_idea[: w.counts[N_RESEARCHERS]], t)
    for a in range(due.shape[0]):
        have_idea(w, t, due[a], largest, p, seed)
