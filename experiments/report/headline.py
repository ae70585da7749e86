"""The answer in a sentence, and how sure it is."""

import math
from collections.abc import Sequence

from experiments.answers import beyond, idle_said, nobody_helped
from experiments.lang import form, plural, say, told
from experiments.lang.phrases import listed, named, parts, quoted, span_of
from experiments.nothing import JOBS
from experiments.report.blocks import Block, Items, Section, Words
from experiments.report.founded import founded
from experiments.report.reading import Group, Run, occurs
from experiments.report.standing import (
    best_in,
    idle,
    lacking,
    lead,
    nothing_differs,
    openings,
    place,
    ranking,
    tied,
    total,
    years,
)
from experiments.report.sureness import how_sure, not_settled, origins
from experiments.report.tiles import tiles
from experiments.report.words import (
    PLACES,
    between,
    capital,
    chance,
    extremes,
    middle_of,
    middle_with_unit,
    number,
    plain,
    rounded,
    without_net_job,
    worlds,
)
from sim.outcome import no_net_job


def first_section(run: Run) -> Section:
    """The first section of the page."""
    blocks: list[Block] = [*_beyond(run), *_to_come(run), *_missing(run)]
    if run.worlds.empty:
        text = (
            say("No answer: no draw ended well in every arm")
            if run.statuses.get("ok")
            else say("No world ended well, so there is no answer.")
        )
        blocks.append(Words(text, strong=True))
    elif run.command == "run":
        blocks += _of_run(run, run.groups[0])
    else:
        blocks += _of_comparison(run)
    if not run.worlds.empty:
        blocks += [Words(how_sure(run)), *origins(run), *founded(run)]
    return Section("answer", say("Answer"), say("The answer"), blocks)


def _beyond(run: Run) -> list[Block]:
    said = beyond(run.beyond, run.manifest["draws"], run.manifest["replicates"])
    return [Words(said, warning=True)] if run.beyond else []


def _to_come(run: Run) -> list[Block]:
    """That worlds which were asked for are not there."""
    wanted = (
        run.manifest["draws"] * run.manifest["replicates"] * sum(len(group.changes) for group in run.groups)
    )
    left = wanted - sum(run.statuses.values())
    if left <= 0:
        return []
    text = plural(
        "{left} of {wanted} has not been run: everything below is of the worlds that are there. The same "
        "command goes on.",
        "{left} of {wanted} have not been run: everything below is of the worlds that are there. The same "
        "command goes on.",
        left, left=form(left), wanted=worlds(wanted),
    )  # fmt: skip
    return [Words(text, warning=True)]


def _missing(run: Run) -> list[Block]:
    bad = {status: n for status, n in run.statuses.items() if status != "ok"}
    if not bad:
        return []
    names = {
        "failed": lambda n: plural("{n} failed", "{n} failed", n, n=form(n)),
        "timeout": lambda n: plural("{n} took too long", "{n} took too long", n, n=form(n)),
        "killed": lambda n: plural("{n} were killed", "{n} were killed", n, n=form(n)),
    }
    said = listed(names[status](n) if status in names else f"{form(n)} {status}" for status, n in bad.items())
    total = sum(run.statuses.values())
    text = say(
        "Of {total}, {said}; they are left out of everything below, with the worlds that they "
        "would be compared with. If what makes a world fail also changes its jobs, the answer is "
        "biased. The same command tries them again.",
        total=worlds(total),
        said=said,
    )
    return [Words(text, warning=True)]


def net_sentence(run: Run, group: Group, policy: str) -> str:
    """ "About 580 net jobs of 4,400 reported: between 430 and 800, 9 times out of 10. ..." """
    net, reported = (run.spread(group.name, policy, name) for name in ("jobs_net", "jobs_reported"))
    if not net.known:
        return say("No world ended well.")
    n, jobs = rounded(net.mean), middle_of(net)
    if reported.known:
        text = plural(
            "about {jobs} net job after {years}, of {reported} reported",
            "about {jobs} net jobs after {years}, of {reported} reported",
            n, jobs=jobs, years=years(group), reported=middle_of(reported),
        )  # fmt: skip
    else:
        text = plural(
            "about {jobs} net job after {years}", "about {jobs} net jobs after {years}",
            n, jobs=jobs, years=years(group),
        )  # fmt: skip
    if not net.interval:
        return say("{text}. This is one world only: no interval can be given.", text=text)
    return say("{text}: {between}.", text=text, between=between(net))


