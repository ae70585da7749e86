"""Every case told by those who run a scheme comes out as told."""

import pytest

from tests.cases.told import FOLDER, Told, read, why_not

CASES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_story_comes_out_as_told(path):
    Told(read(path)).play()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_whoever_is_not_eligible_is_so_for_the_reason_told(path):
    case = read(path)
    told = Told(case)
    told.world.run(3)
    for firm in case["firms"]:
        if "eligible" in firm:
            assert why_not(firm, told.rules) == firm.get("because", ""), firm["name"]
            assert (told.row[firm["name"]] in told.world.files.firm) == firm["eligible"], firm["name"]
