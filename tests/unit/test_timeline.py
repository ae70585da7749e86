"""The table of contents of a month, and the tables that compiled code sees."""

import inspect
import re

from sim import handle, timeline
from sim.state import Tables


def test_phases_are_those_of_the_month_in_order():
    called = re.findall(r"^    ([a-z_]+)\(w, t\)$", inspect.getsource(timeline.month.py_func), re.MULTILINE)
    assert tuple(called) == timeline.PHASES


def test_a_handle_holds_every_table_in_order():
    passed = re.findall(r"^ +t\.([a-z_]+),$", inspect.getsource(handle), re.MULTILINE)
    assert tuple(passed) == Tables._fields
