"""Whether intervals of a fit hold what they promise, where the truth is known: simulation-based calibration
(Talts and others, 2018, "Validating Bayesian inference algorithms with simulation-based calibration").

Parameters are drawn from the prior, a world is simulated with them, its figures are disturbed as far as their
tolerance says, and the fit is asked for the parameters. Over many such replicas a 90 % interval must hold the
truth nine times in ten. The problem is a reduced one: a few basins with an Alizé, eight parameters.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from calibration import alize_figures as alize
from calibration.fit import Wave, next_wave, sizes
from calibration.problem import HALF_WIDTH, Figure, Problem
from calibration.target import FITTED, Target
from scenarios.load import load_case
from sim.draws import TRUTH, generator, key
from sim.parameters import uncertainties
from sim.world import World

FREE = (
    "project_rate", "project_jobs", "success_base", "alize.standard", "alize.join_rate", "alize.exit_rate",
    "alize.lapse", "alize.referral",
)  # fmt: skip
BASINS = 2
CASE = "alize-1997-2007"
YEARS_6, YEARS_10 = 72, 120
MEASURES = {
    "partners in 6 years": (alize.partner_sites, YEARS_6),
    "partners in 10 years": (alize.partner_sites, YEARS_10),
    "exit of partners": (alize.partner_exit, YEARS_10),
    "files examined": (alize.files_examined, YEARS_10),
    "files accepted in 6 years": (alize.files_accepted, YEARS_6),
    "files accepted": (alize.files_accepted, YEARS_10),
    "acceptance": (alize.acceptance, YEARS_10),
    "jobs declared": (alize.jobs_reported, YEARS_10),
    "jobs promised a file": (alize.promised_per_file, YEARS_10),
    "achieved over planned": (alize.achieved_over_planned, YEARS_10),
    "missions a person": (alize.missions_per_person, YEARS_10),
}
TOLERANCE = 0.2  # of a figure's value at default parameters
LEVEL = 0.9

Ask = Callable[[np.ndarray, int], np.ndarray]  # figures of rows of scores, with a seed
Route = Callable[[Problem, Ask, int, int], np.ndarray]  # a sample for so many runs, with a seed


def reduced() -> Problem:
    """The reduced problem: its figures have the values of one world at default parameters."""
    spec = load_case(CASE).spec
    basins = spec.territory.basins[:BASINS]
    kept = {basin.id for basin in basins}
    schemes = tuple(
        replace(s, opens=tuple((b, month) for b, month in s.opens if b in kept)) for s in spec.schemes
    )
    spec = replace(spec, territory=replace(spec.territory, basins=basins), schemes=schemes)
    declared = uncertainties(["alize"])
    fixed = {u.name: u.default for u in declared if u.prior == "uniform" and u.name not in FREE}
    world = World(spec, {}, 1).run()
    figures = []
    for name, (measure, month) in MEASURES.items():
        value = float(measure(alize.Reading(world, month)))
        half = TOLERANCE * abs(value)
        target = Target(
            name, "reduced", FITTED, value, value - half, value + half, "", month, month == YEARS_10, False,
            name, measure,
        )  # fmt: skip
        figures.append(Figure(CASE, target, 1.0))
    return Problem(declared, {CASE: spec}, tuple(figures), fixed)


def observed(problem: Problem, figures: np.ndarray) -> Problem:
    """The problem when these are the published figures: tolerances keep their width."""
    moved = []
    for figure, value in zip(problem.figures, figures):
        half = (figure.target.high - figure.target.low) / 2
        target = replace(figure.target, published=value, low=value - half, high=value + half)
        moved.append(replace(figure, target=target))
    return replace(problem, figures=tuple(moved))


def run(problem: Problem, x: np.ndarray, seed: int) -> np.ndarray:
    """Figures of one simulation a row of scores; not numbers where a world gives none."""
    names = [u.name for u in problem.declared]
    rows = []
    for draw, row in enumerate(problem.values(x)):
        found = problem.simulate(dict(zip(names, row.tolist())), key(seed, draw))
        rows.append([found[figure.name] for figure in problem.figures])
    return np.array(rows)


def by_waves(problem: Problem, ask: Ask, runs: int, seed: int) -> np.ndarray:
    """The last wave of the fit, scores (rows, parameters)."""
    done: list[Wave] = []
    for number, size in enumerate(sizes(runs)):
        x = next_wave(problem, done, size, seed)
        done.append(Wave(x, ask(x, key(seed, number))))
    return done[-1].x


def replica(problem: Problem, runs: int, seed: int, route: Route = by_waves) -> tuple[np.ndarray, np.ndarray]:
    """Place of the true value of each parameter among its posterior draws, from 0 to 1, and the standard
    deviation of these, in units of the prior's."""
    chance = generator(seed, TRUTH)
    widths = np.array([f.target.high - f.target.low for f in problem.figures]) / 2 / HALF_WIDTH
    figures = np.array([np.nan])
    while not np.isfinite(figures).all():
        truth = chance.standard_normal((1, len(problem.free)))
        figures = run(problem, truth, key(seed, int(chance.integers(2**62))))[0]
    noise = chance.standard_normal(len(widths)) * widths / np.sqrt(problem.precision)
    asked = observed(problem, figures + noise)
    x = route(asked, lambda x, seed: run(asked, x, seed), runs, seed)
    return (x < truth).mean(axis=0), x.std(axis=0)


def covered(places: np.ndarray, level: float = LEVEL) -> float:
    """Share of the true values within the central intervals, over replicas and parameters."""
    return float((np.abs(places - 0.5) <= level / 2).mean())
