"""The map of where Alizé would live elsewhere: wider rows are within bounds, cells where they belong."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from docs import transfer
from experiments.parameters import source
from scenarios.load import load_case, load_policies
from sim.build import build
from sim.parameters import defaults, uncertainties
from sim.support.partners import joining_rate


def test_widened_rows_move_what_the_priors_hold_fixed(tmp_path: Path) -> None:
    transfer.write_wide(tmp_path / "wide.csv", 60)
    found = source(str(tmp_path / "wide.csv"), ["alize"], 1)
    assert found.rows is not None
    assert found.rows.shape == (60, len(uncertainties(["alize"])))
    for j, u in enumerate(found.declared):
        assert found.rows[:, j].min() >= u.low
        assert found.rows[:, j].max() <= u.high
        assert (np.ptp(found.rows[:, j]) > 0.8 * (u.high - u.low)) == (u.name not in transfer.SWITCHES)


def test_basins_of_the_case_are_those_of_the_map() -> None:
    here, there = (load_case(name) for name in ("alize-transfer", "alize-transfer-france"))
    basins = here.territory.basins
    wanted = {f"sites-{n}-{word}" for n in transfer.SITES for word in transfer.TRUST}
    assert {basin.id for basin in basins} == wanted
    for n in transfer.SITES:
        trust = [basin.cooperation for basin in basins if basin.large_sites == n]
        assert trust == [0.1, 0.4, 0.7]
    assert there.territory == here.territory
    assert here.spec.constants.revitalisation_wages == 0
    assert there.spec.constants.revitalisation_wages == 3


@pytest.mark.parametrize("case", ["alize-transfer", "alize-transfer-france"])
@pytest.mark.parametrize("seed", [1, 2])
def test_policies_on_motives_are_of_the_candidates_that_founders_leave(case: str, seed: int) -> None:
    values = defaults(["alize"])
    world = build(load_case(case).spec, values, seed)
    left = world.partnerships.founder == 0
    motives = world.sites.motives[world.partnerships.site]
    assert (left.sum(), (~left).sum()) == (54, 78)
    assert motives[left].mean() == pytest.approx(0.59, abs=0.005)
    assert motives[~left].mean() == pytest.approx(1.46, abs=0.005)

    def rate(times: float) -> float:
        return joining_rate(1.0, 1.0, times * motives[left].mean(), values["join_motives"], 0.0, 0.0)

    told = {name: {c.lever: c.value for c in changes}["recruiting_effort"]
            for name, changes in load_policies("alize-transfer").policies.items()
            if any(c.lever == "recruiting_effort" and c.value > 0 for c in changes)}  # fmt: skip
    none, twice = rate(0.0) / rate(1.0), rate(2.0) / rate(1.0)
    assert told == pytest.approx(
        {"no-motive": none, "all-against": none, "twice-the-motives": twice, "helped": twice}, abs=0.005
    )


def test_equal_values_share_their_rank() -> None:
    assert transfer.ranks(np.array([3.0, 1.0, 1.0, 2.0])).tolist() == [3.0, 0.5, 0.5, 2.0]


def test_the_drawing_has_every_cell() -> None:
    alive = np.zeros((2, 5, 3))
    alive[0] = 1.0
    found = {"one & all": transfer.Found(alive, 10 * alive - 2, np.arange(2))}
    root = ElementTree.fromstring(transfer.drawing(found))
    words = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words.count("50 %") == 15
    assert words.count("3") == 15
    assert {"one & all", "3 sites", "16 sites"} <= set(words)
    assert "| 16 | 50 %, 3 |" in transfer.numbers(found)
