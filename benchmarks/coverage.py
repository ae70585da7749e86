"""Coverage of the fit's intervals where the truth is known: ``python -m benchmarks.coverage [--replicas 100]
[--simulations 2000] [--jobs 2] [--route waves]``. Prints pooled coverage of 50 and 90 % intervals, by
parameter too, and the spread of the places of the truth, which are uniform if the fit is right."""

import argparse
import time

import numpy as np
from joblib import Parallel, delayed, parallel_config

from benchmarks.calibration_routes import smoother
from calibration.coverage import FREE, by_waves, covered, reduced, replica


def main() -> None:
    """Runs the replicas and prints what they cover."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicas", type=int, default=100)
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--route", choices=("waves", "smoother"), default="waves")
    asked = parser.parse_args()
    route = {"waves": by_waves, "smoother": smoother}[asked.route]
    problem, begun = reduced(), time.perf_counter()
    work = (delayed(replica)(problem, asked.simulations, 1000 + r, route) for r in range(asked.replicas))
    with parallel_config(backend="loky", inner_max_num_threads=1):
        found = Parallel(n_jobs=asked.jobs)(work)
    places, spreads = (np.array(part) for part in zip(*found))
    seconds = time.perf_counter() - begun
    print(f"{asked.replicas} replicas of {asked.simulations} simulations, {seconds / 60:.1f} min")
    for level in (0.5, 0.9):
        print(f"coverage of {level:.0%} intervals, pooled: {covered(places, level):.1%}")
    names = [problem.names[j] for j in range(len(FREE))]
    for name, column, spread in zip(names, places.T, spreads.mean(axis=0)):
        place = f"mean place {column.mean():.2f}, sd {column.std():.2f}"
        print(f"  {name}: 90 %: {covered(column):.0%}, {place}; spread {spread:.2f} of the prior's")
    print("uniform places have mean 0.50 and sd 0.29")


if __name__ == "__main__":
    main()
