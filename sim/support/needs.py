"""Needs that buyers post, one by one: category, value, who sees it, who answers, who is chosen."""

from sim.compiled import compiled
from sim.draws import draw_pair, normal
from sim.maths import exp
from sim.state import NEVER
from sim.support.bids import (
    bid,
    can_take,
    gumbel,
    merit_of_bid,
    sees,
    supplier_of,
    visibility,
)
from sim.support.contracts import award
from sim.support.ties import NO_TIE, begin_tie, begin_tie_of_site, mark_ties, mark_ties_of_site

FIRST_NEED = 1000  # index of the draws of the first need of a month; each takes four
UNKNOWN = -2
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
def answers(w, t, k, b, category, value, where, number, public, r, mb, index, places, marked, seed):
    """Members of the category who see a need answer it, and a tie begins. Returns the membership whose bid is
    worth most (NEVER if there is none), that worth, the strength of its tie, the supplier of the need
    (UNKNOWN where nobody answers) and the number of answers. ``r``: partnership of the buyer, or NEVER and
    then ``mb`` is its membership."""
    rule = w.rules[k]
    visible = visibility(rule, public)
    routed = rule.routing * rule.intermediaries
    buyer = w.memberships[mb].firm if r == NEVER else NEVER
    to_group = r != NEVER and public == 0
    best, best_worth, best_strength = NEVER, 0.0, 0.0
    supplier = UNKNOWN
    n = 0
    for p in range(places[0], places[1]):
        m = index[p]
        if m == mb or not sees(w, t, m, marked[p], visible, routed, number, seed):
            continue
        if not can_take(w, m, value, rule):
            continue
        n += 1
        w.sellers[m].answers += 1
        if marked[p] == NO_TIE:
            if r != NEVER:
                begin_tie_of_site(w, t, m, r)
            else:
                w.sellers[mb].last_tie = begin_tie(w, t, m, w.sellers[mb].last_tie)
        if supplier == UNKNOWN:
            supplier = supplier_of(w, t, b, category, value, where, buyer, rule, seed)
        i = w.memberships[m].firm
        if i == supplier:
            continue
        worth = bid(w, t, k, m, max(marked[p], 0.0), number, to_group, seed)
        if (
            best == NEVER
            or worth > best_worth
            or (worth == best_worth and w.uid[i] < w.uid[w.memberships[best].firm])
        ):
            best, best_worth, best_strength = m, worth, max(marked[p], 0.0)
    return best, best_worth, best_strength, supplier, n


@compiled
def worth_of_supplier(w, supplier, rule, u):
    """What it is worth to stay with the supplier that the buyer has: bonus + 1.5 (2 c - 1) + Gumbel; one
    outside the territory is of middling capability."""
    worth = rule.incumbent_bonus + gumbel(u)
    if supplier != NEVER:
        worth += merit_of_bid(w.smes[supplier].capability, 0.0, rule)
    return worth


@compiled
def post(w, t, k, j, stream, entity, mean, public, r, mb, index, starts, marked, seed):
    """The j-th need of a buyer in a month. ``mean``: its mean value; ``stream``, ``entity``: those of the
    buyer's draws; ``starts``: where the members of each category stand in ``index``."""
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
        mark_ties_of_site(w, t, r, category, rule.tie_months, marked)
    else:
        mark_ties(w, t, w.sellers[mb].last_tie, category, rule.tie_months, marked)
    m, worth, tie, supplier, n = answers(
        w, t, k, b, category, value, (spot, row, other), number, public, r, mb, index, places, marked, seed
    )
    marked[places[0] : places[1]] = NO_TIE
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
