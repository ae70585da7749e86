"""Typical cases: a few firms and a basin followed through both worlds, told as short histories.

A kind of helped firm is told by the member of the kind whose own hires are the median, with the share of the
kind among all helped firms: what is typical of a kind need not be frequent.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.errors import Refused
from experiments.lang import Said, Told, form, later, say
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
MONTHS = (
    later("January {year}"), later("February {year}"), later("March {year}"), later("April {year}"),
    later("May {year}"), later("June {year}"), later("July {year}"), later("August {year}"),
    later("September {year}"), later("October {year}"), later("November {year}"), later("December {year}"),
)  # fmt: skip
KINDS = {
    "more": later("A firm that hires more than it would have"),
    "anyway": later("A firm that hires, and would have hired as much"),
    "none": later("A firm that hires for nothing in either world, while its hires are counted"),
    "less": later("A firm that hires less than it would have"),
    "beside": later("A firm that is never helped, and loses jobs to those that are"),
}
WANTED = {
    "strategy": later("opens a project that needs a strategy and could add {jobs} jobs"),
    "organisation": later("opens a project that needs another organisation and could add {jobs} jobs"),
    "transition": later("opens a project that needs help with a transition and could add {jobs} jobs"),
    "technical": later("opens a project that needs technical skills and could add {jobs} jobs"),
    "market": later("opens a project that needs a way to customers and could add {jobs} jobs"),
    "finance": later("opens a project that needs skills in finance and could add {jobs} jobs"),
    "innovation": later("opens a project that needs help to innovate and could add {jobs} jobs"),
}
ONE, SIGNED = ",.0f", "+.1f"  # how numbers are written
WITH, WITHOUT, EITHER = "with", "without", ""  # in which world
END = later("At the end {what}")


@dataclass(frozen=True)
class Line:
    """What happened in a month of a history (months since the start; ``date`` in words). ``str`` of a text
    says it in the language of whoever reads it."""

    month: int
    date: Said
    text: Said


@dataclass(frozen=True)
class Story:
    """A history. ``kind``: of ``KINDS``, or "basin"; ``share``: of helped firms (for "beside", of the others
    that were ever alive) that are of this kind, None for a basin; ``about``: who it is; ``end``: both
    worlds at the end."""

    kind: str
    title: Said
    share: float | None
    about: Said
    lines: tuple[Line, ...]
    end: Said

    def as_data(self, text: Callable[[Said], Any] = str) -> dict[str, Any]:
        """As plain data. ``text``: what stands for a text, by default the text itself."""
        lines = [
            {"month": line.month, "date": text(line.date), "text": text(line.text)} for line in self.lines
        ]
        return {
            "kind": self.kind, "title": text(self.title), "share": self.share, "about": text(self.about),
            "lines": lines, "end": text(self.end),
        }  # fmt: skip


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
        told = [story.as_data(Said.as_data) for story in stories(replace(group.case, spec=spec), pair)]
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
    about = {
        "sector": Told(NAMES[t.sector[at]].replace("_", " ")),
        "basin": Told(case.territory.basins[t.smes.basin[at]].name),
        "uid": int(t.uid[at]),
    }
    who = Said("A firm of {sector} in {basin} (uid {uid})", about)
    if t.born[at] > 0:
        born = {"date": date(case, int(t.born[at]))}
        who = Said("A firm of {sector} in {basin}, founded in {date} (uid {uid})", about | born)
    lines = sorted(_happened(case, pair, at), key=lambda line: line.month)
    sizes = [_size(float(x.size[at]), int(x.smes.died[at])) for x in (t, control)]
    net = float((t.causes[:, at] - control.causes[:, at]).sum())
    end = Said(
        "{mine} with the scheme, {other} without: {change}.",
        {"mine": sizes[0], "other": sizes[1], "change": _change(net)},
    )
    return Story(kind, Said(KINDS[kind]), share, who, tuple(lines), Said(END, {"what": end}))


def _change(net: float) -> Said:
    """A change of jobs, however small, as it is read."""
    if abs(net) >= THOUSANDTH:
        return Said("{jobs} jobs", {"jobs": net}, {"jobs": SIGNED if abs(net) >= VISIBLE else "+.3f"})
    return Said("the same but for less than a thousandth of a job") if net else Said("the same")


def _size(size: float, died: int) -> Said:
    return Said("closed") if died != NEVER else Said("{jobs} jobs", {"jobs": size}, {"jobs": ".1f"})


def _happened(case: Case, pair: Pair, at: int) -> Iterator[Line]:
    """What a person of the firm would remember."""
    both = {WITH: pair.treated, WITHOUT: pair.control}
    projects = {name: _projects(world, at) for name, world in both.items()}
    common = projects[WITH].keys() & projects[WITHOUT].keys()
    for opened in sorted(projects[WITH]):
        project = projects[WITH][opened]
        if opened >= 0:
            wanted = WANTED[NEEDS[project.need]]
            yield _line(case, opened, Said(wanted, {"jobs": float(project.jobs)}, {"jobs": ".1f"}))
        if opened in common:
            yield from _outcomes(case, project, projects[WITHOUT][opened])
        elif line := _outcome(case, project, WITH):
            yield line
    for opened in sorted(projects[WITHOUT].keys() - common):
        if line := _outcome(case, projects[WITHOUT][opened], WITHOUT):
            yield line
    yield from _files(case, pair.treated, at)
    yield from _membership(case, pair.treated, at)
    died = [int(world.tables.smes.died[at]) for world in both.values()]
    if died[0] == died[1] and died[0] != NEVER:
        yield _line(case, died[0], Said("closes in both worlds"))
    else:
        for month, closes in zip(died, (Said("closes with the scheme"), Said("closes without the scheme"))):
            if month != NEVER:
                yield _line(case, month, closes)


def _projects(world: World, at: int) -> dict[int, Any]:
    mine = world.projects[world.projects.firm == at]
    return {int(p.opened): p for p in mine}


def _outcomes(case: Case, mine: Any, other: Any) -> Iterator[Line]:
    """The outcome of a project in both worlds: once if it is the same."""
    ends = [_outcome(case, p, EITHER) for p in (mine, other)]
    if ends[0] and ends[1] and (ends[0].month, str(ends[0].text)) == (ends[1].month, str(ends[1].text)):
        yield ends[0]
        return
    for project, which in ((mine, WITH), (other, WITHOUT)):
        if line := _outcome(case, project, which):
            yield line


SUCCEEDS = {
    WITH: later("with the scheme the project succeeds: {jobs} jobs over a year"),
    WITHOUT: later("without the scheme the project succeeds: {jobs} jobs over a year"),
    EITHER: later("the project succeeds: {jobs} jobs over a year, in both worlds"),
}
FAILS = {
    WITH: later("with the scheme the project fails"),
    WITHOUT: later("without the scheme the project fails"),
    EITHER: later("the project fails, in both worlds"),
}


def _outcome(case: Case, project: Any, which: str) -> Line | None:
    """How a project ended; nothing if it is not decided, or not for the firm to remember."""
    due = int(project.due)
    if project.hired_months > 0:
        hired = float(project.jobs * project.hired_months / 12)
        return _line(case, due, Said(SUCCEEDS[which], {"jobs": hired}, {"jobs": ".1f"}))
    if project.state == 2 and due >= 0:
        return _line(case, due, Said(FAILS[which]))
    return None


def _files(case: Case, world: World, at: int) -> Iterator[Line]:
    for file in world.files[world.files.firm == at]:
        helper = "volunteer" if file.person != NEVER else "expert" if file.paid else "place"
        if file.step == 0:
            yield _line(
                case,
                int(file.applied),
                Said("asks {scheme} for help", {"scheme": _scheme(world, file.local)}),
            )
        if file.state == REJECTED:
            yield _line(case, int(file.decided), Said("is refused"))
        if file.state == UNSERVED:
            yield _line(case, int(file.ended), Said("has found no help in time"))
        if file.started != NEVER:
            yield _line(case, int(file.started), Said((GETS if file.read_rightly else GETS_WRONGLY)[helper]))
        if file.advance and file.cash != NEVER:
            lent = Said("is lent {euros} euros", {"euros": float(file.advance)}, {"euros": ONE})
            yield _line(case, int(file.cash), lent)
        if file.state == COMPLETED:
            ends = Said("help ends after {days} days", {"days": float(file.days)}, {"days": ".0f"})
            yield _line(case, int(file.ended), ends)
        if file.state == DROPPED:
            yield _line(case, int(file.ended), Said("gives the help up"))
        if file.state == LOST:
            yield _line(case, int(file.ended), Said("loses its help"))


GETS = {
    "volunteer": later("gets a volunteer"), "expert": later("gets an expert"), "place": later("gets a place"),
}  # fmt: skip
GETS_WRONGLY = {
    "volunteer": later("gets a volunteer, for another need than its own"),
    "expert": later("gets an expert, for another need than its own"),
    "place": later("gets a place, for another need than its own"),
}


def _membership(case: Case, world: World, at: int) -> Iterator[Line]:
    rows = world.memberships
    for row in rows[(rows.firm == at) & (rows.joined != NEVER)]:
        scheme = {"scheme": _scheme(world, row.local)}
        yield _line(case, int(row.joined), Said("becomes a member of {scheme}", scheme))
        if row.left != NEVER:
            yield _line(case, int(row.left), Said("leaves {scheme}", scheme))
    for contract in world.contracts[world.contracts.firm == at]:
        value = {"euros": float(contract.value)}
        won = Said("wins a contract of {euros} euros a year", value, {"euros": ONE})
        yield _line(case, int(contract.awarded), won)
    for contract in world.contracts[world.contracts.supplier == at]:
        yield _line(case, int(contract.awarded), Said("loses a customer to a member"))
    for project in world.rd[(world.rd.firm == at) & (world.rd.started != NEVER)]:
        yield _line(case, int(project.started), Said("starts an R&D project"))


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
        partners, helped_, days = (float(local[:, i].sum()) for i in (L_PARTNERS, L_COMPLETED, L_DAYS))
        facts = [
            Said("{files} files accepted", {"files": accepted}) if len(files) else None,
            Said("{partners} partners of {sites} large sites", {"partners": partners, "sites": sites},
                 {"partners": ".0f"}) if partnered else None,
            Said("{firms} helped so far", {"firms": helped_}, {"firms": ".0f"}) if len(files) else None,
            Said("{days} days given so far", {"days": days}, {"days": ONE}) if days else None,
            Said("{jobs} jobs beside the world without", {"jobs": float(so_far[month])}, {"jobs": SIGNED}),
        ]  # fmt: skip
        lines.append(_line(case, month, _together([fact for fact in facts if fact])))
    closed = t.locals.closed[here]
    for month in closed[closed != NEVER]:
        lines.append(_line(case, int(month), Said("the scheme closes here")))
    jobs = [float(x.series[-1, b, 0]) for x in (t, pair.control.tables)]
    exits = float(pair.delta_by_basin()[X, b])
    end = Said(
        "{mine} jobs in its small firms with the scheme, {other} without: {change} (of which {closures} by "
        "closures).",
        {"mine": jobs[0], "other": jobs[1], "change": net, "closures": exits},
        {"mine": ONE, "other": ONE, "change": SIGNED, "closures": SIGNED},
    )
    about = Said(
        "{basin}, {firms} small firms", {"basin": Told(place.name), "firms": place.smes}, {"firms": ","}
    )
    if partnered:
        about = Said("{basin}, {sites} large sites", {"basin": about, "sites": sites})
    lines.sort(key=lambda line: line.month)
    end = Said(END, {"what": end})
    return Story("basin", Said("The basin in the middle"), None, about, tuple(lines), end)


def _together(facts: Sequence[Said]) -> Said:
    """Several facts of a year in one line."""
    first, *rest = facts
    return Said("{first}, {rest}", {"first": first, "rest": _together(rest)}) if rest else first


def date(case: Case, month: int) -> Said:
    """Month of the case (0: its first) in words."""
    at = case.spec.start_year * 12 + case.spec.start_month - 1 + month
    return Said(MONTHS[at % 12], {"year": at // 12})


def _line(case: Case, month: int, text: Said) -> Line:
    return Line(month, date(case, month), text)


def text(told: list[Story]) -> str:
    """The histories for a terminal."""
    parts = []
    for story in told:
        of = f" ({share_of(story.kind, story.share)})" if story.share is not None else ""
        head = f"{story.title}{of}\n{story.about}"
        width = max((len(str(line.date)) for line in story.lines), default=0)
        lines = [f"  {line.date!s:<{width}}  {line.text}" for line in story.lines]
        parts.append("\n".join([head, *lines, f"  {story.end}"]))
    return "\n\n".join(parts)


def share_of(kind: str, share: float) -> str:
    """The share of a kind of firm in words."""
    found = form(share, ".0%") if share >= 0.01 else say("fewer than 1%")
    if kind == "beside":
        return say("{share} of the other firms", share=found)
    return say("{share} of helped firms", share=found)
