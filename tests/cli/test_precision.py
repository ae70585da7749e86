"""``--precision``: ends by its target or by its ceiling, goes on where it was stopped, gives what ``--draws``
gives."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

import experiments.command
from experiments import precision
from experiments.drawn import read_parameters
from experiments.folder import Folder
from tests.conftest import invoke

RUN = ["run", "case.yaml", "--parameters", "prior", "--jobs", "1", "--quiet"]
HARD = [*RUN, "--precision", "0.1%", "--draws", "9"]  # no number of draws that one would ask for is enough
TABLES = ("summary.csv", "groups.csv", "dictionary.csv", "validation.csv")


@pytest.fixture
def here(small: Path, monkeypatch: pytest.MonkeyPatch, page: None) -> Path:
    """A folder with a small case, of which the first round has five draws."""
    monkeypatch.chdir(small)
    monkeypatch.setattr(precision, "FIRST", 5)
    return small


@pytest.fixture
def demanding(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small a number of jobs is beside those reported, it is to be known exactly."""
    monkeypatch.setattr(precision, "SMALL", 0.0)


def worlds(folder: Path) -> list[dict]:
    table = Folder(folder).runs()
    kept = table.select([name for name in table.column_names if not name.startswith("meta_")])
    found = [{k: "nan" if v != v else v for k, v in row.items()} for row in kept.to_pylist()]
    return sorted(found, key=lambda row: row["key"])


def said(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())["precision"]


def test_an_easy_one_ends_by_its_target(here: Path) -> None:
    done = invoke("compare", "policies.yaml", "--precision", "100%", "--jobs", "1", "--json", "--out", "o")
    found = json.loads(done.stdout)
    assert found["precision"] == said(here / "o")
    assert (found["precision"]["ended"], found["precision"]["rounds"]) == ("target", [5])
    assert [row["policy"] for row in found["precision"]["reached"]] == ["no-renewal", "same"]
    same = found["precision"]["reached"][1]
    assert (same["difference"], same["half_width"], same["met"]) == (0.0, 0.0, True)
    assert any(
        line.startswith("Precision of 100 %, or of 2 % of the jobs reported: reached after 5 draws")
        for line in found["answer"]
    )
    assert "Round 1, 5 draws: 2 of 2 means are known well enough" in done.stderr
    with (here / "o" / "summary.csv").open(newline="") as stream:
        row = next(r for r in csv.DictReader(stream) if r["outcome"] == "jobs_reported"
                   and r["policy"] == "published" and not r["against"])  # fmt: skip
    assert same["allowed"] == pytest.approx(0.02 * float(row["mean"]))


def test_a_hard_one_ends_at_its_ceiling_and_is_what_so_many_draws_give(here: Path, demanding: None) -> None:
    done = invoke(*HARD, "--out", "o")
    found = said(here / "o")
    assert (found["ended"], found["rounds"], found["ceiling"]) == ("ceiling", [5, 9], 9)
    assert "not reached at the ceiling of 9 draws (2 rounds)" in done.stdout
    (reached,) = found["reached"]
    assert reached["n"] == 9
    with (here / "o" / "summary.csv").open(newline="") as stream:
        row = next(r for r in csv.DictReader(stream) if (r["policy"], r["outcome"], r["month"])
                   == ("published", "jobs_net", "30"))  # fmt: skip
    assert reached["half_width"] == pytest.approx(1.645 * float(row["mcse"]))
    invoke(*RUN, "--draws", "9", "--out", "fresh")
    assert worlds(here / "o") == worlds(here / "fresh")
    for name in TABLES:
        if (here / "fresh" / name).exists():
            assert (here / "o" / name).read_bytes() == (here / "fresh" / name).read_bytes(), name
    invoke(*RUN, "--draws", "9", "--out", "o")  # asked for as so many draws, it is no longer of a precision
    assert "precision" not in Folder(here / "o").manifest


def test_stopped_it_goes_on_and_ends_the_same(
    here: Path, demanding: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = experiments.command.run_missing
    runs: list[int] = []

    def stopped(folder, request, common):
        runs.append(request.draws)
        if len(runs) == 2:  # some worlds of the second round are there, and the manifest says so
            real(folder, replace(request, draws=6, _cache={}), common)
            raise KeyboardInterrupt("stopped")
        real(folder, request, common)

    monkeypatch.setattr(experiments.command, "run_missing", stopped)
    invoke(*HARD, "--out", "o", code=130)
    assert said(here / "o") == {"asked": 0.001, "ceiling": 9}
    told = invoke("status", "o").stdout
    assert "not judged yet; draws are added until it is reached, 9 at most" in told
    assert "tremplin rerun o" in told
    monkeypatch.setattr(experiments.command, "run_missing", real)
    invoke(*HARD, "--out", "o")
    assert said(here / "o")["rounds"] == [5, 9]
    assert len(worlds(here / "o")) == 18  # nothing was run twice
    page = (here / "o" / "summary.csv").read_bytes()
    before = (here / "o" / "manifest.json").read_bytes()
    invoke(
        "rerun", "o", "--jobs", "1", "--quiet"
    )  # from the folder alone, with the precision it was asked with
    assert (here / "o" / "summary.csv").read_bytes() == page
    assert json.loads(before)["precision"] == said(here / "o")


@pytest.mark.parametrize("parameters", ["posterior", "values.csv"])
def test_rerun_gave_further_draws_the_parameters_of_earlier_ones(
    parameters: str, here: Path, demanding: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"{draw},{3 + draw}\n" for draw in range(9))
    (here / "values.csv").write_text(f"draw,alize.half_days\n{rows}")
    hard = [*HARD, "--parameters", parameters, "--out"]
    real = experiments.command.run_missing

    def stopped(*given):
        real(*given)
        raise KeyboardInterrupt("stopped")

    monkeypatch.setattr(experiments.command, "run_missing", stopped)
    invoke(*hard, "o", code=130)
    monkeypatch.setattr(experiments.command, "run_missing", real)
    (here / "values.csv").rename(here / "away.csv")
    if parameters != "posterior":  # the folder alone knows the first five rows
        said = invoke("rerun", "o", "--jobs", "1", "--quiet", code=2).stderr
        assert "parameters.parquet: holds 5 draws where 6 are needed; give the command that made" in said
        assert len(worlds(here / "o")) == 10
    (here / "away.csv").rename(here / "values.csv")
    invoke("rerun", "o", "--jobs", "1", "--quiet")
    assert said_of_draws(here / "o") == ([5, 9], 9)
    invoke(*RUN, "--parameters", parameters, "--draws", "9", "--out", "fresh")
    assert worlds(here / "o") == worlds(here / "fresh")


def said_of_draws(folder: Path) -> tuple[list[int], int]:
    """Draws of each round, and rows of parameters."""
    return said(folder)["rounds"], read_parameters(folder).num_rows


def test_what_is_refused_and_what_it_would_take(here: Path) -> None:
    done = invoke(*RUN, "--precision", "10%", "--shard", "1/3", code=2)
    assert "--precision: cannot be asked of a shard" in done.stderr
    assert "--precision: must be a share" in invoke(*RUN, "--precision", "ten", code=2).stderr
    most = invoke(*RUN, "--precision", "10%", "--dry-run").stdout
    assert most.startswith("at most, with 400 draws: 800 worlds")
    assert (
        "with 50 draws: 100 worlds" in invoke(*RUN, "--precision", "0.1", "--draws", "50", "--dry-run").stdout
    )
    assert not (here / "runs").exists()
