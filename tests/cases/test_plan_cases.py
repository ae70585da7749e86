"""Single firms in Plan PME: runs every case of ``plan_pme.yaml``."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from sim.economy.sectors import NAMES
from sim.state import FILE_STATES, N_HIRING, N_PENDING, N_PROJECTS, NEEDS, NEVER, NEW_PROJECT
from sim.world import World
from tests.small_plan import region

BOOK: dict[str, Any] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("plan_pme.yaml").read_text(encoding="utf-8")
)
# nobody closes, grows or opens a project of his own; whoever has one comes at once
STILL = {
    "exit_base": 0.0, "exit_hump": 0.0, "exit_small": 0.0, "adjust_rate": 0.0, "project_rate": 1e-12,
    "restructuring_hazard": 0.0, "plan_pme.outreach": 1e3, "plan_pme.application_rate": 1e9,
}  # fmt: skip


def prepared(case: dict[str, Any]) -> World:
    """A world of one basin whose first firms are those of the case."""
    certain = BOOK["defaults"]["certain"] | case.get("certain", {})
    values = STILL | {f"plan_pme.{name}": float(value) for name, value in certain.items()}
    rules = {k: float(v) for k, v in (BOOK["defaults"]["plan"] | case.get("plan", {})).items()}
    world = World(region(basins=1, smes=20, months=36, rules=rules), values, 1)
    t = world.tables
    for i, firm in enumerate(case["firms"]):
        t.size[i], t.sector[i] = firm["jobs"], NAMES.index(firm["sector"])
        t.projects[i] = NEW_PROJECT[0]
        project = t.projects[i]
        project.firm, project.due, project.need, project.jobs = (
            i,
            firm["decides"],
            NEEDS.index(firm["need"]),
            3.0,
        )
        t.smes.project[i], t.busy[i], t.pending[i] = i, 1, i
    t.counts[N_PROJECTS] = t.counts[N_PENDING] = len(case["firms"])
    t.counts[N_HIRING] = 0
    return world


def told(world: World, f: int) -> dict[str, Any]:
    """What happened to a file, in the words of the cases."""
    t, file = world.tables, world.files[f]
    rule = t.rules[file.local]
    price = rule.action_euros if file.started != NEVER else 0.0
    theme = "other" if file.theme != file.need else NEEDS[file.theme]
    return {
        "state": FILE_STATES[file.state],
        "need": NEEDS[file.need],
        "theme": theme,
        "asked": int(file.applied),
        "started": "never" if file.started == NEVER else int(file.started),
        "ended": int(file.ended),
        "firm_pays": round(price * rule.firm_share),
        "public_pays": round(price * (1 - rule.firm_share)),
        "advice_percent": round(100 * (np.exp(t.smes.advice[file.firm]) - 1), 1),
    }


@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["name"])
def test_case(case):
    world = prepared(case).run(case["months"])
    for i, expected in enumerate(case["expect"]):
        found = [told(world, f) for f in np.flatnonzero(world.files.firm == i)]
        shown = [{k: file[k] for k in wanted} for file, wanted in zip(found, expected, strict=True)]
        assert shown == expected
    paid = world.tables.locals.firm_cost[0]
    files = [told(world, f) for f in range(len(world.files))]
    assert paid == pytest.approx(sum(file["firm_pays"] for file in files), abs=1.0)
