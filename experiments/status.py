"""How far a run is, from its folder alone: from another terminal, another computer, or when all is over.

Nothing is written and no lock is needed: shards are whole or not there, and their dates tell the pace also
where a network file system hides who holds a lock.
"""

import socket
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from experiments.folder import Folder
from experiments.index import Index, codes
from experiments.items import Request
from experiments.lock import holders
from experiments.origin import command_of
from experiments.restore import restored, runs_alone
from experiments.runner import OK, STATUSES
from experiments.sealed import read

RECENT_SECONDS = 120.0  # over which the pace is measured
SHOWN_ERRORS = 5


@dataclass
class Status:
    """What a folder says of itself. ``command_line``: what made it, for the folder as it is called now;
    ``alone``: whether the folder alone is enough to go on. ``writers``: processes that wrote of late,
    ``away``: those of other computers; ``shards_missing``: parts of the array that have not all their worlds;
    ``shards_begun``: those of them that have some; ``precision``: what the manifest says of it."""

    folder: Path
    command_line: str
    question: str
    worlds: int
    counts: dict[str, int]
    running: list[dict[str, Any]]
    last_written_s: float | None
    per_minute: float
    writers: int
    away: int
    parts: int
    shards_missing: list[int]
    shards_begun: list[int]
    errors: list[tuple[int, str]] = field(default_factory=list)
    precision: dict[str, Any] = field(default_factory=dict)
    alone: bool = True

    @property
    def ended(self) -> int:
        """Worlds that have a row."""
        return sum(self.counts.values())

    @property
    def missing(self) -> int:
        """Worlds that have none."""
        return self.worlds - self.ended

    @property
    def active(self) -> bool:
        """Whether somebody holds it, or writes from another computer, whose locks may not be seen here."""
        return bool(self.running) or self.away > 0

    @property
    def unsettled(self) -> bool:
        """Whether a precision was asked for and has not been judged: draws may still be added."""
        return bool(self.precision) and "ended" not in self.precision

    @property
    def seconds_left(self) -> float | None:
        """At the pace of the last two minutes; None if nothing was written."""
        return self.missing / self.per_minute * 60 if self.per_minute and self.missing else None

    def as_json(self) -> dict[str, Any]:
        """The same for another program."""
        return {
            "folder": str(self.folder), "command_line": self.command_line, "worlds": self.worlds,
            "counts": self.counts, "missing": self.missing, "running": self.running,
            "last_written_s": self.last_written_s, "worlds_per_minute": self.per_minute,
            "writers": self.writers, "seconds_left": self.seconds_left, "parts": self.parts,
            "shards_missing": self.shards_missing, "shards_begun": self.shards_begun,
            "array": array(self.shards_missing) if self.parts > 1 else "",
            "errors": [{"worlds": n, "error": text} for n, text in self.errors],
            "precision": self.precision or None,
        }  # fmt: skip


def status_of(path: Path) -> Status:
    """Reads a folder. ``Refused`` if it is not one, or damaged."""
    folder = Folder(path)
    manifest = folder.manifest
    request = restored(folder, counted=True)
    shards = folder.shards()
    index = folder.index(manifest["hashes"])
    counts = request.counts(index)
    written = _written(shards)
    now = max([time.time(), *written.values()])  # the clock of a file server may be ahead of this one
    recent = {path: at for path, at in written.items() if at > now - RECENT_SECONDS}
    parts = int(manifest.get("engine", {}).get("parts", 1))
    missing = missing_parts(request, index, parts) if sum(counts.values()) < request.worlds else []
    writers = {shard.name.rpartition("-")[0] for shard in recent}
    away = {name for name in writers if not name.startswith(f"part-{socket.gethostname()}-")}
    return Status(
        path, command_of(path), manifest["spec"].get("question", ""), request.worlds, counts,
        holders(path), now - max(written.values()) if written else None, _pace(recent, written, now),
        len(writers), len(away), parts, missing,
        sorted(set(missing) & begun_parts(request, index, parts)),
        _errors(shards, request.rows(index)) if any(counts[s] for s in STATUSES if s != OK) else [],
        manifest.get("precision", {}), runs_alone(request.experiment),
    )  # fmt: skip


def missing_parts(request: Request, index: Index, parts: int) -> list[int]:
    """Parts of a division that have a world without a row."""
    arms = np.array([len(group.arms) for group in request.experiment.groups])
    items = np.arange(len(request.numbers))
    there = np.bincount(_numbers(request, index), minlength=len(items))
    return sorted(set((items[there < arms[items % len(arms)]] % parts + 1).tolist()))


def begun_parts(request: Request, index: Index, parts: int) -> set[int]:
    """Parts of a division that have a world with a row."""
    return set((_numbers(request, index) % parts + 1).tolist())


def _numbers(request: Request, index: Index) -> np.ndarray:
    """Numbers of the items whose worlds have rows, one a world."""
    places = {group.name: p for p, group in enumerate(request.experiment.groups)}
    rows = request.rows(index)
    group = np.array([places.get(name, 0) for name, _ in index.arms], int)[index.arm[rows]]
    pair = index.draw[rows].astype(int) * request.replicates + index.replicate[rows]
    return pair * len(places) + group


def array(parts: list[int]) -> str:
    """Numbers as batch systems take them: ``1,4-6``."""
    if not parts:
        return ""
    ends = np.flatnonzero(np.diff(parts) != 1)
    starts = [parts[0], *(parts[k + 1] for k in ends)]
    stops = [*(parts[k] for k in ends), parts[-1]]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, stops))


def _written(shards: list[Path]) -> dict[Path, float]:
    """When shards were written; one that `repair` has just set aside is left out."""
    found = {}
    for shard in shards:
        with suppress(FileNotFoundError):
            found[shard] = shard.stat().st_mtime
    return found


def _pace(recent: dict[Path, float], written: dict[Path, float], now: float) -> float:
    """Worlds a minute, by what was written in the last two minutes."""
    from pyarrow import parquet

    if not recent:
        return 0.0
    rows = sum(parquet.read_metadata(path).num_rows for path in recent)
    since = min(RECENT_SECONDS, now - min(written.values()) + 2.0)
    return rows / since * 60


def _errors(shards: list[Path], rows: np.ndarray) -> list[tuple[int, str]]:
    """The commonest errors of some rows, by their last line, and how many worlds had them."""
    found: Counter[str] = Counter()
    wanted = np.sort(rows)
    start = 0
    for path in shards:
        table = read(path, ["error"])
        place, texts = codes(table.column("error"))
        here = (
            wanted[np.searchsorted(wanted, start) : np.searchsorted(wanted, start + table.num_rows)] - start
        )
        start += table.num_rows
        for code, n in zip(*np.unique(place[here], return_counts=True)):
            if texts[code]:
                found[texts[code].strip().splitlines()[-1]] += int(n)
    return [(n, text) for text, n in found.most_common(SHOWN_ERRORS)]
