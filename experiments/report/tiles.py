"""The key figures of a run."""

import math

from experiments.lang import plural, say
from experiments.report.blocks import Tiles
from experiments.report.founded import graded, typeset
from experiments.report.reading import Group, Run
from experiments.report.standing import openings
from experiments.report.words import PLACES, capital, chance, mean_as_read, middle_of, span
from sim.outcome import no_net_job


def tiles(run: Run, group: Group, policy: str) -> Tiles:
    """The four numbers of a run, each with its range and what it rests on."""

    def tile(outcome: str, unit: str, words: str, centre: str = "mean") -> tuple[str, str, str]:
        s = run.spread(group.name, policy, outcome)
        range_ = span(s, unit) if s.interval else say("one world")
        return (
            middle_of(s, unit, centre),
            words,
            f"{range_} · {typeset(graded(run, group, outcome).cell)}",
        )

    def read(outcome: str, unit: str) -> float:
        return abs(mean_as_read(run.spread(group.name, policy, outcome), unit))

    reports = plural("job that the scheme reports", "jobs that the scheme reports",
                     read("jobs_reported", "jobs"))  # fmt: skip
    more = plural("net job: more than without it", "net jobs: more than without it", read("jobs_net", "jobs"))
    alive = plural(
        "local scheme alive at the end, of {schemes} opened",
        "local schemes alive at the end, of {schemes} opened",
        read("schemes_alive", PLACES), schemes=openings(group, policy),
    )  # fmt: skip
    cost = tile("cost_per_net_job", "euros", say("euros of public money and tax a net job"), "p50")
    if run.spread(group.name, policy, "cost_per_net_job").p50 == math.inf:
        net = run.values(group.name, policy, "jobs_net")
        none = say("no net job to divide the cost by: public money and tax a net job")
        cost = (capital(chance(int(no_net_job(net).sum()), len(net))), none, cost[2])
    return Tiles((
        tile("jobs_reported", "jobs", reports),
        tile("jobs_net", "jobs", more),
        cost,
        tile("schemes_alive", PLACES, alive),
    ))  # fmt: skip
