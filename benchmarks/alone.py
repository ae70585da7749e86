"""``python -m benchmarks.alone CASE MONTHS``: one world of a shipped case, and the memory of the process.

Its start is included, loading the kernels is not. MONTHS: 0 for the horizon of the case. Prints JSON: seconds
of one core, gigabytes that the process held at most, nanoseconds per SME-month.
"""

import json
import sys
import time

from benchmarks.memory import peak_mb
from benchmarks.worlds import FIVE, shipped, sme_months, with_schemes
from sim.world import World

MEGABYTES_A_GIGABYTE = 1024


def measured(case: str, months: int) -> dict[str, float]:
    """All figures; the memory is of use where nothing else has run in the process."""
    World(with_schemes(FIVE, 500, 12), {}, 1).run()
    spec = shipped(case)
    start = time.process_time()
    world = World(spec, {}, 1).run(months or None)
    seconds = time.process_time() - start
    return {
        "smes": float(world.tables.basins.initial.sum()),
        "seconds": seconds,
        "gigabytes": peak_mb() / MEGABYTES_A_GIGABYTE,
        "ns_per_sme_month": seconds / sme_months(world) * 1e9,
    }


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]))))
