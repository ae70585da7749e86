"""Every command of the README is executed, from top to bottom, as a newcomer would."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
# fewer draws than a newcomer would take: the command is what is tried
FEWER = {"tremplin run alize-1997-2007\n": "tremplin run alize-1997-2007 --draws 1\n",
         "tremplin compare alize-renewal\n": "tremplin compare alize-renewal --draws 1\n",
         "--draws 4": "--draws 1",
         "validate --draws 2": "validate --draws 1",
         "--draws 8": "--draws 1"}  # fmt: skip


def test_the_first_block_names_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^make (\S+)$", BLOCKS[0], re.MULTILINE)
    assert targets == ["demo", "test"]
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_every_other_command_runs(tmp_path):
    assert len(BLOCKS) >= 3
    script = "set -e\n" + "\n".join(BLOCKS[1:])
    for as_written, shorter in FEWER.items():
        script = script.replace(as_written, shorter)
    script = script.replace(". .venv/bin/activate\n", "")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert len(list(tmp_path.glob("runs/*/report.html"))) == 5
    assert (tmp_path / "runs" / "mine" / "export" / "mine.xlsx").exists()
