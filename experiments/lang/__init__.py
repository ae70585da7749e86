"""The language in which texts are read: English, as the source has them, or another by its catalogue.

A catalogue ``<language>.po`` (gettext) is keyed by the English text with its named placeholders. English
needs neither the catalogue nor Babel, which reads it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ENGLISH, FRENCH = "en", "fr"
LANGUAGES = (ENGLISH, FRENCH)
HERE = Path(__file__).parent
KEYWORDS: Mapping[str, Any] = {
    "say": None,
    "plural": (1, 2),
    "words": None,
    "later": None,
    "Said": None,
    "counted": (1, 2),
}  # of extraction
POLICY = "policy"  # names of shipped policies, which mean something else elsewhere
missed: set[str] = set()  # messages without a translation, asked for so far
_now = [ENGLISH]


def language() -> str:
    """The language of now."""
    return _now[-1]


@contextmanager
def using(wanted: str = ENGLISH) -> Iterator[None]:
    """Speaks a language for a while. ``ValueError`` if there is no such language."""
    _now.append(ENGLISH)
    try:
        speak(wanted)
        yield
    finally:
        _now.pop()


def speak(wanted: str) -> None:
    """Speaks a language from now on, or until the end of ``using``. ``ValueError`` if there is no such
    language."""
    if wanted not in LANGUAGES:
        raise ValueError(wanted)
    _now[-1] = wanted


def say(message: str, /, **values: Any) -> str:
    """A message with its placeholders filled."""
    return _found(message).format(**values)


def plural(one: str, many: str, n: float, /, **values: Any) -> str:
    """A message that varies with a number: ``one`` for 1 in English, where the whole part is 0 or 1 in
    French."""
    if language() == ENGLISH:
        return (one if n == 1 else many).format(**values)
    texts = _catalogue(language()).get((one, many))
    if not texts:
        missed.add(one)
        texts = (one, many)
    return texts[int(abs(n) >= 2)].format(**values)


def later(message: str) -> str:
    """Marks a message that is said elsewhere, by ``say``."""
    return message


def told(text: str, of: str = "") -> str:
    """What shipped data say, in the language of now; what somebody wrote in own files, as it was written.
    ``of``: the texts among which it is looked up, if they stand apart."""
    if language() == ENGLISH:
        return text
    found = _catalogue(language()).get(apart(text, of) if of else text)
    return found if isinstance(found, str) else text


def apart(text: str, of: str) -> str:
    """The key of a text that stands apart (gettext's context)."""
    return f"{of}\x04{text}"


def form(value: Any, spec: str = ",") -> str:
    """A number by a Python format, with the separators and signs of the language; 0 has no sign."""
    text = format(value, spec)
    if not text.strip("+-0,.%"):
        text = text.lstrip("+-")
    return text if language() == ENGLISH else text.translate(_signs(language()))


def moment(text: str) -> str:
    """A date and time, given as ISO 8601 has it, as it is read; the same where it is none."""
    if language() == ENGLISH:
        return text
    from datetime import UTC, datetime

    from babel.dates import format_datetime

    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
        return format_datetime(at, "d MMMM y, H 'h' mm 'UTC'", locale=language())
    except ValueError:
        return text


@dataclass(frozen=True)
class Said:
    """A message that is kept, and said in the language of whoever reads it: ``str`` says it. Values may be
    messages themselves; ``specs``: how numbers among them are written; ``one``: the message where the first
    of them is one, see ``counted``."""

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    specs: Mapping[str, str] = field(default_factory=dict)
    one: str = ""

    def __str__(self) -> str:
        texts = {name: self._text(name) for name in self.values}
        if not self.one:
            return say(self.message, **texts)
        return plural(self.one, self.message, self._as_read(next(iter(self.values))), **texts)

    def _as_read(self, name: str) -> float:
        """The number as it is written: 1.3 days, written "1", are one day."""
        return float(format(self.values[name], self.specs[name]).replace(",", ""))

    def _text(self, name: str) -> str:
        value = self.values[name]
        return form(value, self.specs[name]) if name in self.specs else str(value)

    def as_data(self) -> dict[str, Any]:
        """As plain data, from which ``kept`` makes it again."""
        values = {name: _plain(value) for name, value in self.values.items()}
        return {"message": self.message, "values": values, "specs": dict(self.specs), "one": self.one}


def counted(one: str, many: str, values: Mapping[str, Any], spec: str = "") -> Said:
    """A message that is kept and varies with the first of its values, which is written by ``spec``."""
    return Said(many, values, {next(iter(values)): spec}, one)


def _plain(value: Any) -> Any:
    if isinstance(value, Said | Told):
        return value.as_data()
    return value.item() if hasattr(value, "item") else value


@dataclass(frozen=True)
class Told:
    """What shipped data say, kept likewise."""

    text: str

    def __str__(self) -> str:
        return told(self.text)

    def as_data(self) -> dict[str, str]:
        """As plain data."""
        return {"told": self.text}


def kept(data: Any) -> Any:
    """A kept message from plain data; a text or number as it is."""
    if not isinstance(data, Mapping):
        return data
    if "told" in data:
        return Told(data["told"])
    values = {name: kept(value) for name, value in data["values"].items()}
    return Said(data["message"], values, data["specs"], data.get("one", ""))  # older folders have none


def read(data: Any) -> str:
    """A kept message from plain data, said; a text as it is."""
    return str(kept(data))


def _found(message: str) -> str:
    if language() == ENGLISH:
        return message
    found = _catalogue(language()).get(message)
    if not isinstance(found, str):
        missed.add(message)
        return message
    return found


@cache
def _catalogue(of: str) -> Mapping[Any, Any]:
    """Translations by message, with its context before it; by both messages where there is a plural."""
    from babel.messages.pofile import read_po

    with (HERE / f"{of}.po").open("rb") as stream:
        found = [message for message in read_po(stream, locale=of) if message.id]
    return {apart(str(m.id), m.context) if m.context else m.id: m.string for m in found}


@cache
def _signs(of: str) -> Mapping[int, str]:
    """What stands for the signs of an English number."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    narrow = "\N{NARROW NO-BREAK SPACE}"
    return str.maketrans({
        ",": get_group_symbol(of), ".": get_decimal_symbol(of), "-": "\N{MINUS SIGN}", "%": f"{narrow}%",
    })  # fmt: skip
