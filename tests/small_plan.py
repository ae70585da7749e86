"""Small regions with a Plan PME, for tests."""

from scenarios.load import load_scheme
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.world import World

# enough firms come, in a small region, for seats to be short
EAGER = {"plan_pme.application_rate": 0.5, "plan_pme.outreach": 0.1, "project_rate": 0.01}


def region(
    basins: int = 3,
    smes: int = 600,
    months: int = 48,
    rules: dict[str, float] | None = None,
    changes: tuple[Change, ...] = (),
    large_sites: int = 6,
) -> WorldSpec:
    """Equal basins in which the plan opens at once, with 60 seats a year for all of them."""
    places = tuple(
        Basin(f"b{k}", f"Basin {k}", smes, large_sites, region="R", fragility=0.2 + 0.3 * (k % 3))
        for k in range(basins)
    )
    own = {"seats_per_year": 60.0, "group_firms": 2.0, "region_euros": 60_000.0}
    given = load_scheme("plan_pme").rules | own | (rules or {})
    plan = SchemeSpec("plan_pme", given, tuple((place.id, 0) for place in places))
    return WorldSpec(Territory("region", places), months, 2011, schemes=(plan,), changes=changes)


def plan_world(seed: int = 1, values: dict[str, float] | None = None, **shape) -> World:
    """A world of ``region(**shape)`` run to its horizon, with many applications."""
    return World(region(**shape), EAGER | (values or {}), seed).run()
