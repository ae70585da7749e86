"""Typical cases: a few firms and a basin followed through both worlds, told as short histories.

A kind of helped firm is told by the member of the kind whose own hires are the median, with the share of the
kind among all helped firms: what is typical of a kind need not be frequent.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.errors import Refused
from experiments.parameters import Source
from experiments.report.words import plain
from scenarios.load import Case
from sim.draws import key
from sim.economy.sectors import NAMES
from sim.pair import Pair, helped, realised, windows
from sim.spec import WorldSpec
from sim.state import (
    CAUSES,
    COMPLETED,
    DROPPED,
    FIRST_CAUSE,
    L_COMPLETED,
    L_DAYS,
    L_PARTNERS,
    LOST,
    NEEDS,
    NEVER,
    REJECTED,
    UNBORN,
    UNSERVED,
    D,
    X,
)
from sim.world import World

if TYPE_CHECKING:
    from experiments.items import Request

TYPICAL = "typical.json"
A_JOB = 0.5  # jobs: what is smaller is no hire
VISIBLE, THOUSANDTH = 0.05, 0.001  # jobs
MOST_FIRMS = 300_000  # of a case that is told: two more worlds of a larger one take too long
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
KINDS = {
    "more": "hires more than it would have",
    "anyway": "hires, and would have hired as much",
    "none": "hires for nothing in either world, while its hires are counted",
    "less": "hires less than it would have",
    "beside": "is never helped, and loses jobs to those that are",
}
WANTED = {
    "strategy": "a strategy", "organisation": "another organisation", "transition": "help with a transition",
    "technical": "technical skills", "market": "a way to customers", "finance": "skills in finance",
    "innovation": "help to innovate",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What happened in a month of a history (months since the start; ``date`` in words)."""

    month: int
    date: str
    text: str


