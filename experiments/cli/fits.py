"""Commands on what is known: calibrate, validate."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli.base import (
    Draws,
    DryRun,
    Engine,
    Jobs,
    Json,
    Lang,
    Memory,
    Out,
    Parameters,
    Quiet,
    Seed,
    Timeout,
    Yes,
    app,
    guarded,
    say,
    speak,
)
from scenarios.problems import typed

SHIPPED_RUNS = 4800

Simulations = Annotated[
    int, typer.Option("--simulations", min=1, help="Simulations in all: one world of every fitted case each.")
]
FitFolder = Annotated[
    Path | None, typer.Option("--out", help="Folder of the fit; default runs/calibrate-<hash>.")
]
Fixed = Annotated[
    list[str] | None, typer.Option("--fix", metavar="NAME=VALUE", help="Keep a parameter at a value.")
]


@app.command(short_help="Fit the parameters to the published figures.")
@guarded
def calibrate(
    simulations: Simulations = SHIPPED_RUNS, seed: Seed = 1, engine: Engine = "local", jobs: Jobs = 0,
    out: FitFolder = None,
    fix: Fixed = None, timeout: Timeout = 0.0, memory: Memory = 0.0, dry_run: DryRun = False,
    yes: Yes = False, quiet: Quiet = False,
) -> None:  # fmt: skip
    """
    Fits the parameters to the published figures of all cases at once: a sample of what they leave possible.

    \b
      tremplin calibrate                                    as the sample that is shipped was made
      tremplin calibrate --simulations 1200 --out runs/fit  a quick fit, to see how it goes
      tremplin calibrate --fix wear_of_people=1             under one of the rival rules alone
      tremplin run alize-1997-2007 --parameters runs/fit/posterior/sample.parquet
    Waves of worlds close in on parameters that meet the figures, under each of the rival rules. Stopped, even
    killed, the same command goes on from the worlds that are there and ends the same. Held-out figures are
    never looked at.
    """
    from calibration.fit import FEWEST_RUNS
    from experiments.calibrate import SAMPLE, SECONDS_A_SIMULATION, calibrate, holds, problems
    from experiments.command import Common
    from experiments.errors import Refused
    from experiments.plan import Estimate, ask

    rules = problems(_fixed(fix or []))
    fewest = FEWEST_RUNS * len(rules)
    if simulations < fewest:
        raise Refused(f"--simulations: too few to fit (got {simulations}); allowed: at least {fewest}")
    problem = next(iter(rules.values()))
    common = Common(seed=seed, jobs=jobs, timeout=timeout, memory=memory, quiet=quiet, engine=engine)
    cases = len(problem.cases)
    hours = simulations * SECONDS_A_SIMULATION / common.processes / 3600
    foreseen = Estimate(simulations * cases, hours, simulations * len(problem.declared) * 8e-9)
    folder = out or Path("runs") / f"calibrate-{problem.hash()[:8]}"
    if dry_run:
        holds(folder, rules, simulations, seed)
        typer.echo(f"{foreseen}\nFolder: {folder}")
        return
    ask(foreseen, yes)
    found = calibrate(rules, simulations, seed, common, folder, (lambda line: None) if quiet else say)
    typer.echo(
        f"{len(found.rows)} draws that meet the published figures as far as anything does: "
        f"{folder / SAMPLE}\nUse them: tremplin run alize-1997-2007 --parameters "
        f"{typed(folder / SAMPLE / 'sample.parquet')}"
    )


def _fixed(said: list[str]) -> tuple[tuple[str, float], ...]:
    """``NAME=VALUE`` as pairs, sorted; ``Refused`` if one is not a parameter with a value within its
    bounds."""
    from experiments.errors import Refused
    from sim.parameters import SCHEME_BEHAVIOUR, uncertainties

    known = {u.name: u for u in uncertainties(SCHEME_BEHAVIOUR)}
    found: dict[str, float] = {}
    for text in said:
        name, _, value = text.partition("=")
        if name not in known:
            raise Refused(f"--fix: unknown parameter (got {name!r}); see tremplin list parameters")
        u = known[name]
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not u.low <= number <= u.high:
            raise Refused(f"--fix: {name} is out of bounds (got {value!r}); allowed: {u.low:g} to {u.high:g}")
        found[name] = number
    return tuple(sorted(found.items()))


@app.command(short_help="Published figures beside the model.")
@guarded
def validate(
    draws: Draws = 100, seed: Seed = 1, engine: Engine = "local", jobs: Jobs = 0, out: Out = None,
    parameters: Parameters = "posterior", timeout: Timeout = 0.0, memory: Memory = 0.0,
    dry_run: DryRun = False, yes: Yes = False, quiet: Quiet = False, as_json: Json = False, lang: Lang = "en",
) -> None:  # fmt: skip
    """
    Published figures beside the model: fitted ones, and ones never looked at; what the fit has taught.

    \b
      tremplin validate                                     the sample that is shipped, some minutes
      tremplin validate --parameters runs/fit/posterior/sample.parquet
      tremplin validate --draws 50 --parameters prior       how much of it the priors say already
    Every case of which something is published, with and without its scheme. Figures that are missed are shown
    with the reason, or as not explained. Fewer than 50 draws judge no figure.
    """
    speak(lang)
    from experiments import validate as validation
    from experiments.cli.worlds import answer, say_beforehand
    from experiments.command import Common, carry_out
    from experiments.parameters import source

    common = Common(
        draws=draws, seed=seed, jobs=jobs, out=out, parameters=parameters, timeout=timeout, memory=memory,
        dry_run=dry_run, yes=yes, quiet=quiet, json=as_json, engine=engine,
    )  # fmt: skip
    rows = source(parameters, validation.sources(), seed)
    if rows.warning:
        say(rows.warning)
    experiment = validation.experiment(rows, seed)
    if dry_run:
        say_beforehand(experiment, common)
        return
    answer(carry_out(experiment, common), common)
