"""Writes docs/gallery.md, one entry a shipped question, from run folders: ``python -m docs.gallery RUNS``.

RUNS is a folder of run folders, such as those that ``tremplin compare QUESTION`` fills under ``runs/``. Of
several of one question the one with most draws is taken. A question without a folder is said to be missing.
Figures go to docs/figures/gallery-QUESTION.svg. Nothing but this script writes the page.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.folder import Folder
from experiments.report.blocks import Figure, Figures, Items, Section, Words
from experiments.report.choice import choice
from experiments.report.evaluated import ALONE
from experiments.report.figures import styles
from experiments.report.headline import first_section
from experiments.report.jobs import side_by_side
from experiments.report.mix import brought
from experiments.report.reading import Run, read
from experiments.report.support import over_time
from scenarios.load import available, load_policies

DOCS = Path(__file__).parent
NAME = "gallery.md"
TITLE = "# Gallery"
LEAD = """\
One entry a question that is shipped: the first sentences of its report and one of its figures. They are what
one run of the command below each gives, no forecast; the page behind the link says how sure it is, why, and
what would change it. Written by `python -m docs.gallery RUNS` from the folders of these runs.
"""
Sections = Callable[[Run], Section | None]
SECTIONS: Mapping[str, Sections] = {
    "policies": lambda run: side_by_side(run, styles(run.policies)),
    "choice": lambda run: choice(run, styles(run.policies)),
    "mix": brought,
    "time": lambda run: over_time(run, styles(run.policies)),
}
# the figure that tells most: section of the report, place among its figures; net jobs against the reference
# where a question is not named here
TELLING: Mapping[str, tuple[str, int]] = {
    "alize-renewal": ("time", -3),
    "region-budget": ("choice", 0),
    "region-mix": ("mix", 0),
}
USUAL = ("policies", -1)


@dataclass(frozen=True)
class Entry:
    """What the page says of a question. ``svg``: its figure as a file of its own; ``drawn``: title of it."""

    name: str
    question: str
    answer: Sequence[str]
    command: str
    drawn: str
    svg: str

    @property
    def picture(self) -> str:
        """Name of the file of the figure."""
        return f"gallery-{self.name}.svg"

    def lines(self, answers: Path) -> Iterator[str]:
        """Its part of the page; ``answers``: the folder of answer pages."""
        yield from (f"## {self.question}", "", *self.answer, "")
        yield from (f"![{self.drawn}](figures/{self.picture})", "", f"*{self.drawn}.*", "")
        page = f"{self.name}.md"
        more = f"[More](answers/{page}). " if (answers / page).exists() else ""
        yield from (f"{more}`{self.command}`", "")


def found(runs: Path) -> dict[str, Path]:
    """The run folder of each question of which some world was run: the one with most draws, the first by
    name among equals."""
    best: dict[str, tuple[int, Path]] = {}
    for path in sorted(runs.iterdir()):
        if not (path.is_dir() and Folder(path).has_manifest):
            continue
        manifest = Folder(path).manifest
        draws = int(manifest["draws"]) * int(manifest["replicates"])
        name = manifest["name"]
        if manifest["command"] == "compare" and draws > best.get(name, (0, path))[0]:
            best[name] = (draws, path)
    return {name: path for name, (_, path) in best.items()}


def entry(name: str, path: Path) -> Entry:
    """The entry of a question, from its run folder."""
    run = read(path)
    figure = telling(run, name)
    svg = figure.svg.replace("<svg ", f"<svg {ALONE} ", 1) + "\n"
    drawn = ": ".join(filter(None, (figure.case, figure.title))).rstrip(".")
    question = run.manifest["spec"]["question"]
    return Entry(name, question, list(answer(run)), command(run, name), drawn, svg)


def telling(run: Run, name: str) -> Figure:
    """The figure of the report that stands for a question."""
    for section, place in (TELLING.get(name, USUAL), USUAL):
        made = SECTIONS[section](run)
        figures = (
            [figure for block in made.blocks if isinstance(block, Figures) for figure in block.items]
            if made
            else []
        )
        if len(figures) > (place if place >= 0 else -place - 1):
            return figures[place]
    raise ValueError(f"{run.path}: no figure to show")


def answer(run: Run) -> Iterator[str]:
    """The answer as the report begins it: who is first, then what that brings, case by case."""
    blocks = first_section(run).blocks
    yield from (f"**{block.text}**" for block in blocks if isinstance(block, Words) and block.strong)
    items = next((block for block in blocks if isinstance(block, Items)), Items(()))
    terms = items.terms or [""] * len(items.items)
    for term, text in zip(terms, items.items):
        first = text.split(". ")[0].rstrip(".") + "."
        yield f"{'' if len(items.items) == 1 else '- '}{term + ': ' if term else ''}{first}"


def command(run: Run, name: str) -> str:
    """The command that gives these worlds again."""
    m = run.manifest
    text = f"tremplin compare {name} --draws {m['draws']}"
    text += f" --replicates {m['replicates']}" if m["replicates"] != 1 else ""
    text += f" --seed {m['seed']}" if m["seed"] != 1 else ""
    return text + (f" --parameters {run.parameters}" if run.parameters != "posterior" else "")


def write(runs: Path, docs: Path = DOCS, questions: Sequence[str] = ()) -> list[str]:
    """Writes the page and its figures into ``docs``; the questions that have no run folder."""
    names = questions or available("policies")
    folders = found(runs)
    entries = [entry(name, folders[name]) for name in names if name in folders]
    missing = [name for name in names if name not in folders]
    lines = [TITLE, "", LEAD]
    for made in entries:
        lines += made.lines(docs / "answers")
    if missing:
        lines += ["## Missing", "", "No run folder was at hand for:", ""]
        lines += [f"- `{name}`: {load_policies(name).question}" for name in missing] + [""]
    (docs / "figures").mkdir(exist_ok=True)
    for old in (docs / "figures").glob("gallery-*.svg"):
        old.unlink()
    for made in entries:
        (docs / "figures" / made.picture).write_text(made.svg, "utf-8")
    (docs / NAME).write_text("\n".join(lines), "utf-8")
    return missing


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: python -m docs.gallery RUNS, a folder of run folders")
    for name in write(Path(sys.argv[1])):
        print(f"{name}: no run folder; it stands under Missing")
