"""A world as Mesa shows it: a ``mesa.Model`` whose step is a month, and the rows of its tables as agents.

Basins, large sites and local schemes are few and are ordinary agents of Mesa. SMEs are many: they stay
columns, and ``SmeView`` looks like an AgentSet of them, making an agent only for whoever asks. Every agent
reads and writes its row where the world keeps it, so none is ever out of date. The only file that imports
Mesa.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, NoReturn

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.draws import any_seed
from sim.handle import handle_of
from sim.spec import WorldSpec
from sim.state import BASIN, LOCAL, SITE
from sim.view import BIRTHS, SME_COLUMNS, SmeRows, columns_of, unknown, with_columns
from sim.world import World

try:
    from mesa.agentset import GroupBy
except ImportError:  # Mesa 3.3
    from mesa.agent import GroupBy


class RowAgent(mesa.Agent):
    """An agent that stands for a row of a table of its model's world; the columns are its attributes."""

    def __init__(self, model: "SupportModel", row: int):
        super().__init__(model)
        self.row = row

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"


@with_columns(columns_of("basins", BASIN))
class BasinAgent(RowAgent):
    """A labour basin. Attributes: the columns of ``sim.state.BASIN``."""

    @property
    def id(self) -> str:
        """Its identifier in the specification."""
        return self.model.world.spec.territory.basins[self.row].id

    @property
    def name(self) -> str:
        """Its name."""
        return self.model.world.spec.territory.basins[self.row].name

    @property
    def smes(self) -> "SmeView":
        """Its SMEs."""
        return self.model.smes.select(where=lambda columns: columns.basin == self.row)


@with_columns(columns_of("sites", SITE))
class SiteAgent(RowAgent):
    """A large establishment that could be a partner. Attributes: the columns of ``sim.state.SITE``."""


@with_columns(columns_of("locals", LOCAL))
class LocalSchemeAgent(RowAgent):
    """A scheme in a basin. Attributes: the columns of ``sim.state.LOCAL``."""

    @property
    def name(self) -> str:
        """The name of its scheme."""
        return self.model.world.spec.schemes[self.scheme].name

    @property
    def rules(self) -> np.record:
        """Its rules now; they can be written: ``agent.rules.days = 12.0``."""
        return self.model.world.tables.rules[self.row]


@with_columns(SME_COLUMNS)
class SmeAgent(mesa.Agent):
    """An SME, made when somebody asks for it and kept by nobody: two agents of a row are equal.

    Attributes: the columns of ``sim.state.SME``, those of ``sim.view.HOT``, and ``unique_id``, its row plus
    one. There is no place for others. What is written is taken as it is: jobs written into ``size`` are in no
    ledger.
    """

    __slots__ = ("model", "row")
    pos = None

    def __init__(self, model: "SupportModel", row: int):
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "row", row)

    @property
    def unique_id(self) -> int:
        """The same firm in the worlds of a pair; no other agent of the model has it."""
        return self.row + 1

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(getattr(type(self), name, None), "__set__"):
            raise AttributeError(unknown(name))
        object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(unknown(name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SmeAgent) and other.row == self.row and other.model is self.model

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))

    def __reduce__(self) -> tuple:
        return type(self), (self.model, self.row)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"

    def remove(self) -> NoReturn:
        """Refused."""
        raise TypeError(f"an SME cannot be removed: {BIRTHS}")


class SmeGroups(GroupBy):
    """Groups of SMEs; ``agg`` works on columns."""

    def agg(self, attr_name: str, func: Callable) -> dict[Hashable, Any]:
        """A value for each group."""
        return {
            key: group.agg(attr_name, func)
            if isinstance(group, SmeRows)
            else func([getattr(agent, attr_name) for agent in group])
            for key, group in self.groups.items()
        }


class SmeView(SmeRows, AgentSet):
    """SMEs of a model as an AgentSet: see ``SmeRows`` for what it does."""

    kind = SmeAgent
    groups = SmeGroups


class SupportModel(mesa.Model):
    """A world as a Mesa model: ``step()`` is a month, and months stepped or run at once give the same bits.

    ``spec``, ``values``, ``seed``: as for ``World``; without a seed one is drawn, as Mesa does, and
    ``world.seed`` tells which. ``running`` until the horizon. ``datacollector``: collects at the start and
    after every month. ``world`` is the world itself: it may be run past Mesa, whose own counters then stay
    behind. Mesa's generators are seeded alike and left to the user's own agents.
    """

    def __init__(
        self,
        spec: WorldSpec,
        values: Mapping[str, float] | None = None,
        seed: int | None = None,
        datacollector: mesa.DataCollector | None = None,
    ):
        if seed is None:
            seed = any_seed()
        super().__init__(rng=seed)
        self.world = World(spec, values, seed)
        tables = self.world.tables
        self._last_id = len(tables.size)  # SMEs have the first numbers, so that worlds of a pair share them
        for kind, table in (
            (BasinAgent, tables.basins), (SiteAgent, tables.sites), (LocalSchemeAgent, tables.locals),
        ):  # fmt: skip
            for row in range(len(table)):
                kind(self, row)
        self.datacollector = datacollector
        if datacollector is not None:
            datacollector.collect(self)

    def step(self) -> None:
        """One month. Raises ValueError at the horizon."""
        if self.world.month >= self.world.spec.horizon_months:
            raise ValueError(f"the world ends at its horizon of {self.world.spec.horizon_months} months")
        self.world.step()
        self.running = self.world.month < self.world.spec.horizon_months
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def run_model(self) -> None:
        """Steps to the horizon."""
        while self.world.month < self.world.spec.horizon_months:
            self.step()

    @property
    def smes(self) -> SmeView:
        """The SMEs alive, now and at any later time it is asked."""
        return SmeView(self)

    def smes_at(self, rows: Iterable[int]) -> SmeView:
        """The SMEs of these rows, alive or not: a cohort to follow. Raises ValueError for wrong rows."""
        chosen = np.array(list(rows), np.int64)
        if len(np.unique(chosen)) < len(chosen):
            raise ValueError("a row stands twice")
        total = len(self.world.tables.size)
        if ((chosen < 0) | (chosen >= total)).any():
            raise ValueError(f"rows go from 0 to {total - 1}")
        return SmeView(self, chosen, alive_only=False)

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """The agents of each type, the view of SMEs among them."""
        return {**super().agents_by_type, SmeAgent: self.smes}

    @property
    def agent_types(self) -> list[type]:
        """The types of agents, that of SMEs among them."""
        return [*super().agent_types, SmeAgent]

    def register_agent(self, agent: mesa.Agent) -> None:
        """As Mesa does, with numbers after those of SMEs."""
        super().register_agent(agent)
        self._last_id += 1
        agent.unique_id = self._last_id
        # Mesa 3.3 counts in a dictionary of models that it never empties: no model would be freed
        getattr(mesa.Agent, "_ids", {}).pop(self, None)

    def __copy__(self) -> NoReturn:
        raise TypeError("a shallow copy would share its tables; use copy.deepcopy")

    def __getstate__(self) -> dict[str, Any]:
        # a handle is an address in this process
        world = {name: value for name, value in vars(self.world).items() if name != "_handle"}
        return {**self.__dict__, "world": world}

    def __setstate__(self, state: dict[str, Any]) -> None:
        world = World.__new__(World)
        world.__dict__.update(state["world"])
        rules = world.tables.rules
        cells = rules.view(np.float64).reshape(world.tables.rule_cells.shape)  # again the same memory
        world.tables = world.tables._replace(rule_cells=cells)
        world._handle = handle_of(world.tables)
        self.__dict__.update({**state, "world": world})
