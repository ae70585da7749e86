"""``tremplin sensitivity`` and ``sweep`` on a small case; functions with known indices through the whole of
design, runner, store and analysis."""

import csv
import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.engines import choice
from experiments.errors import Refused
from experiments.sensitivity import notebook, prepared
from experiments.sensitivity.tables import COLUMNS, FILES
from tests.conftest import invoke
from tests.functions import ISHIGAMI, SOBOL_G, ishigami, ishigami_indices, sobol_g, sobol_g_indices

FACTORS = "success_base,alize.join_rate,wear_of_people,alize.jobs_min=0:20"
STUDY = ["sensitivity", "policies.yaml", "--factors", FACTORS, "--jobs", "1"]


@pytest.fixture
def here(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(small)
    return small


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("function", "ranges", "known"),
    [(ishigami, ISHIGAMI, ishigami_indices), (sobol_g, SOBOL_G, sobol_g_indices)],
)
def test_known_indices_lie_in_their_intervals(function, ranges, known, tmp_path: Path) -> None:
    """Each of 90 % intervals holds the truth 9 times out of 10; of those that miss it none is far off."""
    study = notebook.function(function, ranges, name="known", n=1024, out=tmp_path / "o")
    found = {(row["index"], row.factor): row for _, row in study.indices.iterrows()}
    missed = 0
    for key, value in known().items():
        row = found[key]
        half = (row.high - row.low) / 2
        missed += not row.low <= value <= row.high
        assert abs(row.value - value) <= 2.5 * half + 0.005, (key, value, row.value)
    assert missed <= math.ceil(0.2 * len(known()))
    assert len(study.design) == 1024 * (len(ranges) + 2)
    assert len(study.data) == len(study.design)
    request = notebook.restored(notebook.Folder(tmp_path / "o"))
    assert request.experiment.hash() == notebook.Folder(tmp_path / "o").manifest["hashes"]["spec"]


def test_what_is_written_and_said_and_going_on(here: Path) -> None:
    first = invoke(*STUDY, "--n", "8", "--out", "o")
    assert "of 4 factors" in first.stdout.splitlines()[0] or "one by one" in first.stdout.splitlines()[0]
    kept = {path.name for path in (here / "o" / "runs").iterdir()}
    more = invoke(*STUDY, "--n", "8", "--extend", "16", "--out", "o")
    assert "96 of 192 worlds are there already" in more.stderr
    assert kept < {path.name for path in (here / "o" / "runs").iterdir()}
    told = rows(here / "o" / "indices.csv")
    assert tuple(told[0]) == tuple(COLUMNS["indices.csv"])
    assert {row["n"] for row in told} == {"16"}
    assert {row["factor"] for row in told} == {part.partition("=")[0] for part in FACTORS.split(",")}
    named = {(row["file"], row["name"]) for row in rows(here / "o" / "dictionary.csv")}
    for name in FILES[:4]:
        if (here / "o" / name).exists():
            stem = name.removesuffix(".csv")
            assert {(stem, column) for column in rows(here / "o" / name)[0]} <= named
    page = (here / "o" / "report.html").read_text()
    assert more.stdout.splitlines()[0][:40] in page
    # other questions to the same rows run nothing
    again = invoke(*STUDY, "--n", "16", "--out", "o", "--outcome", "jobs_reported")
    assert "reported jobs" in again.stdout
    assert "192 of 192 worlds are there" not in again.stderr  # nothing is begun at all
    written = {path: path.read_bytes() for path in (here / "o").glob("*.csv")}
    for name in ("case.yaml", "policies.yaml"):  # from the folder alone
        (here / name).unlink()
    for command in ("collect", "report", "status", "export", "repair"):
        invoke(command, "o")
    assert "English alone" in invoke("report", "o", "--lang", "fr", code=2).output
    assert "0 of 96" in invoke("rerun", "o", "--dry-run").stdout
    assert {path: path.read_bytes() for path in written} == written


