"""What is wrong in a scenario file: every problem with its place, and the error that carries them all."""

import difflib
import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN_AT_MOST = 50
KEPT_AT_MOST = 500
LISTED_AT_MOST = 15


@dataclass(frozen=True)
class Place:
    """A file as it is shown to the reader, with line and column counted from 1; 0 where there is none."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, in which key (``path``), what, what stands there, what may stand there.

    ``got``, ``allowed`` and ``nearest`` are left out of the message where they are empty; characters that
    cannot be seen are escaped in it.
    """

    place: Place
    path: str
    what: str
    got: str = ""
    allowed: str = ""
    nearest: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.path}: {self.what}" if self.path else f"{self.place}: {self.what}"
        if self.got:
            text += f" (got {self.got})"
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.nearest:
            text += f"; did you mean {self.nearest}?"
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class ScenarioError(ValueError):
    """Scenario files that cannot be used. ``problems``: what is wrong, in the order of files and lines.

    ``more``: problems that were counted only, a file that is wrong throughout being read no further.
    """

    def __init__(self, problems: Iterable[Problem], more: int = 0):
        self.problems = tuple(problems)
        self.more = more
        super().__init__(self.problems, more)

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[:SHOWN_AT_MOST]]
        left = len(self.problems) - len(shown) + self.more
        return "\n".join([*shown, f"... and {left} more"] if left else shown)


@dataclass
class Report:
    """Collects problems while files are read; equal ones are kept once, and the first few hundred only.

    ``first``: the file, as shown, that was asked for; its problems come first.
    """

    first: str = ""
    kept: dict[Problem, None] = field(default_factory=dict)
    more: int = 0

    @property
    def count(self) -> int:
        """How many problems were noted so far."""
        return len(self.kept) + self.more

    def add(
        self, place: Place, path: str, what: str, *, got: str = "", allowed: str = "", nearest: str = ""
    ) -> None:
        """Note a problem."""
        if len(self.kept) < KEPT_AT_MOST:
            self.kept[Problem(place, path, what, got, allowed, nearest)] = None
        else:
            self.more += 1

    def unknown(self, place: Place, path: str, what: str, name: str, known: Iterable[str]) -> None:
        """Note a name that nobody knows, with the nearest known one, or all of them where none is near."""
        known = tuple(dict.fromkeys(known))
        close = nearest(name, known) if len(self.kept) < KEPT_AT_MOST else ""
        listed = ", ".join(known) if len(known) <= LISTED_AT_MOST or not close else ""
        self.add(place, path, what, got=quoted(name), allowed=listed, nearest=close)

    def raise_if_any(self) -> None:
        """Raise ScenarioError if anything was noted: file by file, then by line."""
        if self.kept:
            files = list(dict.fromkeys([self.first, *(problem.place.file for problem in self.kept)]))
            order = {file: i for i, file in enumerate(files)}
            raise ScenarioError(
                sorted(self.kept, key=lambda p: (order[p.place.file], p.place.line, p.place.column)),
                self.more,
            )


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The known name that begins with ``name`` or else resembles it most, or nothing."""
    known = list(known)
    longer = [other for other in known if len(name) > 2 and other.startswith(name)]
    close = longer or difflib.get_close_matches(name[:100], known, 1, likeness)
    return close[0] if close else ""


def quoted(text: str) -> str:
    """A text between quotes, shortened, with unprintable characters escaped."""
    return repr(text if len(text) <= 60 else text[:57] + "...")


def typed(path: str | os.PathLike[str]) -> str:
    """A path in a command that the reader is told to give: one word for a shell, whatever it holds."""
    return shlex.quote(os.fspath(path))


def in_path(key: str) -> str:
    """A key as it stands in a path: quoted where it is not a plain word."""
    return key if 0 < len(key) <= 60 and key.isprintable() and not set(key) & set(" :'\"") else quoted(key)


def number_text(value: float) -> str:
    """A number without exponent where it can be avoided: 2000000, 0.35."""
    return str(int(value)) if float(value).is_integer() else f"{value:.15g}"
