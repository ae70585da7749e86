"""Who may import what: one direction, one door to Mesa, one source of randomness.

`sim` <- `scenarios` <- `calibration` <- `experiments`: a package imports itself and those on its left.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("sim", "scenarios", "calibration", "experiments")
NOT_SHIPPED = {"tests", "benchmarks"}
MESA_DOOR = "sim/model.py"
RANDOM_SOURCE = "sim/draws.py"
LOADERS = {"import_module", "__import__"}


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that is imported, at any depth; `from a import b` gives `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = (
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            )
            if function in LOADERS and isinstance(node.args[0].value, str):
                yield node.lineno, node.args[0].value


def numpy_names(tree: ast.AST) -> set[str]:
    """The names under which a file knows numpy."""
    aliases = (a for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names)
    return {a.asname or a.name for a in aliases if a.name == "numpy"}


def random_attributes(tree: ast.AST, in_sim: bool) -> Iterator[int]:
    """Lines that use `np.random` or, in `sim`, a generator that an object carries (`self.random.shuffle`)."""
    numpy = numpy_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        through = node.value
        of_numpy = node.attr == "random" and isinstance(through, ast.Name) and through.id in numpy
        carried = in_sim and isinstance(through, ast.Attribute) and through.attr in {"random", "rng"}
        if of_numpy or carried:
            yield node.lineno


def faults(path: str, source: str) -> list[str]:
    """What the file at `path` (relative to the root, with slashes) may not do, each as `path:line: what`."""
    tree = ast.parse(source, path)
    package = path.split("/")[0]
    forbidden = set(PACKAGES[PACKAGES.index(package) + 1 :]) | NOT_SHIPPED
    found = set()
    for line, name in imported(tree):
        top = name.split(".")[0]
        if top in forbidden:
            found.add((line, f"{package} imports {top}"))
        if top == "mesa" and path != MESA_DOOR:
            found.add((line, f"imports mesa; only {MESA_DOOR} may"))
        if (top == "random" or f"{name}.".startswith("numpy.random.")) and path != RANDOM_SOURCE:
            found.add((line, f"imports {top}'s randomness; draws come from {RANDOM_SOURCE}"))
    if path != RANDOM_SOURCE:
        for line in random_attributes(tree, in_sim=package == "sim"):
            found.add((line, f"draws by itself; draws come from {RANDOM_SOURCE}"))
    return [f"{path}:{line}: {what}" for line, what in sorted(found)]


@pytest.mark.parametrize("package", PACKAGES)
def test_package_keeps_the_direction_and_the_walls(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files, f"no Python file under {ROOT / package}"
    found = [fault for f in files for fault in faults(f.relative_to(ROOT).as_posix(), f.read_text("utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("sim/a.py", "import scenarios.load"),
        ("sim/a.py", "def f():\n    from experiments import cli"),
        ("sim/a.py", "import importlib\nimportlib.import_module('calibration.facts')"),
        ("scenarios/a.py", "from calibration.targets import x"),
        ("calibration/a.py", "import numpy, experiments"),
        ("experiments/a.py", "from tests.reference import model"),
        ("sim/world.py", "from mesa import Model"),
        ("experiments/a.py", "import mesa.agent"),
        ("sim/a.py", "import random"),
        ("experiments/a.py", "from random import shuffle"),
        ("sim/a.py", "from numpy.random import default_rng"),
        ("scenarios/a.py", "from numpy import random as r"),
        ("calibration/a.py", "import numpy as n\nn.random.default_rng()"),
        ("experiments/a.py", "import numpy.random"),
        ("sim/model.py", "def f(self):\n    self.random.shuffle([])"),
        ("sim/model.py", "def f(model):\n    return model.rng.integers(3)"),
    ],
)
def test_a_breach_is_found_once(path: str, source: str) -> None:
    assert len(faults(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("experiments/a.py", "import sim.world, scenarios\nfrom calibration import facts"),
        ("scenarios/a.py", "from sim.spec import Policy\nfrom . import load"),
        (
            "sim/model.py",
            "import mesa\n\n\ndef f(self):\n    return mesa.agent.AgentSet([], random=self.random)",
        ),
        ("sim/draws.py", "import numpy as np\nnp.random.Philox(key=1)"),
        ("experiments/a.py", "from sim.draws import generator\ngenerator(1, 2).random(3)"),
        ("sim/a.py", "import simulation, randomness, mesa_like"),
    ],
)
def test_what_is_allowed_passes(path: str, source: str) -> None:
    assert faults(path, source) == []
