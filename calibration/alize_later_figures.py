"""What was published on Alizé after 2007, computed from a world as its publishers counted it.

Measures take a ``Reading`` as those on the first ten years do. ``basin``: id of the basin whose local scheme
is read; empty, all are.
"""

import numpy as np

from calibration.alize_figures import Reading, locals_in, partner_sites, schemes_alive
from calibration.demography import ratio
from sim.economy.sectors import TURNOVER_PER_JOB
from sim.helped import turnover_of
from sim.pair import reported
from sim.spec import YEAR
from sim.state import L_DAYS, PARTNER, Table

THREE_YEARS, FIVE_YEARS = 3 * YEAR, 5 * YEAR
HALF_YEAR = YEAR // 2
TOP = 3


def accepted_in(r: Reading, basin: str = "", months: int | None = None) -> Table:
    """Accepted files of a basin, or of all; of the last months before the reading, or of all."""
    files: Table = r.accepted
    if basin:
        files = files[np.isin(files.local, locals_in(r.world, basin))]
    return files if months is None else files[files.accepted >= r.month - months]


def different_firms(files: Table) -> float:
    """Number of different firms of these files."""
    return float(len(np.unique(files.firm)))


def days_given(r: Reading, basin: str = "") -> np.ndarray:
    """Days that volunteers had given by the end of each month, of a basin or of all; shape (months,)."""
    days = r.tables.local_series[: r.month, :, L_DAYS]
    return days[:, locals_in(r.world, basin)].sum(axis=1) if basin else days.sum(axis=1)


# projects and firms


def projects(r: Reading, basin: str = "") -> float:
    """Projects accepted since the start (ALZ-49: validated in seven years; ALZ-72: since 2012)."""
    return float(len(accepted_in(r, basin)))


def projects_in_a_year(r: Reading) -> float:
    """Projects accepted in the twelve months before (ALZ-30: "more than")."""
    return float(len(accepted_in(r, months=YEAR)))


def firms(r: Reading, basin: str = "") -> float:
    """Different firms with an accepted project since the start (ALZ-25: SMEs supported, "more than"; ALZ-57:
    companies)."""
    return different_firms(accepted_in(r, basin))


def firms_in_a_year(r: Reading, basin: str) -> float:
    """Different firms with a project accepted in the twelve months before (ALZ-52). That year the basin stood
    among the first three of twenty-five, which is why it was told: a good year is read beside any year."""
    return different_firms(accepted_in(r, basin, YEAR))


def third_in_a_year(r: Reading) -> float:
    """Firms with a project accepted in the twelve months before at the local scheme that comes third by them
    (ALZ-52: a basin of the first three had that many)."""
    files = accepted_in(r, months=YEAR)
    found = sorted(
        (different_firms(files[files.local == k]) for k in range(len(r.tables.locals))), reverse=True
    )
    return found[TOP - 1] if len(found) >= TOP else float("nan")


def mean_size(r: Reading, basin: str, months: int | None = None) -> float:
    """Mean size of the firms of accepted projects when they applied, in jobs (ALZ-50: 1,477 jobs in 84
    projects; ALZ-53: 141 in 17 firms). The accounts count them later, help included."""
    files = accepted_in(r, basin, months)
    return ratio(float(files["size"].sum()), len(files))


# local schemes and large firms


def territories(r: Reading) -> float:
    """Local schemes alive at the end of the month before (ALZ-27, ALZ-34: territories, "more than")."""
    return schemes_alive(r)


def establishments(r: Reading) -> float:
    """Partner sites of all living local schemes at the end of the month before (ALZ-33: establishments of
    large companies, "more than")."""
    return partner_sites(r)


def long_partners(r: Reading) -> float:
    """Of the partner sites of living local schemes, the share that joined more than five years before, in
    percent; a site that came back counts from its return. MEC-04 is of French firms of every size that lend
    skills, mostly to causes, and of all their lending, here or elsewhere."""
    links = r.tables.partnerships
    there = (links.state == PARTNER) & (r.tables.locals.alive[links.local] == 1)
    long = there & (links.joined < r.month - FIVE_YEARS)
    return 100 * ratio(float(long.sum()), int(there.sum()))


# days


def days_in_a_year(r: Reading) -> float:
    """Days that volunteers gave in the twelve months before (ALZ-31)."""
    days = days_given(r)
    return float(days[-1] - (days[-1 - YEAR] if len(days) > YEAR else 0.0))


def days_per_project(r: Reading, basin: str) -> float:
    """Days that volunteers gave since the start over projects accepted, with a mission or without (ALZ-74:
    129 / 45)."""
    return ratio(float(days_given(r, basin)[-1]), projects(r, basin))


# jobs


def promised(r: Reading, basin: str = "") -> float:
    """Jobs at stake in the projects accepted since the start, kept or not (ALZ-26: jobs claimed, among which
    promises must be; ALZ-51: an objective)."""
    return float(accepted_in(r, basin).jobs.sum())


def promised_in_a_year(r: Reading) -> float:
    """Jobs at stake in the projects accepted in the twelve months before (ALZ-32: created or to be
    created)."""
    return float(accepted_in(r, months=YEAR).jobs.sum())


def declared_in(r: Reading, basin: str) -> float:
    """Jobs as the local scheme of a basin declares them, up to the month, whoever caused them."""
    return reported(r.world, accepted_in(r, basin), r.month)


def jobs_per_firm(r: Reading, basin: str) -> float:
    """Jobs declared over different firms supported (ALZ-58: 303 / 94)."""
    return ratio(declared_in(r, basin), firms(r, basin))


def jobs_per_project(r: Reading, basin: str) -> float:
    """Jobs declared over accepted projects (ALZ-75: 115 / 45, jobs sustained left out)."""
    return ratio(declared_in(r, basin), projects(r, basin))


# turnover


def turnover_growth(r: Reading) -> float:
    """Turnover of the firms first accepted between thirty and forty-two months before that are still there,
    over that when they applied, less 1, in percent (ALZ-59: after three years).

    Published for Savoie, in current euros; taken here over all basins, as a rate that lasts, and in constant
    euros. Turnover when they applied is their headcount then at the turnover a job of their sector; turnover
    now has what help has added besides.
    """
    files: Table = r.accepted
    order = np.lexsort((files.accepted, files.firm))
    rows, first = np.unique(files.firm[order], return_index=True)
    files = files[order][first]
    since = r.month - files.accepted
    kept = (np.abs(since - THREE_YEARS) <= HALF_YEAR) & (r.tables.size[rows] > 0)
    rows = rows[kept]
    before = files["size"][kept] * TURNOVER_PER_JOB[r.tables.sector[rows]]
    return 100 * (ratio(float(turnover_of(r.world)[rows].sum()), float(before.sum())) - 1)
