"""Phases 8 and 9: the round tables of large establishments, and what firms hear of the schemes."""

import math

from sim import draws
from tests.reference import rollout
from tests.reference.agents import CANDIDATE, FREE, LAPSED, LEFT, OPEN, PARTNER
from tests.reference.coordination import hosts_gain, referrals
from tests.reference.members import reach


def partners(model):
    """Phase 8: January, fatigue, training and rigour, then each local scheme."""
    if model.calendar_month == 0:
        new_year(model)
    for site in model.sites:
        tire(model, site)
    rollout.train(model)
    rollout.keep_rigour(model)
    for local in model.locals:
        if model.month == local.start:
            if not rollout.may_open(model, local):
                local.start += 1
                continue
            rollout.hand_over(model, local)
            open_local(model, local)
        if model.month >= local.start:
            bring_back_persons(model, local)
        if local.alive:
            renew(model, local)


def new_year(model):
    """What is counted by calendar year starts again."""
    for site in model.sites:
        site.missions_year = 0
        for person in site.persons:
            person.days_year = 0.0
    for local in model.locals:
        local.paid_days = 0.0
        local.cohorts_year = 0


def tire(model, site):
    """Fatigue of a site from the days given last month for all schemes."""
    strain = 0.0
    for link in site.partnerships:
        strain += link.local.rule["fatigue_up"] * link.load / (site.sustainable / 12.0)
        link.load = 0.0
    fatigue = site.fatigue + strain * (1.0 - site.fatigue) - model.economy.fatigue_down * site.fatigue
    site.fatigue = min(1.0, max(0.0, fatigue))
    weight = model.economy.wear_of_people
    willing = max((int(link.local.rule["willing"]) for link in site.partnerships), default=0)
    lapsed = sum(person.state == LAPSED for person in site.persons[:willing])
    site.wear = (1.0 - weight) * site.fatigue + weight * (lapsed / willing if willing else 0.0)


def open_local(model, local):
    """A local scheme opens with its founders and its endowment."""
    local.alive = True
    money = local.rule["fund_euros"]
    if model.month >= model.endowment_from:
        money += local.rule["state_endowment_euros"]
    local.fund += money
    local.endowed += money
    for link in local.partnerships:
        if link.founder:
            link.state = PARTNER
            link.joined = model.month


def bring_back_persons(model, local):
    """Persons who had stopped after serving this local scheme."""
    for link in local.partnerships:
        for person in link.site.persons[: int(local.rule["willing"])]:
            stopped = person.state == LAPSED and person.local is local
            if stopped and model.u(draws.RETURNING, person.row, model.month) < local.rule["recovery"]:
                person.state = FREE


def renew(model, local):
    """Departures, arrivals, and closing when too few are left."""
    e, rule, t = model.economy, local.rule, model.month
    peers = local.partners / max(1, len(local.partnerships))
    recognised = rule["recognition"] * rule["recognition_effect"]
    for link in local.partnerships:
        site = link.site
        if link.state == PARTNER:
            rate = rule["exit_rate"] * math.exp(rule["exit_fatigue"] * site.wear) * (1.0 - recognised)
            rate *= math.exp(rule["exit_agenda"] * max(0.0, local.agenda - rule["votes_base"]))
            chance = 1.0 - math.exp(-rate / 12.0)
            if link.joined < t and model.u(draws.LEAVING, site.entity, t, local.code) < chance:
                link.state = LEFT
                link.left = t
        elif link.state == CANDIDATE or t - link.left >= rule["rejoin_months"]:
            own = 1.0 - e.join_motives + e.join_motives * site.motives / 1.3
            rate = rule["join_rate"] * rule["recruiting_effort"] * own * (1.0 + e.join_peers * peers)
            chance = 1.0 - math.exp(-rate / 12.0)
            joins = model.u(draws.JOINING, site.entity, t, local.code) < chance
            if joins and within_reach(model, site, local):
                link.state = PARTNER
                link.joined = t
    local.partners = sum(link.state == PARTNER for link in local.partnerships)
    if local.partners < rule["partners_min"]:
        local.alive = False
        local.closed = t


def within_reach(model, site, local):
    """Whether a site can be interested in being a partner, as far as the scheme reaches now."""
    rule = local.rule
    share = rule["partner_reach"] * reach(rule) * (1.0 + rule["pact_reach"] * rule["national_pact"])
    return share >= 1.0 or model.u(draws.SITE_REACH, site.entity, 0, local.code) < share


def awareness(model):
    """Phase 9: campaigns and word of mouth, cooperation, referrals."""
    e = model.economy
    for local in model.locals:
        rule, total = local.rule, local.outreach[-1]
        if local.alive:
            total += rule["outreach"] * rule["outreach_effort"]
            total += rule["word"] * local.alumni / max(local.basin.living, 1)
        local.outreach.append(total)
    for basin in model.basins:
        living = [local for local in model.locals_of(basin) if local.alive]
        if living:
            gain = min(1.0, e.cooperation_gain * hosts_gain(living))
            basin.cooperation += gain * (1.0 - basin.cooperation)
    told = {basin: referrals(model, basin) for basin in model.basins}
    for project in model.active:
        if project.state == OPEN:
            for local, exposure in told[project.firm.basin].items():
                project.firm.exposure[local.scheme] += exposure


def aware(model, firm, local):
    """Whether a firm has heard enough of a scheme, if it can be interested at all."""
    if model.u(draws.REACH, firm.uid, 0, local.code) >= local.rule["reach"]:
        return False
    heard = local.heard_by(firm) + firm.exposure[local.scheme]
    return heard >= draws.exponential(model.u(draws.AWARENESS, firm.uid, 0, local.code))
