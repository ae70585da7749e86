"""What wears a partner out: days asked of its site or, under a rival rule, missions that tire its people."""

import numpy as np

from sim.world import World
from tests.small import spec

BUSY = {
    "project_rate": 0.02, "alize.referral": 0.9, "alize.application_rate": 0.9, "alize.standard": -9.0,
    "alize.fatigue_up": 0.1,
}  # fmt: skip


def run(**values: float) -> World:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return World(spec(basins=3, smes=300, months=60), BUSY | named, 11).run()


def test_days_wear_sites_where_people_do_not_count() -> None:
    sites = run(wear_of_people=0.0).tables.sites
    assert sites.wear.max() > 0
    assert (sites.wear == sites.fatigue).all()


def test_people_who_never_stop_wear_nobody_out_under_the_rival_rule() -> None:
    tables = run(wear_of_people=1.0, alize__lapse=0.0).tables
    assert tables.sites.fatigue.max() > 0
    assert (tables.sites.wear == 0).all()


def test_the_more_people_stop_the_more_partners_are_worn_out_and_the_fewer_missions_there_are() -> None:
    few, many = (run(wear_of_people=1.0, alize__lapse=lapse, alize__recovery=0.01) for lapse in (0.1, 0.9))
    assert many.tables.sites.wear.mean() > few.tables.sites.wear.mean()
    missions = [int(np.sum(world.files.person >= 0)) for world in (few, many)]
    assert missions[1] < missions[0]


def test_days_do_not_matter_under_the_rival_rule() -> None:
    light, heavy = (run(wear_of_people=1.0, alize__fatigue_up=up) for up in (0.01, 0.1))
    assert (light.tables.size == heavy.tables.size).all()
    light, heavy = (run(wear_of_people=0.0, alize__fatigue_up=up) for up in (0.01, 0.1))
    assert (light.tables.size != heavy.tables.size).any()
