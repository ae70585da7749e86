"""The reference and the model side by side: the first month, phase, row and column in which they differ."""

from operator import attrgetter

import numpy as np

from sim import timeline
from sim.parameters import FIELDS
from sim.state import (
    DEMAND_LEVEL,
    FIRMS,
    FIRST_CAUSE,
    HIRES,
    JOBS,
    LOCAL_SERIES,
    N_ALUMNI,
    N_COHORTS,
    N_CONTRACTS,
    N_FLOWS,
    N_GROUPS,
    N_HIRING,
    N_MEMBERSHIPS,
    N_OPEN,
    N_PENDING,
    N_RD,
    N_RD_ACTIVE,
    N_RESEARCHERS,
    N_SEATS,
    N_TIES,
    PARTNER_SITES,
    PARTNER_WEAR,
    SITE_CUTS,
    basin_of_rows,
)
from sim.world import World
from tests.reference.agents import CAUSES, HIRING, OFFERED, OPEN, UNBORN
from tests.reference.marketplaces import has_market
from tests.reference.model import PHASES, Reference

FIRM = ("size", "exit_factor", "open_factor", "own_growth", "uid", "sector")
SME = (
    "died", "supported", "capability", "baseline", "openness", "finance", "success", "decay", "advice",
    "entry_size", "followed_until", "followup", "ties", "tied", "dependence",
)  # fmt: skip
BASIN = ("cooperation", "local_demand", "demand", "births", "spillover", "grant_pending", "grant_fund",
         "grants_paid", "agreements")  # fmt: skip
SITE = (
    "entity", "sector", "group_size", "territorial", "head_office", "jobs", "fatigue", "wear",
    "missions_year", "last_start", "days_total", "jobs_cut", "motives", "sustainable",
)  # fmt: skip
PERSON = ("state", "missions", "days_year", "skill")
LINK = ("state", "joined", "left", "asked", "load", "founder")
LOCAL = (
    "scheme", "code", "start", "alive", "closed", "partners", "under_way", "alumni", "paid_days",
    "paid_days_total", "fund", "endowed", "routed", "advanced", "repaid", "outstanding", "lost",
    "coordination_cost", "expert_cost", "firm_cost", "days", "missions", "routed_agreements",
    "opened", "cohorts_year", "in_session", "waiting", "rigour", "trained", "in_training", "invitations",
    "members", "reached", "reticence", "appeal", "agenda", "service", "unclaimed", "claimed", "claim_due",
    "strained", "judged", "selected", "group_filed", "group_funded", "aid_committed", "aid_paid",
    "aid_cancelled", "turn",
)  # fmt: skip
PROJECT = ("opened", "due", "need", "state", "hired_months", "granted", "tried", "jobs", "met", "finance")
FILE = (
    "applied", "decided", "accepted", "started", "ended", "state", "attempt", "judged", "paid",
    "read_rightly", "young", "merit", "size", "jobs", "agreed", "days", "advance", "outstanding", "cohort",
    "step", "need", "theme", "diagnosed", "ready", "plan", "carried_out", "care", "value", "dip", "cash",
)  # fmt: skip
SEAT = ("cohort", "started", "under_way")
COHORT = ("started", "open", "directors", "seats", "days", "present", "employers")
THEME = ("supply", "credit", "recorded")
MEMBERSHIP = ("joined", "left", "leaves", "distance", "patience", "since", "reticent")
FLOW = ("month", "lost", "jobs")
RESEARCHER = ("distance", "ideas", "running", "done")
RD = (
    "state", "idea", "led", "call", "attempt", "filed", "labelled", "funded", "agreements", "cash", "started",
    "months", "stopped", "strained", "bridged", "industry", "hired_months", "scope", "cost", "posts", "spent",
    "committed", "paid", "jobs",
)  # fmt: skip
MARKETPLACE = (
    "needs", "answers", "unanswered", "contracts", "events", "meetings", "event_credit", "outside", "gone",
    "spared", "given_away",
)  # fmt: skip
BUYER = ("public", "share", "aim", "committed", "needs")
SELLER = ("category", "needs", "answers", "contracts", "value", "gives_up", "gave_up")
CONTRACT = (
    "awarded", "ends", "closed", "public", "neighbour", "value", "jobs", "tie", "given_away", "held",
    "displaced", "outside",
)  # fmt: skip
# what is recorded every month, with its position
SERIES = (
    (JOBS, "jobs"), (FIRMS, "firms"), (HIRES, "hires"), (SITE_CUTS, "cuts"), (DEMAND_LEVEL, "demand"),
    (PARTNER_SITES, "partner_sites"), (PARTNER_WEAR, "partner_wear"),
    *enumerate(CAUSES, FIRST_CAUSE),
)  # fmt: skip


