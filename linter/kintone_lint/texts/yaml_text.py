"""YAML with the places of its values, from the events of PyYAML.

Events are read one after the other: no alias is followed, so none can grow, and nothing recurses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kintone_lint.texts.entries import MOST, Entry
from kintone_lint.texts.json_text import DEPTH, NotReadableError

BYTES = 2_000_000  # with the parser in C; the other needs thirty times as long
_SLOW_BYTES = 100_000


@dataclass
class _Open:
    """A mapping or sequence that has not ended; in a mapping, names and values take turns."""

    table: bool
    groups: tuple[int, ...]  # its number, after those of what it is in
    name: str = ""
    is_name: bool = True
    before: str = ""


def yaml_entries(text: str) -> Iterator[Entry]:
    """The scalars of a YAML text, with their names. Raises NotReadableError.

    Those with a tag are left out: it says that they are something else than the text.
    """
    import yaml  # not for a run without YAML

    fast = hasattr(yaml, "CSafeLoader")
    if len(text) > (BYTES if fast else _SLOW_BYTES):
        raise NotReadableError("too large to be read as YAML")
    loader = yaml.CSafeLoader if fast else yaml.SafeLoader
    try:
        yield from _entries(text, yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise NotReadableError(f"not valid YAML{where}") from None
    except (ValueError, RecursionError) as error:  # characters that YAML does not allow
        raise NotReadableError(f"not valid YAML ({type(error).__name__})") from None


def _entries(text: str, events: Iterator[Any]) -> Iterator[Entry]:
    stack: list[_Open] = []
    groups = count = 0
    for event in events:
        kind = type(event).__name__
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            groups += 1
            _take(stack, "")
            around = stack[-1].groups if stack else ()
            stack.append(_Open(kind == "MappingStartEvent", (*around, groups)))
            if len(stack) > DEPTH:
                raise NotReadableError(f"nested more than {DEPTH} deep")
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            stack.pop()
        elif kind == "AliasEvent":
            _take(stack, "")
        elif kind == "ScalarEvent":
            count += 1
            if count > MOST:
                raise NotReadableError(f"more than {MOST:,} values")
            top = stack[-1] if stack else None
            names = tuple(each.name for each in stack)
            if top is not None and not top.table:
                names = (*names[:-1], top.before if top.before.startswith("-") else "")
            if _take(stack, event.value) and event.tag is None:
                start, end = _inner(text, event)
                around = top.groups if top else ()
                yield Entry(names, event.value, start, end, around[-1] if around else 0, around)


def _take(stack: list[_Open], value: str) -> bool:
    """Takes a node into the innermost open one; whether it is a value."""
    if not stack:
        return True
    top = stack[-1]
    if not top.table:
        top.before = value
        return True
    top.is_name = not top.is_name
    if not top.is_name:
        top.name = value
        return False
    return True


def _inner(text: str, event: Any) -> tuple[int, int]:
    """Where a scalar is, without its quotes."""
    start, end = event.start_mark.index, event.end_mark.index
    if event.style in ("'", '"'):
        return start + 1, end - 1
    return start, start + len(text[start:end].rstrip())
