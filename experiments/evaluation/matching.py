"""Firms like those that were helped: same sector and year, nearest in size, age and past growth."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from experiments.evaluation.seen import Seen
from sim.world import CENSUS_MONTHS

NEIGHBOURS = 3
NO_SPREAD = 1e-12


@dataclass(frozen=True)
class Pairs:
    """Helped firms and their likes, a row each. ``change``: headcount now less that before the helped firm
    asked; ``weight``: 1 of a helped firm, 1 / neighbours of each of its likes."""

    firm: np.ndarray
    treated: np.ndarray
    change: np.ndarray
    weight: np.ndarray


def match(seen: Seen) -> Pairs:
    """Beside each helped firm with a headcount before, the ``NEIGHBOURS`` nearest firms of its sector that
    were never helped, by log size, log age and growth in the year before, at the last count before it asked,
    each in standard deviations of these firms. A firm may be like several. Firms without likes are left
    out."""
    year = seen.asked // CENSUS_MONTHS
    parts = [_in_year(seen, int(y), seen.helped[year == y]) for y in np.unique(year)]
    if not parts:
        empty = np.zeros(0)
        return Pairs(np.zeros(0, np.int64), np.zeros(0, bool), empty, empty)
    return Pairs(*(np.concatenate(column) for column in zip(*parts)))


def _in_year(seen: Seen, year: int, helped: np.ndarray) -> tuple[np.ndarray, ...]:
    """Columns of ``Pairs`` for the firms that asked in the year after one count."""
    there = seen.counts[year] > 0
    pool = there.copy()
    pool[seen.helped] = False
    about = _about(seen, year)
    spread = about[pool].std(axis=0) if pool.any() else np.ones(about.shape[1])
    about = about / (spread + NO_SPREAD)
    helped = helped[there[helped]]
    mine, likes = [], []
    for sector in np.unique(seen.sector[helped]):
        own = helped[seen.sector[helped] == sector]
        others = np.flatnonzero(pool & (seen.sector == sector))
        if len(others) >= NEIGHBOURS:
            mine.append(own)
            likes.append(others[cKDTree(about[others]).query(about[own], k=NEIGHBOURS)[1]].ravel())
    mine_, likes_ = (np.concatenate([np.zeros(0, np.int64), *rows]) for rows in (mine, likes))
    firm = np.concatenate([mine_, likes_])
    treated = np.arange(len(firm)) < len(mine_)
    weight = np.where(treated, 1.0, 1.0 / NEIGHBOURS)
    return firm, treated, seen.now[firm] - seen.counts[year][firm], weight


def _about(seen: Seen, year: int) -> np.ndarray:
    """Log size, log age and growth of the year before (0 where there was none) of every firm."""
    size, past = seen.counts[year], seen.counts[max(year - 1, 0)]
    age = np.maximum(year * CENSUS_MONTHS - seen.born, 0)
    log_size, log_past = (np.log(np.maximum(n, 1.0)) for n in (size, past))
    return np.column_stack([log_size, np.log1p(age), np.where(past > 0, log_size - log_past, 0.0)])
