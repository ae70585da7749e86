"""What is asked of the rows of a design, and what is said of where policies fail and of regret, by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from experiments.errors import Refused
from experiments.report import sensitivity as page
from experiments.sensitivity import asking, verdict
from experiments.sensitivity.analysis import Failing, Found, Regret, Spread, failing, regrets
from experiments.sensitivity.answers import Answers
from experiments.sensitivity.boxes import Box
from experiments.sensitivity.factors import own
from experiments.sensitivity.indices import Rows
from experiments.sensitivity.study import BEST, RANK, Question
from experiments.sensitivity.tables import REGRET
from tests.unit.test_sensitivity_designs import designed

# of each policy in two rows of a design, a world each
ROWS = {"a": [[3.0], [1.0]], "b": [[2.0], [1.0]], "c": [[1.0], [5.0]]}


def answers() -> SimpleNamespace:
    return SimpleNamespace(policies=tuple(ROWS), values=lambda policy, outcome: np.array(ROWS[policy]))


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (Question("jobs_net"), [3.0, 1.0]),
        (Question("jobs_net", against="c"), [2.0, -4.0]),
        (Question("jobs_net", among=RANK), [1.0, 2.5]),  # two share the second place and the third
        (Question("public_cost", among=RANK), [3.0, 1.5]),  # the least cost comes first
        (Question("jobs_net", among=BEST), [1.0, 0.0]),
        (Question("public_cost", among=BEST), [0.0, 0.5]),
    ],
)
def test_what_is_asked_of_a_policy(question: Question, wanted: list[float]) -> None:
    assert Answers.asked(answers(), "a", question).ravel().tolist() == wanted


def test_regret_is_jobs_that_are_lacking_or_euros_too_many() -> None:
    jobs = {one.policy: one for one in regrets(answers(), Question("jobs_net"))}
    assert [jobs[policy].mean for policy in "abc"] == [2.0, 2.5, 1.0]  # a: 0 and 4, b: 1 and 4, c: 2 and 0
    assert (jobs["a"].p90, jobs["a"].p95, jobs["a"].most) == pytest.approx((3.6, 3.8, 4.0))
    euros = {one.policy: one for one in regrets(answers(), Question("public_cost"))}
    assert [euros[policy].mean for policy in "abc"] == [1.0, 0.5, 2.0]
    assert [euros[policy].best for policy in "abc"] == [0.25, 0.25, 0.5]


def test_outcomes_without_a_better_side_were_said_to_have_a_worst() -> None:
    """More seats a volunteer was better, though neither more nor less is."""
    question = Question("seats_per_volunteer")
    assert regrets(answers(), question) == []
    with pytest.raises(Refused, match="--among: neither more nor less"):
        Answers.asked(answers(), "a", Question("seats_per_volunteer", among=BEST))
    with pytest.raises(Refused, match="--among: neither more nor less"):
        asking.question("seats_per_volunteer", "", RANK, False, None)
    design = designed("rbd-fast", 100)
    y = np.arange(1.0, 101.0)
    rows = Rows(design, design.places(0, 100, 1), y)
    assert failing(rows, question, 1) is None
    asked = failing(rows, Question("seats_per_volunteer", fails=30.5), 1)
    assert asked is not None
    assert (asked.worst, asked.share) == (False, 0.3)
    found = Found("a", Spread.of(y), None, why_not="so it is")
    said = verdict.answer([found], [], design, question)
    assert any(text.startswith("Neither more nor less of seats per volunteer is better") for text in said)


def test_rates_that_differ_by_little_are_not_level() -> None:
    rates = {"a": [[0.301]], "b": [[0.302]]}  # less apart than jobs that read as none
    read = SimpleNamespace(policies=("a", "b"), values=lambda policy, outcome: np.array(rates[policy]))
    assert [one.best for one in regrets(read, Question("success_rate"))] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("question", "y", "limit", "worst", "share"),
    [
        (Question("jobs_net"), np.arange(1.0, 101.0), 25.75, True, 0.25),  # all gain: the least quarter
        (Question("public_cost"), np.arange(1.0, 101.0), 75.25, True, 0.25),  # the dearest
        (Question("public_cost", fails=40.0), np.arange(1.0, 101.0), 40.0, False, 0.6),
        (Question("jobs_net"), np.repeat([2.0, 5.0], [40, 60]), 5.0, True, 0.4),  # once: no sentence
        (Question("public_cost"), np.repeat([2.0, 5.0], [60, 40]), 2.0, True, 0.4),
        (Question("jobs_net"), np.arange(-30.0, 70.0), 0.0, False, 0.3),
        (Question("jobs_net", among=RANK), np.tile([1.0, 2.0, 3.0, 4.0], 25), 2.0, False, 0.5),
        (Question("jobs_net", among=BEST), np.tile([0.0, 0.5, 1.0, 1.0], 25), 0.5, False, 0.25),
    ],
)
def test_which_rows_fail(question: Question, y: np.ndarray, limit: float, worst: bool, share: float) -> None:
    design = designed("rbd-fast", 100)
    found = failing(Rows(design, design.places(0, 100, 1), y), question, 1)
    assert found
    assert (found.limit, found.worst, found.share) == pytest.approx((limit, worst, share))


def test_nearly_all_rows_are_not_the_worst() -> None:
    design = designed("rbd-fast", 100)
    rows = Rows(design, design.places(0, 100, 1), np.repeat([2.0, 5.0], [80, 20]))
    assert failing(rows, Question("jobs_net"), 1) is None


def told(question: Question, box: Box | None) -> str:
    of = Found("a", Spread(0.0, 0.0, 0.0, 0.0), None, failing=Failing(2.0, False, 0.25, box))
    (said,) = verdict.box_words(
        of, SimpleNamespace(factors=[own("x", 0.0, 10.0), own("y", 0.0, 1.0)]), question
    )
    return said


def test_where_a_policy_fails_is_said_on_the_right_side() -> None:
    for question, side in (
        (Question("jobs_net"), "below 2 jobs"),
        (Question("public_cost"), "above 2 euros"),
        (Question("public_cost", among=RANK), "above 2 rank"),
        (Question("jobs_net", among=RANK), "above 2 rank"),
        (Question("public_cost", among=BEST), "below 2 share"),
    ):
        assert f" {side}) in 25% of the rows, and no box" in told(question, None)
    box = Box({"x": (0.3, 1.0), "y": (0.0, 0.6)}, 0.4, 0.8, 0.1, {"x": 0.9, "y": 0.5})
    assert told(Question("jobs_net"), box).endswith(
        "mostly where x is above 3 and y is below 0.6 (in 50% of resamples only): there 80% of rows do, "
        "which are 40% of all that do."
    )


def test_the_least_regret_is_that_of_bad_rows_and_the_best_is_that_of_most() -> None:
    of = [Regret("a", 1.0, 9.0, 9.5, 10.0, 0.7, 20), Regret("b", 2.0, 5.0, 9.9, 11.0, 0.3, 20)]
    (said,) = verdict.regret_words(of, Question("jobs_net"))
    assert said == (
        "Over all rows b is regretted least: in 9 of 10 it is at most 5 jobs behind the best; best most "
        "often is a (70%)."
    )
    level = [Regret("a", 3.0, 5.0, 9.9, 11.0, 0.7, 20), Regret("b", 2.0, 5.0, 9.9, 11.0, 0.3, 20)]
    assert verdict.regret_words(level, Question("jobs_net"))[0].startswith(
        "Over all rows b is regretted least"
    )


def test_regret_was_in_names_of_outcomes() -> None:
    """As in "at most 2,758 cost of a net job behind the best"."""
    of = [Regret("a", 1.0, 2758.0, 9.5, 10.0, 0.7, 20), Regret("b", 2.0, 5000.0, 9.9, 11.0, 0.3, 20)]
    for asked, unit in (
        (Question("cost_per_net_job"), " euros per job"),
        (Question("public_cost", among=RANK), " euros"),
        (Question("y"), ""),  # of a function of one's own
    ):
        assert f"it is at most 2,758{unit} behind the best" in verdict.regret_words(of, asked)[0]


def test_policies_without_a_value_are_not_regretted() -> None:
    values = {"a": [[1.0], [np.nan]], "b": [[2.0], [1.0]]}
    read = SimpleNamespace(policies=("a", "b"), values=lambda policy, outcome: np.array(values[policy]))
    assert regrets(read, Question("success_rate")) == []


@pytest.mark.filterwarnings("error")
def test_no_policy_is_praised_where_all_are_infinitely_far_behind() -> None:
    inf = float("inf")
    costs = {"a": [[inf], [2.0], [inf], [inf]], "b": [[1.0], [inf], [inf], [inf]]}
    read = SimpleNamespace(policies=("a", "b"), values=lambda policy, outcome: np.array(costs[policy]))
    found = regrets(read, Question("cost_per_net_job"))
    assert [(one.mean, one.p90, one.most, one.best) for one in found] == [(inf, inf, inf, 0.5)] * 2
    assert verdict.regret_words(found, Question("cost_per_net_job")) == [
        "No policy is regretted least: each is infinitely far behind the best in a tenth of the rows or more"
        "; best most often is a (50%)."
    ]


@pytest.mark.filterwarnings("error")
def test_a_policy_without_a_value_had_a_rank() -> None:
    values = {"a": [[1.0], [np.nan]], "b": [[2.0], [1.0]]}
    read = SimpleNamespace(policies=("a", "b"), values=lambda policy, outcome: np.array(values[policy]))
    for among, wanted in ((RANK, 2.0), (BEST, 0.0)):
        first, second = Answers.asked(read, "a", Question("jobs_net", among=among)).ravel()
        assert first == wanted
        assert np.isnan(second)


def test_the_figure_of_regret_praised_what_is_far_behind() -> None:
    def title(*regret: tuple[str, float], n: float = 20.0) -> str:
        columns = ("mean", "p90", "p95", "most", "best")
        rows = [dict.fromkeys(columns, value) | {"policy": name, "rows": n} for name, value in regret]
        (figures, _) = page._regret(SimpleNamespace(tables={REGRET: rows}))
        return figures.items[0].title

    assert title(("a", 9.0), ("b", 5.0)) == "B is least far behind in 9 rows of 10"
    assert title(("a", 9.0), ("b", 5.0), n=1.0) == "Regret"
    for value in (0.0, float("inf")):
        assert title(("a", value), ("b", value)) == "Regret"
