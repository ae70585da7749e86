"""What can be said: the messages of the source, and the texts of shipped data that a reader meets.

``python -m experiments.lang.extract`` brings ``fr.po`` up to date: new messages stand there untranslated,
those that nothing says any more are gone.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from experiments.lang import FRENCH, HERE, KEYWORDS, POLICY, apart

ROOT = HERE.parent
HEADER = """\
# French texts of Tremplin's pages and answers.
# Terms and rules: docs/french.md. Brought up to date by python -m experiments.lang.extract."""
Message = str | tuple[str, str]
SAYS = re.compile(r"[A-Za-z]|\d[%.,]")  # words, or numbers with English signs; no bare year
ENGLISH_NAME = re.compile(r"\b([Bb]asin|Region|and|of the)\b")  # of basins and regions that no map names


def of_source() -> dict[Message, list[tuple[str, int]]]:
    """Every message that the code can say, with where it stands."""
    from babel.messages.extract import extract_from_file

    found: dict[Message, list[tuple[str, int]]] = {}
    files = [*sorted(ROOT.rglob("*.py")), *sorted(ROOT.rglob("*.j2"))]
    for path in files:
        if path.parent == HERE and path.name != "phrases.py":
            continue
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {"trimmed": "false"} if path.suffix == ".j2" else {}
        for line, message, _, _ in extract_from_file(method, str(path), KEYWORDS, (), options):
            key: Message = message if isinstance(message, str) else (message[0], message[1])
            found.setdefault(key, []).append((path.relative_to(ROOT.parent).as_posix(), line))
    return found


def of_data() -> dict[str, str]:
    """Every text of shipped data that a page or an answer shows, with what it is of."""
    found: dict[str, str] = {}
    for what, texts in (
        ("scenarios", _scenarios()), ("outcomes and parameters", _declared()),
        ("published figures", _figures()), ("evaluations", _evaluations()), ("states", _states()),
    ):  # fmt: skip
        for text in texts:
            if text and SAYS.search(text):
                found.setdefault(text, what)
    return found


def _scenarios() -> Iterator[str]:
    """Titles, descriptions and questions of cases, policy files and schemes; names of policies."""
    from experiments.report.words import PROPER, bare
    from scenarios.load import available, load_case, load_policies, load_scheme

    yield from PROPER.values()
    for case in map(load_case, available("cases")):
        yield from (case.title, case.description)
        names = (name for basin in case.territory.basins for name in (basin.name, basin.region))
        yield from filter(ENGLISH_NAME.search, names)
    for study in map(load_policies, available("policies")):
        yield study.question
        yield from (apart(bare(policy), POLICY) for policy in study.policies)
        for case in study.bases:
            yield from (case.title, case.description)
    for name in available("schemes"):
        yield load_scheme(name).title
        yield load_scheme(name).title.partition(":")[0]


def _declared() -> Iterator[str]:
    """Outcomes, uncertainties and levers: what they are, and their units."""
    from sim.outcomes import OUTCOMES
    from sim.parameters import FIELDS, SCHEME_BEHAVIOUR, uncertainties

    for outcome in OUTCOMES.values():
        yield from (outcome.unit, outcome.definition)
    for u in uncertainties(SCHEME_BEHAVIOUR):
        yield from (u.unit, u.doc)
    for field in FIELDS.values():
        if field.role == "lever":
            share = field.unit.startswith("share")
            yield from (field.unit.removeprefix("share").strip() if share else field.unit, field.doc)
            yield from (choice.replace("_", " ") for choice in field.choices)


def _figures() -> Iterator[str]:
    """Published figures that are judged or shown: what they count and say, units; why some are missed."""
    from calibration.evidence import LEGEND
    from calibration.facts import facts
    from calibration.misses import MISSES
    from calibration.rivals import WORDS
    from calibration.targets import TARGETS
    from calibration.trial_targets import SIGNS, SPANS
    from experiments.report.published import _quantity
    from experiments.validate import NOT_EXPLAINED, QUESTION

    for target in (target for targets in TARGETS.values() for target in targets):
        yield from (target.unit.replace("EUR", "euros"), target.family, target.role.replace("_", " "))
        fact = facts().get(target.fact_id) or facts().get(target.fact_id[:-1])
        if fact:
            yield from (_quantity(fact), fact.quantity.removeprefix("DERIVED "), fact.meaning)
            yield from (fact.unit.replace("EUR", "euros"), fact.year)
    for term, words in LEGEND.items():
        yield from (term, words)
    yield from (*MISSES.values(), *WORDS.values(), *SIGNS.values(), *SPANS.values(), NOT_EXPLAINED, QUESTION)


def _evaluations() -> Iterator[str]:
    """Designs, why they cannot be applied, columns of their tables."""
    from experiments.evaluation.designs import DESIGNS, REASONS
    from experiments.evaluation.score import COLUMNS

    for design in DESIGNS.values():
        yield from (design.words, design.estimand, design.effect)
    yield from REASONS
    for unit, definition in COLUMNS.values():
        yield from (unit, definition)


def _states() -> Iterator[str]:
    """Classes and sectors of firms, states of files, causes, how worlds end, units of tables of the page."""
    from experiments.census import SECTORS, SIZES
    from experiments.groups import ALL, FRAGILE, NOWHERE, OTHERS
    from experiments.report import help as beside
    from experiments.report import support
    from experiments.runner import STATUSES
    from experiments.shown import COSTS
    from sim.state import CAUSES, FILE_STATES, NEEDS

    yield from (*SIZES, *SECTORS, ALL, FRAGILE, OTHERS, NOWHERE, *CAUSES, *FILE_STATES, *NEEDS, *STATUSES)
    shown: list[Any] = [*COSTS, *support.PEOPLE, *beside.TURNOVER]
    shown += [column for _, columns, *_ in beside.FORMATS for column in columns]
    yield from (unit for _, unit, _ in shown)


def messages() -> dict[Message, list[tuple[str, int]]]:
    """All that must stand in a catalogue."""
    found = of_source()
    for text in of_data():
        if text not in found:
            found[text] = []
    return found


def parted(message: Message) -> tuple[str | None, Message]:
    """A message and its context, if it stands apart."""
    if isinstance(message, str) and "\x04" in message:
        context, _, text = message.partition("\x04")
        return context, text
    return None, message


def update(path: Path) -> int:
    """Brings a catalogue up to date; how many messages are untranslated."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    with path.open("rb") as stream:
        old = read_po(stream, locale=FRENCH)
    new = Catalog(locale=FRENCH, project="Tremplin", header_comment=HEADER, fuzzy=False)
    about = of_data()
    for message, places in messages().items():
        context, wanted = parted(message)
        known = old.get(wanted if isinstance(wanted, str) else wanted[0], context)
        text = known.string if known and known.id == wanted else ("" if isinstance(wanted, str) else ("", ""))
        comments = [about[message]] if isinstance(message, str) and not places else []
        new.add(wanted, text, [(place, 0) for place in dict.fromkeys(p for p, _ in places)],
                auto_comments=comments, context=context)  # fmt: skip
    with path.open("wb") as stream:
        write_po(stream, new, width=100, omit_header=False, include_lineno=False, sort_output=True)
    strings = [m.string if isinstance(m.string, tuple | list) else (m.string,) for m in new if m.id]
    return sum(not all(forms) for forms in strings)


if __name__ == "__main__":
    print(f"{update(HERE / f'{FRENCH}.po')} messages without a translation")
