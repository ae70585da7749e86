"""The description of the model follows the code."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from scenarios.load import available
from sim import draws
from sim.outcomes import OUTCOMES
from sim.parameters import ECONOMY, RESEARCH, RULES, SCHEME_BEHAVIOUR, uncertainties

DOCS = Path(__file__).parents[2] / "docs"
ODD = (DOCS / "odd.md").read_text(encoding="utf-8")
PARAMETERS = (DOCS / "parameters.md").read_text(encoding="utf-8")
TIMELINE = (DOCS.parent / "sim" / "timeline.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tables", DOCS / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_current(tables):
    assert tables.document() == PARAMETERS, "run: python docs/tables.py"
    claims = (DOCS / "claims.md").read_text(encoding="utf-8")
    assert tables.claims_document() == claims, "run: python docs/tables.py"


def test_every_name_has_a_row():
    schemes = [f"{scheme}.{name}" for scheme, known in SCHEME_BEHAVIOUR.items() for name in known]
    names = [*(u.name for u in (*ECONOMY, *RESEARCH)), *schemes, *(r.name for r in RULES), *OUTCOMES]
    assert [name for name in names if f"| `{name}` |" not in PARAMETERS] == []


def test_every_number_stands_in_an_equation_of_the_description():
    """A parameter that is declared and not described is forgotten on one side."""
    names = {u.name for u in (*ECONOMY, *RESEARCH)} | {f"rule.{r.name}" for r in RULES}
    quoted = {word for text in re.findall(r"`([^`]+)`", ODD) for word in re.findall(r"[a-z_.]+", text)}
    assert names - quoted == set()


def test_no_meaning_leans_on_the_row_before():
    """A row is read alone, in the table and by ``explain``."""
    rows = [*RULES, *uncertainties(SCHEME_BEHAVIOUR)]
    leaning = re.compile(r"\b(from|of|after|to|in) (that|this|these|such) [a-z]")
    assert [row.name for row in rows if leaning.search(row.doc)] == []


def test_every_shipped_case_stands_in_the_table_of_cases():
    data = ODD.split("## 10. Input data")[1].split("\n| scheme | case |")[1]
    named = set(re.findall(r"`([^`]+)`", data))
    assert named == set(available("cases"))


def test_no_name_of_a_rule_is_gone():
    named = set(re.findall(r"`rule\.([a-z_]+)`", ODD))
    assert named <= {r.name for r in RULES}


def test_phases_stand_in_their_order():
    month = TIMELINE.split("PHASES = (")[1].split(")")[0]
    phases = re.findall(r"^    ([a-z_]+),$", month, re.MULTILINE)
    described = re.findall(r"^\| (\d+) \| `([a-z_]+)` \|", ODD, re.MULTILINE)
    assert described == [(str(n), phase) for n, phase in enumerate(phases, 1)]


def test_every_stream_is_described():
    streams = {
        name
        for name, value in vars(draws).items()
        if name.isupper() and type(value) is int and 0 < value < 9000
    }
    rows = [row.split("|")[1] for row in ODD.split("\n") if row.startswith("| ")]
    described = {name.strip() for row in rows for name in row.split(",")}
    assert streams - described == set()
