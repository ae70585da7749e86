"""Reading a territory: a CSV file, one labour basin (zone d'emploi) a row.

Comma, semicolon or tab between cells; with semicolons or tabs a comma may stand in a decimal number, as
French spreadsheets write it. The bounds are those of ``sim.spec.Basin``.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from scenarios.problems import Place, Report, nearest, quoted
from scenarios.texts import LARGEST_CSV, Named, Source, read_text
from sim.spec import Basin, SpecError

NOTES = ("source", "note")
COLUMNS = (*(f.name for f in fields(Basin)), *NOTES)
REQUIRED = ("id", "name", "smes", "large_sites")
_TYPES = {f.name: f.type for f in fields(Basin)}
_TRUE = ("true", "1", "yes", "oui", "vrai")
_FALSE = ("false", "0", "no", "non", "faux")
FOR_EXCEL = re.compile(
    r'"?sep=([,;\t])"?[,;\t ]*(\n|$)', re.IGNORECASE
)  # a first line that Excel does not show
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}(\.0+)?")
_DECIMAL = re.compile(r"[-+]?([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_SHARES = ("fragility", "unemployment", "dominant_share", "cooperation")
# what `where:` of a policy means by itself
_NO_REGION = {"all": "all basins", "fragile": "the most fragile third of basins"}
_SAMPLE: dict[str, Any] = {"id": "", "name": "", "smes": 1, "large_sites": 2000}
# columns that Basin does not bound itself
_EXTRA_BOUNDS = {"latitude": (-90, 90), "longitude": (-180, 180), "opens_month": (1, 12)}
_EXTRA_BOUNDS |= {"opens_year": (1900, 2200), "founders": (0, 2000)}


@dataclass(frozen=True)
class BasinTable:
    """The rows of a territory file. By basin: the line of its row, and the source and note of its figures."""

    name: str
    source: Source
    columns: tuple[str, ...]
    basins: tuple[Basin, ...]
    lines: dict[str, int] = field(default_factory=dict)
    notes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def place(self, basin: str, column: str) -> Place:
        """Where a cell stands."""
        return self.source.place(self.lines[basin], self.columns.index(column) + 1)


@dataclass(frozen=True)
class _Cell:
    place: Place
    path: str
    text: str


def read_territory(source: Source, report: Report, named: Named | None = None) -> BasinTable | None:
    """The basins of a CSV file; None if anything is wrong with it, every error being noted.

    In messages ``file:line:column`` counts columns of the table from 1, not characters.
    """
    text = read_text(source, report, largest=LARGEST_CSV, named=named)
    if text is None:
        return None
    before = report.count
    rows = list(_rows(text, source, report))
    if not rows:
        if report.count == before:
            report.add(source.place(1, 1), "", "the file is empty", allowed=", ".join(COLUMNS))
        return None
    line, header = rows[0]
    names = [cell.strip().lower() for cell in header]
    if len(names) > 5 * len(COLUMNS):
        got, allowed = str(len(names)), ", ".join(COLUMNS)
        report.add(source.place(line, 1), "", "too many columns", got=got, allowed=allowed)
        return None
    _check_header(names, source.place(line, 1), report, source)
    columns = {name: names.index(name) for name in names if name in COLUMNS}  # the others are noted
    commas = delimiter(text) != ","
    basins: list[Basin] = []
    lines: dict[str, int] = {}
    notes: dict[str, tuple[str, str]] = {}
    for line, cells in rows[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        read = _row(cells, len(names), columns, source, line, report)
        if read is None:
            continue
        basin = _basin(read, commas, report)
        _check_twice(read, lines, report)
        if basin is None or basin.id in notes:
            continue
        basins.append(basin)
        source_text, note = (read[n].text if n in read else "" for n in NOTES)
        notes[basin.id] = (source_text, note)
    if not basins and report.count == before:
        report.add(source.place(line, 1), "", "the territory has no basin; give at least one row")
    if report.count > before:
        return None
    return BasinTable(source.path.stem, source, tuple(names), tuple(basins), lines, notes)


def delimiter(text: str) -> str:
    """What stands between the cells of a CSV file that begins so: comma, semicolon or tab."""
    if declared := FOR_EXCEL.match(text):
        return declared[1]
    header = next((line for line in text.split("\n") if line.strip()), "")
    return max(",;\t", key=header.count)


def _rows(text: str, source: Source, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Line on which a row begins, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells and not (line == 1 and FOR_EXCEL.match(text)):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        report.add(source.place(line, 1), "", f"the row cannot be read: {error}; check its quotes")


def _check_header(names: list[str], at: Place, report: Report, source: Source) -> None:
    for i, name in enumerate(names):
        place = source.place(at.line, i + 1)
        if name in names[:i]:
            report.add(place, name, f"this column stands twice, first as column {names.index(name) + 1}")
        elif name not in COLUMNS:
            report.unknown(place, "", "unknown column", name, COLUMNS)
    for name in REQUIRED:
        if name not in names:
            report.add(at, name, "this column is missing")


def _check_twice(read: dict[str, _Cell], lines: dict[str, int], report: Report) -> None:
    """Notes a basin that stands on an earlier row, whatever else is wrong in either. ``lines``: by basin, the
    line on which it stands first."""
    cell = read.get("id")
    if cell is None or not cell.text:
        return
    line = lines.setdefault(cell.text, cell.place.line)
    if line != cell.place.line:
        what = f"this basin stands twice, first on line {line}"
        report.add(cell.place, cell.path, what, got=quoted(cell.text))


def _row(
    cells: list[str], width: int, columns: dict[str, int], source: Source, line: int, report: Report
) -> dict[str, _Cell] | None:
    """The cells of a row in the columns that are known, which stand at these places."""
    if len(cells) != width:
        got = f"{len(cells)} cells"
        column = min(len(cells), width) + 1
        what = f"the row must have as many cells as there are columns, {width}"
        report.add(source.place(line, column), "", what, got=got)
        return None
    texts = {name: cells[i].strip() for name, i in columns.items()}
    basin = texts.get("id", "")
    of = f"basin {basin[:60]}" if basin.isprintable() and basin else f"row {line}"
    return {
        name: _Cell(source.place(line, i + 1), f"{of}, column {name}", texts[name])
        for name, i in columns.items()
    }


def _basin(read: dict[str, _Cell], commas: bool, report: Report) -> Basin | None:
    """A basin of the cells of its row; each wrong cell is noted."""
    before = report.count
    values: dict[str, Any] = {}
    for name, cell in read.items():
        if name in NOTES:
            continue
        if not cell.text:
            if name in REQUIRED:
                report.add(cell.place, cell.path, "this cell must not be empty")
            continue
        value = _READERS[_TYPES[name]](cell, commas, report)
        if value is None:
            continue
        low, high = _EXTRA_BOUNDS.get(name, (value, value))
        if low <= value <= high:
            values[name] = value
        else:
            got, allowed = cell.text[:60], f"{low} to {high}"
            report.add(cell.place, cell.path, "out of bounds", got=got, allowed=allowed)
    try:
        basin = Basin(**_SAMPLE | values)
    except SpecError as error:
        alone = [found for found in (_alone(name, value) for name, value in values.items()) if found]
        for found in alone or [error]:  # where each cell is good by itself, two do not go together
            name = found.path.rsplit(".", 1)[-1]
            cell = read.get(name) or next(iter(read.values()))
            percent = name in _SHARES and 2.0 <= values[name] <= 100.0
            remedy = f"; a share, not a percentage: write {values[name] / 100:g}" if percent else ""
            report.add(cell.place, cell.path, found.message + remedy)
    _check_words(read, values, report)
    return basin if report.count == before else None


def _check_words(read: dict[str, _Cell], values: dict[str, Any], report: Report) -> None:
    """Notes a region whose name says something else to a policy, a share of no sector, a month of no year."""
    if meant := _NO_REGION.get(values.get("region", "")):
        cell = read["region"]
        what = f"a region needs another name; `where: {cell.text}` of a policy means {meant}"
        report.add(cell.place, cell.path, what, got=quoted(cell.text))
    if values.get("dominant_share", 0.0) > 0.0 and "dominant_sector" not in values:
        cell = read["dominant_share"]
        what = (
            "nothing has this share; name its sector in the column dominant_sector, or leave this cell empty"
        )
        report.add(cell.place, cell.path, what, got=cell.text)

    year = read.get("opens_year")
    if "opens_month" in values and not (year and year.text):
        cell = read["opens_month"]
        what = "this is a month of no year; name its year in the column opens_year, or leave this cell empty"
        report.add(cell.place, cell.path, what, got=cell.text)


def _alone(name: str, value: Any) -> SpecError | None:
    """What is wrong with one cell, whatever the others say."""
    try:
        Basin(**_SAMPLE | {name: value})
    except SpecError as error:
        return error
    return None


def _text(cell: _Cell, commas: bool, report: Report) -> str | None:
    if cell.text.isprintable() and len(cell.text) <= 200:
        return cell.text
    report.add(cell.place, cell.path, "must be one line of at most 200 characters", got=quoted(cell.text))
    return None


def _truth(cell: _Cell, commas: bool, report: Report) -> bool | None:
    word = cell.text.lower()
    if word in _TRUE + _FALSE:
        return word in _TRUE
    close = nearest(word, ("true", "false"))
    report.add(cell.place, cell.path, "unknown word", got=quoted(word), allowed="true, false", nearest=close)
    return None


def _whole(cell: _Cell, commas: bool, report: Report) -> int | None:
    if _WHOLE.fullmatch(cell.text):
        return int(cell.text.split(".")[0])
    together = re.sub(r"\s", "", cell.text)
    remedy = f"; write {together}" if _WHOLE.fullmatch(together) else ""
    report.add(cell.place, cell.path, f"must be a whole number{remedy}", got=quoted(cell.text))
    return None


def _decimal(cell: _Cell, commas: bool, report: Report) -> float | None:
    pointed = cell.text.replace(",", ".", 1)
    text = pointed if commas else cell.text
    if _DECIMAL.fullmatch(text):
        return float(text)
    percent = text.endswith("%") and _DECIMAL.fullmatch(pointed[:-1].strip())
    remedy = ""
    if percent:
        remedy = f"; write {float(pointed[:-1]) / 100:g}"
    elif _DECIMAL.fullmatch(pointed):
        remedy = f"; write {pointed}"
    report.add(cell.place, cell.path, f"must be a number{remedy}", got=quoted(cell.text))
    return None


_READERS: dict[Any, Callable[[_Cell, bool, Report], Any]] = {
    str: _text,
    bool: _truth,
    int: _whole,
    float: _decimal,
}
