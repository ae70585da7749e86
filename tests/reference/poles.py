"""Phase 10, the agenda and the treasury of a pôle; and what its large groups do for new members."""

import math

from sim import draws
from tests.reference.agents import PARTNER, POLE
from tests.reference.effects import yearly_decay

SERVICES = (
    "roadmaps", "competence_maps", "anchoring", "project_help", "expert_events", "ip_tools", "joint_export",
    "training", "cifre", "investor_meetings",
)  # fmt: skip


def governance(model):
    """Phase 10: each living pôle in order."""
    for local in model.locals:
        if local.alive and local.rule["format"] == POLE:
            vote(model, local)
            attract(local)
            added = added_cost(local.rule)
            local.coordination_cost += added / 12.0
            keep_treasury(model, local, added)


def vote(model, local):
    """The agenda follows the votes of small firms, and the time behind them."""
    rule, base = local.rule, local.rule["votes_base"]
    if model.month == local.start:
        local.agenda = base
    time = 1.0 - (1.0 - rule["director_time"]) * (1.0 - rule["delegation"] * rule["delegate_time"])
    aim = base + time * (rule["sme_votes"] - base) + rule["trio_weight"] * rule["trios"]
    local.agenda += (min(1.0, max(0.0, aim)) - local.agenda) / rule["agenda_months"]


def attract(local):
    """How much more than at first invitations to join are worth."""
    rule = local.rule
    local.appeal = (
        math.exp(rule["agenda_joining"] * (local.agenda - rule["votes_base"]))
        * (1.0 + rule["officer_joining"] * min(1.0, rule["sme_officer"]))
        * (1.0 - rule["search_cost"] * (1.0 - rule["integration"]))
    )


def added_cost(rule):
    """Yearly cost of the post for small firms and of the services."""
    extent = sum(rule[name] for name in SERVICES) + rule["watch"] * (1.0 - rule["watch_relayed"] / 2.0)
    return rule["sme_officer"] * rule["coordinator_euros"] + rule["service_euros"] * extent


def keep_treasury(model, local, added):
    """Running costs are proved together and paid back later; what is not paid back may strain services."""
    rule, t = local.rule, model.month
    monthly = (rule["coordinators"] * rule["coordinator_euros"] + added) / 12.0
    if t >= local.claim_due:
        local.claimed = 0.0
    local.unclaimed += monthly
    if (t + 1 - local.start) % int(rule["claim_months"]) == 0:
        local.claimed += local.unclaimed
        local.unclaimed = 0.0
        local.claim_due = t + int(min(rule["repayment_months"], rule["claim_months"]))
    allowed = rule["reserve_months"] + 12.0 * rule["running_advance"]
    strained = local.claimed + local.unclaimed > monthly * allowed
    local.strained += strained
    local.service = 1.0 - rule["treasury_loss"] if strained else 1.0


def sponsor(model, one):
    """A firm that joins may be sponsored by a large group, which gives it days."""
    e, local, firm, rule = model.economy, one.local, one.firm, one.local.rule
    days = rule["sponsor_days"]
    u1, u2 = model.pair(draws.SPONSOR, firm.uid, 0, local.code)
    if days <= 0.0 or local.partners == 0 or u1 >= rule["sponsorship"]:
        return
    link = [link for link in local.partnerships if link.state == PARTNER][int(u2 * local.partners)]
    willing = link.site.persons[: int(rule["willing"])]
    free = [e.person_days_max - person.days_year for person in willing]
    if days > sum(free) + 1e-9:
        return
    for person, of_its in zip(willing, free, strict=True):
        person.days_year += days * (of_its / sum(free))
    link.load += days
    link.site.days_total += days
    local.days += days
    dip = firm.file.dip if firm.file is not None else 0.0
    without = firm.capability + dip - firm.baseline < 1e-9 and firm.advice == 0.0
    dose = 1.0 - 2.0 ** (-days / rule["half_days"])
    quality = rule["quality"] * local.service
    before = firm.capability
    firm.capability += e.capability_gain * firm.openness * quality * (1.0 - firm.capability) * dose
    firm.gain_joins(before, yearly_decay(e, days) / 12.0)
    firm.update_factors()
    if without and firm.capability + dip > firm.baseline:
        firm.gains = True
        model.gains.append(firm)
