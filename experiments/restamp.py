"""``python -m experiments.restamp``: whether the shipped sample is still one of this code.

The sample names the code that it was fitted with, and any change of ``sim`` makes another code, though most
change no number. So draws of the sample are run again, just as the fit ran them, and every answer is compared
with the one that it kept, to the bit. Where all are equal, the manifest names the present code, what was
compared and the code of the fit; where one differs, nothing is written.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from calibration.fit import sizes
from calibration.frozen import changed, files
from calibration.posterior import MANIFEST, SHIPPED, Posterior, load
from calibration.problem import Problem, whole
from calibration.rivals import PARAMETER
from experiments.calibrate import wave_experiment
from experiments.errors import Refused
from experiments.items import Request
from experiments.parameters import Source
from sim.code import code_hash, source_hash
from sim.draws import key

DRAWS = 20


class Difference(NamedTuple):
    """A figure of a draw: the answer that the fit kept, and the one of the present code."""

    draw: int
    figure: str
    kept: float
    now: float

    def line(self) -> str:
        """One line for the terminal."""
        by = self.now - self.kept
        return f"draw {self.draw}, {self.figure}: {self.kept!r} in the fit, {self.now!r} now ({by:+.3g})"


def problems_of(found: Posterior) -> dict[str, Problem]:
    """What each rule of the sample was fitted to. Raises ``Refused`` if something else stands here now."""
    problems = {rule: whole(fixed) for rule, fixed in found.manifest["fixed"].items()}
    for rule, problem in problems.items():
        if problem.hash() != found.manifest["problems"][rule]:
            raise Refused(f"cases, figures or parameters have changed since the fit ({rule}): fit anew")
    return problems


def requests_of(found: Posterior, problems: Mapping[str, Problem]) -> dict[str, tuple[Request, np.ndarray]]:
    """For each rule the worlds of its last wave, as the fit asked for them, and the draws of the sample that
    they are: the k-th draw of a rule is the k-th world of its last wave."""
    about, asked = found.manifest, {}
    waves = sizes(about["simulations"] // len(problems))
    for number, (rule, problem) in enumerate(problems.items()):
        if tuple(u.name for u in problem.declared) != found.names:
            raise Refused("the sample has other parameters than the model: fit anew")
        if "rules" in about and about["rules"][rule]["draws"] != waves[-1]:
            raise Refused(
                f"worlds of the last wave failed ({rule}), and which they were is not kept: fit anew"
            )
        mine = np.arange(len(found.rows))
        if len(problems) > 1:
            held = found.rows[:, found.names.index(PARAMETER)]
            mine = np.flatnonzero(held == problem.fixed[PARAMETER])
        seed = key(about["seed"], number)
        experiment = wave_experiment(problem, np.zeros((1, len(problem.free))), len(waves) - 1, seed)
        rows = Source("wave", problem.declared, found.rows[mine], seed)
        asked[rule] = (Request(replace(experiment, source=rows), waves[-1]), mine)
    return asked


def differences(found: Posterior, problems: Mapping[str, Problem], draws: Sequence[int]) -> list[Difference]:
    """The answers of these draws that are not what the fit kept."""
    differ = []
    for rule, (request, mine) in requests_of(found, problems).items():
        for draw in sorted(set(draws) & set(mine.tolist())):
            item = request.item(int(np.searchsorted(mine, draw)))
            answers = problems[rule].simulate(item.values, item.world_seed)
            for name, kept in zip(found.figures, found.answers[draw].tolist()):
                if np.float64(answers[name]).tobytes() != np.float64(kept).tobytes():
                    differ.append(Difference(draw, name, kept, float(answers[name])))
    return differ


def stamp(folder: Path, found: Posterior, draws: Sequence[int]) -> None:
    """Writes the present code into the manifest, and what that rests on."""
    about = dict(found.manifest)
    about["restamped"] = {
        "fitted_with": about.get("restamped", {}).get("fitted_with", about["code"]),
        "draws": len(draws),
        "of": len(found.rows),
        "answers": len(draws) * len(found.figures),
    }
    about["code"], about["sources"] = code_hash(), source_hash()
    if about.get("frozen") and not changed(
        about["frozen"]
    ):  # the same in other words: no command looks again
        about["frozen"] = about["frozen"] | {"files": files()}
    text = json.dumps(about, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", "utf-8")


def is_current(about: Mapping[str, Any]) -> bool:
    """Whether a manifest names the present code, and the sources of what was frozen as they now stand."""
    sources = about.get("frozen", {}).get("files")
    return about["code"] == code_hash() and sources in (None, files())


def restamp(folder: Path, problems: Mapping[str, Problem] | None, most: int | None) -> int:
    """Compares ``most`` draws of the sample (all, if None), spread over it, and says what was found; 0 if the
    manifest names the present code at the end, else 1."""
    try:
        found = load(folder)
        problems = problems or problems_of(found)
        total = len(found.rows)
        draws = np.unique(np.linspace(0, total - 1, min(most or total, total)).astype(int)).tolist()
        if is_current(found.manifest):
            print(f"{folder}: made, or compared before, with this code; nothing to do")
            return 0
        differ = differences(found, problems, draws)
    except Refused as error:
        print(f"{folder}: {error}", file=sys.stderr)
        return 1
    for difference in differ:
        print(difference.line(), file=sys.stderr)
    if differ:
        print(f"{folder}: {len(differ)} answers differ: not a sample of this code", file=sys.stderr)
        return 1
    stamp(folder, found, draws)
    print(f"{folder}: {len(draws)} of {total} draws give the same answers to the bit; now of this code")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m experiments.restamp", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED, help="of a sample (the shipped one)")
    parser.add_argument("--draws", default=str(DRAWS), help=f"how many to run again, or all ({DRAWS})")
    asked = parser.parse_args()
    sys.exit(restamp(asked.folder, None, None if asked.draws == "all" else int(asked.draws)))
