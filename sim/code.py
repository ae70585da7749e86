"""Identity of the simulation code, and the folder where its compiled form is kept."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parent
READY = "ready"  # begins the name of the file that says that all is compiled


@cache
def source_hash() -> str:
    """Hash (32 hex digits) of every source file of ``sim``.

    A checkout, a wheel and a dirty tree agree when their sources do; line endings do not matter.
    """
    return _digest_of_sources().hexdigest()


@cache
def code_hash() -> str:
    """The same, of the sources and of the versions that may decide the last bit of a number."""
    digest = _digest_of_sources()
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"{package}={version(package)}\0".encode())
    return digest.hexdigest()


def _digest_of_sources() -> "hashlib.blake2b":
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(ROOT.rglob("*.py"), key=lambda p: p.relative_to(ROOT).as_posix()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest


def cache_folder() -> Path:
    """Writable folder for compiled kernels of exactly this code.

    ``TREMPLIN_CACHE`` names another root; where neither it nor the user's cache folder can be written
    (read-only installation, no home) a folder of the user in the system's temporary one serves.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    roots = [Path(os.environ["TREMPLIN_CACHE"])] if "TREMPLIN_CACHE" in os.environ else []
    for root in [*roots, *_home(), Path(tempfile.gettempdir()) / f"tremplin-{user}"]:
        folder = root / code_hash()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            owner = folder.stat().st_uid
        except OSError:
            continue
        # compiled code is run: a folder that another user has laid out in a shared place is left alone
        if os.access(folder, os.W_OK) and user == owner:
            return folder
    return Path(tempfile.mkdtemp(prefix="tremplin-"))


def _home() -> list[Path]:
    """The user's cache folder, if he has a home."""
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    except RuntimeError:
        return []
    return [home / "tremplin"]


def mark() -> Path:
    """The file that says that these files are compiled. One a place, as compiled code is: two copies of the
    same code share a folder."""
    place = hashlib.blake2b(str(ROOT.resolve()).encode(), digest_size=8).hexdigest()
    return cache_folder() / f"{READY}-{place}"


def warm_units() -> frozenset[str]:
    """What of these very files has been compiled here before, by names of ``sim.warm``."""
    try:
        sources, *units = mark().read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return frozenset()
    return frozenset(units if sources == _sources() else ())


def mark_warm(units: Iterable[str]) -> None:
    """Notes that so much of these files is compiled here, besides what was."""
    mark().write_text("\n".join([_sources(), *sorted(warm_units() | set(units))]), "utf-8")


def _sources() -> str:
    """Names, dates and sizes of the sources: compiled code is looked up by them."""
    stats = [(path.name, path.stat()) for path in sorted(ROOT.rglob("*.py"))]
    return repr([(name, stat.st_mtime_ns, stat.st_size) for name, stat in stats])
