"""Sponsorship: a large group of the pôle holds up a mirror to a new member, on strategy and organisation."""

from sim.compiled import compiled
from sim.draws import SPONSOR, draw_pair
from sim.economy.population import set_factors
from sim.state import N_ALUMNI, NEVER, PARTNER, PERSONS_PER_SITE
from sim.support.effects import NEGLIGIBLE, learn_more

ROUNDING = 1e-9  # days


@compiled
def sponsor_of(w, k, u):
    """The partner of local scheme k that a uniform falls on; NEVER if there is none."""
    local = w.locals[k]
    place = int(u * local.partners)
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        if w.partnerships[r].state == PARTNER:
            if place == 0:
                return r
            place -= 1
    return NEVER


@compiled
def days_left(persons, most):
    """Days that these persons have left this year, of ``most`` each, whatever scheme they gave the others
    to."""
    left = 0.0
    for a in range(persons.shape[0]):
        left += most - persons[a].days_year
    return left


@compiled
def share_out(persons, days, left, most):
    """Books days of sponsorship on these persons, in proportion to what each has left of the year."""
    for a in range(persons.shape[0]):
        persons[a].days_year += days * ((most - persons[a].days_year) / left)


@compiled
def sponsor(w, i, k, seed):
    """Firm i, a new member of local scheme k, may get a sponsor, whose days tire its site and raise the
    firm's capability as those of any help do. A group whose willing persons have no days left this year takes
    no other firm."""
    rule = w.rules[k]
    local = w.locals[k]
    days = rule.sponsor_days
    if days <= 0.0 or rule.sponsorship <= 0.0:
        return
    u, v = draw_pair(seed, SPONSOR, w.uid[i], 0, local.code)
    r = sponsor_of(w, k, v) if u < rule.sponsorship else NEVER
    if r == NEVER:
        return
    link = w.partnerships[r]
    p = w.economy[0]
    first = link.site * PERSONS_PER_SITE
    persons = w.persons[first : first + int(rule.willing)]
    left = days_left(persons, p.person_days_max)
    if left + ROUNDING < days:
        return
    share_out(persons, days, left, p.person_days_max)
    link.load += days
    w.sites[link.site].days_total += days
    local.days += days
    sme = w.smes[i]
    dip = w.files[sme.file].dip if sme.file != NEVER else 0.0
    fresh = sme.capability + dip - sme.baseline < NEGLIGIBLE and sme.advice == 0.0
    quality = rule.quality * local.service
    learn_more(sme, dip, p.capability_gain, quality, days, rule.half_days, p)
    set_factors(w, i, p)
    if fresh and sme.capability + dip > sme.baseline:
        w.alumni[w.counts[N_ALUMNI]] = i
        w.counts[N_ALUMNI] += 1
