"""From the worlds of a folder to the rows of ``summary.csv``."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from experiments.evidence import of_rows
from experiments.folder import Folder, hashes
from experiments.items import Request
from experiments.parameters import DEFAULT
from experiments.sealed import read
from experiments.spread import split, standard_error
from scenarios.studies import NONE

COLUMNS = (
    "group", "policy", "against", "outcome", "unit", "basis", "month", "mean", "sd", "p05", "p50", "p95",
    "mcse", "n", "evidence", "without_data",
    "sd_parameters", "sd_chance", "from_parameters", "from_parameters_p05", "from_parameters_p95",
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
# a difference is settled if its interval over so many worlds or more leaves out zero; those that share their
# parameters count once
SURE_WORLDS = 8


class Results:
    """Outcomes of the worlds that ended well, by group, policy and outcome.

    Only draws below ``draws`` and replicates below ``replicates``; a world that was run twice counts once.
    ``beyond``: worlds of the folder that are of further ones.
    """

    def __init__(self, folder: Folder, request: Request):
        self.experiment = request.experiment
        self.draws, self.replicates = request.draws, request.replicates
        self.facts: dict[str, np.ndarray] = {}
        self._places: dict[tuple[str, str], list[Place]] = {}
        self._rows: dict[tuple[str, str], np.ndarray] = {}
        index = folder.index(hashes(request.experiment), keys=False)
        self._counts = request.counts(index)
        self.beyond = index.beyond(request.draws, request.replicates)
        rows = index.worlds(request.draws, request.replicates)
        rows = rows[index.status[rows] == 0]
        for arm, place in index.arms.items():
            of_arm = rows[index.arm[rows] == place]
            if len(of_arm):
                self._rows[arm] = of_arm
                draws, replicates = index.draw[of_arm].tolist(), index.replicate[of_arm].tolist()
                self._places[arm] = list(zip(draws, replicates))
        self._values = _numbers(folder)
        self._meetings: dict[tuple[str, ...], tuple[list[Place], list[np.ndarray]]] = {}

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

    def shared(self, group: str, *policies: str) -> list[Place]:
        """Draw and replicate of the worlds that ended well in each of these arms, sorted."""
        return self.meeting(group, policies)[0]

    def together(self, group: str, policies: Sequence[str], column: str) -> np.ndarray:
        """An outcome of arms in the worlds that ended well in each of them; shape (policies, worlds)."""
        _, rows = self.meeting(group, tuple(policies))
        return np.array([self.values(group, p, column)[at] for p, at in zip(policies, rows)], float)

    def paired(self, group: str, policy: str, against: str, column: str) -> np.ndarray:
        """Differences of an outcome between two arms, draw by draw, where both ended well."""
        a, b = self.together(group, (policy, against), column)
        with np.errstate(invalid="ignore"):  # two infinite costs have no difference
            return a - b

    def parameters(self, places: Sequence[Place]) -> np.ndarray:
        """Which row of parameters the worlds at these places have: numbers that are equal where rows are."""
        source = self.experiment.source
        draws = np.array([draw for draw, _ in places], int)
        if source.rows is None:
            return draws
        known: dict[bytes, int] = {}
        row_of = {draw: known.setdefault(source.row(draw).tobytes(), len(known)) for draw in dict.fromkeys(
            draws.tolist())}  # fmt: skip
        return np.array([row_of[draw] for draw in draws.tolist()], int)

    def independent(self, places: Sequence[Place]) -> int:
        """How many worlds, of those at these places, tell something by themselves: worlds that share a row of
        parameters count once, unless all parameters are at their defaults, where luck is all that differs."""
        if self.experiment.source.name == DEFAULT:
            return len(places)
        return len(np.unique(self.parameters(places)))

    def meeting(self, group: str, policies: Sequence[str]) -> tuple[list[Place], list[np.ndarray]]:
        """The places that arms share, and where each arm has them."""
        key = (group, *policies)
        if key not in self._meetings:
            of = [{place: i for i, place in enumerate(self.places(group, policy))} for policy in policies]
            both = sorted(set(of[0]).intersection(*of[1:])) if of else []
            self._meetings[key] = both, [np.array([at[place] for place in both], int) for at in of]
        return self._meetings[key]

    def columns(self, prefix: str) -> list[str]:
        """Columns of numbers whose name begins so, by name: shards stand in no order that a run would have
        again."""
        return sorted(name for name in self._values if name.startswith(prefix))


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
    and their differences (of mixes, none)."""
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
    at = Labels.of(results, results.places(group, policy))
    for outcome in OUTCOMES.values():
        if outcome.of == "pair" and policy == NONE:
            continue
        values = results.values(group, policy, outcome.name)
        yield _row(group, policy, "", outcome.name, outcome.unit, LEVEL, month, values, at)
    for against in (NONE, reference):
        if policy in (NONE, against):
            continue
        at = Labels.of(results, results.shared(group, policy, against))
        for outcome in OUTCOMES.values():
            if outcome.of == "pair" and against == NONE:
                continue  # its level is that difference
            values = results.paired(group, policy, against, outcome.name)
            yield _row(group, policy, against, outcome.name, outcome.unit, DIFFERENCE, month, values, at)


