"""What was published on the Métropolitain Business Act and on the national Pacte PME, computed from a world
as their publishers counted it. Measures take a ``Reading`` as those of Alizé do.
"""

import numpy as np

from calibration.alize_figures import Reading, partner_sites
from calibration.demography import ratio
from sim.spec import YEAR
from sim.state import L_MEMBERS, L_SME_SHARE, PARTNER

# members


def firms(r: Reading) -> float:
    """Firms that are members at the end of the month before (S4-19 after a year, S4-07 after two: small
    firms that have signed; whether some had left again is not said)."""
    return float(r.tables.local_series[r.month - 1, :, L_MEMBERS].sum())


def large_buyers(r: Reading) -> float:
    """Large public and private buyers that are members at the end of the month before (S4-20: "more than 100
    large groups"; S4-08: buyers who have signed)."""
    return partner_sites(r)


def organisations(r: Reading) -> float:
    """Firms and large buyers together (S4-06: more than 1,000 members "from" both; it counts persons, of whom
    an organisation has one or two)."""
    return firms(r) + large_buyers(r)


def growth(r: Reading) -> float:
    """Growth of the number of member firms over the twelve months before, in percent (S4-21: 550 / 500)."""
    before = float(r.tables.local_series[r.month - 1 - YEAR, :, L_MEMBERS].sum())
    return 100 * (ratio(firms(r), before) - 1)


def firms_per_buyer(r: Reading) -> float:
    """Member firms over large buyers (S4-22: 550 / 150)."""
    return ratio(firms(r), large_buyers(r))


# what large buyers buy from SMEs


def sme_share(r: Reading) -> float:
    """Part of the purchases of large buyers that SMEs have, in percent, at the end of the month before
    (PAC-01 of 2005, PAC-03 of 2006, PAC-04 of 2007, PAC-02 in the review of December 2009, PAC-13 of
    2013)."""
    return float(r.tables.local_series[r.month - 1, 0, L_SME_SHARE])


def rise_in_three_years(r: Reading) -> float:
    """Rise of that part in the three years before, in percent of itself (PAC-08: 1.9 billion euros of further
    contracts, "the part rises by 10 %")."""
    return 100 * (
        ratio(sme_share(r), float(r.tables.local_series[r.month - 1 - 3 * YEAR, 0, L_SME_SHARE])) - 1
    )


def shares(r: Reading) -> np.ndarray:
    """The part of each buyer, in percent, when the mean was that of the month before. All buyers of the case
    commit themselves in the same months and in proportion to their part."""
    t = r.tables
    now = float(t.local_series[r.world.month - 1, 0, L_SME_SHARE])
    return 100 * t.buyers.share[t.partnerships.state == PARTNER] * ratio(sme_share(r), now)


def lowest_share(r: Reading) -> float:
    """The lowest part of a buyer, in percent (PAC-05, among 42 buyers)."""
    return float(shares(r).min())


def highest_share(r: Reading) -> float:
    """The highest part of a buyer, in percent (PAC-06, among 42 buyers)."""
    return float(shares(r).max())
