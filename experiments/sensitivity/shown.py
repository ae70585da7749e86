"""What a design prints: its sentences, then tables for a terminal."""

import json
from typing import TYPE_CHECKING, Any

import typer

from experiments.sensitivity.methods import BETWEEN_0_AND_1, METHODS
from experiments.sensitivity.tables import DATA, SAID
from experiments.terminal import Ruled, number, ruled, show

if TYPE_CHECKING:
    from experiments.command import Common, Done

MOST = 20  # factors of a table


def print_answer(done: "Done", common: "Common") -> None:
    """The sentences and the tables; as JSON, the rows of ``indices.csv``."""
    said = json.loads((done.folder / SAID).read_text("utf-8"))["said"]
    if common.json:
        content = {
            "answer": said, "counts": done.counts, "indices": [_known(row) for row in done.summary],
            "folder": str(done.folder), "report": str(done.report),
        }  # fmt: skip
        typer.echo(json.dumps(content, ensure_ascii=False, allow_nan=False))
        return
    typer.echo("\n".join(said))
    if not common.quiet:
        show(tables(done.summary, done.experiment.design["method"]))
        data = done.folder / DATA
        typer.echo(
            f"Folder: {done.folder}\nReport: {done.report}" + (f"\nData: {data}" if data.exists() else "")
        )


def _known(row: dict[str, Any]) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and v != v else v for k, v in row.items()}


def _decimals(value: float) -> str:
    return "-" if value != value else f"{round(value, 2) + 0.0:.2f}"


def tables(rows: list[dict[str, Any]], method: str) -> list[Ruled]:
    """A table a policy: the factors in their rank, an index a column."""
    found = []
    for policy in dict.fromkeys(row["policy"] for row in rows):
        mine = [row for row in rows if row["policy"] == policy and not row["other"]]
        if any(row["source"] == "emulator" for row in mine):
            mine = [row for row in mine if row["source"] == "emulator"]
            main = "ST"
        else:
            main = METHODS[method].main
        columns = list(dict.fromkeys(row["index"] for row in mine))
        columns.sort(key=lambda name: name != main)
        heads = [part for name in columns for part in (name, "90 %")]
        table = ruled(f"{policy}: the factors, by {main}", "factor", *heads)
        order = sorted((row for row in mine if row["index"] == main), key=lambda row: row["rank"])
        for row in order[:MOST]:
            cells = []
            for name in columns:
                one = next(r for r in mine if r["index"] == name and r["factor"] == row["factor"])
                text = _decimals if name in BETWEEN_0_AND_1 else number
                known = one["low"] == one["low"]
                cells += [text(one["value"]), f"{text(one['low'])} to {text(one['high'])}" if known else "-"]
            table.add_row(row["factor"], *cells)
        found.append(table)
    return found
