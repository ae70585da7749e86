"""Pôles and research in the model and in the independent reference: the same researchers, ideas, members,
calls, seats, money, strain, industrial phases and costs, month by month, to 1e-9. Plain, with every lever,
beside others."""

from dataclasses import replace

import pytest

from scenarios.load import load_scheme
from sim.draws import generator
from sim.parameters import FIELDS, LEVERS, uncertainties
from sim.rd import RD_FILED
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.state import L_GROUP_FILED, L_JUDGED
from sim.world import World
from tests.reference import compare, model
from tests.reference.compare import agree, first_phase, together
from tests.reference.model import PHASES, Reference
from tests.small import ALIZE
from tests.small_market import LIVELY, OPEN_WIDE
from tests.small_pole import CALL, EAGER

POLE = dict(load_scheme("pole").rules) | CALL
PACTE = dict(load_scheme("pacte_pme").rules)
# calls, projects and claims that follow fast enough for a small place
FAST = {
    "committee_period_months": 4.0, "setup_months": 3.0, "rd_months": 14.0, "tranche_months": 5.0,
    "decision_months": 2.0, "prepare_months": 2.0, "group_files": 4.0, "call_euros": 6_000_000.0,
}  # fmt: skip
# many ideas, firms that can bear little, members that come and go
RESTLESS = EAGER | {
    "idea_rate": 0.05,
    "capacity_jobs": 8.0,
    "overload_abandon": 0.04,
    "abandon_strained": 0.06,
    "treasury_months": 1.0,
    "industry_months": 3.0,
    "outside_months": 9.0,
    "investor_chance": 0.3,
    "capability_gain": 0.1,
    "pole.member_exit": 0.06,
    "pole.joining": 0.8,
    "pole.reticence": 0.5,
    "pole.leave_strained": 0.06,
    "pole.join_rate": 0.2,
    "pole.exit_rate": 0.1,
    "pole.exit_agenda": 3.0,
    "pole.route_base": 3.25,
    "pole.agenda_months": 12.0,
}
OPEN = {
    "sme_votes": 0.5, "director_time": 0.6, "delegation": 0.6, "trios": 0.5, "sme_officer": 1.4,
    "roadmaps": 0.6, "competence_maps": 0.5, "anchoring": 0.4, "project_help": 0.7, "expert_events": 0.5,
    "ip_tools": 0.6, "feedback": 0.9, "capacity_check": 0.6, "sponsorship": 0.5, "joint_export": 0.7,
    "watch": 0.8, "watch_relayed": 0.4, "training": 0.5, "cifre": 0.6, "investor_meetings": 0.6,
    "capital_bridge": 0.5, "sme_call_euros": 1_000_000.0, "one_stop": 0.4, "harmonised": 0.5,
    "agreements": 4.0, "aid_advance": 0.4, "running_advance": 0.1, "integration": 0.5, "sponsor_days": 8.0,
    "joining_effort": 1.5, "recruiting_effort": 1.5, "reserve_months": 4.0,
}  # fmt: skip


def basins(*smes, sites=6, **more):
    """Basins with so many firms each, the second of a technology."""
    return tuple(
        Basin(f"b{k}", f"Basin {k}", n, sites, fragility=0.2 + 0.3 * (k % 3),
              dominant_sector="digital" if k == 1 else "", dominant_share=0.4 if k == 1 else 0.0, **more)
        for k, n in enumerate(smes)
    )  # fmt: skip


def region(*smes, sites=6, months=48, opens=None, changes=(), start_month=7, place=None, **rules):
    """Basins in which a pôle opens at once, or as said."""
    where = basins(*smes, sites=sites, **(place or {}))
    pole = SchemeSpec("pole", POLE | FAST | rules, opens or tuple((one.id, 0) for one in where))
    return WorldSpec(
        Territory("region", where), months, 2005, start_month, schemes=(pole,), changes=tuple(changes)
    )


def to(lever, value, month=0, ramp=0, *where):
    """A change of a lever of the pôle."""
    return Change("pole", lever, value, month, ramp, where)


