"""Whether an answer changes with the rival rule: what the draws of each rule say by themselves."""

from collections.abc import Mapping

import numpy as np

from calibration.rivals import PARAMETER, RULES, WORDS
from experiments.lang import form, later, say

FEWEST = 5  # draws of a rule below which nothing is said of it
SURE = 2.0  # standard errors from which a difference is more than chance
ASKED = later("The answer depends on what wears out when volunteers are asked often")


def rule_of(weights: np.ndarray) -> np.ndarray:
    """Name of the rule of each draw, by its value of the parameter; "" where it is none of them."""
    found = np.full(len(weights), "", object)
    for rule, values in RULES.items():
        found[weights == values[PARAMETER]] = rule
    return found


def said(net: Mapping[str, np.ndarray], rules: np.ndarray, plain: Mapping[str, str]) -> str:
    """A sentence where the best policy, or the net jobs of the only one, change with the rule by more than
    chance; "" where they do not, or where too few draws tell. ``net``: net jobs by policy, draw by draw;
    ``rules``: rule of each draw; ``plain``: names of policies as they are read."""
    there = [rule for rule in RULES if (rules == rule).sum() >= FEWEST]
    if len(there) < 2 or not net:
        return ""
    best = {rule: max(net, key=lambda policy: float(net[policy][rules == rule].mean())) for rule in there}
    one, other = (best[rule] for rule in there)
    if len(net) == 1:
        return _of_one(net[one], rules, there)
    leads = [(net[best[rule]] - net[other if best[rule] == one else one])[rules == rule] for rule in there]
    if one == other or not all(_settled(lead) for lead in leads):
        return ""
    parts = [
        say(
            "{astNameobjectat0x7f2c29466500} if {WORDS}",
            astNameobjectat0x7f2c29466500=plain.get(best[rule], best[rule]),
            WORDS=WORDS[rule],
        )
        for rule in there
    ]
    return say("{ASKED}: best is {listed}.", ASKED=ASKED, listed="; ".join(parts))


def _of_one(values: np.ndarray, rules: np.ndarray, there: list[str]) -> str:
    one, other = (values[rules == rule] for rule in there)
    error = float(np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
    if abs(one.mean() - other.mean()) <= SURE * error:
        return ""
    parts = [
        say(
            "{values} net jobs if {WORDS}",
            values=form(values[rules == rule].mean(), ",.0f"),
            WORDS=WORDS[rule],
        )
        for rule in there
    ]
    return say("{ASKED}: on average {listed}.", ASKED=ASKED, listed="; ".join(parts))


def _settled(lead: np.ndarray) -> bool:
    """Whether a lead over draws is more than chance makes."""
    return float(lead.mean()) > SURE * float(lead.std(ddof=1)) / float(np.sqrt(len(lead)))
