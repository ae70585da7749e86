"""Rules of research and of pôles against values computed by hand."""

import math

import numpy as np
import pytest

from sim.draws import CASH, draw
from sim.economy.ideas import idea_chance, months_before, technology_reach, that_have
from sim.economy.research import abandon_chance, capacity, research_cost, research_posts
from sim.maths import logistic
from sim.parameters import FIELDS, RULES_DTYPE, economy_record
from sim.state import LOCAL, MEMBER, MEMBERSHIP, zeros
from sim.support.calls import chance_of_label, groups_there, projects_paid
from sim.support.cash import awaited, due_by_now, expected_months, longest_wait, months_to_cash, treasury
from sim.support.governance import appeal, next_agenda, services_offered, time_behind, votes_aim
from sim.support.membership import heeded, invitation, reach_now, reticence_now
from sim.support.partners import pressed_out
from sim.support.routes import inclination, months_awaited, next_call
from sim.support.seats import members_by_place, seat_fall, seat_weight, seats_to_fill
from sim.support.services import investor_chance, kept_share, phase_chance, watch_worth


def rule(**fields):
    """A row of rules with the defaults of the fields, but these."""
    row = zeros(1, RULES_DTYPE)
    for name, field in FIELDS.items():
        row[name] = fields.get(name, field.default)
    return row[0]


def test_reach_of_a_technology():
    assert technology_reach(5.0, 0.2, 0.55) == pytest.approx(0.2)
    assert technology_reach(20.0, 0.2, 0.5) == pytest.approx(0.4)
    assert technology_reach(249.0, 0.2, 0.55) == 1.0


def test_ideas_are_fewer_far_from_the_technology():
    p = economy_record({"idea_rate": 0.008, "idea_distance": 0.85}).view(np.recarray)[0]
    assert idea_chance(1.0, 0.0, p) == pytest.approx(0.008)
    assert idea_chance(2.0, 0.5, p) == pytest.approx(0.016 * 0.575)
    assert idea_chance(1.0, 1.0, p) == 0.0
    assert months_before(0.51, math.log(0.5)) == 0  # an event at once with chance 1/2
    assert months_before(0.49, math.log(0.5)) == 1
    assert months_before(0.5, 0.0) == 10**6


def test_researchers_whose_month_has_come():
    months = np.array([3, -1, 5, 3, 4, 4, 4, 4, 4, 3, 1], np.int32)
    assert that_have(months, 3).tolist() == [0, 3, 9]
    assert that_have(months, 7).tolist() == []


def test_cost_and_posts_of_research():
    assert research_cost(20.0, 30_000.0, 0.6) == pytest.approx(30_000)
    assert research_cost(5.0, 30_000.0, 0.5) == pytest.approx(15_000)
    assert research_posts(27_000.0, 0.5, 9_000.0) == pytest.approx(1.5)


def test_a_firm_carries_one_project_and_one_more_for_each_so_many_jobs():
    assert [capacity(n, 15.0) for n in (1.0, 14.9, 15.0, 45.0)] == [1, 1, 2, 4]
    assert abandon_chance(True, 0.03, 3, 1, 0.02) == pytest.approx(0.07)
    assert abandon_chance(False, 0.03, 1, 2, 0.02) == 0.0


def test_money_comes_with_the_last_agreement():
    assert expected_months(2.5, 1.9, 3.0) == pytest.approx(2.5 + 1.9 * (1 + 1 / 2 + 1 / 3))
    assert months_to_cash(2.5, 1.9, 1.0) == 4
    assert months_to_cash(0.0, 0.0, 7.0) == 0
    uid, code = np.uint64(77), 5
    waits = [-math.log(1 - draw(np.uint64(3), CASH, uid, 4, code + 2**24 * k)) for k in range(3)]
    assert longest_wait(np.uint64(3), uid, 4, code, 3.0) == pytest.approx(max(waits))
    assert longest_wait(np.uint64(3), uid, 4, code, 1.0) == pytest.approx(waits[0])


def test_the_mean_of_the_longest_wait_is_that_expected():
    waits = [longest_wait(np.uint64(9), np.uint64(u), 0, 0, 3.0) for u in range(4000)]
    assert np.mean(waits) == pytest.approx(11 / 6, abs=4 * np.std(waits) / np.sqrt(4000))


def test_what_a_firm_advances_while_it_waits():
    assert treasury(2.0, 0.5, 20.0, 4_000.0) == pytest.approx(160_000)
    assert awaited(90_000.0, 40_000.0, 0.0, False) == 90_000  # before the first money: all
    assert awaited(90_000.0, 40_000.0, 30_000.0, True) == 10_000  # then what is due and not paid
    assert awaited(90_000.0, 40_000.0, 50_000.0, True) == 0
    assert due_by_now(100.0, 0.3, 0.1) == pytest.approx(30)
    assert due_by_now(100.0, 0.3, 0.5) == pytest.approx(50)
    assert due_by_now(100.0, 0.3, 1.2) == pytest.approx(100)


def test_calls_close_on_their_dates():
    assert [next_call(t, 6, 6) for t in (0, 6, 7, 12, 13)] == [6, 6, 12, 12, 18]
    assert projects_paid(114e6, 1.5e6) == 76
    assert projects_paid(3 * 0.1, 0.1) == 3
    assert projects_paid(0.0, 1.5e6) == 0