def _of_run(run: Run, group: Group) -> list[Block]:
    policy = run.reference
    names = ("jobs_realised", "jobs_deadweight", "jobs_displaced", "jobs_spillover")
    spreads = {name: run.spread(group.name, policy, name) for name in names}
    net = run.values(group.name, policy, "jobs_net")
    none = without_net_job(int(no_net_job(net).sum()), len(net)) if len(net) > 1 else ""
    blocks: list[Block] = [
        Words(f"{capital(net_sentence(run, group, policy))} {none}", strong=True),
    ]
    if text := _elsewhere(run, group, policy):
        blocks.append(Words(text))
    if text := nobody_helped(lambda outcome: run.values(group.name, policy, outcome)):
        blocks.append(Words(text))
    if spreads["jobs_realised"].mean > 0:
        share = spreads["jobs_deadweight"].mean / spreads["jobs_realised"].mean
        blocks.append(
            Words(
                say(
                    "Accepted firms create {jobs_realised} in the three years after they are "
                    "accepted, or while they are members; {jobs_deadweight} of them ({share}) would have "
                    "come anyway. Competitors lose {jobs_displaced}, local services gain {jobs_spillover}.",
                    jobs_realised=middle_with_unit(spreads["jobs_realised"], "jobs"),
                    jobs_deadweight=middle_of(spreads["jobs_deadweight"]),
                    share=number(share, "share"),
                    jobs_displaced=middle_of(spreads["jobs_displaced"]),
                    jobs_spillover=middle_of(spreads["jobs_spillover"]),
                )
            )
        )
    if text := _churn(run, group, policy):
        blocks.append(Words(text))
    blocks.append(tiles(run, group, policy))
    return blocks


def _churn(run: Run, group: Group, policy: str) -> str:
    """How much of what is declared the same survey would count without the scheme; nothing where schemes do
    not declare gains of headcount."""
    declared, without = (run.spread(group.name, policy, name) for name in ("jobs_reported", "jobs_churn"))
    if not group.spec.get("counts_heads") or not declared.mean > 0:
        return ""
    return say(
        "The scheme declares {declared}: gains of headcount, three years on, of the firms "
        "that took part; those that shrink are left out. The same survey of the same firms would "
        "count {without} ({share}) in the world without the scheme: ordinary churn, with the "
        "projects that come anyway.",
        declared=middle_with_unit(declared, "jobs"),
        without=middle_of(without),
        share=number(without.mean / declared.mean, "share"),
    )


def _of_comparison(run: Run) -> list[Block]:
    winners: dict[str, list[Group]] = {}
    for group in run.groups:
        if (order := ranking(run, group)) and not lacking(run, group):
            winners.setdefault(order[0], []).append(group)
    if not winners:
        first = say("No answer: some policy has no world that ended well.")
    else:
        first = _first(run, winners)
    blocks: list[Block] = [] if run.only_shares and winners else [Words(first, strong=True)]
    items = [_in_group(run, group) for group in run.groups]
    terms = [place(run, group) for group in run.groups] if len(run.groups) > 1 else ()
    blocks.append(Items(items, terms))
    return [*blocks, *not_settled(run)]


def _first(run: Run, winners: dict[str, list[Group]]) -> str:
    """The sentence that answers a comparison."""
    if _none_gains(run):
        return say("No policy brings a net job.")
    if nothing_differs(run):
        return say("No policy changes the net jobs.")
    return _overall(run, winners)


def _none_gains(run: Run) -> bool:
    """Whether the net jobs of every policy read as 0."""
    means = (run.spread(g.name, p, "jobs_net").mean for g in run.groups for p in ranking(run, g))
    return all(abs(mean) < JOBS for mean in means)


def _overall(run: Run, winners: dict[str, list[Group]]) -> str:
    many = len(run.groups) > 1
    if len(winners) == 1:
        policy = _with_tied(run, *next(iter(winners.items())))
        text = say("Most net jobs: {policy}", policy=policy)
        if many:
            text = say("Most net jobs in all {cases} cases: {policy}", cases=len(run.groups), policy=policy)
        if len(run.groups) == 2:
            text = say("Most net jobs in both cases: {policy}", policy=policy)
    else:
        best = [
            f"{_with_tied(run, p, groups)} ({listed(told(g.title) for g in groups)})"
            for p, groups in winners.items()
        ]
        text = say("No policy is the best everywhere. Most net jobs: {policies}", policies=parts(best))
    sure = [lead(run, g, p, run.reference).verdict == "better"
            for p, groups in winners.items() if p != run.reference for g in groups]  # fmt: skip
    if not sure:
        return say("{text}, which nothing tried here beats on average.", text=text)
    if all(sure) and many:
        return say(
            "{text}. The lead over {reference} is settled in each of them.",
            text=text,
            reference=plain(run.reference),
        )
    if all(sure):
        return say("{text}. The lead over {reference} is settled.", text=text, reference=plain(run.reference))
    if any(sure):
        return say(
            "{text}. The lead over {reference} is settled in some cases only.",
            text=text,
            reference=plain(run.reference),
        )
    return say(
        "{text}. But the lead over {reference} is not settled.", text=text, reference=plain(run.reference)
    )


