"""Effects of help that several cases read: turnover gained, and who survives.

Measures take a ``Reading`` as those on Alizé do.
"""

import numpy as np

from calibration.alize_figures import Reading
from calibration.demography import ratio
from sim.economy.sectors import TURNOVER_PER_JOB
from sim.helped import firms_since, turnover_of
from sim.spec import YEAR
from sim.state import NEVER, UNBORN
from sim.world import World

FIVE_YEARS = 5 * YEAR


def turnover_lift(r: Reading, year: int) -> float:
    """Turnover a job gained through advice and capability, over all firms whose first completed help ended in
    that year before the month, in percent."""
    rows = firms_since(r.world, year)
    t = r.tables
    without = t.size[rows] * TURNOVER_PER_JOB[t.sector[rows]]
    return 100 * (ratio(float(turnover_of(r.world)[rows].sum()), float(without.sum())) - 1)


def first_help(r: Reading) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the firms accepted before the month, and the month in which each was accepted first."""
    files = r.accepted
    order = np.lexsort((files.accepted, files.firm))
    rows, first = np.unique(files.firm[order], return_index=True)
    return rows, files.accepted[order][first]


def alive_at(world: World, rows: np.ndarray, month: np.ndarray) -> np.ndarray:
    """Whether each of these firms, born by then, is alive at the end of a month of its own."""
    died = world.tables.smes.died[rows]
    return (died == NEVER) | (died > month)


def surviving_shares(world: World, at: np.ndarray, months: int) -> np.ndarray:
    """Of all firms alive at the end of each of the months ``at``, the share that is so ``months`` later."""
    t = world.tables
    lived = t.smes.status != UNBORN
    born, died = t.born[lived], t.smes.died[lived]
    died = np.where(died == NEVER, np.iinfo(np.int32).max, died)
    shares = []
    for month in at:
        there = np.count_nonzero(born <= month) - np.count_nonzero(died <= month)
        stayed = np.count_nonzero((born <= month) & (died > month + months))
        shares.append(ratio(float(stayed), float(there)))
    return np.array(shares)


def helped_five_years_ago(r: Reading) -> tuple[np.ndarray, np.ndarray]:
    """Those of ``first_help`` that were accepted five years before the month or earlier."""
    rows, accepted = first_help(r)
    seen = accepted < r.month - FIVE_YEARS
    return rows[seen], accepted[seen]


def raw_survival_gap(r: Reading) -> float:
    """Share of the firms accepted that are alive five years later, less that of all firms alive in the months
    in which they were accepted, in points (EFF-36: firms with aid and without, as they are; there, new firms
    of people out of work). All firms: many of them are smaller or younger than those accepted."""
    rows, accepted = helped_five_years_ago(r)
    if not len(rows):
        return float("nan")
    helped = float(alive_at(r.world, rows, accepted + FIVE_YEARS).mean())
    months, counts = np.unique(accepted, return_counts=True)
    others = float(np.average(surviving_shares(r.world, months, FIVE_YEARS), weights=counts))
    return 100 * (helped - others)


def survival_effect(r: Reading) -> float:
    """Share of the firms accepted that are alive five years later, less that of the same firms in the world
    without schemes, in points (EFF-36: near nil once selection is handled)."""
    rows, accepted = helped_five_years_ago(r)
    if not len(rows) or r.control is None:
        return float("nan")
    then = accepted + FIVE_YEARS
    helped, alone = (float(alive_at(world, rows, then).mean()) for world in (r.world, r.control))
    return 100 * (helped - alone)
