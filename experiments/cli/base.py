"""The application, the options that commands share, and how a command ends."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from inspect import signature
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
  tremplin evaluate alize-1997-2007 --draws 20    would an evaluation have found the truth?
  tremplin sensitivity alize-renewal --n 64       what the answer hangs on
  tremplin explain alize.recruiting_effort        a lever, parameter or outcome in words
  tremplin calibrate                              parameters that meet what was published
  tremplin status runs/mine                       how far a run is, also from another terminal

Exit codes: 0 done; 1 some world failed, or a cluster was lost; 2 the request is refused; 3 this computer
cannot (disk, rights); 130 interrupted.
"""

app = typer.Typer(
    name="tremplin", help=HELP, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip


def _say_version(asked: bool) -> None:
    """Says the version and ends the command, if it is asked for."""
    if asked:
        from importlib.metadata import version

        typer.echo(f"tremplin {version('tremplin')}")
        raise typer.Exit


@app.callback()
def _whole(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    pass


Draws = Annotated[int, typer.Option("--draws", min=1, help="Draws: parameters and seed of a pair of worlds.")]
DrawsAtMost = Annotated[
    int | None,
    typer.Option(
        "--draws",
        min=1,
        help="Draws: parameters and seed of a pair of worlds; default 20. With --precision: the most there "
        "may be; default 400.",
    ),
]
HowPrecise = Annotated[
    str | None,
    typer.Option(
        "--precision",
        metavar="SHARE",
        help="Add draws until half of the 90 % interval of the mean of each difference in net jobs is at "
        "most this share of it (10% or 0.1), or 2 % of the jobs reported.",
    ),
]
Replicates = Annotated[int, typer.Option("--replicates", min=1, help="Seeds for each row of parameters.")]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**62, help="Another number, other worlds.")]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="WHERE",
        help="local; dask (a cluster on this computer); dask:tcp://host:port (one that is there); or a .toml "
        "file that describes a cluster of Slurm jobs.",
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", min=0, help="Processes; 0: one a core.")]


def _named(text: str) -> Path:
    if not text:
        raise typer.BadParameter("must name a folder; write . for the one you are in")
    return Path(text)


Out = Annotated[
    Path | None,
    typer.Option(
        "--out", parser=_named, metavar="PATH", help="Run folder; default runs/<command>-<name>-<hash>."
    ),
]
Parameters = Annotated[
    str,
    typer.Option(
        "--parameters",
        help="posterior: what published figures leave possible; default; prior; or a .csv or .parquet file "
        "with a row a draw.",
    ),
]
Timeout = Annotated[float, typer.Option("--timeout", min=0, help="Seconds a world may take; 0: no limit.")]
Memory = Annotated[
    float, typer.Option("--memory", min=0, help="Gigabytes a process may take; 0: its share of what is free.")
]
Part = Annotated[
    str, typer.Option("--shard", metavar="I/N", help="Only part I of N, I from 1 to N, for an array of jobs.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and stop.")]
Yes = Annotated[bool, typer.Option("--yes", help="Go on even if it takes over an hour or a gigabyte.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only the answer.")]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Lang = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="en|fr",
        help="Language of the page and of what is printed, numbers and dates included. Tables for programs "
        "(CSV, XLSX, Parquet) and refusals stay English. The folder remembers it.",
    ),
]
LangOfPrint = Annotated[
    str,
    typer.Option(
        "--lang",
        metavar="en|fr",
        help="Language of what is printed, numbers and dates included. Refusals stay English.",
    ),
]
LangOfFolder = Annotated[
    str, typer.Option("--lang", metavar="en|fr", help="Language; default that of the folder's command.")
]


def say(message: str) -> None:
    """A line for the person at the terminal, apart from the answer."""
    print(message, file=sys.stderr, flush=True)


@contextmanager
def printed(folder: Path) -> Iterator[None]:
    """What is printed of a folder that has it all. ``Unable`` where standard output cannot be written."""
    from experiments.errors import Unable

    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unable(
            f"cannot write to standard output ({error.strerror}); all that was asked for is in {folder}"
        ) from None


def speak(wanted: str, folder: Path | None = None) -> None:
    """Speaks a language until the command ends; where none is wanted, the one that a folder remembers.
    ``Refused`` if there is no such language."""
    from experiments.errors import Refused
    from experiments.lang import ENGLISH, LANGUAGES, speak

    if folder is not None:
        from experiments.folder import LANGUAGE, Folder

        manifest = Folder(folder).manifest
        if "design" in manifest["spec"] and wanted not in ("", ENGLISH):
            raise Refused("--lang: what sensitivity and sweep find is said in English alone")
        wanted = wanted or manifest.get(LANGUAGE, ENGLISH)
    wanted = wanted or ENGLISH
    if wanted not in LANGUAGES:
        raise Refused(f"--lang: unknown language (got {wanted!r}); allowed: {', '.join(LANGUAGES)}")
    speak(wanted)


def foretell(text: str, content: Mapping[str, Any], as_json: bool) -> None:
    """What a command will take, for its reader or for another program, which is told the ``answer`` too."""
    whole = {"answer": text.splitlines(), **content}
    typer.echo(json.dumps(whole, ensure_ascii=False) if as_json else text)


def expect_worlds(engine: str, dry_run: bool = False) -> None:
    """Worlds will be wanted: a first worker process starts while the command reads what was asked."""
    if engine == "local" and not dry_run:
        from experiments.engines.ahead import start_ahead

        start_ahead()


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Turns what a command raises into a message on stderr and an exit code."""

    @wraps(command)
    def call(*args: Any, **kwargs: Any) -> None:
        from experiments.engines.signals import as_an_interrupt

        try:
            with as_an_interrupt():
                told(*args, **kwargs)
        except KeyboardInterrupt as stop:
            say(str(stop) or "stopped")
            raise typer.Exit(130) from None

    def told(*args: Any, **kwargs: Any) -> None:
        from experiments.errors import (
            TOO_LITTLE_MEMORY,
            Elsewhere,
            Lost,
            Refused,
            Unable,
            out_of_memory,
            unforeseen,
        )
        from experiments.lang import using
        from scenarios.problems import ScenarioError

        try:
            with using():
                command(*args, **kwargs)
        except (Refused, ScenarioError) as error:
            say(str(error))
            raise typer.Exit(2) from None
        except Elsewhere as error:
            say(f"{error}; {_elsewhere(command)}")
            raise typer.Exit(3) from None
        except Unable as error:
            say(str(error))
            raise typer.Exit(3) from None
        except Lost as error:
            say(str(error))
            raise typer.Exit(1) from None
        except BrokenPipeError:  # the reader of our output left, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        except OSError as error:
            say(str(unforeseen(error)))
            raise typer.Exit(3) from None
        except Exception as error:
            if not out_of_memory(error):
                raise
            say(TOO_LITTLE_MEMORY)
            raise typer.Exit(3) from None
        finally:
            if engines := sys.modules.get("experiments.engines.choice"):
                engines.close_pools()
            if ahead := sys.modules.get("experiments.engines.ahead"):
                ahead.send_away()

    return call


def _elsewhere(command: Callable[..., None]) -> str:
    """How the reader of a command has it write in another folder."""
    known = signature(command).parameters
    if "folder" in known:
        return "copy it where you may write, then give the command for the copy"
    return "choose a folder with --out" if "out" in known else "give the command where you may write"
