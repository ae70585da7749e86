"""From the worlds of a comparison to the rows of ``decision.csv``: what a choice between policies turns on.

All policies of a draw share its parameters and its luck, so they are compared draw by draw.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.cells import Cells
from experiments.nothing import JOBS, SHARE, level
from experiments.plan import Group
from experiments.summary import Labels, Results, described, quantile
from scenarios.studies import NONE

COLUMNS = (
    "group", "policy", "against", "measure", "unit",
    "mean", "sd", "p05", "p50", "p90", "p95", "mcse", "n", "who",
)  # fmt: skip
BEST, REGRET, EFFICIENCY, WORST, WORST_OF_DRAW, GAPS, DOMINATED = (
    "best", "regret", "net_per_million", "worst_basin", "worst_basin_of_draw", "theil_change", "dominated",
)  # fmt: skip
MEASURES = {  # unit, definition
    BEST: (
        "share",
        f"chance of having the most net jobs of all policies; ties, less than {JOBS} jobs apart, are shared",
    ),
    REGRET: ("jobs", "net jobs that the best policy of the same draw has more"),
    EFFICIENCY: ("jobs per million euros", "net jobs over public cost and tax given back"),
    WORST: (
        "jobs per 1,000 jobs",
        "net jobs, per 1,000 jobs without any scheme, in the basin where they are fewest on average, among "
        "those that have jobs in every draw",
    ),
    WORST_OF_DRAW: (
        "jobs per 1,000 jobs",
        "net jobs, per 1,000 jobs without any scheme, in the basin where they are fewest, draw by draw",
    ),
    GAPS: (
        "share",
        "Theil index of the growth of jobs between basins, less that without any scheme, over this; below 0: "
        "basins grow more alike",
    ),
    DOMINATED: (
        "share",
        "draws in which a policy that dominates this one on average, too, has as many net jobs per million "
        "euros, as good a worst basin and as low a Theil index, or better, and is better in one of the three "
        "by more than reads as nothing; 0 where none does on average",
    ),
}
COMPARED = (EFFICIENCY, WORST, GAPS)  # with the reference too, draw by draw


@dataclass(frozen=True)
class Best:
    """In how many worlds, of ``n``, a policy is the best or level with the best. ``tied``: whether it is only
    level with it in some of them."""

    worlds: int
    tied: bool
    n: int


def first(net: np.ndarray, least: float = JOBS) -> np.ndarray:
    """Whether each policy is the best of each draw, or less than ``least`` behind it; shape (policies,
    draws), that of ``net``."""
    behind = regret(net)
    return (behind == 0.0) | (behind < least)


def shared_first(net: np.ndarray, least: float = JOBS) -> np.ndarray:
    """Part that each policy has in being the best of each draw: 1, or 1 / k where k policies tie, or 0; shape
    (policies, draws), that of ``net``."""
    found = first(net, least)
    return found / found.sum(axis=0)


def best_of(net: np.ndarray, at: int) -> Best:
    """How often the policy in row ``at`` is the best."""
    found = first(net)
    mine = found[:, found[at]]
    return Best(mine.shape[1], bool((mine.sum(axis=0) > 1).any()), net.shape[1])


def leader(mean: Mapping[str, float], reference: str) -> str:
    """The policy with the highest mean; of those that are level with it the reference, or the first."""
    top = max(mean.values())
    found = [policy for policy, value in mean.items() if top - value < JOBS]
    return reference if reference in found else found[0]


def regret(net: np.ndarray) -> np.ndarray:
    """max over policies of net jobs, less those of each policy, draw by draw; 0 of what is level with the
    best, infinite or not."""
    top = net.max(axis=0)
    with np.errstate(invalid="ignore"):
        return np.where(net == top, 0.0, top - net)


def dominates(values: np.ndarray, same: np.ndarray) -> np.ndarray:
    """Whether policy i is at least as good as policy j in every criterion and better in one; shape (policies,
    policies, ...) from criteria (criteria, policies, ...), more being better. ``same``, of the same shape: by
    how much more a value is better. What is not known (NaN) neither dominates nor is dominated."""
    one, other = values[:, :, None], values[:, None, :]
    within = np.minimum(same[:, :, None], same[:, None, :])
    return np.logical_and((one >= other - within).all(axis=0), (one > other + within).any(axis=0))


def decision(results: Results, cells: Cells) -> list[dict[str, Any]]:
    """The rows of ``decision.csv``; empty where no case has two policies to choose between."""
    groups = [group for group in results.experiment.groups if len(group.policies) > 1]
    return [row for group in groups for row in _of_group(results, cells, group)]


def _of_group(results: Results, cells: Cells, group: Group) -> Iterator[dict[str, Any]]:
    places, _ = results.meeting(group.name, (NONE, *group.policies))
    if not places:
        return
    measured, who = _measured(results, cells, group)
    draws = Labels.of(results, places).draws
    reference = results.experiment.reference
    at = group.policies.index(reference)
    for i, policy in enumerate(group.policies):
        for measure in MEASURES:
            of = who[measure][i] if measure in who else ""
            yield _row(group.name, policy, "", measure, measured[measure][i], draws, of)
        for measure in COMPARED if policy != reference else ():
            gap = measured[measure][i] - measured[measure][at]
            yield _row(group.name, policy, reference, measure, gap, draws, "")


def _row(
    group: str,
    policy: str,
    against: str,
    measure: str,
    values: np.ndarray,
    draws: np.ndarray | None,
    who: str,
) -> dict[str, Any]:
    kept = values[~np.isnan(values)]
    return {
        "group": group, "policy": policy, "against": against, "measure": measure,
        "unit": MEASURES[measure][0], **described(values, draws),
        "p90": quantile(kept, 0.9) if len(kept) else None, "who": who,
    }  # fmt: skip


def _measured(
    results: Results, cells: Cells, group: Group
) -> tuple[Mapping[str, np.ndarray], Mapping[str, Sequence[str]]]:
    """Every measure, policy by policy and draw by draw, and whom it speaks of."""
    arms = (NONE, *group.policies)
    net, public, tax = (
        results.together(group.name, arms, name)[1:]
        for name in ("jobs_net", "public_cost", "tax_expenditure")
    )
    theil = results.together(group.name, arms, "theil")
    millions = (public + tax) / 1e6
    with np.errstate(invalid="ignore", divide="ignore"):
        efficiency = np.where(millions > 0, net / millions, np.nan)
    worst, of_draw, where, where_of_draw = _worst(results, cells, group)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = np.where(theil[1:] == theil[0], 0.0, (theil[1:] - theil[0]) / theil[0])
    found = {
        BEST: shared_first(net), REGRET: regret(net), EFFICIENCY: efficiency, WORST: worst,
        WORST_OF_DRAW: of_draw, GAPS: apart,
    }  # fmt: skip
    criteria = np.array([efficiency, worst, -apart])
    known = ~np.isnan(criteria).any(axis=0)
    by = _on_average(criteria, known)
    found[DOMINATED] = np.where(known, (_dominates(criteria) & by[..., None]).any(axis=0), np.nan)
    # by name, so that the order of the policies in their file changes nothing
    names = [", ".join(sorted(p for p, over in zip(group.policies, column) if over)) for column in by.T]
    return found, {WORST: where, WORST_OF_DRAW: where_of_draw, DOMINATED: names}


def _on_average(criteria: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Whether policy i dominates policy j on average over the draws in which all criteria of both are known;
    shape (policies, policies)."""
    policies = range(criteria.shape[1])
    found = np.zeros((len(policies), len(policies)), bool)
    for i in policies:
        for j in policies:
            both = known[i] & known[j]
            if i != j and both.any():
                means = criteria[:, [i, j]][:, :, both].mean(axis=2)
                found[i, j] = _dominates(means)[0, 1]
    return found


