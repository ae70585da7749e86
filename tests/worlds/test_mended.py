"""Bugs that were, each by its name."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from sim.handle import handle_of
from sim.markets_seen import sme_share
from sim.pair import accepted_files, asked, realised, reported, windows
from sim.places_seen import fall, theil
from sim.spec import Change, Closure
from sim.state import COMPLETED, DEAD, GRADUATED, JOBS, N_SEATS, NEVER, UNSERVED
from sim.world import World
from tests import small_boost, small_five, small_plan
from tests.small import spec
from tests.small_market import place
from tests.small_pole import pole_world
from tests.worlds.test_cohort_from_data import peers

LIVELY = {"project_rate": 0.02, "alize.referral": 0.9, "alize.application_rate": 1.0}


def test_hires_in_the_second_window_of_a_firm_are_reported_too():
    run = World(spec(basins=2, smes=500, months=150), LIVELY, 3).run()
    files = accepted_files(run)
    seen = windows(asked(files))
    assert len(set(seen.firm)) < len(seen.firm)  # some firms came back after three years
    assert reported(run, files) == pytest.approx(realised(run, seen).sum())


def days_by_month(*changes: Change) -> list[float]:
    world = World(spec(basins=1, smes=20, months=16, changes=changes), {}, 1)
    found = []
    for _ in range(16):
        world.step()
        found.append(float(world.tables.rules.days[0]))
    return found


def test_a_change_inside_a_ramp_ends_the_ramp():
    found = days_by_month(Change("alize", "days", 24.0, 0, 10), Change("alize", "days", 0.0, 5))
    assert found[:5] == pytest.approx([6.0, 8.0, 10.0, 12.0, 14.0])
    assert found[5:] == [0.0] * 11


def test_of_two_changes_for_one_month_the_last_counts():
    assert days_by_month(Change("alize", "days", 9.0, 3), Change("alize", "days", 2.0, 3))[3:] == [2.0] * 13


@pytest.mark.parametrize("lever", ["national_pact", "skills_axis"])
def test_what_is_yes_or_no_rose_month_by_month(lever):
    """Buyers committed themselves to the fraction of the first month, for ever."""
    (switch,) = World(place(months=36, changes=(Change("pacte_pme", lever, 1.0, 6, 12),))).tables.switches
    assert (switch.month, switch.value) == (6, 1.0)


def test_seats_of_cohorts_never_outgrow_their_table():
    shape = peers()
    short = World(shape, {}, 5)
    short.tables = short.tables._replace(seats=short.tables.seats[:61].copy())
    short._handle = handle_of(short.tables)
    short.run()
    whole = World(shape, {}, 5).run()
    n = whole.tables.counts[N_SEATS]
    assert n > 61
    assert short.tables.seats[:n].tobytes() == whole.tables.seats[:n].tobytes()


def test_firms_that_never_open_a_project_have_none_behind_them():
    """No chance to divide by: the past once had months without end, and memory that is not there."""
    world = World(spec(basins=1, smes=200, months=12), {"project_rate": 0.0}, 3).run()
    assert len(world.projects) == 0


def test_a_gain_that_fades_while_the_director_is_away_leaves_no_capability_below_nought():
    """What is missing was once taken off a gain that then faded under it."""
    slow = {"slowdown": 0.1, "days": 12.0, "path_months": 3.0, "jobs_min": 0.0}
    slow |= {"standard": -9.0, "months_needed": 4.0}
    values = LIVELY | {"project_rate": 0.1, "project_months_mean": 12.0, "capability_gain": 0.4}
    run, lowest = World(spec(basins=1, smes=300, months=60, large_sites=30, rules=slow), values, 7), 1.0
    for _ in range(60):
        run.step()
        lowest = min(lowest, run.tables.smes.capability.min())
    assert run.files.dip.max() > 0.0
    assert lowest >= 0.0


def test_a_project_that_the_pole_turns_away_no_longer_goes_through_it():
    """It kept its local scheme, and with it the synergies of a project through the pôle."""
    rows = pole_world(basins=2, smes=600, months=60).rd
    away = rows[(rows.filed > 0) & (rows.funded == NEVER) & (rows.started != NEVER)]
    assert len(away) > 5
    assert (away.local == NEVER).all()


def test_a_call_never_pays_for_a_firm_that_has_just_closed():
    """It gave a job to it, and with it R&D that went on without a firm."""
    run = pole_world(basins=2, smes=600, months=60, values={"exit_base": 0.02, "idea_rate": 0.06})
    assert (run.rd.funded != NEVER).sum() > 50
    assert (run.tables.size[run.tables.smes.status == DEAD] == 0).all()


def test_a_stricter_age_holds_young_firms_back_and_none_lets_them_in():
    """Firms applied more often under the age that the scheme asks for, whichever it was: an age of ten years
    brought more of the firms in that it holds back, and none kept young ones out."""

    def accepted(age: float, under: int) -> int:
        """Files of firms under so many months that are accepted where this age is asked for."""
        changes = (Change("alize", "age_min_months", age),)
        values = LIVELY | {"alize.application_rate": 0.1, "alize.young_penalty": 1.0}
        worlds = [
            World(spec(basins=2, smes=600, months=60, changes=changes), values, n).run() for n in range(3)
        ]
        found = [(w, accepted_files(w)) for w in worlds]
        return sum(int((f.applied - w.tables.born[f.firm] < under).sum()) for w, f in found)

    assert accepted(120.0, 120) < accepted(36.0, 120)
    assert accepted(0.0, 36) > accepted(36.0, 36) > 10


def test_young_firms_were_let_in_for_their_youth_where_files_are_ranked_by_need():
    """What is held against them was taken off their merit, and need is minus merit."""

    def young_share(penalty: float) -> float:
        """Share of young firms among those accepted by need."""
        rules = {"selection": 2.0, "acceptance_share": 0.5}
        values = LIVELY | {"alize.young_penalty": penalty, "alize.young_application": 3.0}
        shape = spec(basins=2, smes=600, months=60, rules=rules)
        return float(np.mean([accepted_files(World(shape, values, n).run()).young.mean() for n in range(3)]))

    assert young_share(1.5) < young_share(0.0)


def test_a_market_place_whose_only_buyer_has_closed_has_no_share_of_purchases():
    """Its purchases were weights that sum to nought."""
    shape = place(smes=60, months=12, sites=1, neighbours=0)
    here = replace(shape.territory.basins[0], founders=1)
    territory = replace(shape.territory, basins=(here,))
    run = World(replace(shape, territory=territory, closures=(Closure("here", 6),)), {}, 2).run(6)
    assert sme_share(run) > 0.0
    assert isnan(sme_share(run.run()))


@pytest.mark.filterwarnings("error")
def test_a_basin_that_had_no_job_left_after_a_month_had_a_growth():
    run = World(spec(basins=3, smes=30, months=6), {}, 1).run()
    jobs = run.tables.series[:, :, JOBS]
    two = World(spec(basins=2, smes=30, months=6), {}, 1).run()
    two.tables.series[:, :, JOBS] = jobs[:, :2]
    jobs[:, 2] = 0.0
    assert theil(run) == theil(two) > 0.0
    jobs[:] = 0.0
    assert isnan(theil(run))
    assert np.isnan(fall(run)).all()


def test_committees_that_see_few_files_accepted_nearly_all_of_them():
    """Where they do not rank by merit: three quarters of a file were a file."""
    shape = spec(basins=12, smes=60, months=72, rules={"selection": 4.0, "jobs_min": 1.0})
    files = np.concatenate([World(shape, LIVELY, n).run().files for n in range(3)])
    decided = files["decided"] != NEVER
    assert decided.sum() > 1000
    assert (files["accepted"][decided] != NEVER).mean() == pytest.approx(0.75, abs=0.05)


def test_files_lapsed_before_any_committee_that_could_see_them():
    """Where committees were further apart than an accepted file waits for help."""
    rules = {"committee_period_months": 12.0, "files_per_coordinator": 200.0}
    run = World(spec(basins=3, smes=600, months=72, rules=rules), LIVELY, 1).run()
    unseen = run.files[(run.files.state == UNSERVED) & (run.files.decided == NEVER)]
    closed = run.tables.locals.alive[unseen.local] == 0
    late = run.projects.due[unseen.project] < unseen.ended
    grown = run.tables.smes.status[unseen.firm] == GRADUATED
    assert (closed | late | grown).all()
    waited = run.files.decided - run.files.applied
    assert (waited[run.files.decided != NEVER] > 6).sum() > 20


def test_sponsors_gave_days_that_their_volunteers_had_given_already():
    """A site with five willing persons, of twelve days each, gave more than sixty in its first year."""
    rules = {
        "pole": {"sponsorship": 1.0, "sponsor_days": 5.0},
        "alize": {"days": 4.0, "path_months": 1.0, "committee_period_months": 1.0, "partners_min": 0.0},
    }
    shape = small_five.region(("alize", "pole"), smes=2000, months=12, large_sites=3, rules=rules)
    run = World(shape, small_five.EAGER | {"technology_reach": 0.9}, 2).run()
    given = run.tables.sites.days_total
    assert (run.files.person != NEVER).sum() > 5
    assert 55 < given.max() <= 60 + 1e-9


def test_days_that_a_later_rule_asks_for_were_given_in_pathways_begun_before():
    """Nobody had paid for them, nor booked them on anybody."""
    more = Change("plan_pme", "days", 26.0, from_month=24)
    run = World(small_plan.region(months=36, changes=(more,)), small_plan.EAGER, 1).run()
    files = run.files[run.files.state == COMPLETED]
    assert set(np.round(files.days[files.started < 24], 9)) == {7.0}
    assert set(np.round(files.days[files.started >= 24], 9)) == {26.0}
    assert ((files.started < 24) & (files.ended >= 24)).sum() > 5

    def volunteer_days(*changes: Change) -> float:
        """Days that volunteers of cohorts give where no cohort starts after month 24."""
        none = Change("boost_innov", "cohorts_per_year", 0.0, from_month=24)
        shape = small_boost.boost(months=48, changes=(none, *changes))
        return float(World(shape, small_boost.BUSY, 1).run(36).tables.locals.days.sum())

    assert volunteer_days(Change("boost_innov", "days", 12.0, from_month=24)) == volunteer_days() > 0.0


def test_a_later_action_turned_down_promised_the_jobs_of_its_project_again():
    """It came back as the first action of the project, with the jobs that the first one had promised."""
    rules = {"next_action": 0.9, "path_months": 2.0, "committee_period_months": 1.0, "months_needed": 3.0}
    run = World(spec(basins=3, smes=800, months=60, rules=rules | {"standard": 0.3}), LIVELY, 2).run()
    back = run.files[run.files.attempt == 1]
    assert (back.step > 0).sum() > 3
    assert (back.jobs[back.step > 0] == 0.0).all()
    promised = run.files[(run.files.accepted != NEVER) & (run.files.jobs > 0.0)]
    assert len(np.unique(promised.project)) == len(promised)
