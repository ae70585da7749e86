"""The examples of every help text: their options exist, and so does what they name. None runs a world."""

import re
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import typer

from experiments.cli import app
from experiments.cli.base import HELP
from experiments.cli.fits import _fixed
from experiments.evaluation.designs import DESIGNS
from scenarios.load import available, load_case, load_policies
from sim.outcomes import OUTCOMES
from sim.parameters import LEVERS, SCHEME_BEHAVIOUR, uncertainties
from sim.world import World

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
TEXTS = (HELP, *(command.help for command in COMMANDS.values()))
FILES = (".yaml", ".csv")
NUMBERS = {u.name for u in uncertainties(SCHEME_BEHAVIOUR)}
Said = dict[str, Any]


def examples() -> Iterator[str]:
    """Commands as they stand in the help, without what is said beside them."""
    for text in TEXTS:
        for line in re.findall(r"^ *(?:watch )?(tremplin .*)$", text, re.MULTILINE):
            yield re.split(r" {2,}| > ", line)[0]


def parsed(command: str, *words: str) -> tuple[str, Said]:
    """A command and what its options are read as, of an array those of its shards; a wrong option is an
    error."""
    said = COMMANDS[command].make_context(command, list(words)).params
    if command != "slurm":
        return command, said
    inner = said["command"]
    return parsed(*inner) if inner[0] in COMMANDS else parsed("compare", *inner)


def one_of(*kinds: str) -> Callable[[str, Said], bool]:
    """Whether a name is that of a shipped file; files of the reader's own are not there."""
    return lambda name, said: name.endswith(FILES) or any(name in available(kind) for kind in kinds)


def varies(text: str, said: Said) -> bool:
    """Whether every name of ``NAME``, ``NAME=VALUES``, ``NAME,NAME`` is a lever or a parameter."""
    names = re.findall(r"(?:^|,)([a-z_]+(?:\.[a-z_]+)?)", text)
    return all(name in {"all", *NUMBERS} or is_lever(name) for name in names)


def is_lever(name: str) -> bool:
    scheme, _, lever = name.partition(".")
    return scheme in available("schemes") and lever in LEVERS


def is_policy(names: str, said: Said) -> bool:
    return names == "all" or set(names.split(",")) <= set(load_policies(said["file"]).policies)


def is_scheme(name: str, said: Said) -> bool:
    return name in [scheme.name for scheme in load_case(said["case"]).spec.schemes]


def is_firm(uid: str, said: Said) -> bool:
    return uid == "accepted" or int(uid) in World(load_case(said["case"]).spec, {}, 1).tables.uid


CHECKS: dict[str, Callable[[str, Said], bool]] = {
    "case": one_of("cases"),
    "file": one_of("cases", "policies", "territories"),
    "model": one_of("policies"),
    "factors": varies,
    "factor": varies,
    "fix": lambda text, said: bool(_fixed([text])),
    "policy": is_policy,
    "scheme": is_scheme,
    "designs": lambda names, said: set(names.split(",")) <= set(DESIGNS),
    "firm": is_firm,
}


@pytest.mark.parametrize("example", sorted(set(examples())))
def test_an_example_names_what_there_is(example: str) -> None:
    command, said = parsed(*shlex.split(example)[1:])
    if command == "explain":
        assert said["name"] in {*NUMBERS, *OUTCOMES} or is_lever(said["name"])
    for option, holds in CHECKS.items():
        values = said.get(option) or []
        for value in values if isinstance(values, list | tuple) else [values]:
            assert holds(value, said), (option, value)
