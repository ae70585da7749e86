"""What each scheme brings where several live at once."""

from collections.abc import Mapping
from dataclasses import replace

from experiments.lang import form, later, plural, say
from experiments.lang.phrases import listed, of_place
from experiments.nothing import JOBS, decimals, finest
from experiments.report.blocks import Block, Figure, Figures, Items, Section, Table, Words
from experiments.report.figures import PALETTE, Row, Style, dots
from experiments.report.jobs import alt_of, dot_table
from experiments.report.reading import Group, Run, spread_of
from experiments.report.standing import averaged, dotted, place, years
from experiments.report.words import MINUS, between, called, capital, cell
from experiments.shares import ADDED_LAST, ALL, ALONE, INTERPLAY, SHAPLEY, verdict

Rows = Mapping[tuple[str, str, str], Mapping[str, str]]  # by scheme, outcome, what
# what, words, look
SHOWN = (
    (ALONE, later("alone"), Style(PALETTE[2], "D")),
    (ADDED_LAST, later("added last"), Style(PALETTE[3], "s")),
    (SHAPLEY, later("fair share"), Style(PALETTE[1], "o")),
)
TOGETHER = Style(PALETTE[0], "o")
COLUMNS = {
    "jobs_net": later("net jobs: fair share"),
    "public_cost": later("public money, euros: fair share"),
    "tax_expenditure": later("tax given back, euros: fair share"),
    "volunteer_days": later("volunteer days: fair share"),
}

COUNTS = {
    "jobs_promised": later("promised in files"),
    "jobs_reported": later("reported"),
    "jobs_realised": later("created by accepted firms"),
    "jobs_net": later("net"),
    "public_cost": later("public money, euros"),
    "tax_expenditure": later("tax given back, euros"),
    "in_kind_cost": later("volunteers' days, euros"),
    "private_cost": later("paid by firms, euros"),
}


def with_shares(first: Section, run: Run) -> Section:
    """The first section, with a sentence on what each scheme brings where every mix was run."""
    if not (known := _known(run)):
        return first
    said = [
        say("{shares}. Section “What each scheme brings” says more.", shares=_said(run, group))
        for group in known
    ]
    terms = [place(run, group) for group in known] if len(run.groups) > 1 else [say("All schemes together")]
    return replace(first, blocks=[*first.blocks[:-1], Items(said, terms), *first.blocks[-1:]])


def brought(run: Run) -> Section | None:
    """The section; None where no mixes were run."""
    if not run.shares:
        return None
    known = _known(run)
    blocks: list[Block] = [
        Words(
            say(
                "Schemes that live in the same basins meet the same firms and the same large sites, so "
                "what they do together is not the sum of what each does. Every mix of them was run in "
                "the same worlds:"
            )
        ),
        Items(
            (
                say("what the scheme does against no scheme at all."),
                say("what would be lost if only this scheme stopped."),
                say(
                    "its part of what all do together (Shapley): what changes when it joins the others, on "
                    "average over all orders of joining. Fair shares add up to the whole, world by world."
                ),
            ),
            (say("Alone"), say("Added last"), say("Fair share")),
        ),
    ]
    if len(known) < sum(bool(group.mixes) for group in run.groups):
        blocks.append(Words(say("Where no draw ended well in every mix, nothing can be said."), warning=True))
    blocks += [_interplay(run, group) for group in known]
    blocks.append(Figures([_figure(run, group, f"mix{i}") for i, group in enumerate(known)]))
    blocks += [table for group in known for table in (_table(run, group), _counts(run, group))]
    if any(_spends_less(_rows(run, group)) for group in known):
        blocks.append(
            Words(
                say(
                    "A share of money or days below zero is no receipt: where this scheme lives, others have "
                    "fewer firms to help, and spend or ask for less."
                )
            )
        )
    return Section("mix", say("Each scheme"), say("What each scheme brings"), blocks)


def _known(run: Run) -> list[Group]:
    """Cases in which some draw ended well in every mix."""
    found = [group for group in run.groups if group.mixes and run.shares]
    return [group for group in found if spread_of(_rows(run, group)[ALL, "jobs_net", ALL]).known]


def _rows(run: Run, group: Group) -> Rows:
    return {(r["scheme"], r["outcome"], r["what"]): r for r in run.shares if r["group"] == group.name}


def _schemes(rows: Rows) -> list[str]:
    return [scheme for scheme in dict.fromkeys(scheme for scheme, *_ in rows) if scheme != ALL]


