"""What was published on all firms and on heavy advice, computed from one case of both.

Measures take a ``Reading`` as those on Alizé do. Demography is that of the world without schemes, in which
nobody is helped; effects are those of help on the firms whose help has started, against the same firms in
that world.
"""

import numpy as np

from calibration import demography
from calibration.alize_figures import Reading
from calibration.demography import Panel, ratio
from calibration.effect_figures import first_help
from sim.economy.sectors import INDUSTRIES
from sim.spec import YEAR
from sim.state import UNBORN
from sim.survey import headcount

THREE_YEARS = 3 * YEAR
TAIL_FROM, TAIL_TO, LARGE = 10, 1000, 250  # whole heads
OBSERVED_FROM = 20.0  # jobs of the firms whose growth is published
CLIENT_JOBS = 60.0  # of a client of the accelerators: 6 jobs are 10 % (EFF-27, EFF-28)


def of_industry(r: Reading) -> Panel:
    """``Reading.economy``, firms that manufacture only."""
    tables = r.control.tables  # type: ignore[union-attr]
    kept = tables.sector[tables.smes.status != UNBORN] < INDUSTRIES
    return Panel(r.economy.size[:, kept], r.economy.born[kept], r.economy.died[kept])


# survival


def survival_3y(r: Reading) -> float:
    """Entrants still there at three years, in percent (DEM-02, 75 of all new firms, and DEM-03, 83 of
    companies: ours all employ, and lie between)."""
    return 100 * demography.survival(r.economy, 3)


def survival_5y(r: Reading) -> float:
    """Entrants still there at five years, in percent (DEM-01, 61 of all new firms, and DEM-04, 67 of
    companies)."""
    return 100 * demography.survival(r.economy, 5)


def industry_survival_3y(r: Reading) -> float:
    """Entrants in manufacturing still there at three years, in percent (DEM-07)."""
    return 100 * demography.survival(of_industry(r), 3)


def exits_to_three(r: Reading) -> float:
    """Yearly exit rate that takes entrants to their third anniversary, in percent (DEM-12, derived so)."""
    stay = 1 - demography.exit_rates_by_age(r.economy)
    return 100 * float(1 - stay[:3].prod() ** (1 / 3))


def exits_from_three_to_five(r: Reading) -> float:
    """The same from the third to the fifth (DEM-13)."""
    stay = 1 - demography.exit_rates_by_age(r.economy)
    return 100 * float(1 - stay[3:5].prod() ** (1 / 2))


# sizes at the end


