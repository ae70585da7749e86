"""Everything that a user can get wrong: exit code and message, never a traceback."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from experiments.cli import app, main
from experiments.folder import Folder, manifest
from tests.conftest import CASE, POLICIES, TERRITORY
from tests.survival import faults
from tests.survival.setting import experiment

Command = Callable[..., subprocess.CompletedProcess[str]]
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
HEAD = TERRITORY.splitlines()[0]

# file, its content, and what the message must hold
WRONG: dict[str, tuple[str, str | bytes, tuple[str, ...]]] = {
    "unknown key": ("case.yaml", CASE.replace("territory", "teritory"),
                    ("case.yaml:2:", "unknown key", "did you mean territory?")),
    "unknown lever": ("policies.yaml", POLICIES.replace("recruiting_effort", "recruiting_efort"),
                      ("policies.yaml:4:", "did you mean alize.recruiting_effort?")),
    "wrong unit": ("case.yaml", CASE.replace("30", "3 years"), ("case.yaml:4:", "write 36", "months")),
    "out of bounds": ("policies.yaml", POLICIES.replace("effort: 0", "effort: 9"),
                      ("policies.yaml:4:", "out of bounds", "0 to 5")),
    "duplicate key": ("case.yaml", CASE + 'start: "2002-01"\n', ("case.yaml:7:", "start")),
    "aliases": ("case.yaml", BOMB, ("case.yaml:1:",)),
    "tag": ("case.yaml", "!!python/object:os.system x\n", ("case.yaml:1:", "tag")),
    "empty": ("case.yaml", "", ("case.yaml", "empty")),
    "binary": ("case.yaml", bytes(range(256)), ("case.yaml",)),
    "list at top": ("case.yaml", "- a\n- b\n", ("case.yaml:1:1",)),
    "circle of bases": ("case.yaml", "base: case.yaml\n", ("case.yaml:1:7: base", "circle")),
    "negative horizon": ("case.yaml", CASE.replace("30", "-30"), ("case.yaml:4:", "1 to 1200")),
    "no basin": ("basins.csv", HEAD + "\n", ("basins.csv", "basin")),
    "basin without firms": ("basins.csv", TERRITORY.replace("120", "0"), ("basins.csv:2:3", "smes")),
    "no partner": ("basins.csv", f"{HEAD}\nnorth,North,120,0,0.5\n",
                   ("case.yaml:6:", "no partner is possible")),
    "typing error": ("basins.csv", TERRITORY.replace("80", "8O"), ("basins.csv:3:3", "smes", "8O")),
}  # fmt: skip


def no_traceback(done: subprocess.CompletedProcess[str], code: int) -> None:
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def refused(*arguments: str, code: int = 2) -> Result:
    """A command of this process that is refused, or of which this computer is not able."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == code, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)  # no traceback
    return done


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_refused_with_its_place(
    what: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    name, content, wanted = WRONG[what]
    (small / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    done = refused("check", "policies.yaml" if name == "policies.yaml" else "case.yaml")
    assert not done.stdout
    for words in wanted:
        assert words in done.stderr


def test_check_in_a_process_of_its_own_refuses_without_a_traceback(small: Path, tremplin: Command) -> None:
    (small / "case.yaml").write_bytes(bytes(range(256)))
    done = tremplin("check", "case.yaml")
    no_traceback(done, 2)
    assert not done.stdout


def test_run_and_compare_refuse_as_check_does(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    (small / "case.yaml").write_text(CASE.replace("territory", "teritory"))
    for command in (
        ("run", "case.yaml"),
        ("compare", "policies.yaml"),
        ("trace", "case.yaml", "--firm", "1"),
    ):
        assert "did you mean territory?" in refused(*command).stderr
    assert not (small / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["run", "alize-1997"], "did you mean alize-1997-2007?"),
        (["run", "missing.yaml"], "missing.yaml: no such file"),
        (["compare", "case.yaml"], "a policy file is wanted"),
        (["run", "case.yaml", "--draws", "10000000"], "add --yes"),
        (["run", "case.yaml", "--draws", "0"], "--draws"),
        (["run", "case.yaml", "--draws", "many"], "--draws"),
        (["run", "case.yaml", "--parameters", "posterior.xlsx"], "posterior, default, prior"),
        (["calibrate", "--simulations", "20"], "at least"),
        (["calibrate", "--fix", "wear_of_peple=1"], "unknown parameter"),
        (["calibrate", "--fix", "wear_of_people=2"], "allowed: 0 to 1"),
        (["run", "case.yaml", "--parameters", "values.csv"], "values.csv: no such file"),
        (["run", "case.yaml", "--parameters", "folder.csv"], "folder.csv: is a folder"),
        (["run", "case.yaml", "--out", ""], "must name a folder"),
        (["run", "alize-renewal"], "is a policy file, and a case is wanted here: tremplin compare "),
        (["compare", "alize-1997-2007"], "is a case, and a policy file is wanted here: tremplin run "),
        (["sweep", "case.yaml", "--factor", "wear_of_people=0,0"], "wear_of_people: 0 stands twice"),
        (["status", "case.yaml"], "case.yaml: not a run folder"),
        (["list", "leverz"], "did you mean levers?"),
        (["explain", "jobs_nett"], "did you mean jobs_net?"),
        (["report", "."], "not a run folder"),
        (["trace", "case.yaml", "--firm", "99999999999"], "no firm has this uid"),
    ],
)
def test_a_wrong_request_is_refused(
    arguments: list[str], wanted: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    (small / "folder.csv").mkdir()
    assert wanted in refused(*arguments).stderr


def test_ten_million_draws_say_what_they_would_take(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    done = refused("run", "alize-1997-2007", "--draws", "10000000")
    assert "20,000,000 worlds" in done.stderr
    assert "hours" in done.stderr
    assert "GB" in done.stderr


@pytest.mark.parametrize("out", ["case.yaml/below", "/proc/tremplin"])
def test_a_folder_that_cannot_be_written(out: str, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    done = refused("run", "case.yaml", "--draws", "1", "--out", out, code=3)
    assert "cannot write in" in done.stderr


def test_files_that_may_not_grow(tremplin: Command) -> None:
    done = tremplin(
        "run", "case.yaml", "--draws", "1", "--out", "o",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )  # fmt: skip
    no_traceback(done, 3)
    assert "files may not grow so large" in done.stderr


@pytest.mark.usefixtures("page")
def test_a_full_disk_keeps_what_is_finished(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    command = ["run", "case.yaml", "--jobs", "1", "--out", "o", "--quiet", "--draws"]
    assert CliRunner().invoke(app, [*command, "1"]).exit_code == 0
    before = sorted(path.name for path in (small / "o" / "runs").iterdir())
    real = os.fsync

    def full(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith(".tmp"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        done = CliRunner().invoke(app, [*command, "2"])
    assert done.exit_code == 3, done.output
    assert "the disk is full" in done.stderr
    assert sorted(path.name for path in (small / "o" / "runs").iterdir()) == before  # no half-written file
    assert CliRunner().invoke(app, [*command, "2"]).exit_code == 0


@pytest.mark.usefixtures("page")
def test_the_folder_of_another_experiment(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    command = ["run", "case.yaml", "--draws", "1", "--out", "o", "--quiet"]
    assert CliRunner().invoke(app, command).exit_code == 0
    done = CliRunner().invoke(app, [*command, "--seed", "2"])
    assert (done.exit_code, done.stderr) == (2, "o: holds another experiment: seed: 1 there, 2 here; choose "
                                                "another --out\n")  # fmt: skip
    done = CliRunner().invoke(app, [*command, "--parameters", "prior"])
    assert "experiment: --parameters: posterior there, prior here; choose another --out\n" in done.stderr
    for value in ("0.2", "0.3"):
        (small / "rows.csv").write_text(f"insolvent_exits\n{value}\n")
        of_file = ["run", "case.yaml", "--draws", "1", "--out", "f", "--parameters", "rows.csv"]
        done = CliRunner().invoke(app, [*of_file, "--quiet"])
    assert "--parameters: other rows of rows.csv: " in done.stderr
    (small / "case.yaml").write_text(CASE.replace("30", "31"))
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 2
    assert "groups.all.world.horizon_months: 30 there, 31 here" in done.stderr
    (small / "other").mkdir()
    (small / "other" / "thesis.tex").touch()
    done = CliRunner().invoke(app, ["run", "case.yaml", "--draws", "1", "--out", "other"])
    assert done.exit_code == 2
    assert "thesis.tex" in done.stderr


def test_an_uninstalled_ledger_of_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments import describe

    monkeypatch.setattr(describe, "CLAIMS", Path("nowhere.yaml"))
    assert CliRunner().invoke(app, ["list", "claims"]).exit_code == 3
    assert CliRunner().invoke(app, ["explain", "jobs_net"]).exit_code == 0
    assert CliRunner().invoke(app, ["explain", "jobs_nett"]).exit_code == 2
    done = CliRunner().invoke(app, ["explain", "A20"])  # it was said that nothing is called so
    assert done.exit_code == 3
    assert "not part of this installation" in done.stderr


def test_a_folder_that_holds_something_else_is_refused_beforehand(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    other, made = Folder(small / "other"), experiment(faults.calm)
    other.prepare(made)
    other.write_manifest(manifest(made, 3, 1, {}, {}, {}))
    (small / "notes").mkdir()
    (small / "notes" / "mine.txt").write_text("mine")
    for out, said in (("other", "holds another experiment: "), ("notes", "holds something else (mine")):
        for words in (("compare", "--dry-run"), ("sensitivity", "--n", "8", "--dry-run"), ("slurm",)):
            done = CliRunner().invoke(app, [*words[:1], "policies.yaml", *words[1:], "--out", out])
            assert (done.exit_code, said in done.stderr) == (2, True), done.output
        assert not (small / out / "log").exists()


def test_another_system_is_refused_in_a_sentence(monkeypatch, capsys) -> None:
    """Where workers cannot be started, nothing that needs them is loaded either."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "argv", ["tremplin", "list"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 3
    said = capsys.readouterr().err
    assert said == "tremplin runs on Linux and macOS only (here: win32); on Windows, in WSL\n"


def test_the_command_is_there_where_fcntl_is_not() -> None:
    """So that it can say that this system is not one of its own."""
    code = "import sys; sys.modules['fcntl'] = None; import experiments.cli"
    subprocess.run([sys.executable, "-c", code], check=True)
