"""Pacte PME in the model and in the independent reference: the same members, needs, bids, ties, contracts,
suppliers displaced, missions and money, month by month, to 1e-9. Plain, with every lever, beside others."""

from dataclasses import replace

import pytest

from scenarios.load import load_scheme
from sim.draws import generator
from sim.parameters import LEVERS, uncertainties
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.world import World
from tests.reference import compare, contracts, model
from tests.reference.compare import agree, first_phase, together
from tests.reference.model import PHASES, Reference
from tests.small import ALIZE
from tests.small_boost import BUSY, OTHERS, RULES, SMALL
from tests.small_market import LIVELY, OPEN_WIDE

PACTE = dict(load_scheme("pacte_pme").rules)
# projects and missions enough in a small place
ACTIVE = LIVELY | {
    "project_rate": 0.03,
    "pacte_pme.application_rate": 0.5,
    "restructuring_hazard": 0.006,
    "pacte_pme.exit_rate": 0.1,
    "pacte_pme.member_exit": 0.1,
    "pacte_pme.unserved_exit": 0.6,
}
# so many needs that suppliers run out of jobs
CROWDED = ACTIVE | {
    "pacte_pme.needs_rate": 4.0,
    "pacte_pme.member_needs": 1.0,
    "pacte_pme.categories": 4.0,
    "pacte_pme.posted_share": 0.3,
    "pacte_pme.need_spread": 1.5,
    "pacte_pme.incumbent_bonus": 0.5,
    "pacte_pme.jobs_response": 1.0,
    "pacte_pme.outside_share": 0.2,
    "pacte_pme.neighbour_share": 0.5,
}


def basins(*smes, sites=8):
    """Basins with so many firms each."""
    return tuple(
        Basin(f"b{k}", f"Basin {k}", n, sites, 0, fragility=0.2 + 0.3 * (k % 3),
              dominant_sector="metal" if k == 1 else "", dominant_share=0.3 if k == 1 else 0.0,
              head_offices=sites // 3)
        for k, n in enumerate(smes)
    )  # fmt: skip


def town(*smes, sites=8, months=40, opens=(("b0", 2),), changes=(), start_month=1, **rules):
    """The market place in the first of some basins, which reaches three firms in ten."""
    scheme = SchemeSpec("pacte_pme", PACTE | {"reach": 0.3} | rules, opens)
    territory = Territory("town", basins(*smes, sites=sites))
    return WorldSpec(territory, months, 2017, start_month, schemes=(scheme,), changes=tuple(changes))


def to(lever, value, month=0, ramp=0, *where):
    """A change of a lever of the market place."""
    return Change("pacte_pme", lever, value, month, ramp, where)


def used(world, contracts=20):
    """That contracts were won, and some ended: otherwise nothing was compared."""
    assert len(world.contracts) >= contracts
    assert (world.contracts.closed >= 0).any()
    return world


@pytest.mark.parametrize("seed", range(3))
def test_the_plain_scheme(seed):
    _, world = together(town(300, 100), LIVELY, seed)
    used(world)
    assert world.tables.locals.members[0] > 20
    assert world.tables.markets.unanswered[0] > 0


def test_the_plain_scheme_with_default_values():
    together(town(1200, 400, reach=PACTE.get("reach", 0.05)), {}, 5)


@pytest.mark.parametrize("seed", range(3))
def test_every_lever_open(seed):
    _, world = together(town(300, 100, months=54, **OPEN_WIDE), ACTIVE, seed)
    used(world, 100)
    won, market = world.contracts, world.tables.markets[0]
    assert market.meetings > 0
    assert market.given_away > 0
    assert {0, 1} == set(won.public) == set(won.neighbour)
    assert 0 < (won.link >= 0).sum() < len(won)
    assert ((won.link >= 0) != (won.buyer >= 0)).all()
    assert (won.supplier < 0).any()
    assert (won.given_away > 0).any()
    assert (world.files.state == 4).any()
    assert (world.tables.sellers.gave_up == 1).any()
    assert market.gone > 0
    assert market.spared > 0


RAMPS = (
    to("platform", 1, 10, 12), to("events_per_year", 5, 8, 6), to("events_per_year", 0, 30, 4),
    to("intermediaries", 0.7, 14, 8), to("pitch_coaching", 0.5, 5, 5), to("local_preference", 0.3, 12, 10),
    to("national_pact", 1, 9), to("national_pact", 0, 33), to("skills_axis", 1, 12), to("skills_axis", 0, 30),
    to("shared_structures", 0.3, 20, 6), to("joining_effort", 3, 7, 10), to("recruiting_effort", 3, 7, 10),
    to("platform", 0, 32),
)  # fmt: skip
SUDDEN = (
    to("national_pact", 1, 6), to("national_pact", 0.5, 20, 6), to("events_per_year", 12, 10),
    to("skills_axis", 1, 4), to("days", 5, 12, 6), to("pitch_coaching", 1, 15),
    to("local_preference", 0.5, 9), to("intermediaries", 1, 18), to("joining_effort", 0, 20),
    to("joining_effort", 5, 28), to("missions_per_site_year", 1, 20), to("coordinators", 1, 12, 8),
    to("outreach_effort", 2, 3),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "seed"), [(RAMPS, 1), (SUDDEN, 2), (RAMPS[:7] + SUDDEN[3:], 3)])
