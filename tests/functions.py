"""Functions whose indices are known by formula."""

import math
from collections.abc import Mapping

ISHIGAMI = {name: (-math.pi, math.pi) for name in ("x1", "x2", "x3")}
COEFFICIENTS = (0.0, 1.0, 4.5, 9.0, 99.0)  # of Sobol's G
SOBOL_G = {f"x{j}": (0.0, 1.0) for j in range(len(COEFFICIENTS))}


def ishigami(x: Mapping[str, float]) -> float:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1."""
    return math.sin(x["x1"]) * (1 + 0.1 * x["x3"] ** 4) + 7.0 * math.sin(x["x2"]) ** 2


def sobol_g(x: Mapping[str, float]) -> float:
    """prod (|4 x_j - 2| + a_j) / (1 + a_j)."""
    return math.prod((abs(4 * x[f"x{j}"] - 2) + a) / (1 + a) for j, a in enumerate(COEFFICIENTS))


def ishigami_indices() -> dict[tuple[str, str], float]:
    """First and total indices by formula."""
    a, b = 7.0, 0.1
    v1 = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    v2, v13 = a**2 / 8, b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return {
        ("S1", "x1"): v1 / v, ("S1", "x2"): v2 / v, ("S1", "x3"): 0.0, ("ST", "x1"): (v1 + v13) / v,
        ("ST", "x2"): v2 / v, ("ST", "x3"): v13 / v,
    }  # fmt: skip


def sobol_g_indices() -> dict[tuple[str, str], float]:
    """First and total indices by formula: V_j = 1 / (3 (1 + a_j)^2), V = prod (1 + V_j) - 1."""
    parts = [1 / (3 * (1 + a) ** 2) for a in COEFFICIENTS]
    whole = math.prod(1 + v for v in parts)
    found = {}
    for j, v in enumerate(parts):
        found["S1", f"x{j}"] = v / (whole - 1)
        found["ST", f"x{j}"] = v * whole / (1 + v) / (whole - 1)
    return found
