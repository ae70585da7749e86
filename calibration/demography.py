"""The demography of a world as its publishers count it: survival, sizes, job flows, growth of firms.

Every measure is a pure function of a ``Panel``: the headcounts of all firms each December. Headcounts are
full-time equivalents (floats); "whole heads" rounds them down, as a class of 1-9 employees holds 9.9.
Rates are shares (0.0875, not 8.75). Where a figure is published, its id in ``facts.csv`` is given.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.spec import YEAR
from sim.state import NEVER, UNBORN
from sim.world import World

Array = NDArray[Any]

CLASS_BOUNDS = (1, 10, 50, 250)  # lower bounds of size classes, in whole heads
VOLATILITY_BOUNDS = (5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 80.0, 130.0, 250.0)  # jobs
HIGH_GROWTH = 1.1**3  # growth factor over three years
HIGH_GROWTH_JOBS = 10.0  # headcount at the start from which a firm can be a high-growth firm
YOUNG, OLD = 5, 20  # years, under and from which a firm is


@dataclass(frozen=True)
class Panel:
    """Yearly headcounts of every firm that ever lived.

    ``size``: (years + 1, firms), jobs; 0 where the firm is not alive. Row 0 is the start of the case, row k
    the end of its k-th year, that is of month 12 k - 1 (months count from 0). ``born``: month of birth,
    negative for the initial stock. ``died``: month of exit, or ``NEVER``.
    """

    size: Array
    born: Array
    died: Array

    @property
    def years(self) -> int:
        """Number of years observed."""
        return len(self.size) - 1

    @property
    def entrants(self) -> Array:
        """Which firms were born in the case."""
        return self.born >= 0


def record(world: World) -> Panel:
    """Runs a world from its start to its last whole year, and keeps the headcounts of each December."""
    if world.month:
        raise ValueError(f"the world stands at month {world.month}; a panel begins at month 0")
    sizes = [world.tables.size.copy()]
    for year in range(world.spec.horizon_months // YEAR):
        sizes.append(world.run((year + 1) * YEAR).tables.size.copy())
    lived = world.tables.smes.status != UNBORN
    return Panel(np.array(sizes)[:, lived], world.tables.born[lived], world.tables.smes.died[lived])


def panel_of(world: World, month: int) -> Panel:
    """The panel of a world that keeps yearly headcounts as it runs, up to a month."""
    sizes = np.array(world.headcounts[: month // YEAR + 1])
    lived = world.tables.smes.status != UNBORN
    return Panel(sizes[:, lived], world.tables.born[lived], world.tables.smes.died[lived])


def ratio(part: float, whole: float) -> float:
    """part / whole, not a number where whole is 0."""
    return float(part / whole) if whole else float("nan")


# survival and exits


def survival(panel: Panel, years: int) -> float:
    """Share of the entrants still active ``years`` after the month of their birth.

    INSEE follows the firms of a cohort of creation and counts those active at the anniversary: 75 % at three
    and 61 % at five years over all new firms (DEM-02, DEM-01), 83 and 67 % over companies (DEM-03, DEM-04).
    Ours all employ, as a minority of those do (DEM-05): 79 and 64 % lie between. Entrants whose anniversary
    lies beyond the end are left out.
    """
    months = years * YEAR
    seen = panel.entrants & (panel.born + months < panel.years * YEAR)
    alive = (panel.died == NEVER) | (panel.died - panel.born > months)
    return ratio((seen & alive).sum(), seen.sum())


def exit_rates_by_age(panel: Panel, years: int = 5) -> Array:
    """Share of the entrants active at each anniversary that have gone at the next, from birth on.

    Published: 9.1 % a year over ages 0 to 3, 9.8 % over ages 3 to 5 (DEM-12, DEM-13, derived): flat or
    humped, not falling from birth. All rates are over the same cohorts, those observed for ``years``.
    """
    seen = panel.entrants & (panel.born + years * YEAR < panel.years * YEAR)
    age = np.where(panel.died == NEVER, np.iinfo(np.int32).max, panel.died - panel.born)[seen]
    at_risk = np.array([(age > k * YEAR).sum() if k else seen.sum() for k in range(years + 1)])
    return 1.0 - at_risk[1:] / at_risk[:-1]


def exit_rate(panel: Panel, which: Array) -> float:
    """Share of the firm-years starting in ``which`` (years, firms) that end without the firm."""
    return ratio((which & (panel.size[1:] == 0)).sum(), which.sum())


def exit_rates_by_size(panel: Panel) -> Array:
    """Yearly exit rate of firms by class of whole heads at the start of the year: 1-9, 10-49, 50-249.

    Exit falls with size: closures make 49 % of the jobs lost in firms of 1-9, 9 % in larger ones (DEM-46,
    DEM-47: 218 of 446 and 48 of 537 thousand).
    """
    heads = np.floor(panel.size[:-1])
    pairs = pairwise(CLASS_BOUNDS)
    return np.array([exit_rate(panel, (heads >= low) & (heads < high)) for low, high in pairs])


def exit_rates_by_maturity(panel: Panel) -> tuple[float, float]:
    """Yearly exit rates of firms under ``YOUNG`` years and of those of ``OLD`` years and more."""
    age = YEAR * np.arange(panel.years)[:, None] - panel.born[None, :]
    alive = panel.size[:-1] > 0
    return (
        exit_rate(panel, alive & (age < YOUNG * YEAR)),
        exit_rate(panel, alive & (age >= OLD * YEAR)),
    )


# stocks


def size_classes(panel: Panel, year: int) -> Array:
    """Shares of the firms alive in whole heads 1-9, 10-49, 50-249, 250 and more.

    Published for employers of 2018: 83.2, 14.0, 2.3 and 0.5 % (DEM-26, derived from INSEE). A case starts
    without firms of 250 and more: those it shows later have grown to it.
    """
    heads = np.floor(panel.size[year])
    counts = np.array([(heads >= low).sum() for low in CLASS_BOUNDS])
    within = counts - np.append(counts[1:], 0)
    return within / counts[0]


def stock(panel: Panel) -> Array:
    """Firms alive each December, over those of the start."""
    firms = (panel.size > 0).sum(axis=1)
    return firms / firms[0]


def mean_size(panel: Panel, below: float = np.inf) -> Array:
    """Mean headcount of the firms alive each December with fewer than ``below`` jobs, over that of the
    start."""
    counted = (panel.size > 0) & (panel.size < below)
    means = np.where(counted, panel.size, 0.0).sum(axis=1) / counted.sum(axis=1)
    return means / means[0]


def tail_exponent(heads: Array, low: int, high: int) -> float:
    """Exponent b of a law of whole heads proportional to n ** -b between ``low`` and ``high`` (both in it).

    Maximum likelihood: the b at which the mean of log n is that of the firms. The law is cut at ``high``, so
    that what lies above, or is missing there, does not move b.
    """
    seen = heads[(heads >= low) & (heads <= high)]
    if not len(seen) or seen.min() == seen.max():
        return float("nan")
    mean, values = np.log(seen).mean(), np.log(np.arange(low, high + 1))

    def excess(b: float) -> float:
        weights = np.exp(-b * (values - values[0]))
        return float((weights * values).sum() / weights.sum() - mean)

    return _root(excess, -20.0, 60.0)


# flows of jobs


@dataclass(frozen=True)
class Flows:
    """Jobs created and destroyed in a year, over the mean employment of its two Decembers."""

    creation: float
    destruction: float
    entries: float  # part of creation by firms not alive the December before
    closures: float  # part of destruction by firms not alive in December

    @property
    def closing_share(self) -> float:
        """Share of the jobs destroyed that closures destroyed."""
        return ratio(self.closures, self.destruction)


def flows(panel: Panel) -> Flows:
    """Mean yearly flows of jobs, from the change of each firm between two Decembers.

    INSEE: about 1.4 million jobs created a year by growing and new firms, almost as many destroyed, for 16
    million employees: 8.75 % (DEM-41). Of the jobs destroyed, closures make 27 % (DEM-47 over the sum of
    DEM-46 and DEM-47).
    """
    before, after = panel.size[:-1], panel.size[1:]
    change = after - before
    employment = 0.5 * (before.sum(axis=1) + after.sum(axis=1))
    up, down = np.maximum(change, 0.0), np.maximum(-change, 0.0)
    parts = (up, down, np.where(before == 0, up, 0.0), np.where(after == 0, down, 0.0))
    return Flows(*(float((part.sum(axis=1) / employment).mean()) for part in parts))


# growth of firms


@dataclass(frozen=True)
class HighGrowth:
    """High-growth firms: their share, growth of their total headcount."""

    share: float
    growth: float


def high_growth(panel: Panel) -> HighGrowth:
    """Firms whose headcount grew by more than 10 % a year on average over three years.

    INSEE: among firms of 10 employees or more in 2012, active until 2015, 8.6 % did (DEM-35: 15,080 of
    176,250); their total staff rose by 85 % (DEM-39). All three-year windows of the panel are pooled.
    """
    before, after = panel.size[:-3], panel.size[3:]
    seen = (before >= HIGH_GROWTH_JOBS) & (after > 0)
    first, last = before[seen], after[seen]
    high = last > HIGH_GROWTH * first
    return HighGrowth(ratio(high.sum(), high.size), ratio(last[high].sum(), first[high].sum()) - 1.0)


def yearly_growth(panel: Panel, low: float) -> Array:
    """Yearly log growth of the survivors that had ``low`` jobs or more, all years pooled."""
    before, after = panel.size[:-1], panel.size[1:]
    seen = (before >= low) & (after > 0)
    return np.log(after[seen] / before[seen])


def volatility_exponent(panel: Panel, bounds: tuple[float, ...] = VOLATILITY_BOUNDS) -> float:
    """Exponent b of: standard deviation of yearly log growth = a * size ** -b, over bins of size.

    Published: 0.14 to 0.20 (DEM-33). Least squares of the log standard deviation on the mean log size of each
    bin, survivors only; firms under 5 jobs are left out, because the floor of one job holds them up.
    """
    before, after = panel.size[:-1], panel.size[1:]
    alive = (before > 0) & (after > 0)
    points = []
    for low, high in pairwise(bounds):
        seen = alive & (before >= low) & (before < high)
        if seen.sum() > 2:
            log_before = np.log(before[seen])
            points.append((log_before.mean(), np.log((np.log(after[seen]) - log_before).std())))
    x, y = np.array(points).T
    return float(-np.polyfit(x, y, 1)[0])


def kurtosis(growth: Array) -> float:
    """Fourth central moment over the squared variance: 3 for a normal, 6 for a Laplace law."""
    centred = growth - growth.mean()
    return float((centred**4).mean() / (centred**2).mean() ** 2)


def subbotin_shape(growth: Array) -> float:
    """Shape b of a Subbotin law (density proportional to exp(-|x / a|**b / b)): 2 normal, 1 Laplace, less for
    fatter tails.

    French firms: below 1 (DEM-32), 0.6 to 0.9. By moments, about the median: E|x|**2 / E x**2 =
    G(2/b)**2 / (G(1/b) G(3/b)), which the many firms that do not move at all disturb less than likelihood.
    """
    from scipy.special import gammaln  # a fifth of a second, for workers that ask for no such figure

    x = np.abs(growth - np.median(growth))
    moment = x.mean() ** 2 / (x**2).mean()

    def excess(b: float) -> float:
        return float(np.exp(2 * gammaln(2 / b) - gammaln(1 / b) - gammaln(3 / b)) - moment)

    return _root(excess, 0.1, 10.0)


def growth_autocorrelation(panel: Panel, low: float, high: float = np.inf) -> float:
    """Correlation of a firm's log growth in two successive years, firms of ``low`` to ``high`` jobs between.

    Published: negative for small firms, positive for large ones (DEM-34).
    """
    a, b, c = panel.size[:-2], panel.size[1:-1], panel.size[2:]
    seen = (a > 0) & (c > 0) & (b >= low) & (b < high)
    first, second = np.log(b[seen] / a[seen]), np.log(c[seen] / b[seen])
    return float(np.corrcoef(first, second)[0, 1])


CLASSES = ("1_9", "10_49", "50_249", "250")


def exit_figures(panel: Panel) -> dict[str, float]:
    """Survival of entrants and exit rates, by name."""
    young, old = exit_rates_by_maturity(panel)
    ages = {f"exit_year_{k + 1}": float(rate) for k, rate in enumerate(exit_rates_by_age(panel))}
    sizes = {f"exit_{c}": float(rate) for c, rate in zip(CLASSES, exit_rates_by_size(panel))}
    entrants = {"survival_3y": survival(panel, 3), "survival_5y": survival(panel, 5)}
    return entrants | ages | {"exit_young": young, "exit_old": old} | sizes


def stock_figures(panel: Panel, year: int) -> dict[str, float]:
    """Firms, mean size of firms and of SMEs (over those of the start), and change of the share of each class
    since the start, in a year, by name."""
    change = size_classes(panel, year) - size_classes(panel, 0)
    return {
        f"stock_{year}": float(stock(panel)[year]),
        f"mean_size_{year}": float(mean_size(panel)[year]),
        f"sme_mean_size_{year}": float(mean_size(panel, CLASS_BOUNDS[-1])[year]),
        **{f"class_{c}_change_{year}": float(x) for c, x in zip(CLASSES, change)},
    }


def growth_figures(panel: Panel) -> dict[str, float]:
    """Flows of jobs and growth of firms, by name. The shape of growth is that of firms of 20 jobs and more,
    the size of firm that its publishers observe."""
    jobs, fast, growth = flows(panel), high_growth(panel), yearly_growth(panel, 20.0)
    return {
        "creation": jobs.creation,
        "destruction": jobs.destruction,
        "closing_share": jobs.closing_share,
        "high_growth": fast.share,
        "high_growth_growth": fast.growth,
        "volatility_exponent": volatility_exponent(panel),
        "kurtosis": kurtosis(growth),
        "subbotin": subbotin_shape(growth),
    }


def figures(panel: Panel, years: Iterable[int] = (5, 10, 15)) -> dict[str, float]:
    """The figures that a world without support is held to, by name; those of stocks in each of ``years``."""
    found = exit_figures(panel) | growth_figures(panel)
    for year in years:
        found |= stock_figures(panel, year)
    return found


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that changes its sign in between is nil."""
    from scipy.optimize import brentq  # a third of a second, for commands that need no root

    return float(brentq(function, low, high))
