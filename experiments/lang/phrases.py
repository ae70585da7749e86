"""Phrases that stand around other texts: ranges, lists, names before a text."""

import re
from collections.abc import Iterable

from experiments.lang import ENGLISH, language, say

NAMED = 2  # of many, by name
ASIDE = re.compile(r"\([^)]*\)")


def span_of(low: str, high: str) -> str:
    """ "16,000 to 20,000"."""
    return say("{low} to {high}", low=low, high=high)


def listed(items: Iterable[str]) -> str:
    """ "a, b and c"; "a; b and c; and d" where one of them has an "and" or a comma outside brackets."""
    found = list(items)
    if len(found) < 2:
        return "".join(found)
    between = say("{first} and {last}", first="", last="")
    plain = [ASIDE.sub("", item) for item in found]
    if any(mark in item for item in plain for mark in (between, ", ")):
        return say("{first}; and {last}", first=parts(found[:-1]), last=found[-1])
    return say("{first} and {last}", first=", ".join(found[:-1]), last=found[-1])


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
