"""The parameters of a run folder, a row a draw: written with a digest of their values, read only as they were
written. Files of earlier versions have none: they are read as they are."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.errors import Refused, unable
from experiments.files import PARAMETERS, content_of, put_in_place, temporary_name
from experiments.origin import remedy

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 8192  # rows
DIGEST, DIGEST_BYTES = b"digest", 16


def write_parameters(folder: Path, names: Sequence[str], rows: Iterable[np.ndarray]) -> None:
    """Writes the file of parameters of a folder; ``rows``: those of draws 0, 1, …, as ``names`` has them."""
    import pyarrow as pa
    from pyarrow import parquet

    path = folder / PARAMETERS
    schema = pa.schema([("draw", pa.int64()), *((name, pa.float64()) for name in names)])
    temporary, digest = temporary_name(path), _digest(schema.names)
    try:
        with temporary.open("wb") as stream:
            with parquet.ParquetWriter(stream, schema, compression="zstd") as writer:
                for start, some in _chunks(rows):
                    columns = [np.arange(start, start + len(some)), *np.array(some).T.copy()]
                    # not by ``pa.array``, which loads pandas: the first world waits for it
                    arrays = [
                        pa.Array.from_buffers(kind, len(some), [None, pa.py_buffer(column)])
                        for kind, column in zip(schema.types, columns)
                    ]
                    writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
                    _add(digest, columns)
                writer.add_key_value_metadata({DIGEST: digest.hexdigest()})
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise unable(error, f"write {path}") from None


def read_parameters(folder: Path) -> "pa.Table":
    """The parameters of a folder; ``Refused`` if they are missing or not what was written, ``Unable`` if they
    cannot be read."""
    return _read(folder)[0]


def too_few(folder: Path, rows: int, draws: int) -> Refused:
    """That a folder keeps the parameters of fewer draws than are asked for, and what to do."""
    return Refused(
        f"{folder / PARAMETERS}: holds {rows:,} draws where {draws:,} are needed; {_remedy(folder)}"
    )


def has_parameters(folder: Path, draws: int) -> bool:
    """Whether the parameters of so many draws are there as they were written."""
    with suppress(Refused):
        table, sure = _read(folder)
        return sure and table.num_rows >= draws
    return False


def _read(folder: Path) -> "tuple[pa.Table, bool]":
    """The table, and whether it has a digest."""
    import pyarrow as pa
    from pyarrow import parquet

    path = folder / PARAMETERS
    try:
        with parquet.ParquetFile(pa.BufferReader(content_of(path))) as file:
            table = file.read(use_threads=False)
    except FileNotFoundError:
        raise Refused(f"{path}: missing; {_remedy(folder)}") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Refused(f"{path}: damaged ({str(error).splitlines()[0]}); {_remedy(folder)}") from None
    said = (table.schema.metadata or {}).get(DIGEST)
    if said is not None:
        digest = _digest(table.column_names)
        with suppress(pa.ArrowException):  # of another kind, or with gaps: not what was written
            for start in range(0, table.num_rows, CHUNK):
                # not by ``to_numpy``, which loads pandas: the first world waits for it
                rows = table.slice(start, CHUNK).combine_chunks()
                _add(digest, [np.from_dlpack(column.chunk(0)) for column in rows.columns])
        if said != digest.hexdigest().encode():
            raise Refused(f"{path}: damaged (it has changed since it was written); {_remedy(folder)}")
    return table, said is not None


def _remedy(folder: Path) -> str:
    return f"{remedy(folder)} (it needs the file of its --parameters, if any, and runs no world twice)"


def _digest(names: Sequence[str]) -> Any:
    return hashlib.blake2b("\n".join(names).encode(), digest_size=DIGEST_BYTES)


def _add(digest: Any, columns: Sequence[np.ndarray]) -> None:
    for column in columns:
        digest.update(np.ascontiguousarray(column))


def _chunks(rows: Iterable[np.ndarray]) -> Iterator[tuple[int, list[np.ndarray]]]:
    start, kept = 0, []
    for row in rows:
        kept.append(row)
        if len(kept) == CHUNK:
            yield start, kept
            start, kept = start + CHUNK, []
    if kept:
        yield start, kept
