"""One firm, month by month, in the world with the scheme and in the same world without."""

import io
import json
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from experiments.errors import Refused
from experiments.lang import form, later, plural, say, told
from experiments.lang.phrases import parts
from experiments.parameters import Source
from scenarios.load import Case
from sim.draws import key
from sim.pair import accepted_files
from sim.state import CAUSES, FILE_STATES, NEEDS, UNBORN
from sim.world import World

ACCEPTED = "accepted"
STATUS = (later("not born"), later("active"), later("graduated"), later("closed"))
PROJECT_STATES = (later("open"), later("hiring"), later("failed"), later("done"), later("orphan"))
SUGGESTED = 5
SMALLEST_CHANGE = 0.05  # jobs; what is smaller is not shown


@dataclass(frozen=True)
class View:
    """A firm at the end of a month in one world."""

    status: str
    size: float
    causes: np.ndarray
    project: str
    file: str


def traced(case: Case, source: Source, seed: int, draw: int, firm: str, every: bool, as_json: bool) -> str:
    """The text of ``tremplin trace``. ``Refused`` if no firm has this uid, with some that do."""
    row = next(islice(source.draws(draw + 1), draw, None))
    values = dict(zip(source.names, row.tolist()))
    world_seed = key(seed, draw, 0)
    with_scheme = World(case.spec, values, world_seed)
    without = World(case.spec.without_schemes(), values, world_seed)
    at = _row_of(firm, with_scheme, case, values, world_seed)
    months = [(_view(with_scheme, at), _view(without, at))]
    for _ in range(case.spec.horizon_months):
        with_scheme.step()
        without.step()
        months.append((_view(with_scheme, at), _view(without, at)))
    rows = [_month(case, i, months[i - 1], months[i]) for i in range(1, len(months))]
    uid = int(with_scheme.tables.uid[at])
    basin = case.territory.basins[with_scheme.tables.smes.basin[at]]
    head = {
        "uid": uid, "basin": told(basin.name), "draw": draw, "world_seed": world_seed,
        "jobs_at_start": {"with": months[0][0].size, "without": months[0][1].size},
    }  # fmt: skip
    if as_json:
        return json.dumps(head | {"months": rows}, ensure_ascii=False)
    return _text(head, rows, months, every)


def _row_of(firm: str, built: World, case: Case, values: dict[str, float], world_seed: int) -> int:
    if firm.isascii() and firm.isdecimal() and int(firm) < 2**64:
        found = np.flatnonzero(built.tables.uid == np.uint64(int(firm)))
        if len(found):
            return int(found[0])
    files = accepted_files(World(case.spec, values, world_seed).run())
    accepted = files.firm[np.argsort(files.accepted, kind="stable")]
    if firm == ACCEPTED and len(accepted):
        return int(accepted[0])
    if not len(accepted):
        raise Refused(f"--firm: no firm has this uid, and none was accepted in this draw (got {firm!r})")
    some = dict.fromkeys(int(built.tables.uid[row]) for row in accepted)
    uids = ", ".join(str(uid) for uid in islice(some, SUGGESTED))
    raise Refused(f"--firm: no firm has this uid (got {firm!r}); accepted firms of this draw: {uids}; "
                  f"or write `--firm {ACCEPTED}` for the first")  # fmt: skip


def _view(world: World, at: int) -> View:
    tables = world.tables
    file = project = ""
    status = int(tables.smes.status[at])
    if world.month and status != UNBORN:
        project = _project(world, at)
        files = world.files[world.files.firm == at]
        if len(files):
            last = files[-1]
            file = told(FILE_STATES[last.state])
            if last.advance:
                about = {"file": file, "euros": form(last.advance, ",.0f")}
                file = (
                    say("{file}, advance of {euros} euros", **about)
                    if last.outstanding
                    else say("{file}, advance of {euros} euros repaid or lost", **about)
                )
    return View(STATUS[status], float(tables.size[at]), tables.causes[:, at].copy(), project, file)


def _project(world: World, at: int) -> str:
    mine = world.projects[world.projects.firm == at]
    if not len(mine):
        return ""
    last = mine[-1]
    return plural(
        "{need}, {jobs} job: {state}", "{need}, {jobs} jobs: {state}",
        last.jobs, need=told(NEEDS[last.need]), jobs=form(last.jobs, ".1f"),
        state=say(PROJECT_STATES[last.state]),
    )  # fmt: skip


def _month(case: Case, month: int, before: tuple[View, View], now: tuple[View, View]) -> dict[str, Any]:
    start = case.spec.start_year * 12 + case.spec.start_month - 1 + month - 1
    row: dict[str, Any] = {"month": month, "date": f"{start // 12}-{start % 12 + 1:02d}"}
    for name, old, new in (("with", before[0], now[0]), ("without", before[1], now[1])):
        changes = {cause: round(float(d), 4) for cause, d in zip(CAUSES, new.causes - old.causes) if d}
        row[name] = {
            "status": new.status, "size": round(new.size, 4), "changes": changes,
            "project": new.project, "file": new.file, "events": _events(old, new, changes),
        }  # fmt: skip
    return row


def _events(old: View, new: View, changes: dict[str, float]) -> list[str]:
    words = [f"{told(cause)} {form(d, '+.2f')}" for cause, d in changes.items() if abs(d) >= SMALLEST_CHANGE]
    if new.status != old.status:
        words.insert(0, say(new.status) if new.status != "active" else say("born"))
    if new.project != old.project and new.project:
        words.append(say("project {project}", project=new.project))
    if new.file != old.file and new.file:
        words.append(say("file {file}", file=new.file))
    return words


def _text(
    head: dict[str, Any], rows: list[dict[str, Any]], months: list[tuple[View, View]], every: bool
) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from experiments.terminal import console

    last, other = months[-1]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    columns = (
        say("month"),
        say("date"),
        say("jobs with"),
        say("without"),
        say("with the scheme"),
        say("without"),
    )
    for i, name in enumerate(columns):
        table.add_column(name, justify="right" if i in (0, 2) else "left", overflow="fold")
    for row in rows:
        a, b = row["with"], row["without"]
        if every or a["events"] or b["events"]:
            same = a["events"] == b["events"]
            table.add_row(
                str(row["month"]), row["date"], form(a["size"], ".1f"), form(b["size"], ".1f"),
                parts(a["events"]), say("the same") if same and b["events"] else parts(b["events"]),
            )  # fmt: skip
    screen = console()
    stream = io.StringIO()
    out = Console(file=stream, width=screen.width, highlight=False)
    out.print(table)
    first = plural(
        "Firm {uid}, {basin}: {mine} job at the end with the scheme ({status}), {other} without "
        "({other_status}).",
        "Firm {uid}, {basin}: {mine} jobs at the end with the scheme ({status}), {other} without "
        "({other_status}).",
        last.size,
        uid=head["uid"],
        basin=head["basin"],
        mine=form(last.size, ".1f"),
        status=say(last.status),
        other=form(other.size, ".1f"),
        other_status=say(other.status),
    )
    return f"{first}\n{stream.getvalue().rstrip()}"
