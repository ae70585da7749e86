"""The tables that ``run`` and ``compare`` print below their sentence."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.answers import amount, average, best, idle_said, interval
from experiments.command import Done
from experiments.evidence import NOT_CALIBRATED, Grade, of_group
from experiments.lang import form, later, say, told
from experiments.lang.phrases import of_place, span_of
from experiments.plan import Group
from experiments.report.reading import Spread
from experiments.report.reading import spread as spread_of
from experiments.report.words import typed
from experiments.shares import ADDED_LAST, ALL, ALONE, INTERPLAY, SHAPLEY, verdict
from experiments.summary import Results
from experiments.terminal import Ruled, measured, number, ruled, spread
from scenarios.studies import PUBLISHED

if TYPE_CHECKING:
    import pandas as pd

WATERFALL = (
    ("jobs_reported", later("reported by the scheme"), 1),
    ("declaring", later("counted, but no hire for a project"), -1),
    ("jobs_realised", later("created by accepted firms: three years, or membership"), 1),
    ("jobs_deadweight", later("would have come anyway (deadweight)"), -1),
    ("jobs_displaced", later("lost by competitors (displacement)"), -1),
    ("jobs_spillover", later("gained by local services (spill-over)"), 1),
    ("jobs_attrition", later("lost again later, less what was kept"), -1),
    ("jobs_other", later("outside these months"), -1),
    ("jobs_net", later("net: more than without any scheme"), 1),
)
SUBTOTALS = ("jobs_reported", "jobs_realised", "jobs_net")
COSTS = (
    ("public_cost", "euros", later("coordination, experts, aid, advances lost")),
    ("tax_expenditure", "euros", later("tax given back to the volunteers' employers")),
    ("advances_paid", "euros", later("repayable advances paid")),
    ("advances_lost", "euros", later("of which lost")),
    ("cost_per_net_job", "euros", later("public money and tax per net job")),
    ("volunteers_mobilised", "persons", later("volunteers")),
    ("volunteer_days", "days", later("days that they gave")),
    ("seats_per_volunteer", "missions", later("missions a volunteer")),
    ("partners_active", "sites", later("partner sites at the end")),
    ("fatigue", "share", later("their fatigue at the end")),
    ("schemes_alive", "schemes", later("local schemes alive at the end")),
)
# further columns of a comparison: the first two of which some world has something
ASIDE = (
    ("jobs_net_world", later("net, with\noutside")),
    ("members", later("members")),
    ("volunteer_days", later("volunteer\ndays")),
    ("schemes_alive", later("schemes\nalive")),
)
MOST, LEAST = 12, 12  # parameters shown of those that a fit informs, and does not inform
MARK = {1: later("yes"), 0: later("no")}


def run_tables(done: Done) -> list[Ruled]:
    """Published beside simulated, from reported to net, costs and volunteers."""
    group = done.experiment.groups[0].name
    tables = [_published(done.validation)] if done.validation else []
    results = done.results
    return [*tables, _waterfall(results, group), *_beside(results, group), _costs(results, group)]


def validation_tables(done: Done) -> list[Ruled]:
    """Families of figures, misses with their reasons, most and least informed parameters."""
    import pandas as pd

    counted = pd.read_csv(done.folder / "families.csv")
    columns = (say("family"), say("role"), say("figures"), say("met"), say("missed"))
    families = ruled(say("Figures met and missed, by family"), *columns)
    for row in counted.itertuples():
        role = told(str(row.role).replace("_", " "))
        families.add_row(told(str(row.family)), role, str(row.figures), str(row.hits), str(row.misses))
    tables = [families]
    if missed := [row for row in done.validation if row["inside"] == 0]:
        tables.append(_misses(missed))
    learnt = pd.read_csv(done.folder / "shrinkage.csv")
    return [*tables, _learnt(learnt)] if len(learnt) else tables


def _misses(missed: list[dict[str, Any]]) -> Ruled:
    from experiments.report.published import named, published, tolerance

    aside = [say("published"), say("role")]
    columns = [say("figure"), say("role"), say("published"), say("bounds"), say("90 % of worlds"), say("why")]
    table = ruled(say("What is missed"), *columns, texts=(0, 1, 5), aside=aside)
    for row in missed:
        about = [told(str(row["role"]).replace("_", " ")), published(row)]
        spans = (tolerance(row), _range(row, "p05", "p95"))
        name = f"{row['fact_id']} {named(row)}"
        table.add_row(name, *about, *spans, told(str(row["explanation"])))
    return table


def _learnt(learnt: "pd.DataFrame") -> Ruled:
    known = int(learnt.informed.sum())
    title = say(
        "Parameters: {known} of {all} are informed; those that lost most", known=known, all=len(learnt)
    )
    columns = (say("parameter"), say("unit"), say("before"), say("after, 90 %"), say("variance\nlost"))
    table = ruled(title, *columns)
    for row in learnt.head(MOST).itertuples():
        before = span_of(number(row.low), number(row.high))
        after = span_of(number(row.p05), number(row.p95))
        table.add_row(str(row.name), told(str(row.unit)), before, after, form(row.shrinkage, ".0%"))
    least = learnt[~learnt.informed.astype(bool)].name
    if len(least):
        named = ", ".join(least.tail(LEAST))
        if len(least) > LEAST:
            named = say("{names} (shrinkage.csv has all)", names=named)
        words = say(
            "Not informed, {number}, as unknown as before, among them: {names}.",
            number=len(least),
            names=named,
        )
        table.caption = lambda _: words
    return table


def _published(rows: list[dict[str, Any]]) -> Ruled:
    from experiments.report.published import named, tolerance, unit
    from experiments.report.words import exact

    columns = [say("figure"), say("published"), say("unit"), say("bounds"), say("median"),
               say("90 % of\nworlds"), say("agrees"), say("role")]  # fmt: skip
    aside = [say("bounds"), say("role")]
    table = ruled(say("Published figures beside simulated ones"), *columns, texts=(0, 2), aside=aside)
    for row in rows:
        table.add_row(
            f"{row['fact_id']} {named(row)}", exact(row["published"]), unit(row), tolerance(row),
            number(row["p50"]), _range(row, "p05", "p95"), _mark(row["inside"]),
            told(str(row["role"]).replace("_", " ")),
        )  # fmt: skip
    return table


def _mark(inside: Any) -> str:
    return say(MARK[inside]) if inside in MARK else ""


def _range(row: dict[str, Any], low: str, high: str) -> str:
    return span_of(number(row[low]), number(row[high])) if row[low] is not None else ""


def _waterfall(results: Results, group: str) -> Ruled:
    about = _grades(results)
    columns = (say("jobs"), say("mean"), say("90 % of worlds"), *about)
    table = ruled(say("From jobs reported to net jobs"), *columns, aside=about)
    for name, words, sign in WATERFALL:
        values = sign * _values(results, group, PUBLISHED, name)
        if len(values):
            s = spread_of(values)
            shown = average(s, "" if name in SUBTOTALS else "+")
            style = "bold" if name in SUBTOTALS else ""
            cells = _graded(results, name) if about else ()
            table.add_row(say(words), shown, interval(s), *cells, style=style)
    return table


def _grades(results: Results) -> tuple[str, ...]:
    """Columns on how well founded a number is: none where the sentence above says all."""
    found = of_group(results.experiment, results.experiment.groups[0], "jobs_net")
    known = found.grade != NOT_CALIBRATED
    return (say("rests on"), say("spread\nwithout data")) if known else ()


def _graded(results: Results, outcome: str) -> tuple[str, str]:
    """The cells of these columns."""
    if outcome == "declaring":
        return "", ""
    found = of_group(results.experiment, results.experiment.groups[0], outcome)
    return told(found.grade), _share(found)


def _share(found: Grade) -> str:
    return "" if found.without_data is None else form(found.without_data, ".0%")


def _values(results: Results, group: str, policy: str, name: str) -> np.ndarray:
    if name == "declaring":
        reported = results.values(group, policy, "jobs_reported")
        return reported - results.values(group, policy, "jobs_realised")
    return results.values(group, policy, name)


def _costs(results: Results, group: str) -> Ruled:
    about = _grades(results)
    columns = (say("unit"), say("median"), say("90 % of worlds"), *about)
    table = ruled(say("Costs and volunteers"), "", *columns, aside=about)
    for name, unit, words in COSTS:
        values = results.values(group, PUBLISHED, name)
        kept = values[~np.isnan(values)]
        if len(kept) and (kept.any() or name == "public_cost"):  # paid advice has no volunteers, nor advances
            cells = _graded(results, name) if about else ()
            table.add_row(say(words), told(unit), measured(float(np.median(kept)), unit),
                          spread(kept, unit), *cells)  # fmt: skip
    return table


def _beside(results: Results, group: str) -> list[Ruled]:
    """What help did beside jobs, where it did; nothing otherwise."""
    from experiments.report.help import FORMATS, TURNOVER

    several = len(results.experiment.groups[0].case.spec.schemes) > 1
    title = say("What the help was, and did beside jobs")
    title = say("What the help was, and did beside jobs, over all schemes") if several else title
    about = _grades(results)
    table = ruled(title, "", say("unit"), say("median"), say("90 % of worlds"), *about,
                  aside=about)  # fmt: skip
    for _, columns, mark, *_ in (*FORMATS, ("", TURNOVER, "turnover_gain_year1")):
        of_mark = results.values(group, PUBLISHED, mark)
        for name, unit, words in columns if np.nan_to_num(of_mark).any() else ():
            values = results.values(group, PUBLISHED, name)
            kept = values[~np.isnan(values)]
            if kept.any():
                cells = _graded(results, name) if about else ()
                table.add_row(say(words), told(unit), measured(float(np.median(kept)), unit),
                          spread(kept, unit), *cells)  # fmt: skip
    return [table] if table.rows else []


def compare_tables(done: Done) -> list[Ruled]:
    """Policies side by side in each case, then what each scheme brings where every mix was run."""
    groups = done.experiment.groups
    return [
        *(compare_table(done.results, group) for group in groups),
        *(mix_table(done, group) for group in groups if group.mixes),
    ]


def compare_table(results: Results, group: Group) -> Ruled:
    """Policies side by side: means, and below them 5 to 95 % of the worlds, those that all of them have."""
    reference = results.experiment.reference
    alone = len(results.experiment.groups) == 1
    aside = _aside(results, group)
    title = told(group.case.title)
    title = title if alone else of_place(group.case.name, title)
    more_than = say("more than\n{reference}", reference=typed(reference))
    table = ruled(title, say("policy"), say("net jobs"), more_than,
                  say("reported"), say("k€ per\nnet job"), say("best in"),
                  *(say(words) for _, words in aside), aside=[say(words) for _, words in aside])  # fmt: skip
    _, share = best(results, group) if len(group.policies) > 1 else ("", {})
    there = [policy for policy in group.policies if results.places(group.name, policy)]
    if not results.shared(group.name, *there):
        there = []

    def of_all(name: str) -> dict[str, np.ndarray]:
        """An outcome by policy, in the worlds that all of them have."""
        return dict(zip(there, results.together(group.name, there, name)))

    jobs, costs = of_all("jobs_net"), of_all("cost_per_net_job")
    means = {name: of_all(name) for name in ("jobs_reported", *(name for name, _ in aside))}
    for policy in there:
        net = jobs[policy]
        other = policy != reference and reference in jobs
        all_, more = spread_of(net), spread_of(net - jobs[reference] if other else net)
        mean = {name: spread_of(values[policy]) for name, values in means.items()}
        cost = costs[policy] / 1000
        table.add_row(
            typed(policy), f"{average(all_)}\n{interval(all_)}",
            f"{average(more, '+')}\n{interval(more)}" if other else "", average(mean["jobs_reported"]),
            spread(cost, "euros"), form(share[policy], ".0%") if policy in share else "",
            *(form(mean[name].mean, ".1f") if name == "schemes_alive" else average(mean[name])
              for name, _ in aside),
        )  # fmt: skip
    table.caption = lambda shown: "\n".join(filter(None, [
        _idle(results, group), _rests_on(results, group, [a for a in aside if say(a[1]) in shown]),
    ]))  # fmt: skip
    return table


def _idle(results: Results, group: Group) -> str:
    """Which policies do nothing: all their outcomes are those of the reference, in every world of both."""
    from sim.outcomes import OUTCOMES

    reference = results.experiment.reference

    def same(policy: str) -> bool:
        found = (results.together(group.name, (policy, reference), name) for name in OUTCOMES)
        return all(np.array_equal(mine, other, equal_nan=True) for mine, other in found)

    others = (policy for policy in group.policies if policy != reference)
    idle = [policy for policy in others if results.shared(group.name, policy, reference) and same(policy)]
    return idle_said([*map(typed, idle)], typed(reference))


def _rests_on(results: Results, group: Group, aside: list[tuple[str, str]]) -> str:
    """How well founded each column of a comparison is; nothing where the sentence above says all."""
    columns = (
        ("jobs_net", say("net jobs")),
        ("jobs_reported", say("reported")),
        ("cost_per_net_job", say("k€ per net job")),
    )
    found: dict[str, list[str]] = {}
    for name, words in (*columns, *((name, say(words)) for name, words in aside)):
        seen = of_group(results.experiment, group, name)
        if seen.grade == NOT_CALIBRATED:
            return ""
        what = words.replace("\n", " ")
        if _share(seen):
            what = say("{what} ({share} of spread without data)", what=what, share=_share(seen))
        found.setdefault(seen.grade, []).append(what)
    gap = of_group(results.experiment, group, "jobs_net", difference=True)
    found.setdefault(gap.grade, []).append(say("differences"))
    return "\n".join(
        say("Rests on: {grade}: {numbers}.", grade=told(grade), numbers=", ".join(words))
        for grade, words in found.items()
    )


def _aside(results: Results, group: Group) -> list[tuple[str, str]]:
    """Outcomes beside jobs that tell something of this group, two at most, with their headings."""

    def told(name: str) -> bool:
        values = [results.values(group.name, policy, name) for policy in group.policies]
        return any(np.nan_to_num(found).any() for found in values)

    # what is lost outside is told only where something is
    return [entry for entry in ASIDE if told(entry[0].replace("jobs_net_world", "jobs_outside"))][:2]


def mix_table(done: Done, group: Group) -> Ruled:
    """What each scheme brings: net jobs alone, added last and as a share, with 5 to 95 % of the worlds below;
    shares of money and days."""
    from experiments.report.words import called

    rows = {(row["scheme"], row["outcome"], row["what"]): row for row in done.shares
            if row["group"] == group.name}  # fmt: skip

    def mean(scheme: str, *outcomes: str, what: str) -> float:
        return sum(rows[scheme, outcome, what].get("mean", math.nan) for outcome in outcomes)

    def jobs(scheme: str, what: str) -> str:
        s = _spread(rows[scheme, "jobs_net", what])
        return f"{average(s)}\n{interval(s)}"

    title = say("What each scheme brings")
    title = of_place(title, group.name) if len(done.experiment.groups) > 1 else title
    table = ruled(title, say("scheme"), say("net jobs,\nalone"), say("net jobs,\nadded last"),
                  say("net jobs,\nfair share"), say("public money and\ntax, k€, share"),
                  say("volunteer days,\nshare"))  # fmt: skip
    for scheme in dict.fromkeys(scheme for scheme, *_ in rows):
        what = ALL if scheme == ALL else SHAPLEY
        parts = ("", "") if scheme == ALL else (jobs(scheme, ALONE), jobs(scheme, ADDED_LAST))
        money = mean(scheme, "public_cost", "tax_expenditure", what=what) / 1000
        days = mean(scheme, "volunteer_days", what=what)
        name = say("all") if scheme == ALL else called(scheme, group.case.titles)
        table.add_row(name, *parts, jobs(scheme, what), amount(money), amount(days),
                      style="bold" if scheme == ALL else "")  # fmt: skip

    def independent() -> int:
        return done.results.independent(done.results.shared(group.name, *group.arms))

    table.caption = lambda _: _of_mix(rows[ALL, "jobs_net", INTERPLAY], independent())
    return table


def _spread(row: Mapping[str, Any]) -> Spread:
    """What a row of the shares describes."""
    mean, low, middle, high = (row.get(name, math.nan) for name in ("mean", "p05", "p50", "p95"))
    return Spread(mean, low, middle, high, row["n"])


def _of_mix(gap: Mapping[str, Any], independent: int) -> str:
    """What the columns mean, and whether schemes crowd or help each other."""
    text = say(
        "Alone: against no scheme at all. Added last: lost if only this scheme stopped.\nFair "
        "share (Shapley): its part of what all do together."
    )
    if not gap["n"]:
        return "\n".join([text, say("No draw ended well in every mix.")])
    s = _spread(gap)
    last = say(
        "All less the sum of the alones: {gap}{interval}; {verdict}.",
        gap=average(s, "+"),
        interval=f" ({interval(s)})" if s.interval else "",
        verdict=say(verdict(gap, independent)),
    )
    return f"{text}\n{last}"
