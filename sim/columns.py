"""Small passes that several rules need over columns."""

import numpy as np

from sim.compiled import compiled

EIGHT = 8  # dense passes over a few values take as long for a whole eight


@compiled
def eights(n):
    """n rounded up to whole eights."""
    return (n + EIGHT - 1) // EIGHT * EIGHT


@compiled
def take(column, rows):
    """The values of a column in these rows, side by side: ``column[rows]``, which would be compiled anew
    wherever it stood."""
    found = np.empty(rows.shape[0], column.dtype)
    for k in range(rows.shape[0]):
        found[k] = column[rows[k]]
    return found


@compiled
def note_rows(marks, first, rows):
    """Writes into ``rows`` those whose mark is not 0, in order; returns how many. ``first``: row of the first
    of ``marks``. Without a branch, which the processor could not foresee."""
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for i in range(marks.shape[0]):
        rows[n] = first + i
        n += np.uint64(marks[i] != 0)
    return n


@compiled
def that_are_marked(marks):
    """Positions of the marks that are not 0, in order. ``marks``: whole eights of bytes, looked at eight by
    eight, since most hold none."""
    eights = marks.view(np.uint64)
    found = np.empty(marks.shape[0], np.int64)
    n = 0
    for e in range(eights.shape[0]):
        if eights[e] != 0:
            for k in range(8 * e, 8 * e + 8):
                if marks[k] != 0:
                    found[n] = k
                    n += 1
    return found[:n]


@compiled
def add_at(column, rows, added):
    """Adds to a column in these rows, in their order: a row may stand there twice."""
    for k in range(rows.shape[0]):
        column[np.uint64(rows[k])] += added[k]


def begins(column: np.ndarray) -> np.ndarray:
    """Whether each value of a sorted column is the first of its kind."""
    found = np.ones(len(column), bool)
    np.not_equal(column[1:], column[:-1], out=found[1:])
    return found


def distinct(column: np.ndarray) -> np.ndarray:
    """The different values of a column, in order. ``np.unique`` would take ten times as long with integers,
    which it hashes."""
    ordered = np.sort(column)
    return ordered[begins(ordered)]


def earliest(firm: np.ndarray, month: np.ndarray) -> np.ndarray:
    """Of rows with firm and month, the first by month of each firm (the first of two in one month), in the
    order of firms. Numbers are sorted sooner than rows."""
    if not len(firm):
        return np.zeros(0, np.int64)
    rows = len(firm)
    since = month - month.min()
    key = (firm * (int(since.max()) + 1) + since) * rows + np.arange(rows)
    key.sort()
    order = key % rows
    return order[begins(firm[order])]


@compiled
def total(x):
    """Sum of a column as eight sums of every eighth value, added in pairs: a fixed order, whatever the
    machine, that the processor need not wait for value by value."""
    whole = x.shape[0] - x.shape[0] % 8
    a, b, c, d, e, f, g, h = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(0, whole, 8):
        a += x[i]
        b += x[i + 1]
        c += x[i + 2]
        d += x[i + 3]
        e += x[i + 4]
        f += x[i + 5]
        g += x[i + 6]
        h += x[i + 7]
    for i in range(whole, x.shape[0]):
        a += x[i]
    return ((a + b) + (c + d)) + ((e + f) + (g + h))


@compiled
def difference_by_basin(one, other, first, end):
    """Sums of ``one - other``, both (columns, rows), over the rows first to end - 1 of each basin, in their
    order; shape (columns, basins). Columns, as many as a multiple of four, are summed four at a time: one sum
    would wait for each addition."""
    found = np.zeros((one.shape[0], first.shape[0]))
    for b in range(first.shape[0]):
        for c in range(0, one.shape[0], 4):
            p, q, r, s = 0.0, 0.0, 0.0, 0.0
            for i in range(first[b], end[b]):
                p += one[c, i] - other[c, i]
                q += one[c + 1, i] - other[c + 1, i]
                r += one[c + 2, i] - other[c + 2, i]
                s += one[c + 3, i] - other[c + 3, i]
            found[c, b], found[c + 1, b], found[c + 2, b], found[c + 3, b] = p, q, r, s
    return found
