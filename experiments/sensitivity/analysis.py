"""All that a design says of a question: indices, convergence, luck, boxes, regret; pure, no file."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from experiments.decision import regret, shared_first
from experiments.errors import Refused
from experiments.sensitivity import boxes
from experiments.sensitivity.answers import Answers, direction, policies_asked
from experiments.sensitivity.boxes import Box
from experiments.sensitivity.convergence import Verdict, by_size, part_sizes, verdict
from experiments.sensitivity.design import Design, DesignSource
from experiments.sensitivity.emulator import Emulated, emulate, spread
from experiments.sensitivity.indices import Index, Rows, indices
from experiments.sensitivity.luck import Luck, luck
from experiments.sensitivity.methods import DELTA, LATIN, PAWN, RBD_FAST, SOBOL
from experiments.sensitivity.study import BEST, RANK, Question
from experiments.summary import quantile

WORST = 0.25  # of the rows, where no limit says which fail
TOO_MANY = 0.75  # of the rows, that are not its worst
# measured on one core, only used to foresee: seconds that the analysis of a policy takes for each factor, and
# for each factor and unit of N
SECONDS = {
    SOBOL: (0.0, 3e-4), RBD_FAST: (0.0, 3e-4), PAWN: (0.17, 2e-4), DELTA: (0.24, 6e-4), LATIN: (0.0, 1e-4),
}  # fmt: skip
SECONDS_TO_EMULATE = 8.0


@dataclass(frozen=True)
class Spread:
    """Of the outcome over the rows of the design. ``sd`` is not a number where there is one."""

    mean: float
    sd: float
    p05: float
    p95: float

    @classmethod
    def of(cls, y: np.ndarray) -> "Spread":
        """Of the means of the rows."""
        sd = float(y.std(ddof=1)) if len(y) > 1 else math.nan
        return cls(float(y.mean()), sd, quantile(y, 0.05), quantile(y, 0.95))


NO_SPREAD = Spread(math.nan, math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Failing:
    """Where a policy fails: ``limit``, beyond which a row does, and whether it is the ``worst`` quarter for
    want of another one; ``share`` of rows that do; the ``box``, if there is one."""

    limit: float
    worst: bool
    share: float
    box: Box | None


@dataclass(frozen=True)
class Found:
    """What a design says of a policy. ``why_not``: why there is no index; "" where there are some."""

    policy: str
    spread: Spread
    luck: Luck | None
    indices: list[Index] = field(default_factory=list)
    sizes: Mapping[int, list[Index]] = field(default_factory=dict)
    verdict: Verdict | None = None
    emulated: Emulated | None = None
    failing: Failing | None = None
    why_not: str = ""

    @property
    def shown(self) -> list[Index]:
        """The indices that are to be read: those of the emulator, where it was asked for."""
        return self.emulated.indices if self.emulated else self.indices


def work(answers: Answers, design: Design, question: Question) -> float:
    """What ``analysed`` tells its ``step`` in all."""
    n = design.size(answers.request.draws)
    return sum(part_sizes(design, n)) * len(policies_asked(answers, question))


def analysed(
    answers: Answers, design: Design, question: Question, step: Callable[[float], None]
) -> list[Found]:
    """Policy by policy; ``step`` is told how much of the ``work`` has been done. The rows of the design must
    be whole."""
    source = answers.request.experiment.source
    assert isinstance(source, DesignSource)
    places = design.places(0, answers.request.draws, source.seed)
    return [
        one(places, answers.asked(policy, question), design, question, source.seed, policy, step)
        for policy in policies_asked(answers, question)
    ]


def one(
    places: np.ndarray, values: np.ndarray, design: Design, question: Question, seed: int, policy: str = "",
    step: Callable[[float], None] = lambda part: None,
) -> Found:  # fmt: skip
    """What a design says of an outcome, (rows, replicates)."""
    if wrong := int((~np.isfinite(values)).any(axis=1).sum()):
        return Found(policy, NO_SPREAD, None, why_not=_no_numbers(question, wrong))
    chance = luck(values, design.seeds)
    rows = Rows(design, places, values.mean(axis=1), chance.of_mean if chance else 0.0)
    found = Found(policy, Spread.of(rows.y), chance, failing=failing(rows, question, seed))
    if design.known is None:
        return found
    try:
        whole = indices(rows, seed, question.resamples)
        sizes = by_size(rows, seed, question.resamples, whole, step)
        learnt = emulate(rows, seed) if question.emulate else None
    except Refused as no:
        return Found(policy, found.spread, chance, failing=found.failing, why_not=str(no))
    return Found(
        policy, found.spread, chance, whole, sizes, verdict(sizes, design.known.unit), learnt, found.failing
    )


def _no_numbers(question: Question, rows: int) -> str:
    """Why nothing is said of a policy that has no finite number in so many rows."""
    return (
        f"{question.outcome} is no finite number in {rows:,} rows of the design, so that nothing can be said "
        "of its spread; choose another --outcome"
    )


def seconds(design: Design, n: int, policies: int, question: Question) -> float:
    """What the analysis of a design of size n may take."""
    each, by_row = SECONDS.get(design.method, (0.0, 0.0))
    learnt = SECONDS_TO_EMULATE if question.emulate else 0.0
    return policies * (len(design.factors) * (each + by_row * n) + learnt)


def failing(rows: Rows, question: Question, seed: int) -> Failing | None:
    """Where an outcome fails; None where the rows do not fill the space, too few fail, or nothing says which
    do: no limit, and neither more nor less is better."""
    if not rows.design.fills or (question.fails is None and not _better(question)):
        return None
    places, y = spread(rows)
    better = _better(question) or 1  # what is below a limit fails, unless less is better
    limit = _limit(question) if question.fails is None else question.fails
    wrong, worst = better * (y - limit) < 0.0, False
    if question.fails is None and not boxes.enough(wrong):
        limit, worst = better * _worst(better * y), True
        wrong = better * (y - limit) < 0.0
    if not boxes.enough(wrong) or (worst and wrong.mean() >= TOO_MANY):
        return None
    box = boxes.box(places, wrong, rows.design.factors, seed)
    return Failing(limit, worst, float(wrong.mean()), box)


def _worst(net: np.ndarray) -> float:
    """Below which the worst quarter lies; where too few rows do, since many tie at it, the next value: those
    at it are of the worst, too."""
    limit = float(np.quantile(net, WORST))
    if boxes.enough(net < limit):
        return limit
    return float(min(net[net > limit], default=limit))


def _better(question: Question) -> int:
    if question.among:
        return 1 if question.among == BEST else -1
    return direction(question.outcome)


def _limit(question: Question) -> float:
    """Differences fail on the wrong side of 0, what is best half of the time at one half, ranks below the
    second."""
    return {BEST: 0.5, RANK: 2.0}.get(question.among, 0.0)


@dataclass(frozen=True)
class Regret:
    """Of a policy over all rows: how far behind the best of the same row (mean, 90 and 95 of 100, most), and
    how often it is the best itself; ties are shared."""

    policy: str
    mean: float
    p90: float
    p95: float
    most: float
    best: float
    rows: int


def least_first(of: Regret) -> tuple[float, float, float]:
    """The order of policies by regret."""
    return of.p90, of.p95, of.mean


def regrets(answers: Answers, question: Question) -> list[Regret]:
    """Policy by policy, in the unit of the outcome; empty where there is nothing to choose, neither more nor
    less is better, or some policy has no value."""
    policies, better = answers.policies, direction(question.outcome)
    if len(policies) < 2 or not better:
        return []
    net = better * np.array([answers.values(policy, question.outcome).ravel() for policy in policies])
    if np.isnan(net).any():
        return []
    behind, first = regret(net), shared_first(net, least=0.0)  # of an outcome in any unit
    return [
        Regret(
            policy,
            float(b.mean()),
            quantile(b, 0.9),
            quantile(b, 0.95),
            float(b.max()),
            float(f.mean()),
            len(b),
        )
        for policy, b, f in zip(policies, behind, first)
    ]