def _dominates(criteria: np.ndarray) -> np.ndarray:
    """``dominates`` of efficiency, worst basin and gaps, where too little makes no difference."""
    efficiency, worst, apart = criteria
    return dominates(criteria, np.array([level(efficiency), level(worst), np.full_like(apart, SHARE)]))


def _worst(
    results: Results, cells: Cells, group: Group
) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    """Net jobs per 1,000 jobs of the basin where their mean is lowest, and of the lowest of each draw, policy
    by policy; then the ids of these basins (of draws: of those that are last most often)."""
    per_1000 = gains(results, cells, group)
    known = np.where(np.isnan(per_1000), np.inf, per_1000)  # what is not known is never the last
    last = np.argmin(known.mean(axis=1), axis=1)
    means = known.mean(axis=1)
    times = _lowest(known).sum(axis=1)
    worst = per_1000[np.arange(len(last)), :, last]
    lowest = known.min(axis=2)
    nowhere = np.isinf(lowest).all(axis=1).tolist()

    def names(which: np.ndarray) -> list[str]:
        ids = [basin.id for basin in group.case.territory.basins]
        found = [", ".join(name for name, is_it in zip(ids, row) if is_it) for row in which]
        return ["" if no else said for said, no in zip(found, nowhere)]

    often = names(times == times.max(axis=1, keepdims=True))
    return worst, np.where(np.isinf(lowest), np.nan, lowest), names(_lowest(means)), often


def _lowest(rates: np.ndarray) -> np.ndarray:
    """Whether each basin (last axis) has the lowest rate, or one that reads the same."""
    low = rates.min(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return (rates == low) | (rates - low < level(low))


def gains(results: Results, cells: Cells, group: Group) -> np.ndarray:
    """Net jobs per 1,000 jobs without any scheme, at the end; shape (policies, draws, basins)."""
    arms = (NONE, *group.policies)
    _, rows = results.meeting(group.name, arms)
    month = cells.horizon(group.name)
    jobs = np.array([cells.at(group.name, arm, "jobs", month)[at] for arm, at in zip(arms, rows)])
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1000.0 * (jobs[1:] - jobs[0]) / jobs[0]
