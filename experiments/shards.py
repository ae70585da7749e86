"""Columns of finished worlds, gathered in memory and written as one shard."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.folder import Folder
from experiments.items import Item
from experiments.runner import Arm

if TYPE_CHECKING:
    import pyarrow as pa

IDENTITY = ("key", "group", "policy", "draw", "replicate", "world_seed", "status", "error")
META = ("meta_wall_s", "meta_host", "meta_worker", "meta_started")
SERIES_COLUMNS = ("group", "policy", "draw", "replicate", "month", "basin", "outcome", "value")


class Shard:
    """Rows to come of one shard, column by column.

    ``outcomes``: names of the columns of outcomes; ``host`` and ``worker`` say who made the rows; ``about``:
    what is noted in the file itself, so that a shard found alone can still be told.
    """

    def __init__(self, outcomes: tuple[str, ...], host: str, worker: str, about: Mapping[str, str]):
        assert not {*IDENTITY, *META}.intersection(outcomes), "an outcome would hide a column of every row"
        self.outcomes = outcomes
        self.host = host
        self.worker = worker
        self.about = dict(about)
        self._clear()

    def _clear(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._outcomes: list[Mapping[str, float]] = []
        self._series: dict[str, list[Any]] = {name: [] for name in SERIES_COLUMNS}

    @property
    def rows(self) -> int:
        """How many worlds wait to be written."""
        return len(self._outcomes)

    def add(self, item: Item, arm: Arm) -> None:
        """Takes a world."""
        self._rows.append((
            arm.key, item.group, arm.policy, item.draw, item.replicate, item.world_seed, arm.status,
            arm.error, arm.wall_s, self.host, self.worker, round(arm.started * 1000),
        ))  # fmt: skip
        self._outcomes.append(arm.outcomes)
        if arm.series or arm.horizon:
            self._add_series(item, arm)

    def _add_series(self, item: Item, arm: Arm) -> None:
        last = arm.months[-1:]
        blocks = [(name, arm.months, values) for name, values in arm.series.items()]
        blocks += [(name, last, values[None, :]) for name, values in arm.horizon.items()]
        blocks += [(name, arm.census, values) for name, values in arm.kinds.items()]
        for outcome, months, values in blocks:
            n = values.size
            parts: tuple[list[Any], ...] = (
                [item.group] * n, [arm.policy] * n, [item.draw] * n, [item.replicate] * n,
                np.repeat(months, len(arm.basins)).tolist(), list(arm.basins) * len(months), [outcome] * n,
                values.ravel().tolist(),
            )  # fmt: skip
            for column, part in zip(self._series.values(), parts):
                column.extend(part)

    def write(self, folder: Folder) -> str:
        """Writes what waits, if anything, and forgets it. Returns the name of the shard."""
        return folder.write_shard(self.worker, *self.take()) if self.rows else ""

    def take(self) -> "tuple[pa.Table, pa.Table | None]":
        """The worlds that wait and their series, as tables, and forgets them."""
        found = self._runs(), self._months() if self._series["value"] else None
        self._clear()
        return found

    def _runs(self) -> "pa.Table":
        import pyarrow as pa

        types = runs_types()
        given = dict(zip((*IDENTITY, *META), zip(*self._rows)))
        columns = {name: pa.array(given[name], types[name]) for name in IDENTITY}
        known = set(self.outcomes)
        facts = dict.fromkeys(name for row in self._outcomes for name in row if name not in known)
        for name in (*self.outcomes, *facts):
            columns[name] = pa.array([row.get(name) for row in self._outcomes], pa.float64())
        columns |= {name: pa.array(given[name], types[name]) for name in META}
        return pa.table(columns).replace_schema_metadata(self.about)

    def _months(self) -> "pa.Table":
        import pyarrow as pa

        text, number = pa.dictionary(pa.int32(), pa.string()), pa.int32()
        types = (text, text, number, number, number, text, text, pa.float64())
        return pa.table(
            {
                name: pa.array(self._series[name], pa.string()).dictionary_encode().cast(kind)
                if kind == text
                else pa.array(self._series[name], kind)
                for name, kind in zip(SERIES_COLUMNS, types)
            }
        )


def runs_types() -> "dict[str, pa.DataType]":
    """Types of the columns of a shard of worlds that are not outcomes."""
    import pyarrow as pa

    text, number = pa.string(), pa.int64()
    kinds = (pa.binary(16), text, text, number, number, number, text, text)
    meta = (pa.float64(), text, text, pa.timestamp("ms", "UTC"))
    return dict(zip((*IDENTITY, *META), (*kinds, *meta)))
