"""Tables in Python: what ``np.recarray`` gives, sooner."""

import copy
import pickle

import numba
import numpy as np
import pytest

from sim.rows import Rows, as_table
from sim.state import FILE, zeros


@pytest.fixture
def table():
    made = zeros(6, FILE)
    made.firm, made.jobs, made["size"] = np.arange(6), np.arange(6) / 2.0, 7.0
    return made


def test_columns_and_rows_are_those_of_a_recarray(table):
    plain = np.asarray(table).view(np.recarray)
    odd = np.arange(6) % 2 == 1
    assert type(table.firm) is type(table["firm"]) is np.ndarray
    for rows in (odd, np.array([4, 0, 4]), np.array([-1]), np.array([], int), slice(1, 5, 2), [3, 2], 2):
        assert np.array_equal(table[rows], plain[rows])
    assert isinstance(table[odd], Rows)
    assert table[odd].firm.tolist() == [1, 3, 5]
    assert table[2].jobs == 1.0
    assert table.size == 6
    assert table["size"].tolist() == [7.0] * 6


def test_a_column_is_the_memory_of_its_table_and_rows_gathered_are_a_copy(table):
    table.firm[1] = 70
    assert table[1].firm == 70
    gathered = table[np.array([1])]
    gathered.firm[0] = 3
    assert table[1].firm == 70


def test_what_is_not_there_is_refused(table):
    with pytest.raises(AttributeError, match="no column 'firms'"):
        _ = table.firms
    with pytest.raises(IndexError, match="2 marks for 6 rows"):
        _ = table[np.array([True, False])]
    with pytest.raises(IndexError):
        _ = table[np.array([6])]


def test_compiled_code_takes_it_for_a_recarray(table):
    kind = numba.typeof(np.zeros(2, FILE).view(np.recarray))
    for made in (table, copy.deepcopy(table), pickle.loads(pickle.dumps(table)), as_table(np.zeros(2, FILE))):
        assert isinstance(made, Rows)
        assert numba.typeof(made) == kind
