"""R&D projects from their start to the jobs of their industrial phase, inside a pôle and outside.

New posts come with the project; some go when it ends, all of them if it is given up. A project brought to its
end opens an industrial phase, if somebody pays for it: own funds, an investor, a capital bridge.
"""

from sim.compiled import compiled
from sim.draws import ABANDON, INDUSTRY, OUTSIDE, draw, draw_pair
from sim.economy.flows import move_jobs
from sim.economy.projects import HIRING_MONTHS
from sim.maths import power
from sim.rd import (
    RD_ABANDONED,
    RD_FINISHED,
    RD_GIVEN_UP,
    RD_NEW,
    RD_ORPHAN,
    RD_RUNNING,
)
from sim.state import (
    HIRES,
    N_RD_ACTIVE,
    NEVER,
    P,
)
from sim.support.cash import awaited, due_by_now, treasury
from sim.support.membership import leave
from sim.support.services import (
    investor_of,
    jobs_factor,
    phase_chance,
    pole_of,
    posts_kept,
    success_chance,
)

COST_SIZE = 20.0  # jobs of the firm for which the cost is given


@compiled
def research_cost(size, euros, exponent):
    """Cost of a full project to a firm, euros a month: euros (n / 20)**exponent."""
    return euros * power(size / COST_SIZE, exponent)


@compiled
def research_posts(cost, share, euros):
    """New posts in research: share * cost / full cost of a post."""
    return share * cost / euros


@compiled
def capacity(size, jobs):
    """R&D projects that a firm can carry at once: 1 + n / jobs, rounded down."""
    return 1 + int(size / jobs)


@compiled
def abandon_chance(strained, chance, running, carried, overload):
    """Monthly chance that a project is given up: chance if the treasury is strained, and overload for each
    project beyond those that the firm can carry."""
    return strained * chance + overload * max(0, running - carried)


@compiled
def start_research(w, t, q, scope, months, floor):
    """R&D project q starts at this scope: its cost a month (at least ``floor``), its new posts."""
    p = w.economy[0]
    row = w.rd[q]
    full = max(research_cost(w.size[row.firm], p.research_euros, p.research_size), floor)
    row.state = RD_RUNNING
    row.started = t
    row.months = months
    row.scope = scope
    row.cost = scope * full
    w.researchers[row.researcher].running += 1
    row.posts = move_jobs(w, t, row.firm, P, research_posts(row.cost, p.post_share, p.post_euros))


@compiled
def go_outside(w, t, q, p, seed):
    """An idea that no pôle takes is followed at scope ``outside_scope`` where own funds allow it (chance
    f), or never."""
    row = w.rd[q]
    if draw(seed, OUTSIDE, w.uid[row.firm], row.idea, 0) < w.smes[row.firm].finance:
        start_research(w, t, q, p.outside_scope, int(p.outside_months), 0.0)
    else:
        row.state = RD_GIVEN_UP


@compiled
def pay(w, q, due):
    """Aid paid so far to R&D project q rises to what is due."""
    row = w.rd[q]
    if due > row.paid:
        w.locals[row.local].aid_paid += due - row.paid
        row.paid = due


@compiled
def stop_research(w, t, q, state):
    """R&D project q is over, month t the last of research; aid not yet paid is cancelled."""
    row = w.rd[q]
    row.state = state
    row.stopped = t + 1
    w.researchers[row.researcher].running -= 1
    if row.committed > row.paid:
        w.locals[row.local].aid_cancelled += row.committed - row.paid


@compiled
def is_strained(w, t, q, p):
    """Receives what is due this month; whether the firm then advances more than its treasury holds."""
    row = w.rd[q]
    if row.committed <= 0.0:
        return False
    rule = w.rules[row.local]
    proven = row.spent / (row.cost * row.months)
    if t == row.pays:
        row.pays += int(rule.tranche_months)
        pay(w, q, due_by_now(row.committed, rule.aid_advance, proven))
    sme = w.smes[row.firm]
    held = treasury(p.treasury_months, sme.finance, w.size[row.firm], p.wage_euros)
    return awaited(row.spent, row.committed * proven, row.paid, t >= row.cash) > held


