"""What commands that run worlds do: prepare the folder, run what is missing, write the tables and the
page."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.engines.child import environment
from experiments.engines.choice import Engine, engine_of, runner
from experiments.engines.ready import make_ready, not_compiled
from experiments.errors import Lost, Refused, unable
from experiments.files import clear
from experiments.folder import LANGUAGE, MOST_PAIRS, Folder, default_path, hashes, manifest
from experiments.items import Request
from experiments.lang import ENGLISH, form, language, plural, say
from experiments.loading import loading
from experiments.lock import NOTING, alone, locked
from experiments.made import noted
from experiments.plan import Experiment, ask, estimate
from experiments.precision import Precision, note
from experiments.progress import Progress
from experiments.runner import OK
from sim.spec import WorldSpec

if TYPE_CHECKING:
    from experiments.summary import Results

EVALUATE = "evaluate"  # a command whose rows are evaluations, not worlds
LARGEST_DIVISION = 100_000


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every command that runs worlds is told. ``memory``: gigabytes a process, 0 for its share of what
    is free; ``part``: (i, n), part i of n; ``again``: worlds that did not end well are run again;
    ``precision``: draws are added until it is reached, ``draws`` at most; ``engine``: what runs
    the worlds; ``asked``: of a design, what is asked of its rows, for the manifest."""

    draws: int = 20
    replicates: int = 1
    seed: int = 1
    jobs: int = 0
    out: Path | None = None
    parameters: str = "posterior"
    timeout: float = 0.0
    memory: float = 0.0
    part: tuple[int, int] = (1, 1)
    dry_run: bool = False
    yes: bool = False
    quiet: bool = False
    json: bool = False
    again: bool = False
    precision: Precision | None = None
    engine: str = "local"
    asked: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place  # noqa: B018  what is wrong with it is said before anything is done
        if self.draws * self.replicates > MOST_PAIRS:
            raise Refused(
                f"--draws, --replicates: a folder holds at most {MOST_PAIRS:,} draws times replicates (got "
                f"{self.draws * self.replicates:,}); ask for fewer"
            )
        if self.precision and self.part[1] > 1:
            raise Refused(
                "--precision: cannot be asked of a shard, which does not see what the others give; give "
                "every shard the same --draws instead"
            )

    @cached_property
    def place(self) -> Engine:
        """Where the worlds run."""
        return engine_of(self.engine)

    @property
    def processes(self) -> int:
        """Processes to use: those asked for, or as many as the engine has."""
        return self.place.processes(self.jobs)

    def request(self, experiment: Experiment) -> Request:
        """The worlds that are asked for."""
        return Request(experiment, self.draws, self.replicates, self.part, self.timeout)