def test_processes_do_not_matter(
    here: Path, ran: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = ran(*STUDY, "--n", "8")
    monkeypatch.setattr(choice, "SECONDS_A_PROCESS", 1e-9)
    invoke(*STUDY[:-1], "2", "--n", "8", "--out", "two", "--quiet")
    for name in ("indices.csv", "convergence.csv"):
        assert (one / name).read_bytes() == (here / "two" / name).read_bytes()
    assert _worlds(one) == _worlds(here / "two")


def _worlds(folder: Path) -> list[tuple]:
    from experiments.folder import Folder

    table = Folder(folder).runs().to_pandas()
    table = table[[name for name in table if not name.startswith("meta_")]]
    return sorted(tuple(map(repr, row)) for row in table.itertuples(index=False))


@dataclasses.dataclass(frozen=True)
class Failing:
    """Worlds of which those of row 3 fail."""

    real: object
    compiles: bool = True

    def __call__(self, item):
        for arm in self.real(item):
            yield (
                dataclasses.replace(arm, status="failed", error="no", outcomes={}) if item.draw == 3 else arm
            )


def test_a_design_that_is_not_whole_is_refused_with_what_completes_it(here: Path, monkeypatch) -> None:
    real = prepared.world_study

    def broken(*given):
        made = real(*given)
        return dataclasses.replace(made, simulate=Failing(made.simulate), _cache={})

    with monkeypatch.context() as spoilt:
        spoilt.setattr(prepared, "world_study", broken)
        done = invoke(*STUDY, "--n", "8", "--out", "o", code=1)
    assert "1 of 48 rows of the design are not whole (worlds: 2 failed; rows 3)" in done.stdout
    assert "tremplin rerun o --failed" in done.stdout
    assert not (here / "o" / "indices.csv").exists()
    assert "not whole" in (here / "o" / "report.html").read_text()
    fixed = invoke("rerun", "o", "--failed", "--jobs", "1")
    assert "factors" in fixed.stdout
    assert (here / "o" / "indices.csv").exists()


def test_shards_fill_one_folder(here: Path, ran: Callable[..., Path]) -> None:
    for part in ("1/2", "2/2"):
        invoke(*STUDY, "--n", "8", "--out", "o", "--shard", part)
        if part == "1/2":
            assert "tremplin rerun o" in invoke("collect", "o", code=1).stderr
    assert "factors" in invoke("collect", "o").stdout
    whole = ran(*STUDY, "--n", "8")
    assert (here / "o" / "indices.csv").read_bytes() == (whole / "indices.csv").read_bytes()


@pytest.mark.parametrize(
    ("method", "n"),
    [("morris", "4"), ("fast", "65"), ("rbd-fast", "64"), ("pawn", "64"), ("ff", "0"), ("latin", "16")],
)
def test_every_method_answers(method: str, n: str, here: Path) -> None:
    command = ["sensitivity", "case.yaml", "--factors", "success_base,exit_base", "--jobs", "1", "--json"]
    done = invoke(*command, "--method", method, "--n", n)
    said = json.loads(done.stdout)
    assert {row["factor"] for row in said["indices"]} == {"success_base", "exit_base"}
    assert said["answer"][0]
    assert Path(said["report"]).exists()


def test_luck_differences_and_ranks(here: Path) -> None:
    base = ["sensitivity", "policies.yaml", "--factors", "success_base,alize.jobs_min=0:20", "--jobs", "1"]
    lucky = invoke(*base, "--n", "8", "--replicates", "2")
    assert "Luck of the simulation is" in lucky.stdout
    against = CliRunner().invoke(app, [*base, "--n", "8", "--policy", "same", "--against", "no-renewal"])
    assert "less that of no-renewal" in against.stdout or "nothing moves it" in against.stderr
    alike = invoke(*base, "--policy", "all", "--method", "latin", "--n", "24", "--out", "alike")
    assert "In every row all policies are equally good." in alike.stdout
    with (here / "policies.yaml").open("a") as stream:
        stream.write("  nobody-brought: {alize.referral_effort: 0}\n")
    every = invoke(*base, "--policy", "all", "--method", "latin", "--n", "24", "--out", "all")
    assert "regretted least" in every.stdout
    regret = rows(here / "all" / "regret.csv")
    assert {row["policy"] for row in regret} == {"published", "no-renewal", "same", "nobody-brought"}
    assert sum(float(row["best"]) for row in regret) == pytest.approx(1.0)


def test_a_sweep_is_tidy(here: Path) -> None:
    done = invoke("sweep", "policies.yaml", "--policy", "all", "--factor", "wear_of_people=0,1", "--factor",
                  "alize.jobs_min=0:20:3", "--replicates", "2", "--jobs", "1", "--out", "o")  # fmt: skip
    assert "data.csv" in done.stdout
    told = rows(here / "o" / "data.csv")
    assert len(told) == 2 * 3 * 2 * 4  # rows, replicates, arms
    assert list(told[0])[:5] == ["policy", "draw", "replicate", "wear_of_people", "alize.jobs_min"]
    seen = {(row["wear_of_people"], row["alize.jobs_min"]) for row in told}
    assert {(float(a), float(b)) for a, b in seen} == {(a, b) for a in (0.0, 1.0) for b in (0.0, 10.0, 20.0)}
    named = {row["name"] for row in rows(here / "o" / "dictionary.csv") if row["file"] == "data"}
    assert set(told[0]) <= named


SWEEP = """\
question: What does a floor change?
of: policies.yaml
policies: [same]
design: latin
rows: 16
factors:
  alize.jobs_min: {low: 0, high: 20}
  wear_of_people: [0, 1]
"""


def test_a_sweep_from_a_file(here: Path) -> None:
    (here / "my-sweep.yaml").write_text(SWEEP)
    invoke("sweep", "my-sweep.yaml", "--jobs", "1", "--out", "o")
    assert len(rows(here / "o" / "data.csv")) == 32
    assert "What does a floor change?" in (here / "o" / "report.html").read_text()
    (here / "my-sweep.yaml").write_text(
        SWEEP.replace("low: 0", "low: x").replace("design: latin", "design: l")
    )
    wrong = invoke("sweep", "my-sweep.yaml", code=2).stderr
    assert "my-sweep.yaml:4:9: design: unknown name (got 'l')" in wrong
    assert "my-sweep.yaml:7:25: factors.alize.jobs_min.low: must be a number (got 'x')" in wrong
    (here / "my-sweep.yaml").write_text(SWEEP.replace("design: latin", "design: grid"))  # once: rows unsaid
    wrong = " ".join(invoke("sweep", "my-sweep.yaml", code=2).stderr.split())
    assert "my-sweep.yaml:5:7: rows: a grid has a row for every combination of values" in wrong
    assert "(got 16)" in wrong
    (here / "my-sweep.yaml").write_text(SWEEP.replace("[0, 1]", "prior"))
    wrong = invoke("sweep", "my-sweep.yaml", code=2).stderr
    assert "wear_of_people: must be a list of values, or low and high" in wrong


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["policies.yaml", "--method", "soboll"], "did you mean sobol?"),
        (["policies.yaml", "--n", "100"], "the nearest are 64 and 128"),
        (["policies.yaml", "--method", "latin", "--n", "32", "--extend", "64"], "cannot go on"),
        (["policies.yaml", "--method", "pawn", "--second-order"], "told by sobol only"),
        (["policies.yaml", "--factors", "alize.join_rat"], "did you mean alize.join_rate?"),
        (["policies.yaml", "--factors", "alize.join_rate=0.1:9"], "9 is out of bounds; allowed: 0.03 to 0.3"),
        (["policies.yaml", "--factors", "alize.join_rate=low"], "must be LOW:HIGH or A|B|C"),
        (["policies.yaml", "--factors", "success_base=0.1:0.1"], "LOW must be below HIGH (got '0.1:0.1')"),
        (["policies.yaml", "--factors", "success_base=2:0"], "LOW must be below HIGH (got '2:0')"),
        (["policies.yaml", "--factors", "zzz"], "see `tremplin list parameters` and `tremplin list levers`"),
        (["policies.yaml", "--outcome", "zzz"], "see `tremplin list outcomes`"),
        (["policies.yaml", "--n", "4"], "--n: at least 8 for Sobol' indices (got 4)"),
        (["policies.yaml", "--factors", "exit_base,exit_base"], "stands twice: exit_base"),
        (["policies.yaml", "--factors", "alize.willing"], "kept at one value in every draw; say how far"),
        (["policies.yaml", "--policy", "sam"], "did you mean same?"),
        (["policies.yaml", "--group", "other"], "the file has no such case"),
        (["policies.yaml", "--outcome", "jobs_nett"], "did you mean jobs_net?"),
        (["policies.yaml", "--against", "pub"], "there is no such policy here"),
        (["policies.yaml", "--among", "first"], "allowed: best, rank"),
        (["case.yaml", "--among", "best"], "nothing to be best of"),
        (["case.yaml", "--policy", "capped"], "is a case, which has one policy"),
        (["alize-renewa"], "did you mean alize-renewal?"),
        (["basins.csv"], "is neither a case nor a policy file"),
        (["policies.yaml", "--parameters", "default"], "nothing to vary"),
        (["policies.yaml", "--seeds", "mine"], "allowed: common, own"),
        (["policies.yaml", "--n", "524288"], "add --yes to go on, or ask for a smaller design"),
    ],
)
def test_a_wrong_request_is_refused(arguments: list[str], wanted: str, here: Path) -> None:
    done = invoke("sensitivity", *arguments, code=2)
    assert wanted in " ".join(done.stderr.split())
    assert not (here / "runs").exists()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("ours.application_rate", "is no factor: the scheme's file fixes it at 0.1 in every draw"),
        ("ours.referral", "is no factor: its default fixes it at 0 in every draw"),
        ("ours.applications", "the case reads no such number"),
    ],
)
def test_numbers_of_a_scheme_of_ones_own_were_said_to_be_none(name: str, wanted: str, here: Path) -> None:
    scheme = (
        "title: Ours\ndescription: Of ours.\nrules: {format: mission}\nbehaviour: {application_rate: 0.1}\n"
    )
    (here / "ours.yaml").write_text(scheme)
    case = (here / "case.yaml").read_text()
    (here / "case.yaml").write_text(f"{case}  ours: {{file: ours.yaml, opens: 0}}\n")
    done = invoke("sensitivity", "case.yaml", "--factors", name, code=2)
    assert wanted in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("no-such-file.yaml", "no-such-file.yaml: no such file"),
        ("alize-renewa", "did you mean alize-renewal?"),
        ("basins.csv", "is neither a case nor a policy file"),
        ("broken.yaml", "broken.yaml:2:"),
        ("of.yaml", "of.yaml:1:1: factors: this key is missing"),
    ],
)
def test_a_sweep_of_no_file_asked_for_factors(file: str, wanted: str, here: Path) -> None:
    (here / "broken.yaml").write_text("question: x\n of: [case.yaml\n")
    (here / "of.yaml").write_text("of: case.yaml\n")
    said = " ".join(invoke("sweep", file, code=2).stderr.split())
    assert wanted in said
    assert "--factor" not in said


