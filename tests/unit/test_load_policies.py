"""Each bad line of a policy file is refused by an exact message; good ones become changes to the cases."""

# ruff: noqa: E501 - a message stands on one line, as its reader sees it

from pathlib import Path

import pytest

from scenarios.load import ScenarioError, load_any, load_policies
from sim.spec import Change

TERRITORY = """\
id,name,region,smes,large_sites,fragility
ales,Alès,South,1800,12,0.75
longwy,Longwy,North,850,5,0.9
creuse,Creuse,South,500,2,0.1
nievre,Nièvre,Centre,500,2,0.9
"""
OTHER = TERRITORY.replace("North", "East").replace("longwy", "briey")
CASE = """\
title: A case
territory: basins.csv
start: "2000-01"
horizon_months: 60
schemes: {alize: {opens: 6}}
"""
HEAD = "base: case.yaml\npolicies:\n  p:\n    "
LEVER = "question.yaml:4:5: policies.p."


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("basins.csv").write_text(TERRITORY, encoding="utf-8")
    Path("others.csv").write_text(OTHER, encoding="utf-8")
    Path("case.yaml").write_text(CASE, encoding="utf-8")
    Path("other.yaml").write_text("base: case.yaml\nterritory: others.csv\n", encoding="utf-8")


def study(text: str):
    Path("question.yaml").write_text(text, encoding="utf-8")
    return load_policies("question.yaml")


