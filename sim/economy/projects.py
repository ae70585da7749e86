"""Projects: opened, decided, hired for. Support may come in between; it never moves the dates."""

import numpy as np

from sim.columns import add_at, take
from sim.compiled import compiled, inlined
from sim.draws import HISTORY, draw, draw_pair, draw_pairs, exponential, normal
from sim.draws import PROJECT as PROJECT_DRAWS
from sim.economy.demography import OPENING, flagged, graduate, opening_chance, opens, size_bound
from sim.economy.restructuring import ask_grant
from sim.maths import exp, log, logistic, power
from sim.state import (
    DONE,
    FAILED,
    FIRST_CAUSE,
    HIRES,
    HIRING,
    N_ACTIVE,
    N_PROJECTS,
    NEVER,
    OPEN,
    ORPHAN,
    TRANSITION,
    P,
)

HIRING_MONTHS = 12
HISTORY_MONTHS = 48  # before the start, long enough for what is still open or hiring
# cumulated chances of needs, in the order of ``state.NEEDS``
NEED_SHARES = np.cumsum(np.array([0.15, 0.15, 0.10, 0.20, 0.20, 0.15, 0.05]))


@compiled
def jobs_at_stake(size, need, z, p):
    """Lognormal with mean j_0 n**j_n m_need and log standard deviation j_s; z standard normal."""
    scale = p.structuring_jobs if need <= TRANSITION else p.expansion_jobs
    mean = p.project_jobs * power(size, p.project_jobs_size) * scale
    return mean * exp(p.project_jobs_sigma * z - 0.5 * p.project_jobs_sigma * p.project_jobs_sigma)


@compiled
def success_logit(capability, demand, finance, lasting, p):
    """q_0 + q_c (2 c - 1) + q_D D + q_f (2 f - 1) + u: the logit of success without support."""
    return (
        p.success_base
        + p.success_capability * (2.0 * capability - 1.0)
        + p.success_demand * demand
        + p.success_finance * (2.0 * finance - 1.0)
        + lasting
    )


@compiled
def need_of(u):
    """Need of a project from a uniform."""
    for k in range(6):
        if u < NEED_SHARES[k]:
            return k
    return 6


@compiled
def open_project(w, t, b, i, p, seed):
    """Firm i of basin b opens a project: need, jobs at stake and due month are keyed (uid, month opened)."""
    u, v = draw_pair(seed, PROJECT_DRAWS, w.uid[i], t, 0)
    d, _ = draw_pair(seed, PROJECT_DRAWS, w.uid[i], t, 1)
    q = w.counts[N_PROJECTS]
    w.counts[N_PROJECTS] += 1
    w.active[w.counts[N_ACTIVE]] = q
    w.counts[N_ACTIVE] += 1
    project = w.projects[q]
    project.firm = i
    project.uid = w.uid[i]
    project.basin = b
    project.opened = t
    project.need = need_of(u)
    project.jobs = jobs_at_stake(w.size[i], project.need, normal(v), p)
    project.due = t + int(p.project_months_min + p.project_months_mean * exponential(d))
    project.state = OPEN
    w.smes[i].project = q
    w.busy[i] = 1
    if t >= 0:
        ask_grant(w, t, b, i, q)


@compiled
def projects(w, t):
    """Firms whose month holds an opening open a project."""
    p = w.economy[0]
    seed = w.seed[0]
    bound = size_bound(p)
    for b in range(w.basins.shape[0]):
        rows = flagged(w, b, OPENING)
        opening = opening_chance(bound, w.basins[b].demand, p)
        for k in range(rows.shape[0]):
            i = rows[k]
            if not opens(w, t, i, opening):
                w.flags[i] &= ~OPENING
                continue
            if p.project_rate_size != 0.0:
                # the dense pass allowed for the largest firm; keep the exact share of its openings
                keep, _ = draw_pair(seed, PROJECT_DRAWS, w.uid[i], t, 3)
                if keep * bound >= power(w.size[i], p.project_rate_size):
                    continue
            open_project(w, t, b, i, p, seed)


@compiled
def decide(w, q, p, seed):
    """Project q is due: it succeeds with P = logistic(success_logit + gap * met) and hiring begins."""
    project = w.projects[q]
    i = project.firm
    sme = w.smes[i]
    w.busy[i] = 0
    sme.project = NEVER
    finance = min(1.0, sme.finance + project.finance)
    logit = success_logit(sme.capability, w.basins[sme.basin].demand, finance, sme.success, p)
    u, _ = draw_pair(seed, PROJECT_DRAWS, w.uid[i], project.opened, 2)
    project.state = HIRING if u < logistic(logit + p.success_met * project.met) else FAILED


@inlined
def months_to_next(u, chance):
    """Months without an opening before the next one: geometric, by inverse distribution function."""
    return int(log(u) / log(1.0 - chance))


