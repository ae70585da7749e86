"""The page of a run: one file that needs no network, made from the run folder alone."""

from pathlib import Path

PAGE = "report.html"


def write(folder: Path) -> Path:
    """Writes ``report.html`` in a run folder and returns its path.

    The same folder gives the same bytes. Raises ``Refused`` if it is not a run folder, ``OSError`` if the
    page cannot be written.
    """
    from experiments.command import EVALUATE
    from experiments.folder import Folder, write_whole

    folder = Path(folder)
    path = folder / PAGE
    manifest = Folder(folder).manifest
    if "design" in manifest["spec"]:
        from experiments.report import sensitivity

        write_whole(path, sensitivity.render(sensitivity.read(folder)).encode())
    elif manifest["command"] == EVALUATE:
        from experiments.report import evaluated

        found = evaluated.read(folder)
        if found.applied:
            write_whole(folder / evaluated.DRAWING, evaluated.drawing(found).encode())
        write_whole(path, evaluated.render(found).encode())
    else:
        from experiments.report.page import render
        from experiments.report.reading import read

        write_whole(path, render(read(folder)).encode())
    return path
