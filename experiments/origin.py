"""The command that made a run folder, as its manifest or its shards say: what its reader has to give again
where the folder alone is not enough."""

import json
import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from experiments.files import FIT, MANIFEST, RUNS

# from a program, from a folder alone, from a worker of earlier versions
_NOT_THE_FIRST = re.compile(r"(tremplin( rerun\b.*| \d+ \d+ \d+)?)?")


def remedy(path: Path) -> str:
    """What to do where a folder alone is not enough."""
    return f"give the command that made the folder again{': ' if (line := command_of(path)) else ''}{line}"


def command_of(path: Path) -> str:
    """The command line that made a folder, for the folder as it is called now: it may have been moved or
    copied. Empty if nothing in the folder says so."""
    line = next((line for line in _said(path) if not _NOT_THE_FIRST.fullmatch(line)), "")
    # a fit is one command, and each of its waves a folder
    return _into(next((up for up in path.parents if (up / FIT).exists()), path), line)


def _into(folder: Path, line: str) -> str:
    """A command line with this folder for ``--out``, whether it had another one or none; as it is if it has
    no words."""
    try:
        words = shlex.split(line)
    except ValueError:
        return line
    if not words:
        return line
    kept = [
        word
        for before, word in zip(["", *words], words)
        if not word.startswith("--out=") and "--out" not in (before, word)
    ]
    return shlex.join([*kept, "--out", str(folder)])


def _said(path: Path) -> Iterator[str]:
    with suppress(OSError, ValueError, KeyError, TypeError):
        yield str(json.loads((path / MANIFEST).read_text("utf-8"))["command_line"])
    import pyarrow as pa
    from pyarrow import parquet

    for shard in sorted((path / RUNS).glob("part-*.parquet"), key=_written):
        with suppress(OSError, pa.ArrowException, UnicodeDecodeError):
            yield ((parquet.read_metadata(shard).metadata or {}).get(b"command_line", b"")).decode()


def _written(shard: Path) -> float:
    try:
        return shard.stat().st_mtime
    except FileNotFoundError:  # another command has just set it aside
        return 0.0
