"""A conclusion that changes with the rule of wear says so, and only then."""

import numpy as np

from experiments.rivals import rule_of, said

RULES = rule_of(np.tile([0.0, 1.0], 20))  # two rules in turn
ROWS = range(40)
SITES = RULES == "site"


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(40)


def test_rules_are_told_by_their_parameter() -> None:
    assert rule_of(np.array([0.0, 1.0, 0.5])).tolist() == ["site", "people", ""]


def test_a_best_policy_that_changes_with_the_rule_is_said() -> None:
    text = said(
        {"a": np.where(SITES, 10.0, 5.0) + noise(1), "b": 7.5 + noise(2)}, RULES, ROWS, {"a": "more rest"}
    )
    assert text.startswith("The answer depends on what wears out")
    assert "more rest if sites tire" in text
    assert "b if people tire" in text


def test_a_best_policy_that_does_not_change_is_not() -> None:
    assert said({"a": 10.0 + noise(1), "b": 7.5 + noise(2)}, RULES, ROWS, {}) == ""


def test_a_change_that_chance_makes_is_not() -> None:
    assert said({"a": 10.0 + noise(1), "b": 10.0 + noise(2)}, RULES, ROWS, {}) == ""


def test_net_jobs_of_a_single_policy_are_said_by_rule_where_they_differ() -> None:
    assert "on average 100 net jobs if sites tire" in said(
        {"a": np.where(SITES, 100.0, 50.0) + noise(1)}, RULES, ROWS, {}
    )
    assert said({"a": 100.0 + noise(1)}, RULES, ROWS, {}) == ""


def test_few_draws_say_nothing() -> None:
    assert said({"a": np.array([1.0, 9.0])}, RULES[:2], ROWS[:2], {}) == ""
    assert said({"a": noise(1)}, np.full(40, "site", object), ROWS, {}) == ""


def test_worlds_of_one_row_of_parameters_are_one_draw() -> None:
    """Replicates counted as draws: two rows, one by rule, with twenty worlds each said that rules decide."""
    net = {"a": np.where(SITES, 10.0, 5.0) + noise(1), "b": 7.5 + noise(2)}
    assert said(net, RULES, SITES.astype(int), {}) == ""
    assert said(net, RULES, np.arange(40) // 10 * 2 + SITES, {}) == ""  # four of a rule
    assert said(net, RULES, np.arange(40) // 4 * 2 + SITES, {}) != ""
