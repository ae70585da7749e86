"""Reading scenarios: the only door to the files of this folder, and to a user's own.

Every function takes a name that ``available`` lists or the path of a file, and raises ``ScenarioError`` with
all that is wrong, each problem as ``file:line:column: path: what is wrong (got ...); allowed: ...; did you
mean ...?``. Nothing here compiles or runs a world.
"""

import os
from collections.abc import Collection
from functools import cache

from scenarios.cases import LOOKED_AT, Case, Reader, Scheme
from scenarios.files import likely_kind, schema
from scenarios.finding import KINDS, SUFFIXES, available, locate
from scenarios.messages import find, path_text
from scenarios.notes import notes_on
from scenarios.problems import Place, Problem, Report, ScenarioError, nearest, quoted
from scenarios.studies import NONE, PUBLISHED, PolicyChange, Study, read_study
from scenarios.texts import Source
from scenarios.yaml_positions import Node
from sim.spec import Territory, WorldSpec

__all__ = [
    "KINDS", "NONE", "PUBLISHED", "Case", "Place", "PolicyChange", "Problem", "ScenarioError", "Scheme",
    "Study", "available", "is_shipped", "load_any", "load_case", "load_policies", "load_scheme",
    "load_territory", "load_with_notes", "schema",
]  # fmt: skip

Name = str | os.PathLike[str]


def load_case(name_or_path: Name) -> Case:
    """A case, its territory and its schemes; ``spec`` is the published arm."""
    found = _load(name_or_path, ("cases",))
    assert isinstance(found, Case)
    return found


def load_policies(name_or_path: Name) -> Study:
    """A policy file and the cases on which it stands."""
    found = _load(name_or_path, ("policies",))
    assert isinstance(found, Study)
    return found


def load_scheme(name_or_path: Name) -> Scheme:
    """A scheme file: words, and rules as numbers."""
    found = _load(name_or_path, ("schemes",))
    assert isinstance(found, Scheme)
    return found


def load_territory(name_or_path: Name) -> Territory:
    """The basins of a CSV file, with the default seed."""
    found = _load(name_or_path, ("territories",))
    assert isinstance(found, Territory)
    return found


def load_any(name_or_path: Name) -> Case | Study | Scheme | Territory:
    """Whatever a file holds: a case, a policy file, a scheme or a territory, told by its keys."""
    return _load(name_or_path, KINDS)


def load_with_notes(
    name_or_path: Name, figures: Collection[str] = ()
) -> tuple[Case | Study | Scheme | Territory, tuple[Problem, ...]]:
    """As ``load_any``, and what in a file that is in order can do nothing. ``figures``: ids of all published
    figures, where ``facts`` of a case are to be held against them."""
    found, node = _load_from(name_or_path, KINDS)
    if figures and node and isinstance(found, Case):
        _check_facts(node, figures)
    return found, notes_on(found, node)


def is_shipped(name: str, world: WorldSpec) -> bool:
    """Whether a world is that of the shipped case of this name: a user's own case may have the same name, and
    what is known of the one says nothing of the other."""
    return name in available("cases") and world.hash() == _shipped_hash(name)


@cache
def _shipped_hash(name: str) -> str:
    return load_case(name).spec.hash()


def _check_facts(node: Node, figures: Collection[str]) -> None:
    """Raises ScenarioError with the ids in a case that are those of no published figure."""
    report = Report()
    named = find(node, ("facts",))[2].value if "facts" in node.value else []
    for i, entry in enumerate(named):
        if entry.value not in figures:
            what = "no published figure has this id (column `id` of calibration/facts.csv); take it out"
            close, got = nearest(entry.value, figures), quoted(entry.value)
            report.add(entry.place, path_text(("facts", i)), what, got=got, nearest=close)
    report.raise_if_any()


def _load(name_or_path: Name, kinds: tuple[str, ...]) -> Case | Study | Scheme | Territory:
    return _load_from(name_or_path, kinds)[0]


def _load_from(
    name_or_path: Name, kinds: tuple[str, ...]
) -> tuple[Case | Study | Scheme | Territory, Node | None]:
    """What a file holds, and its tree where it is a YAML file."""
    report = Report()
    reader = Reader(report)
    source = locate(name_or_path, kinds, report)
    if source:
        report.first = source.shown
    found = _read(source, kinds, reader) if source else None
    report.raise_if_any()
    assert source is not None
    assert found is not None
    return found, None if isinstance(found, Territory) else reader.tree(source)


def _read(source: Source, kinds: tuple[str, ...], reader: Reader) -> Case | Study | Scheme | Territory | None:
    kind = kinds[0] if len(kinds) == 1 else _kind(source, reader)
    suffix = source.path.suffix.lower()
    if kind and (kind == "territories") != (suffix == ".csv") and source.path.is_file():
        wanted = SUFFIXES[kind]
        reader.report.add(source.place(), "", f"a {wanted} file is wanted here", got=suffix or "no suffix")
        return None
    if kind == "cases":
        return reader.case(source)
    if kind == "policies":
        return read_study(source, reader)
    if kind == "schemes":
        return reader.scheme(source)
    table = reader.table(source) if kind else None
    return Territory(table.name, table.basins) if table else None


def _kind(source: Source, reader: Reader) -> str:
    """What a file is: a table, or the kind whose keys it has most; nothing if it cannot be told."""
    if source.path.suffix.lower() == ".csv":
        return "territories"
    node = reader.tree(source)
    if node is None:
        return ""
    kind = likely_kind(list(node.value)[:LOOKED_AT])
    if not kind:
        allowed = "territory and schemes (a case), policies (a policy file), rules (a scheme)"
        reader.report.add(node.place, "", "these keys belong to no scenario file", allowed=allowed)
    return kind
