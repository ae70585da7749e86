"""What is asked of the speed of Tremplin, and whether a benchmark meets it."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.world import World

NOT_BUILT, NOT_MEASURED = "not built", "not measured"
MET, NOT_MET = "met", "**not met**"
LARGEST, MIDDLE = 1_100_000, 50_000
# SMEs and months of the worlds that are run by the reference too; in short ones the start weighs most
REFERENCE_WORLDS = ((2_000, 36), (5_000, 120))


@dataclass(frozen=True)
class Requirement:
    """``low`` and ``high``: bounds of the figure at the end of ``path`` in a result; ``aim``: the better
    bound that is hoped for, if there is one; ``form``: how the figure is written."""

    asked: str
    path: tuple[str, ...]
    form: str
    low: float = 0.0
    high: float = float("inf")
    aim: str = ""


def _dense(smes: int) -> Requirement:
    return Requirement(
        f"dense phases at most 2 times the floor, {smes:,} SMEs", ("floor", str(smes), "ratios", "dense"),
        "{:.2f} times", high=2.0, aim="1.3 times",
    )  # fmt: skip


def _five(smes: int) -> Requirement:
    return Requirement(
        f"five schemes, {smes:,} SMEs: at most 20 ns per SME-month on one core",
        ("sizes", str(smes), "ns_per_sme_month"), "{:.1f} ns", high=20.0, aim="8 ns",
    )  # fmt: skip


def _reference(smes: int, months: int) -> Requirement:
    return Requirement(
        f"at least 200 times as fast as the plain-Mesa reference, {smes:,} SMEs, {months} months",
        ("reference", f"{smes}x{months}", "whole", "ratio"), "{:.0f} times", low=200.0, aim="500 times",
    )  # fmt: skip


REQUIREMENTS = (
    *(_dense(smes) for smes in (5_000, MIDDLE, LARGEST)),
    _five(MIDDLE),
    _five(LARGEST),
    *(_reference(smes, months) for smes, months in REFERENCE_WORLDS),
    Requirement(
        "one world of `country` in at most 4 s on one core", ("country", "seconds"), "{:.2f} s", high=4.0,
        aim="1.5 s",
    ),
    Requirement("the same in at most 2 GB of memory", ("country", "gigabytes"), "{:.2f} GB", high=2.0),
    Requirement(
        "time linear in firms: exponent from 5,000 to 1,100,000 SMEs between 0.9 and 1.1", ("exponent",),
        "{:.2f}", low=0.9, high=1.1,
    ),
    Requirement(
        "two threads at least 1.7 times one, bit-identical", ("threads",), "{:.2f} times", low=1.7,
    ),
    Requirement(
        "at least 100 worlds a second: 5,000 SMEs, five schemes, 120 months, two processes, durable writes",
        ("worlds", "a_second"), "{:.0f} a second", low=100.0, aim="250 a second",
    ),
    Requirement(
        "first world with an emptied cache of compiled code in at most 15 s, Alizé alone",
        ("start", "cold_alize"), "{:.1f} s", high=15.0,
    ),
    Requirement(
        "the same, all that there is compiled", ("start", "cold"), "{:.1f} s", high=15.0,
    ),
    Requirement(
        "`tremplin run` at its first world in at most 1.5 s, compiled before", ("start", "first_world"),
        "{:.2f} s", high=1.5,
    ),
    Requirement("`tremplin --help` in at most 0.3 s", ("start", "help"), "{:.2f} s", high=0.3),
)  # fmt: skip


def have_threads() -> bool:
    """Whether a world can be run by several threads at all."""
    return "threads" in inspect.signature(World.run).parameters


def figure(result: Mapping[str, Any], path: tuple[str, ...]) -> float | None:
    """The number at the end of a path in a result, or None."""
    found: Any = result
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return float(found)


def judged(result: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Rows asked, aim, measured, met: every requirement, whatever was measured. What is not there is not
    met."""
    rows = []
    for wanted in REQUIREMENTS:
        value = figure(result, wanted.path)
        if value is None:
            absent = NOT_BUILT if wanted.path == ("threads",) and not have_threads() else NOT_MEASURED
            rows.append((wanted.asked, wanted.aim, absent, NOT_MET))
            continue
        met = MET if wanted.low <= value <= wanted.high else NOT_MET
        rows.append((wanted.asked, wanted.aim, wanted.form.format(value), met))
    return rows
