"""The model a second time: plain Mesa agents, written from `docs/odd.md` alone, slow and obvious.

It shares with the program the keyed draws, the specification of a world and the declared parameters, so both
must find the same numbers, firm by firm.
"""

from types import SimpleNamespace

import mesa
import numpy as np

from sim import draws
from sim.parameters import ECONOMY, RESEARCH, defaults
from tests.reference import (
    actions,
    calls,
    cohorts,
    committees,
    economy,
    effects,
    markets,
    members,
    partners,
    pathways,
    poles,
    research,
    setup,
)
from tests.reference.agents import MARKET, PARTNER
from tests.reference.marketplaces import mean_share

PHASES = (
    ("demand", economy.demand),
    ("restructuring", economy.restructuring),
    ("demography", economy.demography),
    ("growth", economy.growth),
    ("projects", economy.projects),
    ("ideas", research.ideas),
    ("partners", partners.partners),
    ("awareness", partners.awareness),
    ("governance", poles.governance),
    ("membership", members.membership),
    ("market", markets.market),
    ("calls", calls.calls),
    ("application", committees.application),
    ("selection", committees.selection),
    ("matching", pathways.matching),
    ("cohorts", cohorts.cohorts),
    ("actions", actions.actions),
    ("pathway", pathways.pathway),
    ("effects", effects.effects),
    ("projects_due", economy.projects_due),
    ("research", research.research),
    ("displacement", economy.displacement),
    ("finance", pathways.finance),
)