def size_class(r: Reading, at: int) -> float:
    """Share of the firms alive in one of the classes 1-9, 10-49, 50-249, 250 and more heads, in percent
    (DEM-26)."""
    return 100 * float(demography.size_classes(r.economy, r.month // YEAR)[at])


def industry_heads(r: Reading) -> np.ndarray:
    """Whole heads of manufacturing firms of 10 to 1,000 at the month."""
    heads = np.floor(of_industry(r).size[r.month // YEAR])
    return heads[(heads >= TAIL_FROM) & (heads <= TAIL_TO)]


def size_tail(r: Reading) -> float:
    """Exponent of the density of firm size in manufacturing (DEM-29: from 10 to 1,000 employees). Here from
    10 to 249 heads, by maximum likelihood for a law cut there: the case starts without larger firms, and a
    power law has the same exponent wherever it is cut."""
    return demography.tail_exponent(industry_heads(r), TAIL_FROM, LARGE - 1)


def mean_heads(r: Reading) -> float:
    """Mean size of manufacturing firms of 10 to 1,000 heads (DEM-30)."""
    heads = industry_heads(r)
    return float(heads.mean()) if len(heads) else float("nan")


def median_heads(r: Reading) -> float:
    """Median size of manufacturing firms of 10 to 1,000 heads (DEM-31)."""
    heads = industry_heads(r)
    return float(np.median(heads)) if len(heads) else float("nan")


# growth


def growth_shape(r: Reading) -> float:
    """Shape of a Subbotin law of yearly log growth, firms of 20 jobs and more, of all sectors (DEM-32:
    manufacturing)."""
    return demography.subbotin_shape(demography.yearly_growth(r.economy, OBSERVED_FROM))


def volatility_exponent(r: Reading) -> float:
    """Fall of the standard deviation of yearly log growth with size (DEM-33)."""
    return demography.volatility_exponent(r.economy)


def autocorrelation(r: Reading, low: float, high: float = np.inf) -> float:
    """Correlation of a firm's growth in two successive years, firms of ``low`` to ``high`` jobs (DEM-34:
    negative for small firms, positive for large ones, as signs)."""
    return demography.growth_autocorrelation(r.economy, low, high)


def high_growth_share(r: Reading) -> float:
    """Firms of ten jobs and more that grew by over 10 % a year for three years, in percent (DEM-35)."""
    return 100 * demography.high_growth(r.economy).share


def high_growth(r: Reading) -> float:
    """Growth of the jobs of these firms together over the three years, in percent (DEM-39)."""
    return 100 * demography.high_growth(r.economy).growth


# flows of jobs


def gross_creation(r: Reading) -> float:
    """Jobs created in a year in firms that grew or are new, in percent of all jobs (DEM-41: 1.4 of 16
    million)."""
    return 100 * demography.flows(r.economy).creation


def closing_share(r: Reading) -> float:
    """Part of closures in the jobs destroyed in a year, in percent (DEM-47: 266 of 983 thousand)."""
    return 100 * demography.flows(r.economy).closing_share


def micro_share_of_losses(r: Reading) -> float:
    """Part of firms of 1 to 9 heads in the jobs that firms which go on lose in a year, in percent (DEM-46:
    228 of 717 thousand)."""
    before, after = r.economy.size[:-1], r.economy.size[1:]
    lost = np.where(after > 0, np.maximum(before - after, 0.0), 0.0)
    return 100 * ratio(float(lost[before < TAIL_FROM].sum()), float(lost.sum()))


def _net(r: Reading, large: bool) -> float:
    """Change of the jobs of firms that were large, or were not or did not exist, the December before, in
    percent of all jobs, over all years; not a number where none was."""
    before, after = r.economy.size[:-1], r.economy.size[1:]
    those = (before >= LARGE) == large
    if not those.any():
        return float("nan")
    return 100 * ratio(float((after - before)[those].sum()), float(before.sum() + after.sum()) / 2)


def net_of_small(r: Reading) -> float:
    """Net jobs a year of firms under 250 jobs, new ones among them, in percent of all jobs (DEM-44: 60 of
    16,000 thousand)."""
    return _net(r, large=False)


def net_of_large(r: Reading) -> float:
    """Net jobs a year of firms of 250 jobs and more, in percent of all jobs (DEM-45: 40 of 16,000 thousand
    lost). Here, firms that grew to it during the case."""
    return _net(r, large=True)


# heavy advice


def clients(r: Reading) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Firms whose first help started three years before the month or earlier: headcount when they applied,
    and headcounts three years after that start (the nearest yearly count), in this world and in that without
    schemes."""
    files = r.accepted
    order = np.lexsort((files.started, files.firm))
    rows, first = np.unique(files.firm[order], return_index=True)
    size, started = files["size"][order][first], files.started[order][first].astype(np.int64)
    seen = started <= r.month - THREE_YEARS
    rows, then = rows[seen], started[seen] + THREE_YEARS
    helped, alone = (headcount(world, rows, then, r.month) for world in (r.world, r.control) if world)
    return size[seen], helped, alone


def _log_staff(r: Reading) -> float:
    """Mean over clients alive in both worlds of the log of their jobs in one over those in the other."""
    _, helped, alone = clients(r)
    both = (helped > 0) & (alone > 0)
    return float(np.log(helped[both] / alone[both]).mean()) if both.any() else float("nan")


def staff_effect(r: Reading) -> float:
    """Effect on the staff of clients three years after the start, in percent, each client counting once
    (EFF-27). Those alive in both worlds, as evaluators see clients that still file accounts."""
    return 100 * float(np.exp(_log_staff(r)) - 1)


def _log_lift(r: Reading) -> float:
    """Mean log of what advice and capability add to turnover a job at the month, over living firms whose help
    started between two years and four before, three on average."""
    t = r.tables
    rows, _ = first_help(r)
    files = r.accepted
    started = np.full(len(t.size), np.iinfo(np.int32).max)
    np.minimum.at(started, files.firm, files.started)
    since = r.month - started[rows]
    rows = rows[(since >= 2 * YEAR) & (since < 4 * YEAR) & (t.size[rows] > 0)]
    gain = t.economy.turnover_capability[0] * (t.smes.capability[rows] - t.smes.baseline[rows])
    return float((gain + t.smes.advice[rows]).mean()) if len(rows) else float("nan")


def turnover_effect(r: Reading) -> float:
    """Effect on the turnover of clients three years after the start, in percent (EFF-26). Turnover is jobs
    times turnover a job: the first factor is the effect on staff; the second is known at the end only, and
    read there on clients of two to four years."""
    return 100 * float(np.exp(_log_staff(r) + _log_lift(r)) - 1)


def jobs_a_client(r: Reading) -> float:
    """Jobs a client more than without help three years after the start, at 60 jobs a client (EFF-28: 6 jobs).
    Over all clients, closed ones with none; gains are scaled by the jobs that clients had when they
    applied."""
    size, helped, alone = clients(r)
    return CLIENT_JOBS * ratio(float((helped - alone).sum()), float(size.sum()))


def cost_a_job(r: Reading) -> float:
    """Cost of the scheme for a client over the jobs of ``jobs_a_client``, in euros (EFF-29). Help costs the
    same whatever the size of the firm. Not a number where no job is gained."""
    locals_ = r.tables.locals
    cost = ratio(
        float((locals_.coordination_cost + locals_.expert_cost).sum()), len(np.unique(r.accepted.firm))
    )
    jobs = jobs_a_client(r)
    return cost / jobs if jobs > 0 else float("nan")
