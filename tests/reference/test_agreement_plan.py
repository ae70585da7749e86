"""Plan PME in the model and in the independent reference: the same firms, files, themes and money, month by
month, to 1e-9. Alone, under policies, beside Alizé and beside another scheme made of actions."""

from dataclasses import replace

import pytest

from sim.draws import generator
from sim.parameters import uncertainties
from sim.spec import Change, SchemeSpec
from sim.world import World
from tests.reference import compare, model
from tests.reference.compare import agree, first_phase, together
from tests.reference.model import PHASES, Reference
from tests.reference.test_agreement import COHORTS, LIVELY
from tests.small import spec
from tests.small_plan import EAGER, region

# many firms come and go on to further actions, and help that meets a need shows
BUSY = EAGER | {
    "project_rate": 0.02,
    "restructuring_hazard": 0.006,
    "plan_pme.next_action": 0.6,
    "plan_pme.implementation": 0.6,
}


def plan(rules=None, changes=(), opens=None, basins=3, start_month=1, months=40):
    """A small region with the plan alone."""
    shape = region(basins=basins, smes=120, months=months, rules=rules, changes=changes)
    scheme = shape.schemes[0]
    scheme = SchemeSpec("plan_pme", scheme.rules, opens or scheme.opens)
    return replace(shape, schemes=(scheme,), start_month=start_month)


def to(lever, value, month=0, ramp=0, *basins):
    """A change of a lever of the plan."""
    return Change("plan_pme", lever, value, month, ramp, basins)


def beside_alize(alize=None, months=40):
    """Both schemes in two basins."""
    shape = spec(basins=2, smes=120, months=months, rules=alize, start_year=2006)
    return replace(shape, schemes=(*shape.schemes, *region(basins=2, smes=120, months=months).schemes))


@pytest.mark.parametrize("seed", range(4))
def test_the_plan_alone(seed):
    _, world = together(plan(months=60), BUSY, seed)
    assert {3, 4, 6} <= set(world.files.state)  # started, completed, unserved
    assert world.files.step.max() >= 2
    assert set(world.files.diagnosed) == {0, 2}
    assert 0 < world.files.read_rightly.sum() < len(world.files)


def test_the_plan_with_default_values():
    _, world = together(region(basins=2, smes=200, months=48), {}, 3)
    assert len(world.files) > 0


@pytest.mark.parametrize(
    "changes",
    [
        [to("diagnostic_coverage", 0)],
        [to("diagnostic_coverage", 1)],
        [to("diagnostic_coverage", 1), to("diagnostic_sharing", 0)],
        [to("diagnostic_sharing", 0.5, 12, 6), to("diagnostic_accuracy", 0.4, 6)],
        [to("integration", 0), to("diagnostic_coverage", 0), to("supply_adaptation", 0)],
        [to("integration", 0), to("integration", 1, 18, 6)],
        [to("supply_adaptation", 1)],
        [to("supply_adaptation", 0.3, 5, 7)],
        [to("firm_share", 0.9, 6, 10), to("firm_share", 0, 25, 4)],
        [to("firm_share", 1, 10), to("budget_euros", 100_000)],
        [to("seats_per_year", 7)],
        [to("seats_per_year", 30, 0), to("seats_per_year", 1000, 12, 12)],
        [to("seats_per_year", 5000), to("group_firms", 1)],
        [to("budget_euros", 150_000, 6, 12)],
        [to("budget_euros", 30_000, 12)],
        [to("group_firms", 7), to("group_firms", 1, 20, 8)],
        [to("selection", 0), to("selection", 1, 15), to("selection", 2, 28)],
        [to("selection", 3), to("selection", 0, 20)],
        [to("days", 20, 5, 10), to("followup_months", 9, 8), to("days", 0, 30)],
    ],
    ids=lambda changes: ",".join(f"{c.lever}={c.value:g}@{c.from_month}" for c in changes),
)
def test_policies(changes):
    _, world = together(plan(changes=tuple(changes)), BUSY, 11)
    assert len(world.files) > 80


