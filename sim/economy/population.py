"""Firms as they are found: the stock at the start of a case, and entrants."""

import numpy as np

from sim.columns import take
from sim.compiled import compiled, inlined
from sim.draws import FIRM, draw_pairs, exponential, normal
from sim.maths import exp, log, power
from sim.state import ACTIVE, NEVER

OLDEST = 720  # months; ages of the initial stock lie below
# lower bounds of size classes, and shares of employers at or above them (DEM-26)
CLASS_BOUNDS = np.array([1.0, 10.0, 50.0, 250.0])
CLASS_ABOVE = np.array([1.0, 0.168, 0.028, 0.005])
ABOVE = 1.0 + 1e-6  # of a number in double precision, enough for its bound in single precision
NIL = np.float32(0.0)


@inlined
def size_quantile(u):
    """Size of an initial firm with 1 to 250 jobs: a Pareto law in each size class, joined at its bounds.

    The share at or above x is S_a (x / a)**-z in the class that begins at a, which reproduces the published
    classes exactly.
    """
    above = 1.0 - u * (1.0 - CLASS_ABOVE[3])
    a, b, share, next_share = CLASS_BOUNDS[2], CLASS_BOUNDS[3], CLASS_ABOVE[2], CLASS_ABOVE[3]
    if above >= CLASS_ABOVE[2]:
        a, b, share, next_share = CLASS_BOUNDS[1], CLASS_BOUNDS[2], CLASS_ABOVE[1], CLASS_ABOVE[2]
    if above >= CLASS_ABOVE[1]:
        a, b, share, next_share = CLASS_BOUNDS[0], CLASS_BOUNDS[1], CLASS_ABOVE[0], CLASS_ABOVE[1]
    z = log(share / next_share) / log(b / a)
    return min(a * power(share / above, 1.0 / z), 249.99)


@inlined
def survival(cumulated_by_age, small, size, age, factor):
    """Share of firms of this (constant) size alive at this age: exp(-factor (H(age) + age h_small / n))."""
    return exp(-factor * (cumulated_by_age + age * small / size))


@compiled
def survivors(uid, size, trial, cumulated, p, seed):
    """One trial for each of these firms: a birth of capability c (mean of two uniforms) and a uniform age
    (months), kept with the chance of having survived so long. Columns: age, capability, 1 where kept."""
    u, v = draw_pairs(seed, FIRM, uid, 0, 100 + 2 * trial)
    a, keep = draw_pairs(seed, FIRM, uid, 0, 101 + 2 * trial)
    age = np.empty(uid.shape[0], np.int64)
    hazard = np.empty(uid.shape[0])
    for k in range(uid.shape[0]):
        age[k] = int(a[k] * OLDEST)
        hazard[k] = cumulated[age[k]]
    capability = np.empty(uid.shape[0])
    kept = np.empty(uid.shape[0], np.int64)
    for k in range(uid.shape[0]):
        capability[k] = 0.5 * (u[k] + v[k])
        factor = exp(-p.exit_capability * (2.0 * capability[k] - 1.0))
        kept[k] = keep[k] < survival(hazard[k], p.exit_small, size[k], age[k], factor)
    return age, capability, kept


@compiled
def stationary_ages(uid, size, cumulated, p, seed):
    """Ages (months) and capabilities of initial firms, as among the survivors of the hazard **given size**:
    keyed rejection, trial by trial for all firms that have none kept yet."""
    ages = np.empty(uid.shape[0], np.int64)
    capabilities = np.empty(uid.shape[0])
    left = np.empty(uid.shape[0], np.int64)
    for i in range(uid.shape[0]):
        ages[i], capabilities[i], left[i] = 0, 0.5, i
    for trial in range(400):
        age, capability, kept = survivors(take(uid, left), take(size, left), trial, cumulated, p, seed)
        n = 0
        for k in range(left.shape[0]):
            if kept[k] == 1:
                ages[left[k]] = age[k]
                capabilities[left[k]] = capability[k]
            else:
                left[n] = left[k]
                n += 1
        left = left[:n]
        if n == 0:
            break
    return ages, capabilities


@compiled
def sector_of(u, cumulated):
    """Position of the sector whose cumulated share passes u."""
    for s in range(cumulated.shape[0] - 1):
        if u < cumulated[s]:
            return s
    return cumulated.shape[0] - 1


