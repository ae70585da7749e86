"""The tables of the market place, and its large buyers as they stand when it opens."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from sim.draws import BUYER as BUYER_DRAWS
from sim.draws import draw_pair
from sim.economy.sectors import TURNOVER_PER_JOB
from sim.spec import Territory, WorldSpec
from sim.state import MARKET, NEVER, Table, zeros

# one row a local scheme: what has happened in its market place so far
MARKETPLACE = np.dtype(
    [
        ("needs", "i4"),
        ("answers", "i4"),
        ("unanswered", "i4"),  # needs without an answer
        ("contracts", "i4"),
        ("events", "i4"),
        ("meetings", "i4"),  # ties that events began
        ("event_credit", "f8"),
        ("outside", "f8"),  # jobs lost outside the territory, now
        ("gone", "f8"),  # jobs of contracts that had left their firm before the end: it closed or shrank
        ("spared", "f8"),  # jobs that a supplier which has closed would have had back
        ("given_away", "f8"),  # euros that preference for the own basin costs buyers, over whole contracts
    ],
    align=True,
)
# one row a partnership
BUYER = np.dtype(
    [
        ("public", "i4"),
        ("committed", "i4"),  # month of the last commitment, or NEVER
        ("needs", "i4"),
        ("share", "f8"),  # of its purchases, from SMEs
        ("aim", "f8"),  # of that share
    ],
    align=True,
)
# one row a membership
SELLER = np.dtype(
    [
        ("local", "i4"),
        ("uid", "u8"),  # of its firm
        ("category", "i4"),
        ("place", "i4"),  # among the members of the month, or NEVER
        ("last_tie", "i4"),  # as a buyer
        ("needs", "i4"),
        ("answers", "i4"),
        ("contracts", "i4"),  # won
        ("gives_up", "i4"),  # month in which it leaves if it has won none; 0 before it has joined
        ("gave_up", "i4"),
        ("value", "f8"),  # under contract, euros a year
    ],
    align=True,
)
NEW_SELLER = np.zeros(1, SELLER)
# one row a tie of a member that buys; those of large buyers are in ``met``
TIE = np.dtype(
    [
        ("seller", "i4"),
        ("since", "i4"),
        ("before", "i4"),  # the buyer's tie before this one, or NEVER
    ],
    align=True,
)
CONTRACT = np.dtype(
    [
        ("firm", "i8"),
        ("supplier", "i8"),  # firm that loses it, or NEVER: outside the territory
        ("local", "i4"),
        ("seller", "i4"),  # membership
        ("link", "i4"),  # partnership of the buyer, or NEVER
        ("buyer", "i4"),  # membership of the buyer, or NEVER
        ("awarded", "i4"),
        ("ends", "i4"),
        ("closed", "i4"),  # month, or NEVER
        ("public", "i4"),
        ("neighbour", "i4"),  # the supplier is of another basin
        ("value", "f8"),  # euros a year
        ("jobs", "f8"),  # that it moves
        ("held", "f8"),  # by the winner, now
        ("displaced", "f8"),  # from the supplier, now
        ("outside", "f8"),  # from outside, now
        ("tie", "f8"),  # strength, when it was won
        ("given_away", "f8"),  # part of the price
    ],
    align=True,
)
NEW_CONTRACT = np.zeros(1, CONTRACT)

# Kumaraswamy distribution of mean .173 and coefficient of variation .55: in place of a beta, which it
# resembles, because its quantile is exact
SHAPE_A, SHAPE_B = 1.82582229, 19.06873959


@lru_cache(maxsize=8)
def draw_buyers(territory: Territory, entities: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Of each large site (by its identity in draws): share of its purchases that SMEs have, before it is set
    to a mean; a uniform that says whether it is a public body. With the seed of the territory."""
    u = np.array([draw_pair(territory.seed, BUYER_DRAWS, e, 0, 0) for e in entities]).reshape(-1, 2)
    return (1.0 - (1.0 - u[:, 0]) ** (1.0 / SHAPE_B)) ** (1.0 / SHAPE_A), u[:, 1]


def build_buyers(spec: WorldSpec, rules: Table, partnerships: Table, sites: Table) -> Table:
    """A row a partnership where there is a market place. Shares are scaled so that, over the purchases of all
    the sites of a local scheme, they are ``sme_share`` on average."""
    if not (rules.format == MARKET).any():
        return zeros(0, BUYER)
    table = zeros(len(partnerships), BUYER)
    table.committed = NEVER
    local, site = partnerships.local, partnerships.site
    share, u = draw_buyers(spec.territory, tuple(sites.entity[site].tolist()))
    table.public = u < rules.public_share[local]
    weight = sites.jobs[site] * TURNOVER_PER_JOB[sites.sector[site]]
    weighted, means = share * weight, np.ones(len(rules))
    ends = np.searchsorted(local, np.arange(len(rules) + 1)).tolist()
    for k, (first, end) in enumerate(pairwise(ends)):
        if first < end:
            means[k] = weighted[first:end].sum() / weight[first:end].sum()
    table.share = np.minimum(1.0, share * (rules.sme_share / means)[local])
    return table
