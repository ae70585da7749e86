"""All five schemes at once in a small region, in the model and in the independent reference: as it is; under
a policy that coordinates them, with hosts, partners lent between basins and large sites that close; and
with values drawn from their priors."""

from dataclasses import replace

import numpy as np
import pytest

from sim.draws import generator
from sim.parameters import uncertainties
from sim.spec import Change, Closure
from sim.world import World
from tests.reference import compare, economy, pathways
from tests.reference.compare import agree, together
from tests.reference.model import Reference
from tests.small_five import EAGER, FIVE, region

# more happens in as many months
BUSY = EAGER | {"project_rate": 0.02, "idea_rate": 0.03, "subcontractor_loss": 0.4, "turnover_advice": 0.05}
CLOSING = (Closure("b0", 14, 1.0, 0.6), Closure("b1", 20, 0.5, 0.8), Closure("b0", 20, 0.3, 1.0))
RULES = {
    "alize": {"pooling": 1.0, "advance_euros": 20_000.0, "requests_per_month": 6.0, "advance_share": 0.7,
              "fund_euros": 300_000.0, "host": 1.0, "founders_max": 2.0, "candidates_max": 4.0,
              "rest_months": 5.0, "missions_per_site_year": 3.0},
    "boost_innov": {"host": 2.0, "candidates_max": 7.0, "founders_max": 6.0},
    "plan_pme": {"host": 2.0, "coordination": 0.2},
    "pole": {"founders_max": 3.0},
    "pacte_pme": {"pooling": 1.0, "candidates_max": 5.0, "host": 1.0},
}  # fmt: skip


def to(scheme, lever, value, month=0, ramp=0, *basins):
    """A change of a lever of a scheme."""
    return Change(scheme, lever, value, month, ramp, basins)


POLICY = (
    to("alize", "coordination", 1.0, 12), to("boost_innov", "coordination", 0.6, 12, 6),
    to("plan_pme", "coordination", 0.9, 12), to("pole", "coordination", 0.3, 15),
    to("pacte_pme", "coordination", 0.8, 10, 4, "b0", "b1"), to("plan_pme", "dominant_only", 1.0, 6, 0, "b1"),
    to("pole", "host", 1, 12), to("alize", "host", 0, 18, 0, "b2"), to("pacte_pme", "pooling", 0.0, 20),
    to("alize", "pooling", 0.0, 24, 0, "b0"),
)  # fmt: skip


def small(months=30, rules=None, changes=(), closures=(), share=1.0, regions=("R", "R", "R"), smes=100):
    """The region with a hundred firms a basin."""
    shape = region(
        FIVE, smes, months, rules=rules, changes=changes, closures=closures, large_sites=8, regions=regions
    )
    return replace(shape, constants=replace(shape.constants, technology_share=share))


def lent(world):
    """Files whose volunteer comes from another local scheme."""
    files, links = world.files, world.tables.partnerships
    return (files.link >= 0) & (links.local[files.link] != files.local)


def all_act(world):
    """Files at the schemes that make them, memberships, R&D and contracts."""
    t = world.tables
    formats = t.rules["format"][world.files.local]
    assert {0.0, 1.0, 2.0} <= set(formats)
    assert (t.memberships.joined >= 0).sum() > 20
    assert (world.rd.started >= 0).any()
    assert t.markets.contracts.sum() > 0
    return world


def test_order_of_schemes_is_their_own():
    backwards = region(FIVE[::-1], 30, 1)
    assert [s.name for s in backwards.schemes] == [s.name for s in region(FIVE, 30, 1).schemes]


@pytest.mark.parametrize("seed", range(2))
def test_all_five_as_they_are(seed):
    all_act(together(small(), BUSY, seed)[1])


@pytest.mark.parametrize("seed", [5, 6])
def test_all_five_coordinated_half_way(seed):
    _, world = together(small(30, RULES, POLICY, CLOSING, 0.5), BUSY, seed)
    all_act(world)
    t = world.tables
    assert lent(world).any()
    assert (t.smes.dependence[t.smes.status > 0] < 1.0).sum() > 5
    assert (world.files.advance == 20_000.0).any()
    lost = np.array(t.series)[:, :, compare.FIRST_CAUSE + compare.CAUSES.index("K")]
    assert (lost[[14, 20, 20], [0, 0, 1]] < 0.0).all()


def test_what_is_new_acts():
    """Each part of the policy changes the world in which it is."""
    files, seed = {}, 2
    shapes = {
        "all": (RULES, POLICY, CLOSING, 0.5),
        "no closure": (RULES, POLICY, (), 0.5),
        "never coordinated": (RULES, tuple(c for c in POLICY if c.lever != "coordination"), CLOSING, 0.5),
        "chambers": ({n: r | {"host": 0.0} for n, r in RULES.items()}, POLICY, CLOSING, 0.5),
        "no pooling": ({n: r | {"pooling": 0.0} for n, r in RULES.items()}, POLICY, CLOSING, 0.5),
        "every sector": (RULES, tuple(c for c in POLICY if c.lever != "dominant_only"), CLOSING, 0.5),
        "all near": (RULES, POLICY, CLOSING, 1.0),
    }
    for name, (rules, changes, closures, share) in shapes.items():
        world = World(small(30, rules, changes, closures, share), BUSY, seed).run()
        files[name] = world.tables.size.sum()
    assert len(set(files.values())) == len(shapes), files


