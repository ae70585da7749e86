"""What the page says of costs and of what a net job costs: of the outcome that its label names."""

from functools import partial
from pathlib import Path

import pytest

from experiments.lang import using
from experiments.report.blocks import Figures, Table
from experiments.report.costs import PRIVATE, _net_job_words, _purse_message, costs
from experiments.report.figures import styles
from experiments.report.reading import read
from experiments.report.tiles import tiles
from tests.report_folders import folder


@pytest.mark.parametrize(
    ("means", "said"),
    [
        # aid to research, which is public money, was told as coordination and experts
        ((3e9, 5.9e5), "Public and partners' money weighs more than volunteers' days: 3 billion euros"),
        ((2e5, 5.9e5), "Volunteers' days weigh more than public and partners' money: 590,000 euros"),
        # nobody gives days
        ((7e6, 0.0), "Public and partners' money: 7 million euros"),
        ((7e6, 0.0, 22.4e6), "Public and partners' money: 7 million euros; firms pay 22 million beside it"),
    ],
)
def test_aid_to_research_was_told_as_coordination(means: tuple[float, ...], said: str) -> None:
    names = ("public_cost", "in_kind_cost", PRIVATE)
    found = _purse_message(dict(zip(names, means))).replace("\N{NO-BREAK SPACE}", " ")
    assert found.startswith(said)


def pay(euros: float, rows: list) -> None:
    for row in rows:
        row[PRIVATE] = euros


def test_what_firms_pay_stood_in_no_figure_and_no_table(tmp_path: Path) -> None:
    for paid in (0.0, 22.4e6):
        run = read(folder(tmp_path / str(paid), draws=4, change=partial(pay, paid)))
        found = costs(run, styles(run.policies)).blocks
        (figures, *_) = [block for block in found if isinstance(block, Figures)]
        (table, *_) = [block for block in found if isinstance(block, Table)]
        label = "Paid by firms: their part of the experts bought for them"
        assert ("Paid by firms" in figures.items[0].svg) is (paid > 0)
        assert any(label in row for row in table.rows) is (paid > 0)


def test_half_of_the_worlds_without_a_net_job_were_most(tmp_path: Path) -> None:
    """A bug, too: "no net job" stood as the number of euros beside a mean of net jobs that is none of 0."""

    def alter(rows: list) -> None:
        for row in rows:
            if row["policy"] != "none":
                lost = row["draw"] < 2
                row["jobs_net"] = -1.0 if lost else 7.2
                row["cost_per_net_job"] = float("inf") if lost else 2e4

    run = read(folder(tmp_path / "f", draws=4, change=alter))
    said = _net_job_words(run, run.groups[0], run.reference).text
    assert said.startswith("In half of the worlds or more there is no net job to divide the cost by.")
    assert "2 of 4 worlds" in said
    _, net, cost, _ = tiles(run, run.groups[0], run.reference).items
    assert net[0] == "3.1"
    assert cost[:2] == ("2 of 4 worlds", "no net job to divide the cost by: public money and tax a net job")


def test_one_local_scheme_was_alive_in_the_plural(tmp_path: Path) -> None:
    def alter(rows: list) -> None:
        for row in rows:
            row["schemes_alive"], row["jobs_net"] = 1.0, 1.0

    run = read(folder(tmp_path / "f", draws=4, change=alter))
    _, net, _, alive = tiles(run, run.groups[0], run.reference).items
    assert (net[0], alive[0]) == ("1", "1")
    assert net[1] == "net job: more than without it"
    assert alive[1].startswith("local scheme alive at the end, of ")
    with using("fr"):
        assert tiles(run, run.groups[0], run.reference).items[3][1].startswith("dispositif local vivant")
