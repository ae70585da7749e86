"""From a specification, values of the uncertainties and a seed to the tables of a world at its start."""

from collections.abc import Mapping

import numpy as np

from sim.compiled import compiled
from sim.draws import BIRTHS, SITE, draw, normal, poisson
from sim.economy.demography import CEILING, hump
from sim.economy.population import OLDEST, expected_exits, initial_firm
from sim.economy.sectors import NAMES, SHARES, SITE_SHARES, TRADABLE
from sim.handle import handle_of
from sim.parameters import FIELDS, RULES, RULES_DTYPE, economy_record
from sim.spec import SchemeSpec, Territory, WorldSpec
from sim.state import (
    BASIN,
    CANDIDATE,
    FILE,
    LOCAL,
    LOCAL_SERIES,
    N_CAUSES,
    NEVER,
    PARTNERSHIP,
    PERSON,
    PERSONS_PER_SITE,
    PROJECT,
    SEAT,
    SERIES,
    SME,
    SWITCH,
    Tables,
    zeros,
)
from sim.state import (
    SITE as SITE_TABLE,
)

MOTIVES = 5
TERRITORIAL_GROUPS = 0.3  # share of groups with a territorial policy (A11), assumed
BUYERS = 0.5  # share of sites that buy from the basin or wait for its clients (A12), assumed
TESTERS = 0.4  # share of employers that test and motivate managers by it (A13), assumed


def sector_mix(territory: Territory) -> np.ndarray:
    """Cumulated shares of sectors among firms, shape (basins, sectors): the national mix, with the excess of
    the dominant sector."""
    mix = np.tile(SHARES, (len(territory.basins), 1))
    for b, basin in enumerate(territory.basins):
        if basin.dominant_sector:
            mix[b] *= 1.0 - basin.dominant_share
            mix[b, NAMES.index(basin.dominant_sector)] += basin.dominant_share
    return np.cumsum(mix / mix.sum(axis=1, keepdims=True), axis=1)


def build_basins(spec: WorldSpec) -> np.recarray:
    """One row a basin, before its firms are known."""
    basins = zeros(len(spec.territory.basins), BASIN)
    for b, basin in enumerate(spec.territory.basins):
        basins[b].fragility = basin.fragility
        basins[b].cooperation = basin.cooperation
        basins[b].initial = basin.smes
    return basins


def build_sites(territory: Territory, economy: np.ndarray) -> tuple[np.recarray, np.ndarray]:
    """Large sites of every basin and their motives, drawn with the seed of the territory.

    Motives (one each, 0 or 1, and they add up): it dominates a fragile basin (A09), its image counts (A10),
    its group has a territorial policy (A11), it buys here (A12), it tests its managers (A13).
    """
    first = np.zeros(len(territory.basins) + 1, np.int64)
    first[1:] = np.cumsum([basin.large_sites for basin in territory.basins])
    sites = zeros(int(first[-1]), SITE_TABLE)
    shares = np.cumsum(SITE_SHARES / SITE_SHARES.sum())
    for b, basin in enumerate(territory.basins):
        for j in range(basin.large_sites):
            site = sites[first[b] + j]
            entity = (b << 20) | j
            u = [draw(territory.seed, SITE, entity, 0, k) for k in range(8)]
            dominant = basin.dominant_sector != "" and u[0] < max(0.5, basin.dominant_share)
            sector = NAMES.index(basin.dominant_sector) if dominant else int(np.searchsorted(shares, u[1]))
            image = j < basin.image_sites
            territorial = u[2] < TERRITORIAL_GROUPS
            site.basin, site.entity, site.sector = b, entity, sector
            site.jobs = 400.0 * float(np.exp(0.7 * normal(u[3])))
            site.group_size = 2000.0 * float(np.exp(1.5 * normal(u[4])))
            site.territorial = territorial
            site.head_office = j >= basin.large_sites - basin.head_offices
            site.motives = (
                (1.0 if dominant and basin.fragility >= 0.5 else 0.0)
                + (1.0 if image else 0.0)
                + (1.0 if territorial else 0.0)
                + (1.0 if u[5] < BUYERS else 0.0)
                + (1.0 if u[6] < TESTERS else 0.0)
            )
            site.sustainable = economy["head_office_days" if site.head_office else "site_days"][0]
            site.last_start = NEVER
    return sites, first


def rules_of(scheme: SchemeSpec, values: Mapping[str, float]) -> np.ndarray:
    """The row of a scheme (array of shape (1,)): what its data give, else the uncertainty ``scheme.field``,
    else the field's default."""
    row = np.zeros(1, RULES_DTYPE)
    for rule in RULES:
        row[rule.name] = scheme.rules.get(rule.name, values.get(f"{scheme.name}.{rule.name}", rule.default))
    return row


