"""The market place: members, all of them buyers and sellers, post needs, see those of others and answer."""

import numpy as np

from sim.columns import eights, that_are_marked
from sim.compiled import compiled
from sim.draws import GIVING_UP, ORDER, PURCHASE, draw, draw_pairs, poisson
from sim.maths import power
from sim.state import (
    MARKET,
    N_CLOSED,
    N_CONTRACTS,
    N_MEMBERS,
    N_MEMBERSHIPS,
    N_TIES,
    NEVER,
    PARTNER,
)
from sim.support.bids import category_of
from sim.support.buyers import commit, purchases
from sim.support.contracts import keep_contracts
from sim.support.floor import empty_floor
from sim.support.membership import leave, months_of_membership
from sim.support.needs import post, yearly_value
from sim.support.ties import hold_event

PATIENCE_MONTHS = 24  # of a member without a contract: as long as a tie takes to be worth something


@compiled
def is_market(w, k):
    """Whether local scheme k is a market place."""
    return int(w.rules[k].format) == MARKET


@compiled
def has_market(w):
    """Whether some local scheme is a market place."""
    for k in range(w.locals.shape[0]):
        if is_market(w, k):
            return True
    return False


@compiled
def running_costs(rule, members):
    """Costs of a market place in a year, in euros, beyond its coordinators: what a second carrier does again,
    recruiting, platform, intermediaries, coaching, fee of the pact."""
    return (
        rule.coordinators * rule.coordinator_euros * rule.duplication * (1.0 - rule.shared_structures)
        + rule.joining_effort * rule.joining_euros
        + rule.recruiting_effort * rule.recruiting_euros
        + rule.platform * rule.platform_euros
        + rule.intermediaries * rule.intermediary_euros
        + rule.pitch_coaching * rule.coaching_euros * members
        + rule.national_pact * rule.pact_euros
    )


@compiled
def enter(w, t, m, seed):
    """The firm of membership m has joined this month: what it sells; how long it waits for a contract."""
    row = w.memberships[m]
    rule = w.rules[row.local]
    seller = w.sellers[m]
    seller.local = row.local
    seller.uid = w.uid[row.firm]
    seller.category = category_of(w, row.local, row.firm, seed)
    seller.last_tie = NEVER
    u = draw(seed, GIVING_UP, w.uid[row.firm], t, w.locals[row.local].code)
    seller.gives_up = t + PATIENCE_MONTHS + months_of_membership(u, rule.unserved_exit)


@compiled
def members_there(w, t, seed):
    """The members of market places, in the order of memberships. Newcomers enter; whoever has waited too long
    for a contract leaves."""
    joined = np.zeros(eights(w.counts[N_MEMBERSHIPS]), np.uint8)
    for a in range(w.counts[N_MEMBERS]):
        joined[w.members[a].membership] = is_market(w, w.members[a].local)
    members = that_are_marked(joined)
    n = 0
    for a in range(members.shape[0]):
        m = members[a]
        seller = w.sellers[m]
        if seller.gives_up == 0:
            enter(w, t, m, seed)
        members[n] = m
        if seller.contracts == 0 and t >= seller.gives_up:
            seller.gave_up = 1
            leave(w, t, m)
        else:
            n += 1
    return members[:n]


@compiled
def first_slots(w):
    """First slot of each local scheme in the index of members: one slot a category, and one more."""
    slots = np.zeros(w.locals.shape[0] + 1, np.int64)
    for k in range(w.locals.shape[0]):
        slots[k + 1] = slots[k] + (int(w.rules[k].categories) + 1 if is_market(w, k) else 0)
    return slots


@compiled
def index_members(w, t, slots, seed):
    """The members of market places by local scheme and category, within these in the order of memberships:
    (their floor, where each slot starts on it). Each is told its place."""
    starts = np.zeros(slots[-1] + 1, np.int64)
    members = members_there(w, t, seed)
    for a in range(members.shape[0]):
        seller = w.sellers[members[a]]
        starts[slots[seller.local] + seller.category + 1] += 1
    for a in range(1, starts.shape[0]):
        starts[a] += starts[a - 1]
    filled = starts.copy()
    floor = empty_floor(starts[-1])
    for a in range(members.shape[0]):
        seller = w.sellers[members[a]]
        slot = slots[seller.local] + seller.category
        place = filled[slot]
        seller.place = place
        floor.index[place] = members[a]
        floor.uids[place] = seller.uid
        filled[slot] += 1
    return floor, starts


