"""Firms with a project ask for help."""

import numpy as np

from sim.columns import take
from sim.compiled import compiled, inlined
from sim.draws import APPLICATION, AWARENESS, REACH, draw_each
from sim.economy.sectors import INDUSTRIES
from sim.maths import exp, power
from sim.state import (
    ACTIVE,
    APPLIED,
    MARKET,
    N_FILES,
    N_OPEN,
    N_PENDING,
    NEVER,
    NEW_FILE,
    OPEN,
    TRANSITION,
)
from sim.support.awareness import is_aware
from sim.support.coordination import crowding_factor, neighbours
from sim.support.membership import is_member
from sim.support.screening import is_ready

SIZE_FACTOR_MAX = 6.0
ROUNDED_UP = 1.0 + 1e-9  # so that rounding leaves nobody out
# columns of a gate; the last two are of industries, and of other sectors behind them
(
    MONTHS_NEEDED, LAST_RESORT, STRUCTURING, EXPANSION, JOBS_MIN, SIZE_MIN, SIZE_MAX, DOMINANT_ONLY,
    HASSLE, BY_SIZE, SIZE_FROM, BY_AGE, YOUNG, USUAL,
) = range(14)  # fmt: skip
HIGHEST = USUAL + 2
GATE_COLUMNS = HIGHEST + 2


@inlined
def size_factor(size, exponent, above):
    """Response of applications to size: (n / 10)**x above the size where it holds, at most 6."""
    if size <= above or exponent == 0.0:
        return 1.0
    return min(SIZE_FACTOR_MAX, power(size / 10.0, exponent))


@inlined
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


@inlined
def is_eligible(cells, g, left, age, need, jobs, size):
    """Whether an SME of this size may apply with a project at gate g: enough months left before the firm
    decides, and passed since it opened (other tools tried), kind of project, jobs at stake, size. ``cells``:
    see ``gates``."""
    return (
        (left >= cells[g, MONTHS_NEEDED])
        & (age >= cells[g, LAST_RESORT])
        & (cells[g, STRUCTURING + (need > TRANSITION)] > 0.0)
        & (jobs >= cells[g, JOBS_MIN])
        & (size >= cells[g, SIZE_MIN])
        & (size < cells[g, SIZE_MAX])
    )


@inlined
def is_aimed_at(dominant_only, sector, dominant):
    """Whether a scheme is for firms of this sector: for all, or for those of the sector that dominates the
    basin, where one does."""
    return (dominant_only <= 0.0) | (dominant == NEVER) | (sector == dominant)


@compiled
def most_by_size(rule):
    """Highest response to size of any firm that applies."""
    if rule.application_size >= 0.0:
        return SIZE_FACTOR_MAX if rule.application_size > 0.0 else 1.0
    smallest = max(1.0, rule.application_size_from)  # no firm has less than one job
    return max(1.0, size_factor(smallest, rule.application_size, 0.0) * ROUNDED_UP)


@compiled
def doors(w, k):
    """For local scheme k, in industries (0) and other sectors (1): the chance in a month that an aware
    director without hassle, wholly open, applies at the size and age where neither matters (alpha * door *
    crowding); and the chance with hassle at the size and age where directors apply most."""
    rule = w.rules[k]
    by_size = most_by_size(rule)
    by_age = max(1.0, rule.young_application)
    crowd = crowding_factor(w.economy[0].crowding, *neighbours(w, k))
    industry = rule.application_rate * door(rule, 0) * crowd
    others = rule.application_rate * door(rule, INDUSTRIES) * crowd
    return (
        (industry, others),
        (
            application_chance(industry, 1.0, rule.hassle, by_size, by_age),
            application_chance(others, 1.0, rule.hassle, by_size, by_age),
        ),
    )


@compiled
def is_gate(w, k):
    """Whether local scheme k lives and takes projects of some kind."""
    rule = w.rules[k]
    takes = rule.takes_expansion > 0.0 or rule.takes_structuring > 0.0
    return w.locals[k].alive == 1 and lends_now(rule) and takes


