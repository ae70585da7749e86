"""Numbers in words: rounded, with an interval, chances as "1 in 5"; none looks more exact than it is."""

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from experiments.lang import ENGLISH, POLICY, form, language, later, plural, say, told
from experiments.lang.phrases import span_of
from experiments.nothing import JOBS, RATE, SHARE, decimals, finest, seen
from experiments.report.reading import Spread

OFTEN = later("9 times out of 10")
NO_NET_JOB = later("no net job")
PUBLISHED = "published"  # the policy that changes nothing
MINUS, NARROW = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
_CHANCES = (
    (1, 100), (1, 50), (1, 20), (1, 10), (1, 5), (1, 4), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (3, 4),
    (4, 5), (9, 10), (19, 20), (49, 50), (99, 100),
)  # fmt: skip
PROPER = {"alize": "Alizé", "boost_innov": "Boost'Innov", "pacte_pme": "Pacte PME", "plan_pme": "Plan PME",
          "pole": "pôle"}  # fmt: skip
LONGEST_NAME = 32  # signs; a longer title is a sentence, which would stand in the midst of another
FEW = 20  # worlds; below, chances are said as counts
PER = "per"  # unit of rates: jobs per 1,000 jobs, or per million euros
PLACES = "local schemes"  # so few that a mean of them is told to a tenth
RATES = (later("per year"), later("per month"), later("per call"))  # behind what is counted
EVERY = 99  # decimals
_LEAST = {"share": SHARE, PER: RATE}  # of counts: jobs
_WORD = re.compile(r"[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]([^\d\s]+)$")  # behind a number


def rounded(value: float, scale: float = 0.0, most: int = EVERY) -> float:
    """Two figures that count, and none finer than those of ``scale``, the largest number beside it; whole
    from 10 on. ``most``: decimals at most."""
    if not value:
        return 0.0
    if not math.isfinite(value):
        return value
    largest = max(abs(value), abs(scale))
    beside = 0 if largest >= 10 else decimals(largest, 2)
    return round(value, min(decimals(value, 2), beside, most)) or 0.0


def number(value: float, unit: str = "", scale: float = 0.0) -> str:
    """A number as it is read: 4,100; 3.7 million; 31 % for a share; "−" for minus; 0 where it is too
    little."""
    if math.isnan(value):
        return say("not known")
    if math.isinf(value):
        return say(NO_NET_JOB) if value > 0 else f"{MINUS}∞"
    small = as_read(value, unit, scale)
    if abs(small) >= 1e6:
        few = small / (1e9 if abs(small) >= 1e9 else 1e6)
        text = form(few, ",.0f" if few == int(few) else ".2g")
        if abs(small) >= 1e9:
            text = plural("{number} billion", "{number} billion", few, number=text).replace(" ", NARROW)
        else:
            text = plural("{number} million", "{number} million", few, number=text).replace(" ", NARROW)
    elif small == int(small) or (abs(small) >= 10 and unit != PLACES):
        text = form(small, ",.0f")
    else:
        text = form(small, ".3g")
    text = text.replace("-", MINUS)
    return percent(text) if unit == "share" else text


def as_read(value: float, unit: str, scale: float) -> float:
    """The number that is read, as beside others of this scale; a share as a percentage."""
    least = _least(unit)
    if not seen(value, least):
        return 0.0
    if unit == PLACES:
        return round(value, 1)
    times, fewer = (100, 2) if unit == "share" else (1, 0)
    small = rounded(times * value, times * scale, finest(least) - fewer)
    large = next((each for each in (1e9, 1e6) if abs(small) >= each), 0.0)
    return rounded(value / large) * large if large else small


def _least(unit: str) -> float:
    return _LEAST.get(unit, JOBS)


def percent(text: str) -> str:
    """ "31 %"."""
    return say("{number} %", number=text).replace(" ", NARROW)


def typeset(text: str) -> str:
    """A text of the terminal with the signs of a page: "−0.02 jobs", "51 %"."""
    return re.sub(r"(?<=\d)%", f"{NARROW}%", re.sub(r"(?<![\w.])-(?=\d)", MINUS, text))


def with_unit(value: float, unit: str) -> str:
    """A number and its unit."""
    text = number(value, unit)
    if unit in ("", "share", PER) or not math.isfinite(value):
        return text
    return of_unit(text, unit, abs(rounded(value)))


