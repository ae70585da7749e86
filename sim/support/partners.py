"""Large firms as partners: local schemes open, sites join, tire, leave; persons come back."""

import numpy as np

from sim.compiled import compiled, inlined
from sim.draws import JOINING, LEAVING, RETURNING, dense_words, draw, fine, stream_key
from sim.maths import exp
from sim.state import CANDIDATE, FREE, LAPSED, LEFT, NEVER, PARTNER, PERSONS_PER_SITE
from sim.support.reach import site_within_reach
from sim.support.rollout import keep_rigour, may_open, opening_rigour, parents_and_living, train, turn

MEAN_MOTIVES = 1.3


@inlined
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


@inlined
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
    parents, _ = parents_and_living(w)
    if parents[local.scheme] == NEVER:
        local.trained = rule.facilitators  # those of the first place know their work
    local.rigour = opening_rigour(w, k)
    local.turn = turn(w, t, k)
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
def rates_of_moving(w):
    """Yearly rates at which each site leaves a local scheme of which it is a partner, or joins one of which
    it is none."""
    p = w.economy[0]
    n = w.partnerships.shape[0]
    base, response, worn = np.empty(n), np.zeros(n), np.empty(n)
    recognition, pressed = np.zeros(n), np.ones(n)
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        rule = w.rules[k]
        share = local.partners / max(local.partnerships, 1)
        recognised = rule.recognition * rule.recognition_effect
        out = pressed_out(rule.exit_agenda, local.agenda, rule.votes_base)
        for r in range(local.first_partnership, local.first_partnership + local.partnerships):
            link = w.partnerships[r]
            site = w.sites[link.site]
            worn[r] = site.wear
            if link.state == PARTNER:
                base[r], response[r], recognition[r] = rule.exit_rate, rule.exit_fatigue, recognised
                pressed[r] = out
            else:
                base[r] = joining_rate(
                    rule.join_rate, rule.recruiting_effort, site.motives, p.join_motives, p.join_peers, share
                )
    for r in range(n):  # for who joins all but the base is nil: the rate is the base, to the bit
        base[r] = leaving_rate(base[r], response[r], worn[r], recognition[r]) * pressed[r]
    return base


@compiled
def draws_of_moving(w, t, seed):
    """Uniforms that decide whether each partner leaves (LEAVING) and each other site joins (JOINING)."""
    n = w.partnerships.shape[0]
    entities, codes = np.empty(n, np.uint64), np.empty(n, np.int64)
    for r in range(n):
        link = w.partnerships[r]
        entities[r] = w.sites[link.site].entity
        codes[r] = w.locals[link.local].code
    leaving, joining = stream_key(seed, LEAVING), stream_key(seed, JOINING)
    keys = np.empty(n, np.uint64)
    for r in range(n):
        keys[r] = leaving if w.partnerships[r].state == PARTNER else joining
    draws = np.empty(n)
    for r in range(n):
        w0, w1, _, _ = dense_words(keys[r], entities[r], np.uint64(t), np.uint64(codes[r]))
        draws[r] = fine(w0, w1)
    return draws


@compiled
def who_moves(w, t, seed):
    """For each partnership whether the site would leave this month, if it is a partner, or join."""
    rates = rates_of_moving(w)
    draws = draws_of_moving(w, t, seed)
    found = np.empty(rates.shape[0], np.int64)
    for r in range(rates.shape[0]):
        found[r] = draws[r] < monthly_chance(rates[r])
    return found


@compiled
def move_partners(w, t, k, moves, seed):
    """Departures, then arrivals, of the month. ``moves``: who would move, see ``who_moves``. Returns the
    number of partners."""
    rule = w.rules[k]
    local = w.locals[k]
    first = local.first_partnership
    partners = 0
    for r in range(first, first + local.partnerships):
        link = w.partnerships[r]
        if link.state == PARTNER:
            if moves[r] == 1 and link.joined < t:
                link.state = LEFT
                link.left = t
        elif (
            moves[r] == 1
            and (link.state == CANDIDATE or t - link.left >= rule.rejoin_months)
            and site_within_reach(rule, w.sites[link.site].entity, local.code, seed)
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
        for j in range(int(rule.willing) if link.lapsed > 0 else 0):
            row = link.site * PERSONS_PER_SITE + j
            person = w.persons[row]
            stopped = person.state == LAPSED and person.local == k
            if stopped and draw(seed, RETURNING, row, t, 0) < rule.recovery:
                person.state = FREE
                link.lapsed -= 1


@compiled
def partners(w, t):
    """Sites tire or rest; schemes open; partners leave and join; a scheme with too few closes."""
    seed = w.seed[0]
    new_year(w, t)
    tire(w)
    parents, living = parents_and_living(w)
    train(w, parents)
    keep_rigour(w, parents, living)
    moves = who_moves(w, t, seed)
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
        local.partners = move_partners(w, t, k, moves, seed)
        if local.partners < w.rules[k].partners_min:
            local.alive = 0
            local.closed = t
