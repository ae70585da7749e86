"""The committee: noisy merit against a standard, or another rule; capacity; files that come back."""

import numpy as np

from sim.compiled import compiled
from sim.draws import MERIT, PRIORITY, QUOTA, RETURN, draw, normal
from sim.economy.projects import success_logit
from sim.state import (
    ACCEPTED,
    ACTION,
    ACTIVE,
    APPLIED,
    DEAD,
    LOST,
    N_OPEN,
    NEVER,
    OPEN,
    REJECTED,
    UNSERVED,
)
from sim.support.application import make_file
from sim.support.screening import is_turned_away

BY_MERIT, BY_JOBS, BY_NEED, FIRST_COME, LOTTERY = range(5)


@compiled
def merit(logit, noise, z, young, penalty):
    """What the committee sees of a firm's chances: logit P + noise z, less a penalty under the minimum
    age."""
    return logit + noise * z - young * penalty


@compiled
def need(merit, young, penalty):
    """What the committee sees of a firm's need: minus its chances, of which ``merit`` lacks the penalty; and
    less that penalty under the minimum age."""
    return -(merit + young * penalty) - young * penalty


@compiled
def score(w, f, by):
    """What files are ranked by, highest first; ties by uid. Young firms are looked at severely by merit and
    by need alone."""
    file = w.files[f]
    i = file.firm
    code = w.locals[file.local].code
    if by == BY_MERIT:
        return file.merit
    if by == BY_JOBS:
        return file.jobs
    if by == BY_NEED:
        return need(file.merit, file.young, w.rules[file.local].young_penalty)
    if by == FIRST_COME:
        return -1.0 * file.applied
    return draw(w.seed[0], PRIORITY, w.uid[i], file.applied, code)


@compiled
def judge(w, f, p, seed):
    """Gives file f its merit."""
    file = w.files[f]
    i = file.firm
    sme = w.smes[i]
    rule = w.rules[file.local]
    finance = min(1.0, sme.finance + w.projects[file.project].finance)
    logit = success_logit(sme.capability, w.basins[sme.basin].demand, finance, sme.success, p)
    z = normal(draw(seed, MERIT, w.uid[i], file.applied, w.locals[file.local].code))
    file.merit = merit(logit, rule.merit_noise, z, file.young, rule.young_penalty)


@compiled
def rank(scores, uids, order, n):
    """Writes into ``order`` the positions 0 to n - 1 by falling score, then rising uid (insertion sort)."""
    for a in range(n):
        b = a
        while b > 0 and (
            scores[order[b - 1]] < scores[a]
            or (scores[order[b - 1]] == scores[a] and uids[order[b - 1]] > uids[a])
        ):
            order[b] = order[b - 1]
            b -= 1
        order[b] = a


@compiled
def end_file(w, t, f, state):
    """A file ends; its firm is free for another."""
    file = w.files[f]
    file.state = state
    file.ended = t
    w.smes[file.firm].file = NEVER


@compiled
def reject(w, t, f, k, seed):
    """A rejected file may come back once, for the same action of its pathway, if the firm has time to be
    helped before it decides."""
    file = w.files[f]
    file.decided = t
    end_file(w, t, f, REJECTED)
    project = w.projects[file.project]
    in_time = project.state == OPEN and project.due - t >= w.rules[k].months_needed
    u = draw(seed, RETURN, w.uid[file.firm], file.applied, w.locals[k].code)
    if file.attempt == 0 and in_time and u < w.rules[k].return_share:
        make_file(w, t, file.firm, np.int64(file.project), k, np.int64(1))
        again = w.files[w.smes[file.firm].file]
        again.step = file.step
        again.need = file.need
        again.jobs = file.jobs


@compiled
def accept(w, t, f, k):
    """An accepted file waits to be matched."""
    file = w.files[f]
    file.decided = t
    file.accepted = t
    file.state = ACCEPTED
    w.locals[k].under_way += 1


@compiled
def files_in(w, state):
    """Open files in this state, in their order: rows."""
    found = np.empty(w.counts[N_OPEN], np.int64)
    n = 0
    for a in range(w.counts[N_OPEN]):
        found[n] = w.open_files[a]
        n += w.files[found[n]].state == state
    return found[:n]


