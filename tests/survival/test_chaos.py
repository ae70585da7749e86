"""Processes killed at random moments, and worlds that go wrong: nothing finished is lost or done twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyarrow.compute as pc
import pytest

from experiments.engines import ahead
from experiments.errors import Unable
from tests.survival import faults
from tests.survival.setting import dates, held, run, same

ROOT = Path(__file__).parents[2]
DRAWS = 800
TIMEOUT, MEMORY = 4.0, 0.6
KILLS = 12
LONGEST = 240.0


def start(folder: Path) -> subprocess.Popen[bytes]:
    arguments = [str(folder), "chaotic", str(DRAWS), "2", str(TIMEOUT), str(MEMORY)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.survival.setting", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=folder.parent,
    )  # fmt: skip


def victim(parent: subprocess.Popen[bytes], moments: random.Random) -> psutil.Process | None:
    """A worker, or one time in three the parent."""
    try:
        everybody = psutil.Process(parent.pid)
        workers = everybody.children()
    except psutil.NoSuchProcess:
        return None
    return moments.choice(workers) if workers and moments.random() < 0.67 else everybody


def disturbed(folder: Path) -> int:
    """Runs the command until it ends, killing at random moments. How often something was killed."""
    moments = random.Random(5)
    kills = 0
    before: dict[str, int] = {}
    parent = start(folder)
    deadline = time.monotonic() + LONGEST
    try:
        while time.monotonic() < deadline:
            quiet = 0.3 + 0.9 * moments.random() if kills < KILLS else LONGEST
            try:
                parent.wait(quiet)
            except subprocess.TimeoutExpired:
                who = victim(parent, moments)
                if who:
                    who.send_signal(signal.SIGKILL)
                    kills += 1
            now = dates(folder)
            assert before.items() <= now.items()  # earlier shards keep names and times
            before = now
            if parent.poll() is not None:
                if parent.returncode != -signal.SIGKILL:
                    return kills
                parent = start(folder)
        raise AssertionError("does not end")
    finally:
        parent.kill()
        parent.wait()


def test_killed_at_random_moments_it_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    quiet = run(tmp_path / "quiet", faults.chaotic, DRAWS, timeout=TIMEOUT, memory=MEMORY)
    assert quiet == {"ok": 2 * DRAWS - 4, "failed": 2, "timeout": 1, "killed": 1}
    kills = disturbed(tmp_path / "killed")
    assert kills >= 10
    table = held(tmp_path / "killed")
    assert len(pc.unique(table.column("key"))) == table.num_rows == 2 * DRAWS
    assert same(tmp_path / "quiet", tmp_path / "killed")
    assert not list((tmp_path / "quiet").rglob("*.tmp"))


def test_what_went_wrong_says_why(tmp_path: Path) -> None:
    run(tmp_path, faults.chaotic, 8, timeout=TIMEOUT, memory=MEMORY, jobs=1)
    rows = {(r["draw"], r["policy"]): r for r in held(tmp_path).to_pylist() if r["status"] != "ok"}
    assert set(rows) == {(3, "a"), (3, "b"), (5, "a"), (7, "b")}
    assert "ValueError: three is not allowed" in rows[3, "a"]["error"]
    assert rows[5, "a"]["error"] == f"stopped after {TIMEOUT:g} seconds"
    assert rows[7, "b"]["error"] == "took more than 0.6 GB, what a process may take here"
    assert all(row["y"] is None for row in rows.values())


def test_a_worker_that_has_not_begun_is_not_late(tmp_path: Path) -> None:
    """Its page of zeros was read as item 0, begun when the computer started: it was killed for that."""
    assert run(tmp_path, faults.calm, 3, jobs=1, timeout=30.0) == {
        "ok": 6,
        "failed": 0,
        "timeout": 0,
        "killed": 0,
    }


def test_workers_killed_before_their_first_world_are_replaced(tmp_path: Path) -> None:
    """Three of them in a row were taken for a program that cannot start."""
    parent = start(tmp_path)
    try:
        killed: set[int] = set()
        deadline = time.monotonic() + 60
        while len(killed) < 6 and time.monotonic() < deadline:
            for worker in psutil.Process(parent.pid).children():
                if worker.pid not in killed:
                    worker.kill()
                    killed.add(worker.pid)
            time.sleep(0.02)
        assert len(killed) >= 6
        assert parent.poll() is None
        while not dates(tmp_path) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert dates(tmp_path)
    finally:
        parent.kill()
        parent.wait()


def test_a_worker_of_another_code_kept_its_rows_under_the_hash_of_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "code_hash", lambda: "0" * 32)
    with pytest.raises(Unable, match=r"a worker process has another simulation .*, the command 00000000"):
        run(tmp_path, faults.calm, 3, jobs=1)
    assert not dates(tmp_path)


def test_a_program_that_cannot_start_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "MAIN", "raise SystemExit('no such library')")
    with pytest.raises(Unable, match="end before their first world"):
        run(tmp_path, faults.calm, 3, jobs=1)
