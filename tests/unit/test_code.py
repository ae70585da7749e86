"""The folder of compiled code, and the mark that says that all is there."""

import os
import subprocess
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from experiments.command import Common, _compile
from experiments.engines.ready import make_ready, not_compiled
from experiments.errors import Unable
from experiments.runner import simulate
from sim import code
from tests.survival.setting import experiment


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    """An empty folder for compiled code."""
    monkeypatch.setenv("TREMPLIN_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_code_that_was_compiled_is_warm_until_a_source_changes(folder, monkeypatch):
    assert not code.warm_units()
    code.mark_warm(["growth"])
    assert code.warm_units() == {"growth"}
    monkeypatch.setattr(code, "_sources", lambda: "another date")
    assert not code.warm_units()


def test_two_clones_of_the_same_code_do_not_take_each_others_mark(folder, monkeypatch):
    """With one mark for both, each command in either of them compiled again."""
    first, second = folder / "first", folder / "second"
    monkeypatch.setattr(code, "ROOT", first)
    code.mark_warm(["growth"])
    monkeypatch.setattr(code, "ROOT", second)
    assert not code.warm_units()
    code.mark_warm(["growth"])
    assert code.warm_units() == {"growth"}
    monkeypatch.setattr(code, "ROOT", first)
    assert code.warm_units() == {"growth"}


def in_front() -> None:
    _compile(experiment(simulate), Common(quiet=True))


@pytest.mark.parametrize("compiling", [make_ready, in_front])
def test_a_full_disk_below_compiled_code_names_its_folder(compiling, folder, monkeypatch):
    said = "Traceback:\n" * 200 + "OSError: [Errno 28] No space left on device\n"
    monkeypatch.setattr(subprocess, "run", lambda command, **_: CompletedProcess(command, 1, "", said))
    with pytest.raises(Unable, match=rf"^cannot write compiled code in {folder}.* full; .*TREMPLIN_CACHE"):
        compiling()


@pytest.mark.parametrize("compiling", [make_ready, in_front])
def test_code_was_compiled_from_whatever_lay_in_the_present_folder(compiling, folder, monkeypatch):
    given = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, env, **_: given.append(env) or CompletedProcess(command, 0, "", "")
    )
    compiling()
    assert given
    for env in given:  # of the process that compiles, and so of those among which it divides the work
        assert env["PYTHONSAFEPATH"] == "1"
        assert str(code.ROOT.parent) in env["PYTHONPATH"].split(os.pathsep)


def test_what_a_compiler_said_is_cut_at_a_line():
    why = "the simulation cannot be compiled here: "
    assert str(not_compiled("one\ntwo\n")) == f"{why}one\ntwo"
    assert str(not_compiled("x" * 2000 + "\none\ntwo\n")) == f"{why}one\ntwo"
