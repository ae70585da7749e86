"""What is wrong with a text that is no YAML: where it begins, and what to do, in a writer's words."""

import re
import unicodedata
from typing import Any

from ruamel.yaml.error import MarkedYAMLError

ODD_SPACE = re.compile(r"[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]")
# where a space tells what belongs together: at the beginning of a line, after a mark
_ODD_AFTER_MARK = re.compile(rf"(?:^ *|[:,\[{{-]){ODD_SPACE.pattern}")
LONGEST_KEY = 1024  # of YAML
_UNCLOSED = re.compile(r"expected ',' or '[}\]]', but got '<stream end>'")
_HINTS = {
    "'\\t' that cannot start any token": "a tab stands here; indent with spaces",
    "expected <block end>, but found '}'": "a '}' too many, or a '{' too few before it",
    "expected <block end>, but found ']'": "a ']' too many, or a '[' too few before it",
    "expected <block end>, but found '<scalar>'": "a value has ended before this place; where a text goes on "
    "here, put the whole of it in quotes, and double those within it",
    "expected <block end>": "this line is indented otherwise than those it belongs to",
    "expected ',' or '}'": "a ',' or a '}' is missing before this place",
    "expected ',' or ']'": "a ',' or a ']' is missing before this place",
    "expected the node content, but found": "a value is missing before this mark; quote texts with it",
    "sequence entries are not allowed": "a list begins on a line of its own; write [a, b] here",
    "cannot start any token": "this character cannot stand here; indent with spaces, put texts in quotes",
    "mapping values are not allowed": "a ':' too many; put texts with ':' in quotes, check the indentation",
    "could not find expected ':'": "a key needs ': ' and a value",
    "expected alphabetic or numeric character": "put a text that begins with * or & in quotes",
    "unknown escape character": "a backslash between double quotes is an escape; write two, or single quotes",
    "expected chomping or indentation": "after | or > a text begins on the next line",
    "expected '<document start>'": "a line with % ends the file before this place; take it out",
}


def odd_space(text: str) -> str:
    """What is said of the first space of a text that separates nothing, such as one that a word processor
    puts in; nothing where there is none."""
    found = ODD_SPACE.search(text)
    if not found:
        return ""
    name, code = unicodedata.name(found[0]).lower(), ord(found[0])
    remedy = "write an ordinary space" if found[0].isspace() else "take it out"
    return f"a {name} (U+{code:04X}) stands here; {remedy}"


def fault(error: MarkedYAMLError, last: Any, text: str) -> tuple[int, int, str]:
    """Line, column (from 1) and words for what the parser refuses after the event ``last``."""
    problem = str(error.problem or error.context or "it cannot be read")
    at = _position(error.problem_mark or error.context_mark)
    opened = _position(error.context_mark) if error.context_mark else at
    simple_key = "could not find expected ':'" in problem
    lines = text.split("\n")
    for line in range(max(1, min(opened[0] if simple_key else at[0], at[0] - 1)), at[0] + 1):
        if odd := _ODD_AFTER_MARK.search(lines[line - 1]):
            return line, odd.end(), odd_space(odd[0])
    if "quoted scalar" in str(error.context) and "end of stream" in problem:
        return *opened, "the quote that opens here is not closed"
    if _UNCLOSED.search(problem):
        return *opened, "the bracket that opens here is not closed"
    begun = _position(getattr(last, "start_mark", None))
    if "found '<scalar>'" in problem and getattr(last, "style", None) in ("'", '"') and begun[0] < at[0]:
        what = f"the quote that opens here is closed on line {at[0]} only; close it where its text ends"
        return *begun, what
    line = opened[0] if simple_key else at[0]
    if (simple_key or "mapping values are not allowed" in problem) and _long_key(lines[line - 1]):
        return line, 1, f"a key of more than {LONGEST_KEY:,} characters; shorten it"
    hint = next((hint for known, hint in _HINTS.items() if known in problem), problem)
    return *(opened if simple_key else within(*at, lines)), hint


def _long_key(line: str) -> bool:
    """Whether a line begins with a key that is too long for the parser to take it for one."""
    key, mark, _ = f"{line} ".partition(": ")
    return bool(mark) and len(key.strip()) > LONGEST_KEY


def within(line: int, column: int, lines: list[str]) -> tuple[int, int]:
    """A place in these lines: their end for one past the last."""
    count = len(lines) - 1 if len(lines) > 1 and not lines[-1] else len(lines)
    return (line, column) if line <= count else (count, len(lines[count - 1]) + 1)


def _position(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
