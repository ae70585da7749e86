"""Designs of evaluation on made-up panels where the effect is known: those that should find it do, those that
should not do not.

Bounds: a mean within 4 standard errors (fails by chance 1 time in 16,000), a share of 90 % intervals over 150
panels within 0.10 of 0.9, four standard errors too. Panels are keyed, so that no run differs from another.
"""

from dataclasses import replace

import numpy as np
import pytest

from experiments.evaluation.designs import (
    DESIGNS,
    FEW_BASINS,
    FEW_DRAWN,
    FEW_HELPED,
    FEW_NEAR,
    NO_ADMISSION,
    NO_MERIT,
    NONE_HELPED,
    REASONS,
    WEAK_LOT,
    basins_drawn,
    before_after,
    discontinuity,
    drawn_lots,
    matched,
)
from experiments.evaluation.estimate import instrumented, mean_of, rule_of_thumb
from experiments.evaluation.matching import NEIGHBOURS, match
from experiments.evaluation.seen import LOTS, MEMBERS, MERIT, Seen
from tests.panels import ASKED, YEARS, asking, helping, panel, repeated

EFFECT = 2.0
TIMES = 150


def sound(bias: float, error: float, coverage: float) -> bool:
    return abs(bias) < 4 * error and abs(coverage - 0.9) < 0.10


def at_random(gen: np.random.Generator, trend: float = 0.0) -> tuple[Seen, float]:
    seen = panel(gen, trend=trend)
    firm = gen.permutation(seen.counts.shape[1])[:100]
    return helping(seen, firm, EFFECT), EFFECT


def by_size(gen: np.random.Generator) -> tuple[Seen, float]:
    """Larger firms grow more, and ask more."""
    seen = panel(gen, n=1500)
    size = seen.counts[1]
    counts = seen.counts.copy()
    counts[-1] += 0.1 * size
    firm = np.flatnonzero(gen.random(len(size)) < size / 300.0)
    return helping(replace(seen, counts=counts), firm, EFFECT), EFFECT


def by_project(gen: np.random.Generator) -> tuple[Seen, float]:
    """Firms with a project that nobody records grow by 3 jobs anyway, and they alone ask."""
    seen = panel(gen)
    project = np.flatnonzero(gen.random(seen.counts.shape[1]) < 0.3)
    counts = seen.counts.copy()
    counts[-1, project] += 3.0
    firm = project[gen.random(len(project)) < 0.5]
    return helping(replace(seen, counts=counts), firm, EFFECT), EFFECT


def by_merit(gen: np.random.Generator, come_back: float = 0.3) -> tuple[Seen, float]:
    """Merit makes firms grow; of those rejected some are helped later all the same."""
    seen = panel(gen, n=900)
    n = seen.counts.shape[1]
    margin = gen.standard_normal(n)
    counts = seen.counts.copy()
    counts[-1] += 1.5 * margin
    accepted = margin >= 0
    firm = np.flatnonzero(accepted | (gen.random(n) < come_back))
    seen = asking(replace(seen, counts=counts, admission=MERIT), np.arange(n), accepted, margin)
    return helping(seen, firm, EFFECT), EFFECT


def by_lot(gen: np.random.Generator, shows_up: float = 0.8) -> tuple[Seen, float]:
    """All have a project; lots are drawn; not all who are admitted are helped, and these grow more."""
    seen = panel(gen, n=300, trend=1.0)
    n = seen.counts.shape[1]
    won, willing = gen.random(n) < 0.5, gen.random(n) < shows_up
    counts = seen.counts.copy()
    counts[-1] += 2.0 * willing
    seen = asking(replace(seen, counts=counts), np.arange(n), won)
    return helping(seen, np.flatnonzero(won & willing), EFFECT), EFFECT


def by_ticket(gen: np.random.Generator) -> tuple[Seen, float]:
    """Seats go to the highest numbers; some with a low one find a seat left."""
    seen = panel(gen, n=600, trend=1.0)
    n = seen.counts.shape[1]
    ticket = gen.random(n)
    got = (ticket > 0.4) | (gen.random(n) < 0.1)
    seen = asking(replace(seen, admission=LOTS), np.arange(n), got, ticket=ticket)
    return helping(seen, np.flatnonzero(got), EFFECT), EFFECT


