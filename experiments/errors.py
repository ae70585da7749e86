"""Why a command stops: what was asked cannot be done, or this computer cannot do it."""

import errno
import os
import sys
from pathlib import Path

NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
TOO_LITTLE_MEMORY = (
    "there is too little memory here for what was asked; worlds that have run are kept. Free some, or give "
    "the same command where there is more"
)
NOT_A_FOLDER = (errno.EEXIST, errno.ENOTDIR)  # where one was to be made, or to be written in


class Refused(Exception):
    """The request is wrong, needs ``--yes``, or belongs elsewhere (exit code 2)."""


class Unable(Exception):
    """The request is right, and something here is in the way: disk, rights, a missing part (exit code 3)."""


class Elsewhere(Unable):
    """It can be done in another folder; how that is chosen, the command says."""


class Lost(Exception):
    """What ran the worlds has gone before they had all ended (exit code 1); the same command goes on."""


def unable(error: OSError, doing: str) -> Unable:
    """What an error of the system means for the reader; ``doing`` says what was to be written, as in "write
    here"."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what = "the disk is full" if error.errno != errno.EFBIG else "files may not grow so large here"
        return Unable(f"cannot {doing}: {what}; free some room, then give the same command again")
    if error.errno in NOT_ALLOWED:
        return Elsewhere(f"cannot {doing}: writing is not allowed there")
    if error.errno == errno.EISDIR:
        there = error.filename2 or error.filename  # a finished file goes to the second
        return Unable(f"cannot {doing}: {there} is a folder; move it elsewhere, then give the command again")
    if error.errno in NOT_A_FOLDER and error.filename:
        path = Path(error.filename)
        if there := next((up for up in (path, *path.parents) if up.is_file()), None):
            return Unable(
                f"cannot {doing}: {there} is a file; move it elsewhere, then give the command again"
            )
    return Elsewhere(f"cannot {doing}: {os.strerror(error.errno) if error.errno else error}")


def unreadable(error: OSError, path: Path) -> Unable:
    """That a file or a folder which is there cannot be read: it may well be whole, so it stays as it is."""
    if error.errno in NOT_ALLOWED:
        return Unable(
            f"cannot read {path}: reading is not allowed there; ask its owner for the right to read it"
        )
    if error.errno == errno.EISDIR:
        return Unable(f"cannot read {path}: it is a folder; move it elsewhere, then give the command again")
    if error.errno == errno.ENOTDIR:
        return Unable(f"cannot read {path}: it is a file; move it elsewhere, then give the command again")
    why = os.strerror(error.errno) if error.errno else error
    return Unable(f"cannot read {path}: {why}; give the same command again once it can be read")


def out_of_memory(error: Exception) -> bool:
    """Whether an error says that memory was not enough; DuckDB, where it is used, has an error of its own."""
    duckdb = sys.modules.get("duckdb")
    return isinstance(error, MemoryError) or bool(duckdb and isinstance(error, duckdb.OutOfMemoryException))


def unforeseen(error: OSError) -> Unable:
    """The same where it is not known whether something was to be read or written."""
    if error.errno in (errno.EACCES, errno.EPERM) and error.filename:
        return Unable(
            f"cannot use {error.filename}: access is not allowed there; ask its owner for the right to it"
        )
    return unable(error, f"use {error.filename}" if error.filename else "go on")
