"""Where members of market places meet: those of the month, side by side by category, with room to write."""

from collections import namedtuple

import numpy as np

from sim.columns import EIGHT
from sim.compiled import compiled
from sim.support.ties import NO_TIE

# ``index``: rows of the members' memberships; ``uids``: of their firms; ``marked``: strength of their tie
# with the buyer at hand, or NO_TIE. For one need: ``found``: places of those who answer; ``asked``: their
# uids; ``drawn``: a draw each.
Floor = namedtuple("Floor", ["index", "uids", "marked", "found", "asked", "drawn"])


@compiled
def empty_floor(n):
    """Room for n members."""
    more = n + EIGHT
    return Floor(
        np.empty(n, np.int64),
        np.zeros(more, np.uint64),
        np.full(n, NO_TIE),
        np.empty(n, np.int64),
        np.zeros(more, np.uint64),
        np.empty(more),
    )
