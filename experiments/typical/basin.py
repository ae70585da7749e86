"""The basin in the middle, year by year."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.lang import Said, Told
from experiments.typical.lines import END, ONE, SIGNED, Story, dated
from scenarios.load import Case
from sim.pair import Pair
from sim.state import CAUSES, FIRST_CAUSE, L_COMPLETED, L_DAYS, L_PARTNERS, NEVER, X


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
        lines.append(dated(case, month, _together([fact for fact in facts if fact])))
    closed = t.locals.closed[here]
    for month in closed[closed != NEVER]:
        lines.append(dated(case, int(month), Said("the scheme closes here")))
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
