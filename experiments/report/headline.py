"""The answer in a sentence, and how sure it is."""

import math
from dataclasses import dataclass

import pandas as pd

from experiments import precision
from experiments.parameters import DEFAULT
from experiments.report.blocks import Block, Items, Section, Tiles, Words
from experiments.report.founded import founded, graded, typeset
from experiments.report.reading import Group, Run, Spread, exists, spread
from experiments.report.words import (
    OFTEN,
    between,
    capital,
    chance,
    listed,
    number,
    plain,
    signed,
    span,
    without_net_job,
    worlds,
)
from experiments.spread import UNTOLD
from experiments.spread import said as origins_said
from experiments.summary import SURE_WORLDS

SHARE = ("from_parameters", "from_parameters_p05", "from_parameters_p95")
ROUGH = 20  # worlds; below, an interval is rough


@dataclass(frozen=True)
class Lead:
    """How a policy stands against another in the worlds that both have. ``ahead``, ``behind``: worlds."""

    gap: Spread
    ahead: int
    behind: int
    n: int

    @property
    def verdict(self) -> str:
        """ "better", "worse", "the same" or "not settled"."""
        if not self.n:
            return "not known"
        if not self.ahead and not self.behind:
            return "the same"
        if self.n >= SURE_WORLDS and self.gap.p05 > 0:
            return "better"
        if self.n >= SURE_WORLDS and self.gap.p95 < 0:
            return "worse"
        return "not settled"


def lead(run: Run, group: Group, policy: str, against: str, outcome: str = "jobs_net") -> Lead:
    """A policy against another, world by world."""
    gap = run.difference(group.name, policy, against, outcome)
    return Lead(spread(gap), int((gap > 0).sum()), int((gap < 0).sum()), len(gap))


def ranking(run: Run, group: Group) -> list[str]:
    """Policies that some world has, most net jobs on average first."""
    found = {p: run.spread(group.name, p, "jobs_net") for p in run.policies if p in group.policies}
    known = [policy for policy, s in found.items() if s.known]
    return sorted(known, key=lambda policy: -found[policy].mean)


def best_in(run: Run, group: Group) -> dict[str, int]:
    """In how many worlds each policy has the most net jobs, of the worlds that every policy has; ties count
    for each."""
    columns = {p: run.values(group.name, p, "jobs_net") for p in group.policies}
    net = pd.DataFrame(columns).dropna()
    top = net.eq(net.max(axis=1), axis=0).sum()
    return {policy: int(top[policy]) for policy in columns} | {"": len(net)}


def years(group: Group) -> str:
    """The horizon in words."""
    months = group.spec["horizon_months"]
    return f"{months // 12} years" if months % 12 == 0 and months > 12 else f"{months} months"


def schemes(group: Group) -> int:
    """How many local schemes the case opens."""
    return sum(len(scheme["opens"]) for scheme in group.spec["schemes"])


def place(run: Run, group: Group) -> str:
    """Name of a group, where there are several."""
    return group.title if len(run.groups) > 1 else ""


def first_section(run: Run) -> Section:
    """The first section of the page."""
    blocks: list[Block] = [*_missing(run)]
    if run.worlds.empty:
        blocks.append(Words("No world ended well, so there is no answer.", strong=True))
    elif run.command == "run":
        blocks += _of_run(run, run.groups[0])
    else:
        blocks += _of_comparison(run)
    if not run.worlds.empty:
        blocks += [Words(_how_sure(run)), *_origins(run), *founded(run)]
    return Section("answer", "Answer", "The answer", blocks)


def _missing(run: Run) -> list[Block]:
    bad = {status: n for status, n in run.statuses.items() if status != "ok"}
    if not bad:
        return []
    names = {"failed": "failed", "timeout": "took too long", "killed": "were killed"}
    said = listed(f"{n:,} {names.get(status, status)}" for status, n in bad.items())
    total = sum(run.statuses.values())
    text = (
        f"Of {worlds(total)}, {said}; they are left out of everything below, with the worlds that they "
        "would be compared with. If what makes a world fail also changes its jobs, the answer is biased. "
        "The same command tries them again."
    )
    return [Words(text, warning=True)]


def net_sentence(run: Run, group: Group, policy: str) -> str:
    """ "About 580 net jobs of 4,400 reported: between 430 and 800, 9 times out of 10. ..." """
    net, reported = (run.spread(group.name, policy, name) for name in ("jobs_net", "jobs_reported"))
    if not net.known:
        return "No world ended well."
    text = f"about {number(net.mean)} net jobs after {years(group)}"
    text += f", of {number(reported.mean)} reported" if reported.known else ""
    if not net.interval:
        return f"{text}. This is one world only: no interval can be given."
    return f"{text}: {between(net)}."


