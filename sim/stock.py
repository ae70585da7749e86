"""The firms that the worlds of a draw begin with, whatever schemes there are."""

from typing import Any, NamedTuple

import numpy as np

from sim.compiled import compiled
from sim.draws import BIRTHS, poisson
from sim.economy.demography import CEILING, hump
from sim.economy.population import OLDEST, expected_exits, initial_firms
from sim.economy.projects import most_recalled, recall_projects
from sim.handle import handle_of
from sim.parameters import ECONOMY_DTYPE
from sim.state import FULL, N_HIRING, N_PENDING, N_PROJECTS, PROJECT, SME, Table, Tables, unwritten, zeros


def firm_columns(rows: int) -> dict[str, Any]:
    """Blank columns of so many firms, by name: those in which the worlds of a draw begin alike."""
    return {
        "size": np.zeros(rows),
        "born": np.zeros(rows, np.int32),
        "sector": np.zeros(rows, np.int32),
        "exit_factor": np.zeros(rows),
        "open_factor": np.zeros(rows),
        "exit_most": np.zeros(rows, np.float32),
        "open_most": np.zeros(rows, np.float32),
        "own_growth": np.zeros(rows),
        "busy": np.zeros(rows, np.int8),
        "smes": zeros(rows, SME),
    }


def project_tables(rows: int) -> dict[str, Any]:
    """Room for so many projects, and for the lists of those that are open and of those that hire."""
    return {
        "projects": unwritten(rows, PROJECT),
        "pending": np.empty(rows, np.int64),
        "hiring": np.empty(rows, np.int64),
    }


@compiled
def age_hazards(economy):
    """Monthly exit hazard by age (0 to OLDEST months) of a very large firm of middling capability."""
    p = economy[0]
    hazards = np.zeros(OLDEST)
    for age in range(OLDEST):
        hazards[age] = p.exit_base + hump(age, p.exit_hump, 1.0 / p.exit_peak_months)
    return hazards


@compiled
def uid_of(basin, month, slot):
    """Identity of a firm: 24 bits of basin, 16 of month (0 for the initial stock, else month of birth + 1),
    24 of slot."""
    return (basin << 40) | (month << 24) | slot


@compiled
def number(first, ends, initial):
    """Identities of the rows of every basin: ``initial`` firms each, then unborn candidates. ``first``,
    ``ends``: as ``lay_out`` has them."""
    uid = np.zeros(ends[-1, -1], np.uint64)
    for b in range(first.shape[0]):
        for j in range(initial[b]):
            uid[first[b] + j] = uid_of(b, np.int64(0), j)
        for t in range(ends.shape[1] - 1):
            for j in range(ends[b, t + 1] - ends[b, t]):
                uid[ends[b, t] + j] = uid_of(b, t + 1, j)
    return uid


@compiled
def recall(w):
    """Projects that the initial firms hold when the case begins."""
    p = w.economy[0]
    for b in range(w.basins.shape[0]):
        recall_projects(w, b, p, w.seed[0])


@compiled
def count_candidates(births, seed, horizon):
    """Candidates for birth by basin and month: Poisson of 1.5 times the expected births, keyed (basin,
    month). Shape (basins, months)."""
    counts = np.zeros((births.shape[0], horizon), np.int64)
    for b in range(births.shape[0]):
        for t in range(horizon):
            counts[b, t] = poisson(CEILING * births[b], seed, BIRTHS, b, t + 1)
    return counts


def lay_out(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First row of each basin, and end of its rows by month, from initial firms and candidates by month.

    ``counts``: (basins, months + 1), column 0 the initial stock. Returns arrays (basins,) and
    (basins, months + 1)."""
    totals = counts.sum(axis=1)
    first = np.concatenate([[0], np.cumsum(totals)[:-1]]).astype(np.int64)
    return first, first[:, None] + np.cumsum(counts, axis=1)


class Stock(NamedTuple):
    """What the worlds of a draw begin with.

    Rows of every basin are its ``initial`` firms, then the candidates for birth that the exits they expect
    make room for: ``first``, ``ends`` and ``uid`` of them all. ``births``: expected in a month, by basin. Of
    the initial firms alone, which stand one after the other: ``columns`` by name, and the ``projects`` that
    they hold when the case begins, by row those still ``pending`` and those ``hiring``.
    """

    initial: np.ndarray
    first: np.ndarray
    ends: np.ndarray
    uid: np.ndarray
    births: np.ndarray
    columns: dict[str, np.ndarray]
    projects: Table
    pending: np.ndarray
    hiring: np.ndarray


def room_for(w: Tables, initial: np.ndarray, economy: np.ndarray, seed: int) -> Tables:
    """The same tables with room for so many firms a basin, and for the projects that they recall: new memory
    for all that is written when they are drawn."""
    first, ends = lay_out(initial[:, None])
    n = int(initial.sum())
    basins = w.basins.copy()
    basins.first = first
    record = economy.view(ECONOMY_DTYPE).view(np.recarray)
    return w._replace(
        seed=np.array([seed], np.uint64),
        counts=np.zeros(FULL + 1, np.int64),
        economy=record,
        basins=basins,
        ends=ends,
        uid=number(first, ends, initial),
        **firm_columns(n),
        **project_tables(n * most_recalled(record[0])),
    )


def draw_stock(nobody: Tables, initial: np.ndarray, horizon: int, economy: np.ndarray, seed: int) -> Stock:
    """Draws ``initial`` firms a basin (shape (basins,)), their past, and how many candidates for birth the
    months until ``horizon`` may need. ``nobody``: tables of these basins without a firm; ``economy``: the
    uncertainties in declared order."""
    w = room_for(nobody, initial, economy, seed)
    first, ends = w.basins.first, w.ends
    handle = handle_of(w)
    by_age = age_hazards(w.economy)
    cumulated = np.concatenate([[0.0], np.cumsum(by_age)])
    births = np.zeros(len(initial))
    for b in range(len(initial)):
        initial_firms(handle, b, np.arange(first[b], ends[b, 0]), cumulated)
        rows = slice(first[b], ends[b, 0])
        births[b] = w.economy.births_ratio[0] * expected_exits(
            w.size[rows], w.born[rows], w.exit_factor[rows], by_age, w.economy.exit_small[0]
        )
    recall(handle)
    candidates = count_candidates(births, np.uint64(seed), horizon)
    whole = lay_out(np.concatenate([initial[:, None], candidates], axis=1))
    projects = w.projects[: w.counts[N_PROJECTS]]
    pending, hiring = w.pending[: w.counts[N_PENDING]], w.hiring[: w.counts[N_HIRING]]
    projects.firm += (whole[0] - first)[projects.basin]
    columns = {name: getattr(w, name) for name in firm_columns(0)}
    return Stock(initial, *whole, number(*whole, initial), births, columns, projects, pending, hiring)
