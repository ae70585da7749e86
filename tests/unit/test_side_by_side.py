"""Which worlds stand side by side, and how many tell something by themselves: page and terminal agree."""

import html
import re
from pathlib import Path

import numpy as np
import pytest

from experiments.answers import compared
from experiments.folder import Folder
from experiments.report import write
from experiments.report.reading import read
from experiments.report.standing import lead, ranking
from experiments.restore import restored
from experiments.shares import verdict
from experiments.shown import compare_table
from experiments.summary import Results
from tests.report_folders import Row, folder

NET = {"published": 100.0, "more": 102.0}


def text(path: Path) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(write(path).read_text("utf-8"))).split())


def by_hand(rows: list[Row]) -> None:
    """What published has most in is the one draw in which the other failed."""
    for row in rows:
        if row["policy"] in NET:
            row["jobs_net"] = NET[str(row["policy"])]
        if row["draw"] == 9:
            row["jobs_net"] = 900.0 if row["policy"] == "published" else None
            row["status"] = "failed" if row["policy"] == "more" else "ok"


@pytest.fixture
def one_failed(tmp_path: Path) -> Path:
    return folder(tmp_path / "f", "compare", 10, policies=("more",), change=by_hand)


def test_page_and_terminal_named_different_winners_where_a_world_had_failed(one_failed: Path) -> None:
    run, results = read(one_failed), Results(Folder(one_failed), restored(Folder(one_failed)))
    assert ranking(run, run.groups[0]) == ["more", "published"]
    assert run.spread("all", "published", "jobs_net").mean == 100.0
    assert set(run.basins["draw"]) == set(run.yearly["draw"]) == set(range(9))
    page = text(one_failed)
    assert "Most net jobs: more" in page
    assert "run in 9 worlds" in page
    (group,) = results.experiment.groups
    said = compared(results, group)
    assert said.startswith("102 net jobs of")
    assert "with more, 2 more than published" in said
    cells = {row[0]: row[1].split("\n")[0] for row, _ in compare_table(results, group).rows}
    assert cells == {"published": "100", "more": "102"}


def test_a_policy_without_worlds_was_left_out_of_the_answer_in_silence(tmp_path: Path) -> None:
    def fail(rows: list[Row]) -> None:
        for row in rows:
            row["status"] = "failed" if row["policy"] == "more" else "ok"

    path = folder(tmp_path / "f", "compare", 10, policies=("more", "other"), change=fail)
    assert "no world of more ended well" in text(path).lower()
    results = Results(Folder(path), restored(Folder(path)))
    assert "No answer" in compared(results, results.experiment.groups[0])
    shown = compare_table(results, results.experiment.groups[0])
    assert [row[0] for row, _ in shown.rows] == ["published", "other"]


def test_no_draw_that_ended_well_with_every_policy(tmp_path: Path) -> None:
    def fail(rows: list[Row]) -> None:
        for row in rows:
            odd = row["draw"] in (1, 3)
            row["status"] = "failed" if row["policy"] == ("more" if odd else "published") else "ok"

    path = folder(tmp_path / "f", "compare", 4, policies=("more",), change=fail)
    assert "No answer: no draw ended well in every arm" in text(path)
    results = Results(Folder(path), restored(Folder(path)))
    assert not compare_table(results, results.experiment.groups[0]).rows


def test_many_worlds_of_one_row_of_parameters_settled_a_lead(tmp_path: Path) -> None:
    """Worlds were counted, not draws of what is unknown."""

    def ahead(rows: list[Row]) -> None:
        for row in rows:
            if row["policy"] in NET:
                row["jobs_net"] = NET[str(row["policy"])]

    file = tmp_path / "rows.csv"
    file.write_text("success_base\n0.1\n")
    one = folder(tmp_path / "one", "compare", 20, policies=("more",), change=ahead, parameters=str(file))
    run = read(one)
    assert lead(run, run.groups[0], "more", "published").verdict == "not settled"
    page = text(one)
    assert "But the lead over published is not settled" in page
    assert "too few draws of behavioural numbers: 8 or more" in page
    assert "the same in all of them, so intervals show luck alone" in page
    file.write_text("success_base\n" + "".join(f"{0.01 * k}\n" for k in range(10)))
    ten = read(
        folder(tmp_path / "ten", "compare", 20, policies=("more",), change=ahead, parameters=str(file))
    )
    assert ten.independent_worlds == 10
    assert lead(ten, ten.groups[0], "more", "published").verdict == "better"
    luck = read(folder(tmp_path / "luck", "compare", 20, policies=("more",), change=ahead))
    assert luck.independent_worlds == 20  # of defaults luck is all there is


def test_interplay_was_settled_by_worlds_of_one_row_of_parameters() -> None:
    row = {"n": 20, "mean": -3.0, "p05": -5.0, "p95": -1.0}
    assert verdict(row, 20) == "they crowd each other"
    assert verdict(row, 7).endswith("not settled")


def test_worlds_that_share_their_row_are_counted_once(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", "compare", 4, policies=("more",))
    results = Results(Folder(path), restored(Folder(path)))
    places = [(draw, replicate) for draw in range(4) for replicate in range(2)]
    assert results.independent(places) == 8  # at their defaults
    path = folder(tmp_path / "p", "compare", 4, policies=("more",), parameters="posterior")
    results = Results(Folder(path), restored(Folder(path)))
    assert results.independent(places) == len(np.unique(results.parameters(places))) == 4


def test_a_policy_that_changes_nothing_lost_against_the_reference(tmp_path: Path) -> None:
    """A bug: "Most net jobs: published", with worlds that are the same to the bit beside it."""

    def copied(rows: list[Row]) -> None:
        of = {(row["policy"], row["draw"]): row for row in rows}
        for (policy, draw), row in of.items():
            if policy in ("same", "again"):
                row.update(of["published", draw] | {"policy": policy})
            if policy == "capped":
                row["jobs_net"] = of["published", draw]["jobs_net"] - 50.0

    page = text(folder(tmp_path / "f", "compare", 9, policies=("same", "again"), change=copied))
    assert "No policy changes the net jobs." in page
    assert "Change nothing here against published: same, again." in page
    assert "Most net jobs" not in page
    page = text(folder(tmp_path / "g", "compare", 9, policies=("same", "capped"), change=copied))
    assert "Changes nothing here against published: same." in page
    assert "Most net jobs: published and same" in page
    assert "published and same bring the most net jobs" in page.lower()


def test_worlds_of_the_luckiest_case_were_told_of_all(tmp_path: Path) -> None:
    def fail(rows: list[Row]) -> None:
        for row in rows:
            row["status"] = "failed" if row["group"] == "few" and int(str(row["draw"])) > 0 else "ok"

    page = text(folder(tmp_path / "f", "compare", 3, ("few", "many"), ("more",), change=fail))
    assert "Each policy was run in 1 to 3 worlds, by case" in page
