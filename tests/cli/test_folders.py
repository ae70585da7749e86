"""Commands on run folders: status, collect, repair, export, rerun."""

import csv
import errno
import json
import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet
import pytest
from openpyxl import load_workbook

import experiments.export
import experiments.folder
import experiments.report
from experiments.folder import Folder
from experiments.report.headline import first_section
from experiments.report.reading import read
from experiments.restore import restored
from experiments.status import array
from experiments.tables import RUNS
from experiments.views import connect, tables
from tests.conftest import from_shell, invoke
from tests.survival.setting import dates, same

Command = Callable[..., subprocess.CompletedProcess[str]]
RUN = ("run", "case.yaml", "--draws", "3")
SHARDED = ("compare", "policies.yaml", "--draws", "6", "--parameters", "prior", "--out", "o", "--quiet")


def test_shards_are_collected(here: Path) -> None:
    said = invoke(*SHARDED, "--shard", "3/3").stdout
    assert said == "Shard 3 of 3: 8 worlds in o\n"
    assert "divided" not in invoke(*SHARDED, "--shard", "1/3").stderr
    assert not (here / "o" / "summary.csv").exists()
    assert "16 of 24 worlds (67%)" in invoke("status", "o").stdout
    missing = invoke("collect", "o", code=1)
    assert "Missing or unfinished shards, of 3: --array=2" in missing.stderr
    told = json.loads(invoke("collect", "o", "--json", code=1).stdout)
    assert (told["array"], told["missing"], told["worlds"]) == ("2", 8, 24)
    invoke(*SHARDED, "--shard", "2/3")
    assert "net jobs" in invoke("collect", "o", "--quiet").stdout
    invoke(*SHARDED[:-2], "whole", "--quiet")
    assert same(here / "o", here / "whole")
    for name in ("summary.csv", "dictionary.csv", "parameters.parquet"):
        assert (here / "o" / name).read_bytes() == (here / "whole" / name).read_bytes()


def test_a_folder_was_divided_anew_without_a_word(here: Path) -> None:
    invoke(*SHARDED, "--shard", "1/3")
    said = invoke(*SHARDED, "--shard", "3/4").stderr
    assert "was divided in 3 shards and is now in 4" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a file that is always full")
def test_a_full_standard_output_was_taken_for_a_full_disk(here: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "experiments.cli",
        "run",
        "case.yaml",
        "--draws",
        "1",
        "--out",
        "o",
        "-q",
    ]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment())
    assert done.returncode == 3
    assert "cannot write to standard output (No space left on device); all that was asked" in done.stderr
    assert "free some room" not in done.stderr
    assert (here / "o" / "report.html").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a file that is always full")
@pytest.mark.parametrize("asked", [["--help"], ["run", "--help"], ["--version"]], ids=" ".join)
def test_help_on_a_full_standard_output_was_a_traceback(asked: list[str]) -> None:
    command = [sys.executable, "-m", "experiments.cli", *asked]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment())
    assert done.returncode == 3
    assert done.stderr.startswith("cannot write to standard output (No space left on device)")
    assert "Traceback" not in done.stderr


def test_the_array_of_missing_shards() -> None:
    assert array([]) == ""
    assert array([4]) == "4"
    assert array([1, 2, 3, 7, 9, 10]) == "1-3,7,9-10"


@pytest.mark.parametrize("shard", ["0/3", "4/3", "1", "a/b", "1/0", "-1/3", "1/3/3"])
def test_a_shard_that_is_none(shard: str, here: Path) -> None:
    assert "for example 3/8" in invoke(*SHARDED, "--shard", shard, code=2).stderr


def test_status_from_another_terminal(here: Path) -> None:
    command = [sys.executable, "-m", "experiments.cli", "run", "case.yaml", "--draws", "3000", "--out", "o"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment())
    try:
        deadline = time.monotonic() + 60
        while not dates(here / "o") and time.monotonic() < deadline:
            time.sleep(0.05)
        found = json.loads(invoke("status", "o", "--json").stdout)
        assert found["running"][0]["pid"] == process.pid
        assert 0 < found["counts"]["ok"] < found["worlds"] == 6000
        assert found["worlds_per_minute"] > 0
        said = invoke("status", "o").stdout
        assert f"running: process {process.pid} of" in said
        assert " left" in said
    finally:
        process.terminate()
        process.wait()
    after = invoke("status", "o").stdout
    assert "nobody is running it" in after
    assert "tremplin rerun o" in after


def environment() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}


