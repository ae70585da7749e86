"""Claims about pôles that show in a world: a lever on against off moves what it should, nothing elsewhere.

One small world, and others that differ by what is under test: draws are shared, so that differences are its
effects.
"""

from functools import cache

import numpy as np
import pytest

from sim.economy.sectors import TECHNOLOGY
from sim.parameters import FIELDS
from sim.poles_seen import FAR, conversion, distant_members, innovators, left_pole
from sim.rd import RD_FINISHED, RD_RUNNING
from sim.spec import Change
from sim.state import (
    L_MEMBERS,
    NEVER,
)
from sim.world import World
from tests.small import same_firms
from tests.small_pole import NO_SERVICES, pole_world

# as much as possible hangs on what comes after research
POOR = {"treasury_months": 1.0, "industry_chance": 0.6}


@cache
def arm(**given: float) -> World:
    """The world without services, but for the rules, the behaviour (``pole__`` before its name) and the
    uncertainties given."""
    rules, values = dict(NO_SERVICES), {}
    for name, value in given.items():
        if name.startswith("pole__"):
            values[name.replace("__", ".")] = value
        elif name in FIELDS:
            rules[name] = value
        else:
            values[name] = value
    return pole_world(values=values, rules=rules, months=66)


def own(world: World) -> np.recarray:
    """R&D projects that firms lead."""
    return world.rd[world.rd.led == 1]


def filed(world: World) -> int:
    return int(world.rd.filed.sum())


def members(world: World) -> int:
    return int(world.tables.local_series[-1, :, L_MEMBERS].sum())


def finished(world: World) -> np.recarray:
    return world.rd[world.rd.state == RD_FINISHED]


def industries(world: World) -> int:
    """Industrial phases that are paid for and succeed."""
    return int((finished(world).industry != NEVER).sum())


def seats_far(world: World) -> float:
    """Mean distance of the firms that get a seat in projects of others."""
    return float(world.researchers.distance[world.rd.researcher[world.rd.led == 0]].mean())


def test_members_come_in_the_measure_in_which_firms_are_invited():
    founders = members(arm(joining_effort=0.0))
    assert 0 < founders < members(arm()) < members(arm(joining_effort=2.0))
    rows = arm(joining_effort=0.0).memberships
    assert set(rows.joined[rows.joined != NEVER]) == {0}


def test_distant_firms_are_reluctant_and_roadmaps_or_maps_bring_them_in():
    shy = {"pole__reticence": 0.8, "pole__roadmap_effect": 0.8, "pole__map_effect": 0.8}
    before = distant_members(arm(**shy))
    assert before < 0.8 * distant_members(arm(pole__reticence=0.0))
    assert distant_members(arm(**shy, roadmaps=1.0)) > 1.2 * before
    assert distant_members(arm(**shy, competence_maps=1.0)) > 1.2 * before


def test_roadmaps_bring_ideas_of_distant_members_to_the_pole():
    far = {"pole__route_distance": 4.5, "pole__reticence": 0.0, "pole__roadmap_effect": 0.8}
    one, two = arm(**far), arm(**far, roadmaps=1.0)
    through = [(w.researchers.distance[own(w).researcher[own(w).filed > 0]] > FAR).sum() for w in (one, two)]
    assert through[1] > through[0]
    assert filed(two) > filed(one)


def test_votes_move_the_agenda_if_there_is_time_behind_them():
    idle = arm(sme_votes=0.5, director_time=0.0)
    assert idle.tables.locals.agenda == pytest.approx(0.15)
    assert same_firms(idle, arm(director_time=0.0))
    timely = arm(sme_votes=0.5, director_time=1.0)
    assert (timely.tables.locals.agenda > 0.4).all()
    assert filed(timely) > 1.05 * filed(idle)
    assert members(timely) > members(idle)
    some = arm(sme_votes=0.5)
    assert (some.tables.locals.agenda > 0.2).all()
    assert (some.tables.locals.agenda < timely.tables.locals.agenda).all()


