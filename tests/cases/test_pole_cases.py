"""Single firms in a pôle: runs every case of ``pole.yaml``."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from scenarios.load import load_scheme
from sim.draws import CASH, FEAR, draw, exponential
from sim.economy.sectors import NAMES
from sim.rd import (
    RD_ABANDONED,
    RD_FILED,
    RD_FINISHED,
    RD_GIVEN_UP,
    RD_NEW,
    RD_ORPHAN,
    RD_RUNNING,
)
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.state import (
    ACTIVE,
    N_HIRING,
    N_PENDING,
    N_PROJECTS,
    NEVER,
)
from sim.support.cash import INDEX_STEP
from sim.world import World
from tests.cases.told import STILL
from tests.small_pole import NO_SERVICES

BOOK: dict[str, Any] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("pole.yaml").read_text(encoding="utf-8")
)
KEYS = {"name", "told", "rules", "certain", "firms", "policy", "signed_after", "months", "story"}
FIRM = {"name", "jobs", "own_funds", "idea", "joins", "distance", "fearful", "heeds", "sector"}
STATES = {
    RD_NEW: "new", RD_FILED: "preparing", RD_RUNNING: "running", RD_FINISHED: "finished",
    RD_ABANDONED: "abandoned", RD_GIVEN_UP: "never followed", RD_ORPHAN: "lost with its firm",
}  # fmt: skip
# every firm is near enough to a technology to be told how near; ideas are those told
RESEARCH = {
    "technology_reach": 1.0, "technology_reach_size": 0.0, "idea_rate": 0.0, "idea_size": 0.0,
    "industry_chance": 1.0, "investor_chance": 0.0, "abandon_strained": 0.0, "overload_abandon": 0.0,
    "displacement_tradable": 0.0, "displacement_local": 0.0,
}  # fmt: skip
# whoever has an idea takes it through the pôle, which labels it; nobody is invited, nobody leaves
POLE = {
    "joining": 0.0, "member_exit": 0.0, "reticence": 0.0, "route_base": 100.0, "route_months": 0.0,
    "route_agreements": 0.0, "route_fear": 0.0, "route_distance": 0.0, "label_chance": 1.0,
    "laboratory_share": 1.0, "project_seats": 0.0, "leave_strained": 0.0, "exit_rate": 0.0,
    "search_cost": 0.0, "treasury_loss": 0.0, "label_credit": 1.0, "synergy": 0.0, "one_stop_speed": 0.0,
}  # fmt: skip
RULES = NO_SERVICES | {
    "founder_distance": 0.0, "group_files": 0.0, "cash_months": 0.0, "cash_months_agreement": 0.0,
    "agreements": 1.0,
}  # fmt: skip
WAIT = 4.0  # months, mean of an agreement where the case says after how many each is signed
SEEDS = 40_000


class Place:
    """A case as it is played."""

    def __init__(self, case: dict[str, Any]):
        assert set(case) <= KEYS, set(case) - KEYS
        self.firms = case["firms"]
        assert all(set(firm) <= FIRM for firm in self.firms), self.firms
        self.case = case
        self.row = {firm["name"]: i for i, firm in enumerate(self.firms)}
        values = STILL | RESEARCH | {f"pole.{name}": value for name, value in POLE.items()}
        for name, value in case.get("certain", {}).items():
            values[name if name in RESEARCH else f"pole.{name}"] = float(value)
        spec = self._spec()
        code = int(World(spec, values, 1).tables.locals.code[0])
        seed = next(seed for seed in range(SEEDS) if self._fits(seed, code))
        self.world = World(spec, values, seed)
        self._settle()

    def _spec(self) -> WorldSpec:
        case = self.case
        rules = load_scheme("pole").rules | RULES | {k: float(v) for k, v in case.get("rules", {}).items()}
        if "signed_after" in case:
            rules["cash_months_agreement"] = WAIT
        changes = tuple(
            Change("pole", lever, float(value), change["month"])
            for change in case.get("policy", [])
            for lever, value in change.items()
            if lever != "month"
        )
        here = Basin("here", "Here", len(self.firms), 1, 1)
        pole = SchemeSpec("pole", rules, (("here", 0),))
        months = case.get("months", 60)
        return WorldSpec(Territory("told", (here,)), months, 2005, 7, schemes=(pole,), changes=changes)

    def _fits(self, seed: int, code: int) -> bool:
        """Whether in worlds of this seed those fear who are told to, and agreements are signed as told."""
        for i, firm in enumerate(self.firms):
            fear = draw(seed, FEAR, i, 0, 0)
            if "fearful" in firm and not (fear > 0.6 if firm["fearful"] else fear < 0.3):
                return False
            for k, months in enumerate(self.case.get("signed_after", [])):
                wait = WAIT * exponential(draw(seed, CASH, i, firm["idea"], code + INDEX_STEP * k))
                if int(wait + 0.5) != months:
                    return False
        return True

    def _settle(self) -> None:
        """Firms as the case tells them after a first month, in which they come up, and no project."""
        self.world.step()
        t = self.world.tables
        t.counts[N_PROJECTS] = t.counts[N_PENDING] = t.counts[N_HIRING] = 0
        t.smes.project[:] = NEVER
        t.smes.openness[:] = 0.5
        t.busy[:] = 0
        assert list(self.world.researchers.firm) == list(range(len(self.firms)))
        assert list(self.world.memberships.firm) == list(range(len(self.firms)))
        for i, firm in enumerate(self.firms):
            t.size[i], t.sector[i] = firm["jobs"], NAMES.index(firm.get("sector", "digital"))
            t.born[i], t.smes.status[i] = -120, ACTIVE
            t.smes.finance[i] = firm["own_funds"]
            distance = firm.get("distance", 0.0)
            self.world.researchers.distance[i] = self.world.memberships.distance[i] = distance
            self._wants(i, firm.get("heeds", 1e9))

    def _wants(self, i: int, invitations: float) -> None:
        """Firm i joins once it has heeded so many invitations from now on."""
        t = self.world.tables
        row = self.world.memberships[i]
        row.since = t.locals.invitations[0]
        row.reticent = t.locals.reticence[0]
        row.patience = invitations
        for name in ("distance", "patience", "since", "reticent"):
            t.invited[name][t.invited.membership == i] = row[name]

    def _month(self) -> None:
        month = self.world.month
        for i, firm in enumerate(self.firms):
            ideas = firm.get("idea", [])
            if month in (ideas if isinstance(ideas, list) else [ideas]):
                self.world.tables.next_idea[i] = month
            if "heeds" not in firm and firm.get("joins", 1) == month:
                self._wants(i, 0.0)
        self.world.step()

    def play(self) -> None:
        """The whole story; fails where something else is seen."""
        for entry in self.case["story"]:
            while self.world.month < entry["after"]:
                self._month()
            for what, wanted in entry["see"].items():
                found = getattr(self, f"_see_{what}")(wanted)
                assert found == wanted, f"after {self.world.month} months, {what}: {found}, not {wanted}"

    # what can be seen

    def _project(self, row: Any) -> dict[str, Any]:
        """An R&D project in the words of the cases."""
        way = "pole" if row.local != NEVER else "none"
        return {
            "state": STATES[int(row.state)],
            "way": way,
            "labelled": int(row.labelled),
            "started": int(row.started),
            "strained": int(row.strained),
            "agreements": int(row.agreements),
            "scope": round(float(row.scope), 2),
            "paid": round(float(row.paid)),
            "filed": int(row.filed),
            "production": round(float(row.jobs), 2),
            "bridged": int(row.bridged),
        }

    def _see_projects(self, wanted: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
        found = {}
        for name, projects in wanted.items():
            rows = [self._project(row) for row in self.world.rd if row.firm == self.row[name]]
            assert len(rows) == len(projects), f"{name}: {rows}"
            found[name] = [{k: row[k] for k in keys} for row, keys in zip(rows, projects, strict=True)]
        return found

    def _see_jobs(self, wanted: dict[str, float]) -> dict[str, float]:
        return {name: round(float(self.world.tables.size[self.row[name]]), 2) for name in wanted}

    def _see_members(self, _: list[str]) -> list[str]:
        rows = self.world.memberships
        there = rows.firm[(rows.joined != NEVER) & (rows.left == NEVER)]
        assert self.world.tables.locals.members[0] == len(there)
        return [self.firms[i]["name"] for i in sorted(there)]

    def _see_cancelled(self, _: float) -> float:
        k = self.world.tables.locals[0]
        running = self.world.rd[self.world.rd.state == RD_RUNNING]
        to_come = float((running.committed - running.paid).sum())
        assert np.isclose(k.aid_committed, k.aid_paid + k.aid_cancelled + to_come)
        return round(float(k.aid_cancelled))


@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["name"])
def test_case(case):
    Place(case).play()
