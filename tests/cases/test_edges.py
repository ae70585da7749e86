"""Rules at their edges: firms and sites for which one month, one euro or one job more decides."""

from typing import Any

import pytest

from scenarios.load import load_scheme
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.state import APPLIED, GRADUATED, LAPSED, LEFT, OFFERED, UNSERVED
from sim.world import World
from tests.cases.told import STILL, Told


def told(*firms: dict[str, Any], scheme: str = "alize", **rules: float) -> World:
    """Firms with a question of the first month, at a scheme that turns nobody away but by its rules."""
    usual = {"jobs": 12, "question": "market", "planned_jobs": 6}
    named = [{"name": str(k)} | usual | firm for k, firm in enumerate(firms)]
    given = {"standard": -99.0} | rules
    return Told({"scheme": scheme, "rules": given, "large_firms": 4, "managers": 3, "firms": named}).world


def test_a_firm_that_reaches_the_minimum_age_is_no_longer_young():
    # they come in month 1, at which the first is 36 months old
    files = told({"age": 35}, {"age": 34}).run(2).files
    assert files.young.tolist() == [0, 1]


@pytest.mark.parametrize("asked", [0.0, 36.0, 120.0])
def test_firms_under_three_years_come_less_often_until_they_are_three_whatever_age_is_asked_for(asked):
    files = told({"age": 35}, {"age": 34}, young_application=0.0, age_min_months=asked).run(4).files
    assert {int(f.firm): int(f.applied) for f in files} == {0: 1, 1: 2}


@pytest.mark.parametrize(
    ("firm", "rules"),
    [
        ({"age": 12}, {"young_application": 4.0}),  # young firms come four times as often
        ({"jobs": 40}, {"application_size": 1.0, "young_application": 1.0}),  # four times ten jobs
    ],
)
def test_who_comes_more_often_than_others_comes_as_often_as_the_rule_says(firm, rules):
    """A quarter, four times: all of them come in the first month they may."""
    files = told(*[firm] * 12, application_rate=0.25, **rules).run(2).files
    assert files.applied.tolist() == [1] * 12


def test_a_firm_that_has_been_large_is_helped_no_more():
    world = told({}, {}, {})
    world.tables.smes.status[1] = GRADUATED  # though it has twelve jobs again
    world.run(2)
    assert world.files.firm.tolist() == [0, 2]
    world.tables.smes.status[0] = GRADUATED  # while its file waits
    world.run(3)
    assert world.files.state.tolist() == [UNSERVED, APPLIED]
    assert world.files.ended[0] == 2


def test_committees_sit_from_the_end_of_the_set_up_on():
    world = told({}, setup_months=6.0, committee_period_months=2.0)
    world.run(6)
    assert world.files.state.tolist() == [APPLIED]
    world.run(7)
    assert world.files.decided.tolist() == [6]


def test_money_and_days_that_just_suffice_are_spent():
    world = told({}, {}, {}, acceptance=0.0, paid_days_per_year=8.0, fund_euros=12_000.0,
                 state_endowment_euros=0.0, advance_share=1.0)  # fmt: skip
    world.run(6)
    assert (world.files.paid == 1).sum() == 2  # four days each
    assert world.tables.locals.paid_days.tolist() == [8.0]
    assert sorted(world.files.advance.tolist()) == [0.0, 0.0, 12_000.0]


def test_a_site_that_left_may_come_back_after_its_months():
    world = told({}, rejoin_months=3.0).run(1)
    link = world.tables.partnerships[1]
    link.state, link.left = LEFT, 1
    world.tables.rules.join_rate = 1e6
    assert world.run(4).tables.partnerships.state[1] == LEFT
    assert world.run(5).tables.partnerships.joined[1] == 4


def test_wear_of_people_is_among_those_of_the_scheme_that_asks_for_most():
    """Alizé asks the site for three persons, a second scheme for one; one of the three has stopped."""
    given = dict(load_scheme("alize").rules)
    given |= {"join_rate": 0.0, "exit_rate": 0.0, "recovery": 0.0, "partners_min": 0.0}
    schemes = tuple(
        SchemeSpec(name, given | {"willing": willing}, (("here", 0),))
        for name, willing in (("alize", 3.0), ("other", 1.0))
    )
    here = Territory("told", (Basin("here", "Here", 2, 1, 1),))
    world = World(WorldSpec(here, 12, 2005, schemes=schemes), STILL | {"wear_of_people": 1.0}, 1)
    world.tables.persons.state[2] = LAPSED
    assert world.run(1).tables.sites.wear[0] == pytest.approx(1 / 3)


def test_establishments_of_fewer_than_fifty_jobs_announce_no_cuts():
    here = Territory("told", (Basin("here", "Here", 2, 1),))
    always = STILL | {"restructuring_hazard": 1.0, "restructuring_share": 0.25}
    world = World(WorldSpec(here, 12, 2005), always, 1)
    world.tables.sites.jobs[0] = 60.0
    assert world.run(3).tables.sites.jobs[0] == 45.0


@pytest.mark.parametrize(("employees", "agreements"), [(999.0, 0), (1000.0, 1)])
def test_groups_of_a_thousand_employees_pay_for_the_jobs_they_cut(employees, agreements):
    here = Territory("told", (Basin("here", "Here", 2, 1),))
    world = World(WorldSpec(here, 12, 2005), STILL | {"restructuring_hazard": 1.0}, 1)
    world.tables.sites.group_size[0] = employees
    assert world.run(1).tables.basins.agreements.tolist() == [agreements]


@pytest.mark.parametrize(("floor", "opened"), [(0.5, [1, 1]), (0.51, [1, 0])])
def test_a_place_that_would_open_with_just_the_rigour_asked_for_opens(floor, opened):
    rules = {"transfer": 0.5, "untrained": 1.0, "rigour_gain": 0.0, "quality_floor": floor}
    given = dict(load_scheme("alize").rules) | rules
    places = tuple(Basin(name, name, 2, 2, 2) for name in ("first", "second"))
    scheme = SchemeSpec("alize", given, (("first", 0), ("second", 1)))
    spec = WorldSpec(Territory("told", places), 12, 2005, schemes=(scheme,))
    world = World(spec, STILL | {"project_rate": 0.001}, 1)
    assert world.run(4).tables.locals.opened.tolist() == opened


def test_advice_adds_no_more_to_turnover_than_three_tenths():
    world = told({}).run(9)  # the mission ends in month 9
    world.tables.smes.advice[0] = 0.29
    assert world.run(10).tables.smes.advice[0] == pytest.approx(0.3)


def test_managers_who_wait_go_home_where_more_days_are_asked_than_they_have():
    world = told({"question": "strategy"}, scheme="boost_innov").run(2)
    assert (world.tables.persons.state == OFFERED).sum() == 8
    world.tables.rules.days = world.tables.economy.person_days_max[0] + 1.0
    assert (world.run(3).tables.persons.state == OFFERED).sum() == 0
