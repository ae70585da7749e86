"""Runs of a small case: columns, sentences, resumption, failures, processes."""

import csv
import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import experiments.cli.worlds
import experiments.engines.choice
import experiments.finish
import experiments.plan
from experiments.census import BY_KIND
from experiments.folder import Folder
from experiments.runner import AT_HORIZON, SERIES
from sim.outcomes import OUTCOMES
from sim.warm import warm
from tests.conftest import from_shell, invoke, write_small
from tests.survival import faults
from tests.yardstick import nothing, seconds

SUMMARY = "group,policy,against,outcome,unit,basis,month,mean,sd,p05,p50,p95,mcse,n,evidence,without_data"
SUMMARY += ",sd_parameters,sd_chance,from_parameters,from_parameters_p05,from_parameters_p95"
SENTENCE = re.compile(
    r"-?[\d,.]+ net jobs? of [\d,.]+ reported \((90 %: -?[\d,.]+ to -?[\d,.]+; .+|one draw only.*)\)"
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def worlds(folder: Path) -> list[dict]:
    """All that a folder says of its worlds, sorted, without who made them and when."""
    table = Folder(folder).runs()
    kept = table.select([name for name in table.column_names if not name.startswith("meta_")])
    found = [{k: "nan" if v != v else v for k, v in row.items()} for row in kept.to_pylist()]
    return sorted(found, key=lambda row: (row["key"], row["group"], row["policy"]))


@pytest.fixture(scope="module")
def shown(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, subprocess.CompletedProcess[str], float, float]:
    """A run from the shell: where, what it said, when it was begun, and the longest that a process which does
    nothing took just before and just after."""
    warm()  # compiles, if nobody did
    place = write_small(tmp_path_factory.mktemp("shell"))
    yards = [seconds(nothing, time.perf_counter) for _ in range(3)]
    begun = time.time()
    done = from_shell(place, "run", "case.yaml", "--draws", "2", "--out", "o")
    yards += [seconds(nothing, time.perf_counter) for _ in range(3)]
    return place, done, begun, max(yards)


def test_run_from_the_shell(shown, monkeypatch: pytest.MonkeyPatch) -> None:
    place, done, *_ = shown
    assert done.returncode == 0, done.stderr
    first, founded, second, *_ = done.stdout.splitlines()
    assert SENTENCE.fullmatch(first)
    assert founded.startswith("How well founded are net jobs?")
    assert "would have come anyway" in second
    assert "4 of 4 worlds" in done.stderr
    assert done.stdout.rstrip().endswith("Report: o/report.html")
    assert (place / "o" / "report.html").stat().st_size > 1000
    monkeypatch.chdir(place)
    assert invoke("report", "o").stdout == "o/report.html\n"


def test_the_first_world_starts_soon(shown) -> None:
    place, _, begun, yard = shown
    first = min(row["meta_started"] for row in Folder(place / "o").runs(["meta_started"]).to_pylist())
    assert first.timestamp() - begun < 250 * yard  # 1.2 s alone, sixty times as long; other tests run beside


def test_columns_of_every_file(here: Path) -> None:
    invoke("compare", "policies.yaml", "--draws", "2", "--replicates", "2", "--out", "o", "--quiet")
    folder = here / "o"
    runs = Folder(folder).runs()
    names = runs.column_names
    assert names[:8] == ["key", "group", "policy", "draw", "replicate", "world_seed", "status", "error"]
    assert names[8:-4] == list(OUTCOMES)
    assert names[-4:] == ["meta_wall_s", "meta_host", "meta_worker", "meta_started"]
    assert str(runs.schema.field("key").type) == "fixed_size_binary[16]"
    assert {str(runs.schema.field(name).type) for name in OUTCOMES} == {"double"}
    assert runs.num_rows == 2 * 2 * 4
    for row in runs.to_pylist():
        assert (row["jobs_net"] is None) == (row["policy"] == "none")
    assert (folder / "summary.csv").read_text().splitlines()[0] == SUMMARY
    summary = rows(folder / "summary.csv")
    for policy in ("none", "published", "no-renewal", "same"):
        at_end = {
            r["outcome"] for r in summary if (r["policy"], r["basis"], r["month"]) == (policy, "level", "30")
        }
        assert at_end == {o.name for o in OUTCOMES.values() if o.of == "world" or policy != "none"}
    assert {(r["policy"], r["against"]) for r in summary if r["basis"] == "difference"} == {
        ("published", "none"), ("no-renewal", "none"), ("same", "none"), ("no-renewal", "published"),
        ("same", "published"),
    }  # fmt: skip
    nothing = [r for r in summary if (r["policy"], r["against"]) == ("same", "published") and r["n"] != "0"]
    assert {float(r["mean"]) for r in nothing} <= {0.0}
    defined = {row["name"] for row in rows(folder / "dictionary.csv")}
    assert {*names, *SUMMARY.split(","), *SERIES, *AT_HORIZON, *BY_KIND} <= defined
    parameters = pq.read_table(folder / "parameters.parquet")
    assert parameters.column("draw").to_pylist() == [0, 1]
    assert "alize.referral" in parameters.column_names
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["counts"] == {"ok": 16, "failed": 0, "timeout": 0, "killed": 0}
    assert set(manifest["hashes"]) == {"spec", "parameters", "code"}
    assert (manifest["draws"], manifest["replicates"], manifest["seed"]) == (2, 2, 1)


def test_series_by_basin(here: Path) -> None:
    invoke("run", "case.yaml", "--draws", "1", "--out", "o", "--quiet")
    series = Folder(here / "o").series().to_pylist()
    of = {(r["policy"], r["outcome"], r["month"], r["basin"]): r["value"] for r in series}
    assert len(of) == len(series)
    assert {month for _, outcome, month, _ in of if outcome == "jobs"} == {12, 24, 30}
    assert {outcome for _, outcome, _, _ in of} == {*SERIES, *AT_HORIZON, *BY_KIND}
    assert of["published", "smes", 30, "north"] == 120
    run = next(r for r in Folder(here / "o").runs().to_pylist() if r["policy"] == "published")
    for name, outcome in (("jobs_net", "jobs_net"), ("jobs_net_total", "jobs_net"), ("jobs", "jobs"),
                          ("jobs_realised", "jobs_realised"), ("volunteer_days", "volunteer_days"),
                          ("partners", "partners_active"), ("files_accepted", "files_accepted")):  # fmt: skip
        total = sum(of["published", name, 30, basin] for basin in ("north", "south"))
        assert total == pytest.approx(run[outcome], abs=1e-6), name


def test_more_draws_go_on_from_those_that_are_there(here: Path) -> None:
    command = ["compare", "policies.yaml", "--quiet", "--parameters", "prior", "--jobs", "1", "--out"]
    invoke(*command, "o", "--draws", "2")
    before = {path: path.stat().st_mtime_ns for path in (here / "o" / "runs").iterdir()}
    page = (here / "o" / "summary.csv").read_bytes()
    invoke(*command, "o", "--draws", "2")  # nothing is done twice
    assert {path: path.stat().st_mtime_ns for path in (here / "o" / "runs").iterdir()} == before
    assert (here / "o" / "summary.csv").read_bytes() == page
    invoke(*command, "o", "--draws", "4")
    after = {path: path.stat().st_mtime_ns for path in (here / "o" / "runs").iterdir()}
    assert before.items() < after.items()
    invoke(*command, "fresh", "--draws", "4")
    assert worlds(here / "o") == worlds(here / "fresh")
    for name in ("summary.csv", "dictionary.csv"):
        assert (here / "o" / name).read_bytes() == (here / "fresh" / name).read_bytes()
    invoke(*command, "o", "--draws", "2")  # fewer are asked for: only those are summarised
    assert (here / "o" / "summary.csv").read_bytes() == page


def test_one_process_and_two_give_the_same(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["compare", "policies.yaml", "--draws", "6", "--parameters", "prior", "--quiet", "--out"]
    invoke(*command, "one", "--jobs", "1")
    monkeypatch.setattr(experiments.engines.choice, "SECONDS_A_PROCESS", 1e-9)
    invoke(*command, "two", "--jobs", "2")
    assert worlds(here / "one") == worlds(here / "two")
    assert (here / "one" / "summary.csv").read_bytes() == (here / "two" / "summary.csv").read_bytes()


def faulty(monkeypatch: pytest.MonkeyPatch, function: Callable, folder: Path) -> Path:
    """Lets the command run a function of ``faults``; it goes wrong while the file that comes back is
    there."""
    for name in ("run_experiment", "compare_experiment"):
        real = getattr(experiments.plan, name)
        monkeypatch.setattr(
            experiments.plan, name, lambda *a, real=real: dataclasses.replace(real(*a), simulate=function)
        )
    monkeypatch.setenv(faults.FAULTS, str(folder))
    (folder / "on").write_text("")
    return folder / "on"


def test_a_world_that_fails_is_a_row(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on = faulty(monkeypatch, faults.raising, here)
    command = ["compare", "policies.yaml", "--draws", "6", "--jobs", "1", "--out", "o", "--quiet"]
    done = invoke(*command, code=1)
    assert "failed of 24 worlds" in done.stderr
    assert "only them: tremplin rerun o --failed" in done.stderr
    found = worlds(here / "o")
    failed = [row for row in found if row["status"] == "failed"]
    assert len(found) == 24
    assert {row["policy"] for row in failed} == {"no-renewal"}
    assert all("this world divides by zero" in row["error"] for row in failed)
    assert all(row[name] is None for row in failed for name in OUTCOMES)
    counts = {(r["policy"], r["n"]) for r in rows(here / "o" / "summary.csv") if r["outcome"] == "jobs"}
    assert ("published", "6") in counts
    assert ("no-renewal", str(6 - len(failed))) in counts
    said = invoke("status", "o").stdout
    assert f"{len(failed)} failed" in said
    assert f"{len(failed)} worlds: ZeroDivisionError: this world divides by zero" in said
    assert "tremplin rerun o --failed" in said
    invoke(*command, code=1)  # a row is a row: nothing is run again
    assert len(worlds(here / "o")) == 24
    on.unlink()
    invoke("rerun", "o", "--failed", "--jobs", "1", "--quiet")  # only the failed ones are run
    assert len(worlds(here / "o")) == 24 + len(failed)
    invoke(*command)
    invoke(*command[:-2], "fresh", "--quiet")
    assert (here / "o" / "summary.csv").read_bytes() == (here / "fresh" / "summary.csv").read_bytes()


def test_without_its_pair_a_world_has_no_answer(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty(monkeypatch, faults.without_control, here)
    done = invoke("run", "case.yaml", "--draws", "1", "--out", "o", "--quiet", code=1)
    assert done.stdout.startswith("No answer: no world of published ended well")
    assert "its pair" in next(row["error"] for row in worlds(here / "o") if row["policy"] == "published")


def test_a_world_that_takes_too_long(here: Path) -> None:
    invoke("run", "case.yaml", "--draws", "1", "--out", "o", "--timeout", "1e-9", "--quiet", code=1)
    assert {row["status"] for row in worlds(here / "o")} == {"timeout", "failed"}
    invoke("rerun", "o", "--failed", "--timeout", "100", "--quiet")
    assert [row["status"] for row in worlds(here / "o")].count("ok") == 2


def test_the_answer_as_json(here: Path) -> None:
    found = json.loads(invoke("run", "case.yaml", "--draws", "3", "--json", "--out", "o").stdout)
    assert SENTENCE.fullmatch(found["answer"][0])
    assert {"folder", "report", "summary", "counts", "validation"} <= set(found)


def test_values_from_a_file(here: Path) -> None:
    (here / "values.csv").write_text("draw,alize.half_days\n0,3\n1,4\n")
    invoke("run", "case.yaml", "--draws", "3", "--parameters", "values.csv", "--out", "o", "--quiet")
    parameters = pq.read_table(here / "o" / "parameters.parquet")
    assert parameters.column("alize.half_days").to_pylist() == [3, 4, 3]


def test_published_figures_stand_beside_simulated_ones(here: Path) -> None:
    invoke("run", "alize-1997-2007", "--draws", "2", "--out", "o", "--quiet")
    found = rows(here / "o" / "validation.csv")
    assert list(found[0]) == [
        "fact_id",
        "family",
        "role",
        "published",
        "low",
        "high",
        "p05",
        "p50",
        "p95",
        "inside",
        "case",
    ]
    assert "fact_S1-04" in Folder(here / "o").runs().column_names
    assert {row["inside"] for row in found} <= {"0", "1", ""}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGUSR1", "SIGHUP"])
def test_a_signal_while_tables_were_written_ended_a_command_without_a_word(
    name: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, asked = getattr(signal, name), ("compare", "policies.yaml", "--quiet", "--out", "o", "--draws")
    # whoever runs this test may have it ignore the signal
    heard = signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
    before = signal.signal(number, heard)

    def told(*_) -> None:
        os.kill(os.getpid(), number)

    try:
        monkeypatch.setattr(experiments.finish, "summarise", told)
        said = invoke(*asked, "1", code=130).stderr
        assert "stopped: 4 of 4 worlds are kept in o; the same command goes on from there" in said
        signal.signal(number, heard)  # SIGHUP is heard once
        monkeypatch.setattr(experiments.cli.worlds, "speak", told)  # before there is anything to keep
        assert invoke(*asked, "2", code=130).stderr == "stopped\n"
        assert name == "SIGHUP" or signal.getsignal(number) == heard
    finally:
        signal.signal(number, before)


# which signals are heard is shown with every engine in tests/survival; here, what the command makes of one
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_interrupted_it_keeps_what_is_finished(name: str, small: Path) -> None:
    command = ["run", "case.yaml", "--draws", "5000", "--jobs", "1", "--out", "o"]
    process = subprocess.Popen(
        [sys.executable, "-m", "experiments.cli", *command],
        cwd=small, env=dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 100
        while not list((small / "o").glob("runs/part-*.parquet")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(getattr(signal, name))
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "worlds are kept in o; the same command goes on from there" in said
    assert "Traceback" not in said
    kept = int(re.search(r"stopped: ([\d,]+) of", said)[1].replace(",", ""))
    assert kept == Folder(small / "o").runs().num_rows > 0
    assert not [path for path in (small / "o").rglob("*.tmp")]
