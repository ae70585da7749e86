"""A policy's changes, each applied at the start of its month."""

from sim.compiled import compiled
from sim.parameters import RULES
from sim.state import N_SWITCHED
from sim.support.plans import know_ties

ALUMNI_EVENTS = [rule.name for rule in RULES].index("alumni_events")


@compiled
def levers(w, t):
    """Sets the rules of local schemes that a policy changes this month. The list is sorted by month."""
    at = w.counts[N_SWITCHED]
    while at < w.switches.shape[0] and w.switches[at].month <= t:
        switch = w.switches[at]
        if switch.field == ALUMNI_EVENTS:
            know_ties(w, t, switch.local)
        w.rule_cells[switch.local, switch.field] = switch.value
        at += 1
    w.counts[N_SWITCHED] = at
