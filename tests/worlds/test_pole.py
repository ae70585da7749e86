"""Pôles in small regions: what changes nothing, what is conserved, in which order things happen."""

import dataclasses
import os
import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from sim.draws import SEATED, SEATS, draw
from sim.handle import handle_of
from sim.outcomes import levels
from sim.pair import Pair
from sim.parameters import FIELDS
from sim.poles_seen import left_pole
from sim.rd import RD_ABANDONED, RD_FINISHED, RD_GIVEN_UP, RD_RUNNING
from sim.spec import Change, SchemeSpec
from sim.state import (
    ACTIVE,
    L_MEMBERS,
    NEVER,
    P,
)
from sim.world import World
from tests.small import same_firms, spec
from tests.small_pole import EAGER, NO_SERVICES, pole_world, region


@cache
def usual() -> World:
    return pole_world()


@cache
def without() -> World:
    return World(region().without_schemes(), EAGER, 1).run()


@pytest.mark.parametrize(
    ("values", "rules"),
    [
        ({}, {"call_euros": 0.0} | NO_SERVICES),  # members, and nothing for them
        ({"technology_reach": 0.18, "pole.joining": 0.15}, {"founder_distance": 0.0, "joining_effort": 0.0}),
    ],
)
def test_zero_budget_or_no_members_is_the_world_without(values, rules):
    shape = region(rules=rules)
    run = World(shape, EAGER | values, 3).run()
    alone = World(shape.without_schemes(), EAGER | values, 3).run()
    assert len(run.rd) > 50
    assert same_firms(run, alone)
    assert run.rd.spent.tobytes() == alone.rd.spent.tobytes()
    assert (run.rd.funded == NEVER).all()


def test_where_nobody_does_research_nothing_of_it_is_computed():
    plain = spec()
    assert not plain.does_research
    asked = dataclasses.replace(plain, does_research=True)
    assert len(World(plain, {}, 1).run().researchers) == 0
    assert len(World(asked, {}, 1).run().rd) > 0
    assert region().without_schemes().does_research
    # research is new in the world, nothing else is: the same firms are born, close and adjust
    one, two = (World(s.without_schemes(), {}, 1).run() for s in (plain, asked))
    assert np.array_equal(one.tables.born, two.tables.born)


def test_a_policy_that_changes_nothing_is_bit_identical():
    noop = pole_world(changes=(Change("pole", "agreements", 3.0, 12),))
    assert same_firms(usual(), noop)
    assert usual().rd.tolist() == noop.rd.tolist()
    assert usual().memberships.tolist() == noop.memberships.tolist()


def test_ideas_are_the_same_with_and_without_the_pole():
    """Those of firms whose size is the same in both worlds; the others have nearly the same."""
    mine = {(int(r.firm), int(r.idea)) for r in usual().rd if r.led}
    alone = {(int(r.firm), int(r.idea)) for r in without().rd if r.led}
    assert len(mine) > 400
    assert len(mine ^ alone) < 0.02 * len(mine)
    assert (without().rd.local == NEVER).all()
    assert (without().rd.led == 1).all()


def test_only_near_firms_have_ideas_and_founders_are_the_nearest():
    world = usual()
    own = world.rd[world.rd.led == 1]
    assert world.researchers.distance[own.researcher].max() < 1
    rows = world.memberships
    first = (rows.joined == 0) & (rows.distance < 0.2)
    others = rows[(rows.joined > 0) & (world.tables.born[rows.firm] < 0)]
    assert first.sum() > 100
    assert others.distance.min() >= 0.2


def test_euros_are_conserved():
    world = usual()
    k, rd = world.tables.locals, world.rd
    through = rd[rd.local != NEVER]
    to_come = np.where(through.state == RD_RUNNING, through.committed - through.paid, 0.0)
    to_come = np.bincount(through.local, to_come, len(k))
    assert np.allclose(k.aid_committed, k.aid_paid + to_come + k.aid_cancelled)
    assert k.aid_cancelled.sum() > 0
    assert (rd.paid <= rd.committed + 1e-6).all()
    assert (rd.paid[rd.state == RD_FINISHED] == rd.committed[rd.state == RD_FINISHED]).all()
    assert (rd.committed[rd.funded == NEVER] == 0).all()
    ran = rd[rd.started != NEVER]
    stop = np.where(ran.stopped == NEVER, world.month, ran.stopped)
    assert np.allclose(ran.spent, ran.cost * (stop - ran.started))