def refusal(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        study(text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("alize.dayz: 3", LEVER + "alize.dayz: unknown lever (got 'alize.dayz'); did you mean alize.days?"),
        ("days: 3", LEVER + "days: a lever is written with its scheme (got 'days'); did you mean alize.days?"),
        ("boost.days: 3", LEVER + "boost.days: case case has no such scheme (got 'boost'); allowed: alize"),
        (
            "alize.xyz: 3",
            LEVER + "alize.xyz: unknown lever (got 'alize.xyz'); "
            "allowed: the levers of `tremplin list levers`, as scheme.lever",
        ),
        (
            "alize.path_months: 3",
            LEVER + "alize.path_months: this is a rule, not a lever; set it in `rules:` of a case or a scheme",
        ),
        (
            "alize.quality: 0.9",
            LEVER + "alize.quality: this is how people respond, an uncertainty; a policy cannot set it",
        ),
        (
            "alize.seats_directors: 3",
            LEVER + "alize.seats_directors: this is a lever of schemes made of cohorts, which alize is not",
        ),
        (
            "alize.recognition: 10 %",
            "question.yaml:4:24: policies.p.alize.recognition: must be a number; write 0.10 (got '10 %'); "
            "allowed: 0 to 1 (share)",
        ),
        (
            "alize.recognition: {value: 1,5}",
            "question.yaml:4:34: policies.p.alize.recognition.5: a comma ends an entry between braces; write decimals with a point, as in 0.3, and thousands without a mark, as in 30000 (got '5')",
        ),
        (
            "alize.days: {value: 99}",
            "question.yaml:4:25: policies.p.alize.days.value: out of bounds (got 99); allowed: 0 to 60 (days)",
        ),
        (
            "alize.days: [3]",
            "question.yaml:4:17: policies.p.alize.days: a policy gives a lever one value from one month on; put a second one into another policy (got a list); allowed: value, from_month, ramp_months, where",
        ),
        (
            "alize.days: 03",
            'question.yaml:4:17: policies.p.alize.days: a leading zero is refused; write 3, or "03" if a text is '
            "meant (got 03)",
        ),
        (
            "alize.days:",
            "question.yaml:4:5: policies.p.alize.days: must be a number (got nothing); allowed: 0 to 60 (days)",
        ),
        (
            "alize.selection: loterie",
            "question.yaml:4:22: policies.p.alize.selection: unknown name (got 'loterie'); "
            "allowed: merit, jobs, need, first_come, lottery; did you mean lottery?",
        ),
        ("alize.days: {from_month: 3}", "question.yaml:4:17: policies.p.alize.days.value: this key is missing"),
        (
            "alize.days: {value: 3, from_month: 60}",
            "question.yaml:4:40: policies.p.alize.days.from_month: must be before the horizon of 60 months (got 60)",
        ),
        (
            "alize.days: {value: 3, ramp_months: -1}",
            "question.yaml:4:41: policies.p.alize.days.ramp_months: out of bounds (got -1); allowed: 0 to 1200 (months)",
        ),
        (
            "alize.days: {value: 3, where: south}",
            "question.yaml:4:35: policies.p.alize.days.where: unknown region (got 'south'); "
            "allowed: all, fragile, South, North, Centre; did you mean South?",
        ),
        (
            "alize.days: {value: 3, where: longwy}",
            "question.yaml:4:35: policies.p.alize.days.where: this is a basin; write [longwy] (got 'longwy')",
        ),
        (
            "alize.days: {value: 3, where: [ales, longvy]}",
            "question.yaml:4:42: policies.p.alize.days.where[1]: unknown basin (got 'longvy'); "
            "allowed: ales, longwy, creuse, nievre; did you mean longwy?",
        ),
        (
            "alize.days: {value: 3, where: [south]}",
            "question.yaml:4:36: policies.p.alize.days.where[0]: this is a region; write it without brackets: "
            "`where: South` (got 'south')",
        ),
        (
            "alize.days: {value: 3, where: []}",
            "question.yaml:4:35: policies.p.alize.days.where: must not be empty",
        ),
        (
            "alize.days: {value: 3, where: 3}",
            "question.yaml:4:35: policies.p.alize.days.where: must be all, fragile, the name of a region, "
            "or a list of basins (got 3)",
        ),
        (
            "alize.days: 3\n    alize.days: 4",
            "question.yaml:5:5: policies.p.alize.days: duplicate key, it stands first on line 4; keep one",
        ),
    ],
)  # fmt: skip
def test_bad_line(line, message):
    assert refusal(HEAD + line + "\n") == [message]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("base: case.yaml\n", ["question.yaml:1:1: policies: this key is missing"]),
        (
            "base: case.yaml\npolicies: {}\n",
            ["question.yaml:2:11: policies: must not be empty; write a policy, or `mixes: true` above"],
        ),
        ("policies: {a: {}}\n", ["question.yaml:1:1: base: this key is missing"]),
        (
            "base: {a: 1}\npolicies: {a: {alize.dayz: 1}}\n",
            [
                "question.yaml:1:7: base: must be a case or a list of cases (got keys and values)",
                "question.yaml:2:16: policies.a.alize.dayz: unknown lever (got 'alize.dayz'); "
                "did you mean alize.days?",
            ],
        ),
        (
            "base: [case.yaml, case.yaml, nowhere.yaml, 3]\npolicies: {a: {}}\n",
            [
                "question.yaml:1:19: base[1]: this case stands twice (got 'case.yaml')",
                "question.yaml:1:30: base[2]: no such file 'nowhere.yaml'",
                'question.yaml:1:44: base[3]: must be a text; write "3" (got 3)',
            ],
        ),
        ("base: []\npolicies: {a: {}}\n", ["question.yaml:1:7: base: must not be empty"]),
        (
            "base: case.yaml\npolicies: {none: {}, published: {}}\n",
            [
                "question.yaml:2:12: policies.none: this name is kept for an arm that always exists; "
                "choose another",
                "question.yaml:2:22: policies.published: this name is kept for an arm that always exists; "
                "choose another",
            ],
        ),
        (
            "base: case.yaml\npolicies: {a policy: {}}\n",
            [
                "question.yaml:2:12: policies.'a policy': must be a name made of letters without accents, "
                "digits, - and _ (got 'a policy')"
            ],
        ),
        (
            "base: case.yaml\nreference: capped\npolicies: {cap: {}}\n",
            [
                "question.yaml:2:12: reference: unknown policy (got 'capped'); allowed: published, cap; "
                "did you mean cap?"
            ],
        ),
        (
            "base: case.yaml\nreference: none\npolicies: {cap: {}}\n",
            [
                "question.yaml:2:12: reference: every policy is compared with `none` anyway; the reference is "
                "another one; allowed: published, cap"
            ],
        ),
        (
            "base: case.yaml\nhorizon_months: -12\npolicies: {cap: {}}\n",
            ["question.yaml:2:17: horizon_months: out of bounds (got -12); allowed: 1 to 1200 (months)"],
        ),
        (
            "base: case.yaml\nhorizon_months: 6\npolicies: {cap: {}}\n",
            ["question.yaml:2:17: horizon_months: alize opens in month 6 of case, after the horizon (got 6)"],
        ),
        (
            "base: case.yaml\npolicies: [cap]\n",
            ["question.yaml:2:11: policies: must be keys and values (got a list)"],
        ),
        (  # keys that look like what pydantic calls branches of a union, or a key
            'base: case.yaml\npolicies: {b: {}}\n"=q": x\n"[key]": x\n',
            [
                f"question.yaml:{line}:1: {key}: unknown key (got '{key}'); allowed: question, description, "
                "base, reference, horizon_months, mixes, policies"
                for line, key in ((3, "=q"), (4, "[key]"))
            ],
        ),
        (
            'base: case.yaml\npolicies: {"=cmd": {}, "[key]": {}, c: {alize.days: {value: 6, "=zz": 1}}}\n',
            [
                *(
                    f"question.yaml:2:{column}: policies.{key}: must be a name made of letters without "
                    f"accents, digits, - and _ (got '{key}')"
                    for column, key in ((12, "=cmd"), (24, "[key]"))
                ),
                "question.yaml:2:64: policies.c.alize.days.=zz: unknown key (got '=zz'); allowed: value, "
                "from_month, ramp_months, where",
            ],
        ),
        (
            "base: case.yaml\nreference: nobody\npolicies: {published: {}}\n",
            [
                "question.yaml:2:12: reference: unknown policy (got 'nobody'); allowed: published",
                "question.yaml:3:12: policies.published: this name is kept for an arm that always exists; "
                "choose another",
            ],
        ),
        (
            "base: alize-renewal\npolicies: {cap: {}}\n",
            ["question.yaml:1:7: base: must be a case, and alize-renewal is a policy file"],
        ),
        (
            "base: basins.csv\npolicies: {cap: {}}\n",
            ["question.yaml:1:7: base: a case is wanted (got territory basins.csv)"],
        ),
    ],
)
def test_bad_file(text, messages):
    assert refusal(text) == messages


