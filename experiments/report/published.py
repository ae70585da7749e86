"""Published figures beside simulated ones, with what each is and where it stands."""

import math
import re
from collections.abc import Mapping, Sequence

from calibration.facts import Fact, facts
from experiments.report.blocks import Block, Figure, Figures, Section, Table, Words
from experiments.report.figures import BAD, GOOD, SOFT, Row, Style, dots
from experiments.report.reading import Run, Spread
from experiments.report.words import capital, exact, three

ROLES = {
    "fitted": "Fitted: numbers of the model were chosen with it in view",
    "held_out": "Kept aside: never looked at when choosing",
    "context": "Context: shown beside, not judged",
}
BRIEF = {"fitted": "fitted", "held_out": "kept aside", "context": "context"}
FARTHEST = 300.0  # % of what was published that a figure shows
STYLES = {"1": Style(GOOD, "o"), "0": Style(BAD, "D"), "": Style(SOFT, "s")}
VERDICTS = {"1": "agrees", "0": "does not agree", "": "not judged"}


def beside_simulated(run: Run) -> Section:
    """The section; empty figures are left out."""
    rows = [row for row in run.validation if _number(row["published"]) is not None]
    judged = [row for row in rows if row["inside"] in ("0", "1")]
    blocks: list[Block] = [
        Words(
            "Published counts are claims, made by those who ran the scheme about the firms they helped. "
            "They are counted here in the simulated world as their publisher counted them. A figure that "
            "agrees shows that the model is consistent with the claim; it proves neither the claim nor "
            "the model. No published figure measures net jobs, so none can confirm them."
        )
    ]
    if not rows:
        blocks.append(Words("Nothing published is known of this case, or no world ended well."))
        return Section("published", "Published", "Published figures beside simulated ones", blocks)
    if judged:
        blocks += [Words(agreement(judged, run.parameters)), Figures([figure(judged, "published")])]
    if missed := [row for row in judged if row["inside"] == "0"]:
        blocks.append(beside("Figures that do not agree", missed, folded=False))
    for role, words in ROLES.items():
        if found := [row for row in rows if row["role"] == role]:
            blocks.append(beside(words, found, folded=True))
    return Section("published", "Published", "Published figures beside simulated ones", blocks)


def agreement(judged: Sequence[Mapping[str, str]], parameters: str) -> str:
    """How many figures agree, and when a figure does. ``parameters``: their source."""
    return f"{_met(judged, parameters)} {_rule(judged)}"


def _met(judged: Sequence[Mapping[str, str]], parameters: str) -> str:
    said = []
    no_fit = f"figures open to fitting ({parameters} values are no fit)"
    fitted = no_fit if parameters in ("default", "prior") else "fitted figures"
    for role, words in (("fitted", fitted), ("held_out", "kept aside")):
        found = [row for row in judged if row["role"] == role]
        if found:
            said.append(f"{sum(row['inside'] == '1' for row in found)} of {len(found)} {words}")
    return f"Agreement: {', and '.join(said)}. Figures on one subject are not independent of each other."


def _rule(judged: Sequence[Mapping[str, str]]) -> str:
    text = "A fitted figure agrees if the median world lies in its tolerance"
    if any(row["role"] == "held_out" for row in judged):
        text += "; one kept aside, if 9 worlds in 10 reach into it"
    return f"{text}. Tolerances allow for errors of model, measurement and definition."


