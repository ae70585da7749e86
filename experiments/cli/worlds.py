"""Commands that run worlds: run, compare, trace."""

from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.cli.base import (
    DrawsAtMost,
    DryRun,
    Engine,
    HowPrecise,
    Jobs,
    Json,
    Lang,
    LangOfPrint,
    Memory,
    Out,
    Parameters,
    Part,
    Quiet,
    Replicates,
    Seed,
    Timeout,
    Yes,
    app,
    expect_worlds,
    foretell,
    guarded,
    printed,
    say,
    speak,
)  # fmt: skip
from experiments.lang import form, plural, told
from experiments.lang import say as words
from scenarios.problems import typed

DRAWS = 20  # unless told otherwise


@app.command(short_help="A case as published, beside the world without any scheme.")
@guarded
def run(
    case: Annotated[str, typer.Argument(help="A case: a name from `tremplin list cases`, or a file.")],
    draws: DrawsAtMost = None, precision: HowPrecise = None, replicates: Replicates = 1, seed: Seed = 1,
    engine: Engine = "local", jobs: Jobs = 0, out: Out = None,
    parameters: Parameters = "posterior", shard: Part = "1/1", timeout: Timeout = 0.0, memory: Memory = 0.0,
    dry_run: DryRun = False, yes: Yes = False, quiet: Quiet = False, as_json: Json = False,
    lang: Lang = "en",
) -> None:  # fmt: skip
    """
    A case as published and without any scheme: net jobs, and published figures beside simulated ones.

    \b
      tremplin run alize-1997-2007 --draws 4
      tremplin run alize-1997-2007 --draws 100 --parameters prior
      tremplin run my-case.yaml --dry-run
      tremplin run alize-1997-2007 --precision 5%
      tremplin run alize-1997-2007 --lang fr       read in French
    The same command with more draws goes on from those that are there.
    """
    speak(lang)
    expect_worlds(engine, dry_run)
    from experiments.plan import run_experiment
    from scenarios.load import load_case

    common = _common(
        draws, precision, shard, replicates=replicates, seed=seed, jobs=jobs, out=out, parameters=parameters,
        timeout=timeout, memory=memory, dry_run=dry_run, yes=yes, quiet=quiet, json=as_json, engine=engine,
    )  # fmt: skip
    found = load_case(case)
    source = _source(common, [scheme.name for scheme in found.spec.schemes])
    _carry_out(run_experiment(found, source, seed), common)


@app.command(short_help="The policies of a file against each other.")
@guarded
def compare(
    file: Annotated[str, typer.Argument(help="A policy file: a name of `list policies`, or a file.")],
    draws: DrawsAtMost = None, precision: HowPrecise = None, replicates: Replicates = 1, seed: Seed = 1,
    engine: Engine = "local", jobs: Jobs = 0, out: Out = None,
    parameters: Parameters = "posterior", shard: Part = "1/1", timeout: Timeout = 0.0, memory: Memory = 0.0,
    dry_run: DryRun = False, yes: Yes = False, quiet: Quiet = False, as_json: Json = False,
    lang: Lang = "en",
) -> None:  # fmt: skip
    """
    The policies of a file against their reference and against no scheme, in the same worlds.

    \b
      tremplin compare alize-renewal
      tremplin compare my-policies.yaml --draws 50 --jobs 2 --out runs/mine
      tremplin compare alize-renewal --precision 10%               as many draws as that takes, 400 at most
      tremplin compare alize-renewal --replicates 2                tells chance from unknown parameters
      tremplin compare alize-renewal --lang fr                     read in French
    """
    speak(lang)
    expect_worlds(engine, dry_run)
    from experiments.plan import compare_experiment
    from scenarios.load import load_policies

    common = _common(
        draws, precision, shard, replicates=replicates, seed=seed, jobs=jobs, out=out, parameters=parameters,
        timeout=timeout, memory=memory, dry_run=dry_run, yes=yes, quiet=quiet, json=as_json, engine=engine,
    )  # fmt: skip
    study = load_policies(file)
    schemes = dict.fromkeys(scheme.name for case in study.bases for scheme in case.spec.schemes)
    _carry_out(compare_experiment(study, _source(common, list(schemes)), seed), common)


def _common(draws: int | None, precision: str | None, shard: str, **told: Any) -> Any:
    """What a command was told. ``draws``: with a precision, the most there may be."""
    from experiments.command import Common, part_of
    from experiments.precision import CEILING, Precision, share_of

    wanted = None if precision is None else Precision(share_of(precision), draws or CEILING)
    most = wanted.ceiling if wanted else draws or DRAWS
    return Common(draws=most, precision=wanted, part=part_of(shard), **told)


def _source(common: Any, schemes: list[str]) -> Any:
    from experiments.parameters import source

    found = source(common.parameters, schemes, common.seed)
    if found.warning:
        say(found.warning)
    return found


def _carry_out(experiment: Any, common: Any) -> None:
    """Runs, prints the answer, and leaves with 1 if some world failed."""
    if common.dry_run:
        say_beforehand(experiment, common)
        return
    from experiments.command import carry_out

    answer(carry_out(experiment, common), common)


def say_beforehand(experiment: Any, common: Any) -> None:
    """Prints what it will take, and the run folder; ``Refused`` where that holds something else."""
    from experiments.plan import estimate

    foreseen = estimate(experiment, common.draws, common.replicates, common.processes, common.part[1])
    text = str(foreseen)
    if common.precision:
        text = plural(
            "at most, with {draws} draw: {foreseen}", "at most, with {draws} draws: {foreseen}",
            common.draws, draws=form(common.draws), foreseen=text,
        )  # fmt: skip
    folder = str(fitting_folder(experiment, common))
    content = foreseen.as_json() | {"folder": folder, "draws": common.draws}
    content |= {"at_most": common.precision is not None, "replicates": common.replicates}
    where = words("Folder: {folder}", folder=folder)
    foretell(f"{text}\n{where}", content, common.json)


