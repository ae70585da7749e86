"""Growth is lumpy: in most months a firm's headcount does not move."""

from sim.compiled import compiled
from sim.draws import GROWTH, draw_pair, laplace
from sim.economy.demography import ADJUST, flagged, graduate
from sim.maths import exp, log
from sim.state import FIRST_CAUSE, O

LOG10 = 2.302585092994046
LOG100 = 4.605170185988092


@compiled
def adjustment(size, own, demand, u, v, p):
    """Log change of headcount: drift(n) + own + g_D D + Laplace(0, s), with s = s_0 n**-beta, times
    ``leap_scale`` for leaps (v < leap_rate). u, v uniform in (0, 1); own = g_c (2 c_base - 1) + g_gain (c -
    c_base), kept as a column.

    drift(n) = g_0 + g_n log(n / 10) - g_l max(0, log(n / 100)), in log points. Projects give small firms more
    for their size, hence g_n > 0. The world has no firm of 250 jobs at its start: without g_l, those that
    grow so large would add up, and either medium firms dwindle or mean size rises.
    """
    log_size = log(size)
    spread = p.growth_spread * exp(-p.growth_spread_size * log_size)
    if v < p.leap_rate:
        spread *= p.leap_scale
    return (
        p.growth_drift
        + p.growth_size * (log_size - LOG10)
        - p.growth_large * max(0.0, log_size - LOG100)
        + own
        + p.growth_demand * demand
        + spread * laplace(u)
    )


@compiled
def growth(w, t):
    """Phase 4. Firms whose month holds an adjustment multiply their headcount; none falls below 1 job."""
    p = w.economy[0]
    seed = w.seed[0]
    for b in range(w.basins.shape[0]):
        first = w.basins[b].first
        rows, n = flagged(w.flags, first, w.ends[b, t], ADJUST)
        demand = w.basins[b].demand
        total = 0.0
        for k in range(n):
            i = rows[k]
            u, v = draw_pair(seed, GROWTH, w.uid[i], t, 0)
            size = w.size[i]
            change = max(1.0, size * exp(adjustment(size, w.own_growth[i], demand, u, v, p))) - size
            w.size[i] = size + change
            w.causes[O, i] += change
            total += change
            graduate(w, i)
        w.series[t, b, FIRST_CAUSE + O] += total
