"""What a choice between policies turns on: the chance of being best, regret, and for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from experiments.decision import BEST, DOMINATED, EFFICIENCY, GAPS, REGRET, WORST, dominates
from experiments.lang import later, say, told
from experiments.lang.phrases import listed, named, parts, quoted
from experiments.nothing import RATE, level, seen
from experiments.report.basins import alike
from experiments.report.blocks import Block, Figure, Figures, Items, Section, Table, Words
from experiments.report.figures import Point, plane
from experiments.report.jobs import Styles
from experiments.report.reading import Group, Run, Spread, spread_of
from experiments.report.standing import bracketed, place, ranking
from experiments.report.words import NARROW, PER, capital, cell, number, place_of, plain, signed
from experiments.spread import half_of_mean
from experiments.summary import SURE_WORLDS

Rows = Mapping[tuple[str, str, str], Mapping[str, str]]  # by policy, against, measure
TERMS = (
    (
        later("Chance of being the best"),
        later("of having the most net jobs of all policies in a world; ties are shared."),
    ),
    (
        later("Regret"),
        later(
            "net jobs that the best policy of the same world has more: what is lost, with hindsight, "
            "by this choice. Its mean, and what it goes beyond in 1 world in 10."
        ),
    ),
    (
        later("Worst basin"),
        later(
            "net jobs per 1,000 jobs that there are without any scheme, in the basin where they are "
            "fewest on average."
        ),
    ),
    (
        later("Gaps between basins"),
        later(
            "by how much the policy changes how far the growth of basins is apart (Theil index), "
            "against no scheme; below 0, they grow more alike."
        ),
    ),
    (
        later("Dominated"),
        later(
            "another policy does as much or more for the money, for its worst basin and against "
            "gaps, on average, and more in one of the three. Where that is so in few worlds, it is "
            "not settled."
        ),
    ),
)


def choice(run: Run, styles: Styles) -> Section | None:
    """The section; None where there is nothing to choose between."""
    known = [group for group in run.groups if _rows(run, group)]
    if not known:
        return None
    blocks: list[Block] = [
        Words(
            say(
                "The policy with the most net jobs on average need not be the best in every world, and most "
                "jobs for the money need not be most jobs where they are fewest. All policies of a world "
                "share its firms, its luck and its behavioural numbers, so they are compared world by "
                "world."
            )
        ),
        Words(
            say(
                "Jobs for the money are those of each world for its own money, then the mean: a world that "
                "gains much for little can carry it. The median cost of a net job, under “Costs”, may put "
                "policies in another order."
            )
        ),
        Items([say(text) for _, text in TERMS], [say(term) for term, _ in TERMS]),
        *_luck(known),
        Figures(
            [figure for i, group in enumerate(known) if (figure := _plane(run, group, styles, f"choice{i}"))]
        ),
        *(_table(run, group) for group in known),
    ]
    return Section("choice", say("The choice"), say("What the choice turns on"), blocks)


def _luck(known: Sequence[Group]) -> list[Block]:
    found = [group for group in known if alike(group)]
    where = "" if len(found) == len(known) else f" ({listed(told(group.title) for group in found)})"
    text = say(
        "Where all basins are alike{where}, which of them is the worst, and by how much, is luck.",
        where=where,
    )
    return [Words(text)] if found else []


def _rows(run: Run, group: Group) -> Rows:
    return {(r["policy"], r["against"], r["measure"]): r for r in run.decision if r["group"] == group.name}


def _plane(run: Run, group: Group, styles: Styles, name: str) -> Figure | None:
    """Efficiency against the worst basin, both less those of the reference."""
    rows, points, cells, drawn = _rows(run, group), [], [], []
    few = run.independent_worlds < SURE_WORLDS
    for policy in ranking(run, group):
        found = [rows.get((policy, run.reference, measure)) for measure in (EFFICIENCY, WORST)]
        kept = [row for row in found if row and row["mcse"]]
        if len(kept) == len(found):
            known = [_of_mean(row, run.independent_worlds) for row in kept]
            across, up = (seen(s.mean, RATE) for s in known)
            wide, high = (seen(s.p95 - s.mean, RATE) for s in known)
            points.append(Point(plain(policy), across, up, (wide, high), styles[policy]))
            drawn.append(policy)
            cells.append([plain(policy), *(cell(s, PER, sign=True) for s in known)])
    if not points:
        return None
    reference = plain(run.reference)
    both = [p.label for p in points if p.across > p.halves[0] and p.up > p.halves[1]]
    title = say(
        "On average no policy clearly does more than {reference} both for the money and in the worst basin",
        reference=reference,
    )
    if few:
        title = say(
            "Too few worlds to tell which policy does more than {reference} for the money and in the worst "
            "basin",
            reference=reference,
        )
    elif both:
        title = say(
            "{policies}: more than {reference} for the money and in the worst basin, on average",
            policies=capital(listed(quoted(both))),
            reference=reference,
        )
    columns = (say("net jobs per million euros"), say("net jobs per 1,000 jobs in the worst basin"))
    said = parts(
        say("{policy}: {jobs} per million euros, {worst} in the worst basin", policy=a, jobs=b, worst=c)
        for a, b, c in cells
    )
    points.append(Point(reference, 0.0, 0.0, (0.0, 0.0), styles[run.reference]))
    rates = [[spread_of(rows[policy, "", of]).mean for policy in (*drawn, run.reference)]
             for of in (EFFICIENCY, WORST)]  # fmt: skip
    svg = plane(
        name,
        f"{title}. {said}.",
        marked(points, np.array(rates)),
        *(say("{what}, more than {reference}", what=what, reference=reference) for what in columns),
    )
    table = Table(
        say("More than {reference}: mean (90 % interval of the mean)", reference=reference),
        [say("policy"), *columns],
        cells,
    )
    note = say(
        "Up and to the right is better than {reference}. Dashed: the frontier; another policy does as much "
        "or more than a hollow one both for the money and in the worst basin, on average. Lines: 90 % "
        "interval of the mean, which more worlds narrow; single worlds differ by more.",
        reference=reference,
    )
    return Figure(title, svg, table, note, place(run, group))


def _of_mean(row: Mapping[str, str], independent: int) -> Spread:
    """The mean of a row and its own 90 % interval: that of Student, from as many worlds as tell something by
    themselves; from all where they share their parameters, as luck is all that differs."""
    s = spread_of(row)
    half = half_of_mean(float(row["mcse"]), min(s.n, independent) if independent > 1 else s.n)
    return replace(s, p05=s.mean - half, p50=s.mean, p95=s.mean + half)


def marked(points: Sequence[Point], rates: np.ndarray) -> list[Point]:
    """The points, told which of them another one beats. ``rates``: along both axes, a column a point."""
    beaten = np.any(dominates(rates, level(rates)), axis=0)
    return [replace(p, beaten=bool(b)) for p, b in zip(points, beaten, strict=True)]


def _per_million(row: Mapping[str, str]) -> str:
    """A rate that no world has where none spends anything."""
    return cell(spread_of(row), PER) if int(row["n"]) else say("nothing spent")


def _table(run: Run, group: Group) -> Table:
    rows, names = _rows(run, group), {basin["id"]: told(basin["name"]) for basin in group.basins}
    columns = [
        say("policy"), say("chance of being the best"), say("regret"), say("regret, 1 world in 10 above"),
        say("net jobs per million euros"), say("worst basin"), say("gaps between basins"),
        say("dominated by"),
    ]  # fmt: skip
    cells = []
    for policy in ranking(run, group):
        best, regret, euros, worst, gaps, by = (
            rows[policy, "", name] for name in (BEST, REGRET, EFFICIENCY, WORST, GAPS, DOMINATED)
        )
        where = f", {place_of(worst['who'], names)}" if worst["who"] else ""
        over = [plain(name) for name in by["who"].split(", ")] if by["who"] else []
        cells.append([
            plain(policy), number(spread_of(best).mean, "share"), number(spread_of(regret).mean),
            number(float(regret["p90"])) if regret["p90"] else "–", _per_million(euros),
            f"{cell(spread_of(worst), PER)}{where}", signed(spread_of(gaps).mean, "share"),
            say("{policies} (in {share} of worlds)", policies=listed(named(quoted(over))),
                share=number(spread_of(by).mean, "share")) if over else "–",
        ])  # fmt: skip
    caption = bracketed(run, say("{what}, most net jobs first", what=place(run, group) or say("Policies")))
    return Table(caption, columns, [[text.replace(f" {NARROW}", NARROW) for text in row] for row in cells])
