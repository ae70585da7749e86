"""Cohorts: several directors and more volunteers start together on a date, or not at all."""

import numpy as np

from sim.compiled import compiled
from sim.draws import OFFER, PRIORITY, QUEUE, RELEASE, draw
from sim.state import (
    ACCEPTED,
    COHORT,
    N_COHORTS,
    N_OPEN,
    N_SEATS,
    NEVER,
    PERSONS_PER_SITE,
    UNSERVED,
)
from sim.support.matching import acceptance_chance, can_be_asked, is_free, release_file, send, start
from sim.support.selection import rank


@compiled
def directors_waiting(w, t, k, queue, seed):
    """Files of local scheme k that wait for a seat, in the order of their keyed priority. Impatient directors
    give up first. Writes rows into ``queue``; returns how many."""
    n = np.int64(0)
    code = w.locals[k].code
    for a in range(w.counts[N_OPEN]):
        f = w.open_files[a]
        file = w.files[f]
        if file.local != k or file.state != ACCEPTED:
            continue
        if file.accepted < t and draw(seed, QUEUE, w.uid[file.firm], t, code) < w.rules[k].queue_lapse:
            release_file(w, t, f, UNSERVED)
            continue
        queue[n] = f
        n += 1
    scores = np.empty(n)
    uids = np.empty(n, np.uint64)
    order = np.empty(n, np.int64)
    for a in range(n):
        file = w.files[queue[a]]
        uids[a] = w.uid[file.firm]
        scores[a] = draw(seed, PRIORITY, uids[a], file.applied, code)
    rank(scores, uids, order, n)
    sorted_rows = queue[:n].copy()
    for a in range(n):
        queue[a] = sorted_rows[order[a]]
    return n


@compiled
def released_person(w, t, r, rule, seed):
    """The person that partner r releases this month (highest keyed draw among the free); NEVER if none."""
    link = w.partnerships[r]
    site = w.sites[link.site]
    if not can_be_asked(w, t, link, rule):
        return NEVER
    chance = acceptance_chance(rule.offer_rate, site.fatigue, rule.acceptance_fatigue)
    if draw(seed, OFFER, site.entity, t, w.locals[link.local].code) >= chance:
        return NEVER
    best = NEVER
    highest = -1.0
    for j in range(int(rule.willing)):
        row = link.site * PERSONS_PER_SITE + j
        u = draw(seed, RELEASE, row, t, 0)
        if u > highest and is_free(w, row, rule.days):
            highest = u
            best = row
    return best


@compiled
def volunteers_offered(w, t, k, people, links, seed):
    """At most one person a partner site, in the order of the basin. Returns how many."""
    local = w.locals[k]
    n = 0
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        row = released_person(w, t, r, w.rules[k], seed)
        if row != NEVER:
            people[n] = row
            links[n] = r
            n += 1
    return n


@compiled
def seat(w, t, k, queue, at_director, people, links, at_person, seed):
    """Starts one whole cohort with the next directors and volunteers in line."""
    rule = w.rules[k]
    c = w.counts[N_COHORTS]
    w.counts[N_COHORTS] += 1
    for a in range(int(rule.seats_directors)):
        f = queue[at_director + a]
        w.files[f].cohort = c
        start(w, t, f, seed)
    for a in range(int(rule.seats_volunteers)):
        row = people[at_person + a]
        send(w, t, links[at_person + a], row, rule.days)
        place = w.seats[w.counts[N_SEATS]]
        w.counts[N_SEATS] += 1
        place.cohort = c
        place.person = row
        place.link = links[at_person + a]
        place.started = t
        place.under_way = 1


@compiled
def cohorts(w, t):
    """Phase 10, for schemes whose format is the cohort. On its dates a local scheme fills as many whole
    cohorts as directors and volunteers allow."""
    seed = w.seed[0]
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        rule = w.rules[k]
        if local.alive == 0 or int(rule.format) != COHORT:
            continue
        if (t - local.start) % int(rule.cohort_period_months) != 0:
            continue
        queue = np.empty(w.counts[N_OPEN], np.int64)
        people = np.empty(local.partnerships, np.int64)
        links = np.empty(local.partnerships, np.int64)
        directors = directors_waiting(w, t, k, queue, seed)
        volunteers = volunteers_offered(w, t, k, people, links, seed)
        d = int(rule.seats_directors)
        v = int(rule.seats_volunteers)
        for c in range(min(directors // d, volunteers // v)):
            seat(w, t, k, queue, c * d, people, links, c * v, seed)
