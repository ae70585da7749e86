"""The worlds that are timed: basins of one size, shipped schemes, and shipped cases."""

from collections.abc import Sequence
from dataclasses import replace

from scenarios.load import available, load_case, load_scheme
from sim.parameters import FIELDS
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.state import FIRMS
from sim.world import World

BASIN = 2_500  # SMEs
LARGE_SITES = 12
FIVE = tuple(available("schemes"))
ALIZE = {"last_resort_months": 1.0, "revitalisation_share": 0.14, "format": FIELDS["format"].default}


def territory(smes: int, months: int, supported: bool) -> WorldSpec:
    """Basins of 2,500 SMEs (one smaller basin if there are fewer), twelve large sites each; ``supported``:
    Alizé opens in all of them."""
    size = min(smes, BASIN)
    places = tuple(Basin(f"b{k}", f"b{k}", size, LARGE_SITES) for k in range(smes // size))
    schemes = (SchemeSpec("alize", ALIZE, tuple((p.id, 0) for p in places)),) if supported else ()
    return WorldSpec(Territory("bench", places), months, 1998, schemes=schemes)


def with_schemes(names: Sequence[str], smes: int = 50_000, months: int = 120) -> WorldSpec:
    """The same basins, where shipped schemes open in the first month."""
    plain = territory(smes, months, False)
    opens = tuple((basin.id, 0) for basin in plain.territory.basins)
    schemes = tuple(SchemeSpec(name, dict(load_scheme(name).rules), opens) for name in names)
    return WorldSpec(plain.territory, months, plain.start_year, schemes=schemes)


def shipped(case: str, only: Sequence[str] | None = None) -> WorldSpec:
    """The published world of a shipped case; ``only``: with these of its schemes."""
    spec = load_case(case).spec
    return spec if only is None else replace(spec, schemes=tuple(s for s in spec.schemes if s.name in only))


def sme_months(world: World) -> float:
    """Firms alive, summed over the months run."""
    return float(world.tables.series[: world.month, :, FIRMS].sum())
