"""The questions about Alizé in their own cases: what a policy changes, when, and what it leaves as it was."""

from functools import lru_cache

import numpy as np
import pytest

from scenarios.load import load_policies
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.state import FIRST_CAUSE, NEVER, UNBORN, K
from sim.world import World
from tests.small import same_firms

QUESTIONS = ("alize-revitalisation", "alize-advances", "alize-diversify", "alize-host", "alize-renewal")


@lru_cache(maxsize=8)  # worlds are large
def world(question: str, policy: str, case: int = 0, seed: int = 1, **values: float) -> World:
    study = load_policies(question)
    return World(study.spec(study.bases[case], policy), values, seed).run()


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_policy_of_a_question_makes_another_world_with_its_outcomes(question):
    study = load_policies(question)
    none = world(question, "none")
    for policy in study.policies:
        pair = Pair(world(question, policy), none)
        found = levels(pair.treated) | differences(pair)
        assert np.isfinite([found["jobs_net"], found["theil"], found["trough"], found["cooperation"]]).all()
        assert found["files_accepted"] > 0
        assert abs(found["jobs_net"]) < found["jobs"]


@pytest.mark.parametrize("question", ["alize-revitalisation", "alize-diversify"])
def test_a_scheme_that_no_policy_opens_changes_nothing(question):
    closed, none = world(question, "published"), world(question, "none")
    assert same_firms(closed, none)
    assert closed.tables.locals.coordination_cost.sum() == 0.0
    assert len(closed.files) == 0


@pytest.mark.parametrize(
    ("question", "policy", "month"),
    [
        ("alize-diversify", "before", 0),
        ("alize-diversify", "after", 61),
        ("alize-revitalisation", "eve-pooled", 35),
    ],
)
def test_a_scheme_opens_in_the_month_of_the_policy(question, policy, month):
    run = world(question, policy)
    assert set(run.tables.locals.start) == {month}
    assert run.files.applied.min() >= month


def test_a_foretold_closure_comes_in_its_month_in_every_world():
    for case, share in ((0, 1.0), (1, 0.5)):
        for policy in ("none", "before"):
            run = world("alize-diversify", policy, case)
            closures = run.tables.closures
            assert set(closures.month) == {60}
            assert (closures.share == share).all()
            lost = -run.tables.series[:, :, FIRST_CAUSE + K]
            assert (lost[60] > 0).all()
            assert lost[60].sum() > 5 * np.delete(lost, 60, 0).sum(1).max()
    whole, half = world("alize-diversify", "none", 0), world("alize-diversify", "none", 1)
    gone = [run.tables.sites.jobs[run.tables.closures.site] for run in (whole, half)]
    assert (gone[0] == 0.0).all()
    assert (gone[1] > 0.0).all()


def test_help_with_strategy_or_markets_lowers_dependence_and_what_a_closure_takes():
    many = world("alize-diversify", "before-much", diversification=1.0)
    nil = world("alize-diversify", "before-much", diversification=0.0)
    assert (nil.tables.smes.dependence == 1.0).sum() > 1000
    helped = (many.tables.smes.dependence < 1.0) & (many.tables.smes.status != UNBORN)
    firms = many.files.firm[np.isin(many.projects.need[many.files.project], (0, 4))]
    assert 0 < helped.sum() <= len(set(firms))
    lost = [run.tables.causes[K].sum() for run in (many, nil)]
    assert lost[0] > lost[1]


def test_money_of_a_closure_goes_to_a_fund_that_is_there():
    cold, eve, after = (
        world("alize-revitalisation", p) for p in ("cold-pooled", "eve-pooled", "after-pooled")
    )
    scattered = world("alize-revitalisation", "cold-scattered")
    assert scattered.tables.locals.routed.sum() == 0.0
    assert cold.tables.locals.routed.sum() >= eve.tables.locals.routed.sum() > 1e6
    assert after.tables.locals.routed.sum() < 0.5 * eve.tables.locals.routed.sum()
    assert scattered.tables.basins.grants_paid.sum() > 10 * cold.tables.basins.grants_paid.sum()


def test_the_wider_the_duty_the_more_agreements():
    few, law, all_pay = (world("alize-revitalisation", "none", case) for case in (2, 0, 1))
    agreements = [run.tables.basins.agreements.sum() for run in (few, law, all_pay)]
    assert agreements[0] < agreements[1] < agreements[2]


def test_without_days_and_advance_only_the_cooperation_of_the_place_and_its_fund_differ():
    values = {"grant_finance_gain": 0.0}  # part of the money for grants is routed to the fund
    neither = world("alize-advances", "neither", **values)
    assert neither.tables.locals.missions.sum() > 0
    assert same_firms(neither, world("alize-advances", "none", **values))


def test_an_advance_alone_is_paid():
    alone = world("alize-advances", "advance-alone")
    assert alone.tables.locals.advanced.sum() > 0.0
    assert alone.files.days.sum() == 0.0


def test_larger_advances_bring_more_own_funds_to_fewer_firms_where_the_fund_is_small():
    def gains(policy: str) -> tuple[int, float]:
        run = world("alize-advances", policy, grant_chance=0.0)
        paid = run.files[run.files.advance > 0]
        return len(paid), run.projects.finance[paid.project].mean()

    (many, ten), (_, usual), (few, large) = (
        gains(p) for p in ("ten-thousand", "published", "fund-50-twenty-five-thousand")
    )
    assert usual == pytest.approx(0.25)  # at 12,000 euros, by definition
    assert ten == pytest.approx(0.5 * (1 - 2 ** (-10 / 12)))
    assert large == pytest.approx(0.5 * (1 - 2 ** (-25 / 12)))
    assert few < many


def test_only_the_dominant_industry_applies_where_the_scheme_is_for_it():
    run = world("alize-diversify", "before-industry-alone")
    basin = run.tables.smes.basin[run.files.firm]
    assert (run.tables.sector[run.files.firm] == run.tables.basins.dominant[basin]).all()
    assert len(run.files) < len(world("alize-diversify", "before").files)


@pytest.mark.parametrize("question", ["alize-renewal", "alize-host"])
def test_pooled_partners_stay_in_their_region(question):
    pooled = "pooled" if question == "alize-renewal" else "chamber-pooled"
    run = world(question, pooled)
    served = run.files[run.files.link != NEVER]
    lender = run.tables.partnerships.local[served.link]
    away = lender != served.local
    assert away.any()
    region = run.tables.basins.region[run.tables.locals.basin]
    assert (region[lender] == region[served.local]).all()
    alone = world(question, "published")
    link = alone.files.link[alone.files.link != NEVER]
    assert (alone.tables.partnerships.local[link] == alone.files.local[alone.files.link != NEVER]).all()


def test_who_carries_a_scheme_decides_how_fast_cooperation_grows():
    found = {
        host: world("alize-host", host).tables.basins.cooperation
        for host in ("published", "municipalities", "region")
    }
    living = np.ones(4, bool)
    for host in found:
        living &= world("alize-host", host).tables.locals.alive == 1
    assert living.any()
    assert (found["municipalities"][living] > found["published"][living]).all()
    assert (found["published"][living] > found["region"][living]).all()
