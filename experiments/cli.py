"""The command ``tremplin``. Heavy imports stand inside the commands: help is there at once."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

HELP = """
Worlds of small firms, with and without the schemes that support them.

Each world of a pair shares every draw with the other, so that the difference is what the scheme changed:
the jobs that it reports are split into those that would have come anyway and those that are net.

\b
  tremplin list                                   what is shipped
  tremplin run alize-1997-2007 --draws 4          a published history, beside its published figures
  tremplin compare alize-renewal                  policies against each other
  tremplin explain alize.recruiting_effort        a lever, parameter or outcome in words

Exit codes: 0 done; 1 some world failed; 2 the request is refused; 3 this computer cannot (disk, rights);
130 interrupted.
"""

app = typer.Typer(
    name="tremplin", help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip

Draws = Annotated[int, typer.Option("--draws", min=1, help="Draws: parameters and seed of a pair of worlds.")]
Replicates = Annotated[int, typer.Option("--replicates", min=1, help="Seeds for each row of parameters.")]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**62, help="Another number, other worlds.")]
Jobs = Annotated[int, typer.Option("--jobs", min=0, help="Processes; 0: one a core.")]
Out = Annotated[Path | None, typer.Option("--out", help="Run folder; default runs/<command>-<name>-<hash>.")]
Parameters = Annotated[
    str, typer.Option("--parameters", help="default, prior, or a .csv or .parquet file with a row a draw.")
]
Timeout = Annotated[float, typer.Option("--timeout", min=0, help="Seconds a world may take; 0: no limit.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and stop.")]
Yes = Annotated[bool, typer.Option("--yes", help="Go on even if it takes over an hour or a gigabyte.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the answer.")]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


def main() -> None:
    """Entry point of the command ``tremplin``."""
    app()


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Turns what a command raises into a message on stderr and an exit code."""

    @wraps(command)
    def call(*args: Any, **kwargs: Any) -> None:
        from experiments.errors import Refused, Unable, unable
        from scenarios.problems import ScenarioError

        try:
            command(*args, **kwargs)
        except (Refused, ScenarioError) as error:
            _say(str(error))
            raise typer.Exit(2) from None
        except Unable as error:
            _say(str(error))
            raise typer.Exit(3) from None
        except BrokenPipeError:  # the reader of our output left, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except OSError as error:
            _say(str(unable(error, f"use {error.filename}" if error.filename else "go on")))
            raise typer.Exit(3) from None
        except KeyboardInterrupt as stop:
            _say(str(stop) or "stopped")
            raise typer.Exit(130) from None

    return call


@app.command("list")
@guarded
def list_command(
    kind: Annotated[str, typer.Argument(help="cases, policies, schemes, levers, parameters, outcomes, "
                                             "territories or claims; nothing: an overview.")] = "",
    as_json: Json = False,
) -> None:  # fmt: skip
    """
    What there is: cases, policies, schemes, levers, parameters, outcomes, territories, claims.

    \b
      tremplin list                  an overview
      tremplin list levers           everything that a policy may change
      tremplin list outcomes --json  for another program
    """
    from experiments.describe import listing

    typer.echo(listing(kind, as_json))


@app.command()
@guarded
def explain(
    name: Annotated[str, typer.Argument(help="A lever, parameter, outcome, claim, case, policy or scheme.")],
    as_json: Json = False,
) -> None:
    """
    A name in words: what it is, unit, bounds, source, where it acts.

    \b
      tremplin explain alize.recruiting_effort     a lever
      tremplin explain alize.half_days             an uncertainty, with its prior and its source
      tremplin explain jobs_net                    an outcome
    """
    from experiments.describe import explanation

    typer.echo(explanation(name, as_json))


@app.command()
@guarded
def check(
    file: Annotated[str, typer.Argument(help="A scenario file, or the name of a shipped one.")],
) -> None:
    """
    Say all that is wrong with a scenario file, with line, column and what may stand there.

    \b
      tremplin check my-policies.yaml
      tremplin check my-basins.csv
    """
    from experiments.describe import checked

    typer.echo(checked(file))


@app.command()
@guarded
def schema() -> None:
    """
    JSON Schema of scenario files, with which editors complete and check while one types.

    \b
      tremplin schema > tremplin.schema.json
    """
    import json

    from scenarios.load import schema as of_files

    typer.echo(json.dumps(of_files(), indent=1, ensure_ascii=False))


