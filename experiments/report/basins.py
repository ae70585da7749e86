"""Net jobs basin by basin."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from experiments.lang import form, plural, say, told
from experiments.lang.phrases import listed, of_place
from experiments.nothing import JOBS
from experiments.report.blocks import Block, Figure, Figures, Items, Section, Table, Words
from experiments.report.figures import GOOD, Row, Style, dots
from experiments.report.jobs import alt_of
from experiments.report.reading import Group, Run, spread
from experiments.report.standing import dotted, place
from experiments.report.words import cell, number, plain

CASES_SHOWN = 4  # as figures
BASINS_SHOWN = 30
# firms feel nothing of these; years of openings act by the openings of schemes
UNFELT = {"id", "name", "latitude", "longitude", "synthetic", "opens_year", "opens_month"}


def by_basin(run: Run) -> Section:
    """Net jobs of each basin under the reference."""
    figures, tables = [], []
    for i, group in enumerate(run.groups[:CASES_SHOWN]):
        rows, table = _basin_rows(run, group)
        if len(rows) > 1 and not alike(group):
            figures.append(_basins(run, rows, table, f"basin{i}"))
        elif rows:
            tables.append(replace(table, folded=True, caption=of_place(place(run, group), table.caption)))
    said = [
        say("Net jobs of each basin.")
        if run.command == "run"
        else say("Net jobs of each basin with {reference}.", reference=plain(run.reference)),
    ]
    if any(len(group.basins) > 1 for group in run.groups):
        said.append(
            say("A basin counts few firms, so most of what it shows may be luck: read the order with care.")
        )
    same = [group for group in run.groups if alike(group)]
    if same and len(same) == len(run.groups):
        said.append(say("In these cases all basins are alike, so what differs between them is luck."))
    elif same:
        where = listed(told(g.title) for g in same)
        said.append(say("{where}: all basins are alike, so what differs between them is luck.", where=where))
    drawn = sum(b["synthetic"] for group in run.groups for b in group.basins)
    total = sum(len(group.basins) for group in run.groups)
    if drawn:
        said.append(
            plural(
                "{drawn} of {total} basins is made up (marked *): no document names it.",
                "{drawn} of {total} basins are made up (marked *): no document names them.",
                drawn, drawn=number(drawn), total=total,
            )
        )  # fmt: skip
    blocks: list[Block] = [Words(" ".join(said)), Figures(figures), *tables, *_shares(run)]
    return Section("basins", say("Basins"), say("By basin"), blocks)


def alike(group: Group) -> bool:
    """Whether there are several basins, and nothing that acts on them differs between them."""
    return len(group.basins) > 1 and len({repr(_acting(group, basin)) for basin in group.basins}) == 1


def _acting(group: Group, basin: Mapping[str, Any]) -> list[Any]:
    """What acts on a basin: its numbers, openings of schemes, closures, policies that are for some basins."""
    at = basin["id"]
    changes = [change for arm in group.changes.values() for change in arm if change["basins"]]
    return [
        [value for name, value in basin.items() if name not in UNFELT],
        [dict(scheme["opens"]).get(at) for scheme in group.spec["schemes"]],
        [{**one, "basin": ""} for one in group.spec.get("closures", ()) if one["basin"] == at],
        [at in change["basins"] for change in changes],
    ]


def _basin_rows(run: Run, group: Group) -> tuple[list[Row], Table]:
    frame = run.basins
    frame = frame[(frame["group"] == group.name) & (frame["policy"] == run.reference)]
    values = {key: part["value"].to_numpy() for key, part in frame.groupby(["basin", "outcome"])}
    style, found = Style(GOOD, "o"), []
    for basin in group.basins:
        if (net := values.get((basin["id"], "jobs_net_total"))) is None:
            continue
        mark = " *" if basin["synthetic"] else ""
        label = f"{told(basin['name'])}{mark}"
        s = spread(net)
        fragility = form(basin["fragility"], ".2f")
        name = f"{label}\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}{fragility}"
        cells = [label, fragility, form(basin["smes"]), form(basin["large_sites"]), cell(s)]
        names = ("files_accepted", "jobs_realised", "jobs_deadweight", "jobs_displaced", "jobs_spillover")
        cells += [number(spread(values.get((basin["id"], name), [])).mean) for name in names]
        found.append((Row(name, s, s.mean, cell(s), style), cells))
    found.sort(key=lambda pair: -pair[0].spread.mean)
    columns = [
        say("basin"), say("fragility"), say("small firms"), say("large sites"), say("net jobs"),
        say("files accepted"), say("created by accepted firms"), say("of which anyway"),
        say("taken from competitors"), say("given to local services"),
    ]  # fmt: skip
    caption = say("Basins, most net jobs first; fragility from 0 (solid) to 1")
    return [row for row, _ in found], Table(caption, columns, [cells for _, cells in found])


def _basins(run: Run, rows: list[Row], table: Table, name: str) -> Figure:
    total = sum(row.spread.mean for row in rows)
    half, running = 0, 0.0
    for row in rows:
        if total < JOBS or running >= total / 2:
            break
        running += row.spread.mean
        half += 1
    title = say("All basins together bring no net job")
    if half:
        title = _message(half, len(rows), running / total)
    elif not any(row.spread.mean >= JOBS for row in rows):
        title = say("No basin gains on balance")
    shown, note = rows, say("After the name: fragility, from 0 to 1. First the basin with the highest mean.")
    if len(rows) > BASINS_SHOWN:
        shown = rows[: BASINS_SHOWN // 2] + rows[-BASINS_SHOWN // 2 :]
        few = say(
            "The {number} basins with the most net jobs and the {number} with the fewest.",
            number=BASINS_SHOWN // 2,
        )
        note = f"{note} {few}"
    return Figure(
        title,
        dots(
            name,
            alt_of(title, shown),
            shown,
            dotted(run, say("net jobs at the end")),
            mark=0.0,
        ),
        table,
        note,
    )


def _message(few: int, all_: int, share: float) -> str:
    """What the basins that first reach half of the net jobs bring."""
    if share > 1:
        return plural(
            "{few} of {all} basins brings more net jobs than all together",
            "{few} of {all} basins bring more net jobs than all together",
            few, few=few, all=all_,
        )  # fmt: skip
    return plural(
        "{few} of {all} basins brings {share} of the net jobs",
        "{few} of {all} basins bring {share} of the net jobs",
        few, few=few, all=all_, share=number(share, "share"),
    )  # fmt: skip


def _shares(run: Run) -> list[Block]:
    items, terms = [], []
    for group in run.groups:
        s = run.spread(group.name, run.reference, "jobs_net_fragile_share")
        if s.known:
            items.append(
                say(
                    "{share} of net jobs fall in the most fragile third of basins: the median of worlds, "
                    "since a mean of shares means nothing where net jobs come near none.",
                    share=cell(s, "share", "p50"),
                )
            )
            terms.append(place(run, group) or say("Fragile basins"))
    return [Items(items, terms)] if items else []
