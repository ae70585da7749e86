"""What an evaluator would find: members beside firms like them, before and after.

A matched difference in differences, as those who evaluated the pôles have done: he knows who is a member, and
of every firm its sector, size, age, growth and R&D before; not the world without pôles, nor who has ideas.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.draws import SURVEYED, generator
from sim.poles_seen import heads, research_euros
from sim.spec import YEAR
from sim.state import NEVER
from sim.world import World

BEFORE = 12  # month of the headcount before: the first projects start in month 9
SAMPLE = 1300  # members that a survey of R&D holds


@dataclass(frozen=True)
class Matched:
    """Members (rows of firms, sorted) and for each of them a like firm that never was one."""

    members: np.ndarray
    controls: np.ndarray

    def difference(self, change: np.ndarray) -> tuple[float, float]:
        """Mean change of members less that of their likes, and its standard error; a firm that is the like of
        several counts as often. ``change``: of every firm."""
        mine, other = change[self.members], change[self.controls]
        n = len(mine)
        if n < 3:
            return float("nan"), float("nan")
        _, firms = np.unique(self.controls, return_counts=True)
        variance = mine.var(ddof=1) / n + other.var(ddof=1) * float((firms.astype(float) ** 2).sum()) / n**2
        return float(mine.mean() - other.mean()), float(np.sqrt(variance))


def joined_by(world: World, month: int) -> np.ndarray:
    """Of all firms, those that became members before a month."""
    found = np.zeros(len(world.tables.size), bool)
    rows = world.memberships
    found[rows.firm[(rows.joined != NEVER) & (rows.joined < month)]] = True
    return found


def research_in_year(world: World, month: int) -> np.ndarray:
    """R&D of every firm in the twelve months around a headcount (euros)."""
    first = max(0, month - YEAR // 2)
    return research_euros(world, first, first + YEAR, heads(world, month))


@lru_cache(maxsize=4)
def match(world: World, month: int) -> Matched:
    """Members that joined a year or more before a headcount and did research before, a sample of them, each
    beside the nearest firm (log size, log R&D, age, growth in the year before) of its sector that did
    research and was no member by then. Both were there at the first headcount and are at this one."""
    from scipy.spatial import cKDTree  # a tenth of a second, for workers that match nobody

    t = world.tables
    first, before, now = heads(world, 0), heads(world, BEFORE), heads(world, month)
    spent = research_in_year(world, 0)
    there = (first > 0) & (before > 0) & (now > 0) & (spent > 0)
    member, ever = joined_by(world, month - YEAR), joined_by(world, month)
    mine, others = np.flatnonzero(there & member), np.flatnonzero(there & ~ever)
    if len(mine) > SAMPLE:
        chosen = generator(world.seed, SURVEYED).permutation(len(mine))[:SAMPLE]
        mine = np.sort(mine[chosen])
    with np.errstate(divide="ignore", invalid="ignore"):
        about = np.column_stack(
            [np.log(before), np.log(spent), np.log1p(np.minimum(-t.born, 240)), np.log(before / first)]
        )
    both = np.concatenate([mine, others])
    about[both] /= about[both].std(axis=0) + 1e-12
    kept, like = [], []
    for sector in np.unique(t.sector[mine]):
        own, pool = mine[t.sector[mine] == sector], others[t.sector[others] == sector]
        if len(pool):
            kept.append(own)
            like.append(pool[cKDTree(about[pool]).query(about[own])[1]])
    if not kept:
        return Matched(mine[:0], mine[:0])
    return Matched(np.concatenate(kept), np.concatenate(like))


def effect_on_research(world: World, month: int) -> tuple[float, float, float]:
    """Effect of membership on yearly R&D around a headcount: thousands of euros a firm, its standard error,
    percent of the R&D of members before."""
    matched = match(world, month)
    before = research_in_year(world, 0)
    effect, error = matched.difference(research_in_year(world, month) - before)
    base = float(before[matched.members].mean()) if len(matched.members) else float("nan")
    return effect / 1000.0, error / 1000.0, 100.0 * effect / base


def effect_on_jobs(world: World, month: int) -> tuple[float, float]:
    """Effect of membership on log headcount since month 12, and its standard error."""
    before, now = heads(world, BEFORE), heads(world, month)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log(now) - np.log(before)
    return match(world, month).difference(change)
