"""The tables of an evaluation: a row a draw and design, a row a design, what every column means."""

import math
from collections.abc import Iterator
from typing import Any

from experiments.evaluation.bench import OUTCOMES
from experiments.evaluation.designs import REASONS
from experiments.evaluation.score import COLUMNS, scores
from experiments.folder import Folder
from experiments.summary import Results
from experiments.tables import DICTIONARY, RUNS, defined

EACH, SCORES = "evaluations.csv", "evaluation.csv"
IDENTITY = {
    "draw": ("", "Number of the draw: its parameters and its seed, of all its worlds."),
    "replicate": ("", "Number of the replicate: another seed with the same parameters."),
    "design": COLUMNS["design"],
}
NUMBERS = tuple(name for name in OUTCOMES if name != "reason")
REASON = ("", "Why the design could not be applied in this draw; empty where it could.")
# of the store: an arm is a design, and reasons are places in their list
STORED = {
    **RUNS,
    "policy": COLUMNS["design"],
    "meta_wall_s": ("seconds", "Time that it took. Worlds that designs share stand with the first one."),
    **OUTCOMES,
    "reason": ("code", "Why the design cannot be applied: 0, it can; " + "; ".join(
        f"{code}, {words}" for code, words in enumerate(REASONS) if words) + "."),
}  # fmt: skip


def write_tables(folder: Folder, results: Results) -> list[dict[str, Any]]:
    """Writes ``evaluations.csv``, ``evaluation.csv`` and ``dictionary.csv``; the rows of the second."""
    rows = sorted(evaluations(results), key=lambda row: (row["draw"], row["replicate"]))
    said = [
        {key: _plain(value) for key, value in row.items()} | {"reason": REASONS[int(row["reason"])]}
        for row in rows
    ]
    folder.write_csv(EACH, (*IDENTITY, *NUMBERS, "reason"), said)
    found = scores(rows, list(results.experiment.groups[0].arms))
    folder.write_csv(SCORES, tuple(COLUMNS), found)
    folder.write_csv("dictionary.csv", DICTIONARY, _dictionary(results))
    return found


def evaluations(results: Results) -> Iterator[dict[str, Any]]:
    """Evaluations that ended well, design by design."""
    (group,) = results.experiment.groups
    for design in group.arms:
        columns = {name: results.values(group.name, design, name) for name in OUTCOMES}
        for i, (draw, replicate) in enumerate(results.places(group.name, design)):
            values = {name: float(column[i]) for name, column in columns.items()}
            yield {"draw": draw, "replicate": replicate, "design": design, **values}


def _plain(value: Any) -> Any:
    """Counts as whole numbers, numbers that do not exist as nothing."""
    if not isinstance(value, float):
        return value
    return None if math.isnan(value) else value


def _dictionary(results: Results) -> Iterator[dict[str, str]]:
    drawn = {u.name: (u.unit, u.doc) for u in results.experiment.source.declared}
    yield from defined("parameters", {"draw": IDENTITY["draw"]} | drawn)
    numbers = {name: OUTCOMES[name] for name in NUMBERS}
    yield from defined("evaluations", IDENTITY | numbers | {"reason": REASON})
    yield from defined("evaluation", COLUMNS)
    yield from defined("runs", STORED)
