"""docs/screening.md: its numbers exist, its commands can be given, its shares are shares."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docs import screening
from experiments.cli import app
from scenarios.load import load_case
from sim.parameters import SCHEME_BEHAVIOUR, uncertainties

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / screening.NAME).read_text("utf-8")
ROWS = re.findall(
    r"^\| `(.+?)` \| (.+?) \| (.+?) \| (\w+) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE
)
COMMANDS = re.findall(r"^(tremplin sensitivity .+)$", PAGE, re.MULTILINE)


def share(cell: str) -> tuple[float, ...]:
    """A share with its interval."""
    return tuple(float(number) for number in re.findall(r"-?\d+\.\d+", cell))


def test_every_case_has_ten_numbers_that_exist_and_a_figure():
    named = {u.name: u for u in uncertainties(SCHEME_BEHAVIOUR)}
    assert len(ROWS) == screening.LEADING * len(screening.STUDIES)
    for name, meaning, *_ in ROWS:
        assert meaning == named[name].doc
    for case in screening.STUDIES:
        assert f"## {load_case(case).title}" in PAGE
        assert (DOCS / "figures" / f"screening-{case}.svg").exists()


def test_what_a_number_makes_by_itself_is_no_more_than_with_others():
    for *_, first, total, _ in ROWS:
        (s1, low, high), (st, least, most) = share(first), share(total)
        assert low <= s1 <= high
        assert least <= st <= most
        assert low <= most + 0.05


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_can_be_given(command: str):
    done = CliRunner().invoke(app, [*command.split()[1:], "--dry-run"])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("mean", "size", "said"),
    [(9.5, 10.0, "up"), (-10.0, 10.0, "down"), (5.0, 10.0, "both"), (0.0, 0.0, "both")],
)
def test_which_way(mean: float, size: float, said: str):
    assert screening.way(mean, size) == said
