"""When the rows that a process has in memory become a shard, and so how many shards there will be."""

import math
import time

SHARD_ROWS, SHARD_SECONDS, LONG_SHARD_SECONDS = 1000, 2.0, 60.0
SHARDS_BEFORE_LONG = 30


def is_due(rows: int, opened: float, written: int) -> bool:
    """Whether a shard of so many rows, begun at that time after so many others, is to be closed."""
    limit = SHARD_SECONDS if written < SHARDS_BEFORE_LONG else LONG_SHARD_SECONDS
    return rows >= SHARD_ROWS or time.monotonic() - opened >= limit


def seconds_left(opened: float) -> float:
    """Seconds until a short shard begun at that time is closed."""
    return max(0.0, SHARD_SECONDS - (time.monotonic() - opened))


def foreseen(items: int, seconds: float, rows: float) -> int:
    """How many shards a process will close for so many items, each of which takes so long and has so many
    rows."""

    def held(limit: float) -> int:
        return max(1, math.ceil(min(limit / seconds, SHARD_ROWS / rows)))

    early = min(items, SHARDS_BEFORE_LONG * held(SHARD_SECONDS))
    return math.ceil(early / held(SHARD_SECONDS)) + math.ceil((items - early) / held(LONG_SHARD_SECONDS))