@compiled
def fill_gate(w, k, gate):
    """What decides who may apply at local scheme k, and how often."""
    rule = w.rules[k]
    gate[MONTHS_NEEDED] = rule.months_needed
    gate[LAST_RESORT] = rule.last_resort_months
    gate[STRUCTURING] = rule.takes_structuring
    gate[EXPANSION] = rule.takes_expansion
    gate[JOBS_MIN] = rule.jobs_min
    gate[SIZE_MIN] = rule.size_min
    gate[SIZE_MAX] = rule.size_max
    gate[DOMINANT_ONLY] = rule.dominant_only
    gate[HASSLE] = rule.hassle
    gate[BY_SIZE] = rule.application_size
    gate[SIZE_FROM] = rule.application_size_from
    gate[BY_AGE] = rule.young_application
    gate[YOUNG] = rule.young_months
    usual, highest = doors(w, k)
    gate[USUAL], gate[USUAL + 1] = usual
    gate[HIGHEST], gate[HIGHEST + 1] = highest


@compiled
def gates(w):
    """The local schemes that take projects now, basin by basin, within one in the order of the schemes: their
    rows, what decides who may apply (columns as named above), and where those of each basin begin."""
    most = w.locals.shape[0]
    local_of = np.empty(most, np.int64)
    cells = np.empty((most, GATE_COLUMNS))
    first = np.zeros(w.basins.shape[0] + 1, np.int64)
    n = 0
    for b in range(w.basins.shape[0]):
        first[b] = n
        for s in range(w.local_of.shape[0]):
            k = w.local_of[s, b]
            if k == NEVER or not is_gate(w, k):
                continue
            fill_gate(w, k, cells[n])
            local_of[n] = k
            n += 1
    first[w.basins.shape[0]] = n
    return local_of[:n], cells[:n], first


@compiled
def make_file(w, t, i, q, k, attempt):
    """A new file of firm i for project q at local scheme k."""
    f = w.counts[N_FILES]
    w.counts[N_FILES] += 1
    w.open_files[w.counts[N_OPEN]] = f
    w.counts[N_OPEN] += 1
    w.files[f] = NEW_FILE[0]
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
def untried(w, t, needed):
    """Open projects that have not been tried and are due in ``needed`` months or later, with the rows of
    their firms: found first, so that the processor need not wait for one firm before it looks for another."""
    most = w.counts[N_PENDING]
    rows, firms = np.empty(most, np.int64), np.empty(most, np.int64)
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for a in range(most):
        project = w.projects[w.pending[a]]
        rows[n] = w.pending[a]
        firms[n] = project.firm
        n += np.uint64((project.state == OPEN) & (project.tried == 0) & (project.due - t >= needed))
    return rows[:n], firms[:n]


@compiled
def occasions(w, t, cells, first):
    """Each open project that has not been tried, with each gate of its basin that takes it, in the order of
    the schemes: row of the project, gate, uid of the firm, and the highest chance that it applies."""
    rows, firms = untried(w, t, cells[:, MONTHS_NEEDED].min())
    sizes, sectors = take(w.size, firms), take(w.sector, firms)
    room = rows.shape[0] * w.local_of.shape[0] + 1
    project_of, gate_of = np.empty(room, np.int64), np.empty(room, np.int64)
    uids, highest = np.empty(room, np.uint64), np.empty(room)
    n = np.uint64(0)
    for a in range(rows.shape[0]):
        project = w.projects[rows[a]]
        left, age = project.due - t, t - project.opened
        need, jobs = project.need, project.jobs
        dominant = w.basins[project.basin].dominant
        kind = sectors[a] >= INDUSTRIES
        for g in range(first[project.basin], first[project.basin + 1]):
            project_of[n] = rows[a]
            gate_of[n] = g
            uids[n] = project.uid
            highest[n] = cells[g, HIGHEST + kind]
            n += np.uint64(
                is_eligible(cells, g, left, age, need, jobs, sizes[a])
                & is_aimed_at(cells[g, DOMINANT_ONLY], sectors[a], dominant)
            )
    return project_of[:n], gate_of[:n], uids[:n], highest[:n]


