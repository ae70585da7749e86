"""Who gains and who loses: net jobs by kind of firm and by kind of basin, and after three, five and ten
years."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from experiments import nothing
from experiments.census import SECTOR, SIZE
from experiments.groups import ALL, FRAGILITY, NET, RATE, REGION
from experiments.lang import later, plural, say, told
from experiments.lang.phrases import listed, of_place
from experiments.report.blocks import Block, Figure, Figures, Section, Table, Tiles, Words
from experiments.report.figures import GOOD, Row, Style, dots
from experiments.report.jobs import alt_of, dot_table
from experiments.report.reading import NONE, Group, Run, Spread, spread, spread_of
from experiments.report.standing import bracketed, dotted, place, ranking, years
from experiments.report.words import PER, capital, cell, mean_as_read, plain
from experiments.summary import SURE_WORLDS

CASES_SHOWN = 4  # as figures
REGIONS_SHOWN = 6
HEADINGS = {
    SIZE: later("By size at the start"),
    SECTOR: later("By sector"),
    FRAGILITY: later("By kind of basin"),
    REGION: later("By region"),
}
SINCE = "founded since"
Known = Mapping[tuple[str, str, str, str, int, str], Spread]  # policy, against, by, class, month, outcome


def winners(run: Run) -> Section | None:
    """The section; None where the folder does not tell."""
    known = [group for group in run.groups if _known(run, group)]
    if not known:
        return None
    head = (
        say(
            "Net jobs of every kind of firm, helped or not, per 1,000 jobs that these firms have without any "
            "scheme:"
        )
        if run.command == "run"
        else say(
            "Net jobs with {reference} of every kind of firm, helped or not, per 1,000 jobs that these firms "
            "have without any scheme:",
            reference=plain(run.reference),
        )
    )
    rest = say(
        "some kinds gain from help, others from what helped firms buy, and some lose to them. A firm keeps "
        "its kind: its size when the case begins, its sector, its basin. Classes of a split add up to the "
        "whole."
    )
    blocks: list[Block] = [Words(f"{head} {rest}")]
    figures = []
    for i, group in enumerate(known[:CASES_SHOWN]):
        figures += [
            _figure(run, group, (SIZE, FRAGILITY, REGION), f"size{i}"),
            _figure(run, group, (SECTOR,), f"sector{i}"),
        ]
    blocks.append(Figures([figure for figure in figures if figure]))
    for group in known:
        blocks.append(_over_years(run, group))
        if len(ranking(run, group)) > 1:
            blocks.append(_changes(run, group))
    return Section("who", say("Who gains"), say("Who gains, who loses"), blocks)


def with_dates(section: Section, run: Run) -> Section:
    """A section with the tables of net jobs over time behind its last key figures, where there are any."""
    tables = [table for group in run.groups if (table := _after_years(run, group))]
    seen = [i for i, b in enumerate(section.blocks)
            if isinstance(b, Tiles) or (isinstance(b, Table) and not b.folded)]  # fmt: skip
    at = max(seen, default=len(section.blocks) - 1) + 1
    return replace(section, blocks=[*section.blocks[:at], *tables, *section.blocks[at:]])


def _after_years(run: Run, group: Group) -> Table | None:
    """Net jobs after three, five and ten years and at the end, policy by policy; None where no such date lies
    before the end."""
    known = _known(run, group)
    months = _months(known)
    if len(months) < 2:
        return None
    others = [policy for policy in ranking(run, group) if policy != run.reference]
    gaps_ = [
        say("{after}, more than {reference}", after=_after(month), reference=plain(run.reference))
        for month in months
        if others
    ]
    columns = [say("policy"), *(_after(month) for month in months), *gaps_]
    cells = []
    for policy in ranking(run, group):
        levels = [_cell(known, (policy, NONE, ALL, ALL, month, NET)) for month in months]
        gaps = [
            _cell(known, (policy, run.reference, ALL, ALL, month, NET), True) for month in months if others
        ]
        cells.append([plain(policy), *levels, *gaps])
    caption = of_place(place(run, group), bracketed(run, say("net jobs over time")))
    return Table(capital(caption), columns, cells)


def _known(run: Run, group: Group) -> Known:
    return {
        (r["policy"], r["against"], r["split"], r["class"], int(r["month"]), r["outcome"]): spread_of(r)
        for r in run.classes
        if r["group"] == group.name
    }


def _months(known: Known) -> list[int]:
    return sorted({month for *_, month, _ in known})


def _after(month: int) -> str:
    if month % 12 == 0:
        return plural("after {years} year", "after {years} years", month // 12, years=month // 12)
    return plural("after {months} month", "after {months} months", month, months=month)


def _cell(known: Known, key: tuple[str, str, str, str, int, str], sign: bool = False) -> str:
    found = known.get(key)
    return cell(found, sign=sign) if found and found.known else "–"


def _rate(known: Known, policy: str, by: str, label: str) -> Spread:
    """Net jobs per 1,000 jobs of a class under a policy, at the end."""
    return known.get((policy, NONE, by, label, _months(known)[-1], RATE), spread([]))


def _classes(known: Known, by: str) -> list[str]:
    return list(dict.fromkeys(name for _, _, split, name, *_ in known if split == by))


def _figure(run: Run, group: Group, splits: Sequence[str], name: str) -> Figure | None:
    known = _known(run, group)
    found: dict[str, list[Row]] = {}
    for by in splits:
        labels = _classes(known, by)
        if by == REGION and len(labels) > REGIONS_SHOWN:
            continue
        if by == SECTOR:
            labels.sort(key=lambda name: _order(_rate(known, run.reference, by, name)))
        for label in labels:
            s = _rate(known, run.reference, by, label)
            if s.known:
                text = f"{cell(s, PER)} · {say(verdict(s, run.independent_worlds))}"
                row = Row(told(label), s, s.mean, text, Style(GOOD, "o"), say(HEADINGS[by]))
                found.setdefault(by, []).append(row)
    if not found:
        return None
    title = _message(found, run.independent_worlds)
    rows = [row for of_split in found.values() for row in of_split]
    axis = dotted(run, say("net jobs per 1,000"))
    svg = dots(name, alt_of(title, rows), rows, axis, mark=0.0)
    return Figure(
        title,
        svg,
        dot_table(rows, say("Net jobs per 1,000 jobs"), later("split"), PER),
        case=place(run, group),
    )


def _order(s: Spread) -> tuple[float, float]:
    """Largest mean first, by what is read: a mean rounded beside a wide interval, 3, reads less than 3.4."""
    return -mean_as_read(s, PER), -s.mean


def verdict(s: Spread, independent: int) -> str:
    """Of a rate: "gains", "loses", "nothing" or "not settled", to be said in the language of the reader;
    nothing is settled in a few ``independent`` worlds."""
    if max(abs(s.p05), abs(s.p95), abs(s.mean)) < nothing.RATE:
        return later("nothing")
    many = min(s.n, independent) >= SURE_WORLDS
    if many and s.p05 >= nothing.RATE:
        return later("gains")
    if many and s.p95 <= -nothing.RATE:
        return later("loses")
    return later("not settled")


def _message(found: Mapping[str, Sequence[Row]], independent: int) -> str:
    """Who gains most on average, of the first split in which somebody does, with those whose mean reads no
    less; and who of any split surely loses."""
    losers = [
        _said(by, row.label)
        for by, rows in found.items()
        for row in rows
        if verdict(row.spread, independent) == "loses"
    ]
    lost = say("surely losing: {losers}", losers=listed(losers)) if losers else say("none surely loses")
    for by, rows in found.items():
        most = mean_as_read(max(rows, key=lambda row: row.value).spread, PER)
        if most > 0:
            firms = listed([_said(by, row.label) for row in rows if mean_as_read(row.spread, PER) >= most])
            return say("Largest gain for their jobs, on average: {firms}; {lost}", firms=firms, lost=lost)
    return say("No kind of firm gains on average; {lost}", lost=lost)


def _over_years(run: Run, group: Group) -> Table:
    """Net jobs of every class under the reference, at each date, and per 1,000 jobs at the end."""
    known = _known(run, group)
    months = _months(known)
    columns = [
        say("firms"),
        *(say("net jobs {after}", after=_after(m)) for m in months),
        say("per 1,000 jobs"),
        say("at the end"),
    ]
    cells = []
    for by in (ALL, *HEADINGS):
        for label in _classes(known, by):
            at = [_cell(known, (run.reference, NONE, by, label, month, NET)) for month in months]
            rate = _rate(known, run.reference, by, label)
            told_of = say(verdict(rate, run.independent_worlds))
            cells.append([_named(by, label), *at, cell(rate, PER) if rate.known else "–", told_of])
    caption = say("who gains with {reference}, over time", reference=plain(run.reference))
    return Table(_of(place(run, group), caption), columns, cells, folded=True)


def _of(where: str, caption: str) -> str:
    """A caption with the name of its case before it, where it has one."""
    return f"{where}, {caption}" if where else capital(caption)


def _changes(run: Run, group: Group) -> Table:
    """What each policy changes in the net jobs of every class against the reference, at the end."""
    known = _known(run, group)
    end = _months(known)[-1]
    others = [policy for policy in ranking(run, group) if policy != run.reference]
    cells = [
        [_named(by, label),
         *(_cell(known, (policy, run.reference, by, label, end, NET), sign=True) for policy in others)]
        for by in (ALL, *HEADINGS) for label in _classes(known, by)
    ]  # fmt: skip
    caption = say(
        "who gains against {reference}: net jobs after {years}",
        reference=plain(run.reference),
        years=years(group),
    )
    return Table(_of(place(run, group), caption), [say("firms"), *map(plain, others)], cells, folded=True)


def _named(by: str, label: str) -> str:
    """A class in a column or a figure."""
    if by == ALL:
        return say("all firms")
    return _said(by, told(label))


def _said(by: str, label: str) -> str:
    """A class, whose label is already in the language of the reader, in running text."""
    if by == SIZE and label == told(SINCE):
        return say("firms {since}", since=label)
    if by == SIZE:
        return say("firms of {size}", size=label)
    if by == REGION and not label.lower().startswith(("region", "région")):
        return say("region {name}", name=label)
    return label
