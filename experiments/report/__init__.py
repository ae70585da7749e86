"""The page of a run: one file that needs no network, made from the run folder alone."""

from pathlib import Path

PAGE = "report.html"


def write(folder: Path) -> Path:
    """Writes ``report.html`` in a run folder and returns its path.

    The same folder gives the same bytes. Raises ``Refused`` if it is not a run folder, ``OSError`` if the
    page cannot be written.
    """
    from experiments.folder import write_whole
    from experiments.report.page import render
    from experiments.report.reading import read

    path = Path(folder) / PAGE
    write_whole(path, render(read(Path(folder))).encode())
    return path
