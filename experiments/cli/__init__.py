"""The command ``tremplin``. Heavy imports stand inside the commands: help is there at once."""

from experiments.cli import (  # noqa: F401  their commands join the application
    clusters,
    evaluations,
    fits,
    folders,
    sensitivities,
    texts,
    worlds,
)
from experiments.cli.base import app

__all__ = ["app", "main"]


def main() -> None:
    """Entry point of the command ``tremplin``."""
    app()
