"""Rounds of draws until means are known well enough."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from experiments.folder import Folder
from experiments.items import Request
from experiments.lang import form, say
from experiments.precision import first_draws, next_draws, note, reached
from experiments.summary import Results

if TYPE_CHECKING:
    from experiments.command import Common


def until_precise(folder: Folder, request: Request, common: "Common") -> Request:
    """Runs what is missing of ever more draws of a prepared and locked folder until ``common.precision`` is
    reached, or its ceiling; notes in the manifest which of the two ended it. Returns what it ended with.

    Every round looks at its own draws only, whatever more there is: so a command that was stopped takes the
    same rounds again, runs what they lack and ends with the same number of draws.
    """
    from experiments.command import run_missing

    asked = common.precision
    assert asked is not None
    rounds = [first_draws(asked)]
    while True:
        request = replace(request, draws=rounds[-1], _cache={})
        run_missing(folder, request, replace(common, draws=rounds[-1]))
        found = reached(Results(folder, request), asked)
        wanted = next_draws(rounds[-1], found, asked.ceiling)
        if not common.quiet:
            well = sum(row.met for row in found)
            print(_said(len(rounds), rounds[-1], well, len(found), wanted), file=sys.stderr, flush=True)
        if wanted == rounds[-1]:
            folder.write_manifest(folder.manifest | {"precision": note(asked, rounds, found)})
            return request
        rounds.append(wanted)


def _said(round_: int, draws: int, well: int, means: int, wanted: int) -> str:
    """How far a round has come; ``wanted``: draws of the next one, in all."""
    about = {"round": round_, "draws": form(draws), "well": well, "all": means, "next": form(wanted)}
    if wanted > draws:
        return say(
            "Round {round}, {draws} draws: {well} of {all} means are known well enough; {next} draws next",
            **about,
        )
    return say("Round {round}, {draws} draws: {well} of {all} means are known well enough", **about)
