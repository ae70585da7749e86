"""Invariants that hold for any valid input: random small worlds, random rules, random policies."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.parameters import FIELDS, LEVERS, uncertainties
from sim.spec import Change, WorldSpec
from sim.state import ACTIVE, COHORT, DEAD, GRADUATED, N_SEATS, NEVER, OFFERED, OPEN, STARTED, TRANSITION, B
from sim.world import World
from tests.small import spec

NUMERIC = {
    "days": (0.0, 20.0), "advance_euros": (0.0, 40_000.0), "fund_euros": (0.0, 300_000.0),
    "committee_period_months": (1.0, 8.0), "coordinators": (0.0, 3.0), "selection": (0.0, 4.0),
    "recruiting_effort": (0.0, 5.0), "missions_per_site_year": (0.0, 10.0), "rest_months": (0.0, 12.0),
    "paid_days_per_year": (0.0, 100.0), "followup_months": (0.0, 24.0), "jobs_min": (0.0, 10.0),
    "age_min_months": (0.0, 60.0), "partners_min": (0.0, 5.0), "recognition": (0.0, 1.0),
    "referral_effort": (0.0, 3.0), "outreach_effort": (0.0, 10.0), "standard_shift": (-2.0, 2.0),
    "revitalisation_share": (0.0, 1.0), "screening": (0.0, 1.0), "facilitators": (0.0, 6.0),
    "cohorts_per_year": (0.0, 6.0), "quality_floor": (0.0, 1.0), "opening_pace": (0.1, 12.0),
    "opening_places": (0.0, 3.0), "training_places": (0.0, 9.0), "preparation": (0.0, 1.0),
    "alumni_events": (0.0, 1.0),
}  # fmt: skip
WHOLE = {"committee_period_months", "selection", "rest_months", "followup_months", "age_min_months"}


def number(name: str, low: float, high: float) -> st.SearchStrategy[float]:
    if name in WHOLE:
        return st.integers(int(low), int(high)).map(float)
    return st.floats(low, high, allow_nan=False)


levers = st.sampled_from(sorted(NUMERIC)).flatmap(
    lambda name: st.tuples(st.just(name), number(name, *NUMERIC[name]), st.integers(0, 30), st.integers(0, 6))
)


@st.composite
def random_worlds(draw) -> tuple[WorldSpec, dict[str, float], int]:
    fmt = draw(st.sampled_from([0.0, 0.0, 1.0]))
    rules = {"format": fmt, "takes_structuring": 1.0, "last_resort_months": 1.0}
    if fmt:
        rules |= {"seats_directors": 2.0, "seats_volunteers": 3.0, "months_needed": 2.0, "jobs_min": 1.0,
                  "path_months": 3.0, "committee_period_months": 1.0}  # fmt: skip
        for name, low, high in (
            ("offer_lapse", 0.0, 1.0), ("recall", 0.0, 0.5), ("readiness", 0.0, 1.0),
            ("half_views", 0.0, 3.0), ("slowdown", 0.0, 0.1), ("implementation_months", 0.0, 6.0),
            ("seats_facilitators", 0.0, 3.0), ("transfer", 0.5, 1.0),
            ("rigour_gain", 0.0, 0.2), ("misfit_harm", 0.0, 1.0),
            ("tie_effect", 0.0, 1.0), ("isolation_gain", 0.0, 1.0), ("attendance", 0.0, 1.0),
        ):  # fmt: skip
            if draw(st.booleans()):
                rules[name] = draw(st.floats(low, high))
    found = {item[0]: item for item in draw(st.lists(levers, max_size=4))}
    changes = tuple(Change("alize", *item) for item in found.values())
    shape = spec(
        basins=draw(st.integers(1, 3)), smes=draw(st.integers(1, 300)), months=draw(st.integers(1, 48)),
        large_sites=(large := draw(st.integers(0, 12))), founders=draw(st.integers(0, large)), rules=rules,
        changes=changes, start_year=draw(st.sampled_from([1998, 2004, 2007])),
    )  # fmt: skip
    values = {
        u.name: u.low + draw(st.floats(0, 1)) * (u.high - u.low)
        for u in draw(st.lists(st.sampled_from(uncertainties(["alize"])), max_size=6, unique=True))
    }
    values |= {"alize.referral": 0.8, "alize.application_rate": 0.8, "project_rate": 0.01}
    return shape, values, draw(st.integers(0, 2**62))


def check(world: World) -> None:
    """Every invariant of a world at the end of a month."""
    t, files = world.tables, world.files
    # no NaN, sizes at least one, shares in [0, 1]
    for column in (t.size, t.causes, t.series, t.local_series, t.exposure):
        assert np.isfinite(column).all()
    alive = t.size > 0
    assert (t.size[alive] >= 1.0 - 1e-12).all()
    assert set(t.smes.status[alive]) <= {ACTIVE, GRADUATED}
    assert (t.smes.status[~alive & (t.smes.entry_size > 0)] == DEAD).all()
    for share in (t.smes.capability, t.smes.openness, t.smes.finance, t.sites.fatigue, t.basins.cooperation):
        assert (share >= 0).all()
        assert (share <= 1).all()
    # jobs by cause
    from_start = (t.uid >> np.uint64(24)) & np.uint64(0xFFFF) == 0
    start = np.where(from_start, t.smes.entry_size, 0.0)
    assert np.allclose(start + t.causes.sum(axis=0), t.size, atol=1e-8)
    assert (t.causes[B][from_start] == 0).all()
    # euros
    k = t.locals
    assert (k.fund >= -1e-6).all()
    assert np.allclose(k.fund, k.endowed - k.advanced + k.repaid, atol=1e-4)
    assert np.allclose(k.advanced, k.repaid + k.outstanding + k.lost, atol=1e-4)
    assert (t.basins.grant_fund >= 0).all()
    # persons: one mission at once, days within the year's limit, missions counted once
    seats = t.seats[: t.counts[N_SEATS]]
    busy = np.concatenate(
        [
            files.person[(files.state == STARTED) & (files.person != NEVER)],
            seats.person[seats.under_way == 1],
        ]
    )
    assert len(set(busy)) == len(busy)
    assert (t.persons.state[busy.astype(int)] == 1).all()
    assert (t.persons.state == 1).sum() == len(busy)
    assert (t.persons.days_year <= t.economy.person_days_max[0] + 1e-9).all()
    assert t.persons.missions.sum() == k.missions.sum()
    assert (t.persons.state == OFFERED).sum() == k.waiting.sum()
    for share in (t.persons.skill, t.smes.ties, k.rigour):
        assert (share >= 0).all()
        assert (share <= 1 + 1e-12).all()
    # support only to eligible firms; helped files were accepted before
    started = files[files.started != NEVER]
    assert (started.accepted != NEVER).all()
    assert (started.started >= started.accepted).all()
    assert (files["size"] < 250).all()
    assert (files["size"] >= 1).all()
    # a firm has at most one file under way, and its row says which
    waiting = np.flatnonzero(np.isin(files.state, (0, 2, 3)))
    assert len(set(files.firm[waiting])) == len(waiting)
    assert (t.smes.file[files.firm[waiting]] == waiting).all()
    # a cohort is whole
    if len(seats):
        cohorts, sizes = np.unique(seats.cohort, return_counts=True)
        assert set(sizes) == {3}
        seated = (files.cohort != NEVER) & (t.rules.format[files.local] == COHORT)  # groups have numbers too
        directors = np.unique(files.cohort[seated], return_counts=True)
        assert (directors[0] == cohorts).all()
        assert set(directors[1]) == {2}
    # open projects belong to living firms and are their only one
    projects = world.projects
    held = np.flatnonzero(projects.state == OPEN)
    held = held[alive[projects.firm[held]]]
    assert (t.smes.project[projects.firm[held]] == held).all()
    assert t.busy.sum() == len(held)
    assert (projects.need <= 6).all()
    assert (projects.due >= projects.opened).all()
    assert TRANSITION == 2


def check_every_month(shape: WorldSpec, values: dict[str, float], seed: int) -> None:
    world = World(shape, values, seed)
    for _ in range(shape.horizon_months):
        world.step()
        check(world)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_worlds())
def test_invariants_hold_every_month(case):
    check_every_month(*case)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_worlds())
def test_invariants_hold_in_many_worlds(case):
    check_every_month(*case)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_worlds())
def test_the_control_world_does_not_depend_on_the_scheme(case):
    shape, values, seed = case
    from tests.small import same_firms

    other = World(shape.without_schemes(), values, seed).run()
    again = World(shape.without_schemes(), {k: v for k, v in values.items() if "." not in k}, seed).run()
    assert same_firms(other, again)


def test_every_lever_may_stand_at_its_bounds():
    for name in LEVERS:
        for value in {FIELDS[name].low, FIELDS[name].high}:
            shape = spec(basins=1, smes=200, months=14, changes=(Change("alize", name, value),))
            world = World(shape, {"alize.referral": 0.8, "project_rate": 0.01}, 3).run()
            assert np.isfinite(world.tables.size).all(), name