def test_a_wrong_sweep_is_refused(here: Path) -> None:
    for arguments, wanted in (
        (["policies.yaml"], "--factor: none; say what to vary"),
        (["policies.yaml", "--factor", "exit_base"], "must be NAME=A,B,C"),
        (["policies.yaml", "--factor", "exit_base=a,b"], "must be A,B,C or LOW:HIGH:STEPS"),
        (["policies.yaml", "--factor", "exit_base=0:0.001", "--design", "cube"], "allowed: grid, latin"),
        (["policies.yaml", "--factor", "exit_base=0:0.001", "--design", "latin", "--n", "3"], "at least 16"),
        (["policies.yaml", "--factor", "exit_base=0:0.001", "--n", "30"], "--n: a grid has a row for every"),
    ):
        assert wanted in " ".join(invoke("sweep", *arguments, code=2).stderr.split())


@pytest.mark.parametrize(
    ("factor", "wanted"),
    [
        ("alize.host=0.5,1", "0.5 is none of the values that it takes; allowed: 0 (chamber), 1 (interc"),
        ("alize.host=0.5:2", "0.5 is none of the values that it takes"),
        ("alize.host=0:1:5", "takes 2 values from 0 to 1, and none between (got 5 steps)"),
        ("wear_of_people=0,0.5", "0.5 is none of the values that it takes; allowed: 0 (site), 1 (people)"),
        ("wear_of_people=0:1:3", "takes 2 values from 0 to 1, and none between (got 3 steps)"),
    ],
)
def test_codes_between_choices_were_played(here: Path, factor: str, wanted: str) -> None:
    for name, option in (("sweep", "--factor"), ("sensitivity", "--factors")):
        if name == "sweep" or ("," not in factor and factor.count(":") == 1):
            wrong = invoke(name, "policies.yaml", option, factor, code=2).stderr
            assert wanted in " ".join(wrong.split())


