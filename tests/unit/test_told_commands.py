"""Commands that a text tells its reader to give: a path in them is one word, whatever it holds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.load import load_case, load_policies, load_scheme
from scenarios.problems import ScenarioError, typed

ROOT = Path(__file__).parents[2]
BEFORE = r"tremplin (?:run|compare|status|collect|repair|rerun|export|report) "
KEPT = re.compile(BEFORE + r"\{(\w+)\}")  # in a message with named placeholders


def is_typed(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and getattr(value.func, "id", "") == "typed"


def unquoted(node: ast.AST) -> Iterator[str]:
    """What stands behind a command in a text, and is not said to be one word."""
    if isinstance(node, ast.JoinedStr):
        for text, value in zip(node.values, node.values[1:]):
            ends = isinstance(text, ast.Constant) and re.search(BEFORE + "$", str(text.value))
            if ends and isinstance(value, ast.FormattedValue) and not is_typed(value.value):
                yield ast.unparse(value.value)
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        named = KEPT.findall(str(node.args[0].value))
        yield from (str(word.arg) for word in node.keywords if word.arg in named and not is_typed(word.value))


@pytest.mark.parametrize("package", ["experiments", "scenarios", "calibration"])
def test_a_command_that_is_told_named_a_folder_with_a_space_as_two_words(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {what}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for what in unquoted(node)
        if path.name != "texts.py"  # names of new files, which hold no space
    ]
    assert found == []


def test_one_word_for_a_shell() -> None:
    assert typed(Path("runs/mine")) == "runs/mine"
    assert typed(Path("a b")) == "'a b'"


CASE = "title: T\nbase: alize-1997-2007\nhorizon_months: 24\n"
POLICIES = "question: Q\nbase: alize-1997-2007\npolicies: {a: {}}\n"
SCHEME = "title: T\nrules: {days: 3}\n"


@pytest.mark.parametrize(
    ("load", "text", "said"),
    [
        (load_policies, CASE, "is a case, and a policy file is wanted here: tremplin run 'a b.yaml'"),
        (load_case, POLICIES, "is a policy file, and a case is wanted here: tremplin compare 'a b.yaml'"),
        (load_case, SCHEME, "is a scheme, and a case is wanted here: tremplin check 'a b.yaml'"),
        (load_scheme, CASE, "is a case, and a scheme is wanted here: tremplin run 'a b.yaml'"),
    ],
)
def test_a_file_of_ones_own_of_another_kind_was_not_answered_by_the_command_for_it(
    load, text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a b.yaml").write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load("a b.yaml")
    assert str(caught.value) == f"a b.yaml:1:1: {said}"
