"""The engine that starts Slurm jobs: the same store, jobs and nodes that are lost, nothing left behind."""

import signal
from pathlib import Path

import pytest

from tests.slurm.conftest import Slurm, until
from tests.survival.setting import dates, held, same

pytest.importorskip("dask_jobqueue")
pytestmark = pytest.mark.slurm
CLUSTER = """\
queue = "small"
cores = 1
memory = "1 GB"
walltime = "00:30:00"
workers = 2
interface = "lo"
"""
RUN = ("run", "long.yaml", "--draws", "300", "--parameters", "prior", "--engine", "cluster.toml")
WORLDS = 600


def test_the_same_store(slurm: Slurm, work: Path) -> None:
    (work / "cluster.toml").write_text(CLUSTER + 'setup = ["export SAID=yes"]\ndirectives = ["--nice=1"]\n')
    asked = ("compare", "policies.yaml", "--draws", "9", "--parameters", "prior")
    slurm.tremplin(work, *asked, "--engine", "cluster.toml", "--out", "slurm")
    slurm.tremplin(work, *asked, "--jobs", "1", "--out", "local")
    assert same(work / "slurm", work / "local")
    slurm.finish()
    assert list((work / "cluster-log").iterdir())


def test_a_job_that_is_cancelled_is_replaced_and_a_node_that_is_lost_is_done_without(
    slurm: Slurm, work: Path
) -> None:
    (work / "cluster.toml").write_text(
        CLUSTER.replace("cores = 1", "cores = 2").replace("= 2\nint", "= 4\nint")
    )
    process = slurm.start(work, *RUN, "--out", "o")
    try:
        until(lambda: dates(work / "o"))
        slurm.do("lose", "node2")
        first = slurm.jobs()[0][0]
        slurm.ask("scancel", first)
        until(lambda: first not in dict(slurm.jobs()))
        out, err = process.communicate(timeout=400)
    finally:
        process.terminate()
        slurm.do("mend", "node2")
    assert process.returncode == 0, err
    assert "net jobs" in out
    assert held(work / "o").num_rows == WORLDS
    slurm.finish()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_command_that_is_stopped_leaves_no_job(name: str, slurm: Slurm, work: Path) -> None:
    (work / "cluster.toml").write_text(CLUSTER)
    process = slurm.start(work, *RUN, "--out", "o")
    try:
        until(lambda: dates(work / "o"))
        assert len(slurm.jobs()) == 2
        process.send_signal(getattr(signal, name))
        err = process.communicate(timeout=120)[1]
    finally:
        process.kill()
    assert process.returncode == 130
    assert f"stopped: {held(work / 'o').num_rows} of 600 worlds are kept" in err
    until(lambda: not slurm.jobs(), 30)


def test_a_partition_that_is_not_there(slurm: Slurm, work: Path) -> None:
    (work / "cluster.toml").write_text(CLUSTER.replace("small", "large"))
    done = slurm.tremplin(work, *RUN, "--out", "o", code=3)
    assert "cluster.toml: Slurm refuses such a job" in done.stderr
    assert "invalid partition" in done.stderr
    assert slurm.jobs() == []