def test_money_comes_after_the_decision_and_only_then_is_paid():
    rd = usual().rd[usual().rd.funded != NEVER]
    assert len(rd) > 50
    assert (rd.cash >= rd.funded + 2).all()
    assert rd.cash.max() > rd.funded[np.argmax(rd.cash)] + 6
    waiting = (rd.state == RD_RUNNING) & (usual().month <= rd.cash)
    assert (rd.paid[waiting] == 0).all()
    assert (rd.started == rd.funded).all()
    own = rd[rd.led == 1]
    assert set(own.funded - own.call) == {3}
    assert ((own.call - own.idea) >= 3).all()
    assert set(own.call % 6) == {0}


def test_a_call_selects_as_many_files_as_it_pays():
    world = usual()
    k = world.tables.locals
    decisions = len(range(9, world.month, 6))
    assert k.selected.sum() == 6 * decisions
    assert k.group_funded.sum() + (world.rd.funded[world.rd.led == 1] != NEVER).sum() == k.selected.sum()
    assert k.judged.sum() > k.selected.sum()
    better = pole_world(rules={"call_euros": 12_000_000.0}).tables.locals
    assert better.selected.sum() == 8 * decisions


def test_the_order_in_which_basins_stand_does_not_choose():
    shares = np.zeros(3)
    for seed in range(4):
        world = pole_world(seed, months=48)
        own = world.rd[(world.rd.led == 1) & (world.rd.funded != NEVER)]
        shares += np.bincount(own.local, minlength=3)
    # some 130 projects: a share has a standard error of about four points
    assert shares.sum() > 80
    assert abs(shares / shares.sum() - 1 / 3).max() < 4 * np.sqrt(2 / 9 / shares.sum())


def test_seats_go_to_members_near_the_technology_and_to_each_once_a_call():
    world = usual()
    seats = world.rd[world.rd.led == 0]
    assert len(seats) > 50
    assert (world.memberships.joined[seats.membership] <= seats.idea).all()
    assert (world.memberships.local[seats.membership] == seats.local).all()
    assert len({(int(r.firm), int(r.idea)) for r in seats}) == len(seats)
    near = world.researchers.distance[seats.researcher].mean()
    members = world.memberships[(world.memberships.joined != NEVER) & (world.memberships.left == NEVER)]
    assert near < members.distance.mean() - 0.05


def test_seats_go_to_the_first_in_the_race():
    """Nobody without a seat was ahead of anybody with one, among the members of the pôle in that month."""
    world = pole_world(rules={"competence_maps": 0.0, "anchoring": 0.0})
    t, rows = world.tables, world.memberships
    fall = t.rules.seat_distance[0]
    seats = world.rd[world.rd.led == 0]
    checked = 0
    for k, month in {(int(r.local), int(r.idea)) for r in seats}:
        there = (rows.local == k) & (rows.joined != NEVER) & (rows.joined <= month)
        there &= ((rows.left == NEVER) | (rows.left > month)) & (t.smes.status[rows.firm] == ACTIVE)
        u = np.array([draw(t.seed[0], SEATED, i, month, t.locals.code[k]) for i in t.uid[rows.firm[there]]])
        score = np.log(u) * np.exp(fall * rows.distance[there])
        seated = np.isin(rows.firm[there], seats.firm[(seats.local == k) & (seats.idea == month)])
        assert score[seated].min(initial=0.0) > score[~seated].max(initial=-np.inf)
        checked += int(seated.sum())
    assert checked > 50


def test_no_project_without_its_firm_and_nobody_in_two_states():
    world = usual()
    rd = world.rd
    alive = world.tables.size[rd.firm] > 0
    assert alive[rd.state == RD_RUNNING].all()
    assert (rd.stopped[rd.state == RD_RUNNING] == NEVER).all()
    assert (rd.started[rd.state == RD_GIVEN_UP] == NEVER).all()
    running = np.bincount(rd.researcher[rd.state == RD_RUNNING], minlength=len(world.researchers))
    assert np.array_equal(world.researchers.running[alive_of(world)], running[alive_of(world)])
    done = np.bincount(rd.researcher[rd.state == RD_FINISHED], minlength=len(world.researchers))
    assert np.array_equal(world.researchers.done, done)
    rows = world.memberships
    members = (rows.joined != NEVER) & (rows.left == NEVER)
    assert (
        world.tables.locals.members.sum()
        == members.sum()
        == world.tables.local_series[-1, :, L_MEMBERS].sum()
    )
    assert (rows.left[members] == NEVER).all()


