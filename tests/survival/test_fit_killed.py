"""A fit that is killed goes on from the worlds that are there, and ends with the same bits."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from calibration.posterior import ANSWERS, SAMPLE
from experiments.errors import Refused

RUNS = 350
FIT = f"""
import sys
from pathlib import Path
from calibration.coverage import reduced
from experiments.calibrate import calibrate
from experiments.command import Common

jobs, out = int(sys.argv[1]), Path(sys.argv[2])
problem = reduced()
calibrate({{"reduced": problem}}, {RUNS}, 1, Common(jobs=jobs, quiet=True), out, print)
"""


def begin(folder: Path, jobs: int) -> subprocess.Popen:
    command = [sys.executable, "-c", FIT, str(jobs), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)


def kill_everything(fit: subprocess.Popen) -> None:
    """As a machine that stops: the command and its workers at once."""
    os.killpg(fit.pid, signal.SIGKILL)
    fit.wait()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fit") / "one"
    assert begin(folder, 2).wait() == 0
    return folder


def test_killed_half_way_and_resumed_it_ends_bit_identical(undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "two"
    fit = begin(folder, 1)
    half_way = folder / "reduced" / "wave-3" / "runs"
    while fit.poll() is None and not (half_way.exists() and any(half_way.glob("part-*.parquet"))):
        time.sleep(0.02)
    assert fit.poll() is None, "it ended before it was killed"
    kill_everything(fit)
    assert not (folder / "posterior").exists()
    assert begin(folder, 1).wait() == 0
    for name in (SAMPLE, ANSWERS):
        one, two = (f / "posterior" / name for f in (undisturbed, folder))
        assert one.read_bytes() == two.read_bytes()


def test_a_finished_fit_is_not_run_again(undisturbed: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in undisturbed.glob("reduced/*/runs/*.parquet")}
    assert begin(undisturbed, 1).wait() == 0
    after = {path: path.stat().st_mtime_ns for path in undisturbed.glob("reduced/*/runs/*.parquet")}
    assert before == after


def test_a_folder_of_another_fit_is_refused(undisturbed: Path) -> None:
    from calibration.coverage import reduced
    from experiments.calibrate import calibrate
    from experiments.command import Common

    with pytest.raises(Refused, match=r"holds another fit \(seed: 1 there, 2 here\)"):
        calibrate({"reduced": reduced()}, RUNS, 2, Common(quiet=True), undisturbed, print)
