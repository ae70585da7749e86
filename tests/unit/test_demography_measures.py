"""The measures of demography on panels small enough to be counted by hand."""

import numpy as np
import pytest
from scipy.special import erfinv

from calibration import demography
from calibration.demography import Panel

NEVER = -1


def panel(*rows: list[float], born: list[int] | None = None, died: list[int] | None = None) -> Panel:
    """A panel from headcounts by December; firms are of the initial stock and immortal unless said."""
    firms = len(rows[0])
    return Panel(
        np.array(rows, float),
        np.array(born if born is not None else [-24] * firms),
        np.array(died if died is not None else [NEVER] * firms),
    )


def test_survival_counts_entrants_at_their_anniversary():
    # five entrants of month 2 and one too late to be observed; an initial firm does not count
    rows = [[0.0] * 6 + [4.0]] + [[1.0] * 7] * 4
    died = [NEVER, NEVER, 38, 39, 10, 47, NEVER]
    p = panel(*rows, born=[2, 2, 2, 2, 2, 20, -5], died=died)
    # at month 38 three of the five are active: it is the month of the exit of the third
    assert demography.survival(p, 3) == pytest.approx(3 / 5)
    assert demography.survival(p, 1) == pytest.approx(5 / 6)


def test_exit_rates_by_age_are_conditional_on_reaching_the_age():
    rows = [[0.0] * 4] + [[1.0] * 4] * 3
    p = panel(*rows, born=[0] * 4, died=[12, 24, 25, NEVER])
    assert demography.exit_rates_by_age(p, 2) == pytest.approx([1 / 4, 1 / 3])


def test_exit_rates_by_size_and_age():
    p = panel(
        [9.9, 5.0, 10.0, 49.9, 60.0, 300.0],
        [0.0, 5.0, 10.0, 0.0, 60.0, 0.0],
        born=[-12, -300, -300, -12, -300, -300],
    )
    assert demography.exit_rates_by_size(p) == pytest.approx([1 / 2, 1 / 2, 0.0])
    assert demography.exit_rates_by_maturity(p) == pytest.approx((1.0, 1 / 4))


def test_classes_stock_and_mean_size():
    p = panel([1.0, 9.9, 10.0, 50.0, 0.0], [2.0, 0.0, 249.9, 250.0, 3.0])
    assert demography.size_classes(p, 0) == pytest.approx([0.5, 0.25, 0.25, 0.0])
    assert demography.size_classes(p, 1) == pytest.approx([0.5, 0.0, 0.25, 0.25])
    assert demography.stock(p) == pytest.approx([1.0, 1.0])
    assert demography.mean_size(p) == pytest.approx([1.0, 504.9 / 70.9])
    assert demography.mean_size(p, 250) == pytest.approx([1.0, 254.9 / 3 / (70.9 / 4)])


def test_tail_exponent_of_two_sizes():
    # of heads 1 and 2, one firm in four has 2: 2 ** -b = 1 / 3; those outside do not count
    heads = np.array([1.0, 1.0, 1.0, 2.0, 7.0, 0.0])
    assert demography.tail_exponent(heads, 1, 2) == pytest.approx(np.log2(3.0))
    assert np.isnan(demography.tail_exponent(heads, 7, 9))


def test_flows_of_jobs():
    # growth +2, decline -1, exit -4, entry +3: mean employment (20 + 20) / 2
    jobs = demography.flows(panel([5.0, 11.0, 4.0, 0.0], [7.0, 10.0, 0.0, 3.0]))
    assert jobs.creation == pytest.approx(5 / 20)
    assert jobs.destruction == pytest.approx(5 / 20)
    assert jobs.entries == pytest.approx(3 / 20)
    assert jobs.closures == pytest.approx(4 / 20)
    assert jobs.closing_share == pytest.approx(4 / 5)


def test_high_growth_needs_ten_jobs_and_survival():
    middle = [9.0, 10.0, 20.0, 10.0, 12.0]
    fast = demography.high_growth(
        panel([9.0, 10.0, 20.0, 10.0, 12.0], middle, middle, [90.0, 20.0, 26.0, 0.0, 20.0])
    )
    # of the three survivors with ten jobs or more, 10 -> 20 and 12 -> 20 pass 1.331; 20 -> 26 does not
    assert fast.share == pytest.approx(2 / 3)
    assert fast.growth == pytest.approx(40 / 22 - 1)


def test_volatility_exponent_of_an_exact_law():
    # two firms a bin, growing and shrinking by a * size ** -0.25: their standard deviation is just that
    sizes = np.repeat([10.0, 40.0, 160.0], 4)
    shock = 0.8 * sizes**-0.25 * np.tile([1.0, -1.0], 6)
    p = panel(list(sizes), list(sizes * np.exp(shock)))
    assert demography.volatility_exponent(p, (5.0, 20.0, 80.0, 250.0)) == pytest.approx(0.25)


@pytest.mark.parametrize(("shape", "kurtosis"), [(2.0, 3.0), (1.0, 6.0)])
def test_shape_and_kurtosis_of_known_laws(shape: float, kurtosis: float):
    u = (np.arange(200_000) + 0.5) / 200_000
    half = np.sqrt(2.0) * erfinv(u) if shape == 2.0 else -np.log1p(-u)
    growth = np.concatenate([half, -half])
    assert demography.subbotin_shape(growth) == pytest.approx(shape, rel=1e-3)
    assert demography.kurtosis(growth) == pytest.approx(kurtosis, rel=1e-3)


def test_autocorrelation():
    p = panel([10.0, 10.0, 10.0], [20.0, 5.0, 10.0], [10.0, 10.0, 10.0])
    assert demography.growth_autocorrelation(p, 5.0) == pytest.approx(-1.0)


def test_ratio_of_nothing_is_not_a_number():
    assert np.isnan(demography.ratio(0.0, 0.0))
