"""Two worlds that share every draw: what a policy changed, and why.

World 1 has the policy, world 0 has no scheme. Row i is the same firm in both. Every change of employment has
a cause, so the difference between the worlds splits by cause exactly, whatever the order of counting.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.columns import difference_by_basin
from sim.economy.projects import HIRING_MONTHS
from sim.once import once
from sim.rows import as_table
from sim.spec import GAINS
from sim.state import HIRING, NEVER, B, C, D, K, O, P, S, Table, X, zeros
from sim.survey import gains, survey_of
from sim.world import World

WINDOW_MONTHS = 36  # after acceptance, during which a firm's hires are counted as the scheme's
FOREVER = 10**6  # months, for a membership that lasts

# ``stop``: month after the last in which hires are counted
HELPED = np.dtype([("firm", "i8"), ("accepted", "i4"), ("stop", "i4"), ("local", "i4")])


@dataclass(frozen=True)
class Windows:
    """Months during which firms' hires are counted: firm rows (sorted), first month, month after the last.

    A firm's windows are united, so that each hire is counted once.
    """

    firm: np.ndarray
    start: np.ndarray
    stop: np.ndarray


@once
def accepted_files(world: World, until: int | None = None, scheme: int | None = None) -> Table:
    """Files accepted before month ``until``, of one scheme (its position in the specification) or all.

    A scheme that declares gains asks those who took part: of its files, those whose pathway has started.
    """
    files = world.files
    keep = files.accepted != NEVER
    if until is not None:
        keep &= files.accepted < until
    took_part = files.started != NEVER
    if until is not None:
        took_part &= files.started < until
    keep &= took_part | (world.tables.rules.declare[files.local] != GAINS)
    if scheme is not None:
        keep &= world.tables.locals.scheme[files.local] == scheme
    return files[keep]


@once
def members(world: World, until: int | None = None, scheme: int | None = None) -> Table:
    """Firms that became members before month ``until`` (columns firm, accepted, stop, local): to schemes made
    of members, joining is what being accepted is to others, for as long as the membership lasts."""
    rows = world.memberships
    keep = rows.joined != NEVER
    if until is not None:
        keep &= rows.joined < until
    if scheme is not None:
        keep &= world.tables.locals.scheme[rows.local] == scheme
    rows = rows[keep]
    left = (rows.left != NEVER) & ((rows.left < until) if until is not None else True)
    stop = np.where(left, rows.left + WINDOW_MONTHS, FOREVER)
    return _helped(rows.firm, rows.joined, stop, rows.local)


def _helped(firm: np.ndarray, accepted: np.ndarray, stop: np.ndarray, local: np.ndarray) -> Table:
    rows = zeros(len(firm), HELPED)
    rows.firm, rows.accepted, rows.stop, rows.local = firm, accepted, stop, local
    return rows


def asked(files: Table) -> Table:
    """Accepted files in the columns of ``members``: a file's window has ``WINDOW_MONTHS``."""
    return _helped(files.firm, files.accepted, files.accepted + WINDOW_MONTHS, files.local)


@once
def helped(world: World, until: int | None = None, scheme: int | None = None) -> Table:
    """Accepted files, then memberships, in columns firm, accepted (month), stop (month), local."""
    found = asked(accepted_files(world, until, scheme))
    return as_table(np.concatenate([found, members(world, until, scheme)]))


@once
def windows(helped: Table) -> Windows:
    """Union, firm by firm, of the windows [accepted, stop) of accepted files and memberships."""
    order = np.lexsort((helped.accepted, helped.firm))
    firm, start = helped.firm[order].astype(np.int64), helped.accepted[order].astype(np.int64)
    stop = helped.stop[order].astype(np.int64)
    if not len(firm):
        return Windows(firm, start, stop)
    # running maximum of the stops within a firm: firms are set apart by more than any month
    apart = (np.cumsum(np.append(0, firm[1:] != firm[:-1]))) * (2 * FOREVER)
    latest = np.maximum.accumulate(stop + apart) - apart
    fresh = np.ones(len(firm), bool)
    fresh[1:] = (firm[1:] != firm[:-1]) | (start[1:] > latest[:-1])
    last = np.append(np.flatnonzero(fresh)[1:] - 1, len(firm) - 1)
    return Windows(firm[fresh], start[fresh], latest[last])