def test_networks_make_up_for_the_time_that_directors_lack():
    alone, spoken_for = arm(sme_votes=0.5), arm(sme_votes=0.5, delegation=1.0)
    assert (spoken_for.tables.locals.agenda > alone.tables.locals.agenda + 0.05).all()
    assert members(spoken_for) > members(alone)


def test_an_officer_brings_members_and_files_and_trios_move_the_agenda():
    officer = arm(sme_officer=1.0, pole__officer_joining=0.5, pole__route_officer=1.0)
    assert members(officer) > members(arm())
    assert filed(officer) > 1.05 * filed(arm())
    assert (officer.tables.locals.agenda == arm().tables.locals.agenda).all()
    trios = arm(trios=1.0, pole__trio_weight=0.2)
    assert (trios.tables.locals.agenda > 0.3).all()


def test_projects_done_with_others_bring_ones_own_to_the_pole():
    new, used = arm(pole__route_experience=0.0), arm(pole__route_experience=0.8)
    assert used.researchers.done.max() >= 1
    assert filed(used) > filed(new)
    beginners = [(int(r.firm), int(r.idea)) for r in own(new) if new.researchers.done[r.researcher] == 0]
    same = {(int(r.firm), int(r.idea)): int(r.filed) for r in own(used)}
    before = {(int(r.firm), int(r.idea)): int(r.filed) for r in own(new)}
    changed = [key for key in beginners if key in same and same[key] != before[key]]
    assert changed == []  # who has done none chooses as before


@pytest.mark.parametrize(
    ("lever", "weight"),
    [
        ("expert_events", {"pole__route_events": 0.5}),
        ("ip_tools", {"pole__route_fear": 2.0, "pole__ip_effect": 1.0}),
        ("project_help", {"pole__route_help": 1.0}),
        ("harmonised", {"pole__route_criteria": 0.8}),
    ],
)
def test_a_service_brings_files_to_the_pole(lever, weight):
    assert filed(arm(**weight, **{lever: 1.0})) > 1.02 * filed(arm(**weight))


def test_fear_for_the_idea_keeps_files_back_and_tools_help_no_fearless_director():
    assert filed(arm(pole__route_fear=2.0)) < 0.95 * filed(arm(pole__route_fear=0.0))
    fearless = [arm(pole__route_fear=0.0, ip_tools=v) for v in (0.0, 1.0)]
    assert same_firms(*fearless)


def test_like_criteria_matter_only_where_there_are_several_funders():
    assert same_firms(arm(agreements=1.0, harmonised=1.0), arm(agreements=1.0))


def test_help_to_build_a_project_gets_labels():
    values = {"pole__label_help": 0.8, "pole__route_help": 0.0, "pole__jury_help": 0.0}
    share = []
    for lever in (0.0, 1.0):
        files = own(arm(**values, project_help=lever))
        files = files[files.filed > 0]
        share.append((files.labelled == 1).mean())
    assert share[0] == pytest.approx(0.75, abs=0.08)
    assert share[1] > share[0] + 0.1


def funded(world: World) -> np.recarray:
    return world.rd[world.rd.funded != NEVER]


def test_late_money_strains_and_is_avoided():
    late = arm(cash_months=12.0)
    assert (funded(late).strained > 0).mean() > (funded(arm()).strained > 0).mean() + 0.1
    assert filed(late) < 0.9 * filed(arm())
    assert left_pole(late) > left_pole(arm())


def test_a_call_that_leaves_less_time_to_prepare_comes_later():
    """A file that takes longer to prepare waits for a later call."""
    quick, slow = arm(prepare_months=0.0), arm(prepare_months=6.0)
    waits = [(w.call - w.idea)[w.call != NEVER].mean() for w in (own(quick), own(slow))]
    assert waits[1] > waits[0] + 5
    assert filed(slow) < filed(quick)


def test_each_agreement_delays_and_deters_and_one_fund_mends_both():
    one, three, six = (arm(agreements=a) for a in (1.0, 3.0, 6.0))
    fund = arm(one_stop=1.0)
    wait = [float((funded(w).cash - funded(w).funded).mean()) for w in (fund, one, three, six)]
    assert wait == sorted(wait)
    assert len(set(wait)) == 4
    files = [filed(w) for w in (six, three, one)]
    assert files == sorted(files)
    assert filed(fund) > filed(three)
    assert set(own(fund).agreements[own(fund).funded != NEVER]) == {1}


