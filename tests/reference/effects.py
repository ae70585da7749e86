"""Phase 20: earlier gains fade, pathways that ended this month act, plans are carried out."""

import math

from sim import draws
from tests.reference.agents import COMPLETED, OPEN

STRATEGY, MARKETS = 0, 4  # needs that help may meet by bringing other customers


def effects(model):
    """Phase 20: gains in the order of their list, then files in the order made."""
    for firm in model.gains:
        if firm.alive:
            fade(model, firm)
    model.gains = [firm for firm in model.gains if firm.alive and firm.gains]
    for file in model.open_files:
        if file.state == COMPLETED and file.ended == model.month:
            act(model, file)
        if file.plan == model.month:
            carry_out(file)


def fade(model, firm):
    """A month of fading, of what the director would have if he were not away."""
    dip = firm.file.dip if firm.file is not None else 0.0
    rate = firm.decay
    if model.month <= firm.followed_until:
        rate *= 1.0 - firm.followup
    if firm.ties > 0.0:
        rate *= 1.0 - firm.tied_by.rule["tie_effect"] * firm.ties_left(model.month)
    gain = (firm.capability + dip - firm.baseline) * math.exp(-rate)
    firm.advice *= math.exp(-2.0 / 12.0)
    if gain < 1e-9 and firm.advice < 1e-9:
        gain = firm.advice = 0.0
    firm.gains = gain != 0.0 or firm.advice != 0.0
    firm.capability = firm.baseline + gain - dip
    firm.update_factors()


def act(model, file):
    """What a completed pathway does."""
    e, rule, firm, t = model.economy, file.local.rule, file.firm, model.month
    ties = firm.ties_left(t)
    firm.supported = t
    if file.days <= 0.0:
        return
    dose = 1.0 - 2.0 ** (-file.days / rule["half_days"])
    fit = 1.0 if file.read_rightly else rule["wrong_fit"]
    quality = rule["quality"] * file.care
    file.value = fit * quality * dose
    if file.need in (STRATEGY, MARKETS):
        firm.dependence *= 1.0 - e.diversification * file.value
    make_plan(model, file)
    gain = e.capability_gain * isolation_effect(model, firm, rule, ties)
    before = firm.capability
    firm.capability += gain * firm.openness * quality * (1.0 - firm.capability) * dose
    firm.gain_joins(before, yearly_decay(e, file.days) / 12.0)
    firm.advice = min(0.3, firm.advice + e.turnover_advice * fit * quality)
    followed = t + int(rule["followup_months"])
    if followed >= firm.followed_until:
        firm.followed_until, firm.followup = followed, rule["followup_effect"]
    firm.update_factors()
    others = file.own_cohort.directors - 1 if file.own_cohort is not None else 0
    firm.ties, firm.tied = ties, t
    made = 1.0 - 2.0 ** (-others / 2.0)
    if made > ties:
        firm.ties, firm.tied_by = made, file.local
    file.local.expert_cost += rule["followup_months"] * rule["followup_euros"]
    if not firm.gains and (firm.capability != firm.baseline or firm.advice != 0.0):
        firm.gains = True
        model.gains.append(firm)


def make_plan(model, file):
    """The plan of a pathway will be carried out after some months, or never."""
    rule, uid, opened, code = file.local.rule, file.firm.uid, file.project.opened, file.local.code
    own = rule["implementation"]
    followed = rule["followup_implementation"] * min(1.0, rule["followup_months"] / 12.0)
    chance = own + (1.0 - own) * followed
    if not file.ready:
        chance *= rule["unready_use"]
    if model.u(draws.IMPLEMENTATION, uid, opened, code) < chance:
        wait = draws.exponential(model.u(draws.PLAN, uid, opened, code))
        file.plan = model.month + int(rule["implementation_months"] * wait)


def carry_out(file):
    """A plan carried out is of use if the firm has not decided yet, and if it is about the project."""
    project = file.project
    if project.state == OPEN and file.need == project.need:
        project.met = max(project.met, file.value)
        file.carried_out = True


def isolation_effect(model, firm, rule, ties):
    """Isolated directors gain more from help."""
    if rule["isolation_gain"] == 0.0:
        return 1.0
    isolation = model.u(draws.ISOLATION, firm.uid, 0) * (1.0 - ties)
    return 1.0 + rule["isolation_gain"] * (2.0 * isolation - 1.0)


def yearly_decay(e, days):
    """Decay of a gain after so many days: log-linear between 7 and 26."""
    along = min(1.0, max(0.0, (days - 7.0) / 19.0))
    return math.exp(math.log(e.decay_light) * (1.0 - along) + math.log(e.decay_heavy) * along)
