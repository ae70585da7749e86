"""Numbers in words: rounded, with an interval, chances as "1 in 5"; none looks more exact than it is."""

import math
from collections.abc import Iterable

from experiments.report.reading import Spread

OFTEN = "9 times out of 10"
NO_NET_JOB = "no net job"
MINUS, NARROW = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
_CHANCES = (
    (1, 100), (1, 50), (1, 20), (1, 10), (1, 5), (1, 4), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (3, 4),
    (4, 5), (9, 10), (19, 20), (49, 50), (99, 100),
)  # fmt: skip
PROPER = {"alize": "Alizé", "boost_innov": "Boost'Innov", "pacte_pme": "Pacte PME", "plan_pme": "Plan PME",
          "pole": "pôle"}  # fmt: skip
FEW = 20  # worlds; below, chances are said as counts
_PLURALS = {"local schemes": "local scheme", "jobs": "job", "worlds": "world", "days": "day", "euros": "euro",
            "sites": "site", "persons": "person", "files": "file", "missions": "mission",
            "points": "point"}  # fmt: skip


def rounded(value: float, scale: float = 0.0) -> float:
    """Two figures that count, and none finer than those of ``scale``, the largest number beside it; whole
    from 10 on."""
    if not value:
        return 0.0
    if not math.isfinite(value):
        return value
    largest = max(abs(value), abs(scale))
    finest = 0 if largest >= 10 else 1 - math.floor(math.log10(largest))
    return round(value, min(1 - math.floor(math.log10(abs(value))), finest)) or 0.0


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
    """Both ends of an interval, rounded alike; "million" and "%" are said once where both have it."""
    low, high = number(s.p05, unit, _scale(s)), number(s.p95, unit, _scale(s))
    return _without(low, _word(high)) if low != high else low, high


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
    """A table's cell: "38 (−12 to 95)", which breaks before its bracket only."""
    if not s.known:
        return "not known"
    middle = (signed if sign else number)(getattr(s, centre), unit, _scale(s) if s.interval else 0.0)
    if not s.interval:
        return middle
    low, high = bounds(s, unit)
    if low == high == middle.removeprefix("+"):
        return middle
    word = _word(middle)
    if any(_word(number(end, unit, _scale(s))) != word for end in (s.p05, s.p95)):
        word = ""  # 1.1 million (850,000 to 1.3 million)
    ends = f"{_without(low, word)} to {_without(high, word)}".replace(" ", NARROW)
    return f"{middle.replace(' ', NARROW)} ({ends})"


def span(s: Spread, unit: str = "") -> str:
    """ "16,000 to 20,000", the range alone; a single value where there is no interval."""
    if not s.known:
        return "not known"
    if not s.interval:
        return number(s.p50, unit)
    low, high = bounds(s, unit)
    return low if low == high else f"{low} to {high}"


def _scale(s: Spread) -> float:
    return max((abs(v) for v in (s.p05, s.p95) if math.isfinite(v)), default=0.0)


def _word(text: str) -> str:
    return text[text.index(NARROW) :] if NARROW in text else ""


def _without(text: str, word: str) -> str:
    return text.removesuffix(word) if word and text.endswith(word) else text


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


def exact(value: float) -> str:
    """A published number, as it was published."""
    return f"{value:,.10g}".replace("-", MINUS)


def three(value: float) -> str:
    """Three figures that count, for what stands beside a published number."""
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return exact(round(value, digits))


def without_net_job(k: int, n: int) -> str:
    """A sentence: in how many worlds there is no net job."""
    if n and k == 0:
        return (
            "There are net jobs in the only world."
            if n == 1
            else f"There are net jobs in each of {n:,} worlds."
        )
    return f"There is no net job in {chance(k, n)}."


def listed(items: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    found = list(items)
    return f" {last} ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def plain(name: str) -> str:
    """A policy's or scheme's name in running text: "no-renewal" is "no renewal", "alize" is "Alizé"."""
    return PROPER.get(name) or name.replace("-", " ").replace("_", " ")
