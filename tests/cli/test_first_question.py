"""The first question of docs/first-question.md: the file as written there is refused as shown, and as
corrected it is accepted."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app

TEXT = (Path(__file__).parents[2] / "docs" / "first-question.md").read_text("utf-8")
FILE = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
NAME = "days-or-partners.yaml"


@pytest.fixture
def slips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert FILE
    path = tmp_path / NAME
    path.write_text(FILE[1], "utf-8")
    return path


def test_slips_are_refused_as_shown(slips: Path) -> None:
    done = CliRunner().invoke(app, ["check", NAME])
    assert done.exit_code == 2
    for line in done.output.splitlines():
        assert line in TEXT
    assert len(done.output.splitlines()) == 2


def test_the_corrected_file_is_accepted(slips: Path) -> None:
    right = slips.read_text("utf-8").replace("efort", "effort").replace("fragil}", "fragile}")
    slips.write_text(right, "utf-8")
    done = CliRunner().invoke(app, ["check", NAME])
    assert done.exit_code == 0
    assert done.output.strip() in TEXT
    done = CliRunner().invoke(app, ["compare", NAME, "--dry-run"])
    assert done.exit_code == 0
    assert f"$ tremplin compare {NAME} --dry-run\n{done.stdout}$ " in TEXT


def test_the_answer_is_read_as_it_is_printed() -> None:
    days = {row[1]: float(row[2].replace(",", "")) for row in
            re.finditer(r"^ (published|buy-days) .*% +([\d,]+) +[\d.]+$", TEXT, re.MULTILINE)}  # fmt: skip
    assert 1 - days["buy-days"] / days["published"] == pytest.approx(1 / 6, abs=0.01)
    assert re.search(r"spare volunteers a sixth\s+of their days", TEXT)
    assert re.search(r"in 19\s+draws of 20, and 9 fewer in the other", TEXT)
