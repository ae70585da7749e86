"""Typical cases: a few firms and a basin followed through both worlds, told as short histories.

A kind of accepted firm is told by the member of the kind whose own hires are the median, with the share of
the kind among all accepted firms: what is typical of a kind need not be frequent.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.errors import Refused
from experiments.lang import Said, Told, counted, form, later, say
from experiments.lang.phrases import listed
from experiments.nothing import JOBS, seen
from experiments.parameters import Source
from experiments.typical.basin import basins
from experiments.typical.firm import happened
from experiments.typical.lines import END, SIGNED, Story, date
from scenarios.load import Case
from scenarios.notes import never_opens
from sim.draws import key
from sim.economy.sectors import NAMES
from sim.pair import Pair, helped, realised, windows
from sim.spec import WorldSpec
from sim.state import NEVER, UNBORN, D
from sim.world import World

if TYPE_CHECKING:
    from experiments.items import Request

TYPICAL = "typical.json"
NOBODY = later("In this draw no firm was helped: no local scheme opened.")
A_JOB = 0.5  # jobs: what is smaller is no hire
VISIBLE = 0.05  # jobs
MOST_FIRMS = 300_000  # of a case that is told: two more worlds of a larger one take too long
KINDS = {
    "more": later("A firm that hires more than it would have"),
    "anyway": later("A firm that hires, and would have hired as much"),
    "none": later("A firm that hires for no project in either world, while its hires are counted"),
    "less": later("A firm that hires less than it would have"),
    "beside": later("A firm that is never helped, and loses jobs to those that are"),
}


def can_be_told(spec: WorldSpec) -> bool:
    """Whether the world is small enough, and has a scheme."""
    return bool(spec.schemes) and sum(basin.smes for basin in spec.territory.basins) <= MOST_FIRMS


def pair_of(spec: WorldSpec, values: Mapping[str, float], world_seed: int) -> Pair:
    """Both worlds of a draw, run to the horizon."""
    treated = World(spec, values, world_seed).run()
    return Pair(treated, World(spec.without_schemes(), values, world_seed).run())


def first_told(request: "Request") -> dict[str, Any] | None:
    """The histories of the first draw of the first case that can be told, under the reference; None where no
    case can, or where its world fails (which its row says)."""
    experiment = request.experiment
    for number, group in enumerate(experiment.groups):
        spec = group.arms.get(experiment.reference)
        if not isinstance(spec, WorldSpec) or not can_be_told(spec):
            continue
        item = request.item(number)
        try:
            pair = pair_of(spec, item.values, item.world_seed)
        except Exception:
            return None
        told = [story.as_data(Said.as_data) for story in stories(replace(group.case, spec=spec), pair)]
        return {"group": group.name, "policy": experiment.reference, "draw": item.draw, "stories": told}
    return None


def told(case: Case, source: Source, seed: int, draw: int, as_json: bool) -> str:
    """The text of ``tremplin trace`` without a firm. ``Refused`` if the case is too large or schemeless."""
    if not can_be_told(case.spec):
        raise Refused(
            f"typical cases are told of cases with a scheme and up to {MOST_FIRMS:,} small firms; name one "
            "firm with --firm"
        )
    values = dict(zip(source.names, source.row(draw).tolist()))
    found = stories(case, pair_of(case.spec, values, key(seed, draw, 0)))
    if as_json:
        return json.dumps([story.as_data() for story in found], ensure_ascii=False)
    return text(found) if found else nobody(case.spec)


def nobody(spec: WorldSpec) -> str:
    """That there is nothing to tell, and why where it is known."""
    shut = [scheme.name for scheme in spec.schemes if never_opens(scheme, spec.changes)]
    if len(shut) < len(spec.schemes):
        return say(NOBODY)
    return say(
        "In this draw no firm was helped: no local scheme opened, as `opening_places` is 0 ({schemes}).",
        schemes=listed(shut),
    )


def stories(case: Case, pair: Pair) -> list[Story]:
    """One history a kind of firm that occurs, then that of the middling basin."""
    return [*_firms(case, pair), *basins(case, pair)]


def _firms(case: Case, pair: Pair) -> Iterator[Story]:
    seen = windows(helped(pair.treated))
    rows, place = np.unique(seen.firm, return_inverse=True)
    if not len(rows):
        return
    with_help = np.bincount(place, realised(pair.treated, seen))
    without = np.bincount(place, realised(pair.control, seen))
    gain = with_help - without
    hires = np.maximum(with_help, without) > A_JOB
    kinds = {
        "more": gain > A_JOB,
        "anyway": hires & (np.abs(gain) <= A_JOB),
        "none": ~hires & (np.abs(gain) <= A_JOB),
        "less": gain < -A_JOB,
    }
    for kind, of_kind in kinds.items():
        if of_kind.any():
            found = rows[of_kind]
            at = _middling(found, np.where(kind == "less", without, with_help)[of_kind], pair)
            yield _story(case, pair, kind, float(of_kind.mean()), int(at))
    yield from _competitor(case, pair, rows)


def _middling(rows: np.ndarray, values: np.ndarray, pair: Pair) -> np.intp:
    """The firm with the median value; among equals the lowest row."""
    order = np.lexsort((pair.treated.tables.uid[rows], values))
    return rows[order[(len(rows) - 1) // 2]]


def _competitor(case: Case, pair: Pair, helped_rows: np.ndarray) -> Iterator[Story]:
    """A firm that no scheme helped and that loses jobs by displacement alone."""
    delta = pair.delta()
    beside = np.ones(delta.shape[1], bool)
    beside[helped_rows] = False
    beside &= pair.treated.tables.smes.status != UNBORN
    net = delta.sum(axis=0)
    lost = np.maximum(delta[D], net) <= -JOBS  # what is read as no job is no loss
    hit = beside & lost & (np.abs(net - delta[D]) < np.abs(delta[D]))
    if hit.any():
        at = _middling(np.flatnonzero(hit), -delta[D][hit], pair)
        yield _story(case, pair, "beside", float(hit.sum() / beside.sum()), int(at))


def _story(case: Case, pair: Pair, kind: str, share: float, at: int) -> Story:
    t, control = pair.treated.tables, pair.control.tables
    about = {
        "sector": Told(NAMES[t.sector[at]].replace("_", " ")),
        "basin": Told(case.territory.basins[t.smes.basin[at]].name),
        "uid": int(t.uid[at]),
    }
    who = Said("A firm of {sector} in {basin} (uid {uid})", about)
    if t.born[at] > 0:
        born = {"date": date(case, int(t.born[at]))}
        who = Said("A firm of {sector} in {basin}, founded in {date} (uid {uid})", about | born)
    lines = sorted(happened(case, pair, at), key=lambda line: line.month)
    sizes = [_size(float(x.size[at]), int(x.smes.died[at])) for x in (t, control)]
    net = float((t.causes[:, at] - control.causes[:, at]).sum())
    end = Said(
        "{mine} with the scheme, {other} without: {change}.",
        {"mine": sizes[0], "other": sizes[1], "change": _change(net)},
    )
    return Story(kind, Said(KINDS[kind]), share, who, tuple(lines), Said(END, {"what": end}))


def _change(net: float) -> Said:
    """A change of jobs, however small, as it is read."""
    if seen(net):
        return _jobs(net, SIGNED if abs(net) >= VISIBLE else "+.2f")
    return Said("the same but for less than a hundredth of a job") if net else Said("the same")


def _size(size: float, died: int) -> Said:
    return Said("closed") if died != NEVER else _jobs(size, ".1f")


def _jobs(value: float, spec: str) -> Said:
    return counted("{jobs} job", "{jobs} jobs", {"jobs": value}, spec)


def text(told: list[Story]) -> str:
    """The histories for a terminal."""
    parts = []
    for story in told:
        of = f" ({share_of(story.kind, story.share)})" if story.share is not None else ""
        head = f"{story.title}{of}\n{story.about}"
        width = max((len(str(line.date)) for line in story.lines), default=0)
        lines = [f"  {line.date!s:<{width}}  {line.text}" for line in story.lines]
        parts.append("\n".join([head, *lines, f"  {story.end}"]))
    return "\n\n".join(parts)


def share_of(kind: str, share: float) -> str:
    """The share of a kind of firm in words."""
    found = form(share, ".0%") if share >= 0.01 else say("fewer than 1%")
    if kind == "beside":
        return say("{share} of the other firms", share=found)
    return say("{share} of accepted firms", share=found)