def used(world, projects=10):
    """That calls paid for projects, and that some ended: otherwise nothing was compared."""
    assert (world.rd.funded >= 0).sum() >= projects
    assert {3, 5} <= set(world.rd.state)
    return world


def test_the_plain_scheme():
    """With the calendar and the lengths of the published scheme."""
    plain = {name: POLE.get(name, FIELDS[name].default) for name in FAST}
    _, world = together(region(250, 100, months=60, **plain), EAGER, 1)
    used(world)


@pytest.mark.parametrize("seed", range(2))
def test_the_plain_scheme_in_a_hurry(seed):
    _, world = together(region(250, 150), EAGER, seed)
    used(world)


@pytest.mark.parametrize("small", [0.0, 1_000_000.0])
def test_calls_whose_money_ends(small):
    """For all, or for all but small firms alone: nobody, or no group, is judged any more."""
    ends = [to("call_euros", 0.0, 20), to("sme_call_euros", small, 20)]
    world = together(region(250, 150, changes=ends), RESTLESS, 1)[1]
    judged, groups = (world.tables.local_series[:, :, k].sum(axis=1) for k in (L_JUDGED, L_GROUP_FILED))
    assert (judged[-1] > judged[22], groups[-1] / groups[22]) == (small > 0.0, 1.0)


@pytest.mark.parametrize("seed", range(2))
def test_the_world_without_schemes_does_the_same_research(seed):
    _, world = together(region(300, 100).without_schemes(), RESTLESS, seed)
    assert (world.rd.started >= 0).sum() > 30
    assert (world.rd.funded < 0).all()


@pytest.mark.parametrize("seed", [0, 2])  # in both, files come back
def test_every_lever_open(seed):
    _, world = together(region(220, 100, months=54, start_month=5, **OPEN), RESTLESS, seed)
    used(world, 50)
    rd, local = world.rd, world.tables.locals
    assert {3, 4, 5, 6} <= set(rd.state)
    assert (rd.attempt == 1).any()
    assert (rd.led == 0).any()
    assert {1, 4} <= set(rd.agreements)
    assert (rd.bridged == 1).any()
    assert (rd.strained > 0).any()
    assert (rd.hired_months == 12).any()
    assert ((rd.labelled == 0) & (rd.filed == 1)).any()
    assert local.days.sum() > 0
    assert local.strained.sum() > 0
    assert local.aid_cancelled.sum() > 0


RAMPS = (
    to("sme_votes", 0.6, 6, 12), to("director_time", 1, 10, 6), to("delegation", 1, 8, 8),
    to("trios", 1, 5), to("sme_officer", 2, 4, 6), to("watch", 1, 10, 10), to("watch_relayed", 1, 20),
    to("agreements", 7, 12, 9), to("one_stop", 1, 25, 8), to("harmonised", 1, 15), to("feedback", 1, 8),
    to("capacity_check", 1, 14, 5), to("sme_call_euros", 2e6, 10, 10), to("call_euros", 3e6, 20, 5),
    to("project_floor_euros", 40_000, 15, 6), to("repayment_months", 12, 9), to("running_advance", 1, 30),
    to("aid_advance", 1, 16, 8), to("cash_months", 9, 18, 6), to("cash_months_agreement", 4, 22, 4),
    to("capital_bridge", 1, 12), to("integration", 1, 18, 6), to("sponsorship", 1, 6, 6),
    to("delegation", 0.2, 30, 4),
)  # fmt: skip
SUDDEN = (
    to("call_euros", 0, 12), to("call_euros", 9e6, 24), to("prepare_months", 0, 9),
    to("prepare_months", 7, 20), to("decision_months", 6, 10), to("decision_months", 1, 26),
    to("project_help", 1, 8), to("ip_tools", 1, 9), to("roadmaps", 1, 10), to("competence_maps", 1, 14),
    to("anchoring", 1, 6), to("expert_events", 1, 11), to("training", 1, 13), to("cifre", 1, 12),
    to("joint_export", 1, 7), to("investor_meetings", 1, 12), to("joining_effort", 0, 20),
    to("joining_effort", 4, 30), to("coordinators", 5, 15, 6), to("sme_call_euros", 3e6, 16),
    to("sme_votes", 1, 3), to("sme_votes", 0, 24), to("cash_months", 0, 10),
)  # fmt: skip
BY_PLACE = (
    to("prepare_months", 0, 4, 0, "b0"), to("prepare_months", 5, 4, 0, "b1"),
    to("decision_months", 5, 4, 0, "b1"), to("call_euros", 0, 6, 0, "b1"), to("feedback", 1, 0, 0, "b1"),
    to("sme_officer", 1, 9, 0, "b0"), to("one_stop", 1, 12, 0, "b1"), to("aid_advance", 0, 8, 0, "b0"),
    to("project_floor_euros", 50_000, 9, 0, "b1"), to("delegation", 1, 9, 6, "b1"),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "seed"), [(RAMPS, 1), (SUDDEN, 2), (BY_PLACE, 3), (RAMPS + SUDDEN, 4)])
