"""One world of the country: its time, its memory, its waterfall. Slow."""

import time

import pytest

from benchmarks.memory import peak_mb
from scenarios.load import load_case
from sim.pair import Pair
from sim.world import World


@pytest.mark.slow
def test_a_world_of_the_country_takes_fifteen_seconds_and_its_waterfall_sums():
    World(load_case("region-five-schemes").spec, {}, 1).step()  # kernels are loaded
    spec = load_case("country").spec
    start = time.process_time()
    world = World(spec, {}, 1).run()
    assert time.process_time() - start < 15.0
    assert peak_mb() < 3 * 1024
    bars = Pair(world, World(spec.without_schemes(), {}, 1).run()).waterfall()
    parts = bars["net"] + bars["deadweight"] + bars["displacement"] - bars["spillover"]
    assert bars["realised"] == pytest.approx(parts + bars["attrition"] + bars["other"], abs=1e-6)
    assert abs(bars["other"]) < 0.05 * bars["realised"]
    print({name: round(float(value)) for name, value in bars.items()})
