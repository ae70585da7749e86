"""Invariants of the market place: random small territories, rules, values and policies."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.parameters import FIELDS, uncertainties
from sim.spec import Change, WorldSpec
from sim.state import N_TIES, NEVER, C
from sim.world import World
from tests.properties.test_invariants import check
from tests.small_market import LIVELY, place

POLICY = (
    "platform", "events_per_year", "intermediaries", "pitch_coaching", "local_preference", "national_pact",
    "shared_structures", "skills_axis", "joining_effort", "recruiting_effort", "days",
)  # fmt: skip


@st.composite
def random_places(draw) -> tuple[WorldSpec, dict[str, float], int]:
    changes = []
    for lever in draw(st.lists(st.sampled_from(POLICY), max_size=5, unique=True)):
        field = FIELDS[lever]
        value = field.low + draw(st.floats(0, 1)) * (field.high - field.low)
        changes.append(Change("pacte_pme", lever, value, draw(st.integers(0, 30)), draw(st.integers(0, 6))))
    rules = {"contract_months": float(draw(st.integers(6, 15))), "reach": draw(st.floats(0.01, 1.0))}
    shape = place(
        smes=draw(st.integers(1, 300)), months=draw(st.integers(1, 40)), sites=draw(st.integers(0, 12)),
        neighbours=draw(st.sampled_from((0, 1, 100))), start=0, rules=rules, changes=tuple(changes),
    )  # fmt: skip
    values = LIVELY | {
        u.name: u.low + draw(st.floats(0, 1)) * (u.high - u.low)
        for u in draw(st.lists(st.sampled_from(uncertainties(["pacte_pme"])), max_size=8, unique=True))
    }
    return shape, values, draw(st.integers(0, 2**62))


def check_market(world: World) -> None:
    """What holds of a market place at the end of any month."""
    t, contracts, m = world.tables, world.contracts, world.tables.markets
    np.testing.assert_allclose(contracts.held, contracts.displaced + contracts.outside, atol=1e-12)
    assert (contracts.held >= -1e-12).all()
    assert (contracts.held <= contracts.jobs + 1e-12).all()
    assert (contracts.value[contracts.closed == NEVER] > 0).all()
    assert abs(t.causes[C].sum() - (m.outside - m.spared + m.gone).sum()) < 1e-9
    assert (m.gone >= -1e-12).all()
    assert (m.spared >= -1e-12).all()
    assert (m.unanswered <= m.needs).all()
    assert m.contracts.sum() == len(contracts)
    assert (m.contracts <= m.needs - m.unanswered).all()
    assert t.counts[N_TIES] <= len(t.ties)
    assert ((t.buyers.share > 0) & (t.buyers.share <= 1)).all()
    running = contracts[(contracts.closed == NEVER) & (contracts.ends >= world.month)]
    rows = world.memberships
    weight = np.bincount(running.seller, running.value, minlength=len(rows))
    np.testing.assert_allclose(weight, t.sellers.value[: len(rows)], atol=1e-5)
    assert (t.locals.members >= 0).all()
    members = ((rows.joined != NEVER) & (rows.left == NEVER)).sum()
    assert t.locals.members.sum() == members


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_places())
def test_invariants_of_the_market_hold_every_month(case):
    shape, values, seed = case
    world = World(shape, values, seed)
    for _ in range(shape.horizon_months):
        world.step()
        check(world)
        check_market(world)
