"""Commands on a run folder: status, collect, repair, export, rerun, report."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.base import (
    DryRun,
    Engine,
    Jobs,
    Json,
    LangOfFolder,
    Memory,
    Quiet,
    Timeout,
    Yes,
    app,
    foretell,
    guarded,
    say,
    speak,
)
from experiments.lang import form, plural
from experiments.lang import say as words
from scenarios.problems import typed

RunFolder = Annotated[Path, typer.Argument(metavar="DIR", help="A run folder.")]


@app.command(short_help="How far a run is, also while it goes on.")
@guarded
def status(folder: RunFolder, as_json: Json = False) -> None:
    """
    How far a run is, from its folder alone: also while it runs, from another terminal or computer.

    \b
      tremplin status runs/compare-alize-renewal-1a2b3c4d
      watch tremplin status runs/mine
      tremplin status runs/mine --json
    """
    import json

    from experiments.shown_status import lines
    from experiments.status import status_of

    found = status_of(folder)
    typer.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else "\n".join(lines(found)))


@app.command(short_help="Tables and page of a folder that shards have filled.")
@guarded
def collect(folder: RunFolder, quiet: Quiet = False, as_json: Json = False, lang: LangOfFolder = "") -> None:
    """
    Tables and page of a folder that an array of shards has filled; names the shards that are missing.

    \b
      tremplin collect runs/mine
      sbatch --array=$(tremplin collect runs/mine --json | jq -r .array) job.sh
    Exit code 1 if some shard is missing: the tables then hold the worlds that are there.
    """
    speak(lang, folder)
    import json

    from experiments.cli.worlds import answer
    from experiments.command import Common
    from experiments.errors import Refused
    from experiments.finish import tables
    from experiments.folder import Folder
    from experiments.restore import restored
    from experiments.status import array, status_of

    found = status_of(folder)
    here = f"tremplin rerun {typed(folder)}" if found.alone else found.command_line
    if not found.ended:
        raise Refused(f"{folder}: has no world; run its shards, or all of them here: {here}")
    # typical cases are simulated anew, and must be those of these worlds
    Folder(folder).check(restored(Folder(folder), counted=True).experiment)
    if found.missing:
        missing = array(found.shards_missing)
        if as_json:
            typer.echo(json.dumps(found.as_json(), ensure_ascii=False))
        say(
            plural(
                "{ended} of {worlds} worlds is there.", "{ended} of {worlds} worlds are there.",
                found.ended, ended=form(found.ended), worlds=form(found.worlds),
            )
        )  # fmt: skip
        if found.parts > 1:
            say(
                words(
                    "Missing or unfinished shards, of {parts}: --array={missing}",
                    parts=found.parts,
                    missing=missing,
                )
            )
            for who in found.running:
                say(
                    words(
                        "Shard {part} is being run by process {pid} of {host}.",
                        part=who.get("part", "?"), pid=who["pid"], host=who["host"],
                    )
                )  # fmt: skip
        say(words("To run all that is missing here: {command}", command=here))
        if not as_json:
            tables(Folder(folder), restored(Folder(folder)), quiet)
        raise typer.Exit(1)
    done = tables(Folder(folder), restored(Folder(folder)), quiet)
    answer(done, Common(quiet=quiet, json=as_json))


@app.command(short_help="Set aside what is damaged in a run folder.")
@guarded
def repair(folder: RunFolder, as_json: Json = False) -> None:
    """
    Set aside what is damaged in a run folder, so that the command that made it can run it again.

    \b
      tremplin repair runs/mine
    Damaged files go to the folder `damaged`; shards that were renamed have their names back; nothing but
    unfinished files is deleted.
    """
    import json
    from dataclasses import asdict

    from experiments.plan import shards_said, worlds_said
    from experiments.repair import repair as repaired

    done = repaired(folder)
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
        return
    for name, given in done.renamed:
        typer.echo(f"renamed: {name}, to the name that it was given: {given}")
    for name, why in done.aside:
        typer.echo(f"set aside: {name} ({why})")
    if done.removed:
        typer.echo(f"removed: {len(done.removed):,} unfinished file{'s' * (len(done.removed) > 1)}")
    typer.echo(f"whole: {worlds_said(done.rows)} in {shards_said(done.shards)}")
    if done.lost:
        typer.echo(
            f"Lost: {' and '.join(done.lost)}; only the command that made the folder writes it again, and "
            f"runs what else is missing{': ' if done.command else '.'}{done.command}"
        )
    elif done.aside:
        here = f"tremplin rerun {typed(folder)}, or " if done.alone else ""
        typer.echo(f"What is missing now: {here}the command that made the folder.")


@app.command(short_help="The tables of a run, for a spreadsheet.")
@guarded
def export(
    folder: RunFolder,
    form: Annotated[
        str, typer.Option("--format", help="xlsx: one workbook; csv: one file a table.")
    ] = "xlsx",
) -> None:
    """
    The tables of a run for a spreadsheet: worlds, summary, parameters, series, what each column means.

    \b
      tremplin export runs/mine
      tremplin export runs/mine --format csv
    Names and definitions of columns are English in every language: they are data for programs.
    """
    from experiments.export import export as exported

    for path in exported(folder, form):
        typer.echo(str(path))


@app.command(short_help="Run what a folder lacks, from the folder alone.")
@guarded
def rerun(
    folder: RunFolder,
    failed: Annotated[
        bool, typer.Option("--failed", help="Also the worlds that failed, took too long or were killed.")
    ] = False,
    engine: Engine = "local", jobs: Jobs = 0, timeout: Timeout = 0.0, memory: Memory = 0.0,
    dry_run: DryRun = False, yes: Yes = False, quiet: Quiet = False, as_json: Json = False,
    lang: LangOfFolder = "",
) -> None:  # fmt: skip
    """
    Run what a folder lacks, from the folder alone: the files that it was asked with are not needed.

    \b
      tremplin rerun runs/mine                        what has no row yet
      tremplin rerun runs/mine --failed --timeout 60  and what did not end well, with more time
    Where --precision was asked for, draws are added until it is reached.
    """
    speak(lang, folder)
    from experiments.cli.worlds import answer
    from experiments.command import Common, carry_out
    from experiments.folder import Folder, hashes
    from experiments.plan import estimate
    from experiments.precision import asked_of
    from experiments.restore import must_run_alone, restored

    request, precision = restored(Folder(folder)), asked_of(Folder(folder).manifest)
    must_run_alone(Folder(folder), request.experiment)
    Folder(folder).check(request.experiment)
    common = Common(
        draws=precision.ceiling if precision else request.draws, replicates=request.replicates,
        seed=request.experiment.seed, jobs=jobs, out=folder, timeout=timeout, memory=memory, yes=yes,
        quiet=quiet, json=as_json, again=failed, precision=precision, engine=engine,
    )  # fmt: skip
    if dry_run:
        index = Folder(folder).index(hashes(request.experiment))
        items, worlds = request.to_run(index, failed)
        text = words(
            "{some} of {draws} draws have worlds to run", some=form(items), draws=form(len(request.numbers))
        )
        foreseen = estimate(
            request.experiment, request.draws, request.replicates, common.processes, left=worlds
        )
        foretell(text, foreseen.as_json() | {"folder": str(folder)}, as_json)
        return
    answer(carry_out(request.experiment, common), common)


@app.command(short_help="Write the page of a run folder again.")
@guarded
def report(folder: RunFolder, lang: LangOfFolder = "") -> None:
    """
    Write the page of a run folder again: one file, readable without a network.

    \b
      tremplin report runs/compare-alize-renewal-1a2b3c4d
      tremplin report runs/compare-alize-renewal-1a2b3c4d --lang fr
    """
    speak(lang, folder)
    from experiments.folder import Folder
    from experiments.made import refuse_others
    from experiments.report import write

    refuse_others(Folder(folder))
    typer.echo(str(write(folder)))
