"""Rows of the summary, quantiles, chances and sentences, by hand."""

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from experiments.answers import amount, average, interval, of_none
from experiments.folder import Folder
from experiments.report import words as page
from experiments.report.reading import spread
from experiments.report.words import middle_of
from experiments.restore import restored
from experiments.summary import Results, described, quantile, summarise
from tests.report_folders import SHARD, folder

# at the horizon, by draw: jobs with each policy, and net jobs of those that have schemes
JOBS = {"none": (10.0, 20.0, 30.0), "published": (12.0, 23.0, 34.0), "more": (15.0, 90.0, 40.0)}
NET = {"published": (2.0, 3.0, 4.0), "more": (5.0, 70.0, 10.0)}
# a year before it, in two basins
BEFORE = {
    "none": ((1, 2, 3), (5, 5, 5)),
    "published": ((1, 2, 3), (10, 10, 10)),
    "more": ((3, 9, 5), (11, 9, 13)),
}


@pytest.fixture
def three_draws(tmp_path: Path) -> Folder:
    """A comparison of which one world, the second of `more`, did not end well."""

    def by_hand(rows: list[dict]) -> None:
        for row in rows:
            policy, draw = row["policy"], row["draw"]
            row["jobs"] = JOBS[policy][draw]
            row["jobs_net"] = NET[policy][draw] if policy in NET else None
            row["status"] = "failed" if (policy, draw) == ("more", 1) else "ok"

    path = folder(tmp_path / "o", "compare", 3, policies=("more",), change=by_hand)
    cells = [
        {"group": "all", "policy": policy, "draw": draw, "replicate": 0, "month": month, "basin": basin,
         "outcome": "jobs", "value": float(value)}
        for policy, basins in BEFORE.items() for basin, values in zip("ab", basins)
        for draw, value in enumerate(values) for month in (48, 60)
    ]  # fmt: skip
    parquet.write_table(pa.Table.from_pylist(cells), path / "series" / SHARD)
    return Folder(path)


def test_levels_differences_and_years_by_hand(three_draws: Folder) -> None:
    results = Results(three_draws, restored(three_draws))
    rows = summarise(results, three_draws)
    told = {
        outcome: [
            (row["policy"], row["against"], row["basis"], row["month"], row["mean"], row["n"])
            for row in rows
            if row["outcome"] == outcome
        ]
        for outcome in ("jobs", "jobs_net")
    }
    assert told["jobs"] == [
        ("none", "", "level", 60, 20.0, 3),
        ("none", "", "level", 48, 7.0, 3),
        ("published", "", "level", 60, 23.0, 3),
        ("published", "none", "difference", 60, 3.0, 3),
        ("published", "", "level", 48, 12.0, 3),
        ("more", "", "level", 60, 27.5, 2),
        ("more", "none", "difference", 60, 7.5, 2),
        ("more", "published", "difference", 60, 4.5, 2),
        ("more", "", "level", 48, 16.0, 2),
        ("more", "published", "difference", 48, 4.0, 2),
    ]
    assert told["jobs_net"] == [  # a difference to no scheme itself
        ("published", "", "level", 60, 3.0, 3),
        ("more", "", "level", 60, 7.5, 2),
        ("more", "published", "difference", 60, 4.5, 2),
    ]
    wanted = ("jobs_net", "more", "published")
    (between,) = (row for row in rows if (row["outcome"], row["policy"], row["against"]) == wanted)
    assert (between["unit"], between["group"]) == ("jobs", "all")
    assert between["sd"] == pytest.approx(math.sqrt(4.5))  # of 3 and 6
    assert (between["p05"], between["p95"]) == pytest.approx((3.15, 5.85))


def test_rows_of_the_dictionary_stood_in_the_order_of_shards(three_draws: Folder) -> None:
    results = Results(three_draws, restored(three_draws))
    named = results.columns("jobs")
    results._values = dict(reversed(results._values.items()))
    assert results.columns("jobs") == named
    assert len(named) > 1


def test_quantile_interpolates() -> None:
    values = np.array([3.0, 1.0, 2.0, 4.0, 5.0])
    assert quantile(values, 0.5) == 3.0
    assert quantile(values, 0.05) == pytest.approx(1.2)
    assert quantile(values, 0.95) == pytest.approx(np.quantile(values, 0.95))


def test_quantile_of_costs_without_end() -> None:
    values = np.array([10.0, 20.0, math.inf, math.inf])
    assert quantile(values, 0.05) == pytest.approx(11.5)
    assert quantile(values, 0.5) == math.inf  # between 20 and no end
    assert quantile(values, 1.0) == math.inf
    assert quantile(np.array([-math.inf, -math.inf]), 0.3) == -math.inf


def test_described_leaves_out_what_does_not_exist() -> None:
    found = described(np.array([1.0, math.nan, 3.0]))
    assert (found["mean"], found["n"]) == (2.0, 2)
    assert found["sd"] == pytest.approx(math.sqrt(2))
    assert found["mcse"] == pytest.approx(1.0)
    assert described(np.array([math.nan])) == {"n": 0}


def test_one_world_has_no_spread() -> None:
    found = described(np.array([4.0]))
    assert (found["sd"], found["mcse"], found["p05"], found["p95"]) == (None, None, 4.0, 4.0)


@pytest.mark.parametrize(
    ("net", "words"),
    [
        ([-1, 2, 3, 4, 5], "none in 1 of 5 worlds"),
        ([1] * 4 + [-1] * 6, "none in 6 of 10 worlds"),
        ([1] * 32 + [-1] * 8, "none in 1 world in 5"),
        ([1] * 20, "some in all 20 worlds"),
        ([1] * 4, "some in all 4 worlds"),
        ([0, -1], "none in any of 2 worlds"),
    ],
)
def test_the_chance_of_no_net_job(net: list[float], words: str) -> None:
    assert of_none(np.array(net, float)) == words


@pytest.mark.parametrize("none", [1, 12, 80, 100, 130, 195, 199])
def test_chances_of_a_terminal_were_not_those_of_its_page(none: int) -> None:
    """195 of 200 was 9 chances in 10, and 80 of 200 was 1 chance in 2."""
    net = np.repeat([-1.0, 5.0], (none, 200 - none))
    assert (
        page.without_net_job(none, 200) == f"There is no net job in {of_none(net).removeprefix('none in ')}."
    )


def test_numbers_as_they_are_read() -> None:
    assert amount(1234.4) == "1,234"
    assert amount(-0.3, scale=95) == "0"
    assert amount(math.nan) == "-"
    assert interval(spread([-12.0, 95.0] * 50)) == "-12 to 95"
    assert interval(spread([3.0])) == ""


def test_small_answers_were_whole_and_contradicted_their_table() -> None:
    """A bug: "1 net job, 0 more than published" of means .80 and .24."""
    net, more = spread([0.2, 0.6, 1.6]), spread([0.05, 0.17, 0.5])
    assert [average(s) for s in (net, more)] == ["0.8", "0.24"] == [middle_of(s) for s in (net, more)]
    assert average(more, "+") == "+0.24"
    assert interval(net) == "0.2 to 1.5"
    assert [amount(9.96), amount(12.4), amount(-0.004)] == ["10", "12", "0"]
    assert average(spread([-12.0, 12.5])) == "0", "beside an interval of tens"
