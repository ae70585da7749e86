"""What a reader may ask of a market place: who is in it, what is posted, won, moved and lost."""

import numpy as np

from sim.economy.sectors import TURNOVER_PER_JOB
from sim.once import once
from sim.outcome import Outcome, count, mean, ratio
from sim.state import L_PARTNERS, MARKET, NEVER, PARTNER, C, Table
from sim.world import World

NAN = float("nan")
UNKNOWN_TIE = 0.05  # strength of a tie under which a buyer hardly knows a firm: six and a half months


@once
def places(world: World) -> np.ndarray:
    """Which local schemes are market places."""
    return np.asarray(world.tables.rules.format == MARKET)


def totals(world: World, column: str) -> float:
    """A column of the market places, summed."""
    return float(world.tables.markets[column].sum())


def buyers(world: World) -> float:
    """Partner sites of living market places."""
    return float(world.tables.local_series[world.month - 1, places(world), L_PARTNERS].sum())


@once
def sellers(world: World) -> Table:
    """What firms did in a market place, a row for each membership that began."""
    rows = world.memberships
    began = (rows.joined != NEVER) & places(world)[rows.local]
    return world.tables.sellers[began.nonzero()[0]]


def member_buyers(world: World) -> int:
    """Members that posted a need."""
    return count(sellers(world).needs > 0)


def unserved_share(world: World) -> float:
    """Members of a market place that never won a contract, over all that it has had, in percent."""
    return 100.0 * mean(sellers(world).contracts == 0)


def in_force(world: World) -> Table:
    """Contracts whose term runs at the end."""
    contracts = world.contracts
    return contracts[(contracts.closed == NEVER) & (contracts.ends >= world.month)]


def sales_lost(world: World, neighbours: bool) -> float:
    """Sales that suppliers lose to contracts over their whole terms, in euros: of other basins of the
    territory, or of all."""
    contracts = world.contracts
    if neighbours:
        contracts = contracts[contracts.neighbour == 1]
    return float((contracts.value * (contracts.ends - contracts.awarded)).sum()) / 12.0


def newcomers_share(world: World) -> float:
    """Contracts won without a tie that counts, in percent."""
    return 100.0 * mean(world.contracts.tie < UNKNOWN_TIE)


def sme_share(world: World) -> float:
    """Part of the purchases of large buyers that SMEs have, in percent, over living market places; not a
    number where nobody buys: there is no buyer, or all have closed."""
    t = world.tables
    links = t.partnerships
    kept = (places(world) & (t.locals.alive == 1))[links.local] & (links.state == PARTNER)
    sites = t.sites[links.site[kept]]
    weight = sites.jobs * TURNOVER_PER_JOB[sites.sector]
    if not weight.any():
        return NAN
    return 100.0 * float(np.average(t.buyers.share[kept], weights=weight))


def sales_beyond_jobs(world: World) -> float:
    """Turnover that contracts bring to winners and take from suppliers of the territory, beyond that of the
    jobs which they move, in euros a year. A job brings the turnover a job of its sector."""
    t, contracts = world.tables, world.contracts
    contracts = contracts[contracts.closed == NEVER]
    if not len(contracts):
        return 0.0
    value = np.where(contracts.ends >= world.month, contracts.value, 0.0)
    won = value - contracts.held * TURNOVER_PER_JOB[t.sector[contracts.firm]]
    won[t.size[contracts.firm] <= 0.0] = 0.0
    here = contracts.supplier != NEVER
    here[here] = t.size[contracts.supplier[here]] > 0.0
    supplier = contracts.supplier[here]
    lost = value[here] - contracts.displaced[here] * TURNOVER_PER_JOB[t.sector[supplier]]
    return float(won.sum() - lost.sum())


# fmt: off
MARKETS = (
    Outcome("buyers", "sites", "world", 1, "Large buyers of living market places at the end.", buyers),
    Outcome("member_buyers", "firms", "world", 1, "Members that have posted a need themselves.",
            member_buyers),
    Outcome("needs_posted", "needs", "world", 1, "Needs posted in market places.",
            lambda w: totals(w, "needs")),
    Outcome("needs_unanswered", "needs", "world", -1,
            "Needs posted in market places that no member answered.",
            lambda w: totals(w, "unanswered")),
    Outcome("contracts", "contracts", "world", 1,
            "Contracts that members won from another supplier.", lambda w: totals(w, "contracts")),
    Outcome("contracts_per_member", "contracts per firm", "world", 1,
            "Contracts won over the firms that have been members.",
            lambda w: ratio(totals(w, "contracts"), len(sellers(w)))),
    Outcome("contracts_from_outside", "contracts", "world", 0,
            "Contracts that members won from a supplier outside the territory.",
            lambda w: count(w.contracts.supplier == NEVER)),
    Outcome("contracts_from_neighbours", "contracts", "world", 0,
            "Contracts that members won from a firm of another basin of the territory.",
            lambda w: w.contracts.neighbour.sum()),
    Outcome("contracts_of_newcomers", "%", "world", 0,
            "Contracts won from a buyer that the firm had not known for half a year.", newcomers_share),
    Outcome("sales_moved", "euros", "world", 1, "Value of all contracts won, over their whole terms.",
            lambda w: sales_lost(w, False)),
    Outcome("sales_lost_by_neighbours", "euros", "world", -1,
            "Value of the contracts won from firms of other basins of the territory, over their whole terms.",
            lambda w: sales_lost(w, True)),
    Outcome("sales_in_force", "euros per year", "world", 1, "Yearly value of the contracts that run.",
            lambda w: in_force(w).value.sum()),
    Outcome("jobs_outside", "jobs", "world", -1,
            "Jobs that suppliers outside the territory miss at the end because members have their contracts.",
            lambda w: totals(w, "outside")),
    Outcome("preference_cost", "euros", "world", -1,
            "Price and quality that buyers give away by preferring suppliers of their basin.",
            lambda w: totals(w, "given_away")),
    Outcome("members_unserved", "%", "world", -1, "Members that never won a contract.", unserved_share),
    Outcome("members_gave_up", "firms", "world", -1,
            "Members that left because they won no contract in two years.",
            lambda w: sellers(w).gave_up.sum()),
    Outcome("sme_share", "%", "world", 1,
            "Part of the purchases of large buyers that SMEs have, at the end.", sme_share),
    Outcome("jobs_contract", "jobs", "pair", 1,
            "Jobs of the territory moved by contracts: what members won less what its other firms lost.",
            lambda p, bars: p.delta()[C].sum()),
    Outcome("jobs_net_world", "jobs", "pair", 1,
            "Net jobs less those that suppliers outside the territory miss: about nothing where a policy "
            "only moves contracts.",
            lambda p, bars: bars["net"] - totals(p.treated, "outside")),
)
# fmt: on
