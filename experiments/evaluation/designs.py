"""The usual designs of evaluation. Each takes what an evaluator sees of one world and gives an effect in jobs
a helped firm, on which firms it claims it, or the reason why it cannot be applied."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from experiments.evaluation.estimate import (
    Estimate,
    clustered,
    instrumented,
    mean_of,
    of_few,
    rule_of_thumb,
    strength,
)
from experiments.evaluation.matching import match
from experiments.evaluation.seen import LOTS, MEMBERS, MERIT, Seen
from experiments.evaluation.trials import FEWEST_BASINS
from sim.state import NEVER
from sim.world import CENSUS_MONTHS

FEWEST = 20  # firms on either side of a comparison
WEAK = 10.0  # F statistic of the first stage below which an instrument says nothing

# why a design cannot be applied; kept as a number, so only ever added to
REASONS = (
    "",
    f"fewer than {FEWEST} helped firms with a headcount before",
    f"fewer than {FEWEST} firms like them were never helped",
    "no committee ranks by merit",
    f"fewer than {FEWEST} firms accepted, or rejected, near the committee's limit",
    "nobody is admitted: firms join, or queue in another order",
    f"fewer than {FEWEST} firms drawn, or not drawn",
    "hardly any firm went without help because of the lot",
    f"fewer than {FEWEST_BASINS} basins that could open",
    "nobody was helped in the basins that opened",
)
(
    APPLIED, FEW_HELPED, FEW_ALIKE, NO_MERIT, FEW_NEAR, NO_ADMISSION, FEW_DRAWN, WEAK_LOT, FEW_BASINS,
    NONE_HELPED,
) = range(len(REASONS))  # fmt: skip
PUBLISHED, LOTTERY, SATURATION = "published", "lottery", "saturation"  # worlds
GROSS, NET = "gross", "net"


@dataclass(frozen=True)
class Finding:
    """What a design finds. ``firm`` and ``weight``: what it claims to measure is the sum over these firms of
    weight times what the scheme changed. ``reason``: place in ``REASONS`` if it could not be applied."""

    estimate: Estimate | None
    treated: int = 0
    compared: int = 0
    firm: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    weight: np.ndarray = field(default_factory=lambda: np.zeros(0))
    reason: int = APPLIED


@dataclass(frozen=True)
class Design:
    """``world``: the one it is applied in; ``estimand``: what it can measure, gross (helped firms only) or
    net (all firms)."""

    name: str
    words: str
    world: str
    effect: str
    estimand: str
    apply: Callable[[Seen], Finding]


def refused(reason: int, treated: int = 0, compared: int = 0) -> Finding:
    """A design that could not be applied."""
    return Finding(None, treated, compared, reason=reason)


def _on(estimate: Estimate, firm: np.ndarray, weight: np.ndarray, treated: int, compared: int) -> Finding:
    return Finding(estimate, treated, compared, firm, weight / weight.sum())


def before_after(seen: Seen) -> Finding:
    """Helped firms, their headcount now less that before they asked."""
    before = seen.before(seen.helped, seen.asked)
    firm = seen.helped[before > 0]
    if len(firm) < FEWEST:
        return refused(FEW_HELPED, len(firm))
    change = seen.now[firm] - before[before > 0]
    return _on(mean_of(change), firm, np.ones(len(firm)), len(firm), len(firm))


def matched(seen: Seen) -> Finding:
    """Difference in differences between helped firms and firms like them (``match``), errors clustered by
    firm: the same firm may be like several."""
    pairs = match(seen)
    there = int((seen.before(seen.helped, seen.asked) > 0).sum())
    if there < FEWEST:
        return refused(FEW_HELPED, there)
    firms = np.unique(pairs.firm[~pairs.treated])
    treated = pairs.firm[pairs.treated]
    if len(treated) < FEWEST or len(firms) < FEWEST:
        return refused(FEW_ALIKE, len(treated), len(firms))
    found = clustered(pairs.change, pairs.treated, pairs.weight, pairs.firm)
    return _on(found, treated, np.ones(len(treated)), len(treated), len(firms))


def discontinuity(seen: Seen) -> Finding:
    """Regression discontinuity: firms whose first file the committee placed just above and just below its
    limit; local lines on either side, triangular kernel. Some below are helped later: being above is the
    instrument of being helped."""
    if seen.admission != MERIT:
        return refused(NO_MERIT)
    files, before = seen.files, seen.before(seen.files.firm, seen.files.applied)
    judged = files.judged & (before > 0)
    if judged.sum() < 2 * FEWEST:
        return refused(FEW_NEAR, int((judged & files.accepted).sum()))
    width = rule_of_thumb(files.margin[judged])
    kernel = np.maximum(0.0, 1.0 - np.abs(files.margin) / width) * judged
    near = kernel > 0
    above, margin, firm = files.margin[near] >= 0, files.margin[near], files.firm[near]
    n, m = int(above.sum()), int((~above).sum())
    if n < FEWEST or m < FEWEST:
        return refused(FEW_NEAR, n, m)
    treated = np.isin(firm, seen.helped)
    if strength(treated, above) < WEAK:
        return refused(FEW_NEAR, n, m)
    lines = np.column_stack([margin, margin * above])
    found = instrumented(seen.now[firm] - before[near], treated, above, lines, kernel[near])
    own = above & treated
    return _on(found, firm[own], kernel[near][own], n, m)


def drawn_lots(seen: Seen) -> Finding:
    """Firms that lots turned away beside firms that they did not; the lot is the instrument of being helped.

    Where a committee decides, of the files that it would take: also those that won and still wait, or gave up
    waiting, since who lost does not wait. Where seats are given by lot, the number itself, of all files that
    have had the time to get one. What it finds is the effect on winners that were helped.
    """
    files, before = seen.files, seen.before(seen.files.firm, seen.files.applied)
    if seen.admission == LOTS:
        until = (len(seen.counts) - 1) * CENSUS_MONTHS - seen.patience
        kept, lot = (files.applied < until) & (before > 0), files.ticket
    elif seen.admission == MEMBERS:
        return refused(NO_ADMISSION)
    else:
        kept = files.judged & (before > 0)
        if seen.admission == MERIT:
            kept &= files.margin >= 0
        lot = 1.0 - files.rejected
    firm = files.firm[kept]
    treated = np.isin(firm, seen.helped)
    won = treated if seen.admission == LOTS else lot[kept] > 0
    n, m = int(won.sum()), int((~won).sum())
    if n < FEWEST or m < FEWEST:
        return refused(FEW_DRAWN, n, m)
    if strength(treated, lot[kept]) < WEAK:
        return refused(WEAK_LOT, n, m)
    found = instrumented(seen.now[firm] - before[kept], treated, lot[kept])
    own = treated & won
    return _on(found, firm[own], np.ones(int(own.sum())), n, m)


def basins_drawn(seen: Seen) -> Finding:
    """Randomised saturation: growth of all jobs since the planned opening, in basins that opened less that in
    basins that did not, weighted by jobs, at equal years since then; turned into jobs a helped firm. A row a
    basin, so that robust errors are errors by cluster."""
    until = (len(seen.counts) - 1) * CENSUS_MONTHS
    places = np.flatnonzero((seen.planned != NEVER) & (seen.planned < until))
    open_ = seen.opened[places]
    if len(places) < FEWEST_BASINS or not open_.any() or open_.all():
        return refused(FEW_BASINS, int(open_.sum()), int((~open_).sum()))
    jobs = np.stack([np.bincount(seen.basin, row, len(seen.planned)) for row in seen.counts])
    before, now = jobs[seen.planned[places] // CENSUS_MONTHS, places], jobs[-1, places]
    inside = np.flatnonzero(np.isin(seen.basin, places[open_]))
    helped = int(np.isin(seen.helped, inside).sum())
    if not helped:
        return refused(NONE_HELPED, int(open_.sum()), int((~open_).sum()))
    years = (until - seen.planned[places]) / CENSUS_MONTHS
    growth = of_few((now - before) / before, open_, before, years)
    found = growth.times(float(before[open_].sum()) / helped)
    weight = np.full(len(inside), 1.0 / helped)
    return Finding(found, int(open_.sum()), int((~open_).sum()), inside, weight)


_ALL = (
    Design("before-after", "before and after", PUBLISHED, GROSS,
           "what helped firms gained, whatever made them gain it", before_after),
    Design("matching", "matched comparison (difference in differences)", PUBLISHED, GROSS,
           "effect on helped firms, if firms that look alike would have grown alike", matched),
    Design("discontinuity", "committee's limit (regression discontinuity)", PUBLISHED, GROSS,
           "effect on helped firms that were nearly rejected", discontinuity),
    Design("lottery", "lottery among those who would be admitted", LOTTERY, GROSS,
           "effect on helped firms, what competitors lose left out", drawn_lots),
    Design("saturation", "random half of the basins", SATURATION, NET,
           "effect on all firms of the basins, displacement and spill-over included", basins_drawn),
)  # fmt: skip
DESIGNS: Mapping[str, Design] = {design.name: design for design in _ALL}
