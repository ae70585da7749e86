"""Calls for projects: members choose their way, files get the label, a jury ranks them over all basins.

Files of small firms compete with those of large groups and laboratories for the money of a call; how many of
them it selects follows from both. What is turned down goes outside, later than it would have.
"""

import numpy as np

from sim.compiled import compiled
from sim.draws import GROUP_FILE, JURY, LABEL, ONE_STOP, RESUBMISSION, draw, draw_pair, normal
from sim.economy.research import capacity, start_research
from sim.rd import RD_FILED, RD_NEW
from sim.state import (
    ACTIVE,
    N_MEMBERS,
    N_RD_ACTIVE,
    NEVER,
    POLE,
)
from sim.support import budgets
from sim.support.cash import AGREEMENTS_MOST, INDEX_STEP, longest_wait, months_to_cash
from sim.support.membership import is_member
from sim.support.rollout import founders_of
from sim.support.routes import choose_route, next_call
from sim.support.seats import members_by_place, seat_members
from sim.support.selection import rank
from sim.support.services import pole_of

SEAT_STEP = 16  # apart from the agreements of a firm's own project
GROUP_UIDS = np.uint64(2**63)  # files of groups rank after those of firms of the same merit

projects_paid = compiled(budgets.projects_paid)


@compiled
def chance_of_label(chance, helped, effect):
    """Chance of the label: chance + (1 - chance) * effect * help."""
    return chance + (1.0 - chance) * effect * helped


@compiled
def groups_there(partners, founders, laboratories):
    """Share of the files of groups and laboratories that come: those of laboratories, and of groups as many
    as there are still beside the founders, all of them at most."""
    if founders == 0:
        return laboratories
    return laboratories + (1.0 - laboratories) * min(1.0, partners / founders)


@compiled
def lead_of(w, s):
    """The living local scheme of scheme s that opened first, whose rules are those of the calls: the first in
    the order of the basins among equals. NEVER where none lives or its members do no research."""
    lead = np.int64(NEVER)
    for b in range(w.local_of.shape[1]):
        k = w.local_of[s, b]
        if k == NEVER or w.locals[k].alive == 0 or int(w.rules[k].format) != POLE:
            continue
        if lead == NEVER or w.locals[k].start < w.locals[lead].start:
            lead = np.int64(k)
    return lead


@compiled
def calendar(w, s, lead):
    """Close of the first call of scheme s, and months from one to the next. They go by the local scheme that
    opened first, also once it has closed: the calls of the others stay where they were."""
    start = w.locals[lead].start
    for b in range(w.local_of.shape[1]):
        k = w.local_of[s, b]
        if k != NEVER and w.locals[k].opened == 1:
            start = min(start, w.locals[k].start)
    rule = w.rules[lead]
    return start + int(rule.setup_months), int(rule.committee_period_months)


@compiled
def closes(t, first, period):
    """Whether a call closes in month t: first, first + period, ..."""
    return t >= first and (t - first) % period == 0


@compiled
def may_go_through(w, q):
    """Whether the firm of R&D project q, filed, is still a small firm that lives and a member of its pôle."""
    return w.smes[w.rd[q].firm].status == ACTIVE and pole_of(w, q) != NEVER


@compiled
def go_alone(w, q):
    """R&D project q no longer goes through a pôle."""
    w.rd[q].state = RD_NEW
    w.rd[q].local = NEVER


@compiled
def send_alone(w, s):
    """Files of scheme s, no pôle of which lives, no longer go through one."""
    for a in range(w.counts[N_RD_ACTIVE]):
        q = w.rd_active[a]
        if w.rd[q].state == RD_FILED and w.locals[w.rd[q].local].scheme == s:
            go_alone(w, q)


@compiled
def ask_label(w, q, seed):
    """R&D project q asks for the label; without it it does not go through the pôle."""
    row = w.rd[q]
    rule = w.rules[row.local]
    local = w.locals[row.local]
    u, v = draw_pair(seed, LABEL, w.uid[row.firm], row.idea, local.code)
    carried = capacity(w.size[row.firm], w.economy[0].capacity_jobs)
    full = w.researchers[row.researcher].running >= carried
    row.filed += 1
    chance = chance_of_label(rule.label_chance, rule.project_help * local.service, rule.label_help)
    if u < chance and not (full and v < rule.capacity_check):
        row.labelled = 1
    else:
        go_alone(w, q)


