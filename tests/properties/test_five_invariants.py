"""Invariants of several schemes in one region: any mix, random levers, closures, pooled partners."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.pair import Pair
from sim.parameters import FIELDS, uncertainties
from sim.spec import Change, Closure, WorldSpec
from sim.state import MARKET
from sim.world import World
from tests.properties.test_invariants import check
from tests.properties.test_market_invariants import check_market
from tests.small_five import EAGER, FIVE, region

SHARED = ("coordination", "host", "pooling", "dominant_only", "referral_effort", "days", "recruiting_effort")


@st.composite
def random_mixes(draw) -> tuple[WorldSpec, dict[str, float], int]:
    schemes = draw(st.lists(st.sampled_from(FIVE), min_size=1, max_size=5, unique=True))
    changes = []
    for lever in draw(st.lists(st.sampled_from(SHARED), max_size=4, unique=True)):
        field = FIELDS[lever]
        high = min(field.high, 12.0)
        value = field.low + draw(st.floats(0, 1)) * (high - field.low)
        if lever in ("host", "pooling", "dominant_only"):
            value = float(round(value))
        changes.append(Change(draw(st.sampled_from(schemes)), lever, value, draw(st.integers(0, 20))))
    closures = tuple(
        Closure(f"b{b}", draw(st.integers(0, 30)), draw(st.floats(0, 1)), draw(st.floats(0, 1)))
        for b in draw(st.lists(st.integers(0, 2), max_size=2, unique=True))
    )
    shape = region(
        schemes, smes=draw(st.integers(1, 200)), months=draw(st.integers(1, 36)),
        large_sites=draw(st.integers(1, 10)), changes=tuple(changes), closures=closures,
        regions=draw(st.sampled_from([("R", "R", "R"), ("R", "Q", "R")])),
    )  # fmt: skip
    values = EAGER | {
        u.name: u.low + draw(st.floats(0, 1)) * (u.high - u.low)
        for u in draw(st.lists(st.sampled_from(uncertainties(schemes)), max_size=6, unique=True))
    }
    return shape, values, draw(st.integers(0, 2**62))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_mixes())
def test_invariants_of_any_mix_hold_every_month_and_its_waterfall_sums(case):
    shape, values, seed = case
    world, without = World(shape, values, seed), World(shape.without_schemes(), values, seed)
    for _ in range(shape.horizon_months):
        world.step()
        without.step()
        check(world)
        assert ((world.tables.smes.dependence >= 0) & (world.tables.smes.dependence <= 1)).all()
    if (world.tables.rules.format == MARKET).any():
        check_market(world)
    bars = Pair(world, without).waterfall()
    parts = bars["net"] + bars["deadweight"] + bars["displacement"] - bars["spillover"]
    assert bars["realised"] == pytest.approx(parts + bars["attrition"] + bars["other"], abs=1e-8)
