"""What outcomes ask of a world again and again is found once while they are computed together."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

PLAIN = (int, float, str, type(None))

_found: ContextVar[dict[Any, Any] | None] = ContextVar("found", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Inside, worlds stand still: what a function marked with ``once`` has found, it does not look for
    again. Forgotten at the end of the outermost block."""
    if _found.get() is not None:
        yield
        return
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def once(function: Callable[P, R]) -> Callable[P, R]:
    """A function of worlds, or of what such functions found, whose optional arguments are None by default and
    whose answers nobody writes into. Outside ``together`` it is as it was."""

    @wraps(function)
    def find(*args: P.args, **kwargs: P.kwargs) -> R:
        found = _found.get()
        if found is None:
            return function(*args, **kwargs)
        key: tuple[Any, ...] = (function, *[_mark(value) for value in args])
        while key[-1] is None:
            key = key[:-1]
        if kwargs:
            key += tuple(sorted((name, _mark(value)) for name, value in kwargs.items() if value is not None))
        if key not in found:
            # the arguments stay: a mark may be that of where they stand in memory
            found[key] = function(*args, **kwargs), args, kwargs
        return found[key][0]

    return find


def _mark(value: Any) -> Any:
    """What tells an argument from others: plain values by themselves, worlds and tables by which they are."""
    return value if isinstance(value, PLAIN) else id(value)
