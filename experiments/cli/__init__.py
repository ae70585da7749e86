"""The command ``tremplin``. Heavy imports stand inside the commands: help is there at once."""

import sys

from experiments.cli import (  # noqa: F401  their commands join the application
    clusters,
    evaluations,
    fits,
    folders,
    sensitivities,
    texts,
    worlds,
)
from experiments.cli.base import app, say

__all__ = ["app", "main"]

# as one meets them: what there is, worlds, what they hang on, the model beside figures, folders, clusters
ORDER = (
    "list", "explain", "new", "check", "run", "compare", "trace", "report", "export", "sensitivity", "sweep",
    "evaluate", "validate", "calibrate", "status", "collect", "rerun", "repair", "slurm", "schema",
)  # fmt: skip
app.registered_commands.sort(
    key=lambda known: ORDER.index(known.name or str(known.callback and known.callback.__name__))
)
SYSTEMS = ("linux", "darwin")  # others cannot hand an open pipe to a worker, or lock a folder


def main() -> None:
    """Entry point of the command ``tremplin``."""
    if sys.platform not in SYSTEMS:
        say(f"tremplin runs on Linux and macOS only (here: {sys.platform}); on Windows, in WSL")
        raise SystemExit(3)
    try:
        app()
    except OSError as error:  # of help, which is printed outside the commands
        say(f"cannot write to standard output ({error.strerror})")
        raise SystemExit(3) from None
