"""Closing of the month: stocks that the ledgers must explain."""

import numpy as np

from sim.compiled import compiled
from sim.state import (
    DEMAND_LEVEL,
    L_ALIVE,
    L_COMPLETED,
    L_CONTRACTS,
    L_DAYS,
    L_FATIGUE,
    L_FUND,
    L_GROUP_FILED,
    L_GROUP_FUNDED,
    L_JUDGED,
    L_MEMBERS,
    L_OUTSIDE,
    L_PARTNERS,
    L_PUBLIC,
    L_SELECTED,
    L_SME_SHARE,
    MARKET,
    PARTNER,
    PARTNER_SITES,
    PARTNER_WEAR,
)
from sim.support.buyers import mean_share


@compiled
def close_local(w, t, k):
    """Stocks of a local scheme: partners, their mean wear, alumni, days and money so far."""
    local = w.locals[k]
    partners = 0
    fatigue = 0.0
    for r in range(local.first_partnership, local.first_partnership + local.partnerships):
        if w.partnerships[r].state == PARTNER and local.alive == 1:
            partners += 1
            fatigue += w.sites[w.partnerships[r].site].wear
    local.partners = partners
    row = w.local_series[t, k]
    row[L_ALIVE] = local.alive
    row[L_PARTNERS] = partners
    row[L_FATIGUE] = fatigue / max(partners, 1)
    row[L_COMPLETED] = local.alumni
    row[L_DAYS] = local.days
    row[L_FUND] = local.fund
    row[L_MEMBERS] = local.members
    row[L_PUBLIC] = (
        local.coordination_cost + local.expert_cost - local.firm_cost + local.lost + local.aid_paid
    )
    row[L_JUDGED] = local.judged
    row[L_SELECTED] = local.selected
    row[L_GROUP_FILED] = local.group_filed
    row[L_GROUP_FUNDED] = local.group_funded
    if int(w.rules[k].format) == MARKET:
        row[L_CONTRACTS] = w.markets[k].contracts
        row[L_OUTSIDE] = w.markets[k].outside
        row[L_SME_SHARE] = 100.0 * mean_share(w, k)


@compiled
def close_partners(w, t):
    """Sites that are partners of a living local scheme, and the sum of their wear, by basin: who sits at the
    tables of several schemes is one site."""
    counted = np.zeros(w.sites.shape[0], np.bool_)
    for r in range(w.partnerships.shape[0]):
        link = w.partnerships[r]
        if link.state == PARTNER and w.locals[link.local].alive == 1 and not counted[link.site]:
            counted[link.site] = True
            site = w.sites[link.site]
            w.series[t, site.basin, PARTNER_SITES] += 1.0
            w.series[t, site.basin, PARTNER_WEAR] += site.wear


@compiled
def accounts(w, t):
    """Records the demand and the partner sites of every basin and the stocks of every local scheme
    at the end of the month; the jobs and firms of basins are counted by ``displacement``."""
    close_partners(w, t)
    for b in range(w.basins.shape[0]):
        w.series[t, b, DEMAND_LEVEL] = w.basins[b].demand
    for k in range(w.locals.shape[0]):
        close_local(w, t, k)