class Reference(mesa.Model):
    """A world. ``month`` counts from 0 at the start of the case; it is the month that comes next."""

    def __init__(self, spec, values=None, seed=0):
        super().__init__(seed=0)
        self.spec = spec
        self.values = defaults(scheme.name for scheme in spec.schemes) | dict(values or {})
        self.economy = SimpleNamespace(
            **{u.name: float(self.values.get(u.name, u.default)) for u in (*ECONOMY, *RESEARCH)}
        )
        self.world_seed = np.uint64(seed)
        self.month = 0
        self.nation = 0.0
        self.law_from = setup.months_until(spec, spec.constants.revitalisation_year)
        self.endowment_from = setup.months_until(spec, spec.constants.state_endowment_year)
        self.basins, self.sites, self.locals, self.partnerships = [], [], [], []
        self.projects, self.active, self.files, self.open_files = [], [], [], []
        self.gains, self.seats = [], []
        self.memberships, self.flows = [], []
        self.ties, self.contracts = [], []
        self.researchers, self.rd, self.rd_list, self.juries = [], [], [], []
        self.themes = []  # by scheme, seven needs
        self.cohorts = []
        self.closures = []  # of the case, with their sites
        self.groups = 0  # of firms in actions, so far
        self.keys = {}
        self.series = []  # by month, by basin
        self.local_series = []  # by month, by local scheme
        self.headcounts = []  # sizes of all firms after 0, 12, 24, ... months, where they are asked
        setup.lay_out_firms(self)
        setup.lay_out_sites(self)
        setup.lay_out_closures(self)
        setup.lay_out_schemes(self)
        self.settings = setup.settings(self)
        self.count_heads()

    def u(self, stream, entity, month, index=0):
        """One uniform."""
        return float(draws.draw(self.world_seed, stream, entity, month, index))

    def pair(self, stream, entity, month, index):
        """Two uniforms of one block."""
        u1, u2 = draws.draw_pair(self.world_seed, stream, entity, month, index)
        return float(u1), float(u2)

    def words(self, stream, entity, month):
        """Four words of 32 bits."""
        if stream not in self.keys:
            self.keys[stream] = np.uint64(draws.stream_key(self.world_seed, stream))
        return draws.words(self.keys[stream], entity, month, 0)

    @property
    def calendar_month(self):
        """0 is January."""
        return (self.spec.start_month - 1 + self.month) % 12

    @property
    def firms(self):
        """All firms and candidates in row order."""
        return [firm for basin in self.basins for firm in basin.firms]

    def firms_with(self, event):
        """Firms to which an event happens this month, in row order."""
        return [
            firm
            for basin in self.basins
            for firm in basin.existing(self.month)
            if firm.alive and event in firm.events
        ]

    def locals_of(self, basin):
        """The local schemes of a basin, in the order of the schemes."""
        return [local for local in self.locals if local.basin is basin]

    def register(self, project):
        """A project enters the table and the list of active projects."""
        project.row = len(self.projects)
        self.projects.append(project)
        self.active.append(project)

    def step(self):
        """One month."""
        self.levers()
        before = self.causes()
        for _, phase in PHASES:
            phase(self)
        self.accounts(before)
        self.month += 1
        self.count_heads()

    def count_heads(self):
        """The sizes of all firms, once a year since the start."""
        if self.spec.counts_heads and self.month % 12 == 0:
            self.headcounts.append([firm.size for firm in self.firms])

    def levers(self):
        """Phase 1: the policy's settings of this month."""
        for (row, lever), made in self.settings.items():
            if self.month in made:
                if lever == "alumni_events":
                    self.note_ties(self.locals[row])
                self.locals[row].rule[lever] = made[self.month]

    def note_ties(self, local):
        """Ties that cohorts of a local scheme made, as they are before they are lost at another rate."""
        for firm in local.basin.existing(self.month):
            if firm.ties > 0.0 and firm.tied_by is local:
                firm.ties, firm.tied = firm.ties_left(self.month), self.month

    def causes(self):
        """Change of employment since the start, by basin and cause."""
        return {basin: cause_totals(basin) for basin in self.basins}

    def accounts(self, before):
        """Phase 25: stocks and flows are recorded."""
        rows = []
        for basin in self.basins:
            living = [firm for firm in basin.existing(self.month + 1) if firm.alive]
            basin.living = len(living)
            after = cause_totals(basin)
            tables = [local for local in self.locals if local.alive and local.basin is basin]
            partners = {link.site for local in tables for link in local.partnerships if link.state == 1}
            rows.append(
                {
                    "jobs": sum(firm.size for firm in living),
                    "firms": len(living),
                    "demand": basin.demand,
                    "hires": sum(basin.hires.values()),
                    "cuts": basin.cuts,
                    "partner_sites": len(partners),
                    "partner_wear": sum(site.wear for site in partners),
                }
                | {cause: after[cause] - before[basin][cause] for cause in after}
            )
        self.series.append(rows)
        self.local_series.append([self.account_of(local) for local in self.locals])

    def account_of(self, local):
        """Stocks of a local scheme."""
        if not local.alive:
            local.partners = 0
        tired = [link.site.wear for link in local.partnerships if link.state == 1]
        return {
            "alive": local.alive,
            "partners": local.partners,
            "fatigue": sum(tired) / len(tired) if local.alive and tired else 0.0,
            "completed": local.alumni,
            "days": local.days,
            "fund": local.fund,
            "members": local.members,
            "public_cost": local.coordination_cost
            + local.expert_cost
            - local.firm_cost
            + local.lost
            + local.aid_paid,
            "judged": local.judged,
            "selected": local.selected,
            "group_filed": local.group_filed,
            "group_funded": local.group_funded,
        } | market_account(local)


def market_account(local):
    """Stocks of a market place, nothing elsewhere."""
    if local.rule["format"] != MARKET:
        return {"contracts": 0, "outside": 0.0, "sme_share": 0.0}
    partners = [link for link in local.partnerships if local.alive and link.state == PARTNER]
    return {
        "contracts": local.market.contracts,
        "outside": local.market.outside,
        "sme_share": 100.0 * mean_share(partners),
    }


def cause_totals(basin):
    """Change of employment of a basin since the start, by cause."""
    return {cause: sum(firm.causes[cause] for firm in basin.firms) for cause in "PODSXBKC"}


def run_reference(spec, values=None, seed=0, months=None):
    """The reference run for so many months (default: to the horizon)."""
    model = Reference(spec, values, seed)
    for _ in range(spec.horizon_months if months is None else months):
        model.step()
    return model
