"""Shards, read only as they were written: the name of each says a digest of its files.

``part-<worker>-<worlds>_<series>.parquet``: 16 hex digits for the file in ``runs/``, as many for that in
``series/``, ``none`` where there is none. So every byte is covered (the checksums of Parquet leave out the
footer), and names alone tell which series must be there. Shards of earlier versions have 32 digits of chance
in their place: they are read as they are. A shard of any other name has been renamed, and is not read.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import Refused
from experiments.files import RUNS, SERIES, content_of
from scenarios.problems import typed

if TYPE_CHECKING:
    import pyarrow as pa

NO_SERIES = "none"
DIGEST_BYTES = 8
_STEM = re.compile(rf"part-.+-(?P<{RUNS}>[0-9a-f]{{16}})_(?P<{SERIES}>[0-9a-f]{{16}}|{NO_SERIES})")
_NAME = re.compile(rf"{_STEM.pattern}\.parquet")
_EARLIER = re.compile(r"part-.+-[0-9a-f]{32}\.parquet")


def shard_name(worker: str, runs: memoryview, series: memoryview | None) -> str:
    """The name of a shard of these contents."""
    return f"part-{worker}-{_digest(runs)}_{NO_SERIES if series is None else _digest(series)}.parquet"


def is_named(path: Path) -> bool:
    """Whether a shard has a name as shards are given."""
    return bool(_NAME.fullmatch(path.name) or _EARLIER.fullmatch(path.name))


def given_name(path: Path, others: Iterable[str]) -> str:
    """The name that a shard was given before it was renamed: the one that its digest stands in, of what is
    left of that name in its own and of the names of ``others``; empty if there is none. ``Unable`` if it
    cannot be read."""
    digest = _digest(content_of(path))
    found = (_STEM.match(name) for name in (path.name, *others))
    return next((f"{said[0]}.parquet" for said in found if said and said[path.parent.name] == digest), "")


def has_series(path: Path) -> bool:
    """Whether a shard of worlds has series: by its name, or by what is there if its name does not say.
    ``Refused`` if it has another name than it was given."""
    if said := _said(path):
        return said[SERIES] != NO_SERIES
    return series_of(path).exists()


def series_of(path: Path) -> Path:
    """Where the series of a shard of worlds are."""
    return path.parent.parent / SERIES / path.name


def verified(path: Path) -> bytes:
    """The content of a shard; ``Refused`` if it is not what was written, naming the file and what to do;
    ``Unable`` if it cannot be read."""
    try:
        content = content_of(path)
    except FileNotFoundError:
        raise Refused(f"{path}: missing; {aside(path, 'its worlds')}") from None
    said = _said(path)
    if said and said[path.parent.name] != _digest(content):
        raise damaged(path, "it has changed since it was written")
    return content


def read(path: Path, columns: Sequence[str] | None = None) -> "pa.Table":
    """A shard, or some of its columns; ``Refused`` if it is not whole, naming the file and what to do;
    ``Unable`` if it cannot be read."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(pa.BufferReader(verified(path))) as shard:
            return shard.read(columns=list(columns) if columns else None, use_threads=False)
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise damaged(path, error) from None


def damaged(path: Path, why: object) -> Refused:
    """That a shard is damaged, why, and what to do."""
    return Refused(f"{path}: damaged ({str(why).splitlines()[0]}); {aside(path)}")


def aside(path: Path, what: str = "it") -> str:
    """What to do with a shard that cannot be used."""
    return (f"`tremplin repair {typed(path.parent.parent)}` sets {what} aside, and the command that made "
            "the folder then runs again what is missing")  # fmt: skip


def _said(path: Path) -> re.Match[str] | None:
    """The digests that the name of a shard says, None if an earlier version gave it."""
    if not is_named(path):
        raise Refused(
            f"{path}: has another name than it was given; `tremplin repair {typed(path.parent.parent)}` "
            "gives it that name again, or sets it aside where nothing says the name any more"
        )
    return _NAME.fullmatch(path.name)


def _digest(content: bytes | memoryview) -> str:
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).hexdigest()
