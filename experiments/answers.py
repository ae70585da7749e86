"""What the worlds say, in sentences: the first thing that a reader sees."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments import evidence
from experiments.decision import best_of, leader, shared_first
from experiments.lang import form, plural, say
from experiments.lang.phrases import of_place, span_of
from experiments.plan import Group
from experiments.report.reading import Spread, spread
from experiments.report.words import as_read, beside, chance, mean_as_read, typed
from experiments.rivals import PARAMETER, rule_of, said
from experiments.spread import UNTOLD, split, spread_of_what
from experiments.spread import said as spread_said
from experiments.summary import Results
from scenarios.studies import PUBLISHED
from sim.outcome import no_net_job

if TYPE_CHECKING:
    from experiments.command import Done

ACCEPTED_AND_HELPED = ("files_accepted", "firms_started", "joined_share")  # members are helped by joining
FEW = 10  # jobs; below, whole numbers would be too rough


def amount(value: float, unit: str = "", scale: float = 0.0, sign: str = "") -> str:
    """A number of jobs, files, euros: whole from 10 on, with thousands separated; below, or beside numbers of
    this scale that are, with the figures that a page gives it. ``sign``: "+" where it has one anyway."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return say("no end") if value > 0 else say("-no end")
    shown = as_read(value, unit, scale) if abs(value) < FEW else value
    return form(shown, f"{sign},.0f" if shown == round(shown) or abs(shown) >= FEW else f"{sign}.3g")


def average(s: Spread, sign: str = "") -> str:
    """The mean of worlds, as beside its interval."""
    return beside(s, s.mean, "", partial(amount, sign=sign))


def interval(s: Spread) -> str:
    """ "-12 to 95", from 5 to 95 % of the worlds; nothing for a single world."""
    return span_of(*(beside(s, end, "", amount) for end in (s.p05, s.p95))) if s.interval else ""


def of_none(net: np.ndarray) -> str:
    """In how many worlds there is no net job, in words: "none in 1 world in 5", as the page says it."""
    n, none = len(net), int(no_net_job(net).sum())
    if not none:
        return say("some in all {n} worlds", n=form(n))
    if none == n:
        return say("none in any of {n} worlds", n=form(n))
    return say("none in {worlds}", worlds=chance(none, n))


def sentence(results: Results, group: Group, policy: str) -> str:
    """ "38 net jobs of 410 reported (90 %: -12 to 95; none in 1 world in 5)", in the worlds that all policies
    have."""
    at, policies = group.policies.index(policy), group.policies
    net, reported = (
        results.together(group.name, policies, name)[at] for name in ("jobs_net", "jobs_reported")
    )
    if not len(net):
        return say("No answer: no world of {policy} ended well", policy=typed(policy))
    s = spread(net)
    said = plural(
        "{net} net job of {reported} reported", "{net} net jobs of {reported} reported",
        mean_as_read(s), net=average(s), reported=average(spread(reported)),
    )  # fmt: skip
    if len(net) == 1:
        return say("{said} (one draw only: no interval)", said=said)
    return say("{said} (90 %: {interval}; {of_none})", said=said, interval=interval(s), of_none=of_none(net))


def anyway(results: Results, group: str, policy: str) -> str:
    """What became of the jobs realised, in plain words; nothing where no world tells."""
    names = ("realised", "deadweight", "displaced", "spillover")
    realised, deadweight, displaced, spilled = (
        spread(results.values(group, policy, f"jobs_{name}")) for name in names
    )
    if not realised.known:
        return ""
    if not realised.mean > 0:
        return say("No job was created by accepted firms.")
    return plural(
        "Of {realised} job created by accepted firms, {deadweight} ({share}) would have come anyway; "
        "competitors lost {displaced}, local services gained {spilled}.",
        "Of {realised} jobs created by accepted firms, {deadweight} ({share}) would have come anyway; "
        "competitors lost {displaced}, local services gained {spilled}.",
        mean_as_read(realised), realised=average(realised), deadweight=average(deadweight),
        share=form(deadweight.mean / realised.mean, ".0%"), displaced=average(displaced),
        spilled=average(spilled),
    )  # fmt: skip


