"""Several schemes in one basin: they tire directors of paperwork, share the same developers, do the same work
twice; unless they are coordinated."""

from sim.compiled import compiled
from sim.maths import power
from sim.state import NEVER


@compiled
def neighbours(w, k):
    """How many other local schemes live in the basin of local scheme k, and how far k is coordinated with
    them, in [0, 1]: its own coordination times the mean of theirs; 0 where there are none."""
    others = 0.0
    n = 0
    for s in range(w.local_of.shape[0]):
        other = w.local_of[s, w.locals[k].basin]
        if other != NEVER and other != k and w.locals[other].alive == 1:
            others += w.rules[other].coordination
            n += 1
    return n, (w.rules[k].coordination * others / n if n > 0 else 0.0)


@compiled
def crowding_factor(crowding, neighbours, concert):
    """What is left of applications in a crowded field: (1 - crowding)**(neighbours (1 - concert)); 1 without
    neighbours."""
    return power(1.0 - crowding, neighbours * (1.0 - concert)) if neighbours > 0 else 1.0


@compiled
def referral_share(largest, total, rivalry, concert):
    """What is left of the referrals of a scheme where developers bring firms to several: (largest / total)**
    (rivalry (1 - concert)), largest and total of the referrals of all schemes of the basin, each counted as
    if it were alone; 1 where it is the only one."""
    return power(largest / total, rivalry * (1.0 - concert)) if total > largest else 1.0


@compiled
def spared(duplicated, concert):
    """What is left of coordination costs where work is not done twice: 1 - duplicated concert."""
    return 1.0 - duplicated * concert
