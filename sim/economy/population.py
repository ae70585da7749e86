"""Firms as they are found: the stock at the start of a case, and entrants."""

import numpy as np

from sim.compiled import compiled
from sim.draws import FIRM, draw_pair, exponential, normal
from sim.maths import exp, log, power
from sim.state import ACTIVE, NEVER

OLDEST = 720  # months; ages of the initial stock lie below
# lower bounds of size classes, and shares of employers at or above them (DEM-26)
CLASS_BOUNDS = np.array([1.0, 10.0, 50.0, 250.0])
CLASS_ABOVE = np.array([1.0, 0.168, 0.028, 0.005])


@compiled
def size_quantile(u):
    """Size of an initial firm with 1 to 250 jobs: a Pareto law in each size class, joined at its bounds.

    The share at or above x is S_a (x / a)**-z in the class that begins at a, which reproduces the published
    classes exactly.
    """
    above = 1.0 - u * (1.0 - CLASS_ABOVE[3])
    for k in range(3):
        if above >= CLASS_ABOVE[k + 1] or k == 2:
            z = log(CLASS_ABOVE[k] / CLASS_ABOVE[k + 1]) / log(CLASS_BOUNDS[k + 1] / CLASS_BOUNDS[k])
            return min(CLASS_BOUNDS[k] * power(CLASS_ABOVE[k] / above, 1.0 / z), 249.99)
    return 1.0


@compiled
def survival(cumulated_by_age, small, size, age, factor):
    """Share of firms of this (constant) size alive at this age: exp(-factor (H(age) + age h_small / n))."""
    return exp(-factor * (cumulated_by_age + age * small / size))


@compiled
def stationary_age(uid, size, cumulated, p, seed):
    """Age (months) and capability of an initial firm, as among the survivors of the hazard **given size**.

    Keyed rejection: a birth of capability c (mean of two uniforms) and a uniform age are kept with the
    chance of having survived so long.
    """
    for trial in range(400):
        u, v = draw_pair(seed, FIRM, uid, 0, 100 + 2 * trial)
        a, keep = draw_pair(seed, FIRM, uid, 0, 101 + 2 * trial)
        c = 0.5 * (u + v)
        age = int(a * OLDEST)
        factor = exp(-p.exit_capability * (2.0 * c - 1.0))
        if keep < survival(cumulated[age], p.exit_small, size, age, factor):
            return age, c
    return 0, 0.5


@compiled
def sector_of(u, cumulated):
    """Position of the sector whose cumulated share passes u."""
    for s in range(cumulated.shape[0] - 1):
        if u < cumulated[s]:
            return s
    return cumulated.shape[0] - 1


@compiled
def furnish(w, i, b, capability, p, seed):
    """Attributes of a firm that do not change: openness .5 c + .5 U, own funds .3 c + .7 U, lasting
    difference in success, sector."""
    sme = w.smes[i]
    o, f = draw_pair(seed, FIRM, w.uid[i], 0, 1)
    z, s = draw_pair(seed, FIRM, w.uid[i], 0, 2)
    sme.basin = b
    sme.status = ACTIVE
    sme.died = NEVER
    sme.project = NEVER
    sme.file = NEVER
    sme.supported = NEVER
    sme.followed_until = NEVER
    sme.capability = capability
    sme.baseline = capability
    sme.openness = 0.5 * capability + 0.5 * o
    sme.finance = 0.3 * capability + 0.7 * f
    sme.success = p.success_spread * normal(z)
    w.sector[i] = sector_of(s, w.sector_mix[b])
    set_factors(w, i, p)


@compiled
def set_factors(w, i, p):
    """The parts of the hazards of exit and of opening, and of growth, that depend on capability alone:
    exp(-e_c (2 c - 1)), exp(p_c (2 c - 1)), g_c (2 c_base - 1) + g_gain (c - c_base)."""
    sme = w.smes[i]
    x = 2.0 * sme.capability - 1.0
    w.own_growth[i] = p.growth_capability * (2.0 * sme.baseline - 1.0) + p.growth_gain * (
        sme.capability - sme.baseline
    )
    w.exit_factor[i] = exp(-p.exit_capability * x)
    w.open_factor[i] = exp(p.project_rate_capability * x)


@compiled
def found_firm(w, t, b, i, p, seed):
    """An entrant: 1 + Exp(entrant_size) jobs, capability the mean of two uniforms."""
    u, v = draw_pair(seed, FIRM, w.uid[i], 0, 0)
    n, _ = draw_pair(seed, FIRM, w.uid[i], 0, 3)
    w.born[i] = t
    w.size[i] = min(1.0 + p.entrant_size * exponential(n), 249.0)
    w.smes[i].entry_size = w.size[i]
    furnish(w, i, b, 0.5 * (u + v), p, seed)


@compiled
def initial_firm(w, b, i, cumulated, p, seed):
    """A firm of the initial stock: size class first, then age and capability given size."""
    n, _ = draw_pair(seed, FIRM, w.uid[i], 0, 3)
    w.size[i] = size_quantile(n)
    age, capability = stationary_age(w.uid[i], w.size[i], cumulated, p, seed)
    w.born[i] = -age
    w.smes[i].entry_size = w.size[i]
    furnish(w, i, b, capability, p, seed)


@compiled
def expected_exits(size, born, exit_factor, by_age, small):
    """Sum over firms of the monthly exit hazard at demand 0."""
    total = 0.0
    for i in range(size.shape[0]):
        age = min(max(-born[i], 0), by_age.shape[0] - 1)
        total += min(1.0, (by_age[age] + small / size[i]) * exit_factor[i])
    return total
