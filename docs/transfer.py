"""The viability map of docs/answers/alize-transfer.md and what breaks the scheme, from run folders.

``python -m docs.transfer wide ROWS.csv DRAWS`` writes rows of parameters wider than the priors, for
``tremplin run alize-transfer --parameters ROWS.csv``: every uncertainty uniform between its bounds, those
that the priors hold fixed too. ``python -m docs.transfer map LABEL=FOLDER ...`` draws
docs/figures/alize-transfer.svg from run folders of the case (the first group of a comparison) and prints its
numbers; ``python -m docs.transfer breaks FOLDER`` prints the uncertainties that go with the share of schemes
that live.
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from docs.tables import table
from experiments.folder import PARAMETERS, Folder
from experiments.report.evaluated import ALONE
from experiments.report.figures import INK, SOFT
from sim.draws import WIDENED, generator
from sim.parameters import Uncertainty, uncertainties

DRAWING = Path(__file__).parent / "figures" / "alize-transfer.svg"
SWITCHES = ("wear_of_people",)  # between two rules, not between two values of one
SITES, TRUST = (16, 12, 8, 5, 3), ("low", "middling", "high")
SHOWN = 10
CELL, ROW, LEFT, TOP, GAP = 70, 26, 62, 70, 40
FULL = (0, 114, 178)


@dataclass(frozen=True)
class Found:
    """Worlds of the case: ``alive`` and ``net``, by world, large establishments (those of ``SITES``) and
    trust (``TRUST``); ``draws``: the draw of each world."""

    alive: np.ndarray
    net: np.ndarray
    draws: np.ndarray


def widened(rows: int, seed: int = 1) -> tuple[list[Uncertainty], np.ndarray]:
    """Uncertainties of the economy and of Alizé, uniform between their bounds, row by row."""
    known = [u for u in uncertainties(["alize"]) if u.name not in SWITCHES]
    low, high = (np.array([getattr(u, end) for u in known]) for end in ("low", "high"))
    return known, low + (high - low) * generator(seed, WIDENED).random((rows, len(known)))


def write_wide(path: Path, rows: int) -> None:
    """Writes rows of ``widened`` as a file for ``--parameters``."""
    known, values = widened(rows)
    with path.open("w", newline="", encoding="utf-8") as stream:
        out = csv.writer(stream)
        out.writerow([u.name for u in known])
        out.writerows([[repr(float(v)) for v in row] for row in values])


def read(path: Path, policy: str = "published") -> Found:
    """The worlds of a policy in a run folder, at the horizon of its first group."""
    manifest = Folder(path).manifest
    group = next(iter(manifest["spec"]["groups"]))
    last = manifest["spec"]["groups"][group]["world"]["horizon_months"]
    frame = Folder(path).series().to_pandas()
    frame = frame[
        (frame["group"] == group) & (frame["policy"] == policy) & (frame["month"] == last)
        & frame["outcome"].isin(["schemes_alive", "jobs_net"])
    ].astype({"outcome": str, "basin": str})  # fmt: skip
    wide = frame.pivot_table(index=["draw", "replicate"], columns=["outcome", "basin"], values="value")
    wanted = [f"sites-{n}-{word}" for n in SITES for word in TRUST]
    alive, net = (
        wide[name][wanted].to_numpy().reshape(-1, len(SITES), len(TRUST))
        for name in ("schemes_alive", "jobs_net")
    )
    return Found(alive, net, wide.index.get_level_values("draw").to_numpy())


def breaks(path: Path) -> str:
    """Table of the uncertainties that go with the share of schemes alive: that share over the third of the
    draws in which each is lowest, and highest; by rank correlation."""
    found = read(path)
    sparse, all_ = found.alive[:, -2:].mean(axis=(1, 2)), found.alive.mean(axis=(1, 2))
    rows = pd.read_parquet(path / PARAMETERS).set_index("draw").loc[found.draws]
    lines = []
    for name in rows.columns:
        x = rows[name].to_numpy()
        if np.ptp(x) == 0:
            continue
        low, high = (x <= np.quantile(x, 1 / 3)), (x >= np.quantile(x, 2 / 3))
        tied = float(np.corrcoef(ranks(x), ranks(all_))[0, 1])
        shares = [f"{100 * s[part].mean():.0f} %" for s in (all_, sparse) for part in (low, high)]
        lines.append((abs(tied), (f"`{name}`", f"{tied:+.2f}".replace("-", "−"), *shares)))
    head = ("uncertainty", "rank correlation", "all: lowest third", "highest", "few sites: lowest", "highest")
    best = sorted(lines, key=lambda line: -line[0])[:SHOWN]
    fewer = f"{100 * np.mean(all_ < 0.5):.0f} % of {len(all_)} worlds keep less than half of the schemes.\n\n"
    return fewer + table(head, [line for _, line in best])


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal values share their mean."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts + 1) / 2)[where]


def numbers(found: Mapping[str, Found]) -> str:
    """The map as a table in Markdown: schemes alive and mean net jobs a basin."""
    head = ("large establishments", *(f"{label}, {word} trust" for label in found for word in TRUST))
    return table(head, [
        (str(n), *(f"{100 * f.alive[:, i, j].mean():.0f} %, {f.net[:, i, j].mean():.0f}"
                   for f in found.values() for j in range(len(TRUST))))
        for i, n in enumerate(SITES)
    ])  # fmt: skip


def drawing(found: Mapping[str, Found]) -> str:
    """Two grids a source, schemes alive and mean net jobs, from dense and trusting (top right) to neither."""
    width = LEFT + 2 * len(TRUST) * CELL + GAP + 8
    block = len(SITES) * ROW + TOP + 6
    parts, top = [], 0
    for label, of in found.items():
        most = max(float(of.net.mean(axis=0).max()), 1.0)
        grids = (
            ("schemes alive after ten years", of.alive.mean(axis=0), of.alive.mean(axis=0), "{:.0%}"),
            ("net jobs in the basin", of.net.mean(axis=0), of.net.mean(axis=0) / most, "{:.0f}"),
        )
        parts.append(_text(4, top + 16, label, INK, "start", 13, bold=True))
        for k, (title, shown, share, form) in enumerate(grids):
            left = LEFT + k * (len(TRUST) * CELL + GAP)
            parts += _grid(left, top + TOP - 4, title, shown, share, form)
        for i, n in enumerate(SITES):
            parts.append(_text(LEFT - 8, top + TOP + i * ROW + 13, f"{n} sites", SOFT, "end", 11))
        top += block
    said = "; ".join(
        f"{label}: {f.alive[:, -1, 0].mean():.0%} alive with {SITES[-1]} sites and low trust, "
        f"{f.alive[:, 0, -1].mean():.0%} with {SITES[0]} and high trust"
        for label, f in found.items()
    )
    head = f'<svg {ALONE} viewBox="0 0 {width} {top}" role="img" aria-label="{escape(said)}">'
    return "\n".join([head, *parts, "</svg>", ""])


def _grid(
    left: int, top: int, title: str, shown: np.ndarray, share: np.ndarray, form: str
) -> list[str]:  # fmt: skip
    middle = left + len(TRUST) * CELL / 2
    parts = [_text(middle, top - 24, title, INK, "middle", 12)]
    for j, word in enumerate(TRUST):
        parts.append(_text(left + (j + 0.5) * CELL, top - 6, f"{word} trust", SOFT, "middle", 9.5))
        for i in range(len(SITES)):
            s = min(max(float(share[i, j]), 0.0), 1.0)
            r, g, b = (round(255 - (255 - c) * 0.85 * s) for c in FULL)
            x, y = left + j * CELL, top + i * ROW
            parts.append(
                f'<rect x="{x}" y="{y}" width="{CELL - 2}" height="{ROW - 2}" fill="#{r:02x}{g:02x}{b:02x}" '
                'stroke="#d5dade" stroke-width="0.6"/>'
            )
            ink = "#fff" if s > 0.7 else INK
            text = form.format(shown[i, j]).replace("%", " %").replace("-", "−")
            parts.append(_text(x + CELL / 2 - 1, y + ROW / 2 + 3, text, ink, "middle", 11.5))
    return parts


def _text(x: float, y: float, text: str, ink: str, anchor: str, size: float, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    at = f'x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size:g}"'
    return f'<text {at} fill="{ink}"{weight}>{escape(text)}</text>'


def main(words: Sequence[str]) -> int:
    """One of the three commands above."""
    match words:
        case ["wide", path, rows]:
            write_wide(Path(path), int(rows))
        case ["breaks", path]:
            print(breaks(Path(path)))
        case ["map", *labelled] if labelled:
            found = {label: read(Path(path)) for label, _, path in (word.partition("=") for word in labelled)}
            DRAWING.write_text(drawing(found), encoding="utf-8")
            print(numbers(found))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