def test_policies_that_switch_on_in_the_middle(changes, seed):
    _, world = together(region(180, 90, changes=changes, start_month=10), RESTLESS, seed)
    used(world)


def test_poles_of_different_starts_in_three_basins():
    opens = (("b0", 5), ("b1", 0), ("b2", 17))
    _, world = together(region(150, 150, 100, 80, opens=opens, **OPEN), RESTLESS, 3)
    assert set(used(world).rd.local) == {-1, 0, 1, 2}


def test_the_lead_closes_and_another_takes_over_on_the_same_calendar():
    opens = (("b0", 0), ("b1", 6))
    shape = region(150, 150, opens=opens, partners_min=3.0, months=54, place={"founders": 4}, **OPEN)
    shape = replace(
        shape, changes=(to("recruiting_effort", 0, 0, 0, "b0"), to("recruiting_effort", 5, 0, 0, "b1"))
    )
    _, world = together(shape, RESTLESS, 1)
    closed = used(world).tables.locals.closed
    assert 6 < closed[0] < 40
    assert (world.rd.funded[world.rd.local == 1] > closed[0]).any()


def test_sponsors_have_so_many_days_a_year():
    """In one month the first in the table find a sponsor, the others none."""
    rules = {"sponsorship": 1.0, "sponsor_days": 7.0, "willing": 2.0, "joining_effort": 4.0}
    changes = (to("joining_effort", 0, 10), to("joining_effort", 5, 20))
    shape = region(300, 200, months=40, changes=changes, **rules)
    _, world = together(shape, RESTLESS, 2)
    joined = world.memberships[world.memberships.joined > 0]
    assert 0 < world.tables.locals.days.sum() < 7.0 * len(joined)


def test_files_go_on_alone_when_the_last_pole_closes():
    changes = (to("partners_min", 10, 20, 0, "b0"), to("partners_min", 10, 29), to("recruiting_effort", 0))
    shape = region(180, 150, months=54, changes=changes, **OPEN)
    reference, world = Reference(shape, RESTLESS, 1), World(shape, RESTLESS, 1)
    agree(reference, world, 29)
    assert (world.rd.state == RD_FILED).any()
    agree(reference, world, 25)
    assert set(world.tables.locals.closed.tolist()) == {20, 29}
    assert not (world.rd.state == RD_FILED).any()


def beside(order, months=42, **alize):
    """The pôle beside other schemes in the same basins, which share its large sites."""
    where = tuple(replace(place, founders=6) for place in basins(140, 80, sites=9))
    opens = tuple((place.id, 0) for place in where)
    twin = {
        "join_rate": 0.3,
        "joining": 1.0,
        "route_base": 5.0,
        "quality": 0.5,
        "half_days": 5.0,
        "sponsor_days": 8.0,
    }
    schemes = {
        "alize": SchemeSpec("alize", ALIZE | alize, opens),
        "pole": SchemeSpec("pole", POLE | FAST | OPEN, (("b0", 2), ("b1", 0))),
        "twin": SchemeSpec("twin", POLE | FAST | twin, (("b0", 0), ("b1", 3))),
        "pacte_pme": SchemeSpec("pacte_pme", PACTE | {"reach": 0.4} | OPEN_WIDE, (("b0", 1),)),
    }
    return WorldSpec(Territory("town", where), months, 2007, schemes=tuple(schemes[name] for name in order))


