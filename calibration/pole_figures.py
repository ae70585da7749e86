"""What was published on pôles de compétitivité, computed from a world as its publishers counted it.

Measures take a ``Reading`` as those on Alizé do. The pôle is the only scheme of the case; its local schemes
stand for all pôles of a basin. The model's members are small and medium firms; large groups are partners.
Effects are what an evaluator would find (``calibration.evaluation``) in one world, without knowing the
other.
"""

import numpy as np

from calibration.alize_figures import Reading
from calibration.demography import ratio
from calibration.evaluation import effect_on_jobs, effect_on_research
from sim.poles_seen import heads, innovators, months_running
from sim.spec import YEAR
from sim.state import L_GROUP_FILED, L_JUDGED, L_MEMBERS, L_PARTNERS, L_SELECTED, NEVER

THOUSAND, MILLION = 1e3, 1e6
BASE_PER_EURO = 3400.0 / 795.0  # R&D of a project over the aid of the State to it: POL-17


def level(r: Reading, column: int, month: int | None = None) -> float:
    """Sum over local schemes of a series at the end of the month before."""
    month = r.month if month is None else month
    return float(r.tables.local_series[month - 1, :, column].sum()) if month else 0.0


def within(r: Reading, column: int, months: int) -> float:
    """Rise of a total over the last months."""
    return level(r, column) - level(r, column, max(0, r.month - months))


# members


def sme_members(r: Reading) -> float:
    """Small and medium firms that are members (S3-01, S3-02; POL-04: 73 % of 7,200 establishments; POL-05: 86
    % of 7,500 firms)."""
    return level(r, L_MEMBERS)


def member_firms(r: Reading) -> float:
    """These firms and the large groups that are partners (POL-02: member firms)."""
    return level(r, L_MEMBERS) + level(r, L_PARTNERS)


def growth_in_three_years(r: Reading) -> float:
    """Growth of membership of small firms since the first month, percent a year over three years (S3-19)."""
    return 100 * (ratio(level(r, L_MEMBERS), level(r, L_MEMBERS, 1)) ** (1 / 3) - 1)


def growth_in_a_year(r: Reading) -> float:
    """Growth of membership over the year before, in percent (POL-05)."""
    return 100 * (ratio(level(r, L_MEMBERS), level(r, L_MEMBERS, r.month - YEAR)) - 1)


def members_then(r: Reading) -> np.ndarray:
    """Rows of the firms that were members at the end of the month before."""
    rows = r.world.memberships
    there = (rows.joined != NEVER) & (rows.joined < r.month) & ((rows.left == NEVER) | (rows.left >= r.month))
    return rows.firm[there]


