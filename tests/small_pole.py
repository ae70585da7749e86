"""Small regions with a pôle, for tests."""

from scenarios.load import load_scheme
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.world import World

# of many firms near the technology, with many ideas that they take through the pôle
EAGER = {"technology_reach": 0.34, "idea_rate": 0.016, "pole.route_base": 3.75}
# a call as large, for the firms of the region, as the published one for those of the country
CALL = {"call_euros": 9_000_000.0, "group_files": 8.0, "coordinators": 2.0}
NO_SERVICES = dict.fromkeys(
    ("sme_officer", "roadmaps", "competence_maps", "project_help", "expert_events", "ip_tools",
     "joint_export", "watch", "training", "cifre", "investor_meetings", "sponsorship"), 0.0,
)  # fmt: skip


def region(
    basins: int = 3,
    smes: int = 1000,
    months: int = 72,
    rules: dict[str, float] | None = None,
    changes: tuple[Change, ...] = (),
    large_sites: int = 6,
) -> WorldSpec:
    """Equal basins in which a pôle opens at once, with two calls a year for all of them."""
    places = tuple(
        Basin(f"b{k}", f"Basin {k}", smes, large_sites, region="R", fragility=0.2 + 0.3 * (k % 3),
              dominant_sector="digital", dominant_share=0.3)
        for k in range(basins)
    )  # fmt: skip
    given = load_scheme("pole").rules | CALL | (rules or {})
    pole = SchemeSpec("pole", given, tuple((place.id, 0) for place in places))
    return WorldSpec(Territory("region", places), months, 2005, 7, schemes=(pole,), changes=changes)


def pole_world(seed: int = 1, values: dict[str, float] | None = None, **shape) -> World:
    """A world of ``region(**shape)`` run to its horizon, with many ideas."""
    return World(region(**shape), EAGER | (values or {}), seed).run()
