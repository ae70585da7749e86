"""Phase 18: needs are read, seats are offered by theme, groups of firms start."""

from sim import draws
from tests.reference import sectors
from tests.reference.agents import ACTION, APPLIED, SHARED, STARTED, UNDIAGNOSED, UNSHARED
from tests.reference.committees import in_order, merit
from tests.reference.coordination import spent_once
from tests.reference.pathways import advance, yearly_cost


def actions(model):
    """Phase 18: scheme by scheme, over all its basins."""
    for scheme, themes in enumerate(model.themes):
        living = [local for local in model.locals if local.scheme == scheme and local.alive]
        if living and living[0].rule["format"] == ACTION:
            act(model, scheme, themes, living)


def act(model, scheme, themes, living):
    """A month of a scheme; what is shared follows the rules of the first living local scheme."""
    rule = living[0].rule
    running = min(rule["region_euros"], rule["budget_euros"])
    for local in living:
        local.coordination_cost += running / 12.0 / len(living)
    for file in waiting(model, scheme):
        if file.theme < 0:
            read(model, file, themes)
    others = sum(spent_once(model, local) * yearly_cost(local.rule) for local in living)
    offer(model, themes, rule, running + others)
    for k, theme in enumerate(themes):
        files = [file for file in waiting(model, scheme) if file.theme == k]
        start_groups(model, files, theme, rule)


def waiting(model, scheme):
    """Open files of a scheme in state applied, in the order made."""
    return [file for file in model.open_files if file.state == APPLIED and file.local.scheme == scheme]


def read(model, file, themes):
    """The need of a file is read, rightly or as another; a shared diagnostic records what it found."""
    uid, opened, code = file.firm.uid, file.project.opened, file.local.code
    file.diagnosed = diagnostic(model, file)
    u1, u2 = model.pair(draws.READING, uid, opened, code + 2**24 * file.step)
    file.read_rightly = u1 < chance_of_right_reading(file)
    file.theme = file.need if file.read_rightly else another_need(file.need, u2)
    if file.diagnosed == SHARED:
        themes[file.theme].recorded += 1


def diagnostic(model, file):
    """Whether the pathway begins with a diagnostic, and who sees it."""
    rule = file.local.rule
    u1, u2 = model.pair(draws.DIAGNOSTIC, file.firm.uid, file.project.opened, file.local.code)
    if u1 >= rule["diagnostic_coverage"]:
        return UNDIAGNOSED
    return SHARED if u2 < rule["diagnostic_sharing"] else UNSHARED


def chance_of_right_reading(file):
    """The director's own chance, and what the diagnostic adds."""
    rule = file.local.rule
    own = rule["need_reading"] + rule["need_reading_capability"] * (file.firm.capability - 0.5)
    if file.diagnosed == UNDIAGNOSED:
        return own
    use = 1.0 if file.diagnosed == SHARED else rule["unshared_use"]
    return own + use * rule["diagnostic_accuracy"] * (rule["diagnosed_reading"] - own)


def another_need(need, u):
    """A need other than the right one, by the shares of the needs of projects."""
    ends = (0.0, *sectors.NEEDS, 1.0)
    share = ends[need + 1] - ends[need]
    x = u * (1.0 - share)
    if x >= ends[need]:
        x += share
    found = next((j for j in range(6) if x < ends[j + 1]), 6)
    if found == need:
        return need + 1 if need < 6 else 5
    return found


def offer(model, themes, rule, running):
    """The offer follows what was recorded; the seats of the month add to those not taken this year."""
    price = price_of_action(rule) * (1.0 - rule["firm_share"])
    price += rule["followup_months"] * rule["followup_euros"]
    seats = rule["seats_per_year"]
    if price > 0.0:
        seats = min(seats, max(0.0, rule["budget_euros"] - running) / price)
    recorded = sum(theme.recorded for theme in themes)
    for theme in themes:
        if recorded > 0:
            theme.supply += rule["supply_adaptation"] * (theme.recorded / recorded - theme.supply)
        if model.calendar_month == 0:
            theme.credit = 0.0
        theme.credit += theme.supply * seats / 12.0


def price_of_action(rule):
    """Euros, in proportion to the days if the price is that of some days."""
    if rule["priced_days"] == 0.0:
        return rule["action_euros"]
    return rule["action_euros"] * rule["days"] / rule["priced_days"]


def start_groups(model, files, theme, rule):
    """Whole groups of those that wait for a theme start."""
    size = int(rule["group_firms"])
    groups = min(len(files), int(theme.credit + 1e-9)) // size
    if groups == 0:
        return
    for file in files:
        file.merit = merit(model, file)
    ranked = in_order(model, files, rule["selection"])
    for g in range(groups):
        for file in ranked[g * size : (g + 1) * size]:
            start(model, file)
            file.cohort = model.groups
        model.groups += 1
    theme.credit -= groups * size


def start(model, file):
    """A file gets its seat; the firm pays a share."""
    rule, local = file.local.rule, file.local
    file.accepted = file.decided = file.started = model.month
    file.state = STARTED
    file.agreed = rule["days"]
    file.paid = True
    local.under_way += 1
    local.expert_cost += price_of_action(rule)
    local.firm_cost += rule["firm_share"] * price_of_action(rule)
    local.paid_days_total += rule["days"]
    advance(model, file)
