"""Each bad input of a case or a scheme file is refused by an exact message: where, what, what to write."""

# ruff: noqa: E501 - a message stands on one line, as its reader sees it

import re
from pathlib import Path

import pytest

from scenarios.load import ScenarioError, available, load_any, load_case

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
CASE_KEYS = (
    "base, title, description, territory, start, horizon_months, seed, schemes, constants, closures, facts"
)


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


def with_rules(rules: str) -> str:
    return CASE + f"    rules: {{{rules}}}\n"


def test_the_valid_case_that_the_others_spoil():
    Path("case.yaml").write_text(CASE, encoding="utf-8")
    case = load_case("case.yaml")
    assert (case.name, case.title, case.seed) == ("case", "A case", 1)
    assert [basin.id for basin in case.territory.basins] == ["ales", "longwy", "creuse"]
    (alize,) = case.spec.schemes
    assert alize.opens == (("ales", 0), ("longwy", 0), ("creuse", 0))
    assert alize.rules["days"] == 4.0
    assert load_any("case.yaml") == case


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            CASE + "horizon_month: 3\n",
            "case.yaml:8:1: horizon_month: unknown key (got 'horizon_month'); "
            f"allowed: {CASE_KEYS}; did you mean horizon_months?",
        ),
        (CASE.replace("title: A case\n", ""), "case.yaml:1:1: title: this key is missing"),
        (CASE + "title: B\n", "case.yaml:8:1: title: duplicate key, it stands first on line 1; keep one"),
        (
            CASE.replace("A case", "&a A case"),
            "case.yaml:1:8: title: anchors are refused; write the value again (got &a)",
        ),
        (
            CASE.replace("A case", "!!str A case"),
            "case.yaml:1:8: title: tags are refused; write the value alone (got 'tag:yaml.org,2002:str')",
        ),
        (CASE + "<<: {seed: 3}\n", "case.yaml:8:1: <<: merge keys are refused; write the values again"),
        (CASE + "? [seed]\n: 3\n", "case.yaml:8:3: a key must be a text (got a list)"),
        ("", "case.yaml:1:1: the file is empty"),
        ("# nothing\n---\n", "case.yaml:1:1: the file is empty"),
        ("- a\n- b\n", "case.yaml:1:1: the file must be made of 'key: value' (got a list)"),
        ("hello\n", "case.yaml:1:1: the file must be made of 'key: value' (got 'hello')"),
        (CASE + "---\nseed: 1\n", "case.yaml:8:1: a second document begins here; one file holds one"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "case.yaml: this is a binary file; a text file in UTF-8 is wanted"),
        (
            CASE.replace("A case", "Alizé").encode("latin-1"),
            "case.yaml:1:12: this is not UTF-8; save the file as UTF-8 (got byte 0xe9)",
        ),
        (CASE.encode("utf-16"), "case.yaml:1:1: the file is in UTF-16; save it as UTF-8"),
        (CASE + "\x07", "case.yaml:8:1: a control character stands in the file (got U+0007)"),
        (
            CASE.replace("A case", '"\\ud800"'),
            "case.yaml:1:8: title: a text holds a character that cannot be written",
        ),
        ("seed: 1\n" * 40_000, "case.yaml: the file is too large; allowed: at most 100 thousand bytes"),
        (
            "title: " + "[" * 50_000,
            "case.yaml:1:19: nested too deeply; allowed: 12 levels of keys and lists",
        ),
        (
            CASE.replace("  alize", "\talize"),
            "case.yaml:6:1: this is not YAML: a tab stands here; indent with spaces",
        ),
        (
            CASE.replace("A case", "A case: part 2"),
            "case.yaml:1:14: this is not YAML: a ':' too many; put texts with ':' in quotes, check the"
            " indentation",
        ),
        ("%YAML 1.1\n---\n" + CASE, "case.yaml:2:1: only YAML 1.2 is read; drop the %YAML line"),
        (CASE.replace("60", "-60"), "case.yaml:4:17: horizon_months: out of bounds (got -60); allowed: 1 to 1200 (months)"),
        (
            CASE.replace("60", "5 years"),
            "case.yaml:4:17: horizon_months: must be a whole number; write 60 (got '5 years'); "
            "allowed: 1 to 1200 (months)",
        ),
        (
            CASE.replace("60", "060"),
            'case.yaml:4:17: horizon_months: a leading zero is refused; write 60, or "060" if a text is meant'
            " (got 060)",
        ),
        (
            CASE.replace("60", "6_0"),
            "case.yaml:4:17: horizon_months: underscores in a number are refused; write 60, or "
            '"6_0" if a text is meant (got 6_0)',
        ),
        (
            CASE.replace("60", "60.000"),
            "case.yaml:4:17: horizon_months: its point may part thousands or decimals; write 60000 or 60, "
            'whichever is meant, or "60.000" if a text is meant (got 60.000)',
        ),
        (
            CASE.replace('"2000-01"', "2000"),
            "case.yaml:3:8: start: must be a year and a month, as in 1998-01 (got 2000)",
        ),
        (
            CASE.replace("2000-01", "2000-13"),
            "case.yaml:3:8: start: must be a year and a month, as in 1998-01 (got '2000-13')",
        ),
        (CASE.replace("A case", "12"), 'case.yaml:1:8: title: must be a text; write "12" (got 12)'),
        (
            CASE + "facts: [S1-01, fact 2]\n",
            "case.yaml:8:16: facts[1]: must be the id of a fact, as in S1-02 (got 'fact 2')",
        ),
        (
            CASE + "constants: {price_year: 20077}\n",
            "case.yaml:8:25: constants.price_year: out of bounds (got 20077); allowed: 1900 to 2200",
        ),
        ("base: case.yaml\ntitle: B\n", "case.yaml:1:7: base: the bases of this case go round in a circle (got 'case.yaml')"),
        ("base: other.yaml\n", "case.yaml:1:7: base: no such file 'other.yaml'"),
        (
            "base: alize-1997\n",
            "case.yaml:1:7: base: no case of this name is shipped; a path ends in .yaml (got 'alize-1997'); "
            "did you mean alize-1997-2007?",
        ),
        (
            CASE.replace("basins.csv", "basin.csv"),
            "case.yaml:2:12: territory: no such file 'basin.csv'; did you mean basins.csv?",
        ),
        (
            CASE.replace("alize", "alizee"),
            "case.yaml:6:3: schemes.alizee: unknown scheme; name one that is shipped, or give `file` "
            f"(got 'alizee'); allowed: {', '.join(available('schemes'))}; did you mean alize?",
        ),
        (
            CASE.replace("opens: 0", "opens: {creuse: 0}"),
            "case.yaml:6:3: schemes.alize: no partner is possible: no basin where the scheme opens has a large site",
        ),
        (
            CASE.replace("opens: 0", "opens: {longvy: 0}"),
            "case.yaml:7:13: schemes.alize.opens.longvy: unknown basin (got 'longvy'); "
            "allowed: ales, longwy, creuse; did you mean longwy?",
        ),
        (
            CASE.replace("opens: 0", "opens: {ales: -1}"),
            "case.yaml:7:19: schemes.alize.opens.ales: out of bounds (got -1); allowed: 0 to 1200 (months)",
        ),
        (
            CASE.replace("opens: 0", "opens: 60"),
            "case.yaml:7:12: schemes.alize.opens: the scheme opens nowhere before the horizon of 60 months",
        ),
        (
            CASE.replace("opens: 0", "opens: [0]"),
            "case.yaml:7:12: schemes.alize.opens: must be from_territory, a month counted from the start, "
            "or a month by basin (got a list)",
        ),
        (
            CASE.replace("opens: 0", "opens: territory"),
            "case.yaml:7:12: schemes.alize.opens: unknown name (got 'territory'); allowed: from_territory; "
            "did you mean from_territory?",
        ),
        (
            CASE.replace("opens: 0", "opens: from_territory").replace("2000-01", "2000-06"),
            "basins.csv:2:7: basin ales, column opens_year: basin ales opens before the case starts, 2000-06 "
            "(got 2000-03)",
        ),
        (
            with_rules("revitalisation_share: 10 %"),
            "case.yaml:8:35: schemes.alize.rules.revitalisation_share: must be a number; write 0.10 "
            "(got '10 %'); allowed: 0 to 1 (share)",
        ),
        (
            with_rules("revitalisation_share: 10"),
            "case.yaml:8:35: schemes.alize.rules.revitalisation_share: out of bounds (got 10); "
            "allowed: 0 to 1 (share); did you mean 0.10?",
        ),
        (
            with_rules("revitalisation_share: 1.5"),
            "case.yaml:8:35: schemes.alize.rules.revitalisation_share: out of bounds (got 1.5); "
            "allowed: 0 to 1 (share)",
        ),
        (
            with_rules("path_months: 6 months"),
            "case.yaml:8:26: schemes.alize.rules.path_months: must be a number; write 6 (got '6 months'); "
            "allowed: 1 to 36 (months)",
        ),
        (
            with_rules("fund_euros: 12 000"),
            "case.yaml:8:25: schemes.alize.rules.fund_euros: must be a number; write 12000 (got '12 000'); "
            "allowed: 0 to 2000000 (euros)",
        ),
        (
            with_rules("days: 0x"),
            "case.yaml:8:19: schemes.alize.rules.days: must be a number (got '0x'); allowed: 0 to 60 (days)",
        ),
        (
            with_rules("days: .inf"),
            "case.yaml:8:19: schemes.alize.rules.days: must be a finite number (got .inf); allowed: 0 to 60 (days)",
        ),
        (
            with_rules("days: "),
            "case.yaml:8:13: schemes.alize.rules.days: must be a number (got nothing); allowed: 0 to 60 (days)",
        ),
        (
            with_rules("days: 61"),
            "case.yaml:8:19: schemes.alize.rules.days: out of bounds (got 61); allowed: 0 to 60 (days)",
        ),
        (
            with_rules("dayz: 4"),
            "case.yaml:8:13: schemes.alize.rules.dayz: unknown key (got 'dayz'); did you mean days?",
        ),
        (
            with_rules("quality: 0.5"),
            "case.yaml:8:13: schemes.alize.rules.quality: this key belongs under `behaviour:` of a scheme file",
        ),
        (
            with_rules("selection: meritt"),
            "case.yaml:8:24: schemes.alize.rules.selection: unknown name (got 'meritt'); "
            "allowed: merit, jobs, need, first_come, lottery; did you mean merit?",
        ),
        (
            with_rules("format: 0"),
            "case.yaml:8:21: schemes.alize.rules.format: must be one of those allowed (got 0); "
            "allowed: mission, cohort, action, pole, market",
        ),
        (
            with_rules("takes_expansion: no"),
            "case.yaml:8:30: schemes.alize.rules.takes_expansion: must be one of those allowed (got 'no'); "
            "allowed: true, false, 0, 1; did you mean false?",
        ),
    ],
    ids=lambda value: value[-60:] if isinstance(value, str) and value.startswith("case") else "",
)  # fmt: skip
def test_bad_case(content, message):
    assert refusal(content) == [message]


