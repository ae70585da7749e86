"""From a specification, values of the uncertainties and a seed to the tables of a world at its start."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from sim.economy.demography import MONTHS_A_BLOCK
from sim.economy.projects import most_recalled
from sim.economy.sectors import NAMES, TRADABLE
from sim.markets import CONTRACT, MARKETPLACE, SELLER, TIE, build_buyers
from sim.parameters import FIELDS, RULES, RULES_DTYPE, economy_record
from sim.places import build_basins, build_sites, sector_mix
from sim.rd import RD, RESEARCHER
from sim.rows import whole
from sim.spec import SchemeSpec, Territory, WorldSpec
from sim.state import (
    ACTION,
    CANDIDATE,
    CLOSURE,
    COHORT_ROW,
    FILE,
    FLOW,
    FULL,
    INVITED,
    LOCAL,
    LOCAL_SERIES,
    MARKET,
    MEMBER,
    MEMBERSHIP,
    N_CAUSES,
    N_HIRING,
    N_PENDING,
    N_PROJECTS,
    NEEDS,
    NEVER,
    PARTNERSHIP,
    PERSON,
    PERSONS_PER_SITE,
    POLE,
    SEAT,
    SERIES,
    SITE,
    SWITCH,
    THEME,
    Table,
    Tables,
    unwritten,
    zeros,
)
from sim.stock import Stock, draw_stock, firm_columns, project_tables

PLACE = {rule.name: at for at, rule in enumerate(RULES)}
USUAL = np.array([rule.default for rule in RULES], float)
WHOLE = [at for at, rule in enumerate(RULES) if rule.whole]


@lru_cache(maxsize=64)
def behaviour_of(scheme: str, names: tuple[str, ...]) -> tuple[list[str], list[int]]:
    """Of the names of uncertainties, those ``scheme.field`` of a scheme, and their places in its row."""
    begin = scheme + "."
    mine = [name for name in names if name.startswith(begin) and name[len(begin) :] in PLACE]
    return mine, [PLACE[name[len(begin) :]] for name in mine]


def rules_of(scheme: SchemeSpec, values: Mapping[str, float]) -> np.ndarray:
    """The rules of a scheme, in their order: what its data give, else the uncertainty of that name, else the
    field's default; whole things in whole numbers."""
    row = USUAL.copy()
    names, places = behaviour_of(scheme.name, tuple(values))
    row[places] = [values[name] for name in names]
    row[[PLACE[name] for name in scheme.rules]] = list(scheme.rules.values())
    row[WHOLE] = np.floor(row[WHOLE] + 0.5)  # ``Rule.acts_as``, of all of them at once
    return row


def build_locals(spec: WorldSpec, values: Mapping[str, float]) -> tuple[Table, Table, np.ndarray]:
    """Local schemes, scheme by scheme, then by basin; their rules; (scheme, basin) to local scheme."""
    index = {basin.id: b for b, basin in enumerate(spec.territory.basins)}
    local_of = np.full((max(1, len(spec.schemes)), len(index)), NEVER, np.int32)
    places = [
        (s, *place)
        for s, scheme in enumerate(spec.schemes)
        for place in sorted((index[basin], month) for basin, month in scheme.opens)
    ]
    rows = zeros(len(places), LOCAL)
    rules = zeros(len(places), RULES_DTYPE)
    if places:
        rows.scheme, rows.basin, rows.start = of_scheme, basin, _ = np.array(places).T
        rows.code = np.array([scheme.code for scheme in spec.schemes])[of_scheme]
        local_of[of_scheme, basin] = np.arange(len(places))
        cells = rules.view(np.float64).reshape(len(rules), len(RULES))
        cells[:] = np.array([rules_of(scheme, values) for scheme in spec.schemes])[of_scheme]
    rows.closed = NEVER
    rows.appeal = rows.service = 1.0
    return rows, rules, local_of


