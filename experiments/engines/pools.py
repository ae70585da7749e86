"""Dask clusters: one on this computer, one that is there already, one of Slurm jobs. What was started here
is stopped here, however the command ends."""

import errno
import logging
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import suppress
from typing import Any

from experiments.engines.ahead import THREADS
from experiments.engines.child import ROOT
from experiments.engines.settings import Settings
from experiments.errors import Lost, Unable, unable

LOOPBACK = "127.0.0.1"
NOWHERE = f"{LOOPBACK}:0"  # a scheduler has a port for its health in any case: any free one, from here only
ATTEMPTS = 3  # a batch whose workers are lost so often is taken apart
CONNECT_SECONDS, ANSWER_SECONDS, CLOSE_SECONDS = 20, 20, 15
ORPHAN_SECONDS = 60  # workers that find no scheduler end by themselves
SAY_SECONDS = 60.0
JOBS_SECONDS = 20.0  # between two looks at the queue
REVIVALS = 5  # times that all jobs may end without a world between
LIFETIME_MARGIN = 90  # seconds before the time limit at which a worker takes no more batches
MEMORY = {  # over its limit a worker is ended; nothing is spilled or paused before
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 1.0,
}
QUIET = {"distributed.admin.tick.limit": "1h", "logging.distributed": "critical"}


class Pool:
    """The workers of a scheduler, as a command sees them. ``name``: how messages call it."""

    name = ""
    client: Any = None

    def look(self) -> int:
        """How many workers there are; ``Lost`` if the scheduler is gone."""
        if self.client.status != "running":
            raise Lost(f"{self.name} is gone")
        try:
            found = len(self.client.sync(self.client.scheduler.ncores, callback_timeout=ANSWER_SECONDS))
        except (OSError, TimeoutError) as error:
            raise Lost(f"{self.name} does not answer ({type(error).__name__})") from None
        return found

    def alive(self) -> None:
        """Is told that a batch has ended."""

    def forget(self, futures: list[Any]) -> None:
        """Drops batches; a scheduler that is gone has dropped them."""
        with suppress(Exception):
            if self.client.status == "running":
                self.client.sync(self.client._cancel, futures, callback_timeout=ANSWER_SECONDS)

    def close(self) -> None:
        """Leaves the scheduler, and ends what was started here."""
        with suppress(Exception):
            self.client.close(timeout=CLOSE_SECONDS)


class LocalPool(Pool):
    """Worker processes on this computer, under a scheduler in this process, on the loopback address only."""

    name = "the Dask cluster on this computer"

    def __init__(self, workers: int, memory: int):
        from distributed import Client

        configure()
        try:
            self.cluster = self._started(workers, memory)
        except RuntimeError as error:
            raise Unable(f"workers of {self.name} do not start: {error.__cause__ or error}") from None
        self.client = Client(self.cluster, set_as_default=False)

    @staticmethod
    def _started(workers: int, memory: int) -> Any:
        from distributed import LocalCluster

        return LocalCluster(
            n_workers=workers, threads_per_worker=1, host=LOOPBACK, dashboard_address=None,
            memory_limit=memory or None, silence_logs=logging.CRITICAL, env=dict.fromkeys(THREADS, "1"),
            worker_dashboard_address=None, scheduler_kwargs={"dashboard_address": NOWHERE},
            preload=["experiments.engines.deaf"],
        )  # fmt: skip

    def close(self) -> None:
        super().close()
        with suppress(Exception):
            self.cluster.close(timeout=CLOSE_SECONDS)


class RemotePool(Pool):
    """A scheduler that somebody else has started, and will stop."""

    def __init__(self, address: str):
        from distributed import Client

        configure()
        self.name = f"the scheduler at {address}"
        try:
            self.client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise Lost(f"no scheduler answers at {address} ({str(error).splitlines()[0]})") from None
        self.said = time.monotonic() - SAY_SECONDS

    def look(self) -> int:
        found = super().look()
        if not found and time.monotonic() - self.said >= SAY_SECONDS:
            self.said = time.monotonic()
            print(f"Waiting for workers of {self.name}.", file=sys.stderr, flush=True)
        return found


