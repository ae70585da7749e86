"""A world that goes on from another under other levers is, to the bit, the world that had them all along."""

from dataclasses import replace

import numpy as np
import pytest

from sim.fork import FIXED, fork, parts_at
from sim.spec import Change, WorldSpec
from sim.state import FULL
from sim.world import World
from tests import small, small_five, small_market
from tests.tables import in_use

REFERRAL = Change("alize", "referral_effort", 2.0, 14)
RAMP = Change("alize", "recruiting_effort", 3.0, 20, ramp_months=9)
EVENTS = Change("pacte_pme", "events_per_year", 12.0, 17)
SCRATCH = {"chances", "flags", "eventful"}  # written anew before they are read


def same(one: World, other: World) -> bool:
    """Whether two worlds are identical, column by column; of tables that grow, the rows in use."""
    of_other = in_use(other)
    for name, table in in_use(one).items():
        theirs = of_other[name]
        if name == "counts":
            table, theirs = table[:FULL], theirs[:FULL]
        for column in table.dtype.names or ("",):
            ours, others = (table[column], theirs[column]) if column else (table, theirs)
            if name not in SCRATCH and ours.tobytes() != others.tobytes():
                return False
    heads = zip((one.headcounts, one.research_heads), (other.headcounts, other.research_heads))
    return all(len(a) == len(b) and all(map(np.array_equal, a, b)) for a, b in heads)


@pytest.mark.parametrize("month", [0, 1, 13, 14])
def test_a_fork_is_the_world_that_had_its_levers_all_along(month: int) -> None:
    plain, changed = small.spec(), small.spec(changes=(REFERRAL, RAMP))
    assert parts_at(plain, changed) == 14
    trunk = World(plain, {}, 5).run(month)
    assert same(fork(trunk, changed).run(), World(changed, {}, 5).run())
    assert same(trunk.run(), World(plain, {}, 5).run())  # which its fork has left alone


def test_all_schemes_fork() -> None:
    plain, changed = small_five.region(), small_five.region(changes=(REFERRAL, RAMP, EVENTS))
    trunk = World(plain, small_five.EAGER, 3).run(14)
    branch = fork(trunk, changed)
    for name in FIXED:
        assert getattr(branch.tables, name) is getattr(trunk.tables, name)
    before = {name: getattr(trunk.tables, name).copy() for name in FIXED}
    assert same(branch.run(), World(changed, small_five.EAGER, 3).run())
    for name, table in before.items():
        assert table.tobytes() == getattr(trunk.tables, name).tobytes()


def test_a_fork_of_a_fork_and_forks_of_tables_that_have_grown() -> None:
    values = small_market.LIVELY | {"pacte_pme.needs_rate": 8.0}
    plain = small_market.place()
    first = replace(plain, changes=(EVENTS,))
    second = replace(plain, changes=(EVENTS, Change("pacte_pme", "platform", 1.0, 30)))
    trunk = World(plain, values, 2).run(17)
    trunk.tables.counts[FULL] = 0
    trunk._grow()
    branch = fork(fork(trunk, first).run(30), second)
    assert same(branch.run(), World(second, values, 2).run())


def test_when_worlds_part() -> None:
    plain = small.spec()

    def parting(*changes: Change, of: tuple[Change, ...] = ()) -> int | None:
        return parts_at(replace(plain, changes=of), replace(plain, changes=changes))

    assert parting() == plain.horizon_months
    assert parting(REFERRAL, RAMP, of=(RAMP, REFERRAL)) == plain.horizon_months
    assert parting(REFERRAL, RAMP, of=(REFERRAL,)) == 20
    assert parting(RAMP, of=(replace(RAMP, ramp_months=2),)) == 20
    assert parting(replace(REFERRAL, from_month=900)) == plain.horizon_months
    assert parts_at(plain, plain.without_schemes()) is None
    assert parts_at(plain, small.spec(months=61)) is None


def test_worlds_that_have_parted_are_refused() -> None:
    trunk = World(small.spec(), {}, 1).run(15)
    for other in (small.spec(changes=(REFERRAL,)), small.spec(months=61)):
        with pytest.raises(ValueError, match="no longer the same"):
            fork(trunk, other)


def test_every_field_is_told_apart_or_a_change() -> None:
    """A field that is added to the specification is not forgotten."""
    from sim.fork import ALIKE

    assert {*ALIKE, "changes"} == set(WorldSpec.__dataclass_fields__)
