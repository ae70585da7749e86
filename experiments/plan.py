"""What an experiment is made of: arms by group, parameters, seed; and what it will take."""

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from experiments import closing
from experiments.errors import Refused
from experiments.lang import form, plural, say
from experiments.parameters import Source
from experiments.runner import simulate
from scenarios.load import NONE, PUBLISHED, Case, Study, is_shipped
from sim.spec import Basin, Territory, WorldSpec

if TYPE_CHECKING:
    from experiments.items import Item
    from experiments.runner import Arm

COMMON = "common"  # seeds of a design: those of a replicate, in all its rows
ALONE = "all"  # name of the group of an experiment with one case
# measured on one core of a laptop; only used to foresee how long a command takes
SECONDS_A_FIRM_MONTH = 6e-8
SECONDS_A_WORLD = 0.05
BYTES_A_WORLD = 450
BYTES_A_CELL = 3.0  # of the series, compressed
CELLS_A_BASIN_YEAR = 13
HOURS_WITHOUT_YES, GIGABYTES_WITHOUT_YES = 1.0, 1.0
WORDS = {"name", "question", "title", "description", "titles"}  # of a specification; they change no world


@dataclass(frozen=True)
class Function:
    """What stands for the specification of a world where another function than this model makes it: its name,
    which says also its version, since nothing else tells that it has changed."""

    name: str

    def hash(self) -> str:
        """Hash (32 hex digits) of the name."""
        return hashlib.blake2b(self.name.encode(), digest_size=16).hexdigest()


# the case of such functions
NO_CASE = Case("", "", "", WorldSpec(Territory("", (Basin("", "", 1, 0),)), 1, 2000), (), ())


@dataclass(frozen=True)
class Group:
    """A case and the arms to run in it, in order; the first is ``none``, the world without schemes.

    ``name`` is the value of the column ``group``. ``mixes``: arms that are run to share out what the schemes
    do together, and shown nowhere else, with the schemes that live in each.
    """

    name: str
    case: Case
    arms: Mapping[str, Any]  # WorldSpec, or Function
    mixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def policies(self) -> tuple[str, ...]:
        """The arms that are compared: neither the world without schemes nor mixes."""
        return tuple(policy for policy in self.arms if policy != NONE and policy not in self.mixes)

    @property
    def whole(self) -> WorldSpec:
        """The world of its arms with all the schemes of the case, and no policy."""
        some = next((spec for name, spec in self.arms.items() if name != NONE), self.arms[NONE])
        return replace(some, schemes=self.case.spec.schemes, changes=())

    @cached_property
    def shipped(self) -> str:
        """Name of its case if this is the shipped one, over its own months: published figures and shares of
        spread were computed for these worlds alone. Nothing otherwise."""
        ours = all(isinstance(spec, WorldSpec) for spec in self.arms.values())
        return self.case.name if ours and is_shipped(self.case.name, self.whole) else ""


@dataclass(frozen=True)
class Experiment:
    """Everything that decides the worlds of a command, and the words that go with it.

    ``simulate``: what turns an item into the rows of its arms; the model's own unless another one is given,
    with the names of its ``outcomes`` and the ``seconds_a_world`` that it may take. Such a function
    whose attribute ``compiles`` is true runs this model's compiled phases. ``design``: of a command whose
    draws are the rows of a design, all that decides these rows, as plain data.
    """

    command: str
    name: str
    question: str
    reference: str
    groups: tuple[Group, ...]
    seed: int
    source: Source
    simulate: "Callable[[Item], Iterator[Arm]]" = simulate
    outcomes: tuple[str, ...] = ()
    seconds_a_world: float = 0.0
    design: Mapping[str, Any] = field(default_factory=dict)
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
                **({"design": dict(self.design)} if self.design else {}),
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
        if self.seconds_a_world:
            return self.seconds_a_world * len(group.arms)
        return sum(
            SECONDS_A_WORLD + _firm_months(spec) * SECONDS_A_FIRM_MONTH for spec in group.arms.values()
        )

    @property
    def one_luck(self) -> bool:
        """Whether all draws of a replicate have the same seed: rows of a design then differ by their factors
        alone."""
        return self.design.get("seeds") == COMMON

    @property
    def compiles(self) -> bool:
        """Whether its worlds run compiled phases, which should be compiled before workers start."""
        return self.simulate is simulate or getattr(self.simulate, "compiles", False)

    def seconds_an_item(self) -> float:
        """Expected time of one draw of one group on one core, over groups."""
        return sum(self.seconds(group) for group in self.groups) / len(self.groups)

    def columns(self) -> tuple[str, ...]:
        """Names of the outcomes, in the order of the columns of the store."""
        from sim.outcomes import OUTCOMES

        return self.outcomes or tuple(OUTCOMES)


