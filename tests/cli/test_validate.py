"""``tremplin validate``: what it writes and says; with few draws, since each runs every published history."""

import csv
import json
import shutil
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import pytest
from typer.testing import CliRunner

from calibration.checks import SHRINKAGE, TRADEOFFS, shrinkage, tradeoffs
from calibration.misses import MISSES
from calibration.targets import TARGETS
from experiments.cli import app
from experiments.folder import Folder
from experiments.parameters import Source
from experiments.report import write
from experiments.restore import _Kept
from experiments.validate import (
    FEWEST,
    NOT_EXPLAINED,
    SHIPPED,
    explained,
    headline,
    obsolete,
    too_few,
    write_checks,
)
from sim.parameters import SCHEME_BEHAVIOUR, uncertainties
from tests.exported import told_whole

ARGUMENTS = ["validate", "--draws", "2", "--parameters", "default", "--out", "v"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a validation, and what it printed."""
    place = tmp_path_factory.mktemp("validate")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        done = CliRunner().invoke(app, ARGUMENTS)
    assert done.exit_code == 0, done.output
    return place / "v", done.stdout


def test_every_target_of_every_case_has_a_row(folder: tuple[Path, str]) -> None:
    found = {(row["case"], row["fact_id"]) for row in rows(folder[0] / "validation.csv")}
    assert found == {(case, target.fact_id) for case, targets in TARGETS.items() for target in targets}


def test_the_answer_comes_first_and_misses_say_why(folder: tuple[Path, str]) -> None:
    path, said = folder
    validation = rows(path / "validation.csv")
    fitted = [row for row in validation if row["role"] == "fitted"]
    met = sum(row["inside"] == "1" for row in fitted)
    assert said.splitlines()[1].startswith(f"{met} of {len(fitted)} fitted figures inside their tolerance")
    for row in validation:
        assert (row["explanation"] != "") == (row["inside"] == "0")
        assert row["explanation"] in ("", NOT_EXPLAINED, MISSES.get(row["fact_id"]))


def test_families_are_counted_and_nothing_is_said_of_parameters_that_were_not_drawn(
    folder: tuple[Path, str],
) -> None:
    path, _ = folder
    counted = rows(path / "families.csv")
    judged = [row for row in rows(path / "validation.csv") if row["inside"] in ("0", "1")]
    assert sum(int(row["figures"]) for row in counted) == len(judged)
    assert all(int(row["hits"]) + int(row["misses"]) == int(row["figures"]) for row in counted)
    assert rows(path / "shrinkage.csv") == rows(path / "tradeoffs.csv") == []
    assert "Parameters were not drawn from a sample" in (path / "report.html").read_text("utf-8")


def test_the_page_shows_every_family(folder: tuple[Path, str]) -> None:
    path, _ = folder
    page = (path / "report.html").read_text("utf-8")
    assert all(row["family"] in page for row in rows(path / "families.csv") if row["role"] == "held_out")


def test_families_and_what_was_learnt_of_parameters_were_left_out_of_the_export(
    folder: tuple[Path, str],
) -> None:
    assert {"validation", "families", "shrinkage", "tradeoffs"} <= told_whole(folder[0])


def test_the_same_command_again_runs_nothing(
    folder: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = folder
    before = json.loads((path / "manifest.json").read_text())["times"]
    shards = sorted(p.name for p in (path / "runs").iterdir())
    monkeypatch.chdir(path.parent)
    assert CliRunner().invoke(app, ARGUMENTS).exit_code == 0
    assert json.loads((path / "manifest.json").read_text())["times"] == before
    assert sorted(p.name for p in (path / "runs").iterdir()) == shards


def test_two_draws_say_first_that_they_cannot_judge(folder: tuple[Path, str]) -> None:
    path, said = folder
    first = "2 draws are too few to judge the model by: luck decides which figures are met."
    assert said.startswith(f"{first} The published verdict is that of tremplin validate --draws 300.\n")
    assert "is explained as a miss" not in said
    page = (path / "report.html").read_text("utf-8")
    assert first in page
    assert "obsolete" not in page


def test_the_draws_that_judge_are_those_of_the_documentation() -> None:
    assert too_few(FEWEST - 1).startswith("49 draws are too few")
    assert too_few(FEWEST) == ""
    told = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text("utf-8")
    asked = CliRunner().invoke(app, ["validate", "--help"]).output
    assert f"With {SHIPPED} draws," in told
    for text in (told, asked):
        assert f"Fewer than {FEWEST} draws judge no figure" in " ".join(text.split())


def test_a_reason_for_a_figure_that_is_met_is_said_to_be_obsolete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.validate.MISSES", {"A": "because", "B": "because too"})
    found = [{"fact_id": "A", "inside": 0}, {"fact_id": "B", "inside": 1}, {"fact_id": "C", "inside": 0}]
    assert [row["explanation"] for row in explained(found)] == ["because", "", NOT_EXPLAINED]
    assert obsolete(found, FEWEST) == ["B"]
    assert obsolete(found, 2) == []


def test_the_headline_counts_each_role_apart() -> None:
    found = [
        {"role": "fitted", "inside": 1}, {"role": "fitted", "inside": 0}, {"role": "held_out", "inside": 1},
        {"role": "context", "inside": None},
    ]  # fmt: skip
    assert headline(found) == "1 of 2 fitted figures inside their tolerance; 1 of 1 held-out figures met"


def test_what_a_sample_taught_is_shown(folder: tuple[Path, str], tmp_path: Path) -> None:
    copy = tmp_path / "v"
    shutil.copytree(folder[0], copy)
    declared = uncertainties(SCHEME_BEHAVIOUR)
    rows_ = np.random.default_rng(1).uniform(
        [u.low for u in declared], [u.high for u in declared], (200, len(declared))
    )
    place = {u.name: j for j, u in enumerate(declared)}
    one, other = declared[place["project_rate"]], declared[place["success_base"]]
    score = np.random.default_rng(2).uniform(0.4, 0.6, 200)
    rows_[:, place[one.name]] = one.low + (one.high - one.low) * score
    rows_[:, place[other.name]] = other.high - (other.high - other.low) * score
    Folder(copy).write_csv("shrinkage.csv", SHRINKAGE, shrinkage(declared, rows_).to_dict("records"))
    Folder(copy).write_csv("tradeoffs.csv", TRADEOFFS, tradeoffs(declared, rows_).to_dict("records"))
    page = write(copy).read_text("utf-8")
    drawn = sum(u.prior == "uniform" for u in declared)
    assert f"2 of {drawn} parameters lie elsewhere, or closer together" in page
    assert "1 pair of parameters can make up for each other" in page
    assert "of firms, their growth and advice itself" in page
    assert "of PME Boost&#39;Innov" in page
    assert "Merit that the committee asks for." in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--draws", "0"], "--draws"),
        (["--parameters", "postérieur"], "allowed: posterior, default, prior"),
        (["--parameters", "nowhere.csv"], "no such file"),
        (["--draws", "100000", "--parameters", "default"], "add --yes"),
    ],
)
def test_what_cannot_be_done_is_refused(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["validate", *arguments])
    assert done.exit_code == 2
    assert said in done.output
    assert not list(tmp_path.iterdir())


def test_tables_of_the_whole_sample_are_not_made_again_from_the_draws_of_the_run(tmp_path: Path) -> None:
    results = MagicMock()
    results.experiment.source = Source("s.csv", (), np.zeros((2, 0)), 1)
    write_checks(Folder(tmp_path), results, [])
    of_sample = "name\nmine\n"
    (tmp_path / "shrinkage.csv").write_text(of_sample, "utf-8")
    results.experiment.source = _Kept("s.csv", (), np.zeros((2, 0)), 1)
    write_checks(Folder(tmp_path), results, [])
    assert (tmp_path / "shrinkage.csv").read_text("utf-8") == of_sample
