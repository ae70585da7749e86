"""Firms with a project ask for help."""

import numpy as np

from sim.columns import take
from sim.compiled import compiled
from sim.draws import APPLICATION, draw_each
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
from sim.support.coordination import crowding_factor, neighbours
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
def is_eligible(rule, t, size, project):
    """Whether an SME of this size may apply with this project: size, kind of project, jobs at stake, other
    tools tried, and enough time left before the firm decides."""
    structuring = project.need <= TRANSITION
    return (
        project.due - t >= rule.months_needed
        and t - project.opened >= rule.last_resort_months
        and project.jobs >= rule.jobs_min
        and (
            (structuring and rule.takes_structuring > 0.0) or (not structuring and rule.takes_expansion > 0.0)
        )
        and rule.size_min <= size < rule.size_max
    )


@compiled
def is_aimed_at(rule, sector, dominant):
    """Whether a scheme is for firms of this sector: for all, or for those of the sector that dominates the
    basin, where one does."""
    return rule.dominant_only <= 0.0 or dominant == NEVER or sector == dominant


@compiled
def doors(w):
    """For each local scheme, in industries (0) and other sectors (1): the chance in a month that an aware
    director without hassle, wholly open, applies at the size and age where neither matters (alpha * door *
    crowding); and the chance with hassle at the size and age where directors apply most. Two arrays
    (locals, 2)."""
    usual = np.zeros((w.locals.shape[0], 2))
    highest = np.zeros((w.locals.shape[0], 2))
    for k in range(w.locals.shape[0]):
        rule = w.rules[k]
        by_size = SIZE_FACTOR_MAX if rule.application_size != 0.0 else 1.0
        by_age = max(1.0, rule.young_application)
        crowd = crowding_factor(w.economy[0].crowding, *neighbours(w, k))
        for kind in range(2):
            rate = rule.application_rate * door(rule, kind * INDUSTRIES) * crowd
            usual[k, kind] = rate
            highest[k, kind] = application_chance(rate, 1.0, rule.hassle, by_size, by_age)
    return usual, highest


@compiled
def soonest(w):
    """Fewest months that any living local scheme that takes projects needs before a firm decides: projects
    due sooner have no use for any of them. Infinite where none takes any."""
    months = np.inf
    for k in range(w.locals.shape[0]):
        takes = w.rules[k].takes_expansion > 0.0 or w.rules[k].takes_structuring > 0.0
        if w.locals[k].alive == 1 and takes:
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
def untried(w, t, needed):
    """Open projects that have not been tried and are due in ``needed`` months or later, and the sizes of
    their firms: found first, so that the processor need not wait for one firm before it looks for another."""
    most = w.counts[N_ACTIVE] if needed < np.inf else 0
    rows, firms = np.empty(most, np.int64), np.empty(most, np.int64)
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for a in range(most):
        project = w.projects[w.active[a]]
        rows[n] = w.active[a]
        firms[n] = project.firm
        n += np.uint64((project.state == OPEN) & (project.tried == 0) & (project.due - t >= needed))
    return rows[:n], take(w.size, firms[:n])


@compiled
def occasions(w, t, project_of, local_of, uids, codes):
    """Each open project that has not been tried, with each living local scheme of its basin that takes it, in
    the order of the schemes. Writes their rows, the uid of the firm and the code of the scheme; returns how
    many."""
    n = 0
    rows, sizes = untried(w, t, soonest(w))
    for a in range(rows.shape[0]):
        q = rows[a]
        project = w.projects[q]
        size = sizes[a]
        for s in range(w.local_of.shape[0]):
            k = w.local_of[s, project.basin]
            if k == NEVER or w.locals[k].alive == 0 or not lends_now(w.rules[k]):
                continue
            if is_eligible(w.rules[k], t, size, project) and is_aimed_at(
                w.rules[k], w.sector[project.firm], w.basins[project.basin].dominant
            ):
                project_of[n] = q
                local_of[n] = k
                uids[n] = project.uid
                codes[n] = w.locals[k].code
                n += 1
    return n


@compiled
def application(w, t):
    """Phase 8. Each open project of a firm without a file under way may come to each scheme of its basin, in
    the order of the schemes; it comes to one at most."""
    if w.locals.shape[0] == 0:
        return
    room = w.counts[N_ACTIVE] * w.local_of.shape[0]
    project_of = np.empty(room, np.int64)
    local_of = np.empty(room, np.int64)
    uids = np.empty(room, np.uint64)
    codes = np.empty(room, np.int64)
    n = occasions(w, t, project_of, local_of, uids, codes)
    draws = draw_each(w.seed[0], APPLICATION, uids[:n], t, codes[:n])
    usual, highest = doors(w)
    for a in range(n):
        k = local_of[a]
        i = w.projects[project_of[a]].firm
        kind = 0 if w.sector[i] < INDUSTRIES else 1
        if draws[a] >= highest[k, kind]:
            continue  # most end here, before the firm is looked at
        sme = w.smes[i]
        rule = w.rules[k]
        by_size = size_factor(w.size[i], rule.application_size, rule.application_size_from)
        by_age = rule.young_application if t - w.born[i] < rule.age_min_months else 1.0
        chance = application_chance(usual[k, kind], sme.openness, rule.hassle, by_size, by_age)
        may_come = sme.status == ACTIVE and sme.file == NEVER  # also of this month, at a scheme before
        if draws[a] < chance and may_come and knows(w, t, i, w.locals[k].scheme, k):
            make_file(w, t, i, project_of[a], k, np.int64(0))
