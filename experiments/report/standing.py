"""How policies stand beside each other in the worlds that a page shows."""

from dataclasses import dataclass

import pandas as pd

from experiments.decision import Best, best_of, leader
from experiments.lang import later, plural, told
from experiments.nothing import JOBS
from experiments.report.reading import Group, Run, Spread, spread
from experiments.summary import SURE_WORLDS


@dataclass(frozen=True)
class Lead:
    """How a policy stands against another in the worlds that both have. ``ahead``, ``behind``: worlds in
    which jobs make a difference."""

    gap: Spread
    ahead: int
    behind: int
    n: int

    @classmethod
    def of(cls, gap: pd.Series) -> "Lead":
        """The lead of so many jobs, world by world."""
        return cls(spread(gap), int((gap >= JOBS).sum()), int((gap <= -JOBS).sum()), len(gap))

    @property
    def few(self) -> bool:
        """Whether there are too few worlds to settle anything."""
        return self.n < SURE_WORLDS

    @property
    def verdict(self) -> str:
        """ "better", "worse", "the same" or "not settled", to be said in the language of the reader."""
        if not self.n:
            return later("not known")
        if not self.ahead and not self.behind:
            return later("the same")
        if not self.few and self.gap.p05 >= JOBS:
            return later("better")
        if not self.few and self.gap.p95 <= -JOBS:
            return later("worse")
        return later("not settled")


def lead(run: Run, group: Group, policy: str, against: str) -> Lead:
    """The net jobs of a policy against those of another, world by world."""
    return Lead.of(run.difference(group.name, policy, against, "jobs_net"))


def ranking(run: Run, group: Group) -> list[str]:
    """Policies that some world has, most net jobs on average first."""
    found = {p: run.spread(group.name, p, "jobs_net") for p in run.policies if p in group.policies}
    mean = {policy: s.mean for policy, s in found.items() if s.known}
    first = leader(mean, run.reference) if mean else ""
    return sorted(mean, key=lambda policy: (policy != first, -mean[policy]))


def best_in(run: Run, group: Group, policy: str) -> Best:
    """In how many worlds a policy has the most net jobs, of the worlds that every policy has."""
    net = pd.DataFrame({p: run.values(group.name, p, "jobs_net") for p in group.policies}).dropna()
    return best_of(net.to_numpy().T, group.policies.index(policy))


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
