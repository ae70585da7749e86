"""Three routes to a posterior, on the whole problem, with the same number of simulations each:
``python -m benchmarks.calibration_routes [--simulations 1000] [--route waves smoother pyabc] [--jobs 2]``.

- waves: this project's own (calibration/fit.py);
- smoother: an iterative ensemble smoother, ES-MDA (Emerick and Reynolds, 2013), parameters moved by the
  covariance with figures that they can reach;
- pyabc: ABC-SMC of the library pyABC as it stands, on the parameters that wave 1 shows to matter, the others
  drawn from their priors (skipped if the library is not installed).

Every route ends with a sample; 150 draws of it are simulated anew and scored: figures whose median is inside
the tolerance, mean log score (calibration/scores.py), CPU time of the simulations.
"""

import argparse
import tempfile
import time

import numpy as np
from joblib import Parallel, delayed, parallel_config

from calibration.coverage import Ask, by_waves
from calibration.emulator import emulate
from calibration.problem import Problem
from calibration.scores import log_scores
from experiments.calibrate import problems
from sim.draws import OTHER_FITS, generator, key

CHECKED = 150
SMOOTHER_STEPS = 5
MATTER = 14  # parameters that ABC-SMC is asked for; with 40, one particle of 100 has all the weight


def one(values: dict[str, float], seed: int) -> tuple[dict[str, float], float]:
    """Figures of one simulation and its CPU seconds; none if it failed."""
    begun = time.process_time()
    try:
        found = problems()["site"].simulate(values, seed)
    except Exception:
        found = {}
    return found, time.process_time() - begun


class Counted:
    """Runs simulations on several cores and counts them."""

    def __init__(self, problem: Problem, jobs: int):
        self.problem, self.jobs, self.runs, self.seconds = problem, jobs, 0, 0.0

    def __call__(self, x: np.ndarray, seed: int) -> np.ndarray:
        names = [u.name for u in self.problem.declared]
        work = (
            delayed(one)(dict(zip(names, row.tolist())), key(seed, draw))
            for draw, row in enumerate(self.problem.values(x))
        )
        with parallel_config(backend="loky", inner_max_num_threads=1):
            done = Parallel(n_jobs=self.jobs)(work)
        self.runs += len(x)
        self.seconds += sum(seconds for _, seconds in done)
        return np.array([[found.get(f.name, np.nan) for f in self.problem.figures] for found, _ in done])


def smoother(problem: Problem, ask: Ask, runs: int, seed: int) -> np.ndarray:
    """The last ensemble of ES-MDA: x += C_xd (C_dd + a R)^-1 (noise - d), a the number of steps."""
    chance = generator(seed, OTHER_FITS)
    size = runs // SMOOTHER_STEPS
    x = chance.standard_normal((size, len(problem.free)))
    spread = SMOOTHER_STEPS / problem.precision
    for step in range(SMOOTHER_STEPS):
        d = problem.distances(ask(x, key(seed, step)))
        d = np.where(np.isfinite(d), d, np.nanmean(d, axis=0))
        dx, dd = x - x.mean(axis=0), d - d.mean(axis=0)
        gain = (dx.T @ dd * problem.reach) @ np.linalg.inv(dd.T @ dd + (size - 1) * np.diag(spread))
        x = x + (chance.standard_normal(d.shape) * np.sqrt(spread) - d) @ gain.T
    return x


def pyabc_smc(problem: Problem, ask: Counted, runs: int, seed: int) -> np.ndarray:
    """The last population of ABC-SMC."""
    import pyabc

    chance = generator(seed, OTHER_FITS)
    first = chance.standard_normal((runs // 5, len(problem.free)))
    y = problem.distances(ask(first, key(seed, 99)))
    polynomials = emulate(first, y, problem.reach).polynomials
    seen = np.zeros(len(problem.free))
    for p in polynomials:
        for j, b in zip(p.linear, p.coefficients[1:]):
            seen[j] += b * b
    chosen = np.argsort(-seen)[:MATTER]
    names = [u.name for u in problem.declared]
    weight = np.sqrt(problem.precision)
    spent = []

    def model(parameters: dict[str, float]) -> dict[str, np.ndarray]:
        gen = np.random.default_rng()
        x = gen.standard_normal(len(problem.free))
        x[chosen] = [parameters[f"p{j}"] for j in chosen]
        values = dict(zip(names, problem.values(x[None])[0].tolist()))
        found, _ = one(values, int(gen.integers(2**62)))
        answers = np.array([[found.get(f.name, np.nan) for f in problem.figures]])
        return {"d": np.nan_to_num(problem.distances(answers)[0], nan=20.0)}

    def distance(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> float:
        return float(np.sqrt((((a["d"] - b["d"]) * weight) ** 2).sum()))

    prior = pyabc.Distribution(**{f"p{j}": pyabc.RV("norm", 0, 1) for j in chosen})
    smc = pyabc.ABCSMC(
        model, prior, distance, population_size=100,
        sampler=pyabc.sampler.MulticoreEvalParallelSampler(ask.jobs),
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        smc.new(f"sqlite:///{folder}/abc.db", {"d": np.zeros(len(problem.figures))})
        begun = time.perf_counter()
        history = smc.run(max_total_nr_simulations=runs - len(first))
        spent.append(time.perf_counter() - begun)
        frame, weights = history.get_distribution()
        ask.runs += history.total_nr_simulations
    ask.seconds += spent[0] * ask.jobs
    rows = chance.choice(len(frame), size=CHECKED, p=weights / weights.sum())
    x = chance.standard_normal((CHECKED, len(problem.free)))
    x[:, chosen] = frame[[f"p{j}" for j in chosen]].to_numpy()[rows]
    return x


ROUTES = {"waves": by_waves, "smoother": smoother, "pyabc": pyabc_smc}


def main() -> None:
    """Runs the routes and prints their scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--route", nargs="+", choices=list(ROUTES), default=list(ROUTES))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    problem = problems()["site"]
    low, high = np.array([(f.target.low, f.target.high) for f in problem.figures]).T
    print("route     runs  CPU min  inside  mean log score", flush=True)
    for route in asked.route:
        ask = Counted(problem, asked.jobs)
        x = ROUTES[route](problem, ask, asked.simulations, asked.seed)
        runs, minutes = ask.runs, ask.seconds / 60
        answers = ask(x[np.arange(CHECKED) % len(x)], key(asked.seed, 12345))
        inside, score = problem.inside(answers).sum(), log_scores(answers, low, high).mean()
        print(f"{route:8s} {runs:5d} {minutes:8.1f} {inside:4d}/{len(low)} {score:15.3f}", flush=True)


if __name__ == "__main__":
    main()
