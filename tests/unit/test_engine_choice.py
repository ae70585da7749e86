"""What ``--engine`` may name, and every error of a cluster file."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.engines import choice
from experiments.engines.choice import engine_of
from experiments.engines.settings import Settings, read_settings
from experiments.errors import Refused, Unable

GOOD = """\
queue = "compute"
cores = 4
memory = "8 GB"
walltime = "1-02:30:00"
workers = 10
directives = ["--exclusive"]

[scheduler]
port = 8786
"""
# what replaces what, and what the message must hold
WRONG: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "unknown key": ("queue", "que", ("c.toml:1: que: unknown key", "did you mean queue?")),
    "no number": (
        "cores = 4",
        'cores = "4"',
        ("c.toml:2: cores: must be a whole number from 1", "(got '4')"),
    ),
    "truth for a number": ("cores = 4", "cores = true", ("c.toml:2: cores: must be a whole number",)),
    "no unit": ('"8 GB"', '"8"', ("c.toml:3: memory: must be", 'such as "8 GB"', "(got '8')")),
    "too little memory": (
        '"8 GB"',
        '"500 MB"',
        ("c.toml:3: memory: too little for 4 workers", "at least 300 MB"),
    ),
    "bare time": ('"1-02:30:00"', "60", ("c.toml:4: walltime: must be", "hours:minutes:seconds")),
    "minutes over 59": ('"1-02:30:00"', '"1:75:00"', ("c.toml:4: walltime",)),
    "two numbers": ('"1-02:30:00"', '"02:00"', ("c.toml:4: walltime: must be", "(got '02:00')")),
    "no time": ('"1-02:30:00"', '"00:00:00"', ("c.toml:4: walltime: must be", "above zero")),
    "no workers": ("workers = 10\n", "", ("workers: is missing; it must be a whole number",)),
    "blank in a queue": ('"compute"', '"com pute"', ("c.toml:1: queue: must be a word in quotes",)),
    "text for a list": ('["--exclusive"]', '"--exclusive"', ("c.toml:6: directives: must be a list",)),
    "no directive": ('["--exclusive"]', '["exclusive"]', ("c.toml:6: directives", "such as")),
    "unknown option": ("port =", "prt =", ("c.toml:9: scheduler.prt: unknown key", "mean scheduler.port?")),
    "no port": ("8786", "80", ("c.toml:9: scheduler.port: must be a port from 1024", "(got 80)")),
    "not TOML": ("workers = 10", "workers =", ("c.toml:5:10: is not TOML",)),
    "twice": ("workers = 10", "workers = 10\nworkers = 10", ("c.toml:6:", "is not TOML")),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "c.toml"
    path.write_text(GOOD)
    return path


def test_a_good_file(file: Path) -> None:
    found = read_settings(file)
    assert (found.queue, found.cores, found.workers, found.account) == ("compute", 4, 10, "")
    assert found.memory_bytes == 8_000_000_000
    assert found.walltime_seconds == 26 * 3600 + 30 * 60
    assert found.log == file.parent / "cluster-log"
    assert found.directives == ("--exclusive",)
    assert found.scheduler == {"port": 8786}


def test_seconds_may_be_left_out_behind_days(file: Path) -> None:
    file.write_text(GOOD.replace("1-02:30:00", "1-02:30"))
    assert read_settings(file).walltime_seconds == 26 * 3600 + 30 * 60


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_in_a_file_is_named_with_its_line(wrong: str, file: Path) -> None:
    old, new, said = WRONG[wrong]
    assert old in GOOD
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(Refused) as refused:
        read_settings(file)
    assert all(part in str(refused.value) for part in said), str(refused.value)


def test_all_errors_at_once(file: Path) -> None:
    file.write_text(GOOD.replace("4\n", "0\n").replace("8786", "1").replace("queue", "que"))
    with pytest.raises(Refused) as refused:
        read_settings(file)
    assert [line.split(": ")[1] for line in str(refused.value).splitlines()] == [
        "que",
        "cores",
        "scheduler.port",
    ]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"none\.toml: cannot be read"):
        engine_of(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    "text", ["", "slurm", "Dask", "dask:", "dask:localhost:8786", "dask:tcp://here", "x.yaml"]
)
def test_what_is_no_engine(text: str) -> None:
    with pytest.raises(Refused, match="--engine: "):
        engine_of(text)


def test_engines(file: Path) -> None:
    pytest.importorskip("dask_jobqueue")
    assert engine_of("local").said() == {"name": "local"}
    assert not engine_of("dask").elsewhere
    there = engine_of("dask:tcp://10.0.0.1:8786")
    assert (there.address, there.elsewhere) == ("tcp://10.0.0.1:8786", True)
    jobs = engine_of(str(file))
    assert isinstance(jobs.settings, Settings)
    assert (jobs.processes(0), jobs.processes(3)) == (10, 3)
    assert hash(jobs) == hash(engine_of(str(file)))


@pytest.mark.parametrize(
    ("replaced", "by", "said"),
    [
        ("queue", 'interface = "ib99"\nqueue', r"interface: no network of .* \(got 'ib99'\); allowed: .*lo"),
        ("port = 8786", "port = {taken}", r"scheduler\.port: is in use .* \(got {taken}\); choose another"),
        ("port = 8786", 'host = "192.0.2.1"', r"does not start here: .*\[scheduler\], at host and port"),
    ],
)
def test_a_scheduler_that_cannot_start_names_what_to_change(
    replaced: str, by: str, said: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dask_jobqueue")
    from experiments.engines import pools

    monkeypatch.setattr(pools.shutil, "which", lambda program: program)
    with socket.create_server(("", 0)) as server:
        taken = str(server.getsockname()[1])
        file.write_text(GOOD.replace(replaced, by.replace("{taken}", taken)))
        with pytest.raises(Unable, match=rf"^{file}: .*" + said.replace("{taken}", taken)):
            pools.SlurmPool(read_settings(file), 1)


def test_an_engine_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    with pytest.raises(Unable, match=r"needs distributed, .*: pip install 'tremplin\[cluster\]'"):
        engine_of("dask")
    done = CliRunner().invoke(app, ["run", "alize-1997-2007", "--engine", "dask"])
    assert done.exit_code == 3
    assert "pip install 'tremplin[cluster]'" in done.stderr


def test_a_wrong_engine_is_refused_before_anything_else(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["run", "no-such-case", "--engine", "cloud", "--out", str(tmp_path / "o")])
    assert done.exit_code == 2
    assert "unknown engine (got 'cloud'); allowed: local, dask, dask:tcp://host:port" in done.stderr
    assert not (tmp_path / "o").exists()


def test_help_and_the_local_engine_load_nothing_of_dask() -> None:
    code = "import sys, experiments.cli, experiments.command; print([m for m in sys.modules if 'dask' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
