"""Where nothing of the program may be written: a read-only installation, no home."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.code import READY, cache_folder, code_hash

ROOT = Path(__file__).parents[2]
# in a view of the file system of its own: this very installation, which nobody can write
SCRIPT = """
set -e
mount --bind "$1" "$1"
mount -o remount,ro,bind "$1"
! touch "$1/sim/written" "$HOME/.cache" 2>/dev/null
cd "$2"
exec "$3" -m experiments.cli run case.yaml --draws 3 --parameters prior --quiet --out "$2/o"
"""


def may_mount() -> bool:
    """Whether this process may have a view of the file system of its own."""
    return not subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode


@pytest.mark.skipif(not may_mount(), reason="no right to mount a file system")
def test_a_read_only_installation_without_a_home(small: Path, tmp_path: Path) -> None:
    from tests.survival.setting import same

    # compiled code as it would be there, but for what compiles in a moment and a mark that all is ready
    compiled = tmp_path / "tremplin-0" / code_hash()
    shutil.copytree(cache_folder(), compiled)
    for mark in compiled.glob(f"{READY}*"):
        mark.unlink()
    levers = list(compiled.rglob("*levers.levers*"))
    assert levers
    for file in levers:
        file.unlink()
    environment = {k: v for k, v in os.environ.items() if k not in ("XDG_CACHE_HOME", "TREMPLIN_CACHE")}
    environment |= {"PYTHONPATH": str(ROOT), "HOME": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        ["unshare", "-rm", "bash", "-c", SCRIPT, "bash", str(ROOT), str(small), sys.executable],
        env=environment, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "net jobs" in done.stdout
    assert list(compiled.rglob("*levers.levers*"))
    usual = subprocess.run(
        [sys.executable, "-m", "experiments.cli", "run", "case.yaml", "--draws", "3", "--parameters", "prior",
         "--quiet", "--out", "usual"],
        cwd=small, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert usual.returncode == 0, usual.stderr
    assert same(small / "o", small / "usual")
