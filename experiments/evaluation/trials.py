"""The worlds that an evaluation needs: as published, with a lottery among those who would be admitted, with a
random half of the basins, and the same world without the scheme."""

from dataclasses import replace

import numpy as np

from experiments.evaluation.seen import COMMITTEE, LOTS, MERIT, admission, openings, scheme_of
from sim.draws import TRIAL, generator
from sim.spec import SchemeSpec, WorldSpec
from sim.state import NEVER
from sim.world import CENSUS_MONTHS

FEWEST_BASINS = 8  # of which half open; with fewer, no error can be estimated that deserves the name
DRAWN = 0.5  # share of the admitted that the lottery turns away, and of the basins that open


def watched(spec: WorldSpec, year: int) -> WorldSpec:
    """The same world until the end of a year, with yearly headcounts."""
    return replace(spec, horizon_months=year * CENSUS_MONTHS, counts_heads=True)


def without(spec: WorldSpec, scheme: str) -> WorldSpec:
    """The same world without one scheme; others stay."""
    schemes = tuple(s for s in spec.schemes if s.name != scheme)
    return replace(spec, schemes=schemes, changes=tuple(c for c in spec.changes if c.scheme != scheme))


def lottery(spec: WorldSpec, scheme: str) -> WorldSpec | None:
    """The same world where lots are drawn among the firms that the committee would take: each is turned away
    with a chance of one half, and its file does not come back (another project may). None where no committee
    decides; unchanged where seats are given by lot anyway.

    A screening whose error is 1 turns away ready and unready directors alike: it is the lottery, in place of
    the screening that the scheme may have.
    """
    rules = scheme_of(spec, scheme).rules
    how = admission(rules)
    if how == LOTS:
        return spec
    if how not in (MERIT, COMMITTEE):
        return None
    drawn = {"screening": DRAWN, "screening_error": 1.0, "return_share": 0.0}
    if how == COMMITTEE:
        drawn["acceptance_share"] = 1.0  # else those whom the committee ranks low are losers too
    changes = tuple(c for c in spec.changes if c.scheme != scheme or c.lever not in drawn)
    return _with(replace(spec, changes=changes), scheme, rules={**rules, **drawn})


def saturation(spec: WorldSpec, scheme: str, seed: int) -> WorldSpec | None:
    """The same world where a random half of the basins that were to open by the end never does. ``None`` with
    fewer than ``FEWEST_BASINS``."""
    planned = openings(spec, scheme)
    there = np.flatnonzero((planned != NEVER) & (planned < spec.horizon_months))
    if len(there) < FEWEST_BASINS:
        return None
    open_ = generator(seed, TRIAL).permutation(there)[: round(DRAWN * len(there))]
    names = {spec.territory.basins[b].id for b in open_}
    opens = tuple((basin, month) for basin, month in scheme_of(spec, scheme).opens if basin in names)
    return _with(spec, scheme, opens=opens)


def _with(spec: WorldSpec, scheme: str, **changed: object) -> WorldSpec:
    def of(s: SchemeSpec) -> SchemeSpec:
        return replace(s, **changed) if s.name == scheme else s  # type: ignore[arg-type]

    return replace(spec, schemes=tuple(of(s) for s in spec.schemes))