def fitting_folder(experiment: Any, common: Any) -> Path:
    """The run folder; ``Refused`` where it holds something else, as when the worlds are run."""
    from experiments.folder import Folder, default_path

    folder = Folder(common.out or default_path(experiment))
    folder.holds(experiment)
    return folder.path


def answer(done: Any, common: Any) -> None:
    """Prints what came out; leaves with 1 if some world failed."""
    from experiments.command import EVALUATE, Done

    with printed(done.folder):
        (_answer_whole if isinstance(done, Done) else _answer_part)(done, common)
    again = f"tremplin rerun {typed(done.folder)} --failed"
    evaluated = isinstance(done, Done) and done.experiment.command == EVALUATE
    say_failures(done.folder, done.counts, words("give the same command") if evaluated else again)


def _answer_whole(done: Any, common: Any) -> None:
    import json

    from experiments import answers, precision, shown, shown_decision, terminal
    from experiments import validate as validation
    from experiments.command import EVALUATE

    command = done.experiment.command
    if done.experiment.design:
        from experiments.sensitivity.shown import print_answer

        print_answer(done, common)
        return
    if command == EVALUATE:
        from experiments.evaluation import verdict

        said = verdict.answer(done.summary)
    elif command == "validate":
        said = [validation.too_few(done.results.draws), validation.headline(done.validation)]
    else:
        said = answers.answer(done.results)
    said = [*filter(None, [*said, precision.sentence(done.precision, done.experiment.reference)])]
    if further := done.results.beyond:
        say(answers.beyond(further, done.results.draws, done.results.replicates))
    if common.json:
        content = answers.as_json(done, said)
        content |= {"folder": str(done.folder), "report": str(done.report)}
        typer.echo(json.dumps(content, ensure_ascii=False, allow_nan=False))
        return
    typer.echo("\n".join(said))
    if not common.quiet:
        tables = {
            "run": shown.run_tables,
            "validate": shown.validation_tables,
            EVALUATE: _tables_of_evaluation,
        }
        found = tables.get(command, shown.compare_tables)(done)
        terminal.show([*found, *shown_decision.decision_tables(done), *shown_decision.precision_tables(done)])
        unmissed = validation.obsolete(done.validation, done.results.draws) if command == "validate" else ()
        for name in unmissed:
            typer.echo(
                words("{figure} is explained as a miss (calibration/misses.py) and is met.", figure=name)
            )
        typer.echo(words("Folder: {folder}", folder=done.folder))
        typer.echo(words("Report: {report}", report=done.report))


def _tables_of_evaluation(done: Any) -> list[Any]:
    from experiments.evaluation import verdict  # and with it a second's worth of statistics

    return [verdict.table(done.summary)]


def _answer_part(done: Any, common: Any) -> None:
    import json

    i, n = done.part
    if common.json:
        typer.echo(json.dumps({"part": [i, n], "counts": done.counts, "folder": str(done.folder)}))
        return
    worlds = sum(done.counts.values())
    typer.echo(
        plural(
            "Shard {i} of {n}: {worlds} world in {folder}", "Shard {i} of {n}: {worlds} worlds in {folder}",
            worlds, i=i, n=n, worlds=form(worlds), folder=done.folder,
        )
    )  # fmt: skip
    if not common.quiet:
        typer.echo(words("When all have ended: tremplin collect {folder}", folder=typed(done.folder)))


def say_failures(folder: Path, counts: Any, again: str) -> None:
    """Leaves with 1 if some world did not end well, saying which command finishes them."""
    wrong = {status: n for status, n in counts.items() if n and status != "ok"}
    if wrong:
        say(
            plural(
                "{failed} of {worlds} world; why: tremplin status {folder}. To run it again: {again}",
                "{failed} of {worlds} worlds; why: tremplin status {folder}. To run them again, and only "
                "them: {again}",
                sum(counts.values()),
                failed=", ".join(f"{form(n)} {told(status)}" for status, n in wrong.items()),
                worlds=form(sum(counts.values())),
                folder=typed(folder),
                again=again,
            )
        )
        raise typer.Exit(1)


@app.command(short_help="Typical firms and a basin, told as short histories.")
@guarded
def trace(
    case: Annotated[str, typer.Argument(help="A case: a name from `tremplin list cases`, or a file.")],
    firm: Annotated[str, typer.Option(
        "--firm", help="Its uid, or `accepted` for the first accepted firm. Default: typical cases.")] = "",
    draw: Annotated[int, typer.Option("--draw", min=0, max=10**6, help="Which draw of the experiment.")] = 0,
    seed: Seed = 1, parameters: Parameters = "posterior", every: Annotated[
        bool, typer.Option("--all", help="Every month, not only those in which something happens.")] = False,
    as_json: Json = False, lang: LangOfPrint = "en",
) -> None:  # fmt: skip
    """
    Typical firms and a basin told as short histories; or one firm, month by month, in both worlds.

    \b
      tremplin trace alize-1997-2007
      tremplin trace alize-1997-2007 --firm accepted
      tremplin trace alize-1997-2007 --firm 370 --all
    """
    speak(lang)
    from experiments.parameters import source
    from experiments.trace import traced
    from experiments.typical.stories import told
    from scenarios.load import load_case

    found = load_case(case)
    rows = source(parameters, [scheme.name for scheme in found.spec.schemes], seed)
    if firm:
        typer.echo(traced(found, rows, seed, draw, firm, every, as_json))
    else:
        typer.echo(told(found, rows, seed, draw, as_json))
