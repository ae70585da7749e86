"""A small region with all five schemes, for tests."""

from collections.abc import Iterable

from scenarios.load import load_scheme
from sim.pair import Pair
from sim.spec import Basin, Change, Closure, SchemeSpec, Territory, WorldSpec
from sim.world import World

FIVE = ("alize", "boost_innov", "plan_pme", "pole", "pacte_pme")
# every scheme acts, and they meet, in a small region
EAGER = {
    "project_rate": 0.01, "technology_reach": 0.34, "idea_rate": 0.016, "pole.route_base": 3.75,
    "alize.referral": 0.6, "alize.application_rate": 0.5, "boost_innov.referral": 0.3,
    "boost_innov.application_rate": 0.4, "boost_innov.reach": 1.0, "boost_innov.offer_rate": 0.6,
    "plan_pme.application_rate": 0.4, "plan_pme.outreach": 0.1,
    "pacte_pme.incumbent_bonus": 2.5, "pacte_pme.needs_rate": 2.0, "pacte_pme.categories": 20.0,
}  # fmt: skip
SCALED: dict[str, dict[str, float]] = {
    "alize": {},
    "boost_innov": {"seats_directors": 2.0, "seats_volunteers": 3.0, "screening": 0.2},
    "plan_pme": {"seats_per_year": 40.0, "group_firms": 2.0, "region_euros": 60_000.0},
    "pole": {"call_euros": 9_000_000.0, "group_files": 8.0, "coordinators": 2.0},
    "pacte_pme": {"reach": 0.1, "founders_max": 3.0, "skills_axis": 1.0, "platform": 0.5},
}
OPENS = {"alize": 0, "boost_innov": 3, "plan_pme": 0, "pole": 0, "pacte_pme": 2}


def region(
    schemes: Iterable[str] = FIVE,
    smes: int = 500,
    months: int = 48,
    large_sites: int = 8,
    rules: dict[str, dict[str, float]] | None = None,
    changes: tuple[Change, ...] = (),
    closures: tuple[Closure, ...] = (),
    regions: tuple[str, ...] = ("R", "R", "R"),
) -> WorldSpec:
    """Three basins, in each of which these schemes open. ``rules``: by scheme, over those of its file."""
    places = tuple(
        Basin(f"b{b}", f"Basin {b}", smes, large_sites, region=name, fragility=0.2 + 0.3 * b,
              dominant_sector="metal", dominant_share=0.3)
        for b, name in enumerate(regions)
    )  # fmt: skip
    found = tuple(
        SchemeSpec(
            name, load_scheme(name).rules | SCALED[name] | (rules or {}).get(name, {}),
            tuple((place.id, OPENS[name]) for place in places),
        )
        for name in schemes
    )  # fmt: skip
    territory = Territory("five", places)
    full = WorldSpec(territory, months, 2011, schemes=found, changes=changes, closures=closures)
    # the same world without schemes, whichever there are
    return WorldSpec(
        territory, months, 2011, 1, found, changes, full.constants, True, True, closures
    )  # fmt: skip


def five(seed: int = 1, values: dict[str, float] | None = None, **shape) -> World:
    """A world of ``region(**shape)`` run to its horizon."""
    return World(region(**shape), EAGER | (values or {}), seed).run()


def five_pair(seed: int = 1, values: dict[str, float] | None = None, **shape) -> Pair:
    """The same with the world without any scheme."""
    without = World(region(**shape).without_schemes(), EAGER | (values or {}), seed).run()
    return Pair(five(seed, values, **shape), without)