def test_one_fund_paid_a_single_agreement_no_faster_than_others_did():
    """Directors foresaw its speed, and never had it."""
    alone, fund = arm(agreements=1.0), arm(agreements=1.0, one_stop=1.0)
    waits = [float((funded(w).cash - funded(w).funded).mean()) for w in (fund, alone)]
    assert waits[0] == pytest.approx(waits[1] / 2, abs=0.2)  # `one_stop_speed` is .5


def test_a_project_must_be_large_to_be_selected_and_then_strains_more():
    small, large = arm(project_floor_euros=0.0), arm(project_floor_euros=60_000.0)
    a, b = (w.rd[(w.rd.led == 1) & (w.rd.funded != NEVER)] for w in (small, large))
    assert b.cost.min() >= 60_000.0
    assert a.cost.mean() < 0.8 * b.cost.mean()
    assert (b.strained > 0).mean() > (a.strained > 0).mean() + 0.1


def test_ideas_that_stay_out_are_done_sooner_smaller_and_without_aid():
    alone = own(arm(pole__route_base=1.75))
    outside = alone[(alone.funded == NEVER) & (alone.filed == 0) & (alone.started != NEVER)]
    through = alone[alone.funded != NEVER]
    assert len(outside) > 100
    assert (outside.started == outside.idea).all()
    assert ((through.started - through.idea) >= 6).all()
    assert (outside.committed == 0).all()
    assert set(outside.scope) == {0.5}
    assert len(outside) > ((own(arm()).started != NEVER) & (own(arm()).filed == 0)).sum()


def test_anchoring_and_maps_of_competences_seat_firms_farther_away():
    plain = seats_far(arm(pole__seat_distance=5.0))
    assert seats_far(arm(pole__seat_distance=5.0, anchoring=1.0, pole__anchor_effect=1.0)) > plain + 0.05
    assert seats_far(arm(pole__seat_distance=5.0, competence_maps=1.0, pole__map_effect=0.8)) > plain + 0.05


def test_watch_raises_success_more_where_it_is_relayed():
    values = POOR | {"pole__watch_gain": 0.15, "pole__watch_quality": 0.2}
    none, home, relayed = (
        industries(arm(**values, watch=w, watch_relayed=r)) for w, r in ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    )
    assert none <= home < relayed
    cost = [
        arm(**values, watch=1.0, watch_relayed=r).tables.locals.coordination_cost.sum() for r in (0.0, 1.0)
    ]
    assert cost[1] < cost[0]


def test_many_small_firms_together_reach_the_market():
    values = POOR | {"pole__synergy_members": 50.0}
    one, many = (arm(**values, pole__synergy=s) for s in (0.0, 0.15))
    assert industries(many) > industries(one)
    outside = [
        w.rd[(w.rd.funded == NEVER) & (w.rd.state == RD_FINISHED)].industry != NEVER for w in (one, many)
    ]
    assert abs(outside[1].sum() - outside[0].sum()) <= 2  # those who do it alone gain nothing by it


def jobs_by_trade(world: World) -> tuple[float, float]:
    """Mean jobs of industrial phases where firms sell beyond their basin, and elsewhere."""
    t = world.tables
    rows = finished(world)
    rows = rows[(rows.industry != NEVER) & (rows.membership != NEVER)]
    sells = t.tradable[t.sector[rows.firm]]
    return float(rows.jobs[sells].sum()), float(rows.jobs[~sells].sum())


def test_joint_action_abroad_makes_industrial_phases_of_exporters_larger():
    off, on = (jobs_by_trade(arm(joint_export=v, pole__export_gain=0.4)) for v in (0.0, 1.0))
    assert on[0] > 1.2 * off[0]
    assert on[1] == pytest.approx(off[1], rel=0.02)