def test_errors_of_the_case_are_said_in_its_own_file():
    Path("case.yaml").write_text(CASE.replace("60", "sixty"), encoding="utf-8")
    assert refusal(HEAD + "alize.dayz: 1\n") == [
        LEVER + "alize.dayz: unknown lever (got 'alize.dayz'); did you mean alize.days?",
        "case.yaml:4:17: horizon_months: must be a whole number (got 'sixty'); allowed: 1 to 1200 (months)",
    ]


SEVERAL = """\
title: Several schemes
territory: basins.csv
start: "2005-01"
horizon_months: 60
schemes: {alize: {opens: 6}, plan_pme: {opens: 0}, pole: {opens: 12}}
"""


@pytest.fixture
def several():
    Path("several.yaml").write_text(SEVERAL, encoding="utf-8")
    for n in (2, 7):
        more = ", ".join(f"s{i}: {{file: mine.yaml, opens: 0}}" for i in range(1, n))
        Path(f"of{n}.yaml").write_text(f"base: case.yaml\nschemes: {{{more}}}\n", encoding="utf-8")
    Path("mine.yaml").write_text("title: M\ndescription: D\nrules: {format: cohort}\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        (
            "schemes: [plan_pme, pole], alize.days: 3",
            [
                "question.yaml:3:44: policies.p.alize.days: alize does not live under this policy; add it to "
                "`schemes`, or take this line out; allowed: levers of plan_pme, pole"
            ],
        ),
        (
            "schemes: [plan_pne, pole]",
            [
                "question.yaml:3:27: policies.p.schemes[0]: case several has no such scheme (got 'plan_pne'); "
                "allowed: plan_pme, pole, alize; did you mean plan_pme?"
            ],
        ),
        (
            "schemes: [pole, pole, 3]",
            [
                "question.yaml:3:33: policies.p.schemes[1]: this scheme stands twice (got 'pole')",
                "question.yaml:3:39: policies.p.schemes[2]: must be the name of a scheme (got 3)",
            ],
        ),
        (
            "schemes: []",
            [
                "question.yaml:3:26: policies.p.schemes: must not be empty; the world without any scheme is `none`"
            ],
        ),
        (
            "schemes: pole",
            [
                "question.yaml:3:26: policies.p.schemes: must be a list of schemes of the case, as in "
                "[alize, plan_pme] (got 'pole')"
            ],
        ),
    ],
)
def test_bad_choice_of_schemes(several, line, messages):
    assert refusal(f"base: several.yaml\npolicies:\n  p: {{          {line}}}\n") == messages


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "base: [several.yaml, case.yaml]\nmixes: true\n",
            [
                "question.yaml:2:8: mixes: case case has 1 scheme; every mix is run of cases with 2 to 6: take "
                "this line out, or choose another base"
            ],
        ),
        (
            "base: of7.yaml\nmixes: true\n",
            [
                "question.yaml:2:8: mixes: case of7 has 7 schemes; every mix is run of cases with 2 to 6: take "
                "this line out, or choose another base"
            ],
        ),
        (
            "base: several.yaml\nmixes: true\npolicies: {pole: {}}\n",
            [
                "question.yaml:3:12: policies.pole: this name is kept for the mix of that scheme alone; choose "
                "another"
            ],
        ),
        ("base: several.yaml\nmixes: yes\n", ["question.yaml:2:8: mixes: must be true or false (got 'yes')"]),
        ("base: several.yaml\nmixes: false\n", ["question.yaml:1:1: policies: this key is missing"]),
        (
            "base: several.yaml\nmixs: true\npolicies: {a: {}}\n",
            [
                "question.yaml:2:1: mixs: unknown key (got 'mixs'); allowed: question, description, base, "
                "reference, horizon_months, mixes, policies; did you mean mixes?"
            ],
        ),
    ],
)
def test_bad_mixes(several, text, messages):
    assert refusal(text) == messages


