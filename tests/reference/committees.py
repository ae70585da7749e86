"""Phases 14 and 15: firms apply, committees sit."""

import math

from sim import draws
from tests.reference import sectors
from tests.reference.agents import (
    ACCEPTED,
    ACTION,
    ACTIVE,
    APPLIED,
    LOST,
    MARKET,
    OPEN,
    REJECTED,
    UNSERVED,
    File,
)
from tests.reference.coordination import not_crowded_out
from tests.reference.partners import aware
from tests.reference.projects import success_logit

BY_MERIT, BY_JOBS, BY_NEED, FIRST_COME, LOTTERY = range(5)


def application(model):
    """Phase 14: firms with an open project never filed apply to the first scheme that gets them."""
    for project in model.active:
        if project.state != OPEN or project.tried > 0 or project.firm.file is not None:
            continue
        for local in model.locals_of(project.firm.basin):
            if takes_files(local) and eligible(model, project, local) and applies(model, project, local):
                File(model, project, local, model.month, 0)
                break


def takes_files(local):
    """Whether it lives and helps projects: a market place does once its axis of skills is open."""
    helps = local.rule["format"] != MARKET or local.rule["skills_axis"] != 0.0
    return local.alive and helps


def eligible(model, project, local):
    """Whether the scheme takes this project of this firm now."""
    rule, firm, t = local.rule, project.firm, model.month
    kind = rule["takes_structuring"] if project.structuring else rule["takes_expansion"]
    return (
        firm.status == ACTIVE
        and rule["size_min"] <= firm.size < rule["size_max"]
        and kind > 0.0
        and project.jobs >= rule["jobs_min"]
        and t - project.opened >= rule["last_resort_months"]
        and project.due - t >= rule["months_needed"]
        and not (rule["dominant_only"] > 0.0 and outside_dominant(firm))
    )


def outside_dominant(firm):
    """Whether a sector dominates the basin of a firm, and it is of another."""
    dominant = firm.basin.data.dominant_sector
    return dominant != "" and firm.sector != sectors.NAMES.index(dominant)


def applies(model, project, local):
    """Whether the director applies this month."""
    rule, firm, t = local.rule, project.firm, model.month
    by_size = 1.0
    if firm.size > rule["application_size_from"] and rule["application_size"] != 0.0:
        by_size = min(6.0, (firm.size / 10.0) ** rule["application_size"])
    by_age = rule["young_application"] if t - firm.born < rule["young_months"] else 1.0
    chance = rule["application_rate"] * door(firm, rule) * not_crowded_out(model, local) * firm.openness
    chance *= (1.0 - rule["hassle"]) * by_size * by_age
    if model.u(draws.APPLICATION, firm.uid, t, local.code) >= min(1.0, chance):
        return False
    if rule["format"] == MARKET:
        return local.has_member(firm)
    return aware(model, firm, local)


def door(firm, rule):
    """How industry, the price that firms pay and a scattered offer change the applications of a firm."""
    multiple = share_found(rule)
    if firm.sector in sectors.INDUSTRY:
        multiple *= rule["application_industry"]
    return multiple * math.exp(-rule["share_response"] * rule["firm_share"])


def share_found(rule):
    """Share of applications and next actions that a scattered offer leaves."""
    return 1.0 - rule["search_cost"] * (1.0 - rule["integration"])


def selection(model):
    """Phase 15: stale files are cleared, then committees sit."""
    for file in model.open_files:
        if file.state == APPLIED:
            clear_if_stale(model, file)
    for local in model.locals:
        since = model.month - local.start - int(local.rule["setup_months"])
        if not local.alive or local.rule["format"] == ACTION:
            continue
        if since >= 0 and since % int(local.rule["committee_period_months"]) == 0:
            committee(model, local)


def clear_if_stale(model, file):
    """A file that no committee should see any more."""
    t = model.month
    decided = file.project.state != OPEN and file.step == 0
    if not file.firm.alive:
        file.end(LOST, t)
    elif (
        decided
        or file.firm.status != ACTIVE
        or not file.local.alive
        or (has_been_looked_at(file) and t - file.applied > file.local.rule["patience_months"])
    ):
        file.end(UNSERVED, t)


def has_been_looked_at(file):
    """Whether a committee, which alone could have taken it, has seen a file; seats of actions are for all."""
    return file.judged or file.local.rule["format"] == ACTION


def committee(model, local):
    """One committee: files in falling score, accepted while there is room."""
    rule, t = local.rule, model.month
    files = [file for file in model.open_files if file.state == APPLIED and file.local is local]
    for file in files:
        file.merit = merit(model, file)
        file.judged = True
    ranked = in_order(model, files, rule["selection"])
    rest = model.u(draws.QUOTA, local.basin.position, t, local.code)
    good = math.floor(rule["acceptance_share"] * len(files) + rest)
    room = int(rule["coordinators"] * rule["files_per_coordinator"]) - local.under_way
    for rank, file in enumerate(ranked):
        if rule["selection"] == BY_MERIT:
            passes = file.merit >= rule["standard"] + rule["standard_shift"]
        else:
            passes = rank < good
        if not passes or turned_away(model, file):
            reject(model, file)
        elif room > 0:
            file.state = ACCEPTED
            file.accepted = file.decided = t
            room -= 1
            local.under_way += 1


def turned_away(model, file):
    """Talks at the door find most of the directors who are not ready to commit, and some who are."""
    rule = file.local.rule
    chance = rule["screening"] * (rule["screening_error"] if file.ready else 1.0)
    return model.u(draws.SCREENING, file.firm.uid, file.applied, file.local.code) < chance


def chances(model, file):
    """Chances of the project as the committee sees them."""
    noise = draws.normal(model.u(draws.MERIT, file.firm.uid, file.applied, file.local.code))
    logit = success_logit(model, file.project, file.firm.basin.demand)
    return logit + file.local.rule["merit_noise"] * noise


def severity(file):
    """What is held against a young firm, whether files are ranked by merit or by need."""
    return file.local.rule["young_penalty"] if file.young else 0.0


def merit(model, file):
    """The chances, less what is held against a young firm."""
    return chances(model, file) - severity(file)


def in_order(model, files, by):
    """Files in falling score, ties by rising uid."""
    return sorted(files, key=lambda file: (-score(model, file, by), file.firm.uid))


def score(model, file, by):
    """What files are ranked by."""
    if by == BY_MERIT:
        return file.merit
    if by == BY_JOBS:
        return file.jobs
    if by == BY_NEED:
        return -chances(model, file) - severity(file)
    if by == FIRST_COME:
        return -file.applied
    return model.u(draws.PRIORITY, file.firm.uid, file.applied, file.local.code)


def reject(model, file):
    """A rejected file may come back once, as a new file for the next committee."""
    rule, t = file.local.rule, model.month
    file.decided = t
    file.end(REJECTED, t)
    in_time = file.project.state == OPEN and file.project.due - t >= rule["months_needed"]
    u = model.u(draws.RETURN, file.firm.uid, file.applied, file.local.code)
    if file.attempt == 0 and in_time and u < rule["return_share"]:
        again = File(model, file.project, file.local, t, 1, file.step)
        again.need = file.need