def build_locals(spec: WorldSpec, values: Mapping[str, float]) -> tuple[np.recarray, np.recarray, np.ndarray]:
    """Local schemes in the order of schemes, then of basins; their rows of rules; (scheme, basin) to local."""
    index = {basin.id: b for b, basin in enumerate(spec.territory.basins)}
    local_of = np.full((max(1, len(spec.schemes)), len(index)), NEVER, np.int32)
    places = [
        (s, index[basin], month)
        for s, scheme in enumerate(spec.schemes)
        for basin, month in sorted(scheme.opens, key=lambda item: index[item[0]])
    ]
    rows = zeros(len(places), LOCAL)
    rules = zeros(len(places), RULES_DTYPE)
    for at, (s, b, month) in enumerate(places):
        rows[at].scheme, rows[at].basin, rows[at].start = s, b, month
        rows[at].code = spec.schemes[s].code
        rows[at].closed = NEVER
        rules[at : at + 1] = rules_of(spec.schemes[s], values)
        local_of[s, b] = at
    return rows, rules, local_of


def build_partnerships(
    spec: WorldSpec, rows: np.recarray, sites: np.recarray, first: np.ndarray
) -> np.recarray:
    """A row for each local scheme and each large site of its basin. The founders are the sites with most
    motives (a territorial policy first among equals, then the order of the basin)."""
    counts = [int(first[row.basin + 1] - first[row.basin]) for row in rows]
    table = zeros(sum(counts), PARTNERSHIP)
    at = 0
    for k, row in enumerate(rows):
        row.first_partnership, row.partnerships = at, counts[k]
        here = range(int(first[row.basin]), int(first[row.basin + 1]))
        ranked = sorted(here, key=lambda s: (-sites[s].motives, -sites[s].territorial, s))
        founders = set(ranked[: spec.territory.basins[row.basin].founders])
        for s in here:
            link = table[at]
            link.site, link.local, link.state = s, k, CANDIDATE
            link.joined, link.left, link.asked = NEVER, NEVER, NEVER
            link.founder = s in founders
            at += 1
    return table


def build_switches(spec: WorldSpec, rows: np.recarray, rules: np.recarray) -> np.recarray:
    """The policy as a list of (month, local scheme, field, value), sorted by month. A ramp is one step a
    month from the value before to the value asked for."""
    names = [rule.name for rule in RULES]
    schemes = [scheme.name for scheme in spec.schemes]
    ids = [basin.id for basin in spec.territory.basins]
    found: list[tuple[int, int, int, float]] = []
    current = {(at, field): float(rules[field][at]) for at in range(len(rows)) for field in names}
    for change in sorted(spec.changes, key=lambda c: c.from_month):
        for at, row in enumerate(rows):
            if schemes[row.scheme] != change.scheme:
                continue
            if change.basins and ids[row.basin] not in change.basins:
                continue
            before = current[at, change.lever]
            steps = max(1, change.ramp_months if not FIELDS[change.lever].choices else 1)
            for k in range(1, steps + 1):
                value = before + (change.value - before) * k / steps if k < steps else change.value
                found.append((change.from_month + k - 1, at, names.index(change.lever), value))
            current[at, change.lever] = change.value
    table = zeros(len(found), SWITCH)
    for k, item in enumerate(sorted(found)):
        table[k] = item
    return table


@compiled
def age_hazards(economy):
    """Monthly exit hazard by age (0 to OLDEST months) of a very large firm of middling capability."""
    p = economy[0]
    hazards = np.zeros(OLDEST)
    for age in range(OLDEST):
        hazards[age] = p.exit_base + hump(age, p.exit_hump, 1.0 / p.exit_peak_months)
    return hazards


@compiled
def uid_of(basin, month, slot):
    """Identity of a firm: 24 bits of basin, 16 of month (0 for the initial stock, else month of birth + 1),
    24 of slot."""
    return (basin << 40) | (month << 24) | slot


@compiled
def populate(w, cumulated, initial, horizon):
    """Fills the rows of every basin: initial firms, then unborn candidates. ``initial``: firms placed at the
    beginning of each basin's rows already laid out."""
    p = w.economy[0]
    seed = w.seed[0]
    for b in range(w.basins.shape[0]):
        first = w.basins[b].first
        for j in range(initial[b]):
            i = first + j
            w.uid[i] = uid_of(b, 0, j)
            initial_firm(w, b, i, cumulated, p, seed)
        for t in range(horizon):
            for j in range(w.ends[b, t + 1] - w.ends[b, t]):
                i = w.ends[b, t] + j
                w.uid[i] = uid_of(b, t + 1, j)
                w.smes[i].basin = b


@compiled
def count_candidates(births, seed, horizon):
    """Candidates for birth by basin and month: Poisson of 1.5 times the expected births, keyed (basin,
    month). Shape (basins, months)."""
    counts = np.zeros((births.shape[0], horizon), np.int64)
    for b in range(births.shape[0]):
        for t in range(horizon):
            counts[b, t] = poisson(CEILING * births[b], seed, BIRTHS, b, t + 1)
    return counts


