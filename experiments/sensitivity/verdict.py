"""What a design has found, in sentences, the main one first."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from experiments.lang.phrases import listed
from experiments.plan import COMMON
from experiments.report.words import typed
from experiments.sensitivity.analysis import Found, Regret, least_first
from experiments.sensitivity.answers import direction, unit_of
from experiments.sensitivity.boxes import ends, levels_within
from experiments.sensitivity.convergence import (
    CLOSE,
    MOST,
    NONE,
    OPEN,
    ORDER_OPEN,
    SETTLED,
    UNBOUNDED,
    UNKNOWN,
    beyond_chance,
    parts_in_words,
    ranked,
)
from experiments.sensitivity.design import Design
from experiments.sensitivity.factors import OWN, Factor
from experiments.sensitivity.indices import Index
from experiments.sensitivity.methods import DELTA, FF, MORRIS, SOBOL, WHOLE
from experiments.sensitivity.study import BEST, RANK, Question

NAMED = 6  # factors in a sentence
ROUGH = 0.2  # half of an interval, beyond which an index between 0 and 1 says little
STABLE = 0.7  # of resamples that bound a factor too
NAMES = {
    "jobs_net": "net jobs", "jobs": "jobs", "jobs_reported": "reported jobs", "public_cost": "public cost",
    "cost_per_net_job": "cost of a net job",
}  # fmt: skip
_KINDS = {"median": "PAWN", "delta": "delta", "prcc": "partial rank correlation"}  # by the index
_COUNTS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def outcome_words(question: Question) -> str:
    """The outcome as it is read: "net jobs", "net jobs, less that of no-renewal,"."""
    name = NAMES.get(question.outcome, question.outcome.replace("_", " "))
    if question.among == BEST:
        return f"being best in {name}"
    if question.among == RANK:
        return f"the rank in {name}"
    return f"{name}, less that of {typed(question.against)}," if question.against else name


def answer(
    found: Sequence[Found], regrets: Sequence[Regret], design: Design, question: Question
) -> list[str]:  # fmt: skip
    """The sentences."""
    said: list[str] = []
    for one in found:
        of = f"{typed(one.policy)}: " if len(found) > 1 else ""
        if one.why_not:
            said.append(f"{of}{'No answer' if design.known is None else 'No indices'}: {one.why_not}")
        elif design.known is None:
            said.append(f"{of}{_swept(one, question)}")
        else:
            said.append(f"{of}{headline(one, design, question)}")
            said += [f"{of}{settled(one, design)}"] if one.verdict else []
            said += [f"{of}{_emulated(one)}"] if one.emulated else []
        said += [f"{of}{text}" for text in box_words(one, design, question)]
    if any(math.isnan(one.spread.sd) and not one.why_not for one in found):  # one row
        return said + regret_words(regrets, question)
    if design.fills and question.fails is None and not direction(question.outcome):
        said.append(
            f"Neither more nor less of {outcome_words(question).rstrip(',')} is better, so that no row is "
            "among the worst and no policy is regretted; --fails says below which number rows fail."
        )
    by_world = any(factor.kind != OWN for factor in design.factors) or any(one.luck for one in found)
    if by_world and any(not one.why_not for one in found):
        said += [_luck(found, design)]
    return said + regret_words(regrets, question)


def headline(found: Found, design: Design, question: Question) -> str:
    """ "Three of 20 factors make 80 % of the spread of net jobs by themselves: a 40 %, b 25 %, c 15 %"; said
    with a warning before it where more rows may well change who leads, or the numbers."""
    text, of = _headline(found, design, question), found.verdict
    unit = design.known is not None and design.known.unit
    if (
        of
        and not found.emulated
        and (of.ranking in (OPEN, UNBOUNDED) or (unit and _widest(found, design) > ROUGH))
    ):
        warning = "Not settled yet" if of.ranking in (OPEN, UNBOUNDED) else "Rough numbers"
        return f"{warning} (N = {max(found.sizes):,}): {text[0].lower()}{text[1:]}"
    return text


def _widest(found: Found, design: Design) -> float:
    """Half of the widest interval among the numbers that are said or tried."""
    firsts = [i for i in found.shown if i.index == "S1"] if _of_variance(found, design) else []
    halves = [(i.high - i.low) / 2.0 for i in firsts if i.value == i.value]
    return max([found.verdict.widest if found.verdict else 0.0, *halves])


def _headline(found: Found, design: Design, question: Question) -> str:
    what, total = outcome_words(question), len(design.factors)
    firsts = [i for i in found.shown if i.index == "S1"]
    method = design.method
    if _of_variance(found, design):
        return _by_variance(found, firsts, total, what)
    main = [i for i in found.indices if i.index == design.known.main]  # type: ignore[union-attr]
    clear = [i for i in ranked(main) if beyond_chance(i)]
    if not clear:
        none = f"No factor of {total} moves {what} more" if total > 1 else f"Its factor moves {what} no more"
        return f"{none} than chance would, as far as this design tells."
    if method in (MORRIS, FF):
        lead = found.verdict.leading if found.verdict else ()
        values = {i.factor: i.value for i in main}
        parts = [f"{name} {_number(values[name])}" for name in lead[:NAMED]]
        effect = "mean size of the effect of crossing its range" if method == MORRIS else "main effect"
        make = _how_many(len(lead), total, "make")
        return f"{make} {MOST:.0%} of all effects on {what}: {_list(parts, len(lead))} ({effect})."
    parts = [f"{i.factor} {i.value:.2f}" for i in clear[:NAMED]]
    most = f", {clear[0].factor} most" if len(clear) > 1 else ""
    return (
        f"{_how_many(len(clear), total, 'move')} {what} more than chance would{most}: "
        f"{_list(parts, len(clear))} ({_KINDS[clear[0].index]})."
    )


def _of_variance(found: Found, design: Design) -> bool:
    """Whether the headline speaks of parts of the variance that factors make by themselves."""
    return bool(found.emulated) or (design.method != DELTA and any(i.index == "S1" for i in found.shown))


def _by_variance(found: Found, firsts: Sequence[Index], total: int, what: str) -> str:
    sofar, lead = 0.0, []
    for index in _some(firsts):
        if sofar >= MOST:
            break
        lead.append(index)
        sofar += index.value
    parts = [f"{i.factor} {min(i.value, 1.0):.0%}" for i in lead]
    if sofar >= MOST:
        make = _how_many(len(lead), total, "make")
        alone = "by itself" if len(lead) == 1 else "by themselves"
        return f"{make} {MOST:.0%} of the spread of {what} {alone}: {_list(parts[:NAMED], len(lead))}."
    totals = _some([i for i in found.shown if i.index == "ST"])
    with_others = [f"{i.factor} {min(i.value, 1.0):.0%}" for i in totals[:3]]
    rest = f"; with what they do together with others, most {listed(with_others)}" if with_others else ""
    if not lead:
        none = f"No factor of {total} makes a part" if total > 1 else "Its factor makes no part"
        return f"{none} of the spread of {what} by itself, as far as this design tells{rest}."
    return (
        f"Factors one by one make {sofar:.0%} of the spread of {what} ({_list(parts[:3], len(parts))}){rest}."
    )


def _some(found: Sequence[Index]) -> list[Index]:
    """Those that are more than nothing, the largest first."""
    return [i for i in ranked(found) if i.size > 0.0]


def settled(found: Found, design: Design) -> str:
    """Whether more rows would change this: of which index, and in which parts of the design it was tried."""
    of, parts = found.verdict, parts_in_words(found.sizes)
    assert of is not None
    one = len(of.leading) == 1
    lead = ("leads" if one else "lead") + _by_which(found, design, one)
    names, everywhere = listed(of.leading[:NAMED]), listed([f"in {part}" for part in (*parts, "all")])
    text = {
        SETTLED: f"Settled which {lead}: {names}, {everywhere} of the design",
        ORDER_OPEN: f"Settled which {lead} ({names}), not in which order",
        CLOSE: f"The same {lead} {everywhere} of the design ({names}), but "
        f"{' and '.join(f'{name}, which {does},' for name, does in zip(of.rivals, ('does', 'does not')))} "
        "may change places, since their intervals overlap; take more rows",
        OPEN: f"Not settled: other factors lead{_by_which(found, design, False)} in {' or '.join(parts)} "
        "of the design; take more rows",
        NONE: "None leads: to find a factor that moves it less, take more rows",
        UNBOUNDED: f"Not settled: {_no_intervals(found)}",
        UNKNOWN: f"Whether it is settled is told by intervals alone: {_no_parts(design, max(found.sizes))}",
    }[of.ranking]
    if of.widest != of.widest:
        return f"{text}."
    width = "narrow enough to read values" if of.narrow else "too wide to read values, ranks at most"
    return f"{text}; intervals are {width} (half of the widest: {_number(of.widest)})."


def _by_which(found: Found, design: Design, one: bool) -> str:
    """The index by which factors lead, where the headline may speak of another one."""
    if design.known is None or not _of_variance(found, design):
        return ""
    return {
        "ST": f" with what {'it does' if one else 'they do'} together with others",
        "S1": " by itself" if one else " by themselves",
        **{index: f" by {kind}" for index, kind in _KINDS.items()},
    }[design.known.main]


def _no_intervals(found: Found) -> str:
    """Why indices have none, and what helps."""
    if found.luck and found.luck.of_mean:
        return "luck of the simulation is too large for intervals; take more rows or more --replicates"
    return "too few rows differ for intervals; take more rows"


def _no_parts(design: Design, n: int) -> str:
    """Why there is one size of a design only, and what helps."""
    if design.method in WHOLE:
        return "parts of this design are no designs"
    what = "trajectories" if design.method == MORRIS else "rows"
    fixed = design.known is not None and design.known.fixed
    how = f"take more than --n {n}" if fixed else f"add {what}, as in --extend {4 * n}"
    return f"a part of so few {what} says nothing; {how}"


def box_words(found: Found, design: Design, question: Question) -> list[str]:
    """Where the policy fails."""
    failing = found.failing
    if failing is None:
        return []
    what, unit = outcome_words(question).rstrip(","), unit_of(question)
    side = (
        "above"
        if (direction(question.outcome) < 0 and not question.among) or question.among == RANK
        else "below"
    )
    limit = f"{side} {_number(failing.limit)} {unit}".strip()
    fails = f"is among its worst ({what} {limit})" if failing.worst else f"fails ({what} {limit})"
    fails = f"It {fails} in {failing.share:.0%} of the rows"
    if failing.box is None:
        return [f"{fails}, and no box of factors says where."]
    factors = {factor.name: factor for factor in design.factors}
    bounds = []
    for name, (low, high) in failing.box.bounds.items():
        part = f"{name} is {_bound_words(factors[name], low, high)}"
        again = failing.box.again.get(name, 1.0)
        bounds.append(part + ("" if again >= STABLE else f" (in {again:.0%} of resamples only)"))
    box = failing.box
    return [
        f"{fails}, mostly where {listed(bounds)}: there {box.density:.0%} of rows do, which are "
        f"{box.coverage:.0%} of all that do."
    ]


def _bound_words(factor: Factor, low: float, high: float) -> str:
    """Where a box holds a factor: "above 0.2"; of steps the values themselves, "1 or 2"."""
    if factor.steps:
        held = [_number(level) for level in levels_within(factor, low, high)]
        several = f"{', '.join(held[:-1])} or {held[-1]}"
        return held[0] if len(held) == 1 else several if len(held) <= NAMED else f"{held[0]} to {held[-1]}"
    a, b = ends(factor, low, high)
    if a is not None and b is not None:
        return f"between {_number(a)} and {_number(b)}"
    return f"above {_number(a)}" if a is not None else f"below {_number(b or 0.0)}"


def regret_words(regrets: Sequence[Regret], question: Question) -> list[str]:
    """Which policy one would regret least."""
    if not regrets:
        return []
    if not any(one.most for one in regrets):
        return ["In every row all policies are equally good."]
    if regrets[0].rows == 1:
        first = [typed(one.policy) for one in regrets if one.best]
        return [f"In the only row {listed(first)} {'is' if len(first) == 1 else 'are'} the best."]
    least = min(regrets, key=least_first)
    often = max(regrets, key=lambda r: r.best)
    if math.isinf(least.p90):
        return [
            "No policy is regretted least: each is infinitely far behind the best in a tenth of the rows or "
            f"more; best most often is {typed(often.policy)} ({often.best:.0%})."
        ]
    unit = unit_of(replace(question, among=""))  # it is the outcome that is regretted, not a rank in it
    text = (
        f"Over all rows {typed(least.policy)} is regretted least: in 9 of 10 it is at most "
        f"{f'{_number(least.p90)} {unit}'.rstrip()} behind the best"
    )
    if often.policy == least.policy:
        return [f"{text}, and it is the best most often ({often.best:.0%})."]
    return [f"{text}; best most often is {typed(often.policy)} ({often.best:.0%})."]


def _swept(found: Found, question: Question) -> str:
    s, unit = found.spread, unit_of(question)
    what = f"{outcome_words(question).rstrip(',').capitalize()}: {_number(s.mean)} {unit}"
    if math.isnan(s.sd):
        return f"{what} in the only row."
    return f"{what} on average over the rows, from {_number(s.p05)} to {_number(s.p95)} in 9 of 10."


def _emulated(found: Found) -> str:
    e = found.emulated
    assert e is not None
    warning = " That is poor: take these indices as a hint." if e.poor else ""
    return (
        f"From an emulator of {e.rows:,} rows, which foretells {e.q2:.0%} of the variance of rows that it "
        f"has not seen (error {_number(e.error)}).{warning}"
    )


def _luck(found: Sequence[Found], design: Design) -> str:
    known = [one.luck for one in found if one.luck]
    if known:
        share = max(one.share for one in known)
        most = "up to " if len(known) > 1 else ""
        if shared := max((one.shared for one in known if one.shared), default=None):
            part, low, high = shared
            return (
                f"Luck of the simulation that all rows of a replicate share is {most}{part:.0%} of the "
                f"variance of a single world (90 % interval: {low:.0%} to {high:.0%}, since replicates are "
                f"few), luck that differs from row to row {most}{share:.0%}."
            )
        how = _luck_within(any(one.emulated for one in found), design)
        return f"Luck of the simulation is {most}{share:.0%} of the variance of a single world, {how}."
    if design.seeds == COMMON:
        what = "answers" if design.known is None else "indices"
        return (
            f"All rows share one luck of the simulation; with another the {what} are somewhat others: "
            "--replicates 4 tells how much luck there is."
        )
    return (
        "Each row has a luck of its own, which one world a row cannot tell from its factors: --replicates 2."
    )


def _luck_within(emulated: bool, design: Design) -> str:
    """Whether what is said of factors holds the luck of the simulation, where rows have one of their own."""
    if design.known is None:
        return "and the rest differs from row to row"
    if emulated:
        return "which indices from the emulator leave out"
    return {
        SOBOL: "which indices leave out",
        MORRIS: "and sizes of effects hold it: by_chance is what it alone seldom exceeds",
    }.get(design.method, "and indices hold what is left of it in the mean of a row's worlds")


def _how_many(some: int, total: int, verb: str) -> str:
    """How many factors do something: "Three of 20 factors move"."""
    if total == 1:
        return f"The only factor {verb}s"
    number = _COUNTS[some] if some < len(_COUNTS) else f"{some}"
    return f"{number} of {total} factors {verb}{'s' if some == 1 else ''}"


def _list(parts: Iterable[str], total: int) -> str:
    found = list(parts)
    more = total - len(found)
    return listed([*found, f"{more} more"]) if more > 0 else listed(found)


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
