"""How policies stand beside each other in the worlds that a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from experiments.decision import Best, best_of, leader
from experiments.lang import later, plural, say, told
from experiments.nothing import JOBS
from experiments.report.reading import Group, Run, Spread, spread
from experiments.report.words import called
from experiments.summary import SURE_WORLDS
from experiments.typical.lines import MONTHS
from sim.outcomes import OUTCOMES
from sim.parameters import FIELDS, SCHEME_BEHAVIOUR

PLACES_LEVER = "opening_places"


@dataclass(frozen=True)
class Lead:
    """How a policy stands against another in the worlds that both have. ``ahead``, ``behind``: worlds in
    which jobs make a difference; ``independent``: how many of the ``n`` worlds tell something by
    themselves."""

    gap: Spread
    ahead: int
    behind: int
    n: int
    independent: int

    @classmethod
    def of(cls, gap: pd.Series, independent: int) -> "Lead":
        """The lead of so many jobs, world by world."""
        ahead, behind = int((gap >= JOBS).sum()), int((gap <= -JOBS).sum())
        return cls(spread(gap), ahead, behind, len(gap), independent)

    @property
    def few(self) -> bool:
        """Whether there are too few worlds to settle anything; those that share their parameters are one."""
        return self.independent < SURE_WORLDS

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
    return lead_of(run, run.difference(group.name, policy, against, "jobs_net"))


def lead_of(run: Run, gap: pd.Series) -> Lead:
    """The lead of so many jobs, world by world; indexed by draw and replicate."""
    return Lead.of(gap, run.independent(gap.index.get_level_values("draw")))


def ranking(run: Run, group: Group) -> list[str]:
    """Policies that some world has, most net jobs on average first."""
    found = {p: run.spread(group.name, p, "jobs_net") for p in run.policies if p in group.policies}
    mean = {policy: s.mean for policy, s in found.items() if s.known}
    first = leader(mean, run.reference) if mean else ""
    return sorted(mean, key=lambda policy: (policy != first, -mean[policy]))


def tied(run: Run, group: Group, policy: str) -> list[str]:
    """The other policies with as many net jobs in every world."""
    others = (other for other in ranking(run, group) if other != policy)
    return [other for other in others if lead(run, group, other, policy).verdict == "the same"]


def nothing_differs(run: Run) -> bool:
    """Whether there are several policies, and all have as many net jobs in every world of every case."""
    return len(run.policies) > 1 and all(
        len(tied(run, group, order[0])) == len(group.policies) - 1
        if (order := ranking(run, group))
        else False
        for group in run.groups
    )


def idle(run: Run, group: Group) -> list[str]:
    """The policies that do nothing: all their outcomes are those of the reference, in every world."""

    def same(policy: str) -> bool:
        pairs = ([run.values(group.name, p, name) for p in (policy, run.reference)] for name in OUTCOMES)
        return all(mine.equals(other) for mine, other in pairs)

    return [policy for policy in ranking(run, group) if policy != run.reference and same(policy)]


def lacking(run: Run, group: Group) -> list[str]:
    """Policies that no world has."""
    known = ranking(run, group)
    return [policy for policy in group.policies if policy not in known]


def best_in(run: Run, group: Group, policy: str) -> Best:
    """In how many worlds a policy has the most net jobs, of the worlds that every policy has."""
    net = pd.DataFrame({p: run.values(group.name, p, "jobs_net") for p in group.policies}).dropna()
    return best_of(net.to_numpy().T, group.policies.index(policy))


def years(group: Group) -> str:
    """The horizon in words."""
    return lasting(group.spec["horizon_months"])


def lasting(months: int) -> str:
    """So many months in words."""
    if months % 12 == 0 and months > 12:
        return plural("{years} year", "{years} years", months // 12, years=months // 12)
    return plural("{months} month", "{months} months", months, months=months)


def since(group: Group) -> str:
    """The name of an axis of the years that a case has run."""
    year, month = group.spec["start_year"], group.spec["start_month"]
    if month == 1:
        return say("years since the start of {year}", year=year)
    return say("years since {month}", month=say(MONTHS[month - 1], year=year))


def openings(group: Group, policy: str, form: str = "") -> int:
    """How many local schemes, of a form of help or of any, the case opens as far as the policy lets them."""
    forms = FIELDS["format"].choices
    live = group.live.get(policy) or [scheme["name"] for scheme in group.spec["schemes"]]
    return sum(
        _turns(_places(scheme, group.changes[policy]))
        for scheme in group.spec["schemes"]
        if scheme["name"] in live and form in ("", forms[int(scheme["rules"].get("format", 0))])
    )


def _places(scheme: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> list[float]:
    """In each basin where a scheme would open, how many of its local schemes may be open for one more to
    open there; the most at any time."""
    found = dict.fromkeys(
        (basin for basin, _ in scheme["opens"]),
        scheme["rules"].get(PLACES_LEVER, FIELDS[PLACES_LEVER].default),
    )
    for change in changes:
        if (change["scheme"], change["lever"]) == (scheme["name"], PLACES_LEVER):
            for basin in found.keys() & set(change["basins"] or found):
                before = found[basin] if change["from_month"] or change["ramp_months"] else 0.0
                found[basin] = max(before, change["value"])
    return list(found.values())


def _turns(places: Sequence[float]) -> int:
    """How many can open where each may while fewer than so many have."""
    opened = 0
    for limit in sorted(places):
        opened += limit > opened
    return opened


def total(run: Run, group: Group) -> int | None:
    """How many local schemes every policy lets open; None where they differ in it."""
    found = {openings(group, policy) for policy in ranking(run, group)}
    return found.pop() if len(found) == 1 else None


def own_schemes(run: Run) -> dict[str, Mapping[str, Any]]:
    """Schemes that are not shipped, each as its first case has it, by what they are called."""
    found: dict[str, Mapping[str, Any]] = {}
    for group in run.groups:
        for scheme in group.spec["schemes"]:
            if scheme["name"] not in SCHEME_BEHAVIOUR:
                found.setdefault(called(scheme["name"], group.titles), scheme)
    return found


def place(run: Run, group: Group) -> str:
    """Name of a group, where there are several."""
    return told(group.title) if len(run.groups) > 1 else ""


def averaged(run: Run, what: str) -> str:
    """The caption of cells that are means with their ranges; of one world there is neither."""
    if run.worlds_an_arm == 1:
        return say("{what}: one world", what=what)
    return say("{what}: mean (5 to 95 % of worlds)", what=what)


def bracketed(run: Run, what: str) -> str:
    """The caption of cells with ranges in brackets, where there are any."""
    return what if run.worlds_an_arm == 1 else say("{what}; in brackets, 9 times out of 10", what=what)


def dotted(run: Run, axis: str) -> str:
    """The name of an axis along which means and ranges are drawn, where there are any."""
    return axis if run.worlds_an_arm == 1 else say("{axis} (mark: mean; line: 90 % of worlds)", axis=axis)
