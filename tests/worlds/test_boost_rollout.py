"""PME Boost'Innov from one place to many: places, pace, rigour, training, a floor under quality."""

from dataclasses import replace

import numpy as np
import pytest

from sim.outcomes import levels
from sim.spec import Change
from sim.state import N_COHORTS, NEVER
from sim.world import World
from tests.worlds.test_boost import LIVELY, run, small

REGION = {"basins": 6, "smes": 1200, "sites": 20, "founders": 14, "months": 84}


def openings(world: World) -> list[int]:
    return sorted(world.tables.locals.start[world.tables.locals.opened == 1])


def test_places_and_pace_set_where_and_when_local_schemes_open():
    assert openings(run(1, **REGION)) == [0] * 6  # no limit, as any scheme
    assert openings(run(1, **REGION, opening_places=1.0)) == [0]
    assert openings(run(1, **REGION, opening_pace=2.0)) == [0, 6, 12, 18, 24, 30]
    assert openings(run(1, **REGION, opening_pace=2.0, opening_places=3.0)) == [0, 6, 12]


@pytest.mark.parametrize("pace", [5.0, 8.0, 10.0, 24.0])
def test_a_pace_above_four_a_year_gave_fewer_places(pace):
    """Openings kept whole months apart: ten a year came to six, and none above twelve was reached."""
    world = run(1, basins=25, smes=20, sites=4, founders=3, months=14, opening_pace=pace)
    assert sum(month < 12 for month in openings(world)) == pace


def test_a_roll_out_that_waited_makes_up_for_nothing():
    shape = small(basins=5, smes=20, sites=4, founders=3, months=40, opening_pace=10.0)
    (scheme,) = shape.schemes
    late = tuple((basin, 30 * (k > 0)) for k, (basin, _) in enumerate(scheme.opens))
    spec = replace(shape, schemes=(replace(scheme, opens=late),))
    assert openings(World(spec, LIVELY, 1).run()) == [0, 30, 31, 32, 33]


def test_a_basin_without_large_sites_used_up_a_place():
    """It opened there, closed in the same month, and the third basin never had its turn."""
    shape = small(basins=3, smes=50, months=12, opening_places=2.0)
    first, *others = shape.territory.basins
    without = replace(first, large_sites=0, founders=0, head_offices=0)
    territory = replace(shape.territory, basins=(without, *others))
    locals_ = World(replace(shape, territory=territory), LIVELY, 1).run().tables.locals
    assert locals_.opened.tolist() == locals_.alive.tolist() == [0, 1, 1]
    assert locals_.closed.tolist() == [NEVER] * 3


def test_local_schemes_not_opened_leave_their_basins_untouched():
    one, without = (
        run(1, **REGION, opening_places=1.0),
        World(small(**REGION).without_schemes(), LIVELY, 1).run(),
    )
    elsewhere = one.tables.smes.basin > 0
    assert (one.tables.causes[:, elsewhere] == without.tables.causes[:, elsewhere]).all()
    assert one.tables.locals.coordination_cost[1:].sum() == 0


def test_rigour_falls_with_the_pace_and_rises_with_training():
    def mean_rigour(pace: float, trained: float) -> float:
        return levels(run(1, **REGION, opening_pace=pace, training_places=trained))["rigour"]

    assert mean_rigour(1.0, 2.0) > mean_rigour(12.0, 2.0) > mean_rigour(12.0, 0.0)
    assert mean_rigour(12.0, 12.0) > mean_rigour(12.0, 2.0)


def test_a_floor_under_quality_holds_the_roll_out_back():
    fast = run(1, **REGION, opening_pace=12.0, training_places=2.0)
    held = run(1, **REGION, opening_pace=12.0, training_places=2.0, quality_floor=0.7)
    assert sum(openings(held)) > sum(openings(fast)) + 60
    started = held.tables.cohorts[: held.tables.counts[N_COHORTS]]
    assert (held.tables.locals.rigour[np.unique(started.local)] > 0).all()
    assert levels(held)["rigour"] > levels(fast)["rigour"]


def test_training_is_conserved():
    world = run(1, **REGION, training_places=6.0)
    parent = world.tables.locals[0]
    assert parent.trained + parent.in_training == pytest.approx(4 + 6 * 83 / 12)  # from the second month on
    assert parent.coordination_cost > 6 * 7 * 6000


def test_training_stopped_for_all_places_when_the_first_closed():
    changes = (
        Change("boost_innov", "partners_min", 10.0, 30, 0, ("b0",)),
        Change("boost_innov", "recruiting_effort", 0.0, 0, 0, ("b0",)),
    )
    shape = {**REGION, "founders": 9, "training_places": 3.0, "training_euros": 1000.0, "changes": changes}
    before, after = run(1, **{**shape, "months": 30}), run(1, **shape)
    first = after.tables.locals[0]
    assert first.closed == 30
    assert after.tables.locals.alive[1:].any()
    months = 84 - 31
    begun = 3.0 / 12.0 * months
    held = before.tables.locals[0]
    assert first.trained + first.in_training == pytest.approx(held.trained + held.in_training + begun + 0.25)
    assert first.in_training == pytest.approx(3.0 / 12.0 * 8.0, rel=0.01)  # as many as in any month
    assert first.coordination_cost - held.coordination_cost == pytest.approx(250.0, abs=1e4)
