"""Outcomes count what their definitions say, also where several schemes live in one world."""

import math
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from sim.cohorts_seen import resilience_gain
from sim.outcomes import OUTCOMES, cost_per_net_job, differences, fragile_share, levels
from sim.pair import Pair, accepted_files
from sim.spec import fragile_third
from sim.state import DEMAND_LEVEL, FILE, LEFT, NEVER, OPEN, PARTNER, PARTNER_SITES, SERIES, SME
from sim.world import World
from tests.small import spec
from tests.small_boost import BUSY, boost
from tests.small_five import FIVE, five
from tests.small_plan import plan_world


@cache
def restless() -> World:
    """Five schemes whose partners come and go."""
    lending = ("alize", "boost_innov", "pacte_pme", "pole")
    return five(values={f"{name}.exit_rate": 0.15 for name in lending}, large_sites=16)


def test_the_strain_of_poles_is_over_the_months_of_poles_alone():
    world = five()
    pole = [scheme.name for scheme in world.spec.schemes].index("pole")
    here = world.tables.locals.scheme == pole
    strained, months = world.tables.locals.strained[here], here.sum() * world.month
    assert len(here) == len(FIVE) * here.sum()
    assert strained.sum() > 0
    assert levels(world)["pole_strain"] == strained.sum() / months


def test_the_strain_of_poles_is_unknown_where_there_is_none():
    assert math.isnan(levels(five(schemes=("alize",), months=12))["pole_strain"])


def alize_pair(basins: int) -> Pair:
    shape = spec(basins=basins, smes=300, months=36)
    return Pair(World(shape, {}, 4).run(), World(shape.without_schemes(), {}, 4).run())


def test_the_most_fragile_third_is_the_one_of_policies():
    pair = alize_pair(5)
    net = pair.delta_by_basin().sum(axis=0)
    assert fragile_third(pair.treated.spec.territory) == ("b1", "b2")
    assert differences(pair)["jobs_net_fragile_share"] == pytest.approx((net[1] + net[2]) / net.sum())


def test_there_is_no_most_fragile_third_where_all_basins_are_alike():
    assert math.isnan(differences(alize_pair(1))["jobs_net_fragile_share"])


@pytest.mark.parametrize("net", [2.8e-16, 0.0049, 0.0, -3.0])
def test_a_residue_of_sums_was_a_net_job_that_costs_more_than_there_is(net: float):
    world = five()
    assert cost_per_net_job(world, net) == math.inf
    assert 0 < cost_per_net_job(world, 0.005) < 1e12


def test_a_residue_of_sums_was_shared_out_between_basins():
    pair = alize_pair(5)
    rows = np.zeros((3, 5))
    for net, known in ((2.8e-16, False), (-0.004, False), (-2.0, True)):
        rows[0, 1] = net
        told = SimpleNamespace(treated=pair.treated, delta_by_basin=lambda: rows)
        assert math.isnan(fragile_share(told)) != known


def test_a_project_is_realised_once_however_many_actions_a_pathway_has():
    world = plan_world()
    rows = sorted({int(row) for row in accepted_files(world).project})
    assert len(rows) < len(accepted_files(world))
    decided = [project for project in world.projects[rows] if project.state != OPEN]
    hired = sum(project.jobs * project.hired_months / 12 for project in decided)
    planned = sum(project.jobs for project in decided)
    assert levels(world)["realisation_rate"] == pytest.approx(hired / planned)


def test_help_started_is_counted_by_action_and_says_so():
    world = plan_world()
    found = levels(world)
    begun = (world.files.started != NEVER) & (world.files.step == 0)
    assert found["firms_started"] > begun.sum()
    assert found["pathway_actions"] == pytest.approx(found["firms_started"] / begun.sum())
    said = {name for name, outcome in OUTCOMES.items() if "athway" in outcome.definition}
    assert said == {"firms_started", "firms_completed", "pathway_actions"}


def test_a_site_at_several_tables_is_one_partner():
    world = restless()
    links, alive = world.tables.partnerships, world.tables.locals.alive
    now = [int(link.site) for link in links if link.state == PARTNER and alive[link.local] == 1]
    assert len(set(now)) < len(now)
    assert levels(world)["partners_active"] == len(set(now))
    assert levels(world)["fatigue"] == pytest.approx(np.mean(world.tables.sites.wear[sorted(set(now))]))
    by_basin = np.bincount(world.tables.sites.basin[sorted(set(now))])
    np.testing.assert_array_equal(world.tables.series[-1, :, PARTNER_SITES], by_basin)


def test_a_site_that_stays_partner_of_another_scheme_has_not_left():
    world = restless()
    links, alive = world.tables.partnerships, world.tables.locals.alive
    now = {int(link.site) for link in links if link.state == PARTNER and alive[link.local] == 1}
    away = {int(link.site) for link in links if link.state == LEFT}
    ever = [int(link.site) for link in links if link.left != NEVER]
    assert away & now
    assert len(set(ever)) < len(ever)
    found = levels(world)
    assert (found["partners_left"], found["partners_now_left"]) == (len(set(ever)), len(away - now))


def test_a_file_accepted_by_the_committee_counts_as_accepted_although_it_gave_up():
    world = World(boost(), BUSY, 2).run()
    files = world.files
    accepted = (files.accepted != NEVER).sum()
    examined = ((files.attempt == 0) & (files.decided != NEVER)).sum()
    assert len(accepted_files(world)) < accepted
    assert levels(world)["acceptance_rate"] == pytest.approx(accepted / examined)


@pytest.mark.parametrize(("demand", "points"), [(-0.05, 0.0), (-0.09, 50.0)])
def test_demand_is_bad_below_its_start_which_fragility_lowers(demand: float, points: float):
    """Two firms of a basin whose demand starts at -0.08; without help the first closes in month 5."""
    series = np.zeros((12, 1, len(SERIES)))
    series[5, 0, DEMAND_LEVEL] = demand
    files = np.zeros(2, FILE).view(np.recarray)
    files.firm, files.started = [0, 1], 2

    def world(*died: int) -> SimpleNamespace:
        smes = np.zeros(2, SME).view(np.recarray)
        smes.died = died
        economy = SimpleNamespace(fragility_drag=np.array([0.1]))
        basins = SimpleNamespace(fragility=np.array([0.8]))
        tables = SimpleNamespace(smes=smes, series=series, economy=economy, basins=basins)
        return SimpleNamespace(files=files, tables=tables)

    pair = SimpleNamespace(treated=world(NEVER, NEVER), control=world(5, NEVER))
    assert resilience_gain(pair) == points