def build_partnerships(spec: WorldSpec, rows: Table, rules: Table, sites: Table, first: np.ndarray) -> Table:
    """A row for each local scheme and each large site of its basin that could be a partner; none for schemes
    made of actions. Candidates, and founders among them, are the sites with most motives (a territorial
    policy first among equals, then the order of the basin)."""
    # stable: among equals in the order of the basin
    ranked = np.lexsort((-sites.territorial, -sites.motives, sites.basin))
    most = np.where(rules.format == ACTION, 0, rules.candidates_max.astype(np.int64))
    numbers = np.minimum(np.diff(first)[rows.basin], most)
    begins = np.cumsum(numbers) - numbers
    local = np.repeat(np.arange(len(rows)), numbers)
    rank = np.arange(len(local)) - begins[local]
    site = ranked[first[rows.basin][local] + rank]
    founders = np.array([basin.founders for basin in spec.territory.basins])[rows.basin]
    founder = rank < np.minimum(founders, rules.founders_max.astype(np.int64))[local]
    order = np.lexsort((site, local))
    rows.first_partnership, rows.partnerships = begins, numbers
    table = zeros(len(site), PARTNERSHIP)
    table.site, table.local, table.founder, table.state = site[order], local, founder[order], CANDIDATE
    table.joined = table.left = table.asked = NEVER
    return table


def build_closures(spec: WorldSpec, sites: Table, first: np.ndarray) -> Table:
    """The cuts that the case foretells, each at the site with most jobs of the sector that dominates its
    basin (of all its sites, where none is of that sector), the first among equals."""
    basins = [basin.id for basin in spec.territory.basins]
    table = zeros(len(spec.closures), CLOSURE)
    for row, closure in zip(table, spec.closures):
        b = basins.index(closure.basin)
        sector = spec.territory.basins[b].dominant_sector
        here = range(int(first[b]), int(first[b + 1]))
        of_sector = [s for s in here if sector and NAMES[sites.sector[s]] == sector]
        row.site = max(of_sector or here, key=lambda s: (sites.jobs[s], -s))
        row.month, row.share, row.subcontractors = closure.month, closure.share, closure.subcontractors
    return table


def build_themes(schemes: int) -> Table:
    """Seven rows a scheme. At first every theme has the same share of the seats: each carrier has its own
    action, whatever firms need (assumed)."""
    themes = zeros(schemes * len(NEEDS), THEME)
    themes.supply = 1.0 / len(NEEDS)
    return themes


def build_switches(spec: WorldSpec, rows: Table, rules: np.recarray) -> Table:
    """The policy as a list of (month, local scheme, field, value), sorted by month.

    A ramp is one step a month from the value before to the value asked for; whole things move in whole
    numbers. A later change ends an earlier ramp; of two changes for one month the last one written counts.
    """
    names = [rule.name for rule in RULES]
    schemes = [scheme.name for scheme in spec.schemes]
    ids = [basin.id for basin in spec.territory.basins]
    places = list(zip(rows.scheme.tolist(), rows.basin.tolist()))
    calendars: dict[tuple[int, str], dict[int, float]] = {}
    for change in sorted(spec.changes, key=lambda c: c.from_month):
        for at, (s, b) in enumerate(places):
            if schemes[s] != change.scheme or (change.basins and ids[b] not in change.basins):
                continue
            calendar = calendars.setdefault((at, change.lever), {-1: float(rules[change.lever][at])})
            for month in [m for m in calendar if m >= change.from_month]:
                del calendar[month]
            before = calendar[max(calendar)]
            field = FIELDS[change.lever]
            steps = 1 if field.at_once else max(1, change.ramp_months)
            for k in range(1, steps):
                step = before + (change.value - before) * k / steps
                calendar[change.from_month + k - 1] = field.acts_as(step)
            calendar[change.from_month + steps - 1] = field.acts_as(change.value)
    found = sorted(
        (month, at, names.index(lever), value)
        for (at, lever), calendar in calendars.items()
        for month, value in calendar.items()
        if month >= 0
    )
    table = zeros(len(found), SWITCH)
    for k, item in enumerate(found):
        table[k] = item
    return table


class Sizes(NamedTuple):
    """Rows of the tables that fill while a world runs. Most runs need no more, so that tables need not grow.
    Rows cost nothing before they are written."""

    firms: int
    projects: int
    files: int
    seats: int
    memberships: int
    trades: int  # memberships where there is a market place
    contracts: int
    researchers: int
    rd: int
    flows: int


