"""PME Boost'Innov in small worlds: what changes nothing, who sits where, signs of each mechanism."""

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest

from scenarios.load import load_case, load_policies, load_scheme
from sim.markets_seen import MARKETS
from sim.outcomes import OUTCOMES, differences, levels, public_cost
from sim.pair import Pair, accepted_files, reported
from sim.poles_seen import POLES
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from sim.state import (
    COMPLETED,
    FREE,
    N_COHORTS,
    N_SEATS,
    NEVER,
    OFFERED,
    ON_MISSION,
    SEAT_TAKEN,
    STARTED,
    TRANSITION,
)
from sim.world import World
from tests.small import ALIZE, same_firms

# many directors, and projects worth coming for
LIVELY = {"project_rate": 0.012, "boost_innov.referral": 0.3, "boost_innov.application_rate": 0.3}
RULES = dict(load_scheme("boost_innov").rules)


def small(months: int = 60, smes: int = 1500, sites: int = 30, founders: int = 20, basins: int = 1,
          changes: tuple[Change, ...] = (), **rules: float) -> WorldSpec:  # fmt: skip
    places = tuple(
        Basin(f"b{k}", f"Basin {k}", smes, sites, founders, head_offices=sites) for k in range(basins)
    )
    scheme = SchemeSpec("boost_innov", RULES | rules, tuple((place.id, 0) for place in places))
    return WorldSpec(Territory("t", places), months, 2018, schemes=(scheme,), changes=changes)


def run(seed: int = 1, values: dict[str, float] | None = None, **shape) -> World:
    return World(small(**shape), LIVELY | (values or {}), seed).run()


def pair(seed: int, values: dict[str, float] | None = None, **shape) -> Pair:
    spec = small(**shape)
    known = LIVELY | (values or {})
    return Pair(World(spec, known, seed).run(), World(spec.without_schemes(), known, seed).run())


@pytest.mark.parametrize(
    "rules",
    [
        {"days": 0.0},
        {"coordinators": 0.0},  # nobody to receive a director
        {"facilitators": 0.0},  # nobody to lead a cohort
        {"cohorts_per_year": 0.0},
        {"opening_places": 0.0},
        {"seats_volunteers": 40.0, "facilitators": 1.0},
        {"partners_min": 10.0, "recruiting_effort": 0.0},
        {"quality_floor": 1.0, "screening": 1.0, "facilitators": 0.0},
    ],
)
def test_no_days_no_money_no_place_is_the_world_without(rules):
    shape = small(**rules, **({"founders": 2} if "partners_min" in rules else {}))
    treated = World(shape, LIVELY, 3).run()
    assert same_firms(treated, World(shape.without_schemes(), LIVELY, 3).run())


@pytest.mark.parametrize(
    "values", [{"boost_innov.offer_rate": 0.0}, {"boost_innov.willing": 0.0}, {"boost_innov.attendance": 0.0,
               "boost_innov.slowdown": 0.0}]
)  # fmt: skip
def test_no_manager_is_the_world_without(values):
    shape = small()
    treated = World(shape, LIVELY | values, 3).run()
    assert same_firms(treated, World(shape.without_schemes(), LIVELY | values, 3).run())
    assert treated.tables.locals.days.sum() == 0


def test_a_policy_that_touches_nobody_is_bit_identical():
    plain, noop = run(2), run(2, changes=(Change("boost_innov", "screening", RULES["screening"], 12),))
    assert same_firms(plain, noop)
    assert plain.files.tolist() == noop.files.tolist()
    seats = plain.tables.counts[N_SEATS]
    assert plain.tables.seats[:seats].tolist() == noop.tables.seats[:seats].tolist()


