"""Part of phase 12: buyers post needs, members answer, and one of them may win a contract."""

import math

from sim import draws
from tests.reference.agents import ACTIVE, PARTNER
from tests.reference.marketplaces import Contract, Tie, category, slice_of, strength, turnover_a_job


class Need:
    """The j-th need of a buyer this month, of a mean value; it lasts no longer than its month."""

    def __init__(self, model, local, buyer, stream, entity, j, mean):
        self.model, self.local, self.buyer = model, local, buyer
        self.stream, self.entity, self.j = stream, entity, j
        rule = local.rule
        self.categories = int(rule["categories"])
        first, second = self.pair(0)
        self.category = min(self.categories - 1, int(self.categories * first))
        sigma = rule["need_spread"]
        self.value = mean * math.exp(sigma * draws.normal(second) - sigma * sigma / 2.0)
        self.number = int(2.0**32 * self.pair(2)[1])

    def pair(self, q):
        """Two uniforms of the need."""
        return self.model.pair(self.stream, self.entity, self.model.month, 1000 + 4 * self.j + q)

    def light_enough(self, firm, value=0.0):
        """Whether the need is not too much for a firm, beside contracts of some value."""
        cap = self.local.rule["turnover_cap"] * firm.size * turnover_a_job(firm)
        return value + self.value <= cap


def needs_of_sites(model, local):
    """Needs of large buyers."""
    rule, t = local.rule, model.month
    for link in local.partnerships:
        if link.state != PARTNER:
            continue
        site = link.site
        number = draws.poisson(rule["needs_rate"], model.world_seed, draws.PURCHASE, site.entity, t)
        for j in range(number):
            bought = link.buyer.share * purchases(site, site.jobs, rule)
            mean = bought * rule["posted_share"] / (12.0 * rule["needs_rate"])
            post(model, Need(model, local, link.buyer, draws.PURCHASE, site.entity, j, mean))


def needs_of_members(model, local):
    """Needs of members, in their order."""
    rule, found = local.rule, local.market.by_category
    for seller in [seller for k in sorted(found) for seller in found[k]]:
        firm = seller.firm
        if model.u(draws.ORDER, firm.uid, model.month) < rule["member_needs"]:
            bought = rule["sme_share"] * purchases(firm, firm.size, rule)
            mean = bought * rule["posted_share"] / (12.0 * rule["member_needs"])
            post(model, Need(model, local, seller, draws.ORDER, firm.uid, 0, mean))


def purchases(place, jobs, rule):
    """What a site or firm buys in a year."""
    return jobs * turnover_a_job(place) * rule["purchase_share"]


def post(model, need):
    """A need is posted; members answer; the supplier that the buyer has may lose against one of them."""
    market, buyer = need.local.market, need.buyer
    market.needs += 1
    buyer.needs += 1
    members = [m for m in market.by_category.get(need.category, []) if m is not buyer]
    months = need.local.rule["tie_months"]
    known = {m: strength(model, buyer, m, months) for m in members}
    answering = [m for m in members if answers(model, need, m, known[m])]
    for m in answering:
        m.answers += 1
        market.answers += 1
        if m.membership not in buyer.ties:
            Tie(model, buyer, m)
    if not answering:
        market.unanswered += 1
        return
    supplier = supplier_now(model, need)
    bids = {m: bid(model, need, m, known[m]) for m in answering if m.firm is not supplier}
    if bids:
        best = min(bids, key=lambda m: (-bids[m], m.firm.uid))
        decide(model, need, best, bids[best], supplier, known[best])


def answers(model, need, seller, tie):
    """Whether a member sees the need and is able to meet it."""
    rule, firm = need.local.rule, seller.firm
    if need.buyer.public:
        seen = rule["public_visibility"]
    else:
        seen = rule["private_visibility"]
        seen += rule["platform"] * (rule["platform_visibility"] - rule["private_visibility"])
    chance = 1.0 - (1.0 - seen) * (1.0 - tie) * (1.0 - rule["routing"] * rule["intermediaries"])
    return (
        model.u(draws.SIGHT, firm.uid, model.month, need.number) < chance
        and firm.status == ACTIVE
        and need.light_enough(firm, seller.value)
    )


def bid(model, need, seller, tie):
    """What the bid of a member is worth."""
    rule, firm = need.local.rule, seller.firm
    luck = gumbel(model.u(draws.BID, firm.uid, model.month, need.number))
    worth = rule["capability_weight"] * (2.0 * firm.capability - 1.0) + rule["tie_weight"] * tie + luck
    if need.buyer.large and not need.buyer.public:
        coached = model.u(draws.COACHING, firm.uid, 0, need.local.code) < rule["pitch_coaching"]
        worth += rule["pitch_gain"] if coached else 0.0
    return worth


def gumbel(u):
    """A standard Gumbel number at a uniform."""
    return -math.log(-math.log(u))


def supplier_now(model, need):
    """The firm that supplies the buyer without the market place, none if it lies outside the territory."""
    rule, basins = need.local.rule, model.basins
    where = need.pair(1)[0]
    others = [basin for basin in basins if basin is not need.local.basin]
    outside = rule["outside_share"]
    if where < outside:
        return None
    if others and where < outside + (1.0 - outside) * rule["neighbour_share"]:
        return look_through(model, need, another_basin(others, need.pair(2)[0]))
    return look_through(model, need, need.local.basin)


def another_basin(basins, u):
    """One of them, by their initial firms."""
    x = u * sum(basin.data.smes for basin in basins)
    for basin in basins:
        x -= basin.data.smes
        if x < 0.0:
            return basin
    return basins[-1]


def look_through(model, need, basin):
    """The first firm of a basin that could supply the need, from a row drawn on, once round."""
    firms = basin.existing(model.month + 1)
    start = min(len(firms) - 1, int(len(firms) * need.pair(1)[1]))
    for firm in firms[start:] + firms[:start]:
        if (
            firm.alive
            and firm is not need.buyer.firm
            and sells(model, need, firm)
            and need.light_enough(firm)
        ):
            return firm
    return None


def sells(model, need, firm):
    """Whether a firm sells what is needed."""
    low, high = slice_of(firm.sector)
    k, n = need.category, need.categories
    return low < (k + 1) / n and high > k / n and category(model, firm, n) == k


def decide(model, need, seller, worth, supplier, tie):
    """The best bid against the supplier that the buyer has."""
    rule, local, buyer = need.local.rule, need.local, need.buyer
    other = rule["incumbent_bonus"] + gumbel(need.pair(3)[0])
    if supplier is not None:
        other += rule["capability_weight"] * (2.0 * supplier.capability - 1.0)
    same_basin = supplier is not None and supplier.basin is local.basin
    preference = 0.0
    if not buyer.public and not same_basin:
        preference = rule["price_response"] * rule["local_preference"]
    if worth + preference <= other:
        return
    contract = Contract(model, local, buyer, seller, supplier, need.value)
    contract.tie = tie
    contract.given_away = max(0.0, other - worth) / rule["price_response"]
    seller.value += need.value
    seller.contracts += 1
    local.market.contracts += 1
    local.market.given_away += contract.given_away * need.value * rule["contract_months"] / 12.0