BUSY = {"project_rate": 0.04, "alize.referral": 0.8, "alize.application_rate": 0.9,
        "restructuring_hazard": 0.006}  # fmt: skip
LATE = {"cash_months": 2.5, "cash_months_agreement": 2.0, "agreements": 3.0, "advance_share": 0.9,
        "grace_months": 2.0, "instalments": 5.0, "fund_euros": 400_000.0}  # fmt: skip


@pytest.mark.parametrize(
    "order",
    [("alize", "pole"), ("pole", "pacte_pme"), ("twin", "alize", "pole"), ("pole", "pacte_pme", "twin")],
)
def test_beside_schemes_that_share_its_firms_and_large_groups(order):
    _, world = together(beside(order), RESTLESS | LIVELY | BUSY, 4)
    used(world)
    assert (world.flows.lost == 1).any() == ("pacte_pme" in order)


@pytest.mark.parametrize("seed", range(2))
def test_advances_of_another_scheme_that_come_late(seed):
    _, world = together(beside(("alize", "pole"), **LATE), RESTLESS | BUSY, seed)
    files = world.files[world.files.advance > 0]
    assert (files.cash > files.started).any()
    assert world.tables.locals.repaid.sum() > 0


def test_sponsors_of_two_poles_find_directors_who_are_away():
    shape = beside(("alize", "pole", "twin"), 30, slowdown=0.1, path_months=12.0, days=12.0, sponsorship=0.0)
    changes = tuple(Change(name, "sponsorship", 1.0, 0) for name in ("pole", "twin"))
    _, world = together(replace(shape, changes=changes), RESTLESS | BUSY, 1)
    assert (world.files.dip > 0).any()


def test_firms_that_close_before_their_advance_arrives():
    """They give it back, insolvent or not."""
    late = LATE | {"cash_months": 9.0, "fund_euros": 2_000_000.0}
    values = RESTLESS | BUSY | {"exit_base": 0.03, "insolvent_exits": 0.9}
    _, world = together(beside(("alize", "pole"), 24, **late), values, 1)
    files = world.files[world.files.advance > 0]
    died = world.tables.smes.died[files.firm]
    assert ((died >= 0) & (died < files.cash)).sum() > 3


def test_late_advances_where_nobody_does_research():
    where = basins(200, 100, sites=9, founders=6)
    scheme = SchemeSpec("alize", ALIZE | LATE, tuple((place.id, 0) for place in where))
    _, world = together(WorldSpec(Territory("t", where), 42, 2007, schemes=(scheme,)), BUSY, 3)
    assert (world.files.cash > world.files.started).any()
    assert len(world.researchers) == 0


def test_a_pole_that_also_takes_projects_does_nothing_for_them():
    shape = region(
        200, 100, takes_expansion=1.0, months_needed=2.0, reach=1.0, outreach=0.1, application_rate=0.5
    )
    _, world = together(shape, RESTLESS | BUSY, 1)
    assert (world.files.state == 6).any()


