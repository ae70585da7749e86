"""The page of a design: what moves the outcome, whether the design is large enough, where policies fail."""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.folder import Folder
from experiments.plan import COMMON
from experiments.report.blocks import Block, Code, Figure, Figures, Section, Table, Words
from experiments.report.figures import PALETTE, Row, Style, dots
from experiments.report.page import filled
from experiments.report.reading import Spread
from experiments.report.sensitivity_words import (
    ABOUT_FAST,
    ABOUT_FF,
    ABOUT_METHOD,
    DEPENDENCE,
    HEADINGS,
    INTERVALS,
    LUCK,
    PARTS,
    READING,
    UNKNOWN_INDEX,
)
from experiments.report.words import MINUS, capital, plain
from experiments.sensitivity.methods import BETWEEN_0_AND_1, FAST, FF, INDICES, METHODS
from experiments.sensitivity.tables import BOXES, COLUMNS, CONVERGENCE, DATA, EACH, REGRET, SAID
from scenarios.problems import typed

SHOWN, FOLLOWED = 20, 5  # factors of a figure of indices, of one of convergence
Cell = Mapping[str, Any]
TEXTS = ("policy", "outcome", "against", "among", "unit", "method", "source", "index", "factor", "other")
LOOKS = (Style(PALETTE[1], "o"), Style(PALETTE[2], "s"), Style(PALETTE[3], "D"))


@dataclass(frozen=True)
class Designed:
    """A folder of a design as read."""

    path: Path
    manifest: Mapping[str, Any]
    said: Mapping[str, Any]
    tables: Mapping[str, list[Cell]]

    @property
    def design(self) -> Mapping[str, Any]:
        """The design as the manifest has it."""
        return self.manifest["spec"]["design"]

    @property
    def main(self) -> str:
        """The index by which factors are ranked."""
        known = METHODS.get(self.design["method"])
        return known.main if known else ""

    def of(self, file: str, **wanted: str) -> list[Cell]:
        """Rows of a table with these texts."""
        return [row for row in self.tables[file] if all(row[k] == v for k, v in wanted.items())]


def read(path: Path) -> Designed:
    """Reads a folder of a design. ``Refused`` if it is no run folder."""
    manifest, said = Folder(path).manifest, path / SAID
    content = json.loads(said.read_text("utf-8")) if said.exists() else {"said": [], "policies": []}
    return Designed(path, manifest, content, {n: _read(path / n) for n in (EACH, CONVERGENCE, BOXES, REGRET)})


def _read(path: Path) -> list[Cell]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            {k: v if k in TEXTS else float(v) if v else math.nan for k, v in row.items()}
            for row in csv.DictReader(stream)
        ]


def sections(of: Designed) -> list[Section]:
    """The sections of the page."""
    first, *rest = of.said["said"] or [_unanswered(of)]
    found = [Section("answer", "Answer", "The answer", [Words(first, strong=True), *map(Words, rest)])]
    if of.tables[EACH]:
        found.append(Section("indices", HEADINGS["indices"], "What moves the outcome", _indices(of)))
    if of.tables[CONVERGENCE]:
        found.append(Section("settled", HEADINGS["settled"], "Is the design large enough?", _convergence(of)))
    if of.tables[BOXES]:
        found.append(Section("boxes", HEADINGS["boxes"], "Where it fails", _boxes(of)))
    if of.tables[REGRET]:
        found.append(
            Section("regret", HEADINGS["regret"], "Which policy one would regret least", _regret(of))
        )
    return [*found, _factors(of), _how(of)]


def _unanswered(of: Designed) -> str:
    """What is said where nothing has been computed of the rows."""
    if Folder(of.path).shards():
        return f"Worlds are there, but no answer yet: tremplin collect {typed(of.path)} computes it."
    return "No row of the design has ended yet, so there is no answer."


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text.replace("-", MINUS)


def _with_ends(row: Cell) -> str:
    """An index and its interval; two decimals of those between 0 and 1."""
    if math.isnan(row["value"]):
        return "none"

    def text(value: float) -> str:
        if row["index"] in BETWEEN_0_AND_1 and not math.isnan(value):
            return f"{round(value, 2) + 0.0:.2f}".replace("-", MINUS)
        return _number(value)

    ends = "no interval" if math.isnan(row["low"]) else f"{text(row['low'])} to {text(row['high'])}"
    return f"{text(row['value'])} ({ends})"


def _row(label: str, row: Cell, style: Style, heading: str = "") -> Row:
    spread = Spread(row["value"], row["low"], row["value"], row["high"], 2)
    return Row(label, spread, row["value"], _with_ends(row), style, heading)


def _policies(of: Designed, file: str) -> list[str]:
    return list(dict.fromkeys(row["policy"] for row in of.tables[file]))


