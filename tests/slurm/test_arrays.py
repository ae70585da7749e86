"""Arrays of shards on a real Slurm: the same store, killed tasks, time limits, a node that is lost."""

import os
import signal
from pathlib import Path

import psutil
import pytest

from experiments.lock import holders
from tests.slurm.conftest import Slurm, until
from tests.survival.setting import dates, held, same

pytestmark = pytest.mark.slurm
ASKED = ("--parameters", "prior")
LONG = ("long.yaml", "--draws", "400", *ASKED)
WORLDS = 800


def submit(slurm: Slurm, work: Path, *arguments: str) -> str:
    """Writes a script and submits it. Number of the array."""
    done = slurm.tremplin(work, "slurm", *arguments, "--mem", "1G")
    (work / "job.sh").write_text(done.stdout)
    return slurm.ask("sbatch", "--parsable", "job.sh", cwd=work)


def log(folder: Path, pattern: str = "*_*.log") -> str:
    return "\n".join(path.read_text() for path in sorted((folder / "log").glob(pattern)))


def test_an_array_fills_a_folder_and_a_last_job_writes_its_tables(slurm: Slurm, work: Path) -> None:
    asked = ("policies.yaml", "--draws", "9", *ASKED)
    out = work / "runs" / "it's 100%"
    submit(slurm, work, *asked, "--shards", "3", "--cpus", "2", "--out", str(out))
    slurm.finish()
    assert (out / "report.html").exists(), log(out) + log(out, "tables-*.log")
    assert "net jobs" in log(out, "tables-*.log")
    slurm.tremplin(work, "compare", *asked, "--jobs", "1", "--out", "local")
    assert same(out, work / "local")
    for name in ("summary.csv", "groups.csv", "decision.csv"):
        assert (out / name).read_bytes() == (work / "local" / name).read_bytes()


def test_a_task_that_is_killed_and_one_at_its_time_limit_go_on(slurm: Slurm, work: Path) -> None:
    out = work / "o"
    array = submit(slurm, work, *LONG, "--shards", "2", "--out", str(out))
    until(lambda: len(dates(out)) > 1 and {who.get("part") for who in holders(out)} == {"1/2", "2/2"})
    before = dates(out)
    first, second = sorted(holders(out), key=lambda who: who["part"])
    os.kill(first["pid"], signal.SIGKILL)
    slurm.ask("scancel", "--batch", "--signal=USR1", f"{array}_2")  # what Slurm does before the time limit
    until(lambda: not psutil.pid_exists(second["pid"]))
    said = slurm.tremplin(work, "status", str(out)).stdout
    assert "of 800 worlds" in said
    slurm.finish()
    said = log(out)
    assert "Shard 1 was killed (exit code 137): it goes into the queue again." in said
    assert "Shard 2 nears its time limit: it goes into the queue again." in said
    assert "worlds are kept in" in said
    assert before.items() <= dates(out).items()
    assert held(out).num_rows == WORLDS
    assert (out / "summary.csv").exists()


def test_a_node_that_is_lost(slurm: Slurm, work: Path) -> None:
    out = work / "o"
    submit(slurm, work, *LONG, "--shards", "2", "--cpus", "2", "--out", str(out))
    until(lambda: len(dates(out)) > 1 and len(holders(out)) == 2)
    slurm.do("lose", "node2")
    try:
        until(lambda: slurm.ask("sinfo", "-h", "-n", "node2", "-o", "%t").startswith("down"))
        slurm.finish()
    finally:
        slurm.do("mend", "node2")
    until(lambda: slurm.ask("sinfo", "-h", "-n", "node2", "-o", "%t") == "idle")
    assert held(out).num_rows == WORLDS
    assert (out / "summary.csv").exists()


def test_shards_that_failed_are_named_and_run_again(slurm: Slurm, work: Path) -> None:
    asked = ("case.yaml", "--draws", "6", *ASKED)
    out = work / "o"
    submit(slurm, work, *asked, "--shards", "3", "--out", str(out))
    until(lambda: len(slurm.jobs()) == 4)  # the collector waits for the others
    array = min(int(job.split("_")[0]) for job, _ in slurm.jobs())
    slurm.ask("scancel", f"{array}_2")
    slurm.finish()
    assert "Missing or unfinished shards, of 3: --array=2" in log(out, "tables-*.log")
    assert "--array=2" in slurm.tremplin(work, "status", str(out)).stdout
    slurm.ask("sbatch", "--array=2", "job.sh", cwd=work)
    slurm.finish()
    slurm.tremplin(work, "run", *asked, "--jobs", "1", "--out", "local")
    assert same(out, work / "local")
    assert (out / "summary.csv").read_bytes() == (work / "local" / "summary.csv").read_bytes()
