"""French words that did not agree with the number before them: what is below 2 is singular."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from experiments.lang import counted, using
from experiments.progress import Progress
from experiments.report import shock
from experiments.report.evaluated import ROUGH, sections
from experiments.report.figures import Row, Style
from experiments.report.grounds import how_computed
from experiments.report.headline import _may_open
from experiments.report.learnt import _shrunk
from experiments.report.reading import Run, Spread, read
from experiments.report.support import _days
from experiments.report.words import middle_with_unit
from tests.report_folders import folder
from tests.unit.test_page_words import change, group

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("mean", "english", "french"),
    [
        (-0.21, "−0.21 points", "−0,21 point"),
        (0.0, "0 points", "0 point"),
        (-1.0, "−1 point", "−1 point"),
        (2.0, "+2 points", "+2 points"),
    ],
)
def test_a_number_of_points_and_its_unit(mean: float, english: str, french: str) -> None:
    one = Spread(mean, mean, mean, mean, 1)
    assert middle_with_unit(one, "points", sign=True) == english
    with using("fr"):
        assert middle_with_unit(one, "points", sign=True) == french
        assert middle_with_unit(Spread(0.99, 0.99, 0.99, 0.99, 1), "jobs") == "0,99 emploi"


def _struck(path: Path, basins: int) -> Run:
    """A run whose case foretells a closure, told of so many of its basins."""
    run = read(folder(path, "run", 2))
    (of,) = run.groups
    territory = {**of.spec["territory"], "basins": of.basins[:basins]}
    closures = [{"basin": "b0", "month": 24}]
    return replace(run, groups=(replace(of, spec={**of.spec, "territory": territory, "closures": closures}),))


def test_nought_points_and_one_basin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _struck(tmp_path / "f", 1)
    nothing = Spread(0.0, 0.0, 0.0, 0.0, 2)
    monkeypatch.setattr(shock, "_against_none", lambda *_: nothing)
    assert "1 basin, 600 small firms at the start" in str(how_computed(run))
    with using("fr"):
        assert "change cela de 0 point (" in str(shock.after_closures(run))
        assert "1 zone d’emploi, 600 PME au départ" in str(how_computed(run))


def test_one_world_of_several(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def said(ended: int) -> str:
        with Progress(8) as progress:
            progress.start_at(ended)
        return capsys.readouterr().err

    assert said(1) == "1 of 8 worlds is there already\n"
    with using("fr"):
        assert said(1) == "1 monde sur 8 est déjà là\n"
        assert said(2) == "2 mondes sur 8 sont déjà là\n"


def test_a_fitted_number_below_two_and_its_unit() -> None:
    row = {"name": "a", "unit": "jobs", "low": "0", "high": "1.5", "p05": "0.1", "p50": "0.5", "p95": "0.99",
           "shrinkage": "0.5", "informed": "True"}  # fmt: skip
    with using("fr"):
        assert "0,1 à 0,99 emploi<" in _shrunk([row], 1).svg


def test_about_one_day_of_volunteers() -> None:
    rows = [Row("a", Spread(0.17, 0.0, 0.1, 0.3, 8), 0.17, "", Style("", ""))]
    with using("fr"):
        assert _days(rows) == "Les volontaires donnent environ 0,17 jour"


def test_one_scheme_that_may_open() -> None:
    of = group({"few": [change("pole", 1)], "many": [change("pole", 999)]})
    with using("fr"):
        assert _may_open(of, ["few"]) == "1 qui peut ouvrir"
        assert _may_open(of, ["few", "many"]) == "1 à 3 qui peuvent ouvrir"


def test_one_draw_of_an_evaluation(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_meaning", "_how"):
        monkeypatch.setattr(f"experiments.report.evaluated.{name}", lambda of: None)
    monkeypatch.setattr("experiments.report.evaluated.verdict.answer", lambda scores: [""])

    def said(draws: int) -> str:
        blocks = sections(SimpleNamespace(scores=[{"draws": draws}], applied=[]))[0].blocks
        return " ".join(block.text for block in blocks)

    assert "This is 1 draw: shares are rough." in said(1)
    assert "These are 2 draws: " in said(2)
    assert "rough" not in said(ROUGH)
    with using("fr"):
        assert f"1 tirage seulement{NBSP}: les parts" in said(1)


def test_a_kept_number_agreed_with_its_decimals() -> None:
    """A bug: "1 days" of 1.3 days, "2 jour" of 1.97."""

    def days(value: float) -> str:
        return str(counted("{days} day given so far", "{days} days given so far", {"days": value}, ",.0f"))

    assert [days(value) for value in (0.8, 1.3, 1.97, 1234.0)] == [
        "1 day given so far", "1 day given so far", "2 days given so far", "1,234 days given so far"
    ]  # fmt: skip
    with using("fr"):
        assert days(1.97).startswith("2 jours")
        assert days(1.3).startswith("1 jour ")