@compiled
def open_industry(w, t, q, p, seed):
    """After research: who pays for the industrial phase, whether it succeeds, how many jobs it is about."""
    row = w.rd[q]
    i = row.firm
    u, v = draw_pair(seed, INDUSTRY, w.uid[i], row.idea, row.led)
    funds = w.smes[i].finance * (p.strained_funds if row.strained > 0 else 1.0)
    chance = phase_chance(funds, investor_of(w, q, p))
    k = pole_of(w, q)
    if u >= chance and k != NEVER and funds < w.rules[k].bridge_funds:
        bridged = chance + (1.0 - chance) * w.rules[k].capital_bridge
        if u < bridged:
            row.bridged = 1
            w.locals[k].aid_committed += w.rules[k].bridge_euros
            w.locals[k].aid_paid += w.rules[k].bridge_euros
    if (u < chance or row.bridged == 1) and v < success_chance(w, q, p):
        mean = p.industry_jobs * power(w.size[i], p.project_jobs_size)
        row.jobs = mean * row.scope * jobs_factor(w, q)
        row.industry = t + int(p.industry_months)


@compiled
def finish_research(w, t, q, p, seed):
    """R&D project q is brought to its end: the rest of the aid is paid, some posts are kept."""
    row = w.rd[q]
    kept = posts_kept(w, q, p)
    pay(w, q, row.committed)
    stop_research(w, t, q, RD_FINISHED)
    w.researchers[row.researcher].done += 1
    move_jobs(w, t, row.firm, P, (kept - 1.0) * row.posts)
    open_industry(w, t, q, p, seed)


@compiled
def chance_of_abandon(w, q, strained, p):
    """``abandon_chance`` of R&D project q this month."""
    row = w.rd[q]
    running = w.researchers[row.researcher].running
    carried = capacity(w.size[row.firm], p.capacity_jobs)
    return abandon_chance(strained, p.abandon_strained, running, carried, p.overload_abandon)


@compiled
def gives_up(w, t, q, strained, chance, seed):
    """Whether R&D project q is given up this month; a strained firm may leave its pôle too."""
    row = w.rd[q]
    u, v = draw_pair(seed, ABANDON, w.uid[row.firm], t, 2 * row.idea + row.led)
    if strained and pole_of(w, q) != NEVER and v < w.rules[row.local].leave_strained:
        leave(w, t, row.membership)
    if u >= chance:
        return False
    stop_research(w, t, q, RD_ABANDONED)
    move_jobs(w, t, row.firm, P, -row.posts)
    return True


@compiled
def hire_for_industry(w, t, q):
    """A month of hiring for the industrial phase: a twelfth of its jobs, which compete with others' as those
    of any project do."""
    row = w.rd[q]
    i = row.firm
    jobs = move_jobs(w, t, i, P, row.jobs / HIRING_MONTHS)
    b = w.smes[i].basin
    w.hires[b, w.sector[i]] += jobs
    w.series[t, b, HIRES] += jobs
    row.hired_months += 1


@compiled
def lose_firm(w, t, q):
    """The firm of R&D project q has closed, before it spent anything this month."""
    if w.rd[q].state == RD_RUNNING:
        stop_research(w, t - 1, q, RD_ORPHAN)
    elif w.rd[q].state != RD_FINISHED:
        w.rd[q].state = RD_ORPHAN


@compiled
def is_over(row):
    """Whether nothing more comes of an R&D project."""
    if row.state == RD_FINISHED:
        return row.industry == NEVER or row.hired_months == HIRING_MONTHS
    return row.state == RD_ABANDONED or row.state == RD_GIVEN_UP


@compiled
def research(w, t):
    """Ideas that no pôle has taken go outside or nowhere; projects run; industrial phases hire."""
    p = w.economy[0]
    seed = w.seed[0]
    kept = 0
    for a in range(w.counts[N_RD_ACTIVE]):
        q = w.rd_active[a]
        row = w.rd[q]
        if w.size[row.firm] <= 0.0:
            lose_firm(w, t, q)
            continue
        if row.state == RD_NEW:
            go_outside(w, t, q, p, seed)
        if row.state == RD_RUNNING:
            # step by step: what happens seldom stands apart from what every project goes through
            row.spent += row.cost
            strained = is_strained(w, t, q, p)
            row.strained += strained
            chance = chance_of_abandon(w, q, strained, p)
            at_risk = strained or chance > 0.0
            given_up = at_risk and gives_up(w, t, q, strained, chance, seed)
            if not given_up and t + 1 - row.started >= row.months:
                finish_research(w, t, q, p, seed)
        elif row.state == RD_FINISHED and row.industry <= t:
            hire_for_industry(w, t, q)
        if not is_over(row):
            w.rd_active[kept] = q
            kept += 1
    w.counts[N_RD_ACTIVE] = kept
