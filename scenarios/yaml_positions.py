"""Safe reading of YAML 1.2, keeping where every value stands.

The parser of ruamel.yaml only gives events; no object is ever constructed from a file. What could surprise a
reader is refused: anchors, aliases, tags, duplicate keys, several documents, numbers with a leading zero or
an underscore, deep nesting. Plain scalars follow the core schema of YAML 1.2: ``no`` and ``12:30`` are texts,
``1e-3`` is a number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from scenarios.problems import Place, Report, in_path, quoted
from scenarios.texts import LARGEST_YAML, Named, Source, read_text
from scenarios.yaml_faults import ODD_SPACE, fault, odd_space, within

DEEPEST = 12
LONGEST_NUMBER = 40

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# as many write thousands; nobody needs these noughts after a decimal point
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]00")
_ODD_NUMBER = re.compile(r"[-+]?(\.[0-9]|[0-9])[0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9_]+)?")
_SPECIAL: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_SPECIAL |= {word: True for word in ("true", "True", "TRUE")}
_SPECIAL |= {word: False for word in ("false", "False", "FALSE")}
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


@dataclass
class Node:
    """A value of a file: ``value`` is a scalar, a list of nodes, or a dict of entries by key.

    ``raw``: a scalar as it is written. ``bad``: already refused, so nothing else is said about it.
    """

    source: Source
    line: int
    column: int
    value: Any = None
    raw: str = ""
    bad: bool = False

    @property
    def place(self) -> Place:
        """Where the value begins."""
        return self.source.place(self.line, self.column)

    def plain(self) -> Any:
        """The value without positions: dict, list or scalar."""
        if isinstance(self.value, dict):
            return {key: entry.node.plain() for key, entry in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def got(self) -> str:
        """What stands here, in words."""
        if isinstance(self.value, dict):
            return "keys and values"
        if isinstance(self.value, list):
            return "a list"
        if self.value is None:
            return "nothing"
        return quoted(self.value) if isinstance(self.value, str) else self.raw[:60]


@dataclass
class Entry:
    """A key of a mapping, with its own place, and the value under it."""

    place: Place
    node: Node


@dataclass
class _Open:
    """A collection that is being read: its node, the key that waits for a value (None: a refused one)."""

    node: Node
    path: str
    key: tuple[str | None, Place] | None = None
    keys: dict[str, Place] = field(default_factory=dict)


def read_yaml(source: Source, report: Report, named: Named | None = None) -> Node | None:
    """The mapping at the top of a YAML file; None if there is none to speak of, the reasons being noted."""
    text = read_text(source, report, largest=LARGEST_YAML, named=named)
    return None if text is None else parse_yaml(text, source, report)


def parse_yaml(text: str, source: Source, report: Report) -> Node | None:
    """As ``read_yaml``, for the text of a file."""
    tree = _Tree(source, report)
    for event in _events(text, source, report):
        if not tree.take(event):
            return None
    if tree.broken:
        return None
    if tree.top is None or (tree.top.value is None and not tree.top.bad):
        report.add(source.place(1, 1), "", "the file is empty")
        return None
    if not isinstance(tree.top.value, dict):
        if not tree.top.bad:
            report.add(tree.top.place, "", "the file must be made of 'key: value'", got=tree.top.got())
        return None
    return tree.top


def _events(text: str, source: Source, report: Report) -> Iterator[Any]:
    """Parser events; a broken text ends them with an event of None after its reason is noted."""
    event = None
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            yield event
    except MarkedYAMLError as error:
        line, column, what = fault(error, event, text)
        place = source.place(line, column)
        if all(problem.place != place for problem in report.kept):  # an odd space in a key is told already
            report.add(place, "", f"this is not YAML: {what}")
        yield None
    except Exception as error:  # some broken texts make the parser itself fail
        what = f"this is not YAML: the parser fails after this place with {type(error).__name__}"
        line, column = (event.end_mark.line + 1, event.end_mark.column + 1) if event else (1, 1)
        report.add(source.place(*within(line, column, text.split("\n"))), "", what)
        yield None


class _Tree:
    """Builds nodes from events."""

    def __init__(self, source: Source, report: Report):
        self.source, self.report = source, report
        self.stack: list[_Open] = []
        self.top: Node | None = None
        self.documents = 0
        self.broken = False

    def take(self, event: Any) -> bool:
        """Take one event; False stops the reading."""
        name = type(event).__name__
        if event is None:
            self.broken = True
            return False
        if name == "DocumentStartEvent":
            return self._document(event)
        if name in ("SequenceEndEvent", "MappingEndEvent"):
            self.stack.pop()
        elif name in ("SequenceStartEvent", "MappingStartEvent", "ScalarEvent", "AliasEvent"):
            return self._value(name, event)
        return True

    def _document(self, event: Any) -> bool:
        place = self.source.place(event.start_mark.line + 1, event.start_mark.column + 1)
        self.documents += 1
        if self.documents > 1:
            self.report.add(place, "", "a second document begins here; one file holds one")
            return False
        if event.version and tuple(event.version) != (1, 2):
            self.report.add(place, "", "only YAML 1.2 is read; drop the %YAML line")
        return True

    def _value(self, name: str, event: Any) -> bool:
        mark = event.start_mark
        node = Node(self.source, mark.line + 1, mark.column + 1)
        parent = self.stack[-1] if self.stack else None
        wants_key = parent is not None and isinstance(parent.node.value, dict) and parent.key is None
        path = self._path(parent)
        self._refuse_machinery(name, event, node, path)
        if name == "ScalarEvent":
            self._scalar(event, node, path, is_key=wants_key)
        elif name == "AliasEvent":
            pass
        else:
            node.value = {} if name == "MappingStartEvent" else []
        if wants_key:
            assert parent is not None
            self._key(parent, node, isinstance(node.value, str) and name == "ScalarEvent")
        else:
            self._place(parent, node)
        if isinstance(node.value, dict | list):
            if len(self.stack) >= DEEPEST:
                self.report.add(
                    node.place, "", "nested too deeply", allowed=f"{DEEPEST} levels of keys and lists"
                )
                return False
            self.stack.append(_Open(node, path))
        return True

    def _path(self, parent: _Open | None) -> str:
        if parent is None:
            return ""
        if isinstance(parent.node.value, list):
            return f"{parent.path}[{len(parent.node.value)}]"
        here = in_path(parent.key[0]) if parent.key and parent.key[0] is not None else ""
        return ".".join(part for part in (parent.path, here) if part)

    def _refuse_machinery(self, name: str, event: Any, node: Node, path: str) -> None:
        anchor = str(getattr(event, "anchor", None) or "")
        if name == "AliasEvent":
            node.bad = True
            self.report.add(node.place, path, "aliases are refused; write the value again", got=f"*{anchor}")
        elif anchor:
            self.report.add(node.place, path, "anchors are refused; write the value again", got=f"&{anchor}")
        tag = getattr(event, "tag", None)
        if name != "AliasEvent" and tag is not None:
            node.bad = True
            self.report.add(node.place, path, "tags are refused; write the value alone", got=quoted(str(tag)))

    def _key(self, parent: _Open, node: Node, is_text: bool) -> None:
        """A key: text as it is written. A bad one still takes its value, which is then dropped."""
        if not is_text:
            if not node.bad:
                self.report.add(node.place, parent.path, "a key must be a text", got=node.got())
            parent.key = (None, node.place)
            return
        key = node.value
        path = ".".join(part for part in (parent.path, in_path(key)) if part)
        if key == "<<":
            self.report.add(node.place, path, "merge keys are refused; write the values again")
        elif key in parent.keys:
            first = parent.keys[key]
            self.report.add(
                node.place, path, f"duplicate key, it stands first on line {first.line}; keep one"
            )
        parent.keys.setdefault(key, node.place)
        parent.key = (None if key == "<<" else key, node.place)

    def _place(self, parent: _Open | None, node: Node) -> None:
        if parent is None:
            self.top = node
        elif isinstance(parent.node.value, list):
            parent.node.value.append(node)
        elif parent.key is not None:
            key, place = parent.key
            parent.key = None
            if node.value is None and not node.raw and not node.bad:  # nothing is written: say so at the key
                node.line, node.column = place.line, place.column
            if key is not None:
                parent.node.value.setdefault(key, Entry(place, node))

    def _scalar(self, event: Any, node: Node, path: str, *, is_key: bool) -> None:
        raw = str(event.value)
        node.raw = raw
        if any(0xD800 <= ord(c) <= 0xDFFF or c == "\0" for c in raw):
            node.bad, node.value = True, ""
            self.report.add(node.place, path, "a text holds a character that cannot be written")
        elif is_key and event.style is None and (odd := ODD_SPACE.search(raw)):
            node.bad = True
            self.report.add(self.source.place(node.line, node.column + odd.start()), path, odd_space(raw))
        elif is_key or event.style is not None or node.bad:
            node.value = raw
        else:
            node.value, wrong = plain_scalar(raw)
            if wrong:
                node.bad = True
                self.report.add(node.place, path, wrong, got=raw[:60])


def plain_scalar(raw: str) -> tuple[Any, str]:
    """Value of an unquoted scalar in the core schema, and what is wrong with it (or nothing)."""
    if raw in _SPECIAL:
        return _SPECIAL[raw], ""
    if _INFINITE.fullmatch(raw):
        return float(raw.replace(".", "", 1).lower()), ""
    if len(raw) > LONGEST_NUMBER:
        return raw, f"a number of more than {LONGEST_NUMBER} digits" if _ODD_NUMBER.fullmatch(raw) else ""
    if _INTEGER.fullmatch(raw):
        return int(raw), ""
    if _BASED.fullmatch(raw):
        return int(raw, 0), ""
    if _THOUSANDS.fullmatch(raw):
        low, high = f"{float(raw):g}", raw.replace(".", "").lstrip("+")
        return None, (
            f"its point may part thousands or decimals; write {high} or {low}, whichever is meant, "
            f'or "{raw}" if a text is meant'
        )
    if _FLOAT.fullmatch(raw):
        return float(raw), ""
    if _ODD_NUMBER.fullmatch(raw):
        plain = re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", raw.replace("_", ""))
        kind = "underscores in a number are refused" if "_" in raw else "a leading zero is refused"
        return None, f'{kind}; write {plain}, or "{raw}" if a text is meant'
    return raw, ""
