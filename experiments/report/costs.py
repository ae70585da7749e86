"""What it costs, and whom; what a net job costs."""

from collections.abc import Mapping, Sequence

import numpy as np

from experiments.lang import later, say
from experiments.lang.phrases import listed
from experiments.report.blocks import Block, Figure, Figures, Section, Table, Words
from experiments.report.figures import Row, dots
from experiments.report.jobs import Styles, alt_of, dot_table
from experiments.report.reading import Group, Run, Spread, occurs, spread
from experiments.report.standing import averaged, place, ranking
from experiments.report.support import arm_rows, arms, arms_figure, least_and_most, over_years
from experiments.report.words import (
    NO_NET_JOB,
    between,
    capital,
    cell,
    chance,
    number,
    plain,
    span,
    without_net_job,
)
from sim.outcome import no_net_job

PRIVATE = "private_cost"
CASH = (
    ("public_cost", later("Public money spent"), later("euros since the start")),
    ("fund", later("Money in the advance funds"), later("euros in the funds")),
)
MONEY = (
    ("public_cost", later("Public and partners' money: coordination, experts, aid, advances lost")),
    (PRIVATE, later("Paid by firms: their part of the experts bought for them")),
    ("in_kind_cost", later("In kind: volunteers' days at their value")),
    ("tax_expenditure", later("Tax given back: to the volunteers' employers")),
    ("advances_paid", later("Advances paid: repayable")),
    ("advances_lost", later("Advances lost: in the first line, too")),
)


def costs(run: Run, styles: Styles) -> Section:
    """What it costs, and whom."""
    blocks: list[Block] = [
        Words(
            say(
                "Public money and tax given back are spent whether or not a job is net. Advances are "
                "lent: only what is lost is a cost. Days are given by the firms, at the value set for an "
                "expert's day."
            )
        ),
        Words(_euros(run)),
    ]
    if run.command == "run":
        blocks += [_net_job_words(run, run.groups[0], run.reference), Figures([_money(run, styles)])]
    else:
        blocks.append(Figures([_cost_figure(run, group, styles) for group in run.groups]))
    blocks += [_money_table(run, group) for group in run.groups]
    frame = run.yearly
    paths = [path for path in CASH if frame["value"][frame["outcome"] == path[0]].any()]
    blocks += over_years(run, styles, paths) if paths else []
    blocks.append(
        Words(
            say(
                "Cost per net job is public money plus tax given back, over the net jobs there are at "
                "the end. Where net jobs come near none it has no end; a mean of it means nothing, so "
                "the median and the range are given. A net job-year counts how long jobs last, too."
            )
        )
    )
    return Section("costs", say("Costs"), say("Costs"), blocks)


def _euros(run: Run) -> str:
    """Of which year euros are, as far as cases give it."""
    years = {group.spec["constants"]["price_year"] for group in run.groups}
    said = []
    if given := sorted(years - {0}):
        said.append(
            say(
                "Euros are those of {price_years}, neither inflated nor discounted.",
                price_years=listed(map(str, given)),
            )
        )
        if 0 in years:
            said.append(
                say("Where a case gives no price year, they are those of its files and of its schemes'.")
            )
    else:
        said.append(
            say(
                "No price year is given: euros are those of the files of the case and of its schemes, "
                "neither inflated nor discounted."
            )
        )
    return " ".join([*said, say("Turnover is in euros of 2015, whatever the case.")])


def _net_job_words(run: Run, group: Group, policy: str) -> Words:
    s = run.spread(group.name, policy, "cost_per_net_job")
    none = int(no_net_job(run.values(group.name, policy, "jobs_net")).sum())
    if not s.known:
        return Words(say("The cost of a net job is not known."))
    text = say(
        "A net job costs about {euros} euros of public money and tax ({between}).",
        euros=number(s.p50, "euros"),
        between=between(s, "euros"),
    )
    if none and s.p50 == float("inf"):
        text = say("In half of the worlds or more there is no net job to divide the cost by.")
    return Words(f"{text} {without_net_job(none, s.n)}", strong=True)


