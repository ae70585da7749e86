"""Growth is lumpy: in most months a firm's headcount does not move."""

import numpy as np

from sim.columns import take
from sim.compiled import compiled, inlined, wide_vectors
from sim.draws import GROWTH, dense_words, fine, laplace, stream_key
from sim.economy.demography import ADJUST, LARGEST, flagged, graduate
from sim.maths import exp, log
from sim.state import FIRST_CAUSE, O

LOG10 = 2.302585092994046
LOG100 = 4.605170185988092


@inlined
def adjustment(size, own, demand, u, v, p):
    """Log change of headcount: drift(n) + own + g_D D + Laplace(0, s), with s = s_0 n**-beta, times
    ``leap_scale`` for leaps (v < leap_rate). u, v uniform in (0, 1); own = g_c (2 c_base - 1) + g_gain (c -
    c_base), kept as a column.

    drift(n) = g_0 + g_n log(n / 10) - g_l max(0, log(n / 100)), in log points. Projects give small firms more
    for their size, hence g_n > 0. The world has no firm of 250 jobs at its start: without g_l, those that
    grow so large would add up, and either medium firms dwindle or mean size rises.
    """
    log_size = log(size)
    leap = p.leap_scale if v < p.leap_rate else 1.0
    spread = p.growth_spread * exp(-p.growth_spread_size * log_size) * leap
    return (
        p.growth_drift
        + p.growth_size * (log_size - LOG10)
        - p.growth_large * max(0.0, log_size - LOG100)
        + own
        + p.growth_demand * demand
        + spread * laplace(u)
    )


@compiled
def adjusted(uid, size, own, key, t, demand, p):
    """Headcounts after an adjustment: n e**adjustment, at least 1. Dense pass over firms that all have one,
    their columns side by side, so that it is vectorised."""
    wide_vectors()
    after = np.empty(uid.shape[0])
    for k in range(uid.shape[0]):
        w0, w1, w2, w3 = dense_words(key, uid[k], np.uint64(t), np.uint64(0))
        change = adjustment(size[k], own[k], demand, fine(w0, w1), fine(w2, w3), p)
        after[k] = max(1.0, size[k] * exp(change))
    return after


@compiled
def growth(w, t):
    """Firms whose month holds an adjustment multiply their headcount; none falls below 1 job."""
    p = w.economy[0]
    key = stream_key(w.seed[0], GROWTH)
    for b in range(w.basins.shape[0]):
        rows = flagged(w, b, ADJUST)
        own, size = take(w.own_growth, rows), take(w.size, rows)
        after = adjusted(take(w.uid, rows), size, own, key, t, w.basins[b].demand, p)
        total = 0.0
        for k in range(rows.shape[0]):
            i, change = np.uint64(rows[k]), after[k] - size[k]
            total += change
            w.size[i] += change
            w.causes[O, i] += change
            if size[k] + change >= LARGEST:
                graduate(w, i)
        w.series[t, b, FIRST_CAUSE + O] += total
