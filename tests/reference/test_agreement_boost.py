"""PME Boost'Innov in the model and in the independent reference: the same firms, files, cohorts, queues and
money, month by month, to 1e-9. Alone, under policies, rolled out over basins, beside Alizé and Plan PME."""

from dataclasses import replace

import numpy as np
import pytest

from sim.draws import generator
from sim.parameters import uncertainties
from sim.spec import Change, SchemeSpec
from sim.state import N_COHORTS
from sim.world import World
from tests.reference import compare, model
from tests.reference.compare import agree, first_phase, together
from tests.reference.model import PHASES, Reference
from tests.small import ALIZE
from tests.small_boost import BUSY, OTHERS, boost, three, to


def many(world, cohorts=4):
    """That cohorts have started: otherwise nothing was compared."""
    assert world.tables.counts[N_COHORTS] >= cohorts
    return world


@pytest.mark.parametrize("seed", range(4))
def test_the_scheme_alone(seed):
    reference, world = together(boost(months=60), BUSY, seed)
    files, seats = many(world).files, reference.seats
    assert {1, 4, 5, 6} <= set(files.state)  # rejected, completed, dropped, unserved
    assert 0 < files.ready.sum() < len(files)
    assert 0 < files.carried_out.sum() < (files.plan >= 0).sum() < (files.state == 4).sum()
    assert any(cohort.present < cohort.seats for cohort in reference.cohorts)
    assert any(seat.under_way == 0 for seat in seats)
    assert world.tables.smes.ties.max() > 0
    assert len(world.headcounts) == 6


def test_the_scheme_with_its_data_and_default_values():
    shape = boost(smes=1200, months=36, sites=30, founders=20, seats_directors=4.0, seats_volunteers=12.0)
    _, world = together(shape, {}, 3)
    assert len(world.files) > 0
    many(together(shape, {"project_rate": 0.05}, 4)[1])


@pytest.mark.parametrize(
    "changes",
    [
        [to("screening", 0)],
        [to("screening", 1)],
        [to("screening", 0.2, 6, 20), to("screening", 1, 30)],
        [to("preparation", 0)],
        [to("preparation", 1, 10, 10)],
        [to("seats_directors", 4, 8), to("seats_volunteers", 10, 8)],
        [to("seats_directors", 1), to("seats_volunteers", 1)],
        [to("seats_directors", 3, 6, 12), to("seats_volunteers", 9, 12, 12)],
        [to("seats_volunteers", 2), to("missions_per_site_year", 1)],
        [to("cohort_period_months", 4), to("cohort_period_months", 3, 24)],
        [to("cohorts_per_year", 2), to("cohorts_per_year", 5, 24, 6)],
        [to("cohorts_per_year", 0.9, 18)],
        [to("facilitators", 2)],
        [to("facilitators", 5, 6, 12), to("facilitators", 1, 30)],
        [to("training_places", 5), to("training_places", 0, 24)],
        [to("quality_floor", 0.9), to("quality_floor", 0, 20)],
        [to("followup_months", 6)],
        [to("followup_months", 24, 6, 12), to("alumni_events", 0.5, 3)],
        [to("alumni_events", 1)],
        [to("alumni_events", 0, 6, 18)],
        [to("alumni_events", 1, 20, 10), to("alumni_events", 0.2, 40)],
        [to("recognition", 1), to("recruiting_effort", 3)],
        [to("recognition", 0.7, 10, 10), to("recruiting_effort", 0, 20)],
        [to("days", 12, 5, 10), to("days", 3, 25)],
        [to("days", 0, 20), to("days", 20, 30)],
        [to("outreach_effort", 5), to("referral_effort", 0)],
        [to("outreach_effort", 0, 12, 6), to("referral_effort", 5, 6)],
        [to("missions_per_site_year", 2), to("missions_per_site_year", 99, 30)],
        [to("missions_per_site_year", 3.5, 4), to("rest_months", 2.5, 30)],
        [to("rest_months", 6), to("rest_months", 0, 24)],
        [to("rest_months", 4, 12, 8)],
        [to("selection", 0), to("selection", 1, 15), to("selection", 2, 28)],
        [to("selection", 4), to("coordinators", 0.3, 12)],
        [to("partners_min", 10, 30)],
    ],
    ids=lambda changes: ",".join(f"{c.lever}={c.value:g}@{c.from_month}" for c in changes),
)
def test_policies(changes):
    many(together(boost(changes=changes), BUSY, 11)[1], 2)


