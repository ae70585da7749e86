"""What became of firms that were helped: needs read rightly, actions in a row, turnover, jobs, growth."""

from collections.abc import Callable

import numpy as np

from sim.columns import distinct, earliest
from sim.economy.sectors import TURNOVER_PER_JOB
from sim.once import once
from sim.outcome import count, mean
from sim.pair import Pair, accepted_files
from sim.spec import YEAR
from sim.state import ACTION, COMPLETED, N_ALUMNI, N_OPEN, NEEDS, NEVER, Table
from sim.world import World

GROWS = 1.1  # turnover over that of the application: ten per cent more
SHRINKS = 0.9
SINCE, UNTIL = 12, 36  # months between acceptance and the end for a trajectory to be told

Column = Callable[[World], np.ndarray]


@once
def moved_rows(world: World) -> np.ndarray:
    """Rows of the firms whose turnover a job may not be that of their sector: those that gain from help, and
    those whose director is away for it. A row may stand there twice."""
    t = world.tables
    away = world.files.firm[t.open_files[: t.counts[N_OPEN]]]
    return np.concatenate([t.alumni[: t.counts[N_ALUMNI]], away])


@once
def usual_turnover(world: World) -> np.ndarray:
    """Turnover of every firm at that of a job of its sector, in euros a year."""
    return world.tables.size * TURNOVER_PER_JOB[world.tables.sector]


def times_gain(world: World, gain: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Turnover of every firm, n * turnover a job * exp(gain), in euros a year. ``gain``: of the firms in some
    rows; it is 0 for all others."""
    rows = moved_rows(world)
    found = usual_turnover(world).copy()
    found[rows] *= np.exp(gain(rows))
    return found


@once
def lasting_turnover(world: World) -> np.ndarray:
    """Turnover of every firm without the passing effect of advice, in euros a year: n * turnover a job *
    exp(y_c (c - c_base))."""
    smes, per_gain = world.tables.smes, world.tables.economy.turnover_capability[0]
    return times_gain(world, lambda rows: per_gain * (smes.capability[rows] - smes.baseline[rows]))


@once
def turnover_of(world: World) -> np.ndarray:
    """Turnover of every firm: n * turnover a job * exp(y_c (c - c_base) + A), in euros a year."""
    smes, per_gain = world.tables.smes, world.tables.economy.turnover_capability[0]

    def gain(rows: np.ndarray) -> np.ndarray:
        return per_gain * (smes.capability[rows] - smes.baseline[rows]) + smes.advice[rows]

    return times_gain(world, gain)


def size_of(world: World) -> np.ndarray:
    """Jobs of every firm."""
    return world.tables.size


@once
def started_files(world: World) -> Table:
    """Files whose help has started."""
    return world.files[world.files.started != NEVER]


@once
def firms_since(world: World, year: int) -> np.ndarray:
    """Rows of the firms whose first completed help ended in the ``year``-th year before the end (1: within
    the last twelve months)."""
    files = world.files[world.files.state == COMPLETED]
    first = earliest(files.firm, files.ended)
    rows, months = files.firm[first], world.month - 1 - files.ended[first]
    return rows[(months >= YEAR * (year - 1)) & (months < YEAR * year)]


def gain(pair: Pair, column: Column, year: int) -> float:
    """Sum of a column over the firms helped in that year before the end, over the same firms without any
    scheme, less 1, in percent."""
    rows = firms_since(pair.treated, year)
    without = float(column(pair.control)[rows].sum())
    return 100.0 * (float(column(pair.treated)[rows].sum()) / without - 1.0) if without else float("nan")


def misread(world: World, diagnosed: np.integer) -> float:
    """Share of the help started that aims at a wrong need, among all, with this kind of diagnostic."""
    files = started_files(world)
    return mean((files.read_rightly == 0) & (files.diagnosed == diagnosed))


def actions_a_pathway(world: World) -> float:
    """Help started over pathways begun."""
    files = started_files(world)
    begun = count(files.step == 0)
    return len(files) / begun if begun else float("nan")


def offer_gap(world: World) -> float:
    """Half the sum over themes of |share of the seats offered - share of the needs of those who came|, mean
    over schemes made of actions; not a number where there is none."""
    t, files = world.tables, world.files
    gaps = []
    for s in distinct(t.locals.scheme[t.rules.format == ACTION]):
        needs = files.need[t.locals.scheme[files.local] == s]
        if len(needs):
            shares = np.bincount(needs, minlength=len(NEEDS)) / len(needs)
            supply = t.themes.supply[s * len(NEEDS) : (s + 1) * len(NEEDS)]
            gaps.append(np.abs(supply - shares).sum() / 2)
    return mean(np.array(gaps))


@once
def followed(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Firms first accepted between twelve and thirty-six months before the end, and their turnover then:
    their headcount when they applied, at the turnover a job of their sector."""
    files = accepted_files(world)
    files = files[earliest(files.firm, files.accepted)]
    months = world.month - files.accepted
    files = files[(months >= SINCE) & (months < UNTIL)]
    return files.firm, files["size"] * TURNOVER_PER_JOB[world.tables.sector[files.firm]]


@once
def grown(world: World, of: World, column: Column = turnover_of) -> np.ndarray:
    """Turnover in ``world`` of the firms followed in ``of``, over that of their application; 0 for those that
    have closed."""
    rows, before = followed(of)
    return column(world)[rows] / before


def sound_growth(world: World) -> float:
    """Of the firms followed whose turnover grows, the share whose turnover would also grow without the
    passing effect of advice."""
    growing = grown(world, world) > GROWS
    return mean(grown(world, world, lasting_turnover)[growing] > GROWS)


def growing_gain(pair: Pair) -> float:
    """Share of the firms followed whose turnover grows, less that of the same firms without any scheme, in
    points."""
    with_help, without = (mean(grown(w, pair.treated) > GROWS) for w in (pair.treated, pair.control))
    return 100.0 * (with_help - without)
