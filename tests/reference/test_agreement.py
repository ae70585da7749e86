"""The model and the independent reference, written from docs/odd.md alone, give the same world: firm by firm,
month by month, every column, to 1e-9."""

import pytest

from sim.draws import generator
from sim.parameters import uncertainties
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.state import N_COHORTS
from sim.world import World
from tests.reference import compare, model
from tests.reference.compare import agree, together
from tests.reference.model import PHASES, Reference
from tests.small import spec

# much happens in a small world
LIVELY = {
    "project_rate": 0.012,
    "alize.referral": 0.8,
    "alize.application_rate": 0.9,
    "restructuring_hazard": 0.006,
}
COHORTS = {
    "format": 1.0, "takes_expansion": 0.0, "seats_directors": 2.0, "seats_volunteers": 3.0,
    "path_months": 3.0, "days": 6.5, "months_needed": 4.0, "jobs_min": 0.0,
    "committee_period_months": 1.0, "patience_months": 18.0, "advance_euros": 0.0,
    "age_min_months": 0.0, "referral": 0.9, "application_rate": 0.9, "standard": -99.0,
    "queue_lapse": 0.06, "quality": 0.7, "implementation": 0.5, "willing": 12.0, "lapse": 0.9,
    "fatigue_up": 0.025, "join_rate": 0.1, "exit_rate": 0.05, "exit_fatigue": 2.0,
    "rest_months": 2.0,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_the_world_without_support(seed):
    shape = spec(basins=3, smes=120, months=48).without_schemes()
    together(shape, {"project_rate": 0.01, "restructuring_hazard": 0.006}, seed)


def test_a_past_in_which_firms_never_stopped_fits_the_table_of_projects():
    shape = spec(basins=2, smes=700, months=12).without_schemes()
    always = {"project_rate": 0.01, "project_rate_size": 4.0, "success_base": 10.0}
    values = always | {"project_months_min": 6.0, "project_months_mean": 0.5}
    reference, world = Reference(shape, values, 1), World(shape, values, 1)
    assert not list(compare.differences(reference, world))
    assert len(world.projects) > 1.4 * 1400
    held = [project.firm for project in reference.projects]
    assert max(map(held.count, held)) <= 4  # what ``most_recalled`` leaves room for


def test_responses_that_defaults_leave_silent():
    values = {"project_rate_size": 0.2, "demand_sd": 0.05, "demand_scale": 1.7, "growth_gain": 0.15}
    together(spec(basins=2, smes=120, months=36).without_schemes(), values, 7)
    together(spec(basins=2, smes=120, months=36).without_schemes(), {"project_rate_size": -0.2}, 8)


@pytest.mark.parametrize("seed", range(3))
def test_alize_with_default_values_and_more_files(seed):
    _, world = together(spec(basins=3, smes=150, months=60), LIVELY, seed)
    states = set(world.files.state)
    assert {1, 4} <= states  # some rejected, some completed
    assert world.tables.locals.advanced.sum() > 0


def test_alize_where_partners_are_few_and_schemes_close():
    _, world = together(
        spec(basins=3, smes=150, months=72, large_sites=3, founders=3), LIVELY | {"alize.fatigue_up": 0.1}, 2
    )
    assert (world.tables.locals.closed >= 0).any()


@pytest.mark.parametrize(
    "changes",
    [
        (Change("alize", "recruiting_effort", 4.0, 12, 10), Change("alize", "days", 9.0, 6, 18)),
        (Change("alize", "missions_per_site_year", 1.0), Change("alize", "paid_days_per_year", 40.0, 6),
         Change("alize", "followup_months", 12.0)),
        (Change("alize", "selection", 1.0), Change("alize", "selection", 2.0, 20),
         Change("alize", "coordinators", 0.1, 30)),
        (Change("alize", "selection", 3.0), Change("alize", "selection", 4.0, 20),
         Change("alize", "rest_months", 6.0, 10, basins=("b1",))),
        (Change("alize", "recognition", 1.0), Change("alize", "firm_share", 0.4),
         Change("alize", "revitalisation_share", 1.0, 10), Change("alize", "days", 0.0, 30)),
    ],
)  # fmt: skip
def test_policies(changes):
    together(spec(basins=2, smes=150, months=54, changes=changes), LIVELY, 4)


def test_law_and_endowment_inside_the_run():
    shape = spec(basins=2, smes=120, months=60, start_year=2003, rules={"revitalisation_share": 0.9})
    late = SchemeSpec("alize", shape.schemes[0].rules, (("b0", 0), ("b1", 50)))
    together(WorldSpec(shape.territory, 60, 2003, 5, (late,)), LIVELY | {"restructuring_hazard": 0.006}, 3)


def test_a_cohort_scheme_from_data_alone():
    places = (Basin("lyon", "Lyon", 400, 14, 12, head_offices=14), Basin("ain", "Ain", 150, 6))
    peers = SchemeSpec("peers", COHORTS, (("lyon", 0), ("ain", 6)))
    _, world = together(
        WorldSpec(Territory("t", places), 54, 2018, schemes=(peers,)), {"project_rate": 0.02}, 6
    )
    assert world.tables.counts[N_COHORTS] > 2


def test_two_schemes_in_one_world():
    shape = spec(basins=2, smes=150, months=42)
    peers = SchemeSpec("peers", COHORTS | {"takes_expansion": 1.0}, (("b0", 3), ("b1", 0)))
    both = WorldSpec(shape.territory, 42, 2003, schemes=(shape.schemes[0], peers))
    _, world = together(both, LIVELY, 5)
    assert len(set(world.tables.locals.scheme[world.files.local])) == 2


def drawn_from_priors(seed):
    """Both run with every uncertainty drawn from its prior, few or many sites."""
    rng = generator(seed, 9100)
    values = {u.name: float(rng.uniform(u.low, u.high)) for u in uncertainties(["alize"])}
    values |= {"project_rate": 0.01, "alize.referral": float(rng.uniform(0.3, 0.6)) + 0.2}
    sites = int(rng.integers(2, 12))
    together(spec(basins=2, smes=100, months=36, large_sites=sites, founders=2), values, seed)


@pytest.mark.parametrize("seed", range(3))
def test_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 106))
def test_many_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


