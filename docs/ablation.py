"""Switches off one mechanism of the model at a time and writes what changes: docs/ablation.md.

``python -m docs.ablation`` runs every row of docs/ablation.yaml and writes the page, in minutes on one core;
``python -m docs.ablation WORD ...`` runs the rows in which one of the words stands and prints them. Both end
with an error if a mechanism moves no outcome at all.

Of each row the same worlds are run with the mechanism and without it, each against the world without any
scheme, with the same seeds: every draw is shared.
"""

import dataclasses
import math
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from docs.tables import table
from scenarios.load import load_case
from sim.outcomes import OUTCOMES, differences, levels
from sim.pair import Pair
from sim.parameters import ECONOMY, FIELDS, RESEARCH
from sim.spec import Constants, WorldSpec
from sim.world import World

SOURCE = Path(__file__).with_name("ablation.yaml")
TARGET = Path(__file__).with_name("ablation.md")
SEEDS = (1, 2, 3)  # of the comparison
SPREAD_SEEDS = (1, 2, 3, 4, 5, 6)  # of the case as it is, for the spread of outcomes
SHOWN = 3  # outcomes of a row
FAINT = 1.0  # shift over spread below which chance moves an outcome as much
WORLD_VALUES = frozenset(u.name for u in (*ECONOMY, *RESEARCH))

Setting = tuple[tuple[str, float], ...]  # names and values, sorted
Outcomes = dict[str, float]


@dataclass(frozen=True)
class Row:
    """A mechanism: ``off`` switches it off, ``given`` is what must be on for it to be there at all.

    ``months``: horizon, 0 for that of the case.
    """

    part: str
    mechanism: str
    claims: tuple[str, ...]
    case: str
    months: int
    given: Setting
    off: Setting
    note: str


@dataclass(frozen=True)
class Shift:
    """An outcome with and without a mechanism, means over seeds; ``size``: difference over spread."""

    name: str
    before: float
    after: float
    size: float


def setting(given: Mapping[str, Any]) -> Setting:
    """Names and numbers; the choice of a rule is written by its name."""
    return tuple(sorted((name, _number(name, value)) for name, value in given.items()))


def _number(name: str, value: Any) -> float:
    if isinstance(value, str):
        return float(FIELDS[name.rpartition(".")[2]].choices.index(value))
    return float(value)


def rows() -> list[Row]:
    """The rows of docs/ablation.yaml, in order."""
    parts = YAML(typ="safe").load(SOURCE.read_text(encoding="utf-8"))["parts"]
    return [_row(part, entry) for part in parts for entry in part["rows"]]


def _row(part: dict[str, Any], entry: dict[str, Any]) -> Row:
    return Row(
        part["part"],
        entry["mechanism"],
        tuple(entry.get("claims", ())),
        entry.get("case", part["case"]),
        int(entry.get("months", part.get("months", 0))),
        setting(part.get("with", {}) | entry.get("with", {})),
        setting(entry["off"]),
        " ".join(str(entry.get("note", "")).split()),
    )


@cache
def shipped(case: str) -> WorldSpec:
    """The published arm of a shipped case."""
    return load_case(case).spec


def world_of(case: str, months: int, given: Setting) -> tuple[WorldSpec, dict[str, float]]:
    """Specification and uncertainties of a case with these numbers.

    ``scheme.field`` is a field of a scheme, ``law.field`` a dated constant, ``basin.field`` a number of all
    basins, a bare name an uncertainty.
    """
    spec = shipped(case)
    values: dict[str, float] = {}
    rules: dict[str, dict[str, float]] = {scheme.name: {} for scheme in spec.schemes}
    law: dict[str, Any] = {}
    place: dict[str, Any] = {}
    for name, value in given:
        owner, _, field = name.rpartition(".")
        if owner == "law":
            law[field] = type(getattr(Constants(), field))(value)
        elif owner == "basin":
            place[field] = type(getattr(spec.territory.basins[0], field))(value)
        elif owner:
            rules[owner][field] = value
        elif name in WORLD_VALUES:
            values[name] = value
        else:
            raise KeyError(name)
    basins = tuple(dataclasses.replace(basin, **place) for basin in spec.territory.basins)
    schemes = tuple(dataclasses.replace(s, rules={**s.rules, **rules[s.name]}) for s in spec.schemes)
    spec = dataclasses.replace(
        spec,
        territory=dataclasses.replace(spec.territory, basins=basins),
        horizon_months=months or spec.horizon_months,
        schemes=schemes,
        constants=dataclasses.replace(spec.constants, **law),
    )
    return spec, values


@lru_cache(maxsize=2 * len(SPREAD_SEEDS))
def without_schemes(case: str, months: int, given: Setting, seed: int) -> World:
    """The world where nobody is supported; ``given`` holds no field of a scheme."""
    spec, values = world_of(case, months, given)
    return World(spec.without_schemes(), values, seed).run()


@cache
def outcomes(case: str, months: int, given: Setting, seed: int) -> Outcomes:
    """Every outcome of a case with these numbers."""
    spec, values = world_of(case, months, given)
    schemes = {scheme.name for scheme in spec.schemes}
    outside = tuple((name, v) for name, v in given if name.rpartition(".")[0] not in schemes)
    treated = World(spec, values, seed).run()
    return levels(treated) | differences(Pair(treated, without_schemes(case, months, outside, seed)))


