"""A run folder for a spreadsheet: tables as CSV files, or one workbook."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import Refused, Unable, unable
from experiments.files import TABLES, put_in_place, temporary_name, write_whole
from experiments.folder import Folder
from experiments.views import connect, tables
from scenarios.problems import typed

if TYPE_CHECKING:
    import duckdb

FOLDER = "export"
FORMATS = ("csv", "xlsx")
ORDER = (*TABLES[:-1], "runs", "parameters", "series", TABLES[-1])  # what explains the others last
SHEETS = {"runs": "worlds"}
MOST_ROWS = 1_048_576  # of a sheet, its header included
LONGEST_CELL = 32_767
WIDEST, NARROWEST = 60, 9
EXACT = 2**53  # beyond, a cell does not hold every whole number
LOOKED_AT = 200  # rows, for the width of a column
ABOUT = ("command_line", "question", "seed", "draws", "replicates", "parameters", "counts", "hashes",
         "versions", "platform", "times")  # fmt: skip


def export(path: Path, form: str = "xlsx") -> list[Path]:
    """Writes the tables of a run folder into its folder ``export``; the files written.

    ``csv``: one file a table, of any length. ``xlsx``: one workbook; a table longer than a sheet is left out,
    and the first sheet says so. Raises ``Refused`` for another format or a folder without worlds, ``Unable``
    where the workbook's library is not installed or the disk is full.
    """
    if form not in FORMATS:
        raise Refused(f"--format: unknown (got {form!r}); allowed: {', '.join(FORMATS)}")
    connection = connect(path)
    names = [name for name in ORDER if name in tables(connection)]
    target = path / FOLDER
    try:
        target.mkdir(exist_ok=True)
        if form == "csv":
            return [_csv(connection, name, target / f"{SHEETS.get(name, name)}.csv") for name in names]
        return [_workbook(connection, path, names, target / f"{path.resolve().name}.xlsx")]
    except OSError as error:
        raise unable(error, f"write in {target}") from None


def _csv(connection: "duckdb.DuckDBPyConnection", name: str, path: Path) -> Path:
    import duckdb

    temporary = temporary_name(path)
    quoted = str(temporary).replace("'", "''")
    try:
        connection.execute(f"copy ({_rows_of(name)}) to '{quoted}' (format csv, header true)")
    except duckdb.Error as error:
        temporary.unlink(missing_ok=True)
        raise Unable(f"cannot write {path}: {str(error).splitlines()[0]}") from None
    put_in_place(temporary, path)
    return path


def _workbook(
    connection: "duckdb.DuckDBPyConnection", path: Path, names: Sequence[str], target: Path
) -> Path:
    try:
        from openpyxl import Workbook
    except ImportError:
        raise Unable(
            "workbooks need openpyxl: pip install 'tremplin[report]', or ask for --format csv"
        ) from None
    book = Workbook(write_only=True)
    try:
        return _filled(book, connection, path, names, target)
    except OSError:
        _abandon(book)
        raise


def _filled(
    book: Any, connection: "duckdb.DuckDBPyConnection", path: Path, names: Sequence[str], target: Path
) -> Path:
    """Writes a new book with these tables."""
    first = book.create_sheet("about")
    left_out = []
    for name in names:
        (rows,) = connection.execute(f"select count(*) from {name}").fetchone() or (0,)
        if rows >= MOST_ROWS:
            left_out.append((SHEETS.get(name, name), rows))
        else:
            _sheet(book, connection, name)
    _about(first, path, left_out)
    content = BytesIO()  # an archive on a full disk cannot be closed, and says so when it is forgotten
    book.save(content)
    write_whole(target, content.getbuffer())
    return target


def _abandon(book: Any) -> None:
    """Ends the writers of the sheets of a book that cannot be written: forgotten, they would say so again."""
    for sheet in book.worksheets:
        for part, end in (("_rows", "close"), ("_writer", "close"), ("_writer", "cleanup")):
            with suppress(Exception):  # what cannot be written cannot be ended well either
                getattr(getattr(sheet, part), end)()


def _sheet(book: Any, connection: "duckdb.DuckDBPyConnection", name: str) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(SHEETS.get(name, name))
    found = connection.execute(_rows_of(name))
    columns = [column[0] for column in found.description or ()]
    rows = _rows(connection)
    start = [row for _, row in zip(range(LOOKED_AT), rows)]
    sheet.freeze_panes = "A2"
    for j, column in enumerate(columns):
        longest = max([len(column), *(len(_shown(row[j])) for row in start)])
        sheet.column_dimensions[get_column_letter(j + 1)].width = min(WIDEST, max(NARROWEST, longest + 2))
    header = []
    for column in columns:
        cell = WriteOnlyCell(sheet, value=column)
        cell.font = Font(bold=True)
        header.append(cell)
    sheet.append(header)
    count = 1
    for row in _joined(start, rows):
        sheet.append([_cell(value) for value in row])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"


def _rows_of(name: str) -> str:
    """A query of a table as it is written; the dictionary names files as they are named here."""
    if name != "dictionary":
        return f"select * from {name}"
    renamed = " ".join(f"when '{table}' then '{sheet}'" for table, sheet in SHEETS.items())
    return f"select * replace (case file {renamed} else file end as file) from {name}"


def _rows(connection: "duckdb.DuckDBPyConnection") -> Iterator[tuple[Any, ...]]:
    while rows := connection.fetchmany(4096):
        yield from rows


def _joined(start: list[tuple[Any, ...]], rest: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield from start
    yield from rest


def _cell(value: Any) -> Any:
    """What a cell can hold: no infinity, no whole number of too many digits (text, so that none is lost), no
    text that is too long or would be taken for a formula."""
    from datetime import datetime

    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, float) and value - value != 0.0:
        return None if value != value else str(value)
    if isinstance(value, int) and abs(value) > EXACT:
        return str(value)
    if isinstance(value, str):
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        clean = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
        return f"'{clean}" if clean.startswith("=") else clean
    return value


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str("" if value is None else value)


def _about(sheet: Any, path: Path, left_out: Sequence[tuple[str, int]]) -> None:
    manifest = Folder(path).manifest
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 100
    manifest = {**manifest, "question": manifest["spec"].get("question", "")}
    for name in ABOUT:
        value = manifest.get(name, "")
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        sheet.append([name, _cell(text)])
    sheet.append(["columns", "what every column means, and its unit: sheet dictionary"])
    command = f"tremplin export {typed(path)} --format csv"
    exact = f"parameters.parquet and runs/ have them exactly, and so has {command}"
    sheet.append(["numbers", f"16 digits, the last one rounded; {exact}"])
    for name, rows in left_out:
        sheet.append([name, f"left out: {rows:,} rows do not fit in a sheet; {command}"])