def _of_run(run: Run, group: Group) -> list[Block]:
    policy = run.reference
    mean = {name: run.spread(group.name, policy, name).mean
            for name in ("jobs_realised", "jobs_deadweight", "jobs_displaced", "jobs_spillover")}  # fmt: skip
    net = run.values(group.name, policy, "jobs_net")
    none = without_net_job(int((net <= 0).sum()), len(net)) if len(net) > 1 else ""
    blocks: list[Block] = [
        Words(f"{capital(net_sentence(run, group, policy))} {none}", strong=True),
    ]
    if text := _elsewhere(run, group, policy):
        blocks.append(Words(text.strip()))
    if mean["jobs_realised"] > 0:
        share = mean["jobs_deadweight"] / mean["jobs_realised"]
        blocks.append(
            Words(
                f"The firms helped create {number(mean['jobs_realised'])} jobs in the three years after "
                f"they are accepted, or while they are members; {number(mean['jobs_deadweight'])} of them "
                f"({number(share, 'share')}) would have come anyway. Competitors lose "
                f"{number(mean['jobs_displaced'])}, local services gain {number(mean['jobs_spillover'])}."
            )
        )
    if text := _churn(run, group, policy):
        blocks.append(Words(text))
    blocks.append(_tiles(run, group, policy))
    return blocks


def _churn(run: Run, group: Group, policy: str) -> str:
    """How much of what is declared the same survey would count without the scheme; nothing where schemes do
    not declare gains of headcount."""
    declared, without = (
        run.spread(group.name, policy, name).mean for name in ("jobs_reported", "jobs_churn")
    )
    if not group.spec.get("counts_heads") or not declared > 0:
        return ""
    return (
        f"The scheme declares {number(declared)} jobs: gains of headcount, three years on, of the firms that "
        "took part; those that shrink are left out. The same survey of the same firms would count "
        f"{number(without)} ({number(without / declared, 'share')}) in the world without the scheme: "
        "ordinary churn, with the projects that come anyway."
    )


def _tiles(run: Run, group: Group, policy: str) -> Tiles:
    def tile(outcome: str, unit: str, words: str, centre: str = "mean") -> tuple[str, str, str]:
        s = run.spread(group.name, policy, outcome)
        range_ = span(s, unit) if s.interval else "one world"
        return (
            number(getattr(s, centre), unit),
            words,
            f"{range_} · {typeset(graded(run, group, outcome).cell)}",
        )

    alive = f"local schemes alive at the end, of {schemes(group)} opened"
    return Tiles((
        tile("jobs_reported", "jobs", "jobs that the scheme reports"),
        tile("jobs_net", "jobs", "net jobs: more than without it"),
        tile("cost_per_net_job", "euros", "euros of public money and tax a net job", "p50"),
        tile("schemes_alive", "local schemes", alive),
    ))  # fmt: skip


def _of_comparison(run: Run) -> list[Block]:
    winners: dict[str, list[Group]] = {}
    for group in run.groups:
        if order := ranking(run, group):
            winners.setdefault(order[0], []).append(group)
    if not winners:
        return [Words("No answer: some policy has no world that ended well.", strong=True)]
    blocks: list[Block] = [] if run.only_shares else [Words(_overall(run, winners), strong=True)]
    items = [_in_group(run, group) for group in run.groups]
    terms = [place(run, group) for group in run.groups] if len(run.groups) > 1 else ()
    blocks.append(Items(items, terms))
    open_ = _not_settled(run)
    title = f"What is not settled (ahead of {plain(run.reference)} in some worlds, behind in others)"
    if open_:
        blocks.append(Items(open_, title=title))
    return blocks


def _overall(run: Run, winners: dict[str, list[Group]]) -> str:
    many = len(run.groups) > 1
    if len(winners) == 1:
        policy = next(iter(winners))
        where = f" in all {len(run.groups)} cases" if many else ""
        text = f"Most net jobs{where}: {plain(policy)}"
    else:
        parts = [f"{plain(p)} ({listed(g.title for g in groups)})" for p, groups in winners.items()]
        text = f"No policy is the best everywhere. Most net jobs: {'; '.join(parts)}"
    sure = [lead(run, g, p, run.reference).verdict == "better"
            for p, groups in winners.items() if p != run.reference for g in groups]  # fmt: skip
    if not sure:
        return f"{text}, which nothing tried here beats on average."
    if all(sure):
        return f"{text}. The lead over {plain(run.reference)} is settled{' in each of them' if many else ''}."
    if any(sure):
        return f"{text}. The lead over {plain(run.reference)} is settled in some cases only."
    return f"{text}. But the lead over {plain(run.reference)} is not settled."


