"""Seats of small firms in projects that others lead: members near the technology, in the order of a keyed
race, so that a project more seats one firm more and moves nobody else."""

import numpy as np

from sim.compiled import compiled
from sim.draws import SEATED, SEATS, dense_words, draw, fine, stream_key
from sim.economy.ideas import new_project
from sim.economy.research import capacity
from sim.maths import exp, log
from sim.state import ACTIVE


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
def race(uids, distances, full, key, t, code, fall, check):
    """Scores in the race of month t: log(u) / weight; -inf for those who may not run. Dense pass."""
    scores = np.empty(uids.shape[0])
    for a in range(uids.shape[0]):
        w0, w1, _, _ = dense_words(key, uids[a], np.uint64(t), np.uint64(code))
        weight = seat_weight(distances[a], fall, full[a], check)
        scores[a] = log(fine(w0, w1)) / weight if weight > 0.0 else -np.inf
    return scores


@compiled
def run_race(w, t, k, members, seed):
    """Scores and uids of the members of local scheme k; firms that have grown too large may not run, those
    that carry all they can may be held back."""
    rule = w.rules[k]
    local = w.locals[k]
    jobs = w.economy[0].capacity_jobs
    n = members.shape[0]
    uids = np.empty(n, np.uint64)
    distances = np.empty(n)
    full = np.empty(n)
    for a in range(n):
        i = w.members[members[a]].firm
        researcher = w.researchers[w.researcher_of[i]]
        uids[a] = w.uid[i]
        distances[a] = researcher.distance
        full[a] = researcher.running > 0 and researcher.running >= capacity(w.size[i], jobs)
    fall = seat_fall(rule, local.service)
    key = stream_key(seed, SEATED)
    return race(uids, distances, full, key, t, local.code, fall, rule.capacity_check), uids


@compiled
def is_ahead(scores, uids, a, b):
    """Whether runner a is ahead of runner b: the higher score, the lower uid among equals."""
    return scores[a] > scores[b] or (scores[a] == scores[b] and uids[a] < uids[b])


@compiled
def first_in(w, members, scores, uids, count):
    """Positions of the first ``count`` in the race, in order, whose firms are still of status active; fewer
    where fewer run."""
    best = np.empty(count, np.int64)
    n = 0
    for a in range(scores.shape[0] if count > 0 else 0):
        if n == count and not is_ahead(scores, uids, a, best[n - 1]):
            continue
        if scores[a] == -np.inf or w.smes[w.members[members[a]].firm].status != ACTIVE:
            continue
        b = min(n, count - 1)
        while b > 0 and is_ahead(scores, uids, a, best[b - 1]):
            best[b] = best[b - 1]
            b -= 1
        best[b] = a
        n = min(n + 1, count)
    return best[:n]


@compiled
def seat_members(w, t, k, members, projects, led, seed):
    """Rows for the seats that fall to ``members`` of local scheme k this month: those first in the race.
    Returns them, not yet funded."""
    local = w.locals[k]
    u = draw(seed, SEATS, local.basin, t, local.code)
    count = seats_to_fill(projects, led, w.rules[k].project_seats, u)
    scores, uids = run_race(w, t, k, members, seed)
    chosen = first_in(w, members, scores, uids, count)
    rows = np.empty(chosen.shape[0], np.int64)
    for a in range(chosen.shape[0]):
        m = np.int64(w.members[members[chosen[a]]].membership)
        q = new_project(w, t, w.researcher_of[w.memberships[m].firm], 0)
        w.rd[q].membership = m
        w.rd[q].local = k
        w.rd[q].labelled = 1
        rows[a] = q
    return rows
