"""Volunteers: they wait for a cohort, give days, are called back, learn, come home."""

import numpy as np

from sim.compiled import compiled
from sim.draws import LAPSING, OFFER, RECALL, RELEASE, STANDING, WITHDRAWAL, draw, draw_into
from sim.maths import saturating
from sim.state import (
    FREE,
    LAPSED,
    N_SEATED,
    N_SEATS,
    NEVER,
    OFFERED,
    PARTNER,
    PERSONS_PER_SITE,
    SEAT_EMPTY,
    SEAT_OVER,
    SEAT_TAKEN,
)
from sim.support.matching import acceptance_chance, can_be_asked, is_free

ROUNDED_UP = 1.0 + 1e-9  # so that rounding leaves nobody out


@compiled
def learnt(skill, learning, quality, days, half_days):
    """Skill after a mission outside the usual setting: s + l quality (1 - s) (1 - 2**(-days / half))."""
    return skill + learning * quality * (1.0 - skill) * saturating(days, half_days)


@compiled
def learn(w, row, rule, care, days):
    """Person ``row`` has given ``days`` to the end."""
    person = w.persons[row]
    person.skill = learnt(person.skill, rule.volunteer_learning, rule.quality * care, days, rule.half_days)


@compiled
def come_home(w, t, row, r, seed):
    """The mission of a person ends; some persons stop for a while."""
    rule = w.rules[w.partnerships[r].local]
    stop = rule.lapse * (1.0 - rule.recognition * rule.recognition_effect)
    w.persons[row].state = FREE
    if draw(seed, LAPSING, row, t, 0) < stop:
        w.persons[row].state = LAPSED
        w.partnerships[r].lapsed += 1


@compiled
def give_days(w, r, days):
    """A volunteer of partnership r gives days this month."""
    link = w.partnerships[r]
    link.load += days
    w.sites[link.site].days_total += days
    w.locals[link.local].days += days


@compiled
def offer_chance(base, fatigue, exponent, rise, recognition):
    """Chance in a month that a partner releases a person for a cohort: o (1 - phi)**x (1 + rise *
    recognition), at most 1."""
    return min(1.0, acceptance_chance(base, fatigue, exponent) * (1.0 + rise * recognition))


@compiled
def offers(w, t, k, seed):
    """Uniforms that decide whether each site of local scheme k releases a person this month."""
    local = w.locals[k]
    entities = np.empty(local.partnerships, np.uint64)
    for a in range(local.partnerships):
        entities[a] = w.sites[w.partnerships[local.first_partnership + a].site].entity
    draws = np.empty(entities.shape[0])
    draw_into(draws, seed, OFFER, entities, t, local.code)
    return draws


@compiled
def released_person(w, t, r, rule, u, seed):
    """The person that partner r releases this month (highest keyed draw among the free) if a uniform falls
    below its chance; NEVER if none."""
    link = w.partnerships[r]
    if link.state != PARTNER:
        return NEVER
    if u >= rule.offer_rate * (1.0 + rule.recognition_offer * rule.recognition) * ROUNDED_UP:
        return NEVER  # the chance of a partner that nothing has worn is not higher
    if not can_be_asked(w, t, link, rule):
        return NEVER
    worn = w.sites[link.site].wear
    if u >= offer_chance(
        rule.offer_rate, worn, rule.acceptance_fatigue, rule.recognition_offer, rule.recognition
    ):
        return NEVER
    first = link.site * PERSONS_PER_SITE
    rows = np.empty(int(rule.willing), np.uint64)
    for j in range(rows.shape[0]):
        rows[j] = first + j
    draws = np.empty(rows.shape[0])
    draw_into(draws, seed, RELEASE, rows, t, 0)
    best = NEVER
    highest = -1.0
    for j in range(rows.shape[0]):
        if draws[j] > highest and is_free(w, first + j, rule.days):
            highest = draws[j]
            best = first + j
    return best


@compiled
def one_more(site, kept, rule):
    """Whether a site of which ``kept`` persons wait may have one more wait: all of them may be seated in one
    month, and stay within its cap of the year; a site that rests between missions has one wait at a time."""
    return site.missions_year + kept < rule.missions_per_site_year and (kept == 0 or rule.rest_months <= 0.0)