@compiled
def needs_of_sites(w, t, k, starts, floor, seed):
    """Large buyers post their needs, in row order."""
    rule = w.rules[k]
    local = w.locals[k]
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        if w.partnerships[r].state != PARTNER:
            continue
        site = w.sites[w.partnerships[r].site]
        buyer = w.buyers[r]
        n = poisson(rule.needs_rate, seed, PURCHASE, site.entity, t)
        if n == 0:
            continue
        bought = purchases(site.jobs, site.sector, rule.purchase_share)
        mean = yearly_value(bought, buyer.share, rule.posted_share, rule.needs_rate)
        buyer.needs += n
        for j in range(n):
            post(w, t, k, j, PURCHASE, np.uint64(site.entity), mean, np.int64(buyer.public), r, NEVER,
                 starts, floor, seed)  # fmt: skip


@compiled
def needs_of_members(w, t, k, starts, floor, seed):
    """Member firms post needs too, in the order of the index; each at most one a month."""
    rule = w.rules[k]
    first, last = starts[0], starts[int(rule.categories)]
    u, _ = draw_pairs(seed, ORDER, floor.uids[first:last], t, 0)
    for p in range(first, last):
        if u[p - first] < rule.member_needs:
            mb = floor.index[p]
            i = w.memberships[mb].firm
            bought = purchases(w.size[i], w.sector[i], rule.purchase_share)
            mean = yearly_value(bought, rule.sme_share, rule.posted_share, rule.member_needs)
            w.sellers[mb].needs += 1
            post(w, t, k, 0, ORDER, w.uid[i], mean, 0, NEVER, mb, starts, floor, seed)


@compiled
def event_is_due(market, events_per_year):
    """Whether an event takes place this month: fractions of events add up."""
    market.event_credit += events_per_year / 12.0
    if market.event_credit < 1.0 - 1e-9:
        return False
    market.event_credit -= 1.0
    return True


@compiled
def trade(w, t, k, starts, floor, seed):
    """A month of the market place of local scheme k. ``starts``: of its categories on the ``floor``."""
    rule = w.rules[k]
    local = w.locals[k]
    market = w.markets[k]
    first, last = starts[0], starts[int(rule.categories)]
    commit(w, t, k)
    local.coordination_cost += running_costs(rule, last - first) / 12.0
    if event_is_due(market, rule.events_per_year):
        market.events += 1
        local.coordination_cost += rule.event_euros
        hold_event(w, t, k, floor, first, last, seed)
    needs_of_sites(w, t, k, starts, floor, seed)
    needs_of_members(w, t, k, starts, floor, seed)


@compiled
def market(w, t):
    """Contracts run on; then in every market place buyers commit themselves, members meet, post and answer
    needs."""
    if not has_market(w):
        return
    seed = w.seed[0]
    keep_contracts(w, t)
    slots = first_slots(w)
    floor, starts = index_members(w, t, slots, seed)
    for k in range(w.locals.shape[0]):
        if is_market(w, k) and w.locals[k].alive == 1:
            trade(w, t, k, starts[slots[k] : slots[k + 1]], floor, seed)


@compiled
def room_of(mean):
    """A number that a count of this mean does not pass: ten standard deviations and forty above it."""
    return int(mean + 10.0 * power(mean + 1.0, 0.5) + 40.0)


@compiled
def market_has_room(w, t):
    """Whether the tables of the market can take the coming month: ties of all members that may answer a
    member, contracts of all needs."""
    if not has_market(w):
        return True
    ties = 0
    contracts = 0
    for k in range(w.locals.shape[0]):
        if not is_market(w, k):
            continue
        rule = w.rules[k]
        local = w.locals[k]
        b = local.basin
        sellers = local.candidates + (w.ends[b, t + 1] - w.basins[b].first if t <= local.start else
                                      w.ends[b, t + 1] - w.ends[b, t])  # fmt: skip
        of_members = room_of(rule.member_needs * sellers)
        contracts += of_members + room_of(rule.needs_rate * local.partnerships)
        ties += of_members * room_of(sellers / max(1, int(rule.categories)))
    return (
        w.ties.shape[0] - w.counts[N_TIES] > ties and w.contracts.shape[0] - w.counts[N_CONTRACTS] > contracts
    )


@compiled
def flows_of_contracts(w):
    """Most changes of employment by contracts in a month."""
    return 4 * (w.counts[N_CONTRACTS] - w.counts[N_CLOSED])
