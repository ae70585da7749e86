"""The series of a folder by basin: of the worlds asked for and no others, in their order."""

from pathlib import Path

import numpy as np
import pytest

from experiments.cells import Cells
from experiments.folder import Folder
from experiments.items import Request
from experiments.restore import restored
from experiments.summary import Results
from tests.report_folders import folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("cells") / "f", "compare", 5, ("few", "many"), ("capped",))


@pytest.mark.parametrize("draws", [5, 3])
def test_cells_are_those_of_the_worlds_asked_for(made: Path, draws: int) -> None:
    of = Folder(made)
    results = Results(of, Request(restored(of).experiment, draws))
    cells = Cells(of, results, ("jobs", "jobs_net_total"), (36,))
    assert cells.horizon("few") == 60
    assert cells.months("few", "jobs") == [36, 60]
    assert cells.months("many", "jobs_net_total") == [60]
    basins = [basin.id for basin in results.experiment.groups[0].case.territory.basins]
    told = {
        (r["draw"], r["basin"]): r["value"] for r in of.series().to_pylist()
        if (r["group"], r["policy"], r["outcome"], r["month"]) == ("many", "capped", "jobs", 36)
    }  # fmt: skip
    wanted = [[told[draw, basin] for basin in basins] for draw in range(draws)]
    np.testing.assert_array_equal(cells.at("many", "capped", "jobs", 36), wanted)
    assert np.isnan(cells.at("few", "none", "jobs_net_total", 60)).all()  # a level of no such arm
    assert cells.at("few", "none", "jobs_net_total", 60).shape == (draws, len(basins))