@compiled
def by_local(w, files):
    """These files local scheme by local scheme, within each in their order; where those of each begin, and
    the end."""
    first = np.zeros(w.locals.shape[0] + 1, np.int64)
    for a in range(files.shape[0]):
        first[w.files[files[a]].local + 1] += 1
    for k in range(w.locals.shape[0]):
        first[k + 1] += first[k]
    at = first.copy()
    found = np.empty(files.shape[0], np.int64)
    for a in range(files.shape[0]):
        k = w.files[files[a]].local
        found[at[k]] = files[a]
        at[k] += 1
    return found, first


@compiled
def quota(share, n, u):
    """Files out of n that a committee may accept: share * n + u, rounded down, so that committees accept that
    share on average however few files each of them sees."""
    return int(share * n + u)


@compiled
def sit(w, t, k, waiting, n, seed):
    """One committee of local scheme k over n waiting files: accepts the best that meet the standard, within
    the capacity of its coordinators; those beyond capacity wait, the others are rejected. Directors whom the
    screening turns away are rejected too."""
    rule = w.rules[k]
    by = int(rule.selection)
    scores = np.empty(n)
    uids = np.empty(n, np.uint64)
    order = np.empty(n, np.int64)
    for a in range(n):
        judge(w, waiting[a], w.economy[0], seed)
        w.files[waiting[a]].judged = 1
        scores[a] = score(w, waiting[a], by)
        uids[a] = w.uid[w.files[waiting[a]].firm]
    rank(scores, uids, order, n)
    room = int(rule.coordinators * rule.files_per_coordinator) - w.locals[k].under_way
    allowed = quota(rule.acceptance_share, n, draw(seed, QUOTA, w.locals[k].basin, t, w.locals[k].code))
    for a in range(n):
        f = waiting[order[a]]
        passes = a < allowed
        if by == BY_MERIT:
            passes = scores[order[a]] >= rule.standard + rule.standard_shift
        if not passes or is_turned_away(w, f, rule, seed):
            reject(w, t, f, k, seed)
        elif room > 0:
            accept(w, t, f, k)
            room -= 1


@compiled
def has_waited(w, t, f):
    """Whether file f has waited too long for a seat, or for a coordinator with room. Firms know the calendar
    of committees: none gives up before the first that looks at its file."""
    file = w.files[f]
    rule = w.rules[file.local]
    seen = file.judged == 1 or int(rule.format) == ACTION
    return seen and t - file.applied > rule.patience_months


@compiled
def clear_waiting(w, t, f):
    """Files that cannot wait any longer: the firm has gone, grown too large, decided, or lost patience; the
    scheme has closed. A pathway that has begun goes on after the firm has decided on its project."""
    file = w.files[f]
    if w.smes[file.firm].status == DEAD:
        end_file(w, t, f, LOST)
    elif (
        (w.projects[file.project].state != OPEN and file.step == 0)
        or w.smes[file.firm].status != ACTIVE
        or w.locals[file.local].alive == 0
        or has_waited(w, t, f)
    ):
        end_file(w, t, f, UNSERVED)


@compiled
def selection(w, t):
    """Committees sit on their calendar."""
    if w.locals.shape[0] == 0:
        return
    seed = w.seed[0]
    applied = files_in(w, APPLIED)
    for a in range(applied.shape[0]):
        clear_waiting(w, t, applied[a])
    applied, first = by_local(w, applied)
    waiting = np.empty(applied.shape[0], np.int64)
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        rule = w.rules[k]
        if first[k] == first[k + 1]:
            continue
        since = t - local.start - int(rule.setup_months)
        if int(rule.format) == ACTION:
            continue  # its seats choose
        if local.alive == 0 or since < 0 or since % int(rule.committee_period_months) != 0:
            continue
        n = np.int64(0)
        for a in range(first[k], first[k + 1]):
            f = applied[a]
            if w.files[f].state == APPLIED:
                waiting[n] = f
                n += 1
        if n > 0:
            sit(w, t, k, waiting, n, seed)