def test_policies_that_switch_on_in_the_middle(changes, seed):
    _, world = together(town(300, 100, changes=changes, recommitment_months=7.0), ACTIVE, seed)
    used(world)
    assert world.tables.markets.events[0] > 5
    assert len(world.files) > 5


def test_short_and_long_contracts():
    together(town(250, 80, contract_months=6.0, turnover_cap=0.05, **OPEN_WIDE), ACTIVE, 4)
    together(town(250, 80, contract_months=20.5, turnover_cap=1.0, **OPEN_WIDE), ACTIVE, 5)


def test_one_basin_only():
    _, world = together(town(300, **OPEN_WIDE), ACTIVE, 2)
    assert used(world).contracts.neighbour.sum() == 0


def test_market_places_in_two_basins_of_three():
    """They open one after the other; each takes suppliers from the others."""
    shape = town(200, 150, 100, opens=(("b0", 1), ("b1", 9)), start_month=7, **OPEN_WIDE)
    changes = (to("local_preference", 0, 20, 0, "b1"), to("pitch_coaching", 1, 24, 4, "b0"))
    _, world = together(replace(shape, changes=changes), ACTIVE, 3)
    won = used(world).contracts
    suppliers = won[won.supplier >= 0]
    homes = world.tables.smes.basin[suppliers.supplier]
    assert {(k, int(b)) for k, b in zip(suppliers.local, homes, strict=True)} == {
        (k, b) for k in (0, 1) for b in (0, 1, 2)
    }


def test_a_market_place_that_closes_leaves_contracts_behind():
    shape = town(250, 80, partners_min=3.0, changes=[to("recruiting_effort", 5)], **OPEN_WIDE)
    shape = replace(shape, schemes=(replace(shape.schemes[0], opens=(("b0", 0),)),))
    founders = replace(shape.territory.basins[0], founders=5)
    shape = replace(shape, territory=Territory("town", (founders, shape.territory.basins[1])))
    _, world = together(shape, ACTIVE | {"pacte_pme.exit_rate": 0.1, "fatigue_down": 0.02}, 1)
    closed = world.tables.locals.closed[0]
    assert 0 < closed < 38
    assert (world.contracts.ends > closed).any()


def test_large_buyers_are_missing():
    _, world = together(town(250, 80, sites=0, **OPEN_WIDE), ACTIVE, 1)
    assert len(world.contracts) > 20
    assert (world.contracts.buyer >= 0).all()


def test_one_firm_is_the_only_member():
    together(town(1, 30, sites=3, months=24, reach=1.0, founder_distance=1.0, **OPEN_WIDE), CROWDED, 1)


def test_few_firms_are_within_reach_or_none():
    together(town(250, 80, reach=0.004, **OPEN_WIDE), ACTIVE, 1)
    together(town(100, 50, months=8, reach=0.0, **OPEN_WIDE), ACTIVE, 1)


def test_nobody_posts_a_need():
    silent = {"pacte_pme.needs_rate": 0.0, "pacte_pme.member_needs": 0.0}
    _, world = together(town(200, 80, **OPEN_WIDE), ACTIVE | silent, 1)
    assert len(world.contracts) == 0
    assert world.tables.markets.meetings[0] > 0


@pytest.mark.parametrize("seed", range(2))
def test_so_many_needs_that_suppliers_have_nothing_left(seed):
    shape = town(120, 60, sites=5, reach=0.6, turnover_cap=1.0, **OPEN_WIDE)
    _, world = together(shape, CROWDED, seed)
    used(world, 500)
    lost = world.contracts[world.contracts.supplier >= 0]
    assert (lost.outside > 1e-6).any()
    assert (world.tables.size[lost.supplier] == 1.0).any()
    assert (world.flows.jobs == 0).any()


def test_firms_that_contracts_make_large(monkeypatch):
    """One reaches 250 jobs by what it wins, another as it has back what it had lost."""
    grown, real = set(), contracts.flow

    def noting(world, firm, cause, jobs, lost=False):
        """Notes whether a firm graduates."""
        before = firm.status
        real(world, firm, cause, jobs, lost)
        if firm.status != before:
            grown.add(lost)

    monkeypatch.setattr(contracts, "flow", noting)
    growing = CROWDED | {
        "entrant_size": 80.0, "adjust_rate": 0.15, "growth_drift": 0.09, "growth_large": 0.0,
        "pacte_pme.needs_rate": 1.0, "pacte_pme.member_needs": 0.3,
        "pacte_pme.categories": 2.0, "pacte_pme.posted_share": 1.0, "pacte_pme.purchase_share": 1.0,
        "pacte_pme.sme_share": 0.6,
    }  # fmt: skip
    together(town(120, 60, turnover_cap=1.0, contract_months=8.0, **OPEN_WIDE), growing, 1)
    assert grown == {False, True}


