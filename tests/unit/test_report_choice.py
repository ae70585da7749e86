"""The page on choices: chance of being best, regret, who gains, chance and ignorance, how exactly means are
known."""

import csv
import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from experiments.census import SECTOR, SIZE
from experiments.groups import FRAGILITY, REGION
from experiments.precision import Precision, Reached, note
from experiments.report import write
from experiments.report.blocks import Figures, Table
from experiments.report.choice import choice, marked
from experiments.report.figures import Point, Row, Style, plane, styles
from experiments.report.reading import Spread, read
from experiments.report.winners import _message, _order, verdict
from experiments.report.words import PER, cell, number
from experiments.summary import COLUMNS
from tests.report_folders import folder
from tests.unit.test_report import Page

STYLE = Style("#0072b2", "o")
BASINS = {"b0": "Drôme & <Valence>", "b1": "Basin 1", "b2": "Basin 2"}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("choice") / "f"
    return folder(path, "compare", 9, ("few", "many"), ("capped", "paid-days"))


@cache
def text(path: Path) -> str:
    return Page(write(path).read_text("utf-8")).text


def section(path: Path, name: str, after: str) -> str:
    """The words of a section, from its heading to the one after it."""
    return text(path).split(name)[-1].split(after)[0]


def seen(value: float, unit: str = "") -> str:
    """A number as the words of a page have it."""
    return number(value, unit).replace("\N{NO-BREAK SPACE}", " ")


def test_the_choice_says_what_the_table_says(compared: Path) -> None:
    said = section(compared, "What the choice turns on", "From reported jobs")
    for row in read(compared).decision:
        if row["measure"] == "best":
            assert seen(float(row["mean"]), "share") in said
        if row["measure"] == "regret":
            assert seen(float(row["p90"])) in said
        if row["measure"] == "worst_basin" and row["who"]:
            assert BASINS[row["who"]] in said
    for words in ("Regret", "Worst basin", "Gaps between basins", "Dominated", "for the money"):
        assert words in said


def test_who_gains_is_told_for_every_kind(compared: Path, tmp_path: Path) -> None:
    said = section(compared, "Who gains, who loses", "By basin")
    for words in ("By size at the start", "By sector", "By kind of basin", "local services", "founded since"):
        assert words in said
    assert "who gains against published" in said
    alone = folder(tmp_path / "f", draws=3)
    assert "Largest gain for their jobs" in text(alone)
    assert "What the choice turns on" not in text(alone)  # there is none
    assert "net jobs over time" in text(alone).lower()


def sector(name: str, mean: float, half: float) -> Row:
    s = Spread(mean, mean - half, mean, mean + half, 20)
    return Row(name, s, mean, cell(s, PER), STYLE)


def test_the_greatest_of_a_figure_read_smaller_than_the_row_below_it() -> None:
    rows = [sector("food", 3.44, 9.0), sector("transport", 3.41, 3.0), sector("metal", 2.9, 0.5)]
    assert [row.text.split()[0] for row in rows] == ["3", "3.4", "2.9"]
    assert [row.label for row in sorted(rows, key=lambda row: _order(row.spread))] == [
        "transport",
        "food",
        "metal",
    ]
    assert _message({SECTOR: rows}, 20).startswith(
        "Largest gain for their jobs, on average: food and transport;"
    )
    assert _message({SECTOR: rows[1:]}, 20).startswith("Largest gain for their jobs, on average: transport;")
    assert _message({SECTOR: [sector("food", 0.3, 20.0)]}, 20).startswith("No kind of firm gains on average;")


def test_losers_of_the_second_split_were_none() -> None:
    """A bug: "none surely loses" above a kind of basin that loses in every world."""
    found = {SIZE: [sector("10 to 49", 3.0, 1.0)], FRAGILITY: [sector("other basins", -2.0, 0.5)]}
    assert _message(found, 20).endswith("firms of 10 to 49; surely losing: other basins")
    found[SIZE] = [sector("10 to 49", -1.0, 2.0)]
    found[REGION] = [sector("Est", 1.0, 0.5)]
    assert _message(found, 20).startswith(
        "Largest gain for their jobs, on average: region Est; surely losing"
    )