@pytest.mark.parametrize(
    "values",
    [
        {"offer_lapse": 1.0}, {"offer_lapse": 0.0, "offer_rate": 0.2}, {"recall": 0.4}, {"attendance": 0.0},
        {"slowdown": 0.1}, {"slowdown": 0.0}, {"half_views": 0.0, "misfit_harm": 0.0}, {"half_views": 3.0},
        {"isolation_gain": 0.0}, {"isolation_gain": 1.0, "tie_loss": 0.1},
        {"tie_effect": 0.7, "tie_loss": 0.0},
        {"implementation_months": 0.0}, {"implementation_months": 12.0, "unready_use": 1.0},
        {"implementation": 0.0, "followup_implementation": 1.0}, {"discomfort": 0.1, "dropout": 0.0},
        {"readiness": 1.0, "campaign_misfit": 0.0}, {"readiness": 0.2, "campaign_misfit": 1.0},
        {"lapse": 1.0, "recovery": 0.2}, {"volunteer_learning": 1.0}, {"willing": 1.0}, {"queue_lapse": 0.5},
        {"fatigue_up": 0.3, "acceptance_fatigue": 3.0}, {"need_reading": 0.0}, {"return_share": 1.0},
        {"rigour_gain": 0.0}, {"screening_error": 1.0}, {"recognition_offer": 3.0, "offer_rate": 0.9},
    ],
    ids=lambda values: ",".join(f"{name}={value:g}" for name, value in values.items()),
)  # fmt: skip
def test_extreme_values(values):
    shape = boost(followup_months=5.0, recognition=0.4, seats_directors=3.0)
    _, world = together(shape, BUSY | {f"boost_innov.{name}": value for name, value in values.items()}, 12)
    assert len(world.files) > 40


def test_directors_who_come_again_find_their_ties():
    """Firms that complete a second pathway: what was left of the ties counts, and the decay starts again."""
    values = BUSY | {"project_rate": 0.3, "project_months_mean": 6.0, "boost_innov.tie_loss": 0.3}
    _, world = together(boost(smes=80, months=84, size_min=1.0), values, 5)
    done = world.files[world.files.state == 4]
    assert np.bincount(done.firm).max() >= 2


def test_a_firm_that_is_slowed_down_while_an_earlier_gain_fades():
    values = BUSY | {"project_rate": 0.3, "project_months_mean": 6.0, "boost_innov.slowdown": 0.1}
    rules = {"followup_months": 8.0, "path_months": 5.0, "days": 10.0}
    together(boost(smes=80, months=60, changes=[to("days", 0, 40)], **rules), values, 6)


def test_directors_who_come_back_without_a_gain_are_exactly_as_before():
    """Nobody enters the list of firms with a gain for what rounding leaves of an absence."""
    values = BUSY | {"capability_gain": 0.0, "turnover_advice": 0.0, "boost_innov.slowdown": 0.07}
    reference, world = together(boost(), values, 2)
    assert (world.files.state == 4).sum() > 10
    assert reference.gains == []


def test_part_of_a_month_of_follow_up_gets_plans_carried_out():
    values = BUSY | {"boost_innov.implementation": 0.0, "boost_innov.followup_implementation": 1.0}
    _, world = together(boost(followup_months=0.9, months=60), values, 1)
    assert (world.files.plan >= 0).any()


def test_cohorts_go_on_where_the_scheme_closes_and_those_who_wait_go_home():
    changes = (to("partners_min", 10, 22), to("recruiting_effort", 0))
    shape = boost(changes=changes, founders=8, seats_volunteers=3.0, path_months=9.0, seats_directors=1.0)
    reference, world = Reference(shape, BUSY, 3), World(shape, BUSY, 3)
    agree(reference, world, 22)
    local = world.tables.locals[0]
    assert local.waiting > 0
    assert local.in_session > 0
    agree(reference, world, 26)
    assert world.tables.locals.closed[0] == 22
    assert world.tables.locals.waiting[0] == 0
    assert world.tables.locals.in_session[0] == 0