def alive_of(world: World) -> np.ndarray:
    return world.tables.size[world.researchers.firm] > 0


def test_posts_of_research_are_flows_of_the_firm():
    world = usual()
    flows = world.flows
    assert set(flows.cause) == {P}
    by_firm = np.bincount(flows.firm, flows.jobs, len(world.tables.size))
    rd = world.rd
    kept = rd.posts * np.where(rd.state == RD_RUNNING, 1.0, 0.0)
    # those who have neither finished nor closed: exactly the posts of what runs, what was given up is gone
    simple = np.bincount(rd.firm, rd.state == RD_FINISHED, len(world.tables.size)) == 0
    simple &= world.tables.size > 1.5
    simple[rd.firm[rd.state > RD_GIVEN_UP]] = False
    expected = np.bincount(rd.firm, kept, len(world.tables.size))
    assert np.allclose(by_firm[simple], expected[simple], atol=1e-9)
    assert (rd.state == RD_ABANDONED).any()


def test_every_change_of_employment_has_a_cause():
    t = usual().tables
    initial = (t.uid >> np.uint64(24)) & np.uint64(0xFFFF) == 0
    start = np.where(initial, t.smes.entry_size, 0.0)
    assert np.allclose(start + t.causes.sum(axis=0), t.size, atol=1e-9)
    assert (t.size[t.smes.status == ACTIVE] >= 1.0 - 1e-12).all()


def test_the_waterfall_is_exact_and_little_is_left_over():
    bars = Pair(usual(), without()).waterfall()
    total = sum(bars[k] for k in ("declaring", "deadweight", "displacement", "attrition", "other"))
    assert bars["reported"] - total + bars["spillover"] == pytest.approx(bars["net"], abs=1e-8)
    assert abs(bars["other"]) < 0.05 * bars["reported"]


def test_a_large_group_that_leaves_takes_its_files_along():
    many = pole_world(values={"pole.exit_rate": 0.01, "pole.join_rate": 0.01}).tables.locals
    few = pole_world(values={"pole.exit_rate": 0.1, "pole.exit_fatigue": 6.0, "pole.join_rate": 0.01},
                     changes=(Change("pole", "sme_votes", 1.0), Change("pole", "director_time", 1.0)),
                     ).tables.locals  # fmt: skip
    assert few.group_filed.sum() < 0.9 * many.group_filed.sum()
    assert few.agenda.min() > 0.8


def test_a_strained_pole_serves_less_and_money_in_advance_mends_it():
    assert (usual().tables.locals.strained > 10).all()
    assert (usual().tables.locals.strained < 40).all()
    paid = pole_world(rules={"running_advance": 0.5})
    assert (paid.tables.locals.strained == 0).all()
    assert (paid.tables.locals.service == 1.0).all()


def test_a_strained_firm_may_leave_although_it_never_gives_up_a_project():
    late = {"rules": {"cash_months": 12.0}, "months": 48}
    gone = [
        left_pole(pole_world(values={"abandon_strained": 0.0, "pole.leave_strained": chance}, **late))
        for chance in (0.0, 0.08)
    ]
    assert gone[1] > gone[0] + 5


def test_members_that_joined_left_and_did_research_are_shares_of_those_that_could():
    world = pole_world(rules={"cash_months": 12.0}, values={"pole.leave_strained": 0.08}, months=48)
    rows = list(world.memberships)
    members = [row for row in rows if row.joined != NEVER]
    invited = [row for row in rows if row.joined != NEVER or row.since >= 0]
    gone = [row for row in members if row.left not in (NEVER, world.tables.smes.died[row.firm])]
    paid = [row for row in world.rd if row.funded != NEVER]
    firms = {row.firm for row in members}
    assert 0 < len(gone) < len(members) < len(invited) < len(rows)
    assert {row.firm for row in paid} <= firms
    found = levels(world)
    assert found["joined_share"] == pytest.approx(len(members) / len(invited))
    assert found["left_share"] == pytest.approx(len(gone) / len(members))
    assert found["rd_per_member"] == pytest.approx(len(paid) / len(firms))


