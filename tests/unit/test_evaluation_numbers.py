"""Numbers that an evaluation or a survey takes from the worlds, by hand: of the scheme, the file and the
month that their names say."""

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.evaluation import seen, trials, verdict
from experiments.evaluation.designs import basins_drawn, before_after, discontinuity, drawn_lots
from experiments.evaluation.estimate import clustered, instrumented, of_few
from experiments.evaluation.matching import match
from experiments.evaluation.score import DETECTED, scores
from experiments.evaluation.truth import change_by_scheme, truth
from sim.draws import PRIORITY, RESPONSE, draw
from sim.spec import Change, SchemeSpec
from sim.state import NEVER
from sim.survey import headcount, survey_of
from tests.panels import asking, helping, panel
from tests.small import spec
from tests.unit.test_evaluation_scores import row


def rows(names: str, *values: tuple) -> np.recarray:
    """A table of whole numbers and of others, each column as its values are."""
    return np.rec.fromarrays([np.array(column) for column in zip(*values)], names=names)


# firm, local, applied, merit, decided, accepted, started; local 2 is of another scheme
FILES = (
    (3, 0, 2, 1.0, 4, 4, 5),
    (1, 0, 3, -0.5, 4, NEVER, NEVER),  # rejected
    (2, 0, 5, 0.4, NEVER, NEVER, NEVER),  # judged, and waits for room
    (4, 1, 6, 0.0, NEVER, NEVER, NEVER),  # no committee yet
    (0, 2, 7, 0.9, 8, 8, 8),
    (1, 0, 9, 0.8, 10, 10, 11),  # came back
    (3, 1, 20, 1.5, 22, 22, 23),  # another project
)


def watched() -> SimpleNamespace:
    """A world of two schemes, with these files; firm 5 is a member of the first, firm 0 of the other."""
    return SimpleNamespace(
        seed=7,
        files=rows("firm local applied merit decided accepted started".replace(" ", ","), *FILES),
        memberships=rows("firm,joined,left,local", (5, 14, NEVER, 0), (0, 3, NEVER, 2), (2, NEVER, NEVER, 1)),
        tables=SimpleNamespace(
            uid=np.arange(100, 106, dtype=np.uint64),
            rules=rows("standard,standard_shift,patience_months,declare,declare_response",
                       (0.2, 0.1, 6.0, 0.0, 0.5), (0.2, -0.3, 9.0, 0.0, 1.0), (5.0, 0.0, 99.0, 0.0, 0.0)),
            locals=rows("scheme,code", (0, 1), (0, 1), (1, 2)),
        ),
    )  # fmt: skip


def test_the_first_file_of_each_firm_as_the_committee_left_it() -> None:
    found = seen._files(watched(), 0, seen.MERIT)
    assert found.firm.tolist() == [1, 2, 3, 4]
    assert found.applied.tolist() == [3, 5, 2, 6]
    assert found.judged.tolist() == [True, True, True, False]
    assert found.accepted.tolist() == [False, False, True, False]
    assert found.rejected.tolist() == [True, False, False, False]  # who waits is not rejected
    assert found.margin[:3] == pytest.approx([-0.8, 0.1, 0.7])
    assert np.isnan(found.ticket).all()


def test_a_ticket_is_the_number_that_orders_the_queue_of_its_scheme() -> None:
    found = seen._files(watched(), 0, seen.LOTS)
    wanted = [draw(np.uint64(7), PRIORITY, np.uint64(100 + i), t, 1)
              for i, t in zip(found.firm, found.applied, strict=True)]  # fmt: skip
    assert found.ticket.tolist() == wanted


def test_a_firm_is_helped_once_from_when_it_first_asked_or_joined() -> None:
    helped, asked = seen._helped(watched(), 0)
    assert (helped.tolist(), asked.tolist()) == ([1, 3, 5], [9, 2, 14])
    helped, asked = seen._helped(watched(), 1)
    assert (helped.tolist(), asked.tolist()) == ([0], [3])  # joined before its file


def test_files_wait_as_long_as_their_own_scheme_lets_them() -> None:
    assert seen._patience(watched(), 0) == 9.0
    assert seen._patience(watched(), 1) == 99.0


def test_a_basin_has_opened_if_its_month_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    made = spec(basins=3, smes=30, months=12)
    world = watched()
    world.spec = replace(made, schemes=(replace(made.schemes[0], opens=(("b0", 11), ("b1", 12))),))
    world.month, world.headcounts = 12, [np.full(6, 4.0), np.full(6, 5.0)]
    world.tables.sector = world.tables.born = np.zeros(6)
    monkeypatch.setattr(seen, "basin_of_rows", lambda tables: np.zeros(6))
    found = seen.seen(world, "alize", np.array([3, 4, 5]))
    assert found.opened.tolist() == [True, False, False]
    assert found.planned.tolist() == [3, 4, 5]
    assert found.now.tolist() == [5.0] * 6
    assert (found.helped.tolist(), found.patience, found.admission) == ([1, 3, 5], 9.0, seen.MERIT)