def test_an_alias_bomb_is_refused_alias_by_alias_and_never_expanded():
    bomb = 'a: &a ["x", "x"]\n' + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdef", "bcdefg"))
    found = refusal(bomb + CASE)
    assert "case.yaml:2:8: b[0]: aliases are refused; write the value again (got *a)" in found
    assert sum("aliases are refused" in line for line in found) == 12


def test_every_error_of_a_file_is_said_at_once_in_the_order_of_lines():
    found = refusal(
        'titel: A\nterritory: nowhere.csv\nstart: "2000-01"\nhorizon_months: -1\nseed: 1\nseed: 2\n'
        "schemes:\n  alizé:\n    opens: soon\n    rules: {days: 99}\n"
    )
    assert [line.split(": ")[:2] for line in found] == [
        ["case.yaml:1:1", "title"],
        ["case.yaml:1:1", "titel"],
        ["case.yaml:2:12", "territory"],
        ["case.yaml:4:17", "horizon_months"],
        ["case.yaml:6:1", "seed"],
        ["case.yaml:8:3", "schemes.alizé"],  # the form of the name
        ["case.yaml:8:3", "schemes.alizé"],  # the name itself
        ["case.yaml:9:12", "schemes.alizé.opens"],
        ["case.yaml:10:19", "schemes.alizé.rules.days"],
    ]


