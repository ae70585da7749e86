"""Two worlds that share every draw: what a policy changed, and why.

World 1 has the policy, world 0 has no scheme. Row i is the same firm in both. Every change of employment has
a cause, so the difference between the worlds splits by cause exactly, whatever the order of counting.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.columns import difference_by_basin
from sim.compiled import compiled
from sim.economy.projects import HIRING_MONTHS
from sim.once import once
from sim.spec import GAINS
from sim.state import HIRING, NEVER, B, C, D, K, O, P, S, Table, X, zeros
from sim.survey import gains, survey_of
from sim.world import World

WINDOW_MONTHS = 36  # after acceptance, during which a firm's hires are counted as the scheme's
FOREVER = 10**6  # months, for a membership that lasts

# ``stop``: month after the last in which hires are counted
HELPED = np.dtype([("firm", "i8"), ("accepted", "i4"), ("stop", "i4"), ("local", "i4")], align=True)


@dataclass(frozen=True)
class Windows:
    """Months during which firms' hires are counted: firm rows (sorted), first month, month after the last;
    ``asked``: the first row of the firm in the table of those helped.

    A firm's windows are united, so that each hire is counted once.
    """

    firm: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    asked: np.ndarray


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


@once
def asked(files: Table) -> Table:
    """Accepted files in the columns of ``members``: a file's window has ``WINDOW_MONTHS``."""
    return _helped(files.firm, files.accepted, files.accepted + WINDOW_MONTHS, files.local)


@once
def _both(one: Table, other: Table) -> Table:
    """The rows of one table of firms helped, then those of another."""
    rows = zeros(len(one) + len(other), HELPED)
    rows[: len(one)], rows[len(one) :] = one, other
    return rows


@once
def helped(world: World, until: int | None = None, scheme: int | None = None) -> Table:
    """Accepted files, then memberships, in columns firm, accepted (month), stop (month), local."""
    return _both(asked(accepted_files(world, until, scheme)), members(world, until, scheme))


@once
def windows(helped: Table) -> Windows:
    """Union, firm by firm, of the windows [accepted, stop) of accepted files and memberships."""
    firms = helped.firm.max(initial=-1) + 1
    first, earliest, after = (np.full(n, NEVER) for n in (firms, firms, len(helped)))
    found = np.empty((4, len(helped)), np.int64)
    return Windows(*found[:, : united(helped, first, earliest, after, found)])


@compiled
def united(helped, first, earliest, after, found):
    """Writes the columns of ``windows`` into the rows of ``found``; returns how many there are. To be found
    here, NEVER before: the first row of each firm, its earliest by month, the one after each by month."""
    for k in range(helped.shape[0] - 1, -1, -1):
        firm = helped[k].firm
        first[firm] = k
        before, at = NEVER, earliest[firm]
        while at != NEVER and helped[at].accepted < helped[k].accepted:
            before, at = at, after[at]
        after[k] = at
        if before == NEVER:
            earliest[firm] = k
        else:
            after[before] = k
    w = -1
    for firm in range(first.shape[0]):
        at = earliest[firm]
        while at != NEVER:
            row = helped[at]
            if at == earliest[firm] or row.accepted > found[2, w]:
                w += 1
                found[0, w] = firm
                found[1, w] = row.accepted
                found[2, w] = row.stop
                found[3, w] = first[firm]
            elif row.stop > found[2, w]:
                found[2, w] = row.stop
            at = after[at]
    return w + 1


@once
def realised(world: World, seen: Windows, until: int | None = None) -> np.ndarray:
    """Hires (jobs) for projects, and changes by research and by contracts of their own, of firms within their
    windows and before ``until``; shape (windows,). What a firm loses because another wins its contract is
    displacement, whoever it is.

    A project hires a twelfth of its jobs a month from the month it is due.
    """
    until = world.month if until is None else until
    first = np.full(len(world.tables.size), NEVER)
    moved = np.zeros((2, len(seen.firm)))
    moved_within(world.projects, world.flows, seen.firm, seen.start, seen.stop, first, until, moved)
    return moved[0] + moved[1]


@compiled
def moved_within(projects, flows, firm, start, stop, first, until, moved):
    """The terms of ``realised``, added to those of projects and to those of flows in ``moved``. ``firm``,
    ``start``, ``stop``: of each window; ``first``: NEVER for each firm, its first window to be found here."""
    n = firm.shape[0]
    for k in range(n - 1, -1, -1):
        first[firm[k]] = k
    for p in range(projects.shape[0]):
        row = projects[p]
        k = first[row.firm]
        while 0 <= k < n and firm[k] == row.firm:
            begin, end = start[k], stop[k]
            if row.due > begin:
                begin = np.int64(row.due)
            if row.due + row.hired_months < end:
                end = np.int64(row.due + row.hired_months)
            if until < end:
                end = until
            if end > begin:
                moved[0, k] += (end - begin) * row.jobs / HIRING_MONTHS
            k += 1
    for p in range(flows.shape[0]):
        flow = flows[p]
        k = first[flow.firm] if flow.lost == 0 and flow.month < until else n
        while 0 <= k < n and firm[k] == flow.firm:
            if start[k] <= flow.month < stop[k]:
                moved[1, k] += flow.jobs
            k += 1


@once
def lost_contracts(world: World) -> np.ndarray:
    """Change of employment of each firm because others win contracts that it had; shape (firms,)."""
    flows = world.flows
    lost = np.flatnonzero(flows.lost == 1)
    return np.bincount(flows.firm[lost], flows.jobs[lost], minlength=len(world.tables.size))


@once
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
    gaining, hiring = _by_rule(world, files)
    seen = without or world
    total = 0.0
    if len(gaining):
        total += float(gains(seen, survey_of(world, gaining), until).sum())
    if len(hiring) or len(joined):
        total += _declared_hires(world, hiring, joined, until, without)
    return total


@once
def _by_rule(world: World, files: Table) -> tuple[Table, Table]:
    """Files of schemes that declare gains, files of schemes that declare hires."""
    by_gains = world.tables.rules.declare[files.local] == GAINS
    return files[by_gains], files[~by_gains]


def _declared_hires(
    world: World, files: Table, joined: Table, until: int | None, without: World | None
) -> float:
    """``reported``, by schemes that count hires."""
    those = _both(asked(files), joined)
    seen = windows(those)
    rules = world.tables.rules
    response = rules.declare_response[those.local[seen.asked]]
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
