"""A cohort scheme assembled from data alone, with stages that do not know its name."""

import numpy as np

from sim.pair import Pair, accepted_files
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.state import N_SEATS, NEVER
from sim.world import World

# three-month pathways of 4 directors and 12 volunteers, for structuring questions, queue instead of committee
PEERS = {
    "format": 1.0, "takes_expansion": 0.0, "takes_structuring": 1.0, "seats_directors": 4.0,
    "seats_volunteers": 12.0, "path_months": 3.0, "days": 6.5, "months_needed": 5.0, "jobs_min": 0.0,
    "committee_period_months": 1.0, "patience_months": 24.0, "coordinators": 4.0, "fund_euros": 0.0,
    "advance_euros": 0.0, "age_min_months": 0.0, "partners_min": 2.0,
    "referral": 0.3, "application_rate": 0.4, "standard": -99.0, "queue_lapse": 0.06, "quality": 0.7,
    "half_days": 5.5, "implementation": 0.5, "willing": 12.0, "offer_rate": 0.7, "lapse": 0.9,
    "fatigue_up": 0.025, "join_rate": 0.1, "exit_rate": 0.05, "exit_fatigue": 2.0,
}  # fmt: skip


def peers(**changed: float) -> WorldSpec:
    basin = Basin("lyon", "Lyon", 8000, 60, 25, head_offices=60)
    scheme = SchemeSpec("peers", PEERS | changed, (("lyon", 0),))
    return WorldSpec(Territory("lyon", (basin,)), 84, 2018, schemes=(scheme,))


def test_cohorts_are_whole_and_their_members_start_together():
    world = World(peers(), {}, 5).run()
    files = world.files[world.files.cohort != NEVER]
    seats = world.tables.seats[: world.tables.counts[N_SEATS]]
    cohorts, directors = np.unique(files.cohort, return_counts=True)
    assert len(cohorts) >= 10
    assert set(directors) == {4}
    assert set(np.unique(seats.cohort, return_counts=True)[1]) == {12}
    for c in cohorts:
        assert len(set(files.started[files.cohort == c])) == 1
        assert len(set(seats.link[seats.cohort == c])) == 12  # one volunteer a site
    assert (world.projects.need[files.project] <= 2).all()


def test_volunteers_of_cohorts_give_their_days():
    world = World(peers(), {}, 5).run(60)
    seats = world.tables.seats[: world.tables.counts[N_SEATS]]
    done = seats[seats.under_way == 0]
    assert world.tables.locals.days[0] >= 6.5 * len(done) - 1e-9
    assert world.tables.sites.days_total.sum() == np.float64(world.tables.locals.days[0]) or np.isclose(
        world.tables.sites.days_total.sum(), world.tables.locals.days[0]
    )


def test_a_cohort_scheme_has_a_waterfall_like_any_other():
    shape = peers()
    pair = Pair(World(shape, {}, 5).run(), World(shape.without_schemes(), {}, 5).run())
    bars = pair.waterfall()
    assert len(accepted_files(pair.treated)) > 40
    assert bars["deadweight"] > 0
    assert abs(bars["other"]) < 0.05 * bars["realised"]


def test_without_enough_volunteers_no_cohort_starts():
    world = World(peers(seats_volunteers=40.0, offer_rate=0.1), {}, 5).run()
    assert (world.files.cohort == NEVER).all()
    assert world.tables.locals.days[0] == 0
