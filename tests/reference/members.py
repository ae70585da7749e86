"""Phase 9: firms become members of the local schemes that are made of members, and leave them."""

import math

import mesa

from sim import draws
from tests.reference.agents import ACTIVE, NEVER, POLE
from tests.reference.marketplaces import Seller

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
        self.joined = self.left = self.leaves = NEVER
        self.seller = Seller(model, self)
        local.member_rows[firm] = self
        model.memberships.append(self)

    @property
    def member(self):
        return self.joined != NEVER and self.left == NEVER

    def join(self):
        """The firm becomes a member; the month in which it would leave of its own is known from then on."""
        t, code = self.model.month, self.local.code
        self.joined = t
        stays = draws.exponential(self.model.u(draws.QUIT, self.firm.uid, t, code))
        self.leaves = t + 1 + months(stays, self.local.rule["member_exit"])
        self.local.members += 1

    def leave(self):
        """The firm leaves, for good."""
        self.left = self.model.month
        self.local.members -= 1


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
    )


def invitations(rule):
    """Invitations to join that every firm within reach gets in a month."""
    return rule["joining"] * rule["joining_effort"] / 12.0


def membership(model):
    """Phase 9: firms come up and are invited, local scheme by local scheme; then they leave and join."""
    for local in model.locals:
        if local.alive and local.rule["format"] >= POLE:
            come_up(model, local)
            local.invitations += invitations(local.rule)
    for one in model.memberships:
        if one.local.alive and one.left == NEVER:
            review(model, one)


def come_up(model, local):
    """All firms at the opening, those born this month later."""
    t, basin = model.month, local.basin
    firms = basin.existing(t + 1)
    for firm in firms if t == local.start else firms[basin.ends[t] :]:
        distance = math.inf
        if local.rule["reach"] > 0.0:
            distance = model.u(draws.REACH, firm.uid, 0, local.code) / local.rule["reach"]
        if firm.status == ACTIVE and distance < FARTHEST:
            one = Membership(model, firm, local, distance)
            if t == local.start and distance < local.rule["founder_distance"]:
                one.join()


def review(model, one):
    """A month of a firm that is a member, or could be."""
    rule = one.local.rule
    if one.member:
        if not one.firm.alive or model.month >= one.leaves:
            one.leave()
    elif one.firm.status == ACTIVE and one.distance < reach(rule):
        if one.since < 0.0:
            one.since = one.local.invitations - invitations(rule)
        if one.local.invitations - one.since >= one.patience:
            one.join()
