"""What a worker says while it works, without a message: numbers in memory that it shares with its parent."""

import mmap
import os
import tempfile

# places in the page
FINISHED, OK, NOT_OK, NUMBER, ARM, BEGUN = range(6)
NONE = -1.0
PAGE = mmap.PAGESIZE


def make() -> int:
    """A new page of zeros: the descriptor of a file without a name."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("tremplin", 0)
    else:
        with tempfile.TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    os.ftruncate(descriptor, PAGE)
    return descriptor


class Marks:
    """The page of one worker.

    ``FINISHED``: items ended since it started; ``OK``, ``NOT_OK``: their worlds, by how they ended;
    ``NUMBER``: the item at hand (-1 for none); ``ARM``: worlds of that item that have ended; ``BEGUN``: clock
    (``time.monotonic``) when the one at hand began.
    """

    def __init__(self, descriptor: int):
        self.values = memoryview(mmap.mmap(descriptor, PAGE)).cast("d")

    def __getitem__(self, place: int) -> float:
        return self.values[place]
