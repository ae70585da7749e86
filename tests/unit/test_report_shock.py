"""The section of the report on closures that a case foretells."""

import json

from sim.outcomes import OUTCOMES
from tests.report_folders import folder
from tests.unit.test_report import page

# of the world of draw 0 without any scheme; what each policy changes in it; net jobs
SHOCK = {"jobs_cut": 400.0, "trough": 12.0, "months_below": 20.0}
LESS = {"none": 0.0, "published": 1.0, "capped": 3.0}


def struck(rows):
    """Worlds fall by 12 to 20 %; in each, a policy takes as many points and months off that as it is told."""
    for row in rows:
        less = LESS[row["policy"]]
        row |= SHOCK | {"trough": 12.0 + row["draw"] - less, "months_below": 20.0 - less}
        if row["policy"] != "none":
            row |= {"jobs_net": 10.0 * less, "jobs_regained": 0.02 * less}


def of(path, command, groups, policies, closures):
    """What the section of a folder says whose first case foretells closures; nothing where there is none."""
    folder(path, command, 9, groups, policies, struck)
    manifest = json.loads((path / "manifest.json").read_text())
    manifest["spec"]["groups"][groups[0]]["world"]["closures"] = closures
    (path / "manifest.json").write_text(json.dumps(manifest))
    _, found = page(path)
    assert found.wrong == []
    return found.text.partition("After the closure Jobs are those")[2].partition("Net jobs over the years")[0]


def test_what_came_of_a_closure_is_on_the_page(tmp_path):
    said = of(tmp_path / "f", "compare", ("few", "many"), ("capped",), [{"basin": "b0", "month": 24}])
    for text in (
        "Without any scheme jobs fall by 16 % at the deepest (between 12 and 20 %, 9 times out of 10); "
        "“capped”, which has most net jobs, changes that by −3 points (−3 in nearly every world), and its "
        "net jobs at the end are 6 % of the jobs lost to cuts (6 % in nearly every world).",
        "Case few: mean (5 to 95 % of worlds)",
        "no scheme 400 – 16 % (12 to 20) – 20 –",
        "capped 400 6 % 13 % (9 to 17) −3 17 −3",
        "published 400 2 % 15 % (11 to 19) −1 19 −1",
    ):
        assert text in said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "Case many" not in said


def test_the_closure_of_a_single_policy_is_told_too(tmp_path):
    said = of(tmp_path / "f", "run", ("all",), (), [{"basin": "b0", "month": 24}])
    assert "“published” changes that by −1 point " in said


def test_the_fall_of_jobs_was_laid_on_the_closure_alone(tmp_path):
    said = of(tmp_path / "f", "run", ("all",), (), [{"basin": "b0", "month": 24}])
    assert "whatever lowers them: jobs may fall without it, too" in said
    for outcome in ("trough", "months_below"):
        assert "whatever lowers them" in OUTCOMES[outcome].definition


def test_a_case_without_a_closure_before_its_end_has_no_such_section(tmp_path):
    assert of(tmp_path / "none", "run", ("all",), (), []) == ""
    assert of(tmp_path / "late", "run", ("all",), (), [{"basin": "b0", "month": 600}]) == ""


def test_a_policy_without_a_net_job_was_said_to_have_most(tmp_path, monkeypatch):
    monkeypatch.setitem(LESS, "published", 0.0)
    monkeypatch.setitem(LESS, "capped", 0.0)
    said = of(tmp_path / "f", "compare", ("few",), ("capped",), [{"basin": "b0", "month": 24}])
    assert "which has most net jobs" not in said
    assert "“published” changes that by 0 points" in said