@dataclass(frozen=True)
class Estimate:
    """What a command will take. ``shards``: 0 where it fills more than one run folder, or a part of one
    (which is called a shard itself)."""

    worlds: int
    hours: float
    gigabytes: float
    shards: int = 0

    def as_json(self) -> dict[str, Any]:
        """The same for another program."""
        return {
            "worlds": self.worlds, "seconds": round(self.hours * 3600, 3),
            "megabytes": round(self.gigabytes * 1000, 3), "shards": self.shards,
        }  # fmt: skip

    def __str__(self) -> str:
        if self.hours < 1 / 60:
            seconds = max(1, round(self.hours * 3600))
            time = plural("{n} second", "{n} seconds", seconds, n=form(seconds))
        elif self.hours < 1:
            minutes = round(self.hours * 60)
            time = plural("{n} minute", "{n} minutes", minutes, n=form(minutes))
        else:
            hours = form(self.hours, ",.0f" if self.hours >= 10 else ".1f")
            time = plural("{n} hour", "{n} hours", self.hours, n=hours)
        megabytes = self.gigabytes * 1000
        if megabytes >= 100:
            size = say("{n} GB", n=form(self.gigabytes, ",.1f"))
        elif megabytes >= 0.1:
            size = say("{n} MB", n=form(megabytes, ".1f"))
        else:
            size = say("less than {n} MB", n=form(0.1, ".1f"))
        if self.shards:
            size = say("{size} in {shards}", size=size, shards=shards_said(self.shards))
        return say("{worlds}, about {time}, {size}", worlds=worlds_said(self.worlds), time=time, size=size)


def worlds_said(n: int) -> str:
    """So many worlds."""
    return plural("{n} world", "{n} worlds", n, n=form(n))


def shards_said(n: int) -> str:
    """So many shards."""
    return plural("{n} shard", "{n} shards", n, n=form(n))


def estimate(
    experiment: Experiment, draws: int, replicates: int, jobs: int, parts: int = 1, left: int | None = None
) -> Estimate:
    """Worlds, hours, gigabytes and shards of the experiment, of one of so many parts of it, or of the worlds
    that are left of it."""
    whole = experiment.worlds(draws, replicates)
    worlds = math.ceil(whole / parts) if left is None else left
    times = draws * replicates * (1 / parts if left is None else left / whole)
    cells = sum(
        math.ceil(spec.horizon_months / 12) * CELLS_A_BASIN_YEAR * len(spec.territory.basins)
        for group in experiment.groups
        for spec in group.arms.values()
        if isinstance(spec, WorldSpec) and not experiment.design  # a design keeps no series
    )
    size = worlds * BYTES_A_WORLD + times * cells * BYTES_A_CELL
    items = math.ceil(times * len(experiment.groups))
    processes = max(1, min(jobs, items))
    rows = whole / (draws * replicates * len(experiment.groups))
    each = closing.foreseen(math.ceil(items / processes), experiment.seconds_an_item(), rows)
    hours = times * len(experiment.groups) * experiment.seconds_an_item() / 3600 / processes
    return Estimate(worlds, hours, size / 1e9, min(items, processes * each) if parts == 1 else 0)


def run_experiment(case: Case, source: Source, seed: int) -> Experiment:
    """The experiment of ``tremplin run``: a case as published, and the same world without schemes."""
    arms = {NONE: case.spec.without_schemes(), PUBLISHED: case.spec}
    return Experiment("run", case.name, "", PUBLISHED, (Group(ALONE, case, arms),), seed, source)


def compare_experiment(study: Study, source: Source, seed: int) -> Experiment:
    """The experiment of ``tremplin compare``: every arm of a policy file, and every mix that it asks for, in
    each of its cases."""
    alone = len(study.bases) == 1

    def group(case: Case) -> Group:
        mixes = study.mixes(case)
        arms = {arm: study.spec(case, arm) for arm in (*study.arms, *mixes)}
        return Group(ALONE if alone else case.name, case, arms, mixes)

    groups = tuple(group(case) for case in study.bases)
    return Experiment("compare", study.name, study.question, study.reference, groups, seed, source)


def need_yes(foreseen: Estimate) -> bool:
    """Whether so much needs the reader's agreement."""
    return foreseen.hours > HOURS_WITHOUT_YES or foreseen.gigabytes > GIGABYTES_WITHOUT_YES


def ask(foreseen: Estimate, yes: bool, instead: str = "fewer --draws") -> None:
    """Raises ``Refused`` if so much needs ``--yes`` and did not get it."""
    if need_yes(foreseen) and not yes:
        raise Refused(f"{foreseen}: add --yes to go on, or ask for {instead}")


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
    if any(isinstance(spec, Function) for spec in group.arms.values()):
        words = {"title": group.case.title, "description": group.case.description}
        functions = {name: f.name for name, f in group.arms.items()}
        return {"case": group.case.name, **words, "functions": functions}
    whole = group.whole
    world = asdict(whole)
    del world["changes"]
    names = [scheme.name for scheme in whole.schemes]
    lists = {name: [scheme.name for scheme in spec.schemes] for name, spec in group.arms.items()}
    in_part = {name: live for name, live in lists.items() if name != NONE and live != names}
    said: dict[str, Any] = {"schemes": in_part} if in_part else {}  # of arms in which some schemes only live
    said |= {"mixes": list(group.mixes)} if group.mixes else {}
    return {
        "case": group.case.name,
        "title": group.case.title,
        "description": group.case.description,
        "titles": dict(group.case.titles),
        "world": _plain(world),
        "policies": {
            name: [_plain(asdict(change)) for change in spec.changes] for name, spec in group.arms.items()
        },
        **said,
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
