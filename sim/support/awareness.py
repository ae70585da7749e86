"""Who has heard of a scheme. Exposure is cumulated; a firm is aware once it passes its keyed threshold."""

import numpy as np

from sim.compiled import compiled
from sim.draws import exponential
from sim.state import FIRMS, N_PENDING, NEVER, OPEN
from sim.support.coordination import neighbours, referral_share

CHAMBER, INTERCOMMUNAL, REGION = 0, 1, 2  # who carries a scheme: codes of the lever ``host``


@compiled
def outreach_exposure(outreach, effort, word, alumni, firms):
    """Exposure of every firm of the basin in a month: outreach * effort + word * alumni / firms."""
    return outreach * effort + word * alumni / max(firms, 1.0)


@compiled
def referral_exposure(referral, effort, cooperation):
    """Exposure in a month of a firm with an open project: developers bring it; more where actors cooperate.
    Equals referral * effort at the average cooperation of 0.4."""
    return referral * effort * (0.6 + cooperation)


@compiled
def is_aware(w, t, i, k, interest, threshold):
    """Whether firm i knows local scheme k: it is of those that can ever be interested (keyed uniform
    ``interest``), and 1 - exp(-exposure) passes another (``threshold``)."""
    if interest >= w.rules[k].reach:
        return False
    since = max(w.born[i], 0)
    exposure = w.outreach[k, t + 1] - w.outreach[k, since] + w.exposure[w.locals[k].scheme, i]
    return exposure >= exponential(threshold)


@compiled
def host_of_referrals(rule):
    """Multiple of referrals by developers that comes from who carries the scheme: 1 for the chamber."""
    return 1.0 if int(rule.host) == CHAMBER else rule.host_referral


@compiled
def host_of_cooperation(rule):
    """Multiple of the growth of cooperation that comes from who carries the scheme: 1 for the chamber."""
    if int(rule.host) == INTERCOMMUNAL:
        return rule.host_intercommunal
    return rule.host_region if int(rule.host) == REGION else 1.0


@compiled
def cooperation_made(w, b):
    """Multiple of the growth of cooperation in basin b: the mean over its living schemes; 0 without any."""
    total = 0.0
    n = 0
    for s in range(w.local_of.shape[0]):
        k = w.local_of[s, b]
        if k != NEVER and w.locals[k].alive == 1:
            total += host_of_cooperation(w.rules[k])
            n += 1
    return total / n if n > 0 else 0.0


@compiled
def referrals(w):
    """Exposure in this month of a firm with an open project, by basin and scheme: shape (basins, schemes); 0
    where the scheme does not live. Schemes of one basin share its developers."""
    alone = np.zeros((w.basins.shape[0], w.local_of.shape[0]))
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        if local.alive == 1:
            rule = w.rules[k]
            effort = rule.referral_effort * host_of_referrals(rule)
            alone[local.basin, local.scheme] = referral_exposure(
                rule.referral, effort, w.basins[local.basin].cooperation
            )
    added = alone.copy()
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        here = alone[local.basin]
        if alone[local.basin, local.scheme] > 0.0:
            _, concert = neighbours(w, k)
            share = referral_share(here.max(), here.sum(), w.economy[0].referral_rivalry, concert)
            added[local.basin, local.scheme] *= share
    return added


@compiled
def with_projects(w, refers):
    """Rows of the firms with an open project, and of their basins, where developers bring firms to schemes
    (``refers``, by basin): found first, so that the processor need not wait for a project before it looks for
    the exposure of the next."""
    firms = np.empty(w.counts[N_PENDING], np.int64)
    basins = np.empty(w.counts[N_PENDING], np.int64)
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for a in range(w.counts[N_PENDING]):
        project = w.projects[w.pending[a]]
        firms[n] = project.firm
        basins[n] = project.basin
        n += np.uint64((project.state == OPEN) & refers[project.basin])
    return firms[:n], basins[:n]


@compiled
def bring(w, added):
    """Developers bring firms with an open project to the schemes of their basin. ``added``: exposure by basin
    and scheme; of a firm, that to all schemes stands side by side, so that nothing is asked of each."""
    refers = np.zeros(added.shape[0], np.bool_)
    for basin in range(added.shape[0]):
        refers[basin] = added[basin].max() > 0.0
    if not refers.any():
        return
    firms, basins = with_projects(w, refers)
    exposure = w.exposure
    for a in range(firms.shape[0]):
        i, b = np.uint64(firms[a]), np.uint64(basins[a])
        for s in range(added.shape[1]):
            exposure[s, i] += added[b, s]


@compiled
def awareness(w, t):
    """Campaigns, word of mouth and referrals of the month add to exposure; cooperation grows."""
    p = w.economy[0]
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        rule = w.rules[k]
        added = 0.0
        if local.alive == 1:
            basin = w.basins[local.basin]
            firms = w.series[t - 1, local.basin, FIRMS] if t > 0 else float(basin.initial)
            added = outreach_exposure(rule.outreach, rule.outreach_effort, rule.word, local.alumni, firms)
        w.outreach[k, t + 1] = w.outreach[k, t] + added
    if w.locals.shape[0] == 0:
        return
    for b in range(w.basins.shape[0]):
        gain = min(1.0, p.cooperation_gain * cooperation_made(w, b))
        w.basins[b].cooperation += gain * (1.0 - w.basins[b].cooperation)
    bring(w, referrals(w))