def nobody_helped(of: Callable[[str], Any]) -> str:
    """That files were accepted and nobody was helped in any world, if so. ``of``: an outcome by world."""
    accepted, started, joined = (np.asarray(of(name), float) for name in ACCEPTED_AND_HELPED)
    if not accepted.sum() > 0 or not np.all(started == 0) or np.any(joined > 0):
        return ""
    files = max(1, round(accepted.mean()))
    return plural(
        "{files} file was accepted, but nobody was helped.",
        "{files} files were accepted, but nobody was helped.",
        files, files=amount(files),
    )  # fmt: skip


def churn(results: Results, group: Group) -> str:
    """How much of what is declared the same survey would count without the scheme; nothing where schemes do
    not declare gains of headcount."""
    declared, without = (
        spread(results.values(group.name, PUBLISHED, name)) for name in ("jobs_reported", "jobs_churn")
    )
    if not group.case.spec.counts_heads or not declared.mean > 0:
        return ""
    return plural(
        "Of {declared} job declared, the same survey of the same firms would count {without} "
        "({share}) without the scheme: firms that grow are counted, firms that shrink are not.",
        "Of {declared} jobs declared, the same survey of the same firms would count {without} "
        "({share}) without the scheme: firms that grow are counted, firms that shrink are not.",
        mean_as_read(declared), declared=average(declared), without=average(without),
        share=form(without.mean / declared.mean, ".0%"),
    )  # fmt: skip


def best(results: Results, group: Group) -> tuple[str, dict[str, float]]:
    """The policy with the most net jobs on average, and each policy's chance of being the best of a draw."""
    policies = group.policies
    net = results.together(group.name, policies, "jobs_net")
    if not net.size:
        return "", {}
    share = shared_first(net).mean(axis=1)
    mean = dict(zip(policies, net.mean(axis=1).tolist()))
    return leader(mean, results.experiment.reference), dict(zip(policies, share.tolist()))


def compared(results: Results, group: Group) -> str:
    """The answer of a comparison in one group, beginning with its best policy."""
    winner, share = best(results, group)
    where = group.case.name if len(results.experiment.groups) > 1 else ""
    if not winner:
        return of_place(where, say("No answer: no draw ended well in every arm"))
    text = say("{net_jobs} with {policy}", net_jobs=sentence(results, group, winner), policy=typed(winner))
    reference, policies = results.experiment.reference, group.policies
    net = results.together(group.name, policies, "jobs_net")
    if winner == reference:
        text = say("{text}, which no other policy beats on average", text=text) if len(share) > 1 else text
    else:
        mine, other = (net[policies.index(policy)] for policy in (winner, reference))
        more = spread(mine - other)
        about = {"text": text, "more": average(more), "reference": typed(reference)}
        text = say("{text}, {more} more than {reference}", **about)
        if more.interval:
            text = say(
                "{text}, {more} more than {reference} (90 %: {interval})", interval=interval(more), **about
            )
    often = best_of(net, policies.index(winner))
    if often.n > 1 and len(share) > 1:
        counts: dict[str, Any] = {"text": text, "best": often.worlds, "n": often.n}
        text = (
            say("{text}; it is the best, or level with the best, in {best} of {n} worlds", **counts)
            if often.tied
            else say("{text}; it is the best in {best} of {n} worlds", **counts)
        )
    return of_place(where, text)


def answer(results: Results) -> list[str]:
    """The sentences of a finished experiment, the main one first."""
    groups = results.experiment.groups
    if results.experiment.command == "run":
        name = groups[0].name
        main = sentence(results, groups[0], PUBLISHED)
        nobody = nobody_helped(lambda outcome: results.values(name, PUBLISHED, outcome))
        first = [main, *founded(results), nobody, anyway(results, name, PUBLISHED), *origins(results)]
        return list(filter(None, [*first, churn(results, groups[0]), rival(results, groups[0])]))
    first = [compared(results, group) for group in groups]
    first += [*founded(results), *origins(results)]
    return [*first, *filter(None, (rival(results, group) for group in groups))]