def test_a_programme_without_effect_declares_jobs_and_nets_exactly_none():
    values = {"success_met": 0.0, "capability_gain": 0.0, "turnover_advice": 0.0, "boost_innov.slowdown": 0.0}
    found = pair(8, values)
    files = accepted_files(found.treated)
    declared = reported(found.treated, files)
    assert len(files) > 40
    assert declared > 20
    assert reported(found.treated, files, without=found.control) == declared
    assert found.waterfall()["net"] == 0.0


def test_cohorts_are_whole_and_come_from_the_right_people():
    world = run(4)
    t, files = world.tables, world.files
    n = t.counts[N_COHORTS]
    seats = t.seats[: t.counts[N_SEATS]]
    assert n > 8
    for c in range(n):
        mine = files[files.cohort == c]
        assert len(mine) == 4
        assert (mine.started == t.cohorts.started[c]).all()
        people = seats.person[seats.cohort == c]
        assert len(set(people)) == 12
        assert t.cohorts.employers[c] == len({p // 40 for p in people})
    assert (world.projects.need[files.project] <= TRANSITION).all()
    assert (files["size"] >= 2).all()


def everybody_is_in_one_place(world: World) -> None:
    t, files = world.tables, world.files
    seats = t.seats[: t.counts[N_SEATS]]
    busy = np.concatenate(
        [seats.person[seats.under_way == SEAT_TAKEN],
         files.person[(files.state == STARTED) & (files.person != NEVER)]]
    ).astype(int)  # fmt: skip
    assert len(set(busy)) == len(busy)
    assert set(np.flatnonzero(t.persons.state == ON_MISSION)) == set(busy)
    waiting = np.flatnonzero(t.persons.state == OFFERED)
    assert len(waiting) == t.locals.waiting.sum()
    for row in waiting:
        link = t.partnerships[t.persons.link[row]]
        assert link.site == row // 40
        assert link.local == t.persons.local[row]
    assert (t.persons.days_year <= t.economy.person_days_max[0] + 1e-9).all()
    under_way = t.cohorts[: t.counts[N_COHORTS]]
    for k in range(len(t.locals)):
        assert t.locals.in_session[k] == ((under_way.local == k) & (under_way.open == 1)).sum()
    held = np.flatnonzero(np.isin(files.state, (0, 2, 3)))
    assert len(set(files.firm[held])) == len(held)


def test_two_schemes_share_firms_sites_and_persons():
    places = (Basin("b0", "B", 1500, 20, 14, head_offices=20),)
    alize = SchemeSpec("alize", ALIZE, (("b0", 0),))
    boost = SchemeSpec("boost_innov", RULES | {"seats_volunteers": 6.0}, (("b0", 6),))
    values = LIVELY | {"alize.referral": 0.6, "alize.application_rate": 0.6, "alize.willing": 12.0}
    world = World(WorldSpec(Territory("t", places), 60, 2018, schemes=(alize, boost)), values, 6)
    for _ in range(60):
        world.step()
        everybody_is_in_one_place(world)
    started = world.files[world.files.started != NEVER]
    assert set(world.tables.locals.scheme[started.local]) == {0, 1}
    assert world.tables.counts[N_COHORTS] > 3
    # attention is shared: a project is filed at one scheme only
    assert len(set(world.files.project[world.files.attempt == 0])) == (world.files.attempt == 0).sum()


def test_everybody_is_in_one_place_every_month_also_when_levers_change():
    changes = (
        Change("boost_innov", "days", 12.0, 10), Change("boost_innov", "rest_months", 4.0, 20),
        Change("boost_innov", "missions_per_site_year", 2.0, 30), Change("boost_innov", "days", 3.0, 40),
    )  # fmt: skip
    world = World(
        small(changes=changes), LIVELY | {"boost_innov.recall": 0.1, "boost_innov.exit_rate": 0.3}, 2
    )
    for _ in range(60):
        world.step()
        everybody_is_in_one_place(world)


@pytest.mark.parametrize("rules", [{"missions_per_site_year": 2.0}, {"rest_months": 4.0}])
def test_a_cap_and_a_rest_hold_for_cohorts(rules):
    world = World(small(**rules, seats_volunteers=8.0), LIVELY, 2)
    last = np.full(30, -100)
    for month in range(60):
        missions = world.tables.sites.missions_year.copy() * (month % 12 != 0)
        world.step()
        t = world.tables
        started = t.sites.missions_year - missions
        if "rest_months" in rules:
            assert started.max() <= 1
            assert (month - last[started > 0] >= 4).all()
            last[started > 0] = month
        else:
            assert t.sites.missions_year.max() <= 2
    assert world.tables.counts[N_COHORTS] > 4


def test_when_a_scheme_closes_those_who_wait_go_home():
    changes = (
        Change("boost_innov", "partners_min", 10.0, 20),
        Change("boost_innov", "recruiting_effort", 0.0),
    )
    shape = small(founders=9, changes=changes, seats_volunteers=40.0)
    world = World(shape, LIVELY | {"boost_innov.exit_rate": 0.0}, 1)
    world.run(20)
    assert world.tables.locals.waiting[0] > 5
    world.run(22)
    assert world.tables.locals.alive[0] == 0
    assert world.tables.locals.waiting[0] == 0
    assert not (world.tables.persons.state == OFFERED).any()


def mean_of(name: str, seeds: range, values: dict[str, float] | None = None, **shape) -> tuple[float, float]:
    """Mean of an outcome of one world over seeds, and its standard error."""
    found = np.array([OUTCOMES[name].compute(run(seed, values, **shape)) for seed in seeds], float)
    return found.mean(), found.std(ddof=1) / np.sqrt(len(found))


def differ(name: str, low: dict, high: dict, seeds: range = range(8), errors: float = 4.0) -> None:
    """The outcome is higher in the second kind of world, by so many standard errors of the difference."""
    a = np.array([OUTCOMES[name].compute(run(seed, **low)) for seed in seeds], float)
    b = np.array([OUTCOMES[name].compute(run(seed, **high)) for seed in seeds], float)
    gap = b - a
    assert gap.mean() > errors * gap.std(ddof=1) / np.sqrt(len(gap)) > 0, f"{name}: {a.mean()} {b.mean()}"


def test_recognition_brings_more_managers():
    few = {"values": {"boost_innov.offer_rate": 0.1}}
    differ("volunteers_mobilised", few, few | {"recognition": 1.0})


def test_a_strict_door_lets_fewer_misfits_in():
    differ("misfit_share", {"screening": 1.0}, {"screening": 0.0})


def test_campaigns_bring_worse_fits_than_prescribers():
    known = {"boost_innov.outreach": 0.02, "boost_innov.referral": 0.02, "boost_innov.campaign_misfit": 0.8}
    by_campaign = {"values": known, "outreach_effort": 2.0, "screening": 0.0}
    by_referral = {"values": known, "outreach_effort": 0.0, "referral_effort": 5.0, "screening": 0.0}
    differ("misfit_share", by_referral, by_campaign)


def test_follow_up_gets_plans_carried_out_in_worlds():
    differ("plans_carried_out", {}, {"followup_months": 12.0})


def test_events_keep_directors_in_touch():
    differ("isolation_lowered", {"alumni_events": 0.0}, {"alumni_events": 1.0})


def test_unready_directors_leave_more():
    differ("files_dropped", {"screening": 1.0}, {"screening": 0.0, "values": {"boost_innov.readiness": 0.4}})


def test_closed_directors_leave_a_frame_that_unsettles():
    calm = {"values": {"boost_innov.discomfort": 0.0}}
    differ("files_dropped", calm, {"values": {"boost_innov.discomfort": 0.08}})


def test_managers_learn():
    assert mean_of("volunteer_skill", range(2))[0] > 3
    assert mean_of("volunteer_skill", range(2), {"boost_innov.volunteer_learning": 0.0})[0] == 0


def gains_left(seed: int, months: int, **rules: float) -> float:
    """Gain of capability that the first files to complete keep so many months later, over that at the end."""
    world = World(small(**rules), LIVELY | {"boost_innov.tie_effect": 0.0}, seed)
    world.run(24)
    done = world.files[world.files.state == COMPLETED]
    done = done[done.ended == done.ended.max()]
    rows, end = np.unique(done.firm), int(done.ended.max())
    world = World(small(**rules), LIVELY | {"boost_innov.tie_effect": 0.0}, seed).run(end + 1)
    first = (world.tables.smes.capability - world.tables.smes.baseline)[rows]
    world.run(end + 1 + months)
    alive = world.tables.size[rows] > 0
    later = (world.tables.smes.capability - world.tables.smes.baseline)[rows]
    return float(later[alive].sum() / first[alive].sum())


def test_follow_up_slows_decay_and_so_do_ties():
    plain = gains_left(1, 12)
    assert plain == pytest.approx(np.exp(-1.2), rel=1e-6)  # light advice, a year
    followed = gains_left(1, 12, followup_months=12.0)
    assert followed == pytest.approx(np.exp(-0.05 * 12))
    assert gains_left(1, 3, followup_months=1.0) == pytest.approx(np.exp(-0.05 - 0.1 * 2))
    tied = pair(1, {"boost_innov.tie_effect": 0.7}, alumni_events=1.0).treated.tables
    loose = pair(1, {"boost_innov.tie_effect": 0.0}, alumni_events=1.0).treated.tables
    kept = [(t.smes.capability - t.smes.baseline).sum() for t in (tied, loose)]
    assert kept[0] > kept[1] * 1.05


def test_the_director_is_slowed_down_and_is_as_before_once_the_gain_is_left_out():
    values = {"capability_gain": 0.0, "turnover_advice": 0.0, "boost_innov.slowdown": 0.02}
    world = World(small(), LIVELY | values, 1)
    seen = 0
    for _ in range(40):
        world.step()
        away = world.files[world.files.state == STARTED]
        t = world.tables
        lacking = (t.smes.baseline - t.smes.capability)[away.firm]
        assert lacking == pytest.approx(np.minimum(0.02 * 6.5 / 3, t.smes.baseline[away.firm]))
        rest = np.setdiff1d(np.arange(len(t.size)), away.firm)
        assert (t.smes.capability[rest] == t.smes.baseline[rest]).all()
        seen += len(away)
    assert seen > 20


def test_fewer_managers_present_give_fewer_days():
    whole = run(3, {"boost_innov.recall": 0.0})
    called = run(3, {"boost_innov.recall": 0.2})
    done = [w.files.days[w.files.state == COMPLETED] for w in (whole, called)]
    assert done[0] == pytest.approx(6.5)
    assert 3 < done[1].mean() < 6
    assert (called.tables.persons.state[called.tables.persons.missions > 0] >= FREE).all()


def test_managers_who_give_a_third_of_their_days_help_less():
    full, third = (run(3, {"boost_innov.attendance": a}) for a in (1.0, 0.31))
    assert third.tables.locals.days[0] == pytest.approx(0.31 * full.tables.locals.days[0], rel=0.1)
    met = [w.projects.met[w.files.project[w.files.carried_out == 1]].mean() for w in (full, third)]
    assert met[1] < 0.6 * met[0]


def test_a_plan_carried_out_after_the_decision_is_of_no_use():
    soon, late = (run(5, {"boost_innov.implementation_months": m}) for m in (0.0, 6.0))
    assert levels(late)["plans_carried_out"] < levels(soon)["plans_carried_out"]
    files = late.files[late.files.carried_out == 1]
    assert (files.plan <= late.projects.due[files.project]).all()
    assert (files.plan >= files.ended).all()


def test_mixed_cohorts_differ_in_views_and_directors_served():
    def cared(**rules: float) -> float:
        world = run(7, **rules)
        return float(world.files.care[world.files.started != NEVER].mean())

    assert cared(seats_volunteers=12.0) > cared(seats_volunteers=8.0) > cared(seats_volunteers=4.0)
    assert cared(preparation=1.0) > cared(preparation=0.0)


# the case


def test_the_case_of_lyon():
    case = load_case("boost-innov-lyon-2018-2025")
    (scheme,) = case.spec.schemes
    assert scheme.name == "boost_innov"
    assert dict(scheme.opens) == {"lyon": 0}
    expected = {
        "format": 1, "seats_directors": 4, "seats_volunteers": 12, "seats_facilitators": 2, "path_months": 3,
        "days": 6.5, "takes_expansion": 0, "declare": 1,
    }  # fmt: skip
    assert {name: scheme.rules[name] for name in expected} == expected
    assert (case.spec.start_year, case.spec.start_month, case.spec.horizon_months) == (2018, 7, 84)


def test_every_outcome_of_a_pair_exists_for_boost():
    found = pair(1, months=48)
    rows = levels(found.treated) | differences(found)
    missing = {name for name, value in rows.items() if np.isnan(value)}
    others = {outcome.name for outcome in (*POLES, *MARKETS)}
    # no advances, no themes, no basin more fragile than another
    assert missing - others <= {"advances_lost_share", "fund_left", "offer_gap", "jobs_net_fragile_share"}


def test_headcounts_are_kept_for_the_pair_and_only_where_they_are_asked():
    shape = small(months=30)
    world, without = World(shape, LIVELY, 1).run(), World(shape.without_schemes(), LIVELY, 1)
    for _ in range(30):
        without.step()
    assert len(world.headcounts) == len(without.headcounts) == 3
    hires = dataclasses.replace(
        shape, schemes=(SchemeSpec("alize", ALIZE, (("b0", 0),)),), counts_heads=False
    )
    assert World(hires, {}, 1).run().headcounts == []


def test_the_question_on_follow_up_says_that_its_policies_do_not_cost_the_same():
    study = load_policies("boost-innov-followup")
    (case,) = study.bases
    cost = {arm: public_cost(World(study.spec(case, arm), {}, 1).run()) for arm in study.arms}
    more = {name: (cost[name] - cost["published"]) / 7 for name in study.policies}  # euros a year
    told = {"follow-up-6-months": 23_000, "follow-up-12-months": 47_000, "events": 10_000, "both": 72_000}
    assert {name: more[name] for name in told} == pytest.approx(told, rel=0.3)
    assert more["follow-up-12-months"] == pytest.approx(2 * more["follow-up-6-months"])
    assert 0 < more["another-cohort"] < 0.5 * more["follow-up-12-months"]
    assert all(f"{euros:,}" in study.description for euros in (*told.values(), 14_000))


def test_the_same_source_uncompiled_gives_the_same_bits():
    code = (
        "import hashlib, warnings; warnings.simplefilter('ignore'); "
        "from tests.worlds.test_boost import run; from sim.state import N_COHORTS; "
        "w = run(7, {'project_rate': 0.04, 'boost_innov.recall': 0.1}, smes=150, months=18, basins=2, "
        "seats_directors=2.0, seats_volunteers=4.0, opening_pace=2.0, training_places=3.0, "
        "followup_months=6.0); "
        "t = w.tables; print(t.counts[N_COHORTS], hashlib.md5(t.causes.tobytes() + "
        "repr(w.files.tolist()).encode() + "
        "t.smes.tobytes() + t.persons.tobytes() + t.locals.tobytes()).hexdigest())"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env=os.environ | {"NUMBA_DISABLE_JIT": switch},
        ).stdout
        for switch in ("0", "1")
    ]  # fmt: skip
    assert found[0] == found[1]
    assert int(found[0].split()[0]) > 1