@compiled
def still_waits(w, t, row, r, kept, rule, seed):
    """Whether a person offered in an earlier month still waits: its employer is a partner that may be asked,
    has not called it back, and it has the days. ``kept``: persons of the site who do, before it."""
    link = w.partnerships[r]
    site = w.sites[link.site]
    person = w.persons[row]
    if w.locals[link.local].alive == 0 or link.state != PARTNER or not one_more(site, kept, rule):
        return False
    if site.last_start != NEVER and t - site.last_start < rule.rest_months:
        return False
    if person.days_year + rule.days > w.economy[0].person_days_max:
        return False
    return draw(seed, WITHDRAWAL, row, t, w.locals[link.local].code) >= rule.offer_lapse


@compiled
def volunteers_waiting(w, t, k, people, scores, seed):
    """Volunteers who wait for a cohort of local scheme k, those released this month among them, in row order,
    with their keyed rank. Returns how many."""
    local = w.locals[k]
    rule = w.rules[k]
    draws = offers(w, t, k, seed)
    n = 0
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        link = w.partnerships[r]
        first = link.site * PERSONS_PER_SITE
        kept = np.int64(0)  # a plain 0 would be compiled for by itself
        for row in range(first, first + (int(rule.willing) if link.offered > 0 else 0)):
            person = w.persons[row]
            if person.state == OFFERED and person.local == k:
                if still_waits(w, t, row, r, kept, rule, seed):
                    kept += 1
                else:
                    person.state = FREE
                    link.offered -= 1
        asks = local.alive == 1 and one_more(w.sites[link.site], kept, rule)
        new = released_person(w, t, r, rule, draws[r - local.first_partnership], seed) if asks else NEVER
        if new != NEVER:
            w.persons[new].state = OFFERED
            w.persons[new].local = k
            w.persons[new].link = r
            w.persons[new].offered = t
            link.offered += 1
        for row in range(first, first + (int(rule.willing) if link.offered > 0 else 0)):
            person = w.persons[row]
            if person.state == OFFERED and person.local == k:
                people[n] = row
                scores[n] = draw(seed, STANDING, row, person.offered, local.code)
                n += 1
    local.waiting = n
    return n


@compiled
def end_cohort(w, c):
    """A cohort is over; whoever led it is free again."""
    if w.cohorts[c].open == 1:
        w.cohorts[c].open = 0
        w.locals[w.cohorts[c].local].in_session -= 1


@compiled
def session(w, t, e, seed):
    """A month of seat e: the volunteer gives days, is called back, or comes to the end."""
    place = w.seats[e]
    r = place.link
    k = w.partnerships[r].local
    rule = w.rules[k]
    days = w.cohorts[place.cohort].days
    last = t - place.started + 1 >= rule.path_months
    recall = rule.recall * (1.0 - rule.recognition * rule.recognition_effect)
    if place.under_way == SEAT_TAKEN and draw(seed, RECALL, place.person, t, w.locals[k].code) < recall:
        place.under_way = SEAT_EMPTY
        w.cohorts[place.cohort].present -= 1
        come_home(w, t, place.person, r, seed)
    if place.under_way == SEAT_TAKEN:
        give_days(w, r, days / rule.path_months * rule.attendance)
        if last:
            learn(w, place.person, rule, w.locals[k].rigour, days * rule.attendance)
            come_home(w, t, place.person, r, seed)
    if last:
        place.under_way = SEAT_OVER
        end_cohort(w, place.cohort)


@compiled
def volunteers_of_cohorts(w, t, seed):
    """Volunteers of cohorts give their days until the pathway ends, whoever drops out."""
    for e in range(w.counts[N_SEATED], w.counts[N_SEATS]):
        if w.seats[e].under_way != SEAT_OVER:
            session(w, t, e, seed)
    while w.counts[N_SEATED] < w.counts[N_SEATS] and w.seats[w.counts[N_SEATED]].under_way == SEAT_OVER:
        w.counts[N_SEATED] += 1  # seats that are over need not be looked at again
