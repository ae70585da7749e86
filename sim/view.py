"""The SMEs of a model as rows that can be asked and written like a set of agents; knows no Mesa.

Nothing is kept but row numbers: every read and every write goes to the tables that the world has at that
moment.
"""

import difflib
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, NoReturn

import numpy as np

from sim.compiled import compiled
from sim.economy.population import set_factors
from sim.state import SME
from sim.world import World

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
        column = getattr(tables, self.table)
        if self.table == "exposure":
            schemes = len(world.spec.schemes)  # a value a scheme; the table may be larger, or empty of firms
            return column[:schemes].T if schemes else np.empty((len(tables.size), 0))
        return (column[self.field] if self.field else column).T

    def write(self, world: World, rows: Any, value: Any) -> None:
        """Writes one value, or one a row. Raises ValueError if the column cannot hold it exactly."""
        column = self.of(world)
        given = np.asarray(value)
        number = given.dtype.kind in "biuf"
        with np.errstate(invalid="ignore"):
            cast = given.astype(column.dtype) if number else given
        if not number or not np.array_equal(cast, given, equal_nan=True):
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


def columns_of(table: str, dtype: np.dtype) -> dict[str, Column]:
    """The fields of a table, by name."""
    return {name: Column(table, name) for name in dtype.names or ()}


SME_COLUMNS = columns_of("smes", SME) | {name: Column(name) for name in HOT}


def with_columns(columns: dict[str, Column]) -> Callable[[type], type]:
    """A decorator that makes columns the attributes of a class."""

    def add(cls: type) -> type:
        for name, column in columns.items():
            setattr(cls, name, column)
        return cls

    return add


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

    def method(self: "SmeRows", *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"SMEs cannot be {what}: {why}")

    return method


class SmeRows:
    """SMEs of a model: the methods of Mesa's AgentSet, rows inside.

    ``model`` holds a ``world``; ``kind(model, row)`` makes the agent of a row, ``groups(dict)`` what
    ``groupby`` gives. ``rows``: those it shows, in this order; without them all that are alive, month after
    month. Firms without jobs (not born yet, or closed) leave a view as agents leave an AgentSet, unless
    ``alive_only`` is false.
    """

    kind: Any
    groups: Any

    def __init__(self, model: Any, rows: np.ndarray | None = None, alive_only: bool = True):
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

    def _at(self, rows: Any) -> "SmeRows":
        return type(self)(self.model, np.asarray(rows, np.int64), self._alive_only)

    def _from_iterable(self, agents: Iterable[Any]) -> "SmeRows":
        chosen = list(agents)
        for agent in chosen:
            if not (isinstance(agent, self.kind) and agent.model is self.model):
                raise TypeError(f"{agent!r} is no SME of this model")
        return self._at([agent.row for agent in dict.fromkeys(chosen)])

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Any]:
        return (self.kind(self.model, row) for row in self.rows.tolist())

    def __reversed__(self) -> Iterator[Any]:
        return (self.kind(self.model, row) for row in self.rows[::-1].tolist())

    def __contains__(self, agent: object) -> bool:
        if not (isinstance(agent, self.kind) and agent.model is self.model):
            return False
        if self._alive_only and not agent.size > 0:
            return False
        return self._rows is None or bool((self._rows == agent.row).any())

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            return list(self._at(self.rows[item]))
        return self.kind(self.model, int(self.rows[item]))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} SMEs>"

    def __copy__(self) -> "SmeRows":
        return self._at(self.rows)

    def copy(self) -> "SmeRows":
        """The SMEs shown now: those born later do not join."""
        return self._at(self.rows)

    def to_list(self) -> list[Any]:
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
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
        where: Callable[[Columns], np.ndarray] | None = None,
    ) -> "SmeRows":
        """As AgentSet.select, and ``where``: a function from ``Columns`` to a mask, one truth value an SME,
        which is fast. Both filters may be given."""
        rows = self.rows
        limit = int(len(rows) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        if agent_type is not None and not issubclass(self.kind, agent_type):
            rows = rows[:0]
        if where is not None:
            mask = np.asarray(where(Columns(self.model.world, rows)))
            if mask.dtype != bool or mask.shape != rows.shape:
                raise ValueError(
                    f"where must give {len(rows)} truth values, one an SME (got {mask.dtype} {mask.shape})"
                )
            rows = rows[mask]
        chosen: Iterable[int] = rows
        if filter_func is not None:
            chosen = (row for row in rows.tolist() if filter_func(self.kind(self.model, row)))
        if limit < len(rows):
            chosen = islice(chosen, max(0, int(limit)))
        return self._result(chosen, inplace)

    def _result(self, rows: Iterable[int], inplace: bool) -> "SmeRows":
        chosen = rows if isinstance(rows, np.ndarray) else np.fromiter(rows, np.int64)
        if not inplace:
            return self._at(chosen)
        self._rows = chosen
        return self

    def sort(
        self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> "SmeRows":
        """As AgentSet.sort: equals keep their order either way."""
        rows = self.rows
        keys = self._values(key, rows) if isinstance(key, str) else self.map(key)
        if isinstance(keys, np.ndarray) and keys.ndim == 1:
            # sorting the reversed column keeps equals in order when the result is reversed
            forth = np.argsort(keys if ascending else keys[::-1], kind="stable")
            order: Any = forth if ascending else len(rows) - 1 - forth[::-1]
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

    def set(self, attr_name: str, value: Any) -> "SmeRows":
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

    def do(self, method: Any, *args: Any, **kwargs: Any) -> "SmeRows":
        """As AgentSet.do."""
        self.map(method, *args, **kwargs)
        return self

    def groupby(self, by: Any, result_type: str = "agentset") -> Any:
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
        return self.groups(views if result_type == "agentset" else {k: list(v) for k, v in views.items()})

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    shuffle = refused("shuffled", ORDER)
    shuffle_do = refused("shuffled", ORDER)
    add = refused("added", BIRTHS)
    remove = refused("removed", BIRTHS)
    discard = refused("removed", BIRTHS)
