"""The commands that run designs: sensitivity, sweep."""

from typing import Annotated, Any

import typer

from experiments.cli.base import (
    DryRun,
    Engine,
    Jobs,
    Json,
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
    foretell,
    guarded,
    say,
)

N_SIZE = "Size of the design; 0: a usual one."
AMONG = "best or rank: the outcome is whether the policy is the best of all, or its rank."
SECOND = "Also what pairs of factors do together (sobol): twice the rows."
FACTORS = "Uncertain numbers and levers (scheme.lever), or `all`; default the 20 that are least known."
FACTOR = "Values, or LOW:HIGH:STEPS; once for each factor."

Policy = Annotated[
    str,
    typer.Option(
        "--policy",
        metavar="NAME,NAME",
        help="Policies, or `all`; default the first that is not the reference.",
    ),
]
InCase = Annotated[str, typer.Option("--group", help="Which case of the file; default the first.")]
Outcome = Annotated[str, typer.Option("--outcome", help="An outcome of `tremplin list outcomes`.")]
Fails = Annotated[
    float | None,
    typer.Option("--fails", help="A row fails whose outcome is worse; default 0, else the worst quarter."),
]
Seeds = Annotated[
    str,
    typer.Option(
        "--seeds",
        help="common: all rows share their luck (default with one replicate); own: each row has its own "
        "(default with more, which tells luck apart).",
    ),
]


@app.command(short_help="Which numbers, levers and rival rules move an outcome.")
@guarded
def sensitivity(
    file: Annotated[str, typer.Argument(help="A policy file or a case: a shipped name, or a file.")],
    method: Annotated[
        str, typer.Option("--method", help="morris, sobol, fast, rbd-fast, pawn, delta, ff, latin.")
    ] = "sobol",
    n: Annotated[int, typer.Option("--n", min=0, help=N_SIZE)] = 0,
    extend: Annotated[int, typer.Option("--extend", min=0, help="Go on to this N, with the rows that are "
                                                                "there.")] = 0,
    factors: Annotated[
        str, typer.Option("--factors", metavar="A,B=LOW:HIGH,C=1|2", help=FACTORS)
    ] = "",
    policy: Policy = "", group: InCase = "", outcome: Outcome = "jobs_net",
    against: Annotated[
        str, typer.Option("--against", help="A policy whose outcome is taken away, row by row.")
    ] = "",
    among: Annotated[str, typer.Option("--among", help=AMONG)] = "",
    second: Annotated[bool, typer.Option("--second-order", help=SECOND)] = False,
    emulate: Annotated[
        bool, typer.Option("--emulate", help="Indices from an emulator that learns from the rows.")
    ] = False,
    fails: Fails = None, replicates: Replicates = 1, seeds: Seeds = "", seed: Seed = 1,
    engine: Engine = "local", jobs: Jobs = 0,
    out: Out = None, parameters: Parameters = "posterior", shard: Part = "1/1", timeout: Timeout = 0.0,
    memory: Memory = 0.0, dry_run: DryRun = False, yes: Yes = False, quiet: Quiet = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """
    Which uncertain numbers, levers and rival rules move an outcome; is the design large enough to say.

    \b
      tremplin sensitivity alize-renewal --method morris --factors all --n 10
      tremplin sensitivity alize-renewal --policy capped --n 512
      tremplin sensitivity alize-renewal --policy capped --n 512 --extend 2048      redoes nothing
      tremplin sensitivity alize-renewal --policy capped --against published
      tremplin sensitivity alize-renewal --policy all --among best --method pawn
      tremplin sensitivity alize-1997-2007 --factors wear_of_people,alize.recruiting_effort=0:3
    \b
    Each row of a design is a pair of worlds, kept as those of other commands: stop it and give the command
    again, run it in shards, rerun what failed. Other outcomes of the same rows take no new world.
    """
    from experiments.sensitivity.prepared import sensitivity as prepare

    prepared = prepare(
        file, method, n, extend, factors, policy, group, outcome, against, among, second, emulate, fails,
        parameters, seed, replicates, seeds,
    )  # fmt: skip
    _carry_out(
        prepared, shard, replicates=replicates, seed=seed, jobs=jobs, out=out, parameters=parameters,
        timeout=timeout, memory=memory, dry_run=dry_run, yes=yes, quiet=quiet, json=as_json, engine=engine,
    )  # fmt: skip


@app.command(short_help="Worlds over chosen values of levers and numbers.")
@guarded
def sweep(
    file: Annotated[str, typer.Argument(help="A sweep file; or a policy file or a case, with --factor.")],
    factor: Annotated[
        list[str], typer.Option("--factor", metavar="NAME=A,B,C", help=FACTOR)
    ] = [],  # noqa: B006
    design: Annotated[
        str, typer.Option("--design", help="grid: every combination; latin: a Latin hypercube.")
    ] = "grid",
    rows: Annotated[int, typer.Option("--n", min=0, help="Rows of a Latin hypercube.")] = 0,
    policy: Policy = "", group: InCase = "", outcome: Outcome = "jobs_net", fails: Fails = None,
    replicates: Replicates = 1, seeds: Seeds = "", seed: Seed = 1,
    engine: Engine = "local", jobs: Jobs = 0,
    out: Out = None, parameters: Parameters = "posterior", shard: Part = "1/1", timeout: Timeout = 0.0,
    memory: Memory = 0.0, dry_run: DryRun = False, yes: Yes = False, quiet: Quiet = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """
    Worlds over chosen values of levers and uncertain numbers: one table, boxes where policies fail, regret.

    \b
      tremplin sweep alize-renewal --policy all --factor wear_of_people=0,1
      tremplin sweep alize-renewal --factor alize.join_rate=0.05:0.3:6 --factor wear_of_people=0,1
      tremplin sweep alize-1997-2007 --design latin --n 200 --factor alize.join_rate=0.05:0.3
      tremplin sweep my-sweep.yaml
    data.csv has a row a world: policy, factors, every outcome.
    """
    from experiments.sensitivity.prepared import sweep as prepare

    prepared = prepare(
        file, factor, design, rows, policy, group, outcome, fails, parameters, seed, replicates, seeds
    )
    _carry_out(
        prepared, shard, replicates=replicates, seed=seed, jobs=jobs, out=out, parameters=parameters,
        timeout=timeout, memory=memory, dry_run=dry_run, yes=yes, quiet=quiet, json=as_json, engine=engine,
    )  # fmt: skip


def _carry_out(prepared: Any, shard: str, **told: Any) -> None:
    """Says what is varied and what it takes; runs, and prints the answer."""
    from experiments.cli.worlds import answer, fitting_folder
    from experiments.command import Common, part_of

    common = Common(draws=1, part=part_of(shard), **told)  # the design says how many rows it has
    experiment, source = prepared.experiment, prepared.experiment.source
    if source.warning:
        say(source.warning)
    factors = len(prepared.design.factors)
    over = "one factor" if factors == 1 else f"{factors} factors"
    foreseen = prepared.estimate(common)
    rows = f"{prepared.rows:,} rows over {over}: {foreseen}"
    if common.dry_run:
        names = f"Factors: {', '.join(prepared.design.names)}. {prepared.why}"
        folder = str(fitting_folder(experiment, common))
        content = foreseen.as_json() | {"folder": folder, "rows": prepared.rows}
        content |= {"factors": list(prepared.design.names), "replicates": common.replicates}
        foretell(f"{rows}\n{names}\nFolder: {folder}", content, common.json)
        return
    if not common.quiet:
        say(f"{rows}. {prepared.why}")
    answer(prepared.carry_out(common), common)
