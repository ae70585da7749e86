"""The methods: how many rows a design of N has, which N it takes, whether it goes on, what it is told by."""

from collections.abc import Callable
from dataclasses import dataclass

from experiments.errors import Refused

MORRIS, SOBOL, FAST, RBD_FAST, PAWN, DELTA, FF, LATIN, GRID = (
    "morris", "sobol", "fast", "rbd-fast", "pawn", "delta", "ff", "latin", "grid",
)  # fmt: skip
LEAST_FAST = 65  # of SALib's search curve with four harmonics: more than 4 * 4^2
LEAST_TRAJECTORIES = 4
WHOLE = (FAST, FF)  # designs whose first rows are no design
PARTS = ("S1", "ST", "S2", "delta", "median")  # indices that are below 0 by chance alone
MOVED_BY_CHANCE = ("median", "delta", "prcc")  # indices that are not 0 of a factor that does nothing


@dataclass(frozen=True)
class Method:
    """``rows``: rows of a design, of N and the number of factors. ``power``: whether N must be a power of
    two. ``fixed``: why a design of another N is another design; "" where it goes on. ``main``: the index by
    which factors are ranked. ``unit``: whether that index lies between 0 and 1. ``fills``: whether its rows
    (of Saltelli's scheme, A and B) fill the space."""

    name: str
    words: str
    rows: Callable[[int, int], int]
    main: str
    least: int = 8
    power: bool = False
    fixed: str = ""
    unit: bool = True
    fills: bool = True

    def check(self, n: int) -> None:
        """``Refused`` if N cannot be."""
        if n < self.least:
            raise Refused(f"--n: at least {self.least} for {self.words} (got {n})")
        if self.power and n & (n - 1):
            below = 1 << (n.bit_length() - 1)
            raise Refused(
                f"--n: a power of two for {self.words}, since points fill the space evenly only then "
                f"(got {n}); the nearest are {below:,} and {2 * below:,}"
            )


def _factorial(n: int, factors: int) -> int:
    return 2 << (factors - 1).bit_length()


METHODS = {
    method.name: method
    for method in (
        Method(MORRIS, "Morris' screening", lambda n, k: n * (k + 1), "mu_star", LEAST_TRAJECTORIES,
               unit=False, fills=False),
        Method(SOBOL, "Sobol' indices", lambda n, k: n * (k + 2), "ST", power=True),
        Method(FAST, "FAST", lambda n, k: n * k, "ST", LEAST_FAST,
               fixed="the frequencies of its search curves follow from N", fills=False),
        Method(RBD_FAST, "RBD-FAST", lambda n, k: n, "S1", 64,
               fixed="each row of a Latin hypercube has its own of N strips of each factor"),
        Method(PAWN, "PAWN", lambda n, k: n, "median", 64, power=True),
        Method(DELTA, "delta", lambda n, k: n, "delta", 64, power=True),
        Method(FF, "a fractional factorial", _factorial, "main_effect", 1,
               fixed="its rows follow from the number of factors, and there are no others", unit=False,
               fills=False),
        Method(LATIN, "a Latin hypercube", lambda n, k: n, "prcc", 16,
               fixed="each row of a Latin hypercube has its own of N strips of each factor"),
    )
}  # fmt: skip

BETWEEN_0_AND_1 = ("S1", "ST", "S2", "delta", "median", "prcc")  # indices, whatever the unit of the outcome
# of every index: what it means, in words
INDICES = {
    "S1": "Part of the variance that the factor makes by itself (first order).",
    "ST": "Part of the variance that the factor makes by itself and together with others (total).",
    "S2": "Part of the variance that two factors make only together (second order).",
    "mu_star": "Mean size of the change of the outcome when the factor crosses its range (elementary "
    "effect).",
    "mu": "Mean change of the outcome, with its sign, when the factor crosses its range.",
    "sigma": "Spread of the changes of the outcome when the factor crosses its range: large where the effect "
    "bends, or hangs on other factors.",
    "delta": "How far knowing the factor changes the whole distribution of the outcome (Borgonovo), 0 to 1.",
    "median": "PAWN: largest distance between the distribution of the outcome and that with the factor "
    "known, median over slices, 0 to 1.",
    "main_effect": "Half of what the outcome changes from the low to the high end of the factor.",
    "prcc": "Partial rank correlation with the outcome, -1 to 1: correlation of the ranks of the factor's "
    "values (rows of one value share their mean rank) with the ranks of the outcome, after regression of "
    "both on the ranks of all other factors; empty where the others fix the factor.",
}


def method_of(name: str) -> Method:
    """The method of a name; ``Refused`` with those that there are."""
    from scenarios.problems import nearest, quoted

    if name in METHODS:
        return METHODS[name]
    near = nearest(name, METHODS)
    hint = f"; did you mean {near}?" if near else ""
    raise Refused(f"--method: unknown (got {quoted(name)}); allowed: {', '.join(METHODS)}{hint}")
