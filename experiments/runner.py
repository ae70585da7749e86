"""One draw of one group: the world without schemes once, and each policy beside it. Pure: no file decides
anything, and no clock but that of the time limit."""

import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.running import Stopped, TookTooLong
from experiments.trunk import Trunk
from scenarios.studies import NONE, PUBLISHED
from sim.once import together
from sim.spec import YEAR

if TYPE_CHECKING:
    from experiments.items import Item
    from sim.spec import WorldSpec
    from sim.world import World

OK, FAILED, TIMEOUT, KILLED = "ok", "failed", "timeout", "killed"
STATUSES = (OK, FAILED, TIMEOUT, KILLED)
LONGEST_ERROR = 4000  # characters

# outcomes of the series, with unit and definition
SERIES = {
    "jobs": ("jobs", "Jobs of SMEs and graduates of the basin."),
    "jobs_net": (
        "jobs",
        "Jobs of SMEs and graduates of the basin, less those in the world without any scheme.",
    ),
    "partners": ("sites", "Different sites that are partners of the living local schemes."),
    "fatigue": (
        "share",
        "Mean fatigue of the partner sites of living local schemes; empty where there is none.",
    ),
    "schemes_alive": ("local schemes", "Local schemes alive."),
    "volunteer_days": ("days", "Days given by volunteers since the start."),
    "public_cost": (
        "euros",
        "Coordination, paid experts less what firms pay of them, advances lost, aid to research, since the "
        "start.",
    ),
    "fund": ("euros", "Money in the funds for advances."),
    "members": ("firms", "Member firms of local schemes made of members."),
}
AT_HORIZON = {
    "files_accepted": ("files", "Files accepted since the start."),
    "jobs_realised": (
        "jobs",
        "Project hires of accepted firms, and what their own research and contracts move, within 36 months "
        "of acceptance, for members as long as they are and 36 months more.",
    ),
    "jobs_deadweight": ("jobs", "Of the jobs realised, those that the same firms create without help."),
    "jobs_displaced": ("jobs", "Jobs lost by competitors because of the policy."),
    "jobs_spillover": ("jobs", "Jobs gained by local services because of the policy."),
    "jobs_net_total": ("jobs", "Jobs of all firms less those in the world without any scheme."),
    "smes": ("firms", "Size of the basin: SMEs at the start."),
}


@dataclass(frozen=True)
class Arm:
    """What became of one world. By outcome: ``series`` (months, basins), ``horizon`` (basins,), ``kinds``
    (months of the census, basins)."""

    policy: str
    key: bytes
    status: str
    error: str
    outcomes: dict[str, float]
    wall_s: float
    started: float
    basins: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    series: dict[str, np.ndarray] = field(default_factory=dict)
    horizon: dict[str, np.ndarray] = field(default_factory=dict)
    census: tuple[int, ...] = ()
    kinds: dict[str, np.ndarray] = field(default_factory=dict)


# runs and measures one world: policy, specification, key, world without schemes, what runs it
One = Callable[..., "tuple[World, dict[str, Any]]"]


def simulate(item: "Item") -> "Iterator[Arm]":
    """The worlds of an item, one by one. A world that fails is a result too, and the others go on."""
    return each(item, _whole, Trunk(item, counted=True))


def each(item: "Item", one: "One", trunk: Trunk) -> "Iterator[Arm]":
    """The worlds of an item, each run by ``trunk`` and measured by ``one``, which is given the world without
    schemes; a world that fails is a row."""
    control: World | None = None
    lost = ""
    for policy, spec, key in item.arms:
        begun, started = time.perf_counter(), time.time()
        status, error = OK, ""
        result: dict[str, Any] = {}
        try:
            if lost:
                raise LostPair(lost)
            world, result = one(policy, spec, key, control, trunk)
            control = world if policy == NONE else control
        except Stopped:
            raise
        except TookTooLong as late:
            status, error = TIMEOUT, str(late)
        except LostPair as pair:
            status, error = FAILED, str(pair)
        except Exception:  # whatever a world does wrong is a row, and the others go on
            status, error = FAILED, traceback.format_exc()[-LONGEST_ERROR:]
        if policy == NONE and status != OK:
            lost = error
        wall = time.perf_counter() - begun
        yield Arm(policy, key, status, error, result.pop("outcomes", {}), wall, started, **result)


