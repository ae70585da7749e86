"""The basin in the middle, year by year."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.lang import Said, Told, counted
from experiments.typical.lines import END, ONE, SIGNED, Line, Story, dated, scheme_of
from scenarios.load import Case
from sim.columns import distinct
from sim.pair import Pair, accepted_files
from sim.state import CAUSES, COMPLETED, FIRST_CAUSE, L_DAYS, NEVER, PARTNER_SITES, X
from sim.world import World


def basins(case: Case, pair: Pair) -> Iterator[Story]:
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
    asked = np.isin(pair.treated.files.local, here).any()
    accepted = accepted_files(pair.treated)
    accepted = accepted[np.isin(accepted.local, here)]
    ended = pair.treated.files
    ended = ended[(ended.state == COMPLETED) & np.isin(ended.local, here)]
    sites = int((t.sites.basin == b).sum())
    partner_sites = t.series[:, b, PARTNER_SITES]
    partnered = bool(partner_sites.any())
    lines = []
    first = int(t.locals.start[here].min()) // 12 + 1
    for year in range(first, pair.treated.month // 12 + 1):
        month = 12 * year - 1
        local = t.local_series[month, here]
        files = np.count_nonzero((accepted.accepted >= 12 * (year - 1)) & (accepted.accepted <= month))
        partners = float(partner_sites[month])
        days = float(local[:, L_DAYS].sum())
        helped_ = len(distinct(ended.firm[ended.ended <= month]))  # a firm may be helped more than once
        facts = [
            counted("{files} file accepted in the year", "{files} files accepted in the year",
                    {"files": files}, ONE) if asked else None,
            counted("{partners} partner of {sites}", "{partners} partners of {sites}",
                    {"partners": partners, "sites": _large(sites)}, ONE) if partnered else None,
            counted("{firms} helped so far", "{firms} helped so far", {"firms": helped_}, ONE)
            if asked else None,
            counted("{days} day given so far", "{days} days given so far", {"days": days}, ONE)
            if days else None,
            counted("{jobs} job beside the world without", "{jobs} jobs beside the world without",
                    {"jobs": float(so_far[month])}, SIGNED),
        ]  # fmt: skip
        lines.append(dated(case, month, _together([fact for fact in facts if fact])))
    lines += _closures(case, pair.treated, here)
    jobs = [float(x.series[-1, b, 0]) for x in (t, pair.control.tables)]
    exits = float(pair.delta_by_basin()[X, b])
    end = Said(
        "{mine} jobs in its small firms with the scheme, {other} without: {change} (of which {closures} by "
        "closures).",
        {"mine": jobs[0], "other": jobs[1], "change": net, "closures": exits},
        {"mine": ONE, "other": ONE, "change": SIGNED, "closures": SIGNED},
    )
    small = counted("{firms} small firm", "{firms} small firms", {"firms": place.smes}, ONE)
    firms = _together([small, _large(sites)] if partnered else [small])
    about = Said("{first}, {rest}", {"first": Told(place.name), "rest": firms})
    lines.sort(key=lambda line: line.month)
    end = Said(END, {"what": end})
    return Story(
        "basin",
        Said("The basin in the middle, by jobs gained a small firm, of those with a local scheme"),
        None,
        about,
        tuple(lines),
        end,
    )


def _large(sites: int) -> Said:
    return counted("{sites} large site", "{sites} large sites", {"sites": sites}, ONE)


def _closures(case: Case, world: World, here: np.ndarray) -> Iterator[Line]:
    """When the local schemes ``here`` close, by name where there are several schemes."""
    several = len(world.spec.schemes) > 1
    for local in here[world.tables.locals.closed[here] != NEVER]:
        text = Said("the scheme closes here")
        if several:
            text = Said("{scheme} closes here", {"scheme": scheme_of(case, world, int(local))})
        yield dated(case, int(world.tables.locals.closed[local]), text)


def _together(facts: Sequence[Said]) -> Said:
    """Several facts in one line."""
    first, *rest = facts
    return Said("{first}, {rest}", {"first": first, "rest": _together(rest)}) if rest else first
