"""The folder of a run: manifest, parameters, shards of worlds and of series, tables.

Every file is written under a temporary name, synchronised and renamed: a reader sees whole files only. A
shard of series counts only beside the shard of worlds of the same name.
"""

import csv
import io
import json
import shlex
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.drawn import has_parameters, write_parameters
from experiments.errors import Refused, Unable, unable, unreadable
from experiments.files import (
    DAMAGED,
    FIT,
    MANIFEST,
    PARAMETERS,
    RUNS,
    SERIES,
    TABLES,
    content_of,
    shards_in,
    write_whole,
)
from experiments.index import Index
from experiments.lock import NOTING, alone
from experiments.origin import command_of, remedy
from experiments.plan import Experiment, essence
from experiments.sealed import has_series, read, series_of, shard_name, verified
from scenarios.problems import typed
from sim.code import code_hash

if TYPE_CHECKING:
    import pyarrow as pa

LANGUAGE = "language"  # of a manifest: what its page and its answers are read in, where it is not English
# what a folder may hold whose manifest is lost
OURS = (
    RUNS,
    SERIES,
    DAMAGED,
    PARAMETERS,
    "export",
    "log",
    "report.html",
    "evaluation.svg",
    "sensitivity.json",
    "typical.json",
    *(f"{name}.csv" for name in TABLES),
)
PACKAGES = ("numba", "llvmlite", "numpy", "pyarrow", "pandas", "scipy")
FORMAT = 1
DIFFERENCES_SHOWN = 5
MOST_PAIRS = 50_000_000  # of a draw and a replicate: what readers can number in memory
COUNT = range(1, MOST_PAIRS + 1)
# what every reader of a manifest takes for granted; of a key with a question mark, where it is there
SHAPE: Mapping[str, Any] = {
    "spec": {
        "command": str,
        "name": str,
        "question": str,
        "reference": str,
        "seed": int,
        "parameters": {"source": str, "hash": str},
        "groups": dict,
    },
    "hashes": {"spec": str, "parameters": str, "code": str},
    "command": str,
    "draws": COUNT,
    "replicates": COUNT,
    "engine?": {"parts?": COUNT},
}


