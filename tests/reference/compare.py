"""The reference and the model side by side: the first month, phase, row and column in which they differ."""

import numpy as np

from sim import timeline
from sim.state import DEMAND_LEVEL, FIRMS, FIRST_CAUSE, JOBS, LOCAL_SERIES
from sim.world import World
from tests.reference.agents import CAUSES, UNBORN
from tests.reference.model import PHASES, Reference

FIRM = ("size", "exit_factor", "open_factor", "uid", "sector")
SME = (
    "died", "supported", "capability", "baseline", "openness", "finance", "success", "decay", "advice",
    "entry_size", "followed_until", "followup",
)  # fmt: skip
BASIN = ("cooperation", "local_demand", "demand", "births", "spillover", "grant_pending", "grant_fund",
         "grants_paid", "agreements")  # fmt: skip
SITE = ("jobs", "fatigue", "missions_year", "last_start", "days_total", "jobs_cut", "motives", "sustainable")
PERSON = ("state", "missions", "days_year")
LINK = ("state", "joined", "left", "asked", "load", "founder")
LOCAL = (
    "alive", "closed", "partners", "under_way", "alumni", "paid_days", "paid_days_total", "fund", "endowed",
    "routed", "advanced", "repaid", "outstanding", "lost", "coordination_cost", "expert_cost", "firm_cost",
    "days",
    "missions", "routed_agreements",
)  # fmt: skip
PROJECT = ("opened", "due", "need", "state", "hired_months", "granted", "tried", "jobs", "met", "finance")
FILE = (
    "applied", "decided", "accepted", "started", "ended", "state", "attempt", "paid", "read_rightly", "young",
    "merit", "size", "jobs", "days", "advance", "outstanding", "cohort", "step", "need", "theme",
    "diagnosed",
)  # fmt: skip
SEAT = ("cohort", "started", "under_way")
THEME = ("supply", "credit", "recorded")
# what is recorded every month, with its position
SERIES = ((JOBS, "jobs"), (FIRMS, "firms"), (DEMAND_LEVEL, "demand"), *enumerate(CAUSES, FIRST_CAUSE))


def differences(reference, world):
    """What differs, as (table, row, column, reference, model); relative 1e-9, absolute 1e-9 near zero."""
    t = world.tables
    firms = reference.firms
    yield from _table("firm", firms, FIRM, {name: getattr(t, name) for name in FIRM})
    numbers = {firm: i for i, firm in enumerate(firms)}
    yield from _column("firm", "busy", [firm.project is not None for firm in firms], t.busy)
    yield from _column("firm", "status", [firm.status for firm in firms], t.smes.status)
    rows = [i for i, firm in enumerate(firms) if firm.status != UNBORN]
    born = [firms[i] for i in rows]
    yield from _table("firm ever born", born, SME, t.smes[rows])
    yield from _column("firm ever born", "born", [firm.born for firm in born], t.born[rows])
    for k, cause in enumerate(CAUSES):
        yield from _column("firm", f"cause {cause}", [f.causes[cause] for f in firms], t.causes[k])
    for s in range(len(world.spec.schemes)):
        yield from _column("firm", f"exposure {s}", [f.exposure[s] for f in firms], t.exposure[s])
    for name in ("project", "file"):
        yield from _column("firm ever born", name, [_row(getattr(f, name)) for f in born], t.smes[name][rows])
    yield from _table("basin", reference.basins, BASIN, t.basins)
    yield from _table("site", reference.sites, SITE, t.sites)
    if world.spec.schemes:
        persons = [person for site in reference.sites for person in site.persons]
        yield from _table("person", persons, PERSON, t.persons)
        sent = [k for k, person in enumerate(persons) if person.local is not None]
        local = [persons[k].local.row for k in sent]
        yield from _column("person who served", "local", local, t.persons.local[sent])
    yield from _table("partnership", reference.partnerships, LINK, t.partnerships)
    yield from _table("local scheme", reference.locals, LOCAL, t.locals)
    yield from _table("project", reference.projects, PROJECT, world.projects)
    yield from _table("file", reference.files, FILE, world.files)
    for name in ("person", "link", "project", "local"):
        rows = [_row(getattr(file, name)) for file in reference.files]
        yield from _column("file", name, rows, world.files[name])
    for table, objects, found in (
        ("project", reference.projects, world.projects),
        ("file", reference.files, world.files),
    ):
        yield from _column(table, "firm", [numbers[o.firm] for o in objects], found["firm"])
    yield from _support(reference, t)
    yield from _series(reference, t)


def _support(reference, tables):
    """Seats of volunteers in cohorts; seats of actions by theme."""
    seats = tables.seats[: len(reference.seats)]
    yield from _table("seat", reference.seats, SEAT, seats)
    for name in ("person", "link"):
        yield from _column("seat", name, [_row(getattr(s, name)) for s in reference.seats], seats[name])
    themes = [theme for seven in reference.themes for theme in seven]
    yield from _table("theme", themes, THEME, tables.themes[: 7 * len(reference.themes)])


def _series(reference, tables):
    """What was recorded in the last month that ended."""
    month = len(reference.series) - 1
    if month < 0:
        return
    rows, found = reference.series[month], tables.series[month]
    for k, name in SERIES:
        yield from _column("month of basin", name, [row[name] for row in rows], found[:, k])
    rows, found = reference.local_series[month], tables.local_series[month]
    for k, name in enumerate(LOCAL_SERIES):
        yield from _column("month of local scheme", name, [row[name] for row in rows], found[:, k])


def _row(thing):
    return thing.row if thing is not None else -1


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
    before = again.causes()
    accounts = ("accounts", lambda model: model.accounts(before))
    for name, phase in (("levers", Reference.levers), *PHASES, accounts):
        phase(again)
        getattr(timeline, name)(world._handle, month)
        if found := list(differences(again, world)):
            return name, found
    return None
