"""A case so small that a world takes a few milliseconds, and the command as a user calls it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

TERRITORY = """\
id,name,smes,large_sites,fragility
north,North,120,6,0.5
south,South,80,5,0.1
"""
CASE = """\
title: A small case
territory: basins.csv
start: "2001-01"
horizon_months: 30
schemes:
  alize: {opens: 0}
"""
POLICIES = """\
question: What does renewal change?
base: case.yaml
policies:
  no-renewal: {alize.recruiting_effort: 0}
  same: {}
"""
# processes that share the tests have a width of 80, which commands would heed
os.environ.pop("COLUMNS", None)
# a busy computer is slow to draw examples, which says nothing of a property
settings.register_profile("no-clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no-clock")
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module", autouse=True)
def forget_worlds(request: pytest.FixtureRequest) -> Iterator[None]:
    """Drops what the functions of a module keep once its tests are over: worlds are large."""
    yield
    for value in vars(request.module).values():
        if hasattr(value, "cache_clear") and value.__module__ == request.module.__name__:
            value.cache_clear()


def write_small(folder: Path) -> Path:
    """Writes a territory, a case and a policy file."""
    (folder / "basins.csv").write_text(TERRITORY)
    (folder / "case.yaml").write_text(CASE)
    (folder / "policies.yaml").write_text(POLICIES)
    return folder


def from_shell(folder: Path, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own, in a folder."""
    environment = dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-m", "experiments.cli", *arguments], cwd=folder, env=environment, timeout=120,
        capture_output=True, text=True, **options,
    )  # fmt: skip


def invoke(*arguments: str, code: int = 0):
    """What the command says, in this process and the present folder; it ends with this exit code."""
    from typer.testing import CliRunner

    from experiments.cli import app

    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == code, done.output
    return done


def without_page(folder: Path) -> Path:
    return folder / "report.html"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a territory, a case and a policy file."""
    return write_small(tmp_path)


@pytest.fixture
def tremplin(small: Path) -> Command:
    """The command, in a process of its own, in the folder ``small``."""
    return partial(from_shell, small)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The folder that a command fills, but for its page, in a folder such as ``small``: once for all tests of
    a module, which read it or take a copy."""
    from typer.testing import CliRunner

    import experiments.report
    from experiments.cli import app

    @cache
    def made(*command: str) -> Path:
        place = write_small(tmp_path_factory.mktemp("ran"))
        with pytest.MonkeyPatch.context() as there:
            there.chdir(place)
            there.setattr(experiments.report, "write", without_page)
            done = CliRunner().invoke(app, [*command, "--out", "o", "--quiet"])
        assert done.exit_code == 0, done.output
        return place / "o"

    return made


@pytest.fixture
def filled(small: Path, ran: Callable[..., Path]) -> Callable[..., None]:
    """Makes the folder ``o`` in ``small`` what a command makes it."""
    return lambda *command: shutil.copytree(ran(*command), small / "o")


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the page out: what is tested is elsewhere."""
    import experiments.report

    monkeypatch.setattr(experiments.report, "write", without_page)


@pytest.fixture
def here(small: Path, monkeypatch: pytest.MonkeyPatch, page: None) -> Path:
    """The folder ``small``, as the present one; pages are left out."""
    monkeypatch.chdir(small)
    return small