def test_a_sponsor_gave_days_without_end():
    """A site with five willing persons gave 310 days in a year; a person gives twelve at most."""
    world = World(region(smes=3000, rules={"sponsorship": 1.0}), EAGER, 1)
    given = [world.tables.sites.days_total.copy()]
    for month in range(1, 73):
        world.step()
        if month % 12 == 6:  # the first month is July
            given.append(world.tables.sites.days_total.copy())
    years = np.diff(given, axis=0)
    assert years.max() == 5 * 12
    assert (years == 60).sum() > 5


def test_sponsors_give_days_and_raise_capability():
    sponsored = pole_world(rules={"sponsorship": 1.0, "willing": 40.0}, months=24)
    alone = pole_world(rules={"sponsorship": 0.0}, months=24)
    assert sponsored.tables.locals.days.sum() > 0
    assert sponsored.tables.locals.days.sum() == pytest.approx(sponsored.tables.sites.days_total.sum())
    joined = sponsored.memberships[sponsored.memberships.joined > 0]
    assert sponsored.tables.locals.days.sum() == pytest.approx(5.0 * len(joined))
    more = sponsored.tables.smes.capability[joined.firm] - alone.tables.smes.capability[joined.firm]
    assert more.mean() > 0
    assert sponsored.tables.sites.fatigue.sum() > alone.tables.sites.fatigue.sum()


def test_networks_bring_in_firms_beyond_the_reach():
    change = Change("pole", "delegation", 1.0, from_month=24)
    world = pole_world(changes=(change,))
    far = world.memberships[world.memberships.distance >= 1]
    assert (far.joined[far.joined != NEVER] >= 24).all()
    assert (far.joined != NEVER).sum() > 10
    assert far.distance[far.joined != NEVER].max() < 1.15
    assert (usual().memberships.joined[usual().memberships.distance >= 1] == NEVER).all()


def test_notes_of_the_experts_bring_files_back_once():
    told = pole_world(rules={"feedback": 1.0}, values={"pole.resubmission": 1.0})
    own = told.rd[(told.rd.led == 1) & (told.rd.labelled == 1)]
    assert (own.attempt == 1).sum() > 5
    assert own.attempt.max() == 1
    again = own[(own.attempt == 1) & (own.funded != NEVER)]
    assert ((again.funded - again.idea) >= 12).all()
    assert (usual().rd.attempt == 0).all()


def test_small_calls_are_paid_by_one_funder():
    more = pole_world(rules={"sme_call_euros": 2_000_000.0})
    own = more.rd[(more.rd.led == 1) & (more.rd.funded != NEVER)]
    assert (own.agreements == 1).sum() > 5
    assert set(own.agreements) == {1, 3}
    assert (own.funded != NEVER).sum() > ((usual().rd.led == 1) & (usual().rd.funded != NEVER)).sum()


def of_others(world: World) -> np.ndarray:
    """Aid to groups and laboratories, by pôle: what is not that of small firms."""
    k, rd = world.tables.locals, world.rd[world.rd.funded != NEVER]
    return k.aid_committed - np.bincount(rd.local, rd.committed, len(k))


def test_calls_for_small_firms_alone_pay_nobody_else():
    world = pole_world(rules={"call_euros": 0.0, "sme_call_euros": 2_400_000.0})
    assert (world.rd.led[world.rd.funded != NEVER] == 0).sum() > 10
    assert of_others(world) == pytest.approx(0.0, abs=1e-3)


def test_calls_for_small_firms_take_nothing_from_what_groups_get():
    """In the first calls, before worlds part, to the euro; over the years about."""
    calls = {"sme_call_euros": 2_400_000.0}
    few, more = (pole_world(rules=rules, months=10) for rules in ({}, calls))
    assert (more.rd.funded != NEVER).sum() > (few.rd.funded != NEVER).sum()
    assert of_others(more) == pytest.approx(of_others(few))
    assert of_others(pole_world(rules=calls)).sum() > 0.97 * of_others(usual()).sum()


