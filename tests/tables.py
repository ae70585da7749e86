"""Tables as tests compare them."""

import numpy as np

from sim.world import USED, World


def in_use(world: World) -> dict[str, np.ndarray]:
    """The tables of a world by name; of those that fill, the rows in use: what stands behind them is whatever
    was in memory."""
    counts = world.tables.counts
    return {
        name: table[: counts[USED[name]]] if name in USED else table
        for name, table in world.tables._asdict().items()
    }


def assert_same_tables(one: World, other: World) -> None:
    """To the bit, field by field: what lies between fields means nothing."""
    theirs = in_use(other)
    for name, left in in_use(one).items():
        right = theirs[name]
        assert (left.dtype, left.shape) == (right.dtype, right.shape), name
        for field in left.dtype.names or (...,):
            assert left[field].tobytes() == right[field].tobytes(), (name, field)
