"""A world: tables, parameters, seed, and the month it stands in. Knows no Mesa, no file; workers run it."""

from collections.abc import Mapping

import numpy as np

from sim import timeline
from sim.build import build
from sim.handle import handle_of
from sim.parameters import defaults
from sim.spec import WorldSpec
from sim.state import FULL, N_FILES, N_PROJECTS, Table, Tables

TABLES = ("projects", "active", "files", "open_files", "alumni", "seats")  # that grow when they must


class World:
    """A simulated territory.

    ``spec``: what it is made of; ``values``: the uncertainties by name (those left out take their default);
    ``seed``: 63 bits, shared by the worlds of a pair. ``month`` counts from 0 at the start of the case.
    """

    def __init__(self, spec: WorldSpec, values: Mapping[str, float] | None = None, seed: int = 0):
        self.spec = spec
        self.values = defaults(scheme.name for scheme in spec.schemes) | dict(values or {})
        self.seed = int(seed)
        self.month = 0
        self.tables: Tables = build(spec, self.values, self.seed)
        self._handle = handle_of(self.tables)

    def step(self) -> None:
        """One month."""
        self.run(self.month + 1)

    def run(self, until: int | None = None) -> "World":
        """Runs to month ``until`` (not included; default: the horizon). Returns itself."""
        until = self.spec.horizon_months if until is None else until
        if not self.month <= until <= self.spec.horizon_months:
            raise ValueError(f"month {until} is not between {self.month} and {self.spec.horizon_months}")
        while self.month < until:
            self.month = timeline.run(self._handle, self.month, until)
            if self.tables.counts[FULL]:
                self._grow()
        return self

    def _grow(self) -> None:
        """Doubles the tables that may be short of rows in the coming month."""
        doubled = {
            name: np.concatenate([getattr(self.tables, name), np.zeros_like(getattr(self.tables, name))])
            for name in TABLES
        }
        doubled = {k: v.view(np.recarray) if v.dtype.names else v for k, v in doubled.items()}
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
