"""Synthetic basins drawn from the published distribution of zones d'emploi.

Published numbers and assumptions are in `territories/distribution.yaml`, each with its fact or its reason;
how they are combined is here. Ids such as GEO-02 are rows of `calibration/facts.csv`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from scipy.optimize import brentq
from scipy.special import betaincinv, ndtr, ndtri

from sim.draws import INPUTS, Generator, generator

DISTRIBUTION = Path(__file__).parent / "territories" / "distribution.yaml"
COLUMNS = (
    "id",
    "name",
    "region",
    "latitude",
    "longitude",
    "smes",
    "large_sites",
    "founders",
    "fragility",
    "unemployment",
    "dominant_sector",
    "dominant_share",
    "cooperation",
    "image_sites",
    "opens_year",
    "opens_month",
    "synthetic",
    "source",
    "note",
)
FOUNDERS_AT_MOST = 8
SITES_AT_LEAST = 3  # two founders: a local scheme closes below two partners

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class ZoneType:
    """Economic orientation: number of zones, sectors that may dominate, excess share of SMEs in them."""

    name: str
    zones: float
    sectors: tuple[str, ...]
    excess: float


@dataclass(frozen=True)
class Region:
    """A rectangle (degrees) well inside a region, and the weight of the region among drawn basins."""

    name: str
    weight: float
    latitude: tuple[float, float]
    longitude: tuple[float, float]


@dataclass(frozen=True)
class ZoneDistribution:
    """The content of `distribution.yaml`: numbers by name in their published unit, types, regions."""

    published: dict[str, float]
    assumed: dict[str, float]
    types: tuple[ZoneType, ...]
    regions: tuple[Region, ...]


@cache
def shipped_distribution() -> ZoneDistribution:
    """The distribution that ships with the project."""
    raw = YAML(typ="safe", pure=True).load(DISTRIBUTION.read_text(encoding="utf-8"))
    return ZoneDistribution(
        published={name: float(entry["value"]) for name, entry in raw["published"].items()},
        assumed={name: float(entry["value"]) for name, entry in raw["assumed"].items()},
        types=tuple(
            ZoneType(name, float(entry["value"]), tuple(entry["sectors"]), float(entry["excess"]))
            for name, entry in raw["types"].items()
        ),
        regions=tuple(
            Region(entry["name"], float(entry["weight"]), tuple(entry["latitude"]), tuple(entry["longitude"]))
            for entry in raw["regions"]
        ),
    )


def lower_sigma(published: dict[str, float]) -> float:
    """Standard deviation of log employment below the median, from two published quantiles.

    ln(30,000 / median) / quantile(95 / 305), GEO-02 and GEO-03: 0.82.
    """
    share = published["zones_under_30000"] / published["zones_without_mayotte"]
    return float(log(30_000 / published["employment_median"]) / ndtri(share))


def jobs_below(jobs: float, published: dict[str, float]) -> float:
    """Jobs held by all zones of less than `jobs` jobs, for `jobs` up to the median.

    Partial mean of a log-normal: N m exp(s^2 / 2) Phi(ln(jobs / m) / s - s).
    """
    median, sigma = published["employment_median"], lower_sigma(published)
    partial = ndtr(log(jobs / median) / sigma - sigma)
    return float(published["zones_without_mayotte"] * median * exp(sigma**2 / 2) * partial)


def jobs_total(published: dict[str, float]) -> float:
    """Jobs of all zones, 25.9 million: the zones under 30,000 hold 7.0 % of them (GEO-03)."""
    return 100 * jobs_below(30_000, published) / published["share_of_jobs_under_30000"]


def capped_mean(exponent: float, lowest: float, highest: float) -> float:
    """Mean of min(X, highest) where P(X > x) = (lowest / x)^exponent, exponent above one.

    lowest * (a - (lowest / highest)^(a - 1)) / (a - 1).
    """
    rest = exponent - 1
    return lowest * (exponent - (lowest / highest) ** rest) / rest


def upper_exponent(distribution: ZoneDistribution) -> float:
    """Exponent a of the tail above the median, P(employment > x) = (median / x)^a / 2.

    Solves capped_mean(a) = mean employment of the zones above the median, 144,000 jobs (`jobs_total` less
    the zones below): 1.37. A log-normal upper half with the same total would put half of the jobs in 43
    zones; this tail puts them in about 32. 26 are published for employees of the market sector (GEO-06),
    which is more concentrated than all jobs.
    """
    published = distribution.published
    median, highest = published["employment_median"], distribution.assumed["employment_highest"]
    mean = 2 * (jobs_total(published) - jobs_below(median, published)) / published["zones_without_mayotte"]
    return float(brentq(lambda a: capped_mean(a, median, highest) - mean, 1.01, 10))


def employment_quantile(u: Array, distribution: ZoneDistribution) -> Array:
    """Employment (jobs) of the zone at rank u in (0, 1): log-normal below the median, power law above."""
    median = distribution.published["employment_median"]
    low = median * np.exp(lower_sigma(distribution.published) * ndtri(np.minimum(u, 0.5)))
    high = median * (2 * (1 - np.maximum(u, 0.5))) ** (-1 / upper_exponent(distribution))
    return np.minimum(np.where(u < 0.5, low, high), distribution.assumed["employment_highest"])


def smes_per_job(published: dict[str, float]) -> float:
    """SMEs with at least one employee (1 to 249) per job of a zone: 0.045.

    Firms with 10 to 249 employees (DEM-27), raised to 1 to 249 by the shares of units (DEM-22 to DEM-24):
    189,850 * 39.2 / 6.4 = 1.16 million, over the total of jobs. The same ratio is used in every zone.
    """
    small = published["units_10_to_49"] + published["units_50_to_249"]
    raised = published["firms_10_to_249"] * (published["units_1_to_9"] + small) / small
    return raised / jobs_total(published)


def unemployment_quantile(u: Array, published: dict[str, float]) -> Array:
    """Unemployment rate (share) at rank u: a beta distribution between the lowest and the highest zone.

    Its mean is the national rate (GEO-12) and its standard deviation that of the zones (MEM-14).
    """
    lowest = published["unemployment_lowest"]
    width = published["unemployment_highest"] - lowest
    mean = (published["unemployment_national"] - lowest) / width
    concentration = mean * (1 - mean) / (published["unemployment_deviation"] / width) ** 2 - 1
    share = betaincinv(mean * concentration, (1 - mean) * concentration, u)
    return (lowest + width * share) / 100


def founders_of(large_sites: int) -> int:
    """Partners when a scheme opens: two thirds of the candidates, at most eight."""
    return min(FOUNDERS_AT_MOST, round(large_sites * 2 / 3))


def stratified(rng: Generator, n: int) -> Array:
    """n uniforms in (0, 1), one in each of n equal slices, in random order.

    A handful of basins then already has the published spread.
    """
    return (rng.permutation(n) + rng.uniform(1e-9, 1 - 1e-9, n)) / n


def draw_types(rng: Generator, employment: Array, types: Sequence[ZoneType]) -> list[ZoneType]:
    """Orientation of each basin: the largest are metropolises, in their published share, others at random."""
    metropolis = next(t for t in types if t.name == "metropolis")
    others = [t for t in types if t is not metropolis]
    zones = np.array([t.zones for t in others])
    drawn = [others[i] for i in rng.choice(len(others), len(employment), p=zones / zones.sum())]
    largest = round(len(employment) * metropolis.zones / (zones.sum() + metropolis.zones))
    for i in np.argsort(-employment, kind="stable")[:largest]:
        drawn[i] = metropolis
    return drawn


def draw_fragility(
    rng: Generator, u_employment: Array, u_unemployment: Array, assumed: dict[str, float]
) -> Array:
    """Fragility: a beta variable that rises with unemployment and falls with size, both given by rank."""
    weight_u, weight_e = assumed["fragility_unemployment"], assumed["fragility_small_size"]
    noise = (1 - weight_u**2 - weight_e**2) ** 0.5 * rng.normal(size=len(u_employment))
    latent = weight_u * ndtri(u_unemployment) - weight_e * ndtri(u_employment) + noise
    return betaincinv(assumed["fragility_alpha"], assumed["fragility_beta"], ndtr(latent))


def draw_large_sites(
    rng: Generator, employment: Array, fragility: Array, distribution: ZoneDistribution
) -> Array:
    """Large establishments: Poisson, with a mean that grows with employment and falls with fragility."""
    assumed = distribution.assumed
    scale = (employment / distribution.published["employment_median"]) ** assumed["sites_exponent"]
    middling = assumed["fragility_alpha"] / (assumed["fragility_alpha"] + assumed["fragility_beta"])
    mean = assumed["sites_at_median"] * scale * np.exp(assumed["sites_fragility"] * (middling - fragility))
    return np.maximum(rng.poisson(mean), SITES_AT_LEAST)


def synthetic_basins(n: int, seed: int, distribution: ZoneDistribution | None = None) -> list[dict[str, Any]]:
    """Draw n basins as rows of a territory file (`COLUMNS`; units in `territories/README.md`).

    Employment follows `employment_quantile`, SMEs are employment * `smes_per_job`. The opening date is
    left to the case.

    The rows are a pure function of (n, seed, distribution). Raises ValueError if n is below one.
    """
    if n < 1:
        raise ValueError(f"a territory needs at least one basin (got {n})")
    distribution = distribution or shipped_distribution()
    published, assumed = distribution.published, distribution.assumed
    rng = generator(seed, INPUTS)
    u_employment, u_unemployment = stratified(rng, n), stratified(rng, n)
    employment = employment_quantile(u_employment, distribution)

    fragility = draw_fragility(rng, u_employment, u_unemployment, assumed)
    large_sites = draw_large_sites(rng, employment, fragility, distribution)
    smes = np.maximum(np.rint(employment * smes_per_job(published)), 1)
    unemployment = unemployment_quantile(u_unemployment, published)
    cooperation = rng.beta(assumed["cooperation_alpha"], assumed["cooperation_beta"], n)
    image_sites = rng.uniform(size=n) < assumed["image_site_share"]
    types = draw_types(rng, employment, distribution.types)
    weights = np.array([region.weight for region in distribution.regions])
    regions = [distribution.regions[i] for i in rng.choice(len(weights), n, p=weights / weights.sum())]
    place = rng.uniform(size=(n, 3))

    rows = []
    for i in range(n):
        kind, region = types[i], regions[i]
        sector = kind.sectors[int(place[i, 2] * len(kind.sectors))] if kind.sectors else ""
        rows.append(
            {
                "id": f"zone-{i + 1:03d}",
                "name": f"Zone {i + 1:03d}",
                "region": region.name,
                "latitude": round(float(np.interp(place[i, 0], (0, 1), region.latitude)), 2),
                "longitude": round(float(np.interp(place[i, 1], (0, 1), region.longitude)), 2),
                "smes": int(smes[i]),
                "large_sites": int(large_sites[i]),
                "founders": founders_of(int(large_sites[i])),
                "fragility": round(float(fragility[i]), 2),
                "unemployment": round(float(unemployment[i]), 3),
                "dominant_sector": sector,
                "dominant_share": kind.excess if sector else 0.0,
                "cooperation": round(float(cooperation[i]), 2),
                "image_sites": int(image_sites[i]),
                "opens_year": None,
                "opens_month": None,
                "synthetic": True,
                "source": "GEO-01 to GEO-12; DEM-22 to DEM-27",
                "note": f"drawn; {kind.name.replace('_', ' ')} zone",
            }
        )
    return rows
