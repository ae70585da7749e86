"""Which published figures a world is held against, with what tolerance and in what role.

Roles: ``fitted``, parameters may be or have been chosen for it; ``held_out``, kept to test the model with and
never looked at when choosing; ``context``, shown beside and not judged: what the case or a parameter already
takes from the document, targets and promises. Figures of one family are not independent: count by family.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from calibration import alize_figures as alize
from calibration import boost_figures as boost
from calibration import pacte_figures as pacte
from calibration import plan_figures as plan
from calibration.alize_later_targets import ALIZE_1998_2019, LEFT_OUT_OF_LATER
from calibration.alize_targets import ALIZE_1997_2007, LEFT_OUT_OF_ALIZE
from calibration.pole_targets import LEFT_OUT_OF_POLES, POLES_2005_2014
from calibration.target import CONTEXT, FITTED, HELD_OUT, NAN, Bounds, Target, root
from calibration.target import new_target as _target
from calibration.trial_targets import HEAVY_ADVICE_TRIAL, LEFT_OUT_OF_TRIAL
from sim.world import World

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "COLUMNS", "CONTEXT", "FITTED", "HELD_OUT", "NOT_COVERED", "PREFIX", "TARGETS", "Target", "compute",
    "is_inside", "root", "table",
]  # fmt: skip

COLUMNS = ("fact_id", "family", "role", "published", "low", "high", "p05", "p50", "p95", "inside")
PREFIX = "fact_"

# The case begins in January 2011. The account of more than 5,000 actions is of early July 2015.
JULY_2015, END_2015 = 54, 60

PLAN_PME_2011_2015: tuple[Target, ...] = (
    _target("PPM-01", "reach", FITTED, plan.actions, JULY_2015),
    _target("PPM-02", "reach", CONTEXT, plan.actions_in_a_year, JULY_2015),
    # marked for validation, PPM-07 is used by the response of applications to size
    _target("PPM-07", "beneficiaries", FITTED, plan.under_ten, JULY_2015),
    _target("PPM-08", "beneficiaries", CONTEXT, plan.in_industry, JULY_2015),
    _target("PPM-13", "beneficiaries", CONTEXT, plan.for_innovation, JULY_2015),
    # prices, shares and seats are given as data
    _target("PPM-03", "money", CONTEXT, plan.total_millions, JULY_2015),
    _target("PPM-04", "money", CONTEXT, plan.public_millions, JULY_2015),
    _target("PPM-05", "money", CONTEXT, plan.firm_millions, JULY_2015),
    _target("PPM-11", "money", CONTEXT, plan.cost_of_an_action, JULY_2015),
    _target("PPM-12", "money", CONTEXT, plan.cost_of_a_participation, JULY_2015),
    _target("PPM-14", "money", CONTEXT, plan.share_of_firms, JULY_2015),
    # of English firms
    _target("EFF-20", "light advice", FITTED, plan.turnover_first_year, END_2015,
            final=True, bounds=(3.0, 13.0)),
    _target("EFF-22", "light advice", FITTED, plan.half_life, END_2015, final=True, bounds=(0.0, 1.0)),
    # none detected: 1.96 standard errors of the difference of 10,000 firms and 10,000 (EFF-23), of whom half
    # use the advice (EFF-07), with growth of a year spread by 0.3 log points (assumed):
    # 1.96 * .3 * sqrt(2 / 10,000) / .5 = .0166
    _target("EFF-21", "light advice", HELD_OUT, plan.jobs_after_a_year, END_2015,
            final=True, paired=True, bounds=(-1.7, 1.7), unit="% of jobs"),
)  # fmt: skip

# The case of Lyon begins in July 2018 and is read at its seventh anniversary, 84 months later.
ANNIVERSARY = 84

BOOST_LYON: tuple[Target, ...] = (
    _target("S0-09", "reach", FITTED, boost.directors, ANNIVERSARY),
    _target("S0-08", "volunteers", FITTED, boost.managers, ANNIVERSARY, final=True),
    _target("S0-14", "cohorts", FITTED, boost.cohorts, ANNIVERSARY),
    # the ratio of two fitted figures: shown, not judged again
    _target("S0-13", "volunteers", CONTEXT, boost.managers_per_director, ANNIVERSARY, final=True),
    # the declared jobs: how they were counted is assumed, so that agreement would say little
    _target("S0-11", "jobs", CONTEXT, boost.jobs_declared, ANNIVERSARY),
    _target("S0-12", "jobs", CONTEXT, boost.jobs_per_director, ANNIVERSARY),
    # two readings of the same 500 hours: those of every manager, or those of the sessions
    _target("S0-10a", "hours", CONTEXT, boost.hours_given, ANNIVERSARY),
    _target("S0-10b", "hours", CONTEXT, boost.hours_of_sessions, ANNIVERSARY),
    _target("S0-15", "hours", CONTEXT, boost.hours_per_cohort, ANNIVERSARY),
    # of Chinese firms that met in groups
    _target("EFF-14", "cohort advice", FITTED, boost.turnover_first_year, ANNIVERSARY,
            final=True, bounds=(3.0, 13.0)),
)  # fmt: skip

# The market place of Marseille begins in June 2017 and is read after one year and after two.
ONE_YEAR, TWO_YEARS = 12, 24

MBA_2017_2019: tuple[Target, ...] = (
    _target("S4-19", "members", FITTED, pacte.firms, ONE_YEAR),
    _target("S4-20", "buyers", FITTED, pacte.large_buyers, ONE_YEAR),
    # marked for validation, S4-07 and S4-08 are used by the reach of firms and of buyers
    _target("S4-07", "members", FITTED, pacte.firms, TWO_YEARS),
    _target("S4-08", "buyers", FITTED, pacte.large_buyers, TWO_YEARS),
    # persons are counted in it, and the model has organisations
    _target("S4-06", "members", CONTEXT, pacte.organisations, TWO_YEARS),
    # ratios of fitted figures: shown, not judged again
    _target("S4-21", "members", CONTEXT, pacte.growth, TWO_YEARS),
    _target("S4-22", "buyers", CONTEXT, pacte.firms_per_buyer, TWO_YEARS),
)

# The national buyers commit themselves in January 2005 and in June 2010.
JAN_2005, JAN_2006, JAN_2007, JAN_2008, DEC_2009, END_2013 = 1, 13, 25, 37, 60, 108

PACTE_NATIONAL: tuple[Target, ...] = (
    _target("PAC-01", "share of SMEs", FITTED, pacte.sme_share, JAN_2005, bounds=(16.8, 17.8)),
    _target("PAC-03", "share of SMEs", FITTED, pacte.sme_share, JAN_2006),
    _target("PAC-04", "share of SMEs", FITTED, pacte.sme_share, JAN_2007),
    _target("PAC-02", "share of SMEs", FITTED, pacte.sme_share, DEC_2009),
    _target(
        "PAC-08", "share of SMEs", FITTED, pacte.rise_in_three_years, JAN_2008,
        published=10.0, bounds=(6.0, 14.0), unit="%",
    ),
    _target("PAC-13", "share of SMEs", HELD_OUT, pacte.sme_share, END_2013),
    # of 42 buyers: nothing says how near is near; the bounds were set before the model was read
    _target("PAC-05", "spread", HELD_OUT, pacte.lowest_share, JAN_2008, bounds=(1.0, 6.0)),
    _target("PAC-06", "spread", HELD_OUT, pacte.highest_share, JAN_2008, bounds=(37.0, 57.0)),
)  # fmt: skip

TARGETS: Mapping[str, tuple[Target, ...]] = {
    "alize-1997-2007": ALIZE_1997_2007,
    "alize-1998-2019": ALIZE_1998_2019,
    "boost-innov-lyon-2018-2025": BOOST_LYON,
    "heavy-advice-trial": HEAVY_ADVICE_TRIAL,
    "mba-marseille-2017-2019": MBA_2017_2019,
    "pacte-national-2005-2013": PACTE_NATIONAL,
    "plan-pme-2011-2015": PLAN_PME_2011_2015,
    "poles-2005-2014": POLES_2005_2014,
}

_LEFT_OUT_OF_PLAN = {
    "Given to the case as data: opening.": "S2-01",
    "Words or dates, not a result.": "S2-02 S2-03 S2-04",
    "The model has seven themes, not programmes.": "PPM-06",
    "Consultants are bought and are no persons of the model.": "PPM-09",
    "An earlier programme of the region.": "PPM-15 PPM-16 PPM-17",
    "The agency that followed, after the case.": "PPM-18",
}

_LEFT_OUT_OF_BOOST = {
    "Given to the case as data: start, length, days and seats of a path.":
        "S0-01 S0-02 S0-03 S0-04 S0-05 S0-06 S0-07",
    "The format of 2019, which the case does not have: that of today is used from the start.":
        "S0-16 S0-17",
}  # fmt: skip

_LEFT_OUT_OF_MBA = {
    "Given to the case or to the scheme as data: start, axes, length of a mission, fee, age of a tie.":
        "S4-05 S4-10 S4-11 S4-12 S4-13 S4-14 S4-23",
    "Of the months after the case, or announced for them.": "S4-09 S4-15 S4-16 S4-17 S4-18",
    "Of the national association: the other case.": "S4-01 S4-02 S4-03 S4-04",
}  # fmt: skip

_LEFT_OUT_OF_NATIONAL = {
    "Given to the case as data, or of the years after it: number of buyers and other members.":
        "S4-01 S4-02 S4-03 S4-04 PAC-10 PAC-11",
    "Not represented: which buyers committed themselves again.": "PAC-09",
    "Euros of all buyers: the purchases of those of the case are drawn.": "PAC-07 PAC-14 PAC-15 PAC-16",
    "The series breaks there, and its sources do not agree.": "PAC-12 PAC-17",
    "Not represented: payment times.": "PAC-19 PAC-20",
}  # fmt: skip

# by case, figures on its scheme that no target uses, for Alizé also those on revitalisation and on
# volunteers, for Plan PME those on light advice (S1, ALZ, REV, VOL, and MEC in the years after 2007; S0; S2,
# PPM, EFF-20 to EFF-22; S4; for the national buyers PAC, S4-01 to S4-04; for pôles S3, POL; for the trial all
# other DEM, GEO, EFF)
NOT_COVERED: Mapping[str, Mapping[str, str]] = {
    case: {fact: reason for reason, ids in left_out.items() for fact in ids.split()}
    for case, left_out in (
        ("alize-1997-2007", LEFT_OUT_OF_ALIZE),
        ("alize-1998-2019", LEFT_OUT_OF_LATER),
        ("boost-innov-lyon-2018-2025", _LEFT_OUT_OF_BOOST),
        ("heavy-advice-trial", LEFT_OUT_OF_TRIAL),
        ("mba-marseille-2017-2019", _LEFT_OUT_OF_MBA),
        ("pacte-national-2005-2013", _LEFT_OUT_OF_NATIONAL),
        ("plan-pme-2011-2015", _LEFT_OUT_OF_PLAN),
        ("poles-2005-2014", LEFT_OUT_OF_POLES),
    )
}


def compute(case_name: str, world: World, control: World | None = None) -> dict[str, float]:
    """The published figures of a case in a world of its published arm, by fact id; none for a case on which
    nothing is published. ``control``: the same world without schemes; without it, figures that compare the
    two are not numbers. The columns of ``table`` are named ``fact_`` and the id."""
    targets = TARGETS.get(case_name, ())
    readings = {month: alize.Reading(world, month, control) for month in {target.month for target in targets}}
    return {target.fact_id: target.compute(world, readings[target.month]) for target in targets}


def is_inside(role: str, bounds: Bounds, quantiles: tuple[float, float, float]) -> int | None:
    """Whether simulated meets published: 1 or 0; None for context, and where no world gives the figure.

    ``quantiles``: 5, 50 and 95 % of the worlds. Fitted: their median lies within the bounds. Held out: the
    interval of the worlds meets that of the tolerance.
    """
    (low, high), (p05, p50, p95) = bounds, quantiles
    if role == CONTEXT or p50 != p50:
        return None
    if role == FITTED:
        return int(low <= p50 <= high)
    return int(p05 <= high and p95 >= low)


def table(case_name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Published beside simulated, one row a target. ``frame``: one row a world, columns ``fact_<id>``; worlds
    that do not give a figure are left out of its quantiles."""
    import pandas as pd  # a third of a second, for the workers too, which need no table

    rows = []
    for target in TARGETS.get(case_name, ()):
        values = pd.to_numeric(frame[PREFIX + target.fact_id]).dropna().to_numpy(float)
        p05, p50, p95 = np.quantile(values, (0.05, 0.5, 0.95)) if len(values) else (NAN, NAN, NAN)
        inside = is_inside(target.role, (target.low, target.high), (p05, p50, p95))
        about = (target.fact_id, target.family, target.role, target.published, target.low, target.high)
        rows.append((*about, p05, p50, p95, inside))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"inside": "Int64"})
