"""From the rows of an evaluation to how well each design does: pure, arrays in, a row a design out."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import norm, t

from experiments.evaluation.designs import APPLIED, DESIGNS, REASONS, Design
from experiments.evaluation.estimate import LEVEL, SIGNIFICANT
from experiments.summary import quantile

MEANS = ("estimate", "truth", "effect_helped", "effect_net", "treated", "compared")
OTHERS = ("std_error", "low", "high", "p_value")
WANTED_POWER = 0.8
# smallest effect that is declared with ``WANTED_POWER``, in standard errors: 1.96 + 0.84
DETECTED = float(norm.ppf(1.0 - SIGNIFICANT / 2.0) + norm.ppf(WANTED_POWER))
# columns of evaluation.csv, with unit and definition
JOBS = "jobs per helped firm"
COLUMNS = {
    "design": ("", "Design of evaluation."),
    "estimand": ("", "What it can measure: gross, of helped firms; net, of all firms."),
    "measures": ("", "What the design can measure, in words."),
    "draws": ("draws", "Simulated worlds in which it was tried."),
    "applied": (
        "draws",
        "Simulated worlds in which the design could be applied; numbers of the row are of these.",
    ),
    "why_not": ("", "Commonest reason why it could not; empty where it always could."),
    "treated": ("units", "Firms (basins) treated, mean."),
    "compared": ("units", "Firms (basins) that they are compared with, mean."),
    "estimate": (JOBS, "Effect found, mean."),
    "truth": (JOBS, "True effect where the design claims to measure it, mean."),
    "effect_helped": (JOBS, "True effect on helped firms in the scheme as it is, mean."),
    "effect_net": (JOBS, "True effect on all firms in the scheme as it is, mean."),
    "bias": (JOBS, "Estimate less truth, mean over draws."),
    "bias_low": (
        JOBS,
        "Lower end of the 90 % interval of the bias (Student), from the limited number of draws.",
    ),
    "bias_high": (JOBS, "Upper end of the 90 % interval of the bias."),
    "miss": (JOBS, "Typical miss: median distance of the estimate from the truth."),
    "miss_p05": (JOBS, "Estimate less truth: 5 % of draws are below."),
    "miss_p95": (JOBS, "Estimate less truth: 95 % of draws are below."),
    "error": (JOBS, "Standard error that the evaluator computes, median."),
    "coverage": ("share", "Draws whose 90 % interval holds the truth; 0.9 if the design were right."),
    "coverage_mcse": ("share", "Standard error of the coverage, from the limited number of draws."),
    "power": ("share", "Draws in which the evaluator declares an effect, at 5 %."),
    "wrong_sign": ("share", "Draws in which the estimate has not the sign of the truth."),
    "detectable": (JOBS, "Smallest effect that it would declare 4 times out of 5: 2.8 standard errors."),
    "above_net": (JOBS, "Estimate less the true effect on all firms in the scheme as it is, mean."),
}


def scores(rows: Sequence[Mapping[str, Any]], designs: Sequence[str]) -> list[dict[str, Any]]:
    """A row a design. ``rows``: a mapping a draw and design with ``design`` and the outcomes of the store;
    those that failed are not among them."""
    return [_score(DESIGNS[name], [row for row in rows if row["design"] == name]) for name in designs]


def _score(design: Design, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    about = {"design": design.name, "estimand": design.effect, "measures": design.estimand}
    good = [row for row in rows if row["reason"] == APPLIED]
    reasons = [int(row["reason"]) for row in rows if row["reason"] != APPLIED]
    why = REASONS[max(sorted(set(reasons)), key=reasons.count)] if reasons else ""
    counts = {"draws": len(rows), "applied": len(good), "why_not": why}
    return about | counts | (measured(good) if good else {})


def measured(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """How well a design does over draws in which it could be applied."""
    of = {name: np.array([row[name] for row in rows], float) for name in (*MEANS, *OTHERS)}
    n, off = len(rows), of["estimate"] - of["truth"]
    inside = (of["low"] <= of["truth"]) & (of["truth"] <= of["high"])
    real = of["truth"] != 0
    sign = np.sign(of["estimate"]) != np.sign(of["truth"])
    coverage = float(inside.mean())
    half = float(t.ppf(0.5 + LEVEL / 2.0, n - 1) * off.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan
    error = float(np.median(of["std_error"]))
    means = {name: float(of[name].mean()) for name in MEANS}
    return means | {
        "bias": float(off.mean()),
        "bias_low": float(off.mean()) - half,
        "bias_high": float(off.mean()) + half,
        "miss": float(np.median(np.abs(off))),
        "miss_p05": quantile(off, 0.05),
        "miss_p95": quantile(off, 0.95),
        "error": error,
        "coverage": coverage,
        "coverage_mcse": math.sqrt(coverage * (1.0 - coverage) / n),
        "power": float((of["p_value"] < SIGNIFICANT).mean()),
        "wrong_sign": float(sign[real].mean()) if real.any() else math.nan,
        "detectable": DETECTED * error,
        "above_net": float((of["estimate"] - of["effect_net"]).mean()),
    }
