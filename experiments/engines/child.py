"""What a Python process that this one starts is given, so that it has the very modules of this one. Loads
nothing heavy."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def environment() -> dict[str, str]:
    """Of such a process, and of those that it starts: modules are looked for where this one does, and never
    first in the present folder, where another version, or a file of the user, may be called as one of ours.
    """
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    return os.environ | {"PYTHONPATH": paths, "PYTHONSAFEPATH": "1"}