def most_recalled(p):
    """Projects that ``recall_project`` may write for one firm: hires of those due within ``HIRING_MONTHS``
    before the start go on, and these lie as far apart as a project takes at least; then one that is open,
    or that is looked at and dropped."""
    return 2 + HIRING_MONTHS // max(1, int(p.project_months_min))


@compiled
def recall_project(w, t, b, i, p, seed):
    """Firm i of the initial stock of basin b opened a project at month t < 0. Returns the month it was due.
    Kept if it is still open, or if it succeeded and still hires; hires before the start are in the firm's
    size."""
    q = w.counts[N_PROJECTS]
    open_project(w, t, b, i, p, seed)
    project = w.projects[q]
    due = np.int64(project.due)
    if due >= 0:
        return due
    decide(w, q, p, seed)
    if project.state == HIRING and due + HIRING_MONTHS > 0:
        project.hired_months = -due
    else:
        w.counts[N_PROJECTS] -= 1
        w.counts[N_ACTIVE] -= 1
    return due


@inlined
def past_chance(size, open_factor, p):
    """Monthly chance that a firm opened a project before the start: as at demand 0, at its present size;
    never quite 0, by whose logarithm nothing can be divided."""
    return max(1e-12, min(0.5, p.project_rate * open_factor * power(size, p.project_rate_size)))


@compiled
def first_openings(uid, size, open_factor, born, p, seed):
    """Months in which initial firms opened the first project of their past, over the four years before the
    start or since their birth; 0 or later if they opened none. Dense pass."""
    u, _ = draw_pairs(seed, HISTORY, uid, 0, 0)
    found = np.empty(uid.shape[0], np.int64)
    for k in range(uid.shape[0]):
        chance = past_chance(size[k], open_factor[k], p)
        found[k] = max(-HISTORY_MONTHS, born[k]) + months_to_next(u[k], chance)
    return found


@compiled
def recall_projects(w, b, p, seed):
    """Projects of the initial firms of basin b, as if they had opened them at the usual rate."""
    first, last = w.basins[b].first, w.ends[b, 0]
    months = first_openings(
        w.uid[first:last], w.size[first:last], w.open_factor[first:last], w.born[first:last], p, seed
    )
    for i in range(first, last):
        t = months[i - first]
        k = 1
        while t < 0:
            t = recall_project(w, t, b, i, p, seed) + 1
            chance = past_chance(w.size[i], w.open_factor[i], p)
            t += months_to_next(draw(seed, HISTORY, w.uid[i], 0, k), chance)
            k += 1


@compiled
def hire(w, t, rows):
    """One month of hiring for the projects in these rows: a twelfth of the jobs at stake of each.

    Column by column, so that the processor need not wait for one firm before it looks for the next.
    """
    n = rows.shape[0]
    firms, basins, jobs = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n)
    for k in range(n):
        project = w.projects[rows[k]]
        firms[k] = project.firm
        basins[k] = project.basin
        jobs[k] = project.jobs / HIRING_MONTHS
        project.hired_months += 1
        if project.hired_months == HIRING_MONTHS:
            project.state = DONE
    add_at(w.size, firms, jobs)
    add_at(w.causes[P], firms, jobs)
    sectors = take(w.sector, firms)
    for k in range(n):
        w.hires[basins[k], sectors[k]] += jobs[k]
        w.series[t, basins[k], HIRES] += jobs[k]
        w.series[t, basins[k], FIRST_CAUSE + P] += jobs[k]
        graduate(w, firms[k])


@compiled
def orphan(w):
    """Projects whose firm has gone leave the list of active ones."""
    kept = 0
    for a in range(w.counts[N_ACTIVE]):
        q = w.active[a]
        w.active[kept] = q
        gone = w.size[w.projects[q].firm] == 0.0
        if gone:
            w.projects[q].state = ORPHAN
        kept += not gone
    w.counts[N_ACTIVE] = kept


@compiled
def projects_due(w, t):
    """Projects that are due are decided; successful ones hire over twelve months, from this one."""
    p = w.economy[0]
    seed = w.seed[0]
    orphan(w)
    rows = np.empty(w.counts[N_ACTIVE], np.int64)
    n = 0
    for a in range(w.counts[N_ACTIVE]):
        project = w.projects[w.active[a]]
        if project.state == OPEN and project.due == t:
            decide(w, w.active[a], p, seed)
        rows[n] = w.active[a]
        n += project.state == HIRING
    hire(w, t, rows[:n])
    kept = 0
    for a in range(w.counts[N_ACTIVE]):
        q = w.active[a]
        w.active[kept] = q
        kept += w.projects[q].state == OPEN or w.projects[q].state == HIRING
    w.counts[N_ACTIVE] = kept
