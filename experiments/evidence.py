"""How well founded the numbers of an experiment are; and ``python -m experiments.evidence``, which makes the
table of variances that is shipped with the sample."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration import evidence
from calibration.evidence import LEGEND, NOT_CALIBRATED
from scenarios.load import PUBLISHED
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.plan import Experiment
    from experiments.summary import Results

POSTERIOR = "posterior"
MAIN = "jobs_net"


@dataclass(frozen=True)
class Grade:
    """Grade of a number, and the share of its variance from parameters that no figure informs (None:
    unknown)."""

    grade: str
    without_data: float | None

    @property
    def cell(self) -> str:
        """ "prior only, 40 % without data"."""
        share = f", {self.without_data:.0%} without data" if self.without_data is not None else ""
        return f"{self.grade}{share}"


def grade(
    parameters: str, case: str, schemes: tuple[str, ...], outcome: str, difference: bool = False
) -> Grade:
    """The grade of an outcome of a case. ``parameters``: source of the parameters of the run."""
    known = evidence.shipped()
    if parameters != POSTERIOR or known is None:
        return Grade(NOT_CALIBRATED, None)
    return Grade(known.grade(schemes, outcome, difference), known.without_data(case, outcome))


def of_rows(experiment: "Experiment", rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of ``summary.csv`` with grade and share. Those of a case as published are said of its policies
    too."""
    about = {
        group.name: (group.case.name, tuple(s.name for s in group.case.spec.schemes))
        for group in experiment.groups
    }
    found: dict[tuple[str, str, bool], Grade] = {}
    for row in rows:
        key = row["group"], row["outcome"], bool(row["against"])
        if key not in found:
            case, schemes = about[row["group"]]
            found[key] = grade(experiment.source.name, case, schemes, row["outcome"], key[2])
        row |= {"evidence": found[key].grade, "without_data": found[key].without_data}
    return rows


def sentence(parameters: str, case: str, schemes: tuple[str, ...], outcome: str = MAIN) -> str:
    """ "How well founded are net jobs? Prior only: no published figure bears on it ...; 40 % of ..."."""
    seen = grade(parameters, case, schemes, outcome)
    text = f"How well founded are net jobs? {seen.grade.capitalize()}: {LEGEND[seen.grade]}"
    if seen.without_data is None:
        return f"{text}."
    return f"{text}; {seen.without_data:.0%} of their spread comes from parameters that no figure informs."


def variances(results: "Results", informed: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Rows of ``variance.csv``: shares of the variance of every outcome of every case, as published."""
    from calibration.problem import place
    from calibration.variance import shares
    from sim.parameters import uncertainties

    rows = []
    source = results.experiment.source
    for group in results.experiment.groups:
        read = {u.name for u in uncertainties(s.name for s in group.case.spec.schemes)}
        free = [j for j, u in enumerate(source.declared) if u.prior == "uniform" and u.name in read]
        draws = [draw for draw, _ in results.places(group.name, PUBLISHED)]
        sample = np.array([source.row(draw)[free] for draw in draws])
        x = place([source.declared[j] for j in free], sample)
        known = np.array([informed.get(source.declared[j].name, False) for j in free])
        for outcome in OUTCOMES:
            values = results.values(group.name, PUBLISHED, outcome)
            seen = shares(x, values, known) if len(values) else None
            if seen:
                found = {k: round(v, 3) for k, v in vars(seen).items()}
                rows.append({"case": group.case.name, "outcome": outcome, **found})
    return rows


def main() -> None:
    """Reads a validation of the shipped sample and writes ``calibration/posterior/variance.csv`` and
    ``validation.csv``."""
    import shutil

    from calibration.checks import shrinkage, tradeoffs
    from calibration.posterior import load
    from experiments.folder import Folder
    from experiments.restore import restored
    from experiments.summary import Results
    from sim.parameters import SCHEME_BEHAVIOUR, uncertainties

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("folder", type=Path, help="run folder of tremplin validate, some hundred draws")
    folder = Folder(parser.parse_args().folder)
    request = restored(folder)
    results = Results(folder, request)
    sample = load()
    known = {u.name: u for u in uncertainties(SCHEME_BEHAVIOUR)}
    declared = [known[name] for name in sample.names]
    table = shrinkage(declared, sample.rows)
    informed = dict(zip(table.name, table.informed))
    tied = tradeoffs(declared, sample.rows)
    for name in {*tied.one, *tied.other}:  # what figures tie to another is not free
        informed[name] = True
    rows = variances(results, informed)
    shipped = Folder(evidence.SHIPPED)
    shipped.write_csv("variance.csv", ("case", "outcome", "informed", "uninformed", "chance"), rows)
    shutil.copyfile(folder.path / "validation.csv", evidence.VALIDATION)


if __name__ == "__main__":
    main()
