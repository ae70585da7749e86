"""What the answer rests on: assumptions, what no source tells, how it was computed and how to do it again."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.precision import percent
from experiments.report.blocks import Block, Code, Items, Section, Table, Words
from experiments.report.reading import Run, exists
from experiments.report.words import capital, listed, number, plain, three, worlds

ENOUGH_DRAWS = 30  # to say which numbers move the answer
MOVERS = 6
ASSUMPTIONS = (
    (
        "The net number",
        "is the difference between two simulated worlds with the same firms and the same luck, one with the "
        "scheme and one without any. It is counted over all firms, helped or not.",
    ),
    (
        "A project",
        "comes first: a firm that has none does not ask for help. Help makes a project likelier to succeed; "
        "it does not make it larger.",
    ),
    (
        "Competitors",
        "of the same sector and basin lose part of the jobs that a helped firm adds, more where it sells "
        "locally. Local services gain some jobs later from jobs that sell elsewhere.",
    ),
    (
        "Basins",
        "act on each other through national demand, through partners lent over a region and, in a market "
        "place, through contracts that a member wins from a firm of another basin. Other jobs moved from one "
        "basin to another are not counted.",
    ),
    (
        "Partners",
        "are sites of large firms. They tire with missions, rest between them, refuse more and leave sooner "
        "when tired; new ones come if they are looked for.",
    ),
    ("Gains", "in know-how fade, quickly after a few days of advice."),
    (
        "Jobs of the large firms",
        "are not counted in the net number, only what their cuts do around them.",
    ),
)
UNKNOWN = (
    "how far large firms tire with the days asked of them, and how fast they recover",
    "how many new large firms come when a scheme looks for them",
    "how many of the jobs would have come anyway: no evaluation with a comparison group was found",
    "how many jobs are taken from competitors, sector by sector",
    "how long three or four days of advice last",
    "how many repayable advances are lost",
)
UNKNOWN_OF_MARKETS = (
    "how many needs are posted, who sees them, and how strongly buyers hold to the suppliers they have",
    "how many of these suppliers lie outside the territory",
    "how many jobs a contract moves, and what preference costs its buyers",
)
UNKNOWN_OF_SEVERAL = (
    "how far schemes of one place put directors off, share those who bring firms, and do the same work twice",
)


def what_would_change(run: Run) -> Section:
    """Uncertainties, assumptions, what no data inform."""
    found = _uncertainties(run)
    assumed = [u for u in found if u.source == "assumed"]
    blocks: list[Block] = [
        Words(
            f"The model has {len(found)} behavioural numbers; {len(assumed)} of them are assumed: no "
            "published figure informs them. The others have one behind them, often from another place or "
            "another scheme."
        ),
        Words(_varied(run, assumed)),
    ]
    if movers := _movers(run, found):
        blocks.append(movers)
    unknown = (*UNKNOWN_OF_MARKETS, *UNKNOWN) if exists(run, "needs_posted") else UNKNOWN
    unknown = (*UNKNOWN_OF_SEVERAL, *unknown) if run.several else unknown
    columns = ["what it is", "default", "could be", "unit", "name"]
    rows = [
        [u.doc.rstrip("."), f"{u.default:g}", f"{u.low:g} to {u.high:g}", u.unit, u.name] for u in assumed
    ]
    terms, texts = [term for term, _ in ASSUMPTIONS], [text for _, text in ASSUMPTIONS]
    blocks += [
        Items([f"{text}." for text in unknown], title="What no published figure tells"),
        Items(texts, terms, "What the model takes for granted"),
        Table("Behavioural numbers that are assumed", columns, rows, numbers=False, folded=True),
    ]
    return Section("change", "What would change it", "What would change the answer", blocks)


def _uncertainties(run: Run) -> Sequence[Any]:
    from sim.parameters import uncertainties

    names = dict.fromkeys(s["name"] for group in run.groups for s in group.spec["schemes"])
    return uncertainties(names)


def _varied(run: Run, assumed: Sequence[Any]) -> str:
    if run.parameters == "default":
        return (
            "In this run every one was kept at its default, so the intervals do not show what is not "
            "known about them. Running again with --parameters prior lets them vary; expect much wider "
            "intervals."
        )
    if run.parameters == "prior":
        fixed = sum(u.prior == "fixed" for u in assumed)
        return (
            f"In this run they were drawn anew for each draw within their bounds, but for {fixed} of the "
            "assumed ones, kept at their default. Drawn so, they need not agree with what was published."
        )
    return f"In this run they were taken from {run.parameters}, one row a draw."


def _movers(run: Run, found: Sequence[Any]) -> Table | None:
    """Which numbers go with net jobs from draw to draw."""
    rows = run.parameter_rows()
    group = run.groups[0]
    net = run.values(group.name, run.reference, "jobs_net")
    if not len(net) or rows.empty:
        return None
    net = net.groupby(level="draw").mean()
    rows = rows.loc[rows.index.isin(net.index)]
    net = net.loc[rows.index]
    rows = rows.loc[:, rows.nunique() > 1]
    if len(rows) < ENOUGH_DRAWS or rows.empty or net.nunique() < 2:
        return None
    strength = {name: float(np.corrcoef(rows[name].rank(), net.rank())[0, 1]) for name in rows}
    words = {u.name: u.doc.rstrip(".") for u in found}
    # beyond what chance alone gives among so many numbers, in 19 of 20 cases
    floor = math.sqrt(2 * math.log(20 * len(strength))) / math.sqrt(len(rows) - 1)
    order = sorted((n for n in strength if abs(strength[n]) > floor), key=lambda n: -abs(strength[n]))[
        :MOVERS
    ]
    if not order:
        return None
    cells = [
        [
            words.get(name, name),
            "more" if strength[name] > 0 else "fewer",
            f"{100 * strength[name] ** 2:.0f} %",
            name,
        ]
        for name in order
    ]
    return Table(
        f"What moved net jobs most over {len(rows)} draws ({plain(run.reference)})",
        ["where this is higher", "net jobs are", "share of the differences that goes with it", "name"], cells,
        numbers=False,
    )  # fmt: skip


def how_computed(run: Run) -> Section:
    """Command, seed, draws, versions, counts."""
    m = run.manifest
    ok = run.statuses.get("ok", 0)
    other = {status: n for status, n in run.statuses.items() if status != "ok"}
    ended = f"{worlds(ok)} ended well" + "".join(f", {n:,} {status}" for status, n in other.items())
    small = sum(b["smes"] for group in run.groups for b in group.basins)
    basins = sum(len(group.basins) for group in run.groups)
    rows = [
        ["Worlds", ended],
        [
            "Draws",
            f"{m['draws']}, with {m['replicates']} replicate{'' if m['replicates'] == 1 else 's'} each",
        ],
        ["Seed", str(m["seed"])],
        ["Behavioural numbers", run.parameters],
        ["Territory", f"{number(basins)} basins, {small:,} small firms at the start"],
        *_precision(m),
        ["Months", listed(sorted({str(group.spec["horizon_months"]) for group in run.groups}))],
        *[[capital(f"hash of {name}"), str(value)] for name, value in m["hashes"].items()],
        ["Versions", ", ".join(f"{name} {v}" for name, v in m["versions"].items() if v)],
        ["Computer", str(m.get("platform", ""))],
        ["When", str(m.get("times", {}).get("started", ""))],
    ]
    blocks: list[Block] = [
        Words("The same command, code and versions give the same numbers, on any number of processes:"),
        Code(_command_line(run)),
        Table("The run", ["what", "value"], rows, numbers=False),
        *_reached(m, len(run.groups) > 1),
    ]
    used = [name for name in run.dictionary if name in run.worlds and name in _SHOWN]
    if used:
        rows = [[name, run.dictionary[name][0], run.dictionary[name][1]] for name in used]
        blocks.append(
            Table("Exact definitions", ["name", "unit", "definition"], rows, numbers=False, folded=True)
        )
    return Section("how", "How", "How this was computed, and how to run it again", blocks)


def _precision(manifest: Mapping[str, Any]) -> list[list[str]]:
    asked = manifest.get("precision", {})
    if not asked:
        return []
    rounds = f"; rounds of {listed(str(n) for n in asked['rounds'])} draws" if "rounds" in asked else ""
    return [["Precision", f"{percent(asked['asked'])} asked for, {asked['ceiling']} draws at most{rounds}"]]


def _reached(manifest: Mapping[str, Any], several: bool) -> list[Table]:
    """How exactly each mean is known, where that was asked for."""
    found = manifest.get("precision", {}).get("reached", [])
    if not found:
        return []
    rows = [
        [f"{row['group']}: {plain(row['policy'])}" if several else plain(row["policy"]),
         *("–" if row[name] is None else f"{sign}{three(row[name])}" for name, sign in _EXACT),
         "yes" if row["met"] else "no"]
        for row in found
    ]  # fmt: skip
    caption = (
        "How exactly each mean is known: net jobs more than the reference (of the reference alone: net "
        "jobs), half of the 90 % interval of the mean, which more draws narrow, and what was allowed: the "
        "share asked for, or 2 % of the jobs that the reference reports where that is more"
    )
    return [Table(caption, ["policy", "mean", "known to", "allowed", "reached"], rows)]


_EXACT = (("difference", ""), ("half_width", "± "), ("allowed", "± "))
_SHOWN = {
    "jobs_reported", "jobs_realised", "jobs_net", "jobs_deadweight", "jobs_displaced", "jobs_spillover",
    "jobs_attrition", "jobs_other", "job_years", "volunteers_mobilised", "volunteer_days", "fatigue",
    "partners_active", "schemes_alive", "public_cost", "in_kind_cost", "tax_expenditure", "advances_paid",
    "advances_lost", "cost_per_net_job",
}  # fmt: skip


def _command_line(run: Run) -> str:
    m = run.manifest
    if m.get("command_line"):
        return str(m["command_line"])
    text = f"tremplin {m['command']} {m['name']} --draws {m['draws']}"
    text += f" --replicates {m['replicates']}" if m["replicates"] != 1 else ""
    text += f" --seed {m['seed']}"
    return text + (f" --parameters {run.parameters}" if run.parameters != "posterior" else "")