def test_a_pair_ends_in_one_month() -> None:
    tables = SimpleNamespace(uid=np.arange(3), size=np.array([4.0, 5.0, 6.0]))
    of = ((1, 24), (1, 36), (2, 24))
    one, late, other = (SimpleNamespace(seed=seed, month=month, tables=tables) for seed, month in of)
    assert not change_by_scheme(one, one).any()
    for wrong in (late, other):
        with pytest.raises(ValueError, match="seed and month"):
            change_by_scheme(one, wrong)
    found = truth(np.array([3.0, -1.0, 2.0, -0.5]), np.array([0, 2]))
    assert (found.helped, found.net) == (2.5, 1.75)


# size at the count before, size a year earlier, age in months at that count; firm 0 was helped in month 27
LIKES = {
    "the size, in proportion": ((20, 20, 99), [(30, 30, 99), (21, 21, 99), (19, 19, 99), (20, 20, 99)]),
    "the age": ((20, 20, 24), [(20, 20, 200), (20, 20, 30), (20, 20, 18), (20, 20, 24)]),
    "the growth": ((20, 10, 99), [(20, 20, 99), (20, 11, 99), (20, 9, 99), (20, 10, 99)]),
    "no growth of who is new": ((20, 20, 99), [(20, 9, 99), (20, 20, 99), (20, 20, 99), (20, 0, 99)]),
}


def panel_of(firms: list[tuple[int, int, int]], **more: Any) -> seen.Seen:
    """Counts of years 0 to 3, that of year 2 before firm 0 asked; at year 0 all are of other sizes."""
    size, past, age = np.array(firms, float).T
    n, no = len(firms), np.zeros(0)
    files = seen.Files(no, no, no, no, no, no, no)
    found = seen.Seen(
        np.stack([7.0 + np.arange(n), past, size, size + np.arange(n)]), np.zeros(n, int), np.zeros(n, int),
        24 - age.astype(int), files, np.array([0]), np.array([27]), np.zeros(1), np.ones(1, bool), seen.MERIT,
    )  # fmt: skip
    return replace(found, **more)


@pytest.mark.parametrize("what", LIKES)
def test_likes_are_near_by_size_age_and_growth_at_the_count_before(what: str) -> None:
    one, others = LIKES[what]
    found = match(panel_of([one, *others]))
    assert sorted(found.firm.tolist()) == [0, 2, 3, 4]  # firm 1 is far
    assert sorted(found.change.tolist()) == [0.0, 2.0, 3.0, 4.0]  # since the count before


def test_likes_were_there_and_were_never_helped_and_count_spreads_alike() -> None:
    one = (20, 20, 99)
    gone = (0, 0, 99)
    helped = {"helped": np.array([0, 1, 2]), "asked": np.array([27, 35, 28])}
    found = match(panel_of([one, one, gone, gone, (22, 22, 99), (18, 18, 99), (30, 30, 99)], **helped))
    assert found.firm[found.treated].tolist() == [0, 1]  # nobody knew firm 2 before
    assert set(found.firm[~found.treated].tolist()) == {4, 5, 6}
    small = (1, 1, 99)  # whose logarithm is that of a firm that is gone
    assert set(match(panel_of([small, gone, small, small, (2, 2, 99)])).firm[1:].tolist()) == {2, 3, 4}
    # of sizes that are far apart and ages that hardly are, two months are farther than one job in twenty
    firms = [one, (20, 20, 97), (20, 20, 101), (20, 20, 99), (19, 19, 99), *[(9, 9, 99), (45, 45, 99)] * 9]
    assert sorted(match(panel_of(firms)).firm[1:].tolist())[0] == 3


def test_the_count_before_is_the_last_that_the_month_has_seen() -> None:
    of = panel_of([(20, 20, 99), (30, 30, 99)])
    month = np.array([0, 11, 12, 23, 24])
    assert of.before(np.zeros(5, int), month).tolist() == of.counts[[0, 0, 1, 1, 2], 0].tolist()


def test_an_interval_may_miss_on_either_side_and_the_middle_error_is_told() -> None:
    rows_of = [row("lottery", 0.5), row("lottery", -3.5), row("lottery", 4.5), row("lottery", 0.5, 9.0),
               row("lottery", 0.5)]  # fmt: skip
    (found,) = scores(rows_of, ["lottery"])
    assert found["coverage"] == pytest.approx(3 / 5)
    assert (found["error"], found["detectable"]) == pytest.approx((1.0, DETECTED))


