"""Support in progress: days are given, firms drop out, missions end, volunteers stop or go on."""

from sim.compiled import compiled
from sim.draws import DROPOUT, LAPSING, draw
from sim.state import (
    COMPLETED,
    DEAD,
    DROPPED,
    FREE,
    LAPSED,
    LOST,
    N_OPEN,
    N_SEATS,
    NEVER,
    STARTED,
)
from sim.support.diagnostics import go_on
from sim.support.selection import end_file


@compiled
def come_home(w, t, row, r, seed):
    """The mission of a person ends; some persons stop for a while."""
    rule = w.rules[w.partnerships[r].local]
    stop = rule.lapse * (1.0 - rule.recognition * rule.recognition_effect)
    w.persons[row].state = LAPSED if draw(seed, LAPSING, row, t, 0) < stop else FREE


@compiled
def give_days(w, r, days):
    """A volunteer of partnership r gives days this month."""
    link = w.partnerships[r]
    link.load += days
    w.sites[link.site].days_total += days
    w.locals[link.local].days += days


@compiled
def leave_pathway(w, t, f, state, seed):
    """The pathway of file f ends, its volunteer goes home."""
    file = w.files[f]
    w.locals[file.local].under_way -= 1
    if file.person != NEVER:
        come_home(w, t, file.person, file.link, seed)
    end_file(w, t, f, state)


@compiled
def volunteers_of_cohorts(w, t, seed):
    """Volunteers of cohorts give their days until the pathway ends, whoever drops out."""
    for e in range(w.counts[N_SEATS]):
        place = w.seats[e]
        if place.under_way == 0:
            continue
        rule = w.rules[w.partnerships[place.link].local]
        give_days(w, place.link, rule.days / rule.path_months)
        if t - place.started + 1 >= rule.path_months:
            place.under_way = 0
            come_home(w, t, place.person, place.link, seed)


@compiled
def pathway(w, t):
    """Phase 11. Each file under way receives its days of the month, drops out, or completes."""
    seed = w.seed[0]
    volunteers_of_cohorts(w, t, seed)
    for a in range(w.counts[N_OPEN]):
        f = w.open_files[a]
        file = w.files[f]
        if file.state != STARTED:
            continue
        rule = w.rules[file.local]
        code = w.locals[file.local].code
        if w.smes[file.firm].status == DEAD:
            leave_pathway(w, t, f, LOST, seed)
        elif draw(seed, DROPOUT, w.uid[file.firm], t, code) < rule.dropout:
            leave_pathway(w, t, f, DROPPED, seed)
        else:
            days = rule.days / rule.path_months
            file.days += days
            if file.person != NEVER:
                give_days(w, file.link, days)
            if t - file.started + 1 >= rule.path_months:
                w.locals[file.local].alumni += 1
                leave_pathway(w, t, f, COMPLETED, seed)
                go_on(w, t, f, seed)
