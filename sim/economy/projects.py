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
    N_HIRING,
    N_PENDING,
    N_PROJECTS,
    NEVER,
    NEW_PROJECT,
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
    w.pending[w.counts[N_PENDING]] = q
    w.counts[N_PENDING] += 1
    w.projects[q] = NEW_PROJECT[0]
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
def that_open(w, t, b, opening):
    """Rows of the firms of basin b that may open a project, out of those whose month may hold an opening; the
    others lose the mark. Without a branch, which the processor could not foresee."""
    rows = flagged(w, b, OPENING)
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for k in range(rows.shape[0]):
        i = rows[k]
        found = opens(w, t, i, opening)
        w.flags[i] &= ~(OPENING * np.uint8(not found))
        rows[n] = i
        n += np.uint64(found)
    return rows[:n]


@compiled
def projects(w, t):
    """Firms whose month holds an opening open a project."""
    p = w.economy[0]
    seed = w.seed[0]
    bound = size_bound(p)
    for b in range(w.basins.shape[0]):
        rows = that_open(w, t, b, opening_chance(bound, w.basins[b].demand, p))
        for k in range(rows.shape[0]):
            i = rows[k]
            if p.project_rate_size != 0.0:
                # the dense pass allowed for the largest firm; keep the exact share of its openings
                keep, _ = draw_pair(seed, PROJECT_DRAWS, w.uid[i], t, 3)
                if keep * bound >= power(w.size[i], p.project_rate_size):
                    continue
            open_project(w, t, b, i, p, seed)


@compiled
def logit_of(w, q, p):
    """Logit of success of project q: success_logit + gap * met."""
    project = w.projects[q]
    sme = w.smes[project.firm]
    finance = min(1.0, sme.finance + project.finance)
    logit = success_logit(sme.capability, w.basins[project.basin].demand, finance, sme.success, p)
    return logit + p.success_met * project.met


@compiled
def decide(w, q, logit, seed):
    """Project q is due: it succeeds with P = logistic(logit), and hiring begins. Returns whether it does."""
    project = w.projects[q]
    i = project.firm
    w.busy[i] = 0
    w.smes[i].project = NEVER
    u, _ = draw_pair(seed, PROJECT_DRAWS, project.uid, project.opened, 2)
    succeeds = u < logistic(logit)
    project.state = HIRING if succeeds else FAILED
    return succeeds


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
    w.counts[N_PENDING] -= 1
    if decide(w, q, logit_of(w, q, p), seed) and due + HIRING_MONTHS > 0:
        project.hired_months = -due
        w.hiring[w.counts[N_HIRING]] = q
        w.counts[N_HIRING] += 1
    else:
        w.counts[N_PROJECTS] -= 1
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
        found[k] = max(-HISTORY_MONTHS, np.int64(born[k])) + months_to_next(u[k], chance)
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
def that_are_due(w, t):
    """Rows of the open projects that are due, in order. They leave the list of those that are open, as do
    orphans."""
    due = np.empty(w.counts[N_PENDING], np.int64)
    n, kept = np.uint64(0), np.uint64(0)
    for a in range(w.counts[N_PENDING]):
        q = w.pending[a]
        project = w.projects[q]
        opened, now = project.state == OPEN, project.due == t
        due[n] = q
        n += np.uint64(opened & now)
        w.pending[kept] = q
        kept += np.uint64(opened & (not now))
    w.counts[N_PENDING] = kept
    return due[:n]


@compiled
def that_succeed(w, due, p, seed):
    """The projects that are due are decided. Returns the rows of those that succeed, in order."""
    logits = np.empty(due.shape[0])
    for k in range(due.shape[0]):  # first, so that the processor need not wait for firms one by one
        logits[k] = logit_of(w, due[k], p)
    n = 0
    for k in range(due.shape[0]):
        due[n] = due[k]
        n += decide(w, due[k], logits[k], seed)
    return due[:n]


@compiled
def begin_hiring(w, rows):
    """Adds projects to the list of those that hire, in the order in which they were opened."""
    there, added = w.counts[N_HIRING], rows.shape[0]
    w.counts[N_HIRING] += added
    while added > 0:
        if there > 0 and w.hiring[there - 1] > rows[added - 1]:
            there -= 1
            w.hiring[there + added] = w.hiring[there]
        else:
            added -= 1
            w.hiring[there + added] = rows[added]


@compiled
def hiring_now(w):
    """Firm, basin and hires of the month of each project that hires: a twelfth of its jobs at stake. Those
    whose firm has gone, and those that hire for the last time, leave the list."""
    most = w.counts[N_HIRING]
    firms, basins, jobs = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most)
    n, kept = 0, 0
    for a in range(most):
        q = w.hiring[a]
        project = w.projects[q]
        if w.size[project.firm] == 0.0:
            project.state = ORPHAN
            continue
        firms[n] = project.firm
        basins[n] = project.basin
        jobs[n] = project.jobs / HIRING_MONTHS
        n += 1
        project.hired_months += 1
        if project.hired_months == HIRING_MONTHS:
            project.state = DONE
            continue
        w.hiring[kept] = q
        kept += 1
    w.counts[N_HIRING] = kept
    return firms[:n], basins[:n], jobs[:n]


@compiled
def hire(w, t):
    """One month of hiring. Column by column, so that the processor need not wait for one firm before it looks
    for the next."""
    firms, basins, jobs = hiring_now(w)
    add_at(w.size, firms, jobs)
    add_at(w.causes[P], firms, jobs)
    sectors = take(w.sector, firms)
    for k in range(firms.shape[0]):
        w.hires[basins[k], sectors[k]] += jobs[k]
        w.series[t, basins[k], HIRES] += jobs[k]
        w.series[t, basins[k], FIRST_CAUSE + P] += jobs[k]
        graduate(w, firms[k])


@compiled
def projects_due(w, t):
    """Projects that are due are decided; successful ones hire over twelve months, from this one."""
    begin_hiring(w, that_succeed(w, that_are_due(w, t), w.economy[0], w.seed[0]))
    hire(w, t)
