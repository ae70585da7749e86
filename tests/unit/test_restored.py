"""What a folder says of itself, where its worlds are those of another function than the model."""

from pathlib import Path

import pytest

from experiments.errors import Refused
from experiments.folder import Folder, manifest
from experiments.restore import restored
from tests.survival import faults
from tests.survival.setting import experiment


def test_a_folder_of_another_function_is_known_again(tmp_path: Path) -> None:
    made = experiment(faults.raising)
    folder = Folder(tmp_path / "o")
    folder.prepare(made)
    folder.write_manifest(manifest(made, 3, 1, {}, {}, {}))
    folder.write_parameters(made, 3)
    request = restored(folder)
    assert request.experiment.hash() == made.hash()
    assert request.worlds == 6
    assert request.experiment.groups[0].case.name == "cheap"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"draws": -3}, "draws from 1 to 50,000,000"),
        ({"replicates": 0}, "replicates from 1 to 50,000,000"),
        ({"engine": {"parts": 0}}, "engine.parts from 1 to 50,000,000"),
        ({"engine": []}, "engine"),
        ({"draws": 2_400_000_000}, "draws from 1 to 50,000,000"),  # no computer numbers so many worlds
        ({"draws": 50_000_000, "replicates": 2}, "50,000,000 draws times replicates at most"),
    ],
)
def test_numbers_of_a_manifest_are_positive(wrong: dict, said: str, tmp_path: Path) -> None:
    folder = Folder(tmp_path / "o")
    made = experiment(faults.calm)
    folder.prepare(made)
    content = manifest(made, 3, 1, {"parts": 2}, {}, {})
    folder.write_manifest(content)
    assert folder.manifest == content
    folder.write_manifest(content | wrong)
    with pytest.raises(Refused, match=rf"it does not hold {said}\); `tremplin repair"):
        folder.manifest  # noqa: B018
