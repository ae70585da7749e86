"""How well founded the numbers of an experiment are; and ``python -m experiments.evidence``, which says how
much of their spread no figure informs, and makes the tables that are shipped with the sample."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration import evidence
from calibration.evidence import LEGEND, NOT_CALIBRATED, PRIOR_ONLY
from experiments.errors import Refused
from experiments.lang import form, say, told
from experiments.lang.phrases import listed, span_of
from scenarios.load import NONE, PUBLISHED
from sim.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.parameters import Source
    from experiments.plan import Experiment, Group
    from experiments.summary import Results

POSTERIOR = "posterior"
MAIN = "jobs_net"
VARIANCE = ("case", "outcome", "informed", "uninformed", "chance")  # columns of ``variance.csv``
LONG = ("country", "region-five-schemes")  # cases that are not run for it


@dataclass(frozen=True)
class Grade:
    """Grade of a number, and the share of its variance from parameters that no figure informs (None:
    unknown)."""

    grade: str
    without_data: float | None

    @property
    def cell(self) -> str:
        """ "prior only; 40 % without data"."""
        if self.without_data is None:
            return told(self.grade)
        return say(
            "{grade}; {share} without data", grade=told(self.grade), share=form(self.without_data, ".0%")
        )


def grade(
    parameters: str, case: str, schemes: tuple[str, ...], outcome: str, difference: bool = False
) -> Grade:
    """The grade of an outcome of a case. ``parameters``: source of the parameters of the run; ``case``: name
    of a shipped case whose worlds these are, "" if they are others. ``difference``: between two policies, of
    which nothing was ever published."""
    known = evidence.shipped()
    if parameters != POSTERIOR or known is None:
        return Grade(NOT_CALIBRATED, None)
    if difference:
        return Grade(PRIOR_ONLY, None)
    return Grade(known.grade(schemes, outcome), known.without_data(case, outcome))


def of_group(experiment: "Experiment", group: "Group", outcome: str, difference: bool = False) -> Grade:
    """Grade of an outcome in a group of an experiment."""
    schemes = tuple(scheme.name for scheme in group.case.spec.schemes)
    return grade(experiment.source.name, group.shipped, schemes, outcome, difference)


def of_rows(experiment: "Experiment", rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of ``summary.csv`` with grade and share. The share of a case, as published or as the reference of
    its shipped policies has it, is said of all its policies; that of a difference, and of a world without
    schemes, is unknown."""
    groups = {group.name: group for group in experiment.groups}
    found: dict[tuple[str, str, bool, bool], Grade] = {}
    for row in rows:
        key = row["group"], row["outcome"], row["policy"] == NONE, bool(row["against"])
        if key not in found:
            group = groups[row["group"]]
            empty, difference = key[2:]
            seen = (
                grade(experiment.source.name, group.shipped, (), row["outcome"])
                if empty
                else of_group(experiment, group, row["outcome"], difference)
            )
            found[key] = replace(seen, without_data=None) if empty else seen
        row |= {"evidence": found[key].grade, "without_data": found[key].without_data}
    return rows