def _with_tied(run: Run, policy: str, groups: Sequence[Group]) -> str:
    """A policy, with those that have as many net jobs in every world of these cases."""
    level = [set(tied(run, group, policy)) for group in groups]
    others = [other for other in run.policies if all(other in each for each in level)]
    return listed(quoted(map(plain, (policy, *others)))) if others else plain(policy)


def _in_group(run: Run, group: Group) -> str:
    order = ranking(run, group)
    if not order:
        return say("no answer: no draw ended well with every policy.")
    if gone := lacking(run, group):
        return say("no answer: no world of {policies} ended well.", policies=listed(map(plain, gone)))
    winner = order[0]
    said = [say("with {policy}, {net_jobs}", policy=plain(winner), net_jobs=net_sentence(run, group, winner))]
    net = run.values(group.name, winner, "jobs_net")
    if (none := int(no_net_job(net).sum())) and len(net) > 1:
        said.append(without_net_job(none, len(net)))
    if winner != run.reference:
        ahead = lead(run, group, winner, run.reference)
        said.append(
            say(
                "That is {gap} against {reference}{interval}.",
                gap=middle_of(ahead.gap, sign=True),
                reference=plain(run.reference),
                interval=f" ({between(ahead.gap)})" if ahead.gap.interval else "",
            )
        )
    often = best_in(run, group, winner)
    if often.n > 1 and len(order) > 1:
        of = chance(often.worlds, often.n)
        said.append(
            say("It is the best of all, or level with the best, in {worlds}.", worlds=of)
            if often.tied
            else say("It is the best of all in {worlds}.", worlds=of)
        )
    said += [_elsewhere(run, group, winner), _alive(run, group), _idle(run, group)]
    text = " ".join(filter(None, said))
    return text if place(run, group) else capital(text)  # behind the name of its case it is no beginning


def _idle(run: Run, group: Group) -> str:
    return idle_said([*map(plain, idle(run, group))], plain(run.reference))


def _elsewhere(run: Run, group: Group, policy: str) -> str:
    """What net jobs are with those that suppliers outside the territory miss; nothing where none does."""
    both = run.spread(group.name, policy, "jobs_net_world")
    if not occurs(run.values(group.name, policy, "jobs_outside")) or not both.known:
        return ""
    return say(
        "Suppliers outside the territory miss jobs that their clients now give to members: with "
        "these, the net number is {net}{interval}.",
        net=middle_of(both),
        interval=f" ({between(both)})" if both.interval else "",
    )


def _alive(run: Run, group: Group) -> str:
    found = {p: run.spread(group.name, p, "schemes_alive").mean for p in ranking(run, group)}
    found = {p: mean for p, mean in found.items() if math.isfinite(mean)}
    if not found:
        return ""
    low, high = extremes(found, PLACES)
    least, most = (number(found[some[0]], PLACES) for some in (low, high))
    worst, best = (listed(named(quoted(map(plain, some)))) for some in (low, high))
    opened = total(run, group)
    if opened is None and low == high:
        return say(
            "Local schemes alive after {years} (with enough partners, whether or not they help), of {total}: "
            "{alive} whatever the policy.",
            years=years(group), total=_may_open(group, low), alive=least,
        )  # fmt: skip
    if opened is None:
        return say(
            "Local schemes alive after {years} (with enough partners, whether or not they help): from "
            "{least} with {worst}, of {few}, to {most} with {best}, of {many}.",
            years=years(group), least=least, worst=worst, few=_may_open(group, low),
            most=most, best=best, many=_counts(group, high)[0],
        )  # fmt: skip
    if len(found) == 1:
        return say(
            "Local schemes alive after {years} (with enough partners, whether or not they help), of {total}: "
            "{alive}.",
            years=years(group), total=opened, alive=least,
        )  # fmt: skip
    if least == most:
        return say(
            "Local schemes alive after {years} (with enough partners, whether or not they help), of {total}: "
            "{alive} whatever the policy.",
            years=years(group), total=opened, alive=least,
        )  # fmt: skip
    return say(
        "Local schemes alive after {years} (with enough partners, whether or not they help), of {total}: "
        "from {least} with {worst} to {most} with {best}.",
        years=years(group), total=opened, least=least, worst=worst, most=most, best=best,
    )  # fmt: skip


def _may_open(group: Group, policies: Sequence[str]) -> str:
    """How many local schemes may open with these policies, in words."""
    text, most = _counts(group, policies)
    return plural("{number} that may open", "{number} that may open", most, number=text)


def _counts(group: Group, policies: Sequence[str]) -> tuple[str, int]:
    """The same as a number, or as a range where the policies differ in it; and the most of them."""
    found = [openings(group, policy) for policy in policies]
    few, many = form(min(found)), form(max(found))
    return few if few == many else span_of(few, many), max(found)
