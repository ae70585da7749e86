"""What a design is said to have found where estimates are below 0, or luck is large."""

import numpy as np
import pytest

from experiments.sensitivity import notebook
from experiments.sensitivity.analysis import Found, Regret, Spread
from experiments.sensitivity.convergence import SETTLED, UNBOUNDED, leading, ranked, verdict
from experiments.sensitivity.design import Design
from experiments.sensitivity.factors import OWN, Factor
from experiments.sensitivity.indices import Index
from experiments.sensitivity.methods import GRID
from experiments.sensitivity.study import Question
from experiments.sensitivity.verdict import answer, headline, outcome_words


def index(name: str, value: float, half: float = 0.01, kind: str = "ST") -> Index:
    return Index(kind, name, value, value - half, value + half)


FEW = notebook.design({name: (0, 1) for name in "abcd"}, method="sobol", n=64)


def first_line(first: dict[str, float], whole: dict[str, float]) -> str:
    """The first line of an answer with these parts of the variance."""
    of = {"S1": first, "ST": whole}
    found = [index(name, value, kind=kind) for kind, parts in of.items() for name, value in parts.items()]
    spread = Spread(0.0, 1.0, 0.0, 0.0)
    return headline(Found("p", spread, None, found), FEW.design, Question(outcome="jobs_net"))


def test_parts_below_0_hid_factors_and_led() -> None:
    """Chance takes estimates of small parts below 0: they are none, and hide nothing behind them."""
    whole = {"a": 0.72, "b": 0.05, "c": 0.02, "d": -0.11}
    text = first_line({"d": -0.9, "a": 0.54, "b": 0.15, "c": 0.05}, whole)
    assert "make 74% of the spread of net jobs (a 54%, b 15% and c 5%); " in text
    assert text.endswith("with what they do together with others, most a 72%, b 5% and c 2%.")
    text = first_line({"d": -0.9, "a": 0.6, "b": 0.3, "c": 0.05}, whole)
    assert text == "Two of 4 factors make 80% of the spread of net jobs by themselves: a 60% and b 30%."
    none = "No factor of 4 makes a part of the spread of net jobs by itself, as far as this design tells"
    assert first_line(dict.fromkeys("abcd", -0.1), whole).startswith(f"{none}; with what they do")
    assert first_line(dict.fromkeys("abcd", -0.1), dict.fromkeys("abcd", -0.1)) == f"{none}."
    for kind in ("S1", "ST", "delta"):
        found = [
            index("low", -0.5, 0.1, kind),
            index("high", 0.4, 0.05, kind),
            index("none", -0.1, 0.2, kind),
        ]
        assert [i.factor for i in ranked(found)] == ["high", "none", "low"]
        assert leading(found) == ("high",)
        assert verdict({8: found, 16: found}, True).ranking == SETTLED
        assert leading([index("low", -0.5, 0.1, kind)]) == ()
    assert leading([index("low", -0.5, 0.1, "prcc"), index("high", 0.1, 0.05, "prcc")]) == ("low",)


def test_policies_had_other_names_than_in_files_and_tables() -> None:
    assert outcome_words(Question("jobs_net", against="no-renewal")) == "net jobs, less that of no-renewal,"


