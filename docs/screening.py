"""Writes docs/screening.md, what moves the net jobs of five schemes, from run folders of studies:
``python -m docs.screening RUNS``.

RUNS is a folder that holds those of ``tremplin sensitivity``, two a case (``STUDIES``): a screening of all
uncertain numbers (Morris), and shares of variance of those that lead it (Sobol'). Nothing but this script
writes the page and its figures.
"""

import csv
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from calibration.checks import shrinkage
from calibration.posterior import load
from docs.tables import table
from experiments.folder import Folder
from experiments.report.evaluated import ALONE
from experiments.report.figures import PALETTE, Row, Style, dots
from experiments.report.reading import Spread
from scenarios.load import load_case
from sim.parameters import SCHEME_BEHAVIOUR, uncertainties

DOCS = Path(__file__).parent
NAME = "screening.md"
LEADING = 10  # numbers of a case whose shares of variance are asked for
ONE_WAY = 0.9  # of the mean size, above which the mean effect points one way
STUDIES = (
    "boost-innov-lyon-2018-2025", "alize-1997-2007", "plan-pme-2011-2015", "mba-marseille-2017-2019",
    "poles-2005-2014",
)  # fmt: skip
LEAD = """\
# Which numbers move net jobs

Five studies, one a scheme: its published case, all uncertain numbers that it reads varied over what the
published figures leave of them (by quantile of the shipped sample, each apart from the others), net jobs at
the end as the outcome. They say where knowing more would tell more, and which assumptions an answer leans
on. They do not say that a range is right. Written by `python -m docs.screening RUNS` from the folders of
the commands named; how such studies are made and read: [sensitivity.md](sensitivity.md).

- *effect*: net jobs that crossing the range of the number moves, in mean size over some places of the
  others (Morris); in brackets 90 % over resamples of the trajectories;
- *way*: up where more of the number means more net jobs in nearly all places, down where it means fewer;
  both where it depends on the others;
- *first*, *total*: part of the variance of net jobs, of these ten alone, that the number makes by itself,
  and with what it shares with others (Sobol'); the luck of a world is in it;
- *learnt*: part of its variance under the prior that the published figures have taken away; a dash: they
  say nothing.

Read so, in November 2026: net jobs of Alizé and of Plan PME hang on how many jobs a project is about, how
soon days of help meet what help can meet, how good the help is and what a need that is met does to success.
Figures have taught a third to a half of what could be known of projects and success, and next to nothing of
the days and the quality of help: to know these would sharpen answers most. Pôles hang on how many small firms
share a project and on how large their part is, the market place on the advantage of whoever supplies already;
of these figures say little or nothing. Net jobs of PME Boost'Innov, which are few, hang most on how often
projects come off without help, and on what that does together with everything else. No ranking is settled
at these sizes; of the ten numbers of pôles, and of the market place as it was screened, the same lead in
every part of the design.
"""


@cache
def learnt() -> dict[str, str]:
    """Part of the variance of each number that the figures have taken away."""
    found = load()
    declared = {u.name: u for u in uncertainties(SCHEME_BEHAVIOUR)}
    rows = shrinkage([declared[name] for name in found.names], found.rows).itertuples()
    return {row.name: f"{100 * row.shrinkage:.0f} %" for row in rows if row.informed}


@cache
def meanings() -> dict[str, str]:
    """What each number is."""
    return {u.name: u.doc for u in uncertainties(SCHEME_BEHAVIOUR)}


Index = dict[str, dict[str, float]]  # value, low and high by factor


def index(folder: Path, name: str) -> Index:
    """An index of a study, in falling order."""
    with (folder / "indices.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["index"] == name and not row["other"]]
    found = {row["factor"]: {key: float(row[key]) for key in ("value", "low", "high")} for row in rows}
    return dict(sorted(found.items(), key=lambda item: -item[1]["value"]))


def said(folder: Path) -> list[str]:
    """The sentences of a study."""
    return json.loads((folder / "sensitivity.json").read_text("utf-8"))["said"]


def command(folder: Path) -> str:
    """The command that makes a study again."""
    manifest = Folder(folder).manifest
    design = manifest["spec"]["design"]
    with (folder / "indices.csv").open(encoding="utf-8", newline="") as file:
        n = next(csv.DictReader(file))["n"]
    text = f"tremplin sensitivity {manifest['name']} --n {n}"
    if design["method"] == "morris":
        return f"{text} --method morris --factors all"
    return f"{text} --factors {','.join(factor['name'] for factor in design['factors'])}"


def way(mean: float, size: float) -> str:
    """Which way a number moves the outcome, from its mean effect and the mean size of its effects."""
    if abs(mean) < ONE_WAY * size or not size:
        return "both"
    return "up" if mean > 0 else "down"


def jobs(value: float) -> str:
    """A number of jobs, three digits at most."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def share(cell: dict[str, float]) -> str:
    """A part of the variance with its interval."""
    return f"{cell['value']:.2f} ({cell['low']:.2f} to {cell['high']:.2f})"


def picture(case: str, effects: Index) -> str:
    """The leading effects as a figure of its own."""
    rows = []
    for name, e in list(effects.items())[:LEADING]:
        spread = Spread(e["value"], e["low"], e["value"], e["high"], 2)
        rows.append(Row(name, spread, e["value"], jobs(e["value"]), Style(PALETTE[1], "o")))
    svg = dots(f"screening-{case}", f"Leading effects on net jobs: {case}", rows, "net jobs (line: 90 %)")
    return svg.replace("<svg ", f"<svg {ALONE} ", 1) + "\n"


def entry(case: str, runs: Path, figures: Path) -> Iterator[str]:
    """The part of the page on one case."""
    screened, measured = runs / f"morris-{case}", runs / f"sobol-{case}"
    effects, means = index(screened, "mu_star"), index(screened, "mu")
    first, total = index(measured, "S1"), index(measured, "ST")
    (figures / f"screening-{case}.svg").write_text(picture(case, effects), "utf-8")
    yield from (f"## {load_case(case).title}", "")
    yield from (f"![Leading effects on net jobs](figures/screening-{case}.svg)", "")
    rows = []
    for name in list(effects)[:LEADING]:
        e = effects[name]
        rows.append((
            f"`{name}`", meanings()[name], f"{jobs(e['value'])} ({jobs(e['low'])} to {jobs(e['high'])})",
            way(means[name]["value"], e["value"]), share(first[name]), share(total[name]),
            learnt().get(name, "–"),
        ))  # fmt: skip
    yield table(("number", "what it is", "effect", "way", "first", "total", "learnt"), rows)
    yield from (f"- Screening: {' '.join(said(screened))}", f"- Of the ten: {' '.join(said(measured))}", "")
    yield from ("```sh", command(screened), command(measured), "```", "")


def write(runs: Path, docs: Path = DOCS) -> None:
    """Writes the page and its figures."""
    (docs / "figures").mkdir(exist_ok=True)
    lines = [LEAD, *(line for case in STUDIES for line in entry(case, runs, docs / "figures"))]
    (docs / NAME).write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: python -m docs.screening RUNS, a folder of run folders")
    write(Path(sys.argv[1]))
