"""Phase 17: directors and volunteers wait or give up; whole cohorts start."""

from sim import draws
from tests.reference.agents import ACCEPTED, COHORT, FREE, OFFERED, PARTNER, UNSERVED, Cohort, Seat
from tests.reference.pathways import available, free_persons, rested, send, start, willingness


def cohorts(model):
    """Phase 17: local schemes in order."""
    for local in model.locals:
        if local.rule["format"] == COHORT and local.opened and (local.alive or local.waiting > 0):
            volunteers = queue_of_volunteers(model, local)
            if local.alive:
                directors = queue_of_directors(model, local)
                if (model.month - local.start) % int(local.rule["cohort_period_months"]) == 0:
                    start_cohorts(model, local, directors, volunteers)


def queue_of_volunteers(model, local):
    """Those who go on waiting and those offered this month, in the order in which they get seats."""
    queue = []
    for link in local.partnerships:
        queue += wait(model, link)
    queue.sort(key=lambda p: (-model.u(draws.STANDING, p.row, p.offered, local.code), p.row))
    local.waiting = len(queue)
    return queue


def wait(model, link):
    """Persons of a site who wait for a cohort."""
    local, site = link.local, link.site
    persons = site.persons[: int(local.rule["willing"])]
    going_on = 0
    for person in persons:
        if person.state == OFFERED and person.local is local:
            if room(link, going_on) and goes_on_waiting(model, person, link):
                going_on += 1
            else:
                person.state = FREE
    if local.alive and room(link, going_on) and available(model, link, local.rule) and offers(model, link):
        person = max(
            free_persons(model, link, local.rule), key=lambda p: model.u(draws.RELEASE, p.row, model.month)
        )
        person.state = OFFERED
        person.local = local
        person.link = link
        person.offered = model.month
    return [person for person in persons if person.state == OFFERED and person.local is local]


def room(link, waiting):
    """Whether a site of which so many wait for a local scheme may have one more wait."""
    rule = link.local.rule
    below_cap = link.site.missions_year + waiting < rule["missions_per_site_year"]
    return below_cap and (waiting == 0 or rule["rest_months"] == 0.0)


def goes_on_waiting(model, person, link):
    """Whether nothing calls a person back who waits, apart from the number of others."""
    local, rule = link.local, link.local.rule
    return (
        local.alive
        and link.state == PARTNER
        and rested(model, link, rule)
        and person.days_year + rule["days"] <= model.economy.person_days_max
        and model.u(draws.WITHDRAWAL, person.row, model.month, local.code) >= rule["offer_lapse"]
    )


def offers(model, link):
    """Whether a site releases a person this month."""
    rule = link.local.rule
    chance = rule["offer_rate"] * willingness(link, rule)
    chance *= 1.0 + rule["recognition_offer"] * rule["recognition"]
    return model.u(draws.OFFER, link.site.entity, model.month, link.local.code) < min(1.0, chance)


def queue_of_directors(model, local):
    """Accepted files in the order in which they get seats; some give up."""
    t, code, queue = model.month, local.code, []
    for file in model.open_files:
        if file.state == ACCEPTED and file.local is local:
            gives_up = model.u(draws.QUEUE, file.firm.uid, t, code) < local.rule["queue_lapse"]
            if file.accepted < t and gives_up:
                file.end(UNSERVED, t)
            else:
                queue.append(file)
    queue.sort(key=lambda f: (-model.u(draws.PRIORITY, f.firm.uid, f.applied, code), f.firm.uid))
    return queue


def start_cohorts(model, local, directors, volunteers):
    """Whole cohorts start, as many as people, facilitators, the year and quality allow."""
    rule = local.rule
    d, v, f = int(rule["seats_directors"]), int(rule["seats_volunteers"]), rule["seats_facilitators"]
    limits = [len(directors) // d, len(volunteers) // v, int(rule["cohorts_per_year"]) - local.cohorts_year]
    if f > 0.0:
        limits.append(int(rule["facilitators"] / f) - local.in_session)
    if local.rigour < rule["quality_floor"]:
        limits.append(0)
    for k in range(min(limits)):
        meet(model, local, directors[k * d : (k + 1) * d], volunteers[k * v : (k + 1) * v])
        local.expert_cost += f * rule["days"] * rule["day_euros"]


def meet(model, local, files, persons):
    """A cohort starts."""
    employers = len({person.link.site for person in persons})
    cohort = Cohort(model, local, model.month, len(files), len(persons), employers)
    misfits = sum(not file.ready for file in files) / len(files)
    for file in files:
        file.own_cohort, file.cohort = cohort, cohort.row
        start(model, file, employers / len(files), misfits)
    for person in persons:
        send(model, person, person.link, local.rule)
        model.seats.append(Seat(model, cohort.row, person, person.link, model.month))
    local.in_session += 1
    local.cohorts_year += 1
    local.waiting -= len(persons)
