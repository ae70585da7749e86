"""Files that are there as a whole or not at all, whenever the power goes."""

import os
import re
import socket
import time
import uuid
from contextlib import suppress
from pathlib import Path

from experiments.errors import unreadable

# of a run folder
MANIFEST, PARAMETERS = "manifest.json", "parameters.parquet"
RUNS, SERIES, DAMAGED = "runs", "series", "damaged"
FIT = "fit.json"  # of the folder of a fit, which holds run folders
# that commands write as CSV files, in the order in which they are shown
TABLES = (
    "summary", "validation", "families", "shrinkage", "tradeoffs", "shares", "decision", "groups",
    "evaluation", "evaluations", "indices", "convergence", "boxes", "regret", "data", "dictionary",
)  # fmt: skip
STALE_SECONDS = 600.0  # a file takes seconds to write
NOT_THERE = (FileNotFoundError, NotADirectoryError)
_SHARD = re.compile(r"part-.*\.parquet")


def content_of(path: Path) -> bytes:
    """The bytes of a file; ``FileNotFoundError`` if there is none, ``Unable`` if it cannot be read."""
    try:
        return path.read_bytes()
    except NOT_THERE as error:
        raise FileNotFoundError(path) from error
    except OSError as error:
        raise unreadable(error, path) from None


def shards_in(folder: Path) -> list[Path]:
    """The shards in a folder, by name; none where it is not there, ``Unable`` if it cannot be read, or is a
    file: globbing would find none there either."""
    try:
        names = os.listdir(folder)
    except OSError as error:
        if isinstance(error, NOT_THERE) and not folder.exists():
            return []
        raise unreadable(error, folder) from None
    return [folder / name for name in sorted(names) if _SHARD.fullmatch(name)]


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Writes a file under a temporary name, synchronises, renames, synchronises the folder."""
    temporary = temporary_name(path)
    try:
        with temporary.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(temporary, path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def temporary_name(path: Path) -> Path:
    """A name beside ``path`` that no reader takes for a finished file."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")


def put_in_place(temporary: Path, path: Path) -> None:
    """Gives a synchronised temporary file its name, and synchronises the folder."""
    os.replace(temporary, path)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            with suppress(OSError):  # some network file systems cannot
                os.fsync(folder)
        finally:
            os.close(folder)


def unfinished(folder: Path) -> list[Path]:
    """What is being written in a folder, or was when its process ended."""
    return sorted(folder.rglob(".*.tmp"))


def clear(folder: Path) -> None:
    """Removes what processes left unfinished in a folder that is locked, and sets aside series whose worlds
    were not written after them: these run again, with the same series. Locks of other computers may not be
    seen here: what may be theirs is left while it is young."""
    for path in unfinished(folder):
        with suppress(OSError):
            if _is_left(path):
                path.unlink()
    for path in without_worlds(folder):
        with suppress(OSError):
            if _is_left(path):
                set_aside(folder, path)


def without_worlds(folder: Path) -> list[Path]:
    """Series whose worlds are not there: their process ended between the two files."""
    return [path for path in shards_in(folder / SERIES) if not (folder / RUNS / path.name).exists()]


def set_aside(folder: Path, path: Path) -> None:
    """Moves a file of a folder to where damaged ones are."""
    place = folder / DAMAGED / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}" / path.relative_to(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, place)


def _is_left(path: Path) -> bool:
    """Whether nobody writes a file any more, of a folder that is locked here."""
    ours = path.name.removeprefix(".").startswith(f"part-{socket.gethostname()}-")
    return ours or time.time() - path.stat().st_mtime > STALE_SECONDS
