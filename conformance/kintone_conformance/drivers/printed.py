"""How Python prints errors and objects."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Iterator
from typing import Any

_DISPLAYS = ("_repr_html_", "_repr_markdown_", "_repr_json_", "__rich_repr__")


def printed_chain(error: BaseException) -> Iterator[str]:
    """The error as Python prints it uncaught, then the repr of each cause and context.

    The marks below its lines are left out: they show nothing, and take half of the time.
    """
    told = traceback.TracebackException.from_exception(error, compact=True)
    left = [told]
    while left:
        each = left.pop()
        for frame in each.stack:
            frame.colno = None
        others = (each.__cause__, each.__context__, *(each.exceptions or ()))
        left += [other for other in others if other is not None]
    yield "".join(told.format())
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield repr(link)
        link = link.__cause__ or link.__context__


def displayed(sdk: Any) -> Iterator[str]:
    """What IPython and rich show of an object that has a form for them."""
    for name in _DISPLAYS:
        form = getattr(type(sdk), name, None)
        if callable(form):
            made = form(sdk)
            yield str([*made]) if inspect.isgenerator(made) else str(made)


def text_or_none(value: object) -> str | None:
    """The printed form of a value, if there is one."""
    return None if value is None else str(value)