def test_firms_without_a_headcount_before_or_a_judgement_are_in_no_design() -> None:
    """Ten of 200 firms were founded since the count before they asked."""
    gen = np.random.default_rng(4)
    base = panel(gen, n=200)
    base.counts[1, :10] = 0.0
    everyone, won, margin = np.arange(200), np.arange(200) % 2 == 0, gen.standard_normal(200)
    assert before_after(helping(base, everyone[:100], 2.0)).treated == 90
    drawn = helping(asking(base, everyone, won), everyone[won], 2.0)
    lots = replace(asking(base, everyone, won, ticket=won + gen.random(200)), admission=seen.LOTS)
    for of in (drawn, helping(lots, everyone[won], 2.0)):
        found = drawn_lots(of)
        assert (found.treated, found.compared) == (95, 95)
    early = replace(drawn, files=replace(drawn.files, judged=everyone < 180))  # the others await a committee
    found = drawn_lots(early)
    assert (found.treated, found.compared) == (85, 85)
    limit = replace(base, admission=seen.MERIT)
    with_them, without = (
        discontinuity(
            helping(asking(limit, firm, margin[firm] >= 0, margin[firm]), everyone[margin >= 0], 2.0)
        )
        for firm in (everyone, everyone[10:])
    )
    assert with_them.estimate
    assert with_them.estimate == without.estimate


def test_errors_and_intervals_of_two_groups_by_hand() -> None:
    """Means of 2 and 4; what is left is 1 and -1, and 2, -2 and 0."""
    y, treated = np.array([1.0, 3.0, 2.0, 6.0, 4.0]), np.array([1, 1, 0, 0, 0])
    twice = [np.repeat(a, 2) for a in (y, treated, np.ones(5), np.arange(5))]
    found = clustered(*twice)  # twice the same firms tell no more: five clusters of ten rows
    assert found.value == pytest.approx(-2.0)
    assert found.error == pytest.approx(math.sqrt((2 / 4 + 8 / 9) * (5 / 4) * (9 / 8)))
    half = 1.64485 * found.error
    assert (found.low, found.high) == pytest.approx((-2 - half, -2 + half), rel=1e-4)
    lines = instrumented(y[:4], treated[:4], treated[:4], weights=np.array([3.0, 1.0, 1.0, 3.0]))
    assert lines.value == pytest.approx((3 * 1 + 3) / 4 - (2 + 3 * 6) / 4)
    few = of_few(y, treated, np.ones(5), np.zeros(5))  # HC3: each over its share of what is left of its group
    assert few.error == pytest.approx(math.sqrt(2 * 2.0**2 / 4 + 2 * 3.0**2 / 9))
    assert few.high - few.value == pytest.approx(2.35336 * few.error, rel=1e-4)  # Student's, three degrees
    more = few.times(3.0)
    assert (more.value, more.error, more.low, more.high) == pytest.approx(
        (3 * few.value, 3 * few.error, 3 * few.low, 3 * few.high)
    )
    assert more.p_value == few.p_value


def test_growth_of_basins_is_weighted_by_their_jobs_and_only_of_those_that_were_to_open() -> None:
    """Four that opened gain 30 jobs each, of 100 or of 300; two were to open at the end, one never."""
    size = np.array([100.0, 100, 300, 300, 200, 200, 200, 200, 50, 50, 50])
    now = size + np.array([30.0] * 4 + [0.0] * 4 + [90.0] * 3)
    found = basins_drawn(replace(
        panel(np.random.default_rng(1), n=11, basins=11), counts=np.stack([size, size, size, now]),
        planned=np.array([0] * 8 + [36, 36, NEVER]), opened=np.arange(11) < 4,
        helped=np.array([0, 1, 2, 3, 10]), asked=np.full(5, 14),
    ))  # fmt: skip
    assert (found.treated, found.compared, found.firm.tolist()) == (4, 4, [0, 1, 2, 3])
    assert found.estimate
    assert found.estimate.value == pytest.approx(4 * 30.0 / 4)  # jobs a helped firm of these basins


def test_designs_are_ranked_judged_and_believed_from_their_limits_on() -> None:
    def of(**more: float) -> dict[str, float]:
        found = {"draws": 40, "applied": 20, "bias": 0.0, "bias_low": -1.0, "bias_high": 1.0, "coverage": 0.8}
        return found | more

    half, less, fewer = of(), of(applied=19), of(draws=38, applied=19)
    assert verdict.rankable([half, less, fewer]) == [half, fewer]
    assert verdict.judged([half, less, fewer]) == [half]
    assert verdict.believable(half)
    assert not verdict.believable(of(coverage=0.79))
    # three standard errors of many draws: 3.46 of Student's with 19 degrees of freedom, over 1.729 of 90 %
    for bias, is_one in ((1.95, False), (-1.95, False), (2.05, True), (-2.05, True)):
        assert verdict.biased(of(bias=bias)) == is_one


