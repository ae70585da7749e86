"""What does not fit a place is noted where it stands: sums of larger ones, seats too few, founders too few."""

# ruff: noqa: E501 - a message stands on one line, as its reader sees it

from pathlib import Path

import pytest

from scenarios.fitting import PAID_FOR, PAID_IN_A_PLACE
from scenarios.load import load_case
from tests.noted import PUBLISHED, case, notes, own_scheme, policy, write_noted


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_noted()


FEW = (
    "fewer than 35 seats a year may start no group in plan_pme: 7 themes share them, a group takes 5 of one theme, "
    "and those of last year are lost"
)


def test_seats_too_few_for_a_group_of_each_theme_are_noted() -> None:
    case("plan_pme: {opens: 0, rules: {seats_per_year: 60, region_euros: 60000}}")
    assert notes("case.yaml") == []
    assert policy("plan_pme.seats_per_year: 20") == [f"policies.p.plan_pme.seats_per_year: {FEW}"]
    assert policy("plan_pme.seats_per_year: 35") == []
    assert policy("plan_pme.seats_per_year: 0") == []  # none is asked for
    assert policy("plan_pme.seats_per_year: 20", "plan_pme.group_firms: 2") == []
    case("plan_pme: {opens: 0, rules: {seats_per_year: 34, region_euros: 60000}}")
    assert notes("case.yaml") == [f"case.yaml:6:3: schemes.plan_pme: {FEW}"]


def test_money_for_seats_too_few_for_a_group_of_each_theme_is_noted() -> None:
    paid = FEW.replace("35", "21").replace("takes 5", "takes 3")
    rules = "seats_per_year: 63, region_euros: 60000, group_firms: 3, budget_euros: {}"
    case(f"plan_pme: {{opens: 0, rules: {{{rules.format(1000000000)}}}}}")
    assert notes("case.yaml") == []
    assert policy("plan_pme.budget_euros: 150000") == [
        f"policies.p.plan_pme.budget_euros: its public money pays 11.2 of 63 seats a year, and {paid}"
    ]
    assert policy("plan_pme.budget_euros: 230000") == []  # 21.2 seats
    assert policy("plan_pme.budget_euros: 0") == []  # none is asked for
    (note,) = policy("plan_pme.firm_share: 0", "plan_pme.budget_euros: 300000")  # said once
    assert note.startswith("policies.p.plan_pme.firm_share: its public money pays 20 of 63 seats a year")
    assert policy("plan_pme.firm_share: 0.5", "plan_pme.budget_euros: 300000") == []
    case(f"plan_pme: {{opens: 0, rules: {{{rules.format(150000)}}}}}")
    assert notes("case.yaml") == [
        f"case.yaml:6:3: schemes.plan_pme: its public money pays 11.2 of 63 seats a year, and {paid}"
    ]
    assert not [note for note in policy("plan_pme.firm_share: 0.8") if note.startswith("policies")]


def test_a_scheme_that_pays_a_small_place_what_it_paid_a_large_one_is_noted() -> None:
    """Nine hundred firms shared the calls of France, and every other lever vanished beside them."""
    case("pole: {opens: 0, rules: {coordinators: 1}}")
    (note,) = notes("case.yaml")
    assert note.endswith(
        "pole keeps for 900 small firms what was paid for 38300, in all its basins together: `call_euros` (114000000) "
        "and `group_files` (105); give that in `rules:` of the case, in proportion"
    )
    case("pole: {opens: 0, rules: {call_euros: 3000000, group_files: 3, coordinators: 1}}")
    assert notes("case.yaml") == []


def test_running_costs_of_a_plan_for_a_region_stayed_without_a_word_where_its_seats_were_given() -> None:
    case("plan_pme: {opens: 0, rules: {seats_per_year: 60}}")
    (note,) = notes("case.yaml")
    assert "plan_pme keeps for 900 small firms what was paid for 116010, in all its basins" in note
    assert "together: `region_euros` (1200000); give that" in note


def test_the_team_of_four_poles_was_kept_for_a_few_firms_without_a_word() -> None:
    case("pole: {opens: 0, rules: {call_euros: 3000000, group_files: 3}}")
    assert notes("case.yaml") == [
        "case.yaml:6:3: schemes.pole: pole keeps in each of its basins, of 300 small firms in the mean, the team of "
        "one of 1915: `coordinators` (39); give that in `rules:` of the case, in proportion"
    ]


@pytest.mark.parametrize("scheme", PAID_FOR)
def test_sums_and_firms_of_the_note_are_those_of_the_published_case(scheme: str) -> None:
    spec = load_case(PUBLISHED[scheme]).spec
    (rules,) = (s.rules for s in spec.schemes if s.name == scheme)
    firms, sums = PAID_FOR[scheme]
    assert firms == sum(basin.smes for basin in spec.territory.basins)
    assert sums.items() <= rules.items()