def test_aid_committed_is_that_of_small_firms_and_what_projects_open_to_all_leave_of_their_price():
    world = World(region(rules={"sme_call_euros": 2_400_000.0}), EAGER, 1)
    both = 0
    for month in range(world.spec.horizon_months):
        before = world.tables.locals.copy()
        world.step()
        for place, (local, then) in enumerate(zip(world.tables.locals, before, strict=True)):
            paid = [r for r in world.rd if r.funded == month and r.local == place]
            open_to_all = local.selected - then.selected
            shared = [r for r in paid if r.led == 1 and r.agreements == 3]
            both += open_to_all > 0 and any(r.agreements == 1 for r in paid)
            u = draw(world.tables.seed[0], SEATS, local.basin, month, local.code)
            seats = int(2.1 * open_to_all + u) - len(shared)
            shared += [r for r in paid if r.led == 0][: max(0, seats)]
            left = max(0.0, open_to_all * 1.5 * 1_500_000.0 - sum(r.committed for r in shared))
            wanted = sum(r.committed for r in paid) + left
            assert local.aid_committed - then.aid_committed == pytest.approx(wanted, abs=1e-2)
    assert both > 5


def test_a_project_of_calls_for_small_firms_draws_about_what_it_is_priced_at():
    world = pole_world(rules={"call_euros": 0.0, "sme_call_euros": 2_400_000.0})
    paid = world.rd[world.rd.funded != NEVER]
    price = FIELDS["sme_project_euros"].default
    assert paid.committed.sum() / (paid.led == 1).sum() == pytest.approx(price, rel=0.25)


def test_a_capacity_check_leaves_fewer_firms_with_more_than_they_can_carry():
    busy = {"capacity_jobs": 40.0, "idea_rate": 0.03, "overload_abandon": 0.06}
    given_up = []
    for check in (0.0, 1.0):
        rd = pole_world(values=busy, rules={"capacity_check": check}).rd
        given_up.append((rd.state == RD_ABANDONED)[rd.funded != NEVER].mean())
    assert given_up[1] < 0.8 * given_up[0]


def test_a_scheme_of_another_name_may_be_a_pole_too():
    shape = region()
    twin = SchemeSpec("cluster", shape.schemes[0].rules, shape.schemes[0].opens[:1])
    world = World(dataclasses.replace(shape, schemes=(*shape.schemes, twin)), EAGER, 1).run()
    members = world.memberships[world.memberships.joined != NEVER]
    assert np.bincount(world.tables.locals.scheme[members.local]).min() > 20
    alone = pole_world()
    through = [w.rd.local[(w.rd.local != NEVER) & (w.rd.led == 1)] for w in (world, alone)]
    assert len(through[0]) == len(through[1])  # the first scheme of which a firm is a member has its ideas


def test_poles_never_outgrow_their_tables():
    whole = usual()
    short = World(region(), EAGER, 1)
    cut = {"rd": 300, "rd_active": 300, "flows": 3000}
    short.tables = short.tables._replace(
        **{name: getattr(short.tables, name)[:n].copy() for name, n in cut.items()}
    )
    short._handle = handle_of(short.tables)
    short.run()
    assert len(whole.rd) > 300
    assert short.rd.tolist() == whole.rd.tolist()
    assert short.flows.tolist() == whole.flows.tolist()


def test_the_same_source_uncompiled_gives_the_same_bits():
    code = (
        "import hashlib, warnings; warnings.simplefilter('ignore'); "
        "from tests.small_pole import pole_world; "
        "w = pole_world(5, basins=2, smes=150, months=30, rules={'call_euros': 4.5e6, 'sponsorship': 0.5}); "
        "print((w.rd.funded >= 0).sum(), len(w.rd), hashlib.md5("
        "w.tables.causes.tobytes() + repr(w.rd.tolist() + w.memberships.tolist()).encode()).hexdigest())"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env=os.environ | {"NUMBA_DISABLE_JIT": switch},
        ).stdout
        for switch in ("0", "1")
    ]  # fmt: skip
    assert found[0] == found[1]
    assert int(found[0].split()[0]) > 3