def sentences(parameters: str, cases: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[tuple[str, str]]:
    """How well founded net jobs are: one sentence for all cases of a grade, and the names of these cases,
    "" where one sentence is of all. ``cases``: name for the reader, name of the shipped case if it is one,
    its schemes."""
    found: dict[tuple[str, bool], dict[str, float]] = {}
    for name, case, schemes in cases:
        seen = grade(parameters, case, schemes, MAIN)
        known = seen.without_data is not None
        found.setdefault((seen.grade, known), {})[name] = seen.without_data or 0.0
    return [
        (listed(shares) if len(found) > 1 else "", _sentence(grade, list(shares.values()) if known else []))
        for (grade, known), shares in found.items()
    ]


def _sentence(grade: str, shares: list[float]) -> str:
    """ "How well founded are net jobs? Prior only: no published figure bears on it ...; 40 % of ..."."""
    about = {"grade": told(grade).capitalize(), "meaning": told(LEGEND[grade])}
    if grade == NOT_CALIBRATED:
        return say("How well founded are net jobs? {grade}: {meaning}.", **about)
    if not shares:
        return say(
            "How well founded are net jobs? {grade}: {meaning}; how much of their spread comes from "
            "parameters that no figure informs is unknown.",
            **about,
        )
    low, high = (form(share, ".0%") for share in (min(shares), max(shares)))
    return say(
        "How well founded are net jobs? {grade}: {meaning}; {share} of their spread comes from parameters "
        "that no figure informs.",
        share=low if low == high else span_of(low.removesuffix("%").rstrip(), high),
        **about,
    )


def how_to(case: str) -> str:
    """How to know what no table says of a case."""
    return say(
        "What part of the spread comes from parameters that no figure informs was not computed for {case} "
        "with these basins, rules and months. The command that made this page tells it, given --draws 300 "
        "--out DIR, within some five points: then python -m experiments.evidence DIR.",
        case=case,
    )


def variances(results: "Results", known: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Rows of ``variance.csv``: shares of the variance of every outcome of every case, as the reference of
    the experiment has it. ``known``: whether the figures inform each parameter."""
    from calibration.problem import place
    from calibration.variance import shares
    from sim.parameters import uncertainties

    rows = []
    source = results.experiment.source
    for group in results.experiment.groups:
        read = {u.name for u in uncertainties(s.name for s in group.case.spec.schemes)}
        free = [j for j, u in enumerate(source.declared) if u.prior == "uniform" and u.name in read]
        policy = min(group.policies, key=lambda name: name != results.experiment.reference)
        draws = [draw for draw, _ in results.places(group.name, policy)]
        sample = np.array([source.row(draw)[free] for draw in draws])
        if not draws:
            continue
        x = place([source.declared[j] for j in free], sample)
        told = np.array([known.get(source.declared[j].name, False) for j in free])
        for outcome in OUTCOMES:
            values = results.values(group.name, policy, outcome)
            seen = shares(x, values, told) if len(values) else None
            if seen:
                found = {k: round(v, 3) for k, v in vars(seen).items()}
                rows.append({"case": group.case.name, "outcome": outcome, **found})
    return rows


def informed(source: "Source") -> dict[str, bool]:
    """Whether the figures inform each uncertainty that is drawn, by a whole sample, of which a run may have
    drawn a part: they narrow or move it, or tie it to another one."""
    from calibration.checks import shrinkage, tradeoffs
    from calibration.posterior import load
    from sim.parameters import SCHEME_BEHAVIOUR, uncertainties

    declared, rows = source.declared, source.rows
    if source.name == POSTERIOR:
        sample, known = load(), {u.name: u for u in uncertainties(SCHEME_BEHAVIOUR)}
        declared, rows = tuple(known[name] for name in sample.names), sample.rows
    if rows is None or len(rows) < 2:
        raise Refused("the parameters of this run are no sample: run it with --parameters posterior")
    table = shrinkage(declared, rows)
    found = dict(zip(table.name, (bool(value) for value in table.informed)))
    tied = tradeoffs(declared, rows)
    return found | dict.fromkeys([*tied.one, *tied.other], True)


def bases() -> list["Group"]:
    """Cases that shipped policies start from and of which nothing is published, each without schemes and as
    the reference of these policies has it; without those whose worlds take many times longer than others."""
    from calibration.targets import TARGETS
    from experiments.plan import Group
    from scenarios.load import available, load_policies

    found = {}
    for study in map(load_policies, available("policies")):
        for case in study.bases:
            if case.name not in TARGETS and case.name not in LONG:
                arms = {arm: study.spec(case, arm) for arm in (NONE, study.reference)}
                found[case.name] = Group(case.name, case, arms)
    return [found[name] for name in sorted(found)]


def bases_experiment(source: "Source", seed: int) -> "Experiment":
    """These cases, one group a case."""
    from experiments.plan import Experiment

    return Experiment("evidence", "bases-of-policies", "", PUBLISHED, tuple(bases()), seed, source)


def of_bases(source: "Source", seed: int, draws: int, jobs: int, out: Path) -> "Results":
    """Runs these cases, or what is missing of them, in a run folder."""
    from experiments.command import Common, run_missing
    from experiments.folder import Folder
    from experiments.items import Request
    from experiments.lock import locked
    from experiments.summary import Results

    wanted = bases_experiment(source, seed)
    folder, request = Folder(out), Request(wanted, draws)
    folder.prepare(wanted)
    with locked(out):
        run_missing(folder, request, Common(draws=draws, seed=seed, jobs=jobs))
    return Results(folder, request)


def main() -> None:
    """Says how much of the spread of each outcome of a run comes from parameters that no figure informs."""
    parser = argparse.ArgumentParser(prog="python -m experiments.evidence", description=main.__doc__)
    add = parser.add_argument
    add("folder", type=Path, help="run folder with some hundred draws of the fitted sample")
    add("--ship", action="store_true", help="the folder is of tremplin validate: run also the cases of "
        "shipped policies, beside it, and write what is shipped with the sample")  # fmt: skip
    add("--draws", type=int, default=0, help="of these cases; default: as many as in the folder")
    add("--jobs", type=int, default=0, help="processes; 0: one a core")
    add("--to", type=Path, default=evidence.SHIPPED, help="where to write; default: beside the sample")
    said = parser.parse_args()
    try:
        _main(said)
    except Refused as error:
        parser.error(str(error))


def _main(said: argparse.Namespace) -> None:
    import shutil

    from experiments.folder import Folder
    from experiments.restore import restored
    from experiments.summary import Results

    folder = Folder(said.folder)
    request = restored(folder)
    source = request.experiment.source
    known = informed(source)
    rows = variances(Results(folder, request), known)
    if said.ship and request.experiment.command != "validate":
        raise Refused(f"{said.folder}: is not of tremplin validate; what is shipped is made from one that is")
    if not said.ship:
        print(",".join(VARIANCE), *(",".join(str(row[name]) for name in VARIANCE) for row in rows), sep="\n")
        return
    out = said.folder.with_name(said.folder.name + "-bases")
    beside = of_bases(source, request.experiment.seed, said.draws or request.draws, said.jobs, out)
    Folder(said.to).write_csv(evidence.VARIANCE.name, VARIANCE, [*rows, *variances(beside, known)])
    shutil.copyfile(folder.path / "validation.csv", said.to / evidence.VALIDATION.name)


if __name__ == "__main__":
    main()