@compiled
def furnish(w, rows, b, capability, p, seed):
    """Attributes of new firms that do not change: openness .5 c + .5 U, own funds .3 c + .7 U, lasting
    difference in success, sector."""
    uid = take(w.uid, rows)
    o, f = draw_pairs(seed, FIRM, uid, 0, 1)
    z, s = draw_pairs(seed, FIRM, uid, 0, 2)
    for k in range(rows.shape[0]):
        sme = w.smes[rows[k]]
        sme.basin = b
        sme.status = ACTIVE
        sme.died = NEVER
        sme.project = NEVER
        sme.file = NEVER
        sme.supported = NEVER
        sme.followed_until = NEVER
        sme.capability = capability[k]
        sme.baseline = capability[k]
        sme.openness = 0.5 * capability[k] + 0.5 * o[k]
        sme.finance = 0.3 * capability[k] + 0.7 * f[k]
        sme.success = p.success_spread * normal(z[k])
        sme.entry_size = w.size[rows[k]]
        sme.dependence = 1.0
        w.sector[rows[k]] = sector_of(s[k], w.sector_mix[b])
    set_all_factors(w, rows, p)


@inlined
def factors(capability, baseline, p):
    """The parts of the hazards of exit and of opening, and of growth, that depend on capability alone:
    exp(-e_c (2 c - 1)), exp(p_c (2 c - 1)), g_c (2 c_base - 1) + g_gain (c - c_base)."""
    x = 2.0 * capability - 1.0
    own = p.growth_capability * (2.0 * baseline - 1.0) + p.growth_gain * (capability - baseline)
    return exp(-p.exit_capability * x), exp(p.project_rate_capability * x), own


@inlined
def just_above(number):
    """A number in single precision that is larger than this positive one."""
    return np.float32(number * ABOVE)


@compiled
def set_factors(w, i, p):
    """``factors`` of firm i, whose capability has changed."""
    sme = w.smes[i]
    w.exit_factor[i], w.open_factor[i], w.own_growth[i] = factors(sme.capability, sme.baseline, p)
    bound_factors(w, i)


@inlined
def bound_factors(w, i):
    """Bounds of the factors of firm i that ``find_events`` looks at; nil if it has closed."""
    lives = w.size[i] > 0.0
    w.exit_most[i] = just_above(w.exit_factor[i]) if lives else NIL
    w.open_most[i] = just_above(w.open_factor[i]) if lives else NIL


@compiled
def set_all_factors(w, rows, p):
    """``factors`` of the firms in these rows, by a dense pass over their columns side by side."""
    n = rows.shape[0]
    capability, baseline = np.empty(n), np.empty(n)
    for k in range(n):
        sme = w.smes[rows[k]]
        capability[k] = sme.capability
        baseline[k] = sme.baseline
    leaves, opens, own = np.empty(n), np.empty(n), np.empty(n)
    for k in range(n):
        leaves[k], opens[k], own[k] = factors(capability[k], baseline[k], p)
    for k in range(n):
        w.exit_factor[rows[k]] = leaves[k]
        w.open_factor[rows[k]] = opens[k]
        w.own_growth[rows[k]] = own[k]
        bound_factors(w, rows[k])


@compiled
def found_firms(w, t, b, rows, p, seed):
    """Entrants: 1 + Exp(entrant_size) jobs, capability the mean of two uniforms."""
    uid = take(w.uid, rows)
    u, v = draw_pairs(seed, FIRM, uid, 0, 0)
    n, _ = draw_pairs(seed, FIRM, uid, 0, 3)
    capability = np.empty(rows.shape[0])
    for k in range(rows.shape[0]):
        capability[k] = 0.5 * (u[k] + v[k])
        w.born[rows[k]] = t
        w.size[rows[k]] = min(1.0 + p.entrant_size * exponential(n[k]), 249.0)
    furnish(w, rows, b, capability, p, seed)


@compiled
def initial_firms(w, b, rows, cumulated):
    """The initial stock of a basin: size class first, then age and capability given size."""
    p = w.economy[0]
    seed = w.seed[0]
    uid = take(w.uid, rows)
    n, _ = draw_pairs(seed, FIRM, uid, 0, 3)
    size = np.empty(rows.shape[0])
    for k in range(rows.shape[0]):
        size[k] = size_quantile(n[k])
    age, capability = stationary_ages(uid, size, cumulated, p, seed)
    for k in range(rows.shape[0]):
        w.size[rows[k]] = size[k]
        w.born[rows[k]] = -age[k]
    furnish(w, rows, b, capability, p, seed)


@compiled
def expected_exits(size, born, exit_factor, by_age, small):
    """Sum over firms of the monthly exit hazard at demand 0."""
    total = 0.0
    for i in range(size.shape[0]):
        age = min(max(-born[i], 0), by_age.shape[0] - 1)
        total += min(1.0, (by_age[age] + small / size[i]) * exit_factor[i])
    return total