def staff(r: Reading) -> float:
    """Jobs in member firms, by the last yearly headcount (POL-07, POL-08)."""
    return float(heads(r.world, r.month // YEAR * YEAR)[members_then(r)].sum())


def said_to_have_created(r: Reading) -> float:
    """Members with at least one job more than three years before, by headcounts, in percent of those there at
    both (POL-34: members who say that they created jobs)."""
    now, before = heads(r.world, r.month // YEAR * YEAR), heads(r.world, r.month // YEAR * YEAR - 3 * YEAR)
    rows = members_then(r)
    rows = rows[(now[rows] > 0) & (before[rows] > 0)]
    return 100 * ratio(float((now[rows] >= before[rows] + 1).sum()), len(rows))


# calls and projects


def sme_led_in_a_year(r: Reading) -> float:
    """Labelled projects led by small firms, of those that calls decided on in the year before, in percent
    (S3-04)."""
    return 100 * (1 - ratio(within(r, L_GROUP_FILED, YEAR), within(r, L_JUDGED, YEAR)))


def sme_led_in_three_years(r: Reading) -> float:
    """The same over three years (POL-13)."""
    return 100 * (1 - ratio(within(r, L_GROUP_FILED, 3 * YEAR), within(r, L_JUDGED, 3 * YEAR)))


def decisions(r: Reading) -> int:
    """Calls decided so far: all local schemes share them."""
    judged = r.tables.local_series[: r.month, :, L_JUDGED].sum(axis=1)
    return int((np.diff(np.append(0.0, judged)) > 0).sum())


def files_a_call(r: Reading) -> float:
    """Labelled files a call (POL-15)."""
    return ratio(level(r, L_JUDGED), decisions(r))


def selected_share(r: Reading) -> float:
    """Files that calls have selected, in percent (POL-16)."""
    return 100 * ratio(level(r, L_SELECTED), level(r, L_JUDGED))


def projects(r: Reading) -> float:
    """Projects selected so far (POL-19)."""
    return level(r, L_SELECTED)


def state_aid_millions(r: Reading) -> float:
    """Aid of the State to the projects of the first seven calls, in millions of euros (POL-17)."""
    judged = r.tables.local_series[: r.month, :, L_JUDGED].sum(axis=1)
    months = np.flatnonzero(np.diff(np.append(0.0, judged)) > 0)[:7]
    done = r.tables.local_series[months[-1], :, L_SELECTED].sum() if len(months) else 0.0
    return float(done * r.tables.rules.project_euros[0]) / MILLION


def funded_before(r: Reading) -> np.recarray:
    """R&D projects and seats of small firms that calls paid for before the month."""
    rows = r.world.rd
    return rows[(rows.funded != NEVER) & (rows.funded < r.month)]


def months_to_money(r: Reading) -> float:
    """Months from the decision to the first money, on average (POL-22)."""
    rows = funded_before(r)
    return ratio(float((rows.cash - rows.funded).sum()), len(rows))


def sme_share_of_research(r: Reading) -> float:
    """R&D of small firms in the projects selected, in percent of the R&D of these projects, whose total is
    not in the model: by their aid (POL-14)."""
    rows = funded_before(r)
    total = level(r, L_SELECTED) * r.tables.rules.project_euros[0] * BASE_PER_EURO
    return 100 * ratio(float((rows.cost * rows.months).sum()), float(total))


# what an evaluator finds


def year_of(r: Reading) -> int:
    """The yearly headcount nearest to the middle of the calendar year that ends with the month."""
    return (r.month - 6) // YEAR * YEAR


def research_effect(r: Reading) -> float:
    """R&D of members beyond that of like firms in the year that ends, thousands of euros a firm, by a matched
    difference in differences (POL-24, POL-29)."""
    return effect_on_research(r.world, year_of(r))[0]


def research_effect_percent(r: Reading) -> float:
    """The same, in percent of the R&D of members before (POL-25)."""
    return effect_on_research(r.world, year_of(r))[2]


def aid_a_member(r: Reading) -> float:
    """Direct aid for the R&D of the year that ends, whenever it is paid, over members, thousands of euros
    (POL-26: 44 of 97, the rest being tax given back)."""
    rows = funded_before(r)
    share = months_running(rows, r.month - YEAR, r.month) / np.maximum(rows.months, 1)
    return ratio(float((rows.committed * share).sum()), len(members_then(r))) / THOUSAND


def research_per_euro(r: Reading) -> float:
    """That effect on R&D over that aid (POL-32)."""
    return ratio(research_effect(r), aid_a_member(r))


def posts_of_projects(r: Reading) -> float:
    """New posts in research that projects of calls have made and that exist: of those under way, and kept of
    those finished (POL-27: jobs attributed to pôles by 2009)."""
    rows = funded_before(r)
    under_way = (rows.stopped == NEVER) | (rows.stopped > r.month)
    kept = np.where(under_way, 1.0, r.tables.economy.post_kept[0])
    given_up = ~under_way & (rows.stopped - rows.started < rows.months)
    return float((rows.posts * np.where(given_up, 0.0, kept)).sum())


def posts_a_member(r: Reading) -> float:
    """The same over members (POL-30: researchers)."""
    return ratio(posts_of_projects(r), len(members_then(r)))


def jobs_effect(r: Reading) -> float:
    """Effect on headcounts that a matched difference in differences finds, over its standard error (POL-31:
    no measurable effect)."""
    effect, error = effect_on_jobs(r.world, year_of(r))
    return ratio(effect, error)


# innovation


def innovators_10_to_49(r: Reading) -> float:
    """Firms of 10 to 49 jobs that innovate within three years, in percent (S3-12)."""
    return 100 * innovators(r.world, 10.0, 50.0)


def innovators_50_to_249(r: Reading) -> float:
    """The same of 50 to 249 jobs (S3-11)."""
    return 100 * innovators(r.world, 50.0, 250.0)


def innovators_from_250(r: Reading) -> float:
    """The same of 250 jobs and more (S3-10)."""
    return 100 * innovators(r.world, 250.0)
