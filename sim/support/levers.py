"""A policy's changes, each applied at the start of its month."""

from sim.compiled import compiled
from sim.state import N_SWITCHED


@compiled
def levers(w, t):
    """Sets the rules of local schemes that a policy changes this month. The list is sorted by month."""
    at = w.counts[N_SWITCHED]
    while at < w.switches.shape[0] and w.switches[at].month <= t:
        switch = w.switches[at]
        w.rule_cells[switch.local, switch.field] = switch.value
        at += 1
    w.counts[N_SWITCHED] = at
