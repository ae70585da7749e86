"""Plays a case: a handful of firms, a shipped scheme, nothing else happening. See README.md."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from scenarios.load import load_scheme
from sim.parameters import FIELDS
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.state import (
    ACCEPTED,
    ACTIVE,
    DEAD,
    FILE_STATES,
    FREE,
    GRADUATED,
    LAPSED,
    N_COHORTS,
    N_HIRING,
    N_PENDING,
    N_PROJECTS,
    NEEDS,
    NEVER,
    NEW_PROJECT,
    OFFERED,
    ON_MISSION,
    OPEN,
    PERSONS_PER_SITE,
    TRANSITION,
)
from sim.world import World

FOLDER = Path(__file__).parent / "files"
KEYS = {"title", "told", "scheme", "rules", "large_firms", "managers", "away", "firms", "story"}
FIRM = {"name", "jobs", "question", "planned_jobs", "decides_in", "age", "eligible", "because", "comes_in"}
# the world without support stands still
STILL = {
    "exit_base": 0.0, "exit_hump": 0.0, "exit_small": 0.0, "births_ratio": 0.0, "adjust_rate": 0.0,
    "project_rate": 0.0, "demand_sd": 0.0, "restructuring_hazard": 0.0, "fragility_drag": 0.0,
}  # fmt: skip
# everybody comes, nobody gives up
CERTAIN = {
    "application_rate": 1.0, "reach": 1.0, "hassle": 0.0, "readiness": 1.0, "queue_lapse": 0.0,
    "dropout": 0.0, "discomfort": 0.0, "unready_dropout": 0.0, "recall": 0.0, "offer_rate": 1.0,
    "offer_lapse": 0.0, "acceptance": 1.0, "join_rate": 0.0, "exit_rate": 0.0, "need_reading": 1.0,
    "lapse": 1.0, "recovery": 0.0,
}  # fmt: skip


def read(path: Path) -> dict[str, Any]:
    """A case; its keys are checked."""
    case = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    assert set(case) <= KEYS, f"{path.name}: {set(case) - KEYS}"
    for firm in case["firms"]:
        assert set(firm) <= FIRM, f"{path.name}, {firm.get('name')}: {set(firm) - FIRM}"
    return case


def why_not(firm: Mapping[str, Any], rules: Mapping[str, float]) -> str:
    """Why a firm may not come, by the rules as one reads them; nothing if it may."""
    structuring = NEEDS.index(firm["question"]) <= TRANSITION
    decides = firm.get("decides_in", 14)
    if firm["jobs"] < rules["size_min"]:
        return "too small"
    if firm["jobs"] >= rules["size_max"]:
        return "too large"
    if not rules["takes_structuring" if structuring else "takes_expansion"]:
        return "question not taken"
    if firm.get("planned_jobs", 4) < rules["jobs_min"]:
        return "too few jobs"
    if decides - rules["last_resort_months"] < rules["months_needed"]:
        return "too late"
    return ""


class Told:
    """A case as it is played."""

    def __init__(self, case: Mapping[str, Any]):
        self.case = case
        self.name = case["scheme"]
        given = dict(load_scheme(self.name).rules) | dict(case.get("rules", {}))
        behaviour = {k: v for k, v in CERTAIN.items() if k not in given}
        self.rules = {f: rule.default for f, rule in FIELDS.items()} | given | behaviour
        sites = case["large_firms"]
        basin = Basin("here", "Here", len(case["firms"]), sites, sites)
        scheme = SchemeSpec(self.name, given | behaviour, (("here", 0),))
        self.world = World(WorldSpec(Territory("told", (basin,)), 60, 2020, schemes=(scheme,)), STILL, 1)
        self.row = {firm["name"]: i for i, firm in enumerate(case["firms"])}
        self._settle()

    def _settle(self) -> None:
        """Firms and managers as the case tells them, and no project but theirs."""
        t = self.world.tables
        t.counts[N_PROJECTS] = t.counts[N_PENDING] = t.counts[N_HIRING] = 0
        t.smes.project[:] = NEVER
        t.smes.openness[:] = 1.0
        t.busy[:] = 0
        for i, firm in enumerate(self.case["firms"]):
            t.size[i] = firm["jobs"]
            t.born[i] = -firm.get("age", 120)
            t.smes.status[i] = ACTIVE if firm["jobs"] < 250 else GRADUATED
            t.exposure[0, i] = 1e6
            if not firm.get("comes_in"):
                self._ask(i, firm)
        lent = self.case.get("managers", int(self.rules["willing"]))
        for row in range(len(t.persons)):
            if row % PERSONS_PER_SITE >= lent:
                t.persons.state[row] = LAPSED
                t.persons.local[row] = NEVER
        t.persons.state[: PERSONS_PER_SITE * self.case.get("away", 0)] = LAPSED

    def _ask(self, i: int, firm: Mapping[str, Any]) -> None:
        t = self.world.tables
        q = t.counts[N_PROJECTS]
        t.counts[N_PROJECTS] += 1
        t.pending[t.counts[N_PENDING]] = q
        t.counts[N_PENDING] += 1
        t.projects[q] = NEW_PROJECT[0]
        project = t.projects[q]
        project.firm, project.opened, project.state = i, self.world.month, OPEN
        project.due = self.world.month + firm.get("decides_in", 14)
        project.need, project.jobs = NEEDS.index(firm["question"]), firm.get("planned_jobs", 4)
        t.smes.project[i], t.busy[i] = q, 1

    def play(self) -> None:
        """The whole story; fails where something else is seen."""
        for entry in self.case["story"]:
            for what, value in entry.get("do", {}).items():
                getattr(self, f"_do_{what}")(value)
            while self.world.month < entry.get("after", 0):
                for i, firm in enumerate(self.case["firms"]):
                    if firm.get("comes_in") == self.world.month:
                        self._ask(i, firm)
                self.world.step()
            for what, wanted in entry.get("see", {}).items():
                found = getattr(self, f"_see_{what}")(wanted)
                assert found == wanted, f"after {self.world.month} months, {what}: {found}, not {wanted}"

    def _file(self, name: str) -> Any:
        mine = self.world.files[self.world.files.firm == self.row[name]]
        return mine[-1] if len(mine) else None

    # what can be done

    def _do_leaves(self, name: str) -> None:
        files = self.world.files
        files.ready = files.firm != self.row[name]
        self.world.tables.rules.unready_dropout = 1.0

    def _do_closes(self, name: str) -> None:
        t, i = self.world.tables, self.row[name]
        t.size[i], t.smes.status[i], t.smes.died[i] = 0.0, DEAD, self.world.month

    def _do_arrive(self, n: int) -> None:
        people = self.world.tables.persons
        first = [r for r in range(0, len(people), PERSONS_PER_SITE) if people.state[r] == LAPSED]
        people.state[first[:n]] = FREE

    def _do_called_back(self, n: int) -> None:
        people = self.world.tables.persons
        people.state[(people.state == OFFERED).nonzero()[0][:n]] = LAPSED

    # what can be seen

    def _see_files(self, wanted: Mapping[str, str]) -> dict[str, str]:
        files = {name: self._file(name) for name in wanted}
        return {name: FILE_STATES[int(f.state)] if f is not None else "none" for name, f in files.items()}

    def _see_days(self, wanted: Mapping[str, float]) -> dict[str, float]:
        found = {name: float(self._file(name).days) for name in wanted}
        return {
            name: wanted[name] if abs(found[name] - wanted[name]) < 1e-6 else found[name] for name in wanted
        }

    def _see_cohorts(self, _: int) -> int:
        return int(self.world.tables.counts[N_COHORTS])

    def _see_directors_waiting(self, _: int) -> int:
        return int((self.world.files.state == ACCEPTED).sum())

    def _see_managers_waiting(self, _: int) -> int:
        return int((self.world.tables.persons.state == OFFERED).sum())

    def _see_managers_away(self, _: int) -> int:
        return int((self.world.tables.persons.state == ON_MISSION).sum())

    def _see_carried_out(self, wanted: list[str]) -> list[str]:
        return [name for name in wanted if self._file(name).carried_out == 1]

    def _see_free(self, wanted: list[str]) -> list[str]:
        return [name for name in wanted if self.world.tables.smes.file[self.row[name]] == NEVER]
