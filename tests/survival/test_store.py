"""The same store, whoever made it and in whatever order; damaged stores; full disks; two commands at once."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import experiments.command
from experiments.command import Common, run_missing
from experiments.engines.signals import listening
from experiments.errors import Refused, Unable
from experiments.files import unfinished
from experiments.folder import Folder, about
from experiments.lock import holders, locked
from experiments.repair import repair
from tests.survival import faults
from tests.survival.setting import dates, experiment, held, run, same

ROOT = Path(__file__).parents[2]
DRAWS = 60
IN_A_TERMINAL = """
import fcntl, pathlib, sys, termios
from tests.survival import faults, setting
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # it is told when its terminal is closed
try:
    setting.run(pathlib.Path(sys.argv[1]), faults.slow, 1000, quiet=False)
except KeyboardInterrupt as stop:
    print(stop, file=sys.stderr, flush=True)
    sys.exit(setting.EXIT_STOPPED)
"""


def command(folder: Path, function: str, draws: int, *more: str, **options) -> subprocess.Popen[str]:
    """The same in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.survival.setting", str(folder), function, str(draws), "2", "0", "0",
        *more], env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "o"
    run(folder, faults.calm, DRAWS, jobs=1, replicates=2)
    return folder


def test_one_worker_two_workers_and_shards_in_any_order(whole: Path, tmp_path: Path) -> None:
    assert held(whole).num_rows == 4 * DRAWS
    run(tmp_path / "two", faults.calm, DRAWS, replicates=2)
    assert same(whole, tmp_path / "two")
    for part in (3, 1, 4, 2):
        run(tmp_path / "parts", faults.calm, DRAWS, replicates=2, part=(part, 4), jobs=1)
    assert same(whole, tmp_path / "parts")


def test_a_part_that_ends_leaves_what_a_later_one_has_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = SimpleNamespace(run=lambda *_: None)

    def meanwhile(*_):
        monkeypatch.setattr(experiments.command, "runner", lambda *_: idle)
        run(tmp_path, faults.calm, 8, replicates=2, part=(2, 2))
        return idle

    monkeypatch.setattr(experiments.command, "runner", meanwhile)
    run(tmp_path, faults.calm, 4, part=(1, 2))
    there = Folder(tmp_path).manifest
    assert (there["draws"], there["replicates"], there["engine"]["parts"]) == (8, 2, 2)


def test_shards_named_the_command_of_their_worker(whole: Path) -> None:
    for shard in Folder(whole).shards():
        said = pq.read_metadata(shard).metadata
        assert said[b"command_line"].decode() == about(experiment(faults.calm))["command_line"]


def test_a_folder_that_grows(whole: Path, tmp_path: Path) -> None:
    grew = []
    for draws in (7, 7, 31, DRAWS):
        before = dates(tmp_path)
        run(tmp_path, faults.calm, draws, jobs=1, replicates=2)
        assert before.items() <= dates(tmp_path).items()
        grew.append(dates(tmp_path) != before)
    assert same(whole, tmp_path)
    assert grew == [True, False, True, True]  # the second time there was nothing to do


def test_more_workers_share_the_work(tmp_path: Path) -> None:
    run(tmp_path, faults.slow, 12)
    workers = {row["meta_worker"] for row in Folder(tmp_path).runs(["meta_worker"]).to_pylist()}
    assert len(workers) == 2
    assert str(os.getpid()) not in {worker.split("-")[-2] for worker in workers}