def sizes_of(
    spec: WorldSpec, economy: Table, rows: Table, rules: Table, firms: int, recalled: int | None
) -> Sizes:
    """Sizes for local schemes ``rows`` and ``firms`` that may be born. ``recalled``: as ``blank_tables``."""
    stock = sum(basin.smes for basin in spec.territory.basins)
    horizon = spec.horizon_months
    held = stock * most_recalled(economy[0]) if recalled is None else recalled
    most = 1000 + stock + stock // 5  # firms alive at once
    made_of_members = len(np.unique(rows.scheme[rules.format >= POLE]))
    memberships = 1000 + made_of_members * (stock + stock // 5) if made_of_members else 0
    trades = memberships if (rules.format == MARKET).any() else 0
    researchers = firms if spec.does_research else 0  # any firm may be near a technology
    rd = 2500 + stock // 10 + stock * horizon // 300 if researchers else 0
    return Sizes(
        firms=firms,
        projects=held + most + int(1.2 * stock * economy.project_rate[0] * horizon),
        files=2 * most if len(rows) else 2,
        seats=1000 + 60 * len(rows),
        memberships=memberships,
        trades=trades,
        contracts=1000 + stock // 5 if trades else 0,
        researchers=researchers,
        rd=rd,
        flows=1000 + stock // 5 + (stock if trades else 0) + 4 * rd,
    )


def member_tables(schemes: int, sizes: Sizes) -> dict[str, Any]:
    """Tables of the firms that are members."""
    return {
        "memberships": unwritten(sizes.memberships, MEMBERSHIP),
        "membership_of": np.full((schemes, sizes.firms if sizes.memberships else 1), NEVER, np.int32),
        "members": unwritten(sizes.memberships, MEMBER),
        "invited": unwritten(sizes.memberships, INVITED),
    }


def market_tables(schemes: int, large_buyers: int, sizes: Sizes) -> dict[str, Any]:
    """Tables of what members sell, to whom. ``large_buyers``: the most that a market place has."""
    return {
        "met": np.empty((sizes.trades, large_buyers), np.uint16),
        "sellers": unwritten(sizes.trades, SELLER),
        "ties": unwritten(8 * sizes.trades, TIE),
        "contracts": unwritten(sizes.contracts, CONTRACT),
        "kinds": np.zeros((schemes, sizes.firms if sizes.trades else 1), np.uint8),
    }


def research_tables(sizes: Sizes) -> dict[str, Any]:
    """Tables of the firms that do research, and of their projects."""
    return {
        "researchers": unwritten(sizes.researchers, RESEARCHER),
        "next_idea": np.empty(sizes.researchers, np.int32),
        "researcher_of": np.full(sizes.researchers, NEVER, np.int32),
        "rd": unwritten(sizes.rd, RD),
        "rd_active": np.empty(sizes.rd, np.int64),
    }


def calendar_of(spec: WorldSpec) -> np.ndarray:
    """The start, in months of the calendar; its month (0 to 11); from which month of the world on there is
    revitalisation, and an endowment."""
    start = spec.start_year * 12 + spec.start_month - 1
    years = spec.constants.revitalisation_year, spec.constants.state_endowment_year
    return np.array([start, spec.start_month - 1, *(max(0, year * 12 - start) for year in years)], np.int64)


def blank_tables(
    spec: WorldSpec, values: Mapping[str, float], seed: int, ends: np.ndarray, sites: Table,
    site_first: np.ndarray, recalled: int | None = None,
) -> Tables:  # fmt: skip
    """All tables at their sizes, no firm drawn yet. ``ends``: (basins, months + 1). ``recalled``: projects
    that the initial firms hold (default: the most that they may)."""
    economy = economy_record(values).view(np.recarray)
    economy.technology_reach *= spec.constants.technology_share
    wage = spec.constants.revitalisation_wages * spec.constants.minimum_wage_euros
    basins = build_basins(spec.territory)
    local_rows, rules, local_of = build_locals(spec, values)
    partnerships = build_partnerships(spec, local_rows, rules, sites, site_first)
    large_buyers = int(local_rows.partnerships[rules.format == MARKET].max(initial=1))
    rows, horizon = int(ends[-1, -1]), spec.horizon_months
    schemes = max(1, len(spec.schemes))
    sizes = sizes_of(spec, economy, local_rows, rules, rows, recalled)
    return Tables(
        seed=np.array([seed], np.uint64),
        nation=np.zeros(1),
        counts=np.zeros(FULL + 1, np.int64),
        calendar=calendar_of(spec),
        economy=economy,
        wage=np.array([wage, float(spec.constants.revitalisation_group_size)]),
        uid=np.empty(rows, np.uint64),
        **firm_columns(rows),
        flags=np.zeros(rows, np.uint8),
        chances=np.zeros((MONTHS_A_BLOCK, rows), np.uint32),
        eventful=np.zeros(rows, np.int64),
        gone=np.zeros(rows, np.int64),
        causes=np.zeros((N_CAUSES, rows)),
        # in memory firm by firm; never of one row or column, which compiled code would take for another kind
        exposure=np.zeros((max(2, schemes), max(2, rows if spec.schemes else 0)), order="F"),
        basins=basins,
        ends=ends,
        hires=np.zeros((len(basins), len(NAMES))),
        sites=sites,
        site_first=site_first,
        closures=build_closures(spec, sites, site_first),
        persons=zeros(len(sites) * PERSONS_PER_SITE if spec.schemes else 0, PERSON),
        partnerships=partnerships,
        locals=local_rows,
        local_of=local_of,
        outreach=np.zeros((len(local_rows), horizon + 1)),
        rules=rules,
        rule_cells=rules.view(np.float64).reshape(len(rules), len(RULES)),
        switches=build_switches(spec, local_rows, rules),
        **project_tables(sizes.projects),
        files=unwritten(sizes.files, FILE),
        open_files=np.empty(sizes.files, np.int64),
        alumni=np.empty(max(sizes.files, sizes.researchers), np.int64),
        seats=unwritten(sizes.seats, SEAT),
        themes=build_themes(schemes),
        cohorts=unwritten(sizes.seats, COHORT_ROW),
        **member_tables(schemes, sizes),
        markets=zeros(len(local_rows), MARKETPLACE),
        buyers=build_buyers(spec, rules, partnerships, sites),
        **market_tables(schemes, large_buyers, sizes),
        flows=unwritten(sizes.flows, FLOW),
        results=np.full((schemes, horizon), NEVER, np.int32),
        **research_tables(sizes),
        sector_mix=sector_mix(spec.territory),
        tradable=TRADABLE,
        series=np.zeros((horizon, len(basins), len(SERIES))),
        local_series=np.zeros((horizon, len(local_rows), len(LOCAL_SERIES))),
    )


@lru_cache(maxsize=8)
def tables_of_nobody(territory: Territory) -> Tables:
    """Tables without a firm, for what is not written when those of the start are drawn (do not write)."""
    ends = np.zeros((len(territory.basins), 2), np.int64)
    sites = zeros(0, SITE), np.zeros(len(territory.basins) + 1, np.int64)
    return blank_tables(WorldSpec(territory, 1, 2000), {}, 0, ends, *sites, recalled=0)


@lru_cache(maxsize=2)
def initial_stock(territory: Territory, horizon: int, economy: tuple[float, ...], seed: int) -> Stock:
    """Draws the firms alive at the start and all that follows from them, whatever schemes there are.

    Kept for the other arms of a pair, which share it. ``economy``: the uncertainties in declared order.
    """
    initial = np.array([basin.smes for basin in territory.basins], np.int64)
    return draw_stock(tables_of_nobody(territory), initial, horizon, np.array(economy), seed)


def build(spec: WorldSpec, values: Mapping[str, float], seed: int) -> Tables:
    """The tables of a world at the start of its first month."""
    economy = economy_record(values).view(np.recarray)
    stock = initial_stock(spec.territory, spec.horizon_months, tuple(economy[0].tolist()), seed)
    sites = build_sites(spec.territory, economy)
    w = blank_tables(spec, values, seed, stock.ends, *sites, recalled=len(stock.projects))
    w = w._replace(uid=stock.uid)
    w.basins.first[:] = stock.first
    w.basins.births[:] = stock.births
    w.counts[N_PROJECTS] = len(stock.projects)
    w.counts[N_PENDING], w.counts[N_HIRING] = len(stock.pending), len(stock.hiring)
    put_rows(w.projects, 0, stock.projects)
    put_rows(w.pending, 0, stock.pending)
    put_rows(w.hiring, 0, stock.hiring)
    begins = np.cumsum(stock.initial) - stock.initial
    for first, begin, n in zip(stock.first.tolist(), begins.tolist(), stock.initial.tolist()):
        for name, column in stock.columns.items():
            put_rows(getattr(w, name), first, column[begin : begin + n])
    return w


def put_rows(table: np.ndarray, first: int, rows: np.ndarray) -> None:
    """Copies rows into a table of the same columns."""
    kind = whole(table.dtype)
    table.view(kind, np.ndarray)[first : first + len(rows)] = rows.view(kind, np.ndarray)
