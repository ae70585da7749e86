"""Phases 7 and 22: ideas come; R&D projects start outside pôles, run, stop, and lead to an industrial
phase."""

from sim import draws
from tests.reference import sectors
from tests.reference.agents import NEVER
from tests.reference.rd import (
    ABANDONED,
    FARTHEST,
    FILED,
    FINISHED,
    GIVEN_UP,
    NEW,
    RUNNING,
    WITHOUT_FIRM,
    Researcher,
    ResearchProject,
)

UNTECHNICAL = {"food", "transport", "construction", "trade", "hospitality", "local_services"}


def ideas(model):
    """Phase 7: firms new to the world are placed, then researchers have ideas."""
    if not model.spec.does_research:
        return
    t = model.month
    for basin in model.basins:
        for firm in basin.firms[basin.ends[t] if t > 0 else 0 : basin.ends[t + 1]]:
            if firm.alive:
                place(model, firm)
    for researcher in model.researchers:
        if researcher.next_idea == t:
            think(model, researcher)


def place(model, firm):
    """The distance of a firm from a technology; a researcher if it is near enough."""
    e = model.economy
    near = e.technology_reach * model.spec.constants.technology_share
    reach = min(1.0, near * (firm.entry_size / 5.0) ** e.technology_reach_size)
    distance = model.u(draws.TECHNOLOGY, firm.uid, 0) / reach
    if distance < FARTHEST:
        researcher = Researcher(model, firm, distance)
        if distance < 1.0:
            researcher.look_for_ideas(model.month + 1)


def think(model, researcher):
    """A month that may hold an idea."""
    e, t, firm = model.economy, model.month, researcher.firm
    if not firm.alive:
        researcher.next_idea = NEVER
        return
    u = model.u(draws.IDEA, firm.uid, t)
    if u * (250.0 / 20.0) ** e.idea_size < (min(firm.size, 250.0) / 20.0) ** e.idea_size:
        ResearchProject(model, researcher, 1)
    researcher.look_for_ideas(t + 1)


def research(model):
    """Phase 22: each R&D project of the list, in order."""
    for project in model.rd_list:
        if not project.firm.alive:
            lose_firm(model, project)
        elif project.state == FINISHED:
            if model.month >= project.industry:
                hire(project)
        else:
            go_on(model, project)
    model.rd_list = [project for project in model.rd_list if lasts(project)]


def lasts(project):
    """Whether a project stays in the list."""
    if project.state == FINISHED:
        return project.firm.alive and project.industry != NEVER and project.hired_months < 12
    return project.state in (NEW, FILED, RUNNING)


def lose_firm(model, project):
    """The firm is dead."""
    if project.state == RUNNING:
        project.stop(WITHOUT_FIRM, model.month)
    elif project.state != FINISHED:
        project.state = WITHOUT_FIRM


def hire(project):
    """A month of hiring for the industrial phase."""
    firm = project.firm
    firm.basin.hires[firm.sector] += project.move(project.jobs / 12.0)
    project.hired_months += 1


def go_on(model, project):
    """An idea goes its way alone, or is given up; a project runs."""
    e = model.economy
    if project.state == NEW:
        if project.u(draws.OUTSIDE) < project.firm.finance:
            project.start(e.outside_scope, int(e.outside_months))
        else:
            project.state = GIVEN_UP
    if project.state == RUNNING:
        run(model, project)


def run(model, project):
    """A month of research."""
    t = model.month
    project.spent += project.cost
    strained = project.committed > 0.0 and awaits_too_much(model, project)
    if strained:
        project.strained += 1
    if gives_up(model, project, strained):
        project.stop(ABANDONED, t + 1)
        project.move(-project.posts)
    elif t + 1 - project.started >= project.months:
        finish(model, project)