class SlurmPool(Pool):
    """Workers in Slurm jobs, under a scheduler in this process. Jobs that end too early, by their time limit
    or with their node, are replaced while there is work."""

    name = "the Dask cluster of Slurm jobs"

    def __init__(self, settings: Settings, workers: int):
        from distributed import Client

        for program in ("sbatch", "squeue", "scancel"):
            if not shutil.which(program):
                raise Unable(
                    f"no {program} here: --engine {settings.file} needs a computer that submits to Slurm"
                )
        configure()
        self.settings = settings
        self.jobs = -(-workers // settings.cores)
        self.job_name = f"tremplin-{uuid.uuid4().hex[:8]}"
        if settings.encrypted:
            _needs("cryptography", f"{settings.file}: encrypted = true", "pip install cryptography")
        _check_interface(settings)
        try:
            self.cluster = self._started()
        except (RuntimeError, ValueError, OSError) as error:
            raise _not_started(settings, error) from None
        try:
            self._try()
            self.client = Client(self.cluster, set_as_default=False)
            self.cluster.scale(jobs=self.jobs)
        except BaseException:
            self.close()
            raise
        self.looked = self.said = time.monotonic()
        self.revived = 0

    def _started(self) -> Any:
        from dask_jobqueue import SLURMCluster

        settings = self.settings
        return SLURMCluster(
            queue=settings.queue or None, account=settings.account or None, cores=settings.cores,
            processes=settings.cores, memory=f"{settings.memory_bytes}B", walltime=settings.walltime,
            interface=settings.interface or None, job_name=self.job_name,
            job_extra_directives=["--no-requeue", self._log(), *settings.directives],
            job_script_prologue=self._prologue(),
            worker_extra_args=self._arguments(), python=shlex.quote(settings.python or sys.executable),
            death_timeout=ORPHAN_SECONDS, silence_logs="critical", security=settings.encrypted or None,
            shared_temp_directory=str(settings.log) if settings.encrypted else None,
            scheduler_options=self._scheduler(),
        )  # fmt: skip

    def _log(self) -> str:
        """Where jobs say what they have to say: Slurm does not make the folder."""
        try:
            self.settings.log.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unable(error, f"write in {self.settings.log}") from None
        return f'--output="{str(self.settings.log).replace("%", "%%")}/%x-%j.log"'

    def _prologue(self) -> list[str]:
        paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])])
        memory = {name.replace(".", "__").upper(): value for name, value in MEMORY.items()}
        exports: dict[str, Any] = {"PYTHONSAFEPATH": "1"} | dict.fromkeys(THREADS, "1")
        exports |= {f"DASK_{name}": value for name, value in memory.items()}
        if self.settings.cache:
            exports["TREMPLIN_CACHE"] = self.settings.cache
        lines = [f"export {name}={shlex.quote(str(value))}" for name, value in exports.items()]
        return [f"export PYTHONPATH={shlex.quote(paths)}", *lines, *self.settings.setup]

    def _arguments(self) -> list[str]:
        found = ["--no-dashboard", "--preload", "experiments.engines.deaf"]
        lifetime = self.settings.walltime_seconds - LIFETIME_MARGIN
        return [*found, "--lifetime", f"{lifetime}s"] if lifetime > LIFETIME_MARGIN else found

    def _scheduler(self) -> dict[str, Any]:
        said = self.settings.scheduler
        found: dict[str, Any] = {"dashboard": bool(said.get("dashboard")), "dashboard_address": NOWHERE}
        if said.get("dashboard"):
            found["dashboard_address"] = f"{LOOPBACK}:{said['dashboard']}"
        return found | {name: said[name] for name in ("host", "port") if name in said}

    def _try(self) -> None:
        """Asks Slurm whether it would take such a job; ``Unable`` with its own words if not."""
        with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
            file.write(self.cluster.job_script())
            file.flush()
            done = subprocess.run(["sbatch", "--test-only", file.name], capture_output=True, text=True)
        if done.returncode:
            raise Unable(f"{self.settings.file}: Slurm refuses such a job: {done.stderr.strip()}")

    def look(self) -> int:
        found = super().look()
        now = time.monotonic()
        if now - self.looked >= JOBS_SECONDS:
            self.looked = now
            self._revive()
        if not found and now - self.said >= SAY_SECONDS:
            self.said = now
            print(f"Waiting for Slurm to start a job ({self.job_name}).", file=sys.stderr, flush=True)
        return found

    def alive(self) -> None:
        self.revived = 0

    def _revive(self) -> None:
        """Replaces jobs that are no longer in the queue."""
        asked = subprocess.run(
            ["squeue", "-h", "-o", "%A", "-n", self.job_name], capture_output=True, text=True
        )
        if asked.returncode:  # the controller is busy or away: jobs go on without it
            return
        there = set(asked.stdout.split())
        gone = [
            name for name, job in list(self.cluster.workers.items()) if job.job_id and job.job_id not in there
        ]
        if not gone:
            return
        self.revived += len(gone)
        if self.revived > REVIVALS * self.jobs:
            raise Unable(
                f"the jobs end before their first world; what they said stands in {self.settings.log}"
            )
        for name in gone:
            self.cluster.workers.pop(name, None)
        self.cluster.scale(jobs=self.jobs)

    def close(self) -> None:
        if self.client is not None:
            super().close()
        with suppress(Exception):
            self.cluster.close(timeout=CLOSE_SECONDS)
        with suppress(OSError):  # also those that were being submitted
            subprocess.run(["scancel", "--name", self.job_name], capture_output=True)


def configure() -> None:
    """What holds for all of them."""
    import dask

    dask.config.set(MEMORY | QUIET | {"distributed.scheduler.allowed-failures": ATTEMPTS - 1})
    for name in ("distributed", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _check_interface(settings: Settings) -> None:
    import psutil

    there = psutil.net_if_addrs()
    if settings.interface and settings.interface not in there:
        raise Unable(
            f"{settings.file}: interface: no network of this computer is called so (got "
            f"{settings.interface!r}); allowed: {', '.join(there)}"
        )


def _not_started(settings: Settings, error: BaseException) -> Unable:
    """What keeps a scheduler from starting, as told by the first of the errors that followed each other."""
    while earlier := error.__cause__ or error.__context__:
        error = earlier
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return Unable(
            f"{settings.file}: scheduler.port: is in use on this computer (got "
            f"{settings.scheduler.get('port')}); choose another one, or leave it out for any that is free"
        )
    return Unable(
        f"{settings.file}: the scheduler of the workers does not start here: {error}; look at interface and, "
        "of [scheduler], at host and port"
    )


def _needs(module: str, what: str, install: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise Unable(f"{what} needs {module}: {install}")