@pytest.mark.parametrize(
    ("method", "n", "wanted"),
    [
        ("sobol", 8, "which indices leave out."),
        ("morris", 4, "and sizes of effects hold it: by_chance is what it alone seldom exceeds."),
        ("rbd-fast", 64, "and indices hold what is left of it in the mean of a row's worlds."),
        ("latin", 16, "and indices hold what is left of it in the mean of a row's worlds."),
        (GRID, 4, "and the rest differs from row to row."),
    ],
)
def test_luck_was_said_to_be_left_out_by_indices_that_hold_it(method: str, n: int, wanted: str) -> None:
    if method == GRID:
        factors = (Factor("a", OWN, "", "", (0.0, 1.0), steps=True),) * 2
        design = Design(GRID, factors, 0, "own")
        plan = notebook.Plan(design, design.places(0, n, 1), 1)
    else:
        plan = notebook.design({"a": (0, 1), "b": (0, 1)}, method=method, n=n, seeds="own")
    y = plan.places[:, :1] + 0.1 * np.random.default_rng(1).normal(size=(len(plan.places), 2))
    found = plan.analysis(y)
    share = f"{found.luck.share:.0%} of the variance of a single world" if found.luck else ""
    one, two = (answer([found] * many, [], plan.design, Question(outcome="y"))[-1] for many in (1, 2))
    assert one == f"Luck of the simulation is {share}, {wanted}"
    assert two == f"Luck of the simulation is up to {share}, {wanted}"


def test_luck_that_all_rows_of_a_replicate_share_was_said_to_be_none() -> None:
    """Replicates of a luck of variance 1 around rows of 1 / 12: twelve parts of thirteen."""
    plan = notebook.design({"a": (0, 1), "b": (0, 1)}, method="sobol", n=64, seeds="common")
    luck = np.array([-1.0, 1.0, -1.0, 1.0]) * np.sqrt(0.75)
    found = plan.analysis(plan.frame.a.to_numpy()[:, None] + luck)
    assert found.luck is not None
    assert found.luck.shared is not None
    assert found.luck.shared[0] == pytest.approx(12 / 13, abs=1e-3)
    assert answer([found], [], plan.design, Question(outcome="y"))[-1] == (
        "Luck of the simulation that all rows of a replicate share is 92% of the variance of a single world "
        "(90 % interval: 82% to 99%, since replicates are few), luck that differs from row to row 0%."
    )


@pytest.mark.filterwarnings("error")
def test_a_sweep_of_one_row_had_a_spread() -> None:
    design = Design(GRID, (Factor("a", OWN, "", "", (1.0,), steps=True),), 0, "common")
    plan = notebook.Plan(design, design.places(0, 1, 1), 1)
    behind = [Regret(name, late, late, late, late, best, 1) for name, late, best in
              (("a", 4.0, 0.0), ("b", 0.0, 0.5), ("c", 0.0, 0.5))]  # fmt: skip
    for y in ([243.0], [[242.0, 244.0]]):
        found = plan.analysis(y)
        assert (found.spread.mean, found.luck) == (243.0, None)
        asked = Question(outcome="jobs_net")
        assert answer([found], [], design, asked) == ["Net jobs: 243 jobs in the only row."]
        assert answer([found], behind, design, asked)[1:] == ["In the only row b and c are the best."]


def test_one_resample_without_spread_left_no_interval() -> None:
    """With luck taken out nothing is left in some resamples: they count for nothing while they are few."""

    def study(luck: float, seed: int) -> tuple[Found, str]:
        plan = notebook.design({"a": (0, 1), "b": (0, 1)}, method="sobol", n=16, seeds="own")
        drawn = np.random.default_rng(seed).normal(size=(len(plan.places), 2))
        found = plan.analysis(plan.frame.sum(axis=1).to_numpy()[:, None] + luck * drawn)
        return found, " ".join(answer([found], [], plan.design, Question(outcome="y")))

    found, text = study(0.6, 1)
    assert all(np.isfinite([i.low, i.high]).all() for i in found.indices)
    assert "half of the widest: 1.27" in text
    found, text = study(1.0, 1)
    assert all(np.isnan([i.low, i.high]).all() for i in found.indices)
    assert found.verdict is not None
    assert (found.verdict.ranking, found.verdict.narrow) == (UNBOUNDED, False)
    assert "Not settled: luck of the simulation is too large for intervals; take more rows or more" in text
    assert text.startswith("Not settled yet (N = 16): ")
    assert "nan" not in text
    found, text = study(1.0, 2)
    assert text.startswith("No indices: luck of the simulation is as large as the spread over the rows")
    assert "nan" not in text
