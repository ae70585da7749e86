"""What came of closures that a case foretells: jobs lost, their fall, how long it lasts, what is regained."""

from experiments.lang import later, say
from experiments.nothing import JOBS
from experiments.report.blocks import Block, Section, Table, Words
from experiments.report.reading import NONE, Group, Run, Spread, spread
from experiments.report.standing import averaged, place, ranking
from experiments.report.words import between, capital, cell, middle_of, middle_with_unit, plain


def after_closures(run: Run) -> Section | None:
    """The section; None where no case foretells a closure."""
    struck = [group for group in run.groups if _months(group) and ranking(run, group)]
    if not struck:
        return None
    words = say(
        "Jobs are those of all small firms. Their fall, and the months in which they are below, are told "
        "against the month before the first closure that the case foretells, whatever lowers them: jobs may "
        "fall without it, too. Cuts are all those of large sites up to the end, foretold or not, with the "
        "jobs that subcontractors lose at once. Worlds differ more than policies do in one world: the "
        "columns “against no scheme” tell policies apart."
    )
    blocks: list[Block] = [Words(words)]
    for group in struck:
        blocks += [Words(_said(run, group)), _table(run, group)]
    return Section("closure", say("Closure"), say("After the closure"), blocks)


def _months(group: Group) -> list[int]:
    """Months of the closures that the case foretells before its end."""
    months = (closure["month"] for closure in group.spec.get("closures", ()))
    return [month for month in months if month < group.spec["horizon_months"]]


def _fall(run: Run, group: Group, policy: str) -> Spread:
    """The deepest fall of jobs, as a share."""
    return spread(run.values(group.name, policy, "trough") / 100.0)


def _against_none(run: Run, group: Group, policy: str, outcome: str) -> Spread:
    """An outcome of a policy less that without any scheme, world by world."""
    return spread(run.difference(group.name, policy, NONE, outcome))


def _said(run: Run, group: Group) -> str:
    """The figures in a sentence: without any scheme, and with the policy that has most net jobs (the first
    one where none has any)."""
    first, *others = ranking(run, group)
    fall, gap = _fall(run, group, NONE), _against_none(run, group, first, "trough")
    regained = run.spread(group.name, first, "jobs_regained")
    some = any(abs(run.spread(group.name, policy, "jobs_net").mean) >= JOBS for policy in (first, *others))
    named = later("“{policy}”, which has most net jobs,") if others and some else later("“{policy}”")
    return say(
        "Without any scheme jobs fall by {fall} at the deepest ({fall_between}); {policy} changes that by "
        "{gap} ({gap_between}), and its net jobs at the end are {regained} of the jobs lost to cuts "
        "({regained_between}).",
        fall=middle_of(fall, "share"),
        fall_between=between(fall, "share"),
        policy=say(named, policy=plain(first)),
        gap=middle_with_unit(gap, "points", sign=True),
        gap_between=between(gap),
        regained=middle_of(regained, "share"),
        regained_between=between(regained, "share"),
    )


def _table(run: Run, group: Group) -> Table:
    """Measures of the shock: without any scheme, then policy by policy."""
    rows = [[say("no scheme"), *_levels(run, group, NONE, "–", "–", "–")]]
    for policy in ranking(run, group):
        regained = cell(run.spread(group.name, policy, "jobs_regained"), "share")
        against = (_against_none(run, group, policy, outcome) for outcome in ("trough", "months_below"))
        gaps = (cell(gap, sign=True) for gap in against)
        rows.append([plain(policy), *_levels(run, group, policy, regained, *gaps)])
    columns = [
        say("policy"),
        say("jobs lost to cuts"),
        say("net jobs over the jobs lost"),
        say("deepest fall"),
        say("deepest fall against no scheme, points"),
        say("months below, of {months}", months=group.spec["horizon_months"] - min(_months(group))),
        say("months below against no scheme"),
    ]
    caption = averaged(run, place(run, group) or say("After the closure"))
    return Table(caption, [capital(column) for column in columns], rows)


def _levels(
    run: Run, group: Group, policy: str, regained: str, less_deep: str, less_long: str
) -> list[str]:  # fmt: skip
    """The cells of an arm; what is told against another arm is given."""
    cut, below = (run.spread(group.name, policy, outcome) for outcome in ("jobs_cut", "months_below"))
    return [cell(cut), regained, cell(_fall(run, group, policy), "share"), less_deep, cell(below), less_long]
