"""Where the uncertainties of each draw come from: the posterior sample that is shipped, their defaults, their
priors, or a file of rows."""

import csv
import hashlib
import json
import math
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.errors import Refused
from scenarios.problems import Place, Report, number_text, quoted
from scenarios.territory import FOR_EXCEL, delimiter
from sim.parameters import SCHEME_BEHAVIOUR, Uncertainty, uncertainties

if TYPE_CHECKING:
    import pyarrow as pa

DEFAULT, PRIOR, POSTERIOR = "default", "prior", "posterior"
CHUNK = 1024
WORDS_A_BLOCK = 4  # of the generator: what one step of its counter gives
LARGEST_FILE = 10**9
LONGEST_HEADER = 10**5  # characters that are looked at to tell what stands between cells


@dataclass(frozen=True)
class Source:
    """Rows of parameter values. Draw k takes row k, modulo the number of rows.

    ``rows``: shape (rows, uncertainties), float64, in the order of ``declared``; None where they are drawn
    from the priors, of which there is no end. ``warning``: what the reader should know of them, if anything.
    """

    name: str
    declared: tuple[Uncertainty, ...]
    rows: np.ndarray | None
    seed: int
    warning: str = ""
    _chunk: dict[int, np.ndarray] = field(default_factory=dict, repr=False, compare=False)

    @property
    def whole(self) -> bool:
        """Whether all its rows are known, and not only those that some run took."""
        return True

    @property
    def known(self) -> int:
        """How many draws have a row that is known, from the first one on."""
        return sys.maxsize

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The uncertainties, in declared order."""
        return tuple(u.name for u in self.declared)

    def row(self, draw: int) -> np.ndarray:
        """The values of a draw, in declared order; they depend on nothing else."""
        if self.rows is not None:
            return self.rows[draw % len(self.rows)]
        number, place = divmod(draw, CHUNK)
        if number not in self._chunk:
            self._chunk.clear()  # draws come in order: one chunk is enough
            self._chunk[number] = self._drawn(number)
        return self._chunk[number][place]

    def draws(self, count: int) -> Iterator[np.ndarray]:
        """The rows of draws 0 to count - 1, one by one."""
        return (self.row(draw) for draw in range(count))

    def _drawn(self, number: int) -> np.ndarray:
        """``CHUNK`` rows of the priors: the numbers of each uncertainty are one long sequence, entered here
        at a place."""
        from sim.draws import generator

        chunk = np.tile([u.default for u in self.declared], (CHUNK, 1))
        for j, u in enumerate(self.declared):
            if u.prior == "uniform":
                gen = generator(self.seed, _stream(u.name))
                gen.bit_generator.advance(number * CHUNK // WORDS_A_BLOCK)  # type: ignore[attr-defined]
                chunk[:, j] = u.low + (u.high - u.low) * gen.random(CHUNK)
        return chunk

    def hash(self) -> str:
        """Hash (32 hex digits) of what decides the rows, the seed of the experiment apart."""
        if self.rows is not None:
            what = [self.name in (DEFAULT,), self.names]
            content = self.rows.astype("<f8").tobytes()
        else:
            what = [(u.name, u.default, u.low, u.high, u.prior) for u in self.declared]
            content = b""
        return hashlib.blake2b(json.dumps(what).encode() + content, digest_size=16).hexdigest()


def _stream(name: str) -> int:
    from sim.draws import INPUTS

    digest = hashlib.blake2b(name.encode(), digest_size=6).digest()
    return int.from_bytes(digest, "little") << 16 | INPUTS


def source(name: str, schemes: Iterable[str], seed: int) -> Source:
    """The source called ``posterior``, ``default`` or ``prior``, or the file of that path (``.csv`` or
    ``.parquet``).

    ``schemes``: those whose uncertainties are wanted beside the economy's. Raises ``Refused``, or
    ``ScenarioError`` with all that is wrong in the file.
    """
    declared = uncertainties(dict.fromkeys(schemes))
    if name == DEFAULT:
        return Source(name, declared, np.array([[u.default for u in declared]]), seed)
    if name == PRIOR:
        return Source(name, declared, None, seed)
    if name == POSTERIOR:
        return _posterior(declared, seed)
    path = Path(name)
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise Refused(
            f"--parameters: unknown source (got {name!r}); allowed: posterior, default, prior, a .csv or "
            ".parquet file"
        )
    if path.is_dir():
        raise Refused(f"{name}: is a folder; a .csv or .parquet file is wanted")
    if not path.is_file():
        raise Refused(f"{name}: no such file")
    if path.stat().st_size > LARGEST_FILE:
        raise Refused(f"{name}: too large; allowed: at most 1 GB")
    report = Report(name)
    rows = (_csv if suffix == ".csv" else _parquet)(path, declared, report)
    report.raise_if_any()
    return Source(name, declared, rows, seed)


def _posterior(declared: tuple[Uncertainty, ...], seed: int) -> Source:
    """The shipped sample. It is refused if what it was fitted to has changed since, and comes with a warning
    if the simulation has."""
    from calibration.frozen import changed
    from calibration.posterior import MANIFEST, SAMPLE, SHIPPED
    from sim.code import source_hash

    remedy = (
        "fit anew (python -m calibration.frozen, then tremplin calibrate), or run with --parameters default"
    )
    try:
        manifest = json.loads((SHIPPED / MANIFEST).read_text("utf-8"))
        table = _read(SHIPPED / SAMPLE)
    except (OSError, ValueError) as error:
        raise Refused(f"{SHIPPED}: the posterior sample cannot be read ({error}); {remedy}") from None
    differs = changed(manifest["frozen"])
    if differs:
        raise Refused(
            f"{SHIPPED}: the posterior sample is not one of this model: since it was made, "
            f"{', and '.join(differs)} changed; {remedy}"
        )
    # not by ``to_numpy``, which loads pandas
    rows = np.column_stack([np.from_dlpack(table.column(u.name).combine_chunks()) for u in declared])
    warning = ""
    if manifest["sources"] != source_hash():
        warning = (
            "The posterior sample was made with another version of the simulation: most probably it still "
            "fits, and tremplin validate shows whether; tremplin calibrate makes another"
        )
    return Source(POSTERIOR, declared, rows, seed, warning)


def _places(header: list[str], declared: tuple[Uncertainty, ...], file: str, report: Report) -> list[int]:
    """For each column of a file, the position of its uncertainty, or -1 (those of schemes that are not there
    are left out: a sample of all serves every case); what is wrong is noted."""
    known = {u.name: j for j, u in enumerate(declared)}
    anywhere = {u.name: -1 for u in uncertainties(SCHEME_BEHAVIOUR)} | known
    for column, name in enumerate(header, 1):
        if name != "draw" and name not in anywhere:
            report.unknown(Place(file, 1, column), name, "unknown uncertainty", name, anywhere)
        if header.index(name) < column - 1:
            report.add(Place(file, 1, column), name, "this column stands twice")
    return [known.get(name, -1) for name in header]


def _value(value: float, u: Uncertainty, place: Place, got: str, report: Report) -> None:
    if not (math.isfinite(value) and u.low <= value <= u.high):
        allowed = f"{number_text(u.low)} to {number_text(u.high)} ({u.unit})"
        report.add(place, u.name, "out of bounds", got=got, allowed=allowed)


def _csv(path: Path, declared: tuple[Uncertainty, ...], report: Report) -> np.ndarray:
    """The rows of a CSV file; between cells stands what may stand there in a territory, and with semicolons
    or tabs a comma may be that of a decimal number."""
    file = str(path)
    found: list[np.ndarray] = []
    base = np.array([u.default for u in declared])
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            start = stream.read(LONGEST_HEADER).replace("\r", "\n")
            stream.seek(0)
            between = delimiter(start)
            lines = csv.reader(stream, delimiter=between)
            if FOR_EXCEL.match(start):
                next(lines)
            header = [name.strip() for name in next(lines, [])]
            places = _places(header, declared, file, report)
            for cells in lines:
                if not cells:
                    continue
                row = base.copy()
                if len(cells) != len(header):
                    what = f"{len(header)} cells are wanted, as in the first line"
                    if between == "," and len(cells) > len(header):
                        what += "; between commas, decimal numbers have a point"
                    report.add(Place(file, lines.line_num, 1), "", what, got=str(len(cells)))
                for column, (j, text) in enumerate(zip(places, cells), 1):
                    place = Place(file, lines.line_num, column)
                    if j < 0:
                        continue
                    try:
                        row[j] = float(text if between == "," else text.replace(",", ".", 1))
                    except ValueError:
                        report.add(place, declared[j].name, "must be a number", got=quoted(text))
                    else:
                        _value(row[j], declared[j], place, text.strip(), report)
                found.append(row)
    except (UnicodeDecodeError, csv.Error) as error:
        report.add(Place(file), "", f"is not a CSV file in UTF-8: {error}")
    if not found and not report.count:
        report.add(Place(file), "", "has no row; give at least one")
    return np.array(found)


def _read(path: Path) -> "pa.Table":
    """The table of a file. Not by ``read_table``, for which pyarrow loads what reads many files at once, and
    with it pandas: a third of a second before the first world."""
    from pyarrow import parquet

    with parquet.ParquetFile(path) as file:
        return file.read()


def _parquet(path: Path, declared: tuple[Uncertainty, ...], report: Report) -> np.ndarray:
    import pyarrow as pa

    file = str(path)
    try:
        table = _read(path)
    except (pa.ArrowException, OSError) as error:
        report.add(Place(file), "", f"is not a parquet file: {str(error).splitlines()[0]}")
        return np.empty(0)
    if not table.num_rows:
        report.add(Place(file), "", "has no row; give at least one")
    rows = np.tile([u.default for u in declared], (table.num_rows, 1))
    places = _places(table.column_names, declared, file, report)
    for column, j in enumerate(places):
        if j < 0:
            continue
        u = declared[j]
        try:
            rows[:, j] = table.column(column).cast(pa.float64()).to_numpy()
        except (pa.ArrowException, ValueError):
            report.add(Place(file, 1, column + 1), u.name, "must be numbers")
            continue
        wrong = np.flatnonzero(~((rows[:, j] >= u.low) & (rows[:, j] <= u.high)))
        for row in wrong[:10]:
            value = float(rows[row, j])
            _value(value, u, Place(file, int(row) + 1, column + 1), f"{value:g}", report)
    return rows