def test_some_schemes_only(several):
    found = study(
        "base: several.yaml\nhorizon_months: 48\npolicies:\n  two: {schemes: [plan_pme, alize], alize.days: 3}\n"
    )
    (case,) = found.bases
    spec = found.spec(case, "two")
    assert [scheme.name for scheme in spec.schemes] == ["plan_pme", "alize"]  # in the order of a world
    assert spec.changes == (Change("alize", "days", 3.0),)
    assert spec.horizon_months == 48
    assert spec.does_research  # asked by the pôle, which does not live here: the firms are the same
    assert found.mixes(case) == {}
    assert found.arms == ("none", "published", "two")


def test_mixes_are_further_worlds_of_each_case(several):
    found = study("base: [several.yaml, of2.yaml]\nmixes: true\n")
    case, pair = found.bases
    assert found.arms == ("none", "published")
    assert found.mixes(pair) == {"alize": ("alize",), "s1": ("s1",)}
    assert list(found.mixes(case)) == [
        "plan_pme", "pole", "alize", "plan_pme+pole", "plan_pme+alize", "pole+alize",
    ]  # fmt: skip
    for mix, names in found.mixes(case).items():
        spec = found.spec(case, mix)
        assert tuple(scheme.name for scheme in spec.schemes) == names
        assert spec.does_research == found.spec(case, "none").does_research is True
        assert spec.changes == ()
    with_policy = study("base: several.yaml\nmixes: true\nreference: a\npolicies: {a: {alize.days: 3}}\n")
    assert with_policy.arms == ("none", "published", "a")  # shares are of the case as published


def test_where_is_resolved_in_each_case():
    found = study(
        "question: Q?\nbase: [case.yaml, other.yaml]\npolicies:\n"
        "  everywhere: {alize.days: 3}\n  fragile: {alize.days: {value: 3, from_month: 12, ramp_months: 6, where: fragile}}\n"
        "  north: {alize.days: {value: 3, where: North}}\n  two: {alize.days: {value: 3, where: [ales, briey]}}\n"
    )
    case, other = found.bases
    assert (case.name, other.name) == ("case", "other")
    assert found.question == "Q?"
    assert found.changes(case, "everywhere") == (Change("alize", "days", 3.0),)
    fragile = Change("alize", "days", 3.0, 12, 6, ("longwy", "nievre"))  # a third of four, rounded up
    assert found.changes(case, "fragile") == (fragile,)
    assert found.changes(case, "north") == (Change("alize", "days", 3.0, basins=("longwy",)),)
    assert found.changes(other, "north") == ()  # never everywhere
    assert found.changes(case, "two") == (Change("alize", "days", 3.0, basins=("ales",)),)
    assert found.changes(other, "two") == (Change("alize", "days", 3.0, basins=("ales", "briey")),)


def test_the_arms_and_their_worlds():
    found = study(
        "base: case.yaml\nhorizon_months: 24\npolicies: {same: {}, lots: {alize.selection: lottery}}\n"
    )
    (case,) = found.bases
    assert found.arms == ("none", "published", "same", "lots")
    assert found.spec(case, "same").hash() == found.spec(case, "published").hash()
    assert found.spec(case, "none").schemes == ()
    assert {found.spec(case, arm).horizon_months for arm in found.arms} == {24}
    assert found.spec(case, "lots").changes == (Change("alize", "selection", 4.0),)
    assert case.spec.horizon_months == 60
    assert case.spec.changes == ()
    assert load_any("question.yaml") == found
    with pytest.raises(ScenarioError) as caught:
        found.spec(case, "lost")
    assert str(caught.value) == (
        "question: policies: unknown policy (got 'lost'); allowed: none, published, same, lots; did you mean lots?"
    )


def test_a_policy_of_the_file_as_reference():
    found = study("base: case.yaml\nreference: a\npolicies: {a: {alize.days: 3}, b: {alize.days: 5}}\n")
    assert found.arms == ("none", "a", "b")
