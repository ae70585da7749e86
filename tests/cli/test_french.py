"""The commands in French: answers and tables, what the folder remembers, an unknown language."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from experiments import lang
from experiments.cli import app

pytest.importorskip("babel")
ENGLISH = re.compile(r"\b(?:the|of|and|with|net jobs|worlds|draws|reported|folder|would|median|unit)\b", re.I)


def invoke(*arguments: str, code: int = 0) -> Result:
    lang.missed.clear()
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def here(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(small)
    return small


def test_a_comparison_in_french_is_remembered_by_its_folder(here: Path) -> None:
    done = invoke("compare", "policies.yaml", "--draws", "2", "--jobs", "1", "--out", "o", "--lang", "fr")
    assert lang.missed == set()
    assert "politique" in done.stdout
    assert "Dossier\N{NO-BREAK SPACE}: o" in done.stdout
    said = done.stdout.replace("A small case", "")
    assert not ENGLISH.search(said), ENGLISH.findall(said)
    assert json.loads((here / "o" / "manifest.json").read_text())["language"] == "fr"
    page = (here / "o" / "report.html").read_text("utf-8")
    assert '<html lang="fr">' in page
    assert "What does renewal change?" in page  # as its author wrote it
    assert (here / "o" / "summary.csv").read_text().startswith("group,policy,against,outcome")
    invoke("collect", "o", "--quiet")
    assert '<html lang="fr">' in (here / "o" / "report.html").read_text("utf-8")
    invoke("report", "o", "--lang", "en")
    assert '<html lang="en">' in (here / "o" / "report.html").read_text("utf-8")
    invoke("report", "o")
    assert (here / "o" / "report.html").read_text("utf-8") == page


def test_a_run_and_its_histories_are_written_again_in_french_without_new_worlds(here: Path) -> None:
    invoke("run", "case.yaml", "--draws", "2", "--jobs", "1", "--out", "o", "--quiet")
    before = sorted((here / "o" / "runs").iterdir())
    assert "language" not in json.loads((here / "o" / "manifest.json").read_text())
    assert '<html lang="en">' in (here / "o" / "report.html").read_text("utf-8")
    invoke("report", "o", "--lang", "fr")
    assert lang.missed == set()
    page = (here / "o" / "report.html").read_text("utf-8")
    assert "Cas typiques" in page
    assert "La zone du milieu, par emplois gagnés par PME" in page
    assert sorted((here / "o" / "runs").iterdir()) == before
    invoke("run", "case.yaml", "--draws", "2", "--jobs", "1", "--out", "o", "--lang", "fr")
    assert lang.missed == set()
    assert sorted((here / "o" / "runs").iterdir()) == before


def test_an_evaluation_in_french(here: Path) -> None:
    command = ["evaluate", "case.yaml", "--draws", "20", "--jobs", "1", "--out", "o", "--lang", "fr"]
    said = invoke(*command).stdout.replace("A small case", "")
    assert lang.missed == set()
    assert not ENGLISH.search(said), ENGLISH.findall(said)
    assert '<html lang="fr">' in (here / "o" / "report.html").read_text("utf-8")


def test_histories_in_the_terminal_in_french(here: Path) -> None:
    said = invoke("trace", "case.yaml", "--lang", "fr").stdout
    assert lang.missed == set()
    assert "À la fin" in said
    assert not ENGLISH.search(said), ENGLISH.findall(said)


@pytest.mark.parametrize(
    "command", [["run", "case.yaml"], ["compare", "policies.yaml"], ["trace", "case.yaml"]]
)
def test_an_unknown_language_is_refused_with_what_is_allowed(here: Path, command: list[str]) -> None:
    done = invoke(*command, "--lang", "de", code=2)
    assert "--lang: unknown language (got 'de'); allowed: en, fr" in done.output
