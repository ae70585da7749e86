"""Jobs by kind of firm at a few dates: who gains and who loses.

A firm keeps its kind for good and has the same in every world of a draw, so a difference between two worlds
is jobs, never firms that moved from one kind to another.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.economy.sectors import NAMES
from sim.state import basin_of_rows

if TYPE_CHECKING:
    from sim.world import World

MILESTONES = (36, 60, 120)  # months: three, five and ten years
SIZE, SECTOR = "size", "sector"
BOUNDS = (10.0, 50.0)  # jobs at the start, of the second and of the third class; whole heads are rounded down
SIZES = {
    "1 to 9 jobs": ("jobs_size_1_9", "Jobs of firms that had fewer than 10 jobs at the start."),
    "10 to 49 jobs": ("jobs_size_10_49", "Jobs of firms that had 10 to 49 jobs at the start."),
    "50 jobs and more": ("jobs_size_50", "Jobs of firms that had 50 jobs and more at the start."),
    "founded since": ("jobs_size_new", "Jobs of firms founded since the start."),
}
SECTORS = {
    name.replace("_", " "): (f"jobs_sector_{name}", f"Jobs of firms of the sector {name.replace('_', ' ')}.")
    for name in NAMES
}
KINDS = {SIZE: SIZES, SECTOR: SECTORS}
BY_KIND = {column: ("jobs", words) for kinds in KINDS.values() for column, words in kinds.values()}


class Census:
    """Counts the jobs of a world by kind of firm and basin; made at its start, asked after three, five and
    ten years and at its end. ``months``: of the counts made so far."""

    def __init__(self, world: "World"):
        size = world.tables.size
        basins = len(world.tables.basins)
        self._basin = basin_of_rows(world.tables)
        kind = np.full(len(size), len(BOUNDS) + 1)
        alive = size > 0
        kind[alive] = np.searchsorted(BOUNDS, size[alive], "right")
        self._class = kind * basins + self._basin
        self.months: list[int] = []
        self._counts: list[np.ndarray] = []

    def __copy__(self) -> "Census":
        """The counts made so far, to go on with in another world that was the same until now."""
        found = Census.__new__(Census)
        found._basin, found._class = self._basin, self._class
        found.months, found._counts = list(self.months), list(self._counts)
        return found

    def look(self, world: "World") -> None:
        """Counts if the world stands at a milestone or at its end."""
        if world.month in MILESTONES or world.month == world.spec.horizon_months:
            self.months.append(world.month)
            sector = world.tables.sector * len(world.tables.basins) + self._basin
            found = [_jobs(world, self._class, len(SIZES)), _jobs(world, sector, len(SECTORS))]
            self._counts.append(np.concatenate(found))

    def series(self) -> dict[str, np.ndarray]:
        """The counts by column; shape (months, basins)."""
        return dict(zip(BY_KIND, np.stack(self._counts, axis=1)))


def _jobs(world: "World", cell: np.ndarray, kinds: int) -> np.ndarray:
    """Jobs by kind and basin; shape (kinds, basins). ``cell``: kind * basins + basin of each firm."""
    basins = len(world.tables.basins)
    return np.bincount(cell, world.tables.size, minlength=kinds * basins).reshape(kinds, basins)