@compiled
def that_fall_below(draws, chances):
    """Positions of the draws below their chance. Without a branch, which the processor could not foresee."""
    found = np.empty(draws.shape[0], np.int64)
    n = np.uint64(0)
    for a in range(draws.shape[0]):
        found[n] = a
        n += np.uint64(draws[a] < chances[a])
    return found[:n]


@compiled
def chances_of(w, t, firms, gate_of, cells):
    """``application_chance`` of these firms at these gates, by a dense pass."""
    n = firms.shape[0]
    openness, usual, by_age = np.empty(n), np.empty(n), np.empty(n)
    smes = w.smes
    for a in range(n):  # alone, so that the processor need not wait for one firm before it looks for the next
        openness[a] = smes[np.uint64(firms[a])].openness
    sizes, sectors, born = take(w.size, firms), take(w.sector, firms), take(w.born, firms)
    for a in range(n):
        g = gate_of[a]
        usual[a] = cells[g, USUAL + (sectors[a] >= INDUSTRIES)]
        by_age[a] = cells[g, BY_AGE] if t - born[a] < cells[g, YOUNG] else 1.0
    found = np.empty(n)
    for a in range(n):
        g = gate_of[a]
        by_size = size_factor(sizes[a], cells[g, BY_SIZE], cells[g, SIZE_FROM])
        found[a] = application_chance(usual[a], openness[a], cells[g, HASSLE], by_size, by_age[a])
    return found


@compiled
def that_know(w, t, firms, locals_, seed):
    """Positions of the firms that know that they may ask for help at their local scheme: members of a market
    place do, others there do not; elsewhere whoever is aware of the scheme does."""
    uids, codes = take(w.uid, firms), np.empty(firms.shape[0], np.int64)
    for a in range(firms.shape[0]):
        codes[a] = w.locals[locals_[a]].code
    interest = draw_each(seed, REACH, uids, 0, codes)
    threshold = draw_each(seed, AWARENESS, uids, 0, codes)
    found = np.empty(firms.shape[0], np.int64)
    n = 0
    for a in range(firms.shape[0]):
        k = locals_[a]
        found[n] = a
        if int(w.rules[k].format) == MARKET:
            n += is_member(w, w.locals[k].scheme, firms[a])
        else:
            n += is_aware(w, t, firms[a], k, interest[a], threshold[a])
    return found[:n]


@compiled
def application(w, t):
    """Each open project of a firm without a file under way may come to each scheme of its basin, in
    the order of the schemes; it comes to one at most."""
    local_of, cells, first = gates(w)
    if local_of.shape[0] == 0:
        return
    seed = w.seed[0]
    project_of, gate_of, uids, highest = occasions(w, t, cells, first)
    codes = np.empty(gate_of.shape[0], np.int64)
    for a in range(gate_of.shape[0]):
        codes[a] = w.locals[local_of[gate_of[a]]].code
    draws = draw_each(seed, APPLICATION, uids, t, codes)
    come = that_fall_below(draws, highest)  # most end here, before the firm is looked at
    projects, gate_of, draws = take(project_of, come), take(gate_of, come), take(draws, come)
    firms = np.empty(come.shape[0], np.int64)
    for a in range(come.shape[0]):
        firms[a] = w.projects[projects[a]].firm
    come = that_fall_below(draws, chances_of(w, t, firms, gate_of, cells))
    projects, firms, locals_ = take(projects, come), take(firms, come), take(local_of, take(gate_of, come))
    come = that_know(w, t, firms, locals_, seed)
    for a in range(come.shape[0]):
        i = firms[come[a]]
        if w.smes[i].status == ACTIVE and w.smes[i].file == NEVER:  # also of this month, at a scheme before
            make_file(w, t, i, projects[come[a]], locals_[come[a]], np.int64(0))
