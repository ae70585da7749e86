"""Which worlds a folder holds, read from its shards: keys, places, how they ended."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.errors import Refused
from experiments.runner import STATUSES
from experiments.sealed import aside, damaged, read
from scenarios.problems import typed

if TYPE_CHECKING:
    import pyarrow as pa

ARM = ("group", "policy")
KEY_BYTES = 16
PLACE_BYTES = 8  # draw and replicate
NO_ROW = -1


class Index:
    """The rows of some shards. Arrays over rows, in the order of the shards' names and then of their rows:

    ``arm`` (place in ``arms``, pairs of group and policy), ``draw``, ``replicate``, ``status`` (place in
    ``STATUSES``), ``key`` (16 bytes; none if not ``keys``). 10^6 rows take 27 MB and under a second. ``of``:
    what the shards must say of themselves, if they do (hashes of the experiment and of the code).
    """

    def __init__(self, shards: Iterable[Path], of: Mapping[str, str] | None = None, keys: bool = True):
        self.of = of or {}
        self.arms: dict[tuple[str, str], int] = {}
        self._read = (*ARM, "draw", "replicate", "status", *(["key"] if keys else []))
        kinds = (np.int16, np.int32, np.int32, np.int8, f"S{KEY_BYTES}")
        columns: list[list[np.ndarray]] = [[np.empty(0, kind)] for kind in kinds]
        self.folder = Path()
        for path in shards:
            self.folder = path.parent.parent
            for column, block in zip(columns, self._block(path)):
                column.append(block)
        # one after the other, so that two copies of one column are the most there ever are
        self.key = np.concatenate(columns.pop())
        self.status = np.concatenate(columns.pop())
        self.replicate = np.concatenate(columns.pop())
        self.draw = np.concatenate(columns.pop())
        self.arm = np.concatenate(columns.pop())
        self._sorted: dict[tuple[int, bool], np.ndarray] = {}
        self._taken: dict[int, np.ndarray] = {}  # places, of arms that were asked for

    @property
    def rows(self) -> int:
        """How many rows there are, worlds that were run twice included."""
        return len(self.arm)

    def _block(self, path: Path) -> tuple[np.ndarray, ...]:
        table = read(path, self._read)
        said = table.schema.metadata or {}
        for name, wanted in self.of.items():
            if said.get(name.encode(), wanted.encode()) != wanted.encode():
                raise Refused(f"{path}: is of another {name} than the folder; {aside(path)}")
        group, policy = (codes(table.column(name)) for name in ARM)
        arm = np.empty(table.num_rows, np.int16)
        for pair in set(zip(group[0].tolist(), policy[0].tolist())):
            arm_name = (group[1][pair[0]], policy[1][pair[1]])
            place = self.arms.setdefault(arm_name, len(self.arms))
            arm[(group[0] == pair[0]) & (policy[0] == pair[1])] = place
        status, names = codes(table.column("status"))
        if not set(names) <= set(STATUSES):
            raise damaged(path, f"a status is {sorted(set(names) - set(STATUSES))[0]!r}")
        status = np.array([STATUSES.index(name) for name in names], np.int8)[status]
        draw, replicate = (table.column(name).to_numpy().astype(np.int32) for name in ("draw", "replicate"))
        keys = fixed_bytes(table.column("key")) if "key" in self._read else np.empty(0, f"S{KEY_BYTES}")
        return arm, draw, replicate, status, keys

    def holds(self, group: str, policy: str, keys: Sequence[bytes], only_ok: bool = False) -> np.ndarray:
        """Whether the arm has a row of each key at its place (booleans, in the order of ``keys``, each a key
        and the ``place_bytes`` of its draw and replicate)."""
        wanted = np.array(keys, f"S{KEY_BYTES + PLACE_BYTES}")
        there = self._keys(self.arms.get((group, policy), -1), only_ok)
        if not len(there):
            return np.zeros(len(wanted), bool)
        place = np.searchsorted(there, wanted).clip(max=len(there) - 1)
        return there[place] == wanted

    def has_others(self, group: str, policy: str, keys: Sequence[bytes]) -> bool:
        """Whether the arm has rows at places of ``keys``, given as for ``holds``, and others than these."""
        arm = self.arms.get((group, policy), -1)
        lacking = _places(np.array(keys, f"S{KEY_BYTES + PLACE_BYTES}")[~self.holds(group, policy, keys)])
        if arm not in self._taken:
            self._taken[arm] = np.unique(_places(self._keys(arm)))
        there = self._taken[arm]
        if not len(there):
            return False
        return bool((there[np.searchsorted(there, lacking).clip(max=len(there) - 1)] == lacking).any())

    def _keys(self, arm: int, only_ok: bool = False) -> np.ndarray:
        """Sorted keys of an arm, with their places."""
        if (arm, only_ok) not in self._sorted:
            rows = self.arm == arm
            if only_ok:
                rows &= self.status == 0
            placed = np.empty(
                int(rows.sum()), [("key", f"S{KEY_BYTES}"), ("draw", ">u4"), ("replicate", ">u4")]
            )
            placed["key"], placed["draw"] = self.key[rows], self.draw[rows]
            placed["replicate"] = self.replicate[rows]
            self._sorted[arm, only_ok] = np.sort(placed.view(f"S{KEY_BYTES + PLACE_BYTES}"))
        return self._sorted[arm, only_ok]

    def worlds(self, draws: int, replicates: int) -> np.ndarray:
        """Rows of the worlds of the first draws and replicates, each world once: the row that ended well, if
        any, else the first. Sorted by arm, draw and replicate."""
        row_of = np.full(len(self.arms) * draws * replicates, NO_ROW, np.int32)
        asked = (self.draw < draws) & (self.replicate < replicates)
        for well in (False, True):  # those that ended well replace the others, and the first of them the rest
            rows = np.flatnonzero(asked & ((self.status == 0) == well))[::-1]
            place = self.arm[rows].astype(np.int64)
            for size, column in ((draws, self.draw), (replicates, self.replicate)):
                place *= size
                place += column[rows]
            row_of[place] = rows
            if len(self.key) and (self.key[rows] != self.key[row_of[place]]).any():
                raise Refused(f"{self.folder}: two worlds of other parameters stand for one draw; `tremplin "
                              f"repair {typed(self.folder)}` sets aside the wrong one")  # fmt: skip
        return row_of[row_of != NO_ROW]

    def beyond(self, draws: int, replicates: int) -> int:
        """How many worlds there are of further draws and replicates."""
        further = (self.draw >= draws) | (self.replicate >= replicates)
        places = np.column_stack([self.arm[further], self.draw[further], self.replicate[further]])
        return len(np.unique(places, axis=0))


def place_bytes(draw: int, replicate: int) -> bytes:
    """A place in the bytes behind a key: draw, then replicate."""
    return draw.to_bytes(4, "big") + replicate.to_bytes(4, "big")


def _places(keys: np.ndarray) -> np.ndarray:
    """The places behind some keys."""
    return keys.view([("key", f"S{KEY_BYTES}"), ("place", ">u8")])["place"].astype(np.uint64)


def codes(column: "pa.ChunkedArray") -> tuple[np.ndarray, list[str]]:
    """A column of texts as places in a list of its different texts."""
    if not len(column):
        return np.empty(0, np.int64), []
    array = column.combine_chunks().dictionary_encode()
    return array.indices.to_numpy(), array.dictionary.to_pylist()


def fixed_bytes(column: "pa.ChunkedArray") -> np.ndarray:
    """A column of 16-byte keys, without a Python object each."""
    if not len(column):
        return np.empty(0, f"S{KEY_BYTES}")
    array = column.combine_chunks()
    start = array.offset * KEY_BYTES
    content = array.buffers()[1][start : start + len(array) * KEY_BYTES]
    return np.frombuffer(content.to_pybytes(), f"S{KEY_BYTES}")
