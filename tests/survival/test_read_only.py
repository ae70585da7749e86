"""Where nothing of the program may be written: a read-only installation, no home."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
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

    code = tmp_path / "code"
    code.mkdir()
    for name in ("sim", "scenarios", "calibration", "experiments"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(code / name)], check=True)
    environment = {k: v for k, v in os.environ.items() if k not in ("XDG_CACHE_HOME", "TREMPLIN_CACHE")}
    environment |= {"PYTHONPATH": str(code), "HOME": str(code), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        ["unshare", "-rm", "bash", "-c", SCRIPT, "bash", str(code), str(small), sys.executable],
        env=environment, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "net jobs" in done.stdout
    usual = subprocess.run(
        [sys.executable, "-m", "experiments.cli", "run", "case.yaml", "--draws", "3", "--parameters", "prior",
         "--quiet", "--out", "usual"],
        cwd=small, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert usual.returncode == 0, usual.stderr
    assert same(small / "o", small / "usual")
