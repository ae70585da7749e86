"""From the files of a case to a ``WorldSpec``: its bases, its territory, its schemes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scenarios.budgets import never_paid
from scenarios.files import (
    FROM_TERRITORY,
    CaseFile,
    CaseFileInPart,
    SchemeFile,
    SchemeUse,
    Strict,
    field_code,
    likely_kind,
)
from scenarios.finding import FOR_FILES, ONE, answered, available, is_path, locate, shipped
from scenarios.messages import find, path_text, validate
from scenarios.problems import Report, quoted
from scenarios.territory import BasinTable, read_territory
from scenarios.texts import Named, Source
from scenarios.yaml_positions import Entry, Node, read_yaml
from sim.parameters import BEHAVIOURS, FIELDS
from sim.spec import Basin, Closure, Constants, SchemeSpec, SpecError, Territory, WorldSpec

DEEPEST_BASE = 10
LOOKED_AT = 50  # keys looked at to tell what a file is
WHOLE = ("opens", "facts", "closures")  # replaced as a whole by a case that has a base


@dataclass(frozen=True)
class Scheme:
    """A scheme as its file describes it. ``rules``: what is given there, behaviours included, as numbers."""

    name: str
    title: str
    description: str
    rules: Mapping[str, float]


@dataclass(frozen=True)
class Case:
    """A published history, or any world that policies are compared in.

    ``spec`` is the published arm: the schemes as they were. ``notes``: by basin, source and note of its
    figures. ``schemes``: the scheme files used, in the order of ``spec.schemes``. ``facts``: ids of figures.
    ``file``: where it was read.
    """

    name: str
    title: str
    description: str
    spec: WorldSpec
    facts: tuple[str, ...]
    schemes: tuple[Scheme, ...]
    notes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    file: Path = field(default=Path(), compare=False)

    @property
    def territory(self) -> Territory:
        """The basins."""
        return self.spec.territory

    @property
    def titles(self) -> Mapping[str, str]:
        """Titles of its schemes, by the names that they have in it."""
        names = (scheme.name for scheme in self.spec.schemes)
        return {name: scheme.title for name, scheme in zip(names, self.schemes)}

    @property
    def seed(self) -> int:
        """Seed of what is drawn about the large sites."""
        return self.spec.territory.seed


class Reader:
    """Reads the files of one request, each of them once, into one report."""

    def __init__(self, report: Report):
        self.report = report
        self._trees: dict[str, Node | None] = {}
        self._schemes: dict[str, Scheme | None] = {}
        self._tables: dict[str, BasinTable | None] = {}
        self._cases: dict[str, Case | None] = {}

    def tree(self, source: Source, named: Named | None = None) -> Node | None:
        """The content of a YAML file, with positions."""
        key = _key(source)
        if key not in self._trees:
            self._trees[key] = read_yaml(source, self.report, named)
        return self._trees[key]

    def tree_of(self, kind: str, source: Source, named: Named | None = None) -> Node | None:
        """As ``tree``, for a file that must be of that kind (of ``finding.KINDS``)."""
        node, found = None, "territories"
        if source.path.suffix.lower() != ".csv" or not source.path.is_file():
            node = self.tree(source, named)
            found = likely_kind(list(node.value)[:LOOKED_AT], kind) if node else kind
        if found == kind:
            return node
        if named:
            got = f"{ONE[found]} {source.shown}"
            self.report.add(named.place, named.path, f"a {ONE[kind]} is wanted", got=got)
        else:
            said = answered(found, ONE[kind], FOR_FILES[found], source.shown)
            self.report.add(source.place(1, 1), "", said)
        return None

    def table(self, source: Source, named: Named | None = None) -> BasinTable | None:
        """The basins of a CSV file."""
        key = _key(source)
        if key not in self._tables:
            self._tables[key] = read_territory(source, self.report, named)
        return self._tables[key]

    def scheme(self, source: Source, named: Named | None = None) -> Scheme | None:
        """A scheme file."""
        key = _key(source)
        if key not in self._schemes:
            node = self.tree_of("schemes", source, named)
            model = self._scheme_file(node) if node else None
            self._schemes[key] = None
            if model:
                rules = given(model.rules) | given(model.behaviour)
                self._schemes[key] = Scheme(source.path.stem, model.title, model.description, rules)
        return self._schemes[key]

    def _scheme_file(self, node: Node) -> SchemeFile | None:
        """What a scheme file holds; one that is derived from another is refused for that alone, as what it
        lacks would be in the copy."""
        base = node.value.get("base")
        if base is None:
            return validate(SchemeFile, node, self.report)
        name, file, case = base.node.value, "the file of a scheme", ""
        if name in available("schemes"):
            file = shipped("schemes", name).shown
        else:
            case = "; in a case, rules stand below their scheme"
        self.report.add(base.place, "base", f"a scheme has no base: copy {file} and change the copy{case}")
        own = {key: entry for key, entry in node.value.items() if key != "base"}
        return validate(SchemeFile, replace(node, value=own), self.report, partial=True)

    def case(self, source: Source, named: Named | None = None) -> Case | None:
        """A case file, resolved; None if anything that it needs is wrong."""
        key = _key(source)
        if key not in self._cases:
            self._cases[key] = self._case(source, named)
        return self._cases[key]

    def _case(self, source: Source, named: Named | None) -> Case | None:
        own = self.tree_of("cases", source, named)
        if own is None:
            return None
        node, whole = self._with_base(own, (_key(source),))
        model = validate(CaseFile, node, self.report, partial=not whole, lenient=CaseFileInPart)
        table = self._territory(node)
        uses = find(node, ("schemes",))[2].value if "schemes" in node.value else None
        schemes = {name: self._scheme_of(node, name) for name in uses} if isinstance(uses, dict) else {}
        if model is None or table is None:
            return None
        before = self.report.count
        specs = [
            self._opened(node, model, table, scheme, name, model.schemes[name])
            for name, scheme in schemes.items()
            if scheme is not None and name in model.schemes
        ]
        closures = self._closures(node, model, table)
        in_part = not whole or isinstance(model, CaseFileInPart) or None in schemes.values()
        if in_part or self.report.count > before:
            return None
        try:
            spec = WorldSpec(
                Territory(table.name, table.basins, model.seed),
                model.horizon_months,
                int(model.start[:4]),
                int(model.start[5:]),
                tuple(specs),
                (),
                Constants(**model.constants.model_dump()),
                closures=closures,
            )
        except SpecError as error:
            self.report.add(own.place, error.path, error.message)
            return None
        used = tuple(s for s in (schemes[scheme.name] for scheme in spec.schemes) if s is not None)
        facts = tuple(model.facts)
        words = (source.path.stem, model.title, model.description)
        return Case(*words, spec, facts, used, table.notes, source.path)

    def _with_base(self, own: Node, chain: tuple[str, ...]) -> tuple[Node, bool]:
        """A case laid over its base, and whether the base could be read."""
        entry = own.value.get("base")
        if entry is None or not isinstance(entry.node.value, str) or not entry.node.value:
            return own, entry is None
        named = Named(entry.node.place, "base")
        source = locate(entry.node.value, ("cases",), self.report, named)
        if source is None:
            return own, False
        if _key(source) in chain:
            got = quoted(entry.node.value)
            self.report.add(named.place, "base", "the bases of this case go round in a circle", got=got)
            return own, False
        if len(chain) >= DEEPEST_BASE:
            self.report.add(named.place, "base", f"more than {DEEPEST_BASE} bases, one upon the other")
            return own, False
        below = self.tree_of("cases", source, named)
        if below is None:
            return own, False
        base, whole = self._with_base(below, (*chain, _key(source)))
        return laid_over(base, own), whole

    def _territory(self, node: Node) -> BasinTable | None:
        value = find(node, ("territory",))[2].value
        if not isinstance(value, str) or not value:
            return None
        named = Named(find(node, ("territory",))[1], "territory")
        source = locate(value, ("territories",), self.report, named)
        return self.table(source, named) if source else None

    def _scheme_of(self, node: Node, name: str) -> Scheme | None:
        keys: tuple[str, ...] = ("schemes", name)
        place, _, use = find(node, keys)
        if isinstance(use.value, dict) and "file" in use.value:
            keys = (*keys, "file")
            text = use.value["file"].node.value
            named = Named(use.value["file"].node.place, path_text(keys))
            if not isinstance(text, str) or not text:
                return None
            if not is_path(text):
                what = "must be the path of a .yaml file"
                self.report.add(named.place, named.path, what, got=quoted(text))
                return None
            source = locate(text, ("schemes",), self.report, named)
            found = self.scheme(source, named) if source else None
            fixed = sorted(found.rules.keys() & set(BEHAVIOURS)) if found else []
            if fixed and name in available("schemes"):
                what = (
                    f"the behaviour of {name} is drawn, and this file would fix it ({', '.join(fixed)}); "
                    "give the scheme another name, or take `behaviour:` out of the file"
                )
                self.report.add(named.place, named.path, what, got=quoted(text))
            return found
        if name not in available("schemes"):
            what = "unknown scheme; name one that is shipped, or give `file`"
            self.report.unknown(place, path_text(keys), what, name, available("schemes"))
            return None
        source = locate(name, ("schemes",), self.report)
        return self.scheme(source) if source else None

    def _opened(
        self, node: Node, model: CaseFile, table: BasinTable, scheme: Scheme, name: str, use: SchemeUse
    ) -> SchemeSpec:
        """The scheme with the rules of the case, and when each basin opens it."""
        keys = ("schemes", name)
        rules = dict(scheme.rules) | given(use.rules)
        opens = self._months(node, model, table, name, use)
        if opens and all(month >= model.horizon_months for _, month in opens):
            what = f"the scheme opens nowhere before the horizon of {model.horizon_months} months"
            self.report.add(find(node, (*keys, "opens"))[1], path_text((*keys, "opens")), what)
        sites = {basin.id: basin.large_sites for basin in table.basins}
        needs_partners = rules.get("partners_min", FIELDS["partners_min"].default) > 0
        if opens and needs_partners and not any(sites.get(basin) for basin, _ in opens):
            what = "no partner is possible: no basin where the scheme opens has a large site"
            self.report.add(find(node, keys)[0], path_text(keys), what)
        if what := never_paid(rules, len(opens)):
            own = given(use.rules)
            set_here = [key for key in ("budget_euros", "region_euros") if key in own]
            at = (*keys, "rules", set_here[0]) if set_here else keys
            self.report.add(find(node, at)[1], path_text(at), what)
        return SchemeSpec(name, rules, opens)

    def _closures(self, node: Node, model: CaseFile, table: BasinTable) -> tuple[Closure, ...]:
        """The cuts that the case foretells; what cannot happen is noted."""
        sites = {basin.id: basin.large_sites for basin in table.basins}
        stand = find(node, ("closures",))[2].value if model.closures else []
        if len(stand) > len(model.closures):
            return ()  # some lack a key, which is noted: the others have lost their places
        for i, entry in enumerate(model.closures):
            keys: tuple[str | int, ...] = ("closures", i, "basin")
            place, path = find(node, keys)[1], path_text(keys)
            if not entry.basin:
                continue  # wrong, which is noted
            if entry.basin not in sites:
                self.report.unknown(place, path, "unknown basin", entry.basin, sites)
            elif not sites[entry.basin]:
                self.report.add(place, path, "this basin has no large site that could close")
            if entry.month >= model.horizon_months:
                keys = ("closures", i, "month")
                what = f"must be before the horizon of {model.horizon_months} months"
                self.report.add(find(node, keys)[1], path_text(keys), what, got=str(entry.month))
        return tuple(Closure(**entry.model_dump()) for entry in model.closures)

    def _months(
        self, node: Node, model: CaseFile, table: BasinTable, name: str, use: SchemeUse
    ) -> tuple[tuple[str, int], ...]:
        keys = ("schemes", name, "opens")
        place, path = find(node, keys)[1], path_text(keys)
        if isinstance(use.opens, int):
            return tuple((basin.id, use.opens) for basin in table.basins)
        if isinstance(use.opens, dict):
            known = {basin.id: None for basin in table.basins}
            for unknown in (name for name in use.opens if name not in known):
                at = (*keys, unknown)
                self.report.unknown(find(node, at)[0], path_text(at), "unknown basin", unknown, known)
            return tuple((name, use.opens[name]) for name in known if name in use.opens)
        if use.opens != FROM_TERRITORY or not model.start:
            return ()  # one of them is wrong, which is noted
        dated = [(basin, _months_from(model.start, basin)) for basin in table.basins if basin.opens_year]
        if not dated:
            what = f"no basin of {table.source.shown} has an opening date; give a month"
            self.report.add(place, path, what, got=FROM_TERRITORY)
        for basin, month in dated:
            if month < 0:
                what = f"basin {basin.id} opens before the case starts, {model.start}"
                got = f"{basin.opens_year}-{basin.opens_month or 1:02d}"
                cell = table.place(basin.id, "opens_year")
                self.report.add(cell, f"basin {basin.id}, column opens_year", what, got=got)
        return tuple((basin.id, month) for basin, month in dated if month >= 0)


def given(model: Strict) -> dict[str, float]:
    """The fields of a scheme that a file gives, as numbers, in the order of their declaration."""
    names = (name for name in FIELDS if name in model.model_fields_set)
    return {name: field_code(FIELDS[name], getattr(model, name)) for name in names}


def laid_over(base: Node, own: Node) -> Node:
    """A mapping over another one: mappings are merged, other values replaced. Each keeps its own place."""
    node = Node(own.source, own.line, own.column, {k: e for k, e in base.value.items() if k != "base"})
    for key, entry in own.value.items():
        below = node.value.get(key)
        if below and key not in WHOLE and all(isinstance(n.value, dict) for n in (below.node, entry.node)):
            entry = Entry(entry.place, laid_over(below.node, entry.node))
        node.value[key] = entry
    return node


def _months_from(start: str, basin: Basin) -> int:
    return (basin.opens_year - int(start[:4])) * 12 + (basin.opens_month or 1) - int(start[5:])


def _key(source: Source) -> str:
    return os.path.abspath(source.path)
