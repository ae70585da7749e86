"""A real Slurm for the tests of this folder: two nodes on the loopback address, ended with the tests."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import CASE, POLICIES, TERRITORY

ROOT = Path(__file__).parents[2]
CLUSTER = Path(__file__).parent / "cluster.sh"
LONG_TERRITORY = TERRITORY.replace("120,6", "3000,16").replace("80,5", "3000,15")


class Slurm:
    """The cluster, and commands in a working folder on it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.environment = dict(os.environ) | {
            "PYTHONPATH": str(ROOT),
            "SLURM_CONF": str(folder / "slurm.conf"),
        }

    def do(self, verb: str, *arguments: str) -> None:
        """A verb of cluster.sh."""
        subprocess.run([str(CLUSTER), verb, str(self.folder), *arguments], check=True, timeout=180)

    def ask(self, *command: str, cwd: Path | None = None) -> str:
        """What a program says."""
        done = subprocess.run(
            command, env=self.environment, cwd=cwd, capture_output=True, text=True, timeout=180
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def tremplin(self, work: Path, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """The command, from a working folder."""
        done = subprocess.run(
            [sys.executable, "-m", "experiments.cli", *arguments],
            env=self.environment, cwd=work, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done

    def start(self, work: Path, *arguments: str) -> subprocess.Popen[str]:
        """The same, without waiting for it."""
        return subprocess.Popen(
            [sys.executable, "-m", "experiments.cli", *arguments], env=self.environment, cwd=work,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def jobs(self) -> list[tuple[str, str]]:
        """Jobs in the queue and how they are."""
        lines = self.ask("squeue", "-h", "-r", "-o", "%i %T").splitlines()
        return [(line.split()[0], line.split()[1]) for line in lines]

    def hurry(self) -> None:
        """Lets jobs that are in the queue again start now: Slurm holds them back for two minutes."""
        for job, state in self.jobs():
            if state == "PENDING":
                subprocess.run(
                    ["scontrol", "update", f"JobId={job}", "StartTime=now"],
                    env=self.environment, capture_output=True,
                )  # fmt: skip

    def finish(self, seconds: float = 240.0) -> None:
        """Waits until the queue is empty."""

        def ended() -> bool:
            self.hurry()
            return not self.jobs()

        until(ended, seconds)


def until(ready: Callable[[], object], seconds: float = 120.0) -> None:
    """Waits for something."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "too late"
        time.sleep(0.3)


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slurm]:
    """A Slurm that runs; a skip where it is not installed."""
    if subprocess.run([str(CLUSTER), "have"]).returncode:
        pytest.skip("Slurm is not installed (Debian's package slurm-wlm)")
    found = Slurm(tmp_path_factory.mktemp("slurm"))
    found.do("begin")
    try:
        yield found
    finally:
        found.do("end")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A working folder with a blank in its name, a small policy file, and a case that takes some seconds."""
    folder = tmp_path / "my work"
    folder.mkdir()
    (folder / "basins.csv").write_text(TERRITORY)
    (folder / "case.yaml").write_text(CASE)
    (folder / "policies.yaml").write_text(POLICIES)
    (folder / "more.csv").write_text(LONG_TERRITORY)
    (folder / "long.yaml").write_text(CASE.replace("basins.csv", "more.csv").replace("30", "240"))
    return folder
