"""Phases 11, 12, 14, 15 and 18: persons are found, days are given, gains act and fade, advances come back."""

import math

from sim import draws
from tests.reference.agents import (
    ACCEPTED,
    ACTIVE,
    COHORT,
    COMPLETED,
    DROPPED,
    FREE,
    LAPSED,
    LOST,
    MISSION,
    ON_MISSION,
    OPEN,
    PARTNER,
    STARTED,
    UNSERVED,
    File,
    Seat,
)
from tests.reference.committees import share_found
from tests.reference.projects import need_at


def matching(model):
    """Phase 11: accepted files ask partners or buy days; or lapse."""
    t = model.month
    for file in model.open_files:
        if file.state != ACCEPTED:
            continue
        if not file.firm.alive:
            file.end(LOST, t)
        elif not file.local.alive or file.project.state != OPEN:
            file.end(UNSERVED, t)
        elif file.local.rule["format"] == MISSION and (ask(model, file) or buy(file)):
            start(model, file)
        elif t - file.accepted >= file.local.rule["patience_months"]:
            file.end(UNSERVED, t)


def free_persons(model, link):
    """Persons of a partner who may be sent now."""
    rule = link.local.rule
    return [
        person
        for person in link.site.persons[: int(rule["willing"])]
        if person.state == FREE and person.days_year + rule["days"] <= model.economy.person_days_max
    ]


def available(model, link):
    """Whether a partner may be asked: cap of the year, rest, a free person."""
    rule, site = link.local.rule, link.site
    rested = site.last_start < 0 or model.month - site.last_start >= rule["rest_months"]
    return (
        link.state == PARTNER
        and site.missions_year < rule["missions_per_site_year"]
        and rested
        and len(free_persons(model, link)) > 0
    )


def willingness(link):
    """Share of its usual willingness that fatigue leaves to a site."""
    rested = 1.0 - link.site.fatigue
    return rested ** link.local.rule["acceptance_fatigue"] if rested > 0.0 else 0.0


def ask(model, file):
    """Asks partners in turn; says whether one agreed."""
    rule, t = file.local.rule, model.month
    for attempt in range(int(rule["requests_per_month"])):
        links = [link for link in file.local.partnerships if link.asked < t and available(model, link)]
        if not links:
            return False
        link = min(links, key=lambda one: (one.asked, one.row))
        link.asked = t
        file.asked += 1
        if model.u(draws.REQUEST, file.firm.uid, t, attempt) < rule["acceptance"] * willingness(link):
            file.link = link
            file.person = max(
                free_persons(model, link),
                key=lambda person: model.u(draws.PERSON, file.firm.uid, file.applied, person.row),
            )
            send(model, file.person, link)
            return True
    return False


def send(model, person, link):
    """A person goes on mission."""
    person.state = ON_MISSION
    person.missions += 1
    person.local = link.local
    person.days_year += link.local.rule["days"]
    link.site.missions_year += 1
    link.site.last_start = model.month
    link.local.missions += 1


def buy(file):
    """Buys days of an expert if the local scheme may; says whether it did."""
    local = file.local
    days = local.rule["days"]
    if days <= 0.0 or local.paid_days + days > local.rule["paid_days_per_year"]:
        return False
    local.paid_days += days
    local.paid_days_total += days
    local.expert_cost += days * local.rule["day_euros"]
    local.firm_cost += local.rule["firm_share"] * days * local.rule["day_euros"]
    file.paid = True
    return True


def start(model, file):
    """The pathway of a file starts."""
    rule, local, firm, opened = file.local.rule, file.local, file.firm, file.project.opened
    file.state = STARTED
    file.started = model.month
    chance = rule["need_reading"] + rule["need_reading_capability"] * (firm.capability - 0.5)
    file.read_rightly = model.u(draws.NEED, firm.uid, opened, local.code) < chance
    advance(model, file)