def test_of_choices_low_and_high_are_all_between(here: Path) -> None:
    wanted = [(1.0, 2.0, 3.0), (0.0, 1.0)]
    for design, rows, steps in (("grid", 0, ""), ("grid", 0, ":3"), ("latin", 16, "")):
        named = [f"alize.selection=1:3{steps}", "wear_of_people=0:1"]
        swept = prepared.sweep("policies.yaml", named, design, rows)
        assert [factor.grid for factor in swept.design.factors] == wanted
    varied = prepared.sensitivity("policies.yaml", factors="alize.selection=1:3,wear_of_people=0:1")
    assert [factor.grid for factor in varied.design.factors] == wanted


def test_a_dry_run_says_what_it_takes_and_what_is_varied(here: Path) -> None:
    done = invoke("sensitivity", "policies.yaml", "--n", "512", "--dry-run")
    assert "11,264 rows over 20 factors: 22,528 worlds" in done.stdout
    assert "least known in proportion" in done.stdout
    alone = invoke("sensitivity", "policies.yaml", "--factors", "success_base", "--n", "8", "--dry-run")
    assert "24 rows over one factor: 48 worlds" in alone.stdout
    assert not (here / "runs").exists()


def test_in_python_the_reason_is_an_error(tmp_path: Path) -> None:
    def sometimes(x: dict[str, float]) -> float:
        return 1.0 / 0.0 if x["x1"] > 3.0 else x["x1"]

    with pytest.raises(Refused, match="not whole"):
        notebook.function(sometimes, ISHIGAMI, name="sometimes", n=64, out=tmp_path / "o")


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*") if path.is_file()}


