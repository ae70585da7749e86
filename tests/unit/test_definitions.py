"""A definition is read alone: in `explain`, in dictionary.csv, in a table of a page. None leans on the row
above it."""

import re
from collections.abc import Iterator

import pytest

from experiments import decision, groups, shares, tables
from experiments.census import BY_KIND
from experiments.evaluation import bench, score
from experiments.runner import AT_HORIZON, SERIES
from experiments.sensitivity import methods
from experiments.sensitivity import tables as of_sensitivity
from sim.outcomes import OUTCOMES
from sim.parameters import FIELDS, SCHEME_BEHAVIOUR, uncertainties

LEANS = re.compile(
    r"^(the same\b(?! firms)|(of|among) (these|them|those)\b|its\b|those\b)"
    r"|since then|\b(that|those) (months?|jobs|value)\b|\b(rise|fall|end|error) of (it|that)\b",
    re.IGNORECASE,
)


def definitions() -> Iterator[tuple[str, str]]:
    """Name and definition of every outcome, series, parameter, field and column of a table."""
    for outcome in OUTCOMES.values():
        yield outcome.name, outcome.definition
    for known in (*uncertainties(SCHEME_BEHAVIOUR), *FIELDS.values()):
        yield known.name, known.doc
    for words in (groups.DEFINITIONS, shares.WHAT, methods.INDICES):
        yield from words.items()
    columns = [
        SERIES, AT_HORIZON, BY_KIND, decision.MEASURES, score.COLUMNS, bench.OUTCOMES,
        *of_sensitivity.COLUMNS.values(), tables.RUNS, tables._SERIES, tables._SUMMARY, tables._SHARES,
        tables._DECISION, tables._GROUPS, tables._VALIDATION, tables._EXPLANATION, *tables._CHECKS.values(),
    ]  # fmt: skip
    for table in columns:
        for name, (_, definition) in table.items():
            yield name, definition


def test_no_definition_leans_on_the_row_above():
    assert [(name, text) for name, text in definitions() if LEANS.search(text)] == []


@pytest.mark.parametrize(
    "text",
    ["The same, two years later.", "Of these, missed.", "Months since then.", "Fall of it with size.",
     "Jobs below those of that month.", "Rise of that rate."],
)  # fmt: skip
def test_a_definition_that_leans_is_found(text: str):
    assert LEANS.search(text)
