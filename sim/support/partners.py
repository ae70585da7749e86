"""Large firms as partners: local schemes open, sites join, tire, leave; persons come back."""

import numpy as np

from sim.compiled import compiled
from sim.draws import JOINING, LEAVING, RETURNING, draw
from sim.maths import exp
from sim.state import CANDIDATE, FREE, LAPSED, LEFT, NEVER, PARTNER, PERSONS_PER_SITE
from sim.support.reach import site_within_reach
from sim.support.rollout import keep_rigour, may_open, opening_rigour, parent_of, train

MEAN_MOTIVES = 1.3


@compiled
def monthly_chance(rate):
    """Chance in a month of an event with this yearly rate: 1 - exp(-rate / 12)."""
    return 1.0 - exp(-rate / 12.0)


@compiled
def next_fatigue(fatigue, strain, recovery):
    """phi' = phi + strain (1 - phi) - k_down phi, clipped to [0, 1]; strain = k_up * days supplied this month
    / (sustainable days a year / 12), summed over the schemes that the site helps."""
    return min(1.0, max(0.0, fatigue + strain * (1.0 - fatigue) - recovery * fatigue))


@compiled
def wear(fatigue, lapsed, weight):
    """Wear of a partner, which its decisions read: (1 - w) phi + w * share of its willing people who have
    stopped after a mission. w = 0: the days asked of a site tire it. w = 1, a rival rule: missions tire its
    people, whatever the days."""
    return (1.0 - weight) * fatigue + weight * lapsed


@compiled
def leaving_rate(base, response, worn, recognition):
    """Yearly rate at which a partner leaves: x_0 exp(x_phi wear) (1 - recognition)."""
    return base * exp(response * worn) * (1.0 - recognition)


@compiled
def pressed_out(response, agenda, base):
    """Multiple of that rate where others weigh more in the agenda: exp(x max(0, a - base))."""
    return exp(response * max(0.0, agenda - base))


@compiled
def joining_rate(base, effort, motives, weight, peers, share):
    """Yearly rate at which a candidate joins: base * effort * (1 - w + w motives / mean motives) * (1 + peers
    * share of the basin's sites that are partners)."""
    return base * effort * (1.0 - weight + weight * motives / MEAN_MOTIVES) * (1.0 + peers * share)


@compiled
def new_year(w, t):
    """In January the yearly counts of sites, persons and paid days start again."""
    if (w.calendar[1] + t) % 12 == 0:
        for s in range(w.sites.shape[0]):
            w.sites[s].missions_year = 0
        for r in range(w.persons.shape[0]):
            w.persons[r].days_year = 0.0
        for k in range(w.locals.shape[0]):
            w.locals[k].paid_days = 0.0
            w.locals[k].cohorts_year = 0


@compiled
def tire(w):
    """Fatigue of every site from the days of last month, which are then forgotten; its wear as a partner."""
    p = w.economy[0]
    for r in range(w.partnerships.shape[0]):
        link = w.partnerships[r]
        site = w.sites[link.site]
        site.strain += w.rules[link.local].fatigue_up * link.load / (site.sustainable / 12.0)
        link.load = 0.0
    for s in range(w.sites.shape[0]):
        site = w.sites[s]
        site.fatigue = next_fatigue(site.fatigue, site.strain, p.fatigue_down)
        site.wear = wear(site.fatigue, 0.0, p.wear_of_people)
        site.strain = 0.0
    if p.wear_of_people > 0.0:
        wear_people(w)


@compiled
def wear_people(w):
    """Wear of the sites that lend people: those who have stopped among those who are willing, in the scheme
    of the site that asks most of them."""
    people = np.zeros(w.sites.shape[0], np.int64)
    for r in range(w.partnerships.shape[0]):
        link = w.partnerships[r]
        people[link.site] = max(people[link.site], int(w.rules[link.local].willing))
    for s in range(w.sites.shape[0]):
        lapsed = 0
        for row in range(s * PERSONS_PER_SITE, s * PERSONS_PER_SITE + people[s]):
            lapsed += w.persons[row].state == LAPSED
        if people[s] > 0:
            site = w.sites[s]
            site.wear = wear(site.fatigue, lapsed / people[s], w.economy[0].wear_of_people)


@compiled
def open_scheme(w, t, k):
    """A local scheme opens with its founders and its fund."""
    local = w.locals[k]
    rule = w.rules[k]
    if parent_of(w, local.scheme) == NEVER:
        local.trained = rule.facilitators  # those of the first place know their work
    local.rigour = opening_rigour(w, k)
    local.opened = 1
    local.alive = 1
    endowment = rule.fund_euros
    if t >= w.calendar[3]:
        endowment += rule.state_endowment_euros
    local.fund += endowment
    local.endowed += endowment
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        link = w.partnerships[r]
        if link.founder == 1:
            link.state = PARTNER
            link.joined = t


@compiled
def move_partners(w, t, k, seed):
    """Departures, then arrivals, of the month. Returns the number of partners."""
    p = w.economy[0]
    rule = w.rules[k]
    local = w.locals[k]
    first = local.first_partnership
    last = first + local.partnerships
    share = local.partners / max(local.partnerships, 1)
    recognition = rule.recognition * rule.recognition_effect
    pressed = pressed_out(rule.exit_agenda, local.agenda, rule.votes_base)
    partners = 0
    for r in range(first, last):
        link = w.partnerships[r]
        site = w.sites[link.site]
        if link.state == PARTNER:
            rate = leaving_rate(rule.exit_rate, rule.exit_fatigue, site.wear, recognition) * pressed
            if link.joined < t and draw(seed, LEAVING, site.entity, t, local.code) < monthly_chance(rate):
                link.state = LEFT
                link.left = t
        elif link.state == CANDIDATE or t - link.left >= rule.rejoin_months:
            rate = joining_rate(
                rule.join_rate, rule.recruiting_effort, site.motives, p.join_motives, p.join_peers, share
            )
            if draw(seed, JOINING, site.entity, t, local.code) < monthly_chance(rate) and site_within_reach(
                rule, site.entity, local.code, seed
            ):
                link.state = PARTNER
                link.joined = t
        partners += link.state == PARTNER
    return partners


@compiled
def bring_back_persons(w, t, k, seed):
    """Persons who had stopped return slowly to the volunteers of their site."""
    rule = w.rules[k]
    local = w.locals[k]
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        link = w.partnerships[r]
        for j in range(int(rule.willing)):
            row = link.site * PERSONS_PER_SITE + j
            person = w.persons[row]
            stopped = person.state == LAPSED and person.local == k
            if stopped and draw(seed, RETURNING, row, t, 0) < rule.recovery:
                person.state = FREE


@compiled
def partners(w, t):
    """Phase 6. Sites tire or rest; schemes open; partners leave and join; a scheme with too few closes."""
    seed = w.seed[0]
    new_year(w, t)
    tire(w)
    train(w)
    keep_rigour(w)
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        if t == local.start and not may_open(w, t, k):
            local.start = t + 1  # it asks again next month
        if t == local.start:
            open_scheme(w, t, k)
        if t >= local.start:
            bring_back_persons(w, t, k, seed)  # also once the scheme has closed
        if local.alive == 0:
            continue
        local.partners = move_partners(w, t, k, seed)
        if local.partners < w.rules[k].partners_min:
            local.alive = 0
            local.closed = t
