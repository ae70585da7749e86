"""Phases 16, 19 and 24: persons are found, days are given, advances come back."""

from sim import draws
from tests.reference.agents import (
    ACCEPTED,
    ACTIVE,
    COMPLETED,
    DROPPED,
    FREE,
    LAPSED,
    LOST,
    MARKET,
    MISSION,
    ON_MISSION,
    OPEN,
    PARTNER,
    SEAT_LEFT,
    SEAT_OVER,
    SEAT_TAKEN,
    STARTED,
    UNSERVED,
    File,
)
from tests.reference.committees import share_found
from tests.reference.coordination import spent_once
from tests.reference.projects import need_at
from tests.reference.rd import wait_for_money


def matching(model):
    """Phase 16: accepted files ask partners or buy days; or lapse."""
    t = model.month
    for file in model.open_files:
        if file.state != ACCEPTED:
            continue
        if not file.firm.alive:
            file.end(LOST, t)
        elif not file.local.alive or file.project.state != OPEN:
            file.end(UNSERVED, t)
        elif file.local.rule["format"] in (MISSION, MARKET) and (ask(model, file) or buy(file)):
            start(model, file)
        elif t - file.accepted >= file.local.rule["patience_months"]:
            file.end(UNSERVED, t)


def free_persons(model, link, rule):
    """Persons of a partner who may be sent now, by the rules of who asks."""
    return [
        person
        for person in link.site.persons[: int(rule["willing"])]
        if person.state == FREE and person.days_year + rule["days"] <= model.economy.person_days_max
    ]


def available(model, link, rule):
    """Whether a partner may be asked: cap of the year, rest, a free person."""
    return (
        link.state == PARTNER
        and link.site.missions_year < rule["missions_per_site_year"]
        and rested(model, link, rule)
        and len(free_persons(model, link, rule)) > 0
    )


def rested(model, link, rule):
    """Whether a site has rested since it last sent somebody."""
    last = link.site.last_start
    return last < 0 or model.month - last >= rule["rest_months"]


def willingness(link, rule):
    """Share of its usual willingness that wear leaves to a site."""
    fresh = 1.0 - link.site.wear
    return fresh ** rule["acceptance_fatigue"] if fresh > 0.0 else 0.0


def lenders(model, local):
    """Local schemes of the same scheme in other basins of the region that pool their partners with it."""
    if local.rule["pooling"] <= 0.0:
        return []
    return [
        other
        for other in model.locals
        if other is not local
        and other.scheme == local.scheme
        and other.alive
        and other.rule["pooling"] > 0.0
        and other.basin.data.region == local.basin.data.region
    ]


def partner_to_ask(model, locals_, rule):
    """The partner that was asked longest ago, of those who may be asked; none if nobody may."""
    links = [
        link
        for local in locals_
        for link in local.partnerships
        if link.asked < model.month and available(model, link, rule)
    ]
    return min(links, key=lambda link: (link.asked, link.row), default=None)


def ask(model, file):
    """Asks partners in turn; says whether one agreed."""
    rule, t = file.local.rule, model.month
    for attempt in range(int(rule["requests_per_month"])):
        acceptance = rule["acceptance"]
        link = partner_to_ask(model, [file.local], rule)
        if link is None:
            link = partner_to_ask(model, lenders(model, file.local), rule)
            acceptance *= rule["pooling_acceptance"]
        if link is None:
            return False
        link.asked = t
        file.asked += 1
        if model.u(draws.REQUEST, file.firm.uid, t, attempt) < acceptance * willingness(link, rule):
            file.link = link
            file.person = max(
                free_persons(model, link, rule),
                key=lambda person: model.u(draws.PERSON, file.firm.uid, file.applied, person.row),
            )
            send(model, file.person, link, rule)
            return True
    return False


def send(model, person, link, rule):
    """A person goes on mission, for as many days as the rules of who asked say."""
    person.state = ON_MISSION
    person.missions += 1
    person.local = link.local
    person.days_year += rule["days"]
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


def start(model, file, views=1.0, misfits=None):
    """The pathway of a file starts; of its cohort, different employers a firm and share of directors not
    ready."""
    rule, local, firm, opened = file.local.rule, file.local, file.firm, file.project.opened
    file.state = STARTED
    file.started = model.month
    file.agreed = rule["days"]
    chance = rule["need_reading"] + rule["need_reading_capability"] * (firm.capability - 0.5)
    file.read_rightly = model.u(draws.NEED, firm.uid, opened, local.code) < chance
    advance(model, file)
    if misfits is None:
        misfits = 0.0 if file.ready else 1.0
    file.care = care(local, views, misfits)
    slow_down(file)
    local.expert_cost += rule["preparation"] * rule["preparation_euros"]


def care(local, views, misfits):
    """Share of the quality of help that a pathway keeps."""
    rule = local.rule
    understood = 1.0 - rule["cultural_gap"] * (1.0 - rule["preparation"])
    crossed = 1.0 - 2.0 ** (-views / rule["half_views"]) if rule["half_views"] != 0.0 else 1.0
    return local.rigour * understood * crossed * (1.0 - rule["misfit_harm"] * misfits)


def slow_down(file):
    """The director is away for days of each month."""
    rule, firm = file.local.rule, file.firm
    file.dip = min(firm.baseline, rule["slowdown"] * rule["days"] / rule["path_months"])
    if file.dip > 0.0:
        firm.capability -= file.dip
        firm.update_factors()


