"""The series of a run folder, basin by basin, at a few dates."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.folder import Folder
from experiments.index import codes
from experiments.sealed import read
from experiments.summary import Place, Results

if TYPE_CHECKING:
    import pyarrow as pa


class Cells:
    """Outcomes by basin of the worlds that ended well. ``months``: dates that are kept beside the horizon."""

    def __init__(self, folder: Folder, results: Results, outcomes: Collection[str], months: Collection[int]):
        self.results = results
        self.groups = {group.name: group for group in results.experiment.groups}
        self._found: dict[tuple[str, str, str, int], np.ndarray] = {}
        self._rows = {arm: _rows(results.places(*arm)) for arm in results.arms()}
        self._column = {
            name: {basin.id: j for j, basin in enumerate(group.case.territory.basins)}
            for name, group in self.groups.items()
        }
        for path in folder.shards("series"):
            self._read(path, outcomes, {*months, *(self.horizon(name) for name in self.groups)})

    def horizon(self, group: str) -> int:
        """The last month of a group."""
        return max(spec.horizon_months for spec in self.groups[group].arms.values())

    def at(self, group: str, policy: str, outcome: str, month: int) -> np.ndarray:
        """An outcome at a date, world by world in the order of the results' ``places``, and basin by basin in
        that of the territory; not a number where the folder lacks it."""
        shape = len(self.results.places(group, policy)), len(self._column[group])
        found = self._found.get((group, policy, outcome, month))
        return np.full(shape, np.nan) if found is None else found

    def months(self, group: str, outcome: str) -> list[int]:
        """The dates at which some arm of a group has an outcome."""
        return sorted({m for g, _, name, m in self._found if (g, name) == (group, outcome)})

    def _read(self, path: Path, outcomes: Collection[str], months: Collection[int]) -> None:
        import pyarrow as pa
        from pyarrow import compute

        table = read(path)
        wanted = compute.and_(
            compute.is_in(table["outcome"].cast("string"), pa.array(list(outcomes))),
            compute.is_in(table["month"].cast("int64"), pa.array(list(months))),
        )
        table = table.filter(wanted)
        basin, basins = codes(table["basin"].cast("string"))
        draw, replicate, value = (table[name].to_numpy() for name in ("draw", "replicate", "value"))
        for (group, policy, outcome, month), these in _blocks(table):
            rows = self._rows.get((group, policy))
            if rows is None:
                continue
            these = these[(draw[these] < rows.shape[0]) & (replicate[these] < rows.shape[1])]
            these = these[rows[draw[these], replicate[these]] >= 0]
            column = np.array([self._column[group].get(name, -1) for name in basins], int)
            key = (group, policy, outcome, month)
            found = self._found.setdefault(key, self.at(group, policy, "", 0))
            found[rows[draw[these], replicate[these]], column[basin[these]]] = value[these]


def _blocks(table: "pa.Table") -> Iterator[tuple[tuple[str, str, str, int], np.ndarray]]:
    """The rows of a table of series by group, policy, outcome and month."""
    if not table.num_rows:
        return
    texts = [codes(table[name].cast("string")) for name in ("group", "policy", "outcome")]
    month = table["month"].to_numpy()
    mixed = np.zeros(table.num_rows, np.int64)
    for code, size in (*((code, len(names)) for code, names in texts), (month, int(month.max()) + 1)):
        mixed = mixed * size + code
    order = np.argsort(mixed, kind="stable")
    starts = np.flatnonzero(np.diff(mixed[order], prepend=-1))
    for these in np.split(order, starts[1:]):
        group, policy, outcome = (names[code[these[0]]] for code, names in texts)
        yield (group, policy, outcome, int(month[these[0]])), these


def _rows(places: list[Place]) -> np.ndarray:
    """Which row of an arm each draw and replicate is, -1 where it has none; shape (draws, replicates)."""
    draws, replicates = np.array(places, int).T
    found = np.full((draws.max() + 1, replicates.max() + 1), -1)
    found[draws, replicates] = np.arange(len(places))
    return found
