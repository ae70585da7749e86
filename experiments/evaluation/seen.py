"""What an evaluator could see of one world: yearly headcounts, who asked, how the committee judged, who was
helped. Never the other world, nor projects, capability, or anything else that nobody records."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.draws import PRIORITY, draw
from sim.pair import accepted_files, members
from sim.spec import SchemeSpec, WorldSpec
from sim.state import ACTION, COHORT, MISSION, NEVER, basin_of_rows
from sim.support.selection import BY_MERIT, LOTTERY
from sim.world import CENSUS_MONTHS, World

# how firms get help, as far as an evaluation can use it
MERIT, COMMITTEE, LOTS, QUEUE, MEMBERS = "merit", "committee", "lots", "queue", "members"


@dataclass(frozen=True)
class Files:
    """Firms' first files, in the order of their firms. Arrays of one length.

    ``firm``: row; ``applied``: month; ``judged``: whether a committee has looked at it, be it that the firm
    waits for room since; ``accepted``, ``rejected``: whether it was, at that first file; ``margin``: merit
    less what the committee asks for (logit; of judged files); ``ticket``: lottery number, the highest first,
    where lots decide (else not a number).
    """

    firm: np.ndarray
    applied: np.ndarray
    judged: np.ndarray
    accepted: np.ndarray
    rejected: np.ndarray
    margin: np.ndarray
    ticket: np.ndarray


@dataclass(frozen=True)
class Seen:
    """One world at the date of the evaluation, a whole number of years after its start.

    ``counts``: headcounts (years + 1, firms), 0 where a firm is not there; of each firm ``basin``, ``sector``
    and ``born`` (month). ``helped``: rows of the firms helped so far, sorted, with ``asked``, the month in
    which each asked (or joined). ``planned``: month in which each basin was to open, ``NEVER`` if not;
    ``opened``: whether it did. ``admission``: how firms get help; ``patience``: months that a file waits.
    """

    counts: np.ndarray
    basin: np.ndarray
    sector: np.ndarray
    born: np.ndarray
    files: Files
    helped: np.ndarray
    asked: np.ndarray
    planned: np.ndarray
    opened: np.ndarray
    admission: str
    patience: float = 0.0

    @property
    def now(self) -> np.ndarray:
        """Headcounts at the date of the evaluation."""
        return self.counts[-1]

    def before(self, firm: np.ndarray, month: np.ndarray) -> np.ndarray:
        """Headcounts of firms at the last yearly count before a month, or in it."""
        return self.counts[month // CENSUS_MONTHS, firm]


def scheme_of(spec: WorldSpec, name: str) -> SchemeSpec:
    """The scheme of that name; ``KeyError`` if the world has none."""
    return {scheme.name: scheme for scheme in spec.schemes}[name]


def admission(rules: Mapping[str, float]) -> str:
    """How firms get help under a row of rules."""
    shape, selection = int(rules.get("format", MISSION)), int(rules.get("selection", BY_MERIT))
    if shape in (MISSION, COHORT):
        return MERIT if selection == BY_MERIT else COMMITTEE
    if shape == ACTION:
        return LOTS if selection == LOTTERY else QUEUE
    return MEMBERS


def seen(world: World, scheme: str, planned: np.ndarray) -> Seen:
    """What an evaluator of a scheme sees of a world that has kept its headcounts. ``planned``: month in which
    each basin was to open."""
    position = [s.name for s in world.spec.schemes].index(scheme)
    rules = world.spec.schemes[position].rules
    tables, until = world.tables, world.month
    opens = openings(world.spec, scheme)
    helped, asked = _helped(world, position)
    return Seen(
        np.stack(world.headcounts)[: until // CENSUS_MONTHS + 1].astype(float),
        basin_of_rows(tables), tables.sector, tables.born, _files(world, position, admission(rules)), helped,
        asked, planned, (opens != NEVER) & (opens < until), admission(rules), _patience(world, position),
    )  # fmt: skip


def openings(spec: WorldSpec, scheme: str) -> np.ndarray:
    """Month in which a scheme opens in each basin of the territory; ``NEVER`` where it does not."""
    opens = dict(scheme_of(spec, scheme).opens)
    return np.array([opens.get(basin.id, NEVER) for basin in spec.territory.basins], np.int64)


def _helped(world: World, position: int) -> tuple[np.ndarray, np.ndarray]:
    """Firms helped, each once, and the month in which it asked for that help or joined."""
    files, joined = accepted_files(world, scheme=position), members(world, scheme=position)
    firm = np.concatenate([files.firm, joined.firm]).astype(np.int64)
    asked = np.concatenate([files.applied, joined.accepted]).astype(np.int64)
    order = np.lexsort((asked, firm))
    first = np.unique(firm[order], return_index=True)
    return first[0], asked[order][first[1]]


def _files(world: World, position: int, how: str) -> Files:
    files = world.files[world.tables.locals.scheme[world.files.local] == position]
    files = files[np.unique(files.firm, return_index=True)[1]]  # files are in the order in which they came
    rules = world.tables.rules[files.local]
    ticket = np.full(len(files), np.nan)
    if how == LOTS:
        code = world.tables.locals.code[files.local]
        uid, seed = world.tables.uid[files.firm], np.uint64(world.seed)
        ticket = np.array([draw(seed, PRIORITY, u, t, c) for u, t, c in zip(uid, files.applied, code)])
    return Files(
        files.firm.astype(np.int64), files.applied.astype(np.int64), files.merit != 0.0,
        files.accepted != NEVER, (files.decided != NEVER) & (files.accepted == NEVER),
        files.merit - (rules.standard + rules.standard_shift), ticket,
    )  # fmt: skip


def _patience(world: World, position: int) -> float:
    rules = world.tables.rules[world.tables.locals.scheme == position]
    return float(rules.patience_months.max()) if len(rules) else 0.0
