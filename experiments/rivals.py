"""Whether an answer changes with the rival rule: what the draws of each rule say by themselves."""

from collections.abc import Mapping, Sequence

import numpy as np

from calibration.rivals import PARAMETER, RULES, WORDS
from experiments.lang import form, plural, say, told
from experiments.lang.phrases import parts

FEWEST = 5  # rows of parameters with a rule below which nothing is said of it
SURE = 2.0  # standard errors from which a difference is more than chance


def rule_of(weights: np.ndarray) -> np.ndarray:
    """Name of the rule of each draw, by its value of the parameter; "" where it is none of them."""
    found = np.full(len(weights), "", object)
    for rule, values in RULES.items():
        found[weights == values[PARAMETER]] = rule
    return found


def said(
    net: Mapping[str, np.ndarray], rules: np.ndarray, rows: Sequence[int], plain: Mapping[str, str]
) -> str:
    """A sentence where the best policy, or the net jobs of the only one, change with the rule by more than
    chance; "" where they do not, or where too few rows of parameters tell. ``net``: net jobs by policy, world
    by world; ``rules``, ``rows``: rule and row of parameters of each world; ``plain``: names of policies as
    they are read."""
    # worlds of one row are no draws of their own: their mean is one
    _, first, of = np.unique(np.asarray(rows), return_index=True, return_inverse=True)
    net = {policy: np.bincount(of, values) / np.bincount(of) for policy, values in net.items()}
    rules = rules[first]
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
    each = [
        say("{policy} if {rule}", policy=plain.get(best[rule], best[rule]), rule=told(WORDS[rule]))
        for rule in there
    ]
    return say(
        "The answer depends on what wears out when volunteers are asked often: best is {policies}.",
        policies=parts(each),
    )


def _of_one(values: np.ndarray, rules: np.ndarray, there: list[str]) -> str:
    one, other = (values[rules == rule] for rule in there)
    error = float(np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other)))
    if abs(one.mean() - other.mean()) <= SURE * error:
        return ""
    means = {rule: float(values[rules == rule].mean()) for rule in there}
    each = [
        plural(
            "{jobs} net job if {rule}", "{jobs} net jobs if {rule}",
            round(mean), jobs=form(mean, ",.0f"), rule=told(WORDS[rule]),
        )
        for rule, mean in means.items()
    ]  # fmt: skip
    return say(
        "The answer depends on what wears out when volunteers are asked often: on average {jobs}.",
        jobs=parts(each),
    )


def _settled(lead: np.ndarray) -> bool:
    """Whether a lead over draws is more than chance makes."""
    return float(lead.mean()) > SURE * float(lead.std(ddof=1)) / float(np.sqrt(len(lead)))
