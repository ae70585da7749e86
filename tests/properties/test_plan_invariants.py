"""Invariants of schemes made of actions: random small regions, rules and policies."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.parameters import FIELDS, uncertainties
from sim.spec import Change, WorldSpec
from sim.state import NEVER
from sim.world import World
from tests.properties.test_invariants import check
from tests.small_plan import EAGER, region

POLICY = (
    "seats_per_year", "budget_euros", "firm_share", "supply_adaptation", "diagnostic_coverage",
    "diagnostic_accuracy", "diagnostic_sharing", "integration", "days", "selection", "followup_months",
)  # fmt: skip
HIGHEST = {"seats_per_year": 300.0, "budget_euros": 1e6}


@st.composite
def random_regions(draw) -> tuple[WorldSpec, dict[str, float], int]:
    changes = []
    for lever in draw(st.lists(st.sampled_from(POLICY), max_size=4, unique=True)):
        field = FIELDS[lever]
        value = field.low + draw(st.floats(0, 1)) * (HIGHEST.get(lever, field.high) - field.low)
        value = float(round(value)) if lever in ("selection", "followup_months") else value
        changes.append(Change("plan_pme", lever, value, draw(st.integers(0, 30)), draw(st.integers(0, 6))))
    rules = {"group_firms": float(draw(st.integers(1, 4))), "path_months": float(draw(st.integers(1, 9)))}
    shape = region(
        basins=draw(st.integers(1, 3)), smes=draw(st.integers(1, 300)), months=draw(st.integers(1, 40)),
        rules=rules, changes=tuple(changes), large_sites=draw(st.integers(0, 4)),
    )  # fmt: skip
    values = EAGER | {
        u.name: u.low + draw(st.floats(0, 1)) * (u.high - u.low)
        for u in draw(st.lists(st.sampled_from(uncertainties(["plan_pme"])), max_size=6, unique=True))
    }
    return shape, values | {"project_rate": 0.02}, draw(st.integers(0, 2**62))


def check_actions(world: World) -> None:
    """What holds of actions at the end of any month."""
    t, files = world.tables, world.files
    assert np.isfinite(t.themes.credit).all()
    assert (t.themes.credit >= -1e-9).all()
    assert abs(t.themes.supply.sum() - 1.0) < 1e-9
    assert (t.themes.supply >= 0).all()
    started = files.started != NEVER
    assert (files.theme[started] >= 0).all()
    assert ((files.theme == files.need) == (files.read_rightly == 1))[files.theme != NEVER].all()
    assert (files.accepted == files.started).all()
    # 12,000 euros an action of seven days, others in proportion
    assert t.locals.expert_cost.sum() == pytest.approx(12_000.0 / 7 * t.locals.paid_days_total.sum())
    assert (t.locals.firm_cost <= t.locals.expert_cost + 1e-6).all()
    assert t.themes.recorded.sum() == ((files.diagnosed == 2) & (files.theme != NEVER)).sum()
    sizes = np.unique(files.cohort[started], return_counts=True)[1]
    assert set(sizes) <= {int(t.rules.group_firms[0])}
    assert (t.locals.under_way >= 0).all()
    assert t.locals.under_way.sum() == (files.state == 3).sum()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_regions())
def test_invariants_of_actions_hold_every_month(case):
    shape, values, seed = case
    world = World(shape, values, seed)
    for _ in range(shape.horizon_months):
        world.step()
        check(world)
        check_actions(world)