@dataclass(frozen=True)
class Story:
    """A history. ``kind``: of ``KINDS``, or "basin"; ``share``: of helped firms (for "beside", of the others
    that were ever alive) that are of this kind, None for a basin; ``about``: who it is; ``end``: both
    worlds at the end."""

    kind: str
    title: str
    share: float | None
    about: str
    lines: tuple[Line, ...]
    end: str

    def as_data(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def can_be_told(spec: WorldSpec) -> bool:
    """Whether the world is small enough, and has a scheme."""
    return bool(spec.schemes) and sum(basin.smes for basin in spec.territory.basins) <= MOST_FIRMS


def pair_of(spec: WorldSpec, values: Mapping[str, float], world_seed: int) -> Pair:
    """Both worlds of a draw, run to the horizon."""
    treated = World(spec, values, world_seed).run()
    return Pair(treated, World(spec.without_schemes(), values, world_seed).run())


def first_told(request: "Request") -> dict[str, Any] | None:
    """The histories of the first draw of the first case that can be told, under the reference; None where no
    case can, or where its world fails (which its row says)."""
    experiment = request.experiment
    for number, group in enumerate(experiment.groups):
        spec = group.arms.get(experiment.reference)
        if not isinstance(spec, WorldSpec) or not can_be_told(spec):
            continue
        item = request.item(number)
        try:
            pair = pair_of(spec, item.values, item.world_seed)
        except Exception:
            return None
        told = [story.as_data() for story in stories(replace(group.case, spec=spec), pair)]
        return {"group": group.name, "policy": experiment.reference, "draw": item.draw, "stories": told}
    return None


def told(case: Case, source: Source, seed: int, draw: int, as_json: bool) -> str:
    """The text of ``tremplin trace`` without a firm. ``Refused`` if the case is too large or schemeless."""
    if not can_be_told(case.spec):
        raise Refused(
            f"typical cases are told of cases with a scheme and up to {MOST_FIRMS:,} small firms; name one "
            "firm with --firm"
        )
    values = dict(zip(source.names, source.row(draw).tolist()))
    found = stories(case, pair_of(case.spec, values, key(seed, draw, 0)))
    if as_json:
        return json.dumps([story.as_data() for story in found], ensure_ascii=False)
    return text(found)


def stories(case: Case, pair: Pair) -> list[Story]:
    """One history a kind of firm that occurs, then that of the middling basin."""
    return [*_firms(case, pair), *_basins(case, pair)]


# firms


def _firms(case: Case, pair: Pair) -> Iterator[Story]:
    seen = windows(helped(pair.treated))
    rows, place = np.unique(seen.firm, return_inverse=True)
    if not len(rows):
        return
    with_help = np.bincount(place, realised(pair.treated, seen))
    without = np.bincount(place, realised(pair.control, seen))
    gain = with_help - without
    hires = np.maximum(with_help, without) > A_JOB
    kinds = {
        "more": gain > A_JOB,
        "anyway": hires & (np.abs(gain) <= A_JOB),
        "none": ~hires & (np.abs(gain) <= A_JOB),
        "less": gain < -A_JOB,
    }
    for kind, of_kind in kinds.items():
        if of_kind.any():
            found = rows[of_kind]
            at = _middling(found, np.where(kind == "less", without, with_help)[of_kind], pair)
            yield _story(case, pair, kind, float(of_kind.mean()), int(at))
    yield from _competitor(case, pair, rows)


def _middling(rows: np.ndarray, values: np.ndarray, pair: Pair) -> np.intp:
    """The firm with the median value; among equals the lowest row."""
    order = np.lexsort((pair.treated.tables.uid[rows], values))
    return rows[order[(len(rows) - 1) // 2]]


def _competitor(case: Case, pair: Pair, helped_rows: np.ndarray) -> Iterator[Story]:
    """A firm that no scheme helped and that loses jobs by displacement alone."""
    delta = pair.delta()
    beside = np.ones(delta.shape[1], bool)
    beside[helped_rows] = False
    beside &= pair.treated.tables.smes.status != UNBORN
    hit = beside & (delta[D] < 0.0) & (np.abs(delta.sum(axis=0) - delta[D]) < np.abs(delta[D]))
    if hit.any():
        at = _middling(np.flatnonzero(hit), -delta[D][hit], pair)
        yield _story(case, pair, "beside", float(hit.sum() / beside.sum()), int(at))


def _story(case: Case, pair: Pair, kind: str, share: float, at: int) -> Story:
    t, control = pair.treated.tables, pair.control.tables
    basin = case.territory.basins[t.smes.basin[at]].name
    born = "" if t.born[at] <= 0 else f", founded in {date(case, int(t.born[at]))}"
    about = f"A firm of {NAMES[t.sector[at]].replace('_', ' ')} in {basin}{born} (uid {int(t.uid[at])})"
    lines = sorted(_happened(case, pair, at), key=lambda line: line.month)
    sizes = [_size(float(x.size[at]), int(x.smes.died[at])) for x in (t, control)]
    net = float((t.causes[:, at] - control.causes[:, at]).sum())
    end = f"At the end {sizes[0]} with the scheme, {sizes[1]} without: {_change(net)}."
    return Story(kind, f"A firm that {KINDS[kind]}", share, about, tuple(lines), end)


def _change(net: float) -> str:
    """A change of jobs, however small, as it is read."""
    if abs(net) >= VISIBLE:
        return f"{net:+.1f} jobs"
    if abs(net) >= THOUSANDTH:
        return f"{net:+.3f} jobs"
    return "the same but for less than a thousandth of a job" if net else "the same"


def _size(size: float, died: int) -> str:
    return "closed" if died != NEVER else f"{size:.1f} jobs"


def _happened(case: Case, pair: Pair, at: int) -> Iterator[Line]:
    """What a person of the firm would remember."""
    both = {"": pair.treated, "without the scheme": pair.control}
    projects = {name: _projects(world, at) for name, world in both.items()}
    common = projects[""].keys() & projects["without the scheme"].keys()
    for opened in sorted(projects[""]):
        project = projects[""][opened]
        if opened >= 0:
            need = WANTED[NEEDS[project.need]]
            wanted = f"opens a project that needs {need} and could add {project.jobs:.1f} jobs"
            yield _line(case, opened, wanted)
        if opened in common:
            yield from _outcomes(case, project, projects["without the scheme"][opened])
        elif line := _outcome(case, project, "with the scheme "):
            yield line
    for opened in sorted(projects["without the scheme"].keys() - common):
        if line := _outcome(case, projects["without the scheme"][opened], "without the scheme "):
            yield line
    yield from _files(case, pair.treated, at)
    yield from _membership(case, pair.treated, at)
    died = [int(world.tables.smes.died[at]) for world in both.values()]
    if died[0] == died[1] and died[0] != NEVER:
        yield _line(case, died[0], "closes in both worlds")
    else:
        for month, which in zip(died, ("with the scheme", "without the scheme")):
            if month != NEVER:
                yield _line(case, month, f"closes {which}")


def _projects(world: World, at: int) -> dict[int, Any]:
    mine = world.projects[world.projects.firm == at]
    return {int(p.opened): p for p in mine}


def _outcomes(case: Case, mine: Any, other: Any) -> Iterator[Line]:
    """The outcome of a project in both worlds: once if it is the same."""
    ends = [_outcome(case, p, "") for p in (mine, other)]
    if ends[0] and ends[1] and ends[0] == ends[1]:
        yield Line(ends[0].month, ends[0].date, f"{ends[0].text}, in both worlds")
        return
    for project, which in ((mine, "with the scheme "), (other, "without the scheme ")):
        if line := _outcome(case, project, which):
            yield line


def _outcome(case: Case, project: Any, which: str) -> Line | None:
    """How a project ended; nothing if it is not decided, or not for the firm to remember."""
    due = int(project.due)
    if project.hired_months > 0:
        hired = project.jobs * project.hired_months / 12
        return _line(case, due, f"{which}the project succeeds: {hired:.1f} jobs over a year")
    if project.state == 2 and due >= 0:
        return _line(case, due, f"{which}the project fails")
    return None


def _files(case: Case, world: World, at: int) -> Iterator[Line]:
    for file in world.files[world.files.firm == at]:
        scheme = _scheme(world, file.local)
        helper = "a volunteer" if file.person != NEVER else "an expert" if file.paid else "a place"
        if file.step == 0:
            yield _line(case, int(file.applied), f"asks {scheme} for help")
        if file.state == REJECTED:
            yield _line(case, int(file.decided), "is refused")
        if file.state == UNSERVED:
            yield _line(case, int(file.ended), "has found no help in time")
        if file.started != NEVER:
            right = "" if file.read_rightly else ", for another need than its own"
            yield _line(case, int(file.started), f"gets {helper}{right}")
        if file.advance and file.cash != NEVER:
            yield _line(case, int(file.cash), f"is lent {file.advance:,.0f} euros")
        if file.state == COMPLETED:
            yield _line(case, int(file.ended), f"help ends after {file.days:.0f} days")
        if file.state == DROPPED:
            yield _line(case, int(file.ended), "gives the help up")
        if file.state == LOST:
            yield _line(case, int(file.ended), "loses its help")


def _membership(case: Case, world: World, at: int) -> Iterator[Line]:
    rows = world.memberships
    for row in rows[(rows.firm == at) & (rows.joined != NEVER)]:
        scheme = _scheme(world, row.local)
        yield _line(case, int(row.joined), f"becomes a member of {scheme}")
        if row.left != NEVER:
            yield _line(case, int(row.left), f"leaves {scheme}")
    for contract in world.contracts[world.contracts.firm == at]:
        won = f"wins a contract of {contract.value:,.0f} euros a year"
        yield _line(case, int(contract.awarded), won)
    for contract in world.contracts[world.contracts.supplier == at]:
        yield _line(case, int(contract.awarded), "loses a customer to a member")
    for project in world.rd[(world.rd.firm == at) & (world.rd.started != NEVER)]:
        yield _line(case, int(project.started), "starts an R&D project")


def _scheme(world: World, local: int) -> str:
    """What the scheme of a local scheme is called, as everywhere in a run."""
    return plain(world.spec.schemes[world.tables.locals.scheme[local]].name)


# a basin


def _basins(case: Case, pair: Pair) -> Iterator[Story]:
    """Of the basins where a scheme opened, the one with the median gain a firm."""
    t = pair.treated.tables
    opened = np.unique(t.locals.basin[t.locals.opened == 1])
    if not len(opened):
        return
    smes = np.array([basin.smes for basin in case.territory.basins])
    change = pair.delta_by_basin().sum(axis=0)
    order = np.argsort(change[opened] / smes[opened], kind="stable")
    b = int(opened[order[(len(opened) - 1) // 2]])
    yield _basin(case, pair, b, float(change[b]))


def _basin(case: Case, pair: Pair, b: int, net: float) -> Story:
    t = pair.treated.tables
    place = case.territory.basins[b]
    here = np.flatnonzero(t.locals.basin == b)
    series = t.series[:, b, FIRST_CAUSE : FIRST_CAUSE + len(CAUSES)]
    other = pair.control.tables.series[:, b, FIRST_CAUSE : FIRST_CAUSE + len(CAUSES)]
    so_far = np.cumsum((series - other).sum(axis=1))
    files = pair.treated.files[np.isin(pair.treated.files.local, here)]
    sites = int((t.sites.basin == b).sum())
    partnered = bool(t.local_series[:, here, L_PARTNERS].any())
    lines = []
    first = int(t.locals.start[here].min()) // 12 + 1
    for year in range(first, pair.treated.month // 12 + 1):
        month = 12 * year - 1
        local = t.local_series[month, here]
        accepted = np.count_nonzero((files.accepted >= 12 * (year - 1)) & (files.accepted <= month))
        parts = [
            f"{accepted} files accepted" if len(files) else "",
            f"{local[:, L_PARTNERS].sum():.0f} partners of {sites} large sites" if partnered else "",
            f"{local[:, L_COMPLETED].sum():.0f} helped so far" if len(files) else "",
            f"{local[:, L_DAYS].sum():,.0f} days given so far" if local[:, L_DAYS].any() else "",
            f"{so_far[month]:+.1f} jobs beside the world without",
        ]
        lines.append(_line(case, month, ", ".join(part for part in parts if part)))
    closed = t.locals.closed[here]
    for month in closed[closed != NEVER]:
        lines.append(_line(case, int(month), "the scheme closes here"))
    jobs = [float(x.series[-1, b, 0]) for x in (t, pair.control.tables)]
    exits = float(pair.delta_by_basin()[X, b])
    end = (
        f"At the end {jobs[0]:,.0f} jobs in its small firms with the scheme, {jobs[1]:,.0f} without: "
        f"{net:+.1f} (of which {exits:+.1f} by closures)."
    )
    large = f", {sites} large sites" if partnered else ""
    about = f"{place.name}, {place.smes:,} small firms{large}"
    lines.sort(key=lambda line: line.month)
    return Story("basin", "The basin in the middle", None, about, tuple(lines), end)


def date(case: Case, month: int) -> str:
    """Month of the case (0: its first) in words."""
    at = case.spec.start_year * 12 + case.spec.start_month - 1 + month
    return f"{MONTHS[at % 12]} {at // 12}"


def _line(case: Case, month: int, text: str) -> Line:
    return Line(month, date(case, month), text)


def text(told: list[Story]) -> str:
    """The histories for a terminal."""
    parts = []
    for story in told:
        of = f" ({share_of(story.kind, story.share)})" if story.share is not None else ""
        head = f"{story.title}{of}\n{story.about}"
        width = max((len(line.date) for line in story.lines), default=0)
        lines = [f"  {line.date:<{width}}  {line.text}" for line in story.lines]
        parts.append("\n".join([head, *lines, f"  {story.end}"]))
    return "\n\n".join(parts)


def share_of(kind: str, share: float) -> str:
    """The share of a kind of firm in words."""
    found = f"{share:.0%}" if share >= 0.01 else "fewer than 1%"
    return f"{found} of {'the other firms' if kind == 'beside' else 'helped firms'}"
