"""Dask clusters on this computer: the same store, workers and schedulers that are lost, commands that are
stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from experiments.engines import pools
from experiments.engines.choice import close_pools
from experiments.folder import Folder
from tests.survival import faults
from tests.survival.setting import dates, held, run, same
from tests.survival.test_store import wait_until as wait_until_late

pytest.importorskip("distributed")
ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
DRAWS = 60


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "o"
    run(folder, faults.calm, DRAWS, jobs=1, replicates=2)
    return folder


@pytest.fixture(scope="module", autouse=True)
def leave() -> Iterator[None]:
    yield
    close_pools()


def wait_until(ready: Callable) -> None:
    """A cluster starts late on a busy computer."""
    wait_until_late(ready, 120.0)


def command(folder: Path, function: str, draws: int, engine: str = "dask") -> subprocess.Popen[str]:
    """A command in a process group of its own."""
    arguments = [str(folder), function, str(draws), "2", "0", "0", "1/1", engine]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.survival.setting", *arguments],
        env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def workers(folder: Path) -> set[int]:
    """Processes that made the rows of a folder."""
    return {
        int(row["meta_worker"].split("-")[-2]) for row in Folder(folder).runs(["meta_worker"]).to_pylist()
    }


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """A scheduler with one worker, as somebody else would start them."""
    folder.mkdir(exist_ok=True)
    said, options = (
        folder / "scheduler.json",
        {"stderr": subprocess.DEVNULL, "env": ENVIRONMENT, "cwd": folder},
    )
    loopback = ["--host", "127.0.0.1", "--no-dashboard"]
    first = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0",
                              "--scheduler-file", str(said), *loopback], **options)  # fmt: skip
    started = [first]
    try:
        wait_until(said.exists)
        worker = ["--nthreads", "1", "--scheduler-file", str(said), "--death-timeout", "5", *loopback]
        started.append(
            subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_worker", *worker], **options)
        )
        import json

        yield json.loads(said.read_text())["address"], first
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(60)


def test_the_same_store_as_without_dask(whole: Path, tmp_path: Path) -> None:
    run(tmp_path / "dask", faults.calm, DRAWS, replicates=2, engine="dask")
    assert same(whole, tmp_path / "dask")
    for part in (2, 3, 1):
        run(tmp_path / "parts", faults.calm, DRAWS, replicates=2, part=(part, 3), engine="dask")
    assert same(whole, tmp_path / "parts")


def test_what_one_engine_began_another_ends(whole: Path, tmp_path: Path) -> None:
    run(tmp_path, faults.calm, 11, replicates=2, engine="dask")
    run(tmp_path, faults.calm, 31, replicates=2)
    before = dates(tmp_path)
    run(tmp_path, faults.calm, DRAWS, replicates=2, engine="dask")
    assert before.items() <= dates(tmp_path).items()
    assert same(whole, tmp_path)


def test_worlds_of_the_model_with_their_series(tremplin, small: Path) -> None:
    for engine in ("local", "dask"):
        done = tremplin(
            "compare", "policies.yaml", "--draws", "3", "--jobs", "1", "--engine", engine, "--out", engine
        )
        assert done.returncode == 0, done.stderr
    assert same(small / "local", small / "dask")
    for name in ("summary.csv", "groups.csv", "decision.csv"):
        assert (small / "local" / name).read_bytes() == (small / "dask" / name).read_bytes()


def test_a_worker_that_is_killed(tmp_path: Path) -> None:
    process = command(tmp_path / "o", "slow", 15)
    try:
        wait_until(lambda: dates(tmp_path / "o") and workers(tmp_path / "o"))
        victim = psutil.Process(workers(tmp_path / "o").pop())
        assert psutil.Process(process.pid) in victim.parents()
        victim.kill()
        assert process.wait(120) == 0
    finally:
        process.kill()
    run(tmp_path / "calm", faults.calm, 15)
    table = held(tmp_path / "o")
    assert table.num_rows == 30
    assert table.column("key").to_pylist() == held(tmp_path / "calm").column("key").to_pylist()
    assert set(table.column("status").to_pylist()) == {"ok"}


def test_a_world_that_ends_its_worker_is_found_among_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_pools()
    monkeypatch.setattr(pools, "ATTEMPTS", 1)
    counts = run(tmp_path, faults.deadly, 4, engine="dask", jobs=1)
    assert counts == {"ok": 7, "failed": 0, "timeout": 0, "killed": 1}
    killed = [(r["draw"], r["policy"]) for r in held(tmp_path).to_pylist() if r["status"] == "killed"]
    assert killed == [(3, "b")]
    close_pools()


def test_a_scheduler_that_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "o"
    with scheduler(tmp_path) as (address, process):
        first = command(folder, "slow", 20, f"dask:{address}")
        try:
            wait_until(lambda: dates(folder))
            process.kill()
            said = first.communicate(timeout=120)[1]
        finally:
            first.kill()
    assert first.returncode == 1
    rows = held(folder).num_rows
    assert 0 < rows < 40
    assert f"the scheduler at {address} is gone: {rows} of 40 worlds are kept in {folder}; the same" in said
    before = dates(folder)
    with scheduler(tmp_path / "again") as (address, _):
        assert command(folder, "slow", 20, f"dask:{address}").wait(120) == 0
    assert held(folder).num_rows == 40
    assert before.items() <= dates(folder).items()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_command_that_is_stopped_leaves_nothing_running(name: str, tmp_path: Path) -> None:
    process = command(tmp_path, "slow", 1000)
    try:
        wait_until(lambda: dates(tmp_path))
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 2
        if name == "SIGINT":  # as a terminal does: to all of them
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(getattr(signal, name))
        said = process.communicate(timeout=90)[1]
    finally:
        process.kill()
    gone, alive = psutil.wait_procs(family, 30)
    assert not alive
    assert len(gone) == len(family)
    if name != "SIGKILL":
        assert process.returncode == 130
        assert f"stopped: {held(tmp_path).num_rows:,} of 2,000 worlds are kept" in said
    assert not list(tmp_path.rglob("*.tmp"))


def test_all_it_opens_is_on_the_loopback_address(tmp_path: Path) -> None:
    process = command(tmp_path, "slow", 1000)
    try:
        wait_until(lambda: dates(tmp_path))
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        ports = [c.laddr for one in family for c in one.net_connections() if c.status == "LISTEN"]
    finally:
        process.terminate()
        process.communicate(timeout=90)
    assert ports
    assert {address.ip for address in ports} == {"127.0.0.1"}


def test_a_scheduler_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.errors import Lost

    monkeypatch.setattr(pools, "CONNECT_SECONDS", 1)
    with pytest.raises(Lost, match=r"no scheduler answers at tcp://127\.0\.0\.1:1 "):
        run(tmp_path, faults.calm, 3, engine="dask:tcp://127.0.0.1:1")


def test_time_is_looked_at_by_the_worlds_themselves(tremplin, small: Path) -> None:
    asked = ("--engine", "dask", "--jobs", "1", "--timeout", "1e-6")
    done = tremplin("run", "case.yaml", "--draws", "1", *asked, "--out", "o")
    assert done.returncode == 1
    assert "timeout" in done.stderr
