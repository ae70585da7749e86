"""Commands that tell what there is, and begin a file: list, explain, new, check, schema."""

from typing import Annotated

import typer

from experiments.cli.base import Json, app, guarded


@app.command("list", short_help="What there is: cases, policies, schemes, levers, outcomes.")
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


@app.command(short_help="A name in words: what it is, unit, bounds, source.")
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


@app.command(short_help="Write a commented policy file to start from.")
@guarded
def new(
    name: Annotated[str, typer.Argument(help="Name of the file to write, without .yaml.")],
    model: Annotated[str, typer.Option(
        "--from", help="A policy file to start from: a name of `list policies`, or a file.")],
) -> None:  # fmt: skip
    """
    Write a commented policy file: what is asked, and every lever with its meaning, unit, bounds and value.

    \b
      tremplin new my-renewal --from alize-renewal
      tremplin check my-renewal.yaml
      tremplin compare my-renewal.yaml
    """
    from experiments.describe import new_file

    path = new_file(name, model)
    typer.echo(f"Written: {path}. Change it, then: tremplin check {path}; tremplin compare {path}")


@app.command(short_help="All that is wrong with a scenario file, line by line.")
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


@app.command(short_help="JSON Schema of scenario files, for editors.")
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