def test_many_errors_are_counted_not_listed():
    Path("case.yaml").write_text("".join(f"k{i}: 1\n" for i in range(2000)), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_case("case.yaml")
    lines = str(caught.value).split("\n")
    assert len(lines) == 51
    assert lines[-1] == f"... and {2000 + 5 - 50} more"  # five keys are missing as well


@pytest.mark.parametrize("absolute", [False, True])
def test_a_file_that_is_proposed_keeps_the_folder_in_which_it_is_sought(absolute, tmp_path):
    Path("sub").mkdir()
    Path("case.yaml").write_text(CASE, "utf-8")
    Path("sub/own.yaml").write_text("base: ../case.yam\ntitle: B\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_case(str(tmp_path / "sub/own.yaml") if absolute else "sub/own.yaml")
    assert caught.value.problems[0].nearest == "../case.yaml"
    with pytest.raises(ScenarioError) as caught:
        load_case("sub/owns.yaml")
    assert caught.value.problems[0].nearest == "sub/own.yaml"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.yaml", "missing.yaml: no such file"),
        ("basin.csv", "basin.csv: no such file; did you mean basins.csv?"),
        ("..", "..: this is a folder, a file is wanted"),
        ("./", "./: this is a folder, a file is wanted"),
        ("/dev/null", "/dev/null: this is no ordinary file"),
        ("basins.csv", "basins.csv: a .yaml file is wanted here (got .csv)"),
        ("alize", "alize: is a scheme, and a case is wanted here: tremplin explain alize"),
        (
            "zzz",
            f"zzz: neither a file nor the name of a case; allowed: {', '.join(available('cases'))}",
        ),
        ("a\0.yaml", "a\\x00.yaml: no such file"),
    ],
)
def test_bad_name(name, message):
    with pytest.raises(ScenarioError) as caught:
        load_case(name)
    assert str(caught.value) == message