def with_others(order, months=36):
    """The market place beside other schemes in the same basins, which share its large sites."""
    where = basins(200, 100, sites=12)
    opens = tuple((place.id, 0) for place in where)
    market = PACTE | {"reach": 0.3} | OPEN_WIDE
    twin = {"needs_rate": 1.0, "joining": 2.0, "join_rate": 0.4, "willing": 3.0, "application_rate": 0.5}
    schemes = {
        "alize": SchemeSpec("alize", ALIZE, opens),
        "boost_innov": SchemeSpec("boost_innov", RULES | SMALL, opens),
        "pacte_pme": SchemeSpec("pacte_pme", market, (("b0", 2), ("b1", 5))),
        "twin": SchemeSpec("twin", market | twin, (("b0", 4),)),
    }
    where = tuple(replace(place, founders=5) for place in where)
    return WorldSpec(Territory("town", where), months, 2017, schemes=tuple(schemes[name] for name in order))


@pytest.mark.parametrize(
    "order",
    [
        ("alize", "pacte_pme", "boost_innov"),
        ("pacte_pme", "boost_innov", "alize"),
        ("pacte_pme", "alize", "twin"),
    ],
)
def test_beside_schemes_that_share_its_persons(order):
    _, world = together(with_others(order), OTHERS | BUSY | ACTIVE | {"alize.referral": 0.3}, 4)
    used(world)
    assert set(world.tables.locals.scheme[world.files.local]) == {0, 1, 2}
    served = world.tables.persons[world.tables.persons.missions > 0]
    assert len(set(world.tables.locals.scheme[served.local])) > 1


def drawn_from_priors(seed):
    """Every uncertainty and every lever of the market drawn, in one to three basins."""
    rng = generator(seed, 9400)
    values = {u.name: float(rng.uniform(u.low, u.high)) for u in uncertainties(["pacte_pme"])}
    values |= {"project_rate": 0.03, "pacte_pme.reach": float(rng.uniform(0.05, 0.9))}
    if seed % 2:
        values |= LIVELY
    changes = [
        to(lever, float(rng.uniform(low, high)), int(rng.integers(0, 24)), int(rng.integers(0, 12)))
        for lever, low, high in DRAWN
        if rng.uniform() < 0.7
    ]
    rules = {
        "contract_months": float(rng.uniform(6, 24)), "turnover_cap": float(rng.uniform(0.05, 1)),
        "recommitment_months": float(rng.choice([0.0, 5.0, 12.0])), "duplication": float(rng.uniform(0, 2)),
        "founder_distance": float(rng.choice([0.0, 0.3])), "partners_min": float(rng.choice([0.0, 0.0, 2.0])),
    }  # fmt: skip
    smes = [int(n) for n in rng.integers(50, 250, int(rng.integers(1, 4)))]
    opens = tuple(
        (f"b{k}", int(rng.integers(0, 8))) for k in range(len(smes)) if k == 0 or rng.uniform() < 0.3
    )
    shape = town(*smes, sites=int(rng.integers(0, 12)), months=32, opens=opens, changes=changes, **rules)
    shape = replace(shape, start_month=int(rng.integers(1, 13)))
    place = shape.schemes[0]
    shape = replace(
        shape, schemes=(replace(place, rules={k: v for k, v in place.rules.items() if k != "reach"}),)
    )
    return together(shape, values, seed)[1]


DRAWN = (
    ("platform", 0, 1), ("events_per_year", 0, 12), ("intermediaries", 0, 1), ("pitch_coaching", 0, 1),
    ("local_preference", 0, 0.5), ("national_pact", 0, 1), ("shared_structures", 0, 1), ("skills_axis", 0, 1),
    ("joining_effort", 0, 5), ("recruiting_effort", 0, 5), ("days", 2, 14), ("coordinators", 0, 4),
    ("missions_per_site_year", 0, 6), ("recognition", 0, 1), ("followup_months", 0, 12),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 106))
def test_many_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


def test_every_lever_of_the_market_is_drawn():
    market = {"platform", "events_per_year", "intermediaries", "pitch_coaching", "local_preference",
              "national_pact", "shared_structures", "skills_axis", "joining_effort"}  # fmt: skip
    assert market <= {lever for lever, _, _ in DRAWN} <= {*LEVERS}


def test_phase_by_phase_nothing_differs():
    """Also inside the month, and in the order of the lists."""
    shape = with_others(("alize", "pacte_pme", "boost_innov"), 24)
    reference = Reference(shape, OTHERS | BUSY | ACTIVE, 1)
    for month in (2, 9, 23):
        assert first_phase(reference, month) is None


@pytest.mark.parametrize("phase", ["membership", "market"])
def test_a_difference_is_found_in_its_phase(monkeypatch, phase):
    """A reference in which nobody joins, or nobody buys, is found out in that phase."""
    broken = tuple((name, act if name != phase else lambda model: None) for name, act in PHASES)
    monkeypatch.setattr(model, "PHASES", broken)
    monkeypatch.setattr(compare, "PHASES", broken)
    shape = town(200, 80, months=12)
    with pytest.raises(AssertionError, match=rf"month \d+, {phase}: "):
        agree(Reference(shape, ACTIVE, 1), World(shape, ACTIVE, 1), 12)
