"""Every command of docs/cluster.md runs, in its order, on a real Slurm."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slurm.conftest import ROOT, Slurm

pytestmark = pytest.mark.slurm
TEXT = (ROOT / "docs" / "cluster.md").read_text("utf-8")
BLOCKS = re.findall(r"```(sh|toml)\n(.*?)```", TEXT, re.DOTALL)
# less work than a reader would give: the command is what is tried
FEWER = {"--draws 1000 --out": "--draws 4 --out", "--shards 20": "--shards 4", "2,5-7": "2,3-4",
         'account = "me" ': "# "}  # fmt: skip


def test_every_command_of_the_page(slurm: Slurm, tmp_path: Path) -> None:
    pytest.importorskip("dask_jobqueue")
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, arguments in (("tremplin", "-m experiments.cli"), ("python", "")):
        (folder / name).write_text(f'#!/bin/sh\nexec {sys.executable} {arguments} "$@"\n')
        (folder / name).chmod(0o755)
    environment = slurm.environment | {"PATH": f"{folder}:{slurm.environment['PATH']}"}
    for kind, block in BLOCKS:
        for as_written, shorter in FEWER.items():
            block = block.replace(as_written, shorter)
        if kind == "toml":
            (tmp_path / "cluster.toml").write_text(block)
            continue
        done = subprocess.run(
            ["bash", "-ec", block], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, block + done.stdout[-2000:] + done.stderr[-2000:]
        if "sbatch" in block:
            slurm.finish(400)
    for name in ("mine", "two", "dask"):
        assert (tmp_path / "runs" / name / "report.html").exists()
