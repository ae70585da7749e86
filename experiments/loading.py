"""What tables and pages take is loaded while worlds run: this process waits for them anyway."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Event, Thread

# each takes a while and loads what the next needs: between two of them one may stop
TAKEN = (
    "numba",
    "calibration.targets",
    "experiments.finish",
    "matplotlib.backends.backend_svg",
    "duckdb",
    "experiments.report.page",
)


@contextmanager
def loading() -> Iterator[None]:
    """Inside, another thread loads them, one after the other. It is never waited for longer than one takes;
    what it has not loaded, or could not, is loaded by whoever asks for it."""
    stop = Event()
    thread = Thread(target=_load, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _load(stop: Event) -> None:
    for name in TAKEN:
        if stop.is_set():
            return
        try:
            import_module(name)
        except Exception:  # who asks for it is told
            return
