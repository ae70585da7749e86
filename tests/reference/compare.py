"""The reference and the model side by side: the first month, phase, row and column in which they differ."""

import numpy as np

from sim import timeline
from sim.world import World
from tests.reference.agents import CAUSES, UNBORN
from tests.reference.model import PHASES, Reference

FIRM = ("size", "exit_factor", "open_factor", "uid", "sector")
SME = (
    "died", "supported", "capability", "baseline", "openness", "finance", "success", "decay", "advice",
    "entry_size",
)  # fmt: skip
BASIN = ("cooperation", "local_demand", "demand", "births", "spillover", "grant_pending", "grant_fund",
         "grants_paid", "agreements")  # fmt: skip
SITE = ("jobs", "fatigue", "missions_year", "last_start", "days_total", "jobs_cut", "motives", "sustainable")
PERSON = ("state", "missions", "days_year")
LINK = ("state", "joined", "left", "asked", "load", "founder")
LOCAL = (
    "alive", "closed", "partners", "under_way", "alumni", "paid_days", "paid_days_total", "fund", "endowed",
    "routed", "advanced", "repaid", "outstanding", "lost", "coordination_cost", "expert_cost", "days",
    "missions", "routed_agreements",
)  # fmt: skip
PROJECT = ("opened", "due", "need", "state", "hired_months", "granted", "tried", "jobs", "met", "finance")
FILE = (
    "applied", "decided", "accepted", "started", "ended", "state", "attempt", "paid", "read_rightly", "young",
    "merit", "size", "jobs", "days", "advance", "outstanding",
)  # fmt: skip


def differences(reference, world):
    """What differs, as (table, row, column, reference, model); relative 1e-9, absolute 1e-9 near zero."""
    t = world.tables
    firms = reference.firms
    yield from _table("firm", firms, FIRM, {name: getattr(t, name) for name in FIRM})
    yield from _column("firm", "status", [firm.status for firm in firms], t.smes.status)
    rows = [i for i, firm in enumerate(firms) if firm.status != UNBORN]
    born = [firms[i] for i in rows]
    yield from _table("firm ever born", born, SME, t.smes[rows])
    yield from _column("firm ever born", "born", [firm.born for firm in born], t.born[rows])
    for k, cause in enumerate(CAUSES):
        yield from _column("firm", f"cause {cause}", [f.causes[cause] for f in firms], t.causes[k])
    for s in range(len(world.spec.schemes)):
        yield from _column("firm", f"exposure {s}", [f.exposure[s] for f in firms], t.exposure[s])
    yield from _table("basin", reference.basins, BASIN, t.basins)
    yield from _table("site", reference.sites, SITE, t.sites)
    if world.spec.schemes:
        persons = [person for site in reference.sites for person in site.persons]
        yield from _table("person", persons, PERSON, t.persons)
    yield from _table("partnership", reference.partnerships, LINK, t.partnerships)
    yield from _table("local scheme", reference.locals, LOCAL, t.locals)
    yield from _table("project", reference.projects, PROJECT, world.projects)
    yield from _table("file", reference.files, FILE, world.files)
    whom = [f.person.row if f.person is not None else -1 for f in reference.files]
    yield from _column("file", "person", whom, world.files.person)


def _table(table, objects, columns, rows):
    for column in columns:
        yield from _column(table, column, [getattr(o, column) for o in objects], rows[column])


def _column(table, column, expected, found):
    a = np.array([-1 if v is None else v for v in expected], float)
    b = np.asarray(found, float)
    if len(a) != len(b):
        yield table, "rows", column, len(a), len(b)
        return
    for i in np.flatnonzero(~np.isclose(a, b, rtol=1e-9, atol=1e-9, equal_nan=True)):
        yield table, int(i), column, float(a[i]), float(b[i])


def agree(reference, world, months):
    """Steps both for so many months; fails with the first month, phase, row and column that differ."""
    for month in range(months):
        reference.step()
        world.step()
        if found := list(differences(reference, world)):
            phase, found = first_phase(reference, month) or ("before the run", found)
            lines = "\n".join(f"  {t} {i}, {c}: reference {a!r}, model {b!r}" for t, i, c, a, b in found[:8])
            raise AssertionError(f"month {month}, {phase}: {len(found)} differences, the first:\n{lines}")


def first_phase(reference, month):
    """The first phase of this month after which the two differ, and how; both are run again to find it."""
    again = Reference(reference.spec, reference.values, int(reference.world_seed))
    world = World(reference.spec, reference.values, int(reference.world_seed))
    for _ in range(month):
        again.step()
        world.step()
    for name, phase in (("levers", Reference.levers), *PHASES):
        phase(again)
        getattr(timeline, name)(world._handle, month)
        if found := list(differences(again, world)):
            return name, found
    return None
