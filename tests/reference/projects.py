"""Projects: drawn when they open, decided when they are due."""

import math

from sim import draws
from tests.reference import sectors
from tests.reference.agents import Project


def draw_project(model, firm, month):
    """A project that a firm opens in a month (negative before the start)."""
    e = model.economy
    u1, u2 = model.pair(draws.PROJECT, firm.uid, month, 0)
    need = need_at(u1)
    kind = e.structuring_jobs if need <= 2 else e.expansion_jobs
    mean = e.project_jobs * firm.size**e.project_jobs_size * kind
    sigma = e.project_jobs_sigma
    jobs = mean * math.exp(sigma * draws.normal(u2) - sigma * sigma / 2.0)
    wait = draws.exponential(model.pair(draws.PROJECT, firm.uid, month, 1)[0])
    due = month + int(e.project_months_min + e.project_months_mean * wait)
    return Project(model, firm, month, due, need, jobs)


def need_at(u):
    """The need at a uniform, by the shares of the needs of projects."""
    return next((k for k, chance in enumerate(sectors.NEEDS) if chance > u), sectors.INNOVATION)


def success_logit(model, project, demand):
    """Chances of a project without help, as a logit."""
    e, firm = model.economy, project.firm
    funds = min(1.0, firm.finance + project.finance)
    return (
        e.success_base
        + e.success_capability * (2.0 * firm.capability - 1.0)
        + e.success_demand * demand
        + e.success_finance * (2.0 * funds - 1.0)
        + firm.success
    )


def succeeds(model, project, logit):
    """Whether a project that is due succeeds."""
    chance = 1.0 / (1.0 + math.exp(-(logit + model.economy.success_met * project.met)))
    return model.pair(draws.PROJECT, project.firm.uid, project.opened, 2)[0] < chance
