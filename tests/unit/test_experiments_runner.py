"""One item: arms, their pairs, their series."""

import numpy as np
import pytest

from experiments.census import BY_KIND, SECTORS, SIZES, Census
from experiments.items import Item, Request
from experiments.parameters import source
from experiments.plan import Experiment, Group
from experiments.runner import AT_HORIZON, SERIES, broken, simulate
from scenarios.load import Case
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.spec import Change
from sim.world import World
from tests.small import spec

CHANGE = Change("alize", "recruiting_effort", 0.0)


def request() -> Request:
    published = spec(months=30)
    arms = {
        "none": published.without_schemes(),
        "published": published,
        "no-renewal": spec(months=30, changes=(CHANGE,)),
    }
    group = Group("all", Case("small", "", "", published, (), ()), arms)
    of = Experiment("compare", "small", "", "published", (group,), 1, source("prior", ["alize"], 1))
    return Request(of, 1)


@pytest.fixture(scope="module")
def item() -> Item:
    return request().item(0)


def test_an_item_gives_what_its_worlds_give(item: Item) -> None:
    found = {arm.policy: arm for arm in simulate(item)}
    worlds = {p: World(s, item.values, item.world_seed).run() for p, s, _ in item.arms}
    assert list(found) == ["none", "no-renewal", "published"]  # which the others part from
    for policy, world in worlds.items():
        wanted = levels(world)
        if policy != "none":
            wanted |= differences(Pair(world, worlds["none"]))
        assert list(found[policy].outcomes) == list(wanted)
        np.testing.assert_array_equal(list(found[policy].outcomes.values()), list(wanted.values()))
    assert {arm.status for arm in found.values()} == {"ok"}


def test_series_and_horizon(item: Item) -> None:
    none, _, published = simulate(item)
    assert published.months == (12, 24, 30)
    assert (set(published.series), set(published.horizon)) == (set(SERIES), set(AT_HORIZON))
    assert (set(none.series), set(none.horizon)) == ({"jobs"}, {"smes"})
    for values in published.series.values():
        assert values.shape == (3, 3)
    gap = published.series["jobs"] - none.series["jobs"]
    np.testing.assert_array_equal(published.series["jobs_net"], gap)
    assert published.horizon["jobs_net_total"].sum() == pytest.approx(published.outcomes["jobs_net"])
    assert published.series["partners"][-1].sum() == published.outcomes["partners_active"]
    np.testing.assert_allclose(published.horizon["jobs_net_total"], gap[-1], atol=1e-9)


def test_jobs_by_kind_of_firm_add_up(item: Item) -> None:
    """By size and by sector the jobs of every basin are all there; at the start nobody is founded since."""
    none, _, published = simulate(item)
    assert published.census == (30,)
    for kinds in (SIZES, SECTORS):
        total = np.sum([published.kinds[column] for column, _ in kinds.values()], axis=0)
        np.testing.assert_allclose(total, published.series["jobs"][-1:], rtol=1e-12)
    world = World(spec(months=36), item.values, item.world_seed)
    census, there = Census(world), world.tables.size > 0
    world.run(36)
    census.look(world)
    found = census.series()
    assert found["jobs_size_new"].sum() == pytest.approx(world.tables.size[~there].sum())
    assert set(found) == set(none.kinds) == set(BY_KIND)
    trade = world.tables.sector == list(SECTORS).index("trade")
    assert found["jobs_sector_trade"].sum() == pytest.approx(world.tables.size[trade].sum())


def test_what_is_kept_is_not_given_again(item: Item) -> None:
    whole = list(simulate(item))
    rest = list(simulate(request().item(0, frozenset({"none", "published"}))))
    assert [arm.policy for arm in rest] == [
        "none",
        "no-renewal",
    ]  # what the others are compared with comes first
    np.testing.assert_array_equal(list(rest[1].outcomes.values()), list(whole[1].outcomes.values()))


def test_a_world_ended_from_outside_is_a_row(item: Item) -> None:
    (row,) = broken(item, "published", "timeout", "too long", 3.0)
    assert (row.policy, row.status, row.error, row.wall_s) == ("published", "timeout", "too long", 3.0)
    assert row.key == item.arms[2][2]


def test_without_the_world_without_schemes_the_others_have_no_pair(item: Item) -> None:
    none, *others = broken(item, "none", "killed", "no memory", 3.0)
    assert (none.policy, none.status) == ("none", "killed")
    assert [(row.policy, row.status) for row in others] == [("no-renewal", "failed"), ("published", "failed")]
    assert all("its pair" in row.error and "no memory" in row.error for row in others)