def test_rerun_needs_nothing_but_the_folder(here: Path) -> None:
    (here / "values.csv").write_text("draw,alize.half_days\n0,3\n1,4\n2,5\n")
    command = ("compare", "policies.yaml", "--draws", "3", "--parameters", "values.csv", "--quiet", "--out")
    invoke(*command, "o")
    shutil.copytree(here / "o", here / "whole")
    for kind in ("runs", "series"):
        sorted((here / "o" / kind).iterdir())[0].unlink()
    for name in ("policies.yaml", "case.yaml", "basins.csv", "values.csv"):
        (here / name).unlink()
    request = restored(Folder(here / "o"))
    assert request.experiment.hash() == Folder(here / "o").manifest["hashes"]["spec"]
    assert "3 of 3 draws" in invoke("rerun", "o", "--dry-run").stdout
    assert json.loads(invoke("rerun", "o", "--dry-run", "--json").stdout)["worlds"] > 0
    invoke("rerun", "o", "--quiet")
    assert same(here / "o", here / "whole")
    assert (here / "o" / "summary.csv").read_bytes() == (here / "whole" / "summary.csv").read_bytes()


def test_a_folder_of_another_code_was_sent_to_a_repair_that_does_nothing(
    here: Path, filled: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(*RUN, "--parameters", "prior")
    made_by, later = Folder(here / "o").manifest["hashes"]["code"], "f" * 64
    monkeypatch.setattr(experiments.folder, "code_hash", lambda: later)
    for command in (("collect", "o"), ("rerun", "o", "--dry-run")):
        assert invoke(*command, code=2).stderr == (
            f"o: holds worlds of another code of the simulation ({made_by[:8]} there, ffffffff here); use "
            "the version that made it, or another --out\n"
        )
    for command in ("status", "report"):  # simulate nothing
        invoke(command, "o")


def test_a_manifest_changed_by_hand_is_not_believed(here: Path, filled: Callable) -> None:
    filled(*RUN)
    path = here / "o" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["spec"]["groups"]["all"]["world"]["horizon_months"] = 24
    path.write_text(json.dumps(manifest))
    for command in ("rerun", "status", "collect"):
        assert "changed by hand" in invoke(command, "o", code=2).stderr


def test_worlds_beyond_the_draws_were_left_out_in_silence(here: Path, filled: Callable) -> None:
    filled(*RUN)
    assert "The folder holds 4 worlds more" in invoke("run", "case.yaml", "--draws", "1", "--out", "o").stderr
    path = here / "o" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"draws": 2}))
    said = "holds 2 worlds more, beyond the draws (2) and replicates (1) that were asked for last"
    assert said in invoke("collect", "o", "--quiet").stderr
    assert json.loads(invoke("collect", "o", "--json").stdout)["beyond"] == 2
    (warning,) = first_section(read(here / "o")).blocks[:1]
    assert said in warning.text
    assert warning.warning


def test_repair_says_what_it_did(here: Path, filled: Callable) -> None:
    filled(*RUN)
    shard = next((here / "o" / "runs").iterdir())
    shard.write_bytes(shard.read_bytes()[:500])
    for command in ("status", "collect", "export", "rerun"):
        assert f"{shard.name}: damaged" in invoke(command, "o", code=2).stderr
    said = invoke("repair", "o").stdout
    assert f"set aside: runs/{shard.name}" in said
    assert "whole: 0 worlds in 0 shards" in said
    assert json.loads(invoke("repair", "o", "--json").stdout)["aside"] == []
    invoke("rerun", "o", "--quiet")
    assert Folder(here / "o").runs().num_rows == 6


@pytest.mark.parametrize("text", ["{}", "[1]", '{"spec": {}, "hashes": {}}', '{"spec": null}'])
def test_a_manifest_that_lacks_what_readers_need(text: str, here: Path, filled: Callable) -> None:
    filled(*RUN)
    (here / "o" / "manifest.json").write_text(text)
    for command in ("status", "collect", "report", "rerun", "export"):
        said = invoke(command, "o", code=2).stderr
        assert "it does not hold" in said
        assert "`tremplin repair o` sets it aside; then give the command that made the folder again" in said
    assert "set aside: manifest.json (cannot be read (it does not hold " in invoke("repair", "o").stdout
    invoke(*RUN, "--out", "o", "--quiet")
    invoke("status", "o")


