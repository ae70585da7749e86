"""The command for batch systems: slurm."""

import contextlib
import io
import json
from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.base import app, guarded, say

OWN = {
    "--shard": "every task has its own",
    "--jobs": "give --cpus",
    "--engine": "the array is the engine",
    "--dry-run": "the head of the script says what a shard takes",
    "--precision": "a shard does not see what the others give; give --draws",
}


@app.command(
    context_settings={"ignore_unknown_options": True},
    short_help="A script for a Slurm array, on standard output.",
)
@guarded
def slurm(
    command: Annotated[
        list[str],
        typer.Argument(
            metavar="[run|compare|sensitivity|sweep] FILE [ITS OPTIONS]",
            help="A case or policy file, and what the command is told beside it; default run for a case, "
            "compare for policies.",
        ),
    ],
    shards: Annotated[int, typer.Option("--shards", min=2, help="Tasks of the array.")] = 100,
    cpus: Annotated[int, typer.Option("--cpus", min=1, help="Cores of a task, each with a process.")] = 1,
    time: Annotated[str, typer.Option("--time", help="Time limit of a task.")] = "01:00:00",
    mem: Annotated[str, typer.Option("--mem", help="Memory of a task.")] = "4G",
    partition: Annotated[str, typer.Option("--partition", help="Partition; default the cluster's.")] = "",
    account: Annotated[str, typer.Option("--account", help="Account that pays; default the user's.")] = "",
) -> None:  # fmt: skip
    """
    A script for a Slurm array of shards, on standard output: what you would type, with `slurm` before it.

    \b
      tremplin slurm my-question.yaml --draws 10000 --out /scratch/mine > job.sh
      tremplin slurm run alize-1997-2007 --draws 1000 --shards 50 --cpus 4 --time 02:00:00 > job.sh
      tremplin slurm sensitivity my-question.yaml --n 2048 --out /scratch/sobol > job.sh
      sbatch job.sh
      tremplin status /scratch/mine
    The command is checked here, before anything waits in a queue. Tasks that near their time limit, or are
    killed, or lose their node, go on; a last job writes the tables.
    """
    import sys

    from experiments.errors import unable
    from experiments.slurm import LOG, Array, script

    array = Array(shards, cpus, time, mem, partition, account)
    words = _command(command)
    each, out = _tried(words, shards)
    text = script(array, _without_out(words), out, each, Path.cwd())
    try:  # Slurm does not make the folder in which tasks say what they have to say
        (out / LOG).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unable(error, f"write in {out}") from None
    sys.stdout.write(text)
    say(f"Run folder: {out}. Next: sbatch, with this script.")


def _command(words: list[str]) -> list[str]:
    """The whole command: `run` or `compare` is added where it is not said."""
    from experiments.errors import Refused
    from scenarios.load import load_any
    from scenarios.studies import Study

    commands = [name for name, options in _commands().items() if "--shard" in options]
    if words[0] not in commands:
        words = ["compare" if isinstance(load_any(words[0]), Study) else "run", *words]
    if len(words) < 2 or words[1].startswith("-"):
        raise Refused(f"tremplin slurm {words[0]}: a case or policy file must come next, then its options")
    for word in words[1:]:
        option = word.partition("=")[0]
        if option in OWN:
            raise Refused(f"{option}: is not for a script of an array: {OWN[option]}")
    return words


def _commands() -> dict[str, set[str]]:
    """Commands and their options."""
    found = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    return {name: {o for p in command.params for o in p.opts} for name, command in found.items()}


def _tried(words: list[str], shards: int) -> tuple[str, Path]:
    """What a shard will take and the run folder, as the command itself says; it leaves as the command does if
    it is refused."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            app([*words, "--shard", f"1/{shards}", "--dry-run", "--yes", "--json"])
        except SystemExit as end:
            if end.code:
                raise typer.Exit(int(end.code)) from None
    foreseen = json.loads(said.getvalue())
    return foreseen["answer"][0], Path(foreseen["folder"]).absolute()


def _without_out(words: list[str]) -> list[str]:
    """The command without its run folder, which the script gives as a whole path."""
    kept, skip = [], False
    for word in words:
        if not skip and word != "--out" and not word.startswith("--out="):
            kept.append(word)
        skip = word == "--out"
    return kept