class Folder:
    """A run folder at ``path``."""

    def __init__(self, path: Path):
        self.path = path

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest; ``Refused`` if there is none, or it lacks what readers need, ``Unable`` if it cannot
        be read."""
        try:
            content = json.loads(content_of(self.path / MANIFEST))
            if lacking := _lacking(content, SHAPE):
                raise ValueError(f"it does not hold {lacking}")
            if content["draws"] * content["replicates"] > MOST_PAIRS:
                raise ValueError(f"it does not hold {MOST_PAIRS:,} draws times replicates at most")
            return content
        except FileNotFoundError:
            if self.shards():
                raise Refused(f"{self.path}: has lost its {MANIFEST}; {remedy(self.path)}") from None
            if (self.path / FIT).exists():
                raise Refused(_of_a_fit(self.path)) from None
            raise Refused(f"{self.path}: not a run folder (it has no {MANIFEST})") from None
        except ValueError as error:
            raise Refused(
                f"{self.path / MANIFEST}: cannot be read ({error}); `tremplin repair {typed(self.path)}` "
                f"sets it aside; then {remedy(self.path)}"
            ) from None

    @property
    def has_manifest(self) -> bool:
        """Whether it has been begun; ``Unable`` if that cannot be seen."""
        path = self.path / MANIFEST
        try:
            return path.exists()
        except OSError as error:
            raise unreadable(error, path) from None

    def prepare(self, experiment: Experiment) -> bool:
        """Makes the folder, or checks that it holds worlds of the same specification and code.

        Returns whether it was there. ``Refused`` if it is something else, saying what differs; ``Unable`` if
        it cannot be written.
        """
        there = self.holds(experiment)
        try:
            for folder in (self.path, self.path / RUNS, self.path / SERIES):
                folder.mkdir(parents=True, exist_ok=True)
            probe = self.path / f".{uuid.uuid4().hex}.tmp"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise unable(error, f"write in {self.path}") from None
        return there

    def holds(self, experiment: Experiment) -> bool:
        """Whether worlds of the same specification and code were begun there; ``Refused`` if the folder is
        something else."""
        if self.has_manifest:
            self.check(experiment)
            return True
        names = (p.name for p in self.path.iterdir()) if self.path.is_dir() else ()
        if inside := next((name for name in names if not name.startswith(".") and name not in OURS), ""):
            raise Refused(f"{self.path}: holds something else ({inside}); choose another --out")
        return False

    def check(self, experiment: Experiment) -> None:
        """``Refused`` if the folder holds worlds of another specification or code, saying what differs."""
        old, code = self.manifest, code_hash()
        found = list(_apart(old["spec"], experiment.spec()))
        if not found and (there := old["hashes"]["code"]) != code:
            raise Refused(
                f"{self.path}: holds worlds of another code of the simulation ({there[:8]} there, {code[:8]} "
                "here); use the version that made it, or another --out"
            )
        if found:
            shown = "; ".join(found[:DIFFERENCES_SHOWN])
            more = f"; and {len(found) - DIFFERENCES_SHOWN} more" if len(found) > DIFFERENCES_SHOWN else ""
            raise Refused(f"{self.path}: holds another experiment: {shown}{more}; choose another --out")

    def write(self, name: str, content: bytes | memoryview) -> Path:
        """Writes a file as a whole, or not at all."""
        path = self.path / name
        try:
            write_whole(path, content)
        except OSError as error:
            raise unable(error, f"write {path}") from None
        return path

    def write_manifest(self, content: Mapping[str, Any]) -> None:
        """Writes ``manifest.json``."""
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
        self.write(MANIFEST, text.encode() + b"\n")

    def write_csv(self, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Path:
        """Writes a table; floats to full precision, None and NaN as empty cells."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(row.get(column)) for column in columns])
        return self.write(name, stream.getvalue().encode())

    def write_parameters(self, experiment: Experiment, draws: int) -> None:
        """Writes ``parameters.parquet``: a row a draw. Rows are only ever added, also by parts that start
        together. What the folder alone knows is not written again from itself, damaged or not."""
        source = experiment.source
        if not source.whole:
            return
        with alone(self.path / NOTING):
            if not has_parameters(self.path, draws):
                write_parameters(self.path, source.names, source.draws(draws))

    def write_shard(self, worker: str, runs: "pa.Table", series: "pa.Table | None" = None) -> str:
        """Writes a shard of worlds and, before it, that of their series: both or neither. Returns their
        name."""
        worlds, months = _parquet(runs), None if series is None else _parquet(series)
        name = shard_name(worker, worlds, months)
        if months is not None:
            self.write(f"{SERIES}/{name}", months)
        try:
            self.write(f"{RUNS}/{name}", worlds)
        except Unable:
            # the worlds will run again, and with them the same series
            with suppress(OSError):
                (self.path / SERIES / name).unlink(missing_ok=True)
            raise
        return name

    def shards(self, kind: str = RUNS) -> list[Path]:
        """The shards of worlds or of series, by name; those of series only beside their worlds. ``Unable`` if
        it cannot be read which there are."""
        paths = shards_in(self.path / RUNS)
        return paths if kind == RUNS else [series_of(path) for path in paths if has_series(path)]

    def tables(self) -> list[str]:
        """Names of the tables that it has, those of shards and of parameters too."""
        files = {name: f"{name}.csv" for name in TABLES} | {"parameters": PARAMETERS}
        shards = [kind for kind in (RUNS, SERIES) if self.shards(kind)]
        return [*shards, *(name for name, file in files.items() if (self.path / file).exists())]

    def verified(self, kind: str) -> list[Path]:
        """The same, each as it was written, for readers of whole files; ``Refused`` if one is not."""
        paths = self.shards(kind)
        for path in paths:
            verified(path)
        return paths

    def index(self, of: Mapping[str, str], keys: bool = True) -> Index:
        """Which worlds there are; ``Refused`` if a shard is damaged or of another experiment. ``of``: the
        ``hashes`` of the experiment; ``keys``: whether their keys are wanted too."""
        return Index(self.shards(RUNS), {"experiment": of["spec"], "code": of["code"]}, keys)

    def runs(self, columns: Sequence[str] | None = None) -> "pa.Table":
        """The rows of all worlds (or some of their columns), in the order of the shards' names."""
        return _read(self.shards(RUNS), columns)

    def series(self, columns: Sequence[str] | None = None) -> "pa.Table":
        """The series of all worlds."""
        return _read(self.shards(SERIES), columns)


def default_path(experiment: Experiment) -> Path:
    """Where a command keeps its worlds unless told otherwise."""
    name = "".join(c if c.isalnum() or c in "-_" else "-" for c in experiment.name)
    return Path("runs") / f"{experiment.command}-{name}-{experiment.hash()[:8]}"


