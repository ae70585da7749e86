"""Needs that buyers post, one by one: category, value, who sees it, who answers, who is chosen."""

from sim.columns import eights
from sim.compiled import compiled
from sim.draws import BID, SIGHT, draw_into, draw_pair, normal
from sim.maths import exp
from sim.state import NEVER
from sim.support.bids import (
    bid,
    can_take,
    gumbel,
    gumbels,
    merit_of_bid,
    seeing_chance,
    supplier_of,
    visibility,
)
from sim.support.contracts import award
from sim.support.ties import (
    NO_TIE,
    begin_tie_of_member,
    begin_tie_of_site,
    mark_ties_of_member,
    mark_ties_of_site,
)

FIRST_NEED = 1000  # index of the draws of the first need of a month; each takes four
NUMBERS = 4294967296.0


@compiled
def yearly_value(bought, from_smes, posted, rate):
    """Mean value of a need, in euros a year: what the buyer buys from SMEs in a year, times the part that it
    posts, over the needs of a year."""
    return bought * from_smes * posted / (12.0 * rate)


@compiled
def value_of(mean, spread, z):
    """Lognormal with this mean; z standard normal."""
    return mean * exp(spread * z - 0.5 * spread * spread)


@compiled
def premium(incumbent, winner, response):
    """Part of the price that a buyer gives away by its preference: what the supplier it had is worth above
    the one it takes, in logits, over the logits of a price; nothing if the winner is worth more."""
    return max(0.0, incumbent - winner) / response


@compiled
def who_answers(w, t, k, value, number, public, mb, places, floor, seed):
    """Members of a category who see a need and can take it on, at the beginning of ``floor.found``; how many.
    ``mb``: a member that asks does not answer itself."""
    rule = w.rules[k]
    visible = visibility(rule, public)
    routed = rule.routing * rule.intermediaries
    first, n = places[0], places[1] - places[0]
    draw_into(floor.drawn, seed, SIGHT, floor.uids[first : first + eights(n)], t, number)
    seen = 0
    for a in range(n):
        p = first + a
        m = floor.index[p]
        chance = seeing_chance(visible, max(floor.marked[p], 0.0), routed)
        if m != mb and floor.drawn[a] < chance and can_take(w, m, value, rule):
            floor.found[seen] = p
            seen += 1
    return seen


@compiled
def draw_luck(t, number, n, floor, seed):
    """What the bids of the first n of ``floor.found`` are worth by chance, into ``floor.drawn``."""
    uids = floor.asked[: eights(n)]
    for a in range(n):
        uids[a] = floor.uids[floor.found[a]]
    draw_into(floor.drawn, seed, BID, uids, t, number)
    gumbels(floor.drawn[: uids.shape[0]])


@compiled
def answers(w, t, k, category, value, where, number, public, r, mb, places, floor, seed):
    """Members of the category who see a need answer it, and a tie begins. Returns the membership whose bid is
    worth most (NEVER if there is none), that worth, the strength of its tie, the supplier of the need and
    the number of answers. ``r``: partnership of the buyer, or NEVER and then ``mb`` is its membership."""
    best, best_worth, best_strength = NEVER, 0.0, 0.0
    n = who_answers(w, t, k, value, number, public, mb, places, floor, seed)
    if n == 0:
        return best, best_worth, best_strength, NEVER, n
    draw_luck(t, number, n, floor, seed)
    buyer = w.memberships[mb].firm if r == NEVER else NEVER
    supplier = supplier_of(w, t, k, category, value, where, buyer, seed)
    for a in range(n):
        p = floor.found[a]
        m = floor.index[p]
        w.sellers[m].answers += 1
        if floor.marked[p] == NO_TIE:
            if r != NEVER:
                begin_tie_of_site(w, t, m, r)
            else:
                begin_tie_of_member(w, t, m, mb)
        i = w.memberships[m].firm
        if i == supplier:
            continue
        tie = max(floor.marked[p], 0.0)
        worth = bid(w, k, i, tie, floor.drawn[a], r != NEVER and public == 0, seed)
        if (
            best == NEVER
            or worth > best_worth
            or (worth == best_worth and w.uid[i] < w.uid[w.memberships[best].firm])
        ):
            best, best_worth, best_strength = m, worth, tie
    return best, best_worth, best_strength, supplier, n


@compiled
def worth_of_supplier(w, supplier, rule, u):
    """What it is worth to stay with the supplier that the buyer has: ``incumbent_bonus`` +
    ``capability_weight`` (2 c - 1) + Gumbel; one outside the territory is of middling capability."""
    worth = rule.incumbent_bonus + gumbel(u)
    if supplier != NEVER:
        worth += merit_of_bid(w.smes[supplier].capability, 0.0, rule)
    return worth


@compiled
def post(w, t, k, j, stream, entity, mean, public, r, mb, starts, floor, seed):
    """The j-th need of a buyer in a month. ``mean``: its mean value; ``stream``, ``entity``: those of the
    buyer's draws; ``starts``: where the members of each category stand on the ``floor``."""
    rule = w.rules[k]
    market = w.markets[k]
    b = w.locals[k].basin
    first = FIRST_NEED + 4 * j
    u, z = draw_pair(seed, stream, entity, t, first)
    categories = int(rule.categories)
    category = min(categories - 1, int(u * categories))
    places = (starts[category], starts[category + 1])
    market.needs += 1
    if places[0] == places[1]:
        market.unanswered += 1
        return
    value = value_of(mean, rule.need_spread, normal(z))
    spot, row = draw_pair(seed, stream, entity, t, first + 1)
    other, x = draw_pair(seed, stream, entity, t, first + 2)
    number = int(x * NUMBERS)
    if r != NEVER:
        mark_ties_of_site(w, t, r, rule.tie_months, floor.index, places[0], places[1], floor.marked)
    else:
        mark_ties_of_member(w, t, mb, rule.tie_months, places[0], places[1], floor.marked)
    m, worth, tie, supplier, n = answers(
        w, t, k, category, value, (spot, row, other), number, public, r, mb, places, floor, seed
    )
    market.answers += n
    if n == 0:
        market.unanswered += 1
    if m == NEVER:
        return
    v, _ = draw_pair(seed, stream, entity, t, first + 3)
    against = worth_of_supplier(w, supplier, rule, v)
    local = supplier != NEVER and w.smes[supplier].basin == b
    preference = 0.0 if public == 1 or local else rule.price_response * rule.local_preference
    if worth + preference > against:
        award(w, t, k, m, supplier, r, mb, value, tie, premium(against, worth, rule.price_response), public)
