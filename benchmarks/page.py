"""docs/performance.md and its figure, from the result of a benchmark: ``python -m benchmarks.page`` writes
them again from benchmarks/last.json."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import floor
from benchmarks.requirements import MET, judged
from docs.tables import table
from experiments.report.evaluated import ALONE
from experiments.report.figures import BAD, GOOD, GRID, INK, PALE, SOFT, drawing, drawn
from sim.timeline import NAMES

DOCS = Path(__file__).parents[1] / "docs"
PAGE, FIGURE = DOCS / "performance.md", DOCS / "figures" / "performance.svg"
LAST = Path(__file__).parent / "last.json"
COLOURS = {"demography": GOOD, "growth": "#008060", "displacement": "#a67c00", "accounts": "#a8548a"}

HEAD = """# Performance

Written by `make bench`; do not edit. Ratios come first: model and alternative are timed in turn, so that a
slow or busy machine slows both; seconds and nanoseconds are those of one machine. An SME-month is one firm
alive for one month. Times of worlds are those of one core, by the clock of the process, start of the world
included and initial firms drawn anew; times of commands are those of the wall. Each is the median of some
turns. Whether the months of another checkout are faster or slower, world by world in turn, tells
`python -m benchmarks.beside CHECKOUT`.

Machine: {machine}, {cores} cores, Python {python}, numba {numba}.

## What is asked, and what was measured

{met} of {all} are met. What is not measured or not built is not met.

"""
FLOOR = """
## The floor

The dense phases walk every firm every month: demography, growth, displacement, accounts. Under them lies
the work that no way of computing a month can leave out: the draws, the exponentials, and each column read
and written once (`benchmarks/floor.py`, the same draws and the same arithmetic, no fast-math). For each firm
alive and month:

"""
LEFT_OUT = """
In all {draws:.2f} blocks of draws, {exps:.2f} exponentials, {logs:.2f} logarithms and {bytes:.0f} bytes. Left
out, since another layout or order could do without: rows of firms that have closed or were never born,
finding the rows whose month holds an event, the sums by sector before displacement, reading `size` from
memory more than once. Left out because it is little: exits and entrants, under 2 % of firms a month. The
ledgers of displacement, firm by firm, are kept.

![Dense phases beside their floor, at three sizes](figures/performance.svg)

"""
PARTS = """
Nanoseconds per SME-month, and in brackets the ratio to the part of the floor that is the phase's own, timed
alone. The floor as a whole keeps a basin in the cache from one pass to the next. The model walks firms that
have closed and candidates not yet born too; rows a firm alive, over ten years:
{rows}.
"""
REFERENCE = """
## The reference

The plain-Mesa reference (`tests/reference`) and the model run the same worlds with five schemes; they agree
in every table within 1e-9. Start included, nanoseconds per SME-month:

"""
BY_PHASE = """
Phase by phase in the last of these worlds, where the reference takes more than a hundredth of its time:

"""
WORLDS = """
## Schemes and shipped cases

Whole worlds on one core, start included, ten years.

"""
ITEM = """
## Where the time of a command goes

One draw of `tremplin compare {question}`, {worlds} worlds: {seconds:.2f} s of one core. Shares of the time
under Python's profiler, which makes many short calls look longer than they are; compiled months stand under
`sim.timeline.months`.

"""
KEPT = """
## Beside the simulation

What it costs to hand out, run and keep worlds that cost nothing, on two processes (`benchmarks/runner.py`);
memory is that of the command, its workers apart.

"""
# what `benchmarks/runner.py` measures, in words, and its unit
BESIDE = {
    "us_a_world": ("a world", "microseconds"),
    "us_a_world_joblib_in_memory": ("the same by joblib, which keeps nothing on disk", "microseconds"),
    "us_a_world_40_outcomes": ("a world of 40 outcomes", "microseconds"),
    "bytes_a_world": ("a world on disk", "bytes"),
    "bytes_a_world_40_outcomes": ("a world of 40 outcomes on disk", "bytes"),
    "mb_at_10_000": ("memory at 10,000 worlds", "megabytes"),
    "mb_at_1_000_000": ("memory at 1,000,000 worlds", "megabytes"),
    "rescan_s_1000_shards": ("to read again which worlds a thousand shards hold", "seconds"),
}
ENGINES = """
Items that do nothing or take 5 ms (`benchmarks/engines.py`): microseconds an item beside its own time, and
memory of the command. Joblib and Dask alone keep their results in memory, ours keep every world for good.

