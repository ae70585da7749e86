"""Where a scenario file is: a name of those that are shipped, or a path."""

import os
from pathlib import Path

from scenarios.problems import Report, nearest, typed
from scenarios.texts import Named, Source

SHIPPED = Path(__file__).parent
SUFFIXES = {"cases": ".yaml", "policies": ".yaml", "schemes": ".yaml", "territories": ".csv"}
KINDS = tuple(SUFFIXES)
COMMANDS = {"cases": "run", "policies": "compare", "schemes": "explain", "territories": "check"}
FOR_FILES = COMMANDS | {"schemes": "check"}  # explain takes names alone
ONE = {"cases": "case", "policies": "policy file", "schemes": "scheme", "territories": "territory"}


def available(kind: str) -> tuple[str, ...]:
    """Names of the files that are shipped: of cases, policies, schemes or territories, sorted."""
    if kind not in SUFFIXES:
        raise ValueError(f"{kind!r} is none of: {', '.join(KINDS)}")
    return tuple(sorted(path.stem for path in (SHIPPED / kind).glob(f"*{SUFFIXES[kind]}")))


def is_path(text: str) -> bool:
    """Whether a text names a file rather than a scenario: it holds a slash or ends as a file name does."""
    return "/" in text or "\\" in text or text.lower().endswith((".yaml", ".yml", ".csv"))


def shipped(kind: str, name: str) -> Source:
    """The shipped file of that kind and name, shown from the current folder where it lies below."""
    path = SHIPPED / kind / f"{name}{SUFFIXES[kind]}"
    return Source(path, _shown(path))


def is_ours(kind: str, file: Path) -> bool:
    """Whether a file is a shipped one of that kind."""
    return file.stem in available(kind) and Path(os.path.abspath(file)) == shipped(kind, file.stem).path


def locate(
    text: str | os.PathLike[str], kinds: tuple[str, ...], report: Report, named: Named | None = None
) -> Source | None:
    """The file meant by a name or a path; None if no such name is shipped, which is noted.

    A path is relative to the file in which it stands (``named``), or to the current folder.
    """
    if not isinstance(text, str):
        return Source(Path(text), os.fspath(text))
    if is_path(text):
        folder = os.path.dirname(named.place.file) if named else ""
        shown = os.path.join(folder, text.replace("\\", "/")) if named else text
        shown = os.path.normpath(shown) if named else shown
        return Source(Path(shown), shown)
    known = {kind: available(kind) for kind in kinds}
    for kind, names in known.items():
        if text in names:
            return shipped(kind, text)
    names = tuple(name for found in known.values() for name in found)
    wanted = " or a ".join(ONE[kind] for kind in kinds)
    other = next((kind for kind in KINDS if text in available(kind)), "")
    if named and other:
        report.add(named.place, named.path, f"must be a {wanted}, and {text} is a {ONE[other]}")
    elif named:
        what = f"no {' or '.join(ONE[kind] for kind in kinds)} of this name is shipped"
        report.unknown(named.place, named.path, f"{what}; a path ends in {SUFFIXES[kinds[0]]}", text, names)
    else:
        # no file to point at: the name itself stands in the place of the file
        source = Source(Path(text), text)
        if os.path.exists(text):
            return source
        if other:
            report.add(source.place(), "", answered(other, wanted, COMMANDS[other], text))
            return None
        near = nearest(text, names)
        what = f"neither a file nor the name of a {wanted}"
        report.add(source.place(), "", what, allowed="" if near else ", ".join(names), nearest=near)
    return None


def answered(kind: str, wanted: str, command: str, text: str) -> str:
    """What is said of a file or name of another kind than is wanted: what it is, and the command for it."""
    return f"is a {ONE[kind]}, and a {wanted} is wanted here: tremplin {command} {typed(text)}"


def named_in(folder: Path, kind: str, file: Path) -> str:
    """How a scenario file of that folder names another one of a kind: by its name where it is shipped, by its
    path from there otherwise."""
    own = Path(os.path.abspath(file))
    if is_ours(kind, own):
        return own.stem
    try:
        path = Path(os.path.relpath(own, folder)).as_posix()
    except ValueError:  # another drive
        path = own.as_posix()
    return path if is_path(path) else f"./{path}"


def _shown(path: Path) -> str:
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return str(path)
    return str(path) if relative.startswith("..") else relative