def awaits_too_much(model, project):
    """Aid comes at its dates, on proof of what was spent; whether what the firm awaits strains it."""
    e, t, rule, firm = model.economy, model.month, project.local.rule, project.firm
    proven = project.spent / (project.cost * project.months)
    since = t - project.cash
    if since >= 0 and since % int(rule["tranche_months"]) == 0:
        project.pay(project.committed * max(rule["aid_advance"], min(1.0, proven)))
    awaited = project.spent if since < 0 else max(0.0, project.committed * proven - project.paid)
    return awaited > e.treasury_months * 2.0 * firm.finance * firm.size * e.wage_euros


def gives_up(model, project, strained):
    """Whether the project is given up; a strained firm may also leave its pôle."""
    e, researcher = model.economy, project.researcher
    hazard = e.overload_abandon * max(0, researcher.running - researcher.carries())
    if strained:
        hazard += e.abandon_strained
    if hazard <= 0.0 and not strained:
        return False
    key = 2 * project.idea + project.led
    u1, u2 = model.pair(draws.ABANDON, project.firm.uid, model.month, key)
    if strained and project.pole is not None and u2 < project.pole.rule["leave_strained"]:
        project.membership.leave()
    return u1 < hazard


def finish(model, project):
    """Research is brought to its end."""
    kept = posts_kept(model, project)
    if project.committed > 0.0:
        project.pay(project.committed)
    project.stop(FINISHED, model.month + 1)
    project.researcher.done += 1
    project.move((kept - 1.0) * project.posts)
    decide_industry(model, project)


def posts_kept(model, project):
    """Share of the new posts that the firm keeps after research."""
    e, pole = model.economy, project.pole
    placed = pole.rule["cifre"] * pole.service if pole is not None else 0.0
    kept = e.post_kept
    if sectors.NAMES[project.firm.sector] in UNTECHNICAL:
        kept *= 1.0 - e.untechnical_loss * (1.0 - placed)
    if pole is None:
        return kept
    return kept + pole.rule["training_gain"] * pole.rule["training"] * pole.service * (1.0 - kept)


def decide_industry(model, project):
    """Whether the industrial phase finds money and succeeds, and how many jobs it makes."""
    e, firm, pole = model.economy, project.firm, project.pole
    u1, u2 = model.pair(draws.INDUSTRY, firm.uid, project.idea, project.led)
    funds = firm.finance * (e.strained_funds if project.strained > 0 else 1.0)
    financed = funds + (1.0 - funds) * investor(model, project)
    if u1 >= financed and pole is not None and funds < pole.rule["bridge_funds"]:
        project.bridged = u1 < financed + (1.0 - financed) * pole.rule["capital_bridge"]
    if project.bridged:
        pole.aid_committed += pole.rule["bridge_euros"]
        pole.aid_paid += pole.rule["bridge_euros"]
    if (u1 < financed or project.bridged) and u2 < industrial_success(model, project):
        full = e.industry_jobs * firm.size**e.project_jobs_size
        project.jobs = full * project.scope * abroad(project)
        project.industry = model.month + int(e.industry_months)


def investor(model, project):
    """Chance of an investor whom the director accepts."""
    chance = model.economy.investor_chance * 2.0 * project.firm.openness
    pole = project.pole
    if pole is not None:
        rule = pole.rule
        chance *= rule["label_credit"] if project.labelled else 1.0
        chance *= 1.0 + rule["meetings_gain"] * rule["investor_meetings"] * pole.service
    return min(1.0, chance)


def industrial_success(model, project):
    """Chance that a financed industrial phase succeeds."""
    chance, pole = model.economy.industry_chance, project.pole
    if pole is not None:
        rule, relayed = pole.rule, pole.rule["watch_relayed"]
        worth = relayed + (1.0 - relayed) * rule["watch_quality"]
        chance += rule["watch_gain"] * rule["watch"] * pole.service * worth
        if project.local is pole:
            chance += rule["synergy"] * min(1.0, pole.members / rule["synergy_members"])
    return min(1.0, chance)


def abroad(project):
    """Multiple of the jobs by joint action abroad."""
    pole = project.pole
    if pole is None or not sectors.TRADABLE[project.firm.sector]:
        return 1.0
    return 1.0 + pole.rule["export_gain"] * pole.rule["joint_export"] * pole.service
