"""Alizé with default values, no fit: what the published history asks of it, within wide bounds.

Each figure is the mean over eight seeds of the published case. A test fails only when the mean lies outside
its bounds by more than four standard errors, so that a model that is truly inside raises a false alarm less
than once in 30,000 runs.
"""

import numpy as np
import pytest

from scenarios.load import load_case
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.world import World

pytestmark = pytest.mark.statistical
SEEDS = range(8)


def outcomes(case: str, **policy: float) -> list[dict[str, float]]:
    import dataclasses

    from sim.spec import Change

    spec = load_case(case).spec
    changes = tuple(Change("alize", lever, value) for lever, value in policy.items())
    treated = dataclasses.replace(spec, changes=changes)
    found = []
    for seed in SEEDS:
        pair = Pair(World(treated, {}, seed).run(), World(spec.without_schemes(), {}, seed).run())
        found.append(levels(pair.treated) | differences(pair))
    return found


def inside(rows: list[dict[str, float]], name: str, low: float, high: float) -> None:
    values = np.array([row[name] for row in rows])
    margin = 4 * values.std(ddof=1) / np.sqrt(len(values))
    assert low - margin <= values.mean() <= high + margin, f"{name}: {values.mean():.3f} +- {margin:.3f}"


@pytest.fixture(scope="module")
def published():
    return outcomes("alize-1997-2007")


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("firms_accepted", 700, 1500),
        ("partners_active", 60, 160),
        ("jobs_net_per_firm", -0.5, 2.0),
        ("advances_lost_share", 0.01, 0.06),
        ("young_share", 0.07, 0.23),
        ("acceptance_rate", 0.65, 0.85),
    ],
)
def test_the_published_case_with_default_values(published, name, low, high):
    inside(published, name, low, high)


def test_reported_jobs_a_firm_lie_near_the_published_four(published):
    per_firm = [r | {"per_firm": r["jobs_reported"] / r["firms_accepted"]} for r in published]
    inside(per_firm, "per_firm", 2.5, 6.0)


def test_net_jobs_are_below_half_of_those_reported(published):
    assert all(r["jobs_net"] < 0.5 * r["jobs_reported"] for r in published)


def test_other_is_a_small_bar_in_every_world(published):
    assert all(abs(r["jobs_other"]) < 0.05 * r["jobs_reported"] for r in published)


def test_schemes_with_three_sites_die_without_renewal_and_live_with_ten_and_renewal():
    few = outcomes("alize-3-sites", recruiting_effort=0.0)
    many = outcomes("alize-10-sites")
    inside(few, "schemes_alive", 0, 4)  # of twelve
    inside(many, "schemes_alive", 11, 12)


def test_five_sites_live_longer_with_renewal():
    without = outcomes("alize-5-sites", recruiting_effort=0.0)
    renewed = outcomes("alize-5-sites")
    gap = np.array([b["schemes_alive"] - a["schemes_alive"] for a, b in zip(without, renewed, strict=True)])
    assert gap.mean() > 4 * gap.std(ddof=1) / np.sqrt(len(gap)) > 0