def differences(reference, world):
    """What differs, as (table, row, column, reference, model); relative 1e-9, absolute 1e-9 near zero (1e-6
    for euros, of which millions come and go); whole numbers must be equal."""
    yield from _firms(reference, world.tables, len(world.spec.schemes))
    yield from _places(reference, world)
    yield from _support(reference, world)
    yield from _members(reference, world.tables)
    if has_market(reference) or world.tables.counts[N_TIES] > 0:
        yield from _markets(reference, world.tables)
    yield from _research(reference, world.tables)
    yield from _lists(reference, world.tables)
    yield from _recorded(reference, world.tables)


def _firms(reference, t, schemes):
    """Firms and candidates; most attributes of a candidate are unknown until it is born."""
    firms = reference.firms
    yield from _table("firm", firms, FIRM, {name: getattr(t, name) for name in FIRM})
    yield from _column("firm", "busy", [firm.project is not None for firm in firms], t.busy)
    yield from _column("firm", "status", [firm.status for firm in firms], t.smes.status)
    yield from _column("firm", "basin", [firm.basin.position for firm in firms], basin_of_rows(t))
    rows = [i for i, firm in enumerate(firms) if firm.status != UNBORN]
    born = [firms[i] for i in rows]
    yield from _table("firm ever born", born, SME, t.smes[rows])
    yield from _column("firm ever born", "basin", [firm.basin.position for firm in born], t.smes.basin[rows])
    yield from _column("firm ever born", "born", [firm.born for firm in born], t.born[rows])
    for name in ("project", "file"):
        yield from _rows_of("firm ever born", name, born, t.smes[rows])
    for k, cause in enumerate(CAUSES):
        yield from _column("firm", f"cause {cause}", [f.causes[cause] for f in firms], t.causes[k])
    for s in range(schemes):
        yield from _column("firm", f"exposure {s}", [f.exposure[s] for f in firms], t.exposure[s])


def _places(reference, world):
    """The nation, basins, sites, and the persons who work there."""
    t = world.tables
    yield from _column("world", "nation", [reference.nation], t.nation)
    yield from _table("basin", reference.basins, BASIN, t.basins)
    yield from _table("site", reference.sites, SITE, t.sites)
    if world.spec.schemes:
        persons = [person for site in reference.sites for person in site.persons]
        yield from _table("person", persons, PERSON, t.persons)
        sent = [k for k, person in enumerate(persons) if person.local is not None]
        yield from _rows_of("person who served", "local", [persons[k] for k in sent], t.persons[sent])
        waiting = [k for k, person in enumerate(persons) if person.state == OFFERED]
        found = t.persons[waiting]
        yield from _rows_of("person who waits", "link", [persons[k] for k in waiting], found)
        yield from _table("person who waits", [persons[k] for k in waiting], ("offered",), found)


def _support(reference, world):
    """Local schemes with their rules, partnerships, projects, files, seats, cohorts, themes."""
    t = world.tables
    yield from _table("local scheme", reference.locals, LOCAL, t.locals)
    for name in FIELDS:
        yield from _column("rules", name, [local.rule[name] for local in reference.locals], t.rules[name])
    yield from _table("partnership", reference.partnerships, LINK, t.partnerships)
    for name in ("site", "local"):
        yield from _rows_of("partnership", name, reference.partnerships, t.partnerships)
    yield from _table("project", reference.projects, PROJECT, world.projects)
    yield from _table("file", reference.files, FILE, world.files)
    for name in ("person", "link", "project", "local"):
        yield from _rows_of("file", name, reference.files, world.files)
    numbers = {firm: i for i, firm in enumerate(reference.firms)}
    yield from _column("project", "firm", [numbers[p.firm] for p in reference.projects], world.projects.firm)
    yield from _column("file", "firm", [numbers[f.firm] for f in reference.files], world.files.firm)
    seats = t.seats[: t.counts[N_SEATS]]
    yield from _table("seat", reference.seats, SEAT, seats)
    for name in ("person", "link"):
        yield from _rows_of("seat", name, reference.seats, seats)
    cohorts = t.cohorts[: t.counts[N_COHORTS]]
    yield from _table("cohort", reference.cohorts, COHORT, cohorts)
    yield from _rows_of("cohort", "local", reference.cohorts, cohorts)
    themes = [theme for seven in reference.themes for theme in seven]
    yield from _table("theme", themes, THEME, t.themes[: len(themes)])


