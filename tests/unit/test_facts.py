"""The table of published figures: complete, unique ids, every row cited."""

import csv
import re
from pathlib import Path

import pytest

FACTS = Path(__file__).parents[2] / "calibration" / "facts.csv"
COLUMNS = [
    *("id", "scheme_or_topic", "quantity", "value", "low", "high", "unit"),
    *("period_start", "period_end", "geography", "source_title", "publisher", "year", "url"),
    *("meaning", "grade", "verified", "suggested_use", "maps_to"),
]
DOCUMENTS = {
    "S0-08": ("Impact territorial et création d'emplois", "Lyon Éco et Culture", "2025"),
    "S1-01": ("Alizé, des entreprises acteurs (Régis Bourgeat)", "Revue Projet", "2007"),
    "S2-01": ("CoActiS", "Revue internationale P.M.E.", "2017"),
    "S3-01": ("(Philippe Bassot, Cécile Ezvan, Julie Koeltz)", "CM International", "2008"),
    "S4-01": ("Aix-Marseille Provence Pacte PME", "Destimed", "2019"),
}


@pytest.fixture(scope="module")
def facts() -> list[dict[str, str]]:
    with FACTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_columns_and_number_of_rows(facts):
    assert list(facts[0]) == COLUMNS
    assert len(facts) == 390
    assert all(None not in row and None not in row.values() for row in facts)


def test_ids_are_unique_and_well_formed(facts):
    ids = [row["id"] for row in facts]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"(S[0-4]|ALZ|REV|PPM|PAC|POL|MEC|VOL|DEM|GEO|EFF|MEM)-\d\d", i) for i in ids)


def test_every_row_cites_title_publisher_and_year(facts):
    for row in facts:
        assert row["source_title"], row["id"]
        assert row["publisher"], row["id"]
        assert re.search(r"\b(19|20)\d\d|n\.d\.", row["year"]), row["id"]
        assert row["url"] == "" or re.match(r"https?://\S+$", row["url"]), row["id"]


def test_documents_are_cited_by_title_never_by_file(facts):
    for row in facts:
        text = " ".join(row.values())
        assert not re.search(r"\bseed|\b00[0-4]_|from memory|by search", text, re.IGNORECASE), row["id"]


@pytest.mark.parametrize("fact", DOCUMENTS)
def test_the_five_documents_have_their_title_author_and_year(facts, fact):
    row = next(row for row in facts if row["id"] == fact)
    title, publisher, year = DOCUMENTS[fact]
    assert title in row["source_title"]
    assert publisher in row["publisher"]
    assert year in row["year"]


def test_coded_columns_hold_known_codes(facts):
    assert {row["grade"] for row in facts} == set("ABCDE")
    assert {row["verified"] for row in facts} == {"seen", "memory"}
    assert {row["suggested_use"] for row in facts} == {"calibrate", "validate", "parameter_prior", "context"}
    assert all(row["grade"] == "E" for row in facts if row["verified"] == "memory")


def test_bounds_hold_the_value_where_all_three_are_numbers(facts):
    for row in facts:
        if row["low"] and row["high"]:
            low, high = float(row["low"]), float(row["high"])
            assert low <= high, row["id"]
            assert low <= float(row["value"]) <= high, row["id"]
