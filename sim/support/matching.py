"""An accepted file meets a volunteer: requests to partners, persons, paid experts."""

import numpy as np

from sim.compiled import compiled
from sim.draws import NEED, PERSON, REQUEST, draw
from sim.maths import power
from sim.state import (
    ACCEPTED,
    DEAD,
    FREE,
    LOST,
    MARKET,
    MISSION,
    N_OPEN,
    NEVER,
    OFFERED,
    ON_MISSION,
    OPEN,
    PARTNER,
    PERSONS_PER_SITE,
    STARTED,
    UNSERVED,
)
from sim.support.care import care, slow_down
from sim.support.finance import pay_advance
from sim.support.selection import end_file


@compiled
def acceptance_chance(base, fatigue, exponent):
    """Chance that a partner says yes: A_0 (1 - phi)**``acceptance_fatigue``."""
    if fatigue >= 1.0:
        return 0.0
    return base * power(1.0 - fatigue, exponent)


@compiled
def is_free(w, row, days):
    """Whether a person can take on ``days`` more this calendar year."""
    person = w.persons[row]
    return person.state == FREE and person.days_year + days <= w.economy[0].person_days_max


@compiled
def best_person(w, site, willing, days, uid, applied, seed):
    """The free person of a site with the highest keyed draw for this file; NEVER if none."""
    best = NEVER
    highest = -1.0
    for j in range(willing):
        row = site * PERSONS_PER_SITE + j
        if is_free(w, row, days):
            u = draw(seed, PERSON, uid, applied, row)
            if u > highest:
                highest = u
                best = row
    return best


@compiled
def can_be_asked(w, t, link, rule):
    """Whether a partner site may be asked: not over its cap of the year, rested, somebody free."""
    site = w.sites[link.site]
    if link.state != PARTNER or site.missions_year >= rule.missions_per_site_year:
        return False
    if site.last_start != NEVER and t - site.last_start < rule.rest_months:
        return False
    for j in range(int(rule.willing)):
        if is_free(w, link.site * PERSONS_PER_SITE + j, rule.days):
            return True
    return False


@compiled
def next_to_ask(w, t, k, rule):
    """The partner asked least recently among those that may be asked this month, the first of its basin among
    equals; NEVER if none."""
    local = w.locals[k]
    found = NEVER
    oldest = t
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        link = w.partnerships[r]
        if link.asked < oldest and can_be_asked(w, t, link, rule):
            oldest = link.asked
            found = r
    return found


@compiled
def next_beyond(w, t, k, rule):
    """The same among partners of the other basins of the region, of local schemes of the same scheme that
    pool their partners too."""
    local = w.locals[k]
    region = w.basins[local.basin].region
    found = NEVER
    oldest = t
    for b in range(w.basins.shape[0]):
        other = w.local_of[local.scheme, b]
        if b == local.basin or other == NEVER or w.basins[b].region != region:
            continue
        if w.locals[other].alive == 0 or w.rules[other].pooling <= 0.0:
            continue
        r = next_to_ask(w, t, other, rule)
        if r != NEVER and w.partnerships[r].asked < oldest:
            oldest = w.partnerships[r].asked
            found = r
    return found


@compiled
def send(w, t, r, row, days):
    """Person ``row`` of partnership r leaves on a mission."""
    link = w.partnerships[r]
    site = w.sites[link.site]
    person = w.persons[row]
    if person.state == OFFERED:
        w.partnerships[person.link].offered -= 1
    person.state = ON_MISSION
    person.missions += 1
    person.local = link.local
    person.days_year += days
    site.missions_year += 1
    site.last_start = t
    w.locals[link.local].missions += 1


@compiled
def start(w, t, f, views, unready, seed):
    """The pathway of file f starts: the need is read, rightly or not; an advance may be paid; the director
    has less time for the firm. ``views``: different employers a firm that look at its case; ``unready``:
    share of the directors in it who are not ready to commit."""
    file = w.files[f]
    k = file.local
    rule = w.rules[k]
    file.state = STARTED
    file.started = t
    file.agreed = rule.days
    opened = w.projects[file.project].opened
    chance = rule.need_reading + rule.need_reading_capability * (w.smes[file.firm].capability - 0.5)
    file.read_rightly = draw(seed, NEED, w.uid[file.firm], opened, w.locals[k].code) < chance
    pay_advance(w, t, f, seed)
    file.care = care(rule, w.locals[k].rigour, views, unready)
    slow_down(w, f, rule)
    w.locals[k].expert_cost += rule.preparation * rule.preparation_euros


@compiled
def ask_partners(w, t, f, rule, seed):
    """Asks at most ``requests_per_month`` partners, least recently asked first. True if one sends
    somebody."""
    file = w.files[f]
    uid = w.uid[file.firm]
    for attempt in range(int(rule.requests_per_month)):
        r = next_to_ask(w, t, file.local, rule)
        base = rule.acceptance
        if r == NEVER and rule.pooling > 0.0:
            r = next_beyond(w, t, file.local, rule)
            base *= rule.pooling_acceptance
        if r == NEVER:
            return False
        link = w.partnerships[r]
        link.asked = t
        chance = acceptance_chance(base, w.sites[link.site].wear, rule.acceptance_fatigue)
        if draw(seed, REQUEST, uid, t, attempt) < chance:
            file.person = best_person(w, link.site, int(rule.willing), rule.days, uid, file.applied, seed)
            file.link = r
            send(w, t, r, np.int64(file.person), rule.days)
            return True
    return False


@compiled
def hire_expert(w, f, rule):
    """Buys the days of a paid expert within the yearly budget. True if it could."""
    local = w.locals[w.files[f].local]
    if rule.days <= 0.0 or local.paid_days + rule.days > rule.paid_days_per_year:
        return False
    local.paid_days += rule.days
    local.paid_days_total += rule.days
    local.expert_cost += rule.days * rule.day_euros
    local.firm_cost += rule.firm_share * rule.days * rule.day_euros
    w.files[f].paid = 1
    return True


@compiled
def lends_persons(rule):
    """Whether help is a volunteer on a mission: so it is in a market place too, where members lend skills."""
    return int(rule.format) == MISSION or int(rule.format) == MARKET


@compiled
def release_file(w, t, f, state):
    """An accepted file ends without help."""
    w.locals[w.files[f].local].under_way -= 1
    end_file(w, t, f, state)


@compiled
def matching(w, t):
    """Accepted files, oldest first, ask partners; those that wait too long, or whose scheme has
    closed, or whose project is decided, lapse."""
    seed = w.seed[0]
    for a in range(w.counts[N_OPEN]):
        f = w.open_files[a]
        file = w.files[f]
        if file.state != ACCEPTED:
            continue
        rule = w.rules[file.local]
        if w.smes[file.firm].status == DEAD:
            release_file(w, t, f, LOST)
        elif w.locals[file.local].alive == 0 or w.projects[file.project].state != OPEN:
            release_file(w, t, f, UNSERVED)
        elif lends_persons(rule) and (ask_partners(w, t, f, rule, seed) or hire_expert(w, f, rule)):
            start(w, t, f, 1.0, 1.0 - file.ready, seed)
        elif t - file.accepted >= rule.patience_months:
            release_file(w, t, f, UNSERVED)
