"""Published figures beside simulated ones, with what each is and where it stands."""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from calibration.facts import Fact, facts
from calibration.targets import TARGETS
from calibration.trial_targets import SIGNS, SPANS
from experiments.lang import later, say, told
from experiments.lang.phrases import of_place, span_of
from experiments.report.blocks import Block, Figure, Figures, Items, Section, Table, Words
from experiments.report.figures import BAD, GOOD, LETTERS, SOFT, Row, Style, dots
from experiments.report.reading import Run, Spread
from experiments.report.words import capital, exact, of_unit, percent, three

ROLES = {
    "fitted": later("Fitted: numbers of the model were chosen with it in view"),
    "held_out": later("Kept aside: never looked at when choosing"),
    "context": later("Context: shown beside, not judged"),
}
BRIEF = {"fitted": later("fitted"), "held_out": later("kept aside"), "context": "context"}
NEAREST, FARTHEST = -100.0, 300.0  # % of what was published that a figure shows
STYLES = {"1": Style(GOOD, "o"), "0": Style(BAD, "D"), "": Style(SOFT, "s")}
# rows whose words name the first of their figures alone
NAMES = {"ALZ-11": "supported SMEs by sector: services / industry / construction"}
VERDICTS = {"1": later("agrees"), "0": later("does not agree"), "": later("not judged")}


def beside_simulated(run: Run) -> Section:
    """The section; empty figures are left out."""
    rows = [row for row in run.validation if _number(row["published"]) is not None]
    judged = [row for row in rows if row["inside"] in ("0", "1")]
    blocks: list[Block] = [
        Words(
            say(
                "Published counts are claims, made by those who ran the scheme about the firms they "
                "helped. They are counted here in the simulated world as their publisher counted them. A "
                "figure that agrees shows that the model is consistent with the claim; it proves neither "
                "the claim nor the model. No published figure measures net jobs, so none can confirm "
                "them."
            )
        )
    ]
    if not rows:
        blocks.append(Words(say("Nothing published is known of this case, or no world ended well.")))
        return Section("published", say("Published"), say("Published figures beside simulated ones"), blocks)
    if judged:
        blocks += [Words(agreement(judged, run.parameters)), Figures([figure(judged, "published")])]
        blocks += not_drawn(judged)
    if missed := [row for row in judged if row["inside"] == "0"]:
        blocks.append(beside(say("Figures that do not agree"), missed, folded=False))
    for role, words in ROLES.items():
        if found := [row for row in rows if row["role"] == role]:
            blocks.append(beside(say(words), found, folded=True))
    return Section("published", say("Published"), say("Published figures beside simulated ones"), blocks)


def agreement(judged: Sequence[Mapping[str, str]], parameters: str) -> str:
    """How many figures agree, and when a figure does. ``parameters``: their source."""
    return f"{_met(judged, parameters)} {_rule(judged)}"


def _met(judged: Sequence[Mapping[str, str]], parameters: str) -> str:
    fitted, held = (_counted(judged, role) for role in ("fitted", "held_out"))
    said = []
    if fitted["total"] and parameters in ("default", "prior"):
        said.append(
            say(
                "{met} of {total} figures open to fitting ({parameters} values are no fit)",
                parameters=parameters, **fitted,
            )
        )  # fmt: skip
    elif fitted["total"]:
        said.append(say("{met} of {total} fitted figures", **fitted))
    if held["total"]:
        said.append(say("{met} of {total} kept aside", **held))
    counts = say("{one}, and {other}", one=said[0], other=said[1]) if len(said) == 2 else "".join(said)
    return say(
        "Agreement: {counts}. Figures on one subject are not independent of each other.", counts=counts
    )


def _counted(judged: Sequence[Mapping[str, str]], role: str) -> dict[str, int]:
    """Of the figures of a role, how many there are and how many agree."""
    found = [row for row in judged if row["role"] == role]
    return {"met": sum(row["inside"] == "1" for row in found), "total": len(found)}


def _rule(judged: Sequence[Mapping[str, str]]) -> str:
    if any(row["role"] == "held_out" for row in judged):
        text = say(
            "A fitted figure agrees if the median world lies in its tolerance; one kept aside, if the range "
            "that holds 9 worlds in 10 reaches into it."
        )
    else:
        text = say("A fitted figure agrees if the median world lies in its tolerance.")
    allowed = say("Tolerances allow for errors of model, measurement and definition.")
    return f"{text} {allowed}"


