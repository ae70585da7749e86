"""Worlds of an evaluation: what an evaluator sees of them, what is drawn, what the pair knows."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from experiments.evaluation.designs import DESIGNS, drawn_lots, refused
from experiments.evaluation.seen import COMMITTEE, LOTS, MEMBERS, MERIT, Seen, admission, openings, seen
from experiments.evaluation.trials import FEWEST_BASINS, lottery, saturation, watched, without
from experiments.evaluation.truth import change_by_scheme, mean_effect, truth
from sim.pair import Pair, helped
from sim.spec import SchemeSpec, WorldSpec
from sim.state import NEVER, REJECTED
from sim.world import World
from tests.small import same_firms, spec

# heavy help for whoever has a project, so that there is something to find
HEAVY = {"days": 26.0, "paid_days_per_year": 2000.0, "requests_per_month": 0.0, "founders_max": 0.0,
         "candidates_max": 0.0, "partners_min": 0.0, "jobs_min": 0.0, "age_min_months": 0.0, "quality": 1.0,
         "committee_period_months": 1.0, "advance_euros": 0.0}  # fmt: skip
BEHAVIOUR = {"success_met": 3.0, "alize.application_rate": 0.6, "alize.referral": 0.6}
YEARS = 5


@lru_cache
def heavy() -> WorldSpec:
    return watched(spec(basins=3, smes=1500, rules=HEAVY), YEARS)


@lru_cache
def world(of: str, seed: int = 1) -> World:
    made = {"published": heavy(), "without": without(heavy(), "alize"), "lottery": lottery(heavy(), "alize")}
    return World(made[of], BEHAVIOUR, seed).run()


def looked_at(w: World) -> Seen:
    return seen(w, "alize", openings(heavy(), "alize"))


def test_counting_heads_moves_nobody() -> None:
    plain = spec(basins=2, smes=400, months=36)
    counted = World(watched(plain, 3), None, 5).run()
    assert same_firms(counted, World(plain, None, 5).run())
    assert len(counted.headcounts) == 4
    found = seen(counted, "alize", openings(plain, "alize"))
    assert found.now == pytest.approx(counted.tables.size, rel=1e-6)


def test_no_scheme_changes_nothing() -> None:
    w, other = world("without"), World(without(heavy(), "alize"), BEHAVIOUR, 1).run()
    change = change_by_scheme(w, other)
    assert not change.any()
    assert mean_effect(change, np.arange(50), np.full(50, 0.02)) == 0.0
    nobody = replace(heavy(), schemes=(replace(heavy().schemes[0], opens=()),))
    w = World(nobody, BEHAVIOUR, 1).run()
    assert not change_by_scheme(w, other).any()
    found = truth(change_by_scheme(w, other), seen(w, "alize", openings(nobody, "alize")).helped)
    assert np.isnan([found.helped, found.net]).all()
    assert all(
        design.apply(seen(w, "alize", openings(nobody, "alize"))).estimate is None
        for design in DESIGNS.values()
    )


def test_the_truth_is_that_of_the_pair() -> None:
    w, other = world("published"), world("without")
    of = looked_at(w)
    change = change_by_scheme(w, other)
    net = Pair(w, other).waterfall()["net"]
    found = truth(change, of.helped)
    assert found.net * len(of.helped) == pytest.approx(net)
    assert found.helped == pytest.approx(change[np.unique(helped(w).firm)].mean())
    assert found.helped > found.net > 0  # competitors lose
    with pytest.raises(ValueError, match="same firms"):
        change_by_scheme(w, world("without", 2))


def test_an_evaluator_sees_who_asked_and_who_was_taken() -> None:
    w = world("published")
    of = looked_at(w)
    assert of.admission == MERIT
    assert set(of.helped) == set(helped(w).firm)
    assert (np.diff(of.files.firm) > 0).all()  # the first file of each
    assert (of.files.margin[of.files.accepted] >= 0).all()
    rejected = of.files.rejected
    assert rejected.any()
    assert of.files.judged[of.files.accepted | rejected].all()
    assert (of.files.margin[rejected] < 0).all()
    assert (of.before(of.helped, of.asked) >= 0).all()
    assert of.opened.all()


def test_lots_turn_away_half_of_those_whom_the_committee_would_take() -> None:
    w = world("lottery")
    of = looked_at(w)
    would = of.files.judged & (of.files.margin >= 0)
    n = int(would.sum())
    assert n > 100
    share = 1.0 - of.files.rejected[would].mean()
    assert abs(share - 0.5) < 4 * 0.5 / np.sqrt(n)
    assert not of.files.accepted[of.files.judged & (of.files.margin < 0)].any()
    assert w.files.attempt.max() == 0  # nobody comes back
    assert (w.files.state == REJECTED).any()


def test_the_lottery_finds_the_truth_within_its_error() -> None:
    """Mean over 24 worlds within 4 of its standard errors; as for a share of 24 intervals that is 0.9."""
    off, inside = [], []
    for seed in range(24):
        lots, other = (World(made, BEHAVIOUR, seed).run() for made in
                       (lottery(heavy(), "alize"), without(heavy(), "alize")))  # fmt: skip
        found = drawn_lots(looked_at(lots))
        assert found.estimate is not None
        true = mean_effect(change_by_scheme(lots, other), found.firm, found.weight)
        assert true > 0
        off.append(found.estimate.value - true)
        inside.append(found.estimate.low <= true <= found.estimate.high)
    assert abs(np.mean(off)) < 4 * np.std(off, ddof=1) / np.sqrt(len(off))
    assert np.mean(inside) > 0.65  # 0.9 less four standard errors


def test_matching_takes_projects_for_effects() -> None:
    w, other = world("published"), world("without")
    found = DESIGNS["matching"].apply(looked_at(w))
    assert found.estimate is not None
    assert found.estimate.low > mean_effect(change_by_scheme(w, other), found.firm, found.weight)


def test_half_of_the_basins_open() -> None:
    few = watched(spec(basins=FEWEST_BASINS - 1, smes=30), 2)
    assert saturation(few, "alize", 1) is None
    enough = watched(spec(basins=12, smes=30), 2)
    halves = [saturation(enough, "alize", seed) for seed in range(4)]
    chosen = {made.schemes[0].opens for made in halves if made}
    assert len(chosen) == 4
    assert all(len(opens) == 6 and set(opens) < set(enough.schemes[0].opens) for opens in chosen)
    assert saturation(enough, "alize", 3) == halves[3]
    late = replace(enough.schemes[0], opens=tuple((b, 500) for b, _ in enough.schemes[0].opens))
    assert saturation(replace(enough, schemes=(late,)), "alize", 1) is None  # none opens by then
    w = World(halves[0], None, 1).run()
    of = seen(w, "alize", openings(enough, "alize"))
    assert (of.planned != NEVER).all()
    assert of.opened.sum() == 6


@pytest.mark.parametrize(
    ("rules", "how"),
    [
        ({}, MERIT),
        ({"format": 1.0, "selection": 3.0}, COMMITTEE),
        ({"format": 2.0, "selection": 4.0}, LOTS),
        ({"format": 2.0}, "queue"),
        ({"format": 3.0}, MEMBERS),
    ],
)
def test_a_lottery_is_drawn_where_somebody_decides(rules: dict[str, float], how: str) -> None:
    made = spec(basins=1, smes=30, rules=rules)
    assert admission(made.schemes[0].rules) == how
    drawn = lottery(made, "alize")
    if how in (MERIT, COMMITTEE):
        assert drawn is not None
        assert drawn.schemes[0].rules["screening"] == 0.5
        assert ("acceptance_share" in drawn.schemes[0].rules) == (how == COMMITTEE)
    else:
        assert drawn is (made if how == LOTS else None)


def test_other_schemes_stay() -> None:
    made = spec(basins=2, smes=30)
    other = SchemeSpec("other", {"format": 2.0}, (("b0", 3),))
    both = replace(made, schemes=(*made.schemes, other))
    assert [s.name for s in without(both, "alize").schemes] == ["other"]
    trial = lottery(both, "alize")
    assert trial is not None
    assert {s.name: dict(s.rules).get("screening", 0.0) for s in trial.schemes} == {
        "alize": 0.5,
        "other": 0.0,
    }
    assert openings(both, "other").tolist() == [3, NEVER]


def test_a_refusal_claims_nothing() -> None:
    found = refused(1)
    assert not len(found.firm)
    assert not len(found.weight)
