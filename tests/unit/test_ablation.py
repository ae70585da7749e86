"""The rows of the ablation table: names exist, every claim and lever has a row, the page has them all."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from docs import ablation
from docs.tables import format_of
from scenarios.load import load_scheme
from sim.parameters import FIELDS, LEVERS, SCHEME_BEHAVIOUR
from sim.world import World
from tests.small import same_firms, spec

DOCS = Path(__file__).parents[2] / "docs"
ROWS = ablation.rows()
KEYS = {"mechanism", "claims", "case", "months", "with", "off", "note"}


def read(name: str) -> dict:
    return YAML(typ="safe").load((DOCS / name).read_text(encoding="utf-8"))


def test_rows_have_known_keys_and_names_of_their_own():
    for part in read("ablation.yaml")["parts"]:
        assert set(part) <= {"part", "case", "months", "with", "rows"}
        for row in part["rows"]:
            assert set(row) <= KEYS, row
    named = [(row.part, row.mechanism) for row in ROWS]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.mechanism)
def test_a_row_makes_two_worlds_that_differ(row):
    with_it = ablation.world_of(row.case, row.months, row.given)
    without = ablation.world_of(row.case, row.months, ablation.setting(dict(row.given) | dict(row.off)))
    assert with_it != without


def test_every_represented_claim_is_switched_off_somewhere():
    claims = read("claims.yaml")["claims"]
    represented = {claim["id"] for claim in claims if claim["represented"]}
    assert {claim for row in ROWS for claim in row.claims} == represented


def test_every_lever_is_moved_somewhere():
    moved = {name.rpartition(".")[2] for row in ROWS for name, _ in (*row.off, *row.given)}
    assert set(LEVERS) - moved == set()


def test_the_page_has_every_row_and_each_moves_something():
    """What the rows move takes minutes to compute; that they are all there does not."""
    lines = (DOCS / "ablation.md").read_text(encoding="utf-8").split("\n")
    cells = [tuple(line.removeprefix("| ").split(" | ")[:3]) for line in lines if line.startswith("| ")]
    shown = {cell[:2] for cell in cells} - {("mechanism", "switched off by"), ("---", "---")}
    assert shown == {ablation.line(row, [])[:2] for row in ROWS}, "run: python -m docs.ablation"
    assert [mechanism for mechanism, _, moved in cells if moved == "nothing"] == []


@pytest.mark.parametrize("scheme", SCHEME_BEHAVIOUR)
def test_fields_of_another_format_do_nothing(scheme):
    rules = dict(load_scheme(scheme).rules)
    own = FIELDS["format"].choices[int(rules["format"])]
    others = {
        f.name: f.high if f.default < f.high else f.low
        for f in FIELDS.values()
        if format_of(f) not in ("", own)
    }
    assert len(others) > 10
    plain, odd = (
        World(spec(2, 300, 36, name=scheme, rules=given), {}, 1).run() for given in (rules, rules | others)
    )
    assert same_firms(plain, odd)
    assert plain.tables.locals.coordination_cost.tolist() == odd.tables.locals.coordination_cost.tolist()
