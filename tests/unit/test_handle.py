"""What compiled code sees of the tables of a world: the memory that Python sees."""

import gc

import numpy as np
import pytest

from sim.compiled import JIT, compiled
from sim.handle import handle_of, type_of
from sim.warm import TINY
from sim.world import World


@compiled
def shapes(w):
    return (
        (w.size.shape, w.smes.shape, w.causes.shape, w.exposure.shape, w.series.shape, w.tradable.shape),
        (w.size.strides, w.smes.strides, w.causes.strides, w.exposure.strides, w.series.strides),
        (w.size.size, w.smes.size, w.causes.size, w.exposure.size, w.series.size, w.tradable.size),
    )


@compiled
def last_of_each(w):
    return (
        w.size[-1], w.smes[-1].entry_size, w.causes[-1, -1], w.exposure[-1, -1], w.series[-1, -1, -1],
        w.tradable[-1], w.economy[0].exit_base,
    )  # fmt: skip


@compiled
def change(w):
    w.size[1], w.smes[1].entry_size, w.causes[1, 2], w.exposure[1, 2] = 1.5, 2.5, 3.5, 4.5
    w.series[1, 0, 2] = 5.5
    w.smes.dependence[:] = 6.5


def test_compiled_code_knows_how_tables_lie():
    t = World(TINY, {}, 1).tables
    lie = [t.size, t.smes, t.causes, t.exposure, t.series, t.tradable]
    shape, strides, sizes = shapes(handle_of(t))
    assert shape == tuple(table.shape for table in lie)
    assert strides == tuple(table.strides for table in lie[:5])
    assert sizes == tuple(table.size for table in lie)


def test_compiled_code_reads_what_python_has_written():
    t = World(TINY, {}, 1).tables
    t.size[-1], t.smes.entry_size[-1], t.causes[-1, -1], t.exposure[-1, -1] = 1.5, 2.5, 3.5, 4.5
    t.series[-1, -1, -1] = 5.5
    expected = (1.5, 2.5, 3.5, 4.5, 5.5, bool(t.tradable[-1]), t.economy.exit_base[0])
    assert last_of_each(handle_of(t)) == expected


def test_python_reads_what_compiled_code_has_written():
    t = World(TINY, {}, 1).tables
    change(handle_of(t))
    found = (t.size[1], t.smes.entry_size[1], t.causes[1, 2], t.exposure[1, 2], t.series[1, 0, 2])
    assert found == (1.5, 2.5, 3.5, 4.5, 5.5)
    assert (t.smes.dependence == 6.5).all()


@pytest.mark.skipif(not JIT, reason="the tables themselves serve")
def test_a_handle_keeps_its_tables_alive():
    handle = handle_of(World(TINY, {}, 1).run().tables)
    before = last_of_each(handle)
    gc.collect()
    other = World(TINY, {}, 2).run()
    assert last_of_each(handle) == before
    assert last_of_each(other._handle) != before


@pytest.mark.skipif(not JIT, reason="the tables themselves serve")
def test_tables_that_lie_otherwise_are_of_another_type():
    t = World(TINY, {}, 1).tables
    other = t._replace(exposure=np.ascontiguousarray(t.exposure))
    assert type_of(t) == type_of(World(TINY, {}, 2).tables)
    assert type_of(t) != type_of(other)


@pytest.mark.skipif(not JIT, reason="the tables themselves serve")
def test_a_table_that_is_not_there_is_not_compiled():
    @compiled
    def wrong(w):
        return w.no_such_table

    with pytest.raises(Exception, match="no_such_table"):
        wrong(handle_of(World(TINY, {}, 1).tables))


@pytest.mark.skipif(not JIT, reason="the tables themselves serve")
def test_columns_that_lie_apart_are_refused_rather_than_misread():
    t = World(TINY, {}, 1).tables
    apart = t._replace(size=np.zeros(2 * len(t.size))[::2])
    with pytest.raises(ValueError, match="table size must stand one after the other"):
        handle_of(apart)
