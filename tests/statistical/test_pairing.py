"""Pairing saves runs: at least a hundred times, in the whole territory and in every basin.

With 20 pairs a ratio of variances is known within a factor of 3 (F with 19 and 19 degrees of freedom, one in
a hundred); the bounds are passed a hundredfold and fourfold.
"""

import pytest

from benchmarks.pairing import gains

pytestmark = pytest.mark.statistical


def test_pairs_save_a_hundred_times_the_runs() -> None:
    whole, basins = gains("alize-5-sites", 20)
    assert whole > 100.0
    assert (basins > 100.0).all()
