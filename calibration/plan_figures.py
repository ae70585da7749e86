"""What was published on Plan PME, computed from a world as its publishers counted it.

Measures take a ``Reading`` as those on Alizé do. The plan is the only scheme of the case. Figures on
light advice were measured by trials elsewhere; here the effect on turnover is read from what advice and
capability add to each firm, whatever its size has become, and that on jobs beside the world without it.
"""

import math

import numpy as np

from calibration.alize_figures import Reading
from calibration.demography import ratio
from calibration.effect_figures import turnover_lift
from sim.economy.sectors import INDUSTRIES
from sim.helped import firms_since
from sim.spec import YEAR
from sim.state import INNOVATION, L_PUBLIC, TECHNICAL
from sim.support.budgets import price_of

MILLION = 1e6


def within_a_year(r: Reading) -> np.recarray:
    """Actions that started in the twelve months before the month."""
    return r.accepted[r.accepted.accepted >= r.month - YEAR]


# actions and participants


def actions(r: Reading) -> float:
    """Actions started, a firm counted once in each that it takes (PPM-01: accompaniments since 2011)."""
    return float(len(r.accepted))


def actions_in_a_year(r: Reading) -> float:
    """Actions started in the twelve months before (PPM-02, a target said to be met)."""
    return float(len(within_a_year(r)))


def under_ten(r: Reading) -> float:
    """Share of actions whose firm had fewer than ten jobs when it applied, in percent (PPM-07)."""
    return 100 * ratio(float((r.accepted["size"] < 10).sum()), len(r.accepted))


def in_industry(r: Reading) -> float:
    """Share of actions whose firm manufactures, in percent (PPM-08: half of participants)."""
    of_these = r.tables.sector[r.accepted.firm] < INDUSTRIES
    return 100 * ratio(float(of_these.sum()), len(r.accepted))


def for_innovation(r: Reading) -> float:
    """Share of actions on innovation or on technical questions, in percent (PPM-13: accompanied for
    innovation; what counted as such is not said)."""
    return 100 * ratio(float(np.isin(r.accepted.theme, (TECHNICAL, INNOVATION)).sum()), len(r.accepted))


# money


def prices(rules: np.recarray) -> np.ndarray:
    """Price of an action under each of these rules, euros."""
    terms = zip(rules.action_euros, rules.priced_days, rules.days, strict=True)
    return np.array([price_of(*term) for term in terms])


def public_millions(r: Reading) -> float:
    """Public money of the twelve months before, in millions of euros (PPM-04)."""
    total = r.tables.local_series[:, :, L_PUBLIC].sum(axis=1)
    before = total[r.month - YEAR - 1] if r.month > YEAR else 0.0
    return float(total[r.month - 1] - before) / MILLION


def firm_millions(r: Reading) -> float:
    """What firms paid for the actions of the twelve months before, in millions of euros (PPM-05)."""
    rules = r.tables.rules[within_a_year(r).local]
    return float((rules.firm_share * prices(rules)).sum()) / MILLION


def total_millions(r: Reading) -> float:
    """Public money and the part of firms in the twelve months before, in millions of euros (PPM-03)."""
    return public_millions(r) + firm_millions(r)


def share_of_firms(r: Reading) -> float:
    """Part of firms in the cost of the twelve months before, in percent (PPM-14)."""
    return 100 * ratio(firm_millions(r), total_millions(r))


def cost_of_an_action(r: Reading) -> float:
    """Cost of the twelve months before over the actions started, in euros (PPM-11: 15 million over 1,500
    actions, or 1,100)."""
    return ratio(MILLION * total_millions(r), len(within_a_year(r)))


def cost_of_a_participation(r: Reading) -> float:
    """The same without the running of the plan (PPM-12: a costing a firm accompanied). Given to the scheme as
    data."""
    rules = r.tables.rules[within_a_year(r).local]
    return ratio(float(prices(rules).sum()), len(rules))


# light advice, as trials elsewhere measured it


def turnover_first_year(r: Reading) -> float:
    """Turnover gained in the year after a firm's first action, later actions included, in percent (EFF-20:
    users of a voucher for advice)."""
    return turnover_lift(r, 1)


def half_life(r: Reading) -> float:
    """Years in which the gain of turnover halves, from that of firms in their first and in their second year
    (EFF-22: the effect of the vouchers lasted one year). Later actions of a pathway prolong it."""
    first, second = turnover_lift(r, 1), turnover_lift(r, 2)
    if not first > second > 0:
        return float("nan")
    return math.log(2) / math.log(first / second)


def jobs_after_a_year(r: Reading) -> float:
    """Jobs of the firms whose first action ended within two years, a year ago on average, over those of the
    same firms in the world without schemes, less 1, in percent; closed firms have none (EFF-21: a trial found
    no effect on jobs)."""
    if r.control is None:
        return float("nan")
    rows = np.concatenate([firms_since(r.world, year) for year in (1, 2)])
    with_help, without = (float(world.tables.size[rows].sum()) for world in (r.world, r.control))
    return 100 * (ratio(with_help, without) - 1)
