"""Sets aside what is damaged in a run folder, so that the same command may run it again. Deletes nothing but
unfinished files."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from experiments.drawn import has_parameters, read_parameters
from experiments.errors import Refused, unable
from experiments.files import DAMAGED, MANIFEST, PARAMETERS, RUNS, SERIES, unfinished
from experiments.folder import Folder
from experiments.index import Index
from experiments.lock import locked
from experiments.origin import command_of
from experiments.restore import restored
from experiments.sealed import has_series, read, series_of
from sim.code import code_hash


@dataclass
class Repaired:
    """What was done. Names of files, from the folder. ``lost``: files that are not there, or no longer, and
    that only the ``command`` that made the folder writes again."""

    aside: list[tuple[str, str]] = field(default_factory=list)  # and why
    removed: list[str] = field(default_factory=list)
    rows: int = 0
    shards: int = 0
    lost: list[str] = field(default_factory=list)
    command: str = ""


def repair(path: Path) -> Repaired:
    """Looks at every file of a folder. ``Refused`` if it is not a run folder or is being written."""
    folder = Folder(path)
    if not (path / RUNS).is_dir():
        raise Refused(f"{path}: not a run folder (it has no {RUNS}/)")
    with locked(path):
        done = Repaired(command=command_of(path))
        try:
            _leftovers(path, done)
            of = _manifest(folder, done)
            for shard in folder.shards():
                _shard(path, shard, of, done)
            _series(path, done)
            _parameters(path, done)
            _strange(folder, done)
            done.lost = [name for name in (MANIFEST, PARAMETERS) if not (path / name).exists()]
        except OSError as error:
            raise unable(error, f"repair {path}") from None
    return done


def _leftovers(path: Path, done: Repaired) -> None:
    """Files that were being written when their process ended."""
    for left in unfinished(path):
        left.unlink()
        done.removed.append(str(left.relative_to(path)))


def _manifest(folder: Folder, done: Repaired) -> dict[str, str]:
    """Hashes that the shards must be of; none if the manifest is lost."""
    if not folder.has_manifest:
        return {}
    try:
        hashes = folder.manifest["hashes"]
        return {"experiment": hashes["spec"], "code": hashes["code"]}
    except Refused as error:
        why = str(error).partition("; ")[0].removeprefix(f"{folder.path / MANIFEST}: ")
        _aside(folder.path, folder.path / MANIFEST, why, done)
        return {}


def _shard(path: Path, shard: Path, of: dict[str, str], done: Repaired) -> None:
    """A shard that cannot be read whole, is of something else or lacks its series goes aside with them."""
    series = series_of(shard)
    try:
        read(shard)
        found = Index([shard], of)
        if has_series(shard):
            read(series)
    except Refused as error:
        why = str(error).partition("; ")[0].removeprefix(f"{shard}: ").removeprefix(f"{path}/")
        for one in (shard, series):
            if one.exists():
                _aside(path, one, why, done)
    else:
        done.rows += found.rows
        done.shards += 1


def _series(path: Path, done: Repaired) -> None:
    """Series whose worlds were never written: their process ended between the two files."""
    for series in sorted((path / SERIES).glob("part-*.parquet")):
        if not (path / RUNS / series.name).exists():
            _aside(path, series, "no worlds of that name", done)


def _parameters(path: Path, done: Repaired) -> None:
    if (path / PARAMETERS).exists():
        try:
            read_parameters(path)
        except Refused as error:
            why = str(error).partition("; ")[0].removeprefix(f"{path / PARAMETERS}: ")
            _aside(path, path / PARAMETERS, why, done)


def _strange(folder: Folder, done: Repaired) -> None:
    """Worlds that ran with other parameters than theirs: earlier versions did not see that these had changed.
    Where that cannot be known (an older file of them, another code), nothing is touched."""
    try:
        request = restored(folder)
        this_code = folder.manifest["hashes"]["code"] == code_hash()
    except Refused:
        return
    if not this_code or not (request.experiment.source.whole or has_parameters(folder.path, request.draws)):
        return
    for shard in folder.shards():
        index = Index([shard])
        if request.is_strange(index):
            for one in (shard, series_of(shard)):
                if one.exists():
                    _aside(folder.path, one, "worlds of other parameters", done)
            done.rows -= index.rows
            done.shards -= 1


def _aside(path: Path, what: Path, why: str, done: Repaired) -> None:
    name = what.relative_to(path)
    place = path / DAMAGED / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(what, place)
    done.aside.append((str(name), why))
