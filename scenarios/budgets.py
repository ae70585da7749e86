"""What the public money of a scheme of actions pays beyond its running."""

from collections.abc import Iterable, Mapping

from scenarios.problems import number_text
from sim.parameters import FIELDS
from sim.spec import Change
from sim.support.budgets import price_of, running_cost, seats_paid

# beside region_euros
DECIDING = ("budget_euros", "seats_per_year", "action_euros", "priced_days", "days", "firm_share")


def seats_a_year(rules: Mapping[str, float]) -> float:
    """Seats that a scheme with these rules offers in a year and its money pays; none where it gives no
    actions."""

    def rule(name: str) -> float:
        return rules.get(name, FIELDS[name].default)

    if FIELDS["format"].choices[int(rule("format"))] != "action":
        return 0
    running = running_cost(rule("region_euros"), rule("budget_euros"))
    price = price_of(rule("action_euros"), rule("priced_days"), rule("days"))
    return seats_paid(rule("seats_per_year"), rule("budget_euros"), running, price, rule("firm_share"))


def all_for_running(rules: Mapping[str, float]) -> str:
    """Why the running of a scheme takes all its money, so that seats which are offered are not paid; nothing
    where this is meant: no public money at all, or none that seats need."""
    budget, running = (rules.get(name, FIELDS[name].default) for name in ("budget_euros", "region_euros"))
    of_any_budget = seats_a_year({**rules, "budget_euros": FIELDS["budget_euros"].high})
    if budget == 0 or seats_a_year(rules) > 0 or of_any_budget == 0:
        return ""
    return (
        f"budget_euros, {number_text(budget)} a year, is not above region_euros, {number_text(running)}; "
        "raise budget_euros, or lower region_euros in `rules:` of the case"
    )


def never_paid(rules: Mapping[str, float]) -> str:
    """What is wrong where the running of a scheme takes all its money, if so."""
    why = all_for_running(rules)
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
