"""A world as Mesa shows it: a ``mesa.Model`` whose step is a month, and the rows of its tables as agents.

Basins, large sites and local schemes are few and are ordinary agents of Mesa. SMEs are many: they stay columns,
and ``SmeView`` looks like an AgentSet of them, making an agent only for whoever asks. Every agent reads and
writes its row where the world keeps it, so nothing here can be out of date. The only file that imports Mesa.
"""

import difflib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, NoReturn

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.compiled import compiled
from sim.economy.population import set_factors
from sim.handle import handle_of
from sim.spec import WorldSpec
from sim.state import BASIN, LOCAL, SITE, SME
from sim.world import World

try:
    from mesa.agentset import GroupBy
except ImportError:  # Mesa 3.3
    from mesa.agent import GroupBy

HOT = ("uid", "size", "born", "sector", "exit_factor", "open_factor", "busy", "flags", "causes", "exposure")
ORDER = "every draw of a world is keyed by firm and month, so the order of SMEs changes nothing; see sort"
BIRTHS = "firms are born and die by the rules of the world alone"


class Column:
    """A column of a table, as an attribute of the agent that stands for a row."""

    def __init__(self, table: str, field: str = ""):
        self.table = table
        self.field = field

    def of(self, world: World) -> np.ndarray:
        """The column itself, rows first; what is written into it is written into the world."""
        tables = world.tables
        if self.table == "exposure" and not world.spec.schemes:
            return np.empty((len(tables.size), 0))  # a value a scheme, and there is none
        column = getattr(tables, self.table)
        return (column[self.field] if self.field else column).T

    def write(self, world: World, rows: Any, value: Any) -> None:
        """Writes one value, or one a row. Raises ValueError if the column cannot hold it exactly."""
        column = self.of(world)
        given = np.asarray(value)
        cast = given.astype(column.dtype)
        if not np.array_equal(cast, given, equal_nan=column.dtype.kind == "f"):
            raise ValueError(
                f"{self.field or self.table} is a column of {column.dtype}, which cannot hold {value}"
            )
        column[rows] = cast
        if self.field == "capability":
            follow_capability(world._handle, np.atleast_1d(rows))

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        value = self.of(agent.model.world)[agent.row]
        return value if value.ndim else value.item()

    def __set__(self, agent: Any, value: Any) -> None:
        self.write(agent.model.world, agent.row, value)


@compiled
def follow_capability(w, rows):
    """Recomputes what firms derive from their capability, after it was written."""
    for i in rows:
        set_factors(w, i, w.economy[0])


def with_columns(table: str, dtype: np.dtype) -> Callable[[type], type]:
    """Makes the fields of a table attributes of a class."""

    def add(cls: type) -> type:
        for name in dtype.names or ():
            setattr(cls, name, Column(table, name))
        return cls

    return add


class RowAgent(mesa.Agent):
    """An agent that stands for a row of a table of its model's world; the columns are its attributes."""

    def __init__(self, model: "SupportModel", row: int):
        super().__init__(model)
        self.row = row

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"


@with_columns("basins", BASIN)
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


@with_columns("sites", SITE)
class SiteAgent(RowAgent):
    """A large establishment, whose owner could join a scheme. Attributes: the columns of ``sim.state.SITE``."""


@with_columns("locals", LOCAL)
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


