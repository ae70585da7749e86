"""Tables of a terminal: whatever its width, no number is cut and no name is lost."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from experiments.answers import compared
from experiments.folder import Folder
from experiments.items import Request
from experiments.lang import form, say, using
from experiments.lang.phrases import span_of
from experiments.report.words import plain
from experiments.restore import restored
from experiments.shown import _published, compare_table
from experiments.shown_decision import APART, BEATEN, _range
from experiments.summary import Results
from experiments.terminal import Ruled, measured, number, ruled, show, spread
from sim.outcomes import OUTCOMES
from tests.report_folders import folder

NAMES = ("a-bit-of-four", "all-pole", "alize-in-fragile-plan-elsewhere")
NUMBER = re.compile(r"[+−-]?\d+(?:[,.\N{NARROW NO-BREAK SPACE}]\d+)*")


def _compared() -> Ruled:
    """As wide as the comparison of a region in which some policy brings no net job."""
    table = ruled(
        "Ten million euros", say("policy"), say("net jobs"),
        say("more than\n{reference}", reference=NAMES[0]), say("k€ per\nnet job"), say("members"),
        aside=[say("members")],
    )  # fmt: skip
    cost = spread(np.array([3_068_123.0, np.inf]), "euros")
    for name in NAMES:
        more = span_of(form(-0.821, ".3f"), form(0.833, ".3f"))
        net = span_of(form(576), form(1088))
        table.add_row(name, f"{form(840)}\n{net}", f"{form(-201)}\n{more}", cost, form(12345))
    table.caption = lambda shown: ", ".join(column.replace("\n", " ") for column in shown)
    return table


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("width", [20, 60, 80, 100, 120, 200])
def test_a_narrow_terminal_lost_names_and_cut_digits_off_numbers(
    width: int, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    with using(language):
        table = _compared()
        show([table])
        text = capsys.readouterr().out
        shown = slice(1, None if say("members") in text else -1)
        assert (form(12345) in text) == (shown.stop is None)
    printed = Counter(NUMBER.findall(text))
    wanted = Counter(n for cells, _ in table.rows for cell in cells[shown] for n in NUMBER.findall(cell))
    assert {n: printed[n] for n in wanted} == wanted
    assert all(part in text for name in NAMES for part in re.findall(r"\w{2,}-?", name))
    assert all(len(line) <= width for line in text.splitlines()) or width < len("alize-in-fragile")


def test_output_that_is_piped_did_not_heed_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def widest(columns: str) -> int:
        monkeypatch.setenv("COLUMNS", columns)
        table = ruled("Wide", "name", "number")
        table.add_row("word " * 60, "1")
        show([table])
        return max(map(len, capsys.readouterr().out.splitlines()))

    assert (widest("200"), widest("")) == (199, 117)  # and a blank at the end


def test_the_caption_of_what_a_choice_turns_on_named_other_columns() -> None:
    assert "last three columns" not in BEATEN
    for measure in ("net jobs per euro", "worst basin", "gaps between basins"):
        assert measure in BEATEN
    assert "Gaps" in APART  # said only where the column is shown
    assert "Gaps" not in BEATEN


def test_a_terminal_read_jobs_to_a_ten_thousandth() -> None:
    assert (measured(0.0501, "jobs"), measured(-0.0384, "jobs"), measured(0.00228, "jobs")) == (
        "0.05",
        "-0.04",
        "0",
    )
    assert measured(231_939.0, "euros") == number(231_939.0) == "232,000"
    assert measured(0.00228, "share") == "0.00228"
    assert _range({"n": 20, "mean": 0.0169, "p05": -0.821, "p95": 0.833}) == "0.02\n-0.82 to 0.83"


def test_nothing_said_that_a_policy_equals_the_reference(tmp_path: Path) -> None:
    def alter(rows: list) -> None:
        same = {row["draw"]: row for row in rows if row["policy"] == "published"}
        for row in rows:
            if row["policy"] in ("j", "l", "nearly"):
                row.update({name: same[row["draw"]][name] for name in OUTCOMES})
            if row["policy"] in ("published", "j", "l", "nearly"):
                row["months_to_cash"] = None  # what does not exist is alike, too
            if (row["policy"], row["draw"]) == ("nearly", 3):
                row["missions"] += 1

    path = folder(tmp_path / "f", "compare", 5, policies=("j", "l", "nearly", "more"), change=alter)
    results = Results(Folder(path), Request(restored(Folder(path)).experiment, 5))
    (group,) = results.experiment.groups
    assert "Change nothing here against published: j, l." in _caption(compare_table(results, group))
    with using("fr"):
        said = _caption(compare_table(results, group))
        reference = plain("published")
    assert f"Ne changent rien ici, en comparaison avec {reference}" in said


def test_the_terminal_and_the_page_named_a_policy_differently_in_french(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", "compare", 5, policies=("no-renewal",))
    results = Results(Folder(path), Request(restored(Folder(path)).experiment, 5))
    (group,) = results.experiment.groups
    with using("fr"):
        said = compared(results, group) + str(compare_table(results, group))
        assert all(plain(policy) in said for policy in ("no-renewal", "published"))
        assert not re.search("published|no-renewal", said)
    said = compared(results, group) + str(compare_table(results, group))
    assert "published" in said
    assert "no-renewal" in said


def _caption(table: Ruled) -> str:
    assert table.caption
    return table.caption(table.columns)


def test_published_figures_had_no_unit_and_the_name_of_another() -> None:
    row = {"role": "fitted", "p05": 70.0, "p50": 75.0, "p95": 80.0, "inside": 1}
    rows = [
        row | {"fact_id": "DEM-02", "published": 75.0, "low": 74.0, "high": 84.0},
        row | {"fact_id": "ALZ-11b", "published": 27.0, "low": None, "high": None},
    ]
    table = _published(rows)
    assert table.columns[1:3] == (say("published"), say("unit"))
    assert [cells[1:3] for cells, _ in table.rows] == [("75", "%"), ("27", "%")]
    assert table.rows[1][0][0] == "ALZ-11b supported SMEs by sector: industry, 2008"
