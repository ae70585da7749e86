"""Which engine runs the worlds of a command: ``local``, ``dask``, ``dask:ADDRESS``, or a file that describes
a cluster."""

import atexit
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from experiments.engines.limits import memory_share, usable_cores
from experiments.engines.local import Crew
from experiments.engines.settings import Settings, read_settings
from experiments.errors import Refused, Unable
from experiments.folder import Folder
from experiments.items import Request

if TYPE_CHECKING:
    from experiments.engines.pools import Pool

LOCAL, DASK, SLURM = "local", "dask", "slurm"
ADDRESS = re.compile(r"(?:tcp|tls|ucx|wss?)://[^\s/]+:\d+/?")
SECONDS_A_PROCESS = 1.5  # a process with less to do is not worth its start
INSTALL = "pip install 'tremplin[cluster]'"


class Runner(Protocol):
    """What runs the items of a request into the shards of a folder."""

    def run(self, items: Iterator[tuple[int, frozenset[str]]], count: int) -> None:
        """Runs items (numbers, and arms that have rows already), of which there are ``count`` at most."""


@dataclass(frozen=True)
class Engine:
    """An engine. ``address``: of a scheduler that is there already; ``settings``: of a cluster of jobs."""

    kind: str = LOCAL
    address: str = ""
    settings: Settings | None = None

    def processes(self, jobs: int) -> int:
        """Worlds that it runs at a time, if so many were asked for (0: as many as are usual)."""
        return jobs or (self.settings.workers if self.settings else usable_cores())

    @property
    def elsewhere(self) -> bool:
        """Whether workers may stand on other computers, where something must be compiled too."""
        return self.kind == SLURM or bool(self.address)

    def said(self) -> dict[str, Any]:
        """For the manifest."""
        found: dict[str, Any] = {"name": self.kind}
        found |= {"address": self.address} if self.address else {}
        return found | ({"file": str(self.settings.file)} if self.settings else {})


def engine_of(text: str) -> Engine:
    """What ``--engine`` names; ``Refused`` if nothing, ``Unable`` if it is not installed."""
    if text == LOCAL:
        return Engine()
    if text == DASK:
        return _installed(Engine(DASK), "distributed")
    if text.startswith(f"{DASK}:"):
        address = text.removeprefix(f"{DASK}:")
        if not ADDRESS.fullmatch(address):
            raise Refused(
                f"--engine: must name a scheduler as dask:tcp://host:port (got {text!r}); for example "
                "dask:tcp://127.0.0.1:8786"
            )
        return _installed(Engine(DASK, address), "distributed")
    if text.endswith(".toml"):
        return _installed(Engine(SLURM, settings=read_settings(Path(text))), "dask_jobqueue")
    raise Refused(
        f"--engine: unknown engine (got {text!r}); allowed: local, dask, dask:tcp://host:port, or a file "
        "ending in .toml that describes a cluster"
    )


def _installed(engine: Engine, module: str) -> Engine:
    if find_spec(module) is None:
        package = module.replace("_", "-")
        raise Unable(f"this engine needs {package}, which is not installed: {INSTALL}")
    return engine


def runner(
    engine: Engine, request: Request, folder: Folder, jobs: int, memory: int, seen: Callable[[int, int], None]
) -> Runner:
    """What runs a request. ``jobs``: processes, 0 for the usual number; ``memory``: bytes a process, 0
    for its share."""
    if engine.kind == LOCAL:
        workers = _worth_starting(request, engine.processes(jobs))
        return Crew(request, folder, workers, memory or memory_share(workers), seen)
    from experiments.engines.flow import Flow

    return Flow(_pool(engine, jobs, memory), request, folder, seen)


def _worth_starting(request: Request, wanted: int) -> int:
    """How many processes are worth their start: each must have some seconds of work."""
    items = len(request.numbers)
    return max(1, min(wanted, items, int(items * request.experiment.seconds_an_item() / SECONDS_A_PROCESS)))


_pools: "dict[tuple[Engine, int, int], Pool]" = {}  # open ones: a command may run several requests


def _pool(engine: Engine, jobs: int, memory: int) -> "Pool":
    from experiments.engines import pools

    place = (engine, jobs, memory)
    if place in _pools and _pools[place].client.status != "running":  # lost by an earlier request
        _pools.pop(place).close()
    if place not in _pools:
        workers = engine.processes(jobs)
        if engine.settings:
            _pools[place] = pools.SlurmPool(engine.settings, workers)
        elif engine.address:
            _pools[place] = pools.RemotePool(engine.address)
        else:
            _pools[place] = pools.LocalPool(workers, memory or memory_share(workers))
    return _pools[place]


def close_pools() -> None:
    """Ends all that was started for commands of this process."""
    while _pools:
        _pools.popitem()[1].close()


atexit.register(close_pools)
