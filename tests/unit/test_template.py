"""A policy file that is written from another asks the same, and says what it sets."""

from dataclasses import replace
from pathlib import Path

import pytest

from experiments.describe import new_file
from experiments.errors import Refused
from scenarios.load import available, load_policies
from scenarios.studies import Study
from scenarios.template import policy_file


def told(study: Study) -> tuple[object, ...]:
    """What a study asks."""
    horizon = study.horizon_months or study.bases[0].spec.horizon_months
    said = (study.question, study.description, study.reference, horizon, study.mixed)
    return (*said, study.bases, study.policies, study.kept)


@pytest.mark.parametrize("name", available("policies"))
def test_a_new_file_asks_what_its_model_asks(name: str, tmp_path: Path) -> None:
    study = load_policies(name)
    path = tmp_path / "mine.yaml"
    path.write_text(policy_file(study, "mine"), "utf-8")
    assert told(load_policies(str(path))) == told(study)


def test_every_lever_that_is_set_is_explained_once() -> None:
    study = load_policies("alize-renewal")
    text = policy_file(study, "mine")
    assert text.count("Effort to bring new large firms") == 1
    assert "published 1\n    alize.recruiting_effort: 0" in text


def test_levers_below_are_those_that_can_act_and_are_not_set() -> None:
    text = policy_file(load_policies("alize-renewal"), "mine")
    below = text.partition("# The other levers")[2]
    assert "#   alize.advance_euros:" in below
    assert "alize.recruiting_effort" not in below
    assert "seats_directors" not in below  # of cohorts
    assert "aid_advance" not in below  # of the aid to research
    acting, _, idle = below.partition("# With the published rules")
    assert "#   alize.training_places:" not in acting  # training is for schemes with facilitators
    assert "alize.training_places" in idle


def test_levers_that_move_the_case_are_explained() -> None:
    """Pooling and bought days were said to change nothing in the very case that asks about them."""
    acting, _, idle = policy_file(load_policies("alize-host"), "mine").partition("# With the published rules")
    assert "#   alize.paid_days_per_year: 0" in acting
    assert "paid_days" not in idle
    assert "by themselves where they were tried; with others, or elsewhere, they may" in " ".join(
        idle.replace("#", "").split()
    )


def test_missions_are_no_matter_of_actions_cohorts_and_research() -> None:
    for name in ("plan-pme-diagnosis", "boost-innov-scale", "pole-delays"):
        below = policy_file(load_policies(name), "mine").partition("# The other levers")[2]
        assert "pooling" not in below
        assert "paid_days_per_year" not in below


def test_calendars_places_and_kept_schemes_stay(tmp_path: Path) -> None:
    source = tmp_path / "one.yaml"
    source.write_text("""
question: 'Who: "they" #1?'
base: region-five-schemes
policies:
  later: {alize.pooling: {value: 1, from_month: 12, ramp_months: 3, where: fragile}, alize.selection: lottery}
  fewer: {schemes: [alize, pole]}
  nothing: {}
""", "utf-8")  # fmt: skip
    study = load_policies(str(source))
    path = tmp_path / "two.yaml"
    path.write_text(policy_file(study, "two"), "utf-8")
    assert told(load_policies(str(path))) == told(study)


CASE = """
title: Mine
territory: basins.csv
start: "2010-01"
horizon_months: 36
schemes: {alize: {opens: 0}, plan_pme: {opens: 12}}
"""
OWN = """
base: mine.yaml
reference: "1"
policies:
  1: {"alize.days": {value: 3, where: ["01", "a, b", null-e]}}
  other: {alize.days: {value: 3, where: "Null"}, schemes: [alize]}
"""
BASINS = 'id,name,smes,large_sites,region\n01,A,300,3,R\n"a, b",B,300,3,Null\nnull-e,C,300,3,R\n'


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy file on a case of one's own; one works in another folder."""
    folder = tmp_path / "of mine"
    folder.mkdir()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name, text in (("basins.csv", BASINS), ("mine.yaml", CASE), ("asked.yaml", OWN)):
        (folder / name).write_text(text, "utf-8")
    return folder


def test_a_case_of_ones_own_is_named_by_its_path_and_odd_names_are_quoted(own: Path) -> None:
    study = load_policies("../of mine/asked.yaml")
    path = new_file("again", "../of mine/asked.yaml")
    assert 'base: "../of mine/mine.yaml"' in path.read_text("utf-8")
    assert told(load_policies(str(path))) == told(study)
    (own / "beside.yaml").write_text(policy_file(study, "beside", own), "utf-8")
    assert "base: mine.yaml\n" in (own / "beside.yaml").read_text("utf-8")
    assert told(load_policies(own / "beside.yaml")) == told(study)


def test_cases_keep_their_own_horizons(own: Path) -> None:
    late = CASE.replace("36", "60").replace("opens: 12", "opens: 40")
    (own / "late.yaml").write_text(late, "utf-8")
    (own / "asked.yaml").write_text(
        "base: [mine.yaml, late.yaml, alize-3-sites]\npolicies: {a: {}}\n", "utf-8"
    )
    path = new_file("again", "../of mine/asked.yaml")
    study = load_policies(str(path))
    assert [case.name for case in study.bases] == ["mine", "late", "alize-3-sites"]
    assert not study.horizon_months


def test_mixes_alone_are_a_question(own: Path) -> None:
    (own / "asked.yaml").write_text("base: mine.yaml\nmixes: true\n", "utf-8")
    path = new_file("again", "../of mine/asked.yaml")
    assert told(load_policies(str(path))) == told(load_policies("../of mine/asked.yaml"))


@pytest.mark.parametrize("question", ["2024", "null", "a: b", "two\nlines", 'a "b" \\', "[a]", "x #1", " a"])
def test_any_question_is_read_as_it_was(question: str, own: Path) -> None:
    study = replace(load_policies(own / "asked.yaml"), question=question, description="y" * 200)
    (own / "again.yaml").write_text(policy_file(study, "again", own), "utf-8")
    assert told(load_policies(own / "again.yaml")) == told(study)


def test_a_file_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert new_file("mine", "alize-renewal").exists()
    with pytest.raises(Refused, match="is there already"):
        new_file("mine", "alize-renewal")
    with pytest.raises(Refused, match="NAME: must be"):
        new_file("../mine", "alize-renewal")
