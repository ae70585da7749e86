"""Phase 13: results of a call, seats in the projects of others, the way of ideas, files for the label."""

import math

from sim import draws
from tests.reference.agents import ACTIVE, POLE
from tests.reference.rd import FILED, NEW, ResearchProject, fund
from tests.reference.routes import choose_way


class Calls:
    """The calendar and the money of the calls of a scheme: from its first start on, by the rules of its
    lead."""

    def __init__(self, lead, start):
        rule = lead.rule
        self.first = start + int(rule["setup_months"])
        self.period = int(rule["committee_period_months"])
        self.decision = int(rule["decision_months"])
        self.projects = int(rule["call_euros"] / rule["project_euros"] + 1e-9)
        self.sme_projects = int(rule["sme_call_euros"] / rule["sme_project_euros"] + 1e-9)
        self.group_files = int(rule["group_files"])

    def closes(self, month):
        """Whether a call closes in a month."""
        return month >= self.first and (month - self.first) % self.period == 0

    def next_close(self, month):
        """The first close in a month or later."""
        while not self.closes(month):
            month += 1
        return month


class File:
    """A labelled file before a call: of a small firm, or of a large group or laboratory."""

    def __init__(self, local, merit, uid, project=None):
        self.local = local
        self.merit = merit
        self.uid = uid
        self.project = project


class Outcome:
    """What a call gave a local scheme: projects open to all, those of small firms alone, and the money of the
    first."""

    def __init__(self):
        self.projects = self.led = self.of_small_firms = 0
        self.price = self.aid = 0.0


def calls(model):
    """Phase 13: schemes in order."""
    for scheme in range(len(model.spec.schemes)):
        opened = [local for local in model.locals if local.scheme == scheme and local.opened]
        living = [local for local in opened if local.alive]
        if not living:
            for project in model.rd_list:
                if project.state == FILED and project.local.scheme == scheme:
                    project.back_to_new()
        if not living or living[0].rule["format"] != POLE:
            continue
        lead = min(living, key=lambda local: local.start)  # the first of them among equals
        plan = Calls(lead, min(local.start for local in opened))
        if plan.closes(model.month):
            model.juries.append((model.month + plan.decision, scheme, model.month))
        due = [close for month, of, close in model.juries if (month, of) == (model.month, scheme)]
        if due:
            results(model, scheme, living, plan, due)
        ways_and_files(model, scheme, plan)


def results(model, scheme, living, plan, closes):
    """The files of a call, or of those whose results fall together, are ranked, the first are paid for; then
    come the seats in these projects."""
    calls_ = len(closes)
    files = files_of_firms(model, scheme, max(closes))
    files += files_of_groups(model, living, calls_ * plan.group_files if plan.projects > 0 else 0)
    files.sort(key=lambda file: (-file.merit, file.uid))
    outcomes = {local: Outcome() for local in model.locals if local.scheme == scheme}
    left = calls_ * plan.sme_projects
    for rank, file in enumerate(files):
        if plan.projects + plan.sme_projects > 0:  # else there is no call any more
            file.local.judged += 1
        small = file.project is not None
        if rank < calls_ * plan.projects:
            select(model, file, outcomes[file.local])
        elif small and left > 0:
            left -= 1
            outcomes[file.local].of_small_firms += 1
            fund(model, file.project, 1.0, one_funder=True)
        elif small:
            turn_down(model, file.project, plan)
    for local, outcome in outcomes.items():
        if outcome.projects + outcome.of_small_firms > 0:
            give_seats(model, local, outcome)


def files_of_firms(model, scheme, close):
    """Labelled files of small firms that wait for the results of this call or of one before."""
    found = []
    for project in model.rd_list:
        local = project.local
        if project.state != FILED or not project.labelled or local.scheme != scheme:
            continue
        if project.call <= close and stays_filed(project):
            luck = draws.normal(project.u(draws.JURY, local.code + 2**24 * project.attempt))
            help_ = local.rule["jury_help"] * local.rule["project_help"] * local.service
            found.append(File(local, luck + help_, project.firm.uid, project))
    return found


def files_of_groups(model, living, most):
    """Labelled files of large groups and laboratories; those of groups come if groups are still there."""
    weights = [1 + len(local.partnerships) for local in living]
    found = []
    for j in range(most):
        u1, u2 = model.pair(draws.GROUP_FILE, living[0].code, model.month, 2 * j)
        before, local = 0, living[0]
        for weight, other in zip(weights, living, strict=True):
            if before <= u1 * sum(weights):
                local = other
            before += weight
        founders = sum(link.founder for link in local.partnerships)
        share = local.rule["laboratory_share"]
        present = min(1.0, local.partners / founders) if founders > 0 else 0.0
        if u2 < share + (1.0 - share) * present:
            luck = model.pair(draws.GROUP_FILE, living[0].code, model.month, 2 * j + 1)[0]
            found.append(File(local, draws.normal(luck), 2**63 + j))
            local.group_filed += 1
    return found


