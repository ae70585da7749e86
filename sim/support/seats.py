"""Seats of small firms in projects that others lead: members near the technology, in the order of a keyed
race, so that a project more seats one firm more and moves nobody else."""

import numpy as np

from sim.compiled import compiled
from sim.draws import SEATED, SEATS, dense_words, draw, fine, stream_key
from sim.economy.ideas import new_project
from sim.economy.research import capacity
from sim.maths import exp, log
from sim.state import ACTIVE

ROUNDED_DOWN = 1.0 - 1e-9  # so that rounding leaves nobody out


@compiled
def seats_to_fill(projects, led, seats, u):
    """Seats beside those of the firms that lead: seats * projects + u, rounded down, less the led."""
    return max(0, int(seats * projects + u) - led)


@compiled
def seat_weight(distance, fall, overloaded, check):
    """Weight of a member in the race: exp(-fall d), times 1 - check if it carries all it can."""
    return exp(-fall * distance) * (1.0 - overloaded * check)


@compiled
def seat_fall(rule, service):
    """Fall of that weight with distance: less with maps of competences and with anchoring."""
    maps = 1.0 - rule.map_effect * rule.competence_maps * service
    return rule.seat_distance * maps * (1.0 - rule.anchor_effect * rule.anchoring * service)


@compiled
def members_by_place(members, places):
    """Positions in the list of members, local scheme by local scheme; first of each local scheme, and the
    end."""
    first = np.zeros(places + 1, np.int64)
    for a in range(members.shape[0]):
        first[members[a].local + 1] += 1
    at = np.zeros(places, np.int64)
    for k in range(places):
        at[k] = first[k]
        first[k + 1] += first[k]
    found = np.empty(members.shape[0], np.int64)
    for a in range(members.shape[0]):
        found[at[members[a].local]] = a
        at[members[a].local] += 1
    return found, first


@compiled
def run(table, uid, places, key, t, code):
    """Uids of the members at these places of their list, and their uniforms in the race of month t. Dense
    pass."""
    uids = np.empty(places.shape[0], np.uint64)
    for a in range(places.shape[0]):
        uids[a] = uid[table[places[a]].firm]
    draws = np.empty(places.shape[0])
    for a in range(places.shape[0]):
        w0, w1, _, _ = dense_words(key, uids[a], np.uint64(t), np.uint64(code))
        draws[a] = fine(w0, w1)
    return uids, draws


@compiled
def weight_of(w, i, fall, check, jobs):
    """Weight of firm i in the race: nil if it has grown too large."""
    if w.smes[i].status != ACTIVE:
        return 0.0
    researcher = w.researchers[w.researcher_of[i]]
    full = 1.0 if researcher.running >= capacity(w.size[i], jobs) else 0.0
    return seat_weight(researcher.distance, fall, full, check)


@compiled
def first_in(w, places, uids, draws, count, fall, check):
    """Positions in ``places`` of the first ``count`` in the race, in order: the highest log(u) / weight, the
    lowest uid among equals; fewer where fewer run. As no weight is above 1, who draws less than the last of
    them has scored need not be looked at."""
    jobs = w.economy[0].capacity_jobs
    best = np.empty(count, np.int64)
    scores = np.empty(places.shape[0])
    n = 0
    least = 0.0
    for a in range(places.shape[0] if count > 0 else 0):
        if draws[a] < least:
            continue
        weight = weight_of(w, w.members[places[a]].firm, fall, check, jobs)
        if weight <= 0.0:
            continue
        score, uid = log(draws[a]) / weight, uids[a]
        if n == count and not is_ahead(score, uid, scores[best[n - 1]], uids[best[n - 1]]):
            continue
        scores[a] = score
        b = min(n, count - 1)
        while b > 0 and is_ahead(score, uid, scores[best[b - 1]], uids[best[b - 1]]):
            best[b] = best[b - 1]
            b -= 1
        best[b] = a
        n = min(n + 1, count)
        if n == count:
            least = exp(scores[best[n - 1]]) * ROUNDED_DOWN
    return best[:n]


@compiled
def is_ahead(score, uid, other, other_uid):
    """Whether a runner is ahead of another: the higher score, the lower uid among equals."""
    return score > other or (score == other and uid < other_uid)


@compiled
def seat_members(w, t, k, members, projects, led, small, seed):
    """Rows for the seats that fall to ``members`` of local scheme k this month: those first in the race.
    Returns them, not yet funded, and how many of them, the first ones, are in projects open to all: as many
    as without the ``small`` projects of small firms alone."""
    local = w.locals[k]
    u = draw(seed, SEATS, local.basin, t, local.code)
    seats = w.rules[k].project_seats
    shared = seats_to_fill(projects, led, seats, u)
    count = seats_to_fill(projects + small, led + small, seats, u)
    uids, draws = run(w.members, w.uid, members, stream_key(seed, SEATED), t, local.code)
    fall = seat_fall(w.rules[k], local.service)
    chosen = first_in(w, members, uids, draws, count, fall, w.rules[k].capacity_check)
    rows = np.empty(chosen.shape[0], np.int64)
    for a in range(chosen.shape[0]):
        m = np.int64(w.members[members[chosen[a]]].membership)
        q = new_project(w, t, w.researcher_of[w.memberships[m].firm], 0)
        w.rd[q].membership = m
        w.rd[q].local = k
        w.rd[q].labelled = 1
        rows[a] = q
    return rows, shared
