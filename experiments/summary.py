"""From the worlds of a folder to the rows of ``summary.csv``."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.evidence import of_rows
from experiments.folder import Folder, hashes
from experiments.index import read
from experiments.items import Request
from scenarios.studies import NONE

COLUMNS = (
    "group", "policy", "against", "outcome", "unit", "basis", "month", "mean", "sd", "p05", "p50", "p95",
    "mcse", "n", "evidence", "without_data",
)  # fmt: skip
LEVEL, DIFFERENCE = "level", "difference"
# outcomes that have rows before the horizon too, by their name in the series
YEARLY = {
    "jobs": "jobs",
    "jobs_net": "jobs_net",
    "partners": "partners_active",
    "schemes_alive": "schemes_alive",
    "volunteer_days": "volunteer_days",
    "public_cost": "public_cost",
    "members": "members",
}
Place = tuple[int, int]  # draw, replicate
SURE_WORLDS = 8  # a difference is settled if its interval over so many worlds or more leaves out zero


class Results:
    """Outcomes of the worlds that ended well, by group, policy and outcome.

    Only draws below ``draws`` and replicates below ``replicates``; a world that was run twice counts once.
    """

    def __init__(self, folder: Folder, request: Request):
        self.experiment = request.experiment
        self.facts: dict[str, np.ndarray] = {}
        self._places: dict[tuple[str, str], list[Place]] = {}
        self._rows: dict[tuple[str, str], np.ndarray] = {}
        index = folder.index(hashes(request.experiment), keys=False)
        self._counts = request.counts(index)
        rows = index.worlds(request.draws, request.replicates)
        rows = rows[index.status[rows] == 0]
        for arm, place in index.arms.items():
            of_arm = rows[index.arm[rows] == place]
            if len(of_arm):
                self._rows[arm] = of_arm
                draws, replicates = index.draw[of_arm].tolist(), index.replicate[of_arm].tolist()
                self._places[arm] = list(zip(draws, replicates))
        self._values = _numbers(folder)

    def counts(self) -> dict[str, int]:
        """Worlds by status."""
        return self._counts

    def arms(self) -> list[tuple[str, str]]:
        """Groups and policies that have worlds that ended well."""
        return list(self._rows)

    def places(self, group: str, policy: str) -> list[Place]:
        """Draw and replicate of the worlds of an arm, sorted."""
        return self._places.get((group, policy), [])

    def values(self, group: str, policy: str, column: str) -> np.ndarray:
        """An outcome of an arm, world by world, in the order of ``places``."""
        rows = self._rows.get((group, policy))
        if rows is None or column not in self._values:
            return np.full(0 if rows is None else len(rows), np.nan)
        return self._values[column][rows]

    def paired(self, group: str, policy: str, against: str, column: str) -> np.ndarray:
        """Differences of an outcome between two arms, draw by draw, where both ended well."""
        of, other = self.places(group, policy), {p: i for i, p in enumerate(self.places(group, against))}
        a, b = self.values(group, policy, column), self.values(group, against, column)
        with np.errstate(invalid="ignore"):  # two infinite costs have no difference
            return np.array([a[i] - b[other[p]] for i, p in enumerate(of) if p in other])

    def columns(self, prefix: str) -> list[str]:
        """Columns of numbers whose name begins so."""
        return [name for name in self._values if name.startswith(prefix)]


def _numbers(folder: Folder) -> dict[str, np.ndarray]:
    """Every column of numbers of the rows of a folder, in the order of its index."""
    tables = []
    for path in folder.shards():
        table = read(path)
        tables.append(table.select([f.name for f in table.schema if str(f.type) == "double"]))
    if not tables:
        return {}
    whole = pa.concat_tables(tables, promote_options="permissive")
    return {name: whole.column(name).to_numpy() for name in whole.column_names}


def summarise(results: Results, folder: Folder) -> list[dict[str, Any]]:
    """The rows of ``summary.csv``: levels at the horizon, paired differences, yearly totals
    (of mixes, none)."""
    rows: list[dict[str, Any]] = []
    yearly = _yearly(folder, results)
    for group in results.experiment.groups:
        for policy, spec in group.arms.items():
            rows += _of_arm(results, group.name, policy, spec.horizon_months)
            if policy not in group.mixes:
                rows += yearly.get((group.name, policy), [])
    return of_rows(results.experiment, rows)


def _of_arm(results: Results, group: str, policy: str, month: int) -> Iterator[dict[str, Any]]:
    from sim.outcomes import OUTCOMES

    reference = results.experiment.reference
    for outcome in OUTCOMES.values():
        if outcome.of == "pair" and policy == NONE:
            continue
        values = results.values(group, policy, outcome.name)
        yield _row(group, policy, "", outcome.name, outcome.unit, LEVEL, month, values)
    for against in (NONE, reference):
        if policy in (NONE, against):
            continue
        for outcome in OUTCOMES.values():
            if outcome.of == "pair" and against == NONE:
                continue  # its level is that difference
            values = results.paired(group, policy, against, outcome.name)
            yield _row(group, policy, against, outcome.name, outcome.unit, DIFFERENCE, month, values)


def _yearly(folder: Folder, results: Results) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Totals over basins, year by year until the horizon, which has its rows already."""
    from pyarrow import compute, parquet

    from sim.outcomes import OUTCOMES

    keys = ["group", "policy", "draw", "replicate", "month", "outcome"]
    parts = []
    for path in folder.shards("series"):
        table = parquet.read_table(path, columns=[*keys, "value"])
        table = table.filter(compute.is_in(table["outcome"].cast("string"), pa.array(list(YEARLY))))
        for name in ("group", "policy", "outcome"):
            table = table.set_column(table.column_names.index(name), name, table[name].cast("string"))
        parts.append(table.group_by(keys, use_threads=False).aggregate([("value", "sum")]))
    if not parts:
        return {}
    columns = {name: column.to_pylist() for name, column in zip(
        [*keys, "value"], [pa.concat_tables(parts).column(n) for n in [*keys, "value_sum"]])}  # fmt: skip
    well = {arm: set(results.places(*arm)) for arm in results.arms()}
    found: dict[tuple[str, str, str, int], dict[Place, float]] = {}
    for g, p, d, r, month, outcome, value in zip(*columns.values()):
        if (d, r) in well.get((g, p), ()):
            found.setdefault((g, p, outcome, month), {})[d, r] = value
    horizon = {group.name: max(s.horizon_months for s in group.arms.values())
               for group in results.experiment.groups}  # fmt: skip
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    order = list(YEARLY)
    for (g, p, name, month), values in sorted(
        found.items(), key=lambda kv: (*kv[0][:2], order.index(kv[0][2]), kv[0][3])
    ):
        if month < horizon[g]:
            outcome = OUTCOMES[YEARLY[name]]
            sample = np.array([values[place] for place in sorted(values)])
            row = _row(g, p, "", outcome.name, outcome.unit, LEVEL, month, sample)
            rows.setdefault((g, p), []).append(row)
    return rows


