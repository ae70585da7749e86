"""Phrases that stand around other texts: ranges, lists, names before a text."""

import re
from collections.abc import Iterable

from experiments.lang import ENGLISH, language, say

NAMED = 2  # of many, by name
ASIDE = re.compile(r"\([^)]*\)|“[^”]*”|«[^»]*»")


def span_of(low: str, high: str) -> str:
    """ "16,000 to 20,000"."""
    return say("{low} to {high}", low=low, high=high)


def listed(items: Iterable[str]) -> str:
    """ "a, b and c"; "a; b and c; and d" where one of them would run into the list."""
    found = list(items)
    if len(found) < 2:
        return "".join(found)
    if _run_on(found):
        return say("{first}; and {last}", first=parts(found[:-1]), last=found[-1])
    return say("{first} and {last}", first=", ".join(found[:-1]), last=found[-1])


def quoted(names: Iterable[str]) -> list[str]:
    """Names for a list in the midst of a sentence: in quotation marks where one of them would run into it."""
    found = list(names)
    return [say("“{policy}”", policy=name) for name in found] if len(found) > 1 and _run_on(found) else found


def _run_on(items: Iterable[str]) -> bool:
    """Whether some item has an "and" or a comma outside brackets and quotation marks."""
    between = say("{first} and {last}", first="", last="")
    return any(mark in ASIDE.sub("", item) for item in items for mark in (between, ", "))


def named(items: Iterable[str]) -> list[str]:
    """ "a", "b", "4 more" where there are many."""
    found = list(items)
    many = len(found) > NAMED + 1
    return [*found[:NAMED], say("{n} more", n=len(found) - NAMED)] if many else found


def parts(items: Iterable[str]) -> str:
    """ "a; b; c"."""
    mark = "; " if language() == ENGLISH else "\N{NARROW NO-BREAK SPACE}; "
    return mark.join(items)


def of_place(where: str, text: str) -> str:
    """A text with the name of its case before it, where it has one."""
    return say("{name}: {text}", name=where, text=text) if where else text
