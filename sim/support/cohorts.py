"""Cohorts: several directors and more volunteers start together on a date, or not at all."""

import numpy as np

from sim.compiled import compiled
from sim.draws import PRIORITY, QUEUE, draw
from sim.state import (
    ACCEPTED,
    COHORT,
    N_COHORTS,
    N_SEATS,
    NEW_COHORT,
    PERSONS_PER_SITE,
    SEAT_TAKEN,
    UNSERVED,
)
from sim.support.matching import release_file, send, start
from sim.support.selection import by_local, files_in, rank
from sim.support.volunteers import volunteers_waiting


@compiled
def directors_waiting(w, t, k, waiting, queue, seed):
    """Files of local scheme k (``waiting``) that wait for a seat, in the order of their keyed priority.
    Impatient directors give up first. Writes rows into ``queue``; returns how many."""
    n = np.int64(0)
    code = w.locals[k].code
    for a in range(waiting.shape[0]):
        f = waiting[a]
        file = w.files[f]
        if file.state != ACCEPTED:
            continue
        if file.accepted < t and draw(seed, QUEUE, w.uid[file.firm], t, code) < w.rules[k].queue_lapse:
            release_file(w, t, f, UNSERVED)
            continue
        queue[n] = f
        n += 1
    scores = np.empty(n)
    uids = np.empty(n, np.uint64)
    for a in range(n):
        file = w.files[queue[a]]
        uids[a] = w.uid[file.firm]
        scores[a] = draw(seed, PRIORITY, uids[a], file.applied, code)
    sort_by(queue, scores, uids, n)
    return n


@compiled
def sort_by(rows, scores, ties, n):
    """Puts the first n of ``rows`` in falling order of their scores, ties by rising ``ties``."""
    order = np.empty(n, np.int64)
    rank(scores, ties, order, n)
    before = rows[:n].copy()
    for a in range(n):
        rows[a] = before[order[a]]


@compiled
def cohorts_possible(directors, volunteers, rule, started, in_session, rigour):
    """Whole cohorts that may start now: as many as directors, volunteers, facilitators who are free and the
    number allowed in a year make; none where rigour is below the floor."""
    n = min(directors // int(rule.seats_directors), volunteers // int(rule.seats_volunteers))
    if rule.seats_facilitators > 0.0:
        n = min(n, int(rule.facilitators / rule.seats_facilitators) - in_session)
    n = min(n, int(rule.cohorts_per_year) - started)
    return max(0, n) if rigour >= rule.quality_floor else 0


@compiled
def employers_among(people, first, n):
    """Number of different sites that n volunteers, from ``first`` on, come from."""
    found = 0
    for a in range(first, first + n):
        new = 1
        for b in range(first, a):
            if people[b] // PERSONS_PER_SITE == people[a] // PERSONS_PER_SITE:
                new = 0
        found += new
    return found


@compiled
def seat(w, t, k, queue, at_director, people, at_person, seed):
    """Starts one whole cohort with the next directors and volunteers in line."""
    rule = w.rules[k]
    c = w.counts[N_COHORTS]
    w.counts[N_COHORTS] += 1
    d = int(rule.seats_directors)
    v = int(rule.seats_volunteers)
    w.cohorts[c] = NEW_COHORT[0]
    cohort = w.cohorts[c]
    cohort.local = k
    cohort.started = t
    cohort.open = 1
    cohort.directors = d
    cohort.seats = v
    cohort.days = rule.days
    cohort.present = v
    cohort.employers = employers_among(people, at_person, v)
    unready = 0.0
    for a in range(d):
        unready += 1.0 - w.files[queue[at_director + a]].ready
    for a in range(d):
        f = queue[at_director + a]
        w.files[f].cohort = c
        start(w, t, f, cohort.employers / d, unready / d, seed)
    for a in range(v):
        row = people[at_person + a]
        r = np.int64(w.persons[row].link)
        send(w, t, r, row, rule.days)
        place = w.seats[w.counts[N_SEATS]]
        w.counts[N_SEATS] += 1
        place.cohort = c
        place.person = row
        place.link = r
        place.started = t
        place.under_way = SEAT_TAKEN
    local = w.locals[k]
    local.in_session += 1
    local.cohorts_year += 1
    local.waiting -= v
    local.expert_cost += rule.seats_facilitators * rule.days * rule.day_euros


@compiled
def fill(w, t, k, waiting, seed):
    """Queues of local scheme k, and the cohorts that they fill. ``waiting``: its files that wait."""
    local = w.locals[k]
    rule = w.rules[k]
    if local.alive == 0 and local.waiting == 0:
        return
    room = local.waiting + local.partnerships
    queue = np.empty(waiting.shape[0], np.int64)
    people = np.empty(room, np.int64)
    scores = np.empty(room)
    volunteers = volunteers_waiting(w, t, k, people, scores, seed)
    if local.alive == 0:
        return
    directors = directors_waiting(w, t, k, waiting, queue, seed)
    if (t - local.start) % int(rule.cohort_period_months) != 0:
        return
    sort_by(people, scores, people[:volunteers].astype(np.uint64), volunteers)
    n = cohorts_possible(directors, volunteers, rule, local.cohorts_year, local.in_session, local.rigour)
    for c in range(n):
        seat(w, t, k, queue, c * int(rule.seats_directors), people, c * int(rule.seats_volunteers), seed)


@compiled
def cohorts(w, t):
    """Where the format of a scheme is the cohort, directors and volunteers wait, and give up; on its
    dates a local scheme fills as many whole cohorts as it may."""
    waiting, first = by_local(w, files_in(w, ACCEPTED))
    for k in range(w.locals.shape[0]):
        if int(w.rules[k].format) == COHORT and w.locals[k].opened == 1:
            fill(w, t, k, waiting[first[k] : first[k + 1]], w.seed[0])
