"""What is to be written for a number that is none: never another number than may have been meant."""

from pathlib import Path

import pytest

from scenarios.messages import field_value, number_remedy
from scenarios.problems import Place, Report
from scenarios.texts import Source
from scenarios.yaml_positions import Node

EUROS = {"type": "number", "minimum": 0, "maximum": 1e9, "unit": "euros per year"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1, "unit": "share"}
MONTHS = {"type": "integer", "minimum": 0, "maximum": 1200, "unit": "months"}


def test_thirty_thousand_with_a_comma_is_not_said_to_be_thirty() -> None:
    report = Report()
    source = Source(Path("p.yaml"), "p.yaml")
    assert field_value("advance_euros", Node(source, 4, 26, "30,000", "30,000"), "a.x", report) is None
    (problem,) = report.kept
    assert problem.place == Place("p.yaml", 4, 26)
    assert problem.what == "must be a number; write 30000 or 30, whichever is meant"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("30,000 euros", "30000 or 30, whichever is meant"),
        ("30.000 euros", "30 or 30000, whichever is meant"),
        ("1,250", "1250 or 1.25, whichever is meant"),
        ("1,200,000", "1200000"),  # two commas part thousands
        ("1.200.000", "1200000"),
        ("1.200,50", "1200.50"),
        ("1,200.50", "1200.50"),
        ("12 000,5", "12000.5"),
        ("12'000", "12000"),
        ("0,250", "0.250"),  # no thousands begin with 0
        ("12,0000", "12.0000"),
        ("1,5", "1.5"),
        ("12,34,567", ""),
        ("00,5", ""),
    ],
)
def test_marks_of_thousands_and_of_decimals(text: str, remedy: str) -> None:
    assert number_remedy(text, EUROS) == remedy


@pytest.mark.parametrize(
    ("text", "schema", "remedy"),
    [
        ("1,000", SHARE, "1.000"),  # a thousand is out of bounds
        ("250 %", SHARE, ""),
        ("1,000", MONTHS, "1000"),
        ("1,5", MONTHS, ""),  # one and a half is no whole number
        ("1,5 ans", MONTHS, "18"),
        ("-5", EUROS, ""),
    ],
)
def test_no_remedy_is_given_that_would_be_refused(text: str, schema: dict, remedy: str) -> None:
    assert number_remedy(text, schema) == remedy
