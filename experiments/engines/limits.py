"""How much a worker may take: cores, memory."""

import os
from pathlib import Path

FREE_SHARE = 0.9  # of the memory that is free when a command starts, for all its workers
LEAST = 512 * 2**20  # bytes; a worker needs a third of it before its first world
CGROUPS = ("/sys/fs/cgroup/{path}/memory.max", "/sys/fs/cgroup/memory/{path}/memory.limit_in_bytes")


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory() -> int:
    """Bytes that may be taken here: what the machine has free, or what a batch system allows if that is
    less."""
    import psutil

    free = psutil.virtual_memory().available
    limits = (_number(Path(name.format(path=path))) for path in _cgroup_paths() for name in CGROUPS)
    return min([free, *(limit for limit in limits if limit is not None)])


def memory_share(workers: int) -> int:
    """Bytes that each of so many workers may take, unless told otherwise."""
    return max(LEAST, int(free_memory() * FREE_SHARE / workers))


def _cgroup_paths() -> list[str]:
    """The groups that this process belongs to, from its own up to the root."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    found = {""}
    for line in lines:
        number, names, path = line.split(":", 2)
        if number == "0" or "memory" in names.split(","):
            parts = path.strip("/").split("/")
            found |= {"/".join(parts[:k]) for k in range(len(parts) + 1)}
    return sorted(found)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # absent, or "max"
        return None
