"""From one place to many: which local scheme may open, how rigorous it is, who is trained to lead it.

A scheme is the same in all its places; the first of its local schemes to open is the parent. Trained
facilitators belong to the scheme as a whole and are counted in the parent's row.
"""

import numpy as np

from sim.compiled import compiled
from sim.state import NEVER

NO_LIMIT = 99.0


@compiled
def parents_and_living(w):
    """Of each scheme: the local scheme that opened first, in row order among equals (NEVER if none has); how
    many of its local schemes live."""
    parents = np.full(w.local_of.shape[0], NEVER, np.int64)
    living = np.zeros(w.local_of.shape[0], np.int64)
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        parent = parents[local.scheme]
        if local.opened == 1 and (parent == NEVER or local.start < w.locals[parent].start):
            parents[local.scheme] = k
        living[local.scheme] += local.alive == 1
    return parents, living


@compiled
def staffing(trained, seats, locals_alive):
    """Share of the local schemes' need for trained facilitators that is met: min(1, trained / (seats * local
    schemes)); 1 where no facilitator is needed."""
    need = seats * locals_alive
    return min(1.0, trained / need) if need > 0.0 else 1.0


@compiled
def rigour_allowed(staffed, untrained):
    """Rigour that facilitators allow: u + (1 - u) * staffing."""
    return untrained + (1.0 - untrained) * staffed


@compiled
def trainers(w, parents):
    """Of each scheme: the living local scheme by whose rules, and at whose cost, facilitators are trained. It
    is the parent; once that has closed, the first in row order. NEVER if none lives."""
    found = np.full(w.local_of.shape[0], NEVER, np.int64)
    for k in range(w.locals.shape[0]):
        s = w.locals[k].scheme
        if w.locals[k].alive == 1 and (found[s] == NEVER or parents[s] == k):
            found[s] = k
    return found


@compiled
def train(w, parents):
    """A month of training, for each scheme that lives somewhere; on average it lasts ``training_months``."""
    by = trainers(w, parents)
    for s in range(w.local_of.shape[0]):
        k = by[s]
        if k == NEVER:
            continue
        rule = w.rules[k]
        parent = w.locals[parents[s]]
        if rule.training_places > 0.0 or parent.in_training > 0.0:
            begin = rule.training_places / 12.0
            parent.in_training += begin
            w.locals[k].coordination_cost += begin * rule.training_euros
            done = parent.in_training / rule.training_months
            parent.in_training -= done
            parent.trained += done


@compiled
def keep_rigour(w, parents, living):
    """The rigour of each living local scheme moves towards what the scheme's facilitators allow."""
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        rule = w.rules[k]
        if local.alive == 1 and rule.rigour_gain > 0.0:
            trained = w.locals[parents[local.scheme]].trained
            staffed = staffing(trained, rule.seats_facilitators, living[local.scheme])
            local.rigour += rule.rigour_gain * (rigour_allowed(staffed, rule.untrained) - local.rigour)


@compiled
def opening_rigour(w, k):
    """Rigour with which local scheme k opens, or would: 1 for the parent, else the parent's (once it has
    closed, what it had) * transfer * what facilitators allow with one local scheme more."""
    local = w.locals[k]
    rule = w.rules[k]
    parents, living = parents_and_living(w)
    parent = parents[local.scheme]
    if parent == NEVER:
        return 1.0
    staffed = staffing(w.locals[parent].trained, rule.seats_facilitators, living[local.scheme] + 1)
    return w.locals[parent].rigour * rule.transfer * rigour_allowed(staffed, rule.untrained)


@compiled
def turn(w, t, k):
    """When the pace of roll-out gives local scheme k its turn, in months with their fraction: 12 / pace after
    the turn of the last that opened, t at the earliest."""
    rule = w.rules[k]
    latest = -1.0
    for j in range(w.locals.shape[0]):
        if w.locals[j].scheme == w.locals[k].scheme and w.locals[j].opened == 1:
            latest = max(latest, w.locals[j].turn)
    if latest < 0.0 or rule.opening_pace >= NO_LIMIT:
        return float(t)
    return max(float(t), latest + 12.0 / rule.opening_pace)


@compiled
def founders_of(w, k):
    """Large sites that founded local scheme k: those that are its partners as it opens."""
    local = w.locals[k]
    found = 0
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        found += w.partnerships[r].founder
    return found


@compiled
def may_open(w, t, k):
    """Whether local scheme k may open: with founders enough to stay open, within the number of places, where
    its turn falls in this month, and with the rigour asked for."""
    local = w.locals[k]
    rule = w.rules[k]
    if founders_of(w, k) < rule.partners_min:
        return False
    opened = 0
    for j in range(w.locals.shape[0]):
        opened += w.locals[j].scheme == local.scheme and w.locals[j].opened == 1
    if opened >= rule.opening_places:
        return False
    if opened == 0:
        return True
    if turn(w, t, k) >= t + 1.0 - 1e-9:
        return False
    return rule.quality_floor <= 0.0 or opening_rigour(w, k) >= rule.quality_floor