def test_advances_and_a_year_that_starts_in_july():
    rules = {"advance_euros": 9000.0, "fund_euros": 60_000.0, "grace_months": 2.0}
    values = BUSY | {"boost_innov.implementation_months": 6.0}
    shape = boost(start_month=7, cohorts_per_year=4.0, setup_months=3.0, committee_period_months=2.0, **rules)
    scheme = replace(shape.schemes[0], rules=shape.schemes[0].rules | {"advance_share": 0.7})
    _, world = together(replace(shape, schemes=(scheme,)), values, 7)
    assert world.tables.locals.repaid.sum() > 0


# from one place to many

ROLL_OUT = {"basins": 5, "smes": 120, "months": 60, "training_places": 2.0}


def openings(world):
    return [int(month) for month in world.tables.locals.start[world.tables.locals.opened == 1]]


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"opening_places": 0.0},
        {"opening_places": 1.0},
        {"opening_pace": 2.0},
        {"opening_pace": 0.7, "opening_places": 2.5},
        {"opening_pace": 5.0, "opening_places": 3.0, "training_places": 0.0},
        {"opening_pace": 10.0},
        {"opening_pace": 30.0, "opening_places": 4.4},
        {"opening_pace": 12.0, "quality_floor": 0.7},
        {"opening_pace": 12.0, "quality_floor": 0.5, "training_places": 12.0, "training_months": 3.0},
        {"opening_pace": 98.9, "quality_floor": 1.0},
        {"seats_facilitators": 0.0, "opening_pace": 3.0},
        {"facilitators": 0.0, "opening_pace": 6.0},
    ],
    ids=lambda rules: ",".join(f"{name}={value:g}" for name, value in rules.items()) or "no limit",
)
def test_a_roll_out(rules):
    _, world = together(boost(**ROLL_OUT | rules), BUSY, 2)
    if rules.get("opening_pace") == 2.0:
        assert openings(world) == [0, 6, 12, 18, 24]
    if rules.get("opening_places") != 0.0:
        assert len(world.files) > 20


@pytest.mark.parametrize("seed", range(3))
def test_a_roll_out_under_policies_and_values_of_rigour(seed):
    """Settings differ by basin, so that whose row rules what is seen."""
    changes = (
        to("opening_pace", 1, 0, 0, "b0"), to("opening_pace", 6, 8), to("opening_places", 2, 0, 0, "b1"),
        to("opening_places", 4, 20, 10), to("training_places", 6, 0, 0, "b2"), to("training_places", 1, 15),
        to("training_places", 4, 30, 10, "b2"), to("quality_floor", 0.6, 10, 0, "b3"),
        to("facilitators", 9, 12, 0, "b0"), to("facilitators", 2, 12, 0, "b4"),
    )  # fmt: skip
    opens = (("b2", 1), ("b0", 4), ("b1", 0), ("b3", 3), ("b4", 0))
    values = BUSY | {
        "boost_innov.transfer": (0.8, 0.5, 1.0)[seed],
        "boost_innov.untrained": (0.4, 0.1, 0.8)[seed],
        "boost_innov.rigour_gain": (0.05, 0.15, 0.01)[seed],
    }
    _, world = together(boost(**ROLL_OUT, changes=changes, opens=opens), values, seed)
    assert len(openings(world)) >= 4
    assert len(set(world.tables.locals.rigour[world.tables.locals.opened == 1])) > 2


def test_the_first_place_closes_and_training_with_it():
    changes = (to("partners_min", 10, 14, 0, "b0"), to("opening_pace", 2))
    _, world = together(boost(**ROLL_OUT, changes=changes, founders=6), BUSY, 3)
    assert world.tables.locals.closed[0] >= 14
    assert len(openings(world)) > 3


def test_the_first_place_closes_and_others_train_at_their_own_cost():
    """Then the second closes too; at last nobody is left to train anybody."""
    changes = (
        to("partners_min", 10, 14, 0, "b0"), to("partners_min", 10, 26, 0, "b1"), to("partners_min", 10, 40),
        to("recruiting_effort", 0), to("training_places", 9, 20, 6, "b2"),
    )  # fmt: skip
    rules = {"training_euros": 3000.0, "training_months": 7.0}
    _, world = together(boost(**ROLL_OUT | {"smes": 200}, changes=changes, founders=6, **rules), BUSY, 5)
    closed = world.tables.locals.closed
    assert closed[0] == 14
    assert closed[1] == 26
    assert (closed[2:] == 40).all()
    assert world.tables.locals.trained[0] > 8


