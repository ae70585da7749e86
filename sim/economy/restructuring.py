"""Large sites cut jobs; their subcontractors lose demand; the owner pays the territory (dated law)."""

import numpy as np

from sim.columns import note_rows, take
from sim.compiled import compiled
from sim.draws import GRANT, RESTRUCTURING, SUBCONTRACTOR, draw, draw_into
from sim.maths import exp
from sim.state import FIRST_CAUSE, NEVER, SITE_CUTS, K

SMALLEST_SITE = 50.0  # jobs under which a site is no longer a large establishment
RELEASE_MONTHS = 12.0  # an agreement is spent with this mean lag


@compiled
def restructuring_hazard(base, elasticity, demand):
    """Monthly chance that a site cuts jobs: base * exp(-elasticity * D), at most 1."""
    return min(1.0, base * exp(-elasticity * demand))


@compiled
def orders_lost(loss, cut, usual):
    """Share of its jobs above one that a subcontractor wholly dependent on a site loses: ``loss`` when the
    site makes its usual cut, in proportion for another one, at most 1."""
    return min(1.0, loss * (cut / usual))


@compiled
def of_sector(sector, size, wanted, first, end):
    """The firms of a sector with more than one job, among rows first to end - 1."""
    sector, size = sector[first:end], size[first:end]
    marks = np.empty(end - first, np.uint8)
    for i in range(end - first):  # a dense pass
        marks[i] = (sector[i] == wanted) & (size[i] > 1.0)
    rows = np.empty(end - first, np.int64)
    return rows[: note_rows(marks, first, rows)]


@compiled
def lose_orders(w, t, b, s, cut, share, p, seed):
    """Subcontractors (a keyed share of the basin's firms of its sector) lose a share of the jobs above 1, as
    far as they still depend on the site. ``cut``: share of the site's jobs that goes."""
    site = w.sites[s]
    lost = 0.0
    most = orders_lost(p.subcontractor_loss, cut, p.restructuring_share)
    rows = of_sector(w.sector, w.size, site.sector, w.basins[b].first, w.ends[b, t])
    u = np.empty(rows.shape[0])
    draw_into(u, seed, SUBCONTRACTOR, take(w.uid, rows), t, s)
    for k in range(rows.shape[0]):
        if u[k] < share:
            i = rows[k]
            loss = most * w.smes[i].dependence * (w.size[i] - 1.0)
            w.size[i] -= loss
            w.causes[K, i] -= loss
            lost += loss
    w.series[t, b, FIRST_CAUSE + K] -= lost


@compiled
def compensate(w, t, b, s, cut, seed):
    """The owner's contribution: a part may be routed to the fund of a local scheme, the rest is scattered."""
    euros = cut * w.wage[0]
    for k in range(w.local_of.shape[0]):
        at = w.local_of[k, b]
        if at == NEVER or w.locals[at].alive == 0:
            continue
        rule = w.rules[at]
        local = w.locals[at]
        if draw(seed, RESTRUCTURING, w.sites[s].entity, t, local.code) < rule.revitalisation_share:
            part = rule.revitalisation_part * euros
            local.fund += part
            local.endowed += part
            local.routed += part
            local.routed_agreements += 1
            euros -= part
    w.basins[b].grant_pending += euros
    w.basins[b].agreements += 1.0


@compiled
def cut_jobs(w, t, b, s, cut, share, p, seed):
    """Site s of basin b cuts this share of its jobs; ``share``: of the firms of its sector, those that work
    for it."""
    site = w.sites[s]
    jobs = cut * site.jobs
    site.jobs -= jobs
    site.jobs_cut += jobs
    w.series[t, b, SITE_CUTS] += jobs
    lose_orders(w, t, b, s, cut, share, p, seed)
    if t >= w.calendar[2] and site.group_size >= w.wage[1]:
        compensate(w, t, b, s, jobs, seed)


@compiled
def restructuring(w, t):
    """Closures that the case foretells; sites cut jobs with a hazard that rises when demand falls;
    money is released."""
    p = w.economy[0]
    seed = w.seed[0]
    for c in range(w.closures.shape[0]):
        closure = w.closures[c]
        if closure.month == t:
            at = np.int64(w.sites[closure.site].basin)
            cut_jobs(w, t, at, np.int64(closure.site), closure.share, closure.subcontractors, p, seed)
    for b in range(w.basins.shape[0]):
        basin = w.basins[b]
        hazard = restructuring_hazard(p.restructuring_hazard, p.restructuring_demand, basin.demand)
        for s in range(w.site_first[b], w.site_first[b + 1]):
            site = w.sites[s]
            if site.jobs < SMALLEST_SITE or draw(seed, RESTRUCTURING, site.entity, t, 0) >= hazard:
                continue
            cut_jobs(w, t, b, s, p.restructuring_share, p.subcontractor_share, p, seed)
        released = basin.grant_pending / RELEASE_MONTHS
        basin.grant_pending -= released
        basin.grant_fund += released


@compiled
def ask_grant(w, t, b, i, q):
    """A new project q of firm i of basin b may get a scattered grant, if its basin's fund holds the money."""
    p = w.economy[0]
    basin = w.basins[b]
    euros = p.grant_amount * w.projects[q].jobs
    if basin.grant_fund >= euros and draw(w.seed[0], GRANT, w.uid[i], t, 0) < p.grant_chance:
        basin.grant_fund -= euros
        basin.grants_paid += euros
        w.projects[q].granted = 1
        w.projects[q].finance += p.grant_finance_gain