def test_a_difference_is_said_with_month_phase_row_and_column(monkeypatch):
    """A reference that forgets to displace is found out in the phase of displacement."""
    shape = spec(basins=1, smes=200, months=6).without_schemes()
    broken = tuple((name, phase if name != "displacement" else lambda model: None) for name, phase in PHASES)
    monkeypatch.setattr(model, "PHASES", broken)
    monkeypatch.setattr(compare, "PHASES", broken)
    reference, world = Reference(shape, {}, 1), World(shape, {}, 1)
    with pytest.raises(AssertionError, match=r"month 0, displacement: .*\n.*firm \d+, size"):
        agree(reference, world, 1)


@pytest.mark.parametrize("weight", [0.5, 1.0])
def test_alize_where_people_tire_rather_than_sites(weight):
    values = LIVELY | {"wear_of_people": weight, "alize.lapse": 0.7, "alize.recovery": 0.1}
    _, world = together(spec(basins=3, smes=150, months=60), values, 4)
    assert world.tables.sites.wear.max() > 0.1


def test_cohorts_where_people_tire_rather_than_sites():
    places = (Basin("lyon", "Lyon", 400, 14, 12, head_offices=14), Basin("ain", "Ain", 150, 6))
    peers = SchemeSpec("peers", COHORTS, (("lyon", 0), ("ain", 6)))
    shape = WorldSpec(Territory("t", places), 54, 2018, schemes=(peers,))
    _, world = together(shape, {"project_rate": 0.02, "wear_of_people": 1.0}, 6)
    assert world.tables.sites.wear.max() > 0.1