def test_a_policy_by_basin_where_the_first_basin_rules_what_is_shared():
    """Selection, group and seats are those of the first basin; diagnostics and merit those of the firm's."""
    changes = (
        to("selection", 0, 0, 0, "b1"), to("selection", 1, 8, 0, "b0"), to("age_min_months", 48, 0, 0, "b2"),
        to("diagnostic_coverage", 0, 0, 0, "b2"), to("diagnostic_accuracy", 0, 0, 0, "b1"),
        to("group_firms", 4, 10, 0, "b1"), to("seats_per_year", 300, 0, 0, "b2"),
        to("firm_share", 0.8, 4, 0, "b1"), to("days", 12, 9, 0, "b2"),
    )  # fmt: skip
    together(plan(changes=changes), BUSY | {"plan_pme.young_penalty": 2.0}, 4)


def test_a_seat_that_thirds_add_up_to_is_whole():
    """Credits of thirds and sixths of a seat sum to just under whole numbers."""
    rules = {"group_firms": 1.0, "supply_adaptation": 0.0}
    for seats in (14.0, 28.0):
        together(plan(rules | {"seats_per_year": seats}, months=24), BUSY, 2)


def test_actions_without_a_price():
    together(plan({"action_euros": 0.0, "budget_euros": 1000.0}), BUSY, 5)


def test_short_patience_drop_outs_and_limits_of_size():
    rules = {"patience_months": 2.0, "path_months": 3.0, "dropout": 0.1, "size_max": 60.0, "size_min": 2.0}
    _, world = together(plan(rules), BUSY | {"plan_pme.next_action": 1.0}, 6)
    assert {5, 6} <= set(world.files.state)  # dropped, unserved


def test_advances_go_with_actions():
    rules = {"advance_euros": 9000.0, "fund_euros": 60_000.0, "advance_share": 0.7, "grace_months": 2.0}
    _, world = together(plan(rules), BUSY, 7)
    assert world.tables.locals.advanced.sum() > 0
    assert world.tables.locals.repaid.sum() > 0


@pytest.mark.parametrize("seed", range(2))
def test_a_year_that_starts_in_july_and_basins_that_join_later(seed):
    together(plan(start_month=7), BUSY, seed)
    together(plan(opens=(("b2", 0), ("b0", 14), ("b1", 5)), start_month=9), BUSY, seed)
    together(plan(opens=(("b1", 3),), start_month=4), BUSY, seed)


@pytest.mark.parametrize(
    "changes",
    [
        [to("partners_min", 1, 15, 0, "b0"), to("partners_min", 3, 25, 0, "b2")],
        [to("partners_min", 1, 15)],
    ],
    ids=["the first basin, then the last", "all at once"],
)
def test_basins_in_which_the_plan_closes(changes):
    _, world = together(plan(changes=tuple(changes)), BUSY, 8)
    assert (world.tables.locals.closed >= 0).any()


def test_seats_that_are_left_when_no_basin_lives_wait_for_the_next_that_opens():
    changes = (to("partners_min", 1, 10, 0, "b0"), to("seats_per_year", 600))
    _, world = together(plan(changes=changes, opens=(("b0", 0), ("b1", 27)), start_month=6), BUSY, 9)
    assert list(world.tables.locals.closed >= 0) == [True, False]


@pytest.mark.parametrize("seed", range(2))
def test_alize_and_the_plan_in_the_same_basins(seed):
    _, world = together(beside_alize(), LIVELY | BUSY, seed)
    helped = world.files[world.files.started >= 0]
    assert len(set(world.tables.locals.scheme[helped.local])) == 2