def figure(judged: Sequence[Mapping[str, str]], name: str, families: bool = False) -> Figure:
    """Figures that are judged, each in percent of what was published. ``name``: of the drawing; ``families``:
    they stand under their families instead of their roles."""
    heading = (lambda row: told(row["family"])) if families else _brief
    found = [row for row in judged if _number(row["published"]) is not None]
    order = list(dict.fromkeys(heading(row) for row in found)) if families else [*map(say, BRIEF.values())]
    found.sort(key=lambda row: order.index(heading(row)))
    rows = [_row(row, capital(heading(row))) for row in found if _number(row["published"])]
    cells = [
        [capital(named(row)), exact(_number(row["published"]) or 0.0), unit(row), tolerance(row),
         _span(_spread(row)), verdict_of(row)]
        for row in found
    ]  # fmt: skip
    met = sum(row["inside"] == "1" for row in judged)
    title = say(
        "{met} of {total} published figures agree with the simulated world", met=met, total=len(judged)
    )
    alt = say("{title}. The table gives each figure, its tolerance and the simulated interval.", title=title)
    svg = dots(name, alt, rows, say("simulated, in % of what was published"), zero=False, mark=100.0)
    columns = [
        say("figure"), say("published"), say("unit"), say("tolerance"), _simulated(judged), say("verdict"),
    ]  # fmt: skip
    table = Table(say("Published and simulated"), columns, cells)
    note = say(
        "Line at 100: published. Pale band: tolerance. Round, blue: agrees. Diamond, brown: does "
        "not. At the right: simulated for published."
    )
    return Figure(title, svg, table, note)


def not_drawn(judged: Sequence[Mapping[str, str]]) -> list[Block]:
    """Figures that were published as 0, of which no percent can be drawn."""
    items = [
        say(
            "{simulated} simulated, tolerance {tolerance}: {verdict}",
            simulated=of_unit(_span(_spread(row)), _unit(row), abs(_spread(row).p95)),
            tolerance=tolerance(row),
            verdict=verdict_of(row),
        )
        for row in judged
        if _number(row["published"]) == 0.0
    ]
    terms = [
        f"{capital(named(row))} ({row['fact_id']})" for row in judged if _number(row["published"]) == 0.0
    ]
    return [Items(items, terms, title=say("Published as 0, so not drawn in percent"))] if items else []


def _row(row: Mapping[str, str], heading: str) -> Row:
    """A row of the drawing: all in percent of what was published, as far as that is shown."""
    s, value = _spread(row), _number(row["published"]) or math.nan
    low, middle, high = sorted(100 * v / value for v in (s.p05, s.p50, s.p95))
    near, far = middle < NEAREST, middle > FARTHEST
    shown = Spread(
        math.nan, min(_cut(low), FARTHEST), math.nan if near or far else middle,
        max(_cut(high), NEAREST), s.n,
    )  # fmt: skip
    ends = sorted(100 * v / value for v in (_number(row["low"]), _number(row["high"])) if v is not None)
    band = (max(ends[0], NEAREST), min(ends[1], FARTHEST)) if len(ends) == 2 else None
    label = capital(named(row))
    bare, measured = (
        say("{simulated} for {published}", simulated=_span(s), published=text)
        for text in (exact(value), percent(exact(value)) if unit(row).startswith("%") else published(row))
    )
    fits = len(f"{label} {measured}") <= LETTERS or unit(row).startswith("%")
    return Row(label, shown, shown.p50, measured if fits else bare, STYLES[row["inside"]], heading, band)


def _cut(percent: float) -> float:
    """The end of a whisker; one that is too far has none, and leaves the figure."""
    if percent > FARTHEST:
        return math.inf
    return percent if percent >= NEAREST else -math.inf


def beside(words: str, rows: Sequence[Mapping[str, str]], folded: bool) -> Table:
    """Published figures beside simulated ones, with what they say and where."""
    columns = [
        say("what was published"),
        say("published"),
        say("tolerance"),
        _simulated(rows),
        say("verdict"),
        say("what it says, and where"),
    ]
    cells = []
    for row in rows:
        fact = _fact(row)
        cells.append([
            f"{capital(named(row))} ({row['fact_id']})",
            published(row),
            tolerance(row),
            _span(_spread(row)),
            verdict_of(row),
            f"{told(fact.meaning)} {_citation(fact)}" if fact else "",
        ])  # fmt: skip
    return Table(words, columns, cells, numbers=False, folded=folded)


