"""Tables and page of the worlds of a folder: what a command writes once they have run."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from experiments import report
from experiments.cells import Cells
from experiments.census import MILESTONES
from experiments.command import EVALUATE, Done
from experiments.decision import COLUMNS as DECISION
from experiments.decision import decision
from experiments.errors import Refused
from experiments.folder import Folder
from experiments.groups import COLUMNS as GROUPS
from experiments.groups import OUTCOMES, groups
from experiments.items import Request
from experiments.made import note, worlds_there
from experiments.shares import COLUMNS as SHARES
from experiments.shares import shares
from experiments.summary import COLUMNS, Results, summarise
from experiments.tables import DICTIONARY, EXPLAINED, VALIDATION, dictionary, validation
from experiments.typical.stories import TYPICAL, first_told


def tables(
    folder: Folder, request: Request, quiet: bool = True, asked: Mapping[str, Any] = MappingProxyType({})
) -> Done:
    """Writes the tables and the page of the worlds that are there, and notes which these are. ``quiet``: no
    bar if that takes long. ``asked``: of the rows of a design; if nothing, what was asked before."""
    made = worlds_there(folder, request.draws, request.replicates)
    try:
        done = _written(folder, request, quiet, asked)
    except Refused:
        if request.experiment.design:  # a page that says why there is no answer is of these worlds too
            note(folder, made)
        raise
    note(folder, made)
    return done


def _written(folder: Folder, request: Request, quiet: bool, asked: Mapping[str, Any]) -> Done:
    """``tables``, but for the note."""
    if request.experiment.design:
        from experiments.sensitivity.tables import write_tables as write_designed

        return write_designed(folder, request, quiet, asked)
    results = Results(folder, request)
    if request.experiment.command == EVALUATE:
        from experiments.evaluation.tables import write_tables

        scored = write_tables(folder, results)
        return Done(request.experiment, folder.path, results, scored, [], [], report.write(folder.path))
    summary = summarise(results, folder)
    folder.write_csv("summary.csv", COLUMNS, summary)
    checked = validation(results)
    if request.experiment.command == "validate":
        from experiments.validate import explained, write_checks

        checked = explained(checked)
        folder.write_csv("validation.csv", EXPLAINED, checked)
        write_checks(folder, results, checked)
    elif checked:
        folder.write_csv("validation.csv", VALIDATION, checked)
    shared = shares(results)
    if shared:
        folder.write_csv("shares.csv", SHARES, shared)
    if request.experiment.command != "validate" and (told := first_told(request)):
        folder.write(TYPICAL, json.dumps(told, ensure_ascii=False, indent=1).encode())
    chosen: list[dict[str, Any]] = []
    if request.experiment.command in ("run", "compare"):
        cells = Cells(folder, results, OUTCOMES, MILESTONES)
        folder.write_csv("groups.csv", GROUPS, groups(results, cells))
        chosen = decision(results, cells)
    if chosen:
        folder.write_csv("decision.csv", DECISION, chosen)
    folder.write_csv("dictionary.csv", DICTIONARY, dictionary(results, folder.tables()))
    precision = folder.manifest.get("precision", {})
    page = report.write(folder.path)
    return Done(request.experiment, folder.path, results, summary, checked, shared, page, precision, chosen)