def test_a_place_that_would_close_as_it_opens_takes_no_turn():
    changes = (to("partners_min", 10, 0, 0, "b1"), to("opening_places", 3), to("opening_pace", 3))
    _, world = together(boost(**ROLL_OUT, changes=changes, founders=6), BUSY, 4)
    assert openings(world) == [0, 4, 8]
    assert not world.tables.locals.opened[1]


# with other schemes


@pytest.mark.parametrize(
    "order",
    [
        ("alize", "plan_pme", "boost_innov"),
        ("boost_innov", "plan_pme", "alize"),
        ("plan_pme", "boost_innov", "alize"),
        ("alize", "boost_innov"),
        ("boost_innov", "alize"),
        ("boost_innov", "plan_pme"),
    ],
    ids=",".join,
)
@pytest.mark.parametrize("seed", range(2))
def test_with_alize_and_the_plan_in_the_same_basins(order, seed):
    values = OTHERS | BUSY | {"alize.willing": 8.0, "alize.recognition_effect": 0.6}
    _, world = together(three(order), values, seed)
    helped = world.files[world.files.started >= 0]
    assert set(world.tables.locals.scheme[helped.local]) == set(range(len(order)))
    many(world, 2)


def test_two_cohort_schemes_and_missions_share_persons_with_caps_and_rests():
    """A person whom one scheme has offered is not free for another; cap and rest of a site count all."""
    shape = three(("boost_innov", "alize"), months=60, smes=250)
    alize, boost_innov = sorted(shape.schemes, key=lambda scheme: scheme.name)
    twin = SchemeSpec("twin", boost_innov.rules | {
        "referral": 0.4, "application_rate": 0.5, "offer_rate": 0.5, "offer_lapse": 0.2, "willing": 4.0,
        "readiness": 0.6, "screening_error": 0.3, "half_views": 1.0, "recall": 0.1,
        "missions_per_site_year": 3.0,
        "next_action": 0.4, "tie_loss": 1.0, "tie_effect": 0.5, "isolation_gain": 0.6, "rigour_gain": 0.1,
        "untrained": 0.3, "slowdown": 0.02, "implementation": 0.6, "lapse": 0.3, "standard": 0.0,
    }, (("b1", 4), ("b0", 9)))  # fmt: skip
    changes = (
        Change("boost_innov", "rest_months", 2.0, 30), Change("twin", "opening_pace", 1.0),
        Change("twin", "selection", 0.0, 12), Change("alize", "missions_per_site_year", 2.0, 20),
    )  # fmt: skip
    shape = replace(shape, schemes=(boost_innov, twin, alize), changes=changes)
    _, world = together(shape, OTHERS | BUSY, 6)
    cohorts = world.tables.cohorts[: world.tables.counts[N_COHORTS]]
    met = {k for k, scheme in enumerate(shape.schemes) if scheme.name != "alize"}
    assert set(world.tables.locals.scheme[cohorts.local]) == met
    assert set(world.tables.locals.scheme[world.files.local]) == {0, 1, 2}
    assert world.files.step.max() > 0