def verdict_of(row: Mapping[str, str]) -> str:
    """Whether a figure agrees, in words."""
    inside = row["inside"]
    return say(VERDICTS[inside])


def _brief(row: Mapping[str, str]) -> str:
    """What a figure was used for, in words."""
    role = row["role"]
    return say(BRIEF[role])


def _simulated(rows: Sequence[Mapping[str, str]]) -> str:
    alone = all(row["p05"] == row["p95"] for row in rows)
    return say("simulated") if alone else say("simulated, 9 times out of 10")


def _fact(row: Mapping[str, Any]) -> Fact | None:
    return facts().get(row["fact_id"]) or facts().get(re.sub(r"[a-z]$", "", row["fact_id"]))


def named(row: Mapping[str, Any]) -> str:
    """What a published figure counts, and when."""
    fact = _fact(row)
    if not fact:
        return row["fact_id"]
    name, letter = told(_quantity(fact)), row["fact_id"].removeprefix(fact.id)
    head, _, parts = name.replace("\N{NO-BREAK SPACE}:", ":").partition(": ")
    if letter and len(several := parts.split(" / ")) > 1:  # "employers only: 1-9 / 10-49 / ..."
        name, letter = of_place(head, several["abcdefgh".index(letter)]), ""
    year = fact.period_end if fact.period_end.isdigit() and fact.period_end not in name else ""
    return f"{name}{', ' + year if year else ''}{f' ({letter})' if letter else ''}"


def _quantity(fact: Fact) -> str:
    """What a row of the facts counts; "same" is the quantity of the row before."""
    if fact.id in NAMES:
        return NAMES[fact.id]
    name = re.sub(r"\s*\([^)]*\)$", "", fact.quantity.removeprefix("DERIVED ")).replace("EUR", "euros")
    if name.startswith("same, "):
        rows = list(facts().values())
        return f"{_quantity(rows[rows.index(fact) - 1])}, {name.removeprefix('same, ')}"
    return name.replace(", cumulative", "")


def tolerance(row: Mapping[str, Any]) -> str:
    """What counts as agreement: a range, with what it spans, or a sign."""
    name = row["fact_id"]
    if name in SIGNS:
        return told(SIGNS[name])
    low, high = (_number(row[end]) for end in ("low", "high"))
    if low is None or high is None:
        return "–"
    range_ = span_of(three(low), three(high))
    return say("{range} ({spans})", range=range_, spans=told(SPANS[name])) if name in SPANS else range_


def published(row: Mapping[str, Any]) -> str:
    """What was published, with its unit."""
    value = _number(row["published"]) or 0.0
    return of_unit(exact(value), _unit(row), abs(value)).strip()


def unit(row: Mapping[str, Any]) -> str:
    """Unit of a figure, as it is judged."""
    return told(_unit(row))


def _unit(row: Mapping[str, Any]) -> str:
    fact = _fact(row)
    known = _units().get(row["fact_id"]) or (fact.unit if fact else "")
    return known.replace("EUR", "euros")


@cache
def _units() -> Mapping[str, str]:
    return {target.fact_id: target.unit for targets in TARGETS.values() for target in targets}


def _citation(fact: Fact) -> str:
    title = re.sub(r"\s*\[derived\]", "", fact.source_title)
    source = f"{title}, {fact.publisher}, {told(fact.year)}"
    if "[derived]" in fact.source_title:
        return say("{source} (computed from it).", source=source)
    return f"{source}."


def _number(text: Any) -> float | None:
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _spread(row: Mapping[str, str]) -> Spread:
    low, middle, high = (_number(row[name]) for name in ("p05", "p50", "p95"))
    if low is None or middle is None or high is None:
        return Spread(math.nan, math.nan, math.nan, math.nan, 0)
    return Spread(middle, low, middle, high, 2)


def _span(s: Spread) -> str:
    if not s.known:
        return say("no world gives it")
    low, high = three(s.p05), three(s.p95)
    return low if low == high else span_of(low, high)
