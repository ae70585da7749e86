"""The phases of the world without support."""

import math

from sim import draws
from tests.reference import sectors
from tests.reference.agents import DONE, FAILED, HIRING, OPEN, ORPHAN
from tests.reference.attributes import hump, settle_entrant
from tests.reference.projects import draw_project, succeeds, success_logit


def demand(model):
    """Phase 2: national and local demand."""
    e, t = model.economy, model.month
    shock = draws.normal(model.u(draws.DEMAND, 0, t))
    model.nation = e.demand_persistence * model.nation + e.demand_sd * shock
    for basin in model.basins:
        shock = draws.normal(model.u(draws.DEMAND, basin.position + 1, t))
        basin.local_demand = e.demand_persistence * basin.local_demand + e.demand_sd * shock
        drag = e.fragility_drag * basin.data.fragility
        basin.demand = e.demand_scale * (model.nation + basin.local_demand) - drag


def restructuring(model):
    """Phase 3: sites cut jobs, subcontractors lose, money is agreed and released."""
    e, t = model.economy, model.month
    for basin in model.basins:
        basin.cuts = 0.0
    for closure, site in model.closures:
        if closure.month == t:
            cut_jobs(model, site, closure.share, closure.subcontractors)
    for basin in model.basins:
        hazard = min(1.0, e.restructuring_hazard * math.exp(-e.restructuring_demand * basin.demand))
        for site in basin.sites:
            if site.jobs >= 50.0 and model.u(draws.RESTRUCTURING, site.entity, t) < hazard:
                cut_jobs(model, site, e.restructuring_share, e.subcontractor_share)
        released = basin.grant_pending / 12.0
        basin.grant_pending -= released
        basin.grant_fund += released


def cut_jobs(model, site, share, subcontractors):
    """A site cuts a share of its jobs; a share of the firms of its sector and basin work for it."""
    cut = share * site.jobs
    site.jobs -= cut
    site.jobs_cut += cut
    site.basin.cuts += cut
    hit_subcontractors(model, site, share, subcontractors)
    agree(model, site, cut)


def hit_subcontractors(model, site, share, subcontractors):
    """Some firms of the site's sector and basin lose orders, as far as they depend on it."""
    e, t = model.economy, model.month
    for firm in site.basin.existing(t):
        if firm.sector != site.sector or firm.size <= 1.0:
            continue
        if model.u(draws.SUBCONTRACTOR, firm.uid, t, site.row) < subcontractors:
            loss = min(1.0, e.subcontractor_loss * (share / e.restructuring_share))
            firm.change("K", -loss * firm.dependence * (firm.size - 1.0))


def agree(model, site, cut):
    """A revitalisation agreement, if the law asks for one."""
    law, t = model.spec.constants, model.month
    if t < model.law_from or site.group_size < law.revitalisation_group_size:
        return
    euros = cut * law.revitalisation_wages * law.minimum_wage_euros
    for local in model.locals:
        if local.basin is not site.basin or not local.alive:
            continue
        if model.u(draws.RESTRUCTURING, site.entity, t, local.code) < local.rule["revitalisation_share"]:
            part = local.rule["revitalisation_part"] * euros
            local.fund += part
            local.endowed += part
            local.routed += part
            local.routed_agreements += 1
            euros -= part
    site.basin.grant_pending += euros
    site.basin.agreements += 1


def demography(model):
    """Phase 4: the events of all firms are drawn, then exits, then births."""
    t = model.month
    for basin in model.basins:
        leaving = [firm for firm in basin.existing(t) if firm.size > 0.0 and draw_events(model, firm)]
        for firm in leaving:
            firm.die(t)
        chance = min(1.0, math.exp(model.economy.births_demand * basin.demand) / 1.5)
        for firm in basin.firms[basin.ends[t] : basin.ends[t + 1]]:
            if model.u(draws.BIRTHS, firm.uid, 0) < chance:
                settle_entrant(model, firm, t)


