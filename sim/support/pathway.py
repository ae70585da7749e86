"""Support in progress: days are given, firms drop out, missions end, volunteers stop or go on."""

from sim.compiled import compiled
from sim.draws import DROPOUT, draw
from sim.state import (
    COMPLETED,
    DEAD,
    DROPPED,
    LOST,
    N_OPEN,
    NEVER,
    STARTED,
)
from sim.support.care import days_this_month, dropout_chance, in_cohort, speed_up
from sim.support.diagnostics import go_on
from sim.support.selection import end_file
from sim.support.volunteers import come_home, give_days, learn, volunteers_of_cohorts


@compiled
def leave_pathway(w, t, f, state, seed):
    """The pathway of file f ends, its volunteer goes home."""
    file = w.files[f]
    w.locals[file.local].under_way -= 1
    if file.person != NEVER:
        come_home(w, t, file.person, file.link, seed)
    if state != COMPLETED and in_cohort(w, f):
        w.cohorts[file.cohort].directors -= 1
    speed_up(w, f)
    end_file(w, t, f, state)


@compiled
def pathway(w, t):
    """Each file under way receives its days of the month, drops out, or completes."""
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
        elif draw(seed, DROPOUT, w.uid[file.firm], t, code) < dropout_chance(
            rule, w.smes[file.firm].openness, w.locals[file.local].rigour, file.ready
        ):
            leave_pathway(w, t, f, DROPPED, seed)
        else:
            days = days_this_month(w, f, rule)
            file.days += days
            if file.person != NEVER:
                give_days(w, file.link, days)
            if t - file.started + 1 >= rule.path_months:
                w.locals[file.local].alumni += 1
                if file.person != NEVER:
                    learn(w, file.person, rule, file.care, file.days)
                leave_pathway(w, t, f, COMPLETED, seed)
                go_on(w, t, f, seed)
