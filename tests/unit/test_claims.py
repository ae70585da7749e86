"""The ledger of claims: each is represented somewhere, or says why it is not; nothing it names is gone."""

import ast
import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sim.parameters import ECONOMY, FIELDS, RESEARCH

ROOT = Path(__file__).parents[2]
LEDGER: dict[str, Any] = YAML(typ="safe").load((ROOT / "docs" / "claims.yaml").read_text(encoding="utf-8"))
CLAIMS: list[dict[str, Any]] = LEDGER["claims"]
KEYS = ("id", "document", "claim", "represented", "where", "parameters", "facts", "test", "experiment")
SERIES = {"A": 30, "B": 22, "P": 10, "C": 40, "M": 15}  # claims of each document that the ledger covers
NAMES = {u.name for u in (*ECONOMY, *RESEARCH)} | set(FIELDS)


@cache
def functions(path: str) -> frozenset[str]:
    """Names of the functions and methods of a file of the project; of none if there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def facts() -> frozenset[str]:
    """Ids of the published figures."""
    with (ROOT / "calibration" / "facts.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["id"] for row in csv.DictReader(file))


@cache
def experiments() -> frozenset[str]:
    """Names of the shipped cases and policy files."""
    folders = (ROOT / "scenarios" / "cases", ROOT / "scenarios" / "policies")
    return frozenset(path.stem for folder in folders for path in folder.glob("*.yaml"))


@pytest.fixture(params=CLAIMS, ids=lambda claim: claim["id"])
def claim(request) -> dict[str, Any]:
    return request.param


def test_every_claim_of_each_document_is_here_once_in_order():
    ids = [claim["id"] for claim in CLAIMS]
    assert ids == [f"{letter}{n:02d}" for letter, last in SERIES.items() for n in range(1, last + 1)]


def test_documents_are_cited():
    for name, document in LEDGER["documents"].items():
        assert {"title", "author", "year"} <= set(document), name


def test_a_claim_has_its_keys(claim):
    extra = {"limits"} if claim["represented"] else {"why"}
    assert set(KEYS) <= set(claim) <= set(KEYS) | extra
    assert claim["document"] in LEDGER["documents"]
    assert claim["claim"].strip().endswith(".")


def test_represented_means_rules_and_parameters_otherwise_a_reason(claim):
    if claim["represented"]:
        assert claim["where"]
        assert claim["parameters"]
    else:
        assert len(claim["why"].split()) >= 6
        lists = ("where", "parameters", "facts", "test", "experiment")
        assert not any(claim[key] for key in lists)


def test_where_it_acts_exists(claim):
    places = [place.split(":") for place in claim["where"]]
    assert [f"{path}:{name}" for path, name in places if name not in functions(path)] == []


def test_parameters_exist(claim):
    assert set(claim["parameters"]) - NAMES == set()


def test_facts_exist(claim):
    assert set(claim["facts"]) - facts() == set()


def test_its_tests_exist(claim):
    named = [name.split("::") for name in claim["test"]]
    missing = [f"{path}::{name}" for path, name in named if name not in functions(path)]
    assert missing == []
    assert all(path.startswith("tests/") and name.startswith("test_") for path, name in named)


def test_its_experiments_exist(claim):
    assert set(claim["experiment"]) - experiments() == set()


def test_every_represented_claim_has_a_test():
    assert [claim["id"] for claim in CLAIMS if claim["represented"] and not claim["test"]] == []


def test_what_stands_for_no_claim_says_why():
    """Each uncertainty, rule, lever, behaviour is named by a claim, or is the model's own for a reason."""
    own = [name for group in LEDGER["own"] for name in group["names"]]
    assert len(own) == len(set(own))
    claimed = {name for claim in CLAIMS for name in claim["parameters"]}
    assert NAMES - claimed - set(own) == set(), "named by no claim: add it to one, or to `own` with a reason"
    assert set(own) - NAMES == set()
    assert set(own) & claimed == set()
    assert all(len(group["reason"].split()) >= 6 for group in LEDGER["own"])