def _members(reference, t):
    """Memberships, which firms have one, and changes of employment by research or contract."""
    numbers = {firm: i for i, firm in enumerate(reference.firms)}
    own, rows = reference.memberships, t.memberships[: t.counts[N_MEMBERSHIPS]]
    yield from _table("membership", own, MEMBERSHIP, rows)
    yield from _column("membership", "firm", [numbers[one.firm] for one in own], rows.firm)
    yield from _rows_of("membership", "local", own, rows)
    for s in range(len(t.membership_of) if own else 0):
        found = {one.firm: one.row for one in own if one.local.scheme == s}
        yield from _column(
            "membership of", f"scheme {s}", [found.get(f, -1) for f in numbers], t.membership_of[s]
        )
    flows = t.flows[: t.counts[N_FLOWS]]
    yield from _table("flow", reference.flows, FLOW, flows)
    yield from _column("flow", "firm", [numbers[one.firm] for one in reference.flows], flows.firm)
    yield from _column("flow", "cause", [CAUSES.index(one.cause) for one in reference.flows], flows.cause)


def _research(reference, t):
    """Researchers, with the firms that are one, and R&D projects."""
    numbers = {firm: i for i, firm in enumerate(reference.firms)}
    own, rows = reference.researchers, t.researchers[: t.counts[N_RESEARCHERS]]
    yield from _table("researcher", own, RESEARCHER, rows)
    yield from _column("researcher", "next_idea", [one.next_idea for one in own], t.next_idea[: len(rows)])
    yield from _column("researcher", "firm", [numbers[one.firm] for one in own], rows.firm)
    if len(t.researcher_of) > 0 or own:
        found = [f.researcher.row if f.researcher is not None else -1 for f in numbers]
        yield from _column("researcher of", "firm", found, t.researcher_of)
    own, rows = reference.rd, t.rd[: t.counts[N_RD]]
    yield from _table("R&D project", own, RD, rows)
    yield from _column("R&D project", "firm", [numbers[one.firm] for one in own], rows.firm)
    for name in ("researcher", "membership", "local"):
        yield from _rows_of("R&D project", name, own, rows)


def _markets(reference, t):
    """Ledgers, buyers, sellers, ties and contracts."""
    yield from _table("marketplace", [local.market for local in reference.locals], MARKETPLACE, t.markets)
    buyers = [link.buyer for link in reference.partnerships]
    yield from _table("buyer", buyers, BUYER, t.buyers)
    own = np.zeros_like(t.met[: t.counts[N_MEMBERSHIPS]])
    first = {link.local: link.row for link in reversed(reference.partnerships)}
    for link in reference.partnerships:
        for membership, tie in link.buyer.ties.items():
            own[membership.row, link.row - first[link.local]] = tie.since + 1
    yield from _column("ties of large buyers", "since", own.ravel(), t.met[: len(own)].ravel())
    own = [one.seller for one in reference.memberships]
    sellers = t.sellers[: t.counts[N_MEMBERSHIPS]]
    yield from _table("seller", own, SELLER, sellers)
    met = [k for k, seller in enumerate(own) if seller.gives_up > 0]  # members, now or once
    yield from _table("seller met", [own[k] for k in met], ("place",), sellers[met])
    yield from _rows_of("seller met", "last_tie", [own[k] for k in met], sellers[met])
    ties = t.ties[: t.counts[N_TIES]]
    yield from _table("tie", reference.ties, ("since",), ties)
    for name in ("seller", "before"):
        yield from _rows_of("tie", name, reference.ties, ties)
    contracts = t.contracts[: t.counts[N_CONTRACTS]]
    yield from _table("contract", reference.contracts, CONTRACT, contracts)
    for name in ("local", "seller", "link", "buyer"):
        yield from _rows_of("contract", name, reference.contracts, contracts)
    numbers = {firm: i for i, firm in enumerate(reference.firms)} | {None: -1}
    for name in ("firm", "supplier"):
        rows = [numbers[getattr(one, name)] for one in reference.contracts]
        yield from _column("contract", name, rows, contracts[name])