def _row(
    group: str, policy: str, against: str, outcome: str, unit: str, basis: str, month: int, values: np.ndarray
) -> dict[str, Any]:  # fmt: skip
    return {
        "group": group, "policy": policy, "against": against, "outcome": outcome, "unit": unit,
        "basis": basis, "month": month, **described(values),
    }  # fmt: skip


def described(values: np.ndarray) -> Mapping[str, Any]:
    """Mean, spread and quantiles of a sample; values that do not exist (NaN) are left out."""
    kept = values[~np.isnan(values)]
    n = len(kept)
    if not n:
        return {"n": 0}
    with np.errstate(invalid="ignore"):
        sd = float(kept.std(ddof=1)) if n > 1 else None
        found = {"mean": float(kept.mean()), "sd": sd, "mcse": sd / math.sqrt(n) if sd is not None else None}
    found |= {name: quantile(kept, q) for name, q in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95))}
    return found | {"n": n}


def quantile(values: np.ndarray, q: float) -> float:
    """Quantile by linear interpolation; infinite values stand at the ends and are not interpolated."""
    ranked = np.sort(values)
    place = q * (len(ranked) - 1)
    low = ranked[math.floor(place)]
    high = ranked[math.ceil(place)]
    share = place - math.floor(place)
    if not share or low == high:
        return float(low)
    return float(low + share * (high - low)) if np.isfinite(low) and np.isfinite(high) else float(high)
