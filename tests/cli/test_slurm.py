"""The script of `tremplin slurm`: what it asks for, what it runs, what is refused before anything waits."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from experiments.cli import app
from experiments.slurm import Array, script

Command = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[2]
ODD = "my runs/it's $HOME `100%`"
# Slurm's programs as far as a script needs them to go on without Slurm
STANDINS = 'sbatch() { printf "sbatch %s\\n" "$@" >&2; }\n'


@pytest.fixture
def here(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(small)
    return small


def invoke(*arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == code, done.output
    return done


def directives(text: str) -> list[str]:
    return [line.removeprefix("#SBATCH ") for line in text.splitlines() if line.startswith("#SBATCH ")]


def test_what_is_asked_of_slurm(here: Path) -> None:
    text = invoke("slurm", "policies.yaml", "--shards", "7", "--cpus", "3", "--time", "1-00:00:00",
                  "--mem", "2G", "--partition", "long", "--account", "me", "--draws", "40",
                  "--out", "o").stdout  # fmt: skip
    asked = directives(text)
    for line in ("--array=1-7", "--cpus-per-task=3", "--time=1-00:00:00", "--mem=2G", "--partition=long",
                 "--account=me", "--requeue", "--open-mode=append", "--signal=B:USR1@60"):  # fmt: skip
        assert line in asked
    assert f'--output="{here}/o/log/%A_%a.log"' in asked
    assert (here / "o" / "log").is_dir()
    assert "# tremplin compare policies.yaml --draws 40\n" in text
    assert "in 7 shards; each: 23 worlds, about" in text
    assert re.search(r"in 7 shards; each: .* MB\.\n", text)  # it said how many shards each holds, too
    assert re.findall(r"sbatch .*?(\S+\.sh) ", text) == ["job.sh", "job.sh"]  # as the page of clusters has it
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)


def test_a_command_in_french_was_refused_for_want_of_a_folder(here: Path) -> None:
    command = ("slurm", "policies.yaml", "--shards", "7", "--draws", "40", "--out", "o", "--lang")
    text = invoke(*command, "fr").stdout
    assert "run=(compare policies.yaml --draws 40 --lang fr " in text
    assert "in 7 shards; each: 23 mondes, environ " in text
    assert "--lang: unknown language (got 'de')" in invoke(*command, "de", code=2).stderr


def test_a_case_is_run_and_a_command_may_be_named(here: Path) -> None:
    assert "run=(run case.yaml --draws 4 " in invoke("slurm", "case.yaml", "--draws", "4").stdout
    assert "run=(compare policies.yaml " in invoke("slurm", "compare", "policies.yaml").stdout


def test_a_task_took_the_modules_of_the_folder_that_it_ran_in(here: Path) -> None:
    """Where a checkout of another version, or a user's own sim.py, lies in that folder."""
    text = invoke("slurm", "case.yaml", "--draws", "4").stdout
    assert f"tremplin=({sys.executable} -P -m experiments.cli)\n" in text
    assert f"export PYTHONPATH={ROOT}${{PYTHONPATH:+:$PYTHONPATH}}\n" in text


def test_a_design_is_sent_too(here: Path) -> None:
    words = ["sensitivity", "policies.yaml", "--factors", "success_base,alize.join_rate", "--n", "8"]
    text = invoke("slurm", *words, "--shards", "4").stdout
    assert f"run=({' '.join(words)} --out runs/sensitivity-policies-" in text.replace(f"{here}/", "")
    assert "in 4 shards; each: 32 rows over 2 factors" in text


def test_the_default_folder_is_that_of_the_command(here: Path) -> None:
    usual = invoke("compare", "policies.yaml", "--dry-run").stdout.splitlines()[1].removeprefix("Folder: ")
    assert f"out={here / usual}\n" in invoke("slurm", "policies.yaml").stdout
    assert f"out={here / usual}\n" in invoke("slurm", "policies.yaml", "--json").stdout


def test_a_task_runs_its_shard_whatever_the_folder_is_called(here: Path, tremplin: Command) -> None:
    made = tremplin(
        "slurm", "policies.yaml", "--shards", "2", "--draws", "2", "--parameters", "prior", "--out", ODD
    )
    assert made.returncode == 0, made.stderr
    slurm = {"SLURM_ARRAY_JOB_ID": "1", "SLURM_CPUS_PER_TASK": "1"}
    for task in ("1", "2"):
        setting = "".join(f"export {k}={v}\n" for k, v in (slurm | {"SLURM_ARRAY_TASK_ID": task}).items())
        done = subprocess.run(
            ["bash", "-c", STANDINS + setting + made.stdout], cwd="/", capture_output=True, text=True,
            timeout=300, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert ("--dependency=afterany:1" in done.stderr) == (task == "1")  # once for an array
    assert "8 of 8 worlds" in tremplin("status", ODD).stdout


def test_a_task_that_is_put_into_the_queue_again_ends_without_a_word_of_its_worker(tmp_path: Path) -> None:
    text = script(Array(shards=2), ["run", "case.yaml"], tmp_path / "o", "", tmp_path)
    dies = re.sub(r"(?m)^tremplin=.*", "tremplin=(bash -c 'kill -KILL $$')", text)
    slurm = "scontrol() { kill -TERM $$; }\nsleep() { :; }\nSLURM_ARRAY_JOB_ID=1 SLURM_ARRAY_TASK_ID=1\n"
    done = subprocess.run(
        ["bash", "-c", f"{STANDINS}{slurm}SLURM_CPUS_PER_TASK=1\n{dies}"], capture_output=True, text=True
    )
    assert "Shard 1 was killed (exit code 137): it goes into the queue again." in done.stderr
    assert "No such process" not in done.stderr
    assert done.returncode == -signal.SIGTERM


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing.yaml",), "nothing.yaml"),
        (("policies.yaml", "--drws", "4"), "No such option"),
        (("policies.yaml", "--draws", "none"), "a valid integer"),
        (("policies.yaml", "--shard", "1/4"), "--shard: is not for a script of an array: every task"),
        (("policies.yaml", "--jobs", "4"), "give --cpus"),
        (("policies.yaml", "--engine=dask"), "the array is the engine"),
        (("policies.yaml", "--precision", "10%"), "give --draws"),
        (("policies.yaml", "--time", "2h"), "--time: must be hours:minutes:seconds"),
        (("policies.yaml", "--time", "02:00"), "--time: must be hours:minutes:seconds"),
        (("policies.yaml", "--time", "0-00:00"), "--time: must be hours:minutes:seconds"),
        (("policies.yaml", "--mem", "0G"), "--mem: must be a whole number and K, M, G or T, above zero"),
        (("policies.yaml", "--mem", "2 GB"), "--mem: must be a whole number and K, M, G or T"),
        (("policies.yaml", "--partition", "a b"), "--partition: must be"),
        (("policies.yaml", "--out", 'a"b'), "--out: Slurm takes no quotation mark"),
        (("run",), "a case or policy file must come next"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], said: str, here: Path) -> None:
    done = invoke("slurm", *arguments, code=2)
    assert said in done.output
    assert not done.stdout.startswith("#!")
    assert not (here / "runs").exists()


def test_more_shards_than_a_folder_may_have_are_refused_with_the_limit(here: Path) -> None:
    done = invoke("slurm", "policies.yaml", "--shards", "100001", "--out", "o", code=2)
    assert "N at most 100,000 (got '1/100001')" in done.stderr
