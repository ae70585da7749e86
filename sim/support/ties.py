"""Ties between buyers and the firms that sell to them: they begin with an answer or a meeting, and need years
to be worth something.

A buyer's ties are a chain in the table of ties: the row of the last one stands with the buyer, each names
the one before.
"""

import numpy as np

from sim.compiled import compiled
from sim.draws import COMING, MEETING, draw
from sim.maths import exp
from sim.state import N_TIES, NEVER, PARTNER

LN2 = 0.6931471805599453
NO_TIE = -1.0
OF_SITES = 1 << 24  # apart from the draws of firms


@compiled
def strength(age, half):
    """s = 1 - 2**(-(age / half)**2): next to nothing in the first months, one half at ``half``."""
    x = age / half
    return 1.0 - exp(-LN2 * x * x)


@compiled
def begin_tie(w, t, m, last):
    """A tie with the firm of membership m; ``last``: row of the buyer's last tie. Returns the new last."""
    e = w.counts[N_TIES]
    w.counts[N_TIES] += 1
    tie = w.ties[e]
    tie.seller = m
    tie.since = t
    tie.before = last
    return e


@compiled
def begin_tie_of_site(w, t, m, r):
    """A tie of the large buyer of partnership r with the firm of membership m."""
    e = begin_tie(w, t, m, w.buyers[r].last_tie)
    category = w.sellers[m].category
    w.ties[e].alike = w.tie_heads[r, category]
    w.tie_heads[r, category] = e
    w.buyers[r].last_tie = e


@compiled
def mark_ties_of_site(w, t, r, category, half, marked):
    """``mark_ties`` of the large buyer of partnership r with the members of a category, without a look at its
    other ties: it may have hundreds."""
    e = w.tie_heads[r, category]
    while e != NEVER:
        place = w.sellers[w.ties[e].seller].place
        if place != NEVER:
            marked[place] = strength(t - w.ties[e].since, half)
        e = w.ties[e].alike


@compiled
def mark_ties(w, t, last, category, half, marked):
    """Writes into ``marked`` (by place among the members) the strength of a buyer's ties with the members of
    a category, or of all at -1."""
    e = last
    while e != NEVER:
        seller = w.sellers[w.ties[e].seller]
        if seller.place != NEVER and (category == NEVER or seller.category == category):
            marked[seller.place] = strength(t - w.ties[e].since, half)
        e = w.ties[e].before


@compiled
def comes(seed, entity, t, index, share):
    """Whether a member or a buyer comes to the event of the month."""
    return draw(seed, COMING, entity, t, index) < share


@compiled
def guests(w, t, k, index, first, last, seed):
    """Places of the members of local scheme k who come to the event of the month: (places, how many)."""
    found = np.empty(last - first, np.int64)
    n = 0
    for p in range(first, last):
        uid = w.uid[w.memberships[index[p]].firm]
        if comes(seed, uid, t, w.locals[k].code, w.rules[k].event_attendance):
            found[n] = p
            n += 1
    return found, n


@compiled
def hold_event(w, t, k, index, first, last, marked, seed):
    """An event: members and large buyers who come meet by chance; those who had not met begin a tie.
    ``index[first:last]``: the memberships of local scheme k."""
    rule = w.rules[k]
    local = w.locals[k]
    here, n = guests(w, t, k, index, first, last, seed)
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        entity = w.sites[w.partnerships[r].site].entity
        if w.partnerships[r].state != PARTNER:
            continue
        if not comes(seed, entity, t, local.code + OF_SITES, rule.event_attendance):
            continue
        mark_ties(w, t, w.buyers[r].last_tie, NEVER, rule.tie_months, marked)
        for a in range(n):
            m = index[here[a]]
            uid = w.uid[w.memberships[m].firm]
            if marked[here[a]] == NO_TIE and draw(seed, MEETING, uid, t, entity) < rule.event_meeting:
                begin_tie_of_site(w, t, m, r)
                w.markets[k].meetings += 1
        marked[first:last] = NO_TIE