def test_gains_and_losses_are_settled_in_enough_worlds_only() -> None:
    assert verdict(Spread(2, 1, 2, 3, 20), 20) == "gains"
    assert verdict(Spread(-2, -3, -2, -1, 20), 20) == "loses"
    assert verdict(Spread(2, 1, 2, 3, 3), 20) == "not settled"
    assert verdict(Spread(1, -1, 1, 3, 20), 20) == "not settled"
    assert verdict(Spread(1e-12, -1e-12, 0, 1e-11, 20), 20) == "nothing"


def test_chance_and_ignorance_are_told_apart(compared: Path, tmp_path: Path) -> None:
    assert "replicates 2 would tell" not in text(compared)  # parameters at their default: all is chance
    path = folder(tmp_path / "f", parameters="prior")
    assert "--replicates 2 would tell" in text(path)
    other = folder(tmp_path / "g", parameters="prior")
    row = dict.fromkeys(COLUMNS, "") | {
        "group": "all", "policy": "published", "outcome": "jobs_net", "month": "60", "sd_chance": "3",
        "from_parameters": "0.62", "from_parameters_p05": "0.48", "from_parameters_p95": "0.75",
    }  # fmt: skip
    with (other / "summary.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerow(row)
    assert "62 % (90 %: 48 to 75 %) is not knowing the parameters, 38 % is chance." in text(other)


def test_how_exactly_each_mean_is_known(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", "compare", policies=("capped",))
    manifest = json.loads((path / "manifest.json").read_text())
    found = [Reached("all", "capped", -31.5, 4.25, 5.0, 32)]
    manifest["precision"] = note(Precision(0.1), [20, 32], found)
    (path / "manifest.json").write_text(json.dumps(manifest))
    for words in ("reached after 32 draws (2 rounds)", "rounds of 20 and 32 draws", "± 4.25", "−31.5"):
        assert words in text(path)


def test_both_axes_of_the_plane_name_a_difference(compared: Path) -> None:
    run = read(compared)
    section = choice(run, styles(run.policies))
    assert section
    figures = [figure for block in section.blocks if isinstance(block, Figures) for figure in block.items]
    for figure in figures:
        said = " ".join(re.findall(r"<text[^>]*>([^<]+)<", figure.svg))
        assert "net jobs per million euros, more than published" in said
        assert "net jobs per 1,000 jobs in the worst basin, more than published" in said


def test_the_frontier_is_what_no_other_policy_beats() -> None:
    at = {
        "a": (0.0, 3.0),
        "b": (2.0, 2.0),
        "c": (1.0, 2.0),
        "d": (3.0, -1.0),
        "e": (3.0, -2.0),
        "f": (0.0, 3.0),
    }
    points = [Point(name, x, y, (0.0, 0.0), STYLE) for name, (x, y) in at.items()]
    rates = np.array(list(at.values())).T
    found = {p.label: p.beaten for p in marked(points, rates)}
    # c does no more for the money than b and no better in the worst basin; a and f are alike
    assert found == {"a": False, "b": False, "c": True, "d": False, "e": True, "f": False}
    svg = plane("p", "words", marked(points, rates), "across", "up")
    assert svg.count("stroke-dasharray") == 1
    assert plane("p", "words", [points[2]], "across", "up").count("stroke-dasharray") == 0


def test_what_spends_nothing_was_told_as_not_known(tmp_path: Path) -> None:
    def alter(rows: list) -> None:
        for row in rows:
            if row["policy"] == "idle":
                row["public_cost"] = row["tax_expenditure"] = 0.0

    run = read(folder(tmp_path / "f", "compare", 4, policies=("idle",), change=alter))
    found = choice(run, styles(run.policies))
    assert found
    (table,) = [block for block in found.blocks if isinstance(block, Table)]
    at = table.columns.index("net jobs per million euros")
    assert {row[0]: row[at] for row in table.rows}["idle"] == "nothing spent"
    assert not any("not known" in cell for row in table.rows for cell in row)
