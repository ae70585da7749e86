"""Terminal, page and tables say the same of the same worlds."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.answers import compared
from experiments.folder import Folder
from experiments.items import Request
from experiments.lang import using
from experiments.plan import Experiment
from experiments.report.costs import _cost
from experiments.report.figures import Row, Style
from experiments.report.headline import first_section
from experiments.report.reading import read, spread
from experiments.rounds import _said
from experiments.summary import Results
from tests.report_folders import _experiment, folder

POLICIES = ("capped", "capped-2", "paid-days")


def alike(rows: list) -> None:
    """Two policies give the same, the third less; net jobs differ between draws."""
    net = {row["draw"]: row["jobs_net"] for row in rows if row["policy"] == "capped"}
    for row in rows:
        if row["policy"] != "none":
            less = {"capped": 0.0, "capped-2": 0.0, "paid-days": 30.0, "published": 20.0}[row["policy"]]
            row["jobs_net"] = net[row["draw"]] - less


def experiment() -> Experiment:
    return _experiment("compare", ("all",), POLICIES, "default", ())


def first_words(path: Path) -> str:
    """What the first section of the page says."""
    return " ".join(str(block) for block in first_section(read(path)).blocks)


def test_ties_gave_three_numbers_in_terminal_page_and_table(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", "compare", 2, policies=POLICIES, change=alike)
    results = Results(Folder(path), Request(experiment(), 2))
    said = compared(results, results.experiment.groups[0])
    assert said.endswith("; it is the best, or level with the best, in 2 of 2 worlds")
    assert "It is the best of all, or level with the best, in all 2 worlds." in first_words(path)
    table = pd.read_csv(path / "decision.csv").query("measure == 'best'").set_index("policy")
    assert table["mean"].to_dict() == {"published": 0, "capped": 0.5, "capped-2": 0.5, "paid-days": 0}


def test_few_worlds_were_called_worlds_that_disagree(tmp_path: Path) -> None:
    few = first_words(folder(tmp_path / "few", "compare", 2, policies=POLICIES, change=alike))
    assert "What is not settled (too few worlds: 8 or more are needed)" in few
    assert "(ahead in 2 of 2)" in few
    assert "neither ahead" not in few

    def open_(rows: list) -> None:
        alike(rows)
        for row in rows:
            if row["policy"] == "paid-days":
                row["jobs_net"] += 30.0 * (row["draw"] % 2)

    many = first_words(folder(tmp_path / "many", "compare", 20, policies=POLICIES, change=open_))
    assert "What is not settled (neither ahead of published in nearly every world, nor behind)" in many
    assert "paid days (ahead in 10 of 20)" in many
    assert "too few worlds: 8" not in many


def test_a_round_was_told_in_english() -> None:
    assert _said(1, 20, 2, 2, 20) == "Round 1, 20 draws: 2 of 2 means are known well enough"
    with using("fr"):
        assert _said(2, 20, 1, 2, 1400).startswith("Tour 2, 20 tirages")
        assert "1\N{NARROW NO-BREAK SPACE}400 tirages" in _said(2, 20, 1, 2, 1400)


@pytest.mark.parametrize(
    ("cost", "title"),
    [
        (
            np.inf,
            "A net job costs 20,000 euros with published; with seats, half of the worlds or more have none",
        ),
        (3e4, "A net job costs from 20,000 (published) to 30,000 (seats) euros"),
    ],
)
def test_no_net_job_was_a_number_of_euros(cost: float, title: str) -> None:
    values = {"published": 2e4, "seats": cost}
    rows = [Row(name, spread([v]), v, "", Style("#000000", "o")) for name, v in values.items()]
    assert _cost(rows) == title


def test_where_no_policy_has_a_net_job_there_is_no_cost() -> None:
    rows = [Row("a", spread([np.inf]), np.inf, "", Style("#000000", "o"))]
    assert _cost(rows) == "In half of the worlds or more there is no net job"
