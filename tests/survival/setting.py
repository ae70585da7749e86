"""Experiments of cheap worlds, run by the same command as any other, and what their folders hold."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa

from experiments import command
from experiments.engines.choice import close_pools
from experiments.folder import Folder
from experiments.items import Request
from experiments.parameters import Source
from experiments.plan import Experiment, Function, Group
from scenarios.load import Case
from sim.parameters.quantities import Uncertainty
from sim.warm import TINY
from tests.survival import faults

X = Uncertainty("x", "", 0.5, 0.0, 1.0, "uniform", "assumed", "A number.", "")
EXIT_STOPPED = 130


def experiment(simulate: Callable, arms: tuple[str, ...] = ("a", "b")) -> Experiment:
    """Two arms of a function of ``tests.survival.faults``."""
    seconds = faults.SECONDS.get(simulate, 0.01)
    group = Group("all", Case("cheap", "", "", TINY, (), ()), {arm: Function(arm) for arm in arms})
    source = Source("prior", (X,), None, 1)
    return Experiment("compare", "cheap", "", "a", (group,), 1, source, simulate, ("y", "z"), seconds)


@contextmanager
def without_tables() -> Iterator[None]:
    """Leaves out tables and page, and does not load what they take."""
    name = "experiments.finish"
    loaded, loading = sys.modules.get(name), command.loading
    sys.modules[name] = SimpleNamespace(tables=done)  # type: ignore[assignment]
    command.loading = nullcontext
    try:
        yield
    finally:
        command.loading = loading
        del sys.modules[name]
        if loaded:
            sys.modules[name] = loaded


def done(folder: Folder, request: Request, quiet: bool, asked: Mapping) -> command.DonePart:
    index = folder.index(command.hashes(request.experiment))
    return command.DonePart(folder.path, (1, 1), request.counts(index))


def run(folder: Path, simulate: Callable, draws: int, **common) -> dict[str, int]:
    """Runs in this process and its workers; worlds by how they ended."""
    options = {"draws": draws, "jobs": 2, "out": folder, "quiet": True} | common
    with without_tables():
        return command.carry_out(experiment(simulate), command.Common(**options)).counts


def held(folder: Path) -> pa.Table:
    """All rows of a folder, sorted by key, without who made them and when."""
    table = Folder(folder).runs()
    kept = [name for name in table.column_names if not name.startswith("meta_")]
    return table.select(kept).sort_by([("key", "ascending"), ("policy", "ascending")]).combine_chunks()


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same worlds, bit for bit."""
    a, b = held(one), held(other)
    return a.schema.equals(b.schema) and all(
        x.is_null().equals(y.is_null()) and bits(x) == bits(y) for x, y in zip(a.columns, b.columns)
    )


def bits(column: pa.ChunkedArray) -> bytes | list:
    """The content of a column, of which two are equal if no bit differs: NaN is then equal to itself."""
    return column.to_numpy().tobytes() if column.type == pa.float64() else column.to_pylist()


def dates(folder: Path) -> dict[str, int]:
    """Names of the shards and when they were written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "runs").glob("part-*.parquet")}


def main() -> None:
    """``python -m tests.survival.setting FOLDER FUNCTION DRAWS JOBS TIMEOUT MEMORY [PART [ENGINE]]``, as
    a process to end."""
    folder, name, draws, jobs, timeout, memory, *more = sys.argv[1:]
    part, engine = more + ["1/1", "local"][len(more) :]
    pair = tuple(int(k) for k in part.split("/"))
    options = {"jobs": int(jobs), "timeout": float(timeout), "memory": float(memory), "part": pair}
    options |= {"engine": engine}
    try:
        run(Path(folder), getattr(faults, name), int(draws), **options)
    except KeyboardInterrupt as stop:
        print(stop, file=sys.stderr)
        sys.exit(EXIT_STOPPED)
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        sys.exit({"Refused": 2, "Unable": 3}.get(type(error).__name__, 1))
    finally:
        close_pools()


if __name__ == "__main__":
    main()
