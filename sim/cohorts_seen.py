"""What a reader may ask of cohorts, plans and those who take part in them, in a world or in a pair."""

import numpy as np

from sim.columns import distinct, earliest
from sim.draws import ISOLATION, draw_each
from sim.helped import started_files
from sim.outcome import mean
from sim.pair import Pair
from sim.state import COHORT, COMPLETED, DEMAND_LEVEL, N_COHORTS, NEVER, Table
from sim.world import World

NAN = float("nan")


def cohorts_started(world: World) -> int:
    """Cohorts started so far."""
    return int(world.tables.counts[N_COHORTS])


def months_to_fill(world: World) -> float:
    """Mean of the months from one cohort of a local scheme to its next; not a number without any."""
    rows = world.tables.cohorts[: world.tables.counts[N_COHORTS]]
    gaps = [np.diff(np.sort(rows.started[rows.local == k])) for k in distinct(rows.local)]
    found = np.concatenate(gaps) if gaps else np.zeros(0)
    return mean(found)


def employers_a_cohort(world: World) -> float:
    """Different large sites in a cohort, on average."""
    return mean(world.tables.cohorts[: world.tables.counts[N_COHORTS]].employers)


def in_cohorts(world: World, files: Table) -> Table:
    """Of these files, those of schemes that help by cohorts."""
    return files[world.tables.rules.format[files.local] == COHORT]


def misfit_share(world: World) -> float:
    """Of the directors whose cohort has started, those who are not ready to commit."""
    return mean(in_cohorts(world, started_files(world)).ready == 0)


def plans_carried_out(world: World) -> float:
    """Of the help in cohorts completed, that whose plan was carried out in time."""
    files = in_cohorts(world, world.files)
    return mean(files.carried_out[files.state == COMPLETED] == 1)


def rigour(world: World) -> float:
    """Mean rigour of the living local schemes."""
    return mean(world.tables.locals.rigour[world.tables.locals.alive == 1])


def isolation_lowered(world: World) -> float:
    """Isolation (0 to 100) that ties with other directors take away, over firms alive with help
    completed."""
    t = world.tables
    rows = np.flatnonzero((t.smes.supported != NEVER) & (t.size > 0))
    if not len(rows):
        return NAN
    alone = draw_each(t.seed[0], ISOLATION, t.uid[rows], 0, np.zeros(len(rows), np.int64))
    ties = np.zeros(len(rows))
    tied = t.smes.ties[rows] > 0
    smes = t.smes[rows[tied]]
    rules = t.rules[smes.tie_local]
    lost = rules.tie_loss * (1.0 - rules.alumni_events) / 12.0 * (world.month - 1 - smes.tied)
    ties[tied] = smes.ties * np.exp(-lost)
    return 100.0 * float((alone * ties).mean())


def volunteer_skill(world: World) -> float:
    """What volunteers have learnt (0 to 100), over different persons who went on a mission."""
    persons = world.tables.persons
    return 100.0 * mean(persons.skill[persons.missions > 0])


def resilience_gain(pair: Pair) -> float:
    """Points of survival gained in bad months, those in which the demand of the basin is below that with
    which it starts, from the start of a firm's help on; over firms whose help started."""
    files = started_files(pair.treated)
    if not len(files):
        return NAN
    first = earliest(files.firm, np.arange(len(files)))
    rows, since = files.firm[first], files.started[first]
    closed = []
    for world in (pair.treated, pair.control):
        t = world.tables
        died, basin = t.smes.died[rows], t.smes.basin[rows]
        start = -t.economy.fragility_drag[0] * t.basins.fragility[basin]
        bad = t.series[np.maximum(died, 0), basin, DEMAND_LEVEL] < start
        closed.append(((died >= since) & bad).mean())
    return 100.0 * float(closed[1] - closed[0])
