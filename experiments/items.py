"""The worlds that a command asks for, numbered, each with the key under which its row is kept."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from experiments.errors import Refused
from experiments.origin import remedy
from experiments.plan import Experiment
from experiments.runner import STATUSES
from experiments.trunk import in_running_order
from scenarios.load import NONE
from scenarios.problems import typed
from sim.code import code_hash
from sim.spec import WorldSpec

if TYPE_CHECKING:
    from experiments.index import Index

CHUNK = 4096  # items looked up at once
NOTHING: frozenset[str] = frozenset()


class Item(NamedTuple):
    """The worlds to run of one group, draw and replicate: they share every draw. ``arms``: policy, world,
    key, as ``trunk.in_running_order`` has them.

    ``facts``: name of the shipped case whose published figures are computed in the published arm, if any.
    ``timeout``: seconds a world may take, 0 for no limit. ``kept``: policies that have rows already; of these
    only the world without schemes is run again, for the others to be compared with, and not written again.
    """

    group: str
    draw: int
    replicate: int
    world_seed: int
    values: Mapping[str, float]
    arms: tuple[tuple[str, Any, bytes], ...]
    facts: str = ""
    timeout: float = 0.0
    kept: frozenset[str] = NOTHING

    @property
    def control(self) -> bool:
        """Whether the first arm is the world without schemes, which the others are compared with."""
        return self.arms[0][0] == NONE


@dataclass(frozen=True)
class Request:
    """Draws and replicates of an experiment, or a part of them. ``part``: (i, n), i from 1 to n.

    Items are numbered draw by draw, then replicate by replicate, then group by group; part i of n holds the
    items whose number leaves i - 1 when divided by n. ``timeout``: seconds a world may take, 0 for no limit.
    """

    experiment: Experiment
    draws: int
    replicates: int = 1
    part: tuple[int, int] = (1, 1)
    timeout: float = 0.0
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def numbers(self) -> range:
        """Numbers of the items."""
        i, n = self.part
        return range(i - 1, self.draws * self.replicates * len(self.experiment.groups), n)

    @property
    def worlds(self) -> int:
        """How many worlds the items have, all arms counted."""
        arms = np.array([len(group.arms) for group in self.experiment.groups])
        return int(arms[np.asarray(self.numbers, int) % len(arms)].sum())

    def where(self, number: int) -> tuple[int, int, int]:
        """Draw, replicate and position of the group of an item."""
        pair, group = divmod(number, len(self.experiment.groups))
        return *divmod(pair, self.replicates), group

    def item(self, number: int, kept: frozenset[str] = NOTHING) -> Item:
        """The item of that number."""
        draw, replicate, position = self.where(number)
        group = self.experiment.groups[position]
        seed = self._seed(draw, replicate)
        row = self.experiment.source.row(draw)
        arms = tuple((policy, spec, key.of(row, seed)) for policy, spec, key in self._arms[position]
                     if policy not in kept or policy == NONE)  # fmt: skip
        facts = group.shipped if self.experiment.command in ("run", "validate") else ""
        values = self._values(draw, row)
        return Item(group.name, draw, replicate, seed, values, arms, facts, self.timeout, kept)

    def missing(self, there: "Index", again: bool = False) -> Iterator[tuple[int, frozenset[str]]]:
        """Items with a world that has no row, and their arms that have one; ``again``: a world that did not
        end well counts as one that has none."""
        if not there.rows:
            yield from ((number, NOTHING) for number in self.numbers)
            return
        for start in range(0, len(self.numbers), CHUNK):
            chunk = self.numbers[start : start + CHUNK]
            for number, arms, kept in zip(chunk, *self._kept(chunk, there, again)):
                if len(kept) < arms:
                    yield number, kept

    def to_run(self, there: "Index", again: bool = False) -> tuple[int, int]:
        """How many items have a world to run, and how many worlds these are."""
        groups = self.experiment.groups
        left = [
            len(groups[self.where(number)[2]].arms) - len(kept) for number, kept in self.missing(there, again)
        ]
        return len(left), sum(left)

    def rows(self, there: "Index") -> np.ndarray:
        """Rows of an index that are worlds of this request, each world once."""
        rows = there.worlds(self.draws, self.replicates)
        i, n = self.part
        if n == 1:
            return rows
        position = {group.name: p for p, group in enumerate(self.experiment.groups)}
        group = np.array([position.get(name, 0) for name, _ in there.arms], int)[there.arm[rows]]
        pair = there.draw[rows].astype(int) * self.replicates + there.replicate[rows]
        return rows[(pair * len(position) + group) % n == i - 1]

    def is_strange(self, there: "Index") -> bool:
        """Whether some row of an index, also of more draws and replicates than these, is of another world
        than this experiment has at its place. Nothing is said of draws whose parameters are not known."""
        known = self.draws if self.experiment.design else self.experiment.source.known
        replicates = int(there.replicate.max(initial=0)) + 1
        whole = replace(self, replicates=replicates, _cache={})
        position = {group.name: p for p, group in enumerate(self.experiment.groups)}
        arms = list(there.arms)
        keys: dict[tuple[int, int, int], dict[str, bytes]] = {}
        for row in np.flatnonzero(there.draw < known).tolist():
            group, policy = arms[there.arm[row]]
            place = int(there.draw[row]), int(there.replicate[row]), position[group]
            if place not in keys:
                number = (place[0] * replicates + place[1]) * len(position) + place[2]
                keys[place] = {name: key for name, _, key in whole.item(number).arms}
            if keys[place][policy] != there.key[row].ljust(len(keys[place][policy]), b"\0"):
                return True
        return False

    def counts(self, there: "Index") -> dict[str, int]:
        """Worlds of this request that have a row, by how they ended."""
        number = np.bincount(there.status[self.rows(there)], minlength=len(STATUSES))
        return {status: int(n) for status, n in zip(STATUSES, number)}

    def _kept(self, chunk: range, there: "Index", again: bool) -> tuple[list[int], list[frozenset[str]]]:
        """For each item: how many arms it has, and which of them are there."""
        from experiments.index import place_bytes

        found: dict[tuple[int, str], list[bytes]] = {}
        for number in chunk:
            item = self.item(number)
            position = self.where(number)[2]
            for policy, _, key in item.arms:
                placed = key + place_bytes(item.draw, item.replicate)
                found.setdefault((position, policy), []).append(placed)
        groups = self.experiment.groups
        if any(there.has_others(groups[p].name, policy, keys) for (p, policy), keys in found.items()):
            raise Refused(
                f"{there.folder}: holds worlds of other parameters than these at some draw; "
                + (f"`tremplin repair {typed(there.folder)}` sets them aside"
                   if self.experiment.source.whole else remedy(there.folder))
            )  # fmt: skip
        # rows of a design may be the same world: each has a row of its own, so a place is looked up too
        held = {
            (position, policy): iter(there.holds(groups[position].name, policy, keys, again).tolist())
            for (position, policy), keys in found.items()
        }
        positions = [self.where(number)[2] for number in chunk]
        kept = [
            frozenset([policy for policy in groups[position].arms if next(held[position, policy])])
            for position in positions
        ]
        return [len(groups[position].arms) for position in positions], kept

    @cached_property
    def _arms(self) -> "list[list[tuple[str, Any, _Key]]]":
        position = {name: j for j, name in enumerate(self.experiment.source.names)}
        levers = self.experiment.design.get("levers", ())
        return [
            [(policy, spec, _Key(spec, position, levers)) for policy, spec in in_running_order(arms)]
            for arms in (group.arms.items() for group in self.experiment.groups)
        ]

    def _seed(self, draw: int, replicate: int) -> int:
        """Seed of the worlds of a draw and replicate."""
        from sim.draws import key

        return key(self.experiment.seed, 0 if self.experiment.one_luck else draw, replicate)

    def _values(self, draw: int, row: np.ndarray) -> Mapping[str, float]:
        """The values of a draw by name; the last ones are remembered, since groups follow each other."""
        if self._cache.get("draw") != draw:
            self._cache["draw"] = draw
            self._cache["values"] = dict(zip(self.experiment.source.names, row.tolist()))
        return self._cache["values"]


def _read(spec: WorldSpec, position: Mapping[str, int], levers: Sequence[str]) -> list[str]:
    """Names of what a world reads of a row: uncertainties, then levers that the row sets."""
    from sim.parameters import RESEARCH, uncertainties

    schemes = [scheme.name for scheme in spec.schemes]
    names = [u.name for u in uncertainties(schemes)]
    if spec.does_research:  # also in the world without schemes
        names += [u.name for u in RESEARCH if u.name in position and u.name not in names]
    return names + [lever for lever in levers if lever.partition(".")[0] in schemes]


class _Key:
    """Content keys of the worlds of one specification: 16 bytes over the specification, the parameters that
    it reads in declared order, the ``levers`` of its schemes that a design sets (``scheme.lever``), the seed
    of the world and the code."""

    def __init__(self, spec: Any, position: Mapping[str, int], levers: Sequence[str] = ()):
        names = _read(spec, position, levers) if isinstance(spec, WorldSpec) else list(position)
        self.columns = [position[name] for name in names]
        self.all = self.columns == list(range(len(position)))
        self.before = bytes.fromhex(spec.hash())
        self.after = bytes.fromhex(code_hash())

    def of(self, row: np.ndarray, world_seed: int) -> bytes:
        """The key of a world."""
        values = (row if self.all else row[self.columns]).astype("<f8").tobytes()
        content = self.before + values + world_seed.to_bytes(8, "little") + self.after
        return hashlib.blake2b(content, digest_size=16).digest()
