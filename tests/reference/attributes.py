"""What a firm is born with, and what the initial stock was like before the start."""

import math

from sim import draws
from tests.reference import sectors
from tests.reference.agents import ACTIVE, HIRING
from tests.reference.projects import draw_project, succeeds, success_logit


def hump(economy, age):
    """Part of the exit hazard that rises and falls with age."""
    x = age / economy.exit_peak_months
    return economy.exit_hump * x * math.exp(1.0 - x)


def initial_size(u):
    """Size of an initial firm: a Pareto within each class."""
    bounds, shares = sectors.SIZE_BOUNDS, sectors.SIZE_SHARES
    above = 1.0 - u * (1.0 - shares[-1])
    k = 0
    while k < 2 and above < shares[k + 1]:
        k += 1
    z = math.log(shares[k] / shares[k + 1]) / math.log(bounds[k + 1] / bounds[k])
    return min(bounds[k] * (shares[k] / above) ** (1.0 / z), 249.99)


def cumulated_hazard(economy):
    """Hazard by age summed over the ages below."""
    total, found = 0.0, []
    for age in range(720):
        found.append(total)
        total += economy.exit_base + hump(economy, age)
    return found


def age_and_capability(model, uid, size, cumulated):
    """Of an initial firm, given its size: the first trial that survived to its age."""
    e = model.economy
    for j in range(400):
        u1, u2 = model.pair(draws.FIRM, uid, 0, 100 + 2 * j)
        v1, v2 = model.pair(draws.FIRM, uid, 0, 101 + 2 * j)
        capability = (u1 + u2) / 2.0
        age = int(720.0 * v1)
        factor = math.exp(-e.exit_capability * (2.0 * capability - 1.0))
        if v2 < math.exp(-factor * (cumulated[age] + age * e.exit_small / size)):
            return age, capability
    return 0, 0.5


def settle(model, firm, capability, size, born):
    """The attributes of a firm that enters the world."""
    u1, u2 = model.pair(draws.FIRM, firm.uid, 0, 1)
    v1, v2 = model.pair(draws.FIRM, firm.uid, 0, 2)
    firm.capability = firm.baseline = capability
    firm.openness = 0.5 * capability + 0.5 * u1
    firm.finance = 0.3 * capability + 0.7 * u2
    firm.success = model.economy.success_spread * draws.normal(v1)
    shares = sectors.mix(firm.basin.data.dominant_sector, firm.basin.data.dominant_share)
    firm.sector = next((s for s in sectors.NUMBERS if shares[s] > v2), sectors.NUMBERS[-1])
    firm.size = firm.entry_size = size
    firm.born = born
    firm.status = ACTIVE
    firm.update_factors()


def settle_initial(model, firm, cumulated):
    """An initial firm."""
    size = initial_size(model.pair(draws.FIRM, firm.uid, 0, 3)[0])
    age, capability = age_and_capability(model, firm.uid, size, cumulated)
    settle(model, firm, capability, size, -age)


def settle_entrant(model, firm, month):
    """A candidate that is born."""
    u1, u2 = model.pair(draws.FIRM, firm.uid, 0, 0)
    drawn = draws.exponential(model.pair(draws.FIRM, firm.uid, 0, 3)[0])
    settle(model, firm, (u1 + u2) / 2.0, min(1.0 + model.economy.entrant_size * drawn, 249.0), month)
    firm.causes["B"] += firm.size


def past_projects(model, firm):
    """The projects that an initial firm opened before the start and that matter after it."""
    e = model.economy
    p = max(1e-12, min(0.5, e.project_rate * firm.open_factor * firm.size**e.project_rate_size))
    month = max(-48, firm.born)
    k = 0
    while month < 0:
        month += int(math.log(model.u(draws.HISTORY, firm.uid, 0, k)) / math.log(1.0 - p))
        k += 1
        if month >= 0:
            return
        project = draw_project(model, firm, month)
        if project.due >= 0:
            model.register(project)
            firm.project = project
        elif succeeds(model, project, success_logit(model, project, 0.0)) and project.due + 12 > 0:
            project.state = HIRING
            project.hired_months = -project.due
            model.register(project)
        month = project.due + 1
