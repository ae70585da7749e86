"""Worlds of a draw whose policies part late are run once up to the month in which they part."""

from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments.running import Clock
from scenarios.studies import NONE
from sim.spec import WorldSpec

if TYPE_CHECKING:
    from experiments.census import Census
    from experiments.items import Item
    from sim.world import World

Entry = tuple[str, Any]  # policy, specification of its world


def in_running_order(arms: Iterable[Entry]) -> list[Entry]:
    """The world without schemes, then arms that start alike side by side: the first of them last, since the
    others part from it, and of these whoever parts first."""
    families: list[list[Entry]] = []
    for arm in arms:
        mine = next((family for family in families if _are_alike(family[0], arm)), None)
        if mine is None:
            families.append([arm])
        else:
            mine.append(arm)
    families.sort(key=lambda family: family[0][0] != NONE)
    found = []
    for trunk, *others in families:
        found += [*sorted(others, key=lambda arm: _parting(trunk[1], arm[1]) or 0), trunk]
    return found


def _are_alike(one: Entry, other: Entry) -> bool:
    """Whether two arms stand side by side; what others are compared with stands alone, even where the case
    has no scheme and its worlds are all the same."""
    return NONE not in (one[0], other[0]) and _parting(one[1], other[1]) is not None


def _parting(one: Any, other: Any) -> int | None:
    """``parts_at``; None of what is no specification of this model's worlds."""
    from sim.fork import parts_at

    return parts_at(one, other) if isinstance(one, WorldSpec) and isinstance(other, WorldSpec) else None


class Trunk:
    """Runs the worlds of an item, asked for in its order: of those that start alike, the last runs ahead to
    the month in which the next one parts from it, until it is asked for itself.

    ``counted``: whether jobs are counted by kind of firm on the way.
    """

    def __init__(self, item: "Item", counted: bool):
        self.item = item
        self._counted = counted
        self._ahead: Grown | None = None

    def run(self, spec: WorldSpec) -> "Grown":
        """The world of one of the item's arms at its horizon."""
        from sim.fork import fork

        clock = Clock(self.item.timeout)
        alike = ((_parting(other, spec), other) for _, other, _ in reversed(self.item.arms))
        month, leader = next((month, other) for month, other in alike if month is not None)
        grown = self._ahead
        if not grown or grown.world.spec is not leader or grown.world.month > month:
            grown = self._begun(leader)
        self._ahead = None  # should it fail on its way
        clock.run(grown.world, month, grown.look)
        if spec is not leader:
            self._ahead = grown
            grown = Grown(fork(grown.world, spec), copy(grown.census))
            clock.run(grown.world, spec.horizon_months, grown.look)
        return grown

    def _begun(self, spec: WorldSpec) -> "Grown":
        from experiments.census import Census
        from sim.world import World

        world = World(spec, self.item.values, self.item.world_seed)
        return Grown(world, Census(world) if self._counted else None)


class Grown(NamedTuple):
    """A world, and the count of its jobs so far."""

    world: "World"
    census: "Census | None"

    def look(self, world: "World") -> None:
        """Counts, where that is wanted."""
        if self.census:
            self.census.look(world)