def advance(model, file):
    """The advance that a file may get when it starts."""
    rule, local = file.local.rule, file.local
    euros = rule["advance_euros"]
    u = model.u(draws.ADVANCE, file.firm.uid, file.project.opened, local.code)
    asks = u < rule["advance_share"]
    if euros > 0.0 and local.fund >= euros and asks:
        local.fund -= euros
        local.advanced += euros
        local.outstanding += euros
        file.advance = file.outstanding = euros
        file.project.finance += rule["advance_finance_gain"]


def cohorts(model):
    """Phase 12: cohorts start."""
    for local in model.locals:
        dated = (model.month - local.start) % int(local.rule["cohort_period_months"]) == 0
        if local.alive and local.rule["format"] == COHORT and dated:
            gather(model, local)


def gather(model, local):
    """Whole cohorts of directors and volunteers start."""
    rule, t, code = local.rule, model.month, local.code
    queue = []
    for file in model.open_files:
        if file.state == ACCEPTED and file.local is local:
            if file.accepted < t and model.u(draws.QUEUE, file.firm.uid, t, code) < rule["queue_lapse"]:
                file.end(UNSERVED, t)
            else:
                queue.append(file)
    queue.sort(key=lambda f: (-model.u(draws.PRIORITY, f.firm.uid, f.applied, code), f.firm.uid))
    offers = []
    for link in local.partnerships:
        if available(model, link):
            chance = rule["offer_rate"] * willingness(link)
            if model.u(draws.OFFER, link.site.entity, t, code) < chance:
                persons = free_persons(model, link)
                offers.append((link, max(persons, key=lambda p: model.u(draws.RELEASE, p.row, t))))
    d, v = int(rule["seats_directors"]), int(rule["seats_volunteers"])
    for k in range(min(len(queue) // d, len(offers) // v)):
        for file in queue[k * d : (k + 1) * d]:
            start(model, file)
            file.cohort = model.cohorts
        for link, person in offers[k * v : (k + 1) * v]:
            send(model, person, link)
            model.seats.append(Seat(model, model.cohorts, person, link, t))
        model.cohorts += 1


def pathway(model):
    """Phase 14: days are given; drop-outs; ends of missions and actions."""
    t = model.month
    for seat in model.seats:
        if seat.under_way:
            rule = seat.link.local.rule
            give(seat.link, rule["days"] / rule["path_months"])
            if t - seat.started + 1 >= rule["path_months"]:
                seat.under_way = False
                come_home(model, seat.person, seat.link.local)
    for file in model.open_files:
        if file.state == STARTED:
            go_on(model, file)


def go_on(model, file):
    """One month of a pathway."""
    rule, t = file.local.rule, model.month
    if not file.firm.alive:
        file.end(LOST, t)
    elif model.u(draws.DROPOUT, file.firm.uid, t, file.local.code) < rule["dropout"]:
        file.end(DROPPED, t)
    else:
        file.days += rule["days"] / rule["path_months"]
        if file.person is not None:
            give(file.link, rule["days"] / rule["path_months"])
        if t - file.started + 1 >= rule["path_months"]:
            file.local.alumni += 1
            file.end(COMPLETED, t)
            next_action(model, file)
    if file.state != STARTED and file.person is not None:
        come_home(model, file.person, file.local)


def next_action(model, file):
    """After an action a firm may go on to another."""
    rule, firm, opened, step = file.local.rule, file.firm, file.project.opened, file.step + 1
    index = file.local.code + 2**24 * step
    if firm.status != ACTIVE or not rule["size_min"] <= firm.size < rule["size_max"]:
        return
    if model.u(draws.NEXT, firm.uid, opened, index) < rule["next_action"] * share_found(rule):
        another = File(model, file.project, file.local, model.month, 0, step)
        misread = not file.read_rightly
        another.need = file.need if misread else need_at(model.u(draws.DOMAIN, firm.uid, opened, index))


def give(link, days):
    """Days of a volunteer add up."""
    link.load += days
    link.site.days_total += days
    link.local.days += days


def come_home(model, person, local):
    """After a mission a person may stop."""
    chance = local.rule["lapse"] * (1.0 - local.rule["recognition"] * local.rule["recognition_effect"])
    lapses = model.u(draws.LAPSING, person.row, model.month) < chance
    person.state = LAPSED if lapses else FREE


def effects(model):
    """Phase 15: earlier gains fade, then pathways that ended this month act."""
    for firm in model.gains:
        if firm.alive:
            fade(model, firm)
    model.gains = [firm for firm in model.gains if firm.alive and has_gain(firm)]
    for file in model.open_files:
        if file.state == COMPLETED and file.ended == model.month:
            act(model, file)


def has_gain(firm):
    """Whether support still shows in a firm."""
    return firm.capability != firm.baseline or firm.advice != 0.0


def fade(model, firm):
    """A month of fading."""
    rate = firm.decay * (1.0 - firm.followup) if model.month < firm.followed_until else firm.decay
    gain = (firm.capability - firm.baseline) * math.exp(-rate)
    firm.advice *= math.exp(-2.0 / 12.0)
    if gain < 1e-9 and firm.advice < 1e-9:
        gain = firm.advice = 0.0
    firm.capability = firm.baseline + gain
    firm.update_factors()


def act(model, file):
    """What a completed pathway does."""
    e, rule, firm, project, t = model.economy, file.local.rule, file.firm, file.project, model.month
    firm.supported = t
    if file.days <= 0.0:
        return
    had = has_gain(firm)
    dose = 1.0 - 2.0 ** (-file.days / rule["half_days"])
    fit = 1.0 if file.read_rightly else rule["wrong_fit"]
    carried = model.u(draws.IMPLEMENTATION, firm.uid, project.opened, file.local.code)
    if carried < rule["implementation"] and project.state == OPEN and file.need == project.need:
        project.met = max(project.met, fit * rule["quality"] * dose)
    firm.capability += e.capability_gain * firm.openness * rule["quality"] * (1.0 - firm.capability) * dose
    firm.advice = min(0.3, firm.advice + e.turnover_advice * fit * rule["quality"])
    firm.decay = yearly_decay(e, file.days) / 12.0
    firm.followed_until = t + int(rule["followup_months"])
    firm.followup = rule["followup_effect"]
    firm.update_factors()
    if not had and has_gain(firm):
        model.gains.append(firm)


def yearly_decay(e, days):
    """Decay of a gain after so many days: log-linear between 7 and 26."""
    along = min(1.0, max(0.0, (days - 7.0) / 19.0))
    return math.exp(math.log(e.decay_light) * (1.0 - along) + math.log(e.decay_heavy) * along)


def finance(model):
    """Phase 18: instalments, losses, coordination; closed files leave the list."""
    for file in model.open_files:
        if file.outstanding > 0.0:
            repay(model, file)
    model.open_files = [f for f in model.open_files if f.ended < 0 or f.outstanding > 0.0]
    for local in model.locals:
        if local.alive:
            local.coordination_cost += local.rule["coordinators"] * local.rule["coordinator_euros"] / 12.0


def repay(model, file):
    """What comes back of an advance this month, or is lost."""
    local, euros = file.local, 0.0
    if not file.firm.alive:
        if model.u(draws.INSOLVENCY, file.firm.uid, 0) < model.economy.insolvent_exits:
            local.lost += file.outstanding
            local.outstanding -= file.outstanding
            file.outstanding = 0.0
        else:
            euros = file.outstanding
    elif model.month - file.started > local.rule["grace_months"]:
        euros = min(file.outstanding, file.advance / local.rule["instalments"])
    file.outstanding -= euros
    local.outstanding -= euros
    local.repaid += euros
    local.fund += euros
