"""Rules of cohorts, plans, ties, roll-out and surveys, each against a value computed by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.parameters import RULES_DTYPE
from sim.state import MARKET, MISSION
from sim.support import care, cohorts, finance, plans, rollout, screening, volunteers
from sim.survey import Survey, gains


def rule(**values: float) -> np.record:
    row = np.zeros(1, RULES_DTYPE)
    for name, value in values.items():
        row[name] = value
    return row.view(np.recarray)[0]


def test_directors_who_come_by_campaigns_are_less_often_ready():
    assert screening.readiness(0.7, 0.4, 0.0) == pytest.approx(0.7)
    assert screening.readiness(0.7, 0.4, 0.5) == pytest.approx(0.56)
    assert screening.readiness(1.0, 0.0, 1.0) == 1.0


def test_a_strict_door_turns_away_the_unready_and_some_of_the_ready():
    assert screening.refused(0.6, 0.2, 0) == pytest.approx(0.6)
    assert screening.refused(0.6, 0.2, 1) == pytest.approx(0.12)
    assert screening.refused(0.0, 0.2, 0) == 0.0


def test_quality_is_lost_with_rigour_distance_few_views_and_unready_directors():
    assert care.proximity(0.2, 0.5) == pytest.approx(0.9)
    assert care.proximity(0.2, 1.0) == 1.0
    assert care.crossed_views(3.0, 1.0) == pytest.approx(0.875)
    assert care.crossed_views(3.0, 0.0) == 1.0
    r = rule(cultural_gap=0.2, preparation=0.5, half_views=1.0, misfit_harm=0.4)
    assert care.care(r, 0.8, 3.0, 0.25) == pytest.approx(0.8 * 0.9 * 0.875 * 0.9)
    assert care.care(rule(), 1.0, 3.0, 1.0) == 1.0


def test_the_director_slows_down_in_proportion_to_the_days_a_month():
    assert care.missing_capability(0.006, 6.5, 3.0, 0.5) == pytest.approx(0.013)
    assert care.missing_capability(0.1, 6.5, 1.0, 0.5) == 0.5
    assert care.missing_capability(0.006, 0.0, 3.0, 0.5) == 0.0


def test_discomfort_makes_closed_directors_leave_the_more_so_where_rigour_is_low():
    r = rule(dropout=0.01, discomfort=0.02, unready_dropout=0.08)
    assert care.dropout_chance(r, 0.5, 1.0, 1) == pytest.approx(0.02)
    assert care.dropout_chance(r, 0.5, 0.5, 1) == pytest.approx(0.025)
    assert care.dropout_chance(r, 1.0, 1.0, 0) == pytest.approx(0.09)


def test_follow_up_gets_plans_carried_out():
    assert plans.implementation_chance(0.5, 0.3, 0.0, 1, 0.4) == pytest.approx(0.5)
    assert plans.implementation_chance(0.5, 0.3, 6.0, 1, 0.4) == pytest.approx(0.575)
    assert plans.implementation_chance(0.5, 0.3, 24.0, 1, 0.4) == pytest.approx(0.65)
    assert plans.implementation_chance(0.5, 0.3, 12.0, 0, 0.4) == pytest.approx(0.26)


def test_ties_grow_with_the_peers_who_stay_and_fade():
    assert plans.ties_of(0) == 0.0
    assert plans.ties_of(2) == pytest.approx(0.5)
    assert plans.ties_of(4) == pytest.approx(0.75)
    assert plans.tie_loss(rule(tie_loss=0.6, alumni_events=0.75)) == pytest.approx(0.0125)


def test_efforts_cost_their_price_times_how_much_of_them_there_is():
    """Looking for large firms was free but in market places, which count it among their own costs."""
    prices = {"outreach_euros": 1000, "referral_euros": 200, "events_euros": 30, "recruiting_euros": 4}
    much = {"outreach_effort": 1, "referral_effort": 2, "alumni_events": 0.5, "recruiting_effort": 3}
    assert finance.efforts(rule(format=MISSION, **prices, **much)) == 1000 + 400 + 15 + 12
    assert finance.efforts(rule(format=MARKET, **prices, **much)) == 1000 + 400 + 15


def test_a_cohort_is_whole_or_does_not_start():
    r = rule(seats_directors=4, seats_volunteers=12, cohorts_per_year=99)
    assert cohorts.cohorts_possible(3, 40, r, 0, 0, 1.0) == 0
    assert cohorts.cohorts_possible(9, 40, r, 0, 0, 1.0) == 2
    assert cohorts.cohorts_possible(9, 23, r, 0, 0, 1.0) == 1


def test_facilitators_the_yearly_number_and_the_floor_limit_cohorts():
    r = rule(seats_directors=4, seats_volunteers=12, cohorts_per_year=3, seats_facilitators=2, facilitators=5)
    assert cohorts.cohorts_possible(40, 99, r, 0, 0, 1.0) == 2  # two pairs of facilitators
    assert cohorts.cohorts_possible(40, 99, r, 0, 1, 1.0) == 1
    assert cohorts.cohorts_possible(40, 99, r, 0, 3, 1.0) == 0
    assert cohorts.cohorts_possible(40, 99, r, 2, 0, 1.0) == 1
    r.quality_floor = 0.7
    assert cohorts.cohorts_possible(40, 99, r, 0, 0, 0.69) == 0
    assert cohorts.cohorts_possible(40, 99, r, 0, 0, 0.7) == 2


def test_employers_in_a_cohort_are_counted_once():
    people = np.array([0, 1, 40, 80, 41], np.int64)  # rows; forty persons a site
    assert cohorts.employers_among(people, 0, 5) == 3
    assert cohorts.employers_among(people, 1, 2) == 2


def test_recognition_raises_the_offers_of_employers():
    assert volunteers.offer_chance(0.2, 0.0, 1.5, 0.5, 0.0) == pytest.approx(0.2)
    assert volunteers.offer_chance(0.2, 0.19, 1.5, 0.5, 1.0) == pytest.approx(0.2 * 0.729 * 1.5)
    assert volunteers.offer_chance(0.9, 0.0, 1.5, 1.0, 1.0) == 1.0


def test_volunteers_learn_less_the_more_they_know():
    assert volunteers.learnt(0.0, 0.2, 0.8, 5.5, 5.5) == pytest.approx(0.08)
    assert volunteers.learnt(0.5, 0.2, 0.8, 5.5, 5.5) == pytest.approx(0.54)
    assert volunteers.learnt(0.5, 0.2, 0.8, 0.0, 5.5) == 0.5


def test_few_trained_facilitators_for_many_places_allow_less_rigour():
    assert rollout.staffing(4.0, 2.0, 5) == pytest.approx(0.4)
    assert rollout.staffing(4.0, 2.0, 1) == 1.0
    assert rollout.staffing(0.0, 0.0, 5) == 1.0
    assert rollout.rigour_allowed(0.4, 0.5) == pytest.approx(0.7)


def test_a_survey_counts_gainers_who_answer_and_no_loser():
    world = SimpleNamespace(
        month=60,
        headcounts=[np.full(4, 10.0), np.full(4, 10.0), np.full(4, 11.0), np.array([14.0, 8.0, 20.0, 0.0]),
                    np.array([15.0, 9.0, 22.0, 0.0]), np.array([18.0, 9.0, 22.0, 5.0])],
    )  # fmt: skip
    asked = Survey(
        np.array([0, 1, 2, 3]), np.full(4, 10.0), np.array([2, 2, 8, 59]), np.array([True, True, False, True])
    )
    # firm 0: the count of month 36 is the nearest to month 38; firm 1 lost; firm 2 does not answer; firm 3
    # has lost by the last count, that of month 60
    assert gains(world, asked).tolist() == [4.0, 0.0, 0.0, 0.0]
    # asked after 24 months: the count of that month
    assert gains(world, asked, 24).tolist() == [1.0, 1.0, 0.0, 0.0]


def test_a_survey_counted_heads_of_before_the_start_where_a_world_ended_within_a_year():
    """The last yearly count stood for that of the end: firms that had started since were asked what they had
    gained before."""
    sizes = np.array([16.0, 18.0, 20.0])
    heads = [np.full(3, float(n)) for n in (10, 10, 10, 12, 13, 14, 15)]  # up to month 72
    world = SimpleNamespace(month=82, headcounts=heads, tables=SimpleNamespace(size=sizes))
    asked = Survey(np.arange(3), np.full(3, 10.0), np.array([38, 50, 75]), np.full(3, True))
    # the counts of months 72 and 84 are the nearest to 74 and 86; all that is later is that of the end
    assert gains(world, asked).tolist() == [5.0, 8.0, 10.0]
    # in month 74 of that world no count tells of the third, which starts in the month after the last
    assert gains(world, asked, 80).tolist() == [5.0, 5.0, 0.0]
