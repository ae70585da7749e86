"""From words to an experiment: what the commands and the notebooks share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from experiments.command import Common, Done, DonePart, carry_out
from experiments.errors import Refused
from experiments.parameters import Source, source
from experiments.plan import COMMON, Estimate, Experiment, estimate
from experiments.sensitivity.analysis import seconds
from experiments.sensitivity.asking import Arms, Varied, arms, question, varied
from experiments.sensitivity.design import OWN, Design, seeds_of
from experiments.sensitivity.methods import GRID, LATIN, METHODS, SOBOL, Method, method_of
from experiments.sensitivity.study import OUTCOME, SENSITIVITY, SWEEP, Question, world_study
from experiments.sensitivity.sweeping import sweep_factors, sweep_of

N = {"morris": 20, "sobol": 512, "fast": 129, "rbd-fast": 1024, "pawn": 1024, "delta": 1024, "ff": 1,
     "latin": 512}  # fmt: skip
MOST_ROWS = 20_000_000


@dataclass(frozen=True)
class Prepared:
    """An experiment of ``rows`` rows, what is asked of them, and how factors were chosen."""

    experiment: Experiment
    design: Design
    rows: int
    question: Question
    why: str

    def common(self, common: Common) -> Common:
        """What a command is told, for this design."""
        return replace(common, draws=self.rows, asked=self.question.plain())

    def estimate(self, common: Common) -> Estimate:
        """What the worlds take, and the analysis after them, which a part of a design has not."""
        foreseen = estimate(self.experiment, self.rows, common.replicates, common.processes, common.part[1])
        if common.part[1] > 1:
            return foreseen
        policies = sum(len(group.policies) for group in self.experiment.groups)
        after = seconds(self.design, self.design.size(self.rows), policies, self.question)
        return replace(foreseen, hours=foreseen.hours + after / 3600)

    def carry_out(self, common: Common) -> Done | DonePart:
        """Runs what is missing, then analyses."""
        return carry_out(self.experiment, self.common(common))


def sensitivity(
    file: str, method: str = SOBOL, n: int = 0, extend: int = 0, factors: str = "", policy: str = "",
    group: str = "", outcome: str = OUTCOME, against: str = "", among: str = "", second: bool = False,
    emulate: bool = False, fails: float | None = None, parameters: str = "posterior", seed: int = 1,
    replicates: int = 1, seeds: str = "",
) -> Prepared:  # fmt: skip
    """What ``tremplin sensitivity`` is asked; ``Refused`` or ``ScenarioError`` if it cannot be."""
    known = method_of(method)
    size = size_of(known, n, extend)
    if second and method != SOBOL:
        raise Refused("--second-order: pairs of factors are told by sobol only")
    asked = question(outcome, against, among, emulate, fails)
    of = arms(file, policy, group, asked)
    rows = source(parameters, [scheme.name for scheme in of.case.spec.schemes], seed)
    chosen = varied(factors, of, rows)
    design = Design(
        method, chosen.factors, size if known.fixed and method != "ff" else 0, _seeds(seeds, replicates),
        chosen.others, second, chosen.why,
    )  # fmt: skip
    return _prepared(SENSITIVITY, of, design, size, asked, chosen, rows, seed)


def sweep(
    file: str, factors: Sequence[str] = (), design: str = GRID, rows: int = 0, policy: str = "",
    group: str = "", outcome: str = OUTCOME, fails: float | None = None, parameters: str = "posterior",
    seed: int = 1, replicates: int = 1, seeds: str = "",
) -> Prepared:  # fmt: skip
    """What ``tremplin sweep`` is asked; ``Refused`` or ``ScenarioError`` if it cannot be."""
    wanted = sweep_of(file, factors, design, rows, policy, group)
    if wanted.design == LATIN:
        METHODS[LATIN].check(wanted.rows)
    asked = question(outcome, "", "", False, fails)
    of = arms(wanted.of, wanted.policy, wanted.group, asked)
    of = replace(of, question=wanted.question or of.question)
    known = source(parameters, [scheme.name for scheme in of.case.spec.schemes], seed)
    chosen = sweep_factors(wanted, of, known)
    size = wanted.rows if wanted.design == LATIN else 0
    made = Design(
        wanted.design, chosen.factors, size, _seeds(seeds, replicates), chosen.others, False, chosen.why
    )
    return _prepared(SWEEP, of, made, size, asked, chosen, known, seed)


def size_of(method: Method, n: int, extend: int) -> int:
    """N of a design: as asked, or as usual, or, where it goes on, that to which it does."""
    size = n or N[method.name]
    method.check(size)
    if not extend:
        return size
    if method.fixed:
        raise Refused(
            f"--extend: {method.words} cannot go on: {method.fixed}; a larger one is another design, from "
            f"its "
            "first row: give --n alone. sobol, morris, pawn and delta go on"
        )
    method.check(extend)
    if extend < size:
        raise Refused(f"--extend: must be more than --n (got {extend:,} after {size:,})")
    return extend


def _seeds(asked: str, replicates: int) -> str:
    if asked not in ("", COMMON, OWN):
        raise Refused(f"--seeds: unknown (got {asked!r}); allowed: {COMMON}, {OWN}")
    return seeds_of(asked, replicates)


def _prepared(
    command: str, of: Arms, design: Design, n: int, asked: Question, chosen: Varied, rows: Source, seed: int
) -> Prepared:  # fmt: skip
    total = design.rows(n)
    if design.method == GRID and not all(factor.steps for factor in design.factors):
        raise Refused("--factor: a grid needs values, or LOW:HIGH:STEPS")
    if total > MOST_ROWS:
        raise Refused(f"{total:,} rows are more than {MOST_ROWS:,}; take fewer factors or a smaller design")
    experiment = world_study(
        command, of.name, of.question, of.case, of.policies, of.reference, design, rows, seed
    )
    return Prepared(experiment, design, total, asked, chosen.why)