def select(model, file, outcome):
    """A file is paid for from the money open to all."""
    local, rule = file.local, file.local.rule
    local.selected += 1
    outcome.projects += 1
    outcome.price += rule["project_euros"] * (1.0 + rule["cofinancing"])
    if file.project is None:
        local.group_funded += 1
    else:
        outcome.led += 1
        outcome.aid += fund(model, file.project, 1.0)


def turn_down(model, project, plan):
    """A file turned down may come back once, with the notes of the experts."""
    rule, code = project.local.rule, project.local.code
    chance = rule["resubmission"] * rule["feedback"]
    if project.attempt == 0 and project.u(draws.RESUBMISSION, code) < chance:
        project.attempt = 1
        project.filed += 1
        project.call = plan.next_close(model.month)
    else:
        project.back_to_new()


def give_seats(model, local, outcome):
    """Members run for the seats in the projects of the call: first those of projects open to all, then those
    of small firms' projects. What is left of the price of the projects open to all goes to others."""
    rule, t = local.rule, model.month
    luck = model.u(draws.SEATS, local.basin.position, t, local.code)
    both, small = outcome.projects + outcome.of_small_firms, outcome.of_small_firms
    count = max(0, int(rule["project_seats"] * both + luck) - outcome.led - small)
    open_to_all = max(0, int(rule["project_seats"] * outcome.projects + luck) - outcome.led)
    runners = []
    for one in local.member_rows.values():
        weight = seat_weight(one)
        if one.member and one.firm.status == ACTIVE and weight > 0.0:
            u = model.u(draws.SEATED, one.firm.uid, t, local.code)
            runners.append((-math.log(u) / weight, one.firm.uid, one))
    for place, (_, _, one) in enumerate(sorted(runners, key=lambda runner: runner[:2])[:count]):
        seat = ResearchProject(model, one.firm.researcher, 0)
        seat.labelled = True
        seat.membership, seat.local = one, local
        aid = fund(model, seat, rule["seat_scope"])
        if place < open_to_all:
            outcome.aid += aid
    others = max(0.0, outcome.price - outcome.aid)
    local.aid_committed += others
    local.aid_paid += others


def seat_weight(one):
    """Weight of a member in the race for seats: less far from the technology, and if it is overloaded."""
    rule, s = one.local.rule, one.local.service
    fall = (
        rule["seat_distance"]
        * (1.0 - rule["map_effect"] * rule["competence_maps"] * s)
        * (1.0 - rule["anchor_effect"] * rule["anchoring"] * s)
    )
    weight = math.exp(-fall * one.distance)
    return weight * (1.0 - rule["capacity_check"]) if one.firm.researcher.overloaded() else weight


def ways_and_files(model, scheme, plan):
    """Ideas of this month choose their way; files ask for the label as a call closes."""
    for project in model.rd_list:
        if project.state == NEW and project.idea == model.month and project.membership is None:
            choose(model, project, scheme, plan)
        if project.state == FILED and project.local.scheme == scheme:
            follow(model, project)


def choose(model, project, scheme, plan):
    """The idea of a member of the scheme."""
    firm = project.firm
    one = next((one for one in model.memberships if one.firm is firm and one.local.scheme == scheme), None)
    if one is None or not one.member:
        return
    project.membership = one
    open_ = plan.projects + plan.sme_projects > 0 and one.local.alive
    if open_ and firm.status == ACTIVE:
        choose_way(model, project, plan)


def stays_filed(project):
    """Whether a file may go on: a small firm that lives, still a member of its pôle, which lives."""
    return project.firm.status == ACTIVE and project.pole is not None


def follow(model, project):
    """A file under preparation, or that waits for results."""
    if not stays_filed(project):
        project.back_to_new()
    elif project.call == model.month and not project.labelled:
        project.filed += 1
        project.labelled = gets_label(model, project)
        if not project.labelled:
            project.back_to_new()


def gets_label(model, project):
    """Whether the pôle gives its label."""
    local, rule = project.local, project.local.rule
    u1, u2 = model.pair(draws.LABEL, project.firm.uid, project.idea, local.code)
    chance = rule["label_chance"]
    chance += (1.0 - chance) * rule["label_help"] * rule["project_help"] * local.service
    refused = project.researcher.overloaded() and u2 < rule["capacity_check"]
    return u1 < chance and not refused
