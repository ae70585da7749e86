"""The tables as compiled code takes them: one pointer instead of sixty arrays.

A named tuple of arrays is passed to compiled code by value, which costs 0.4 s of compilation for every
function that takes it; a pointer costs next to nothing. Python keeps the named tuple (``state.Tables``),
whose memory compiled code reads and writes. Where compilation is switched off the tuple itself serves.

Compiled code neither counts who uses a table nor reads twice where it stands: a handle keeps its tables
alive, and they stay where they are while it exists.
"""

import ctypes
import hashlib
import pickle
from collections.abc import Iterable
from functools import cache

import numpy as np
from llvmlite import ir
from numba import typeof
from numba.core import cgutils, imputils, types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import get_itemsize, make_array

from sim.compiled import JIT
from sim.state import Tables

FIELDS = Tables._fields
# numpy's flags of an array that its type in compiled code hangs on; the kinds of columns are always the same
LAYOUT = 0x503
_types: dict[tuple[int, ...], "HandleType"] = {}


class HandleType(types.Type):
    """Numba's type of a handle, by the names and types of the tables.

    Its full name would list every field of every table and stand in each compiled symbol: a hash of it says
    as much and halves the time of compilation.
    """

    def __init__(self, fields: Iterable[tuple[str, types.Array]]):
        self.fields = dict(fields)
        self.places = {}
        at = 0
        for name, table in self.fields.items():
            if table.ndim == 1 and table.layout != "C":  # ``read_table`` steps through it item by item
                raise ValueError(f"the rows of table {name} must stand one after the other in memory")
            self.places[name] = at
            at += 2 + 2 * table.ndim
        text = str([(name, str(table)) for name, table in self.fields.items()])
        super().__init__("Handle_" + hashlib.blake2b(text.encode(), digest_size=8).hexdigest())

    def __reduce__(self):
        """Packed once, unpacked once: every file of compiled code names this type."""
        return unpacked, (packed(self),)


@cache
def packed(kind: HandleType) -> bytes:
    """The fields of a type."""
    return pickle.dumps(list(kind.fields.items()))


@cache
def unpacked(fields: bytes) -> HandleType:
    """The type of these fields."""
    return HandleType(pickle.loads(fields))


@register_model(HandleType)
class HandleModel(models.OpaqueModel):
    """A pointer to words of eight bytes. Of each table one after the other: where it stands, its length, its
    shape, its strides (of one column, that of an item)."""


@infer_getattr
class TableOf(AttributeTemplate):
    """Types of the tables."""

    key = HandleType

    def generic_resolve(self, typ, attr):  # type: ignore[override]
        """The type of one of them."""
        return typ.fields.get(attr)


@lower_getattr_generic(HandleType)
def read_table(context, builder, kind, pointer, name):
    """Numba's array for a table: without a count of its users, read once wherever it is used again."""
    table = kind.fields[name]
    never_changed = builder.module.add_metadata([])
    words = builder.bitcast(pointer, cgutils.intp_t.as_pointer())

    def word(k):
        found = builder.load(builder.gep(words, [ir.Constant(cgutils.intp_t, kind.places[name] + k)]))
        found.set_metadata("invariant.load", never_changed)
        return found

    item, places = context.get_constant(types.intp, get_itemsize(context, table)), range(table.ndim)
    shape = [word(2 + k) for k in places]
    strides = [word(2 + table.ndim + k) for k in places] if table.ndim > 1 else [item]
    array = make_array(table)(context, builder)
    array.meminfo = cgutils.get_null_value(array.meminfo.type)
    array.parent = cgutils.get_null_value(array.parent.type)
    array.nitems = word(1) if table.ndim > 1 else shape[0]
    array.itemsize = item
    array.data = builder.inttoptr(word(0), array.data.type)
    array.shape, array.strides = cgutils.pack_array(builder, shape), cgutils.pack_array(builder, strides)
    return imputils.impl_ret_borrowed(context, builder, table, array._getvalue())


def stands_at(table: np.ndarray) -> int:
    """Address of the first item of a table: what ``table.ctypes.data`` says, in a sixth of its time. It is
    kept behind the head that every object of Python has (``PyArrayObject`` in numpy's C API)."""
    return ctypes.c_size_t.from_address(id(table) + object.__basicsize__).value


class Handle:
    """Python's side of a handle: opaque, only passed on to compiled code. Keeps its tables alive."""

    __slots__ = ("_words", "address", "kind", "tables")

    def __init__(self, tables: Tables):
        self.tables = tables
        self.kind = type_of(tables)
        words: list[int] = []
        for table in tables:
            words += (stands_at(table), table.size, *table.shape, *table.strides)
        self._words = np.array(words, np.int64)
        self.address = self._words.ctypes.data


@typeof_impl.register(Handle)
def kind_of(handle, context):
    """Numba's type of a handle."""
    return handle.kind


@unbox(HandleType)
def unbox_handle(kind, handle, c):
    """The pointer."""
    address = c.pyapi.object_getattr_string(handle, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer)


def type_of(tables: Tables) -> HandleType:
    """Numba's type of a handle to these tables."""
    known = tuple([table.flags.num & LAYOUT for table in tables])
    if known not in _types:
        _types[known] = HandleType(zip(FIELDS, map(typeof, tables)))
    return _types[known]


def handle_of(tables: Tables) -> Handle | Tables:
    """A handle to these tables; both see the same memory. Without compilation the tables themselves."""
    return Handle(tables) if JIT else tables
