"""What a fit has taught, on samples made by hand."""

import numpy as np
import pandas as pd
import pytest

from calibration.checks import by_chance, families, shrinkage, tradeoffs
from sim.parameters.quantities import Uncertainty


def parameter(name: str, prior: str = "uniform") -> Uncertainty:
    return Uncertainty(name, "jobs", 1.0, 0.0, 2.0, prior, "assumed", "A number.", "")


def test_shrinkage_is_what_is_lost_of_the_variance_of_the_prior() -> None:
    # 0.5 and 1.5 in equal number: variance 1/4 (times n / (n - 1)) of a prior variance of 4/12
    rows = np.tile([[0.5], [1.5]], (500, 1))
    [row] = shrinkage([parameter("a")], rows).itertuples()
    assert row.shrinkage == pytest.approx(1 - 0.25 * 1000 / 999 / (4 / 12))
    assert row.informed
    assert (row.low, row.high, row.p05, row.p50, row.p95) == (0.0, 2.0, 0.5, 1.0, 1.5)


def test_a_sample_of_the_prior_is_not_informed_and_a_fixed_number_is_left_out() -> None:
    rows = np.random.default_rng(1).uniform(0, 2, (400, 21))
    declared = [*(parameter(f"p{j}") for j in range(20)), parameter("fixed", "fixed")]
    found = shrinkage(declared, rows)
    assert "fixed" not in set(found.name)
    assert found.informed.sum() <= 2


def test_a_parameter_that_lies_elsewhere_is_informed() -> None:
    rows = np.tile([[2.0], [2.0], [2.0], [0.25], [0.25]], (80, 1))  # wider than the prior, about 1.3
    [row] = shrinkage([parameter("a")], rows).itertuples()
    assert row.shrinkage < 0
    assert row.informed


def test_chance_shrinks_as_simulation_says() -> None:
    chance = np.random.default_rng(2)
    seen = 1 - chance.uniform(0, 1, (4000, 200)).var(axis=1, ddof=1) * 12
    assert by_chance(2) == pytest.approx(2.575829 * np.sqrt((0.8 + 2.0) / 2))  # few draws vary more
    assert by_chance(200) == pytest.approx(np.quantile(np.abs(seen), 0.99), rel=0.1)


def test_what_is_tied_together_is_found_and_nothing_else() -> None:
    rows = np.random.default_rng(3).uniform(0, 2, (500, 12))
    rows[:, 4] = np.clip(2 - rows[:, 7] + 0.1 * rows[:, 0], 0, 2)
    found = tradeoffs([parameter(f"p{j}") for j in range(12)], rows)
    assert (found.one[0], found.other[0]) == ("p4", "p7")
    assert found.correlation[0] < -0.9
    assert set(zip(found.one, found.other)) <= {("p4", "p7"), ("p0", "p4")}


def test_families_are_counted_by_role_and_context_is_not_judged() -> None:
    table = pd.DataFrame({
        "family": ["jobs", "jobs", "reach", "jobs", "jobs", "jobs"],
        "role": ["fitted", "fitted", "held_out", "context", "held_out", "held_out"],
        "inside": [1, 0, 1, None, 0, None],  # the last one no world gives
    })  # fmt: skip
    assert families(table).to_dict("records") == [
        {"family": "jobs", "role": "held_out", "figures": 1, "hits": 0, "misses": 1},
        {"family": "reach", "role": "held_out", "figures": 1, "hits": 1, "misses": 0},
        {"family": "jobs", "role": "fitted", "figures": 2, "hits": 1, "misses": 1},
    ]


def test_of_many_samples_of_the_prior_hardly_any_informs_anything() -> None:
    chance = np.random.default_rng(4)
    declared = [parameter(f"p{j}") for j in range(100)]
    told = [shrinkage(declared, chance.uniform(0, 2, (300, 100))).informed.any() for _ in range(60)]
    assert sum(told) <= 3  # one in 100 is meant


def test_a_parameter_that_was_kept_at_a_value_has_taught_nothing() -> None:
    rows = np.random.default_rng(5).uniform(0, 2, (300, 3))
    rows[:, 1] = 1.5
    declared = [parameter(f"p{j}") for j in range(3)]
    assert set(shrinkage(declared, rows).name) == {"p0", "p2"}
    assert tradeoffs(declared, rows).empty
    assert tradeoffs(declared[1:2], rows[:, 1:2]).empty
