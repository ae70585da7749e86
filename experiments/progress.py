"""How far the worlds are: a bar on a terminal, plain lines elsewhere, nothing when quiet. On stderr."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from experiments.lang import form, plural, say

LINE_SECONDS = 10.0


class Progress:
    """Progress over ``worlds`` worlds, as a context."""

    def __init__(self, worlds: int, quiet: bool = False):
        self.worlds = worlds
        self.quiet = quiet
        self.ended = 0
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
                TextColumn(say("worlds")), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
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
            self._say(
                plural(
                    "{ended} of {worlds} worlds is there already",
                    "{ended} of {worlds} worlds are there already",
                    ended,
                    ended=form(ended),
                    worlds=form(self.worlds),
                )
            )
        if self._bar:
            self._bar.update(self._task, completed=ended)

    def at(self, ended: int, not_ok: int) -> None:
        """How many worlds have ended since the start, and how many of them did not end well."""
        changed = self._before + ended != self.ended
        self.ended = self._before + ended
        failed = plural("{n} failed", "{n} failed", not_ok, n=form(not_ok)) if not_ok else ""
        now = time.monotonic()
        if self._bar:
            self._bar.update(self._task, completed=self.ended, failed=failed)
        elif not self.quiet and changed and (now - self._said > LINE_SECONDS or self.ended == self.worlds):
            self._said = now
            rate = ended / max(now - self._begun, 1e-9)
            left = (self.worlds - self.ended) / max(rate, 1e-9)
            words = (
                plural(
                    "{ended} of {worlds} worlds",
                    "{ended} of {worlds} worlds",
                    self.ended,
                    ended=form(self.ended),
                    worlds=form(self.worlds),
                ),
                failed,
                say("{seconds} s left", seconds=form(left, ".0f")) if left else "",
            )
            self._say(", ".join(word for word in words if word))

    def _say(self, line: str) -> None:
        if self._bar:
            self._bar.console.print(line)
        else:
            print(line, file=sys.stderr, flush=True)


@contextmanager
def bar(words: str, total: float, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A bar on a terminal of what has no worlds; gives what is told of each part that has ended."""
    if quiet or not sys.stderr.isatty():
        yield lambda part: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn(words), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=total)
        yield lambda part: shown.advance(task, part)