def _whole(
    policy: str, spec: "WorldSpec", key: bytes, control: "World | None", trunk: Trunk
) -> "tuple[World, dict[str, Any]]":
    """A world with all that is kept of it."""
    world, census = trunk.run(spec)
    assert census is not None
    with together():
        result = _measures(policy, world, world if policy == NONE else control, trunk.item)
    return world, result | {"census": tuple(census.months), "kinds": census.series()}


def broken(item: "Item", policy: str, status: str, error: str, wall_s: float) -> "list[Arm]":
    """The rows of a world that ended without saying so, and of those that are nothing without it; none of
    what is kept."""
    now = time.time()
    lost = item.control and policy == NONE
    return [
        Arm(name, key, status if name == policy else FAILED,
            error if name == policy else str(LostPair(error)), {}, wall_s if name == policy else 0.0, now)
        for name, _, key in item.arms
        if (name == policy or lost) and name not in item.kept
    ]  # fmt: skip


class LostPair(Exception):
    """The world without schemes is missing: the others have nothing to be compared with."""

    def __str__(self) -> str:
        return f"its pair, the world without schemes, did not finish: {self.args[0]}"


def _measures(policy: str, world: "World", control: "World | None", item: "Item") -> dict[str, Any]:
    from sim.outcomes import differences, levels
    from sim.pair import Pair, accepted_files
    from sim.state import JOBS

    outcomes = levels(world)
    basins = tuple(basin.id for basin in world.spec.territory.basins)
    months = tuple(dict.fromkeys([*range(YEAR, world.month + 1, YEAR), world.month]))
    rows = np.array(months) - 1
    jobs = world.tables.series[rows, :, JOBS]
    series, horizon = {"jobs": jobs}, {"smes": world.tables.basins.initial.astype(float)}
    if policy != NONE:
        assert control is not None
        pair = Pair(world, control)
        outcomes |= differences(pair)
        series["jobs_net"] = jobs - control.tables.series[rows, :, JOBS]
        series |= _by_basin(world, rows, len(basins))
        files = accepted_files(world)
        where = world.tables.locals.basin[files.local]
        bars = pair.waterfall_by_basin()
        horizon |= {
            "files_accepted": np.bincount(where, minlength=len(basins)).astype(float),
            "jobs_realised": bars["realised"],
            "jobs_deadweight": bars["deadweight"],
            "jobs_displaced": bars["displacement"],
            "jobs_spillover": bars["spillover"],
            "jobs_net_total": bars["net"],
        }
    if policy == PUBLISHED and item.facts:
        from calibration.targets import compute

        outcomes |= {f"fact_{name}": value for name, value in compute(item.facts, world, control).items()}
    return {"outcomes": outcomes, "basins": basins, "months": months, "series": series, "horizon": horizon}


def _by_basin(world: "World", rows: np.ndarray, basins: int) -> dict[str, np.ndarray]:
    """Series of the local schemes summed by basin; partners, a site once, and their mean fatigue."""
    from sim.state import L_ALIVE, L_DAYS, L_FUND, L_MEMBERS, L_PUBLIC, PARTNER_SITES, PARTNER_WEAR

    sites, wear = (world.tables.series[rows, :, column] for column in (PARTNER_SITES, PARTNER_WEAR))
    local = world.tables.local_series[rows]
    summed = np.zeros((local.shape[2], len(rows), basins))
    for k, basin in enumerate(world.tables.locals.basin):
        summed[:, :, basin] += local[:, k].T
    with np.errstate(invalid="ignore"):
        fatigue = wear / sites
    return {
        "partners": sites,
        "fatigue": fatigue,
        "schemes_alive": summed[L_ALIVE],
        "volunteer_days": summed[L_DAYS],
        "public_cost": summed[L_PUBLIC],
        "fund": summed[L_FUND],
        "members": summed[L_MEMBERS],
    }
