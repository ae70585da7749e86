"""Reading a file as text, whatever stands there: missing, binary, too large, badly encoded."""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from scenarios.problems import Place, Report, nearest, quoted

LARGEST_YAML = 100_000
LARGEST_CSV = 1_000_000


@dataclass(frozen=True)
class Source:
    """A file: where it is, and how it is shown in messages."""

    path: Path
    shown: str

    def place(self, line: int = 0, column: int = 0) -> Place:
        """A place in this file, counted from 1."""
        return Place(self.shown, line, column)


@dataclass(frozen=True)
class Named:
    """Where a file is named in another one: a missing file, or what is no file, is that file's problem."""

    place: Place
    path: str


def read_text(source: Source, report: Report, *, largest: int, named: Named | None = None) -> str | None:
    """The text of a UTF-8 file, line ends made ``\\n``; None if it cannot be read, the reason being noted.

    ``largest``: bytes.
    """
    at, path = (named.place, named.path) if named else (source.place(), "")
    got = quoted(source.shown) if named else ""
    try:
        if source.path.is_dir():
            report.add(at, path, "this is a folder, a file is wanted", got=got)
            return None
        if not source.path.exists():
            _missing(source, report, named)
            return None
        if not source.path.is_file():
            report.add(at, path, "this is no ordinary file", got=got)
            return None
        with source.path.open("rb") as file:
            raw = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        report.add(at, path, f"cannot read {source.shown!r}: {reason}")
        return None
    if len(raw) > largest:
        report.add(
            source.place(), "", "the file is too large", allowed=f"at most {largest // 1000} thousand bytes"
        )
        return None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        report.add(source.place(1, 1), "", "the file is in UTF-16; save it as UTF-8")
        return None
    if b"\0" in raw:
        report.add(source.place(), "", "this is a binary file; a text file in UTF-8 is wanted")
        return None
    return _decode(source, raw, report)


def _missing(source: Source, report: Report, named: Named | None) -> None:
    try:
        beside = {entry.stem: entry.name for entry in sorted(source.path.parent.iterdir()) if entry.is_file()}
    except OSError:
        beside = {}
    close = beside.get(nearest(source.path.stem, beside, 0.7), "")
    near = os.path.join(os.path.dirname(source.shown), close) if close else ""
    if named is None:
        report.add(source.place(), "", "no such file", nearest=near)
        return
    folder = os.path.dirname(named.place.file)
    if near and os.path.isabs(near) == os.path.isabs(folder):  # else it was named by its whole path
        near = Path(os.path.relpath(near, folder or ".")).as_posix()
    report.add(named.place, named.path, f"no such file {source.shown!r}", nearest=near)


def _decode(source: Source, raw: bytes, report: Report) -> str | None:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
        line, column = _position(before, len(before))
        byte = f"byte 0x{raw[error.start]:02x}"
        report.add(source.place(line, column), "", "this is not UTF-8; save the file as UTF-8", got=byte)
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = next((i for i, c in enumerate(text) if not (c.isprintable() or c in "\n\t") and _control(c)), -1)
    if bad >= 0:
        line, column = _position(text, bad)
        got = f"U+{ord(text[bad]):04X}"
        report.add(source.place(line, column), "", "a control character stands in the file", got=got)
        return None
    return unicodedata.normalize("NFC", text)  # so that a name typed elsewhere is the same name


def _control(character: str) -> bool:
    """Whether a character may not stand in a YAML 1.2 text (``c-printable``), or would end a line unseen."""
    code = ord(character)
    return code < 0x20 or 0x7F <= code <= 0x9F or character in "\u2028\u2029\ufeff\ufffe\uffff"


def _position(text: str, index: int) -> tuple[int, int]:
    before = text[:index].replace("\r\n", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