def _lists(reference, t):
    """The lists that loops run over, in their order, and the number of groups."""
    yield from _column("world", "groups", [reference.groups], t.counts[N_GROUPS : N_GROUPS + 1])
    numbers = {firm: i for i, firm in enumerate(reference.firms)}
    pending = [project.row for project in reference.active if project.state == OPEN]
    listed = t.pending[: t.counts[N_PENDING]]  # orphans leave when projects are decided
    yield from _column("pending projects", "row", pending, listed[t.projects.state[listed] == OPEN])
    hiring = [project.row for project in reference.active if project.state == HIRING]
    yield from _column("hiring projects", "row", hiring, t.hiring[: t.counts[N_HIRING]])
    files = [file.row for file in reference.open_files]
    yield from _column("open files", "row", files, t.open_files[: t.counts[N_OPEN]])
    running = [project.row for project in reference.rd_list]
    yield from _column("R&D projects of the list", "row", running, t.rd_active[: t.counts[N_RD_ACTIVE]])
    gains, found = [numbers[firm] for firm in reference.gains], t.alumni[: t.counts[N_ALUMNI]]
    if any(local.rule["sponsorship"] > 0.0 for local in reference.locals):  # these come in any order
        gains, found = sorted(gains), np.sort(found)
    yield from _column("firms with a gain", "row", gains, found)


def _recorded(reference, t):
    """What was recorded in the last month that ended, and the outreach at the start of the next."""
    month = len(reference.series) - 1
    if month < 0:
        return
    rows, found = reference.series[month], t.series[month]
    for k, name in SERIES:
        yield from _column("month of basin", name, [row[name] for row in rows], found[:, k])
    rows, found = reference.local_series[month], t.local_series[month]
    for k, name in enumerate(LOCAL_SERIES):
        yield from _column("month of local scheme", name, [row[name] for row in rows], found[:, k])
    heard = [local.outreach[month + 1] for local in reference.locals]
    yield from _column("local scheme", "outreach", heard, t.outreach[:, month + 1])


def _rows_of(table, column, objects, rows):
    """A column that names the row of another table, -1 for none."""
    others = [getattr(o, column) for o in objects]
    yield from _column(table, column, [-1 if o is None else o.row for o in others], rows[column])


def _table(table, objects, columns, rows):
    """Columns that bear the name of an attribute."""
    one = attrgetter(*columns) if len(columns) > 1 else lambda o: (getattr(o, columns[0]),)
    by_column = zip(*map(one, objects), strict=True) if objects else [()] * len(columns)
    for column, expected in zip(columns, by_column, strict=True):
        yield from _column(table, column, expected, rows[column])


def _column(table, column, expected, found):
    """Rows whose numbers differ; nothing (None) is -1 in the model. Most columns are equal to the bit, so
    nearness is asked of those rows alone that are not."""
    found = np.asarray(found)
    if len(expected) != len(found):
        yield table, "rows", column, len(expected), len(found)
        return
    a = np.array(expected, float)
    if (a == found).all():
        return
    a, b = np.array([-1 if v is None else v for v in expected], float), found.astype(float)
    apart = np.flatnonzero(a != b)
    if found.dtype.kind not in "iu":
        near = 1e-6 if column == "value" else 1e-9
        apart = apart[~np.isclose(a[apart], b[apart], rtol=1e-9, atol=near, equal_nan=True)]
    for i in apart:
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
        same_headcounts(reference, world)


def same_headcounts(reference, world):
    """The yearly headcounts, in single precision."""
    assert len(reference.headcounts) == len(world.headcounts), f"headcounts of month {reference.month}"
    for k, (a, b) in enumerate(zip(reference.headcounts, world.headcounts, strict=True)):
        assert np.array_equal(np.array(a, np.float32), b), f"headcount {k}"


def together(shape, values=None, seed=1):
    """Runs both to the horizon, comparing them every month; returns them."""
    reference, world = Reference(shape, values, seed), World(shape, values, seed)
    agree(reference, world, shape.horizon_months)
    return reference, world


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
