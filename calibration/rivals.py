"""Rival rules: where nobody knows which of two mechanisms is at work, both are fitted, and the sample holds
draws of each by how well it foretells the published figures.

One pair so far: what wears out when volunteers are asked often, the site that lends them or the people
themselves (``wear_of_people``).
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from calibration.posterior import Posterior

if TYPE_CHECKING:
    from calibration.problem import Problem

PARAMETER = "wear_of_people"
RULES: Mapping[str, Mapping[str, float]] = {"site": {PARAMETER: 0.0}, "people": {PARAMETER: 1.0}}
WORDS = {
    "site": "sites tire with the days asked of them, and recover with time",
    "people": "people tire, mission by mission, and recover as they come back",
}


def score(problem: "Problem", found: Posterior) -> np.ndarray:
    """Log predictive score of each fitted figure, (figures,), by its weight in the fit."""
    from calibration.scores import log_scores  # loads the simulation, which texts do without

    low, high = np.array([(f.target.low, f.target.high) for f in problem.figures]).T
    return problem.precision * log_scores(found.answers, low, high)


def shares(scores: Sequence[float]) -> np.ndarray:
    """Share of each rule in the sample: exp of its score over the sum (pseudo Bayesian model averaging)."""
    away = np.exp(np.array(scores) - max(scores))
    return away / away.sum()


def in_sample(column: np.ndarray) -> str:
    """How often the rows of a sample follow each rule: "1 in 68 % of its rows, 0 in 32 %"; nothing where all
    follow one."""
    values, counts = np.unique(column, return_counts=True)
    if len(values) == 1:
        return ""
    first, *others = np.argsort(-counts, kind="stable")
    parts = [f"{values[i]:g} in {counts[i] / counts.sum():.0%}".replace("%", " %") for i in (first, *others)]
    return ", ".join([f"{parts[0]} of its rows", *parts[1:]])


def mixed(samples: Sequence[Posterior], share: np.ndarray, about: Mapping[str, object]) -> Posterior:
    """One sample with draws of each rule in these shares, as many as there are draws for, in turn: any number
    of first draws holds them nearly in their shares."""
    total = int(min(len(s.rows) / part for s, part in zip(samples, share) if part > 0))
    # the k-th draw of a rule stands at (k + 1/2) / share: sorted, rules alternate by their shares
    places = [
        (np.arange(min(len(s.rows), round(total * part))) + 0.5) / part if part > 0 else np.empty(0)
        for s, part in zip(samples, share)
    ]
    rule = np.repeat(range(len(samples)), [len(p) for p in places])
    row = np.concatenate([np.arange(len(p)) for p in places])
    order = np.argsort(np.concatenate(places), kind="stable")
    rows = np.array([samples[rule[i]].rows[row[i]] for i in order])
    answers = np.array([samples[rule[i]].answers[row[i]] for i in order])
    first = samples[0]
    return Posterior(first.names, rows, first.figures, answers, dict(about) | {"draws": len(rows)})
