"""What a firm needs, what is taken for its need, and how a general diagnostic narrows the gap."""

import numpy as np

from sim.compiled import compiled
from sim.draws import DIAGNOSTIC, DOMAIN, NEXT, READING, draw, draw_pair
from sim.economy.projects import NEED_SHARES, need_of
from sim.state import ACTIVE, SHARED, UNDIAGNOSED, UNSHARED
from sim.support.application import make_file, search_factor

STEPS = 1 << 24  # codes of schemes are below: a draw of a step has index code + STEPS * step


@compiled
def own_reading(base, response, capability):
    """Chance that a director reads the need rightly: pi_0 + slope (c - 1/2)."""
    return base + response * (capability - 0.5)


@compiled
def reading_chance(own, diagnosed, accuracy, use):
    """Chance that the need is read rightly after a diagnostic: own + use accuracy (pi_d - own); ``use`` is 1
    where it is shared. The careless one leaves the director's reading as it was."""
    return own + use * accuracy * (diagnosed - own)


@compiled
def misread(need, u):
    """The need that is taken for the true one: any other, in proportion to its share of all needs."""
    below = NEED_SHARES[need - 1] if need > 0 else 0.0
    share = NEED_SHARES[need] - below
    x = u * (1.0 - share)
    if x >= below:
        x += share
    found = need_of(x)
    if found == need:  # a rounding at the edge of its interval
        return need + 1 if need < 6 else need - 1
    return found


@compiled
def diagnose(w, f, rule, seed):
    """Whether the pathway of file f has a diagnostic, and who sees it. The same for all its actions."""
    file = w.files[f]
    opened = w.projects[file.project].opened
    u, v = draw_pair(seed, DIAGNOSTIC, w.uid[file.firm], opened, w.locals[file.local].code)
    if u >= rule.diagnostic_coverage:
        return UNDIAGNOSED
    return SHARED if v < rule.diagnostic_sharing else UNSHARED


@compiled
def read_need(w, f, seed):
    """At the door of an action: the need of file f is read, rightly or not, which gives the theme it waits
    for."""
    file = w.files[f]
    rule = w.rules[file.local]
    capability = w.smes[file.firm].capability
    chance = own_reading(rule.need_reading, rule.need_reading_capability, capability)
    file.diagnosed = diagnose(w, f, rule, seed)
    if file.diagnosed != UNDIAGNOSED:
        use = 1.0 if file.diagnosed == SHARED else rule.unshared_use
        chance = reading_chance(chance, rule.diagnosed_reading, rule.diagnostic_accuracy, use)
    opened = w.projects[file.project].opened
    index = w.locals[file.local].code + STEPS * file.step
    u, v = draw_pair(seed, READING, w.uid[file.firm], opened, index)
    file.read_rightly = u < chance
    file.theme = file.need if u < chance else misread(file.need, v)


@compiled
def go_on(w, t, f, seed):
    """At the end of an action the firm may ask for another: for the same need if it was misread, else for one
    drawn anew, which may be the same."""
    file = w.files[f]
    k = file.local
    i = file.firm
    rule = w.rules[k]
    chance = rule.next_action * search_factor(rule.search_cost, rule.integration)
    fits = w.smes[i].status == ACTIVE and rule.size_min <= w.size[i] < rule.size_max
    if chance <= 0.0 or not fits:
        return
    opened = w.projects[file.project].opened
    step = file.step + 1
    index = w.locals[k].code + STEPS * step
    if draw(seed, NEXT, w.uid[i], opened, index) >= chance:
        return
    need = need_of(draw(seed, DOMAIN, w.uid[i], opened, index)) if file.read_rightly == 1 else file.need
    make_file(w, t, i, np.int64(file.project), np.int64(k), np.int64(0))
    later = w.files[w.smes[i].file]
    later.step = step
    later.need = need
    later.jobs = 0.0  # those at stake stand in the first file of the project
