"""Signs on which the answers about Alizé rest, with default values, in the cases of the questions.

Sixteen seeds. A sign fails only when the paired mean is not more than four standard errors beyond nil, a
bound only when the mean lies outside it by more than four: a model that is truly inside, or truly of that
sign by twice as much, raises a false alarm less than once in 30,000 runs.
"""

from functools import cache, lru_cache

import numpy as np
import pytest

from scenarios.load import load_policies
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.state import FIRST_CAUSE, K
from sim.world import World

pytestmark = pytest.mark.statistical
SEEDS = range(16)


@lru_cache(maxsize=2 * len(SEEDS))  # of an arm, and of none
def world(question: str, policy: str, case: int, seed: int) -> World:
    study = load_policies(question)
    return World(study.spec(study.bases[case], policy), {}, seed).run()


@cache
def arm(question: str, policy: str, case: int = 0) -> dict[str, np.ndarray]:
    """Every outcome of an arm of a question, by seed."""
    pairs = [Pair(world(question, policy, case, seed), world(question, "none", case, seed)) for seed in SEEDS]
    rows = [levels(pair.treated) | differences(pair) for pair in pairs]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def error(values: np.ndarray) -> float:
    """Four standard errors of a mean."""
    return float(4 * values.std(ddof=1) / np.sqrt(len(values)))


@pytest.mark.parametrize(
    ("question", "case", "outcome", "more", "less"),
    [
        ("alize-renewal", 0, "schemes_alive", "published", "no-renewal"),
        ("alize-renewal", 0, "schemes_alive", "paid-days", "published"),
        ("alize-renewal", 0, "files_unserved", "capped", "published"),
        ("alize-revitalisation", 0, "fund_left", "cold-pooled", "cold-scattered"),
        ("alize-revitalisation", 0, "jobs_net", "cold-scattered", "eve-scattered"),
        ("alize-revitalisation", 1, "jobs_net", "eve-scattered", "eve-pooled"),
        ("alize-advances", 0, "jobs_net", "published", "skills-alone"),
        ("alize-advances", 0, "jobs_net", "skills-alone", "advance-alone"),
        ("alize-advances", 0, "advances_paid", "published", "fund-50"),
        ("alize-diversify", 0, "jobs_net", "before", "after"),
        ("alize-diversify", 0, "jobs_net", "before-much", "before"),
        ("alize-diversify", 0, "jobs_net", "before", "before-industry-alone"),
        ("alize-host", 0, "cooperation", "municipalities", "published"),
        ("alize-host", 0, "cooperation", "published", "region"),
        ("alize-host", 0, "files_accepted", "published", "region"),
    ],
)
def test_signs_of_the_answers(question, case, outcome, more, less):
    gap = arm(question, more, case)[outcome] - arm(question, less, case)[outcome]
    assert gap.mean() > error(gap) > 0


def test_what_firms_fail_to_repay_is_little():
    lost = arm("alize-advances", "published")["advances_lost_share"]
    assert lost.mean() - error(lost) < 0.05


def closing_month(run: World) -> float:
    """Jobs of subcontractors in the month of the closures, as a change."""
    return float(run.tables.series[60, :, FIRST_CAUSE + K].sum())


def test_help_beforehand_hardly_changes_what_a_closure_takes():
    for policy in ("before", "before-much"):
        lost = [
            np.array([-closing_month(world("alize-diversify", p, 0, seed)) for seed in SEEDS])
            for p in ("none", policy)
        ]
        share = (lost[0] - lost[1]) / lost[0]
        assert abs(share.mean()) < 0.01 + error(share)


def test_hosts_and_perimeters_do_not_change_equality_between_basins():
    theil = arm("alize-host", "published")["theil"]
    for policy in ("municipalities", "region", "chamber-pooled"):
        gap = arm("alize-host", policy)["theil"] - theil
        assert abs(gap.mean()) < 0.05 * theil.mean() + error(gap)