def _indices(of: Designed) -> list[Block]:
    figures, tables = [], []
    for policy in _policies(of, EACH):
        for source in dict.fromkeys(row["source"] for row in of.of(EACH, policy=policy)):
            mine = of.of(EACH, policy=policy, source=source)
            figures.append(_ranking(of, policy, source, [row for row in mine if not row["other"]]))
            tables.append(_table(policy, source, mine))
    blocks: list[Block] = [Figures(figures), Words(READING.get(of.main, UNKNOWN_INDEX)), Words(INTERVALS)]
    if of.design["method"] == FAST:
        blocks.append(Words(ABOUT_FAST, warning=True))
    if of.design["method"] == FF:
        blocks.append(Words(ABOUT_FF, warning=True))
    return [*blocks, *tables]


def _ranking(of: Designed, policy: str, source: str, mine: Sequence[Cell]) -> Figure:
    """The main index of the leading factors, and the first order beside it where there is one."""
    main = "ST" if source == "emulator" else of.main
    order = sorted((row for row in mine if row["index"] == main), key=lambda row: row["rank"])[:SHOWN]
    first = {row["factor"]: row for row in mine if row["index"] == "S1" and main != "S1"}
    rows, cells = [], []
    for row in order:
        rows.append(_row(row["factor"], row, LOOKS[0]))
        cells.append([row["factor"], _with_ends(row), *([_with_ends(first[row["factor"]])] if first else [])])
    lead = order[0]["factor"]
    none = source == "design" and _ranked(of, policy) == "none leads"
    title = f"{capital(plain(policy))}: {'no factor is beyond chance' if none else f'{lead} moves it most'}"
    title += " (by the emulator)" if source == "emulator" else ""
    alt = f"{title}. " + "; ".join(f"{row.label}: {row.text}" for row in rows) + "."
    name = f"ranking-{len(mine)}-{source}-{policy}"
    columns = ["factor", main, *(["S1"] if first else [])]
    svg = dots(name, alt, rows, f"{main} (line: 90 %)")
    return Figure(title, svg, Table(f"{main} by factor", columns, cells))


def _table(policy: str, source: str, mine: Sequence[Cell]) -> Table:
    names = list(dict.fromkeys(row["index"] for row in mine if not row["other"]))
    by = {(row["factor"], row["index"]): row for row in mine if not row["other"]}
    factors = list(dict.fromkeys(row["factor"] for row in mine if not row["other"]))
    rows = [[factor, *(_with_ends(by[factor, name]) for name in names)] for factor in factors]
    pairs = sorted((row for row in mine if row["other"]), key=lambda row: -row["value"])[:SHOWN]
    for row in pairs:
        cell = {name: "" for name in names} | {names[0]: f"S2 {_with_ends(row)}"}
        rows.append([f"{row['factor']} with {row['other']}", *cell.values()])
    words = f"All indices of {plain(policy)}" + (", from the emulator" if source == "emulator" else "")
    return Table(words, ["factor", *names], rows, folded=True)


def _convergence(of: Designed) -> list[Block]:
    figures = []
    for policy in _policies(of, CONVERGENCE):
        mine = of.of(CONVERGENCE, policy=policy)
        largest = max(row["n"] for row in mine)
        whole = sorted((row for row in mine if row["n"] == largest), key=lambda row: row["rank"])
        rows = []
        for k, lead in enumerate(whole[:FOLLOWED]):
            parts = sorted((row for row in mine if row["factor"] == lead["factor"]), key=lambda row: row["n"])
            style = LOOKS[k % len(LOOKS)]
            rows += [
                _row(f"N = {row['n']:,.0f}, rank {row['rank']:.0f}", row, style, lead["factor"])
                for row in parts
            ]
        title = f"{capital(plain(policy))}: {_settled(of, policy)}"
        alt = f"{title}. " + "; ".join(f"{row.heading}, {row.label}: {row.text}" for row in rows) + "."
        cells = [[f"{row.heading}, {row.label}", row.text] for row in rows]
        svg = dots(f"convergence-{policy}", alt, rows, f"{of.main} (line: 90 %)")
        figures.append(Figure(title, svg, Table(of.main, ["part of the design", "index"], cells)))
    return [Figures(figures), Words(PARTS)]


def _settled(of: Designed, policy: str) -> str:
    return {
        "settled": "the leading factors are settled",
        "order open": "it is settled which lead, not in which order",
        "not settled": "not settled, take more rows",
        "too close": "the same lead in every part, but others may",
        "none leads": "no factor is beyond chance",
        "no intervals": "not settled, since indices have no intervals",
    }.get(_ranked(of, policy), "one size only")


def _ranked(of: Designed, policy: str) -> str:
    """Whether it is settled which factors lead; "" where nothing is known of it."""
    verdict = next((p["verdict"] for p in of.said["policies"] if p["policy"] == policy), None) or {}
    return verdict.get("ranking", "")


