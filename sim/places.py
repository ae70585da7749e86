"""What stands in a territory before firms do: its basins, its mix of sectors, its large sites."""

from functools import lru_cache

import numpy as np

from sim.draws import SITE as SITE_DRAWS
from sim.draws import draw, normal
from sim.economy.sectors import NAMES, SHARES, SITE_SHARES
from sim.spec import Basin, Territory
from sim.state import BASIN, NEVER, SITE, Table, zeros

TERRITORIAL_GROUPS = 0.3  # share of groups with a territorial policy (A11), assumed
BUYERS = 0.5  # share of sites that buy from the basin or wait for its clients (A12), assumed
TESTERS = 0.4  # share of employers that test and motivate managers by it (A13), assumed


def sector_mix(territory: Territory) -> np.ndarray:
    """Cumulated shares of sectors among firms, shape (basins, sectors): the national mix, with the excess of
    the dominant sector."""
    mix = np.tile(SHARES, (len(territory.basins), 1))
    for b, basin in enumerate(territory.basins):
        if basin.dominant_sector:
            mix[b] *= 1.0 - basin.dominant_share
            mix[b, NAMES.index(basin.dominant_sector)] += basin.dominant_share
    return np.cumsum(mix / mix.sum(axis=1, keepdims=True), axis=1)


def build_basins(territory: Territory) -> Table:
    """One row a basin, before its firms are known."""
    basins = zeros(len(territory.basins), BASIN)
    for name, field in (("fragility", "fragility"), ("cooperation", "cooperation"), ("initial", "smes")):
        basins[name] = [getattr(basin, field) for basin in territory.basins]
    regions = list(dict.fromkeys(basin.region for basin in territory.basins))
    basins.region = [regions.index(basin.region) for basin in territory.basins]
    basins.dominant = [
        NAMES.index(basin.dominant_sector) if basin.dominant_sector else NEVER for basin in territory.basins
    ]
    return basins


def draw_site(basin: Basin, b: int, j: int, seed: int) -> tuple[int, float, float, bool, bool, float]:
    """Sector, jobs, jobs of the group, territorial policy, head office, motives of large site j of a basin.

    Motives (one each, 0 or 1, and they add up): it dominates a fragile basin (A09), its image counts (A10),
    its group has a territorial policy (A11), it buys here (A12), it tests its managers (A13).
    """
    u = [draw(seed, SITE_DRAWS, (b << 20) | j, 0, k) for k in range(7)]
    dominant = basin.dominant_sector != "" and u[0] < max(0.5, basin.dominant_share)
    shares = np.cumsum(SITE_SHARES / SITE_SHARES.sum())
    sector = NAMES.index(basin.dominant_sector) if dominant else int(np.searchsorted(shares, u[1]))
    territorial = u[2] < TERRITORIAL_GROUPS
    motives = [
        dominant and basin.fragility >= 0.5,
        j < basin.image_sites,
        territorial,
        u[5] < BUYERS,
        u[6] < TESTERS,
    ]
    jobs = 400.0 * float(np.exp(0.7 * normal(u[3])))
    group = 2000.0 * float(np.exp(1.5 * normal(u[4])))
    head_office = j >= basin.large_sites - basin.head_offices
    return sector, jobs, group, territorial, head_office, float(sum(map(bool, motives)))


@lru_cache(maxsize=8)
def draw_sites(territory: Territory) -> tuple[Table, np.ndarray]:
    """Large sites of every basin, drawn with the seed of the territory (do not write into them), and the
    first site of each basin, shape (basins + 1,)."""
    first = np.zeros(len(territory.basins) + 1, np.int64)
    first[1:] = np.cumsum([basin.large_sites for basin in territory.basins])
    sites = zeros(int(first[-1]), SITE)
    for b, basin in enumerate(territory.basins):
        for j in range(basin.large_sites):
            row = sites[int(first[b]) + j]
            row.basin, row.entity, row.last_start = b, (b << 20) | j, NEVER
            row.sector, row.jobs, row.group_size, row.territorial, row.head_office, row.motives = draw_site(
                basin, b, j, territory.seed
            )
    return sites, first


def build_sites(territory: Territory, economy: Table) -> tuple[Table, np.ndarray]:
    """The large sites of a world, with what they can give without tiring."""
    drawn, first = draw_sites(territory)
    sites = drawn.copy()
    sites.sustainable = np.where(sites.head_office == 1, economy.head_office_days[0], economy.site_days[0])
    return sites, first