SHAPES = {
    "no large site": ({"sites": 0}, {}),
    "no money": ({"call_euros": 0.0}, {}),
    "hardly any money": (
        {"call_euros": 1.5e6, "sme_call_euros": 0.0, "feedback": 1.0},
        {"pole.resubmission": 1.0, "pole.route_base": 6.0},
    ),
    "only calls for small firms": ({"call_euros": 0.0, "sme_call_euros": 2e6}, {}),
    "no aid": ({"aid_share": 0.0}, {}),
    "money at once": ({"agreements": 1.0, "cash_months": 0.0, "cash_months_agreement": 0.0}, {}),
    "money at once, in part": ({"aid_advance": 0.0, "cash_months": 0.0, "tranche_months": 1.0}, {}),
    "many agreements": ({"agreements": 12.0, "cash_months_agreement": 8.0, "one_stop": 0.2}, {}),
    "nothing from outside": ({"group_files": 0.0, "project_seats": 0.0}, {}),
    "very many seats": ({"project_seats": 9.5, "seat_scope": 1.0}, {}),
    "overload without strain": ({"capacity_check": 1.0}, {"abandon_strained": 0.0, "capacity_jobs": 40.0}),
    "strain that ends nothing": (
        {},
        {"abandon_strained": 0.0, "overload_abandon": 0.0, "treasury_months": 0.3, "pole.leave_strained": 1},
    ),
    "a month of strain costs the industry": (
        {"agreements": 2.0, "cash_months": 1.0, "cash_months_agreement": 0.6, "aid_advance": 0.9},
        {"abandon_strained": 0.0, "overload_abandon": 0.0, "strained_funds": 0.0, "investor_chance": 0.0},
    ),
    "no share and no distance": ({"seat_distance": 0.0, "reserve_months": 0.0}, {"pole.seat_distance": 0.0}),
    "much experience": (
        {"rd_months": 6.0},
        {
            "idea_rate": 0.2,
            "outside_months": 4.0,
            "overload_abandon": 0.0,
            "abandon_strained": 0.0,
            "pole.route_experience": 2.0,
            "pole.route_base": -1.0,
        },
    ),
    "very lively ideas": ({}, {"idea_rate": 0.2, "idea_size": 0.0, "technology_reach": 1.0}),
    "everybody is near": ({"founder_distance": 1.0}, {"technology_reach": 3.0}),
    "nobody is near": ({}, {"technology_reach": 0.0005, "technology_reach_size": 0.0}),
    "no ideas": ({}, {"idea_rate": 0.0}),
    "ideas only at the heart": ({}, {"idea_distance": 1.0, "idea_size": 0.6}),
    "only synergies make industry": (
        {},
        {
            "industry_chance": 0.0,
            "investor_chance": 1.0,
            "pole.watch_gain": 0.0,
            "pole.synergy": 0.9,
            "pole.synergy_members": 4.0,
        },
    ),
    "no industry": ({}, {"industry_chance": 0.0, "industry_months": 0.0}),
    "industry at once": ({}, {"industry_months": 0.0, "industry_jobs": 40.0, "investor_chance": 1.0}),
    "all posts kept": ({}, {"post_kept": 1.0, "untechnical_loss": 0.0, "post_share": 1.0}),
    "all posts lost": ({}, {"post_kept": 0.0, "post_share": 5.0, "subcontractor_loss": 0.9}),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_awkward_shapes(name):
    rules, values = SHAPES[name]
    given = dict(OPEN) | {k: v for k, v in rules.items() if k != "sites"}
    together(region(100, 50, sites=int(rules.get("sites", 6)), months=36, **given), RESTLESS | values, 1)


def test_labelled_files_turned_down_come_back_or_are_followed_outside():
    values = RESTLESS | {"pole.resubmission": 1.0, "pole.route_base": 6.0}
    rules = OPEN | {"call_euros": 1.5e6, "sme_call_euros": 0.0, "feedback": 0.6}
    rd = together(region(120, 60, months=30, **rules), values, 2)[1].rd
    outside = (rd.funded < 0) & (rd.started >= 0) & (rd.labelled == 1)
    assert outside.any()
    assert (rd.local[outside] < 0).all()
    assert ((rd.attempt == 1) & (rd.funded < 0)).any()


def test_one_firm_in_the_whole_region():
    values = RESTLESS | {"technology_reach": 1.0, "idea_rate": 0.3}
    for seed in range(3):
        together(region(1, 1, sites=1, months=30, founder_distance=1.0, **OPEN), values, seed)


def drawn_from_priors(seed):
    """Every uncertainty of the pôle and of research and every lever drawn, in one to three basins."""
    rng = generator(seed, 9500)
    values = {u.name: float(rng.uniform(u.low, u.high)) for u in uncertainties(["pole"])}
    values |= {"technology_reach": 0.32, "idea_rate": float(rng.uniform(0.01, 0.06))}
    if seed % 2:
        values |= {"pole.route_base": 5.0, "industry_months": 4.0}
    changes = [
        to(lever, float(rng.uniform(low, high)), int(rng.integers(0, 24)), int(rng.integers(0, 12)))
        for lever, low, high in DRAWN
        if rng.uniform() < 0.6
    ]
    rules = {
        "rd_months": float(rng.uniform(6, 24)), "claim_months": float(rng.integers(1, 13)),
        "aid_share": float(rng.uniform(0.1, 1)), "tranche_months": float(rng.uniform(1, 14)),
        "reserve_months": float(rng.uniform(0, 10)), "sponsor_days": float(rng.choice([0.0, 3.0, 15.0])),
        "group_files": float(rng.integers(0, 12)), "partners_min": float(rng.choice([0.0, 0.0, 2.0])),
        "bridge_funds": float(rng.uniform(0, 1)), "founder_distance": float(rng.choice([0.0, 0.3])),
        "committee_period_months": float(rng.integers(1, 9)), "setup_months": float(rng.integers(0, 9)),
    }  # fmt: skip
    smes = [int(n) for n in rng.integers(40, 160, int(rng.integers(1, 4)))]
    opens = tuple((f"b{k}", int(rng.integers(0, 10))) for k in range(len(smes)))
    shape = region(*smes, sites=int(rng.integers(0, 8)), months=36, opens=opens, changes=changes, **rules)
    return together(replace(shape, start_month=int(rng.integers(1, 13))), values, seed)[1]


DRAWN = (
    ("sme_votes", 0, 1), ("director_time", 0, 1), ("delegation", 0, 1), ("trios", 0, 1),
    ("sme_officer", 0, 3), ("roadmaps", 0, 1), ("competence_maps", 0, 1), ("anchoring", 0, 1),
    ("project_help", 0, 1), ("expert_events", 0, 1), ("ip_tools", 0, 1), ("feedback", 0, 1),
    ("capacity_check", 0, 1), ("sponsorship", 0, 1), ("joint_export", 0, 1), ("watch", 0, 1),
    ("watch_relayed", 0, 1), ("training", 0, 1), ("cifre", 0, 1), ("investor_meetings", 0, 1),
    ("capital_bridge", 0, 1), ("call_euros", 0, 1.2e7), ("sme_call_euros", 0, 2e6),
    ("prepare_months", 0, 6), ("decision_months", 1, 6), ("project_floor_euros", 0, 50_000),
    ("agreements", 1, 9), ("cash_months", 0, 8), ("cash_months_agreement", 0, 5), ("one_stop", 0, 1),
    ("harmonised", 0, 1), ("aid_advance", 0, 1), ("repayment_months", 0, 12), ("running_advance", 0, 1),
    ("integration", 0, 1), ("joining_effort", 0, 5), ("recruiting_effort", 0, 5), ("coordinators", 0, 6),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 105))