@pytest.mark.parametrize("scheme", PAID_IN_A_PLACE)
def test_teams_and_firms_of_the_note_are_those_of_the_published_case(scheme: str) -> None:
    spec = load_case(PUBLISHED[scheme]).spec
    (found,) = (s for s in spec.schemes if s.name == scheme)
    firms, teams = PAID_IN_A_PLACE[scheme]
    assert firms == sum(b.smes for b in spec.territory.basins if b.id in dict(found.opens)) / len(found.opens)
    assert teams.items() <= found.rules.items()


POLE = "pole: {opens: 0, rules: {coordinators: 1, group_files: 1, %s}}"


def test_a_call_too_small_for_a_project_paid_none_without_a_word() -> None:
    case(POLE % "call_euros: 1488251")
    assert notes("case.yaml") == [
        "case.yaml:6:3: schemes.pole: a call of 1488251 euros (`call_euros`) pays no project of pole, one of which "
        "takes 1500000 (`project_euros`), and is lost"
    ]
    case(POLE % "call_euros: 1488251, project_euros: 744125")
    assert notes("case.yaml") == []
    (note,) = policy("pole.sme_call_euros: 790000")
    assert note == (
        "policies.p.pole.sme_call_euros: a call of 790000 euros (`sme_call_euros`) pays no project of pole, one of "
        "which takes 800000 (`sme_project_euros`), and is lost"
    )
    assert policy("pole.sme_call_euros: 800000", "pole.call_euros: 0") == []


def test_what_a_call_leaves_beyond_whole_projects_was_lost_without_a_word() -> None:
    case(POLE % "call_euros: 4000000")
    assert notes("case.yaml") == [
        "case.yaml:6:3: schemes.pole: a call of 4000000 euros (`call_euros`) pays 2 projects of pole, each of "
        "1500000 (`project_euros`), and 1000000 are lost"
    ]
    case(POLE % "call_euros: 16000000")  # 10 projects: hardly anything is lost
    assert notes("case.yaml") == []
    (note,) = policy("pole.call_euros: 2500000")
    assert "pays 1 project of pole, each of 1500000 (`project_euros`), and 1000000 are lost" in note


SITES = """\
id,name,smes,large_sites,founders
a,A,300,1,
b,B,300,2,
c,C,300,2,2
d,D,300,3,
"""
CLOSED = (
    "alize stays closed in {}: fewer large firms found it there than `partners_min` asks for ({}); give more "
    "`founders` or `large_sites` in the territory, or a lower `partners_min`"
)


def test_a_scheme_stayed_closed_for_want_of_founders_without_a_word() -> None:
    Path("t.csv").write_text(SITES, "utf-8")
    case("alize: {opens: 0}")
    assert notes("case.yaml") == [f"case.yaml:6:3: schemes.alize: {CLOSED.format('a (1), b (1)', 2)}"]
    case("alize: {opens: {c: 0, d: 0}}")
    assert notes("case.yaml") == []
    case("alize: {opens: 0, rules: {partners_min: 1}}")
    assert notes("case.yaml") == []
    case("alize: {opens: {d: 0}, rules: {founders_max: 1}}")
    assert notes("case.yaml") == [f"case.yaml:6:3: schemes.alize: {CLOSED.format('d (1)', 2)}"]


def test_a_policy_that_asks_for_more_partners_than_found_a_scheme_keeps_it_closed() -> None:
    Path("t.csv").write_text(SITES, "utf-8")
    case("alize: {opens: {c: 0, d: 12}}")
    line = "alize.partners_min: {value: 3, from_month: %d, ramp_months: %d}"
    told = "policies.p.alize.partners_min: "
    assert policy(line % (0, 0)) == [told + CLOSED.format("c (2), d (2)", 3)]
    assert policy(line % (1, 0)) == [told + CLOSED.format("d (2)", 3)]
    assert policy(line % (1, 24)) == policy(line % (13, 0)) == []


def test_actions_that_ask_for_partners_stayed_closed_without_a_word() -> None:
    paid = "format: action, seats_per_year: 60, budget_euros: 1000000, action_euros: 3000"
    (note,) = own_scheme(f"{{{paid}}}", "{referral: 1}")
    assert note.endswith(
        "mentors stays closed in a (0), b (0), c (0): schemes made of actions have no "
        "partners; give `partners_min: 0`"
    )
    assert own_scheme(f"{{{paid}, partners_min: 0}}", "{referral: 1}") == []
