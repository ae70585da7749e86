"""Sets aside what is damaged in a run folder, so that the same command may run it again. Deletes nothing but
unfinished files."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from experiments.drawn import has_parameters, read_parameters
from experiments.errors import Refused, unable
from experiments.files import (
    MANIFEST,
    PARAMETERS,
    RUNS,
    SERIES,
    set_aside,
    shards_in,
    unfinished,
    without_worlds,
)
from experiments.folder import Folder
from experiments.index import Index
from experiments.lock import locked
from experiments.origin import command_of
from experiments.restore import restored, runs_alone
from experiments.sealed import given_name, has_series, is_named, read, series_of
from sim.code import code_hash


@dataclass
class Repaired:
    """What was done. Names of files, from the folder. ``renamed``: files that have their name back; ``lost``:
    files that are not there, or no longer, and that only the ``command`` that made the folder writes again;
    ``alone``: whether the folder alone is enough to run what is missing.
    """

    aside: list[tuple[str, str]] = field(default_factory=list)  # and why
    renamed: list[tuple[str, str]] = field(default_factory=list)  # and the name
    removed: list[str] = field(default_factory=list)
    rows: int = 0
    shards: int = 0
    lost: list[str] = field(default_factory=list)
    command: str = ""
    alone: bool = True


def repair(path: Path) -> Repaired:
    """Looks at every file of a folder, then sets aside what is damaged. ``Refused`` if it is not a run folder
    or is being written; ``Unable``, and nothing is set aside, if one of its files cannot be read."""
    folder = Folder(path)
    if not (path / RUNS).exists():
        raise Refused(f"{path}: not a run folder (it has no {RUNS}/)")
    with locked(path):
        done = Repaired(command=command_of(path))
        try:
            _named_again(path, done)
            damaged = list(_damaged(folder, done))
            _leftovers(path, done)
            for what, why in damaged:
                _aside(path, what, why, done)
            with suppress(Refused):
                done.alone = runs_alone(restored(folder, counted=True).experiment)
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


def _named_again(path: Path, done: Repaired) -> None:
    """Gives shards that were renamed, as by what copies files, the names that they were given. One whose
    name is taken is another copy of it."""
    kinds = [(path / RUNS, path / SERIES), (path / SERIES, path / RUNS)]
    given = [
        (shard, shard.with_name(name))
        for here, there in kinds
        for shard in shards_in(here)
        if not is_named(shard) and (name := given_name(shard, (other.name for other in shards_in(there))))
    ]
    for shard, named in given:
        if not named.exists():
            os.replace(shard, named)
            done.renamed.append((str(shard.relative_to(path)), named.name))


def _damaged(folder: Folder, done: Repaired) -> Iterator[tuple[Path, str]]:
    """The files that go aside, and why."""
    of: dict[str, str] = {}  # that the shards must be of; nothing if the manifest is lost
    if folder.has_manifest:
        try:
            hashes = folder.manifest["hashes"]
            of = {"experiment": hashes["spec"], "code": hashes["code"]}
        except Refused as error:
            yield folder.path / MANIFEST, _why(error, folder.path / MANIFEST)
    for shard in folder.shards():
        yield from _shard(folder.path, shard, of, done)
    yield from _series(folder.path)
    yield from _parameters(folder.path)


def _shard(path: Path, shard: Path, of: dict[str, str], done: Repaired) -> Iterator[tuple[Path, str]]:
    """A shard that is not whole, is of something else or lacks its series goes aside with them."""
    series = series_of(shard)
    try:
        read(shard)
        found = Index([shard], of)
        if has_series(shard):
            read(series)
    except Refused as error:
        why = _why(error, shard).removeprefix(f"{path}/")
        yield from ((one, why) for one in (shard, series) if one.exists())
    else:
        done.rows += found.rows
        done.shards += 1


def _series(path: Path) -> Iterator[tuple[Path, str]]:
    for series in without_worlds(path):
        yield series, "no worlds of that name"


def _parameters(path: Path) -> Iterator[tuple[Path, str]]:
    if (path / PARAMETERS).exists():
        try:
            read_parameters(path)
        except Refused as error:
            yield path / PARAMETERS, _why(error, path / PARAMETERS)


def _why(error: Refused, file: Path) -> str:
    """Why a file was refused, without its name and what to do."""
    return str(error).partition("; ")[0].removeprefix(f"{file}: ")


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
    set_aside(path, what)
    done.aside.append((str(what.relative_to(path)), why))