@once
def realised(world: World, seen: Windows, until: int | None = None) -> np.ndarray:
    """Hires (jobs) for projects, and changes by research and by contracts of their own, of firms within their
    windows and before ``until``; shape (windows,). What a firm loses because another wins its contract is
    displacement, whoever it is.

    A project hires a twelfth of its jobs a month from the month it is due.
    """
    until = world.month if until is None else until
    projects = world.projects
    hires = np.flatnonzero(projects.hired_months > 0)
    which, window = _meet(projects.firm[hires], seen)
    which = hires[which]
    due = projects.due[which].astype(np.int64)
    begin = np.maximum(due, seen.start[window])
    end = np.minimum(np.minimum(due + projects.hired_months[which], seen.stop[window]), until)
    hired = np.maximum(end - begin, 0) * projects.jobs[which] / HIRING_MONTHS
    total = np.bincount(window, hired, minlength=len(seen.firm))
    return total + _moved(world, seen, until)


def _moved(world: World, seen: Windows, until: int) -> np.ndarray:
    """Changes by research, and by contracts of the firms themselves, within the windows; shape (windows,)."""
    flows = world.flows
    own = np.flatnonzero((flows.lost == 0) & (flows.month < until))
    which, window = _meet(flows.firm[own], seen)
    which = own[which]
    month = flows.month[which]
    inside = (month >= seen.start[window]) & (month < seen.stop[window])
    return np.bincount(window[inside], flows.jobs[which[inside]], minlength=len(seen.firm))


@once
def lost_contracts(world: World) -> np.ndarray:
    """Change of employment of each firm because others win contracts that it had; shape (firms,)."""
    flows = world.flows
    lost = np.flatnonzero(flows.lost == 1)
    return np.bincount(flows.firm[lost], flows.jobs[lost], minlength=len(world.tables.size))


