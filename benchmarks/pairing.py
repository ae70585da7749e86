"""What pairing is worth: ``python -m benchmarks.pairing [--case alize-1997-2007] [--worlds 60]``.

Net jobs of a scheme are a difference between two worlds. With parameters fixed, worlds of a pair share every
draw, so that the difference has little chance in it. Worlds with seeds of their own would need
(variance of with + variance of without) / variance of the paired difference times as many runs for the same
error; printed for the whole territory and for the basin in the middle.
"""

import argparse

import numpy as np

from scenarios.load import load_case
from sim.draws import key
from sim.pair import Pair
from sim.state import JOBS
from sim.world import World


def gains(case: str, worlds: int, seed: int = 1) -> tuple[float, np.ndarray]:
    """How many times fewer runs pairing takes: for all jobs of the territory, and basin by basin."""
    spec = load_case(case).spec
    ends, nets = [], []
    for draw in range(worlds):
        at = key(seed, draw)
        pair = Pair(World(spec, {}, at).run(), World(spec.without_schemes(), {}, at).run())
        ends.append([world.tables.series[-1, :, JOBS] for world in (pair.treated, pair.control)])
        nets.append(pair.delta_by_basin().sum(axis=0))
    jobs, net = np.array(ends), np.array(nets)
    apart = jobs.sum(axis=2).var(axis=0, ddof=1).sum()
    by_basin = jobs.var(axis=0, ddof=1).sum(axis=0) / net.var(axis=0, ddof=1)
    return float(apart / net.sum(axis=1).var(ddof=1)), by_basin


def main() -> None:
    """Prints the gains."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="alize-1997-2007")
    parser.add_argument("--worlds", type=int, default=60)
    asked = parser.parse_args()
    whole, basins = gains(asked.case, asked.worlds)
    print(f"{asked.case}, {asked.worlds} pairs, parameters fixed: runs saved by pairing, net jobs at the end")
    print(f"  whole territory: {whole:,.0f} times")
    low, middle, high = np.quantile(basins[np.isfinite(basins)], (0.0, 0.5, 1.0))
    print(f"  a basin: {middle:,.0f} times (from {low:,.0f} to {high:,.0f})")


if __name__ == "__main__":
    main()
