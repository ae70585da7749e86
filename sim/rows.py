"""The class of tables in Python; compiled code sees a structured array."""

from functools import cache
from typing import Any

import numpy as np

_part = np.ndarray.__getitem__


class Rows(np.recarray):
    """A table whose columns are attributes. What ``np.recarray`` does at each look-up takes longer than most
    sums over a column, and numpy gathers rows field by field: here they are copied whole."""

    # as of any array; then comes __getattr__, for what is not of every array
    __array_finalize__ = np.ndarray.__array_finalize__  # type: ignore[assignment]
    __getattribute__ = np.ndarray.__getattribute__

    def __getattr__(self, name: str) -> Any:
        try:
            return _part(self, name).view(np.ndarray)
        except (IndexError, ValueError):
            raise AttributeError(f"this table has no column {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in (self.dtype.names or ()):
            np.ndarray.__setitem__(self, name, value)
        else:
            object.__setattr__(self, name, value)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, str):
            return self.__getattr__(at)
        if isinstance(at, np.ndarray) and at.ndim == 1 and at.dtype.kind in "bi":
            if at.dtype.kind == "b" and len(at) != len(self):
                raise IndexError(f"{len(at)} marks for {len(self)} rows")
            rows = at.nonzero()[0] if at.dtype.kind == "b" else at
            return self.view(whole(self.dtype), np.ndarray).take(rows).view(self.dtype, Rows)
        return _part(self, at)


@cache
def whole(dtype: np.dtype) -> np.dtype:
    """Rows as bytes, without names of columns, which numpy would copy one by one; a plain column as it is."""
    return np.dtype((np.void, dtype.itemsize)) if dtype.names else dtype


def as_table(rows: np.ndarray) -> Any:
    """A structured array as a table."""
    return rows.view(of_records(rows.dtype), Rows)


@cache
def of_records(dtype: np.dtype) -> np.dtype:
    """The same columns, those of a single row attributes too."""
    return np.dtype((np.record, dtype))
