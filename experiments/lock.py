"""Who writes in a folder. A lock of the system ends with its process, however that ends: none is ever
stale."""

import errno
import fcntl
import json
import os
import shlex
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.errors import Refused, unable
from scenarios.problems import typed

WHOLE = ".lock"
NOTING = ".noting"  # held while the manifest or the parameters are read and written anew
TAKEN = (errno.EAGAIN, errno.EACCES)
TRIES, TRY_SECONDS = 5, 0.1  # `status` looks at a lock by holding it for a moment


@contextmanager
def locked(folder: Path, part: tuple[int, int] = (1, 1)) -> Iterator[None]:
    """Holds a folder, or one part of it, while its worlds run.

    Parts of one division may run at the same time; nothing else may. ``Refused`` if another command holds it,
    saying which. A file system that has no locks is written without.
    """
    i, n = part
    if n == 1:
        wanted = [(WHOLE, True)]
    else:
        wanted = [(WHOLE, False), (f"{WHOLE}-{i}-of-{n}", True)]
        _refuse_other_divisions(folder, n)
    held = []
    try:
        for name, alone in wanted:
            held.append(_take(folder / name, alone))
        yield
    finally:
        for descriptor in held:
            os.close(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Waits until nobody else holds this file, for what takes a moment or what others would do again. A file
    system that has no locks goes on without."""
    with path.open("w") as file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def holders(folder: Path) -> list[dict[str, Any]]:
    """Who writes in a folder now: pid, host, started, command, and part if it is one."""
    found = []
    for path in sorted(folder.glob(f"{WHOLE}*")):
        if not _is_free(path):
            said = _said(path)
            if said:
                found.append(said)
    parts = [who for who in found if "part" in who]
    return parts or found


def _take(path: Path, alone: bool) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise unable(error, f"write {path}") from None
    for attempt in range(TRIES):
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            break
        except OSError as error:
            if error.errno not in TAKEN:
                return descriptor
            if attempt == TRIES - 1:
                os.close(descriptor)
                raise Refused(_taken(path)) from None
            time.sleep(TRY_SECONDS)
    if alone:
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.write(descriptor, json.dumps(_me(path)).encode())
    return descriptor


def _is_free(path: Path) -> bool:
    """Whether nobody holds a lock file for himself."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in TAKEN
    finally:
        os.close(descriptor)
    return True


def _refuse_other_divisions(folder: Path, n: int) -> None:
    for path in folder.glob(f"{WHOLE}-*-of-*"):
        if not path.name.endswith(f"-of-{n}") and not _is_free(path):
            raise Refused(_taken(path))


def _me(path: Path) -> dict[str, Any]:
    me = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(["tremplin", *sys.argv[1:]]),
    }
    _, _, part = path.name.partition("-")
    return me | ({"part": part.replace("-of-", "/")} if part else {})


def _said(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        return dict(json.loads(path.read_text("utf-8")))
    return {}


def _taken(path: Path) -> str:
    who = next(iter(holders(path.parent)), None)
    by = f"process {who['pid']} of {who['host']}, since {who['started']}" if who else "another command"
    return (
        f"{path.parent}: is being written by {by}; wait for it (`tremplin status {typed(path.parent)}` says "
        "how far it is), stop it, or choose another --out"
    )
