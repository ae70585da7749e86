"""The memory that a process of its own has held at most."""

import resource
from pathlib import Path

KILOBYTES_A_MEGABYTE = 1024  # as the system counts
STATUS = Path("/proc/self/status")


def peak_mb() -> float:
    """Megabytes that this program has held at most since it began. Linux hands the peak of the process that
    started it down to ``getrusage``, so its own is read where Linux writes it."""
    if STATUS.exists():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / KILOBYTES_A_MEGABYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEGABYTE
