"""Single firms in a market place: runs every case of ``pacte_pme.yaml``."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from scenarios.load import load_scheme
from sim.draws import CATEGORY, PURCHASE, draw, draw_pair
from sim.economy.sectors import NAMES
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.state import (
    ACTIVE,
    FILE_STATES,
    N_HIRING,
    N_PENDING,
    N_PROJECTS,
    NEEDS,
    NEVER,
    NEW_PROJECT,
    ON_MISSION,
    OPEN,
)
from sim.support.bids import category_at
from sim.support.buyers import purchases
from sim.support.needs import FIRST_NEED
from sim.world import World
from tests.cases.told import CERTAIN, STILL

BOOK: dict[str, Any] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("pacte_pme.yaml").read_text(encoding="utf-8")
)
KEYS = {
    "name", "told", "buyer", "trades", "rules", "certain", "firms", "neighbours", "asks", "policy", "alize",
    "months", "story",
}  # fmt: skip
# needs are those told, of the worth told; nobody is invited; merit is the same for all
TOLD = {
    "reach": 1.0, "joining": 0.0, "member_exit": 0.0, "unserved_exit": 0.0, "needs_rate": 0.0,
    "member_needs": 0.0, "need_spread": 0.0, "sme_share": 1.0, "capability_weight": 0.0, "lapse": 0.0,
    "willing": 1.0,
}  # fmt: skip
# Alizé takes whoever comes, in the month in which he comes
UNTOLD = {"willing": 1.0, "lapse": 0.0, "outreach": 0.0, "referral": 0.0, "word": 0.0}
AT_ONCE = {"partners_min": 0.0, "committee_period_months": 1.0, "selection": 3.0, "acceptance_share": 1.0}
BUYER = 0  # identity in draws of the only large site
SEEDS = 4000


def slot_of(sector: str, categories: int) -> int:
    """Category in the middle of a sector."""
    return int(category_at(NAMES.index(sector), 0.5, categories))


def fits(case: dict[str, Any], seed: int) -> bool:
    """Whether in worlds of this seed needs are for what is told, firms sell it, and the supplier is found."""
    k = case.get("trades", 1)
    for i, firm in enumerate(case["firms"]):
        u = draw(seed, CATEGORY, i, 0, 0)
        if category_at(NAMES.index(firm["sector"]), u, k) != slot_of(firm["sector"], k):
            return False
    for ask in case.get("asks", []):
        u, _ = draw_pair(seed, PURCHASE, BUYER, ask["month"], FIRST_NEED)
        if "of" in ask and int(u * k) != slot_of(ask["of"], k):
            return False
        _, row = draw_pair(seed, PURCHASE, BUYER, ask["month"], FIRST_NEED + 1)
        for place in ("firms", "neighbours"):
            names = [firm["name"] for firm in case.get(place, [])]
            if ask["supplied_by"] in names and int(row * len(names)) != names.index(ask["supplied_by"]):
                return False
    return True


class Place:
    """A case as it is played."""

    def __init__(self, case: dict[str, Any]):
        assert set(case) <= KEYS, set(case) - KEYS
        self.case = case
        self.firms = [*case["firms"], *case.get("neighbours", [])]
        self.row = {firm["name"]: i for i, firm in enumerate(self.firms)}
        self.asks = {ask["month"]: ask for ask in case.get("asks", [])}
        seed = next(seed for seed in range(SEEDS) if fits(case, seed))
        certain = BOOK["defaults"]["certain"] | case.get("certain", {})
        public = float(case.get("buyer", "private") == "public")
        own = TOLD | {"categories": float(case.get("trades", 1)), "public_share": public} | certain
        values = STILL | {f"pacte_pme.{k}": float(v) for k, v in (CERTAIN | own).items()}
        values |= {f"alize.{k}": v for k, v in (CERTAIN | UNTOLD).items()}
        self.world = World(self._spec(), values, seed)
        self.start_jobs = 0.0
        self._settle()

    def _spec(self) -> WorldSpec:
        case = self.case
        basins = [Basin("here", "Here", len(case["firms"]), 1, 1)]
        if "neighbours" in case:
            basins.append(Basin("there", "There", len(case["neighbours"]), 0, 0))
        rules = load_scheme("pacte_pme").rules | {k: float(v) for k, v in case.get("rules", {}).items()}
        schemes = [SchemeSpec("pacte_pme", rules, (("here", 0),))]
        if case.get("alize"):
            alize = load_scheme("alize").rules | AT_ONCE
            schemes.append(SchemeSpec("alize", alize, (("here", 0),)))
        changes = tuple(
            Change("pacte_pme", lever, float(value), change["month"])
            for change in case.get("policy", [])
            for lever, value in change.items()
            if lever != "month"
        )
        months = case.get("months", 60)
        return WorldSpec(
            Territory("told", tuple(basins)), months, 2017, schemes=tuple(schemes), changes=changes
        )

    def _settle(self) -> None:
        """Firms as the case tells them, and no project but theirs."""
        t = self.world.tables
        t.counts[N_PROJECTS] = t.counts[N_PENDING] = t.counts[N_HIRING] = 0
        t.smes.project[:] = NEVER
        t.smes.openness[:] = 1.0
        t.busy[:] = 0
        for i, firm in enumerate(self.firms):
            t.size[i], t.sector[i] = firm["jobs"], NAMES.index(firm["sector"])
            t.born[i], t.smes.status[i] = -120, ACTIVE
            if firm.get("alize"):
                t.exposure[1, i] = 1e6
        self.start_jobs = float(t.size.sum())

    def _question(self, i: int, question: str) -> None:
        """A question comes up in firm i, on which it decides more than a year later."""
        t = self.world.tables
        q = t.counts[N_PROJECTS]
        t.counts[N_PROJECTS] += 1
        t.pending[t.counts[N_PENDING]] = q
        t.counts[N_PENDING] += 1
        t.projects[q] = NEW_PROJECT[0]
        project = t.projects[q]
        project.firm, project.basin, project.uid = i, t.smes.basin[i], t.uid[i]
        project.opened, project.state = self.world.month - 1, OPEN
        project.due, project.need, project.jobs = self.world.month + 48, NEEDS.index(question), 4.0
        t.smes.project[i], t.busy[i] = q, 1

    def _ask(self) -> None:
        """This month the buyer posts the need that is told, or none."""
        t, month = self.world.tables, self.world.month
        rule, ask = t.rules[0], self.asks.get(month)
        rule.needs_rate = 0.0
        if ask is None:
            return
        # the mean at which this month's draw gives one need
        rule.needs_rate = -np.log(draw(self.world.seed, PURCHASE, BUYER, month, 0)) + 1e-9
        bought = purchases(t.sites.jobs[0], t.sites.sector[0], rule.purchase_share) * t.buyers.share[0]
        rule.posted_share = ask["worth"] * 12.0 * rule.needs_rate / bought
        rule.outside_share = float(ask["supplied_by"] == "outside")
        names = [firm["name"] for firm in self.case.get("neighbours", [])]
        rule.neighbour_share = float(ask["supplied_by"] in names)

    def _month(self) -> None:
        """A month. Firms can join from the second on: in the first they come up."""
        month = self.world.month
        for i, firm in enumerate(self.firms):
            if firm.get("project", {}).get("comes_up") == month:
                self._question(i, firm["project"]["question"])
            if month >= 1 and i < len(self.case["firms"]) and firm.get("joins", 1) == month:
                self._invite(i)
        self._ask()
        self.world.step()

    def _invite(self, i: int) -> None:
        """Firm i needs no further invitation."""
        invited = self.world.tables.invited
        mine = self.world.memberships.firm == i
        self.world.memberships.patience[mine] = 0.0
        invited.patience[np.isin(invited.membership, np.flatnonzero(mine))] = 0.0

    def play(self) -> None:
        """The whole story; fails where something else is seen."""
        for entry in self.case["story"]:
            while self.world.month < entry["after"]:
                self._month()
            for what, wanted in entry["see"].items():
                found = getattr(self, f"_see_{what}")(wanted)
                at = f"after {self.world.month} months, {what}: {found}, not {wanted}"
                assert (
                    found == pytest.approx(wanted) if isinstance(wanted, float | int) else found == wanted
                ), at
        assert len(self.world.contracts) == self.world.tables.markets.contracts[0]

    def _name(self, i: int) -> str:
        return "outside" if i == NEVER else str(self.firms[i]["name"])

    # what can be seen

    def _see_jobs(self, wanted: dict[str, float]) -> dict[str, float]:
        return {name: round(float(self.world.tables.size[self.row[name]]), 6) for name in wanted}

    def _see_territory(self, _: float) -> float:
        return float(self.world.tables.size.sum()) - self.start_jobs

    def _see_outside(self, _: float) -> float:
        return float(self.world.tables.markets.outside[0])

    def _see_world(self, _: float) -> float:
        return self._see_territory(0) - self._see_outside(0)

    def _see_contracts(self, _: list[str]) -> list[str]:
        return [f"{self._name(c.firm)} < {self._name(c.supplier)}" for c in self.world.contracts]

    def _see_needs(self, _: int) -> int:
        return int(self.world.tables.markets.needs[0])

    def _see_answers(self, _: int) -> int:
        return int(self.world.tables.markets.answers[0])

    def _see_unanswered(self, _: int) -> int:
        return int(self.world.tables.markets.unanswered[0])

    def _see_given_away(self, _: float) -> float:
        # chance in two bids is worth a few thousandths of a percent here
        return round(float(self.world.tables.markets.given_away[0]), -2)

    def _see_members(self, _: list[str]) -> list[str]:
        rows = self.world.memberships
        there = rows.firm[(rows.joined != NEVER) & (rows.left == NEVER)]
        assert self.world.tables.locals.members[0] == len(there)
        return [self._name(i) for i in sorted(there)]

    def _see_gave_up(self, _: list[str]) -> list[str]:
        rows = self.world.memberships
        return [self._name(i) for i in rows.firm[self.world.tables.sellers[: len(rows)].gave_up == 1]]

    def _file(self, name: str) -> Any:
        mine = self.world.files[self.world.files.firm == self.row[name]]
        return mine[-1] if len(mine) else None

    def _see_help(self, wanted: dict[str, str]) -> dict[str, str]:
        files = {name: self._file(name) for name in wanted}
        return {name: FILE_STATES[int(f.state)] if f is not None else "none" for name, f in files.items()}

    def _see_days(self, wanted: dict[str, float]) -> dict[str, float]:
        return {name: round(float(self._file(name).days), 6) for name in wanted}

    def _see_lent(self, _: int) -> int:
        return int((self.world.tables.persons.state == ON_MISSION).sum())


@pytest.mark.parametrize("case", BOOK["cases"], ids=lambda case: case["name"])
def test_case(case):
    Place(case).play()
