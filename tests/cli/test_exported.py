"""``tremplin export``: every table that a command wrote, and a dictionary that names these alone."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import experiments.command
from experiments.cli import app
from experiments.files import TABLES
from experiments.folder import OURS
from experiments.views import connect
from tests.exported import told_whole

DESIGN = ("policies.yaml", "--factors", "success_base,alize.join_rate", "--n", "8", "--jobs", "1")
STORED = {"runs", "parameters", "dictionary"}


def invoke(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*arguments, "--quiet"])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        (
            ("compare", "policies.yaml", "--draws", "2"),
            STORED | {"series", "summary", "groups", "decision"},
        ),
        (("evaluate", "case.yaml", "--draws", "1"), STORED | {"evaluation", "evaluations"}),
        (("sensitivity", *DESIGN, "--policy", "all"), STORED | {"indices", "convergence", "regret"}),
        (("sweep", "policies.yaml", "--factor", "success_base=0.4,0.6"), STORED | {"data"}),
    ],
    ids=["compare", "evaluate", "sensitivity", "sweep"],
)
def test_tables_were_left_out_of_the_export_or_named_without_being_there(
    here: Path, command: tuple[str, ...], wanted: set[str]
) -> None:
    invoke(*command, "--out", "o")
    assert told_whole(here / "o") == wanted


def test_an_export_held_worlds_that_its_summary_leaves_out(here: Path) -> None:
    for draws, replicates in (("3", "2"), ("2", "1")):
        invoke("compare", "policies.yaml", "--draws", draws, "--replicates", replicates, "--out", "o")
    connection = connect(here / "o")
    for name in ("runs", "series"):
        most = connection.execute(f"select max(draw), max(replicate) from {name}").fetchone()
        assert most == (1, 0)
    assert connection.execute("select max(draw) from parameters").fetchone() == (1,)


def test_after_an_extension_that_was_stopped_tables_were_of_other_worlds(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("compare", "policies.yaml", "--parameters", "prior", "--jobs", "1", "--out")
    invoke(*command, "o", "--draws", "2")
    real = experiments.command.run_missing

    def stopped(folder, request, common):
        real(folder, replace(request, draws=4, _cache={}), common)
        raise KeyboardInterrupt("stopped")

    monkeypatch.setattr(experiments.command, "run_missing", stopped)
    invoke(*command, "o", "--draws", "6", code=130)
    monkeypatch.undo()
    monkeypatch.chdir(here)
    for reader in ("report", "export"):
        told = CliRunner().invoke(app, [reader, "o"])
        assert told.exit_code == 2
        assert "o: its tables are of other worlds than are there now" in told.output
        assert "`tremplin collect o` makes them again" in told.output
    invoke("collect", "o", code=1)
    invoke(*command, "four", "--draws", "4")
    assert (here / "o" / "summary.csv").read_bytes() == (here / "four" / "summary.csv").read_bytes()
    assert CliRunner().invoke(app, ["export", "o"]).exit_code == 0
    assert CliRunner().invoke(app, ["report", "o"]).exit_code == 0
    page = (here / "o" / "report.html").read_text()
    assert "8 of 24 worlds have not been run: everything below is of the worlds that are there" in page
    invoke(*command, "o", "--draws", "6")
    assert "have not been run" not in (here / "o" / "report.html").read_text()


def test_the_dictionary_named_tables_that_are_not_there_where_no_world_ended_well(here: Path) -> None:
    invoke("compare", "policies.yaml", "--draws", "1", "--timeout", "0.0001", "--out", "o", code=1)
    assert "decision" not in told_whole(here / "o")


def test_the_dictionary_of_a_design_named_tables_that_were_taken_away(here: Path) -> None:
    """Rows are added, and one of their worlds does not end well: there are no indices any more."""
    study = ("sensitivity", *DESIGN, "--out", "o")
    invoke(*study)
    invoke(*study, "--extend", "16", "--timeout", "0.0001", code=1)
    assert told_whole(here / "o") == STORED


def test_the_page_on_runs_names_every_table() -> None:
    page = (Path(__file__).parents[2] / "docs" / "runs.md").read_text("utf-8")
    assert not [name for name in TABLES if f"`{name}.csv`" not in page]


def test_the_page_on_runs_left_out_what_a_folder_may_hold() -> None:
    page = (Path(__file__).parents[2] / "docs" / "runs.md").read_text("utf-8")
    (table,) = re.findall(r"## What a folder holds\n\n((?:\|.*\n)+)", page)
    assert not [name for name in OURS if not re.search(rf"`{re.escape(name)}[`/]", table)]