def _yearly(folder: Folder, results: Results) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Totals over basins, and their differences to the reference, year by year until the horizon, which has
    its rows already."""
    from pyarrow import compute

    from sim.outcomes import OUTCOMES

    keys = ["group", "policy", "draw", "replicate", "month", "outcome"]
    parts = []
    for path in folder.shards("series"):
        table = read(path, [*keys, "value"])
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
    order, reference = list(YEARLY), results.experiment.reference
    for (g, p, name, month), values in sorted(
        found.items(), key=lambda kv: (*kv[0][:2], order.index(kv[0][2]), kv[0][3])
    ):
        if month < horizon[g]:
            outcome = OUTCOMES[YEARLY[name]]
            about = (outcome.name, outcome.unit)
            kept = rows.setdefault((g, p), [])
            places = sorted(values)
            sample = np.array([values[place] for place in places])
            at = Labels.of(results, places)
            kept.append(_row(g, p, "", *about, LEVEL, month, sample, at))
            other = found.get((g, reference, name, month), {})
            if p not in (NONE, reference) and (both := sorted(values.keys() & other.keys())):
                gap = np.array([values[place] - other[place] for place in both])
                at = Labels.of(results, both)
                kept.append(_row(g, p, reference, *about, DIFFERENCE, month, gap, at))
    return rows


@dataclass(frozen=True)
class Labels:
    """Of the worlds of a sample: which draw each is of, and which row of parameters it has. None where no two
    have the same."""

    draws: np.ndarray | None
    rows: np.ndarray | None

    @classmethod
    def of(cls, results: Results, places: Sequence[Place]) -> "Labels":
        """The labels of the worlds at these places."""
        draws, rows = np.array([draw for draw, _ in places], int), results.parameters(places)
        return cls(*(found if len(np.unique(found)) < len(found) else None for found in (draws, rows)))


def _row(
    group: str, policy: str, against: str, outcome: str, unit: str, basis: str, month: int,
    values: np.ndarray, labels: Labels,
) -> dict[str, Any]:  # fmt: skip
    return {
        "group": group, "policy": policy, "against": against, "outcome": outcome, "unit": unit,
        "basis": basis, "month": month, **described(values, labels.draws), **_origins(values, labels.rows),
    }  # fmt: skip


def described(values: np.ndarray, draws: np.ndarray | None = None) -> Mapping[str, Any]:
    """Mean, spread and quantiles of a sample; values that do not exist (NaN) are left out. ``draws``: which
    draw each world is of, where some have several worlds."""
    there = ~np.isnan(values)
    kept = values[there]
    n = len(kept)
    if not n:
        return {"n": 0}
    with np.errstate(invalid="ignore"):
        sd = float(kept.std(ddof=1)) if n > 1 else None
        mcse = standard_error(kept, None if draws is None else draws[there])
        found = {"mean": float(kept.mean()), "sd": sd, "mcse": mcse}
    found |= {name: quantile(kept, q) for name, q in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95))}
    return found | {"n": n}


def _origins(values: np.ndarray, rows: np.ndarray | None) -> Mapping[str, Any]:
    """What of the spread is not knowing the parameters, and what is chance; nothing if no row of parameters
    has two worlds, or some value has no end."""
    if rows is None or np.isinf(values).any() or not (found := split(values, rows)):
        return {}
    return {
        "sd_parameters": math.sqrt(found.parameters), "sd_chance": math.sqrt(found.chance),
        "from_parameters": found.share, "from_parameters_p05": found.low, "from_parameters_p95": found.high,
    }  # fmt: skip


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
