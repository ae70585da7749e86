"""What the page needs of a run folder: worlds, yearly totals, basins, published figures."""

import csv
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.drawn import read_parameters
from experiments.files import PARAMETERS, SERIES
from experiments.folder import Folder
from experiments.parameters import DEFAULT
from experiments.restore import world_of
from experiments.summary import quantile
from scenarios.load import is_shipped

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"
WORLD = ["draw", "replicate"]
BY_BASIN = (
    "files_accepted", "jobs_realised", "jobs_deadweight", "jobs_displaced", "jobs_spillover",
    "jobs_net_total",
)  # fmt: skip
YEARLY = ("partners", "schemes_alive", "volunteer_days", "public_cost", "fund", "members", "jobs_net")


@dataclass(frozen=True)
class Spread:
    """A sample of worlds: mean, 5, 50 and 95 % quantiles, how many worlds have a value.

    Values that do not exist are left out; infinite ones (a cost where there is no net job) are kept.
    """

    mean: float
    p05: float
    p50: float
    p95: float
    n: int

    @property
    def interval(self) -> bool:
        """Whether there are worlds enough for an interval."""
        return self.n > 1

    @property
    def known(self) -> bool:
        """Whether any world has a value."""
        return self.n > 0


def spread(values: Any) -> Spread:
    """The sample's description."""
    sample = np.asarray(values, float)
    sample = sample[~np.isnan(sample)]
    if not len(sample):
        return Spread(math.nan, math.nan, math.nan, math.nan, 0)
    low, middle, high = (quantile(sample, q) for q in (0.05, 0.5, 0.95))
    with np.errstate(invalid="ignore"):
        return Spread(float(sample.mean()), low, middle, high, len(sample))


def spread_of(row: Mapping[str, str]) -> Spread:
    """The same as a table of the folder has it."""
    mean, low, middle, high = (float(row[name] or math.nan) for name in ("mean", "p05", "p50", "p95"))
    return Spread(mean, low, middle, high, int(row["n"]))


@dataclass(frozen=True)
class Group:
    """A case of the experiment. ``spec``: its world as plain data; ``changes``: what each arm changes;
    ``live``: of arms in which some schemes only live, which ones; ``mixes``: arms that are no policy;
    ``titles``: of its schemes, as their files have them; ``case``: its name."""

    name: str
    title: str
    description: str
    spec: Mapping[str, Any]
    changes: Mapping[str, Sequence[Mapping[str, Any]]]
    live: Mapping[str, Sequence[str]]
    mixes: frozenset[str]
    titles: Mapping[str, str] = field(default_factory=dict)
    case: str = ""

    @cached_property
    def shipped(self) -> str:
        """Name of its case if its world is that of the shipped one; nothing otherwise."""
        return self.case if is_shipped(self.case, world_of(self.spec)) else ""

    @property
    def policies(self) -> tuple[str, ...]:
        """Its arms without the world without schemes and without mixes."""
        return tuple(policy for policy in self.changes if policy != NONE and policy not in self.mixes)

    @cached_property
    def basins(self) -> list[Mapping[str, Any]]:
        """Its basins; those of one name have their id behind it."""
        basins = self.spec["territory"]["basins"]
        names = Counter(basin["name"] for basin in basins)
        return [
            {**basin, "name": f"{basin['name']} [{basin['id']}]"} if names[basin["name"]] > 1 else basin
            for basin in basins
        ]


