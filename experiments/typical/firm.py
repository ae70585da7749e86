"""What a person of a firm would remember of both worlds."""

from collections.abc import Iterator
from typing import Any

from experiments.lang import Said, counted, later
from experiments.typical.lines import ONE, Line, dated, scheme_of
from scenarios.load import Case
from sim.pair import Pair
from sim.state import COMPLETED, DROPPED, LOST, NEEDS, NEVER, REJECTED, UNSERVED
from sim.world import World

WANTED = {
    "strategy": later("opens a project that needs a strategy and could add {jobs} jobs"),
    "organisation": later("opens a project that needs another organisation and could add {jobs} jobs"),
    "transition": later("opens a project that needs help with a transition and could add {jobs} jobs"),
    "technical": later("opens a project that needs technical skills and could add {jobs} jobs"),
    "market": later("opens a project that needs a way to customers and could add {jobs} jobs"),
    "finance": later("opens a project that needs skills in finance and could add {jobs} jobs"),
    "innovation": later("opens a project that needs help to innovate and could add {jobs} jobs"),
}
WITH, WITHOUT, EITHER = "with", "without", ""  # in which world


def happened(case: Case, pair: Pair, at: int) -> Iterator[Line]:
    """What a person of the firm would remember."""
    both = {WITH: pair.treated, WITHOUT: pair.control}
    projects = {name: _projects(world, at) for name, world in both.items()}
    common = projects[WITH].keys() & projects[WITHOUT].keys()
    for opened in sorted(projects[WITH]):
        project = projects[WITH][opened]
        if opened >= 0:
            wanted = WANTED[NEEDS[project.need]]
            yield dated(case, opened, Said(wanted, {"jobs": float(project.jobs)}, {"jobs": ".1f"}))
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
        yield dated(case, died[0], Said("closes in both worlds"))
    else:
        for month, closes in zip(died, (Said("closes with the scheme"), Said("closes without the scheme"))):
            if month != NEVER:
                yield dated(case, month, closes)


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
        return dated(case, due, Said(SUCCEEDS[which], {"jobs": hired}, {"jobs": ".1f"}))
    if project.state == 2 and due >= 0:
        return dated(case, due, Said(FAILS[which]))
    return None


def _files(case: Case, world: World, at: int) -> Iterator[Line]:
    for file in world.files[world.files.firm == at]:
        helper = "volunteer" if file.person != NEVER else "expert" if file.paid else "place"
        if file.step == 0:
            yield dated(
                case,
                int(file.applied),
                Said("asks {scheme} for help", {"scheme": scheme_of(case, world, file.local)}),
            )
        if file.state == REJECTED:
            yield dated(case, int(file.decided), Said("is refused"))
        if file.state == UNSERVED:
            yield dated(case, int(file.ended), Said("has found no help in time"))
        if file.started != NEVER:
            yield dated(case, int(file.started), Said((GETS if file.read_rightly else GETS_WRONGLY)[helper]))
        if file.advance and file.cash != NEVER:
            lent = Said("is lent {euros} euros", {"euros": float(file.advance)}, {"euros": ONE})
            yield dated(case, int(file.cash), lent)
        if file.state == COMPLETED:
            days = {"days": float(file.days)}
            ends = counted("help ends after {days} day", "help ends after {days} days", days, ".0f")
            yield dated(case, int(file.ended), ends)
        if file.state == DROPPED:
            yield dated(case, int(file.ended), Said("gives the help up"))
        if file.state == LOST:
            yield dated(case, int(file.ended), Said("loses its help"))


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
        scheme = {"scheme": scheme_of(case, world, row.local)}
        yield dated(case, int(row.joined), Said("becomes a member of {scheme}", scheme))
        if row.left != NEVER:
            yield dated(case, int(row.left), Said("leaves {scheme}", scheme))
    for contract in world.contracts[world.contracts.firm == at]:
        value = {"euros": float(contract.value)}
        won = Said("wins a contract of {euros} euros a year", value, {"euros": ONE})
        yield dated(case, int(contract.awarded), won)
    for contract in world.contracts[world.contracts.supplier == at]:
        yield dated(case, int(contract.awarded), Said("loses a customer to a member"))
    for project in world.rd[(world.rd.firm == at) & (world.rd.started != NEVER)]:
        yield dated(case, int(project.started), Said("starts an R&D project"))