def test_missions_may_go_on_too_and_firms_pay_a_share_of_bought_days():
    """A mission, too, may be followed by another, judged by the committee; one rejected may come back."""
    rules = {
        "next_action": 1.0, "path_months": 1.0, "committee_period_months": 1.0, "months_needed": 0.0,
        "return_share": 1.0, "selection": 4.0, "acceptance_share": 0.6, "advance_euros": 1000.0,
        "coordinators": 5.0, "firm_share": 0.4, "paid_days_per_year": 60.0, "requests_per_month": 1.0,
        "search_cost": 0.1, "integration": 0.5, "application_industry": 3.0, "share_response": 1.0,
    }  # fmt: skip
    shape = beside_alize(rules)
    _, world = together(shape, LIVELY | BUSY | {"project_months_mean": 20.0}, 12)
    alize = [scheme.name for scheme in shape.schemes].index("alize")
    assert world.tables.locals.firm_cost[world.tables.locals.scheme == alize].sum() > 0
    own = world.files[world.tables.locals.scheme[world.files.local] == alize]
    assert own.step.max() >= 2
    assert ((own.attempt == 0) & (own.step > 0) & (own.state == 1)).any()


def test_missions_a_cohort_scheme_and_two_made_of_actions():
    shape = beside_alize()
    alize, first = sorted(shape.schemes, key=lambda scheme: scheme.name)
    peers = SchemeSpec(
        "peers", COHORTS | {"takes_expansion": 1.0, "next_action": 0.5}, (("b0", 0), ("b1", 4))
    )
    rules = {"seats_per_year": 300.0, "outreach": 0.1, "application_rate": 0.5, "next_action": 0.7}
    other = SchemeSpec("other", first.rules | rules, (("b1", 2), ("b0", 9)))
    reference, world = together(replace(shape, schemes=(alize, first, peers, other)), LIVELY | BUSY, 13)
    assert set(world.tables.locals.scheme[world.files.local]) == {0, 1, 2, 3}
    assert reference.seats


def drawn_from_priors(seed):
    """Every uncertainty and some levers drawn; with Alizé in the same basins in every third world."""
    rng = generator(seed, 9200)
    beside = seed % 3 == 2
    names = ["alize", "plan_pme"] if beside else ["plan_pme"]
    values = {u.name: float(rng.uniform(u.low, u.high)) for u in uncertainties(names)}
    values |= {"project_rate": 0.02, "plan_pme.application_rate": float(rng.uniform(0.2, 0.6))}
    changes = (
        to("diagnostic_coverage", float(rng.uniform())),
        to("diagnostic_sharing", float(rng.uniform())),
        to("diagnostic_accuracy", float(rng.uniform())),
        to("integration", float(rng.uniform()), int(rng.integers(0, 24)), int(rng.integers(0, 12))),
        to("supply_adaptation", float(rng.uniform())),
        to("firm_share", float(rng.uniform()), int(rng.integers(0, 24)), int(rng.integers(0, 12))),
        to("seats_per_year", float(rng.uniform(10, 200))),
        to("budget_euros", float(rng.uniform(80_000, 1_500_000)), int(rng.integers(0, 24))),
        to("group_firms", float(rng.uniform(1, 5))),
        to("selection", float(rng.integers(0, 5))),
    )
    shape = beside_alize(months=36) if beside else plan(basins=2, months=36)
    _, world = together(replace(shape, changes=changes, start_month=int(rng.integers(1, 13))), values, seed)
    assert len(world.files) > 0


@pytest.mark.parametrize("seed", range(3))
def test_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 106))
def test_many_values_drawn_from_their_priors(seed):
    drawn_from_priors(seed)


def test_two_worlds_that_agree_have_no_phase_in_which_they_differ():
    """Phase by phase, too, nothing differs: also inside the month, also in the order of the lists."""
    shape = beside_alize(months=24)
    reference = Reference(shape, LIVELY | BUSY, 1)
    for month in (0, 9, 23):
        assert first_phase(reference, month) is None


def test_a_difference_in_the_actions_is_found_in_their_phase(monkeypatch):
    """A reference in which no group ever starts is found out in the phase of actions."""
    broken = tuple((name, phase if name != "actions" else lambda model: None) for name, phase in PHASES)
    monkeypatch.setattr(model, "PHASES", broken)
    monkeypatch.setattr(compare, "PHASES", broken)
    shape = plan(months=6)
    with pytest.raises(AssertionError, match=r"month 0, actions: .*\n.*local scheme 0, coordination_cost"):
        agree(Reference(shape, BUSY, 1), World(shape, BUSY, 1), 6)