def manifest(
    experiment: Experiment, draws: int, replicates: int, engine: Mapping[str, Any], counts: Mapping[str, int],
    times: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Content of ``manifest.json``."""
    return {
        "format": FORMAT,
        "command": experiment.command,
        "name": experiment.name,
        "command_line": shlex.join(["tremplin", *sys.argv[1:]]),
        "spec": experiment.spec(),
        "hashes": hashes(experiment),
        **surroundings(),
        "seed": experiment.seed,
        "draws": draws,
        "replicates": replicates,
        "parameters": experiment.source.name,
        "engine": dict(engine),
        "counts": dict(counts),
        "times": dict(times),
    }


def hashes(experiment: Experiment) -> dict[str, str]:
    """What identifies the worlds of an experiment."""
    return {"spec": experiment.hash(), "parameters": experiment.source.hash(), "code": code_hash()}


def surroundings() -> dict[str, Any]:
    """Versions and platform."""
    import platform

    return {
        "versions": {
            "tremplin": _version("tremplin"),
            "python": platform.python_version(),
            **{package: _version(package) for package in PACKAGES},
        },
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def about(experiment: Experiment) -> dict[str, str]:
    """What each shard says of itself: it can be told even where the manifest is lost."""
    of = hashes(experiment)
    return {
        "experiment": of["spec"],
        "code": of["code"],
        "command_line": shlex.join(["tremplin", *sys.argv[1:]]),
        "surroundings": json.dumps(surroundings()),
    }


def differences(there: Any, here: Any, path: str = "") -> Iterator[str]:
    """Where two specifications differ, as ``groups.all.policies.capped[0].value: 2 there, 3 here``."""
    if isinstance(there, Mapping) and isinstance(here, Mapping):
        for key in dict.fromkeys([*there, *here]):
            inner = f"{path}.{key}" if path else str(key)
            if key not in there or key not in here:
                yield f"{inner}: only {'here' if key in here else 'there'}"
            else:
                yield from differences(there[key], here[key], inner)
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        for i, (a, b) in enumerate(zip(there, here)):
            yield from differences(a, b, f"{path}[{i}]")
    elif there != here:
        yield f"{path}: {_short(there)} there, {_short(here)} here"


def _apart(there: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[str]:
    """Where two experiments differ, words apart: parameters as the option has them, by their hash only where
    they are called the same."""
    old, new = there["parameters"], here["parameters"]
    if old["hash"] != new["hash"]:
        if old["source"] != new["source"]:
            yield f"--parameters: {old['source']} there, {new['source']} here"
        else:
            hashes = f"{old['hash'][:8]} there, {new['hash'][:8]} here"
            yield f"--parameters: other rows of {new['source']}: {hashes}"
    same: Mapping[str, Any] = {"parameters": {}}
    yield from differences({**essence(there), **same}, {**essence(here), **same})


def _lacking(content: Any, shape: Any, path: str = "") -> str:
    """Where plain data have not the shape that is wanted; nothing where they have it."""
    if isinstance(shape, type):
        return "" if isinstance(content, shape) else path
    if isinstance(shape, range):
        return (
            ""
            if isinstance(content, int) and content in shape
            else f"{path} from {shape.start} to {shape[-1]:,}"
        )
    if not isinstance(content, dict):
        return path or "keys and values"
    wanted = {key.rstrip("?"): what for key, what in shape.items() if key[-1] != "?" or key[:-1] in content}
    inner = (
        _lacking(content.get(key), what, f"{path}.{key}" if path else key) for key, what in wanted.items()
    )
    return next(filter(None, inner), "")


def _read(paths: list[Path], columns: Sequence[str] | None) -> "pa.Table":
    import pyarrow as pa

    tables = [read(path, columns) for path in paths]
    return pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})


def _parquet(table: "pa.Table") -> memoryview:
    from pyarrow import BufferOutputStream, parquet

    stream = BufferOutputStream()
    # numbers are all different: a dictionary of them only costs
    texts = [f.name for f in table.schema if str(f.type) == "string" or "dict" in str(f.type)]
    parquet.write_table(table, stream, compression="zstd", use_dictionary=texts, write_statistics=False)
    return memoryview(stream.getvalue())


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and value != value):
        return ""
    return repr(float(value)) if isinstance(value, float) else value


def _of_a_fit(path: Path) -> str:
    """What a reader who takes the folder of a fit for a run folder should know."""
    waves = sorted((found.parent for found in path.glob(f"*/*/{MANIFEST}")), key=_written)
    if not waves:
        return f"{path}: a fit, whose waves are run folders, and it has none yet"
    named = ", ".join(typed(wave) for wave in waves)
    return f"{path}: a fit, not a run folder; its waves are: {named}; to go on: {command_of(waves[-1])}"


def _written(folder: Path) -> float:
    return (folder / MANIFEST).stat().st_mtime


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "..."


def _version(package: str) -> str:
    try:
        return version(package)
    except Exception:  # not installed: a checkout run in place
        return ""
