"""Who is near a technology, and when a firm has an idea for an R&D project: alike with a scheme and without.

A firm's distance is its place among all firms over the share of firms of its size that the technology
reaches. The months that may hold an idea are drawn ahead for the largest firm, one gap after the other, and
do not depend on what happens; in such a month the size of the firm decides. Firms that are near enough to
follow the technology, though too far for ideas of their own, are kept too: networks may bring them in.
"""

import numpy as np

from sim.columns import eights, take, that_are_marked
from sim.compiled import compiled, inlined
from sim.draws import IDEA, IDEAS, TECHNOLOGY, dense_words, draw_each, draw_into, fine, stream_key
from sim.economy.demography import LARGEST
from sim.maths import log, power
from sim.rd import NEW_RD, NEW_RESEARCHER, RD_NEW
from sim.state import (
    N_RD,
    N_RD_ACTIVE,
    N_RESEARCHERS,
    NEVER,
)

FARTHEST = 1.25  # distance beyond which no network reaches
REACH_SIZE, IDEA_SIZE = 5.0, 20.0  # jobs of the firms for which the parameters are given
LONGEST = 1e6  # months, in which no world runs


@inlined
def technology_reach(size, share, exponent):
    """Share of firms of this size that are near the technology: min(1, share (n / 5)**exponent)."""
    return min(1.0, share * power(size / REACH_SIZE, exponent))


@inlined
def idea_chance(by_size, distance, p):
    """Monthly chance of an idea: rate * by_size * (1 - y d), with by_size = (min(n, 250) / 20)**x; nil at a
    distance of 1 and more."""
    return p.idea_rate * by_size * (1.0 - p.idea_distance * distance) if distance < 1.0 else 0.0


@inlined
def months_before(u, quiet):
    """Whole months without an event before the next one: geometric, by inverse distribution function.
    ``quiet``: logarithm of the chance of a month without."""
    return np.floor(min(LONGEST, log(u) / quiet)) if quiet < 0.0 else LONGEST


@compiled
def expect_ideas(w, rows, first, seed):
    """Draws the next months, ``first`` or later, that may hold an idea of the researchers in these rows."""
    n = rows.shape[0]
    uids, numbers, quiet = np.empty(n, np.uint64), np.empty(n, np.int64), np.empty(n)
    for a in range(n):
        row = w.researchers[rows[a]]
        uids[a] = w.uid[row.firm]
        numbers[a] = row.ideas
        quiet[a] = row.quiet
        row.ideas += 1
    months = draw_each(seed, IDEAS, uids, 0, numbers)
    for a in range(n):
        months[a] = months_before(months[a], quiet[a])
    for a in range(n):
        w.next_idea[rows[a]] = first + int(months[a])


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
    near = np.empty(last - first, np.int64)
    n = 0
    for a in range(last - first):
        if found[a] >= FARTHEST or w.size[first + a] <= 0.0:
            continue
        r = w.counts[N_RESEARCHERS]
        w.counts[N_RESEARCHERS] += 1
        w.researcher_of[first + a] = r
        w.researchers[r] = NEW_RESEARCHER[0]
        row = w.researchers[r]
        row.firm = first + a
        row.distance = found[a]
        w.next_idea[r] = NEVER
        near[n] = r
        n += found[a] < 1.0
    note_quiet(w, near[:n], largest, p)
    expect_ideas(w, near[:n], t + 1, seed)


@compiled
def note_quiet(w, rows, largest, p):
    """Logarithms of the chances of a month without an idea at the largest size, by a dense pass."""
    quiet = np.empty(rows.shape[0])
    for a in range(rows.shape[0]):
        quiet[a] = w.researchers[rows[a]].distance
    for a in range(rows.shape[0]):
        quiet[a] = log(1.0 - idea_chance(largest, quiet[a], p))
    for a in range(rows.shape[0]):
        w.researchers[rows[a]].quiet = quiet[a]


@compiled
def new_project(w, t, r, led):
    """A row for an R&D project of researcher r, or its seat in one of others; no way is chosen yet. Returns
    it."""
    q = w.counts[N_RD]
    w.counts[N_RD] += 1
    w.rd_active[w.counts[N_RD_ACTIVE]] = q
    w.counts[N_RD_ACTIVE] += 1
    w.rd[q] = NEW_RD[0]
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
def have_ideas(w, t, rows, largest, p, seed):
    """The month may hold an idea of the researchers in these rows: it does with the chance of their size over
    that of the largest firm. Firms that have closed have none any more."""
    n = 0
    firms = np.empty(rows.shape[0], np.int64)
    alive = np.empty(rows.shape[0], np.int64)
    for a in range(rows.shape[0]):
        firms[n] = w.researchers[rows[a]].firm
        alive[n] = rows[a]
        if w.size[firms[n]] <= 0.0:
            w.next_idea[rows[a]] = NEVER
        else:
            n += 1
    firms, alive = firms[:n], alive[:n]
    draws, chances = np.empty(n), take(w.size, firms)
    draw_into(draws, seed, IDEA, take(w.uid, firms), t, 0)
    for a in range(n):
        chances[a] = power(min(chances[a], LARGEST) / IDEA_SIZE, p.idea_size)
    for a in range(n):
        if draws[a] * largest < chances[a]:
            new_project(w, t, alive[a], 1)
    expect_ideas(w, alive, t + 1, seed)


@compiled
def that_have(months, t):
    """Positions of month t."""
    marks = np.zeros(eights(months.shape[0]), np.uint8)
    for r in range(months.shape[0]):
        marks[r] = months[r] == t
    return that_are_marked(marks)


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
    have_ideas(w, t, due, largest, p, seed)
