"""What the answer rests on: assumptions, what no source tells, how it was computed and how to do it again."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.lang import form, later, moment, plural, say, told
from experiments.lang.phrases import listed, of_place, span_of
from experiments.precision import percent
from experiments.report.blocks import Block, Code, Items, Section, Table, Words
from experiments.report.reading import Run, exists
from experiments.report.standing import own_schemes
from experiments.report.words import capital, exact, number, plain, three, worlds
from scenarios.problems import typed

ENOUGH_DRAWS = 30  # to say which numbers move the answer
MOVERS = 6
ASSUMPTIONS = (
    later(
        "The net number is the difference between two simulated worlds with the same firms and the same "
        "luck, one with the scheme and one without any. It is counted over all firms, helped or not."
    ),
    later(
        "A project comes first: a firm that has none does not ask for help. Help makes a project likelier "
        "to succeed; it does not make it larger."
    ),
    later(
        "Competitors of the same sector and basin lose part of the jobs that a helped firm adds, more where "
        "it sells locally. Local services gain some jobs later from jobs that sell elsewhere."
    ),
    later(
        "Basins act on each other through national demand, through partners lent over a region and, in a "
        "market place, through contracts that a member wins from a firm of another basin. Other jobs moved "
        "from one basin to another are not counted."
    ),
    later(
        "Partners are sites of large firms. They tire with missions, rest between them, refuse more and "
        "leave sooner when tired; new ones come if they are looked for."
    ),
    later("Gains in know-how fade, quickly after a few days of advice."),
    later("Jobs of the large firms are not counted in the net number, only what their cuts do around them."),
)
UNKNOWN = (
    later("how far large firms tire with the days asked of them, and how fast they recover"),
    later("how many new large firms come when a scheme looks for them"),
    later("how many of the jobs would have come anyway: no evaluation with a comparison group was found"),
    later("how many jobs are taken from competitors, sector by sector"),
    later("how long three or four days of advice last"),
    later("how many repayable advances are lost"),
)
UNKNOWN_OF_MARKETS = (
    later(
        "how many needs are posted, who sees them, and how strongly buyers hold to the suppliers they have"
    ),
    later("how many of these suppliers lie outside the territory"),
    later("how many jobs a contract moves, and what preference costs its buyers"),
)
UNKNOWN_OF_SEVERAL = (
    later(
        "how far schemes of one place put directors off, share those who bring firms, and do the "
        "same work twice"
    ),
)


def what_would_change(run: Run) -> Section:
    """Uncertainties, assumptions, what no data inform."""
    found = _uncertainties(run)
    assumed = [u for u in found if u.source == "assumed"]
    blocks: list[Block] = [
        Words(
            say(
                "The model has {all} behavioural numbers; {assumed} of them are assumed: no published "
                "figure informs them. The others have one behind them, often from another place or "
                "another scheme.",
                all=len(found),
                assumed=len(assumed),
            )
        ),
        Words(_varied(run, assumed)),
        *_not_among(run),
    ]
    if movers := _movers(run, found):
        blocks.append(movers)
    unknown = (*UNKNOWN_OF_MARKETS, *UNKNOWN) if exists(run, "needs_posted") else UNKNOWN
    unknown = (*UNKNOWN_OF_SEVERAL, *unknown) if run.several else unknown
    columns = [say("what it is"), say("default"), say("could be"), say("unit"), say("name")]
    rows = [
        [
            told(u.doc).rstrip("."),
            exact(u.default),
            span_of(exact(u.low), exact(u.high)),
            told(u.unit),
            u.name,
        ]
        for u in assumed
    ]
    blocks += [
        Items([f"{say(text)}." for text in unknown], title=say("What no published figure tells")),
        Items([say(text) for text in ASSUMPTIONS], title=say("What the model takes for granted")),
        Table(say("Behavioural numbers that are assumed"), columns, rows, numbers=False, folded=True),
    ]
    return Section("change", say("What would change it"), say("What would change the answer"), blocks)


def _uncertainties(run: Run) -> Sequence[Any]:
    from sim.parameters import uncertainties

    names = dict.fromkeys(s["name"] for group in run.groups for s in group.spec["schemes"])
    return uncertainties(names)


def _not_among(run: Run) -> list[Words]:
    """What is not known of schemes that are not shipped, whose numbers are no uncertainties."""
    from sim.parameters import BEHAVIOURS

    return [
        Words(
            say(
                "Not among these are the behavioural numbers of {scheme}: its file fixes {given} of them, "
                "all others keep their defaults. No published figure informs them, and the intervals show "
                "nothing of what is not known about them.",
                scheme=name,
                given=sum(field in BEHAVIOURS for field in scheme["rules"]),
            ),
            warning=True,
        )
        for name, scheme in own_schemes(run).items()
    ]


def _varied(run: Run, assumed: Sequence[Any]) -> str:
    if run.parameters == "default":
        return say(
            "In this run every one was kept at its default, so the intervals do not show what is not "
            "known about them. Running again with --parameters prior lets them vary; expect much "
            "wider intervals."
        )
    if run.parameters == "prior":
        fixed = sum(u.prior == "fixed" for u in assumed)
        return say(
            "In this run they were drawn anew for each draw within their bounds, but for {fixed} of "
            "the assumed ones, kept at their default. Drawn so, they need not agree with what was "
            "published.",
            fixed=fixed,
        )
    if run.parameters == "posterior":
        return say(
            "In this run they were taken from the sample that was fitted to published figures and comes with "
            "the model, one row a draw."
        )
    return say("In this run they were taken from {parameters}, one row a draw.", parameters=run.parameters)


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
    words = {u.name: told(u.doc).rstrip(".") for u in found}
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
            say("more") if strength[name] > 0 else say("fewer"),
            say("{number} %", number=form(100 * strength[name] ** 2, ".0f")),
            name,
        ]
        for name in order
    ]
    return Table(
        say(
            "What moved net jobs most over {draws} draws ({reference})",
            draws=len(rows),
            reference=plain(run.reference),
        ),
        [
            say("where this is higher"),
            say("net jobs are"),
            say("share of the differences that goes with it"),
            say("name"),
        ],
        cells,
        numbers=False,
    )


def how_computed(run: Run) -> Section:
    """Command, seed, draws, versions, counts."""
    m = run.manifest
    ok = run.statuses.get("ok", 0)
    other = {status: n for status, n in run.statuses.items() if status != "ok"}
    ended = plural("{worlds} ended well", "{worlds} ended well", ok, worlds=worlds(ok)) + "".join(
        f", {form(n)} {told(status)}" for status, n in other.items()
    )
    small = sum(b["smes"] for group in run.groups for b in group.basins)
    basins = sum(len(group.basins) for group in run.groups)
    rows = [
        [say("Worlds"), ended],
        [
            say("Draws"),
            plural(
                "{draws}, with {replicates} replicate each",
                "{draws}, with {replicates} replicates each",
                m["replicates"],
                draws=m["draws"],
                replicates=m["replicates"],
            ),
        ],
        [say("Seed"), str(m["seed"])],
        [say("Behavioural numbers"), _source(run)],
        [
            say("Territory"),
            say(
                "{basins}, {small} at the start",
                basins=plural("{n} basin", "{n} basins", basins, n=number(basins)),
                small=plural("{n} small firm", "{n} small firms", small, n=form(small)),
            ),
        ],
        *_precision(m),
        [say("Months"), listed(sorted({str(group.spec["horizon_months"]) for group in run.groups}))],
        *[[capital(say("hash of {name}", name=name)), str(value)] for name, value in m["hashes"].items()],
        [say("Versions"), ", ".join(f"{name} {v}" for name, v in m["versions"].items() if v)],
        [say("Computer"), str(m.get("platform", ""))],
        [say("When"), moment(str(m.get("times", {}).get("started", "")))],
    ]
    blocks: list[Block] = [
        Words(say("The same command, code and versions give the same numbers, on any number of processes:")),
        Code(_command_line(run)),
        Table(say("The run"), [say("what"), say("value")], rows, numbers=False),
        *_reached(m, len(run.groups) > 1),
    ]
    used = [name for name in run.dictionary if name in run.worlds and name in _SHOWN]
    if used:
        rows = [[name, *map(told, run.dictionary[name])] for name in used]
        columns = [say("name"), say("unit"), say("definition")]
        blocks.append(Table(say("Exact definitions"), columns, rows, numbers=False, folded=True))
    return Section("how", say("How"), say("How this was computed, and how to run it again"), blocks)


def _source(run: Run) -> str:
    """Where behavioural numbers were taken from: in words, with the name that ``--parameters`` gives it, or
    the file."""
    words = {
        "posterior": later("fitted sample (posterior)"),
        "default": later("their defaults (default)"),
        "prior": later("drawn within their bounds (prior)"),
    }
    return say(words[run.parameters]) if run.parameters in words else run.parameters


def _precision(manifest: Mapping[str, Any]) -> list[list[str]]:
    asked = manifest.get("precision", {})
    if not asked:
        return []
    about = {"asked": percent(asked["asked"]), "ceiling": asked["ceiling"]}
    text = say("{asked} asked for, {ceiling} draws at most", **about)
    if "rounds" in asked:
        text = say(
            "{asked} asked for, {ceiling} draws at most; rounds of {rounds} draws",
            rounds=listed(str(n) for n in asked["rounds"]),
            **about,
        )
    return [[say("Precision"), text]]


def _reached(manifest: Mapping[str, Any], several: bool) -> list[Table]:
    """How exactly each mean is known, where that was asked for."""
    found = manifest.get("precision", {}).get("reached", [])
    if not found:
        return []
    rows = [
        [of_place(row["group"], plain(row["policy"])) if several else plain(row["policy"]),
         *("–" if row[name] is None else f"{sign}{three(row[name])}" for name, sign in _EXACT),
         say("yes") if row["met"] else say("no")]
        for row in found
    ]  # fmt: skip
    columns = [say("policy"), say("mean"), say("known to"), say("allowed"), say("reached")]
    caption = say(
        "How exactly each mean is known: net jobs more than the reference (of the reference "
        "alone: net jobs), half of the 90 % interval of the mean, which more draws narrow, and "
        "what was allowed: the share asked for, or 2 % of the jobs that the reference reports "
        "where that is more"
    )
    return [Table(caption, columns, rows)]


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
    text = f"tremplin {m['command']} {typed(m['name'])} --draws {m['draws']}"
    text += f" --replicates {m['replicates']}" if m["replicates"] != 1 else ""
    text += f" --seed {m['seed']}"
    return text + (f" --parameters {typed(run.parameters)}" if run.parameters != "posterior" else "")