@app.command()
@guarded
def run(
    case: Annotated[str, typer.Argument(help="A case: a name from `tremplin list cases`, or a file.")],
    draws: Draws = 20, replicates: Replicates = 1, seed: Seed = 1, jobs: Jobs = 0, out: Out = None,
    parameters: Parameters = "default", timeout: Timeout = 0.0, dry_run: DryRun = False, yes: Yes = False,
    quiet: Quiet = False, as_json: Json = False,
) -> None:  # fmt: skip
    """
    A case as published and without any scheme: net jobs, and published figures beside simulated ones.

    \b
      tremplin run alize-1997-2007 --draws 4
      tremplin run alize-1997-2007 --draws 100 --parameters prior
      tremplin run my-case.yaml --dry-run
    The same command with more draws goes on from those that are there.
    """
    from experiments.command import Common
    from experiments.plan import run_experiment
    from scenarios.load import load_case

    common = Common(draws, replicates, seed, jobs, out, parameters, timeout, dry_run, yes, quiet, as_json)
    found = load_case(case)
    source = _source(common, [scheme.name for scheme in found.spec.schemes])
    _carry_out(run_experiment(found, source, seed), common)


@app.command()
@guarded
def compare(
    file: Annotated[str, typer.Argument(help="A policy file: a name of `list policies`, or a file.")],
    draws: Draws = 20, replicates: Replicates = 1, seed: Seed = 1, jobs: Jobs = 0, out: Out = None,
    parameters: Parameters = "default", timeout: Timeout = 0.0, dry_run: DryRun = False, yes: Yes = False,
    quiet: Quiet = False, as_json: Json = False,
) -> None:  # fmt: skip
    """
    The policies of a file against their reference and against no scheme, in the same worlds.

    \b
      tremplin compare alize-renewal
      tremplin compare my-policies.yaml --draws 50 --jobs 2 --out runs/mine
    """
    from experiments.command import Common
    from experiments.plan import compare_experiment
    from scenarios.load import load_policies

    common = Common(draws, replicates, seed, jobs, out, parameters, timeout, dry_run, yes, quiet, as_json)
    study = load_policies(file)
    schemes = dict.fromkeys(scheme.name for case in study.bases for scheme in case.spec.schemes)
    _carry_out(compare_experiment(study, _source(common, list(schemes)), seed), common)


def _source(common: Any, schemes: list[str]) -> Any:
    from experiments.parameters import source

    return source(common.parameters, schemes, common.seed)


def _carry_out(experiment: Any, common: Any) -> None:
    """Runs, prints the answer, and leaves with 1 if some world failed."""
    import json

    from experiments.plan import estimate

    if common.dry_run:
        typer.echo(str(estimate(experiment, common.draws, common.replicates, common.processes)))
        return
    from experiments import answers
    from experiments.command import carry_out

    done = carry_out(experiment, common)
    if common.json:
        content = answers.as_json(done.results, done.summary, done.validation)
        content |= {"folder": str(done.folder), "report": str(done.report)}
        typer.echo(json.dumps(content, ensure_ascii=False, allow_nan=False))
    else:
        typer.echo("\n".join(answers.answer(done.results)))
    if not common.json and not common.quiet:
        from experiments import shown

        tables = shown.run_tables(done) if experiment.command == "run" else [
            shown.compare_table(done.results, group) for group in experiment.groups
        ]  # fmt: skip
        shown.show(tables)
        typer.echo(f"Folder: {done.folder}\nReport: {done.report}")
    counts = done.results.counts()
    wrong = {status: n for status, n in counts.items() if n and status != "ok"}
    if wrong:
        words = ", ".join(f"{n:,} {status}" for status, n in wrong.items())
        _say(f"{words} of {sum(counts.values()):,} worlds; why stands in the column `error` of "
             f"{done.folder / 'runs'}. The same command runs them again, and only them.")  # fmt: skip
        raise typer.Exit(1)


@app.command()
@guarded
def trace(
    case: Annotated[str, typer.Argument(help="A case: a name from `tremplin list cases`, or a file.")],
    firm: Annotated[str, typer.Option("--firm", help="Its uid, or `accepted` for the first accepted firm.")],
    draw: Annotated[int, typer.Option("--draw", min=0, max=10**6, help="Which draw of the experiment.")] = 0,
    seed: Seed = 1, parameters: Parameters = "default", every: Annotated[
        bool, typer.Option("--all", help="Every month, not only those in which something happens.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """
    One firm, month by month, in the world with the scheme and in the world without.

    \b
      tremplin trace alize-1997-2007 --firm accepted
      tremplin trace alize-1997-2007 --firm 4294967339 --all
    """
    from experiments.parameters import source
    from experiments.trace import traced
    from scenarios.load import load_case

    found = load_case(case)
    rows = source(parameters, [scheme.name for scheme in found.spec.schemes], seed)
    typer.echo(traced(found, rows, seed, draw, firm, every, as_json))


@app.command()
@guarded
def report(folder: Annotated[Path, typer.Argument(help="A run folder.")]) -> None:
    """
    Write the page of a run folder again: one file, readable without a network.

    \b
      tremplin report runs/compare-alize-renewal-1a2b3c4d
    """
    from experiments.folder import Folder

    Folder(folder).manifest  # noqa: B018  refuses what is not a run folder
    from experiments.report import write

    typer.echo(str(write(folder)))


if __name__ == "__main__":
    main()
