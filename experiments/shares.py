"""From the worlds of every mix of schemes to the rows of ``shares.csv``."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from experiments.lang import later
from experiments.mix import Worths, added_last, alone, interplay, shapley, whole
from experiments.nothing import JOBS
from experiments.plan import Group
from experiments.summary import SURE_WORLDS, Results, described
from scenarios.studies import NONE, PUBLISHED

COLUMNS = ("group", "scheme", "outcome", "unit", "what", "mean", "sd", "p05", "p50", "p95", "n")
OUTCOMES = (  # that are shared out
    "jobs_net", "jobs_promised", "jobs_reported", "jobs_realised",
    "public_cost", "tax_expenditure", "in_kind_cost", "private_cost", "volunteer_days",
)  # fmt: skip
ALL = "all"  # in the column ``scheme``: all schemes together
ALONE, ADDED_LAST, SHAPLEY, INTERPLAY = "alone", "added_last", "shapley", "interplay"
OF_EACH = {ALONE: alone, ADDED_LAST: added_last, SHAPLEY: shapley}
WHAT = {
    ALONE: "the scheme against no scheme at all",
    ADDED_LAST: "what would be lost if only this scheme stopped",
    SHAPLEY: "the scheme's fair share (Shapley) of what all do together; shares add up to it",
    ALL: "all schemes together against none",
    INTERPLAY: "all schemes together against none, less the sum of the alones; below 0 they crowd each "
    "other, above 0 they help",
}


def shares(results: Results) -> list[dict[str, Any]]:
    """The rows of ``shares.csv``; empty where no mixes were asked for."""
    return [row for group in results.experiment.groups if group.mixes for row in _of_group(results, group)]


def _of_group(results: Results, group: Group) -> Iterator[dict[str, Any]]:
    from sim.outcomes import OUTCOMES as DECLARED

    schemes = [scheme.name for scheme in group.case.spec.schemes]
    for outcome in OUTCOMES:
        found = worths(results, group, outcome)
        unit = DECLARED[outcome].unit
        for scheme in schemes:
            for what, compute in OF_EACH.items():
                yield _row(group.name, scheme, outcome, unit, what, compute(found, scheme))
        yield _row(group.name, ALL, outcome, unit, ALL, whole(found))
        yield _row(group.name, ALL, outcome, unit, INTERPLAY, interplay(found))


def _row(
    group: str, scheme: str, outcome: str, unit: str, what: str, values: np.ndarray
) -> dict[str, Any]:  # fmt: skip
    return {"group": group, "scheme": scheme, "outcome": outcome, "unit": unit, "what": what,
            **described(values)}  # fmt: skip


def verdict(row: Mapping[str, Any], independent: int) -> str:
    """What a row of the interplay says of the schemes; nothing is settled in a few ``independent`` worlds."""
    if not row["n"]:
        return later("not known")
    if min(row["n"], independent) >= SURE_WORLDS:
        if max(abs(row[name]) for name in ("mean", "p05", "p95")) < JOBS:
            return later("none is in another's way")
        if row["p95"] <= -JOBS:
            return later("they crowd each other")
        if row["p05"] >= JOBS:
            return later("they help each other")
    return later("whether they crowd or help each other is not settled")


def worths(results: Results, group: Group, outcome: str) -> Worths:
    """An outcome in every mix, in the draws (and replicates) in which every mix ended well; 0 for what is a
    difference to the world without schemes, in that world."""
    from sim.outcomes import OUTCOMES as DECLARED

    arms = _arms(group)
    found = dict(zip(arms, results.together(group.name, list(arms.values()), outcome)))
    if DECLARED[outcome].of == "pair":
        found[frozenset()] = np.zeros_like(found[frozenset()])
    return found


def _arms(group: Group) -> Mapping[frozenset[str], str]:
    """The arm of every set of schemes."""
    everyone = frozenset(scheme.name for scheme in group.case.spec.schemes)
    found = {frozenset(live): arm for arm, live in group.mixes.items()}
    return {frozenset(): NONE} | found | {everyone: PUBLISHED}