def come_back(file):
    """The director is back."""
    firm = file.firm
    if file.dip > 0.0:
        firm.capability += file.dip
        file.dip = 0.0
        if abs(firm.capability - firm.baseline) < 1e-9:
            firm.capability = firm.baseline
        firm.update_factors()


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
        late = rule["cash_months"] > 0.0 or rule["cash_months_agreement"] > 0.0
        file.cash = model.month
        if late:
            uid, opened = file.firm.uid, file.project.opened
            file.cash += wait_for_money(model, local, uid, opened, int(rule["agreements"]))
        if file.cash == model.month:
            file.project.finance += own_funds_gained(file)


def own_funds_gained(file):
    """Own funds that the advance of a file brings, less and less so for each euro more."""
    rule = file.local.rule
    return 2.0 * rule["advance_finance_gain"] * (1.0 - 2.0 ** (-file.advance / rule["advance_half"]))


def pathway(model):
    """Phase 19: days are given; drop-outs; ends of missions and actions."""
    for seat in model.seats:
        if seat.under_way != SEAT_OVER:
            sit(model, seat)
    for file in model.open_files:
        if file.state == STARTED:
            go_on(model, file)


def sit(model, seat):
    """One month of a seat in a cohort."""
    local, cohort = seat.link.local, model.cohorts[seat.cohort]
    rule, t = local.rule, model.month
    last = t - seat.started + 1 >= rule["path_months"]
    if seat.under_way == SEAT_TAKEN:
        called = rule["recall"] * (1.0 - rule["recognition"] * rule["recognition_effect"])
        if model.u(draws.RECALL, seat.person.row, t, local.code) < called:
            seat.under_way = SEAT_LEFT
            cohort.present -= 1
            come_home(model, seat.person, local)
        else:
            give(seat.link, cohort.days / rule["path_months"] * rule["attendance"])
            if last:
                learn(seat.person, local, cohort.days * rule["attendance"], local.rigour)
                come_home(model, seat.person, local)
    if last:
        seat.under_way = SEAT_OVER
        if cohort.open:
            cohort.open = False
            local.in_session -= 1


def learn(person, local, days, care):
    """What a volunteer learns from days of help."""
    rule = local.rule
    dose = 1.0 - 2.0 ** (-days / rule["half_days"])
    person.skill += rule["volunteer_learning"] * rule["quality"] * care * (1.0 - person.skill) * dose


def go_on(model, file):
    """One month of a pathway."""
    rule, t = file.local.rule, model.month
    if not file.firm.alive:
        file.end(LOST, t)
    elif model.u(draws.DROPOUT, file.firm.uid, t, file.local.code) < chance_to_leave(file):
        file.end(DROPPED, t)
    else:
        days = days_of_month(file)
        file.days += days
        if file.person is not None:
            give(file.link, days)
        if t - file.started + 1 >= rule["path_months"]:
            file.local.alumni += 1
            if file.person is not None:
                learn(file.person, file.local, file.days, file.care)
            file.end(COMPLETED, t)
    if file.state != STARTED:
        if file.person is not None:
            come_home(model, file.person, file.link.local)
        if file.own_cohort is not None and file.state != COMPLETED:
            file.own_cohort.directors -= 1
        come_back(file)
    if file.state == COMPLETED:
        next_action(model, file)


def chance_to_leave(file):
    """Chance that a firm drops out this month: more if its director is closed, or not ready."""
    rule = file.local.rule
    chance = rule["dropout"] + rule["discomfort"] * (1.0 - file.firm.openness) * (2.0 - file.local.rigour)
    return chance if file.ready else chance + rule["unready_dropout"]


def days_of_month(file):
    """Days that a firm receives in a month."""
    rule = file.local.rule
    days = file.agreed / rule["path_months"]
    if not file.paid:
        days *= rule["attendance"]
    if file.own_cohort is not None:
        days *= file.own_cohort.present / file.own_cohort.seats
    return days


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


def finance(model):
    """Phase 24: instalments, losses, coordination; closed files leave the list."""
    for file in model.open_files:
        if file.outstanding > 0.0:
            repay(model, file)
    model.open_files = [
        f for f in model.open_files if f.ended < 0 or f.outstanding > 0.0 or f.plan > model.month
    ]
    for local in model.locals:
        if local.alive:
            local.coordination_cost += spent_once(model, local) * yearly_cost(local.rule) / 12.0


def yearly_cost(rule):
    """Yearly cost of running a local scheme."""
    return (
        rule["coordinators"] * rule["coordinator_euros"]
        + rule["outreach_effort"] * rule["outreach_euros"]
        + rule["referral_effort"] * rule["referral_euros"]
        + rule["alumni_events"] * rule["events_euros"]
        + (0.0 if rule["format"] == MARKET else rule["recruiting_effort"] * rule["recruiting_euros"])
    )


def repay(model, file):
    """What comes back of an advance this month, or is lost."""
    local, euros = file.local, 0.0
    if not file.firm.alive:
        insolvent = model.u(draws.INSOLVENCY, file.firm.uid, 0) < model.economy.insolvent_exits
        if model.month >= file.cash and insolvent:
            local.lost += file.outstanding
            local.outstanding -= file.outstanding
            file.outstanding = 0.0
        else:
            euros = file.outstanding
    elif model.month - file.cash > local.rule["grace_months"]:
        euros = min(file.outstanding, file.advance / local.rule["instalments"])
    elif model.month == file.cash > file.started and file.project.state == OPEN:
        file.project.finance += own_funds_gained(file)
    file.outstanding -= euros
    local.outstanding -= euros
    local.repaid += euros
    local.fund += euros
