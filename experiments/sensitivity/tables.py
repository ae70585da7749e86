"""The files of a design: a row an index, a part of the design, a bound of a box, a policy's regret; and the
tidy data of a sweep."""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.errors import Refused
from experiments.folder import Folder
from experiments.items import Request
from experiments.progress import bar
from experiments.sensitivity.analysis import Found, Regret, analysed, regrets, work
from experiments.sensitivity.answers import Answers, unit_of
from experiments.sensitivity.boxes import ends
from experiments.sensitivity.convergence import ranked
from experiments.sensitivity.design import Design, DesignSource
from experiments.sensitivity.indices import Index
from experiments.sensitivity.methods import INDICES, METHODS
from experiments.sensitivity.study import SWEEP, Question, question_of
from experiments.sensitivity.verdict import answer
from experiments.tables import DICTIONARY, RUNS, defined

if TYPE_CHECKING:
    from experiments.command import Done

EACH, CONVERGENCE, BOXES, REGRET, DATA, SAID = (
    "indices.csv", "convergence.csv", "boxes.csv", "regret.csv", "data.csv", "sensitivity.json",
)  # fmt: skip
FILES = (EACH, CONVERGENCE, BOXES, REGRET, DATA, SAID)
_NAMES = "; ".join(f"{name}: {words}" for name, words in INDICES.items())
_POLICY = ("", "Policy whose outcome it is.")
_ENDS = {
    "low": (
        "",
        "Lower end of the 90 % interval of the index, over resamples of the design (of ff, by Lenth's "
        "method); empty where luck is too large to have one.",
    ),
    "high": ("", "Upper end of the 90 % interval of the index."),
}
_RANK = {"rank": ("", "Place of the factor by the size of this index, 1 the largest; empty for pairs.")}
COLUMNS = {
    EACH: {
        "policy": _POLICY,
        "outcome": ("", "What the design is asked of."),
        "against": ("", "Policy whose outcome is taken away, row by row; empty where none is."),
        "among": ("", "best or rank, where the outcome is turned into that among all policies; else empty."),
        "unit": ("", "Unit of the outcome."),
        "method": ("", f"Method of the design: {', '.join(METHODS)}."),
        "source": ("", "design, or emulator: learnt from the design."),
        "index": ("", _NAMES),
        "factor": ("", "A number that the design varies."),
        "other": ("", "The other factor of a pair (S2); empty for one."),
        "value": ("", "The index."),
        **_ENDS,
        "by_chance": ("", "Value that chance alone gives, where that is not 0; empty where it is, or "
        "unknown."),
        **_RANK,
        "n": ("", "Size of the design, N."),
        "rows": ("rows", "Rows of the design."),
    },
    CONVERGENCE: {
        "policy": _POLICY,
        "n": ("", "Size of the part of the design: all of it; a quarter and half, where they are designs."),
        "rows": ("rows", "Rows of the part of the design."),
        "index": ("", "The index by which factors are ranked; see indices."),
        "factor": ("", "A number that the design varies."),
        "value": ("", "The index, from the part of the design alone."),
        **_ENDS,
        **_RANK,
    },
    BOXES: {
        "policy": _POLICY,
        "limit": ("", "A row fails whose outcome is worse than this, in the unit of the outcome."),
        "failing": ("share", "Part of all rows that fail."),
        "factor": ("", "A factor that the box bounds."),
        "unit": ("", "Unit of the factor."),
        "low": ("", "Lowest value in the box; empty where the box is open there."),
        "high": ("", "Highest value in the box; empty where the box is open there."),
        "again": ("share", "Part of resamples of the rows in which a box bounds this factor too."),
        "coverage": ("share", "Part of the failing rows that the box holds."),
        "coverage_low": ("share", "Lower end of the 90 % interval of the coverage over resamples."),
        "coverage_high": ("share", "Upper end of the 90 % interval of the coverage over resamples."),
        "density": ("share", "Part of the rows in the box that fail."),
        "density_low": ("share", "Lower end of the 90 % interval of the density over resamples."),
        "density_high": ("share", "Upper end of the 90 % interval of the density over resamples."),
        "mass": ("share", "Part of all rows that the box holds."),
    },
    REGRET: {
        "policy": ("", "Policy."),
        "outcome": ("", "What is compared, the better the more (or the less) of it there is."),
        "mean": ("", "How far behind the best policy of the same row, on average; in the unit of the "
        "outcome."),
        "p90": ("", "9 rows of 10 are nearer to the best than this."),
        "p95": ("", "95 rows of 100 are nearer to the best than this."),
        "most": ("", "The farthest behind."),
        "best": ("share", "Part of rows in which it is the best; ties are shared."),
        "rows": ("", "Rows, replicates counted."),
    },
}  # fmt: skip


