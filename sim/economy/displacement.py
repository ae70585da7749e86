"""Every project hire, supported or not, takes jobs from competitors and gives some to local services."""

import numpy as np

from sim.compiled import compiled
from sim.economy.sectors import N_SECTORS
from sim.state import FIRST_CAUSE, D, S

LANES = 4


@compiled
def displaced_share(hires, share, above_one):
    """Fraction of its jobs above one that each firm of a sector and basin loses: share * hires / sum of
    (n - 1), at most 1."""
    if above_one <= 0.0:
        return 0.0
    return min(1.0, share * hires / above_one)


@compiled
def sum_jobs(size, sector, above_one, jobs):
    """Adds to ``above_one`` and ``jobs`` (lanes, sectors) the jobs above one and the jobs of a basin's firms.

    Four neighbours add to sums of their own: an addition need not wait for the one before.
    """
    fours = size.shape[0] // LANES * LANES
    for i in range(0, fours, LANES):
        for lane in range(LANES):
            n, s = size[i + lane], np.uint64(sector[i + lane])
            above_one[lane, s] += max(n - 1.0, 0.0)
            jobs[lane, s] += n
    for i in range(fours, size.shape[0]):
        n, s = size[i], np.uint64(sector[i])
        above_one[0, s] += max(n - 1.0, 0.0)
        jobs[0, s] += n


@compiled
def spread(size, sector, displaced, spilled, taken, given):
    """Dense pass over one basin: n <- n - k_s (n - 1) + g_s n. ``taken``, ``given``: ledgers D and S."""
    for i in range(size.shape[0]):
        n = size[i]
        lost = displaced[sector[i]] * max(n - 1.0, 0.0)
        won = spilled[sector[i]] * n
        size[i] = n - lost + won
        taken[i] -= lost
        given[i] += won


@compiled
def displacement(w, t):
    """Phase 14. Hires of the month displace same-sector jobs of the basin in proportion to n - 1; tradable
    hires, net of what they displace, add jobs to local services in proportion to n, with a lag."""
    p = w.economy[0]
    displaced = np.zeros(N_SECTORS)
    spilled = np.zeros(N_SECTORS)
    by_lane = np.zeros((2, LANES, N_SECTORS))
    for b in range(w.basins.shape[0]):
        basin = w.basins[b]
        first = basin.first
        last = w.ends[b, t + 1]
        by_lane[:] = 0.0
        sum_jobs(w.size[first:last], w.sector[first:last], by_lane[0], by_lane[1])
        above_one, jobs = by_lane[0].sum(axis=0), by_lane[1].sum(axis=0)
        local_jobs = 0.0
        taken = 0.0
        for s in range(N_SECTORS):
            share = p.displacement_tradable if w.tradable[s] else p.displacement_local
            displaced[s] = displaced_share(w.hires[b, s], share, above_one[s])
            lost = displaced[s] * above_one[s]
            taken += lost
            if w.tradable[s]:
                basin.spillover += p.multiplier * (w.hires[b, s] - lost)
            else:
                local_jobs += jobs[s]
            w.hires[b, s] = 0.0
        given = basin.spillover / p.multiplier_months
        if local_jobs <= 0.0:
            given = 0.0
        basin.spillover -= given
        for s in range(N_SECTORS):
            spilled[s] = 0.0 if w.tradable[s] or given == 0.0 else given / local_jobs
        spread(
            w.size[first:last], w.sector[first:last], displaced, spilled, w.causes[D, first:last],
            w.causes[S, first:last],
        )  # fmt: skip
        w.series[t, b, FIRST_CAUSE + D] -= taken
        w.series[t, b, FIRST_CAUSE + S] += given