def kept(world: World) -> tuple[float, float]:
    """Posts kept by members after their projects, where sectors have a technology and where not."""
    t = world.tables
    rows = finished(world)
    technical = TECHNOLOGY[t.sector[rows.firm]] > 0
    change = np.zeros(len(t.size))
    np.add.at(change, world.flows.firm, world.flows.jobs)
    once = (np.bincount(world.rd.firm[world.rd.started != NEVER], minlength=len(t.size)) == 1)[rows.firm]
    before = (rows.industry == NEVER) & once & (rows.membership != NEVER) & (t.size[rows.firm] > 1.5)
    share = change[rows.firm] / np.maximum(rows.posts, 1e-9)
    return float(share[before & technical].mean()), float(share[before & ~technical].mean())


def test_training_and_young_researchers_keep_posts():
    plain = kept(arm(untechnical_loss=0.6))
    trained = kept(arm(untechnical_loss=0.6, training=1.0, pole__training_gain=0.6))
    placed = kept(arm(untechnical_loss=0.6, cifre=1.0))
    assert trained[0] > plain[0] + 0.1
    assert trained[1] > plain[1] + 0.1
    assert placed[1] > plain[1] + 0.15
    assert placed[0] == pytest.approx(plain[0], abs=0.02)  # nothing where the sector has its technology


def poor(world: World) -> np.recarray:
    """Finished projects of firms with little of their own."""
    rows = finished(world)
    return rows[(world.tables.smes.finance[rows.firm] < 0.3) & (rows.membership != NEVER)]


def test_without_own_funds_research_ends_there_and_capital_carries_it_on():
    values = POOR | {"abandon_strained": 0.0, "industry_chance": 1.0}
    world, bridged = arm(**values), arm(**values, capital_bridge=1.0)
    rich = finished(world)[world.tables.smes.finance[finished(world).firm] > 0.7]
    assert len(poor(world)) > 10
    assert (poor(world).industry != NEVER).mean() < 0.6 * (rich.industry != NEVER).mean()
    assert bridged.rd.bridged.sum() > 10
    assert (poor(bridged).industry != NEVER).mean() > 1.5 * (poor(world).industry != NEVER).mean()
    assert conversion(bridged) > conversion(world)
    assert (bridged.tables.smes.finance[bridged.rd.firm[bridged.rd.bridged == 1]] < 0.75).all()


def test_investors_come_with_meetings_a_label_and_directors_who_accept_them():
    values = POOR | {"investor_chance": 0.3}
    plain = arm(**values, pole__label_credit=1.0)
    assert industries(
        arm(**values, pole__label_credit=1.0, investor_meetings=1.0, pole__meetings_gain=1.5)
    ) > (industries(plain))
    credited = arm(**values, pole__label_credit=2.5)
    gain = [
        (w.rd.industry[w.rd.labelled == label] != NEVER).sum() for label in (0, 1) for w in (plain, credited)
    ]
    assert gain[3] > gain[2]
    assert abs(gain[1] - gain[0]) <= 2  # no credit without a label


def test_one_door_among_operators_who_stand_side_by_side():
    values = {"pole__search_cost": 0.5}
    assert members(arm(**values, integration=1.0)) > 1.1 * members(arm(**values))
    assert members(arm(**values, integration=1.0)) == members(arm(pole__search_cost=0.0))


def test_larger_firms_innovate_more_often():
    share = [innovators(arm(), *sizes) for sizes in ((10.0, 50.0), (50.0, 250.0))]
    assert 0.2 < share[0] < share[1] < 0.8


def test_an_idea_is_there_without_the_pole_and_part_of_it_is_done_anyway():
    """What the pôle adds is less than what goes through it."""
    shape = {"rules": NO_SERVICES, "months": 66}
    alone = pole_world(**shape, changes=(Change("pole", "call_euros", 0.0),))
    through = {(int(r.firm), int(r.idea)) for r in own(arm()) if r.funded != NEVER}
    anyway = {(int(r.firm), int(r.idea)) for r in own(alone) if r.state >= RD_RUNNING and r.started != NEVER}
    assert len(through) > 20
    assert 0.2 * len(through) < len(through & anyway) < 0.9 * len(through)
