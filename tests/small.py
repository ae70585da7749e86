"""Small worlds for tests."""

from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.world import World

ALIZE = {
    "takes_structuring": 1.0,
    "last_resort_months": 1.0,
    "revitalisation_share": 0.14,
    "state_endowment_euros": 50_000.0,
}


def spec(
    basins: int = 3,
    smes: int = 600,
    months: int = 60,
    large_sites: int = 9,
    founders: int = 6,
    rules: dict[str, float] | None = None,
    changes: tuple[Change, ...] = (),
    name: str = "alize",
    start_year: int = 2003,
) -> WorldSpec:
    """A territory of equal basins with one scheme that opens everywhere at the start."""
    places = tuple(
        Basin(
            f"b{k}", f"Basin {k}", smes, large_sites, founders, region=f"R{k % 2}",
            fragility=0.2 + 0.3 * (k % 3), dominant_sector="metal" if k == 0 else "",
            dominant_share=0.2 if k == 0 else 0.0,
        )
        for k in range(basins)
    )  # fmt: skip
    scheme = SchemeSpec(name, ALIZE | (rules or {}), tuple((place.id, 0) for place in places))
    return WorldSpec(Territory("test", places), months, start_year, schemes=(scheme,), changes=changes)


def world(seed: int = 1, values: dict[str, float] | None = None, **shape) -> World:
    """A world of ``spec(**shape)`` run to its horizon."""
    return World(spec(**shape), values, seed).run()


FIRM_COLUMNS = ("uid", "size", "born", "sector", "exit_factor", "open_factor", "busy", "causes")


def same_firms(a: World, b: World) -> bool:
    """Whether every firm of two worlds is identical, to the bit."""
    hot = all(getattr(a.tables, c).tobytes() == getattr(b.tables, c).tobytes() for c in FIRM_COLUMNS)
    cold = all(
        a.tables.smes[c].tobytes() == b.tables.smes[c].tobytes()
        for c in ("status", "died", "capability", "openness", "finance", "success", "advice")
    )
    return hot and cold
