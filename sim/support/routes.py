"""The way of an idea: through the pôle or outside it."""

from sim.compiled import compiled
from sim.draws import FEAR, ROUTE, draw
from sim.maths import logistic
from sim.rd import RD_FILED
from sim.support.cash import expected_months

EXPERIENCE_MOST = 2  # projects beyond which experience changes nothing more


@compiled
def next_call(month, first, period):
    """Close of the first call in this month or later: first, first + period, ..."""
    if month <= first:
        return first
    return first + period * ((month - first + period - 1) // period)


@compiled
def months_awaited(rule):
    """Expected months from a decision to the money, over projects that the one-stop fund pays and others: (1
    - s) E(F) + s (1 - speed) E(1)."""
    many = expected_months(rule.cash_months, rule.cash_months_agreement, rule.agreements)
    one = expected_months(rule.cash_months, rule.cash_months_agreement, 1.0)
    return (1.0 - rule.one_stop) * many + rule.one_stop * (1.0 - rule.one_stop_speed) * one


@compiled
def distance_kept(rule, service):
    """What roadmaps leave of the weight of distance: 1 - effect * roadmaps."""
    return 1.0 - rule.roadmap_effect * rule.roadmaps * service


@compiled
def inclination(rule, service, agenda, months, fear, distance, done):
    """Logit of taking an idea through the pôle: v_0 - v_t M - v_a (F - 1) - v_ip fear - v_d d + v_v (a -
    base) + v_x min(done, 2), and what an officer, help, events and like criteria add."""
    several = (1.0 - rule.one_stop) * (rule.agreements - 1.0)
    logit = (
        rule.route_base
        - rule.route_months * months
        - rule.route_agreements * several
        - rule.route_fear * fear * (1.0 - rule.ip_effect * rule.ip_tools * service)
        - rule.route_distance * distance * distance_kept(rule, service)
        + rule.route_agenda * (agenda - rule.votes_base)
        + rule.route_experience * min(done, EXPERIENCE_MOST)
        + rule.route_officer * min(rule.sme_officer, 1.0)
        + rule.route_help * rule.project_help * service
        + rule.route_events * rule.expert_events * service
    )
    return logit + (rule.route_criteria * rule.harmonised if several > 0.0 else 0.0)


@compiled
def choose_route(w, t, q, m, first, period, seed):
    """The firm of R&D project q, member by membership m, prepares a file for a call, or not. ``first``,
    ``period``: of the calls."""
    row = w.rd[q]
    k = w.memberships[m].local
    rule = w.rules[k]
    local = w.locals[k]
    uid = w.uid[row.firm]
    close = next_call(t + int(rule.prepare_months), first, period)
    months = close - t + rule.decision_months + months_awaited(rule)
    researcher = w.researchers[row.researcher]
    fear = draw(seed, FEAR, uid, 0, 0)
    logit = inclination(rule, local.service, local.agenda, months, fear, researcher.distance, researcher.done)
    if draw(seed, ROUTE, uid, t, local.code) < logistic(logit):
        row.state = RD_FILED
        row.local = k
        row.call = close
