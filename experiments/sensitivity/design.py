"""A design, and the source of parameters that its rows are."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from experiments.parameters import Source
from experiments.plan import COMMON
from experiments.sensitivity import points
from experiments.sensitivity.factors import LEVER, Factor
from experiments.sensitivity.methods import GRID, METHODS, SOBOL, Method
from sim.parameters import SCHEME_BEHAVIOUR, Uncertainty, uncertainties

OWN = "own"  # seeds: each row its own


@dataclass(frozen=True)
class Design:
    """``n``: size of a design that cannot go on with more rows, else 0. ``others``: values of the numbers
    that are not varied. ``second``: whether second-order indices are wanted. ``why``: how the factors were
    chosen, in words. ``seeds``: COMMON or OWN."""

    method: str
    factors: tuple[Factor, ...]
    n: int
    seeds: str
    others: Mapping[str, float] = field(default_factory=dict)
    second: bool = False
    why: str = ""

    @property
    def names(self) -> list[str]:
        """Names of the factors."""
        return [factor.name for factor in self.factors]

    @property
    def levers(self) -> list[str]:
        """Those that are levers."""
        return [factor.name for factor in self.factors if factor.kind == LEVER]

    @property
    def counts(self) -> tuple[int, ...]:
        """Of a grid: values of each factor."""
        return tuple(len(factor.grid) for factor in self.factors)

    @property
    def known(self) -> Method | None:
        """The method, if indices follow from the design."""
        return METHODS.get(self.method)

    @property
    def fills(self) -> bool:
        """Whether its rows fill the space, so that boxes and emulators can be sought in them."""
        return self.known is None or self.known.fills

    def rows(self, n: int) -> int:
        """Rows of the design of size n."""
        if self.method == GRID:
            return math.prod(self.counts)
        if self.method == SOBOL and self.second:
            return n * (2 * len(self.factors) + 2)
        return METHODS[self.method].rows(n, len(self.factors))

    def size(self, rows: int) -> int:
        """The n of so many rows."""
        return rows // self.rows(1) if self.method != GRID else rows

    def places(self, first: int, stop: int, seed: int) -> np.ndarray:
        """Places of rows first to stop - 1, (rows, factors)."""
        if self.method == GRID:
            return points.grid_block(self.counts, np.arange(first, stop))
        found: list[np.ndarray] = []
        while first < stop:
            start, block = self._block(first, seed)
            found.append(block[first - start : stop - start])
            first += len(found[-1])
        return np.concatenate(found) if found else np.empty((0, len(self.factors)))

    def _block(self, row: int, seed: int) -> tuple[int, np.ndarray]:
        return points.block_of(self.method, len(self.factors), self.n, seed, self.second, row)

    def values(self, places: np.ndarray) -> np.ndarray:
        """Values of the factors, (rows, factors)."""
        columns = [factor.values(places[:, j]) for j, factor in enumerate(self.factors)]
        return np.column_stack(columns) if columns else places

    def plain(self, seed: int) -> dict[str, Any]:
        """All that decides its rows, as JSON holds it."""
        return {
            "method": self.method, "n": self.n, "second": self.second, "seeds": self.seeds,
            "factors": [factor.plain() for factor in self.factors], "levers": self.levers,
            "others": dict(self.others), "why": self.why,
            "points": points.fingerprint(self.method, len(self.factors), self.n, seed, self.second),
        }  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Design":
        """The design of such data."""
        factors = tuple(Factor.of(factor) for factor in plain["factors"])
        return cls(
            plain["method"], factors, plain["n"], plain["seeds"], plain["others"], plain["second"],
            plain["why"],
        )  # fmt: skip

    def declared(self) -> tuple[Uncertainty, ...]:
        """The columns of its parameters: uncertainties in declared order, then what else is varied."""
        varied = {factor.name: factor.declared() for factor in self.factors}
        known = {u.name: u for u in uncertainties(SCHEME_BEHAVIOUR)}
        wanted = [u for name, u in known.items() if name in varied or name in self.others]
        return (*wanted, *(u for name, u in varied.items() if name not in known))


@dataclass(frozen=True)
class DesignSource(Source):
    """Rows of a design: draw k is row k."""

    design: Design | None = None

    @classmethod
    def made(cls, name: str, design: Design, seed: int, warning: str = "") -> "DesignSource":
        """The source of a design. ``name``: that of the source of its factors."""
        return cls(name, design.declared(), None, seed, warning, design=design)

    @property
    def of(self) -> Design:
        """The design."""
        assert self.design is not None
        return self.design

    @cached_property
    def _base(self) -> tuple[np.ndarray, list[int]]:
        """A row with the numbers that are not varied, and the columns of those that are."""
        names = list(self.names)
        row = np.array([self.of.others.get(name, 0.0) for name in names])
        return row, [names.index(name) for name in self.of.names]

    def row(self, draw: int) -> np.ndarray:
        """The row of a draw."""
        start = self._chunk.get(0)
        if start is None or not 0 <= draw - int(start[0]) < len(self._chunk[1]):
            self._fill(draw)
        return self._chunk[1][draw - int(self._chunk[0][0])]

    def _fill(self, draw: int) -> None:
        """Keeps the values of the block of a row."""
        base, columns = self._base
        if self.of.method == GRID:
            first = draw // points.ROWS_A_BLOCK * points.ROWS_A_BLOCK
            block = self.of.places(first, min(first + points.ROWS_A_BLOCK, self.of.rows(0)), self.seed)
        else:
            first, block = self.of._block(draw, self.seed)
        rows = np.tile(base, (len(block), 1))
        rows[:, columns] = self.of.values(block)
        self._chunk[0], self._chunk[1] = np.array([first]), rows

    def hash(self) -> str:
        """Hash (32 hex digits) of what decides the rows, the seed of the experiment apart."""
        plain = {**self.of.plain(self.seed), "why": ""}
        return hashlib.blake2b(json.dumps(plain, sort_keys=True).encode(), digest_size=16).hexdigest()


def seeds_of(asked: str, replicates: int) -> str:
    """Seeds of the rows: as asked, else common to all rows where a row has one world, own where it has
    several, since these tell the luck of the simulation apart."""
    return asked or (COMMON if replicates == 1 else OWN)
