"""The folder of compiled code, and the mark that says that all is there."""

from pathlib import Path

import pytest

from sim import code


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