def test_a_folder_in_the_place_of_a_file(
    small: Path, filled: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    filled(*RUN)
    invoke("report", "o")
    for command, name in (("report", "report.html"), ("collect", "summary.csv")):
        (small / "o" / name).unlink()
        (small / "o" / name).mkdir()
        said = invoke(command, "o", code=3).stderr
        assert f": o/{name} is a folder; move it elsewhere" in said
        assert ".tmp" not in said
        assert "--out" not in said


def test_commands_without_out_named_it_where_writing_is_not_allowed(
    here: Path, filled: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(*RUN, "--parameters", "prior")
    asked = (*RUN, "--parameters", "prior", "--out", "o", "--quiet")
    copy = "writing is not allowed there; copy it where you may write, then give the command for the copy\n"
    with monkeypatch.context() as closed:
        closed.setattr(os, "replace", refused)
        assert invoke("collect", "o", code=3).stderr == f"cannot write o/summary.csv: {copy}"
        assert "not allowed there; choose a folder with --out\n" in invoke(*asked, code=3).stderr
    with monkeypatch.context() as closed:
        closed.setattr(os, "open", refused)
        for command in ("repair", "rerun"):
            assert invoke(command, "o", code=3).stderr == f"cannot write o/.lock: {copy}"
    real = Path.exists
    monkeypatch.setattr(Path, "exists", lambda p: refused(p) if p.name == "manifest.json" else real(p))
    reading = (
        "cannot read o/manifest.json: reading is not allowed there; ask its owner for the right to read it"
    )
    assert invoke(*asked, code=3).stderr == f"{reading}\n"


def refused(path: Any, *_: Any) -> Any:
    """As a system that allows nothing there."""
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def test_commands_that_are_told_named_half_of_a_folder_with_a_space(here: Path) -> None:
    asked = ("compare", "policies.yaml", "--draws", "6", "--parameters", "prior", "--out", "a b")
    told = [invoke(*asked, "--shard", "1/3"), invoke("status", "a b"), invoke("collect", "a b", code=1)]
    (path,) = invoke("export", "a b").stdout.splitlines()
    about = {row[0]: row[1] for row in load_workbook(path)["about"].iter_rows(values_only=True)}
    shards = list((here / "a b" / "runs").iterdir())
    shards[0].write_bytes(shards[0].read_bytes()[:500])
    told += [invoke("status", "a b", code=2), invoke("repair", "a b"), invoke("collect", "a b", code=2)]
    told += [invoke(*asked, "--timeout", "0.0001", code=1), invoke("status", "a b")]
    (here / "a b" / "manifest.json").write_text("{}")
    told.append(invoke("status", "a b", code=2))
    for text in (about["numbers"], *(done.stdout + done.stderr for done in told)):
        commands = re.findall(r"tremplin (?!compare)\w+ (?:'[^']*'|\S+)", text)
        assert commands, text
        assert {shlex.split(command)[2] for command in commands} == {"a b"}


def test_collect_did_not_say_what_fills_a_folder_without_worlds(here: Path) -> None:
    invoke(*SHARDED[:-2], "a b", "--quiet")
    shutil.rmtree(here / "a b" / "runs")
    said = invoke("collect", "a b", code=2).stderr
    assert said == "a b: has no world; run its shards, or all of them here: tremplin rerun 'a b'\n"
    invoke("rerun", "a b", "--quiet")
    invoke("collect", "a b", "--quiet")


def test_a_workbook_on_a_full_disk_said_so_in_tracebacks_too(here: Path, filled: Callable) -> None:
    filled("compare", "policies.yaml", "--draws", "2")
    small_files = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (20_000, 20_000))
    done = from_shell(here, "export", "o", preexec_fn=small_files)
    assert done.returncode == 3
    assert done.stderr == (
        "cannot write in o/export: files may not grow so large here; free some room, then give the same "
        "command again\n"
    )
    assert list((here / "o" / "export").iterdir()) == []


@pytest.mark.parametrize("error", [MemoryError, duckdb.OutOfMemoryException])
def test_too_little_memory_was_a_traceback(
    error: type[Exception], here: Path, filled: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starved(folder: Path) -> Path:
        raise error("failed to allocate data of size 16.0 MiB")

    filled(*RUN)
    monkeypatch.setattr(experiments.report, "write", starved)
    said = invoke("report", "o", code=3).stderr
    assert said.startswith(
        "there is too little memory here for what was asked; worlds that have run are kept"
    )


def test_nothing_is_said_where_no_world_ended_well(here: Path) -> None:
    command = ("--draws", "1", "--timeout", "0.0001", "--out")
    for of, no in (("run", "no world of published"), ("compare", "no draw")):
        file = "case.yaml" if of == "run" else "policies.yaml"
        first, *others = invoke(of, file, *command, of, code=1).stdout.splitlines()
        assert first.startswith(f"No answer: {no} ended well")
        assert [line.partition(":")[0] for line in others] == ["Folder", "Report"]


def test_tables_for_a_spreadsheet(here: Path, filled: Callable) -> None:
    filled("compare", "policies.yaml", "--draws", "2")
    (path,) = invoke("export", "o").stdout.split()
    book = load_workbook(path, read_only=False)
    assert book.sheetnames == [
        "about",
        "summary",
        "decision",
        "groups",
        "worlds",
        "parameters",
        "series",
        "dictionary",
    ]
    runs = Folder(here / "o").runs()
    rows = list(book["worlds"].iter_rows(values_only=True))
    assert rows[0] == tuple(runs.column_names)
    assert len(rows) == runs.num_rows + 1
    at = rows[0].index("jobs")
    jobs = [row[at] for row in rows[1:]]  # workbooks keep 16 digits
    assert sorted(jobs) == pytest.approx(sorted(runs.column("jobs").to_pylist()), rel=1e-15)
    assert rows[1][0] in {key.hex() for key in runs.column("key").to_pylist()}
    seeds = rows[0].index("world_seed")
    assert {row[seeds] for row in rows[1:]} == {str(seed) for seed in runs.column("world_seed").to_pylist()}
    files = {row[-1] for row in book["dictionary"].iter_rows(values_only=True)}
    assert "worlds" in files  # as the sheet is named
    assert "runs" not in files
    assert book["worlds"].freeze_panes == "A2"
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert about["question"] == "What does renewal change?"
    assert about["draws"] == 2


def test_a_workbook_says_where_its_numbers_are_exact(here: Path, filled: Callable) -> None:
    """Parameters of which the last bit is lost make other worlds."""
    filled(*RUN)
    (path,) = invoke("export", "o").stdout.split()
    about = {row[0]: row[1] for row in load_workbook(path)["about"].iter_rows(values_only=True)}
    assert about["numbers"].startswith("16 digits")
    invoke("export", "o", "--format", "csv")
    exact = pyarrow.parquet.read_table(here / "o" / "parameters.parquet").to_pylist()
    with (here / "o" / "export" / "parameters.csv").open(newline="") as stream:
        for row, kept in zip(csv.DictReader(stream), exact, strict=True):
            assert {name: float(text) for name, text in row.items()} == kept


def test_the_columns_that_the_page_on_runs_names_are_there(here: Path, filled: Callable) -> None:
    filled("compare", "policies.yaml", "--draws", "2")
    page = (Path(__file__).parents[2] / "docs" / "runs.md").read_text("utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith("| `runs/part-"))
    *named, outcomes = row.rstrip(" |").partition("a row a world: ")[2].split(", ")
    assert outcomes == "outcomes"
    assert set(named) == {name for name in RUNS if not name.startswith("meta_")}
    assert set(named) <= set(Folder(here / "o").runs().column_names)


def test_tables_as_csv(here: Path, filled: Callable) -> None:
    filled(*RUN)
    paths = [Path(p) for p in invoke("export", "o", "--format", "csv").stdout.split()]
    assert [p.name for p in paths] == [
        "summary.csv",
        "groups.csv",
        "worlds.csv",
        "parameters.csv",
        "series.csv",
        "dictionary.csv",
    ]
    with (here / "o" / "export" / "worlds.csv").open(newline="") as stream:
        found = {(row["policy"], row["draw"]): float(row["jobs"]) for row in csv.DictReader(stream)}
    for row in Folder(here / "o").runs().to_pylist():
        assert found[row["policy"], str(row["draw"])] == row["jobs"]
    assert "allowed: csv, xlsx" in invoke("export", "o", "--format", "ods", code=2).stderr


def test_a_table_too_long_for_a_sheet_is_left_out_and_said(
    here: Path, filled: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(*RUN)
    monkeypatch.setattr(experiments.export, "MOST_ROWS", 100)
    (path,) = invoke("export", "o").stdout.split()
    book = load_workbook(path)
    assert "series" not in book.sheetnames
    about = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert "do not fit in a sheet" in about["series"]


def test_views_of_duckdb(here: Path, filled: Callable) -> None:
    filled(*RUN)
    connection = connect(here / "o")
    assert tables(connection) == ["runs", "series", "parameters", "summary", "groups", "dictionary"]
    (mean,) = connection.sql("select avg(jobs_net) from runs where policy = 'published'").fetchall()[0]
    query = """select mean from summary where policy = 'published' and outcome = 'jobs_net' and month = 30
               and basis = 'level'"""
    assert connection.sql(query).fetchall()[0][0] == pytest.approx(mean)
    query = "select mean from groups where split = 'all' and outcome = 'jobs_net'"
    assert connection.sql(query).fetchall()[0][0] == pytest.approx(mean)


@pytest.mark.parametrize("command", ["status", "collect", "repair", "export", "rerun", "report"])
def test_what_is_no_run_folder(command: str, here: Path) -> None:
    (here / "empty").mkdir()
    for folder in ("empty", "absent"):
        assert "not a run folder" in invoke(command, folder, code=2).stderr


def test_a_folder_that_a_command_writes_is_not_repaired(here: Path, filled: Callable) -> None:
    from experiments.lock import locked

    filled(*RUN)
    with locked(here / "o"):
        assert "is being written" in invoke("repair", "o", code=2).stderr
        assert "is being written" in invoke("rerun", "o", code=2).stderr
        invoke("status", "o")
