"""The workbook of a run in a real spreadsheet, LibreOffice: every sheet opens, with the folder's numbers."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.export import export

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not OFFICE, reason="no spreadsheet here: install libreoffice-calc"),
]
# separator, quote and character set of the CSV files, values instead of what cells show, every sheet
EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_every_sheet_opens_with_its_numbers(small: Path, tmp_path: Path) -> None:
    made = tmp_path / "mine"
    command = ["compare", str(small / "policies.yaml"), "--draws", "3", "--jobs", "1", "--out", str(made)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    [book] = export(made)
    out = tmp_path / "read"
    command = [OFFICE, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
               "--convert-to", EVERY_SHEET, "--outdir", str(out), str(book)]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=180, check=True)
    sheets = {path.stem.removeprefix(f"{book.stem}-"): path for path in out.iterdir()}
    assert {"about", "summary", "worlds", "decision", "groups", "dictionary"} <= sheets.keys()
    for name in ("summary", "decision", "groups"):
        here, there = rows(made / f"{name}.csv"), rows(sheets[name])
        assert len(here) == len(there)
        for mine, its in zip(here, there):
            assert mine.keys() == its.keys()
            for column, text in mine.items():
                same(text, its[column])


def same(mine: str, its: str) -> None:
    try:
        number = float(mine)
    except ValueError:
        assert its == mine
    else:
        assert its == "" if number != number else float(its) == pytest.approx(number, rel=1e-9)