@compiled
def prepare(w, t, s, lead, seed):
    """Members of scheme s with an idea of this month choose its way; files of the call that closes ask for
    the label; those whose firm is no longer a member, or too large, go outside."""
    rule = w.rules[lead]
    first, period = calendar(w, s, lead)
    paid = projects_paid(rule.call_euros, rule.project_euros)
    paid += projects_paid(rule.sme_call_euros, rule.sme_project_euros)
    active, rd = w.rd_active, w.rd
    for a in range(w.counts[N_RD_ACTIVE]):
        q = active[a]
        row = rd[q]
        if row.state > RD_FILED:
            continue
        if row.state == RD_NEW and row.idea == t and row.membership == NEVER and is_member(w, s, row.firm):
            row.membership = w.membership_of[s, row.firm]
            if paid > 0 and pole_of(w, q) != NEVER and w.smes[row.firm].status == ACTIVE:
                choose_route(w, t, q, row.membership, first, period, seed)
        if row.state != RD_FILED or w.locals[row.local].scheme != s:
            continue
        if not may_go_through(w, q):
            go_alone(w, q)
        elif row.call == t and row.labelled == 0:
            ask_label(w, q, seed)


@compiled
def fund(w, t, q, scope, funders, seed):
    """R&D project q gets money and starts: how many agreements it takes, and when the first money comes."""
    row = w.rd[q]
    rule = w.rules[row.local]
    local = w.locals[row.local]
    uid = w.uid[row.firm]
    agreements = min(int(rule.agreements), funders)
    speed = 1.0
    if draw(seed, ONE_STOP, uid, row.idea, local.code) < rule.one_stop:
        agreements = 1
        speed = 1.0 - rule.one_stop_speed
    index = local.code + INDEX_STEP * SEAT_STEP * (1 - row.led)
    wait = longest_wait(seed, uid, row.idea, index, agreements)
    row.agreements = agreements
    row.funded = t
    row.cash = t + months_to_cash(speed * rule.cash_months, speed * rule.cash_months_agreement, wait)
    row.pays = row.cash
    floor = rule.project_floor_euros if row.led == 1 else 0.0
    start_research(w, t, q, scope, int(rule.rd_months), floor)
    row.committed = rule.aid_share * row.cost * row.months
    local.aid_committed += row.committed
    return row.committed


@compiled
def turn_down(w, t, q, first, period, seed):
    """R&D project q is not selected: it comes back to the next call with the experts' notes, or goes
    outside."""
    row = w.rd[q]
    rule = w.rules[row.local]
    u = draw(seed, RESUBMISSION, w.uid[row.firm], row.idea, w.locals[row.local].code)
    if row.attempt == 0 and u < rule.resubmission * rule.feedback:
        row.attempt = 1
        row.filed += 1
        row.call = next_call(t, first, period)
    else:
        go_alone(w, q)


@compiled
def gather_files(w, s, close, rows, places, scores, uids, seed):
    """Files of firms of scheme s that wait since the call of month ``close`` or longer, with their merit.
    Returns how many."""
    n = 0
    for a in range(w.counts[N_RD_ACTIVE]):
        q = w.rd_active[a]
        row = w.rd[q]
        if row.state != RD_FILED or row.labelled == 0 or w.locals[row.local].scheme != s:
            continue
        if row.call > close or not may_go_through(w, q):
            continue
        rule = w.rules[row.local]
        local = w.locals[row.local]
        u = draw(seed, JURY, w.uid[row.firm], row.idea, local.code + INDEX_STEP * row.attempt)
        rows[n] = q
        places[n] = row.local
        scores[n] = normal(u) + rule.jury_help * rule.project_help * local.service
        uids[n] = w.uid[row.firm]
        n += 1
    return n


@compiled
def place_of(w, s, u):
    """The living local scheme of scheme s to which a file of groups and laboratories belongs: in proportion
    to 1 + the large sites of its basin."""
    total = 0.0
    for b in range(w.local_of.shape[1]):
        k = w.local_of[s, b]
        if k != NEVER and w.locals[k].alive == 1:
            total += 1.0 + w.locals[k].partnerships
    place = np.int64(NEVER)
    passed = 0.0
    for b in range(w.local_of.shape[1]):
        k = w.local_of[s, b]
        if k != NEVER and w.locals[k].alive == 1 and (place == NEVER or passed <= u * total):
            place = np.int64(k)
            passed += 1.0 + w.locals[k].partnerships
    return place


@compiled
def gather_groups(w, t, s, lead, groups, n, rows, places, scores, uids, seed):
    """Adds so many files of large groups and laboratories, as far as these are there, to n files. Returns how
    many there are then."""
    code = np.uint64(w.locals[lead].code)
    for j in range(groups):
        u, v = draw_pair(seed, GROUP_FILE, code, t, 2 * j)
        z, _ = draw_pair(seed, GROUP_FILE, code, t, 2 * j + 1)
        k = place_of(w, s, u)
        local = w.locals[k]
        if v < groups_there(local.partners, founders_of(w, k), w.rules[k].laboratory_share):
            rows[n] = NEVER
            places[n] = k
            scores[n] = normal(z)
            uids[n] = GROUP_UIDS + np.uint64(j)
            local.group_filed += 1
            n += 1
    return n