def test_way_of_an_idea():
    terms = {
        "route_base": 2.75, "route_months": 0.1, "route_agreements": 0.2, "route_fear": 0.8,
        "route_distance": 2.5, "route_agenda": 3.0, "route_experience": 0.3, "agreements": 3.0,
        "cash_months": 2.5, "cash_months_agreement": 1.9,
    }  # fmt: skip
    plain = inclination(rule(**terms), 1.0, 0.15, 15.0, 0.5, 0.4, 1)
    assert plain == pytest.approx(2.75 - 1.5 - 0.4 - 0.4 - 1.0 + 0.3)
    assert inclination(rule(**terms), 1.0, 0.25, 15.0, 0.5, 0.4, 5) == pytest.approx(plain + 0.3 + 0.3)
    helped = rule(**terms, ip_tools=1.0, ip_effect=0.5, roadmaps=1.0, roadmap_effect=0.3, sme_officer=2.0,
                  route_officer=0.3, harmonised=1.0, route_criteria=0.2)  # fmt: skip
    gain = 0.8 * 0.5 * 0.5 + 2.5 * 0.4 * 0.3 + 0.3 + 0.2
    assert inclination(helped, 1.0, 0.15, 15.0, 0.5, 0.4, 1) == pytest.approx(plain + gain)
    assert months_awaited(rule(**terms)) == pytest.approx(2.5 + 1.9 * 11 / 6)
    one = rule(**terms, one_stop=1.0, one_stop_speed=0.5)
    assert months_awaited(one) == pytest.approx((2.5 + 1.9) / 2)
    assert inclination(one, 1.0, 0.15, 15.0, 0.5, 0.4, 1) == pytest.approx(plain + 0.4)
    assert 0.4 < logistic(plain) < 0.45


def test_votes_weigh_as_much_as_the_time_behind_them():
    assert time_behind(0.3, 0.0, 0.5) == pytest.approx(0.3)
    assert time_behind(0.3, 1.0, 0.5) == pytest.approx(0.65)
    assert votes_aim(0.15, 0.5, 0.3, 0.0) == pytest.approx(0.15 + 0.3 * 0.35)
    assert votes_aim(0.15, 1.0, 1.0, 0.05) == 1.0
    assert next_agenda(0.15, 0.39, 24.0) == pytest.approx(0.16)
    assert pressed_out(2.0, 0.25, 0.15) == pytest.approx(math.exp(0.2))
    assert pressed_out(2.0, 0.1, 0.15) == 1.0


def test_what_draws_firms_in():
    r = rule(joining=0.24, joining_effort=2.0, agenda_joining=1.5, votes_base=0.15, officer_joining=0.2,
             sme_officer=0.5, search_cost=0.2, integration=0.0)  # fmt: skip
    pull = appeal(r, 0.25)
    assert pull == pytest.approx(math.exp(0.15) * 1.1 * 0.8)
    assert invitation(r, pull) == pytest.approx(0.04 * pull)
    assert appeal(rule(), 0.0) == 1.0
    assert reach_now(rule(network_reach=0.15, delegation=1.0)) == pytest.approx(1.15)
    reticent = rule(reticence=0.4, roadmaps=1.0, roadmap_effect=0.5, competence_maps=1.0, map_effect=0.25)
    assert reticence_now(reticent, 1.0) == pytest.approx(0.4 * 0.5 * 0.75)
    local, row = zeros(1, LOCAL)[0], zeros(1, MEMBERSHIP)[0]
    local.invitations, local.reticence = 2.0, 0.5
    row.since, row.reticent, row.distance = 0.5, 0.1, 0.25
    assert heeded(local, row) == pytest.approx(1.5 - 0.25 * 0.4)
    row.distance = 1.2  # brought by a network: as reticent as one at the edge
    assert heeded(local, row) == pytest.approx(1.5 - 0.4)


def test_services_are_paid_for_at_their_extent():
    assert services_offered(rule(watch=1.0, watch_relayed=1.0, training=0.5)) == pytest.approx(1.0)
    assert services_offered(rule()) == 0.0


def test_label_and_files_of_groups():
    assert chance_of_label(0.75, 1.0, 0.4) == pytest.approx(0.85)
    assert groups_there(3, 4, 0.4) == pytest.approx(0.4 + 0.6 * 0.75)
    assert groups_there(5, 4, 0.4) == 1.0
    assert groups_there(0, 0, 0.4) == pytest.approx(0.4)


def test_seats_and_the_race_for_them():
    assert seats_to_fill(10, 3, 2.1, 0.5) == 18
    assert seats_to_fill(1, 3, 2.1, 0.5) == 0
    assert seat_weight(0.5, 2.0, 0.0, 1.0) == pytest.approx(math.exp(-1))
    assert seat_weight(0.5, 2.0, 1.0, 1.0) == 0.0
    maps = rule(seat_distance=2.0, map_effect=0.5, competence_maps=1.0, anchor_effect=0.5, anchoring=0.5)
    assert seat_fall(maps, 1.0) == pytest.approx(2.0 * 0.5 * 0.75)


def test_members_are_sorted_by_place():
    members = zeros(5, MEMBER)
    members.local = [2, 0, 2, 1, 0]
    found, first = members_by_place(members, 3)
    assert found.tolist() == [1, 4, 3, 0, 2]
    assert first.tolist() == [0, 2, 3, 5]


def test_what_membership_adds():
    assert kept_share(0.6, True, 0.3, 0.0, 0.0, 0.2) == pytest.approx(0.6)
    assert kept_share(0.6, False, 0.3, 0.0, 0.0, 0.2) == pytest.approx(0.42)
    assert kept_share(0.6, False, 0.3, 1.0, 1.0, 0.2) == pytest.approx(0.68)
    assert watch_worth(0.5, 0.0, 0.4) == pytest.approx(0.2)
    assert watch_worth(0.5, 1.0, 0.4) == pytest.approx(0.5)
    assert investor_chance(0.1, 0.5, 1.5, 0.0) == pytest.approx(0.15)
    assert investor_chance(0.4, 1.0, 1.5, 0.5) == 1.0
    assert phase_chance(0.5, 0.15) == pytest.approx(0.575)
