"""What a territory sees of its schemes together: who is helped twice, cooperation, equality, shocks."""

import numpy as np

from sim.columns import distinct
from sim.once import once
from sim.outcome import Outcome, count, ratio
from sim.pair import Pair, helped
from sim.state import FIRST_CAUSE, JOBS, NEVER, SITE_CUTS, K
from sim.world import World


def helped_twice(world: World) -> float:
    """Share of the firms accepted, or members, that two schemes or more have helped."""
    found = helped(world)
    scheme = world.tables.locals.scheme[found.local]
    schemes = len(world.tables.local_of)
    times = np.bincount(distinct(found.firm * schemes + scheme) // schemes)  # by firm
    return ratio(count(times > 1), count(times))


def theil(world: World) -> float:
    """Theil index of growth between basins: sum of w r / R ln(r / R), r jobs at the end over jobs after the
    first month, w the basin's share of these, R the mean of r weighted by w. 0 where all grow alike; a basin
    without jobs then has no growth. Not a number where no job is left to compare."""
    jobs = world.tables.series[: world.month, :, JOBS]
    jobs = jobs[:, jobs[0] > 0.0]
    if not jobs[-1].any():
        return float("nan")
    weight = jobs[0] / jobs[0].sum()
    grown = jobs[-1] / jobs[0]
    relative = grown / (weight * grown).sum()
    return float((weight * relative * np.log(np.maximum(relative, 1e-12))).sum())


def pooled_missions(world: World) -> int:
    """Missions by people of another basin's partners."""
    files = world.files
    linked = (files.link != NEVER).nonzero()[0]
    return count(world.tables.partnerships.local[files.link[linked]] != files.local[linked])


@once
def jobs_cut(world: World) -> float:
    """Jobs cut by large sites, and lost by their subcontractors at once."""
    series = world.tables.series[: world.month]
    return float(series[:, :, SITE_CUTS].sum() - series[:, :, FIRST_CAUSE + K].sum())


def jobs_at_start(world: World) -> float:
    """Jobs of all firms when the case begins."""
    t = world.tables
    initial = zip(t.basins.first, t.basins.first + t.basins.initial, strict=True)
    return float(sum(t.smes.entry_size[first:end].sum() for first, end in initial))


@once
def fall(world: World) -> np.ndarray:
    """Jobs of all firms below those of the month before the first closure that the case foretells (of the
    first month, where it foretells none), in % of these, by month from there on. Not a number without any."""
    first = min((c.month for c in world.spec.closures if c.month < world.month), default=1)
    jobs = world.tables.series[max(0, first - 1) : world.month, :, JOBS].sum(1)
    if first == 0:  # no month is before it
        jobs = np.append(jobs_at_start(world), jobs)
    if jobs[0] == 0.0:
        return np.full(len(jobs), np.nan)
    return 100.0 * (1.0 - jobs / jobs[0])


def regained(pair: Pair, net: float) -> float:
    """Net jobs over the jobs that cuts took in the world without any scheme."""
    return ratio(net, jobs_cut(pair.control))


# fmt: off
PLACES = (
    Outcome("helped_twice", "share", "world", 0,
            "Firms accepted, or members, that two schemes or more have helped, among all that were.",
            helped_twice),
    Outcome("cooperation", "share", "world", 1,
            "Cooperation among the actors of a basin at the end, mean over basins.",
            lambda w: w.tables.basins.cooperation.mean()),
    Outcome("theil", "index", "world", -1,
            "Theil index of the growth of jobs between basins since the first month: 0 where all grow "
            "alike.", theil),
    Outcome("missions_pooled", "missions", "world", 0, "Missions by people of another basin's partners.",
            pooled_missions),
    Outcome("jobs_cut", "jobs", "world", -1,
            "Jobs cut by large sites, and lost by their subcontractors at once.", jobs_cut),
    Outcome("trough", "%", "world", -1,
            "Deepest fall of the jobs of all firms, whatever lowers them, below those of the month before "
            "the first closure that the case foretells (of the start, if that is month 0), or else of the "
            "first month; 0 where they never fall.",
            lambda w: fall(w).max()),
    Outcome("months_below", "months", "world", -1,
            "Later months in which the jobs of all firms, whatever lowers them, are below those of the month "
            "before the first closure that the case foretells (of the start, if that is month 0), or else of "
            "the first month.",
            lambda w: count(fall(w) > 0.0)),
    Outcome("grants_paid", "euros", "world", 0,
            "Revitalisation money paid to single firms outside any scheme.",
            lambda w: w.tables.basins.grants_paid.sum()),
    Outcome("fund_left", "share", "world", 1,
            "Money in the advance funds at the end over all that was put into them.",
            lambda w: ratio(w.tables.locals.fund.sum(), w.tables.locals.endowed.sum())),
    Outcome("jobs_regained", "share", "pair", 1,
            "Net jobs over the jobs that cuts by large sites took, without any scheme, from them and their "
            "subcontractors.", lambda p, bars: regained(p, bars["net"])),
)
# fmt: on
