"""Invariants of pôles: random small regions, rules and policies."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.parameters import FIELDS, uncertainties
from sim.parameters.pole import POLE_RULES
from sim.rd import (
    RD_ABANDONED,
    RD_FILED,
    RD_FINISHED,
    RD_GIVEN_UP,
    RD_NEW,
    RD_RUNNING,
)
from sim.spec import Change, WorldSpec
from sim.state import (
    N_MEMBERS,
    NEVER,
    PERSONS_PER_SITE,
)
from sim.world import World
from tests.properties.test_invariants import check
from tests.small_pole import EAGER, region

POLICY = (*(r.name for r in POLE_RULES if r.role == "lever"), "joining_effort", "integration",
          "committee_period_months")  # fmt: skip
HIGHEST = {"call_euros": 2e7, "sme_call_euros": 1e7}


@st.composite
def random_regions(draw) -> tuple[WorldSpec, dict[str, float], int]:
    changes = []
    for lever in draw(st.lists(st.sampled_from(POLICY), max_size=5, unique=True)):
        field = FIELDS[lever]
        value = field.low + draw(st.floats(0, 1)) * (HIGHEST.get(lever, field.high) - field.low)
        changes.append(Change("pole", lever, value, draw(st.integers(0, 30)), draw(st.integers(0, 6))))
    rules = {
        "rd_months": float(draw(st.integers(6, 24))),
        "setup_months": float(draw(st.integers(0, 6))),
        "tranche_months": float(draw(st.integers(1, 12))),
        "group_files": float(draw(st.integers(0, 20))),
    }
    shape = region(
        basins=draw(st.integers(1, 3)), smes=draw(st.integers(1, 250)), months=draw(st.integers(1, 48)),
        rules=rules, changes=tuple(changes), large_sites=draw(st.integers(0, 4)),
    )  # fmt: skip
    values = EAGER | {
        u.name: u.low + draw(st.floats(0, 1)) * (u.high - u.low)
        for u in draw(st.lists(st.sampled_from(uncertainties(["pole"])), max_size=6, unique=True))
    }
    return shape, values, draw(st.integers(0, 2**62))


def check_research(world: World) -> None:
    """What holds of members, research and its money at the end of any month."""
    t, rd, k = world.tables, world.rd, world.tables.locals
    alive = t.size[rd.firm] > 0
    assert alive[(rd.state <= RD_RUNNING)].all()
    begun = np.isin(rd.state, (RD_RUNNING, RD_FINISHED, RD_ABANDONED))
    assert (rd.started[begun] != NEVER).all()
    assert (rd.started[np.isin(rd.state, (RD_NEW, RD_FILED, RD_GIVEN_UP))] == NEVER).all()
    assert (rd.state != RD_NEW).all()  # every idea is decided on within its month
    assert (rd.local[rd.state == RD_FILED] != NEVER).all()
    for name in ("spent", "committed", "paid", "posts", "jobs", "cost", "scope"):
        assert np.isfinite(rd[name]).all()
        assert (rd[name] >= 0).all()
    assert (rd.paid <= rd.committed * (1 + 1e-12)).all()
    to_come = np.where(rd.state == RD_RUNNING, rd.committed - rd.paid, 0.0)
    here = rd.local != NEVER
    due = np.bincount(rd.local[here], to_come[here], len(k))
    assert np.allclose(k.aid_committed, k.aid_paid + due + k.aid_cancelled)
    running = np.bincount(rd.researcher[rd.state == RD_RUNNING], minlength=len(world.researchers))
    living = t.size[world.researchers.firm] > 0
    assert np.array_equal(running[living], world.researchers.running[living])
    assert (rd.stopped[(rd.state == RD_FINISHED) | (rd.state == RD_ABANDONED)] != NEVER).all()
    assert (rd.hired_months <= 12).all()
    rows = world.memberships
    lasting = (rows.joined != NEVER) & (rows.left == NEVER)
    assert k.members.sum() == lasting.sum() == t.counts[N_MEMBERS]
    assert np.array_equal(np.sort(t.members.membership[: t.counts[N_MEMBERS]]), np.flatnonzero(lasting))
    places = rows.place[lasting]
    assert np.array_equal(t.members.membership[places], np.flatnonzero(lasting))
    assert ((k.agenda >= 0) & (k.agenda <= 1)).all()
    assert ((k.service > 0) & (k.service <= 1)).all()
    assert (k.selected <= k.judged).all()
    assert (k.group_funded <= k.selected).all()
    assert (k.group_filed <= k.judged).all()
    # sponsors give days of their persons: here nobody is on a mission
    booked = t.persons.days_year.reshape(-1, PERSONS_PER_SITE)
    willing = np.floor(t.rules.willing).max(initial=0.0)
    assert (booked.sum(axis=1) <= willing * t.economy.person_days_max[0] + 1e-9).all()
    assert (t.partnerships.load <= booked.sum(axis=1)[t.partnerships.site] + 1e-9).all()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_regions())
def test_invariants_of_research_hold_every_month(case):
    shape, values, seed = case
    world = World(shape, values, seed)
    alone = World(shape.without_schemes(), values, seed)
    for _ in range(shape.horizon_months):
        world.step()
        alone.step()
        check(world)
        check_research(world)
        check_research(alone)
