"""Claims about Alizé that show in a world."""

import numpy as np

from sim.pair import accepted_files
from sim.state import PARTNER
from sim.support.awareness import referral_exposure
from sim.world import World
from tests.small import spec, world

LIVELY = {"project_rate": 0.012, "alize.referral": 0.8, "alize.application_rate": 0.9}


def test_other_tools_are_tried_first():
    run = world(1, LIVELY, rules={"last_resort_months": 2.0})
    opened = run.projects.opened[run.files.project]
    assert len(run.files) > 20
    assert (run.files.applied - opened >= 2).all()
    sooner = world(1, LIVELY, rules={"last_resort_months": 0.0})
    assert (sooner.files.applied - sooner.projects.opened[sooner.files.project] < 2).any()


def test_motives_add_up_and_the_most_motivated_found_the_scheme():
    shape = spec(basins=6, smes=50, months=1, large_sites=12, founders=4, rules={"exit_rate": 0.0})
    run = World(shape, {}, 1).run()
    sites, links = run.tables.sites, run.tables.partnerships
    assert set(sites.motives) <= {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}
    assert len(set(sites.motives)) >= 4
    # a group's territorial policy and a site's buying or its clients each count as one
    assert sites.motives[sites.territorial == 1].mean() > sites.motives[sites.territorial == 0].mean() + 0.5
    for local in range(6):
        mine = links[links.local == local]
        founders = sites.motives[mine.site[mine.founder == 1]]
        assert founders.min() >= sites.motives[mine.site[mine.founder == 0]].max()
        assert (mine.state[mine.founder == 1] == PARTNER).all()


def test_the_motivated_join_more():
    many = spec(basins=20, smes=20, months=60, large_sites=20, founders=2, rules={"recruiting_effort": 2.0})
    run = World(many, {}, 3).run()
    links = run.tables.partnerships[run.tables.partnerships.founder == 0]
    motives = run.tables.sites.motives[links.site]
    joined = links.joined >= 0
    assert motives[joined].mean() > motives[~joined].mean()


def test_a_living_scheme_raises_cooperation_and_cooperation_raises_referrals():
    shape = spec(months=48)
    run = World(shape, {}, 1).run()
    without = World(shape.without_schemes(), {}, 1).run()
    assert (run.tables.basins.cooperation > 0.4).all()
    assert (without.tables.basins.cooperation == 0.4).all()
    assert (
        referral_exposure(0.33, 1.0, 0.7)
        > referral_exposure(0.33, 1.0, 0.4)
        > referral_exposure(0.33, 1.0, 0.2)
    )


def test_a_weak_fabric_brings_few_projects():
    thin = np.mean([len(accepted_files(world(s, smes=300, months=84))) for s in range(4)])
    dense = np.mean([len(accepted_files(world(s, smes=1500, months=84))) for s in range(4)])
    assert thin < dense / 2.5