SHAPES = {
    "other regions": ({"regions": ("R", "S", "R")}, {}),
    "regions without a name": ({"regions": ("", "", "S")}, {}),
    "nobody crowded out": ({}, {"crowding": 0.0, "referral_rivalry": 0.0, "duplicated_cost": 0.0}),
    "all rivals": ({}, {"crowding": 0.9, "referral_rivalry": 1.0, "duplicated_cost": 1.0}),
    "hosts that leave nothing": ({}, {f"{name}.host_referral": 0.0 for name in FIVE}),
    "hosts that bring all together": ({}, {f"{n}.host_intercommunal": 4.0 for n in FIVE}
                                      | {"cooperation_gain": 0.5}),
    "one candidate": ({"rules": {name: {"candidates_max": 1.0, "pooling": 1.0, "partners_min": 0.0}
                                 for name in FIVE}}, {}),
    "no candidate": ({"rules": {name: {"candidates_max": 0.0, "pooling": 1.0, "partners_min": 0.0}
                                for name in ("alize", "boost_innov")}}, {}),
    "no founder": ({"rules": {name: {"founders_max": 0.0, "partners_min": 0.0} for name in FIVE}},
                   {"alize.join_rate": 2.0}),
    "lenders of all days": ({"rules": RULES | {"alize": RULES["alize"] | {
        "days": 9.0, "pooling": 1.0, "path_months": 5.0, "requests_per_month": 12.0}}},
        {"alize.pooling_acceptance": 1.0, "alize.willing": 2.0, "person_days_max": 20.0, "alize.lapse": 0.9,
         "alize.recovery": 0.3, "alize.volunteer_learning": 0.5}),
    "only dominant": ({"rules": {name: {"dominant_only": 1.0} for name in FIVE}}, {}),
    "no advance too large": ({"rules": {"alize": RULES["alize"] | {
        "advance_euros": 90_000.0, "cash_months": 2.0, "cash_months_agreement": 1.0}}},
        {"alize.advance_half": 1000.0, "alize.advance_finance_gain": 0.6}),
    "closures from the first month": ({"closures": (
        Closure("b2", 0), Closure("b2", 0, 0.5, 1.0), Closure("b0", 0, 0.0, 1.0),
        Closure("b1", 1, 1.0, 0.0))}, {}),
    "closures and cuts": ({"closures": tuple(Closure("b1", m, 0.2, 0.9) for m in range(4, 20, 3))},
                          {"restructuring_hazard": 0.1, "diversification": 1.0, "restructuring_share": 0.05,
                           "subcontractor_loss": 0.5}),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_awkward_shapes(name):
    given, values = SHAPES[name]
    shape = {"rules": RULES, "changes": POLICY, "closures": CLOSING, "share": 0.5} | given
    together(small(26, **shape), BUSY | values, 3)


def drawn_from_priors(seed):
    """Every uncertainty of the five schemes and of the economy, and every lever that is new, drawn."""
    rng = generator(seed, 9600)
    values = {u.name: float(rng.uniform(u.low, u.high)) for u in uncertainties(FIVE)}
    values |= {"project_rate": 0.02, "technology_reach": 0.4, "idea_rate": 0.03}
    rules = {
        name: {
            "candidates_max": float(rng.integers(2, 9)), "founders_max": float(rng.integers(1, 9)),
            "coordination": float(rng.uniform(0, 1)), "host": float(rng.integers(0, 3)),
            "pooling": float(rng.integers(0, 2)), "dominant_only": float(rng.uniform() < 0.2),
            "advance_euros": float(rng.choice([0.0, 5_000.0, 20_000.0])), "fund_euros": 200_000.0,
            "partners_min": float(rng.choice([0.0, 0.0, 2.0])),
        }
        for name in FIVE
    }  # fmt: skip
    changes = tuple(
        to(name, lever, float(value), int(rng.integers(0, 24)), int(rng.integers(0, 9)))
        for name in FIVE
        for lever, value in (
            ("coordination", rng.uniform(0, 1)), ("host", rng.integers(0, 3)),
            ("pooling", rng.integers(0, 2)), ("referral_effort", rng.uniform(0, 4)),
        )
        if rng.uniform() < 0.5
    )  # fmt: skip
    closures = tuple(
        Closure(
            f"b{rng.integers(0, 3)}", int(rng.integers(0, 30)), rng.uniform(0, 1), float(rng.uniform(0, 1))
        )
        for _ in range(4)
    )
    regions = tuple(str(rng.choice(["R", "S"])) for _ in range(3))
    shape = small(36, rules, changes, closures, float(rng.uniform(0.2, 1)), regions)
    return together(replace(shape, start_month=int(rng.integers(1, 13))), values, seed)[1]


@pytest.mark.parametrize("seed", range(2))
def test_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 64))
def test_many_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


@pytest.mark.parametrize(
    ("module", "name", "wrong", "phase", "where"),
    [
        (pathways, "lenders", lambda model, local: [], "matching", "site"),
        (pathways, "own_funds_gained", lambda file: 0.25, "matching", "project"),
        (economy, "hit_subcontractors", lambda *_: None, "restructuring", "firm"),
    ],
)
def test_a_difference_is_found_in_its_phase(monkeypatch, module, name, wrong, phase, where):
    """A reference in which a part is wrong is found out in its phase."""
    monkeypatch.setattr(module, name, wrong)
    shape = small(16, RULES, POLICY, CLOSING, 0.5)
    with pytest.raises(AssertionError, match=rf"month \d+, {phase}: .*\n  {where}"):
        agree(Reference(shape, BUSY, 6), World(shape, BUSY, 6), 16)