def of_unit(text: str, unit: str, n: float) -> str:
    """A number that is already written, ``n``, and its unit, which agrees with it."""
    found = {
        "agreements": lambda: plural("{number} agreement", "{number} agreements", n, number=text),
        "cohorts": lambda: plural("{number} cohort", "{number} cohorts", n, number=text),
        "days": lambda: plural("{number} day", "{number} days", n, number=text),
        "euros": lambda: plural("{number} euro", "{number} euros", n, number=text),
        "events": lambda: plural("{number} event", "{number} events", n, number=text),
        "files": lambda: plural("{number} file", "{number} files", n, number=text),
        "firms": lambda: plural("{number} firm", "{number} firms", n, number=text),
        "jobs": lambda: plural("{number} job", "{number} jobs", n, number=text),
        PLACES: lambda: plural("{number} local scheme", "{number} local schemes", n, number=text),
        "missions": lambda: plural("{number} mission", "{number} missions", n, number=text),
        "months": lambda: plural("{number} month", "{number} months", n, number=text),
        "partners": lambda: plural("{number} partner", "{number} partners", n, number=text),
        "persons": lambda: plural("{number} person", "{number} persons", n, number=text),
        "points": lambda: plural("{number} point", "{number} points", n, number=text),
        "posts": lambda: plural("{number} post", "{number} posts", n, number=text),
        "seats": lambda: plural("{number} seat", "{number} seats", n, number=text),
        "sites": lambda: plural("{number} site", "{number} sites", n, number=text),
        "worlds": lambda: plural("{number} world", "{number} worlds", n, number=text),
        "years": lambda: plural("{number} year", "{number} years", n, number=text),
    }
    if unit.startswith("%"):
        return percent(text) + told(unit).removeprefix("%")
    counted, _, each = unit.partition(" per ")
    if counted not in found or (each and f"per {each}" not in RATES):
        return f"{text} {told(unit)}"
    return f"{found[counted]()} {say(f'per {each}')}" if each else found[counted]()


def signed(value: float, unit: str = "", scale: float = 0.0) -> str:
    """The same with its sign."""
    text = number(value, unit, scale)
    return f"+{text}" if value > 0 and math.isfinite(value) and not _reads_nought(text) else text


def extremes(values: Mapping[str, float], unit: str = "") -> tuple[list[str], list[str]]:
    """Who has the least, and who has the most: all whose numbers read alike."""
    least, most = (number(end(values.values()), unit) for end in (min, max))
    read = {name: number(value, unit) for name, value in values.items()}
    return [name for name in read if read[name] == least], [name for name in read if read[name] == most]


def bounds(s: Spread, unit: str = "") -> tuple[str, str]:
    """Both ends of an interval, rounded alike; "million" and "%" are said once where both have it."""
    low, high = ends(s, unit)
    return _without(low, high) if low != high else low, high


def ends(s: Spread, unit: str = "") -> tuple[str, str]:
    """The same, with "million" and "%" behind each."""
    return beside(s, s.p05, unit), beside(s, s.p95, unit)


def between(s: Spread, unit: str = "") -> str:
    """ "between 20 and 95, 9 times out of 10"; says so where there is no interval."""
    if not s.known:
        return say("not known")
    if not s.interval:
        return say("one world, so no interval")
    low, high = bounds(s, unit)
    if low == high:
        return say("{low} in nearly every world", low=low)
    if math.isinf(s.p95) and not math.isinf(s.p05):
        return say("from {low} to {high}, 9 times out of 10", low=low, high=high)
    return say("between {low} and {high}, 9 times out of 10", low=low, high=high)


def cell(s: Spread, unit: str = "", centre: str = "mean", sign: bool = False) -> str:
    """A table's cell: "38 (−12 to 95)", which breaks before its bracket only."""
    if not s.known:
        return say("not known")
    middle = middle_of(s, unit, centre, sign)
    if not s.interval:
        return middle
    low, high = bounds(s, unit)
    if low == high == middle.removeprefix("+"):
        return middle
    full = ends(s, unit)
    if all(_alike(end, middle) for end in full):  # not: 1.1 million (850,000 to 1.3 million)
        low, high = (_without(end, middle) for end in full)
    found = span_of(low, high).replace(" ", NARROW)
    return f"{middle.replace(' ', NARROW)} ({found})"


def middle_of(s: Spread, unit: str = "", centre: str = "mean", sign: bool = False) -> str:
    """The number that stands for a spread, rounded as beside its interval: alike wherever it is read."""
    return beside(s, getattr(s, centre), unit, signed if sign else number)


def middle_with_unit(s: Spread, unit: str, sign: bool = False) -> str:
    """The mean of a spread as it is read, with its unit, which agrees with it."""
    return of_unit(middle_of(s, unit, sign=sign), unit, abs(mean_as_read(s, unit)))


def mean_as_read(s: Spread, unit: str = "") -> float:
    """The mean of a spread as ``cell`` shows it; a share as a percentage."""
    return as_read(s.mean, unit, _scale_beside(s, s.mean, unit))


