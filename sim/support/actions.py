"""Actions for groups of firms, given by paid consultants: seats by theme and money that all basins share.

Which file gets a seat never depends on its place in a list: files of a theme are ranked over all basins by
what the scheme ranks by. The seats of a year come month by month; those not taken by December are lost.
"""

import numpy as np

from sim.compiled import compiled
from sim.state import (
    ACTION,
    APPLIED,
    N_GROUPS,
    NEVER,
    SHARED,
    STARTED,
)
from sim.support import budgets
from sim.support.diagnostics import read_need
from sim.support.finance import pay_advance, yearly_costs
from sim.support.selection import accept, files_in, judge, rank, score

THEMES = 7

price_of = compiled(budgets.price_of)
running_cost = compiled(budgets.running_cost)
seats_paid = compiled(budgets.seats_paid)


@compiled
def adapted(supply, recorded, total, rate):
    """Share of a theme in the seats: w + rate (share among the recorded needs - w); w without a record."""
    if total <= 0.0:
        return supply
    return supply + rate * (recorded / total - supply)


@compiled
def groups_that_start(waiting, credit, firms):
    """Whole groups that files waiting and seats at hand allow."""
    return min(waiting, int(credit + 1e-9)) // firms


@compiled
def living(w, s):
    """First living local scheme of scheme s, in the order of the basins, whose rules are those of the whole,
    and how many live; (NEVER, 0) where none does or help is not given by actions."""
    first = NEVER
    n = 0
    for b in range(w.local_of.shape[1]):
        k = w.local_of[s, b]
        if k == NEVER or w.locals[k].alive == 0:
            continue
        if int(w.rules[k].format) != ACTION:
            return NEVER, 0
        if n == 0:
            first = k
        n += 1
    return first, n


@compiled
def pay_region(w, s, euros):
    """Each living local scheme of scheme s pays so much."""
    for b in range(w.local_of.shape[1]):
        k = w.local_of[s, b]
        if k != NEVER and w.locals[k].alive == 1:
            w.locals[k].coordination_cost += euros


@compiled
def costs_of_basins(w, s):
    """What the living local schemes of scheme s cost in a year, beside the scheme as a whole."""
    euros = 0.0
    for b in range(w.local_of.shape[1]):
        k = w.local_of[s, b]
        if k != NEVER and w.locals[k].alive == 1:
            team, efforts = yearly_costs(w, k)
            euros += team + efforts
    return euros


@compiled
def receive(w, s, applied, seed):
    """Reads the needs of the files made since last month; those of shared diagnostics are recorded.
    ``applied``: files that wait, of all schemes."""
    for a in range(applied.shape[0]):
        f = applied[a]
        file = w.files[f]
        if w.locals[file.local].scheme != s or file.theme != NEVER:
            continue
        read_need(w, f, seed)
        if file.diagnosed == SHARED:
            w.themes[s * THEMES + file.theme].recorded += 1.0


@compiled
def offer_seats(w, t, s, rule):
    """Supply moves towards the recorded needs; a twelfth of the year's seats is shared out by theme."""
    total = 0.0
    for k in range(THEMES):
        total += w.themes[s * THEMES + k].recorded
    running = running_cost(rule.region_euros, rule.budget_euros) + costs_of_basins(w, s)
    price = price_of(rule.action_euros, rule.priced_days, rule.days)
    later = rule.followup_months * rule.followup_euros
    seats = seats_paid(rule.seats_per_year, rule.budget_euros, running, price, rule.firm_share, later)
    january = (w.calendar[1] + t) % 12 == 0
    for k in range(THEMES):
        theme = w.themes[s * THEMES + k]
        theme.supply = adapted(theme.supply, theme.recorded, total, rule.supply_adaptation)
        left = 0.0 if january else theme.credit
        theme.credit = left + theme.supply * seats / 12.0


@compiled
def start_action(w, t, f, group, seed):
    """File f takes a seat; the firm pays its share of the price."""
    file = w.files[f]
    k = np.int64(file.local)
    local = w.locals[k]
    rule = w.rules[k]
    accept(w, t, f, k)
    file.state = STARTED
    file.started = t
    file.agreed = rule.days
    file.cohort = group
    file.paid = 1
    price = price_of(rule.action_euros, rule.priced_days, rule.days)
    local.expert_cost += price
    local.firm_cost += rule.firm_share * price
    local.paid_days_total += rule.days
    pay_advance(w, t, f, seed)


@compiled
def seat_theme(w, t, s, k, by, firms, applied, queue, seed):
    """Starts the groups of theme k, from the files that wait; ``queue`` is room for those of the theme."""
    n = np.int64(0)
    for a in range(applied.shape[0]):
        f = applied[a]
        file = w.files[f]
        if w.locals[file.local].scheme == s and file.theme == k:
            queue[n] = f
            n += 1
    theme = w.themes[s * THEMES + k]
    groups = groups_that_start(n, theme.credit, firms)
    if groups == 0:
        return
    scores = np.empty(n)
    uids = np.empty(n, np.uint64)
    order = np.empty(n, np.int64)
    for a in range(n):
        judge(w, queue[a], w.economy[0], seed)
        scores[a] = score(w, queue[a], by)
        uids[a] = w.uid[w.files[queue[a]].firm]
    rank(scores, uids, order, n)
    for a in range(groups * firms):
        start_action(w, t, queue[order[a]], w.counts[N_GROUPS] + a // firms, seed)
    w.counts[N_GROUPS] += groups
    theme.credit -= groups * firms


@compiled
def actions(w, t):
    """For schemes whose format is the action: needs are read, seats are offered by theme, groups start."""
    seed = w.seed[0]
    applied = files_in(w, APPLIED)
    queue = np.empty(applied.shape[0], np.int64)
    for s in range(w.local_of.shape[0]):
        lead, n = living(w, s)
        if lead == NEVER:
            continue
        rule = w.rules[lead]
        running = running_cost(rule.region_euros, rule.budget_euros)
        pay_region(w, s, running / 12.0 / n)
        receive(w, s, applied, seed)
        offer_seats(w, t, s, rule)
        for k in range(THEMES):
            seat_theme(w, t, s, k, int(rule.selection), int(rule.group_firms), applied, queue, seed)
