"""How policies stand beside each other in the worlds that a page shows."""

from dataclasses import dataclass

import pandas as pd

from experiments.lang import later, plural, told
from experiments.report.reading import Group, Run, Spread, spread
from experiments.summary import SURE_WORLDS


@dataclass(frozen=True)
class Lead:
    """How a policy stands against another in the worlds that both have. ``ahead``, ``behind``: worlds."""

    gap: Spread
    ahead: int
    behind: int
    n: int

    @property
    def verdict(self) -> str:
        """ "better", "worse", "the same" or "not settled", to be said in the language of the reader."""
        if not self.n:
            return later("not known")
        if not self.ahead and not self.behind:
            return later("the same")
        if self.n >= SURE_WORLDS and self.gap.p05 > 0:
            return later("better")
        if self.n >= SURE_WORLDS and self.gap.p95 < 0:
            return later("worse")
        return later("not settled")


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
    if months % 12 == 0 and months > 12:
        return plural("{years} year", "{years} years", months // 12, years=months // 12)
    return plural("{months} month", "{months} months", months, months=months)


def schemes(group: Group) -> int:
    """How many local schemes the case opens."""
    return sum(len(scheme["opens"]) for scheme in group.spec["schemes"])


def place(run: Run, group: Group) -> str:
    """Name of a group, where there are several."""
    return told(group.title) if len(run.groups) > 1 else ""
