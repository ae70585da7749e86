"""How far the worlds are: a bar on a terminal, plain lines elsewhere, nothing when quiet. On stderr."""

import sys
import time
from types import TracebackType
from typing import Any

LINE_SECONDS = 10.0


class Progress:
    """Progress over ``worlds`` worlds, as a context."""

    def __init__(self, worlds: int, quiet: bool = False):
        self.worlds = worlds
        self.quiet = quiet
        self.ended = 0
        self.failed = 0
        self._before = 0
        self._begun = self._said = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> "Progress":
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("worlds"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                TextColumn("{task.fields[failed]}"), console=Console(stderr=True), transient=True,
            )  # fmt: skip
            self._task = self._bar.add_task("", total=self.worlds, failed="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def start_at(self, ended: int) -> None:
        """Worlds that are there already."""
        self.ended = self._before = ended
        if ended and not self.quiet:
            self._say(f"{ended:,} of {self.worlds:,} worlds are there already")
        if self._bar:
            self._bar.update(self._task, completed=ended)

    def advance(self, counts: dict[str, int]) -> None:
        """Worlds that just ended, by status."""
        self.ended += sum(counts.values())
        self.failed += sum(n for status, n in counts.items() if status != "ok")
        failed = f"{self.failed:,} failed" if self.failed else ""
        if self._bar:
            self._bar.update(self._task, completed=self.ended, failed=failed)
        elif not self.quiet and (time.monotonic() - self._said > LINE_SECONDS or self.ended == self.worlds):
            self._said = time.monotonic()
            rate = (self.ended - self._before) / max(self._said - self._begun, 1e-9)
            left = (self.worlds - self.ended) / max(rate, 1e-9)
            ended = f"{self.ended:,} of {self.worlds:,} worlds"
            words = (ended, failed, f"{left:.0f} s left" if left else "")
            self._say(", ".join(word for word in words if word))

    def _say(self, line: str) -> None:
        if self._bar:
            self._bar.console.print(line)
        else:
            print(line, file=sys.stderr, flush=True)
