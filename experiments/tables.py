"""The tables beside the summary: published figures beside simulated ones, and what every column means."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from calibration.targets import COLUMNS as PUBLISHED_FIGURES
from calibration.targets import PREFIX as FACT
from calibration.targets import TARGETS, table
from experiments.census import BY_KIND
from experiments.decision import COLUMNS as DECISION
from experiments.decision import MEASURES
from experiments.groups import COLUMNS as GROUPS
from experiments.groups import DEFINITIONS
from experiments.runner import AT_HORIZON, SERIES
from experiments.shares import ALL, COLUMNS, WHAT
from experiments.summary import Results
from scenarios.studies import PUBLISHED

VALIDATION = (*PUBLISHED_FIGURES, "case")
EXPLAINED = (*VALIDATION, "explanation")
DICTIONARY = ("name", "unit", "definition", "file")

RUNS = {
    "key": ("", "Hash of the world's specification, parameters, seed and code."),
    "group": ("", "Case of the experiment; `all` where there is one."),
    "policy": ("", "Arm: none (no scheme at all), published (the case as it is), or a policy of the file."),
    "draw": ("", "Number of the draw; it has one row of parameters."),
    "replicate": ("", "Number of the replicate: another seed with the same parameters."),
    "world_seed": ("", "Seed of the world; all arms of a draw and replicate share it."),
    "status": ("", "ok, failed, timeout or killed."),
    "error": ("", "What went wrong, if anything."),
    "meta_wall_s": (
        "seconds",
        "Time that the world took. Months that worlds share stand with the one that needed them first.",
    ),
    "meta_host": ("", "Computer that ran it."),
    "meta_worker": ("", "Process that ran it."),
    "meta_started": ("", "When it started (UTC)."),
}
_SERIES = {
    "month": ("months", "Months elapsed since the start of the case."),
    "basin": ("", "Labour basin."),
    "outcome": ("", "What is measured: see the rows of file `series` below."),
    "value": ("", "Value of the outcome, in its unit."),
}
_SUMMARY = {
    "against": ("", "Arm that is subtracted, draw by draw; empty for levels."),
    "outcome": ("", "What is measured: see the rows of file `runs`."),
    "unit": ("", "Unit of the outcome."),
    "basis": ("", "level, or difference between two arms."),
    "month": ("months", "Months elapsed since the start; counts cumulate from the start."),
    "mean": ("", "Mean over draws and replicates."),
    "sd": ("", "Standard deviation; empty for one world."),
    "p05": ("", "5 % of worlds are below."),
    "p50": ("", "Half of the worlds are below."),
    "p95": ("", "95 % of worlds are below."),
    "mcse": (
        "",
        "Standard error of the mean, from the limited number of draws (replicates of one draw, which share "
        "its parameters, count as one).",
    ),
    "n": ("worlds", "Worlds that ended well and have this outcome."),
    "evidence": ("", "How well founded it is: fitted, held-out hit or miss, prior only, not calibrated."),
    "without_data": (
        "share",
        "Part of its variance from parameters that no published figure informs, in the case as published, or "
        "with the reference of its shipped policies; empty if unknown, and for differences.",
    ),
    "sd_parameters": (
        "",
        "Standard deviation between rows of parameters, chance taken out (random-effects analysis of "
        "variance, 0 where that is negative); empty where no row has two worlds: --replicates 2 gives it.",
    ),
    "sd_chance": ("", "Standard deviation between worlds of one row of parameters: luck of the simulation."),
    "from_parameters": ("share", "Part of the variance that comes from not knowing the parameters."),
    "from_parameters_p05": ("share", "Lower end of the 90 % interval of `from_parameters`."),
    "from_parameters_p95": ("share", "Upper end of the 90 % interval of `from_parameters`."),
}
_SHARES = {
    "scheme": ("", f"A scheme of the case, or {ALL}: all of them."),
    "what": ("", "; ".join(f"{name}: {words}" for name, words in WHAT.items()) + "."),
}
_DECISION = {
    "measure": ("", "; ".join(f"{name}: {words}" for name, (_, words) in MEASURES.items()) + "."),
    "unit": ("", "Unit of the measure."),
    "mean": (
        "",
        "Mean over draws and replicates: of `best` and `dominated` a chance, of `regret` what is expected.",
    ),
    "p90": ("", "90 % of worlds are below."),
    "who": (
        "",
        "Basin of a worst basin, or all that share it; policies that dominate this one on average, if any.",
    ),
}
_GROUPS = {
    "split": ("", "How firms are split: all, by size, sector, fragility, region or basin."),
    "class": (
        "",
        "Class of firms. Those of a split add up to `all`; a firm keeps its class whatever it becomes.",
    ),
    "outcome": ("", "; ".join(f"{name}: {words}" for name, words in DEFINITIONS.items()) + "."),
}
_VALIDATION = {
    "fact_id": ("", "Published figure: a row of calibration/facts.csv."),
    "family": ("", "Family of the figure."),
    "role": ("", "fitted, held_out (never fitted) or context."),
    "published": ("", "Figure as published."),
    "low": ("", "Lower bound of what counts as agreement."),
    "high": ("", "Upper bound of what counts as agreement."),
    "p05": ("", "5 % of simulated values are below."),
    "p50": ("", "Half of the simulated values are below."),
    "p95": ("", "95 % of simulated values are below."),
    "inside": ("", "1 where they agree, 0 where not, empty for context and where no world gives the figure."),
    "case": ("", "Case whose worlds give it."),
}
_EXPLANATION = {"explanation": ("", "Why the figure is missed; empty where it is met.")}
_CHECKS = {
    "families": {
        "family": ("", "Family of published figures."),
        "role": ("", "fitted or held_out."),
        "figures": ("figures", "Figures of the family that are judged."),
        "hits": ("figures", "Figures of the family that are met."),
        "misses": ("figures", "Figures of the family that are missed."),
    },
    "shrinkage": {
        "name": ("", "An uncertainty that is drawn."),
        "unit": ("", "Unit of the uncertainty."),
        "low": ("", "Lower bound of its prior."),
        "high": ("", "Upper bound of its prior."),
        "p05": ("", "5 % of the draws are below."),
        "p50": ("", "Half of the draws are below."),
        "p95": ("", "95 % of the draws are below."),
        "shrinkage": ("share", "1 less the variance of the draws over that of the prior."),
        "by_chance": (
            "share",
            "Shrinkage that chance gives any of all, in as many draws of the priors, 1 time in 100.",
        ),
        "informed": ("", "Whether the draws are narrower than chance makes them, or lie elsewhere."),
    },
    "tradeoffs": {
        "one": ("", "An uncertainty."),
        "other": ("", "Another uncertainty, which can make up for the first."),
        "correlation": ("", "Rank correlation over draws."),
        "by_chance": (
            "",
            "Size of the rank correlation that chance gives in one of all pairs, 1 time in 100.",
        ),
    },
}


def defined(file: str, columns: Mapping[str, tuple[str, str]]) -> Iterator[dict[str, str]]:
    """Rows of ``dictionary.csv`` on the columns of a file: unit and definition by name."""
    for name, (unit, definition) in columns.items():
        yield dict(zip(DICTIONARY, (name, unit, definition, file), strict=True))


def dictionary(results: Results, there: Collection[str]) -> Iterator[dict[str, str]]:
    """Rows of ``dictionary.csv`` on the tables that are ``there``."""
    return (row for row in _all_defined(results) if row["file"] in there)


def _all_defined(results: Results) -> Iterator[dict[str, str]]:
    """The same of all tables that a command may write."""
    from sim.outcomes import OUTCOMES

    facts = {name: ("", "Published figure of this id, counted in the world as published.")
             for name in results.columns(FACT)}  # fmt: skip
    yield from defined("parameters", {"draw": RUNS["draw"]})
    yield from defined("parameters", {u.name: (u.unit, u.doc) for u in results.experiment.source.declared})
    shared = {name: RUNS[name] for name in ("group", "policy", "draw", "replicate")}
    yield from defined("series", shared | _SERIES | SERIES | AT_HORIZON | BY_KIND)
    yield from defined("summary", {name: RUNS[name] for name in ("group", "policy")} | _SUMMARY)
    own = {"group": RUNS["group"]} | _SUMMARY | _SHARES
    yield from defined("shares", {name: own[name] for name in COLUMNS})
    own = {name: RUNS[name] for name in ("group", "policy")} | _SUMMARY | _GROUPS
    yield from defined("groups", {name: own[name] for name in GROUPS})
    own = {name: RUNS[name] for name in ("group", "policy")} | _SUMMARY | _DECISION
    yield from defined("decision", {name: own[name] for name in DECISION})
    explained = results.experiment.command == "validate"
    yield from defined("validation", _VALIDATION | (_EXPLANATION if explained else {}))
    for file, columns in _CHECKS.items():
        yield from defined(file, columns)
    yield from defined("runs", RUNS)
    yield from defined("runs", {o.name: (o.unit, o.definition) for o in OUTCOMES.values()})
    yield from defined("runs", facts)


def validation(results: Results) -> list[dict[str, Any]]:
    """Rows of ``validation.csv``: published figures beside those of the published arm of each case; empty if
    there are none."""
    import pandas as pd

    there = set(results.columns(FACT))
    rows: list[dict[str, Any]] = []
    for group in results.experiment.groups:
        columns = [name for t in TARGETS.get(group.shipped, ()) if (name := FACT + t.fact_id) in there]
        if not columns or not results.places(group.name, PUBLISHED):
            continue
        frame = pd.DataFrame({name: results.values(group.name, PUBLISHED, name) for name in columns})
        found = table(group.case.name, frame).assign(case=group.case.name)
        rows += found.astype(object).where(found.notna(), None).to_dict("records")
    return rows
