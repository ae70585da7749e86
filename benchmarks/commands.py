"""What a user waits for: help, the first world of a command, compilation; worlds a second through the whole
runner; the country in a process of its own.

All are processes of their own, timed by the clock on the wall: of use on a quiet computer only.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.compute as pc

from benchmarks.worlds import BASIN, FIVE, LARGE_SITES
from experiments.folder import Folder
from experiments.runner import OK
from scenarios.load import NONE

ROOT = Path(__file__).parents[1]
TREMPLIN = (sys.executable, "-m", "experiments.cli")
JOBS = 2
# policies that differ little, so that every world of the comparison costs what a world of five schemes does
ARMS = tuple(f"effort-{k}" for k in range(1, 10))


def _environment(cache: Path | None = None) -> dict[str, str]:
    """That of this process, with the packages that stand here; ``cache``: root of compiled code. Python keeps
    its modules compiled, as it does for a user, whatever this process was told."""
    own = {"TREMPLIN_CACHE": str(cache)} if cache else {}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT)} | own


def _run(arguments: tuple[str, ...], cache: Path, cwd: Path | None = None) -> float:
    """Seconds of the wall of a process, from its start to its end."""
    start = time.perf_counter()
    done = subprocess.run(arguments, cwd=cwd, env=_environment(cache), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return time.perf_counter() - start


def write_question(folder: Path, smes: int, months: int) -> None:
    """A case with all five schemes in every basin, and a comparison of policies in it."""
    count = max(1, smes // BASIN)
    rows = [f"b{k},Basin {k},{smes // count},{LARGE_SITES}" for k in range(count)]
    (folder / "basins.csv").write_text("\n".join(["id,name,smes,large_sites", *rows]) + "\n")
    schemes = "\n".join(f"  {name}: {{opens: 0}}" for name in FIVE)
    (folder / "case.yaml").write_text(
        f'title: Five schemes\nterritory: basins.csv\nstart: "1998-01"\nhorizon_months: {months}\n'
        f"schemes:\n{schemes}\n"
    )
    arms = "\n".join(f"  {name}: {{alize.outreach_effort: {1 + k / 100}}}" for k, name in enumerate(ARMS, 1))
    (folder / "question.yaml").write_text(
        f"question: How long does it take?\nbase: case.yaml\npolicies:\n{arms}\n"
    )


def worlds_a_second(cache: Path, smes: int = 5_000, months: int = 120, draws: int = 60) -> dict[str, float]:
    """``tremplin compare`` with two processes: worlds with all five schemes (the worlds without any are left
    out of the count, not of the time) over the time from the first order to the last durable shard, and over
    the whole time of the command, its tables and its page. ``cache``: where compiled code is kept."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_question(folder, smes, months)
        command = (*TREMPLIN, "compare", "question.yaml", "--jobs", str(JOBS), "--yes", "--quiet")
        _run((*command, "--draws", "1", "--out", "first"), cache, folder)
        whole = _run((*command, "--draws", str(draws), "--out", "run"), cache, folder)
        run = Folder(folder / "run")
        table = run.runs(["policy", "status"])
        found = table.filter(pc.not_equal(table["policy"].cast("string"), NONE))
        ended = [str(status) == OK for status in found["status"].to_pylist()]
        assert all(ended), "some worlds did not end well"
        assert len(ended) == draws * (len(ARMS) + 1)
        seconds = float(run.manifest["times"]["wall_s"])
        return {
            "worlds": float(len(ended)),
            "a_second": len(ended) / seconds,
            "a_second_whole_command": len(ended) / whole,
        }


def before_first_world(cache: Path, case: str = "") -> float:
    """Seconds from the start of ``tremplin run`` to the start of its first world: of a shipped case, or of a
    small one with all five schemes."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_question(folder, 500, 12)
        asked = case or "case.yaml"
        command = (*TREMPLIN, "run", asked, "--draws", "1", "--out", "run", "--yes", "--quiet")
        start = time.time()
        _run(command, cache, folder)
        first = pc.min(Folder(folder / "run").runs(["meta_started"])["meta_started"]).as_py()
        return first.timestamp() - start


def started(cache: Path, repeats: int = 3) -> dict[str, float]:
    """Seconds of the wall with an empty folder of compiled code: the first world of Alizé, for which what it
    needs is compiled, then the compilation of all, in an empty folder too; ``--help``, and the first world
    with kernels compiled."""
    with tempfile.TemporaryDirectory() as empty:
        alize = before_first_world(Path(empty), "alize-1997-2007")
    return {
        "cold_alize": alize,
        "cold": _run((sys.executable, "-m", "sim.warm"), cache),
        "help": statistics.median(_run((*TREMPLIN, "--help"), cache) for _ in range(repeats)),
        "first_world": statistics.median(before_first_world(cache) for _ in range(repeats)),
    }


def alone(case: str = "country", months: int = 0) -> dict[str, float]:
    """``benchmarks.alone`` in a process of its own."""
    done = subprocess.run(
        (sys.executable, "-m", "benchmarks.alone", case, str(months)), check=True, capture_output=True,
        text=True, cwd=ROOT, env=_environment(),
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])