def test_a_name_too_long_for_the_system_is_refused():
    with pytest.raises(ScenarioError, match="cannot read"):
        load_any("x" * 5000 + ".yaml")


def test_a_policy_file_is_no_case():
    Path("case.yaml").write_text(CASE, encoding="utf-8")
    found = refusal("question: Q\nbase: case.yaml\npolicies: {a: {}}\n", "question.yaml")
    assert found == [
        "question.yaml:1:1: is a policy file, and a case is wanted here: tremplin compare question.yaml"
    ]


def test_keys_of_no_scenario_file():
    assert refusal("xyzzy: 1\n", load=load_any) == [
        "case.yaml:1:1: these keys belong to no scenario file; "
        "allowed: territory and schemes (a case), policies (a policy file), rules (a scheme)"
    ]


def test_yaml_keeps_its_meaning_of_version_1_2():
    text = (
        CASE.replace("A case", "no") + "    rules: {revitalisation_share: 1e-1, days: +4.50, jobs_min: 0o7}\n"
    )
    Path("case.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    case = load_case("case.yaml")
    rules = case.spec.schemes[0].rules
    assert case.title == "no"
    assert (rules["revitalisation_share"], rules["days"], rules["jobs_min"]) == (0.1, 4.5, 7.0)


def test_months_that_the_territory_gives():
    Path("case.yaml").write_text(CASE.replace("opens: 0", "opens: from_territory"), encoding="utf-8")
    assert load_case("case.yaml").spec.schemes[0].opens == (("ales", 2), ("longwy", 12))


def test_one_wrong_entry_of_a_case_hid_the_errors_of_others():
    wrong = CASE.replace("60", "60.0").replace("title: A case\n", "").replace("opens: 0", "opens: {alles: 0}")
    wrong += "closures: [{basin: nowhere, month: x}, {basin: creuse, month: 1}]\n"
    places = "allowed: ales, longwy, creuse"
    assert refusal(wrong) == [
        "case.yaml:1:1: title: this key is missing",
        "case.yaml:3:17: horizon_months: must be a whole number (got 60.0); allowed: 1 to 1200 (months)",
        f"case.yaml:6:13: schemes.alize.opens.alles: unknown basin (got 'alles'); {places}; did you mean ales?",
        f"case.yaml:7:20: closures[0].basin: unknown basin (got 'nowhere'); {places}",
        "case.yaml:7:36: closures[0].month: must be a whole number (got 'x'); allowed: 0 to 1200 (months)",
        "case.yaml:7:48: closures[1].basin: this basin has no large site that could close",
    ]


@pytest.mark.parametrize("wrong", ["start: 2000-13", "opens: from_territoy", "horizon_months: 0"])
def test_what_a_wrong_entry_leaves_open_is_not_refused_too(wrong: str):
    key = wrong.split(":")[0]
    (message,) = refusal(re.sub(f"{key}:.*", wrong, CASE.replace("opens: 0", "opens: from_territory")))
    assert f"{key}: " in message