@compiled
def select(w, t, s, lead, number, close, projects, led, small, prices, aids, seed):
    """The jury of so many calls together: files by falling merit, ties by rising uid, as many as the money of
    the calls pays; then, of small firms', as many as that of their own calls pays. Counts, by local scheme,
    projects, those led by small firms, their price and the aid to these firms; and ``small``, projects of the
    calls for small firms alone, which are in none of these. Groups file where a call is open to them; where
    there is no money for anybody there is no call, and what still waits is turned down unjudged."""
    rule = w.rules[lead]
    open_to_all = number * projects_paid(rule.call_euros, rule.project_euros)
    of_smes = number * projects_paid(rule.sme_call_euros, rule.sme_project_euros)
    judged = np.int64(open_to_all + of_smes > 0)
    groups = number * int(rule.group_files) if open_to_all > 0 else 0
    most = w.counts[N_RD_ACTIVE] + groups
    rows = np.empty(most, np.int64)
    places = np.empty(most, np.int64)
    scores = np.empty(most)
    uids = np.empty(most, np.uint64)
    order = np.empty(most, np.int64)
    n = gather_files(w, s, close, rows, places, scores, uids, seed)
    n = gather_groups(w, t, s, lead, groups, n, rows, places, scores, uids, seed)
    rank(scores, uids, order, n)
    first, period = calendar(w, s, lead)
    for a in range(n):
        q = rows[order[a]]
        k = places[order[a]]
        w.locals[k].judged += judged
        if a < open_to_all:
            w.locals[k].selected += 1
            w.locals[k].group_funded += q == NEVER
            projects[k] += 1
            prices[k] += rule.project_euros * (1.0 + rule.cofinancing)
            if q != NEVER:
                led[k] += 1
                aids[k] += fund(w, t, q, 1.0, AGREEMENTS_MOST, seed)
        elif q != NEVER and of_smes > 0:
            of_smes -= 1
            small[k] += 1
            fund(w, t, q, 1.0, 1, seed)
        elif q != NEVER:
            turn_down(w, t, q, first, period, seed)


@compiled
def decide(w, t, s, lead, number, close, seed):
    """Results of so many calls of scheme s, the last of which closed in month ``close``: projects selected
    start, their seats are filled, the aid of their other partners is paid. These get what small firms leave
    of the price of projects open to all; projects of small firms alone have no other partners, and their
    money is not that of the others."""
    places = w.locals.shape[0]
    projects = np.zeros(places, np.int64)
    led = np.zeros(places, np.int64)
    small = np.zeros(places, np.int64)
    prices = np.zeros(places)
    aids = np.zeros(places)
    select(w, t, s, lead, number, close, projects, led, small, prices, aids, seed)
    members, first = members_by_place(w.members[: w.counts[N_MEMBERS]], places)
    for k in range(places):
        if projects[k] + small[k] == 0:
            continue
        here = members[first[k] : first[k + 1]]
        rows, shared = seat_members(w, t, k, here, projects[k], led[k], small[k], seed)
        for a in range(rows.shape[0]):
            aid = fund(w, t, rows[a], w.rules[k].seat_scope, AGREEMENTS_MOST, seed)
            if a < shared:
                aids[k] += aid
        others = max(0.0, prices[k] - aids[k])
        w.locals[k].aid_committed += others
        w.locals[k].aid_paid += others


@compiled
def calls_due(results, t):
    """How many calls have their results in month t, and when the last of them closed. ``results``: of the
    calls of a scheme, by month of their close."""
    number, close = 0, np.int64(NEVER)
    for month in range(t + 1):
        if results[month] == t:
            number += 1
            close = np.int64(month)
    return number, close


@compiled
def calls(w, t):
    """For schemes whose members do research: results of the calls for which they are due, the way of this
    month's ideas, the close of a call. How long its jury takes is settled as it closes: each call has its
    results once, whatever changes afterwards."""
    if w.researcher_of.shape[0] == 0:
        return
    seed = w.seed[0]
    for s in range(w.local_of.shape[0]):
        lead = lead_of(w, s)
        if lead == NEVER:
            send_alone(w, s)
            continue
        first, period = calendar(w, s, lead)
        if closes(t, first, period):
            w.results[s, t] = t + int(w.rules[lead].decision_months)
        number, close = calls_due(w.results[s], t)
        if number > 0:
            decide(w, t, s, lead, number, close, seed)
        prepare(w, t, s, lead, seed)
