"""What ``run`` and ``compare`` do: prepare the folder, run what is missing, write the tables and the page."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments import engine
from experiments.errors import unable
from experiments.folder import Folder, default_path, manifest
from experiments.plan import Experiment, Item, ask, estimate
from experiments.progress import Progress
from experiments.summary import COLUMNS, Results, summarise
from experiments.tables import VALIDATION, dictionary, validation


@dataclass(frozen=True)
class Common:
    """What every command that runs worlds is told."""

    draws: int = 20
    replicates: int = 1
    seed: int = 1
    jobs: int = 0
    out: Path | None = None
    parameters: str = "default"
    timeout: float = 0.0
    dry_run: bool = False
    yes: bool = False
    quiet: bool = False
    json: bool = False

    @property
    def processes(self) -> int:
        """Processes to use: those asked for, or one a core."""
        return self.jobs or engine.usable_cores()


@dataclass
class Done:
    """A finished experiment."""

    experiment: Experiment
    folder: Path
    results: Results
    summary: list[dict[str, Any]]
    validation: list[dict[str, Any]]
    report: Path | None = None


def carry_out(experiment: Experiment, common: Common) -> Done:
    """Runs the worlds that the folder lacks, then writes its tables and its page."""
    foreseen = estimate(experiment, common.draws, common.replicates, common.processes)
    ask(foreseen, common.yes)
    folder = Folder(common.out or default_path(experiment))
    there = folder.prepare(experiment)
    begun, started = datetime.now(UTC), time.perf_counter()
    kept = folder.done() if there else set()
    items = experiment.items(common.draws, common.replicates, common.timeout, kept)
    first = next(items, None)
    times = {"started": begun.isoformat(timespec="seconds")}
    content = manifest(experiment, common.draws, common.replicates, _engine(common), {}, times)
    if there and first is None:  # nothing to run: who ran what, and when, stays as it was
        old = folder.manifest
        content |= {key: old[key] for key in ("engine", "times", "versions", "platform") if key in old}
    else:
        folder.write_manifest(content)
    folder.write_parameters(experiment, common.draws)
    if first is not None:
        worlds = foreseen.worlds
        _announce_compilation(common.quiet)
        with Progress(worlds, quiet=common.quiet) as progress, _stopped(folder, worlds):
            progress.start_at(_already(experiment, kept, common))
            jobs = engine.processes(experiment, common.draws * common.replicates, common.processes)
            engine.run(experiment, _all(first, items), folder, jobs, progress.advance)
        content["times"] |= {
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "wall_s": round(time.perf_counter() - started, 3),
        }
    results = Results(folder, experiment, common.draws, common.replicates)
    folder.write_manifest(content | {"counts": results.counts()})
    return _tables(experiment, folder, results)


def _announce_compilation(quiet: bool) -> None:
    from sim.warm import is_warm

    if not quiet and not is_warm():
        print("Compiling the simulation for this computer: once, some twenty seconds.", file=sys.stderr)


def _tables(experiment: Experiment, folder: Folder, results: Results) -> Done:
    from experiments.report import write

    summary = summarise(results, folder)
    folder.write_csv("summary.csv", COLUMNS, summary)
    checked = validation(results)
    if checked:
        folder.write_csv("validation.csv", VALIDATION, checked)
    folder.write_csv("dictionary.csv", ("name", "unit", "definition", "file"), dictionary(results))
    try:
        page = write(folder.path)
    except OSError as error:
        raise unable(error, f"write the report in {folder.path}") from None
    return Done(experiment, folder.path, results, summary, checked, page)


@contextmanager
def _stopped(folder: Folder, worlds: int) -> Iterator[None]:
    """Ctrl-C, SIGTERM and SIGUSR1: says what is kept."""
    try:
        with engine.interruptible():
            yield
    except KeyboardInterrupt:
        kept = len(folder.done())
        raise KeyboardInterrupt(
            f"stopped: {kept:,} of {worlds:,} worlds are kept in {folder.path}; the same command goes on "
            "from there"
        ) from None
    except OSError as error:
        raise unable(error, f"write in {folder.path}") from error


def _already(experiment: Experiment, kept: set[tuple[str, str, bytes]], common: Common) -> int:
    worlds = experiment.worlds(common.draws, common.replicates)
    return min(len(kept), worlds)


def _all(first: Item, others: Iterator[Item]) -> Iterator[Item]:
    yield first
    yield from others


def _engine(common: Common) -> dict[str, Any]:
    return {"name": "local", "jobs": common.processes, "timeout_s": common.timeout}