def shifts(row: Row) -> list[Shift]:
    """Outcomes that switching the mechanism off changes, those first that move most for their spread.

    The spread is the standard deviation over seeds, of the case as it is or of this comparison, whichever is
    larger; at least a thousandth of the outcome, which alone has none.
    """
    on = [outcomes(row.case, row.months, row.given, seed) for seed in SEEDS]
    without = setting(dict(row.given) | dict(row.off))
    off = [outcomes(row.case, row.months, without, seed) for seed in SEEDS]
    usual = [outcomes(row.case, row.months, (), seed) for seed in SPREAD_SEEDS]
    found = []
    for name in OUTCOMES:
        a, b = (np.array([arm[name] for arm in arms]) for arms in (on, off))
        if np.array_equal(a, b, equal_nan=True):
            continue
        before, after = mean(a), mean(b)
        spread = max(deviation(a), deviation(b), deviation(np.array([arm[name] for arm in usual])))
        spread = max(spread, 1e-3 * max(abs(before), abs(after)))
        size = (after - before) / spread if spread and math.isfinite(after - before) else 0.0
        found.append(Shift(name, before, after, size))
    return sorted(found, key=lambda shift: -abs(shift.size))


def mean(values: np.ndarray) -> float:
    """Mean over seeds; not a number unless all are finite."""
    return float(values.mean()) if np.isfinite(values).all() else math.nan


def deviation(values: np.ndarray) -> float:
    """Standard deviation over seeds; 0 unless all are finite."""
    return float(values.std(ddof=1)) if np.isfinite(values).all() else 0.0


def short(value: float) -> str:
    """Three figures, thousands apart."""
    if not math.isfinite(value):
        return "none"
    unit, value = (" million", value / 1e6) if abs(value) >= 1e6 else ("", value)
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}") + unit


def spreads(size: float) -> str:
    """A difference in spreads: one decimal, none from ten on."""
    return f"{size:+.0f}" if abs(size) >= 10 else f"{size:+.1f}".replace("-0.0", "+0.0")


def written(given: Setting) -> str:
    """Names and values, choices by their names."""
    return ", ".join(f"`{name} {_shown(name, value)}`" for name, value in given)


def _shown(name: str, value: float) -> str:
    rule = FIELDS.get(name.rpartition(".")[2])
    return rule.choices[int(value)] if rule and rule.choices and "." in name else f"{value:.10g}"


def line(row: Row, found: list[Shift]) -> tuple[str, ...]:
    """A row of the page."""
    off = written(row.off) + (f" (with {written(row.given)})" if row.given else "")
    moved = "; ".join(
        f"`{s.name}` {short(s.before)} → {short(s.after)} ({spreads(s.size)})" for s in found[:SHOWN]
    )
    net = next((s for s in found if s.name == "jobs_net"), None)
    jobs = f"{short(net.before)} → {short(net.after)} ({spreads(net.size)})" if net else "the same"
    notes = [row.note] if row.note else []
    if found and abs(found[0].size) < FAINT:
        notes.append("Faint: seeds move every outcome more.")
    name = row.mechanism + (f" ({', '.join(row.claims)})" if row.claims else "")
    return name, off, moved or "nothing", jobs, " ".join(notes)


HEAD = """# What each mechanism moves

Written by `python -m docs.ablation` from the rows of `docs/ablation.yaml`; do not edit. Every mechanism
is switched off alone, in a shipped case with default values, and every outcome is read again with the
same {seeds} seeds: draws are shared, so that what differs is the mechanism's doing. Outcomes of a pair
compare each of these worlds with its own world without any scheme. An arrow goes from the mean with the
mechanism to the mean without it; in brackets the difference over the spread of the outcome, its standard
deviation over seeds ({spread} seeds of the case as it is, or those of the row if they are farther apart;
at least a thousandth of the outcome, so that differences of many spreads mean an outcome that chance
hardly moves). The outcomes shown are those that move most by this measure; net jobs stand beside them,
whether they move or not.

A difference of less than one spread is less than what chance alone makes of one world; with shared draws
it is still the mechanism's. Switching something off may need a value outside the bounds that
uncertainties are drawn from, and what it moves hangs on all the other values: this page shows that each
mechanism acts and where, not how large it is in the field. In brackets after a mechanism are the claims
of [the ledger](claims.md) that it stands for.
"""


def page(done: Iterable[tuple[Row, list[Shift]]]) -> str:
    """The whole text of docs/ablation.md."""
    header = ("mechanism", "switched off by", "what moves most", "net jobs", "note")
    parts: dict[tuple[str, str, int], list[tuple[str, ...]]] = {}
    for row, found in done:
        parts.setdefault((row.part, row.case, row.months), []).append(line(row, found))
    text = [HEAD.format(seeds=len(SEEDS), spread=len(SPREAD_SEEDS))]
    last = ""
    for (part, case, months), lines in parts.items():
        if part != last:
            text.append(f"## {part}\n")
        last = part
        length = months or shipped(case).horizon_months
        text += [f"Case `{case}`, {length} months.\n", table(header, lines)]
    return "\n".join(text)


def main(words: list[str]) -> int:
    """Runs the rows, writes or prints them, and says which mechanisms move nothing."""
    chosen = [r for r in rows() if not words or any(w in f"{r.part} {r.mechanism} {r.off}" for w in words)]
    done = [(row, shifts(row)) for row in chosen]
    if words:
        print(page(done))
    else:
        TARGET.write_text(page(done), encoding="utf-8")
    idle = [row for row, found in done if not found]
    for row in idle:
        print(f"moves nothing: {row.part}: {row.mechanism} ({written(row.off)})", file=sys.stderr)
    return 1 if idle else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
