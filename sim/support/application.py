"""Firms with a project ask for help."""

import numpy as np

from sim.compiled import compiled
from sim.draws import APPLICATION, draw
from sim.economy.sectors import INDUSTRIES
from sim.maths import exp, power
from sim.state import (
    ACTIVE,
    APPLIED,
    MARKET,
    N_ACTIVE,
    N_FILES,
    N_OPEN,
    NEVER,
    OPEN,
    TRANSITION,
)
from sim.support.awareness import is_aware
from sim.support.membership import is_member
from sim.support.screening import is_ready

SIZE_FACTOR_MAX = 6.0


@compiled
def size_factor(size, exponent, above):
    """Response of applications to size: (n / 10)**x above the size where it holds, at most 6."""
    if size <= above or exponent == 0.0:
        return 1.0
    return min(SIZE_FACTOR_MAX, power(size / 10.0, exponent))


@compiled
def application_chance(rate, openness, hassle, by_size, by_age):
    """Monthly chance that an aware firm with an eligible project applies: alpha o (1 - hassle) times the
    factors of size and age, at most 1."""
    return min(1.0, rate * openness * (1.0 - hassle) * by_size * by_age)


@compiled
def share_factor(response, share):
    """What is left of applications when firms pay this share of the price: exp(-response * share)."""
    return exp(-response * share) if response > 0.0 else 1.0


@compiled
def search_factor(cost, integration):
    """What is left of applications where a part of the offer is scattered: 1 - cost (1 - integration)."""
    return 1.0 - cost * (1.0 - integration)


@compiled
def door(rule, sector):
    """Factors of applications that sector, price and search make together."""
    by_industry = rule.application_industry if sector < INDUSTRIES else 1.0
    by_share = share_factor(rule.share_response, rule.firm_share)
    return by_industry * by_share * search_factor(rule.search_cost, rule.integration)


@compiled
def is_eligible(rule, t, status, size, project):
    """Whether a firm with this project may apply: SME, size, kind of project, jobs at stake, other tools
    tried, and enough time left before the firm decides."""
    structuring = project.need <= TRANSITION
    return (
        project.due - t >= rule.months_needed
        and t - project.opened >= rule.last_resort_months
        and project.jobs >= rule.jobs_min
        and (
            (structuring and rule.takes_structuring > 0.0) or (not structuring and rule.takes_expansion > 0.0)
        )
        and status == ACTIVE
        and rule.size_min <= size < rule.size_max
    )


@compiled
def soonest(w):
    """Fewest months that any living local scheme needs before a firm decides: projects due sooner have no use
    for any of them."""
    months = np.inf
    for k in range(w.locals.shape[0]):
        if w.locals[k].alive == 1:
            months = min(months, w.rules[k].months_needed)
    return months


@compiled
def make_file(w, t, i, q, k, attempt):
    """A new file of firm i for project q at local scheme k."""
    f = w.counts[N_FILES]
    w.counts[N_FILES] += 1
    w.open_files[w.counts[N_OPEN]] = f
    w.counts[N_OPEN] += 1
    file = w.files[f]
    file.firm = i
    file.project = q
    file.local = k
    file.applied = t
    file.decided = NEVER
    file.accepted = NEVER
    file.started = NEVER
    file.ended = NEVER
    file.state = APPLIED
    file.attempt = attempt
    file.person = NEVER
    file.link = NEVER
    file.cohort = NEVER
    file.need = w.projects[q].need
    file.theme = NEVER
    file.plan = NEVER
    file.care = 1.0
    file.ready = is_ready(w, t, i, q, k)
    file.size = w.size[i]
    file.jobs = w.projects[q].jobs
    file.young = 1 if t - w.born[i] < w.rules[k].age_min_months else 0
    w.smes[i].file = f
    w.projects[q].tried += 1


@compiled
def lends_now(rule):
    """Whether firms may ask for help: in a market place, once its members lend skills."""
    return int(rule.format) != MARKET or rule.skills_axis > 0.0


@compiled
def knows(w, t, i, s, k):
    """Whether firm i knows that it may ask for help at local scheme k: members of a market place do, others
    there do not; elsewhere whoever is aware of the scheme does."""
    if int(w.rules[k].format) == MARKET:
        return is_member(w, s, i)
    return is_aware(w, t, i, s, k)


@compiled
def application(w, t):
    """Phase 8. Each open project of a firm without a file under way may come to each scheme of its basin, in
    the order of the schemes; it comes to one at most."""
    seed = w.seed[0]
    needed = soonest(w)
    for a in range(w.counts[N_ACTIVE]):
        q = w.active[a]
        project = w.projects[q]
        if project.state != OPEN or project.tried > 0 or project.due - t < needed:
            continue
        i = project.firm
        sme = w.smes[i]
        if sme.file != NEVER:
            continue
        for s in range(w.local_of.shape[0]):
            k = w.local_of[s, sme.basin]
            if k == NEVER or w.locals[k].alive == 0:
                continue
            rule = w.rules[k]
            if not lends_now(rule) or not is_eligible(rule, t, sme.status, w.size[i], project):
                continue
            by_age = rule.young_application if t - w.born[i] < rule.age_min_months else 1.0
            rate = rule.application_rate * door(rule, w.sector[i])
            u = draw(seed, APPLICATION, w.uid[i], t, w.locals[k].code)
            if u >= application_chance(rate, sme.openness, rule.hassle, SIZE_FACTOR_MAX, by_age):
                continue  # most end here, without the power
            by_size = size_factor(w.size[i], rule.application_size, rule.application_size_from)
            chance = application_chance(rate, sme.openness, rule.hassle, by_size, by_age)
            if u < chance and knows(w, t, i, s, k):
                make_file(w, t, i, q, np.int64(k), np.int64(0))
                break
