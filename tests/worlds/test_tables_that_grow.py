"""Tables that grow have room for whatever may happen in a month, however unlike the usual it is."""

import pytest

from scenarios.load import load_scheme
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.state import N_FILES, N_PROJECTS
from sim.timeline import firms_at_most
from sim.world import World

# nearly all firms that can open a project do, in months of high demand
WAVES = {
    "project_rate": 0.01, "project_rate_size": 0.3, "project_rate_capability": 1.0,
    "project_rate_demand": 4.0, "demand_scale": 2.0, "demand_sd": 0.05, "demand_persistence": 0.98,
    "project_months_min": 6.0, "project_months_mean": 1.0,
}  # fmt: skip
ASKED_BY_ALL = {"jobs_min": 0.0, "months_needed": 0.0, "partners_min": 0.0, "committee_period_months": 1.0}
EAGER = {"project_rate": 0.008, "alize.referral": 2.0, "alize.application_rate": 1.0, "alize.outreach": 0.2}


def place(smes: int, months: int, *schemes: SchemeSpec) -> WorldSpec:
    territory = Territory("one", (Basin("b", "B", smes, 10),))
    return WorldSpec(territory, months, 2011, schemes=schemes)


def test_projects_of_a_wave_of_demand_have_room() -> None:
    waves = 0
    for seed in (44, 56):
        world = World(place(5_000, 48), WAVES, seed)
        for month in range(world.spec.horizon_months):
            before, most = len(world.projects), firms_at_most(world._handle, month)
            world.run(month + 1)
            opened = len(world.projects) - before
            assert opened <= most
            waves += opened > 100 + 5_000 // 10  # as many as there once was room for
        assert world.tables.counts[N_PROJECTS] <= len(world.tables.projects)
    assert waves > 0


def test_files_of_a_scheme_that_everybody_asks_for_in_its_third_year_have_room() -> None:
    scheme = SchemeSpec("alize", load_scheme("alize").rules | ASKED_BY_ALL, (("b", 24),))
    world = World(place(40_000, 30, scheme), EAGER, 5)
    asked = 0
    for month in range(30):
        before, most = int(world.tables.counts[N_FILES]), firms_at_most(world._handle, month)
        world.run(month + 1)
        applied = int(world.tables.counts[N_FILES]) - before
        assert applied <= 2 * most
        asked = max(asked, applied)
    assert asked > 100 + 40_000 // 50
    assert world.tables.counts[N_FILES] <= len(world.tables.files)


def test_a_table_that_was_too_small_is_an_error() -> None:
    world = World(place(500, 12), {}, 1).run(6)
    world.tables.counts[N_PROJECTS] = len(world.tables.projects) + 1
    with pytest.raises(RuntimeError, match=r"month 6: .* rows .* \(projects\)"):
        world._check_room()
