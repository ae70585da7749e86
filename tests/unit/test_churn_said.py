"""What ordinary churn alone would have counted is said where a scheme declares gains of headcount."""

from types import SimpleNamespace

import numpy as np

from experiments.answers import churn
from experiments.report.headline import _churn
from experiments.report.reading import spread
from scenarios.load import load_case
from sim.spec import GAINS


def results(declared: list[float], without: list[float]) -> SimpleNamespace:
    found = {"jobs_reported": np.array(declared), "jobs_churn": np.array(without)}
    return SimpleNamespace(
        values=lambda group, policy, name: found[name],
        spread=lambda group, policy, name: spread(found[name]),
    )


def group(counts_heads: bool) -> SimpleNamespace:
    spec = SimpleNamespace(counts_heads=counts_heads)
    return SimpleNamespace(name="all", case=SimpleNamespace(spec=spec))


def test_it_is_said_at_the_end_of_a_run():
    text = churn(results([200.0, 240.0], [180.0, 216.0]), group(True))
    assert "Of 220 jobs declared" in text
    assert "198 (90%) without the scheme" in text
    assert churn(results([200.0], [180.0]), group(False)) == ""
    assert churn(results([0.0], [0.0]), group(True)) == ""


def test_it_is_said_in_the_report():
    inside = SimpleNamespace(name="all", spec={"counts_heads": True})
    text = _churn(results([200.0], [180.0]), inside, "published")
    assert "(90\N{NO-BREAK SPACE}%) in the world without the scheme" in text
    outside = SimpleNamespace(name="all", spec={"counts_heads": False})
    assert _churn(results([200.0], [180.0]), outside, "published") == ""


def test_only_schemes_that_count_gains_ask_for_headcounts():
    lyon, alize = load_case("boost-innov-lyon-2018-2025").spec, load_case("alize-3-sites").spec
    assert lyon.schemes[0].rules["declare"] == GAINS
    assert lyon.counts_heads
    assert lyon.without_schemes().counts_heads
    assert not alize.counts_heads
