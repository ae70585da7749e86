"""Made-up panels of firms in which the effect of help is known: what an evaluator would see of them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from experiments.evaluation.designs import Finding
from experiments.evaluation.seen import COMMITTEE, Files, Seen
from sim.state import NEVER

YEARS = 3
ASKED = 14  # month; the last count before it is that of year 1


def no_files() -> Files:
    nothing = np.zeros(0, np.int64)
    no = np.zeros(0, bool)
    return Files(nothing, nothing, no, no, no, np.zeros(0), np.zeros(0))


def panel(
    gen: np.random.Generator, n: int = 600, trend: float = 0.0, basins: int = 4, spread: float = 3.0
) -> Seen:
    """Firms of which none is helped: sizes, sectors, ages by chance, each year ``trend`` jobs more and a
    chance change."""
    start = 5.0 + 40.0 * gen.random(n)
    steps = trend + spread * gen.standard_normal((YEARS, n)) / np.sqrt(YEARS)
    counts = np.maximum(np.vstack([start, start + np.cumsum(steps, axis=0)]), 1.0)
    nobody = np.zeros(0, np.int64)
    return Seen(
        counts, np.arange(n) % basins, gen.integers(0, 3, n), -gen.integers(1, 300, n), no_files(), nobody,
        nobody, np.full(basins, NEVER), np.zeros(basins, bool), COMMITTEE,
    )  # fmt: skip


def helping(seen: Seen, firm: np.ndarray, effect: float | np.ndarray) -> Seen:
    """The same where these firms asked in month ``ASKED``, were helped and have ``effect`` jobs more at the
    end."""
    counts = seen.counts.copy()
    counts[-1, firm] += effect
    return replace(seen, counts=counts, helped=np.sort(firm), asked=np.full(len(firm), ASKED))


def asking(
    seen: Seen,
    firm: np.ndarray,
    accepted: np.ndarray,
    margin: np.ndarray | None = None,
    ticket: np.ndarray | None = None,
    waiting: np.ndarray | None = None,
) -> Seen:
    """The same where these firms filed in month ``ASKED``; those not accepted were rejected, or wait."""
    nan = np.full(len(firm), np.nan)
    files = Files(
        firm, np.full(len(firm), ASKED), np.ones(len(firm), bool), accepted,
        ~accepted if waiting is None else ~(accepted | waiting),
        nan if margin is None else margin, nan if ticket is None else ticket,
    )  # fmt: skip
    return replace(seen, files=files)


def repeated(
    make: Callable[[np.random.Generator], tuple[Seen, float]], apply: Callable[[Seen], Finding], times: int
) -> tuple[float, float, float]:
    """Mean of estimate less truth, its standard error, and share of 90 % intervals that hold the truth."""
    off, inside = [], []
    for k in range(times):
        seen, truth = make(np.random.default_rng([7, k]))
        found = apply(seen).estimate
        assert found is not None
        off.append(found.value - truth)
        inside.append(found.low <= truth <= found.high)
    return float(np.mean(off)), float(np.std(off, ddof=1) / np.sqrt(times)), float(np.mean(inside))
