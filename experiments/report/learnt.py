"""What the published figures teach of the parameters, which of them they only tie together, and what they
leave as it was."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache

from experiments.lang import plural, say, told
from experiments.lang.phrases import listed, span_of
from experiments.report.blocks import Block, Figure, Figures, Section, Table, Words
from experiments.report.figures import BAD, GOOD, LETTERS, SOFT, Row, Style, dots
from experiments.report.reading import Run, Spread
from experiments.report.words import number, of_unit, signed, three

SHOWN = 30  # parameters in the figure of shrinkage
PAIRS = 30  # trade-offs in the figure
KNOWN, UNKNOWN = Style(GOOD, "o"), Style(SOFT, "s")


def table_of(run: Run, name: str) -> list[dict[str, str]]:
    """Rows of a table of the run's folder; none if it is not there."""
    path = run.path / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def parameters(run: Run) -> Section:
    """The section."""
    learnt = table_of(run, "shrinkage.csv")
    if not learnt:
        text = say("Parameters were not drawn from a sample: nothing can be said of what the figures teach.")
        return Section("parameters", say("Parameters"), say("What the figures teach"), [Words(text)])
    informed = sum(row["informed"] == "True" for row in learnt)
    tied = table_of(run, "tradeoffs.csv")
    blocks: list[Block] = [
        Words(
            say(
                "{informed} of {all} parameters lie elsewhere, or closer together, than chance would "
                "put as many draws. The others are as little known as before: they are carried along "
                "with their whole range, so that answers show what they leave open.",
                informed=informed,
                all=len(learnt),
            )
        ),
        Figures([_shrunk(learnt, informed), *([_ties(tied)] if tied else [])]),
        *([] if tied else [Words(say("No two parameters are tied together beyond what chance gives."))]),
        *_not_informed(learnt),
    ]
    return Section(
        "parameters", say("Parameters"), say("What the figures teach, and what they do not"), blocks
    )


def _shrunk(learnt: Sequence[Mapping[str, str]], informed: int) -> Figure:
    """The most informed, each within the range that was held possible before; all of them in its table."""
    rows, cells = [], []
    for row in learnt[:SHOWN]:
        low, high = float(row["low"]), float(row["high"])
        p05, p50, p95 = (100 * (float(row[q]) - low) / (high - low) for q in ("p05", "p50", "p95"))
        style = KNOWN if row["informed"] == "True" else UNKNOWN
        with_unit = of_unit(_after(row), row["unit"], abs(float(row["p95"])))
        text = with_unit if len(f"{row['name']} {with_unit}") <= LETTERS else _after(row)
        rows.append(Row(row["name"], Spread(p50, p05, p50, p95, 2), p50, text, style, band=(0.0, 100.0)))
    for row in learnt:
        cells.append([
            row["name"], _meaning(row["name"]), told(row["unit"]), _before(row), _after(row),
            number(float(row["shrinkage"]), "share"), say("yes") if row["informed"] == "True" else say("no"),
        ])  # fmt: skip
    title = say(
        "The figures inform {informed} of {all} parameters; the {shown} that lost most",
        informed=informed,
        all=len(learnt),
        shown=len(rows),
    )
    columns = [
        say("parameter"), say("what it is"), say("unit"), say("before"), say("after, 90 %"),
        say("variance lost"), say("informed"),
    ]  # fmt: skip
    axis = say("place in the range held possible before, %")
    svg = dots("shrinkage", say("{title}. The table gives all.", title=title), rows, axis, zero=False)
    note = say(
        "Pale band: what was held possible. Line: 90 % after. {shown} of {all} parameters.",
        shown=len(rows),
        all=len(learnt),
    )
    table = Table(say("All parameters, the most informed first"), columns, cells, numbers=False)
    return Figure(title, svg, table, note)


def _ties(tied: Sequence[Mapping[str, str]]) -> Figure:
    """Pairs that the figures tie together, the strongest first."""
    rows, cells = [], []
    for row in tied:
        r = float(row["correlation"])
        name = listed([row["one"], row["other"]])
        style = Style(GOOD, "o") if r > 0 else Style(BAD, "D")
        rows.append(Row(name, Spread(r, min(r, 0.0), r, max(r, 0.0), 2), r, signed(r), style))
        cells.append([row["one"], row["other"], signed(r)])
    shown = rows[:PAIRS]
    title = plural(
        "{pairs} pair of parameters can make up for each other",
        "{pairs} pairs of parameters can make up for each other",
        len(rows), pairs=len(rows),
    )  # fmt: skip
    if len(shown) < len(rows):
        title = say("{title}; the strongest {shown}", title=title, shown=len(shown))
    axis = say("rank correlation after the fit")
    svg = dots("tradeoffs", say("{title}. The table gives them.", title=title), shown, axis, mark=0.0)
    note = say(
        "Below 0: more of one does as well as more of the other. Above 0: more of one asks for "
        "more of the other. Chance alone gives any such pair 1 time in 100."
    )
    table = Table(say("Parameters tied together"), [say("one"), say("other"), say("rank correlation")], cells)
    return Figure(title, svg, table, note)


def _not_informed(learnt: Sequence[Mapping[str, str]]) -> list[Block]:
    """How many parameters of what stay as they were, then each in words."""
    rows = sorted((row for row in learnt if row["informed"] != "True"), key=lambda row: _scheme(row["name"]))
    if not rows:
        return []
    schemes = [_scheme(row["name"]) for row in rows]
    counts = [
        say("{number} of {scheme}", number=schemes.count(scheme), scheme=_titled(scheme))
        for scheme in dict.fromkeys(schemes)
    ]
    cells = [
        [row["name"], _meaning(row["name"]), of_unit(_before(row), row["unit"], abs(float(row["high"])))]
        for row in rows
    ]
    columns = [say("parameter"), say("what it is"), say("held possible, before and after")]
    return [
        Words(
            say(
                "What the figures do not inform: {number} parameters, {counts}.",
                number=len(rows),
                counts=listed(counts),
            )
        ),
        Table(say("What the figures do not inform, in words"), columns, cells, numbers=False, folded=True),
    ]


def _before(row: Mapping[str, str]) -> str:
    return span_of(three(float(row["low"])), three(float(row["high"])))


def _after(row: Mapping[str, str]) -> str:
    return span_of(three(float(row["p05"])), three(float(row["p95"])))


def _scheme(name: str) -> str:
    """The scheme that a parameter is of; empty if all share it."""
    return name.partition(".")[0] if "." in name else ""


def _titled(scheme: str) -> str:
    """Name of a scheme as people say it."""
    from scenarios.load import load_scheme

    return (
        told(load_scheme(scheme).title).partition(":")[0].strip()
        if scheme
        else say("firms, their growth and advice itself")
    )


@cache
def _meanings() -> Mapping[str, str]:
    from sim.parameters import SCHEME_BEHAVIOUR, uncertainties

    return {u.name: u.doc for u in uncertainties(SCHEME_BEHAVIOUR)}


def _meaning(name: str) -> str:
    return told(_meanings().get(name, ""))