def test_a_refused_question_deleted_the_tables_of_the_one_before(tmp_path: Path) -> None:
    def two(values: dict[str, float]) -> dict[str, float]:
        return {"some": values["x"], "none": math.inf, "same": 1.0}

    def ask(outcome: str, n: int) -> notebook.Study:
        return notebook.function(
            two, {"x": (0, 1)}, name="two", method="pawn", n=64, extend=n, outcomes=("some", "none", "same"),
            question=notebook.Question(outcome=outcome), out=tmp_path / "o",
        )  # fmt: skip

    ask("some", 64)
    before = kept(tmp_path / "o")
    assert {"indices.csv", "convergence.csv"} < set(before)
    for outcome, why in (("none", "none is no finite number in 64 rows"), ("same", "nothing moves it")):
        with pytest.raises(Refused, match=why):
            ask(outcome, 64)
        assert kept(tmp_path / "o") == before
    with pytest.raises(Refused, match="in 128 rows"):  # of other rows nothing is left to keep
        ask("none", 128)
    after = kept(tmp_path / "o")
    assert not {"indices.csv", "convergence.csv"} & set(after)
    assert json.loads(after["manifest.json"])["asked"]["outcome"] == "none"
    assert "No indices: none is no finite number in 128 rows" in after["report.html"].decode()
    (tmp_path / "o" / "sensitivity.json").unlink()
    invoke("report", str(tmp_path / "o"))
    assert "Worlds are there, but no answer yet" in (tmp_path / "o" / "report.html").read_text()


def test_one_policy_without_a_number_took_the_answers_of_all(here: Path) -> None:
    """A scheme that does nothing has no net job, and so no cost of one."""
    with (here / "policies.yaml").open("a") as stream:
        stream.write("  idle: {alize.outreach_effort: 0, alize.referral_effort: 0, "
                     "alize.recruiting_effort: 0}\n")  # fmt: skip
    asked = ["sweep", "policies.yaml", "--factor", "alize.jobs_min=0,5", "--jobs", "1", "--quiet",
             "--outcome", "cost_per_net_job"]  # fmt: skip
    whole = invoke(*asked, "--policy", "same,idle", "--out", "two").stdout
    assert "same: Cost of a net job: " in whole
    assert "idle: No answer: cost_per_net_job is no finite number in 2 rows of the design" in whole
    assert "euros per job behind the best" in whole
    none = invoke(*asked, "--policy", "idle", "--out", "one", code=2)
    assert "cost_per_net_job is no finite number in 2 rows" in " ".join(none.stderr.split())
    assert {"data.csv", "dictionary.csv", "report.html"} < set(kept(here / "one"))