def test_the_nearest_the_most_misleading_and_the_sharpest_are_what_they_are_called() -> None:
    """Before and after is right on average, off by 0.9 in each draw, and always declares an effect."""
    off = [row("before-after", 0.5 + e, 1.0, 0.01) for e in (-0.9, 0.9)] * 10
    wrong = [row("matching", -0.5 + e, 0.5) for e in (-0.03, 0.03)] * 10
    for mean, sharpest in ((0.6, "before and after"), (0.5, "lottery")):
        near = [row("lottery", mean + e, 0.6) for e in (-0.02, 0.02)] * 10
        first, second, *_ = verdict.answer(
            scores(off + wrong + near, ["before-after", "lottery", "matching"])
        )
        assert first.startswith("Nearest to the truth: lottery")
        assert "most misleading: matched comparison (difference in differences), -1.00" in first
        assert f"the sharpest is {sharpest}" in second  # of those without bias


CHANGES = (
    Change("alize", "screening", 0.9, 24), Change("alize", "days", 5.0), Change("other", "screening", 0.7),
)  # fmt: skip


def test_a_lottery_takes_the_place_of_what_would_decide_and_of_nothing_else() -> None:
    made = spec(rules={"screening": 0.2, "screening_error": 0.3, "return_share": 0.8, "selection": 3.0})
    made = replace(made, schemes=(*made.schemes, SchemeSpec("other", {"format": 2.0}, ())), changes=CHANGES)
    drawn, (of, other) = trials.lottery(made, "alize"), sorted(made.schemes, key=lambda s: s.name)
    assert drawn
    taken = {"screening": 0.5, "screening_error": 1.0, "return_share": 0.0, "acceptance_share": 1.0}
    assert {s.name: s.rules for s in drawn.schemes} == {"alize": of.rules | taken, "other": other.rules}
    assert drawn.changes == CHANGES[1:]
    left = trials.without(made, "alize")
    assert (left.schemes, left.changes) == ((other,), CHANGES[2:])


def test_basins_that_open_after_the_end_are_not_drawn() -> None:
    made = spec(basins=12, smes=30, months=24)
    opens = tuple((f"b{k}", 3 if k < 8 else 24) for k in range(12))
    made = replace(made, schemes=(replace(made.schemes[0], opens=opens),))
    halves = [trials.saturation(made, "alize", seed) for seed in range(3)]
    for half in halves:  # eight that open are enough
        assert half
        assert len(half.schemes[0].opens) == 4
        assert set(half.schemes[0].opens) < set(opens[:8])


def test_a_survey_reads_the_nearest_count() -> None:
    world = SimpleNamespace(headcounts=[np.full(2, 10.0 * k) for k in range(6)], month=60)
    month = np.array([0, 5, 6, 17, 18, 41, 42, 59])
    firm = np.zeros(len(month), int)
    assert headcount(world, firm, month, 60).tolist() == [0, 0, 10, 10, 20, 30, 40, 50]
    assert headcount(world, firm, month, 35).tolist() == [0, 0, 10, 10, 20, 20, 20, 20]


def test_a_survey_asks_a_firm_once_and_hears_from_as_many_as_answer() -> None:
    world = watched()
    n = 4000
    gen = np.random.default_rng(1)
    world.tables.uid = gen.integers(1, 2**40, n).astype(np.uint64)
    more = ((0, 1, 6, 3.0), (1, 1, 30, 9.0), (2, 1, NEVER, 9.0))
    files = rows("firm,local,started,size", *((i, 0, 12, 4.0) for i in range(n)), *more)
    found = survey_of(world, files)
    assert found.firm.tolist() == list(range(n))
    assert (found.started[:3].tolist(), found.before[:3].tolist()) == ([6, 12, 12], [3.0, 4.0, 4.0])
    assert found.answers[0]  # all of the second place answer
    assert found.answers[1:].mean() == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(n))
    alone = draw(np.uint64(7), RESPONSE, world.tables.uid[1], 0, 1)
    assert found.answers[1] == (alone < 0.5)
    world.tables.rules.declare_response[0] = 0.1
    fewer = survey_of(world, files)
    assert fewer.answers[1:].mean() == pytest.approx(0.1, abs=4 * 0.3 / math.sqrt(n))
