"""From the worlds of a folder to the rows of ``groups.csv``: who gains, who loses."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from experiments.cells import Cells
from experiments.census import BY_KIND, KINDS, MILESTONES
from experiments.plan import Group
from experiments.summary import Labels, Results, described
from scenarios.studies import NONE
from sim.spec import Territory, fragile_third, fragility_varies

COLUMNS = (
    "group", "policy", "against", "split", "class", "month", "outcome", "unit",
    "mean", "sd", "p05", "p50", "p95", "mcse", "n",
)  # fmt: skip
ALL, BASIN, REGION, FRAGILITY = "all", "basin", "region", "fragility"
FRAGILE, OTHERS = "most fragile third", "other basins"
NOWHERE = "no region"
NET, RATE = "jobs_net", "jobs_net_per_1000"
UNITS = {NET: "jobs", RATE: "jobs per 1,000 jobs"}
DEFINITIONS = {
    NET: "jobs of the class less those in the arm `against`, both at the month of the row",
    RATE: "jobs of the class less those in the arm `against`, over those in the world without any scheme, "
    "all at the month of the row, times 1,000",
}
JOBS = "jobs"  # all firms, of the series
OUTCOMES = (JOBS, *BY_KIND)  # of the series that the rows need
# a class of firms: the outcome of the series that counts its jobs, and the basins over which it is summed
Class = tuple[str, Sequence[int]]


def classes(territory: Territory) -> dict[str, dict[str, Class]]:
    """The ways of splitting the jobs of a territory, and the classes of each; every split but the first adds
    up to it. A split whose classes would all be one, or mean nothing, is left out."""
    basins = territory.basins
    everywhere = list(range(len(basins)))
    found: dict[str, dict[str, Class]] = {ALL: {ALL: (JOBS, everywhere)}}
    for by, kinds in KINDS.items():
        found[by] = {label: (column, everywhere) for label, (column, _) in kinds.items()}
    if fragility_varies(territory):
        fragile = fragile_third(territory)
        found[FRAGILITY] = {
            name: (JOBS, [j for j in everywhere if (basins[j].id in fragile) == inside])
            for name, inside in ((FRAGILE, True), (OTHERS, False))
        }
    regions = dict.fromkeys(basin.region or NOWHERE for basin in basins)
    if len(regions) > 1:
        found[REGION] = {
            region: (JOBS, [j for j in everywhere if (basins[j].region or NOWHERE) == region])
            for region in regions
        }
    if len(basins) > 1:
        found[BASIN] = {basin.id: (JOBS, [j]) for j, basin in enumerate(basins)}
    return found


def groups(results: Results, cells: Cells) -> list[dict[str, Any]]:
    """The rows of ``groups.csv``: net jobs of every class of firms under every policy, after three, five and
    ten years and at the end, and what each policy changes in them against the reference; in the worlds that
    all policies with worlds have."""
    return [row for group in results.experiment.groups for policy in group.policies
            for row in _of_policy(results, cells, group, policy)]  # fmt: skip


def _of_policy(results: Results, cells: Cells, group: Group, policy: str) -> Iterator[dict[str, Any]]:
    reference = results.experiment.reference
    dates = {*MILESTONES, cells.horizon(group.name)}
    months = [month for month in cells.months(group.name, JOBS) if month in dates]
    for against in dict.fromkeys((NONE, reference)):
        if against == policy:
            continue
        arms = dict.fromkeys((NONE, policy, against))
        everyone = (*arms, *(p for p in group.policies if p not in arms and results.places(group.name, p)))
        places, rows = results.meeting(group.name, everyone)
        if not places:
            continue
        draws = Labels.of(results, places).draws
        at = dict(zip(arms, rows))
        for by, split in classes(group.case.territory).items():
            for month in months:
                for label, (column, where) in split.items():
                    jobs = {arm: cells.at(group.name, arm, column, month)[at[arm]][:, where].sum(axis=1)
                            for arm in arms}  # fmt: skip
                    for outcome, values in _measured(jobs, policy, against).items():
                        yield {
                            "group": group.name, "policy": policy, "against": against, "split": by,
                            "class": label, "month": month, "outcome": outcome, "unit": UNITS[outcome],
                            **described(values, draws),
                        }  # fmt: skip


def _measured(jobs: Mapping[str, np.ndarray], policy: str, against: str) -> dict[str, np.ndarray]:
    """Difference in jobs between two arms, and the same per 1,000 jobs without any scheme."""
    gap = jobs[policy] - jobs[against]
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.where(jobs[NONE] > 0, 1000.0 * gap / jobs[NONE], np.nan)
    return {NET: gap, RATE: rate}
