"""Cases of one's own: what is known of a shipped case is not said of a file that has its name, nor of other
months."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.evidence import bases
from experiments.parameters import source
from experiments.plan import Group, compare_experiment, run_experiment
from experiments.report import reading
from scenarios.load import NONE, PUBLISHED, available, load_case, load_policies
from tests.conftest import CASE, invoke

SLOW_TO_READ = "country"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_case_named_as_a_shipped_one_failed_or_had_its_figures(here: Path) -> None:
    for name in ("poles-2005-2014", "alize-1997-2007"):
        (here / f"{name}.yaml").write_text(CASE)
        invoke("run", f"{name}.yaml", "--draws", "1", "--out", name)
        manifest = json.loads((here / name / "manifest.json").read_text())
        assert manifest["counts"]["ok"] == 2
        assert not (here / name / "validation.csv").exists()
        assert not any(row["without_data"] for row in rows(here / name / "summary.csv"))
        invoke("run", f"{name}.yaml", "--draws", "2", "--out", name)  # goes on


def test_shipped_cases_are_known_in_what_runs_and_in_what_is_kept() -> None:
    for name in available("cases"):
        if name == SLOW_TO_READ:
            continue
        case = load_case(name)
        asked = run_experiment(case, source("default", [], 1), 1)
        assert asked.groups[0].shipped == name
        kept = json.loads(json.dumps(asked.spec()))["groups"]["all"]
        page = reading.Group("all", "", "", kept["world"], {}, {}, frozenset(), case=kept["case"])
        assert page.shipped == name


def test_shares_of_spread_of_ten_years_were_given_for_two(here: Path) -> None:
    (here / "q.yaml").write_text(
        "base: [alize-3-sites, alize-5-sites]\nhorizon_months: 24\npolicies: {a: {alize.days: 3}}\n"
    )
    study = load_policies("q.yaml")
    for months, known in ((24, ["", ""]), (120, ["alize-3-sites", "alize-5-sites"])):
        asked = compare_experiment(replace(study, horizon_months=months), source("default", [], 1), 1)
        assert [group.shipped for group in asked.groups] == known


def test_shares_are_computed_in_the_months_of_the_cases() -> None:
    assert all(group.shipped == group.name for group in bases())


def test_a_case_with_a_shipped_base_and_changes_of_its_own_is_none_of_the_shipped(here: Path) -> None:
    (here / "mine").mkdir()
    path = here / "mine" / "alize-3-sites.yaml"
    for text, known in (
        ("base: alize-3-sites\n", "alize-3-sites"),  # the same world
        ("base: alize-3-sites\nschemes: {alize: {rules: {days: 5}}}\n", ""),
    ):
        path.write_text(text)
        case = load_case(path)
        arms = {NONE: case.spec.without_schemes(), PUBLISHED: case.spec}
        assert Group("all", case, arms).shipped == known


def test_two_files_of_one_name_were_called_the_same_case(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "case.yaml").write_text("base: ../case.yaml\n")
    (here / "q.yaml").write_text("base: [case.yaml, mine/case.yaml]\npolicies: {a: {}}\n")
    said = invoke("check", "q.yaml", code=2).output
    assert "base[1]: another file named case stands before it" in said
    assert "rename one of them" in said
    (here / "q.yaml").write_text("base: [case.yaml, ./case.yaml]\npolicies: {a: {}}\n")
    assert "base[1]: this case stands twice" in invoke("check", "q.yaml", code=2).output


def test_worlds_of_a_case_without_schemes_failed(here: Path) -> None:
    (here / "case.yaml").write_text(CASE.partition("schemes:")[0] + "schemes: {}\n")
    (here / "q.yaml").write_text("base: case.yaml\npolicies: {a: {}}\n")
    invoke("run", "case.yaml", "--draws", "1", "--out", "run")
    invoke("compare", "q.yaml", "--draws", "1", "--out", "compare")
    for folder, worlds in (("run", 2), ("compare", 3)):
        assert json.loads((here / folder / "manifest.json").read_text())["counts"]["ok"] == worlds
    assert "has no scheme" in invoke("evaluate", "case.yaml", code=2).output


def test_figures_that_do_not_exist_passed_unseen(here: Path) -> None:
    (here / "case.yaml").write_text(CASE + "facts: [S1-04, S1-94]\n")
    said = invoke("check", "case.yaml", code=2).output
    assert "case.yaml:7:16: facts[1]: no published figure has this id" in said
    assert "S1-04'" not in said
    (here / "case.yaml").write_text(CASE + "facts: [S1-04]\n")
    note = invoke("check", "case.yaml").output
    assert "facts: says where to read, and computes nothing: only worlds of shipped cases" in note


@pytest.mark.parametrize("name", ["all", "All"])
def test_a_policy_called_all_could_not_be_asked_for_alone(here: Path, name: str) -> None:
    (here / "q.yaml").write_text(f"base: case.yaml\npolicies: {{{name}: {{}}}}\n")
    said = invoke("check", "q.yaml", code=2).output
    assert "this name is kept: `--policy all` means every policy; choose another" in " ".join(said.split())


def test_keeping_every_scheme_had_no_note(here: Path) -> None:
    (here / "q.yaml").write_text("base: case.yaml\npolicies: {a: {schemes: [alize]}}\n")
    assert "policies.a.schemes: changes nothing: case has no other scheme" in invoke("check", "q.yaml").output


def test_basins_of_one_name_could_not_be_told_apart(here: Path) -> None:
    (here / "basins.csv").write_text((here / "basins.csv").read_text().replace("South", "North"))
    said = invoke("check", "case.yaml").output
    assert "territory: 2 basins are called North (north, south): pages add the id" in said
    world = {"territory": {"basins": [{"id": i, "name": n} for i, n in (("a", "X"), ("b", "X"), ("c", "Y"))]}}
    found = reading.Group("all", "", "", world, {}, {}, frozenset()).basins
    assert [basin["name"] for basin in found] == ["X [a]", "X [b]", "Y"]