@dataclass
class Done:
    """A finished experiment."""

    experiment: Experiment
    folder: Path
    results: "Results"
    summary: list[dict[str, Any]]
    validation: list[dict[str, Any]]
    shares: list[dict[str, Any]]
    report: Path | None = None
    precision: dict[str, Any] = field(default_factory=dict)
    decision: list[dict[str, Any]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Worlds by how they ended."""
        return self.results.counts()


@dataclass
class DonePart:
    """A finished part of an experiment: worlds by how they ended, in that part."""

    folder: Path
    part: tuple[int, int]
    counts: dict[str, int]


def carry_out(experiment: Experiment, common: Common) -> Done | DonePart:
    """Runs the worlds that the folder lacks, then writes its tables and its page; of a part, only the
    worlds."""
    foreseen = estimate(experiment, common.draws, common.replicates, common.processes, common.part[1])
    ask(foreseen, common.yes, "a smaller design" if experiment.design else "fewer --draws")
    folder, request = Folder(common.out or default_path(experiment)), common.request(experiment)
    there = folder.prepare(experiment)
    with locked(folder.path, common.part):
        if there:
            folder.check(experiment)  # another command may have written it in between
        if common.part[1] == 1:
            clear(folder.path)
        if common.precision:
            from experiments.rounds import until_precise

            request = until_precise(folder, request, common)
        else:
            run_missing(folder, request, common)
        if common.part[1] > 1:
            index = folder.index(hashes(experiment), keys=False)
            return DonePart(folder.path, common.part, request.counts(index))
        with _interrupted(folder, request):
            from experiments.finish import tables  # what it takes is not needed before worlds have run

            return tables(folder, request, common.quiet, common.asked)


def run_missing(folder: Folder, request: Request, common: Common) -> None:
    """Runs the worlds of a prepared and locked folder that are missing, and notes in its manifest what was
    run, when and how."""
    experiment = request.experiment
    begun, started = datetime.now(UTC), time.perf_counter()
    folder.write_parameters(experiment, common.draws)  # `repair` needs them
    index = folder.index(hashes(experiment))
    items = request.missing(index, common.again)
    first = next(items, None)
    times = {"started": begun.isoformat(timespec="seconds")}
    content = manifest(experiment, common.draws, common.replicates, _engine(common), {}, times)
    content |= {"precision": note(common.precision)} if common.precision else {}
    content |= {LANGUAGE: language()} if language() != ENGLISH else {}
    if experiment.design:
        content |= {"asked": dict(common.asked), "outcomes": list(experiment.outcomes)}
    with alone(folder.path / NOTING):
        if folder.has_manifest:
            old = folder.manifest
            content |= noted(old)
            same = first is None and common.part[1] == 1 and _as_large(content, old)
            if experiment.design and (same or not common.asked):  # the same: until the answer is there
                content["asked"] = old.get("asked", {})
            if first is None:  # nothing to run: who ran what, and when, stays as it was
                content |= {
                    key: old[key] for key in ("engine", "times", "versions", "platform") if key in old
                }
            _say_division(_parts(old), common.part[1])
            if common.part[1] > 1:
                content |= _of_all(content, old)
        folder.write_manifest(content)
    if first is not None:
        counts = request.counts(index)
        there = counts[OK] if common.again else sum(counts.values())
        del index
        _compile(experiment, common)
        memory = int(common.memory * 1e9)
        with Progress(request.worlds, quiet=common.quiet) as progress, _stopped(folder, request):
            progress.start_at(there)
            running = runner(common.place, request, folder, common.jobs, memory, progress.at)
            with loading() if common.part[1] == 1 else nullcontext():  # a part writes no tables
                running.run(chain([first], items), len(request.numbers))
        content["times"] |= {
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "wall_s": round(time.perf_counter() - started, 3),
        }
        index = folder.index(hashes(experiment), keys=False)
    with alone(folder.path / NOTING):
        if folder.has_manifest:
            now = folder.manifest
            content |= noted(now)
            if common.part[1] > 1:  # a part that began later may have asked for more
                content |= _of_all(content, now) | {"engine": content["engine"] | {"parts": _parts(now)}}
        whole = Request(experiment, content["draws"], content["replicates"])
        folder.write_manifest(content | {"counts": whole.counts(index)})


def _as_large(mine: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """Whether as many worlds are asked for as were before."""
    return all(mine[key] == there[key] for key in ("draws", "replicates"))


def note_asked(folder: Folder, asked: Mapping[str, Any]) -> None:
    """Notes in a manifest what is asked of the rows of a design."""
    with alone(folder.path / NOTING):
        folder.write_manifest(folder.manifest | {"asked": dict(asked)})


def _of_all(mine: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, int]:
    """What a folder is asked for: its parts are asked for one by one, and it is for all of them."""
    return {key: max(mine[key], there[key]) for key in ("draws", "replicates")}


def _parts(content: Mapping[str, Any]) -> int:
    """Parts into which a folder was divided last."""
    return int(content.get("engine", {}).get("parts", 1))


def _say_division(before: int, parts: int) -> None:
    """A folder may be divided anew, since a part runs what has no row; but its parts are then others."""
    if 1 < before != parts > 1:
        print(
            say(
                "The folder was divided in {before} shards and is now in {parts}: what is missing is counted "
                "in these. Submit all {parts}; none runs a world that is there.",
                before=before,
                parts=parts,
            ),
            file=sys.stderr,
        )


def _compile(experiment: Experiment, common: Common) -> None:
    """Compiles the simulation if nobody did: before the workers ask for the same cores. Those of other
    computers, and the parts of an array, do so once a node."""
    from sim.warm import UNITS, is_warm, units_needed

    if not experiment.compiles or common.place.elsewhere:
        return
    if common.part[1] > 1:
        make_ready()
    specs = [spec for group in experiment.groups for spec in group.arms.values()]
    # of what stands for worlds, as the designs of an evaluation, nobody says which worlds it runs
    units = units_needed(specs) if all(isinstance(spec, WorldSpec) for spec in specs) else UNITS
    if is_warm(units):
        return
    if not common.quiet:
        print(
            say("Compiling the simulation for this computer: once, ten to twenty seconds."), file=sys.stderr
        )
    done = subprocess.run(
        [sys.executable, "-m", "sim.warm", *units], capture_output=True, text=True, env=environment()
    )
    if done.returncode:
        raise not_compiled(done.stderr)


@contextmanager
def _interrupted(folder: Folder, request: Request) -> Iterator[None]:
    """Ctrl-C, SIGTERM, SIGUSR1 and SIGHUP: says what is kept."""
    try:
        yield
    except KeyboardInterrupt:
        kept = sum(request.counts(folder.index(hashes(request.experiment), keys=False)).values())
        raise KeyboardInterrupt(
            plural(
                "stopped: {kept} of {worlds} worlds are kept in {folder}; the same command goes on from "
                "there",
                "stopped: {kept} of {worlds} worlds are kept in {folder}; the same command goes on from "
                "there",
                kept, kept=form(kept), worlds=form(request.worlds), folder=folder.path,
            )
        ) from None  # fmt: skip


@contextmanager
def _stopped(folder: Folder, request: Request) -> Iterator[None]:
    """The same, where worlds run; also of a cluster that is lost."""
    try:
        with _interrupted(folder, request):
            yield
    except Lost as lost:
        kept = sum(request.counts(folder.index(hashes(request.experiment), keys=False)).values())
        raise Lost(
            plural(
                "{lost}: {kept} of {worlds} worlds are kept in {folder}; the same command goes on from "
                "there, with this engine or another one",
                "{lost}: {kept} of {worlds} worlds are kept in {folder}; the same command goes on from "
                "there, with this engine or another one",
                kept, lost=str(lost), kept=form(kept), worlds=form(request.worlds), folder=folder.path,
            )
        ) from None  # fmt: skip
    except OSError as error:
        raise unable(error, f"write in {folder.path}") from error


def _engine(common: Common) -> dict[str, Any]:
    return common.place.said() | {
        "jobs": common.processes,
        "timeout_s": common.timeout,
        "memory_gb": common.memory,
        "parts": common.part[1],
    }


def part_of(text: str) -> tuple[int, int]:
    """``"3/8"`` as (3, 8); ``Refused`` if it is no part."""
    i, _, n = text.partition("/")
    if i.isdecimal() and n.isdecimal() and 1 <= int(i) <= int(n) <= LARGEST_DIVISION:
        return int(i), int(n)
    raise Refused(
        f"--shard: must be I/N, part I of N parts, I from 1 to N, N at most {LARGEST_DIVISION:,} "
        f"(got {text!r}); for example 3/8"
    )
