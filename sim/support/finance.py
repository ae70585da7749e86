"""Repayable advances and their fund; running costs of local schemes."""

from sim.compiled import compiled
from sim.draws import ADVANCE, INSOLVENCY, draw
from sim.maths import saturating
from sim.state import ACCEPTED, APPLIED, DEAD, N_OPEN, OPEN, STARTED
from sim.support import budgets
from sim.support.cash import longest_wait, months_to_cash
from sim.support.coordination import neighbours, spared

efforts = compiled(budgets.efforts)


@compiled
def instalment(advance, instalments, outstanding):
    """Repayment of a month: equal parts, the last what is left."""
    return min(outstanding, advance / instalments)


@compiled
def funds_gained(gain, euros, half):
    """Own funds that an advance adds, with what it levers from banks: 2 gain (1 - 2**(-euros / half)), which
    is ``gain`` at ``half`` euros."""
    return 2.0 * gain * saturating(euros, half)


@compiled
def wait_for_advance(rule, uid, opened, code, seed):
    """Months until an advance arrives: none where the scheme pays at once."""
    if rule.cash_months <= 0.0 and rule.cash_months_agreement <= 0.0:
        return 0
    longest = longest_wait(seed, uid, opened, code, rule.agreements)
    return months_to_cash(rule.cash_months, rule.cash_months_agreement, longest)


@compiled
def pay_advance(w, t, f, seed):
    """An advance for a share of the files, if the fund holds it; with what it levers from banks it adds to
    the own funds of the project, as soon as it arrives."""
    file = w.files[f]
    local = w.locals[file.local]
    rule = w.rules[file.local]
    project = w.projects[file.project]
    amount = rule.advance_euros
    if amount <= 0.0 or local.fund < amount:
        return
    if draw(seed, ADVANCE, w.uid[file.firm], project.opened, local.code) < rule.advance_share:
        local.fund -= amount
        local.advanced += amount
        local.outstanding += amount
        file.advance = amount
        file.outstanding = amount
        file.cash = t + wait_for_advance(rule, w.uid[file.firm], project.opened, local.code, seed)
        if file.cash == t:
            project.finance += funds_gained(rule.advance_finance_gain, amount, rule.advance_half)


@compiled
def settle(w, t, f, p, seed):
    """One month of an outstanding advance. One that was on its way arrives; a firm that exits repays unless
    it is insolvent, or gives back what has not arrived."""
    file = w.files[f]
    local = w.locals[file.local]
    rule = w.rules[file.local]
    if w.smes[file.firm].status == DEAD:
        paid = file.outstanding
        if t >= file.cash and draw(seed, INSOLVENCY, w.uid[file.firm], 0, 0) < p.insolvent_exits:
            paid = 0.0
            local.lost += file.outstanding
            local.outstanding -= file.outstanding
            file.outstanding = 0.0
    elif t - file.cash > rule.grace_months:
        paid = instalment(file.advance, rule.instalments, file.outstanding)
    else:
        paid = 0.0
        project = w.projects[file.project]
        if t == file.cash and t > file.started and project.state == OPEN:
            project.finance += funds_gained(rule.advance_finance_gain, file.advance, rule.advance_half)
    file.outstanding -= paid
    local.outstanding -= paid
    local.repaid += paid
    local.fund += paid


@compiled
def yearly_costs(w, k):
    """What coordinators and efforts of a living local scheme cost in a year, without work done twice."""
    rule = w.rules[k]
    _, concert = neighbours(w, k)
    once = spared(w.economy[0].duplicated_cost, concert)
    return once * rule.coordinators * rule.coordinator_euros, once * efforts(rule)


@compiled
def run_costs(w, k):
    """Coordination of a living scheme, and its efforts."""
    local = w.locals[k]
    if local.alive == 1:
        team, effort = yearly_costs(w, k)
        local.coordination_cost += team / 12.0
        local.coordination_cost += effort / 12.0


@compiled
def finance(w, t):
    """Instalments, losses and running costs of the month; files that are wholly over leave the list
    of open files."""
    p = w.economy[0]
    seed = w.seed[0]
    kept = 0
    for a in range(w.counts[N_OPEN]):
        f = w.open_files[a]
        file = w.files[f]
        if file.outstanding > 0.0:
            settle(w, t, f, p, seed)
        under_way = file.state == APPLIED or file.state == ACCEPTED or file.state == STARTED
        if under_way or file.outstanding > 0.0 or file.plan > t:
            w.open_files[kept] = f
            kept += 1
    w.counts[N_OPEN] = kept
    for k in range(w.locals.shape[0]):
        run_costs(w, k)
