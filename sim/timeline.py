"""A month, in order: a table of contents of what happens."""

from functools import cache

import numba
import numpy as np

from sim.compiled import JIT, address_of, call_phase, compiled
from sim.economy.demand import demand
from sim.economy.demography import demography
from sim.economy.displacement import displacement
from sim.economy.growth import growth
from sim.economy.ideas import ideas
from sim.economy.projects import projects, projects_due
from sim.economy.research import research
from sim.economy.restructuring import restructuring
from sim.ledgers import accounts
from sim.state import (
    FIRMS,
    FULL,
    N_COHORTS,
    N_FILES,
    N_FLOWS,
    N_INVITED,
    N_MEMBERSHIPS,
    N_PROJECTS,
    N_RD,
    N_RD_ACTIVE,
    N_RESEARCHERS,
    N_SEATS,
    POLE,
)
from sim.support.actions import actions
from sim.support.application import application
from sim.support.awareness import awareness
from sim.support.calls import calls
from sim.support.cohorts import cohorts
from sim.support.effects import effects
from sim.support.finance import finance
from sim.support.governance import governance
from sim.support.levers import levers
from sim.support.market import flows_of_contracts, market, market_has_room
from sim.support.matching import matching
from sim.support.membership import membership, newcomers, newcomers_of
from sim.support.partners import partners
from sim.support.pathway import pathway
from sim.support.selection import selection

# what happens in a month, in this order: each is called with the tables of the world and the months since the
# start of the case
PHASES = (
    levers,
    demand,
    restructuring,
    demography,
    growth,
    projects,
    ideas,
    partners,
    awareness,
    governance,
    membership,
    market,
    calls,
    application,
    selection,
    matching,
    cohorts,
    actions,
    pathway,
    effects,
    projects_due,
    research,
    displacement,
    finance,
    accounts,
)
NAMES = tuple(phase.__name__ for phase in PHASES)


@compiled
def research_to_come(w, t):
    """Most R&D projects and seats that may come up in month t: an idea of each firm whose month may hold one,
    a seat for each that is or may become a member where members do research."""
    members = np.zeros(w.local_of.shape[0], np.int64)
    for k in range(w.locals.shape[0]):
        if int(w.rules[k].format) == POLE:
            members[w.locals[k].scheme] += w.locals[k].members + newcomers_of(w, t, k)
    new = 0
    for r in range(w.counts[N_RESEARCHERS]):
        new += w.next_idea[r] == t
    near = w.counts[N_RESEARCHERS]
    for b in range(w.basins.shape[0]):
        near += w.ends[b, t + 1] - w.ends[b, t]
    for s in range(members.shape[0]):
        if members[s] > 0:
            new += min(near, members[s] + w.counts[N_INVITED])
    return new


@compiled
def firms_at_most(w, t):
    """Most firms that may live in month t: those that outlived the month before, and the candidates for
    birth."""
    n = 0
    for b in range(w.basins.shape[0]):
        n += w.basins[b].initial if t == 0 else int(w.series[t - 1, b, FIRMS])
        n += w.ends[b, t + 1] - w.ends[b, t]
    return n


@compiled
def short_tables(w, t):
    """Which tables that grow may be too small for the coming month (bits of ``world.GROUPS``; 0: none). No
    firm opens more than a project; none applies more than once, comes back or asks for another action."""
    firms = firms_at_most(w, t)
    new = research_to_come(w, t)
    room = w.partnerships.shape[0]  # volunteers for cohorts: one a partner this month, and those who wait
    for k in range(w.locals.shape[0]):
        room += w.locals[k].waiting
    short = 0
    if w.projects.shape[0] - w.counts[N_PROJECTS] < firms:
        short += 1
    if w.locals.shape[0] > 0 and w.files.shape[0] - w.counts[N_FILES] < 2 * firms:
        short += 2
    if w.memberships.shape[0] - w.counts[N_MEMBERSHIPS] < newcomers(w, t):
        short += 4
    # an R&D project may start, end and hire in a month
    flows = flows_of_contracts(w) + 3 * (w.counts[N_RD_ACTIVE] + new)
    if w.flows.shape[0] - w.counts[N_FLOWS] < flows:
        short += 8
    if not market_has_room(w, t):
        short += 16
    if w.rd.shape[0] - w.counts[N_RD] < new:
        short += 32
    if w.seats.shape[0] - w.counts[N_SEATS] < room or w.cohorts.shape[0] - w.counts[N_COHORTS] < room:
        short += 64
    return short


@compiled
def months(w, start, stop, phases):
    """``run``, the phases given as ``call_phase`` takes them."""
    for t in range(start, stop):
        w.counts[FULL] = short_tables(w, t)
        if w.counts[FULL]:
            return t
        for k in range(len(phases)):
            call_phase(phases[k], w, t)
    return stop


@cache
def addresses(kind, names: frozenset[str]) -> np.ndarray:
    """Where the phases of these names stand in memory, for tables of numba's type ``kind``. They are called
    there, and not by name, so that each is compiled by itself."""
    return np.array([address_of(phase, (kind, numba.int64)) for phase in in_order(names)])


def in_order(names: frozenset[str]) -> tuple:
    """The phases of these names, in their order."""
    return tuple(phase for phase in PHASES if phase.__name__ in names)


def run(w, start: int, stop: int, names: frozenset[str]) -> int:
    """Months start to stop - 1, or until a table has too little room for the next. ``names``: of the phases
    that the world needs. Returns the month reached."""
    return months(w, start, stop, addresses(numba.typeof(w), names) if JIT else in_order(names))
