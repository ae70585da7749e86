"""How many draws a mean needs: ``--precision``. Pure: results in, a number of draws out.

What must be known is the mean difference that a command answers with: net jobs of each policy less those of
the reference; where there is nothing to compare, net jobs. It is known well enough when half of the 90 %
interval of the mean, which more draws narrow, is small beside the difference, or beside what the reference
reports.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from experiments.errors import Refused
from experiments.lang import form, plural, say
from experiments.plan import Group
from experiments.report.words import of_unit, typed
from experiments.spread import standard_error

if TYPE_CHECKING:
    from experiments.summary import Results

CEILING = 400  # draws at most, unless told otherwise
FIRST = 20  # draws of the first round: fewer tell little of their own variance
GROWTH = 2.0  # times as many draws in the next round at most: the variance may be seen too large
MARGIN = 1.1  # times as many draws as the variance seen asks for: it may be seen too small
NORMAL_90 = 1.645  # half of a 90 % interval, in standard errors
SMALL = 0.02  # of the jobs that the reference reports: less than this need not be known more exactly
OUTCOME, REPORTED = "jobs_net", "jobs_reported"
TARGET, AT_CEILING = "target", "ceiling"
_FORM = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(%?)")


@dataclass(frozen=True)
class Precision:
    """``share``: half of the interval of a mean, over the mean, at most; ``ceiling``: draws at most."""

    share: float
    ceiling: int = CEILING


@dataclass(frozen=True)
class Reached:
    """What is known of a difference. ``half_width``: half of the 90 % interval of its mean (None if fewer
    than two draws tell it); ``allowed``: what it may be; ``n``: worlds."""

    group: str
    policy: str
    difference: float | None
    half_width: float | None
    allowed: float
    n: int

    @property
    def met(self) -> bool:
        """Whether the difference is known well enough."""
        return self.half_width is not None and self.half_width <= self.allowed


def share_of(text: str) -> float:
    """``"10%"``, ``"10 %"`` or ``"0.1"`` as 0.1; ``Refused`` if it is none or out of bounds."""
    found = _FORM.fullmatch(text.strip())
    value = float(found[1]) / (100 if found[2] else 1) if found else math.nan
    if not 0.001 <= value <= 1 or (
        value == 1 and found and not found[2]
    ):  # 1 is 1 % to some, 100 % to others
        raise Refused(
            f"--precision: must be a share of the difference between 0.1 % and 100 % (got {text!r}); for "
            "example 10% or 0.1"
        )
    return value


def reached(results: "Results", asked: Precision) -> list[Reached]:
    """How well each difference is known, case by case and policy by policy."""
    return [_reached(results, asked, group, policy)
            for group in results.experiment.groups for policy in _headline(results, group)]  # fmt: skip


def _headline(results: "Results", group: Group) -> Sequence[str]:
    """The policies whose difference is asked: all but the reference, or that one if there is no other."""
    others = [policy for policy in group.policies if policy != results.experiment.reference]
    return others or group.policies


def _reached(results: "Results", asked: Precision, group: Group, policy: str) -> Reached:
    from experiments.summary import Labels

    reference = results.experiment.reference
    arms = (policy,) if policy == reference else (policy, reference)
    labels = Labels.of(results, results.shared(group.name, *arms))
    values = results.values(group.name, policy, OUTCOME)
    if policy != reference:
        values = results.paired(group.name, policy, reference, OUTCOME)
    reported = results.values(group.name, reference, REPORTED)
    floor = SMALL * float(reported.mean()) if len(reported) else 0.0
    if not len(values):
        return Reached(group.name, policy, None, None, floor, 0)
    mean, error = float(values.mean()), standard_error(values, labels.draws)
    half_width = None if error is None else NORMAL_90 * error
    return Reached(group.name, policy, mean, half_width, max(asked.share * abs(mean), floor), len(values))


def first_draws(asked: Precision) -> int:
    """Draws of the first round."""
    return min(FIRST, asked.ceiling)


def next_draws(draws: int, found: Iterable[Reached], ceiling: int) -> int:
    """Draws of the next round, in all; those of this one if everything is known well enough, or at the
    ceiling.

    n' = n * margin * (h / allowed)^2 for the difference that needs most, at most twice as many. Nothing but
    what these draws gave decides it: neither the time that they took, nor how many processes ran them.
    """
    missed = [row for row in found if not row.met]
    if not missed or draws >= ceiling:
        return draws
    growth = min(GROWTH, MARGIN * max(_excess(row) for row in missed))
    return min(ceiling, math.ceil(draws * growth))


def _excess(row: Reached) -> float:
    """How many times the draws a difference needs, by the variance seen."""
    if row.half_width is None or row.allowed <= 0:
        return math.inf
    return (row.half_width / row.allowed) ** 2


def asked_of(content: Mapping[str, Any]) -> Precision | None:
    """The precision that a manifest says was asked for, if any was."""
    found = content.get("precision")
    return Precision(found["asked"], found["ceiling"]) if found else None


def note(asked: Precision, rounds: Sequence[int] = (), found: Sequence[Reached] = ()) -> dict[str, Any]:
    """What the manifest says of the precision: what was asked and, once it has ended, ``ended`` (``target``
    or ``ceiling``), the draws of each round and what was reached of each difference."""
    content: dict[str, Any] = {"asked": asked.share, "ceiling": asked.ceiling}
    if not rounds:
        return content
    ended = TARGET if all(row.met for row in found) else AT_CEILING
    rows = [asdict(row) | {"met": row.met} for row in found]
    return content | {"ended": ended, "rounds": list(rounds), "reached": rows}


def sentence(content: Mapping[str, Any], reference: str = "", named: Callable[[str], str] = typed) -> str:
    """What the manifest says of the precision, in a sentence; nothing where none was asked for.
    ``reference``: of what differences are told, once they are judged; ``named``: how policies are called."""
    if not content:
        return ""
    wanted = percent(content["asked"])
    if "ended" not in content:
        return say(
            "Precision of {wanted}: not judged yet; draws are added until it is reached, {ceiling} at most. "
            "The same command goes on.",
            wanted=wanted,
            ceiling=form(content["ceiling"], ","),
        )
    draws, rounds, found = content["rounds"][-1], len(content["rounds"]), content["reached"]
    took = plural(
        "{draws} draws ({rounds} round)", "{draws} draws ({rounds} rounds)",
        rounds, draws=form(draws), rounds=rounds,
    )  # fmt: skip
    if content["ended"] == TARGET:
        alone = say("the mean") if found[0]["policy"] == reference else say("the mean difference")
        return say(
            "Precision of {wanted}, or of 2 % of the jobs reported: reached after {took}; {which} is known "
            "to {widest} or better.",
            wanted=wanted,
            took=took,
            which=alone if len(found) == 1 else say("every mean difference"),
            widest=_within(max(row["half_width"] for row in found)),
        )
    missed = [row for row in found if not row["met"]]
    worst = max(missed, key=lambda row: math.inf if row["half_width"] is None else row["half_width"])
    known = (
        say("not known")
        if worst["half_width"] is None
        else say("known to {half_width}", half_width=_within(worst["half_width"]))
    )
    policy = named(worst["policy"])
    what = (
        say("the mean with {policy}", policy=policy)
        if worst["policy"] == reference
        else say(
            "the mean difference between {policy} and {reference}", policy=policy, reference=named(reference)
        )
    )
    if len({row["group"] for row in found}) > 1:
        what = f"{what} ({worst['group']})"
    which = (
        plural(
            "{missed} of {all} are known less exactly",
            "{missed} of {all} are known less exactly",
            len(missed),
            missed=len(missed),
            all=len(found),
        )
        if len(found) > 1
        else say("it is not enough")
    )
    return say(
        "Precision of {wanted}: not reached at the ceiling of {took}: {which}; {what} is {known}, where "
        "± {allowed} were allowed. The same command with --draws {draws} goes on.",
        wanted=wanted,
        took=took,
        which=which,
        what=what,
        known=known,
        allowed=form(worst["allowed"], ",.3g"),
        draws=2 * draws,
    )


def _within(half_width: float) -> str:
    """ "± 12 jobs", three figures of it."""
    shown = float(f"{half_width:.3g}")
    return f"± {of_unit(form(half_width, ',.3g'), 'jobs', shown)}"


def percent(share: float) -> str:
    """0.1 as "10 %"."""
    return say("{number} %", number=form(100 * share, ".3g"))
