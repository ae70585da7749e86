"""The worlds of a design: the model with the levers that a row sets, or a function of one's own."""

import time
import traceback
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from experiments.runner import FAILED, LONGEST_ERROR, OK, Arm, each
from experiments.trunk import Trunk
from scenarios.studies import NONE
from sim.spec import Change, WorldSpec

if TYPE_CHECKING:
    from experiments.items import Item
    from sim.world import World

MODEL_SECONDS_A_WORLD = 0.012  # beside its firms' months; a pair measured on one core, only used to foresee
SECONDS_A_ROW = 2e-4  # of a function of one's own, unless it is said
REMEMBERED = 2  # worlds without schemes: rows of a design often differ by numbers that these do not read
_controls: "OrderedDict[bytes, tuple[World, dict[str, float]]]" = OrderedDict()


@dataclass(frozen=True)
class Model:
    """Turns an item of a design into the rows of its arms: every outcome at the end, no series.

    A world without schemes is the same in all rows that share its seed and the numbers that it reads, which
    its key says: it is run once for rows that follow each other.
    """

    levers: tuple[str, ...] = ()
    compiles: bool = True

    def __call__(self, item: "Item") -> Iterator[Arm]:
        arms = tuple(
            (policy, with_levers(spec, self.levers, item.values), key) for policy, spec, key in item.arms
        )
        item = item._replace(arms=arms)
        return each(item, _lean, Trunk(item, counted=False))


def _lean(
    policy: str, spec: WorldSpec, key: bytes, control: "World | None", trunk: Trunk
) -> "tuple[World, dict[str, Any]]":
    """A world and its outcomes."""
    from sim.outcomes import differences, levels
    from sim.pair import Pair

    if policy == NONE and key in _controls:
        _controls.move_to_end(key)
        world, outcomes = _controls[key]
        return world, {"outcomes": dict(outcomes)}
    world, _ = trunk.run(spec)
    outcomes = levels(world)
    if policy != NONE:
        assert control is not None
        outcomes |= differences(Pair(world, control))
    else:
        _controls[key] = world, dict(outcomes)
        while len(_controls) > REMEMBERED:
            _controls.popitem(last=False)
    return world, {"outcomes": outcomes}


def with_levers(spec: WorldSpec, levers: tuple[str, ...], values: Mapping[str, float]) -> WorldSpec:
    """The world with levers (``scheme.lever``) at the values of a row: where, and from when, is as its policy
    has it; everywhere from the start, where it does not set them. Levers of schemes that it has not, and a
    world without schemes, are left alone."""
    there = {scheme.name for scheme in spec.schemes}
    wanted = {name: values[name] for name in levers if name.partition(".")[0] in there}
    if not wanted:
        return spec
    changes = [
        replace(c, value=wanted[n]) if (n := f"{c.scheme}.{c.lever}") in wanted else c for c in spec.changes
    ]
    set_already = {f"{change.scheme}.{change.lever}" for change in spec.changes}
    added = []
    for name in wanted.keys() - set_already:
        scheme, _, lever = name.partition(".")
        added.append(Change(scheme, lever, wanted[name]))
    added.sort(key=lambda change: (change.scheme, change.lever))  # in one order, whatever that of a set
    return replace(spec, changes=(*changes, *added))


@dataclass(frozen=True)
class Own:
    """Turns an item into one row by a function of one's own: ``function(values)`` or, if ``seeded``,
    ``function(values, seed)``, which gives a number or several by name. ``outcomes``: their names."""

    function: Callable[..., float | Mapping[str, float]]
    outcomes: tuple[str, ...]
    seeded: bool = False

    def __call__(self, item: "Item") -> Iterator[Arm]:
        for policy, _, key in item.arms:
            begun, started = time.perf_counter(), time.time()
            status, error, found = OK, "", {}
            try:
                found = self._asked(item)
            except Exception:  # whatever the function does wrong is a row, and the others go on
                status, error = FAILED, traceback.format_exc()[-LONGEST_ERROR:]
            yield Arm(policy, key, status, error, found, time.perf_counter() - begun, started)

    def _asked(self, item: "Item") -> dict[str, float]:
        values = dict(item.values)
        said = self.function(values, item.world_seed) if self.seeded else self.function(values)
        named = dict(said) if isinstance(said, Mapping) else {self.outcomes[0]: said}
        if set(named) != set(self.outcomes):
            raise ValueError(f"gave {sorted(named)}, and {sorted(self.outcomes)} was said")
        return {name: float(value) for name, value in named.items()}