def write_tables(folder: Folder, request: Request, quiet: bool, asked: Mapping[str, Any]) -> "Done":
    """Writes the tables and the page of a design; of one that is not whole, only what completes it. Unless
    ``quiet``, a terminal shows how far the analysis is. ``asked``: of its rows; if nothing, what the manifest
    says. ``Refused`` where no policy has an answer: those to what was asked before are kept."""
    from experiments.command import Done, note_asked
    from experiments.report import write

    source = request.experiment.source
    assert isinstance(source, DesignSource)
    before = question_of(folder.manifest)
    question, design = question_of({"asked": asked}) if asked else before, source.of
    answers = Answers(folder, request)
    lacking = answers.incomplete()
    found: list[Found] = []
    behind: list[Regret] = []
    if not lacking:
        with bar("analysis", work(answers, design, question), quiet) as step:
            found = analysed(answers, design, question, step)
        behind = regrets(answers, question)
    refused = _refused(found)
    if refused and question != before and (folder.path / SAID).exists():
        raise Refused(refused)
    for name in FILES:
        with suppress(FileNotFoundError):
            (folder.path / name).unlink()
    if question != before:
        note_asked(folder, question.plain())
    said = [lacking] if lacking else answer(found, behind, design, question)
    written = [] if lacking else _write(folder, request, answers, found, behind, design, question)
    folder.write_csv("dictionary.csv", DICTIONARY, _dictionary(request, design, written))
    content = {"said": said, "policies": [_plain(one) for one in found]}
    folder.write(SAID, json.dumps(_finite(content), indent=1, ensure_ascii=False).encode())
    report = write(folder.path)
    if refused:
        raise Refused(refused)
    rows = list(_each(found, design, question, request))
    return Done(request.experiment, folder.path, answers, rows, [], [], report)  # type: ignore[arg-type]


def _refused(found: list[Found]) -> str:
    """Why no policy has an answer; "" where some has, or none was sought."""
    if not found or not all(one.why_not for one in found):
        return ""
    of = f"{found[0].policy}: " if len(found) > 1 else ""
    return f"{of}{found[0].why_not}"


def _write(
    folder: Folder, request: Request, answers: Answers, found: list[Found], behind: list[Regret],
    design: Design, question: Question,
) -> list[str]:  # fmt: skip
    """Writes the tables that have rows; their names."""
    tables: dict[str, list[Mapping[str, Any]]] = {
        EACH: list(_each(found, design, question, request)),
        CONVERGENCE: list(_parts(found, design)),
        BOXES: list(_boxes(found, design)),
        REGRET: [{"outcome": question.outcome, **asdict(one)} for one in behind],
    }
    written = [name for name, rows in tables.items() if rows]
    for name in written:
        folder.write_csv(name, tuple(COLUMNS[name]), tables[name])
    if request.experiment.command != SWEEP:
        return written
    _tidy(folder, answers, design)
    return [*written, DATA]


def _each(
    found: list[Found], design: Design, question: Question, request: Request
) -> Iterator[Mapping[str, Any]]:
    about = {
        "outcome": question.outcome, "against": question.against, "among": question.among,
        "unit": unit_of(question), "method": design.method, "n": design.size(request.draws),
        "rows": request.draws,
    }  # fmt: skip
    for one in found:
        sources = {"design": one.indices, "emulator": one.emulated.indices if one.emulated else []}
        for source, indices in sources.items():
            for row in _with_ranks(indices):
                yield {"policy": one.policy, "source": source, **about, **row}


