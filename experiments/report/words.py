"""Numbers in words: rounded, with an interval, chances as "1 in 5". No number here is more exact than it is."""

import math
from collections.abc import Iterable

from experiments.report.reading import Spread

OFTEN = "9 times out of 10"
NO_NET_JOB = "no net job"
MINUS, NARROW = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
_CHANCES = (
    (1, 100), (1, 50), (1, 20), (1, 10), (1, 5), (1, 4), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (3, 4), (4, 5),
    (9, 10), (19, 20), (49, 50), (99, 100),
)  # fmt: skip
FEW = 20  # worlds; below, chances are said as counts
_PLURALS = {"local schemes": "local scheme", "jobs": "job", "worlds": "world", "days": "day", "euros": "euro",
            "sites": "site", "persons": "person", "files": "file", "missions": "mission",
            "points": "point"}  # fmt: skip


def rounded(value: float, scale: float = 0.0) -> float:
    """Two figures that count; whole where ``value`` or ``scale`` reaches 10."""
    if not value or not math.isfinite(value):
        return value
    digits = 1 - math.floor(math.log10(abs(value)))
    if max(abs(value), abs(scale)) >= 10:
        digits = min(digits, 0)
    found = round(value, digits)
    return 0.0 if not found else found


def number(value: float, unit: str = "", scale: float = 0.0) -> str:
    """A number as it is read: 4,100; 3.7 million; 31 % for a share; "−" for minus."""
    if math.isnan(value):
        return "not known"
    if math.isinf(value):
        return NO_NET_JOB if value > 0 else f"{MINUS}∞"
    if unit == "share":
        value, scale = 100 * value, 100 * scale
    small = rounded(value, scale)
    if abs(small) >= 1e6:
        power, word = (1e9, "billion") if abs(small) >= 1e9 else (1e6, "million")
        text = f"{rounded(value / power):,.4g}{NARROW}{word}"
    elif abs(small) >= 10 or small == int(small):
        text = f"{small:,.0f}"
    else:
        text = f"{small:.3g}"
    text = text.replace("-", MINUS)
    return f"{text}{NARROW}%" if unit == "share" else text


def with_unit(value: float, unit: str) -> str:
    """A number and its unit."""
    text = number(value, unit)
    if unit in ("", "share") or not math.isfinite(value):
        return text
    return f"{text} {_PLURALS.get(unit, unit) if text in ('1', MINUS + '1') else unit}"


def signed(value: float, unit: str = "", scale: float = 0.0) -> str:
    """The same with its sign."""
    text = number(value, unit, scale)
    return f"+{text}" if value > 0 and math.isfinite(value) and text[0] != "0" else text


def bounds(s: Spread, unit: str = "") -> tuple[str, str]:
    """Both ends of an interval, rounded alike."""
    finite = [abs(v) for v in (s.p05, s.p95) if math.isfinite(v)]
    scale = max(finite, default=0.0)
    return number(s.p05, unit, scale), number(s.p95, unit, scale)


def between(s: Spread, unit: str = "") -> str:
    """ "between 20 and 95, 9 times out of 10"; says so where there is no interval."""
    if not s.known:
        return "not known"
    if not s.interval:
        return "one world, so no interval"
    low, high = bounds(s, unit)
    if low == high:
        return f"{low} in nearly every world"
    if math.isinf(s.p95) and not math.isinf(s.p05):
        return f"from {low} to {high}, {OFTEN}"
    return f"between {low} and {high}, {OFTEN}"


def cell(s: Spread, unit: str = "", centre: str = "mean", sign: bool = False) -> str:
    """A table's cell: "38 (−12 to 95)"."""
    if not s.known:
        return "not known"
    value = getattr(s, centre)
    if not s.interval:
        return (signed if sign else number)(value, unit)
    low, high = bounds(s, unit)
    scale = max((abs(v) for v in (s.p05, s.p95) if math.isfinite(v)), default=0.0)
    middle = (signed if sign else number)(value, unit, scale)
    return middle if low == high == middle else f"{middle} ({low} to {high})"


def span(s: Spread, unit: str = "") -> str:
    """ "16,000 to 20,000", the range alone; a single value where there is no interval."""
    if not s.known:
        return "not known"
    if not s.interval:
        return number(s.p50, unit)
    low, high = bounds(s, unit)
    return low if low == high else f"{low} to {high}"


def worlds(count: int) -> str:
    """ "1 world", "12 worlds"."""
    return f"{count:,} world{'' if count == 1 else 's'}"


def chance(k: int, n: int) -> str:
    """A count of worlds as a chance, to be read after "in": "1 world in 5"; a count where there are few."""
    if not n:
        return "no world that ended well"
    if n == 1:
        return "the only world" if k else "none (one world only)"
    if k == 0:
        return f"none of {n:,} worlds"
    if k == n:
        return f"all {n:,} worlds"
    if n < FEW:
        return f"{k} of {n} worlds"
    share = k / n
    a, b = min(_CHANCES, key=lambda c: abs(math.log(share / (1 - share)) - math.log(c[0] / (c[1] - c[0]))))
    return f"{a} world{'' if a == 1 else 's'} in {b}"


def listed(items: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    found = list(items)
    return f" {last} ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def plain(name: str) -> str:
    """A policy's name in running text: "no-renewal" is "no renewal"."""
    return name.replace("-", " ").replace("_", " ")
