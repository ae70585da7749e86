"""The page of an evaluation: how far each design is from the truth, what it would have declared, why."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from experiments.evaluation import verdict
from experiments.evaluation.designs import DESIGNS, NET
from experiments.evaluation.score import COLUMNS
from experiments.evaluation.tables import EACH, SCORES
from experiments.folder import Folder
from experiments.lang import form, later, plural, say, told
from experiments.lang.phrases import listed, of_place, parts, span_of
from experiments.report.blocks import Block, Code, Figure, Figures, Items, Section, Table, Words
from experiments.report.figures import PALETTE, Row, Style, dots
from experiments.report.page import filled, told_question
from experiments.report.reading import Spread
from experiments.report.words import MINUS, capital

DRAWING = "evaluation.svg"
WIDEST = 3.0  # times the usual reach of a line; what is longer leaves the figure
ROUGH = 100  # draws; below, shares are rough
# what a drawing needs outside a page
ALONE = 'xmlns="http://www.w3.org/2000/svg" font-family="DejaVu Sans, sans-serif" style="background:#fff"'
LOOKS = {name: Style(PALETTE[1 + i], "osD^v"[i]) for i, name in enumerate(DESIGNS)}
SHORT = {
    "before-after": later("before and after"),
    "matching": later("matched comparison"),
    "discontinuity": later("committee's limit"),
    "lottery": later("lottery"),
    "saturation": later("half of the basins"),
}


@dataclass(frozen=True)
class Evaluated:
    """A folder of evaluations as read; the scores of the designs that could be applied are numbers."""

    path: Path
    manifest: Mapping[str, Any]
    scores: Sequence[Mapping[str, Any]]

    @property
    def applied(self) -> list[Mapping[str, Any]]:
        """Scores of designs that could be applied in some draw."""
        return [score for score in self.scores if score["applied"]]

    @property
    def about(self) -> Mapping[str, str]:
        """Title and description of the case."""
        return next(iter(self.manifest["spec"]["groups"].values()))


def read(path: Path) -> Evaluated:
    """Reads a folder of evaluations. ``Refused`` if it is no run folder."""
    manifest, file = Folder(path).manifest, path / SCORES
    rows = []
    if file.exists():
        with file.open(encoding="utf-8", newline="") as stream:
            rows = [{key: _value(key, text) for key, text in row.items()} for row in csv.DictReader(stream)]
    return Evaluated(path, manifest, rows)


def _value(name: str, text: str) -> Any:
    if name in ("design", "estimand", "measures", "why_not"):
        return text
    return float(text) if text else math.nan


def sections(of: Evaluated) -> list[Section]:
    """The sections of the page."""
    first, *rest = (
        verdict.answer(of.scores) if of.scores else [say("No draw ended well, so there is no answer.")]
    )
    blocks: list[Block] = [Words(first, strong=True), *(Words(text) for text in rest)]
    draws = max((int(s["draws"]) for s in of.scores), default=0)
    if draws < ROUGH:
        text = plural(
            "This is {draws} draw: shares are rough.", "These are {draws} draws: shares of them are rough.",
            draws, draws=draws,
        )  # fmt: skip
        blocks.append(Words(text, warning=True))
    found = [Section("answer", say("Answer"), say("The answer"), blocks)]
    if of.applied:
        figures = Figures([misses(of), declared(of)])
        found.append(Section("designs", say("Designs"), say("What each design finds"), [figures, _table(of)]))
    return [*found, _meaning(of), _how(of)]


def misses(of: Evaluated) -> Figure:
    """Estimate less truth, design by design."""
    rows, cells = [], []
    room = WIDEST * median(max(abs(s["miss_p05"]), abs(s["miss_p95"])) for s in of.applied)
    for s in of.applied:
        mean, low, high = (s[name] for name in ("bias", "miss_p05", "miss_p95"))
        ends = (low if low > -room else -math.inf, high if high < room else math.inf)
        ends_ = span_of(verdict.jobs(low), verdict.jobs(high))
        text = f"{verdict.signed(mean)} ({ends_})".replace("-", MINUS)
        name = _short(s)
        name = say("{design}, net", design=name) if s["estimand"] == NET else name
        spread = Spread(mean, ends[0], mean, ends[1], int(s["applied"]))
        rows.append(Row(name, spread, mean if abs(mean) < room else math.inf, text, LOOKS[s["design"]]))
        cells.append([name, *(verdict.jobs(v).replace("-", MINUS) for v in (mean, low, high))])
    title = _worst(of)
    axis = say("jobs a helped firm, estimate less truth (dot: mean; line: 90 % of draws)")
    alt = f"{title}. {parts(of_place(row.label, row.text) for row in rows)}."
    note = say(
        "At 0 the evaluation finds the truth: what the scheme changed, known from the pair of "
        "worlds. Where there is an arrow, the line goes on beyond the figure."
    )
    table = Table(axis, [say("design"), say("mean"), say("5 % below"), say("95 % below")], cells)
    svg = dots("misses", alt, rows, say("jobs a helped firm, estimate less truth"), mark=0.0)
    return Figure(title, svg, table, note)


def _short(score: Mapping[str, Any]) -> str:
    """A design in few words."""
    name = score["design"]
    return say(SHORT[name])


def _worst(of: Evaluated) -> str:
    """The message of the first figure: what misleads most."""
    judged = verdict.judged(of.scores)
    if not judged:
        return say("Too few draws to say which design misleads")
    wrong = [s for s in judged if verdict.biased(s)]
    if not wrong:
        return say("No design misleads on average, beyond chance")
    worst = max(wrong, key=lambda s: abs(s["bias"]))
    off = abs(worst["bias"])
    about = {"design": capital(_short(worst)), "off": verdict.jobs(off)}
    if worst["bias"] > 0:
        return plural(
            "{design}: {off} jobs a firm more than the scheme made",
            "{design}: {off} jobs a firm more than the scheme made",
            off, **about,
        )  # fmt: skip
    return plural(
        "{design}: {off} jobs a firm fewer than the scheme made",
        "{design}: {off} jobs a firm fewer than the scheme made",
        off, **about,
    )  # fmt: skip


def declared(of: Evaluated) -> Figure:
    """Share of evaluations that declare an effect, and of intervals that hold the truth."""
    rows, cells = [], []
    for s in of.applied:
        for heading, name in (
            (say("declares an effect, at 5 %"), "power"),
            (say("its 90 % interval holds the truth"), "coverage"),
        ):
            share = 100.0 * s[name]
            one = Spread(share, share, share, share, 1)
            text = say("{number} %", number=form(share, ".0f"))
            row = Row(_short(s), one, share, text, LOOKS[s["design"]], heading)
            rows.append(row)
            cells.append([of_place(row.label, heading), row.text])
    rows.sort(key=lambda row: row.heading != say("declares an effect, at 5 %"))
    title = _would_know(verdict.judged(of.scores))
    axis = say("% of evaluations")
    alt = f"{title}. {parts(of_place(f'{row.heading}, {row.label}', row.text) for row in rows)}."
    columns = [say("design"), say("share")]
    return Figure(title, dots("declared", alt, rows, axis), Table(axis, columns, cells))


def _would_know(judged: Sequence[Mapping[str, Any]]) -> str:
    """The message of the second figure, of designs whose draws are enough."""
    if not judged:
        return say("Too few draws to say which design would know")
    sure = [s for s in judged if s["power"] >= verdict.FULL_POWER and verdict.believable(s)]
    if sure:
        designs = capital(listed(_short(s) for s in sure))
        return plural("{designs} would know", "{designs} would know", len(sure), designs=designs)
    if any(s["power"] >= 0.5 for s in judged):
        return say(
            "Designs that declare an effect are wrong about it; those that are right rarely declare any"
        )
    return say("No design would often declare an effect")


def _table(of: Evaluated) -> Table:
    columns = [
        say("design"), say("measures"), say("true effect"), say("found"), say("bias"), say("90 % of misses"),
        say("truth in its interval"), say("declares an effect"), say("wrong sign"),
        say("smallest effect seen"),
    ]  # fmt: skip
    rows = [
        [capital(verdict.words(s)), told(s["estimand"]), *(c.replace("-", MINUS) for c in verdict.cells(s))]
        for s in of.scores
    ]
    return Table(say("Jobs a helped firm, and shares of evaluations"), columns, rows)


def _meaning(of: Evaluated) -> Section:
    designs = [DESIGNS[s["design"]] for s in of.scores]
    definitions = [[name, told(unit), told(text)] for name, (unit, text) in COLUMNS.items()]
    columns = [say("name"), say("unit"), say("definition")]
    return Section("meaning", say("Meaning"), say("What each design can measure"), [
        Items([f"{told(d.estimand)} ({told(d.effect)})." for d in designs],
              [capital(told(d.words)) for d in designs]),
        Words(
            say(
                "The evaluator sees one world: yearly headcounts of all firms, age, sector, basin, who "
                "asked, how the committee judged, who was helped. The truth is known from the same world "
                "without the scheme, which shares every draw. The economy, the firms and the effects are "
                "the model's: a design that fails here may fail in the field for the same reason; one that "
                "succeeds here may meet trouble there that the model does not hold."
            )
        ),
        Table(say("Exact definitions"), columns, definitions, numbers=False, folded=True),
    ])  # fmt: skip


def _how(of: Evaluated) -> Section:
    m = of.manifest
    said = ", ".join(f"{form(n)} {told(status)}" for status, n in m.get("counts", {}).items() if n)
    rows = [
        [say("Evaluations, a draw and design each"), said],
        [say("Draws"), str(m["draws"])],
        [say("Seed"), str(m["seed"])],
        [say("Behavioural numbers"), m["spec"]["parameters"]["source"]],
        *[[capital(say("hash of {name}", name=name)), str(value)] for name, value in m["hashes"].items()],
        [say("Versions"), ", ".join(f"{name} {v}" for name, v in m["versions"].items() if v)],
    ]
    return Section("how", say("How"), say("How this was computed, and how to run it again"), [
        Words(say("The same command, code and versions give the same numbers, on any number of processes:")),
        Code(str(m["command_line"])),
        Table(say("The run"), [say("what"), say("value")], rows, numbers=False),
        Words(
            say(
                "{each} has a row a draw and design, {scores} one a design, {drawing} the first figure.",
                each=EACH, scores=SCORES, drawing=DRAWING,
            )
        ),
    ])  # fmt: skip


def drawing(of: Evaluated) -> str:
    """The first figure as a file of its own."""
    return misses(of).svg.replace("<svg ", f"<svg {ALONE} ", 1) + "\n"


def render(of: Evaluated) -> str:
    """The page as HTML."""
    title = told_question(str(of.manifest["spec"]["question"])) or say("Would we know?")
    about = ". ".join(told(text) for key in ("title", "description") if (text := of.about.get(key)))
    return filled(title, about, (), sections(of))
