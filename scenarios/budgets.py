"""What the public money of a scheme of actions pays beyond its running."""

from collections.abc import Iterable, Mapping
from types import SimpleNamespace

from scenarios.problems import number_text
from sim.parameters import FIELDS
from sim.spec import Change
from sim.support.budgets import efforts, price_of, running_cost, seats_paid

# beside region_euros
DECIDING = (
    "budget_euros", "seats_per_year", "action_euros", "priced_days", "days", "firm_share", "followup_months",
    "coordinators", "outreach_effort", "referral_effort", "recruiting_effort", "alumni_events",
)  # fmt: skip


def _whole(rules: Mapping[str, float]) -> SimpleNamespace:
    """The rules of a scheme, those that are not given at their defaults."""
    return SimpleNamespace(**{name: rules.get(name, field.default) for name, field in FIELDS.items()})


def basins_cost(rules: Mapping[str, float], basins: int) -> float:
    """Euros a year that teams and efforts of so many local schemes with these rules cost."""
    rule = _whole(rules)
    return basins * (rule.coordinators * rule.coordinator_euros + efforts(rule))


def seats_a_year(rules: Mapping[str, float], basins: int) -> float:
    """Seats that a scheme with these rules, in so many basins, offers in a year and its money pays; none
    where it gives no actions."""
    rule = _whole(rules)
    if FIELDS["format"].choices[int(rule.format)] != "action":
        return 0
    running = running_cost(rule.region_euros, rule.budget_euros) + basins_cost(rules, basins)
    price = price_of(rule.action_euros, rule.priced_days, rule.days)
    later = rule.followup_months * rule.followup_euros
    return seats_paid(rule.seats_per_year, rule.budget_euros, running, price, rule.firm_share, later)


def all_for_running(rules: Mapping[str, float], basins: int) -> str:
    """Why the running of a scheme takes all its money, so that seats which are offered are not paid; nothing
    where this is meant: no public money at all, or none that seats need."""
    budget, running = (rules.get(name, FIELDS[name].default) for name in ("budget_euros", "region_euros"))
    of_any_budget = seats_a_year({**rules, "budget_euros": FIELDS["budget_euros"].high}, basins)
    if budget == 0 or seats_a_year(rules, basins) > 0 or of_any_budget == 0:
        return ""
    local = basins_cost(rules, basins)
    others = f" and teams and campaigns of {basins} basins, {number_text(local)}" if local else ""
    return (
        f"budget_euros, {number_text(budget)} a year, is not above region_euros, {number_text(running)}"
        f"{others}; raise budget_euros, or lower region_euros in `rules:` of the case"
    )


def never_paid(rules: Mapping[str, float], basins: int) -> str:
    """What is wrong where the running of a scheme takes all its money, if so."""
    why = all_for_running(rules, basins)
    none = "the running of the scheme takes all its money, so that no seat is paid and no firm helped"
    return f"{none}: {why}" if why else ""


def rules_in(rules: Mapping[str, float], changes: Iterable[Change], month: int) -> dict[str, float]:
    """The rules of a scheme in a month, under these changes to it."""
    found = dict(rules)
    for change in changes:
        field = FIELDS[change.lever]
        before = rules.get(change.lever, field.default)
        steps, step = 1 if field.at_once else max(1, change.ramp_months), month - change.from_month + 1
        if step >= steps:
            found[change.lever] = change.value
        elif step > 0:
            found[change.lever] = before + (change.value - before) * step / steps
    return found
