"""The posterior sample: what the published figures leave possible, as rows of parameters, each with the
figures that its worlds gave."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from calibration.fit import Wave
    from calibration.problem import Problem

SHIPPED = Path(__file__).with_name("posterior")
SAMPLE, ANSWERS, MANIFEST = "sample.parquet", "answers.parquet", "manifest.json"


@dataclass(frozen=True)
class Posterior:
    """``rows``: (draws, uncertainties), in the order of ``names``. ``answers``: (draws, figures), in the
    order of ``figures``, each from one world of its case. ``manifest``: where it comes from."""

    names: tuple[str, ...]
    rows: np.ndarray
    figures: tuple[str, ...]
    answers: np.ndarray
    manifest: Mapping[str, Any]

    @classmethod
    def of(cls, problem: "Problem", last: "Wave", about: Mapping[str, Any]) -> "Posterior":
        """The sample that the last wave of a fit is; worlds that failed are left out."""
        answered = np.isfinite(last.answers).any(axis=1)
        return cls(
            tuple(u.name for u in problem.declared),
            problem.values(last.x[answered]),
            tuple(figure.name for figure in problem.figures),
            last.answers[answered],
            dict(about) | {"draws": int(answered.sum())},
        )


def save(found: Posterior, folder: Path) -> None:
    """Writes a sample: two tables and a manifest."""
    import pyarrow as pa
    from pyarrow import parquet

    folder.mkdir(parents=True, exist_ok=True)
    draw = pa.array(range(len(found.rows)), pa.int64())
    for name, columns, rows in (
        (SAMPLE, found.names, found.rows),
        (ANSWERS, found.figures, found.answers),
    ):
        table = pa.table([draw, *rows.T.copy()], names=["draw", *columns])
        parquet.write_table(table, folder / name, compression="zstd")
    text = json.dumps(dict(found.manifest), indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def load(folder: Path = SHIPPED) -> Posterior:
    """Reads a sample. Raises ``FileNotFoundError`` if there is none."""
    from pyarrow import parquet

    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    tables = [parquet.read_table(folder / name) for name in (SAMPLE, ANSWERS)]
    names = [tuple(table.column_names[1:]) for table in tables]
    rows = [np.column_stack([table.column(n).to_numpy() for n in columns])
            for table, columns in zip(tables, names)]  # fmt: skip
    return Posterior(names[0], rows[0], names[1], rows[1], manifest)
