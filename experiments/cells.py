"""The series of a run folder, basin by basin, at a few dates."""

from collections.abc import Collection
from pathlib import Path

import numpy as np

from experiments.folder import Folder
from experiments.index import read
from experiments.summary import Place, Results


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
        frame = table.filter(wanted).to_pandas()
        keys = ["group", "policy", "outcome", "month"]
        for (group, policy, outcome, month), part in frame.groupby(keys, observed=True, sort=False):
            rows = self._rows.get((group, policy))
            if rows is None:
                continue
            draw, replicate = part["draw"].to_numpy(int), part["replicate"].to_numpy(int)
            there = (draw < rows.shape[0]) & (replicate < rows.shape[1])
            row = rows[np.where(there, draw, 0), np.where(there, replicate, 0)]
            there &= row >= 0
            column = np.array([self._column[group][basin] for basin in part["basin"]], int)
            key = (group, policy, outcome, int(month))
            block = self._found.setdefault(key, self.at(group, policy, "", 0))
            block[row[there], column[there]] = part["value"].to_numpy()[there]


def _rows(places: list[Place]) -> np.ndarray:
    """Which row of an arm each draw and replicate is, -1 where it has none; shape (draws, replicates)."""
    draws, replicates = np.array(places, int).T
    found = np.full((draws.max() + 1, replicates.max() + 1), -1)
    found[draws, replicates] = np.arange(len(places))
    return found
