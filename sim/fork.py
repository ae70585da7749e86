"""Worlds that differ by their policies alone are one world until the first month in which these differ."""

import copy
from dataclasses import fields

import numpy as np

from sim.build import build_locals, build_switches
from sim.handle import handle_of
from sim.rows import whole
from sim.spec import Change, WorldSpec
from sim.state import Tables
from sim.world import USED, World

# what nothing writes once a world is built: its forks read the same memory
FIXED = frozenset(
    [
        "seed",
        "calendar",
        "economy",
        "wage",
        "uid",
        "ends",
        "site_first",
        "closures",
        "local_of",
        "sector_mix",
        "tradable",
    ]
)
ALIKE = [field.name for field in fields(WorldSpec) if field.name != "changes"]


def parts_at(one: WorldSpec, other: WorldSpec) -> int | None:
    """First month in which worlds of the same seed and values may differ, at most their horizon; None if
    more than changes of levers tells them apart."""
    if any(getattr(one, name) != getattr(other, name) for name in ALIKE):
        return None
    ours, theirs = _in_order(one), _in_order(other)
    same = 0
    while same < min(len(ours), len(theirs)) and ours[same] == theirs[same]:
        same += 1
    # a change says nothing of the months before it, and those that follow begin no sooner
    unlike = [*ours[same : same + 1], *theirs[same : same + 1]]
    return min([one.horizon_months, *(change.from_month for change in unlike)])


def fork(world: World, spec: WorldSpec) -> World:
    """The world of ``spec`` in the month in which ``world`` stands, which is left as it is. Raises ValueError
    if the two have parted before."""
    parting = parts_at(world.spec, spec)
    if parting is None or parting < world.month:
        raise ValueError(f"in month {world.month} these worlds are no longer the same")
    found = copy.copy(world)
    found.spec = spec
    # until a month is over no lever has moved the rules
    rows, rules = world.tables.locals, world.tables.rules
    if world.month:
        rows, rules, _ = build_locals(spec, world.values)
    found.tables = _copied(world.tables)._replace(switches=build_switches(spec, rows, rules))
    found._handle = handle_of(found.tables)
    found.headcounts, found.research_heads = list(world.headcounts), list(world.research_heads)
    return found


def _in_order(spec: WorldSpec) -> list[Change]:
    """The changes as they take effect."""
    return sorted(spec.changes, key=lambda change: change.from_month)


def _copied(tables: Tables) -> Tables:
    """The same tables in memory of their own. Of those that fill only the rows in use are read."""
    found = {}
    counts = tables.counts.tolist()
    for name, table in zip(Tables._fields, tables):
        if name in FIXED:
            continue
        if name not in USED:
            own = table.view(whole(table.dtype), np.ndarray).copy("K")
        else:
            own = np.empty(table.shape, whole(table.dtype))
            used = counts[USED[name]]
            own[:used] = table[:used].view(own.dtype, np.ndarray)
        found[name] = own.view(table.dtype, type(table)) if table.dtype.names else own
    found["rule_cells"] = found["rules"].view(np.float64).reshape(tables.rule_cells.shape)
    return tables._replace(**found)
