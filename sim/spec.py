"""Frozen inputs of a world. Whatever is wrong in them is refused here, before anything runs."""

import difflib
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from sim.economy.sectors import NAMES
from sim.parameters import FIELDS, LEVERS

YEAR = 12  # months
GAINS = 1.0  # code of the rule ``declare`` under which a scheme counts gains of headcount
POLE = 3.0  # code of the rule ``format`` of schemes whose members do research


class SpecError(ValueError):
    """An input that no world can be made of. ``path`` says which one, as in ``schemes.alize.days``."""

    def __init__(self, path: str, message: str):
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


def _nearest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), 1, 0.5)
    return f"; did you mean {close[0]}?" if close else ""


def _within(path: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also refuses NaN
        raise SpecError(path, f"must lie between {low:g} and {high:g} (got {value:g})")


@dataclass(frozen=True)
class Basin:
    """A labour basin (zone d'emploi) as it stands when the case begins.

    ``smes``: firms with at least one employee and fewer than 250. ``large_sites``: large establishments whose
    owners could join a scheme; ``founders`` of them do so when one opens. ``fragility``, ``unemployment``,
    ``dominant_share``, ``cooperation`` in [0, 1]. ``image_sites``: sites whose image counts (nuclear plants).
    ``head_offices``: sites that are head offices of a metropolis.
    """

    id: str
    name: str
    smes: int
    large_sites: int
    founders: int = -1
    region: str = ""
    latitude: float = float("nan")
    longitude: float = float("nan")
    fragility: float = 0.3
    unemployment: float = 0.091
    dominant_sector: str = ""
    dominant_share: float = 0.0
    cooperation: float = 0.4
    image_sites: int = 0
    head_offices: int = 0
    opens_year: int = 0
    opens_month: int = 0
    synthetic: bool = False

    def __post_init__(self) -> None:
        at = f"basin {self.id}"
        if self.smes < 1:
            raise SpecError(f"{at}.smes", f"a basin needs at least one firm (got {self.smes})")
        _within(f"{at}.smes", self.smes, 1, 2_000_000)
        _within(f"{at}.large_sites", self.large_sites, 0, 2000)
        if self.founders < 0:
            object.__setattr__(self, "founders", min(8, round(self.large_sites * 2 / 3)))
        _within(f"{at}.founders", self.founders, 0, self.large_sites)
        for name in ("fragility", "unemployment", "dominant_share", "cooperation"):
            _within(f"{at}.{name}", getattr(self, name), 0.0, 1.0)
        _within(f"{at}.image_sites", self.image_sites, 0, self.large_sites)
        _within(f"{at}.head_offices", self.head_offices, 0, self.large_sites)
        if self.dominant_sector and self.dominant_sector not in NAMES:
            raise SpecError(
                f"{at}.dominant_sector",
                f"unknown sector {self.dominant_sector!r}; allowed: {', '.join(NAMES)}"
                + _nearest(self.dominant_sector, NAMES),
            )


@dataclass(frozen=True)
class Territory:
    """Basins, and the seed of what is drawn about their large sites (the case's own, not the world's)."""

    name: str
    basins: tuple[Basin, ...]
    seed: int = 1

    def __post_init__(self) -> None:
        if not self.basins:
            raise SpecError("territory", f"{self.name} has no basin; give at least one")
        seen: set[str] = set()
        for basin in self.basins:
            if basin.id in seen:
                raise SpecError("territory", f"basin {basin.id!r} stands twice")
            seen.add(basin.id)


def fragile_third(territory: Territory) -> tuple[str, ...]:
    """The most fragile third of the basins (rounded up), in the territory's order; ties go to the first."""
    ranked = sorted(territory.basins, key=lambda basin: -basin.fragility)
    kept = {basin.id for basin in ranked[: math.ceil(len(ranked) / 3)]}
    return tuple(basin.id for basin in territory.basins if basin.id in kept)


def fragility_varies(territory: Territory) -> bool:
    """Whether some basins are more fragile than others, so that a most fragile third means something."""
    return len({basin.fragility for basin in territory.basins}) > 1


@dataclass(frozen=True)
class Closure:
    """A large site that cuts jobs in a month that the case foretells, whatever the policy: the one with most
    jobs of the sector that dominates its basin.

    ``share``: of its jobs; 1 closes it. ``subcontractors``: of the basin's firms of its sector, the share
    that works for it.
    """

    basin: str
    month: int
    share: float = 1.0
    subcontractors: float = 0.3

    def __post_init__(self) -> None:
        at = f"closures.{self.basin}"
        _within(f"{at}.month", self.month, 0, 10_000)
        _within(f"{at}.share", self.share, 0.0, 1.0)
        _within(f"{at}.subcontractors", self.subcontractors, 0.0, 1.0)


@dataclass(frozen=True)
class SchemeSpec:
    """A scheme: its name, its row of rules (fields of ``sim.parameters.support``), where and when it opens.

    ``opens``: (basin id, month) pairs, months counted from the start of the case, -1 or more negative months
    being refused. ``code`` identifies the scheme in draws; it follows from the name.
    """

    name: str
    rules: Mapping[str, float]
    opens: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        for key, value in self.rules.items():
            if key not in FIELDS:
                raise SpecError(
                    f"schemes.{self.name}.{key}", "unknown field of a scheme" + _nearest(key, FIELDS)
                )
            _within(f"schemes.{self.name}.{key}", value, FIELDS[key].low, FIELDS[key].high)
        places = [basin for basin, _ in self.opens]
        for basin, month in self.opens:
            if places.count(basin) > 1:
                raise SpecError(f"schemes.{self.name}.opens", f"basin {basin!r} stands twice")
            if month < 0:
                raise SpecError(
                    f"schemes.{self.name}.opens.{basin}", f"month must be 0 or more (got {month})"
                )

    @property
    def code(self) -> int:
        """24 bits of the hash of the name: adding a scheme never changes the draws of another."""
        return int.from_bytes(hashlib.blake2b(self.name.encode(), digest_size=3).digest(), "little")


@dataclass(frozen=True)
class Change:
    """One lever of one scheme set to a value, from a month on (reached in ``ramp_months``), in some basins.

    ``basins`` empty means everywhere.
    """

    scheme: str
    lever: str
    value: float
    from_month: int = 0
    ramp_months: int = 0
    basins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        path = f"{self.scheme}.{self.lever}"
        if self.lever not in LEVERS:
            raise SpecError(path, "unknown lever" + _nearest(self.lever, LEVERS))
        _within(path, self.value, FIELDS[self.lever].low, FIELDS[self.lever].high)
        _within(f"{path}.from_month", self.from_month, 0, 10_000)
        _within(f"{path}.ramp_months", self.ramp_months, 0, 10_000)


@dataclass(frozen=True)
class Constants:
    """Dated facts of law and prices that a world needs."""

    minimum_wage_euros: float = 1218.0  # gross a month, 2005-07; the duty is counted in it
    revitalisation_wages: float = 3.0  # minimum wages a job cut (REV-06, REV-07: 2 to 4)
    revitalisation_year: int = 2005  # law of January 2005
    revitalisation_group_size: int = 1000  # S1-09
    state_endowment_year: int = 2007  # S1-11
    price_year: int = 0  # year of whose euros rules of schemes and constants are given in; 0: not said
    technology_share: float = 1.0  # of the territory's firms: those of the technologies that pôles address


@dataclass(frozen=True)
class WorldSpec:
    """All that a world is made of but its seed and the values of its uncertainties.

    ``counts_heads``: whether yearly headcounts are kept; set where a scheme declares gains of headcount, and
    kept in the world without schemes, which is asked the same. ``does_research``: whether firms have ideas
    and do research; set where a scheme is a pôle, and kept likewise. ``schemes`` are put in an order of their
    own, so that no world hangs on the order in which they are written: those that others are tried before
    (``last_resort_months``) come last, the rest by ``code``.
    """

    territory: Territory
    horizon_months: int
    start_year: int
    start_month: int = 1
    schemes: tuple[SchemeSpec, ...] = ()
    changes: tuple[Change, ...] = ()
    constants: Constants = field(default_factory=Constants)
    counts_heads: bool = False
    does_research: bool = False
    closures: tuple[Closure, ...] = ()

    def __post_init__(self) -> None:
        ranked = sorted(self.schemes, key=lambda s: (s.rules.get("last_resort_months", 0.0), s.code))
        object.__setattr__(self, "schemes", tuple(ranked))
        if any(scheme.rules.get("declare", 0.0) == GAINS for scheme in self.schemes):
            object.__setattr__(self, "counts_heads", True)
        if any(scheme.rules.get("format") == POLE for scheme in self.schemes):
            object.__setattr__(self, "does_research", True)
        _within("horizon_months", self.horizon_months, 1, 1200)
        _within("start_year", self.start_year, 1900, 2200)
        _within("start_month", self.start_month, 1, 12)
        known = {basin.id: basin for basin in self.territory.basins}
        names = [scheme.name for scheme in self.schemes]
        if len(set(names)) != len(names):
            raise SpecError("schemes", "a scheme stands twice")
        for scheme in self.schemes:
            for basin, _ in scheme.opens:
                if basin not in known:
                    raise SpecError(
                        f"schemes.{scheme.name}.opens", f"unknown basin {basin!r}" + _nearest(basin, known)
                    )
        for closure in self.closures:
            path = f"closures.{closure.basin}"
            if closure.basin not in known:
                raise SpecError(path, f"unknown basin {closure.basin!r}" + _nearest(closure.basin, known))
            if not known[closure.basin].large_sites:
                raise SpecError(path, "this basin has no large site")
        for change in self.changes:
            if change.scheme not in names:
                raise SpecError(
                    f"{change.scheme}.{change.lever}",
                    f"the case has no scheme {change.scheme!r}; it has: {', '.join(names) or 'none'}",
                )
            for basin in change.basins:
                if basin not in known:
                    raise SpecError(
                        f"{change.scheme}.{change.lever}.where",
                        f"unknown basin {basin!r}" + _nearest(basin, known),
                    )

    def canonical(self) -> str:
        """The whole specification as JSON with sorted keys: equal specifications give equal text."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def hash(self) -> str:
        """Hash (32 hex digits) of ``canonical``."""
        return hashlib.blake2b(self.canonical().encode(), digest_size=16).hexdigest()

    def without_schemes(self) -> "WorldSpec":
        """The same world where nobody is supported."""
        return WorldSpec(
            self.territory, self.horizon_months, self.start_year, self.start_month, (), (), self.constants,
            self.counts_heads, self.does_research, self.closures,
        )  # fmt: skip