def draw_events(model, firm):
    """Notes what happens to a firm this month; says whether it leaves."""
    e, t, level = model.economy, model.month, firm.basin.demand
    # four words serve four months; the month's is read from below, from above and from the middle
    low = draws.coarse(model.words(draws.EVENTS, firm.uid, t // 4)[t % 4])
    exits, adjusts, opens = low, 1.0 - low, (low + 0.5) % 1.0
    hazard = e.exit_base + hump(e, t - firm.born) + e.exit_small / max(firm.size, 1.0)
    if exits < hazard * firm.exit_factor * math.exp(-e.exit_demand * level):
        firm.events = ()
        return True
    rate = e.project_rate * opening_bound(e) * math.exp(e.project_rate_demand * level) * firm.open_factor
    firm.events = []
    if adjusts < e.adjust_rate:
        firm.events.append("adjusts")
    if firm.project is None and opens < rate:
        firm.events.append("opens")
    return False


def opening_bound(e):
    """Highest multiple of the rate of projects that size may give."""
    return 250.0**e.project_rate_size if e.project_rate_size > 0.0 else 1.0


def growth(model):
    """Phase 5: adjustments of headcount."""
    for firm in model.firms_with("adjusts"):
        adjust(model, firm)


def adjust(model, firm):
    """One adjustment, Laplace with leaps."""
    e, n = model.economy, firm.size
    u1, u2 = model.pair(draws.GROWTH, firm.uid, model.month, 0)
    spread = e.growth_spread * n**-e.growth_spread_size
    if u2 < e.leap_rate:
        spread *= e.leap_scale
    x = (
        e.growth_drift
        + e.growth_size * math.log(n / 10.0)
        - e.growth_large * max(0.0, math.log(n / 100.0))
        + e.growth_capability * (2.0 * firm.baseline - 1.0)
        + e.growth_gain * (firm.capability - firm.baseline)
        + e.growth_demand * firm.basin.demand
        + spread * draws.laplace(u1)
    )
    firm.change("O", max(1.0, n * math.exp(x)) - n)
    firm.graduate_if_large()


def projects(model):
    """Phase 6: projects open and ask for grants."""
    e, t = model.economy, model.month
    for firm in model.firms_with("opens"):
        if e.project_rate_size != 0.0:
            kept = model.pair(draws.PROJECT, firm.uid, t, 3)[0] * opening_bound(e)
            if kept >= firm.size**e.project_rate_size:
                continue
        project = draw_project(model, firm, t)
        model.register(project)
        firm.project = project
        euros = e.grant_amount * project.jobs
        if firm.basin.grant_fund >= euros and model.u(draws.GRANT, firm.uid, t) < e.grant_chance:
            firm.basin.grant_fund -= euros
            firm.basin.grants_paid += euros
            project.finance += e.grant_finance_gain
            project.granted = True


def projects_due(model):
    """Phase 21: projects due are decided; those that hire, hire."""
    for basin in model.basins:
        basin.hires = dict.fromkeys(sectors.NUMBERS, 0.0)
    for project in model.active:
        firm = project.firm
        if not firm.alive:
            project.state = ORPHAN
            continue
        if project.state == OPEN and project.due == model.month:
            logit = success_logit(model, project, firm.basin.demand)
            project.state = HIRING if succeeds(model, project, logit) else FAILED
            firm.project = None
        if project.state == HIRING:
            firm.change("P", project.jobs / 12.0)
            firm.basin.hires[firm.sector] += project.jobs / 12.0
            firm.graduate_if_large()
            project.hired_months += 1
            if project.hired_months == 12:
                project.state = DONE
    model.active = [project for project in model.active if project.state in (OPEN, HIRING)]


def displacement(model):
    """Phase 23: project hires take from competitors and give to local services."""
    e = model.economy
    for basin in model.basins:
        firms = [firm for firm in basin.existing(model.month + 1) if firm.alive]
        above_one = dict.fromkeys(sectors.NUMBERS, 0.0)
        jobs = dict.fromkeys(sectors.NUMBERS, 0.0)
        for firm in firms:
            above_one[firm.sector] += max(firm.size - 1.0, 0.0)
            jobs[firm.sector] += firm.size
        taken = {}
        for s in sectors.NUMBERS:
            share = e.displacement_tradable if sectors.TRADABLE[s] else e.displacement_local
            taken[s] = min(1.0, share * basin.hires[s] / above_one[s]) if above_one[s] > 0.0 else 0.0
            if sectors.TRADABLE[s]:
                basin.spillover += e.multiplier * (basin.hires[s] - taken[s] * above_one[s])
        local_jobs = sum(jobs[s] for s in sectors.NUMBERS if not sectors.TRADABLE[s])
        given = basin.spillover / e.multiplier_months if local_jobs > 0.0 else 0.0
        basin.spillover -= given
        for firm in firms:
            n = firm.size
            firm.change("D", -taken[firm.sector] * max(n - 1.0, 0.0))
            if not sectors.TRADABLE[firm.sector] and local_jobs > 0.0:
                firm.change("S", given / local_jobs * n)
