"""Small territories with a market place, for tests."""

from scenarios.load import load_scheme
from sim.pair import Pair
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.world import World

# suppliers give way more easily, so that a small market place has contracts enough
LIVELY = {"pacte_pme.incumbent_bonus": 2.5, "pacte_pme.needs_rate": 2.0, "pacte_pme.categories": 20.0}
OPEN_WIDE = {
    "platform": 1.0, "events_per_year": 4.0, "intermediaries": 0.5, "pitch_coaching": 0.3,
    "local_preference": 0.2, "national_pact": 1.0, "skills_axis": 1.0,
}  # fmt: skip


def place(
    smes: int = 1500,
    months: int = 48,
    sites: int = 30,
    neighbours: int = 600,
    start: int = 2,
    rules: dict[str, float] | None = None,
    changes: tuple[Change, ...] = (),
) -> WorldSpec:
    """A basin whose market place reaches a tenth of its firms, and a neighbour without one (none if 0)."""
    places = (Basin("here", "Here", smes, sites, 0), Basin("there", "There", max(neighbours, 1), 0))
    given = dict(load_scheme("pacte_pme").rules) | {"reach": 0.1} | (rules or {})
    scheme = SchemeSpec("pacte_pme", given, (("here", start),))
    basins = places if neighbours else places[:1]
    return WorldSpec(Territory("place", basins), months, 2017, schemes=(scheme,), changes=changes)


def market_world(seed: int = 1, values: dict[str, float] | None = None, **shape) -> World:
    """A world of ``place(**shape)`` run to its horizon."""
    return World(place(**shape), LIVELY | (values or {}), seed).run()


def market_pair(seed: int = 1, values: dict[str, float] | None = None, **shape) -> Pair:
    """The same with the world without it."""
    without = World(place(**shape).without_schemes(), LIVELY | (values or {}), seed).run()
    return Pair(market_world(seed, values, **shape), without)
