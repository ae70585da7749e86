"""What support changes: the need of the project, capability, turnover; and how that fades."""

import numpy as np

from sim.compiled import compiled
from sim.economy.population import set_all_factors, set_factors
from sim.maths import exp, log, saturating
from sim.state import COMPLETED, DEAD, MARKET_NEED, N_ALUMNI, N_OPEN, NEVER, STRATEGY
from sim.support.plans import carry_out, isolation_factor, plan, tie, ties_now

LIGHT_DAYS, HEAVY_DAYS = 7.0, 26.0
ADVICE_MAX = 0.3
ADVICE_DECAY = exp(-2.0 / 12.0)  # a month
NEGLIGIBLE = 1e-9


@compiled
def dose(days, half_days):
    """Share of what help can do that these days do: 1 - 2**(-days / days_half)."""
    return saturating(days, half_days)


@compiled
def capability_after(capability, gain, openness, quality, dosage):
    """c + k_c o quality (1 - c) dose."""
    return capability + gain * openness * quality * (1.0 - capability) * dosage


@compiled
def decay_rate(days, light, heavy):
    """Yearly decay of a gain: ``light`` for 7 days or less, ``heavy`` for 26 or more, log-linear between
    (EFF-22, EFF-04)."""
    if days <= LIGHT_DAYS:
        return light
    if days >= HEAVY_DAYS:
        return heavy
    x = (days - LIGHT_DAYS) / (HEAVY_DAYS - LIGHT_DAYS)
    return exp((1.0 - x) * log(light) + x * log(heavy))


@compiled
def joint_decay(gain, decay, gained, rate):
    """Decay of a gain and of another that joins it, which are not told apart afterwards: the mean of both,
    each by its size."""
    return decay + (rate - decay) * gained / (gain + gained) if gain > 0.0 else rate


@compiled
def learn_more(sme, away, most, quality, days, half_days, p):
    """Help of so many days raises the capability of a firm, and says how fast its gain fades. ``away``:
    capability missing while the director is away on another pathway; ``most``: what help can give."""
    before = sme.capability
    dosage = dose(days, half_days)
    sme.capability = capability_after(before, most, sme.openness, quality, dosage)
    rate = decay_rate(days, p.decay_light, p.decay_heavy) / 12.0
    sme.decay = joint_decay(before + away - sme.baseline, sme.decay, sme.capability - before, rate)


@compiled
def decay_now(w, sme, t):
    """Decay of a firm's gain in a month: decay (1 - cut of follow-up) (1 - effect of ties * ties)."""
    rate = sme.decay
    if t <= sme.followed_until:
        rate *= 1.0 - sme.followup
    if sme.ties > 0.0:
        rate *= 1.0 - w.rules[sme.tie_local].tie_effect * ties_now(w, sme, t)
    return rate


@compiled
def follow(sme, t, rule):
    """Follow-up begins; one that was promised for longer goes on."""
    until = t + int(rule.followup_months)
    if until >= sme.followed_until:
        sme.followed_until = until
        sme.followup = rule.followup_effect


@compiled
def shares_left(w, t):
    """Rows of the alumni that have not closed, and the shares of their gains that a month leaves them:
    e**-decay, by a dense pass."""
    most = w.counts[N_ALUMNI]
    rows, left = np.empty(most, np.int64), np.empty(most)
    smes, alumni = w.smes, w.alumni
    n = 0
    for a in range(most):
        i = np.uint64(alumni[a])
        sme = smes[i]
        rows[n] = i
        left[n] = decay_now(w, sme, t)
        n += sme.status != DEAD
    rows, left = rows[:n], left[:n]
    for k in range(n):
        left[k] = exp(-left[k])
    return rows, left


@compiled
def fade(w, t):
    """One month of fading of gains. Lists as alumni the firms that have something left."""
    rows, left = shares_left(w, t)
    kept = 0
    for k in range(rows.shape[0]):
        sme = w.smes[rows[k]]
        dip = w.files[sme.file].dip if sme.file != NEVER else 0.0  # of another pathway, not a loss
        gain = (sme.capability + dip - sme.baseline) * left[k]
        sme.advice *= ADVICE_DECAY
        if gain < NEGLIGIBLE and sme.advice < NEGLIGIBLE:
            gain = 0.0
            sme.advice = 0.0
        sme.capability = sme.baseline + gain - dip
        w.alumni[kept] = rows[k]
        kept += gain > 0.0 or sme.advice > 0.0
    w.counts[N_ALUMNI] = kept
    set_all_factors(w, rows, w.economy[0])


@compiled
def dependence_after(dependence, diversification, value):
    """What is left of a subcontractor's dependence after help with strategy or markets:
    d (1 - diversification value)."""
    return dependence * (1.0 - diversification * value)


@compiled
def apply_support(w, t, f, p, seed):
    """A completed pathway: help that met the need raises the chance of the project, capability, and for a
    while turnover. With no days nothing but ``supported``, the month of the last help, changes, to the
    bit."""
    file = w.files[f]
    rule = w.rules[file.local]
    i = file.firm
    sme = w.smes[i]
    sme.supported = t
    if file.days <= 0.0:
        return
    fit = 1.0 if file.read_rightly == 1 else rule.wrong_fit
    quality = rule.quality * file.care
    file.value = fit * quality * dose(file.days, rule.half_days)
    if file.need == STRATEGY or file.need == MARKET_NEED:
        sme.dependence = dependence_after(sme.dependence, p.diversification, file.value)
    plan(w, t, f, seed)
    fresh = sme.capability == sme.baseline and sme.advice == 0.0
    previous = ties_now(w, sme, t)
    most = p.capability_gain * isolation_factor(w, i, rule, previous, seed)
    learn_more(sme, 0.0, most, quality, file.days, rule.half_days, p)
    sme.advice = min(ADVICE_MAX, sme.advice + p.turnover_advice * fit * quality)
    tie(w, t, f, previous)
    follow(sme, t, rule)
    w.locals[file.local].expert_cost += rule.followup_months * rule.followup_euros
    set_factors(w, i, p)
    if fresh and (sme.capability > sme.baseline or sme.advice > 0.0):
        w.alumni[w.counts[N_ALUMNI]] = i
        w.counts[N_ALUMNI] += 1


@compiled
def effects(w, t):
    """Earlier gains fade; pathways completed this month take effect."""
    p = w.economy[0]
    seed = w.seed[0]
    fade(w, t)
    for a in range(w.counts[N_OPEN]):
        f = w.open_files[a]
        if w.files[f].state == COMPLETED and w.files[f].ended == t:
            apply_support(w, t, f, p, seed)
        if w.files[f].plan == t:
            carry_out(w, f)
