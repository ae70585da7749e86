"""Of which worlds the tables of a folder are, noted in its manifest once they are written: worlds may have
come or gone since. Folders of earlier versions have no note: their tables are read as they are."""

import hashlib
from collections.abc import Mapping
from typing import Any

from experiments.errors import Refused
from experiments.folder import Folder
from experiments.lock import NOTING, alone
from scenarios.problems import typed

MADE_OF = "tables"
DIGEST_BYTES = 8


def worlds_there(folder: Folder, draws: int, replicates: int) -> dict[str, Any]:
    """What tells the worlds of so many draws and replicates: a digest of the names of the shards, each of
    which says a digest of its content."""
    names = "\n".join(path.name for path in folder.shards())
    digest = hashlib.blake2b(names.encode(), digest_size=DIGEST_BYTES).hexdigest()
    return {"draws": draws, "replicates": replicates, "shards": digest}


def note(folder: Folder, made: Mapping[str, Any]) -> None:
    """Notes of which worlds the tables are."""
    with alone(folder.path / NOTING):
        folder.write_manifest(folder.manifest | {MADE_OF: dict(made)})


def noted(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a manifest says of it, for another manifest of the folder."""
    return {MADE_OF: manifest[MADE_OF]} if MADE_OF in manifest else {}


def refuse_others(folder: Folder) -> None:
    """``Refused`` if the tables are of other worlds than those that are there now."""
    manifest = folder.manifest
    there = worlds_there(folder, manifest["draws"], manifest["replicates"])
    if manifest.get(MADE_OF, there) != there:
        raise Refused(
            f"{folder.path}: its tables are of other worlds than are there now (some were run, or set aside, "
            f"since); `tremplin collect {typed(folder.path)}` makes them again, and the page"
        )
