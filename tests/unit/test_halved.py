"""A case fitted at half its size keeps everything but its firms and what is given to all of them."""

import pytest

from calibration import problem
from calibration.halved import COUNTS, SUMS, halved
from calibration.problem import Problem, figures_of
from calibration.targets import TARGETS
from scenarios.load import load_case


@pytest.mark.parametrize("case", SUMS)
def test_firms_and_sums_are_halved_and_nothing_else_is(case: str) -> None:
    whole = load_case(case).spec
    half = halved(case, whole)
    for a, b in zip(whole.territory.basins, half.territory.basins, strict=True):
        assert (b.smes, b.id, b.large_sites) == (a.smes // 2, a.id, a.large_sites)
    before, after = dict(whole.schemes[0].rules), dict(half.schemes[0].rules)
    assert {name for name in before if before[name] != after[name]} == set(SUMS[case])
    assert all(after[name] == before[name] / 2 for name in SUMS[case])
    assert half.horizon_months == whole.horizon_months


def test_other_cases_stay_whole() -> None:
    for case in TARGETS.keys() - SUMS.keys():
        spec = load_case(case).spec
        assert halved(case, spec) is spec


def test_a_count_at_half_the_size_is_near_that_of_the_whole() -> None:
    case = "plan-pme-2011-2015"
    figures = tuple(figure for figure in figures_of(case) if figure.name in COUNTS)
    assert figures
    spec = load_case(case).spec
    (whole,) = Problem((), {case: spec}, figures).simulate({}, 1).values()
    (half,) = Problem((), {case: halved(case, spec)}, figures).simulate({}, 1).values()
    assert half == pytest.approx(whole / 2, rel=0.05)  # both are doubled


def test_counts_of_half_the_size_are_doubled_and_other_figures_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Still:
        """A world that is not run."""

        def __init__(self, *given: object) -> None: ...

        def run(self, months: int) -> "Still":
            return self

    case = "plan-pme-2011-2015"
    figures = tuple(figures_of(case))
    monkeypatch.setattr(problem, "World", Still)
    monkeypatch.setattr(problem, "answers", lambda wanted, world, control: {f.name: 3.0 for f in wanted})
    found = Problem((), {case: load_case(case).spec}, figures).simulate({}, 1)
    assert COUNTS & found.keys()
    assert found == {f.name: 6.0 if f.name in COUNTS else 3.0 for f in figures}
