"""Every command of docs/sensitivity.md is executed, on a smaller case with fewer rows; so is the notebook."""

import re
import shlex
from itertools import takewhile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from tests.conftest import CASE

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "sensitivity.md").read_text("utf-8"), re.DOTALL)
FEWER = {"--n 512": "--n 8", "--extend 2048": "--extend 16", "--n 256": "--n 64", "--n 300": "--n 64",
         "--n 100": "--n 16", "--n 10": "--n 4", "rows: 200": "rows: 16", ":6": ":2", "--factors all":
         "--factors success_base,exit_base"}  # fmt: skip


# what so few rows of so small a case may be told, where those of the documentation are not
SMALL = ("no ground for indices", "nothing moves it", "luck of the simulation is as large as the spread")


@pytest.fixture
def renewal(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped policies on a small case, under another name."""
    shipped = (ROOT / "scenarios" / "policies" / "alize-renewal.yaml").read_text("utf-8")
    small_one = re.sub(r"base: \[.*?\]", "base: case.yaml", shipped).replace("120", "24")
    (small / "case.yaml").write_text(CASE.replace("30", "24"))
    (small / "renewal.yaml").write_text(small_one)
    monkeypatch.chdir(small)
    return small


def commands(block: str) -> list[str]:
    text = block.replace("\\\n", " ")
    for as_written, smaller in FEWER.items():
        text = text.replace(as_written, smaller)
    return re.sub(r"\balize-renewal\b", "renewal.yaml", text).splitlines()


@pytest.mark.slow
def test_every_command_runs(renewal: Path) -> None:
    run = 0
    for block in BLOCKS:
        lines = iter(commands(block))
        for line in lines:
            if line.startswith("cat > "):
                name = line.split()[2]
                content = "\n".join(takewhile(lambda inner: inner != "END", lines))
                (renewal / name).write_text(content + "\n")
                continue
            words = shlex.split(line)
            assert words[0] == "tremplin", line
            done = CliRunner().invoke(app, words[1:])
            refused = any(reason in done.stderr for reason in SMALL)
            assert done.exit_code == (2 if refused else 0), f"{line}\n{done.output}"
            run += 1
    assert run >= 18
    assert (renewal / "runs" / "sobol" / "indices.csv").exists()


def test_the_notebook_runs(renewal: Path) -> None:
    source = (ROOT / "docs" / "sensitivity_notebook.py").read_text("utf-8")
    assert source.startswith("# %%")
    source = source.replace('"alize-renewal"', '"renewal.yaml"')
    exec(compile(source, "sensitivity_notebook.py", "exec"), {"__name__": "__main__"})
    assert (renewal / "runs" / "morris" / "report.html").exists()
    assert (renewal / "runs" / "ishigami" / "indices.csv").exists()
