"""``tremplin validate``: every case with published figures, at draws of the posterior, and what they say."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.checks import FAMILIES, SHRINKAGE, TRADEOFFS, families, shrinkage, tradeoffs
from calibration.misses import MISSES
from calibration.target import FITTED, HELD_OUT
from calibration.targets import TARGETS
from experiments.folder import Folder
from experiments.lang import form, plural, say
from experiments.parameters import Source
from experiments.plan import Experiment, Group
from experiments.summary import Results
from scenarios.load import NONE, PUBLISHED, load_case

if TYPE_CHECKING:
    import pandas as pd

QUESTION = "Does the model meet what was published, and figures that it never saw?"
NOT_EXPLAINED = "not explained"
# draws that judge: 50 of the shipped sample judge 3 of 64 figures otherwise than all of it, 2 judge 14
FEWEST = 50
SHIPPED = 300  # draws of the published verdict (docs/calibration.md)
FILES: Mapping[str, tuple[str, ...]] = {
    "families.csv": FAMILIES,
    "shrinkage.csv": SHRINKAGE,
    "tradeoffs.csv": TRADEOFFS,
}
OF_PARAMETERS = ("shrinkage.csv", "tradeoffs.csv")


def cases() -> list[Any]:
    """The cases of which something is published."""
    return [load_case(name) for name in TARGETS]


def experiment(source: Source, seed: int) -> Experiment:
    """Every case as published and without schemes, one group a case."""
    groups = tuple(
        Group(case.name, case, {NONE: case.spec.without_schemes(), PUBLISHED: case.spec}) for case in cases()
    )
    return Experiment("validate", "published-figures", QUESTION, PUBLISHED, groups, seed, source)


def explained(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of ``validation.csv`` with the explanation of each miss."""
    return [
        row | {"explanation": MISSES.get(row["fact_id"], NOT_EXPLAINED) if row["inside"] == 0 else ""}
        for row in rows
    ]


def obsolete(rows: list[dict[str, Any]], draws: int) -> list[str]:
    """Figures that are explained as misses and are none; of too few draws nobody can say so."""
    missed = {row["fact_id"] for row in rows if row["inside"] == 0}
    return [] if too_few(draws) else sorted(set(MISSES) - missed)


def too_few(draws: int) -> str:
    """That so few draws cannot judge, and what does; nothing where they can."""
    if draws >= FEWEST:
        return ""
    return plural(
        "{draws} draw is too few to judge the model by: luck decides which figures are met. The published "
        "verdict is that of tremplin validate --draws {shipped}.",
        "{draws} draws are too few to judge the model by: luck decides which figures are met. The published "
        "verdict is that of tremplin validate --draws {shipped}.",
        draws, draws=form(draws), shipped=form(SHIPPED),
    )  # fmt: skip


def checked(results: Results, rows: list[dict[str, Any]]) -> "dict[str, pd.DataFrame]":
    """The further tables, by file name; those of parameters are empty where these are no sample."""
    import pandas as pd

    source = results.experiment.source
    known = source.rows is not None and len(source.rows) > 1
    table = pd.DataFrame(rows)
    sample = source.rows if source.rows is not None else np.empty((0, 0))
    return {
        "families.csv": families(table) if rows else pd.DataFrame(columns=list(FAMILIES)),
        "shrinkage.csv": shrinkage(source.declared, sample)
        if known
        else pd.DataFrame(columns=list(SHRINKAGE)),
        "tradeoffs.csv": tradeoffs(source.declared, sample)
        if known
        else pd.DataFrame(columns=list(TRADEOFFS)),
    }


def write_checks(folder: Folder, results: Results, rows: list[dict[str, Any]]) -> None:
    """Writes the further tables of a validation. Those of parameters speak of the whole sample: where only
    the draws of the run are known, what the command wrote of them stays."""
    found = checked(results, rows)
    whole = results.experiment.source.whole
    for name, columns in FILES.items():
        if name in OF_PARAMETERS and not whole and (folder.path / name).exists():
            continue
        plain = found[name].astype(object).where(found[name].notna(), None)
        folder.write_csv(name, columns, plain.to_dict("records"))


def headline(rows: list[dict[str, Any]]) -> str:
    """ "45 of 50 fitted figures inside their tolerance; 9 of 14 held-out figures met"."""

    def met(role: str) -> tuple[int, int]:
        judged = [row for row in rows if row["role"] == role and row["inside"] is not None]
        return sum(row["inside"] == 1 for row in judged), len(judged)

    (fit, fitted), (hit, held) = met(FITTED), met(HELD_OUT)
    return say(
        "{fit} of {fitted} fitted figures inside their tolerance; {hit} of {held} held-out figures met",
        fit=fit, fitted=fitted, hit=hit, held=held,
    )  # fmt: skip


def sources() -> list[str]:
    """Schemes of all these cases."""
    return list(dict.fromkeys(scheme.name for case in cases() for scheme in case.spec.schemes))
