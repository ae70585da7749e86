"""Cases that stand on other cases, and schemes of one's own."""

# ruff: noqa: E501 - a message stands on one line, as its reader sees it

import os
from pathlib import Path

import pytest

from scenarios.finding import shipped
from scenarios.load import ScenarioError, load_any, load_case, load_policies, load_scheme
from sim.spec import Change

TERRITORY = """\
id,name,region,smes,large_sites,fragility,opens_year,opens_month
ales,Alès,South,1800,12,0.75,2000,3
longwy,Longwy,North,850,5,0.9,2001,1
creuse,Creuse,South,500,0,0.95,,
"""
CASE = """\
title: A case
territory: basins.csv
start: "2000-01"
horizon_months: 60
schemes:
  alize:
    opens: 0
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("basins.csv").write_text(TERRITORY, encoding="utf-8")


def refusal(content: str | bytes, name: str = "case.yaml", load=load_case) -> list[str]:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ScenarioError) as caught:
        load(name)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return [str(problem) for problem in caught.value.problems]


def test_bases_in_a_circle_of_several():
    for name, base in (("a", "b"), ("b", "c"), ("c", "b")):
        Path(f"{name}.yaml").write_text(f"base: {base}.yaml\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_case("a.yaml")
    assert str(caught.value) == "c.yaml:1:7: base: the bases of this case go round in a circle (got 'b.yaml')"


def test_bases_piled_too_high():
    for i in range(12):
        Path(f"{i}.yaml").write_text(f"base: ./{i + 1}.yaml\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_case("0.yaml")
    assert str(caught.value) == "9.yaml:1:7: base: more than 10 bases, one upon the other"


def test_a_base_gives_what_the_case_does_not():
    Path("deep").mkdir()
    Path("deep/case.yaml").write_text(
        CASE.replace("basins.csv", "../basins.csv") + "    rules: {days: 3, jobs_min: 5}\n", encoding="utf-8"
    )
    Path("over.yaml").write_text(
        "base: deep/case.yaml\ntitle: Over\nschemes: {alize: {opens: {ales: 7}, rules: {days: 6}}}\n",
        encoding="utf-8",
    )
    case = load_case("over.yaml")
    (alize,) = case.spec.schemes
    assert case.title == "Over"
    assert alize.opens == (("ales", 7),)
    assert (alize.rules["days"], alize.rules["jobs_min"]) == (6.0, 5.0)
    assert case.spec.horizon_months == 60


def test_an_error_of_the_base_is_said_where_it_stands():
    Path("base.yaml").write_text(CASE.replace("60", "0"), encoding="utf-8")
    assert refusal("base: base.yaml\nseed: -1\n") == [
        "case.yaml:2:7: seed: out of bounds (got -1); allowed: 0 to 9007199254740992",
        "base.yaml:4:17: horizon_months: out of bounds (got 0); allowed: 1 to 1200 (months)",
    ]


def test_a_scheme_of_ones_own_may_fix_behaviour():
    Path("mine.yaml").write_text(
        "title: Mine\ndescription: Words.\nrules: {format: cohort, takes_expansion: false}\n"
        "behaviour: {quality: 0.5}\n",
        encoding="utf-8",
    )
    assert load_scheme("mine.yaml").rules == {"format": 1.0, "takes_expansion": 0.0, "quality": 0.5}
    case = CASE.replace("  alize:\n", "  ours:\n    file: mine.yaml\n    rules: {days: 6}\n")
    Path("case.yaml").write_text(case, encoding="utf-8")
    (ours,) = load_case("case.yaml").spec.schemes
    assert ours.name == "ours"
    assert ours.rules == {"format": 1.0, "takes_expansion": 0.0, "quality": 0.5, "days": 6.0}


def test_a_file_under_a_shipped_name_silently_fixed_drawn_behaviour():
    """Its numbers went before those drawn, while grades and counts took them for the fitted ones."""
    rules = "title: Mine\ndescription: Words.\nrules: {days: 6}\n"
    case = CASE.replace("  alize:\n", "  alize:\n    file: mine.yaml\n")
    Path("mine.yaml").write_text(rules, encoding="utf-8")
    Path("case.yaml").write_text(case, encoding="utf-8")
    (alize,) = load_case("case.yaml").spec.schemes
    assert (alize.name, alize.rules["days"]) == ("alize", 6.0)
    Path("mine.yaml").write_text(f"{rules}behaviour: {{quality: 0.5, hassle: 0.1}}\n", encoding="utf-8")
    (said,) = refusal(case, "case.yaml", load_case)
    assert said.endswith(
        "schemes.alize.file: the behaviour of alize is drawn, and this file would fix it (hassle, quality); give "
        "the scheme another name, or take `behaviour:` out of the file (got 'mine.yaml')"
    )


def test_bad_scheme_of_ones_own():
    found = refusal("title: Mine\nrules: {days: 4, quality: 0.5}\nbehaviour: {quality: 50 %, days: 1}\n",
                    "mine.yaml", load_scheme)  # fmt: skip
    assert found == [
        "mine.yaml:1:1: description: this key is missing",
        "mine.yaml:2:18: rules.quality: this key belongs under `behaviour:` of a scheme file",
        "mine.yaml:3:22: behaviour.quality: must be a number; write 0.50 (got '50 %'); allowed: 0 to 1 (share)",
        "mine.yaml:3:28: behaviour.days: this key belongs under `rules:`",
    ]


def test_a_scheme_that_only_one_case_has():
    mine = "base: case.yaml\nschemes: {mine: {file: mine.yaml, opens: 0}}\n"
    scheme = "title: M\ndescription: D\nrules: {format: cohort}\n"
    for name, text in (("case", CASE), ("bare", mine), ("mine", scheme)):
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    policies = "policies: {a: {mine.seats_directors: 5}}\n"
    assert refusal(f"base: [case.yaml, bare.yaml]\n{policies}", "question.yaml", load_policies) == [
        "question.yaml:2:16: policies.a.mine.seats_directors: case case has no such scheme (got 'mine'); "
        "allowed: alize"
    ]
    Path("question.yaml").write_text(f"base: bare.yaml\n{policies}", encoding="utf-8")
    changed = load_policies("question.yaml")
    assert changed.changes(changed.bases[0], "a") == (Change("mine", "seats_directors", 5.0),)


@pytest.mark.parametrize(
    ("base", "what"),
    [
        ("boost_innov", f"copy {shipped('schemes', 'boost_innov').path} and change the copy"),
        (
            "alize-1997-2007",
            "copy the file of a scheme and change the copy; in a case, rules stand below their scheme",
        ),
    ],
)
def test_a_scheme_that_is_derived_from_another_is_told_to_copy_it(base, what):
    text = f"base: {base}\ntitle: Mine\nrules:\n  days: 99\n"
    assert refusal(text, "mine.yaml", load_any) == [
        f"mine.yaml:1:1: base: a scheme has no base: {what}",
        "mine.yaml:4:9: rules.days: out of bounds (got 99); allowed: 0 to 60 (days)",
    ]


def test_a_derived_scheme_is_refused_in_a_case_too():
    Path("mine.yaml").write_text("base: alize\nrules: {days: 9}\n", encoding="utf-8")
    found = refusal(CASE.replace("alize:", "mine:\n    file: mine.yaml"))
    assert [problem.partition(": copy")[0] for problem in found] == [
        "mine.yaml:1:1: base: a scheme has no base"
    ]


def test_rules_at_the_top_of_a_case_are_still_an_error_of_a_case():
    (found,) = refusal("base: alize-1997-2007\ntitle: T\nrules: {days: 9}\nschemes: {}\n")
    assert found.startswith("case.yaml:3:1: rules: unknown key (got 'rules'); allowed: base, title")


def test_a_folder_that_a_file_names_was_refused_without_that_file() -> None:
    Path("own.yaml").mkdir()
    own = "  own: {file: own.yaml, opens: 0}\n"
    at = "case.yaml:8:15: schemes.own.file: this is a folder, a file is wanted (got 'own.yaml')"
    assert refusal(CASE + own) == [at]
    Path("own.yaml").rmdir()
    os.mkfifo("own.yaml")
    assert refusal(CASE + own) == [at.replace("a folder, a file is wanted", "no ordinary file")]
    found = refusal(CASE.replace("basins.csv", "./"))
    assert found == ["case.yaml:2:12: territory: this is a folder, a file is wanted (got '.')"]


def policies(text: str) -> list[str]:
    Path("case.yaml").write_text(CASE, "utf-8")
    return refusal(f"base: case.yaml\npolicies:\n  {text}\n", "q.yaml", load_policies)


def test_a_long_name_was_said_to_be_made_of_other_letters() -> None:
    name = "long-" * 16 + "x"
    got = f"'{name[:57]}...'"
    assert policies(f"{name}: {{alize.days: 3}}") == [
        f"q.yaml:3:3: policies.{got}: this name is too long (got {got}); allowed: at most 80 characters"
    ]
    assert policies(f"é{name}: {{alize.days: 3}}")[0].endswith("allowed: at most 80 characters")


def test_a_bad_name_of_a_policy_hid_what_was_wrong_in_it() -> None:
    found = policies("été: {alize.dayz: 3, alize.days: {value: 3, from_months: 2}}")
    form = "a name made of letters without accents, digits, - and _"
    assert found == [
        f"q.yaml:3:3: policies.été: must be {form} (got 'été')",
        "q.yaml:3:9: policies.été.alize.dayz: unknown lever (got 'alize.dayz'); did you mean alize.days?",
        "q.yaml:3:47: policies.été.alize.days.from_months: unknown key (got 'from_months'); allowed: value, from_month, ramp_months, where; did you mean from_month?",
    ]
