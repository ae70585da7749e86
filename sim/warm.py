"""Compiles every kernel once: ``python -m sim.warm``. Run at set-up and before workers start."""

import time

from sim.code import cache_folder
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.world import World


def warm() -> float:
    """Runs a tiny world with a scheme; seconds it took. After it, every command starts without compiling."""
    start = time.perf_counter()
    basin = Basin("warm", "Warm", smes=50, large_sites=4)
    scheme = SchemeSpec("alize", {}, (("warm", 0),))
    World(WorldSpec(Territory("warm", (basin,)), 3, 2000, schemes=(scheme,)), {}, 1).run()
    return time.perf_counter() - start


if __name__ == "__main__":
    print(f"Kernels ready in {warm():.1f} s ({cache_folder()}).")
