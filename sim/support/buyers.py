"""Large buyers: how much of what they buy comes from SMEs, and what they commit themselves to."""

from sim.compiled import compiled
from sim.economy.sectors import TURNOVER_PER_JOB
from sim.maths import exp
from sim.state import NEVER, PARTNER


@compiled
def purchases(jobs, sector, share):
    """Purchases of a buyer in a year, in euros: jobs * turnover a job * share of turnover."""
    return jobs * TURNOVER_PER_JOB[sector] * share


@compiled
def approach(share, aim, speed):
    """A month's approach of the SMEs' part to what was committed: s + (s* - s) (1 - e**(-speed / 12)), so
    that after y years s = s_0 + g (1 - e**(-speed y)), g = s* - s_0."""
    return share + (aim - share) * (1.0 - exp(-speed / 12.0))


@compiled
def commit(w, t, k):
    """Buyers of local scheme k commit themselves, when they enter the national pact and again after some
    years, and move towards what they committed."""
    rule = w.rules[k]
    if rule.national_pact <= 0.0:
        return
    local = w.locals[k]
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        if w.partnerships[r].state != PARTNER:
            continue
        buyer = w.buyers[r]
        again = rule.recommitment_months > 0.0 and t - buyer.committed >= rule.recommitment_months
        if buyer.committed == NEVER or again:
            buyer.committed = t
            buyer.aim = min(1.0, buyer.share * (1.0 + rule.commitment_gain * rule.national_pact))
        else:
            buyer.share = approach(buyer.share, buyer.aim, rule.commitment_speed)


@compiled
def mean_share(w, k):
    """Part of the purchases of the partners of local scheme k that SMEs have; 0 without partners, and once
    it is closed."""
    local = w.locals[k]
    total = 0.0
    of_smes = 0.0
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        link = w.partnerships[r]
        if link.state == PARTNER and local.alive == 1:
            site = w.sites[link.site]
            bought = purchases(site.jobs, site.sector, 1.0)
            total += bought
            of_smes += bought * w.buyers[r].share
    return of_smes / total if total > 0.0 else 0.0
