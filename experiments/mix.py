"""What each scheme is worth where several live at once. Pure: worths of every mix in, shares out.

A worth is what the schemes of a mix do together, against no scheme at all: an array, a number a draw. Shapley
(1953): whoever joins is credited with what changes when it joins, on average over all orders of joining.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from math import comb

import numpy as np

Worths = Mapping[frozenset[str], np.ndarray]  # of every set of schemes, the empty one too


def mixes_of(schemes: Collection[str]) -> Iterator[frozenset[str]]:
    """Every set of these schemes, small ones first: 2^n of them."""
    for size in range(len(schemes) + 1):
        yield from map(frozenset, combinations(schemes, size))


def whole(worths: Worths) -> np.ndarray:
    """What all schemes do together: v(N) - v(0), draw by draw."""
    return worths[max(worths, key=len)] - worths[frozenset()]


def alone(worths: Worths, scheme: str) -> np.ndarray:
    """What a scheme does where it is the only one: v({i}) - v(0)."""
    return worths[frozenset([scheme])] - worths[frozenset()]


def added_last(worths: Worths, scheme: str) -> np.ndarray:
    """What would be lost if only this scheme stopped: v(N) - v(N without i)."""
    everyone = max(worths, key=len)
    return worths[everyone] - worths[everyone - {scheme}]


def shapley(worths: Worths, scheme: str) -> np.ndarray:
    """The fair share of a scheme, draw by draw.

    phi_i = mean over k = 0 .. n-1 of the mean, over the C(n-1, k) mixes S of k other schemes, of
    v(S with i) - v(S). Shares add up to the whole; a scheme that changes nothing has 0, exactly.
    """
    others = max(worths, key=len) - {scheme}
    n = len(others) + 1
    joined = ((len(mix), worths[mix | {scheme}] - worths[mix]) for mix in mixes_of(sorted(others)))
    return np.sum([change / (n * comb(n - 1, size)) for size, change in joined], axis=0)


def interplay(worths: Worths) -> np.ndarray:
    """What all schemes do together less the sum of what each does alone: below 0 where they crowd each
    other, above 0 where they help each other."""
    everyone = max(worths, key=len)
    return whole(worths) - np.sum([alone(worths, scheme) for scheme in sorted(everyone)], axis=0)
