"""What a scheme's own survey counts: headcounts of the firms that took part, three years on, gainers only.

Such a count holds ordinary changes of headcount, whatever the scheme did: firms that grow are counted and
firms that shrink are not. Asked in the world without schemes about the same firms, it says how many "jobs
created" ordinary churn alone would have given.
"""

from dataclasses import dataclass

import numpy as np

from sim.columns import distinct, earliest
from sim.draws import RESPONSE, draw_each
from sim.once import once
from sim.state import NEVER, Table
from sim.world import CENSUS_MONTHS, World

SURVEY_MONTHS = 36  # after the start of the pathway


@dataclass(frozen=True)
class Survey:
    """Firms that a survey asks, sorted by row: headcount when they applied, month in which their first
    pathway started, whether they answer (0 or 1)."""

    firm: np.ndarray
    before: np.ndarray
    started: np.ndarray
    answers: np.ndarray


@once
def survey_of(world: World, files: Table) -> Survey:
    """The survey of the firms whose pathway started, among these files; a firm is asked about its first."""
    files = files[files.started != NEVER]
    files = files[earliest(files.firm, files.started)]
    rules = world.tables.rules.declare_response[files.local]
    codes = world.tables.locals.code[files.local]
    drawn = draw_each(np.uint64(world.seed), RESPONSE, world.tables.uid[files.firm], 0, codes)
    answers = drawn < rules
    return Survey(files.firm.astype(np.int64), files["size"], files.started.astype(np.int64), answers)


def counted(world: World, month: np.ndarray, until: int) -> np.ndarray:
    """Month of the count that tells most of each month: the yearly one nearest to it (half a year later of
    two that are equally near), or the last by ``until``, which is one of ``until`` itself if the world stands
    there."""
    last = until if until == world.month else until // CENSUS_MONTHS * CENSUS_MONTHS
    return np.minimum((month + CENSUS_MONTHS // 2) // CENSUS_MONTHS * CENSUS_MONTHS, last)


def headcount(world: World, firm: np.ndarray, month: np.ndarray, until: int) -> np.ndarray:
    """Headcount of firms at the count that tells most of a month (``counted``); 0 for a firm that has
    closed."""
    if not world.headcounts:
        raise ValueError("this world keeps no headcounts: its specification has no scheme that counts gains")
    at = counted(world, month, until)
    found = np.zeros(len(firm), np.float32)
    for when in distinct(at):
        year, rest = divmod(int(when), CENSUS_MONTHS)
        jobs = world.tables.size if rest else world.headcounts[year]
        found[at == when] = jobs[firm[at == when]]
    return found


def gains(world: World, asked: Survey, until: int | None = None) -> np.ndarray:
    """Jobs gained by each firm of a survey, in this world or in its pair: headcount three years after the
    start of its pathway less that when it applied; 0 for those that lost, do not answer or have not been
    counted since that start."""
    until = world.month if until is None else until
    month = asked.started + SURVEY_MONTHS
    after = headcount(world, asked.firm, month, until)
    since = asked.started < counted(world, month, until)
    return np.where(asked.answers & since, np.maximum(after - asked.before, 0.0), 0.0)
