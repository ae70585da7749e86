"""The command that asks whether an evaluation would have known: evaluate."""

from typing import Annotated

import typer

from experiments.cli.base import (
    Draws,
    DryRun,
    Engine,
    Jobs,
    Json,
    Lang,
    Out,
    Parameters,
    Quiet,
    Seed,
    Yes,
    app,
    guarded,
    say,
    speak,
)

Scheme = Annotated[str, typer.Option("--scheme", help="Which scheme, where the case has several.")]
Year = Annotated[int, typer.Option("--year", help="End of the year of the case at which it is evaluated; "
                                                  "default the last.")]  # fmt: skip
Designs = Annotated[
    str,
    typer.Option(
        "--designs",
        metavar="NAME,NAME",
        help="before-after, matching, discontinuity, lottery, saturation; default all.",
    ),
]


@app.command(short_help="Would an evaluation have found the truth?")
@guarded
def evaluate(
    case: Annotated[str, typer.Argument(help="A case: a name from `tremplin list cases`, or a file.")],
    draws: Draws = 100, seed: Seed = 1, engine: Engine = "local", jobs: Jobs = 0, out: Out = None,
    parameters: Parameters = "posterior",
    scheme: Scheme = "", year: Year = 0, designs: Designs = "", dry_run: DryRun = False, yes: Yes = False,
    quiet: Quiet = False, as_json: Json = False, lang: Lang = "en",
) -> None:  # fmt: skip
    """
    Would an evaluation have found the truth? Usual designs, each on what an evaluator sees of one world,
    against what the pair of worlds knows exactly.

    \b
      tremplin evaluate alize-1997-2007 --draws 20
      tremplin evaluate plan-pme-2011-2015 --designs matching,lottery
      tremplin evaluate region-five-schemes --scheme alize --year 5
    \b
    before-after   helped firms, now and before they asked
    matching       the same beside firms of their sector, alike in size, age and past growth
    discontinuity  firms just above and just below what the committee asks for
    lottery        a trial: lots are drawn among those who would be admitted, and half are turned away
    saturation     a trial: a random half of the basins opens; all jobs of the basins are compared
    \b
    Of each: bias, how often its 90 % interval holds the truth, how often it declares an effect at 5 %, how
    often it has the wrong sign. A design that cannot be applied says why. evaluations.csv has a row a draw
    and design, evaluation.csv one a design. The same command with more draws goes on from those that are
    there, and tries again what failed.
    """
    speak(lang)
    from experiments.cli.worlds import answer, say_beforehand
    from experiments.command import Common, carry_out
    from experiments.evaluation.asking import asked
    from experiments.evaluation.bench import experiment
    from experiments.parameters import source
    from scenarios.load import load_case

    found = asked(load_case(case), scheme, year, designs)
    common = Common(
        draws=draws, seed=seed, jobs=jobs, out=out, parameters=parameters, dry_run=dry_run, yes=yes,
        quiet=quiet, json=as_json, again=True, engine=engine,
    )  # fmt: skip
    rows = source(parameters, [s.name for s in found.case.spec.schemes], seed)
    if rows.warning:
        say(rows.warning)
    wanted = experiment(found, rows, seed)
    if dry_run:
        say_beforehand(wanted, common)
        return
    answer(carry_out(wanted, common), common)