@dataclass(frozen=True)
class Run:
    """A run folder as read. ``worlds``: a row a world that ended well, in a draw and replicate that did so
    with every policy of its case that has worlds; mixes are left out, of which ``shares`` tells;
    ``statuses``: worlds by status; ``beyond``: worlds of draws that are not asked for; ``decision``,
    ``classes``: rows of ``decision.csv`` and ``groups.csv``; ``headline``: those of ``summary.csv`` on net
    jobs."""

    path: Path
    manifest: Mapping[str, Any]
    groups: tuple[Group, ...]
    worlds: "pd.DataFrame"
    statuses: Mapping[str, int]
    beyond: int
    validation: Sequence[Mapping[str, Any]]
    shares: Sequence[Mapping[str, str]]
    decision: Sequence[Mapping[str, str]]
    classes: Sequence[Mapping[str, str]]
    headline: Sequence[Mapping[str, str]]
    dictionary: Mapping[str, tuple[str, str]]

    @property
    def command(self) -> str:
        return self.manifest["command"]

    @property
    def reference(self) -> str:
        return self.manifest["spec"]["reference"]

    @property
    def parameters(self) -> str:
        """Name of the source of the parameters."""
        return self.manifest["spec"]["parameters"]["source"]

    @property
    def policies(self) -> tuple[str, ...]:
        """Every policy, the reference first."""
        names = dict.fromkeys(policy for group in self.groups for policy in group.policies)
        return tuple(sorted(names, key=lambda name: name != self.reference))

    @property
    def only_shares(self) -> bool:
        """Whether there is nothing to compare: what is asked is what each scheme brings."""
        return bool(self.shares) and len(self.policies) == 1

    @cached_property
    def worlds_an_arm(self) -> int:
        """How many worlds an arm has, at most."""
        return int(self.worlds.groupby(["group", "policy"], observed=True).size().max())

    @cached_property
    def fewest_worlds(self) -> int:
        """How many worlds the case with the fewest has with each policy."""
        arms = ((group.name, policy) for group in self.groups for policy in group.policies)
        return min(len(self._arms.get(arm, ())) for arm in arms)

    def independent(self, draws: "pd.Index | pd.Series") -> int:
        """How many worlds, of these draws, tell something by themselves: those that share a row of parameters
        count once, unless all parameters are at their defaults, where luck is all that differs."""
        if self.parameters == DEFAULT:
            return len(draws)
        return len(set(map(self.row_of, draws)))

    @cached_property
    def independent_worlds(self) -> int:
        """The same of all worlds of an arm, at most."""
        return max(self.independent(arm.index.get_level_values("draw")) for arm in self._arms.values())

    def row_of(self, draw: int) -> int:
        """A number of the row of parameters of a draw, equal where rows are; the draw where none is known."""
        return self._row_of.get(draw, draw)

    @cached_property
    def _row_of(self) -> dict[int, int]:
        from pandas.util import hash_pandas_object

        rows = self.parameter_rows()
        return dict(zip(rows.index.tolist(), hash_pandas_object(rows, index=False).tolist()))

    @property
    def several(self) -> bool:
        """Whether several schemes live in some case."""
        return any(len(group.spec["schemes"]) > 1 for group in self.groups)

    @cached_property
    def _arms(self) -> "dict[tuple[str, str], pd.DataFrame]":
        """Worlds by group and policy, indexed by draw and replicate."""
        found = self.worlds.groupby(["group", "policy"], observed=True, sort=False)
        return {(str(g), str(policy)): arm.set_index(WORLD).sort_index() for (g, policy), arm in found}

    @cached_property
    def _spreads(self) -> dict[tuple[str, str, str], Spread]:
        """What ``spread`` has described so far."""
        return {}

    def values(self, group: str, policy: str, outcome: str) -> "pd.Series":
        """An outcome of an arm, indexed by draw and replicate; empty where the folder lacks it."""
        arm = self._arms.get((group, policy))
        if arm is None:
            arm = self.worlds.iloc[:0].set_index(WORLD)
        return arm[outcome] if outcome in arm else arm["draw_"].iloc[:0].astype(float)

    def spread(self, group: str, policy: str, outcome: str) -> Spread:
        """The same, described."""
        asked = group, policy, outcome
        if asked not in self._spreads:
            self._spreads[asked] = spread(self.values(*asked))
        return self._spreads[asked]

    def difference(self, group: str, policy: str, against: str, outcome: str) -> "pd.Series":
        """An outcome of an arm less that of another, in the worlds that both have."""
        with np.errstate(invalid="ignore"):
            gap = self.values(group, policy, outcome) - self.values(group, against, outcome)
        return gap.dropna()

    @cached_property
    def yearly(self) -> "pd.DataFrame":
        """Totals over basins (fatigue: mean over partners) by group, policy, outcome, month and world."""
        return _yearly(self)

    @cached_property
    def basins(self) -> "pd.DataFrame":
        """Counts by basin at the horizon: group, policy, basin, outcome, value; one row a world."""
        return _by_basin(self)

    def parameter_rows(self) -> "pd.DataFrame":
        """Uncertainties, one row a draw; empty if the folder has none."""
        import pandas as pd

        if not (self.path / PARAMETERS).exists():
            return pd.DataFrame()
        return read_parameters(self.path).to_pandas().set_index("draw")


def exists(run: Run, outcome: str) -> bool:
    """Whether an outcome is there and not nil in every world."""
    return outcome in run.worlds and occurs(run.worlds[outcome])


def occurs(values: "pd.Series") -> bool:
    """Whether an outcome is there and not nil in some of these worlds."""
    return bool((values.fillna(0) != 0).any())


