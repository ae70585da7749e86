"""Whether the public money of a scheme of actions goes beyond its running."""

from collections.abc import Mapping

from scenarios.problems import number_text
from sim.parameters import FIELDS

DECIDING = ("budget_euros", "seats_per_year", "action_euros", "firm_share")  # beside region_euros


def all_for_running(rules: Mapping[str, float]) -> str:
    """What is wrong where the running of a scheme takes all its money, so that seats which are offered can
    never be paid; nothing where this is meant: no public money at all, or none that seats need."""

    def rule(name: str) -> float:
        return rules.get(name, FIELDS[name].default)

    budget, running = rule("budget_euros"), rule("region_euros")
    seats = rule("seats_per_year") * rule("action_euros") * (1 - rule("firm_share"))
    acts = FIELDS["format"].choices[int(rule("format"))] == "action"
    if not acts or seats <= 0 or not 0 < budget <= running:
        return ""
    return (
        "the running of the scheme takes all its money, so that no seat is paid and no firm helped: "
        f"budget_euros, {number_text(budget)} a year, is not above region_euros, {number_text(running)}; "
        "raise budget_euros, or lower region_euros in `rules:` of the case"
    )