"""
# the ways to hand items out that `benchmarks/engines.py` compares
WAYS = {
    "ours_local": "ours, own processes",
    "ours_dask": "ours, on Dask",
    "joblib": "joblib",
    "joblib_on_dask": "joblib on Dask",
    "dask_in_batches": "Dask alone, items in batches",
    "dask_a_task_an_item": "Dask alone, a task an item",
}


def page(result: Mapping[str, Any]) -> str:
    """The whole text of docs/performance.md; parts that were not measured are left out, requirements never
    are."""
    rows = judged(result)
    met = sum(row[3] == MET for row in rows)
    parts = [HEAD.format(**_machine(result), met=met, all=len(rows)),
             table(("asked", "aim", "measured", "met"), rows)]  # fmt: skip
    if "worlds" in result:
        parts.append(_command(result["worlds"]))
    parts += _floor(result)
    parts += _reference(result)
    parts += _worlds(result)
    parts += _item(result)
    if "runner" in result:
        parts += _beside(result["runner"], result.get("engines", {}))
    return "".join(parts)


def _machine(result: Mapping[str, Any]) -> dict[str, Any]:
    return {name: result.get(name, "unknown") for name in ("machine", "cores", "python", "numba")}


def _command(worlds: Mapping[str, float]) -> str:
    return (
        "\nWorlds a second are those of `tremplin compare`, which ran "
        f"{worlds['worlds']:.0f} worlds with all five schemes, from the first\n"
        "order to the last durable shard; the worlds without any scheme beside them are not counted.\n"
        "Over the whole command, its tables and its page: "
        f"{worlds['a_second_whole_command']:.0f} a second.\n"
    )


def _floor(result: Mapping[str, Any]) -> Iterable[str]:
    found = result.get("floor")
    if not found:
        return []
    account = result["account"]
    share = account["adjusting"]
    size, moved = floor.BYTES, share * floor.BYTES["growth"]
    work = [
        ("demography", "0.25: a word a month for its events", "none", f"{size['demography']:.0f}"),
        ("growth", f"{share:.3f}: one each for those that adjust",
         f"{2 * share:.2f} exp, {2 * share:.2f} log", f"{moved:.1f}"),
        ("displacement", "none", "none", f"{size['displacement']:.0f}"),
        ("accounts", "none", "none", "0: size is at hand"),
    ]  # fmt: skip
    sizes = list(found)
    head = ("phase", *(f"{int(n):,} SMEs" for n in sizes))
    lines = [
        ("floor, dense phases", *(f"{found[n]['floor']['floor']:.2f}" for n in sizes)),
        ("model, dense phases", *(f"{found[n]['sums']['dense']:.2f} (**{found[n]['ratios']['dense']:.2f}**)"
                                  for n in sizes)),
        *((f"{name}", *(f"{found[n]['model'][name]:.2f} ({found[n]['ratios'][name]:.2f})" for n in sizes))
          for name in floor.DENSE),
        ("model, sparse phases", *(f"{found[n]['sums']['sparse']:.2f}" for n in sizes)),
        *((name, *(f"{found[n]['model'][name]:.2f}" for n in sizes))
          for name in NAMES if name not in floor.DENSE),
    ]  # fmt: skip
    rows = ", ".join(f"{found[n]['shape']['rows_a_firm']:.2f} with {int(n):,} SMEs" for n in sizes)
    return [FLOOR, table(("phase", "blocks of draws", "exponentials", "bytes"), work),
            LEFT_OUT.format(**{k: v for k, v in account.items() if k != "adjusting"}),
            table(head, lines), PARTS.format(rows=rows)]  # fmt: skip


def _reference(result: Mapping[str, Any]) -> Iterable[str]:
    found = result.get("reference")
    if not found:
        return []
    worlds = [
        (*(f"{int(n):,}" for n in world.split("x")), f"{of['whole']['reference']:,.0f}",
         f"{of['whole']['model']:.0f}", f"**{of['whole']['ratio']:.0f}**")
        for world, of in found.items()
    ]  # fmt: skip
    last = list(found.values())[-1]
    least = last["whole"]["reference"] / 100.0
    lines = [
        (name, f"{last['reference'][name]:,.0f}", f"{last['model'][name]:.2f}",
         f"{last['ratios'][name]:,.0f}")
        for name in NAMES if last["reference"][name] > least
    ]  # fmt: skip
    return [REFERENCE, table(("SMEs", "months", "reference", "model", "ratio"), worlds),
            BY_PHASE, table(("phase", "reference", "model", "ratio"), lines)]  # fmt: skip


def _worlds(result: Mapping[str, Any]) -> Iterable[str]:
    rows = [*result.get("sizes_named", {}).items(), *result.get("schemes", {}).items(),
            *result.get("cases", {}).items()]  # fmt: skip
    if not rows:
        return []
    lines = [(name, f"{of['smes']:,.0f}", f"{of['seconds']:.2f}", f"{of['ns_per_sme_month']:.1f}")
             for name, of in rows]  # fmt: skip
    return [WORLDS, table(("world", "SMEs", "seconds", "ns per SME-month"), lines)]


def _item(result: Mapping[str, Any]) -> Iterable[str]:
    found = result.get("item")
    if not found:
        return []
    lines = [(f"`{row['function']}`", f"{row['own']:.1%}", f"{row['whole']:.1%}")
             for row in found["functions"]]  # fmt: skip
    said = ITEM.format(**{k: found[k] for k in ("question", "worlds", "seconds")})
    return [said, table(("function", "own time", "with what it calls"), lines)]


def _beside(found: Mapping[str, float], engines: Mapping[str, float]) -> Iterable[str]:
    lines = [(words, f"{found[name]:,.1f}", unit) for name, (words, unit) in BESIDE.items() if name in found]
    yield from (KEPT, table(("figure", "value", "unit"), lines))
    ways = [
        (words, *(f"{engines[f'{way}_{kind}']:,.0f}" for kind in ("nothing", "5ms")))
        for way, words in WAYS.items() if f"{way}_nothing" in engines
    ]  # fmt: skip
    if ways:
        yield from (ENGINES, table(("way", "items that do nothing", "items of 5 ms"), ways))
    held = [
        (WAYS[f"ours_{name}"], *(f"{engines[f'mb_{name}_{count}']:,.0f}" for count in ("2_000", "20_000")))
        for name in ("local", "dask") if f"mb_{name}_2_000" in engines
    ]  # fmt: skip
    if held:
        yield from ("\n", table(("megabytes", "2,000 items", "20,000 items"), held))


def picture(result: Mapping[str, Any]) -> str:
    """Dense phases stacked, a bar a size, in multiples of the floor, with a mark at the floor and a shade up
    to twice the floor; the same bytes for the same numbers."""
    found = result["floor"]
    name, height = "performance", 0.75 + 0.62 * len(found)
    dense = {n: found[n]["ratios"]["dense"] for n in found}
    said = "; ".join(f"{int(n):,} SMEs: {ratio:.2f} times the floor" for n, ratio in dense.items())
    with drawing(name, height) as figure:
        axes = figure.add_axes((0.04, 0.44 / height, 0.92, 1 - 0.72 / height))
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.tick_params(length=3)
        axes.grid(axis="x", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)
        axes.set_yticks([])
        for y, (n, of) in enumerate(found.items()):
            left, scale = 0.0, dense[n] / sum(of["model"][phase] for phase in floor.DENSE)
            axes.barh(y + 0.3, 2.0, 0.34, color=PALE, zorder=1)
            for phase in floor.DENSE:
                width = of["model"][phase] * scale
                axes.barh(y + 0.3, width, 0.2, left=left, color=COLOURS[phase], zorder=2,
                          label=phase if y == 0 else None)  # fmt: skip
                left += width
            axes.plot((1.0, 1.0), (y + 0.1, y + 0.5), color=BAD, linewidth=1.6, zorder=3)
            across = axes.get_yaxis_transform()
            axes.text(0, y - 0.05, f"{int(n):,} SMEs", va="center", color=INK, transform=across)
            axes.text(1, y - 0.05, f"{dense[n]:.2f} times", va="center", ha="right", color=INK,
                      transform=across)  # fmt: skip
        axes.set_xlim(0, np.ceil(max(2.0, *dense.values())))
        axes.set_ylim(len(found) - 0.35, -0.3)
        axes.set_xlabel("times the floor (line); at most twice is asked (grey)", fontsize=8.5, color=SOFT)
        axes.legend(ncol=4, fontsize=7, frameon=False, loc="lower left", bbox_to_anchor=(-0.02, 1.0),
                    handlelength=0.9, columnspacing=0.9, handletextpad=0.4, borderaxespad=0.1)  # fmt: skip
        return drawn(figure, name, f"Dense phases beside their floor. {said}").replace(
            "<svg ", f"<svg {ALONE} ", 1
        )


def write(result: Mapping[str, Any]) -> None:
    """Writes the page and its figure."""
    FIGURE.write_text(picture(result) + "\n", encoding="utf-8")
    PAGE.write_text(page(result), encoding="utf-8")


if __name__ == "__main__":
    write(json.loads(LAST.read_text(encoding="utf-8")))