def test_a_truncated_shard_is_named_set_aside_and_run_again(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "o"
    shutil.copytree(whole, folder)
    run(folder, faults.calm, DRAWS + 20, replicates=2)
    victim = sorted((folder / "runs").iterdir())[0]
    others = {name: at for name, at in dates(folder).items() if name != victim.name}
    victim.write_bytes(victim.read_bytes()[:-100])
    with pytest.raises(Refused, match=rf"{victim.name}: damaged .*tremplin repair {folder}"):
        run(folder, faults.calm, DRAWS + 20, replicates=2)
    done = repair(folder)
    assert [name for name, _ in done.aside] == [f"runs/{victim.name}"]
    assert list((folder / "damaged").rglob(victim.name))
    run(folder, faults.calm, DRAWS + 20, replicates=2)
    run(tmp_path / "fresh", faults.calm, DRAWS + 20, replicates=2)
    assert same(folder, tmp_path / "fresh")
    assert others.items() <= dates(folder).items()


def test_a_lost_or_spoilt_manifest_loses_no_world(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "o"
    shutil.copytree(whole, folder)
    before = dates(folder)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(Refused, match="tremplin repair"):
        run(folder, faults.calm, DRAWS, replicates=2)
    assert [name for name, _ in repair(folder).aside] == ["manifest.json"]
    run(folder, faults.calm, DRAWS, replicates=2)
    assert dates(folder) == before
    assert Folder(folder).manifest["counts"]["ok"] == 4 * DRAWS


def test_a_shard_of_another_experiment_is_not_taken_for_one_of_this(whole: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "o", tmp_path / "other"
    shutil.copytree(whole, folder)
    of_other = experiment(faults.calm, arms=("a", "c"))
    Folder(other).prepare(of_other)
    common = Common(draws=3, jobs=1, out=other, quiet=True)
    run_missing(Folder(other), common.request(of_other), common)
    for shard in (other / "runs").iterdir():
        shutil.copy(shard, folder / "runs")
    with pytest.raises(Refused, match="is of another experiment than the folder"):
        run(folder, faults.calm, DRAWS, replicates=2)
    repair(folder)
    assert same(folder, whole)


def test_series_and_files_left_behind_are_cleared(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "o"
    shutil.copytree(whole, folder)
    (folder / "runs" / ".part-1.parquet.0123.tmp").write_bytes(b"half")
    (folder / "series" / "part-1-lonely.parquet").write_bytes(b"")
    done = repair(folder)
    assert done.removed == ["runs/.part-1.parquet.0123.tmp"]
    assert done.aside == [("series/part-1-lonely.parquet", "no worlds of that name")]
    assert done.rows == 4 * DRAWS
    assert repair(folder).aside == []


def test_what_a_killed_worker_was_writing_stayed_for_ever(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "o"
    shutil.copytree(whole, folder)
    ours = folder / "series" / f".part-{socket.gethostname()}-1-ab.parquet.0123.tmp"
    theirs = [folder / "runs" / f".part-other-{age}.parquet.0123.tmp" for age in ("young", "old")]
    for left in (ours, *theirs):
        left.write_bytes(b"half")
    os.utime(theirs[1], (0, 0))
    run(folder, faults.calm, DRAWS, replicates=2, part=(1, 2))
    assert len(unfinished(folder)) == 3  # other shards may be writing
    run(folder, faults.calm, DRAWS, replicates=2)
    assert unfinished(folder) == [theirs[0]]


def test_series_without_their_worlds_stood_beside_those_of_the_same_worlds_run_again(
    whole: Path, tmp_path: Path
) -> None:
    """As a process leaves them that ends between the two files."""
    folder = tmp_path / "o"
    shutil.copytree(whole, folder)
    ours = folder / "series" / f"part-{socket.gethostname()}-1-{'0' * 16}_{'1' * 16}.parquet"
    theirs = [folder / "series" / f"part-other-{age}-{'0' * 16}_{'1' * 16}.parquet" for age in (1, 2)]
    for left in (ours, *theirs):
        left.write_bytes(b"")
    os.utime(theirs[1], (0, 0))
    run(folder, faults.calm, DRAWS, replicates=2, part=(1, 2))
    assert all(left.exists() for left in (ours, *theirs))  # other shards may be about to write their worlds
    run(folder, faults.calm, DRAWS, replicates=2)
    assert [left.exists() for left in (ours, *theirs)] == [False, True, False]
    assert {path.name for path in (folder / "damaged").rglob("*.parquet")} == {ours.name, theirs[1].name}


def test_a_shard_that_does_not_fit_left_its_series_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, real = Folder(tmp_path), Folder.write
    folder.prepare(experiment(faults.calm))

    def write(of: Folder, name: str, content: bytes) -> Path:
        if name.startswith("runs/"):
            raise Unable("the disk is full")
        return real(of, name, content)

    monkeypatch.setattr(Folder, "write", write)
    with pytest.raises(Unable, match="the disk is full"):
        folder.write_shard("host-1", pa.table({"draw": [0]}), pa.table({"value": [0.5]}))
    assert list((tmp_path / "series").iterdir()) == []


def test_the_second_of_two_commands_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "o"
    first = command(folder, "slow", 20)
    try:
        wait_until(lambda: holders(folder))
        second = command(folder, "slow", 20)
        said = second.communicate(timeout=60)[1]
        assert second.returncode == 2
        assert f"is being written by process {first.pid} of" in said
        assert "choose another --out" in said
        assert holders(folder)[0]["pid"] == first.pid
        assert first.wait(60) == 0
    finally:
        first.kill()
    assert holders(folder) == []
    assert held(folder).num_rows == 40


def test_two_commands_started_together_never_damage_the_folder(tmp_path: Path) -> None:
    for attempt in range(3):
        folder = tmp_path / str(attempt)
        both = [command(folder, "calm", 50) for _ in range(2)]
        codes = sorted(process.wait(60) for process in both)
        assert codes in ([0, 0], [0, 2])
        assert held(folder).num_rows == 100


def test_parts_may_run_together_and_nothing_else_may(tmp_path: Path) -> None:
    with locked(tmp_path, (1, 3)), locked(tmp_path, (2, 3)):
        for other in ((1, 3), (1, 1), (2, 4)):
            with pytest.raises(Refused, match="is being written"), locked(tmp_path, other):
                pass
        assert sorted(who["part"] for who in holders(tmp_path)) == ["1/3", "2/3"]
    with locked(tmp_path), pytest.raises(Refused), locked(tmp_path, (1, 3)):
        pass


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGUSR1", "SIGHUP"])
def test_a_signal_writes_what_is_finished(name: str, tmp_path: Path) -> None:
    process = command(tmp_path, "slow", 1000)
    try:
        wait_until(lambda: len(dates(tmp_path)) > 1)
        process.send_signal(getattr(signal, name))
        said = process.communicate(timeout=60)[1]
    finally:
        process.kill()
    assert process.returncode == 130
    rows = held(tmp_path).num_rows
    assert f"stopped: {rows:,} of 2,000 worlds are kept" in said
    assert not list(tmp_path.rglob("*.tmp"))
    assert holders(tmp_path) == []


def test_a_closed_terminal_stopped_a_command_in_its_tracks(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", IN_A_TERMINAL, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        wait_until(lambda: len(dates(tmp_path)) > 1)
        os.close(ours)
        assert process.wait(20) == 130
    finally:
        process.kill()
    assert held(tmp_path).num_rows > 0
    assert not list(tmp_path.rglob("*.tmp"))


def test_what_nohup_starts_does_not_hear_its_terminal() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening() as asked:
            os.kill(os.getpid(), signal.SIGHUP)
        assert asked.times == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_shell_says_too_that_its_terminal_is_closed() -> None:
    before = signal.getsignal(signal.SIGHUP)
    try:
        with listening() as asked:
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGHUP)
        assert asked.times == 1  # a second one would not let workers write
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_death_of_the_parent_is_that_of_its_workers(tmp_path: Path) -> None:
    import psutil

    process = command(tmp_path, "slow", 1000)
    wait_until(lambda: dates(tmp_path))
    workers = psutil.Process(process.pid).children()
    assert len(workers) == 2
    process.kill()
    process.communicate()
    gone, alive = psutil.wait_procs(workers, 5)
    assert not alive
    assert len(gone) == 2


def wait_until(ready, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "too late"
        time.sleep(0.02)


@pytest.fixture
def tiny_disk(tmp_path: Path):
    """A file system of 200 kB, where mounting is allowed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], capture_output=True
    ).returncode:
        pytest.skip("no right to mount a file system")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_loses_nothing_that_was_kept(tiny_disk: Path, tmp_path: Path) -> None:
    folder = tiny_disk / "o"
    with pytest.raises(Unable, match="the disk is full"):
        run(folder, faults.slow_and_large, 2000)
    before = dates(folder)
    assert before
    kept = held(folder).num_rows
    assert kept > 0
    assert not list(folder.rglob("*.tmp"))
    subprocess.run(["mount", "-o", "remount,size=20m", str(tiny_disk)], check=True)
    run(folder, faults.slow_and_large, 2000)
    assert before.items() <= dates(folder).items()
    run(tmp_path / "fresh", faults.slow_and_large, 2000)
    assert same(folder, tmp_path / "fresh")


def test_where_writing_is_not_allowed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unable, match="cannot write in"):
        run(tmp_path / "file" / "o", faults.calm, 2)
