"""``tremplin calibrate``: waves of worlds, each a run folder of its own, and the posterior sample.

Every wave follows from the waves before and the seed, so a fit that was stopped, however it was, goes on
from the worlds that are kept and ends with the same bits.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from calibration.fit import POWERS, Wave, next_wave, sizes
from calibration.frozen import FROZEN, PARTS, changed, frozen
from calibration.posterior import Posterior, save
from calibration.problem import BOUND, Problem, whole
from calibration.rivals import PARAMETER, RULES, WORDS, mixed, score, shares
from experiments.command import Common, run_missing
from experiments.errors import Refused, unable
from experiments.files import FIT
from experiments.folder import Folder, surroundings
from experiments.items import Item, Request
from experiments.lock import locked
from experiments.parameters import Source
from experiments.plan import ALONE, Experiment, Function, Group
from experiments.runner import FAILED, LONGEST_ERROR, OK, Arm
from scenarios.load import PUBLISHED, Case
from scenarios.problems import typed
from sim.code import code_hash, source_hash
from sim.draws import key

SECONDS_A_SIMULATION = 0.5  # one world of each case, on one core of a laptop; only used to foresee
SAMPLE = "posterior"
FEWEST_ANSWERED = 0.5  # of the runs of a wave
Say = Callable[[str], None]


@dataclass(frozen=True)
class Ask:
    """Runs the worlds of a problem: what stands for the model in the items of a wave."""

    problem: Problem
    compiles: bool = True

    def __call__(self, item: Item) -> Iterator[Arm]:
        import traceback

        for policy, _, key_ in item.arms:
            begun, started = time.perf_counter(), time.time()
            try:
                outcomes, status, error = self.problem.simulate(item.values, item.world_seed), OK, ""
            except Exception:  # a world that fails is a row, and the fit goes on without it
                outcomes, status, error = {}, FAILED, traceback.format_exc()[-LONGEST_ERROR:]
            yield Arm(policy, key_, status, error, outcomes, time.perf_counter() - begun, started)


@dataclass(frozen=True)
class Progress:
    """What is known after a wave: ``distance``: of each figure, median over the worlds, from the middle of
    its tolerance, 1 at its bounds; ``inside``: figures whose median is within it; ``accepted``:
    share of the worlds with nine figures in ten within their tolerance."""

    wave: int
    worlds: int
    distance: dict[str, float]
    inside: int
    accepted: float

    def line(self, waves: int, left: float) -> str:
        """One line for the terminal."""
        far = sorted(self.distance, key=lambda name: -abs(self.distance[name]))[:3]
        farthest = ", ".join(f"{name} {self.distance[name]:+.1f}" for name in far)
        mean = float(np.mean([abs(d) for d in self.distance.values()]))
        time_left = f"; about {max(1, round(left / 60))} min left" if left else ""
        return (
            f"wave {self.wave + 1} of {waves}: {self.worlds:,} simulations; {self.inside} of "
            f"{len(self.distance)} figures inside their tolerance; mean distance {mean:.2f} (1: the bounds), "
            f"farthest {farthest}; {self.accepted:.0%} of worlds have nine figures in ten inside{time_left}"
        )


def calibrate(
    rules: Mapping[str, Problem], simulations: int, seed: int, common: Common, out: Path, say: Say
) -> Posterior:
    """Fits each of the rival ``rules``, or goes on with fits that were stopped, and writes ``out/posterior``:
    draws of each rule by how well it foretells the figures.

    Raises ``Refused`` if the folder holds another fit, ``Unable`` if it cannot be written.
    """
    wanted = sizes(simulations // len(rules))
    _prepare(out, rules, simulations, seed)
    samples: list[Posterior] = []
    with locked(out):
        for number, (rule, problem) in enumerate(rules.items()):
            if rule in WORDS:
                say(f"rule {number + 1} of {len(rules)}: {WORDS[rule]}")
            rest = (len(rules) - number - 1) * sum(wanted)
            last = _fit(problem, wanted, key(seed, number), common, out / rule, rest, say)
            samples.append(Posterior.of(problem, last, {}))
        about = _about(rules, simulations, seed)
        scores = [score(problem, found) for problem, found in zip(rules.values(), samples)]
        share = shares([float(s.sum()) for s in scores])
        about["rules"] = {
            rule: {
                "score": round(float(s.sum()), 4),
                "share": round(float(part), 4),
                "draws": len(found.rows),
            }
            for rule, s, part, found in zip(rules, scores, share, samples)
        }
        found = mixed(samples, share, about)
        save(found, out / SAMPLE)
    for rule, said in about["rules"].items():
        if rule in WORDS:
            say(f"{WORDS[rule]}: log predictive score {said['score']:.2f}, {said['share']:.0%} of the draws")
    return found


def _fit(
    problem: Problem, wanted: tuple[int, ...], seed: int, common: Common, out: Path, rest: int, say: Say
) -> Wave:
    """All waves of one rule; the last one. ``rest``: simulations of the rules to come."""
    waves: list[Wave] = []
    for number, size in enumerate(wanted):
        begun = time.monotonic()
        x = next_wave(problem, waves, size, seed)
        thinking = time.monotonic() - begun
        waves.append(_run_wave(problem, x, number, seed, common, out))
        spent = time.monotonic() - begun
        after = sum(wanted[number + 1 :]) + rest
        left = (spent - thinking) / size * after + thinking * (len(wanted) - number - 1)
        say(progress(problem, waves).line(len(wanted), left))
    return waves[-1]


def progress(problem: Problem, waves: list[Wave]) -> Progress:
    """Where the fit stands after its last wave."""
    away = problem.distances(waves[-1].answers) / BOUND
    near = np.abs(away) <= 1.0
    middle = np.nanmedian(away, axis=0)
    return Progress(
        len(waves) - 1,
        sum(len(wave.x) for wave in waves),
        {figure.name: float(d) for figure, d in zip(problem.figures, middle)},
        int(problem.inside(waves[-1].answers).sum()),
        float((near.mean(axis=1) >= 0.9).mean()),
    )


def wave_experiment(problem: Problem, x: np.ndarray, number: int, seed: int) -> Experiment:
    """The worlds of a wave as an experiment like any other."""
    spec = next(iter(problem.cases.values()))
    about = Case("fit", "", "", spec, (), ())
    group = Group(ALONE, about, {PUBLISHED: Function(f"figures {problem.hash()}")})
    rows = Source("wave", problem.declared, problem.values(x), seed)
    names = tuple(figure.name for figure in problem.figures)
    return Experiment(
        "calibrate", f"wave-{number}", "", PUBLISHED, (group,), key(seed, 1 + number), rows, Ask(problem),
        names, SECONDS_A_SIMULATION,
    )  # fmt: skip


def _run_wave(problem: Problem, x: np.ndarray, number: int, seed: int, common: Common, out: Path) -> Wave:
    """Runs the worlds of a wave that are missing, and reads all their answers."""
    experiment = wave_experiment(problem, x, number, seed)
    common = replace(common, draws=len(x), replicates=1)
    folder, request = Folder(out / f"wave-{number}"), Request(experiment, len(x))
    folder.prepare(experiment)
    run_missing(folder, request, common)
    return Wave(x, read_answers(folder, problem, len(x)))


def read_answers(folder: Folder, problem: Problem, runs: int) -> np.ndarray:
    """Answers of a wave, (runs, figures), by draw; those of worlds that failed are not numbers."""
    names = [figure.name for figure in problem.figures]
    table = folder.runs(["draw", "status", "error", *names])
    found = np.full((runs, len(names)), np.nan)
    good = np.array(table.column("status").to_pylist()) == OK
    draw = table.column("draw").to_numpy()[good]
    for j, name in enumerate(names):
        found[draw, j] = table.column(name).to_numpy(zero_copy_only=False)[good]
    if good.sum() < FEWEST_ANSWERED * runs:
        why = next((e for e in table.column("error").to_pylist() if e), "").strip().splitlines()
        raise Refused(
            f"{folder.path}: {runs - int(good.sum()):,} of {runs:,} simulations failed"
            + (f" ({why[-1]})" if why else "")
            + f"; nothing can be fitted; see tremplin status {typed(folder.path)}"
        )
    return found


def _identity(rules: Mapping[str, Problem], simulations: int, seed: int) -> dict[str, Any]:
    return {
        "simulations": simulations,
        "seed": seed,
        "problems": {rule: problem.hash() for rule, problem in rules.items()},
        "fixed": {rule: dict(problem.fixed) for rule, problem in rules.items()},
        "code": code_hash(),
        "sources": source_hash(),
        "waves": len(POWERS),
    }


def _prepare(out: Path, rules: Mapping[str, Problem], simulations: int, seed: int) -> None:
    """Makes the folder of a fit, or checks that it holds this one."""
    differs = changed(frozen())
    if differs:
        raise Refused(
            f"{FROZEN}: since it was written, {', and '.join(differs)} changed; if that is meant, freeze "
            "them anew before fitting: python -m calibration.frozen"
        )
    try:
        if holds(out, rules, simulations, seed):
            return
        out.mkdir(parents=True, exist_ok=True)
        content = json.dumps(_identity(rules, simulations, seed), indent=1)
        Folder(out).write(FIT, content.encode() + b"\n")
    except OSError as error:
        raise unable(error, f"write in {out}") from None


def holds(out: Path, rules: Mapping[str, Problem], simulations: int, seed: int) -> bool:
    """Whether a folder holds this fit already; ``Refused`` if it holds something else."""
    wanted, path = _identity(rules, simulations, seed), out / FIT
    if not path.exists():
        if out.is_dir() and any(not p.name.startswith(".") for p in out.iterdir()):
            raise Refused(f"{out}: holds something else; choose another --out")
        return False
    try:
        there = json.loads(path.read_text("utf-8"))
    except ValueError:
        raise Refused(f"{path}: cannot be read; delete it, and its fit begins anew") from None
    if other := [key_ for key_ in wanted if there.get(key_) != wanted[key_]]:
        said = "; ".join(f"{k}: {there.get(k)} there, {wanted[k]} here" for k in other)
        raise Refused(f"{out}: holds another fit ({said}); choose another --out")
    return True


def _about(rules: Mapping[str, Problem], simulations: int, seed: int) -> dict[str, Any]:
    return _identity(rules, simulations, seed) | {
        "frozen": {part: frozen()[part] for part in (*PARTS, "files")},
        **surroundings(),
    }


@cache
def problems(fixed: tuple[tuple[str, float], ...] = ()) -> Mapping[str, Problem]:
    """The whole problem under each of the rival rules, with some parameters kept at a value; one of them
    alone if its parameter is."""
    said = dict(fixed)
    if PARAMETER in said:
        rule = next((r for r, values in RULES.items() if values[PARAMETER] == said[PARAMETER]), "between")
        return {rule: whole(said)}
    return {rule: whole(said | dict(values)) for rule, values in RULES.items()}
