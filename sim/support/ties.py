"""Ties between buyers and the firms that sell to them: they begin with an answer or a meeting, and need years
to be worth something.

Large buyers may have hundreds: of each it is written down with every membership since when they have one. The
ties of a member that buys are a chain in the table of ties: the row of the last one stands with the member,
each names the one before.
"""

import numpy as np

from sim.columns import EIGHT, eights
from sim.compiled import compiled
from sim.draws import COMING, MEETING, draw, draw_into
from sim.maths import LN2, exp
from sim.state import N_TIES, NEVER, PARTNER

NO_TIE = -1.0
OF_SITES = 1 << 24  # apart from the draws of firms


@compiled
def strength(age, half):
    """s = 1 - 2**(-(age / half)**2): next to nothing in the first months, one half at ``half``."""
    x = age / half
    return 1.0 - exp(-LN2 * x * x)


@compiled
def column_of(w, r):
    """Where the ties of the large buyer of partnership r stand among those of its local scheme."""
    return r - w.locals[w.partnerships[r].local].first_partnership


@compiled
def begin_tie_of_site(w, t, m, r):
    """A tie of the large buyer of partnership r with the firm of membership m."""
    w.met[m, column_of(w, r)] = t + 1


@compiled
def begin_tie_of_member(w, t, m, mb):
    """A tie of the member that buys, of membership mb, with the firm of membership m."""
    e = w.counts[N_TIES]
    w.counts[N_TIES] += 1
    tie = w.ties[e]
    tie.seller = m
    tie.since = t
    tie.before = w.sellers[mb].last_tie
    w.sellers[mb].last_tie = e


@compiled
def mark_ties_of_site(w, t, r, half, index, first, last, marked):
    """Writes into ``marked`` the strength of the ties of the large buyer of partnership r with the members at
    places first to last - 1 of ``index``, or NO_TIE."""
    column = column_of(w, r)
    for p in range(first, last):
        month = np.int64(w.met[index[p], column])
        marked[p] = strength(t + 1 - month, half) if month > 0 else NO_TIE


@compiled
def mark_ties_of_member(w, t, mb, half, first, last, marked):
    """The same of the member that buys, of membership mb."""
    marked[first:last] = NO_TIE
    e = w.sellers[mb].last_tie
    while e != NEVER:
        place = w.sellers[w.ties[e].seller].place
        if first <= place < last:
            marked[place] = strength(t - w.ties[e].since, half)
        e = w.ties[e].before


@compiled
def comes(seed, entity, t, index, share):
    """Whether a buyer comes to the event of the month."""
    return draw(seed, COMING, entity, t, index) < share


@compiled
def guests(w, t, k, floor, first, last, seed):
    """The members of local scheme k, at places first to last - 1, who come to the event of the month, at the
    beginning of ``floor.found``; their uids, followed by others up to a whole eight; how many they are."""
    u = np.empty(last - first)
    draw_into(u, seed, COMING, floor.uids[first:last], t, w.locals[k].code)
    uids = np.zeros(last - first + EIGHT, np.uint64)
    n = 0
    for p in range(first, last):
        if u[p - first] < w.rules[k].event_attendance:
            floor.found[n] = p
            uids[n] = floor.uids[p]
            n += 1
    return uids[: eights(n)], n


@compiled
def hold_event(w, t, k, floor, first, last, seed):
    """An event: members and large buyers who come meet by chance; those who had not met begin a tie. Places
    first to last - 1 of the ``floor`` are those of local scheme k."""
    rule = w.rules[k]
    local = w.locals[k]
    uids, n = guests(w, t, k, floor, first, last, seed)
    u = np.empty(uids.shape[0])
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        entity = w.sites[w.partnerships[r].site].entity
        if w.partnerships[r].state != PARTNER:
            continue
        if not comes(seed, entity, t, local.code + OF_SITES, rule.event_attendance):
            continue
        draw_into(u, seed, MEETING, uids, t, entity)
        column = column_of(w, r)
        for a in range(n):
            m = floor.index[floor.found[a]]
            if u[a] < rule.event_meeting and w.met[m, column] == 0:
                begin_tie_of_site(w, t, m, r)
                w.markets[k].meetings += 1