def _interplay(run: Run, group: Group) -> Words:
    """Whether schemes crowd or help each other."""
    rows = _rows(run, group)
    row = rows[ALL, "jobs_net", INTERPLAY]
    gap, together = spread_of(row), spread_of(rows[ALL, "jobs_net", ALL])
    alones = [spread_of(rows[scheme, "jobs_net", ALONE]).mean for scheme in _schemes(rows)]
    numbers = {name: float(row[name]) if row[name] else 0.0 for name in ("mean", "sd", "p05", "p95", "n")}
    alone, places = sum(alones), _places(together.mean, sum(alones))
    text = plural(
        "all together bring {net} net job after {years}; what each does alone adds up to {alones}. The "
        "difference is {gap} ({between}): {verdict}.",
        "all together bring {net} net jobs after {years}; what each does alone adds up to {alones}. The "
        "difference is {gap} ({between}): {verdict}.",
        round(together.mean, places), net=_read(together.mean, places), years=years(group),
        alones=_read(alone, places), gap=_read(gap.mean, places), between=between(gap),
        verdict=say(verdict(numbers, run.independent_worlds)),
    )  # fmt: skip
    return Words(capital(of_place(place(run, group), text)), strong=True)


def _said(run: Run, group: Group) -> str:
    """Whole and shares of net jobs, the largest first; no beginning of a sentence."""
    rows = _rows(run, group)
    means = {scheme: spread_of(rows[scheme, "jobs_net", SHAPLEY]).mean for scheme in _schemes(rows)}
    order = sorted(means, key=lambda scheme: -means[scheme])
    whole = spread_of(rows[ALL, "jobs_net", ALL]).mean
    if max(map(abs, (whole, *means.values()))) < JOBS:
        return say("the schemes bring no net job together, and none has a share in one")
    places = _places(whole, *means.values())
    shares = listed(f"{called(scheme, group.titles)} {_read(means[scheme], places)}" for scheme in order)
    return plural(
        "of {whole} net job, the fair shares are: {shares}",
        "of {whole} net jobs, the fair shares are: {shares}",
        round(whole, places), whole=_read(whole, places), shares=shares,
    )  # fmt: skip


def _places(*values: float) -> int:
    """Decimals of numbers of jobs that stand in a sum: none but where all are small."""
    largest = max(map(abs, values))
    return min(finest(JOBS), decimals(largest, 2)) if JOBS <= largest < 10 else 0


def _read(value: float, places: int) -> str:
    """A number of jobs that stands in a sum."""
    return form(value, f",.{places}f").replace("-", MINUS)


def _figure(run: Run, group: Group, name: str) -> Figure:
    rows = _rows(run, group)
    found = []
    for scheme in _schemes(rows):
        for what, words, style in SHOWN:
            s = spread_of(rows[scheme, "jobs_net", what])
            found.append(Row(say(words), s, s.mean, cell(s), style, capital(called(scheme, group.titles))))
    together = spread_of(rows[ALL, "jobs_net", ALL])
    title = capital(_said(run, group))
    found.append(
        Row(say("against no scheme"), together, together.mean, cell(together), TOGETHER, say("All together"))
    )
    axis = dotted(run, say("net jobs at the end"))
    svg = dots(name, alt_of(title, found), found, axis, mark=0.0)
    return Figure(title, svg, dot_table(found, say("Net jobs")), case=place(run, group))


def _spends_less(rows: Rows) -> bool:
    """Whether a scheme's share of money or days is below zero."""
    means = (
        spread_of(rows[scheme, name, SHAPLEY]).mean for scheme in _schemes(rows) for name in [*COLUMNS][1:]
    )
    return any(mean < 0 for mean in means)


def _table(run: Run, group: Group) -> Table:
    rows = _rows(run, group)
    columns = [
        say("scheme"),
        say("net jobs: alone"),
        say("net jobs: added last"),
        *(say(words) for words in COLUMNS.values()),
    ]
    cells = []
    for scheme in _schemes(rows):
        jobs = [cell(spread_of(rows[scheme, "jobs_net", what])) for what in (ALONE, ADDED_LAST)]
        shares = [cell(spread_of(rows[scheme, name, SHAPLEY])) for name in COLUMNS]
        cells.append([called(scheme, group.titles), *jobs, *shares])
    whole = [cell(spread_of(rows[ALL, name, ALL])) for name in COLUMNS]
    cells.append([say("all together"), "–", "–", *whole])
    caption = averaged(run, place(run, group) or say("Each scheme"))
    return Table(caption, columns, cells)


def _counts(run: Run, group: Group) -> Table:
    """The four counts of jobs and the costs of each scheme where it is the only one."""
    rows = _rows(run, group)
    cells = [
        [called(scheme, group.titles), *(cell(spread_of(rows[scheme, name, ALONE])) for name in COUNTS)]
        for scheme in _schemes(rows)
    ]
    where = place(run, group)
    caption = averaged(run, say("each scheme alone, jobs and costs"))
    caption = f"{where}, {caption}" if where else capital(caption)
    return Table(caption, [say("scheme"), *map(say, COUNTS.values())], cells)