def _meet(firm: np.ndarray, seen: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Every pair (position in ``firm``, window) of the same firm."""
    most = max(seen.firm.max(initial=-1), firm.max(initial=-1)) + 1
    number = np.bincount(seen.firm, minlength=most)
    counts = number[firm]
    first = np.cumsum(number)[firm] - counts
    which = np.repeat(np.arange(len(firm)), counts)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return which, np.repeat(first, counts) + offset


def pending_jobs(world: World, files: Table, until: int | None = None) -> np.ndarray:
    """Jobs still promised by these files at the end of month ``until`` - 1: not decided, or not yet hired, of
    firms alive; shape (files,). A file that found no help promises nothing any more; nor does a later action
    of a pathway, whose project is counted with the first."""
    until = world.month if until is None else until
    project = world.projects[files.project]
    died = world.tables.smes.died[files.firm]
    alive = (died == NEVER) | (died >= until)
    unhelped = (files.started == NEVER) & (files.ended != NEVER) & (files.ended < until)
    hired = np.clip(until - project.due, 0, HIRING_MONTHS)
    # a project decided before ``until`` that has hired, or hires, is a success
    success = (project.due < until) & ((project.hired_months > 0) | (project.state == HIRING))
    left = np.where(
        project.due >= until, project.jobs, np.where(success, project.jobs * (1 - hired / HIRING_MONTHS), 0.0)
    )
    return np.where(alive & ~unhelped & (files.step == 0), left, 0.0)


@once
def declared(
    world: World, until: int | None = None, scheme: int | None = None, without: World | None = None
) -> float:
    """``reported``, by the firms that all schemes, or one, have accepted before month ``until``."""
    joined = members(world, until, scheme)
    return reported(world, accepted_files(world, until, scheme), until, without, joined)


def reported(
    world: World,
    files: Table,
    until: int | None = None,
    without: World | None = None,
    joined: Table | None = None,
) -> float:
    """Jobs as the schemes declare them for these files and memberships (``joined``), each by its own rule.

    Hires: response * (realised + share of pending jobs that it counts). Gains: of headcount, three years
    after the start, of the firms that answer. ``without``: the same firms asked in this other world, whatever
    is pending left out.
    """
    joined = asked(files[:0]) if joined is None else joined
    if not len(files) and not len(joined):
        return 0.0
    by_gains = world.tables.rules.declare[files.local] == GAINS
    seen = without or world
    total = 0.0
    if by_gains.any():
        total += float(gains(seen, survey_of(world, files[by_gains]), until).sum())
    if not by_gains.all() or len(joined):
        total += _declared_hires(world, files[~by_gains], joined, until, without)
    return total


def _declared_hires(
    world: World, files: Table, joined: Table, until: int | None, without: World | None
) -> float:
    """``reported``, by schemes that count hires."""
    those = as_table(np.concatenate([asked(files), joined]))
    seen = windows(those)
    order = np.argsort(those.firm, kind="stable")
    rules = world.tables.rules
    response = rules.declare_response[those.local][order][np.searchsorted(those.firm[order], seen.firm)]
    total = float((response * realised(without or world, seen, until)).sum())
    if without:
        return total
    # column by column: a row of rules is long
    response, counted = rules.declare_response[files.local], rules.declare_pending[files.local]
    pending = response * counted * pending_jobs(world, files, until)
    return total + float(pending.sum())


@dataclass(frozen=True)
class Pair:
    """World 1 (``treated``) and world 0 (``control``), run to the same month with the same draws."""

    treated: World
    control: World

    def __post_init__(self) -> None:
        if self.treated.seed != self.control.seed or self.treated.month != self.control.month:
            raise ValueError("the worlds of a pair share their seed and their month")
        if not np.array_equal(self.treated.tables.uid, self.control.tables.uid):
            raise ValueError("the worlds of a pair have the same firms: same territory, parameters, horizon")

    @once
    def delta(self) -> np.ndarray:
        """Change of employment by cause, world 1 less world 0, since the start; shape (causes, firms)."""
        return self.treated.tables.causes - self.control.tables.causes

    @once
    def delta_by_basin(self) -> np.ndarray:
        """The same summed by basin; shape (causes, basins)."""
        t = self.treated.tables
        first, end = np.array(t.basins.first), t.ends[:, -1].copy()
        return difference_by_basin(t.causes, self.control.tables.causes, first, end)

    def waterfall(self, scheme: int | None = None) -> dict[str, float]:
        """From reported jobs to net jobs, exactly (jobs; ``reported`` - the bars = ``net``).

        R = N + deadweight + displacement - spill-over + attrition + other, with R the jobs realised in the
        windows of accepted firms, deadweight the hires of the same firms in the same months of world 0,
        displacement what competitors lose to hires and to contracts, attrition what is lost again, less what
        is kept that would have been lost (ordinary changes, exits, orders of large sites), and other the
        changes of projects, contracts won and births outside the windows.
        """
        seen = windows(helped(self.treated, scheme=scheme))
        said = declared(self.treated, scheme=scheme)
        real = float(realised(self.treated, seen).sum())
        deadweight = float(realised(self.control, seen).sum())
        change = self.delta().sum(axis=1)
        lost = float(lost_contracts(self.treated).sum() - lost_contracts(self.control).sum())
        return {
            "reported": said,
            "declaring": said - real,
            "realised": real,
            "deadweight": deadweight,
            "displacement": float(-change[D] - lost),
            "spillover": change[S],
            "attrition": -change[O] - change[X] - change[K],
            "other": float(real - deadweight - change[P] - (change[C] - lost) - change[B]),
            "net": float(change.sum()),
        }

    def waterfall_by_basin(self) -> Mapping[str, np.ndarray]:
        """``waterfall`` basin by basin; arrays of shape (basins,)."""
        seen = windows(helped(self.treated))
        n = len(self.treated.tables.basins)
        basin = self.treated.tables.smes.basin[seen.firm]
        real = np.bincount(basin, realised(self.treated, seen), minlength=n)
        deadweight = np.bincount(basin, realised(self.control, seen), minlength=n)
        change = self.delta_by_basin()
        found = lost_contracts(self.treated) - lost_contracts(self.control)
        rows = np.flatnonzero(found)
        lost = np.bincount(self.treated.tables.smes.basin[rows], found[rows], minlength=n)
        return {
            "realised": real,
            "deadweight": deadweight,
            "displacement": -change[D] - lost,
            "spillover": change[S],
            "attrition": -change[O] - change[X] - change[K],
            "other": real - deadweight - change[P] - (change[C] - lost) - change[B],
            "net": change.sum(axis=0),
        }