def test_missions_with_care_preparation_and_readiness():
    """What came with cohorts holds for missions too: readiness, care, slowing down, learning, late plans."""
    rules = {
        "readiness": 0.6, "campaign_misfit": 0.5, "screening": 0.7, "screening_error": 0.3, "outreach": 0.05,
        "cultural_gap": 0.4, "preparation": 0.5, "preparation_euros": 900.0, "half_views": 1.5,
        "misfit_harm": 0.5, "isolation_gain": 0.5, "slowdown": 0.05, "discomfort": 0.05,
        "unready_dropout": 0.1, "attendance": 0.7, "volunteer_learning": 0.3, "implementation": 0.6,
        "implementation_months": 4.0, "unready_use": 0.5, "followup_implementation": 0.5,
        "followup_months": 7.5, "followup_euros": 300.0, "tie_loss": 1.0, "tie_effect": 0.5,
        "alumni_events": 0.5, "events_euros": 10_000.0, "outreach_euros": 5000.0, "referral_euros": 7000.0,
        "recruiting_euros": 8000.0,
        "paid_days_per_year": 30.0, "recall": 0.3, "rigour_gain": 0.1, "untrained": 0.5, "transfer": 0.7,
        "facilitators": 3.0, "seats_facilitators": 1.0, "opening_pace": 2.0, "next_action": 0.5,
    }  # fmt: skip
    shape = three(("alize", "boost_innov"), months=60)
    names = [scheme.name for scheme in shape.schemes]
    schemes = (replace(s, rules=ALIZE | rules) if s.name == "alize" else s for s in shape.schemes)
    _, world = together(replace(shape, schemes=tuple(schemes)), OTHERS | BUSY, 8)
    own = world.files[world.tables.locals.scheme[world.files.local] == names.index("alize")]
    assert 0 < own.ready.sum() < len(own)
    assert own.carried_out.sum() > 0
    assert own.paid.sum() > 0
    assert world.tables.persons.skill.max() > 0


def drawn_from_priors(seed):
    """Every uncertainty and most levers drawn; beside the others in two worlds of three."""
    rng = generator(seed, 9300)
    order = (("boost_innov",), ("alize", "boost_innov"), ("boost_innov", "plan_pme", "alize"))[seed % 3]
    values = {u.name: float(rng.uniform(u.low, u.high)) for u in uncertainties(list(order))}
    values |= {"project_rate": 0.06, "boost_innov.application_rate": float(rng.uniform(0.2, 0.6))}
    if seed % 2:
        values |= {"boost_innov.referral": 0.3, "boost_innov.offer_rate": float(rng.uniform(0.4, 1.0))}

    def later(lever, low, high):
        """A change in the first half of the run, at once or over some months."""
        return to(lever, float(rng.uniform(low, high)), int(rng.integers(0, 20)), int(rng.integers(0, 12)))

    changes = (
        later("screening", 0, 1), later("preparation", 0, 1), later("seats_directors", 1, 5),
        later("seats_volunteers", 2, 10), later("cohorts_per_year", 2, 20), later("facilitators", 2, 12),
        later("training_places", 0, 6), later("followup_months", 0, 12), later("alumni_events", 0, 1),
        later("recognition", 0, 1), later("days", 2, 12), later("outreach_effort", 0, 5),
        to("rest_months", float(rng.integers(0, 3)), int(rng.integers(0, 30))),
        to("missions_per_site_year", float(rng.choice([2.0, 6.0, 99.0]))),
        to("quality_floor", float(rng.choice([0.0, 0.0, 0.5, 0.7]))),
        to("opening_pace", float(rng.choice([1.0, 4.0, 12.0, 99.0]))),
        to("cohort_period_months", float(rng.integers(1, 4)), int(rng.integers(0, 30))),
        to("selection", float(rng.integers(0, 5))),
    )  # fmt: skip
    shape = replace(three(order, 36, 3, 100), changes=changes, start_month=int(rng.integers(1, 13)))
    _, world = together(shape, values, seed)
    assert len(world.files) > 0
    return world


@pytest.mark.parametrize("seed", range(4))
def test_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 109))
def test_many_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


def test_phase_by_phase_nothing_differs():
    """Also inside the month, and in the order of the lists."""
    shape = three(("alize", "boost_innov", "plan_pme"), months=24)
    reference = Reference(shape, OTHERS | BUSY, 1)
    for month in (0, 9, 23):
        assert first_phase(reference, month) is None


def test_a_difference_in_the_cohorts_is_found_in_their_phase(monkeypatch):
    """A reference in which nobody waits is found out in the phase of cohorts."""
    broken = tuple((name, phase if name != "cohorts" else lambda model: None) for name, phase in PHASES)
    monkeypatch.setattr(model, "PHASES", broken)
    monkeypatch.setattr(compare, "PHASES", broken)
    shape = boost(months=6)
    with pytest.raises(AssertionError, match=r"month 0, cohorts: .*\n.*person \d+, state"):
        agree(Reference(shape, BUSY, 1), World(shape, BUSY, 1), 6)
