"""What an experiment is made of: arms by group, parameters, seed; and the list of its worlds."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from experiments.errors import Refused
from experiments.parameters import Source
from scenarios.load import NONE, PUBLISHED, Case, Study
from sim.code import code_hash
from sim.spec import WorldSpec

ALONE = "all"  # name of the group of an experiment with one case
# measured on one core of a laptop; only used to foresee how long a command takes
SECONDS_A_FIRM_MONTH = 6e-8
SECONDS_A_WORLD = 0.05
BYTES_A_WORLD = 450
BYTES_A_CELL = 1.5  # of the series, compressed
CELLS_A_BASIN_YEAR = 7
HOURS_WITHOUT_YES, GIGABYTES_WITHOUT_YES = 1.0, 1.0
WORDS = {"name", "question", "title", "description"}  # of a specification; they change no world


@dataclass(frozen=True)
class Group:
    """A case and the arms to run in it, in order; the first is ``none``, the world without schemes.

    ``name`` is the value of the column ``group``.
    """

    name: str
    case: Case
    arms: Mapping[str, WorldSpec]


@dataclass(frozen=True)
class Item:
    """The worlds of one group, draw and replicate: they share every draw. ``arms``: policy, world and key.

    ``facts``: name of the case whose published figures are computed in the published arm, if any.
    ``timeout``: seconds a world may take, 0 for no limit. ``kept``: arms whose rows are there already and
    are not written again.
    """

    group: str
    draw: int
    replicate: int
    world_seed: int
    values: Mapping[str, float]
    arms: tuple[tuple[str, WorldSpec, bytes], ...]
    facts: str = ""
    timeout: float = 0.0
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Experiment:
    """Everything that decides the worlds of a command, and the words that go with it."""

    command: str
    name: str
    question: str
    reference: str
    groups: tuple[Group, ...]
    seed: int
    source: Source
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def spec(self) -> dict[str, Any]:
        """The whole specification as plain data; absent numbers are null."""
        if "spec" not in self._cache:
            self._cache["spec"] = {
                "command": self.command,
                "name": self.name,
                "question": self.question,
                "reference": self.reference,
                "seed": self.seed,
                "parameters": {"source": self.source.name, "hash": self.source.hash()},
                "groups": {group.name: _group_spec(group) for group in self.groups},
            }
        return self._cache["spec"]

    def hash(self) -> str:
        """Hash (32 hex digits) of the specification without its words."""
        text = json.dumps(essence(self.spec()), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def worlds(self, draws: int, replicates: int) -> int:
        """How many worlds there are to run."""
        return draws * replicates * sum(len(group.arms) for group in self.groups)

    def seconds(self, group: Group) -> float:
        """Expected time of one draw of a group on one core, all its arms."""
        return sum(
            SECONDS_A_WORLD + _firm_months(spec) * SECONDS_A_FIRM_MONTH for spec in group.arms.values()
        )

    def items(
        self,
        draws: int,
        replicates: int,
        timeout: float = 0.0,
        done: frozenset[tuple[str, str, bytes]] | set[tuple[str, str, bytes]] = frozenset(),
    ) -> Iterator[Item]:
        """Every draw and replicate of every group with a row that is not in ``done`` (group, policy, key)."""
        from sim.draws import key as world_seed_of

        names = self.source.names
        position = {name: j for j, name in enumerate(names)}
        arms = {group.name: [(policy, spec, _Key(spec, position)) for policy, spec in group.arms.items()]
                for group in self.groups}  # fmt: skip
        facts = {g.name: g.case.name if self.command in ("run", "validate") else "" for g in self.groups}
        for draw, row in enumerate(self.source.draws(draws)):
            values = dict(zip(names, row.tolist()))
            for replicate in range(replicates):
                seed = world_seed_of(self.seed, draw, replicate)
                for group in self.groups:
                    keyed = tuple((p, spec, key.of(row, seed)) for p, spec, key in arms[group.name])
                    kept = frozenset(p for p, _, key in keyed if (group.name, p, key) in done)
                    if len(kept) < len(keyed):
                        yield Item(
                            group.name, draw, replicate, seed, values, keyed, facts[group.name], timeout, kept
                        )  # fmt: skip


class _Key:
    """Content keys of the worlds of one specification."""

    def __init__(self, spec: WorldSpec, position: Mapping[str, int]):
        from sim.parameters import uncertainties

        wanted = uncertainties(scheme.name for scheme in spec.schemes)
        self.columns = [position[u.name] for u in wanted]
        self.before = bytes.fromhex(spec.hash())
        self.after = bytes.fromhex(code_hash())

    def of(self, row: Any, world_seed: int) -> bytes:
        values = row[self.columns].astype("<f8").tobytes()
        content = self.before + values + world_seed.to_bytes(8, "little") + self.after
        return hashlib.blake2b(content, digest_size=16).digest()


@dataclass(frozen=True)
class Estimate:
    """What a command will take."""

    worlds: int
    hours: float
    gigabytes: float
    shards: int

    def __str__(self) -> str:
        if self.hours < 1 / 60:
            time = f"{max(self.hours * 3600, 1):.0f} seconds"
        elif self.hours < 1:
            time = f"{self.hours * 60:.0f} minutes"
        else:
            time = f"{self.hours:,.0f} hours" if self.hours >= 10 else f"{self.hours:.1f} hours"
        size = f"{self.gigabytes:,.1f} GB" if self.gigabytes >= 0.1 else f"{self.gigabytes * 1000:.1f} MB"
        return f"{self.worlds:,} worlds, about {time}, {size} in {self.shards:,} shards"


def estimate(experiment: Experiment, draws: int, replicates: int, jobs: int) -> Estimate:
    """Worlds, hours, gigabytes and shards of the whole experiment (of which some may be there already)."""
    times = draws * replicates
    seconds = times * sum(experiment.seconds(group) for group in experiment.groups)
    cells = sum(
        math.ceil(spec.horizon_months / 12) * CELLS_A_BASIN_YEAR * len(spec.territory.basins)
        for group in experiment.groups
        for spec in group.arms.values()
    )
    worlds = experiment.worlds(draws, replicates)
    size = worlds * BYTES_A_WORLD + times * cells * BYTES_A_CELL
    items = max(1, times * len(experiment.groups))
    shards = max(1, math.ceil(min(items, max(seconds / 2, worlds / 1000))))
    return Estimate(worlds, seconds / 3600 / max(1, min(jobs, items)), size / 1e9, shards)


def run_experiment(case: Case, source: Source, seed: int) -> Experiment:
    """The experiment of ``tremplin run``: a case as published, and the same world without schemes."""
    arms = {NONE: case.spec.without_schemes(), PUBLISHED: case.spec}
    return Experiment("run", case.name, "", PUBLISHED, (Group(ALONE, case, arms),), seed, source)


def compare_experiment(study: Study, source: Source, seed: int) -> Experiment:
    """The experiment of ``tremplin compare``: every arm of a policy file in each of its cases."""
    alone = len(study.bases) == 1
    groups = tuple(
        Group(ALONE if alone else case.name, case, {arm: study.spec(case, arm) for arm in study.arms})
        for case in study.bases
    )
    return Experiment("compare", study.name, study.question, study.reference, groups, seed, source)


def need_yes(foreseen: Estimate) -> bool:
    """Whether so much needs the reader's agreement."""
    return foreseen.hours > HOURS_WITHOUT_YES or foreseen.gigabytes > GIGABYTES_WITHOUT_YES


