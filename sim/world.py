"""A world: tables, parameters, seed, and the month it stands in. Knows no Mesa, no file; workers run it."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from sim import timeline
from sim.build import build
from sim.handle import handle_of
from sim.needed import phases_needed
from sim.parameters import defaults
from sim.rows import as_table
from sim.spec import WorldSpec
from sim.state import (
    FULL,
    N_ALUMNI,
    N_COHORTS,
    N_CONTRACTS,
    N_FILES,
    N_FLOWS,
    N_GONE,
    N_HIRING,
    N_INVITED,
    N_MEMBERS,
    N_MEMBERSHIPS,
    N_OPEN,
    N_PENDING,
    N_PROJECTS,
    N_RD,
    N_RD_ACTIVE,
    N_RESEARCHERS,
    N_SEATS,
    N_TIES,
    Table,
    Tables,
)

# tables that grow when short, together, each with the count of its rows in use: the k-th group is bit k of
# ``timeline.short_tables``
GROUPS = (
    {"projects": N_PROJECTS, "pending": N_PENDING, "hiring": N_HIRING},
    {"files": N_FILES, "open_files": N_OPEN, "alumni": N_ALUMNI},
    {
        "memberships": N_MEMBERSHIPS,
        "sellers": N_MEMBERSHIPS,
        "met": N_MEMBERSHIPS,
        "members": N_MEMBERS,
        "invited": N_INVITED,
    },
    {"flows": N_FLOWS},
    {"ties": N_TIES, "contracts": N_CONTRACTS},
    {"rd": N_RD, "rd_active": N_RD_ACTIVE},
    {"seats": N_SEATS, "cohorts": N_COHORTS},
)
USED = {name: count for group in GROUPS for name, count in group.items()} | {
    "researchers": N_RESEARCHERS,
    "next_idea": N_RESEARCHERS,
    "gone": N_GONE,
}
CENSUS_MONTHS = 12


class World:
    """A simulated territory.

    ``spec``: what it is made of; ``values``: the uncertainties by name (those left out take their default);
    ``seed``: 63 bits, shared by the worlds of a pair. ``month`` counts from 0 at the start of the case.
    ``headcounts``: jobs of every firm after 0, 12, 24, ... months, in single precision, where the
    specification asks for them. ``research_heads``: the same of the researchers there were, where firms do
    research.
    """

    def __init__(self, spec: WorldSpec, values: Mapping[str, float] | None = None, seed: int = 0):
        self.spec = spec
        self.values = _defaults(*(scheme.name for scheme in spec.schemes)) | dict(values or {})
        self.seed = int(seed)
        self.month = 0
        self.tables: Tables = build(spec, self.values, self.seed)
        self._handle = handle_of(self.tables)
        self._phases = phases_needed(spec)
        self.headcounts: list[np.ndarray] = []
        self.research_heads: list[np.ndarray] = []
        self._count_heads()

    def step(self) -> None:
        """One month."""
        self.run(self.month + 1)

    def run(self, until: int | None = None) -> "World":
        """Runs to month ``until`` (not included; default: the horizon). Returns itself."""
        until = self.spec.horizon_months if until is None else until
        if not self.month <= until <= self.spec.horizon_months:
            raise ValueError(f"month {until} is not between {self.month} and {self.spec.horizon_months}")
        while self.month < until:
            stop = until
            if self.spec.counts_heads or self.spec.does_research:
                stop = min(until, (self.month // CENSUS_MONTHS + 1) * CENSUS_MONTHS)
            self.month = timeline.run(self._handle, self.month, stop, self._phases)
            self._check_room()
            if self.tables.counts[FULL]:
                self._grow()
            self._count_heads()
        return self

    def _count_heads(self) -> None:
        """Keeps the headcounts of a month in which they are counted, once."""
        if self.spec.counts_heads and self.month == len(self.headcounts) * CENSUS_MONTHS:
            self.headcounts.append(self.tables.size.astype(np.float32))
        if self.spec.does_research and self.month == len(self.research_heads) * CENSUS_MONTHS:
            self.research_heads.append(self.tables.size[self.researchers.firm].astype(np.float32))

    def _check_room(self) -> None:
        """Compiled code does not look where it writes: that no table was too small is checked afterwards. One
        without a row is of what this world has not."""
        counts = self.tables.counts.tolist()
        for name, used in USED.items():
            if 0 < len(getattr(self.tables, name)) < counts[used]:
                raise RuntimeError(
                    f"month {self.month}: {counts[used]} rows in a table with room for fewer ({name}); this "
                    "is an error of the program: please report it with what was run and the seed"
                )

    def _grow(self) -> None:
        """Doubles the tables that may be short of rows in the coming month; all, if none is said to be."""
        counts = self.tables.counts
        short = int(counts[FULL]) or (1 << len(GROUPS)) - 1
        wanted = [item for k, group in enumerate(GROUPS) if short >> k & 1 for item in group.items()]
        doubled = {name: _twice(getattr(self.tables, name), int(counts[used])) for name, used in wanted}
        self.tables = self.tables._replace(**doubled)
        self.tables.counts[FULL] = 0
        self._handle = handle_of(self.tables)

    @property
    def projects(self) -> Table:
        """The projects opened so far."""
        return self.tables.projects[: self.tables.counts[N_PROJECTS]]

    @property
    def files(self) -> Table:
        """The files (applications for support) made so far."""
        return self.tables.files[: self.tables.counts[N_FILES]]

    @property
    def memberships(self) -> Table:
        """The firms that could join a scheme made of members, in the order in which they came up."""
        return self.tables.memberships[: self.tables.counts[N_MEMBERSHIPS]]

    @property
    def flows(self) -> Table:
        """Changes of employment by research and contracts, in the order in which they happened."""
        return self.tables.flows[: self.tables.counts[N_FLOWS]]

    @property
    def contracts(self) -> Table:
        """The contracts awarded so far, in the order in which they were."""
        return self.tables.contracts[: self.tables.counts[N_CONTRACTS]]

    @property
    def researchers(self) -> Table:
        """The firms near enough to a technology to do research or to follow it."""
        return self.tables.researchers[: self.tables.counts[N_RESEARCHERS]]

    @property
    def rd(self) -> Table:
        """The R&D projects of firms, and their seats in those of others, in the order in which they came
        up."""
        return self.tables.rd[: self.tables.counts[N_RD]]


@cache
def _defaults(*schemes: str) -> dict[str, float]:
    """``defaults``, which every world of these schemes asks for."""
    return defaults(schemes)


def _twice(table: Table, used: int) -> Table:
    """The table, of which so many rows are in use, with room for twice as many."""
    larger = np.empty((2 * len(table), *table.shape[1:]), table.dtype)
    larger[:used] = table[:used]
    return as_table(larger) if table.dtype.names else larger
