"""A policy that would not do what its writer means is refused: money that all goes to running, ramps that the
horizon cuts short, levers of schemes of another form, or of seats that all basins share."""

from pathlib import Path

import pytest

from scenarios.load import ScenarioError, load_case, load_policies, load_with_notes

TERRITORY = "id,name,smes,large_sites\na,A,300,3\nb,B,200,2\n"
CASE = """\
title: T
territory: t.csv
start: "2011-01"
horizon_months: 48
schemes:
  alize: {opens: 0}
  plan_pme:
    opens: 0
    rules: {seats_per_year: 60}
"""
WHAT = (
    "the running of the scheme takes all its money, so that no seat is paid and no firm helped: "
    "budget_euros, 500000 a year, is not above region_euros, 1200000; "
    "raise budget_euros, or lower region_euros in `rules:` of the case"
)
LITTLE = "budget_euros: 500000"
RAMP = "q.yaml:4:57: policies.p.alize.days.ramp_months: the ramp ends in month"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TERRITORY, "utf-8")
    Path("case.yaml").write_text(CASE, "utf-8")


def refusal_of_case(rules: str) -> str:
    Path("case.yaml").write_text(CASE.replace("seats_per_year: 60", rules), "utf-8")
    try:
        load_case("case.yaml")
    except ScenarioError as error:
        return str(error)
    return ""


def refusal(line: str) -> str:
    Path("q.yaml").write_text(f"base: case.yaml\npolicies:\n  p:\n    {line}\n", "utf-8")
    try:
        load_policies("q.yaml")
    except ScenarioError as error:
        return str(error)
    return ""


def noted() -> str:
    """What is noted of the policy that was written last."""
    return "\n".join(str(note) for note in load_with_notes("q.yaml")[1])


def test_money_that_all_goes_to_running_a_scheme_is_said() -> None:
    at = "case.yaml:9:47: schemes.plan_pme.rules.budget_euros: "
    assert refusal_of_case("seats_per_year: 60, budget_euros: 500000") == at + WHAT
    at = "case.yaml:9:47: schemes.plan_pme.rules.region_euros: "
    assert refusal_of_case("seats_per_year: 60, region_euros: 11000000").startswith(at)
    assert not refusal_of_case("seats_per_year: 60, budget_euros: 1200001")


@pytest.mark.parametrize(
    "rules", ["budget_euros: 0", f"seats_per_year: 0, {LITTLE}", f"firm_share: 1, {LITTLE}"]
)
def test_no_money_no_seats_and_seats_that_firms_pay_may_be_asked_for(rules: str) -> None:
    assert not refusal_of_case(rules)


def test_a_policy_may_not_leave_running_alone_but_may_give_no_money() -> None:
    at = "q.yaml:4:28: policies.p.plan_pme.budget_euros: "
    assert refusal("plan_pme.budget_euros: 500000") == at + WHAT
    assert not refusal("plan_pme.budget_euros: 0")
    assert not refusal("plan_pme.budget_euros: 2000000")


def test_money_cut_after_some_years_was_refused_as_if_no_firm_had_been_helped() -> None:
    note = (
        "q.yaml:4:5: policies.p.plan_pme.budget_euros: from month {} on no seat of plan_pme is paid: "
        "budget_euros, 500000 a year, is not above region_euros, 1200000; raise budget_euros, or lower "
        "region_euros in `rules:` of the case"
    )
    assert not refusal("plan_pme.budget_euros: {value: 500000, from_month: 12}")
    assert note.format(12) in noted()
    assert not refusal("plan_pme.budget_euros: {value: 500000, ramp_months: 12}")
    assert note.format(11) in noted()  # 1375000 a year in month 10
    assert not refusal("plan_pme.budget_euros: {value: 0, from_month: 12}")
    assert "no seat" not in noted()
    assert refusal("plan_pme.budget_euros: {value: 500000, ramp_months: 1}").endswith(WHAT)


def test_a_policy_that_offers_seats_which_no_money_pays_is_refused() -> None:
    assert not refusal_of_case("seats_per_year: 0, budget_euros: 500000")
    at = "q.yaml:4:30: policies.p.plan_pme.seats_per_year: "
    assert refusal("plan_pme.seats_per_year: 60") == at + WHAT


def test_a_ramp_that_ends_past_the_horizon_is_refused() -> None:
    cut = refusal("alize.days: {value: 2, from_month: 40, ramp_months: 24}")
    allowed = "allowed: 0 to 8 (months), or a longer horizon_months"
    assert cut == f"{RAMP} 64, past the horizon of 48 months (got 24); {allowed}"
    assert not refusal("alize.days: {value: 2, from_month: 40, ramp_months: 8}")
    assert not refusal(
        "alize.selection: {value: lottery, from_month: 40, ramp_months: 24}"
    )  # changes at once


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("alize.seats_per_year: 10", "this is a lever of schemes made of actions, which alize is not"),
        (
            "plan_pme.seats_per_year: {value: 10, where: fragile}",
            "all basins share these seats and this money; it cannot be set for some of them",
        ),
    ],
)
def test_levers_of_actions(line, message, tmp_path):
    case = "alize-3-sites" if line.startswith("alize") else "plan-pme-2011-2015"
    path = tmp_path / "question.yaml"
    path.write_text(f"question: Q?\nbase: {case}\npolicies:\n  p: {{{line}}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_policies(path)
    assert message in str(caught.value)


PLAN, POLES, BOOST = "plan-pme-2011-2015", "poles-2005-2014", "boost-innov-region-2025-2035"
PRICE = "all basins share seats and money, of which one price says how many are paid"
CALLS = "calls are made for all basins together"


@pytest.mark.parametrize(
    ("case", "lever", "value", "why"),
    [
        (
            PLAN,
            "plan_pme.days",
            "28",
            PRICE,
        ),  # seats were priced by one basin: five times the budget was spent
        (PLAN, "plan_pme.firm_share", "0", PRICE),
        (PLAN, "plan_pme.selection", "jobs", "files of all basins are ranked together"),
        (POLES, "pole.committee_period_months", "3", CALLS),
        (POLES, "pole.call_euros", "0", CALLS),
        (BOOST, "boost_innov.training_places", "10", "facilitators are trained for all basins together"),
    ],
)
def test_levers_of_a_whole_scheme_are_refused_for_some_of_its_basins(
    case: str, lever: str, value: str, why: str
) -> None:
    Path("q.yaml").write_text(
        f"base: {case}\npolicies:\n  p:\n    {lever}: {{value: {value}, where: fragile}}\n", "utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        load_policies("q.yaml")
    assert f"policies.p.{lever}.where: {why}; it cannot be set for some of them; allowed: all" in str(
        caught.value
    )


@pytest.mark.parametrize(
    "lever", ["days: 2", "firm_share: 0.1", "selection: jobs", "committee_period_months: 3"]
)
def test_levers_that_each_basin_has_of_its_own_are_not(lever: str) -> None:
    name, value = lever.split(": ")
    assert not refusal(f"alize.{name}: {{value: {value}, where: [a]}}")
