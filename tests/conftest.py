"""A case so small that a world takes a few milliseconds, and the command as a user calls it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
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


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a territory, a case and a policy file."""
    (tmp_path / "basins.csv").write_text(TERRITORY)
    (tmp_path / "case.yaml").write_text(CASE)
    (tmp_path / "policies.yaml").write_text(POLICIES)
    return tmp_path


@pytest.fixture
def tremplin(small: Path) -> Command:
    """The command, in a process of its own, in the folder ``small``."""

    def call(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
        environment = dict(os.environ) | {"PYTHONPATH": str(Path(__file__).parents[1])}
        return subprocess.run(
            [sys.executable, "-m", "experiments.cli", *arguments], cwd=small, env=environment, timeout=120,
            capture_output=True, text=True, **options,
        )  # fmt: skip

    return call


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the page out: what is tested is elsewhere."""
    import experiments.report

    monkeypatch.setattr(experiments.report, "write", lambda folder: folder / "report.html")
