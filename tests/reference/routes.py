"""The way of an idea: through the pôle, or not."""

import math

from sim import draws
from tests.reference.rd import FILED


def choose_way(model, project, plan):
    """An idea of a member is prepared for a call, if the director is so inclined."""
    local = project.membership.local
    close = plan.next_close(model.month + int(local.rule["prepare_months"]))
    x = inclination(model, project, months_until_money(model, local.rule, close))
    if project.u(draws.ROUTE, local.code) < 1.0 / (1.0 + math.exp(-x)):
        project.state = FILED
        project.local = local
        project.call = close


def months_until_money(model, rule, close):
    """Months that a director expects until money comes."""
    s = rule["one_stop"]
    many, one = wait(rule, int(rule["agreements"])), wait(rule, 1)
    signed = (1.0 - s) * many + s * (1.0 - rule["one_stop_speed"]) * one
    return close - model.month + rule["decision_months"] + signed


def wait(rule, agreements):
    """Mean wait for the last of some agreements."""
    return rule["cash_months"] + rule["cash_months_agreement"] * sum(1.0 / (a + 1) for a in range(agreements))


def inclination(model, project, months):
    """Logit of the chance that an idea goes through the pôle."""
    one, local, researcher = project.membership, project.membership.local, project.researcher
    rule, s = local.rule, local.service
    further = (1.0 - rule["one_stop"]) * (rule["agreements"] - 1.0)
    fear = model.u(draws.FEAR, project.firm.uid, 0)
    return (
        rule["route_base"]
        - rule["route_months"] * months
        - rule["route_agreements"] * further
        - rule["route_fear"] * fear * (1.0 - rule["ip_effect"] * rule["ip_tools"] * s)
        - rule["route_distance"] * one.distance * (1.0 - rule["roadmap_effect"] * rule["roadmaps"] * s)
        + rule["route_agenda"] * (local.agenda - rule["votes_base"])
        + rule["route_experience"] * min(researcher.done, 2)
        + rule["route_officer"] * min(1.0, rule["sme_officer"])
        + rule["route_help"] * rule["project_help"] * s
        + rule["route_events"] * rule["expert_events"] * s
        + (rule["route_criteria"] * rule["harmonised"] if further > 0.0 else 0.0)
    )
