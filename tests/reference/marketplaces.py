"""What a market place is made of: its ledger, buyers, sellers, ties, contracts."""

import mesa

from sim import draws
from tests.reference import sectors
from tests.reference.agents import MARKET, NEVER

# Kumaraswamy's law of the part of its purchases that a large buyer makes from SMEs
SHARE_A, SHARE_B = 1.82582229, 19.06873959


class Marketplace(mesa.Agent):
    """The ledger of a local scheme."""

    def __init__(self, model):
        super().__init__(model)
        self.needs = self.answers = self.unanswered = self.contracts = 0
        self.events = self.meetings = 0
        self.event_credit = 0.0
        self.outside = self.gone = self.spared = 0.0
        self.given_away = 0.0
        self.by_category = {}  # members of the month, in their order


class Buyer(mesa.Agent):
    """A large site that buys."""

    large = True

    def __init__(self, model, link):
        super().__init__(model)
        self.link = link
        self.membership = None
        self.firm = None
        self.public = False
        self.share = self.aim = 0.0
        self.committed = NEVER
        self.needs = 0
        self.ties = {}  # by membership


class Seller(mesa.Agent):
    """A member: it sells, and buys from other members."""

    large = public = False

    def __init__(self, model, membership):
        super().__init__(model)
        self.link = None
        self.membership = membership
        self.firm = membership.firm
        self.category = 0
        self.place = NEVER
        self.needs = self.answers = self.contracts = 0
        self.value = 0.0
        self.gives_up = 0
        self.gave_up = False
        self.ties = {}
        self.last_tie = None


class Tie(mesa.Agent):
    """A buyer knows a member."""

    def __init__(self, model, buyer, seller):
        super().__init__(model)
        self.seller = seller.membership
        self.since = model.month
        buyer.ties[seller.membership] = self
        if buyer.membership is not None:  # of members all ties are numbered
            self.row = len(model.ties)
            self.before = buyer.last_tie
            buyer.last_tie = self
            model.ties.append(self)


def strength(model, buyer, seller, tie_months):
    """Strength of the tie of a buyer with a member, 0 without one."""
    tie = buyer.ties.get(seller.membership)
    if tie is None:
        return 0.0
    return 1.0 - 2.0 ** -(((model.month - tie.since) / tie_months) ** 2)


class Contract(mesa.Agent):
    """A contract that a member won and another supplier lost."""

    def __init__(self, model, local, buyer, seller, supplier, value):
        super().__init__(model)
        rule = local.rule
        self.local = local
        self.link = buyer.link
        self.buyer = buyer.membership
        self.public = buyer.public
        self.seller = seller.membership
        self.firm = seller.firm
        self.supplier = supplier
        self.neighbour = supplier is not None and supplier.basin is not local.basin
        self.awarded = model.month
        self.ends = model.month + int(rule["contract_months"])
        self.closed = NEVER
        self.value = value
        self.jobs = rule["jobs_response"] * value / turnover_a_job(seller.firm)
        self.tie = 0.0
        self.given_away = 0.0
        self.held = self.displaced = self.outside = 0.0
        model.contracts.append(self)


def turnover_a_job(place):
    """Yearly turnover a job in the sector of a firm or site."""
    return float(sectors.TURNOVER[place.sector])


def has_market(model):
    """Whether some scheme of the world is a market place."""
    return any(local.rule["format"] == MARKET for local in model.locals)


def lay_out_markets(model):
    """Ledgers and buyers, where some scheme is a market place; drawn with the territory's own seed."""
    if not has_market(model):
        return
    for local in model.locals:
        local.market = Marketplace(model)
        for link in local.partnerships:
            link.buyer = Buyer(model, link)
            seed = model.spec.territory.seed
            u1, u2 = draws.draw_pair(seed, draws.BUYER, link.site.entity, 0, 0)
            link.buyer.share = (1.0 - (1.0 - u1) ** (1.0 / SHARE_B)) ** (1.0 / SHARE_A)
            link.buyer.public = u2 < local.rule["public_share"]
        mean = mean_share(local.partnerships)
        for link in local.partnerships:
            link.buyer.share = min(1.0, link.buyer.share * local.rule["sme_share"] / mean)


def mean_share(links):
    """Mean part of their purchases that buyers make from SMEs, by what they turn over; 0 without buyers."""
    weights = [link.site.jobs * turnover_a_job(link.site) for link in links]
    if not weights:
        return 0.0
    parts = [w * link.buyer.share for w, link in zip(weights, links, strict=True)]
    return sum(parts) / sum(weights)


def category(model, firm, categories):
    """What a firm sells: an equal slice of all firms, set side by side sector by sector."""
    low, high = slice_of(firm.sector)
    u = model.u(draws.CATEGORY, firm.uid, 0)
    return min(categories - 1, int(categories * (low + (high - low) * u)))


def slice_of(sector):
    """Shares of firms in the sectors before one, and up to it."""
    shares = sectors.cumulated(sectors.FIRM_SHARES)
    return (shares[sector - 1] if sector > 0 else 0.0), shares[sector]