def _in_group(run: Run, group: Group) -> str:
    order = ranking(run, group)
    if not order:
        return "no world ended well."
    winner, counts = order[0], best_in(run, group)
    text = f"{plain(winner)} gives {net_sentence(run, group, winner)}"
    net = run.values(group.name, winner, "jobs_net")
    if (none := int((net <= 0).sum())) and len(net) > 1:
        text += f" {without_net_job(none, len(net))}"
    if winner != run.reference:
        ahead = lead(run, group, winner, run.reference)
        range_ = f" ({between(ahead.gap)})" if ahead.gap.interval else ""
        text += f" That is {signed(ahead.gap.mean)} against {plain(run.reference)}{range_}."
    if counts[""] > 1 and len(order) > 1:
        text += f" It is the best of all in {chance(counts[winner], counts[''])}."
    return capital(f"{text}{_elsewhere(run, group, winner)} {_alive(run, group)}")


def _elsewhere(run: Run, group: Group, policy: str) -> str:
    """What net jobs are with those that suppliers outside the territory miss; nothing without contracts."""
    both = run.spread(group.name, policy, "jobs_net_world")
    if not exists(run, "jobs_outside") or not both.known:
        return ""
    range_ = f" ({between(both)})" if both.interval else ""
    return (
        " Suppliers outside the territory miss jobs that their clients now give to members: with these, "
        f"the net number is {number(both.mean)}{range_}."
    )


def _alive(run: Run, group: Group) -> str:
    found = {p: run.spread(group.name, p, "schemes_alive").mean for p in ranking(run, group)}
    found = {p: mean for p, mean in found.items() if math.isfinite(mean)}
    if not found:
        return ""
    low, high = min(found, key=lambda p: found[p]), max(found, key=lambda p: found[p])
    total = schemes(group)
    text = f"Local schemes alive after {years(group)}, of {total}: "
    if len(found) == 1:
        return f"{text}{number(found[low])}."
    if number(found[low]) == number(found[high]):
        return f"{text}{number(found[low])} whatever the policy."
    return f"{text}from {number(found[low])} with {plain(low)} to {number(found[high])} with {plain(high)}."


def _not_settled(run: Run) -> list[str]:
    found = []
    for group in run.groups:
        names = []
        for policy in ranking(run, group):
            if policy != run.reference:
                against = lead(run, group, policy, run.reference)
                if against.verdict == "not settled":
                    names.append(f"{plain(policy)} (ahead in {against.ahead} of {against.n})")
        if names:
            where = f"{place(run, group)}: " if place(run, group) else ""
            found.append(f"{where}{listed(names)}")
    return found


def _origins(run: Run) -> list[Block]:
    """Where the spread of what is answered comes from, and how exactly its mean is known."""
    said = [_origin(run, group) for group in run.groups if ranking(run, group)]
    terms = [place(run, group) for group in run.groups if ranking(run, group)]
    known = [(text, term) for text, term in zip(said, terms) if text]
    blocks: list[Block] = []
    if len(known) == 1:
        blocks.append(Words(known[0][0]))
    elif known:
        blocks.append(Items([text for text, _ in known], [term for _, term in known]))
    elif run.parameters != DEFAULT and len(run.worlds) > 1:
        blocks.append(Words(UNTOLD))
    exact = precision.sentence(run.manifest.get("precision", {}))
    return [*blocks, Words(f"{exact} Section “How” has each.")] if exact else blocks


def _origin(run: Run, group: Group) -> str:
    winner = ranking(run, group)[0]
    against = run.reference if winner != run.reference else ""
    end = str(group.spec["horizon_months"])
    for row in run.headline:
        of = (row["group"], row["policy"], row["against"], row["month"])
        if of == (group.name, winner, against, end) and row.get("sd_chance"):
            share, low, high = (float(row[name] or math.nan) for name in SHARE)
            what = f"net jobs with {plain(winner)}" + (
                f" less those with {plain(against)}" if against else ""
            )
            return f"Of the spread of {what}, {origins_said(share, low, high)}."
    return ""


def _how_sure(run: Run) -> str:
    n = int(run.worlds.groupby(["group", "policy"]).size().max())
    if run.parameters == "default":
        kind = (
            "Every behavioural number was kept at its default, so intervals show luck alone; what is not "
            "known about behaviour makes the truth less sure than they say."
        )
    elif run.parameters == "posterior":
        kind = (
            "Behavioural numbers differ from draw to draw, as far as published figures leave them open, so "
            "intervals show luck and ignorance together."
        )
    else:
        kind = "Behavioural numbers differ from draw to draw, so intervals show luck and ignorance together."
    each = f"Each policy was run in {worlds(n)}"
    if n == 1:
        return f"{each}: one possible history, without an interval. {kind}"
    rough = f" So few worlds make rough intervals; {ROUGH} or more are better." if n < ROUGH else ""
    return f"{each}; “{OFTEN}” means in 90 % of them.{rough} {kind}"