def read(path: Path) -> Run:
    """Reads a run folder. ``Refused`` if it is none."""
    folder = Folder(path)
    manifest = folder.manifest
    groups = tuple(
        Group(
            name,
            spec.get("title") or name,
            spec.get("description") or "",
            spec["world"],
            spec["policies"],
            spec.get("schemes", {}),
            frozenset(spec.get("mixes", ())),
            spec.get("titles", {}),
            spec["case"],
        )
        for name, spec in manifest["spec"]["groups"].items()
    )
    worlds, statuses, beyond = _worlds(folder, manifest)
    worlds = worlds[~worlds["policy"].isin(frozenset().union(*(group.mixes for group in groups)))]
    worlds = _side_by_side(worlds, groups)
    dictionary: dict[str, tuple[str, str]] = {}
    # a name may stand for several files: what it means of worlds goes before what it means of others
    for row in sorted(_csv(path / "dictionary.csv"), key=lambda row: row["file"] != "runs"):
        dictionary.setdefault(row["name"], (row["unit"], row["definition"]))
    return Run(
        path,
        manifest,
        groups,
        worlds,
        statuses,
        beyond,
        _csv(path / "validation.csv"),
        _csv(path / "shares.csv"),
        _csv(path / "decision.csv"),
        _csv(path / "groups.csv"),
        [row for row in _csv(path / "summary.csv") if row["outcome"] == "jobs_net"],
        dictionary,
    )


def _worlds(folder: Folder, manifest: Mapping[str, Any]) -> "tuple[pd.DataFrame, dict[str, int], int]":
    import pandas as pd

    table = folder.runs()
    identity = ["group", "policy", *WORLD]
    if not table.num_rows:
        return pd.DataFrame(columns=[*identity, "status", "draw_"]), {}, 0
    frame = table.to_pandas()
    asked = (frame["draw"] < manifest["draws"]) & (frame["replicate"] < manifest["replicates"])
    beyond = len(frame[~asked].drop_duplicates(identity))
    frame = frame[asked].assign(bad=lambda f: f["status"] != "ok", draw_=lambda f: f["draw"])
    # a world that failed and was run again counts once, as its good run
    frame = frame.sort_values([*identity, "bad"], kind="stable").drop_duplicates(identity)
    statuses = {str(name): int(n) for name, n in frame["status"].value_counts().sort_index().items()}
    return frame[~frame["bad"]].reset_index(drop=True), statuses, beyond


def _side_by_side(worlds: "pd.DataFrame", groups: Sequence[Group]) -> "pd.DataFrame":
    """Of each group the worlds of the draws and replicates that all its policies with worlds have: means side
    by side are of the same worlds."""
    kept = []
    for group in groups:
        mine = worlds[worlds["group"] == group.name]
        of_policies = mine[mine["policy"].isin(group.policies)]
        have = of_policies.groupby(WORLD)["policy"].nunique()
        shared = have.index[have == of_policies["policy"].nunique()]
        kept += mine.index[mine.set_index(WORLD).index.isin(shared)].tolist()
    return worlds.loc[sorted(kept)].reset_index(drop=True)


def _cells(run: Run, query: str) -> "pd.DataFrame":
    """Asks DuckDB about ``cells``: the series of the worlds of the page, each cell once."""
    import duckdb
    import pandas as pd

    paths = [str(path) for path in Folder(run.path).verified(SERIES)]
    if not paths:
        return pd.DataFrame(columns=["group", "policy", "outcome", "month", "basin", "value", *WORLD])
    kept = run.worlds[["group", "policy", *WORLD]].astype({"group": str, "policy": str})
    with duckdb.connect() as base:
        base.execute("set threads = 1")  # sums in one order, so that the page is the same to the byte
        base.register("kept", kept)
        base.execute(
            'create table cells as select "group"::varchar as "group", policy::varchar as policy, draw,'
            " replicate, month, basin::varchar as basin, outcome::varchar as outcome, max(value) as value"
            ' from read_parquet(?) s where exists (from kept k where k."group" = s."group"::varchar'
            " and k.policy = s.policy::varchar and k.draw = s.draw and k.replicate = s.replicate)"
            " group by all",
            [paths],
        )
        return base.execute(query).df()


def _yearly(run: Run) -> "pd.DataFrame":
    names = ", ".join(f"'{name}'" for name in YEARLY)
    keys = '"group", policy, draw, replicate, month'
    return _cells(
        run,
        f"select {keys}, outcome, sum(value order by basin) as value from cells"
        f" where outcome in ({names}) group by all"
        f" union all select {keys}, 'fatigue', sum(f.value * p.value order by basin)"
        "   / nullif(sum(p.value order by basin), 0)"
        "   from (from cells where outcome = 'fatigue' and not isnan(value)) f"
        "   join (from cells where outcome = 'partners') p"
        '   using ("group", policy, draw, replicate, month, basin) group by all'
        f" order by all",
    )


def _by_basin(run: Run) -> "pd.DataFrame":
    names = ", ".join(f"'{name}'" for name in BY_BASIN)
    return _cells(run, f"from cells where outcome in ({names}) order by all")


def _csv(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
