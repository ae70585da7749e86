"""Worlds are those of the program that was called, whatever lies in the folder that it was called from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import write_small
from tests.survival.setting import same

ROOT = Path(__file__).parents[2]


def ran(place: Path) -> Path:
    """The run folder of a command that is called as the installed one is: its own modules are not looked for
    in the present folder."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "experiments.cli", "run", "case.yaml", "--draws", "2", "--parameters",
         "prior", "--quiet", "--out", "o"],
        cwd=place, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return place / "o"


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ran(write_small(tmp_path_factory.mktemp("usual")))


def test_workers_ran_the_version_that_lay_in_the_present_folder(usual: Path, small: Path) -> None:
    """And kept its worlds under the hash of the one that was called."""
    other = small / "sim" / "economy" / "growth.py"
    shutil.copytree(ROOT / "sim", small / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    other.write_text(other.read_text() + "\nraise ImportError('the other version')\n")
    assert same(ran(small), usual)


@pytest.mark.parametrize("name", ["sim.py", "experiments.py", "numba.py"])
def test_a_file_of_the_user_in_the_present_folder_stopped_workers(
    name: str, usual: Path, small: Path
) -> None:
    (small / name).write_text("raise ImportError('a file of the user')\n")
    assert same(ran(small), usual)
