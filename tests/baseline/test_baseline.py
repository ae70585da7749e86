"""Numbers recorded on purpose: whoever changes them says so in the changelog.

``python -m tests.baseline.test_baseline`` records them anew. They hold to 1e-9 across machines and versions.
"""

import json
from pathlib import Path

import pytest

from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.world import World
from tests.small import spec

RECORD = Path(__file__).parent / "alize.json"


def numbers() -> dict[str, float]:
    """Every outcome of a small Alizé and of its pair, for one seed."""
    shape = spec(basins=3, smes=1000, months=84)
    pair = Pair(World(shape, {}, 2007).run(), World(shape.without_schemes(), {}, 2007).run())
    return levels(pair.treated) | differences(pair)


def test_the_recorded_numbers_have_not_moved():
    recorded = json.loads(RECORD.read_text())
    found = numbers()
    assert found.keys() == recorded.keys(), "record them anew, and say why in CHANGELOG.md under Numbers"
    moved = [k for k, v in recorded.items() if found[k] != pytest.approx(v, rel=1e-9, nan_ok=True)]
    assert not moved, (
        f"moved: {moved}; if on purpose, record them anew and say why in CHANGELOG.md under Numbers"
    )


if __name__ == "__main__":
    RECORD.write_text(json.dumps(numbers(), indent=1) + "\n")