def blank_tables(spec: WorldSpec, values: Mapping[str, float], seed: int, ends: np.ndarray) -> Tables:
    """All tables at their sizes, nothing drawn yet. ``ends``: (basins, months + 1)."""
    economy = economy_record(values).view(np.recarray)
    basins = build_basins(spec)
    sites, site_first = build_sites(spec.territory, economy)
    local_rows, rules, local_of = build_locals(spec, values)
    months = (spec.start_year * 12 + spec.start_month - 1, spec.start_month - 1)
    law = spec.constants.revitalisation_year * 12 - months[0]
    endowment = spec.constants.state_endowment_year * 12 - months[0]
    rows = int(ends[-1, -1])
    horizon = spec.horizon_months
    stock = sum(basin.smes for basin in spec.territory.basins)
    projects = 1000 + stock // 10 + int(1.2 * stock * economy.project_rate[0] * horizon)
    files = 1000 + stock // 50 + 60 * len(local_rows)
    return Tables(
        seed=np.array([seed], np.uint64),
        nation=np.zeros(1),
        counts=np.zeros(10, np.int64),
        calendar=np.array([months[0], months[1], max(law, 0), max(endowment, 0)], np.int64),
        economy=economy,
        wage=np.array(
            [
                spec.constants.revitalisation_wages * spec.constants.minimum_wage_euros,
                float(spec.constants.revitalisation_group_size),
            ]
        ),
        uid=np.zeros(rows, np.uint64),
        size=np.zeros(rows),
        born=np.zeros(rows, np.int32),
        sector=np.zeros(rows, np.int32),
        exit_factor=np.zeros(rows),
        open_factor=np.zeros(rows),
        busy=np.zeros(rows, np.int8),
        flags=np.zeros(rows, np.uint8),
        causes=np.zeros((N_CAUSES, rows)),
        exposure=np.zeros((max(1, len(spec.schemes)), rows if spec.schemes else 1)),
        smes=zeros(rows, SME),
        basins=basins,
        ends=ends,
        hires=np.zeros((len(basins), len(NAMES))),
        sites=sites,
        site_first=site_first,
        persons=zeros(len(sites) * PERSONS_PER_SITE if spec.schemes else 0, PERSON),
        partnerships=build_partnerships(spec, local_rows, sites, site_first),
        locals=local_rows,
        local_of=local_of,
        outreach=np.zeros((len(local_rows), horizon + 1)),
        rules=rules,
        rule_cells=rules.view(np.float64).reshape(len(rules), len(RULES)),
        switches=build_switches(spec, local_rows, rules),
        projects=zeros(projects, PROJECT),
        active=np.zeros(projects, np.int32),
        files=zeros(files, FILE),
        open_files=np.zeros(files, np.int32),
        alumni=np.zeros(files, np.int64),
        seats=zeros(files, SEAT),
        sector_mix=sector_mix(spec.territory),
        tradable=TRADABLE,
        series=np.zeros((horizon, len(basins), len(SERIES))),
        local_series=np.zeros((horizon, len(local_rows), len(LOCAL_SERIES))),
    )


def lay_out(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First row of each basin, and end of its rows by month, from initial firms and candidates by month.

    ``counts``: (basins, months + 1), column 0 the initial stock. Returns arrays (basins,) and
    (basins, months + 1)."""
    totals = counts.sum(axis=1)
    first = np.concatenate([[0], np.cumsum(totals)[:-1]]).astype(np.int64)
    return first, first[:, None] + np.cumsum(counts, axis=1)


def build(spec: WorldSpec, values: Mapping[str, float], seed: int) -> Tables:
    """The tables of a world at the start of its first month.

    The initial stock is drawn first; the exits it expects set the births, hence the rows of each basin.
    """
    stock = np.array([[basin.smes] for basin in spec.territory.basins], np.int64)
    first, ends = lay_out(stock)
    draft = blank_tables(spec.without_schemes(), values, seed, ends)
    draft.basins.first[:] = first
    by_age = age_hazards(draft.economy)
    cumulated = np.concatenate([[0.0], np.cumsum(by_age)])
    populate(handle_of(draft), cumulated, stock[:, 0], 0)
    births = np.zeros(len(stock))
    for b in range(len(stock)):
        rows = slice(first[b], ends[b, 0])
        births[b] = draft.economy.births_ratio[0] * expected_exits(
            draft.size[rows], draft.born[rows], draft.exit_factor[rows], by_age,
            draft.economy.exit_small[0],
        )  # fmt: skip
    candidates = count_candidates(births, np.uint64(seed), spec.horizon_months)
    final, ends = lay_out(np.concatenate([stock, candidates], axis=1))
    w = blank_tables(spec, values, seed, ends)
    w.basins.first[:] = final
    w.basins.births[:] = births
    populate(handle_of(w), cumulated, np.zeros(len(stock), np.int64), spec.horizon_months)
    for b in range(len(stock)):
        old = slice(first[b], first[b] + stock[b, 0])
        new = slice(final[b], final[b] + stock[b, 0])
        for column in ("uid", "size", "born", "sector", "exit_factor", "open_factor", "smes"):
            getattr(w, column)[new] = getattr(draft, column)[old]
    return w
