"""What tables and pages take is loaded while worlds run."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from experiments import loading


def _loaded(inside: str) -> list[str]:
    """Which of the modules a new process has loaded after doing this inside ``loading``."""
    code = (
        "import sys, time\nfrom experiments.loading import TAKEN, loading\n"
        f"with loading():\n    {inside}\n"
        "print(*[name for name in TAKEN if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_they_are_loaded_in_order_and_not_waited_for():
    found = _loaded("pass")
    assert found == list(loading.TAKEN[: len(found)])
    assert len(found) < len(loading.TAKEN)
    waited = "while 'experiments.report.page' not in sys.modules: time.sleep(0.05)"
    assert _loaded(waited) == list(loading.TAKEN)


def test_what_is_done_meanwhile_fails_as_ever():
    with pytest.raises(KeyError, match="mine"), loading.loading():
        raise KeyError("mine")


def test_a_module_that_cannot_be_loaded_is_told_to_who_asks_for_it(monkeypatch, recwarn):
    monkeypatch.setattr(loading, "TAKEN", ("not_there_at_all", "json"))
    with loading.loading():
        pass
    assert not recwarn.list


@pytest.mark.parametrize("name", loading.TAKEN)
def test_they_exist(name):
    assert find_spec(name)
