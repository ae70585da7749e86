"""Phase 11: firms become members of the local schemes that are made of members, and leave them."""

import math

import mesa

from sim import draws
from tests.reference.agents import ACTIVE, NEVER, POLE
from tests.reference.marketplaces import Seller
from tests.reference.poles import sponsor

FARTHEST = 4.0  # beyond this distance a firm can never be a member


class Membership(mesa.Agent):
    """A firm that could be a member of a local scheme, whether it is or not."""

    def __init__(self, model, firm, local, distance):
        super().__init__(model)
        self.row = len(model.memberships)
        self.firm = firm
        self.local = local
        self.distance = distance
        self.patience = draws.exponential(model.u(draws.JOIN, firm.uid, 0, local.code))
        self.since = -1.0  # invitations so far when it came within reach
        self.reticent = 0.0  # those not heeded at distance 1, at that moment
        self.joined = self.left = self.leaves = NEVER
        self.seller = Seller(model, self)
        local.member_rows[firm] = self
        model.memberships.append(self)

    @property
    def member(self):
        return self.joined != NEVER and self.left == NEVER

    def come_within_reach(self):
        """From now on the firm is invited."""
        self.since = self.local.invitations
        self.reticent = self.local.reticence

    def join(self):
        """The firm becomes a member; the month in which it would leave of its own is known from then on."""
        t, code = self.model.month, self.local.code
        self.joined = t
        stays = draws.exponential(self.model.u(draws.QUIT, self.firm.uid, t, code))
        self.leaves = t + 1 + months(stays, self.local.rule["member_exit"])
        self.local.members += 1
        if t > self.local.start:
            sponsor(self.model, self)

    def leave(self):
        """The firm leaves, for good."""
        self.left = self.model.month
        self.local.members -= 1
        if self.seller:
            self.seller.place = NEVER


class Flow(mesa.Agent):
    """A change of employment by research or contract."""

    def __init__(self, model, firm, cause, jobs, lost):
        super().__init__(model)
        self.firm = firm
        self.month = model.month
        self.cause = cause
        self.jobs = jobs
        self.lost = lost


def flow(model, firm, cause, jobs, lost=False):
    """A firm gains or loses jobs by research or contract."""
    firm.change(cause, jobs)
    firm.graduate_if_large()
    model.flows.append(Flow(model, firm, cause, jobs, lost))


def months(wait, yearly):
    """Whole months of an exponential wait (of mean 1) at a yearly rate."""
    return int(min(1e6, 12.0 * wait / max(yearly, 1e-9)))


def reach(rule):
    """Reach of a scheme over that of its opening."""
    return (
        1.0
        + rule["platform"] * rule["platform_reach"]
        + rule["events_per_year"] / 12.0 * rule["event_reach"]
        + rule["intermediaries"] * rule["intermediary_reach"]
        + rule["network_reach"] * rule["delegation"]
    )


def membership(model):
    """Phase 11: firms come up and are invited, local scheme by local scheme; then they leave and join."""
    for local in model.locals:
        if local.alive and local.rule["format"] >= POLE:
            extend_reach(local)
            come_up(model, local)
            invite(local)
    for one in model.memberships:
        if one.left != NEVER:
            continue
        if one.local.alive:
            review(model, one)
        elif one.member:
            one.leave()


def extend_reach(local):
    """Firms come within reach as it grows farther than it has ever been."""
    farthest = reach(local.rule)
    if farthest <= local.reached:
        return
    for one in local.member_rows.values():
        if one.since < 0.0 and one.joined == NEVER and one.distance < farthest:
            one.come_within_reach()
    local.reached = farthest


def come_up(model, local):
    """All firms at the opening, those born this month later."""
    t, basin = model.month, local.basin
    firms = basin.existing(t + 1)
    for firm in firms if t == local.start else firms[basin.ends[t] :]:
        distance = distance_of(model, firm, local)
        if firm.status == ACTIVE and distance < FARTHEST:
            one = Membership(model, firm, local, distance)
            if t == local.start and distance < local.rule["founder_distance"]:
                one.join()
            elif distance < local.reached:
                one.come_within_reach()


def distance_of(model, firm, local):
    """How far a firm is from a local scheme: from its technology, or by a draw."""
    if local.rule["format"] == POLE:
        return firm.researcher.distance if firm.researcher is not None else FARTHEST
    if local.rule["reach"] == 0.0:
        return math.inf
    return model.u(draws.REACH, firm.uid, 0, local.code) / local.rule["reach"]


def invite(local):
    """Invitations of the month, and those that a firm at distance 1 does not heed."""
    rule, s = local.rule, local.service
    more = rule["joining"] * rule["joining_effort"] / 12.0 * local.appeal
    local.invitations += more
    distant = (
        rule["reticence"]
        * (1.0 - rule["roadmap_effect"] * rule["roadmaps"] * s)
        * (1.0 - rule["map_effect"] * rule["competence_maps"] * s)
    )
    local.reticence += distant * more


def review(model, one):
    """A month of a firm that is a member, or could be."""
    local = one.local
    if one.member:
        if not one.firm.alive or model.month >= one.leaves:
            one.leave()
    elif one.since >= 0.0 and one.firm.status == ACTIVE and one.distance < reach(local.rule):
        unheeded = min(1.0, one.distance) * (local.reticence - one.reticent)
        if local.invitations - one.since - unheeded >= one.patience:
            one.join()