def beside(s: Spread, value: float, unit: str, write: Callable[[float, str, float], str] = number) -> str:
    """A number of a spread, rounded as beside its ends."""
    return write(value, unit, _scale_beside(s, value, unit))


def _scale_beside(s: Spread, value: float, unit: str) -> float:
    """The scale of a number of a spread: that of its ends; its own, for one figure rather than 0, where both
    ends lie on one side of 0: a reader must see that they do."""
    scale = _scale(s) if s.interval else 0.0
    low, high = (seen(end, _least(unit)) for end in (s.p05, s.p95))
    aside = low > 0 or high < 0
    return 10 * value if aside and not as_read(value, unit, scale) else scale


def span(s: Spread, unit: str = "") -> str:
    """ "16,000 to 20,000", the range alone; a single value where there is no interval."""
    if not s.known:
        return say("not known")
    if not s.interval:
        return number(s.p50, unit)
    low, high = bounds(s, unit)
    return low if low == high else span_of(low, high)


def _scale(s: Spread) -> float:
    return max((abs(v) for v in (s.p05, s.p95) if math.isfinite(v)), default=0.0)


def _reads_nought(text: str) -> bool:
    return not any(digit in text for digit in "123456789")


def _word(text: str) -> str:
    """What stands behind a number: "million", "%"; in the plural or not."""
    found = _WORD.search(text)
    return found[1].removesuffix("s") if found else ""


def _alike(text: str, other: str) -> bool:
    """Whether two numbers are both in millions, or neither is."""
    return _word(text) == _word(other)


def _without(text: str, other: str) -> str:
    """A number without its word, where another one beside it says the same."""
    return _WORD.sub("", text) if _word(text) and _alike(text, other) else text


def worlds(count: int) -> str:
    """ "1 world", "12 worlds"."""
    return plural("{number} world", "{number} worlds", count, number=form(count))


def chance(k: int, n: int) -> str:
    """A count of worlds as a chance, to be read after "in": "1 world in 5"; a count where there are few."""
    if not n:
        return say("no world that ended well")
    if n == 1:
        return say("the only world") if k else say("none (one world only)")
    if k == 0:
        return say("none of {n} worlds", n=form(n))
    if k == n:
        return say("all {n} worlds", n=form(n))
    if n < FEW:
        return plural("{k} of {n} worlds", "{k} of {n} worlds", k, k=k, n=n)
    share = k / n
    a, b = min(_CHANCES, key=lambda c: abs(math.log(share / (1 - share)) - math.log(c[0] / (c[1] - c[0]))))
    return plural("{a} world in {b}", "{a} worlds in {b}", a, a=a, b=b)


def exact(value: float) -> str:
    """A published number, as it was published."""
    return form(value, ",.10g").replace("-", MINUS)


def three(value: float) -> str:
    """Three figures that count, for what stands beside a published number."""
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return exact(round(value, digits))


def called(scheme: str, titles: Mapping[str, str]) -> str:
    """A scheme's name in running text: of one that is not shipped the title of its file, up to a colon, where
    that is short and no other scheme has it. ``titles``: those of all schemes of the case."""
    short = {name: title.partition(":")[0].strip() for name, title in titles.items()}
    title = short.get(scheme, "")
    alone = title not in PROPER.values() and [*short.values()].count(title) == 1
    named = 0 < len(title) <= LONGEST_NAME and alone and scheme not in PROPER
    return title if named else plain(scheme)


def place_of(who: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The basin of a worst basin, by its id, or by its name where ``names`` are given; how many where several
    share it; nothing where none is known."""
    ids = who.split(", ")
    if len(ids) > 1:
        return plural("{n} basin", "{n} basins", len(ids), n=form(len(ids)))
    return names.get(who, who)


def without_net_job(k: int, n: int) -> str:
    """A sentence: in how many worlds there is no net job."""
    if n and k == 0:
        if n == 1:
            return say("There are net jobs in the only world.")
        return say("There are net jobs in each of {n} worlds.", n=form(n))
    return say("There is no net job in {worlds}.", worlds=chance(k, n))


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def plain(name: str) -> str:
    """A policy's or scheme's name in running text, in the language of now where it is shipped."""
    if name == PUBLISHED and language() != ENGLISH:  # no name that a user gave
        return say("the case as it is")
    return told(bare(name)) if name in PROPER else told(bare(name), POLICY)


def typed(name: str) -> str:
    """A policy's name at a terminal: as it is typed in files; of a shipped one, in another language, as the
    page has it."""
    return name if plain(name) == bare(name) else plain(name)


def bare(name: str) -> str:
    """The same in English: "no-renewal" is "no renewal", "alize" is "Alizé"."""
    return PROPER.get(name) or " ".join(name.replace("-", " ").replace("_", " ").split()) or name
