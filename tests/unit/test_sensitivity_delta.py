"""Delta of rows: against SALib, and with few classes of rows."""

import numpy as np
import pytest

from experiments.sensitivity import delta, notebook
from experiments.sensitivity.indices import Rows, indices
from tests.functions import ISHIGAMI, ishigami


def data() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(3)
    x = rng.random((200, 3))
    skewed = np.exp(3 * x[:, 0]) + rng.normal(size=200)
    tied = np.where(x[:, 1] < 0.4, 0.0, np.round(10 * x[:, 2]) + x[:, 0].round(1))
    drawn = rng.integers(0, 200, 200)  # rows that stand twice
    few = x[:64], np.sin(6 * x[:64, 0])
    return {"skewed": (x, skewed), "tied": (x, tied), "drawn": (x[drawn], skewed[drawn]), "few": few}


@pytest.mark.parametrize("name", ["skewed", "tied", "drawn", "few"])
def test_delta_of_rows_is_that_of_salib(name: str) -> None:
    import warnings

    from SALib.analyze.delta import calc_delta, sobol_first

    x, y = data()[name]
    n = len(y)
    classes = min(max(int(np.ceil(n ** (2.0 / (7.0 + np.tanh((1500.0 - n) / 500.0))))), 5), 48)
    edges, grid = np.linspace(0, n, classes + 1), np.linspace(y.min(), y.max(), 100)
    distances, firsts = delta._both(x, y, grid)
    for j in range(3):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = calc_delta(y, grid, x[:, j], edges)
        assert distances[j] == pytest.approx(theirs, rel=1e-9)
        assert firsts[j] == pytest.approx(sobol_first(y, x[:, j], edges), rel=1e-9)


def test_deltas_and_their_intervals_are_those_of_salib_on_the_same_resamples(monkeypatch) -> None:
    from SALib.analyze import delta as theirs

    (x, y), drawn = data()["skewed"], np.random.default_rng(1).integers(0, 200, (8, 200))
    found = delta.estimates(x, y, np.random.default_rng(1), 8, 0.9)
    edges, grid = np.linspace(0, 200, 5 + 1), np.linspace(y.min(), y.max(), 100)  # SALib has 200^(1/4): 4
    for j in range(3):
        rows = iter([np.arange(200), *drawn])  # the first: theirs would be a resample, ours are the rows
        monkeypatch.setattr(theirs, "obtain_resampled_subset", lambda *given, rows=rows, **more: next(rows))
        value, half, _ = theirs.bias_reduced_delta(y, grid, x[:, j], edges, 8, 0.9, 200, "raw", None, "x", 10)
        assert found.delta[j] == pytest.approx(value, rel=1e-9)
        assert found.delta_half[j] == pytest.approx(half, rel=1e-9)
        firsts = np.array([theirs.sobol_first(y[r], x[r, j], edges) for r in drawn])
        assert found.first[j] == pytest.approx(theirs.sobol_first(y, x[:, j], edges), rel=1e-9)
        assert found.first_half[j] == pytest.approx(1.6448536 * firsts.std(ddof=1), rel=1e-6)


@pytest.mark.parametrize("n", [64, 128])
def test_few_classes_hid_a_factor_whose_effect_goes_up_and_down(n: int) -> None:
    """Of x2, which moves most of all (.42), four classes saw nothing, and three less than of x1 (.22)."""
    plan = notebook.design(ISHIGAMI, method="delta", n=n)
    y = np.array([ishigami(x) for x in plan.frame.to_dict("records")])
    found = {(i.index, i.factor): i for i in indices(Rows(plan.design, plan.places, y), 1, 30)}
    one, two = found["delta", "x1"], found["delta", "x2"]
    assert two.value > max(one.value, two.by_chance), (one, two)
    assert found["S1", "x2"].value > 0.2