def figure(judged: Sequence[Mapping[str, str]], name: str) -> Figure:
    """Figures that are judged, each in percent of what was published. ``name``: of the drawing."""
    rows, cells = [], []
    for role in ("fitted", "held_out"):
        for row in judged:
            value = _number(row["published"])
            if row["role"] != role or not value:
                continue
            s, k = _spread(row), 100 / value
            low, high = sorted((s.p05 * k, s.p95 * k))
            share = Spread(s.p50 * k, max(low, -FARTHEST), s.p50 * k, _cut(high), s.n)
            bounds = [_number(row["low"]), _number(row["high"])]
            ends = sorted(k * bound for bound in bounds if bound is not None)
            band = (max(ends[0], -FARTHEST), min(ends[1], FARTHEST)) if len(ends) == 2 else None
            label = capital(named(row))
            text = f"{_span(s)} for {exact(value)}"
            style = STYLES[row["inside"]]
            rows.append(Row(label, share, share.p50, text, style, capital(BRIEF[role]), band))
            cells.append([label, exact(value), _band(row), _span(s), VERDICTS[row["inside"]]])
    met = sum(row["inside"] == "1" for row in judged)
    title = f"{met} of {len(judged)} published figures agree with the simulated world"
    alt = f"{title}. The table gives each figure, its tolerance and the simulated interval."
    svg = dots(name, alt, rows, "simulated, in % of what was published", zero=False, mark=100.0)
    columns = ["figure", "published", "tolerance", _simulated(judged), "verdict"]
    table = Table("Published and simulated", columns, cells)
    note = (
        "Pale band: tolerance. Round, blue: agrees. Diamond, brown: does not. "
        "At the right: simulated for published."
    )
    return Figure(title, svg, table, note)


def _cut(percent: float) -> float:
    """The end of a whisker; one that is too far has none, and leaves the figure."""
    return percent if percent <= FARTHEST else math.inf


def beside(words: str, rows: Sequence[Mapping[str, str]], folded: bool) -> Table:
    """Published figures beside simulated ones, with what they say and where."""
    columns = [
        "what was published",
        "published",
        "tolerance",
        _simulated(rows),
        "verdict",
        "what it says, and where",
    ]
    cells = []
    for row in rows:
        fact = _fact(row)
        cells.append([
            f"{capital(named(row))} ({row['fact_id']})",
            f"{exact(_number(row['published']) or 0.0)} {_unit(row)}".strip(),
            _band(row),
            _span(_spread(row)),
            VERDICTS[row["inside"]],
            f"{fact.meaning} {_citation(fact)}" if fact else "",
        ])  # fmt: skip
    return Table(words, columns, cells, numbers=False, folded=folded)


def _simulated(rows: Sequence[Mapping[str, str]]) -> str:
    alone = all(row["p05"] == row["p95"] for row in rows)
    return "simulated" if alone else "simulated, 9 times out of 10"


def _fact(row: Mapping[str, str]) -> Fact | None:
    return facts().get(row["fact_id"]) or facts().get(re.sub(r"[a-z]$", "", row["fact_id"]))


def named(row: Mapping[str, str]) -> str:
    """What a published figure counts, and when."""
    fact = _fact(row)
    if not fact:
        return row["fact_id"]
    name = fact.quantity.removeprefix("DERIVED ")
    name = re.sub(r"\s*\([^)]*\)$", "", name).replace("EUR", "euros")
    name = name.replace(", cumulative", "")
    year = fact.period_end if fact.period_end.isdigit() and fact.period_end not in name else ""
    letter = row["fact_id"].removeprefix(fact.id)
    return f"{name}{', ' + year if year else ''}{f' ({letter})' if letter else ''}"


def _unit(row: Mapping[str, str]) -> str:
    """Unit of a figure; that of its row unless the row holds several figures."""
    fact = _fact(row)
    same = fact and fact.value is not None and math.isclose(fact.value, _number(row["published"]) or 0.0)
    return fact.unit.replace("EUR", "euros") if fact and same else ""


def _citation(fact: Fact) -> str:
    derived = " (computed from it)" if "[derived]" in fact.source_title else ""
    title = re.sub(r"\s*\[derived\]", "", fact.source_title)
    return f"{title}, {fact.publisher}, {fact.year}{derived}."


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _spread(row: Mapping[str, str]) -> Spread:
    low, middle, high = (_number(row[name]) for name in ("p05", "p50", "p95"))
    if low is None or middle is None or high is None:
        return Spread(math.nan, math.nan, math.nan, math.nan, 0)
    return Spread(middle, low, middle, high, 2)


def _span(s: Spread) -> str:
    if not s.known:
        return "no world gives it"
    low, high = three(s.p05), three(s.p95)
    return low if low == high else f"{low} to {high}"


def _band(row: Mapping[str, str]) -> str:
    low, high = _number(row["low"]), _number(row["high"])
    return f"{three(low)} to {three(high)}" if low is not None and high is not None else "–"
