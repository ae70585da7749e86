"""Phase 12: contracts run, members are counted, and in each market place buyers and members meet."""

import math

from sim import draws
from tests.reference.agents import MARKET, NEVER, PARTNER
from tests.reference.contracts import run_contracts
from tests.reference.marketplaces import Tie, category, has_market
from tests.reference.members import months
from tests.reference.needs import needs_of_members, needs_of_sites


def market(model):
    """Phase 12: contracts, members, then each living market place."""
    if not has_market(model):
        return
    run_contracts(model)
    gather_members(model)
    for local in model.locals:
        if is_open(local):
            if local.rule["national_pact"] > 0.0:
                commit(model, local)
            spend(local)
            hold_event(model, local)
            needs_of_sites(model, local)
            needs_of_members(model, local)


def is_open(local):
    """Whether it is a living market place."""
    return local.alive and local.rule["format"] == MARKET


def gather_members(model):
    """The members of the month of each living market place, by category."""
    for one in model.memberships:
        one.seller.place = NEVER
    for local in model.locals:
        local.market.by_category = {}
    for one in model.memberships:
        if is_open(one.local) and one.member:
            greet(model, one)
            if not gives_up(model, one):
                found = one.local.market.by_category.setdefault(one.seller.category, [])
                found.append(one.seller)
    for place, seller in enumerate(s for local in model.locals for s in sellers(local)):
        seller.place = place


def greet(model, one):
    """What is known of a firm that joined this month."""
    if one.joined == model.month:
        rule, code = one.local.rule, one.local.code
        one.seller.category = category(model, one.firm, int(rule["categories"]))
        wait = draws.exponential(model.u(draws.GIVING_UP, one.firm.uid, model.month, code))
        one.seller.gives_up = model.month + 24 + months(wait, rule["unserved_exit"])


def gives_up(model, one):
    """Members that have won nothing in two years may leave."""
    if one.seller.contracts == 0 and model.month >= one.seller.gives_up:
        one.seller.gave_up = True
        one.leave()
        return True
    return False


def sellers(local):
    """The members of the month, in their order."""
    found = local.market.by_category
    return [seller for k in sorted(found) for seller in found[k]]


def partners_of(local):
    """The partners of a local scheme, in row order."""
    return [link for link in local.partnerships if link.state == PARTNER]


def commit(model, local):
    """Buyers commit themselves to buy more from SMEs, and do so little by little."""
    rule, t = local.rule, model.month
    for link in partners_of(local):
        buyer = link.buyer
        again = rule["recommitment_months"] > 0.0 and t - buyer.committed >= rule["recommitment_months"]
        if buyer.committed == NEVER or again:
            buyer.committed = t
            gain = rule["commitment_gain"] * rule["national_pact"]
            buyer.aim = min(1.0, buyer.share * (1.0 + gain))
        else:
            approach = 1.0 - math.exp(-rule["commitment_speed"] / 12.0)
            buyer.share += (buyer.aim - buyer.share) * approach


def spend(local):
    """What a market place costs this month, apart from events and what every local scheme costs."""
    rule = local.rule
    twice = rule["duplication"] * (1.0 - rule["shared_structures"])
    yearly = (
        rule["coordinators"] * rule["coordinator_euros"] * twice
        + rule["joining_effort"] * rule["joining_euros"]
        + rule["recruiting_effort"] * rule["recruiting_euros"]
        + rule["platform"] * rule["platform_euros"]
        + rule["intermediaries"] * rule["intermediary_euros"]
        + rule["pitch_coaching"] * rule["coaching_euros"] * len(sellers(local))
        + rule["national_pact"] * rule["pact_euros"]
    )
    local.coordination_cost += yearly / 12.0


def hold_event(model, local):
    """Members and buyers come to an event, and some meet."""
    rule, market, t = local.rule, local.market, model.month
    market.event_credit += rule["events_per_year"] / 12.0
    if market.event_credit < 1.0 - 1e-9:
        return
    market.event_credit -= 1.0
    market.events += 1
    local.coordination_cost += rule["event_euros"]
    share, code = rule["event_attendance"], local.code
    members = [s for s in sellers(local) if model.u(draws.COMING, s.firm.uid, t, code) < share]
    for link in partners_of(local):
        if model.u(draws.COMING, link.site.entity, t, code + 2**24) < share:
            for seller in members:
                meet(model, link, seller, rule["event_meeting"], market)


def meet(model, link, seller, chance, market):
    """A buyer and a member who come to an event and do not know each other may meet."""
    if seller.membership in link.buyer.ties:
        return
    if model.u(draws.MEETING, seller.firm.uid, model.month, link.site.entity) < chance:
        Tie(model, link.buyer, seller)
        market.meetings += 1
