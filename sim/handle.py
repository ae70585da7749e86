"""The tables as compiled code takes them: one pointer instead of forty arrays.

A named tuple of arrays is passed to compiled code by value, which costs 0.4 s of compilation for every
function that takes it; a reference to a structure costs a quarter of that. Python keeps the named tuple
(``state.Tables``), which shares its memory. Where compilation is switched off the tuple itself serves.
"""

import hashlib
import pickle
from functools import cache

from numba import typeof
from numba.core import types
from numba.experimental import structref

from sim.compiled import JIT, compiled
from sim.state import Tables

FIELDS = Tables._fields


@structref.register
class HandleType(types.StructRef):
    """Numba's type of a handle.

    Its full name lists every field of every table and would stand in each compiled symbol: a hash of it says
    as much and halves the time of compilation.
    """

    def __init__(self, fields):
        self._data_type = None
        super().__init__(fields)
        self.name = "Handle_" + hashlib.blake2b(self.name.encode(), digest_size=8).hexdigest()

    def __reduce__(self):
        """Packed once, unpacked once: every file of compiled code names this type."""
        return unpacked, (packed(self),)

    def get_data_type(self):
        """The type of what the handle points to, named anew for each field that is read otherwise."""
        if self._data_type is None:
            self._data_type = super().get_data_type()
        return self._data_type

    def preprocess_fields(self, fields):
        return tuple((name, types.unliteral(kind)) for name, kind in fields)


@cache
def packed(kind: HandleType) -> bytes:
    """The fields of a type."""
    return pickle.dumps(kind._fields)


@cache
def unpacked(fields: bytes) -> HandleType:
    """The type of these fields."""
    return HandleType(pickle.loads(fields))


class Handle(structref.StructRefProxy):
    """Python's side of a handle: opaque, only passed on to compiled code."""


def type_of(tables: Tables) -> HandleType:
    """Numba's type of a handle to these tables."""
    return HandleType([(name, typeof(table)) for name, table in zip(FIELDS, tables)])


if not JIT:

    def handle_of(tables: Tables) -> Tables:
        """The tables themselves."""
        return tables

else:
    structref.define_constructor(Handle, HandleType, FIELDS)
    structref.define_attributes(HandleType)
    structref.define_boxing(HandleType, Handle)

    @compiled
    def handle_of(t):
        """A handle to these tables; both see the same memory."""
        # written out: code that is generated cannot be kept compiled; a test holds it equal to Tables
        return Handle(
            t.seed,
            t.nation,
            t.counts,
            t.calendar,
            t.economy,
            t.wage,
            t.uid,
            t.size,
            t.born,
            t.sector,
            t.exit_factor,
            t.open_factor,
            t.own_growth,
            t.busy,
            t.flags,
            t.chances,
            t.eventful,
            t.causes,
            t.exposure,
            t.smes,
            t.basins,
            t.ends,
            t.hires,
            t.sites,
            t.site_first,
            t.closures,
            t.persons,
            t.partnerships,
            t.locals,
            t.local_of,
            t.outreach,
            t.rules,
            t.rule_cells,
            t.switches,
            t.projects,
            t.active,
            t.files,
            t.open_files,
            t.alumni,
            t.seats,
            t.themes,
            t.cohorts,
            t.memberships,
            t.membership_of,
            t.kinds,
            t.members,
            t.invited,
            t.flows,
            t.markets,
            t.buyers,
            t.met,
            t.sellers,
            t.ties,
            t.contracts,
            t.researchers,
            t.next_idea,
            t.researcher_of,
            t.rd,
            t.rd_active,
            t.sector_mix,
            t.tradable,
            t.series,
            t.local_series,
        )