def by_basin(gen: np.random.Generator) -> tuple[Seen, float]:
    """Half of 24 basins open; there one firm in five is helped, and one job in four is taken from others."""
    basins = 24
    seen = panel(gen, n=2400, trend=0.5, basins=basins, spread=1.0)
    shock = 0.02 * gen.standard_normal(basins)
    counts = seen.counts.copy()
    counts[-1] *= 1.0 + shock[seen.basin]
    opened = np.isin(np.arange(basins), gen.permutation(basins)[: basins // 2])
    inside = np.flatnonzero(opened[seen.basin])
    firm = inside[gen.random(len(inside)) < 0.2]
    others = np.setdiff1d(inside, firm)
    counts[-1, others] -= 0.25 * EFFECT * len(firm) / len(others)
    seen = replace(seen, counts=counts, planned=np.zeros(basins, np.int64), opened=opened)
    return helping(seen, firm, EFFECT), 0.75 * EFFECT


@pytest.mark.parametrize(
    ("make", "design"),
    [
        (at_random, before_after),
        (at_random, matched),
        (by_size, matched),
        (by_merit, discontinuity),
        (by_lot, drawn_lots),
        (by_ticket, drawn_lots),
        (by_basin, basins_drawn),
    ],
)
def test_a_design_finds_the_effect_where_its_assumption_holds(make, design) -> None:
    assert sound(*repeated(make, design, TIMES))


def test_before_and_after_takes_a_common_trend_for_an_effect() -> None:
    bias, error, coverage = repeated(lambda gen: at_random(gen, trend=1.0), before_after, 40)
    assert bias == pytest.approx(2.0, abs=4 * error)  # two years of the trend
    assert coverage < 0.1
    bias, error, coverage = repeated(lambda gen: at_random(gen, trend=1.0), matched, 40)
    assert abs(bias) < 4 * error


def test_firms_that_look_alike_do_not_tell_of_projects() -> None:
    bias, error, coverage = repeated(by_project, matched, 40)
    # of firms never asking, 15 in 85 have a project: 3 jobs less 3 * 15 / 85
    assert bias == pytest.approx(3.0 * 70 / 85, abs=4 * error)
    assert coverage < 0.1


def test_size_alone_misleads_who_does_not_match() -> None:
    bias, error, _ = repeated(by_size, before_after, 40)
    assert bias > 2.0 > 4 * error


def test_the_nearest_of_the_sector_are_matched() -> None:
    """Firm 0 asks in the second year; of its sector, firms 1 to 3 are as large, 4 is far larger; firm 5, as
    large too, is of another sector."""
    size = np.array([10.0, 10.0, 11.0, 10.0, 90.0, 10.0])
    now = np.array([14.0, 11.0, 12.0, 12.0, 0.0, 99.0])
    base = panel(np.random.default_rng(1), n=6)
    seen = replace(
        base, counts=np.stack([size, size, now]), sector=np.array([0, 0, 0, 0, 0, 1]), born=np.full(6, -100),
        helped=np.array([0]), asked=np.array([13]),
    )  # fmt: skip
    pairs = match(seen)
    assert pairs.firm[0] == 0
    assert sorted(pairs.firm[1:]) == [1, 2, 3]
    assert pairs.treated.tolist() == [True, False, False, False]
    assert pairs.weight.tolist() == pytest.approx([1.0, *[1 / NEIGHBOURS] * 3])
    assert sorted(pairs.change[1:]) == [1.0, 1.0, 2.0]


def test_estimates_by_hand() -> None:
    found = mean_of(np.array([1.0, 2.0, 6.0]))
    assert (found.value, found.error) == pytest.approx((3.0, np.sqrt(14 / 2 / 3)))
    # of four drawn three are helped, of four not drawn one: (5 - 3) / (3/4 - 1/4)
    helped, drawn = np.array([1, 1, 1, 0, 1, 0, 0, 0]), np.array([1, 1, 1, 1, 0, 0, 0, 0])
    y = np.array([6.0, 6.0, 6.0, 2.0, 6.0, 2.0, 2.0, 2.0])
    assert instrumented(y, helped, drawn).value == pytest.approx((5 - 3) / 0.5)
    assert rule_of_thumb(np.arange(32.0)) == pytest.approx(2.432 * 0.9 * np.arange(32.0).std(ddof=1) / 2)


def test_what_is_claimed_of_whom() -> None:
    seen, _ = by_basin(np.random.default_rng(3))
    found = basins_drawn(seen)
    assert (found.treated, found.compared) == (12, 12)
    assert found.weight == pytest.approx(1.0 / len(seen.helped))
    assert set(seen.basin[found.firm]) == set(np.flatnonzero(seen.opened))
    seen, _ = by_merit(np.random.default_rng(3))
    found = discontinuity(seen)
    near = seen.files.margin[found.firm]
    assert near.min() >= 0
    assert found.weight.sum() == pytest.approx(1.0)
    assert np.corrcoef(near, found.weight)[0, 1] < -0.99  # the nearer the limit, the more it counts


def test_lots_are_drawn_among_files_that_the_committee_would_take() -> None:
    gen = np.random.default_rng(8)
    seen, margin = panel(gen, n=400), gen.standard_normal(400)
    won = (margin >= 0) & (gen.random(400) < 0.5)
    seen = asking(replace(seen, admission=MERIT), np.arange(400), won, margin)
    found = drawn_lots(helping(seen, np.flatnonzero(won), EFFECT))
    assert found.treated == won.sum()
    assert found.compared == ((margin >= 0) & ~won).sum()


def test_winners_who_wait_for_room_are_winners() -> None:
    """Those with little at stake wait: to leave them out would compare unlike firms."""
    gen = np.random.default_rng(9)
    seen = panel(gen, n=600)
    won, large = gen.random(600) < 0.5, np.arange(600) < 300
    counts = seen.counts.copy()
    counts[-1, large] += 5.0
    seen = asking(replace(seen, counts=counts), np.arange(600), won & large, waiting=won & ~large)
    found = drawn_lots(helping(seen, np.flatnonzero(won & large), EFFECT))
    assert (found.treated, found.compared) == (won.sum(), (~won).sum())
    assert set(found.firm) == set(np.flatnonzero(won & large))
    assert abs(found.estimate.value - EFFECT) < 3 * found.estimate.error


def test_the_truth_of_lots_is_that_of_winners() -> None:
    """Some losers are helped later, with another project."""
    seen, _ = by_lot(np.random.default_rng(8), shows_up=1.0)
    won = seen.files.accepted
    later = np.flatnonzero(~won)[:20]
    found = drawn_lots(
        helping(replace(seen, helped=seen.helped), np.append(np.flatnonzero(won), later), EFFECT)
    )
    assert set(found.firm) == set(np.flatnonzero(won))


def test_files_that_have_not_had_the_time_to_get_a_seat_are_left_out() -> None:
    """The evaluation is in month 36 and a file waits ten months: those of month 26 and later say nothing."""
    seen, _ = by_ticket(np.random.default_rng(8))
    applied = np.where(np.arange(600) < 200, 25, 26)
    files = replace(seen.files, applied=applied)
    found = drawn_lots(replace(seen, files=files, patience=10.0))
    assert found.treated + found.compared == 200


def test_a_limit_that_decides_hardly_anything_is_no_experiment() -> None:
    seen, _ = by_merit(np.random.default_rng(8), come_back=0.98)
    assert discontinuity(seen).reason == FEW_NEAR


def test_growth_may_bend_at_the_limit_without_looking_like_an_effect() -> None:
    gen = np.random.default_rng(8)
    seen, margin = panel(gen, n=600, spread=0.0), gen.standard_normal(600)
    counts = seen.counts.copy()
    counts[-1] += margin + 3.0 * np.maximum(margin, 0.0)
    seen = asking(replace(seen, counts=counts, admission=MERIT), np.arange(600), margin >= 0, margin)
    found = discontinuity(helping(seen, np.flatnonzero(margin >= 0), EFFECT)).estimate
    assert found is not None
    assert found.value == pytest.approx(EFFECT)


def test_basins_that_opened_earlier_are_held_to_have_grown_longer() -> None:
    """Jobs grow by ten a year everywhere; most of the basins that opened were planned a year earlier."""
    basins = np.arange(12)
    counts = np.stack([100.0 + 10.0 * year for year in range(YEARS + 1) for _ in basins]).reshape(-1, 12)
    planned = np.where((basins < 4) | (basins == 11), 0, 12)
    opened = basins < 6
    counts[-1, opened] += 0.2 * counts[planned // 12, basins][opened]
    seen = replace(
        panel(np.random.default_rng(1), n=12, basins=12), counts=counts, planned=planned, opened=opened,
        helped=np.arange(6), asked=np.full(6, ASKED),
    )  # fmt: skip
    found = basins_drawn(seen).estimate
    assert found is not None
    assert found.value == pytest.approx(0.2 * (4 * 100.0 + 2 * 110.0) / 6)


def test_a_design_that_cannot_be_applied_says_why() -> None:
    gen = np.random.default_rng(5)
    nobody = panel(gen)
    members = replace(nobody, admission=MEMBERS)
    few = helping(nobody, np.arange(5), EFFECT)
    all_won = asking(nobody, np.arange(300), np.ones(300, bool))
    no_lot = asking(
        replace(nobody, admission=LOTS), np.arange(300), gen.random(300) < 0.5, None, gen.random(300)
    )
    no_lot = helping(no_lot, np.flatnonzero(no_lot.files.accepted), EFFECT)
    lenient = asking(
        replace(nobody, admission=MERIT), np.arange(300), np.ones(300, bool), 2.0 + gen.random(300)
    )
    some = replace(nobody, planned=np.zeros(4, np.int64), opened=np.arange(4) < 2)
    unhelped = replace(panel(gen, basins=10), planned=np.zeros(10, np.int64), opened=np.arange(10) < 5)
    for design, seen, reason in (
        (before_after, nobody, FEW_HELPED), (before_after, few, FEW_HELPED), (matched, few, FEW_HELPED),
        (discontinuity, nobody, NO_MERIT), (discontinuity, lenient, FEW_NEAR),
        (drawn_lots, members, NO_ADMISSION), (drawn_lots, all_won, FEW_DRAWN), (drawn_lots, no_lot, WEAK_LOT),
        (basins_drawn, some, FEW_BASINS), (basins_drawn, unhelped, NONE_HELPED),
    ):  # fmt: skip
        found = design(seen)
        assert (found.estimate, found.reason) == (None, reason), (design, REASONS[reason])


def test_every_design_has_a_name_a_world_and_an_estimand() -> None:
    assert list(DESIGNS) == ["before-after", "matching", "discontinuity", "lottery", "saturation"]
    assert len({d.apply for d in DESIGNS.values()}) == len(DESIGNS)
    assert YEARS > 1
