"""What a folder says of itself, where its worlds are those of another function than the model."""

from pathlib import Path

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
