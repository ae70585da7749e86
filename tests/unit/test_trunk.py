"""Worlds of an item share the months in which they are the same, and their rows are as if they did not."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from experiments import running, trunk
from experiments.items import Item
from experiments.runner import simulate
from experiments.trunk import in_running_order
from sim.spec import Change, WorldSpec
from sim.world import World
from tests.small import spec

PUBLISHED = spec(months=60)
LATE = Change("alize", "referral_effort", 2.0, 40)
MIDDLE = Change("alize", "recruiting_effort", 3.0, 36)
AT_ONCE = Change("alize", "fund_euros", 400_000.0)
ARMS: dict[str, WorldSpec] = {
    "none": PUBLISHED.without_schemes(),
    "published": PUBLISHED,
    "late": replace(PUBLISHED, changes=(LATE,)),
    "other-rules": spec(months=60, rules={"days": 3.0}),
    "both": replace(PUBLISHED, changes=(LATE, MIDDLE)),
    "at-once": replace(PUBLISHED, changes=(AT_ONCE,)),
    "other-rules-late": spec(months=60, rules={"days": 3.0}, changes=(LATE,)),
}


def item_of(arms: dict[str, WorldSpec]) -> Item:
    return Item("all", 0, 0, 7, {}, tuple((name, spec, name.encode()) for name, spec in arms.items()))


def test_whoever_parts_first_comes_first_and_the_trunk_last() -> None:
    order = [name for name, _ in in_running_order(ARMS.items())]
    assert order == ["none", "at-once", "both", "late", "published", "other-rules-late", "other-rules"]
    assert [name for name, _ in in_running_order([("a", object()), ("b", object())])] == ["a", "b"]


def test_the_world_without_schemes_came_last_where_the_case_has_none() -> None:
    bare = PUBLISHED.without_schemes()
    arms = {"none": bare, "published": bare, "same": bare}
    assert next(name for name, _ in in_running_order(arms.items())) == "none"
    assert all(arm.status == "ok" for arm in simulate(item_of(dict(in_running_order(arms.items())))))


def test_rows_are_those_of_worlds_run_alone() -> None:
    """In whatever order they are asked for, and counts by kind of firm (36 and 60 months) among them."""
    alone = {
        arm.policy: arm
        for name in ARMS
        for arm in simulate(item_of({"none": ARMS["none"]} | {name: ARMS[name]}))
    }
    for arms in (dict(in_running_order(ARMS.items())), ARMS, dict(reversed(ARMS.items()))):
        arms = {"none": ARMS["none"]} | arms
        for arm in simulate(item_of(arms)):
            other = alone[arm.policy]
            assert (arm.status, arm.error, arm.census) == ("ok", "", (36, 60))
            assert arm.outcomes == pytest.approx(other.outcomes, rel=0, abs=0, nan_ok=True)
            for kind in ("series", "horizon", "kinds"):
                for ours, theirs in zip(getattr(arm, kind).values(), getattr(other, kind).values()):
                    np.testing.assert_array_equal(ours, theirs)


def months_run(arms: dict[str, WorldSpec], monkeypatch: pytest.MonkeyPatch) -> int:
    run, total = World.run, 0

    def counted(self: World, until: int | None = None) -> World:
        nonlocal total
        total += (until or self.spec.horizon_months) - self.month
        return run(self, until)

    with monkeypatch.context() as patch:
        patch.setattr(World, "run", counted)
        assert all(arm.status == "ok" for arm in simulate(item_of(arms)))
    return total


def test_shared_months_are_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    arms = dict(in_running_order(ARMS.items()))
    assert months_run(arms, monkeypatch) == 60 + (60 + 60 + 24 + 20) + (60 + 20)


def test_one_world_that_fails_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of the trunk, beyond the months that it shares."""
    step = running.Clock.run

    def fails(self, world, until, look=None):
        found = step(self, world, until, look)
        if world.spec is ARMS["published"] and until == 60:
            raise RuntimeError("published fails")
        return found

    monkeypatch.setattr(trunk.Clock, "run", fails)
    rows = {arm.policy: arm for arm in simulate(item_of(dict(in_running_order(ARMS.items()))))}
    assert rows.pop("published").status == "failed"
    assert {arm.status for arm in rows.values()} == {"ok"}


def test_a_trunk_that_fails_where_it_is_shared_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    step, failed = running.Clock.run, []

    def fails(self, world, until, look=None):
        if world.spec is ARMS["published"] and until == 36 and not failed:
            failed.append(world)
            raise RuntimeError("for once")
        return step(self, world, until, look)

    monkeypatch.setattr(trunk.Clock, "run", fails)
    rows = {arm.policy: arm.status for arm in simulate(item_of(dict(in_running_order(ARMS.items()))))}
    assert rows.pop("both") == "failed"
    assert set(rows.values()) == {"ok"}


def test_time_is_up_where_months_are_shared_too(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(0, 10_000, 40))
    monkeypatch.setattr(running.time, "monotonic", lambda: next(times))
    arms = {name: ARMS[name] for name in ("none", "late", "published")}
    rows = {arm.policy: arm for arm in simulate(item_of(arms)._replace(timeout=100.0))}
    assert {arm.status for arm in rows.values()} == {"timeout", "failed"}
    assert all(a.started <= b.started for a, b in pairwise(rows.values()))