@with_columns("smes", SME)
class SmeAgent(mesa.Agent):
    """An SME, made when somebody asks for it and kept by nobody: two agents of a row are equal.

    Attributes: the columns of ``sim.state.SME``, those of ``HOT``, and ``unique_id``, which is its row plus one.
    There is no place for others. What is written is taken as it is: jobs written into ``size`` are in no ledger.
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


for _name in HOT:
    setattr(SmeAgent, _name, Column(_name))
SME_COLUMNS: dict[str, Column] = {name: c for name, c in vars(SmeAgent).items() if isinstance(c, Column)}


@cache
def unknown(name: str) -> str:
    """What to say of an attribute that SMEs do not have."""
    close = difflib.get_close_matches(name, SME_COLUMNS, 1, 0.5)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"an SME keeps the columns of its row and nothing else; {name!r} is none of them{hint}"


class Columns:
    """The columns of some SMEs as arrays, by attribute or by name, in the order of these SMEs. Copies."""

    def __init__(self, world: World, rows: np.ndarray):
        self._world = world
        self._rows = rows

    def __getitem__(self, name: str) -> np.ndarray:
        if name == "unique_id":
            return self._rows + 1
        if name not in SME_COLUMNS:
            raise AttributeError(unknown(name))
        return SME_COLUMNS[name].of(self._world)[self._rows]

    __getattr__ = __getitem__


def refused(what: str, why: str) -> Callable[..., NoReturn]:
    """A method that only says why it cannot be."""

    def method(self: "SmeView", *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"SMEs cannot be {what}: {why}")

    return method


class SmeView(AgentSet):
    """SMEs of a model: an AgentSet to whoever uses it, rows inside.

    ``rows``: those it shows, in this order; without them all that are alive, month after month. Firms without
    jobs (not born yet, or closed) leave a view as agents leave an AgentSet, unless ``alive_only`` is false.
    """

    def __init__(self, model: "SupportModel", rows: np.ndarray | None = None, alive_only: bool = True):
        self.model = model
        self._rows = rows
        self._alive_only = alive_only

    @property
    def rows(self) -> np.ndarray:
        """The rows shown now."""
        size = self.model.world.tables.size
        if self._rows is None:
            return np.flatnonzero(size > 0)
        return self._rows[size[self._rows] > 0] if self._alive_only else self._rows

    @property
    def columns(self) -> Columns:
        """The columns of these SMEs as arrays."""
        return Columns(self.model.world, self.rows)

    @property
    def random(self) -> Any:
        """The model's generator, which no rule of the world uses."""
        return self.model.random

    def _at(self, rows: Any) -> "SmeView":
        return SmeView(self.model, np.asarray(rows, np.int64), self._alive_only)

    def _from_iterable(self, agents: Iterable[Any]) -> "SmeView":
        chosen = list(agents)
        for agent in chosen:
            if not (isinstance(agent, SmeAgent) and agent.model is self.model):
                raise TypeError(f"{agent!r} is no SME of this model")
        return self._at([agent.row for agent in dict.fromkeys(chosen)])

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[SmeAgent]:
        return (SmeAgent(self.model, row) for row in self.rows.tolist())

    def __reversed__(self) -> Iterator[SmeAgent]:
        return (SmeAgent(self.model, row) for row in self.rows[::-1].tolist())

    def __contains__(self, agent: object) -> bool:
        if not (isinstance(agent, SmeAgent) and agent.model is self.model):
            return False
        if self._alive_only and not agent.size > 0:
            return False
        return self._rows is None or bool((self._rows == agent.row).any())

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return list(self._at(self.rows[item]))
        return SmeAgent(self.model, int(self.rows[item]))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} SMEs>"

    def __copy__(self) -> "SmeView":
        return self._at(self.rows)

    def copy(self) -> "SmeView":
        """The SMEs shown now: those born later do not join."""
        return self._at(self.rows)

    def to_list(self) -> list[SmeAgent]:
        """An agent for every SME."""
        return list(self)

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """Position of an SME; ValueError if it is not among those from ``start`` to ``stop``."""
        return self.to_list().index(value, start, len(self) if stop is None else stop)

    def count(self, value: Any) -> int:
        """1 if the SME is here, else 0."""
        return int(value in self)

    def select(
        self,
        filter_func: Callable[[SmeAgent], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
        where: Callable[[Columns], np.ndarray] | None = None,
    ) -> "SmeView":
        """As AgentSet.select, and ``where``: a function from ``Columns`` to a mask, one truth value an SME,
        which is fast. Both filters may be given."""
        rows = self.rows
        limit = int(len(rows) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        if agent_type is not None and not issubclass(SmeAgent, agent_type):
            rows = rows[:0]
        if where is not None:
            mask = np.asarray(where(Columns(self.model.world, rows)))
            if mask.dtype != bool or mask.shape != rows.shape:
                raise ValueError(
                    f"where must give {len(rows)} truth values, one an SME (got {mask.dtype}, shape {mask.shape})"
                )
            rows = rows[mask]
        chosen: Iterable[int] = rows
        if filter_func is not None:
            chosen = (row for row in rows.tolist() if filter_func(SmeAgent(self.model, row)))
        if limit < len(rows):
            chosen = islice(chosen, max(0, int(limit)))
        return self._result(chosen, inplace)

    def _result(self, rows: Iterable[int], inplace: bool) -> "SmeView":
        chosen = rows if isinstance(rows, np.ndarray) else np.fromiter(rows, np.int64)
        if not inplace:
            return self._at(chosen)
        self._rows = chosen
        return self

    def sort(self, key: Callable[[SmeAgent], Any] | str, ascending: bool = False, inplace: bool = False):
        """As AgentSet.sort: equals keep their order either way."""
        rows = self.rows
        keys = self._values(key, rows) if isinstance(key, str) else self.map(key)
        if isinstance(keys, np.ndarray) and keys.ndim == 1:
            # sorting the reversed column keeps equals in order when the result is reversed
            forth = np.argsort(keys if ascending else keys[::-1], kind="stable")
            order = forth if ascending else len(rows) - 1 - forth[::-1]
        else:
            order = sorted(range(len(rows)), key=keys.__getitem__, reverse=not ascending)
        return self._result(rows[order], inplace)

    def _values(self, name: str, rows: np.ndarray) -> Any:
        """The column of that name, or where it is none the attribute of every agent."""
        if name in SME_COLUMNS or name == "unique_id":
            return Columns(self.model.world, rows)[name]
        return [getattr(agent, name) for agent in self._at(rows)]

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list:
        """As AgentSet.get: a list of values, or for a list of names a list of lists."""
        if handle_missing not in ("error", "default"):
            raise ValueError(
                f"Unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'"
            )
        if not isinstance(attr_names, str):
            lists = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*lists)] if lists else [[] for _ in self.rows]
        try:
            values = self._values(attr_names, self.rows)
        except AttributeError:
            if handle_missing == "error":
                raise
            return [default_value] * len(self)
        return values.tolist() if isinstance(values, np.ndarray) and values.ndim == 1 else list(values)

    def agg(self, attribute: str, func: Any) -> Any:
        """As AgentSet.agg; functions get the column as an array, so those of numpy are fast."""
        values = self._values(attribute, self.rows)
        return func(values) if callable(func) else [f(values) for f in func]

    def set(self, attr_name: str, value: Any) -> "SmeView":
        """As AgentSet.set: writes a value into the column of these SMEs; an array gives a value to each."""
        if attr_name not in SME_COLUMNS:
            raise AttributeError(unknown(attr_name))
        SME_COLUMNS[attr_name].write(self.model.world, self.rows, value)
        return self

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list:
        """As AgentSet.map."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def do(self, method: Any, *args: Any, **kwargs: Any) -> "SmeView":
        """As AgentSet.do."""
        self.map(method, *args, **kwargs)
        return self

    def groupby(self, by: Any, result_type: str = "agentset") -> "SmeGroups":
        """As AgentSet.groupby; the groups are views, and come in the order of their first SME."""
        if result_type not in ("agentset", "list"):
            raise ValueError(f"result_type must be 'agentset' or 'list' (got {result_type!r})")
        rows = self.rows
        keys = self._values(by, rows) if isinstance(by, str) else self._at(rows).map(by)
        if isinstance(keys, np.ndarray) and keys.ndim == 1:
            _, first, group = np.unique(keys, return_index=True, return_inverse=True)
            parts = np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group))[:-1])
            members = {keys[first[k]].item(): rows[parts[k]] for k in np.argsort(first)}
        else:
            found: dict[Hashable, list[int]] = {}
            for key, row in zip(keys, rows.tolist()):
                found.setdefault(key, []).append(row)
            members = {key: np.array(chosen) for key, chosen in found.items()}
        views = {key: self._at(chosen) for key, chosen in members.items()}
        return SmeGroups(views if result_type == "agentset" else {k: list(v) for k, v in views.items()})

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    shuffle = refused("shuffled", ORDER)
    shuffle_do = refused("shuffled", ORDER)
    add = refused("added", BIRTHS)
    remove = refused("removed", BIRTHS)
    discard = refused("removed", BIRTHS)


class SmeGroups(GroupBy):
    """Groups of SMEs; ``agg`` works on columns."""

    def agg(self, attr_name: str, func: Callable) -> dict[Hashable, Any]:
        """A value for each group."""
        return {
            key: group.agg(attr_name, func)
            if isinstance(group, SmeView)
            else func([getattr(agent, attr_name) for agent in group])
            for key, group in self.groups.items()
        }


class SupportModel(mesa.Model):
    """A world as a Mesa model: ``step()`` is a month, and months stepped or run at once give the same bits.

    ``spec``, ``values``, ``seed``: as for ``World``. ``datacollector``: collects at the start and after every
    month. ``world`` is the world itself: it may be run past Mesa, whose own counters then stay behind.
    Mesa's generators are seeded alike and left to the user's own agents.
    """

    def __init__(
        self,
        spec: WorldSpec,
        values: Mapping[str, float] | None = None,
        seed: int = 0,
        datacollector: mesa.DataCollector | None = None,
    ):
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
        """The SMEs of these rows, alive or not: a cohort to follow. Raises ValueError for rows there are not."""
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
