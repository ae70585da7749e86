"""Run folders with made-up numbers, in the form of those that the commands write."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from experiments.cells import Cells
from experiments.census import BY_KIND, MILESTONES
from experiments.decision import COLUMNS as DECISION
from experiments.decision import decision
from experiments.folder import Folder, manifest
from experiments.groups import COLUMNS as GROUPS
from experiments.groups import OUTCOMES as OF_GROUPS
from experiments.groups import groups as groups_of
from experiments.items import Request
from experiments.parameters import source
from experiments.plan import Experiment, Group
from experiments.shares import COLUMNS, shares
from experiments.summary import Results
from scenarios.cases import Case
from scenarios.mixes import proper_mixes
from sim.outcomes import OUTCOMES
from sim.spec import Basin, Change
from tests.small import spec

SHARD = f"part-1-{'a' * 32}.parquet"
MONTHS = (12, 24, 36, 48, 60)
FACTS = (
    ("S1-02", "partners", "fitted", 100, 80, 120, 90, 105, 130, 1),
    ("ALZ-01", "jobs", "fitted", 2000, 1600, 2400, 1000, 1300, 1900, 0),
    ("VOL-33", "volunteers", "held_out", 1.3, 1.3, 1.5, 1.6, 1.8, 2.0, 0),
    ("ALZ-02", "local schemes", "context", 16, "", "", 15, 16, 16, ""),
)
Row = dict[str, float | str | None]


def folder(
    path: Path,
    command: str = "run",
    draws: int = 12,
    groups: Sequence[str] = ("all",),
    policies: Sequence[str] = (),
    change: Callable[[list[Row]], object] | None = None,
    parameters: str = "default",
    facts: Sequence[tuple] = FACTS,
    mixed: Sequence[str] = (),
) -> Path:
    """Writes a folder with ``draws`` worlds an arm. ``change`` alters the rows of worlds before they go;
    ``mixed``: names of schemes beside Alizé, every mix of which was run."""
    experiment = _experiment(command, groups, policies, parameters, mixed)
    rng = np.random.default_rng(1)
    rows = [
        _world(group.name, policy, draw, rng)
        for group in experiment.groups
        for draw in range(draws)
        for policy in group.arms
    ]
    if change:
        change(rows)
    counts = {"ok": sum(r["status"] == "ok" for r in rows), "failed": sum(r["status"] != "ok" for r in rows)}
    content = manifest(experiment, draws, 1, {"name": "local", "jobs": 1}, counts, {"started": "2025-01-01"})
    for inner in ("runs", "series"):
        (path / inner).mkdir(parents=True)
    (path / "manifest.json").write_text(json.dumps(content))
    parquet.write_table(pa.Table.from_pylist(rows), path / "runs" / SHARD)
    if series := [cell for row in rows for cell in _series(row, experiment, rng)]:
        parquet.write_table(pa.Table.from_pylist(series), path / "series" / SHARD)
    names = ("draw", *experiment.source.names)
    values = np.array(list(experiment.source.draws(draws)))
    columns = [np.arange(draws), *values.T.copy()]
    parquet.write_table(pa.table(dict(zip(names, columns))), path / "parameters.parquet")
    _write_csv(
        path / "dictionary.csv",
        [("name", "unit", "definition", "file")]
        + [(o.name, o.unit, o.definition, "runs") for o in OUTCOMES.values()],
    )
    if mixed:
        shared = shares(Results(Folder(path), Request(experiment, draws)))
        Folder(path).write_csv("shares.csv", COLUMNS, shared)
    if command in ("run", "compare"):
        results = Results(Folder(path), Request(experiment, draws))
        cells = Cells(Folder(path), results, OF_GROUPS, MILESTONES)
        Folder(path).write_csv("groups.csv", GROUPS, groups_of(results, cells))
        if chosen := decision(results, cells):
            Folder(path).write_csv("decision.csv", DECISION, chosen)
    if command == "run":
        header = ("fact_id", "family", "role", "published", "low", "high", "p05", "p50", "p95", "inside")
        _write_csv(path / "validation.csv", [header, *facts])
    return path


def _experiment(
    command: str, groups: Sequence[str], policies: Sequence[str], parameters: str, mixed: Sequence[str]
) -> Experiment:  # fmt: skip
    world = spec()
    world = replace(world, schemes=(*world.schemes, *(replace(world.schemes[0], name=n) for n in mixed)))
    basin = replace(world.territory.basins[0], name="Drôme & <Valence>", synthetic=True)
    world = replace(
        world, territory=replace(world.territory, basins=(basin, *world.territory.basins[1:]))
    )  # fmt: skip
    arms = {"none": world.without_schemes(), "published": world}
    for i, name in enumerate(policies):
        arms[name] = replace(world, changes=(Change("alize", "recruiting_effort", float(i % 5), 12),))
    cases = [Case(name, f"Case {name}", "Three basins.", world, (), ()) for name in groups]
    mixes = proper_mixes(cases[0]) if mixed else {}
    for name, live in mixes.items():
        arms[name] = replace(world, schemes=tuple(s for s in world.schemes if s.name in live))
    found = tuple(Group(case.name, case, arms, mixes) for case in cases)
    question = "Which is better?" if command == "compare" else ""
    seen = source(parameters, ["alize"], 1)
    return Experiment(command, "test", question, "published", found, 1, seen)


def _world(group: str, policy: str, draw: int, rng: np.random.Generator) -> Row:
    """A world whose jobs by cause add up, as those of a pair do."""
    row: Row = {
        "group": group, "policy": policy, "draw": draw, "replicate": 0, "status": "ok", "error": "",
    }  # fmt: skip
    for name, outcome in OUTCOMES.items():
        row[name] = None if policy == "none" and outcome.of == "pair" else float(rng.uniform(1, 9))
    if policy == "none":
        return row
    jobs = {
        "realised": 400, "deadweight": 300, "displaced": 30, "spillover": 12, "attrition": 20, "other": 3,
    }  # fmt: skip
    drawn = {name: mean * float(rng.uniform(0.96, 1.04)) for name, mean in jobs.items()}
    net = drawn["realised"] - drawn["deadweight"] - drawn["displaced"] + drawn["spillover"]
    net -= drawn["attrition"] + drawn["other"]
    row |= {f"jobs_{name}": value for name, value in drawn.items()}
    public, days = 900_000.0, 500.0
    row |= {
        "jobs_net": net, "jobs_reported": drawn["realised"] * 1.1, "public_cost": public,
        "volunteer_days": days, "in_kind_cost": days * 800, "tax_expenditure": days * 480, "fatigue": 0.3,
        "advances_paid": 2e6, "advances_lost": 5e4, "schemes_alive": 2.0, "job_years": 3 * net,
        "cost_per_net_job": (public + days * 480) / net if net > 0 else float("inf"),
        "jobs_net_fragile_share": 0.25,
    }  # fmt: skip
    return row


def _series(row: Row, experiment: Experiment, rng: np.random.Generator) -> list[Row]:
    if row["status"] != "ok":
        return []
    basins = experiment.groups[0].case.territory.basins
    dates = [month for month in MONTHS if month in (*MILESTONES, MONTHS[-1])]
    kinds = [(name, month) for name in BY_KIND for month in dates]
    if row["policy"] == "none":
        return _cells(row, [("jobs", month) for month in MONTHS] + kinds, basins, rng)
    yearly = (
        "partners",
        "fatigue",
        "schemes_alive",
        "jobs",
        "jobs_net",
        "volunteer_days",
        "public_cost",
        "fund",
    )
    last = (
        "files_accepted", "jobs_realised", "jobs_deadweight", "jobs_displaced", "jobs_spillover",
        "jobs_net_total", "smes",
    )  # fmt: skip
    cells = [(name, month) for name in yearly for month in MONTHS] + [(name, MONTHS[-1]) for name in last]
    return _cells(row, cells + kinds, basins, rng)


def _cells(
    row: Row, cells: Sequence[tuple[str, int]], basins: Sequence[Basin], rng: np.random.Generator
) -> list[Row]:
    found: list[Row] = []
    for name, month in cells:
        for k, basin in enumerate(basins):
            value = float(rng.uniform(1, 5))
            if name == "fatigue":
                value = float("nan") if k == 0 else value / 10
            if name == "partners" and k == 0:
                value = 0.0
            identity = {key: row[key] for key in ("group", "policy", "draw", "replicate")}
            found.append(identity | {"month": month, "basin": basin.id, "outcome": name, "value": value})
    return found


def _write_csv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
