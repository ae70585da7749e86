"""What a run folder is exported as, and what its dictionary says of it."""

import csv
from pathlib import Path

from experiments.export import SHEETS, export
from experiments.views import connect, tables


def told_whole(folder: Path) -> set[str]:
    """Every table that was written is a view and an exported file, and each but the dictionary, with every
    column, is in the dictionary, which names no other. Names of the tables."""
    written = {path.stem for path in folder.glob("*.csv")} | {"parameters"}
    written |= {name for name in ("runs", "series") if any((folder / name).glob("*.parquet"))}
    connection = connect(folder)
    assert set(tables(connection)) == written
    assert {path.stem for path in export(folder, "csv")} == {SHEETS.get(name, name) for name in written}
    with (folder / "dictionary.csv").open(encoding="utf-8", newline="") as stream:
        named = {(row["file"], row["name"]) for row in csv.DictReader(stream)}
    assert {file for file, _ in named} == written - {"dictionary"}
    for name in written - {"dictionary"}:
        lacking = {(name, column) for column in connection.table(name).columns} - named
        assert not lacking
    return written