def ask(foreseen: Estimate, yes: bool) -> None:
    """Raises ``Refused`` if so much needs ``--yes`` and did not get it."""
    if need_yes(foreseen) and not yes:
        raise Refused(f"{foreseen}: add --yes to go on, or ask for fewer --draws")


def essence(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification without the words that change no world and the path of the parameters' file."""
    kept = {key: value for key, value in spec.items() if key not in WORDS}
    kept["parameters"] = {"hash": spec["parameters"]["hash"]}
    kept["groups"] = {
        name: {key: value for key, value in group.items() if key not in WORDS}
        for name, group in spec["groups"].items()
    }
    return kept


def _group_spec(group: Group) -> dict[str, Any]:
    published = next((spec for name, spec in group.arms.items() if name != NONE), group.arms[NONE])
    world = asdict(published)
    del world["changes"]
    return {
        "case": group.case.name,
        "title": group.case.title,
        "description": group.case.description,
        "world": _plain(world),
        "policies": {
            name: [_plain(asdict(change)) for change in spec.changes] for name, spec in group.arms.items()
        },
    }


def _plain(value: Any) -> Any:
    """The same as JSON holds it: no tuple, no NaN."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _firm_months(spec: WorldSpec) -> float:
    return spec.horizon_months * sum(basin.smes for basin in spec.territory.basins)