def _with_ranks(indices: list[Index]) -> Iterator[dict[str, Any]]:
    order: dict[tuple[str, str], int] = {}
    for name in dict.fromkeys(index.index for index in indices):
        of_one = [index for index in indices if index.index == name and not index.other]
        order |= {(name, index.factor): place for place, index in enumerate(ranked(of_one), 1)}
    for index in indices:
        yield {**vars(index), "rank": None if index.other else order[index.index, index.factor]}


def _parts(found: list[Found], design: Design) -> Iterator[dict[str, Any]]:
    for one in found:
        for n, indices in one.sizes.items():
            for row in _with_ranks(indices):
                yield {"policy": one.policy, "n": n, "rows": design.rows(n), **row}


def _boxes(found: list[Found], design: Design) -> Iterator[dict[str, Any]]:
    factors = {factor.name: factor for factor in design.factors}
    for one in found:
        if one.failing is None or one.failing.box is None:
            continue
        box = one.failing.box
        for name, bounds in box.bounds.items():
            low, high = ends(factors[name], *bounds)
            yield {
                "policy": one.policy, "limit": one.failing.limit, "failing": one.failing.share,
                "factor": name, "unit": factors[name].unit, "low": low, "high": high,
                "again": box.again.get(name), "coverage": box.coverage, "coverage_low": box.coverage_ends[0],
                "coverage_high": box.coverage_ends[1], "density": box.density,
                "density_low": box.density_ends[0], "density_high": box.density_ends[1], "mass": box.mass,
            }  # fmt: skip


def _tidy(folder: Folder, answers: Answers, design: Design) -> None:
    """A row a world: policy, row of the design, replicate, factors, outcomes."""
    import pyarrow as pa
    from pyarrow import csv

    columns = dict(answers.tidy())
    source = answers.request.experiment.source
    assert isinstance(source, DesignSource)
    varied = design.values(design.places(0, answers.request.draws, source.seed))
    first = {name: columns.pop(name) for name in ("policy", "draw", "replicate")}
    factors = {name: varied[first["draw"], j] for j, name in enumerate(design.names)}
    table = pa.table({name: _cells(column) for name, column in (first | factors | columns).items()})
    stream = pa.BufferOutputStream()
    csv.write_csv(table, stream, csv.WriteOptions(quoting_style="needed"))
    folder.write(DATA, memoryview(stream.getvalue()))


def _cells(column: np.ndarray) -> Any:
    import pyarrow as pa

    return pa.array(column, from_pandas=True)


def _plain(one: Found) -> dict[str, Any]:
    """What the page needs of a policy that stands in no table."""
    return {
        "policy": one.policy, "spread": asdict(one.spread), "why_not": one.why_not,
        "luck": asdict(one.luck) if one.luck else None,
        "verdict": asdict(one.verdict) if one.verdict else None,
        "emulated": {"q2": one.emulated.q2, "error": one.emulated.error, "rows": one.emulated.rows,
                     "poor": one.emulated.poor} if one.emulated else None,
    }  # fmt: skip


def _finite(value: Any) -> Any:
    """The same without what JSON does not have."""
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _dictionary(request: Request, design: Design, written: list[str]) -> Iterator[dict[str, str]]:
    from sim.outcomes import OUTCOMES

    row = ("", "Row of the design; it has one row of parameters.")
    drawn = {u.name: (u.unit, u.doc) for u in request.experiment.source.declared}
    asked = {name: (o.unit, o.definition) if (o := OUTCOMES.get(name)) else ("", "Answer of the function.")
             for name in request.experiment.columns()}  # fmt: skip
    varied = {f.name: (f.unit, f.doc) for f in design.factors}
    identity = {"policy": RUNS["policy"], "draw": row, "replicate": RUNS["replicate"]}
    columns = {**COLUMNS, DATA: identity | varied | asked}
    for name in written:
        yield from defined(name.removesuffix(".csv"), columns[name])
    yield from defined("parameters", {"draw": row} | drawn)
    yield from defined("runs", {**RUNS, "draw": row} | asked)
