"""Every project hire, supported or not, takes jobs from competitors and gives some to local services."""

import numpy as np

from sim.columns import total
from sim.compiled import compiled, inlined, wide_vectors
from sim.economy.sectors import FIRST_LOCAL, N_SECTORS
from sim.state import FIRMS, FIRST_CAUSE, JOBS, D, S

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
    fours = size.shape[0] // LANES
    for four in range(fours):
        for lane in range(LANES):
            i = np.uint64(four * LANES + lane)  # unsigned: an index that needs no test for being negative
            n, s = size[i], np.uint64(sector[i])
            above_one[lane, s] += max(n - 1.0, 0.0)
            jobs[lane, s] += n
    for rest in range(fours * LANES, size.shape[0]):
        n, s = size[rest], np.uint64(sector[rest])
        above_one[0, s] += max(n - 1.0, 0.0)
        jobs[0, s] += n


@inlined
def ten(rates):
    """The numbers of the ten sectors, out of their array: a pass that writes need not read them again."""
    return (
        rates[0], rates[1], rates[2], rates[3], rates[4], rates[5], rates[6], rates[7], rates[8], rates[9],
    )  # fmt: skip


@inlined
def rate_of(rates, sector):
    """``rates[sector]``, found bit by bit of the number of the sector: choices between two are made for eight
    firms at once, look-ups one by one."""
    odd = sector & 1
    r01, r23 = rates[1] if odd else rates[0], rates[3] if odd else rates[2]
    r45, r67 = rates[5] if odd else rates[4], rates[7] if odd else rates[6]
    r89 = rates[9] if odd else rates[8]
    r03, r47 = r23 if sector & 2 else r01, r67 if sector & 2 else r45
    r07 = r47 if sector & 4 else r03
    return r89 if sector & 8 else r07


@compiled
def spread(size, sector, displaced, spilled, taken, given):
    """Dense pass over one basin: n <- n - k_s max(n - 1, 0) + g_s n. ``displaced``: k by sector; ``spilled``:
    g of local sectors, nil for those that sell beyond the basin. ``taken``, ``given``: ledgers D and S."""
    wide_vectors()
    rates = ten(displaced)
    for i in range(size.shape[0]):
        n = size[i]
        lost = rate_of(rates, sector[i]) * max(n - 1.0, 0.0)
        won = (spilled if sector[i] >= FIRST_LOCAL else 0.0) * n
        size[i] = n - lost + won
        taken[i] -= lost
        given[i] += won


@compiled
def stock(size):
    """Jobs and number of the firms alive."""
    firms = 0
    for i in range(size.shape[0]):
        firms += size[i] > 0.0
    return total(size), firms


@compiled
def displacement(w, t):
    """Hires of the month displace same-sector jobs of the basin in proportion to n - 1; tradable
    hires, net of what they displace, add jobs to local services in proportion to n, with a lag. Nothing moves
    jobs after that: what the month leaves is counted here, while the column is at hand."""
    p = w.economy[0]
    displaced = np.zeros(N_SECTORS)
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
        spread(
            w.size[first:last], w.sector[first:last], displaced, 0.0 if given == 0.0 else given / local_jobs,
            w.causes[D, first:last], w.causes[S, first:last],
        )  # fmt: skip
        w.series[t, b, FIRST_CAUSE + D] -= taken
        w.series[t, b, FIRST_CAUSE + S] += given
        w.series[t, b, JOBS], w.series[t, b, FIRMS] = stock(w.size[first:last])
