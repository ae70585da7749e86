"""The page of a run: one file that needs no network, made from the run folder alone."""

from pathlib import Path

PAGE = "report.html"


def write(folder: Path) -> Path:
    """Writes ``report.html`` in a run folder and returns its path.

    The same folder gives the same bytes. Raises ``Refused`` if it is not a run folder, ``Unable`` if the page
    cannot be written.
    """
    from experiments.command import EVALUATE
    from experiments.folder import Folder

    folder = Path(folder)
    of = Folder(folder)
    manifest = of.manifest
    if "design" in manifest["spec"]:
        from experiments.report import sensitivity

        return of.write(PAGE, sensitivity.render(sensitivity.read(folder)).encode())
    if manifest["command"] == EVALUATE:
        from experiments.report import evaluated

        found = evaluated.read(folder)
        if found.applied:
            of.write(evaluated.DRAWING, evaluated.drawing(found).encode())
        return of.write(PAGE, evaluated.render(found).encode())
    from experiments.report.page import render
    from experiments.report.reading import read

    return of.write(PAGE, render(read(folder)).encode())
