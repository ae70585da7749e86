"""The tables that help to decide: what each policy risks and for whom, and how exactly each mean is known."""

from collections.abc import Mapping
from typing import Any

from experiments.answers import amount
from experiments.command import Done
from experiments.decision import DOMINATED, EFFICIENCY, GAPS, REGRET, WORST
from experiments.lang import form, later, say
from experiments.lang.phrases import NAMED, of_place, span_of
from experiments.nothing import RATE, SHARE, finest, seen
from experiments.plan import Group
from experiments.report.words import place_of, rounded, typed
from experiments.terminal import Ruled, measured, number, ruled

REGRETTED = later("Regret: net jobs that the best policy of the same draw has more, on average.")
WORST_OFF = later("Worst basin: net jobs per 1,000 jobs where they are fewest on average.")
APART = later("Gaps: change, by the policy, of how far basins grow apart (Theil index).")
BEATEN = later(
    "Dominated: another policy is as good or better on average in net jobs per euro, in the worst basin and "
    "in gaps between basins, and better in one; in so many draws one is."
)


KNOWN = later(
    "Known to: half of the 90 % interval of the mean, which more draws narrow; single worlds "
    "differ by more. Allowed: what was asked for, of the mean, or 2 % of the jobs that the "
    "reference reports where that is more."
)


def decision_tables(done: Done) -> list[Ruled]:
    """A table a case that has policies to choose between."""
    return [_decision(done, group) for group in done.experiment.groups
            if any(row["group"] == group.name for row in done.decision)]  # fmt: skip


def _decision(done: Done, group: Group) -> Ruled:
    rows = {(row["policy"], row["measure"]): row for row in done.decision
            if row["group"] == group.name and not row["against"]}  # fmt: skip
    several = len(done.experiment.groups) > 1
    title = say("What a choice turns on")
    title = of_place(title, group.name) if several else title
    columns = [
        say("policy"), say("regret"), say("regret,\n1 in 10 above"), say("net jobs\nper million €"),
        say("worst\nbasin"), (far := say("gaps between\nbasins")), say("dominated by"),
    ]  # fmt: skip
    table = ruled(title, *columns, aside=[far])
    for policy in group.policies:
        names = (REGRET, EFFICIENCY, WORST, GAPS, DOMINATED)
        regret, euros, worst, gaps, by = (rows[policy, name] for name in names)
        place = f"{_mean(worst, _rate)}\n{place_of(worst['who'])}"
        table.add_row(typed(policy), _mean(regret, amount), _ninetieth(regret), _range(euros), place,
                      _mean(gaps, _percent), _over(by))  # fmt: skip
    table.caption = lambda shown: " ".join(
        say(words) for words in (REGRETTED, WORST_OFF, APART, BEATEN) if words != APART or far in shown
    )
    return table


def _mean(row: Mapping[str, Any], text: Any) -> str:
    return text(row["mean"]) if row["n"] else "-"


def _rate(value: float, scale: float = 0.0) -> str:
    return number(rounded(value, scale, finest(RATE)) if seen(value, RATE) else 0.0)


def _percent(value: float) -> str:
    return say("{number} %", number=form(100 * seen(value, SHARE, 2), "+.2g"))


def _over(by: Mapping[str, Any]) -> str:
    """Which policies dominate, the first of them by name, and in how many draws one of them does."""
    if not by["who"]:
        return ""
    names = [typed(name) for name in by["who"].split(", ")]
    more = say("and {n} more", n=len(names) - NAMED)
    named = names if len(names) <= NAMED + 1 else [*names[:NAMED], more]
    return "\n".join([*named, say("in {share} of draws", share=form(by["mean"], ".0%"))])


def _ninetieth(row: Mapping[str, Any]) -> str:
    return amount(row["p90"]) if row["n"] else "-"


def _range(row: Mapping[str, Any]) -> str:
    if row["n"] < 2:
        return _mean(row, _rate)
    low, high = row["p05"], row["p95"]
    scale = max(abs(low), abs(high))
    return f"{_rate(row['mean'], scale)}\n{span_of(_rate(low, scale), _rate(high, scale))}"


def precision_tables(done: Done) -> list[Ruled]:
    """How exactly each mean is known, where that was asked for."""
    found = done.precision.get("reached", [])
    if not found:
        return []
    several = len(done.experiment.groups) > 1
    reference = done.experiment.reference
    alone = [row["policy"] for row in found] == [reference]
    what = say("net jobs") if alone else say("net jobs more\nthan {reference}", reference=typed(reference))
    columns = (say("policy"), what, say("known to"), say("allowed"), say("reached"))
    table = ruled(say("How exactly means are known"), *columns)
    for row in found:
        name = of_place(row["group"], typed(row["policy"])) if several else typed(row["policy"])
        mean, half = row["difference"], row["half_width"]
        table.add_row(
            name, "-" if mean is None else measured(mean, "jobs"),
            "-" if half is None else f"± {measured(half, 'jobs')}", f"± {measured(row['allowed'], 'jobs')}",
            say("yes") if row["met"] else say("no"),
        )  # fmt: skip
    table.caption = lambda _: say(KNOWN)
    return [table]