def origins(results: Results) -> list[str]:
    """Of the spread of what is answered, how much is not knowing the parameters and how much is chance; one
    sentence that says how to know where the draws do not tell."""
    found = []
    for group in results.experiment.groups:
        policy, against = _answered(results, group)
        arms = (policy, against) if against else (policy,)
        values = results.paired(group.name, policy, against, "jobs_net") if against else (
            results.values(group.name, policy, "jobs_net"))  # fmt: skip
        if len(values) < 2:
            continue
        of = split(values, results.parameters(results.shared(group.name, *arms)))
        if of is None:
            return [say(UNTOLD)]
        what = spread_of_what(typed(policy), typed(against))
        share = spread_said(of.share, of.low, of.high)
        if len(results.experiment.groups) > 1:
            found.append(
                say("{case}: of the spread of {what}, {share}.", case=group.case.name, what=what, share=share)
            )
        else:
            found.append(say("Of the spread of {what}, {share}.", what=what, share=share))
    return found


def _answered(results: Results, group: Group) -> tuple[str, str]:
    """The policy that the answer is about, and what it is compared with; nothing for the reference itself."""
    winner, _ = best(results, group) if len(group.policies) > 1 else ("", {})
    reference = results.experiment.reference
    return (winner, reference) if winner and winner != reference else (reference, "")


def founded(results: Results) -> list[str]:
    """How well founded net jobs are, where there are any: once where it is the same of all cases, else with
    their names."""
    cases = [
        (group.case.name, group.shipped, tuple(scheme.name for scheme in group.case.spec.schemes))
        for group in results.experiment.groups
        if best(results, group)[0]
    ]
    said = evidence.sentences(results.experiment.source.name, cases)
    return [of_place(names, text) for names, text in said]


def rival(results: Results, group: Group) -> str:
    """What changes with the rival rule; nothing if nothing does."""
    source, policies = results.experiment.source, group.policies
    if PARAMETER not in source.names:
        return ""
    shared = results.shared(group.name, *policies)
    net = dict(zip(policies, results.together(group.name, policies, "jobs_net")))
    column = source.names.index(PARAMETER)
    rules = rule_of(np.array([source.row(draw)[column] for draw, _ in shared]))
    rows = results.parameters(shared).tolist()
    text = said(net, rules, rows, {policy: typed(policy) for policy in policies}) if shared else ""
    return of_place(group.case.name, text) if text and len(results.experiment.groups) > 1 else text


def beyond(count: int, draws: int, replicates: int) -> str:
    """That a folder holds so many worlds of other draws or replicates than those that were asked for last."""
    return plural(
        "The folder holds {count} world more, beyond the draws ({draws}) and replicates ({replicates}) that "
        "were asked for last: it is left out.",
        "The folder holds {count} worlds more, beyond the draws ({draws}) and replicates ({replicates}) that "
        "were asked for last: they are left out.",
        count, count=form(count), draws=form(draws), replicates=form(replicates),
    )  # fmt: skip


def as_json(done: "Done", said: list[str]) -> dict[str, Any]:
    """The answer (``said``) and its tables for another program; numbers that do not exist are null."""

    def plain(row: dict[str, Any]) -> dict[str, Any]:
        return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}

    return {
        "answer": said,
        "counts": done.counts,
        "beyond": done.results.beyond,
        "summary": [plain(row) for row in done.summary],
        "validation": [plain(row) for row in done.validation],
        "shares": [plain(row) for row in done.shares],
        "decision": [plain(row) for row in done.decision],
        "precision": done.precision or None,
    }


def idle_said(policies: Sequence[str], reference: str) -> str:
    """Which policies, as they are called, do nothing that the reference does not; nothing if none."""
    return plural(
        "Changes nothing here against {reference}: {policies}.",
        "Change nothing here against {reference}: {policies}.",
        len(policies), reference=reference, policies=", ".join(policies),
    ) if policies else ""  # fmt: skip
