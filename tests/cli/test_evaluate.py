"""``tremplin evaluate`` on a small case: rows, scores, resumption, processes, failures, refusals."""

import csv
import dataclasses
import json
import xml.dom.minidom
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

import experiments.engines.choice
from experiments.evaluation import bench
from experiments.evaluation.designs import DESIGNS, REASONS
from experiments.evaluation.score import COLUMNS
from experiments.folder import Folder
from tests.conftest import CASE, TERRITORY, invoke

HEAD = TERRITORY.splitlines()[0]
BASINS = "\n".join([HEAD, *(f"b{k},Basin {k},400,6,0.3" for k in range(8))]) + "\n"
TRIED = CASE.replace("30", "48").replace(
    "{opens: 0}", "{opens: 0, rules: {jobs_min: 0, committee_period_months: 1}}"
)


@pytest.fixture
def here(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (small / "basins.csv").write_text(BASINS)
    (small / "case.yaml").write_text(TRIED)
    monkeypatch.chdir(small)
    return small


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_what_is_written_and_said(here: Path) -> None:
    done = invoke("evaluate", "case.yaml", "--draws", "3", "--jobs", "1", "--out", "o")
    lines = done.stdout.splitlines()
    assert lines[0].startswith(("Of 3 draws too little can be said", "No answer"))
    assert "What each design would have said" in done.stdout
    found = rows(here / "o" / "evaluations.csv")
    assert [(row["draw"], row["design"]) for row in found] == [(str(k), d) for k in range(3) for d in DESIGNS]
    for row in found:
        assert bool(row["estimate"]) == (row["reason"] == ""), row
        assert row["reason"] in REASONS
        if row["estimate"]:
            numbers = {name: float(row[name]) for name in ("estimate", "std_error", "low", "high", "truth")}
            assert numbers["low"] < numbers["estimate"] < numbers["high"]
            assert numbers["std_error"] > 0
            assert int(float(row["treated"])) > 0
    scored = rows(here / "o" / "evaluation.csv")
    assert [row["design"] for row in scored] == list(DESIGNS)
    assert tuple(scored[0]) == tuple(COLUMNS)
    assert {row["draws"] for row in scored} == {"3"}
    named = {(row["file"], row["name"]) for row in rows(here / "o" / "dictionary.csv")}
    assert {("evaluation", name) for name in scored[0]} <= named
    assert {("evaluations", name) for name in found[0]} <= named
    assert {("runs", name) for name in Folder(here / "o").runs().column_names} <= named
    drawing = xml.dom.minidom.parse(str(here / "o" / "evaluation.svg"))
    assert drawing.documentElement.namespaceURI == "http://www.w3.org/2000/svg"
    page = (here / "o" / "report.html").read_text()
    assert lines[0] in page.replace("&#39;", "'")
    assert "found the truth?" in page
    for command in ("collect", "report", "status", "export"):  # from the folder alone
        (here / "case.yaml").unlink(missing_ok=True)
        invoke(command, "o")
    assert (here / "o" / "report.html").read_text() == page


def test_more_draws_go_on_and_processes_do_not_matter(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["evaluate", "case.yaml", "--quiet", "--parameters", "prior", "--designs", "lottery,saturation"]
    invoke(*command, "--draws", "1", "--jobs", "1", "--out", "o")
    kept = {path.name for path in (here / "o" / "runs").iterdir()}
    invoke(*command, "--draws", "4", "--jobs", "1", "--out", "o")
    assert kept < {path.name for path in (here / "o" / "runs").iterdir()}
    monkeypatch.setattr(experiments.engines.choice, "SECONDS_A_PROCESS", 1e-9)
    done = invoke(*command, "--draws", "4", "--jobs", "2", "--out", "two")
    assert len(done.stdout.splitlines()) <= 5
    for name in ("evaluations.csv", "evaluation.csv"):
        assert (here / "o" / name).read_bytes() == (here / "two" / name).read_bytes()
    assert [row["design"] for row in rows(here / "o" / "evaluation.csv")] == ["lottery", "saturation"]
    assert invoke(*command, "--draws", "4", "--year", "2", "--out", "o", code=2).stderr.count("another") == 2


def test_as_json_and_by_year(here: Path) -> None:
    done = invoke("evaluate", "case.yaml", "--draws", "1", "--year", "1", "--jobs", "1", "--json", "--quiet",
                  "--designs", "before-after,discontinuity")  # fmt: skip
    said = json.loads(done.stdout)
    assert [row["design"] for row in said["summary"]] == ["before-after", "discontinuity"]
    assert said["counts"]["ok"] == 2
    assert Path(said["report"]).exists()
    assert "after a year" in Path(said["report"]).read_text()
    assert "2 worlds" in invoke("evaluate", "case.yaml", "--draws", "1", "--dry-run", "--designs",
                                "matching,lottery").stdout  # fmt: skip


def test_what_fails_is_a_row_and_is_tried_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = bench.experiment

    def broken(*given):
        made = real(*given)
        return dataclasses.replace(made, simulate=_Broken(made.simulate))

    command = ["evaluate", "case.yaml", "--draws", "2", "--jobs", "1", "--out", "o", "--quiet", "--designs",
               "before-after,matching"]  # fmt: skip
    with monkeypatch.context() as spoilt:
        spoilt.setattr(bench, "experiment", broken)
        done = invoke(*command, code=1)
    assert "2 failed of 4" in done.stderr
    assert "give the same command" in done.stderr
    assert "2 worlds: no" in invoke("status", "o").stdout  # an outcome `error` had hidden why
    assert [row["design"] for row in rows(here / "o" / "evaluations.csv")] == ["before-after"] * 2
    invoke(*command)
    assert len(rows(here / "o" / "evaluations.csv")) == 4


@dataclasses.dataclass(frozen=True)
class _Broken:
    """Evaluations of which matching always fails."""

    real: object
    compiles: bool = True

    def __call__(self, item):
        for arm in self.real(item):
            bad = arm.policy == "matching"
            yield dataclasses.replace(arm, status="failed", error="no", outcomes={}) if bad else arm


SEVERAL = """\
title: Two schemes
territory: basins.csv
start: "2001-01"
horizon_months: 30
schemes:
  alize: {opens: 0}
  plan_pme: {opens: 0}
"""


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["alize-1997"], "did you mean alize-1997-2007?"),
        (["missing.yaml"], "missing.yaml: no such file"),
        (
            ["case.yaml", "--scheme", "alise"],
            "has no such scheme (got 'alise'); allowed: alize; did you mean alize?",
        ),
        (["several.yaml"], "the case has several; say which: plan_pme, alize"),
        (["case.yaml", "--designs", "lotery"], "unknown design (got 'lotery')"),
        (["case.yaml", "--designs", "lotery"], "did you mean lottery?"),
        (["case.yaml", "--year", "5"], "has no such year (got 5); allowed: 1 to 4"),
        (["case.yaml", "--year", "-1"], "allowed: 1 to 4"),
        (["short.yaml"], "ends before its first year"),
        (["case.yaml", "--draws", "0"], "--draws"),
        (["case.yaml", "--parameters", "posterior.xlsx"], "posterior, default, prior"),
        (["case.yaml", "--draws", "40000000"], "add --yes"),
    ],
)
def test_a_wrong_request_is_refused(arguments: list[str], wanted: str, here: Path) -> None:
    (here / "several.yaml").write_text(SEVERAL)
    (here / "short.yaml").write_text(CASE.replace("30", "11"))
    done = invoke("evaluate", *arguments, code=2)
    assert wanted in " ".join(done.stderr.split())
    assert not (here / "runs").exists()


@pytest.mark.parametrize("how", ["--dry-run", "--yes"])
def test_the_library_of_estimates_is_not_installed(
    how: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a traceback."""

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(bench, "version", missing)
    bench.method.cache_clear()
    said = invoke("evaluate", "case.yaml", how, code=3).stderr
    assert "evaluations need statsmodels: pip install 'tremplin[evaluation]'" in " ".join(said.split())
