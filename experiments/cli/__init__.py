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

SYSTEMS = ("linux", "darwin")  # others cannot hand an open pipe to a worker, or lock a folder


def main() -> None:
    """Entry point of the command ``tremplin``."""
    if sys.platform not in SYSTEMS:
        say(f"tremplin runs on Linux and macOS only (here: {sys.platform}); on Windows, in WSL")
        raise SystemExit(3)
    app()