def _boxes(of: Designed) -> list[Block]:
    rows = [
        [
            plain(row["policy"]), row["factor"], _number(row["low"]), _number(row["high"]),
            f"{row['again']:.0%}", f"{row['coverage']:.0%}", f"{row['density']:.0%}", f"{row['failing']:.0%}",
        ]
        for row in of.tables[BOXES]
    ]  # fmt: skip
    columns = ["policy", "factor", "from", "to", "bounded again", "coverage", "density", "rows that fail"]
    definitions = [[name, COLUMNS[BOXES][name][1]] for name in ("again", "coverage", "density", "limit")]
    return [
        Table("The box in which most failing rows lie", columns, rows),
        Table("What the columns mean", ["column", "definition"], definitions, numbers=False, folded=True),
    ]


def _regret(of: Designed) -> list[Block]:
    order = sorted(of.tables[REGRET], key=lambda row: (row["p90"], row["p95"], row["mean"]))
    rows = [
        Row(plain(row["policy"]), Spread(row["mean"], 0.0, row["mean"], row["p95"], 2), row["mean"],
            f"{_number(row['mean'])} (95 %: {_number(row['p95'])})", LOOKS[0])
        for row in order
    ]  # fmt: skip
    cells = [
        [
            plain(row["policy"]),
            *(_number(row[name]) for name in ("mean", "p90", "p95", "most")),
            f"{row['best']:.0%}",
        ]
        for row in order
    ]
    least = f"{capital(plain(order[0]['policy']))} is least far behind in 9 rows of 10"
    telling = math.isfinite(order[0]["p90"]) and order[-1]["most"] and order[0]["rows"] > 1
    title = least if telling else "Regret"
    alt = f"{title}. " + "; ".join(f"{row.label}: {row.text}" for row in rows) + "."
    columns = ["policy", "mean", "90 %", "95 %", "most", "is the best"]
    table = Table("How far behind the best of the same row", columns, cells)
    axis = "behind the best of the same row (dot: mean; line: to 95 % of rows)"
    return [Figures([Figure(title, dots("regret", alt, rows, axis), table)]), table]


def _factors(of: Designed) -> Section:
    rows = [[f["name"], f["unit"], f["how"], f["doc"]] for f in of.design["factors"]]
    others = [[name, _number(value)] for name, value in of.design["others"].items()]
    blocks: list[Block] = [Words(of.design["why"]), Words(DEPENDENCE)]
    blocks.append(Table("The factors", ["factor", "unit", "how far it is varied", "what it is"], rows,
                        numbers=False))  # fmt: skip
    if others:
        blocks.append(Table("All other uncertain numbers stay at", ["number", "value"], others, folded=True))
    blocks.append(Words(LUCK[COMMON if of.design["seeds"] == COMMON else "own"]))
    return Section("factors", HEADINGS["factors"], "What is varied, and what is not", blocks)


def _how(of: Designed) -> Section:
    m = of.manifest
    method = of.design["method"]
    said = ", ".join(f"{n:,} {status}" for status, n in m.get("counts", {}).items() if n)
    rows = [
        ["Method", ABOUT_METHOD[method]],
        ["Rows of the design", f"{m['draws']:,}"],
        ["Worlds a row and policy", str(m["replicates"])],
        ["Worlds", said],
        ["Seed", str(m["seed"])],
        ["Uncertain numbers", m["spec"]["parameters"]["source"]],
        *[[capital(f"hash of {name}"), str(value)] for name, value in m["hashes"].items()],
        ["Versions", ", ".join(f"{name} {v}" for name, v in m["versions"].items() if v)],
    ]
    files = [name for name in (EACH, CONVERGENCE, BOXES, REGRET, DATA) if (of.path / name).exists()]
    meanings = [[name, INDICES[name]] for name in dict.fromkeys(row["index"] for row in of.tables[EACH])]
    blocks: list[Block] = [
        Words("The same command, code and versions give the same numbers, on any number of processes:"),
        Code(str(m["command_line"])),
        Table("The run", ["what", "value"], rows, numbers=False),
    ]
    if meanings:
        blocks.append(
            Table("What each index means", ["index", "meaning"], meanings, numbers=False, folded=True)
        )
    if files:
        blocks.append(Words(f"Tables beside this page, explained in dictionary.csv: {', '.join(files)}."))
    return Section("how", HEADINGS["how"], "How this was computed, and how to run it again", blocks)


def render(of: Designed) -> str:
    """The page as HTML."""
    spec = of.manifest["spec"]
    about = next(iter(spec["groups"].values()))
    title = spec["question"] or about.get("title") or spec["name"]
    words = {"sensitivity": "What moves the answer", "sweep": "Worlds over chosen values"}[spec["command"]]
    subtitle = ". ".join(filter(None, (words, about.get("title"), about.get("description"))))
    return filled(title, subtitle, (), sections(of))