def _cost_figure(run: Run, group: Group, styles: Styles) -> Figure:
    rows = arm_rows(run, group, "cost_per_net_job", styles, "p50", "euros")
    axis = say("euros of public money and tax a net job (dot: median)")
    return arms_figure(run, group, "cost", _cost(rows), rows, axis, axis)


def _cost(rows: Sequence[Row]) -> str:
    """ "A net job costs from 16,000 (capped) to 20,000 (published) euros"."""
    if not (ends := least_and_most(rows)):
        return say("A net job costs an unknown number of euros")
    if ends["least"] == say(NO_NET_JOB):
        return say("In half of the worlds or more there is no net job")
    if ends["most"] == say(NO_NET_JOB):
        return say(
            "A net job costs {least} euros with {low}; with {high}, half of the worlds or more have none",
            **ends,
        )
    if ends["least"] == ends["most"]:
        return say("A net job costs about {euros} euros", euros=ends["least"])
    return say("A net job costs from {least} ({low}) to {most} ({high}) euros", **ends)


def _money(run: Run, styles: Styles) -> Figure:
    group, style = run.groups[0], styles[run.reference]
    rows, means = [], {}
    for name, label in _purses(run, group):
        s = run.spread(group.name, run.reference, name)
        means[name] = s.mean
        rows.append(Row(say(label).split(":")[0].strip(), s, s.mean, cell(s), style))
    title = _purse_message(means)
    svg = dots("money", alt_of(title, rows), rows, say("euros, over the whole period"))
    return Figure(title, svg, dot_table(rows, say("Euros over the whole period")))


def _purses(run: Run, group: Group) -> list[tuple[str, str]]:
    """Who pays, and what; firms only where they do with some policy."""
    paid = any(occurs(run.values(group.name, policy, PRIVATE)) for policy in ranking(run, group))
    return [(name, label) for name, label in MONEY if name != PRIVATE or paid]


def _purse_message(means: Mapping[str, float]) -> str:
    """Public money beside what firms pay or beside the days that they give, whichever is more; in the label's
    words: it holds coordination and experts, but aid to research too."""
    public, given, private = (means.get(name, 0.0) for name in ("public_cost", "in_kind_cost", PRIVATE))
    if private > given:
        return say(
            "Public and partners' money: {public} euros; firms pay {private} beside it",
            public=number(public), private=number(private),
        )  # fmt: skip
    if not given > 0:
        return say("Public and partners' money: {public} euros", public=number(public))
    high, low = (number(each) for each in (max(public, given), min(public, given)))
    if public >= given:
        return say(
            "Public and partners' money weighs more than volunteers' days: {high} euros against {low}",
            high=high, low=low,
        )  # fmt: skip
    return say(
        "Volunteers' days weigh more than public and partners' money: {high} euros against {low}",
        high=high, low=low,
    )  # fmt: skip


def _money_table(run: Run, group: Group) -> Table:
    purses = _purses(run, group)
    columns = [
        say("policy"),
        *(say(label) for _, label in purses),
        say("cost of a net job"),
        say("no net job in"),
        say("cost of a net job-year"),
    ]
    rows = []
    for policy in ranking(run, group):
        net = run.values(group.name, policy, "jobs_net")
        rows.append([
            plain(policy),
            *(cell(run.spread(group.name, policy, name), "euros") for name, _ in purses),
            span(run.spread(group.name, policy, "cost_per_net_job"), "euros"),
            capital(chance(int(no_net_job(net).sum()), len(net))),
            span(_per_job_year(run, group, policy), "euros"),
        ])  # fmt: skip
    caption = averaged(run, say("{what}, in euros", what=place(run, group) or say("Costs")))
    return arms(caption, [capital(column) for column in columns], rows, folded=run.command != "run")


def _per_job_year(run: Run, group: Group, policy: str) -> Spread:
    spent = sum(run.values(group.name, policy, name) for name in ("public_cost", "tax_expenditure"))
    stays = run.values(group.name, policy, "job_years")
    return spread(np.where(no_net_job(stays), np.inf, spent / stays))