def test_many_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


def test_every_lever_of_the_pole_is_drawn():
    from sim.parameters.pole import POLE_RULES

    own = {rule.name for rule in POLE_RULES if rule.role == "lever"}
    assert own <= {lever for lever, _, _ in DRAWN} <= {*LEVERS}


def test_phase_by_phase_nothing_differs():
    """Also inside the month, and in the order of the lists."""
    reference = Reference(beside(("pole", "pacte_pme", "twin"), 24), RESTLESS | LIVELY, 1)
    for month in (2, 9, 23):
        assert first_phase(reference, month) is None


@pytest.mark.parametrize(
    ("phase", "where"),
    [
        ("ideas", "researcher rows"),
        ("governance", "local scheme 0, coordination_cost"),
        ("calls", "R&D project"),
        ("research", "R&D project"),
    ],
)
def test_a_difference_is_found_in_its_phase(monkeypatch, phase, where):
    """A reference in which a phase does nothing is found out in that phase."""
    broken = tuple((name, act if name != phase else lambda model: None) for name, act in PHASES)
    monkeypatch.setattr(model, "PHASES", broken)
    monkeypatch.setattr(compare, "PHASES", broken)
    shape = region(150, 80, months=12)
    with pytest.raises(AssertionError, match=rf"month \d+, {phase}: .*\n.*{where}"):
        agree(Reference(shape, RESTLESS, 1), World(shape, RESTLESS, 1), 12)
