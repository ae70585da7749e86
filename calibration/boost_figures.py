"""What was published on PME Boost'Innov, computed from a world as its publishers counted it.

Measures take a ``Reading`` as those of Alizé do: a world and a month; what happened before that month is
counted. Published figures are named by their id in ``facts.csv``.
"""

import numpy as np

from calibration.alize_figures import Reading
from calibration.demography import ratio
from calibration.effect_figures import turnover_lift
from sim.state import L_DAYS, N_COHORTS, NEVER

HOURS_A_DAY = 7
SINCE_2024 = 2024 * 12  # January 2024, in months of the calendar


def started(r: Reading) -> np.recarray:
    """Files whose pathway started before the month."""
    return r.files[(r.files.started != NEVER) & (r.files.started < r.month)]


def cohort_rows(r: Reading) -> np.recarray:
    """Cohorts started before the month."""
    rows = r.tables.cohorts[: r.tables.counts[N_COHORTS]]
    return rows[rows.started < r.month]


def month_2024(r: Reading) -> int:
    """January 2024, in months since the start of the case."""
    return int(SINCE_2024 - r.tables.calendar[0])


def directors(r: Reading) -> float:
    """Different directors whose pathway has started, whether or not they came to its end (S0-09)."""
    return float(len(np.unique(started(r).firm)))


def managers(r: Reading) -> float:
    """Different managers who took a seat (S0-08: "mobilised"; it is not said whether persons or seats)."""
    return float((r.tables.persons.missions > 0).sum())


def cohorts(r: Reading) -> float:
    """Cohorts started (S0-14: directors over four, managers over twelve)."""
    return float(len(cohort_rows(r)))


def managers_per_director(r: Reading) -> float:
    """Different managers over different directors (S0-13: 350 / 130)."""
    return ratio(managers(r), directors(r))


def jobs_declared(r: Reading) -> float:
    """Gains of headcount of the firms that took part and answer, from their application to three years after
    their start or to the month, losses left out (S0-11: "jobs created", assessed by action research; how they
    were counted is not published, and no comparison with other firms)."""
    return r.jobs


def jobs_per_director(r: Reading) -> float:
    """Jobs declared over different directors (S0-12: 150 / 130)."""
    return ratio(jobs_declared(r), directors(r))


def hours_given(r: Reading) -> float:
    """Hours that all managers together gave since January 2024, seven a day (S0-10 read as hours of
    persons)."""
    days = r.tables.local_series[:, :, L_DAYS].sum(axis=1)
    since = month_2024(r)
    before = days[since - 1] if since > 0 else 0.0
    return HOURS_A_DAY * float(days[r.month - 1] - before)


def hours_of_sessions(r: Reading) -> float:
    """Hours of sessions of the cohorts started since January 2024, seven a day, however many managers sat in
    them (S0-10 read as hours of sessions)."""
    rows = cohort_rows(r)
    days = r.tables.rules.days[rows.local[rows.started >= month_2024(r)]]
    return HOURS_A_DAY * float(days.sum())


def hours_per_cohort(r: Reading) -> float:
    """Hours that all managers together gave over cohorts started, those under way among them (S0-15: 12
    managers, 6.5 days, 7 hours)."""
    days = float(r.tables.local_series[r.month - 1, :, L_DAYS].sum())
    return HOURS_A_DAY * ratio(days, cohorts(r))


def turnover_first_year(r: Reading) -> float:
    """Turnover a job gained in the year after a firm's first pathway, in percent (EFF-14: sales of firms
    whose directors met once a month for a year; that they hire is not in it)."""
    return turnover_lift(r, 1)
