"""The reference is a second implementation: of ours it imports the draws, the specification and the
parameters, nothing else."""

import ast
from pathlib import Path

HERE = Path(__file__).parent
ALLOWED = {"sim.draws", "sim.spec", "sim.parameters"}


def test_the_reference_imports_only_what_it_may():
    for path in HERE.glob("*.py"):
        if path.name.startswith("test_") or path.name == "compare.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
                if node.module == "sim":
                    names = [f"sim.{alias.name}" for alias in node.names]
            for name in names:
                first = name.split(".")[0]
                assert first not in ("scenarios", "calibration", "experiments"), f"{path.name}: {name}"
                if first == "sim":
                    allowed = any(name == ok or name.startswith(ok + ".") for ok in ALLOWED)
                    assert allowed, f"{path.name}: {name}"
