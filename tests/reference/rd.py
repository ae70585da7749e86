"""What research is made of: researchers, their R&D projects, the jobs they move, the money that pays them."""

import math

import mesa

from sim import draws
from tests.reference.agents import NEVER
from tests.reference.members import flow

NEW, FILED, RUNNING, FINISHED, ABANDONED, GIVEN_UP, WITHOUT_FIRM = range(7)
FARTHEST = 1.25  # beyond this distance a firm has nothing to do with the technology
NEVER_AGAIN = 1e6


class Researcher(mesa.Agent):
    """A firm near enough to a technology."""

    def __init__(self, model, firm, distance):
        super().__init__(model)
        self.row = len(model.researchers)
        self.firm = firm
        self.distance = distance
        self.next_idea = NEVER
        self.ideas = self.running = self.done = 0
        firm.researcher = self
        model.researchers.append(self)

    def look_for_ideas(self, first):
        """The next month, from ``first`` on, that may hold an idea."""
        e, k = self.model.economy, self.ideas
        self.ideas += 1
        x = e.idea_rate * (250.0 / 20.0) ** e.idea_size * (1.0 - e.idea_distance * self.distance)
        gap = NEVER_AGAIN
        if x > 0.0:
            u = self.model.u(draws.IDEAS, self.firm.uid, 0, k)
            gap = min(NEVER_AGAIN, math.log(u) / math.log(1.0 - x))
        self.next_idea = first + int(gap)

    def overloaded(self):
        """Whether the firm has all the R&D projects that it can carry, or more."""
        return self.running >= self.carries()

    def carries(self):
        """R&D projects that the firm can carry at once."""
        return 1 + int(self.firm.size / self.model.economy.capacity_jobs)


class ResearchProject(mesa.Agent):
    """An R&D project of a firm, or its seat in a project of others."""

    def __init__(self, model, researcher, led):
        super().__init__(model)
        self.row = len(model.rd)
        self.firm = researcher.firm
        self.researcher = researcher
        self.idea = model.month
        self.led = led
        self.state = NEW
        self.membership = self.local = None
        self.attempt = self.filed = 0
        self.labelled = self.bridged = False
        self.call = self.funded = self.cash = self.started = self.stopped = self.industry = NEVER
        self.agreements = self.months = self.strained = self.hired_months = 0
        self.scope = self.cost = self.posts = self.spent = self.committed = self.paid = self.jobs = 0.0
        model.rd.append(self)
        model.rd_list.append(self)

    @property
    def pole(self):
        """The living local scheme of which the firm is still a member, if any."""
        one = self.membership
        return one.local if one is not None and one.member and one.local.alive else None

    def u(self, stream, code=0):
        """A uniform of the project."""
        return self.model.u(stream, self.firm.uid, self.idea, code)

    def move(self, change):
        """Jobs change by research, but a firm keeps one; says by how many."""
        moved = max(change, 1.0 - self.firm.size)
        flow(self.model, self.firm, "P", moved)
        return moved

    def start(self, scope, months, floor=0.0):
        """Research begins, with new posts."""
        e = self.model.economy
        full = e.research_euros * (self.firm.size / 20.0) ** e.research_size
        self.state = RUNNING
        self.scope = scope
        self.cost = scope * max(full, floor)
        self.months = months
        self.started = self.model.month
        self.researcher.running += 1
        self.posts = self.move(e.post_share * self.cost / e.post_euros)

    def stop(self, state, month):
        """Research ends; aid not yet paid is cancelled."""
        self.state = state
        self.stopped = month
        self.researcher.running -= 1
        if self.committed > self.paid:
            self.local.aid_cancelled += self.committed - self.paid

    def pay(self, euros):
        """Aid paid so far rises to an amount, if it is more."""
        if euros > self.paid:
            self.local.aid_paid += euros - self.paid
            self.paid = euros

    def back_to_new(self):
        """No pôle takes it any more."""
        self.state = NEW
        self.local = None


def wait_for_money(model, local, uid, month, agreements, led=1, kept=1.0):
    """Months until the last of some agreements is signed and money comes; ``kept``: share of the delays."""
    rule = local.rule
    longest = max(
        draws.exponential(model.u(draws.CASH, uid, month, local.code + 2**24 * (a + 16 * (1 - led))))
        for a in range(agreements)
    )
    return int(kept * rule["cash_months"] + kept * rule["cash_months_agreement"] * longest + 0.5)


def fund(model, project, scope, one_funder=False):
    """A project through a pôle gets its aid and starts; returns the aid."""
    rule, code = project.local.rule, project.local.code
    agreements = 1 if one_funder else int(rule["agreements"])
    kept = 1.0
    if project.u(draws.ONE_STOP, code) < rule["one_stop"]:
        agreements = 1
        kept = 1.0 - rule["one_stop_speed"]
    project.agreements = agreements
    project.funded = model.month
    uid, led = project.firm.uid, project.led
    wait = wait_for_money(model, project.local, uid, project.idea, agreements, led, kept)
    project.cash = model.month + wait
    project.start(scope, int(rule["rd_months"]), rule["project_floor_euros"] if led else 0.0)
    project.committed = rule["aid_share"] * project.cost * project.months
    project.local.aid_committed += project.committed
    return project.committed
