"""What is no YAML is told where it begins, on a line that is there, in words of what to do."""

import random
from pathlib import Path

import pytest

from scenarios.finding import available, shipped
from scenarios.load import ScenarioError, load_policies
from scenarios.problems import Report
from scenarios.texts import Source
from scenarios.yaml_positions import parse_yaml

HEAD = "question: Q?\nbase: alize-3-sites\npolicies:\n  a:\n    alize.pooling: 1\n"
NO_YAML = "this is not YAML: "
NO_BREAK = "a no-break space (U+00A0) stands here; write an ordinary space"
ODD = ("\u00a0", "\u202f", "\u200b", "\t", "\n", "\\", ": ", "- ", *"\"'{}[],%@“")


LONG_KEY = "a key of more than 1,024 characters; shorten it"


def told(text: str) -> list[str]:
    report = Report()
    parse_yaml(text, Source(Path("f"), "f"), report)
    return [str(problem) for problem in report.kept]


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u3000"])
def test_a_no_break_space_after_a_colon_is_told_on_its_own_line(space: str) -> None:
    (message,) = told(f"{HEAD}    alize.recruiting_effort:{space}2\n  b: {{}}\n")
    assert message.startswith(f"f:6:29: {NO_YAML}a ")
    assert message.endswith(f"space (U+{ord(space):04X}) stands here; write an ordinary space")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "  b:\u00a0{alize.days: 1}\n", f"f:6:5: policies: {NO_BREAK}"),
        (HEAD + "  b: {alize.days:\u00a01}\n", f"f:6:18: policies.b: {NO_BREAK}"),
        (HEAD + "\u00a0\u00a0b: 1\n  c: {}\n", f"f:6:1: {NO_BREAK}"),
        (HEAD + f"  {'k' * 1025}: {{}}\n", f"f:6:1: {NO_YAML}{LONG_KEY}"),
        (f"{'k' * 1025}: 1\n", f"f:1:1: {NO_YAML}{LONG_KEY}"),
        (HEAD + "    alize.\n", f"f:6:5: {NO_YAML}a key needs ': ' and a value"),
        ('question: "Q\nbase: x\n', f"f:1:11: {NO_YAML}the quote that opens here is not closed"),
        (
            'question: "Q\nbase: x\ntitle: "a"\n',
            f"f:1:11: {NO_YAML}the quote that opens here is closed on line 3 only; "
            "close it where its text ends",
        ),
        ("a: {b: {c: 1}\n", f"f:1:4: {NO_YAML}the bracket that opens here is not closed"),
        ("a: {b: 1}}\n", f"f:1:10: {NO_YAML}a '}}' too many, or a '{{' too few before it"),
    ],
)  # fmt: skip
def test_a_fault_is_told_where_it_begins(text: str, message: str) -> None:
    assert told(text) == [message]


def test_a_lever_that_a_no_break_space_makes_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(HEAD.replace(": 1", ":\u00a01"), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_policies("p.yaml")
    assert str(caught.value).startswith(f"p.yaml:5:5: policies.a: must be keys and values; {NO_BREAK}")


def test_a_no_break_space_within_a_text_is_its_writers() -> None:
    assert not told("question: Que vaut Alizé\u00a0? Ceci.\n'a\u00a0b': 1\n")


@pytest.mark.parametrize("name", available("policies"))
def test_a_file_cut_or_marred_anywhere_is_told_on_a_line_that_is_there(name: str) -> None:
    whole = shipped("policies", name).path.read_text("utf-8")
    dice = random.Random(name)
    for _ in range(8):
        at = dice.randrange(len(whole))
        for text in (whole[:at], whole[:at] + dice.choice(ODD) + whole[at:]):
            for message in told(text):
                _, line, column, _ = message.split(":", 3)
                lines = text.split("\n")
                assert 1 <= int(line) <= max(1, len(lines) - (not lines[-1])), (text[-80:], message)
                assert int(column) <= len(lines[int(line) - 1]) + 1, (text[-80:], message)
