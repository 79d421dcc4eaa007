"""The names and values of a text: what every reader of settings gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kintone_lint.patterns import regex
from kintone_lint.records import record

MOST = 200_000  # entries of one file
# What the two halves of a pair are called: in JSON, YAML, XML, CloudFormation, plists.
_NAME = regex(r"(?i)(?:param(?:eter)?[-_]?)?(?:name|key|key[-_]?value)|header|variable")
_VALUE = regex(r"(?i)(?:param(?:eter)?[-_]?)?value(?:value)?|string")
_DOT = regex(r"[.:]")


@record()
class Entry:
    """A value, with the names that lead to it, the outermost first.

    An item of a list has the name "", or that of the option before it. `start` and `end` are
    offsets of the value in the text, without quotes; `group` is the same for the values of one
    table. `groups` are those of the tables around it, the outermost first, if they are known.
    """

    names: tuple[str, ...]
    value: str
    start: int
    end: int
    group: int = 0
    groups: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The innermost name that does not belong to a list."""
        return next((name for name in reversed(self.names) if name), "")


def settled(text: str, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries, those of lists as `NAME=value` under their names, and pairs of name and value.

    Compose files have the first; Kubernetes, recorded requests and XML the second.
    """
    for entry in _paired(entries):
        last = entry.names[-1] if entry.names else ""
        name, equals, value = entry.value.partition("=")
        if not last and equals and name.replace("_", "").replace("-", "").isalnum():
            start = text.find(entry.value, entry.start, entry.end)
            if start >= 0:
                start += len(name) + 1
                names = (*entry.names, name)
                yield replace(entry, names=names, value=value, start=start, end=start + len(value))
                continue
        yield entry


def _paired(entries: Iterable[Entry]) -> Iterator[Entry]:
    """`{"name": "A", "value": "b"}` is `A: b`, in either order."""
    names: dict[int, str] = {}
    values: dict[int, Entry] = {}
    for entry in entries:
        last = entry.names[-1] if entry.names else ""
        if _NAME.fullmatch(last):
            if entry.group in values:
                yield _pair(entry.value, values.pop(entry.group))
            else:
                names[entry.group] = entry.value
        elif _VALUE.fullmatch(last):
            if entry.group in names:
                yield _pair(names.pop(entry.group), entry)
            else:
                if entry.group in values:
                    yield values[entry.group]
                values[entry.group] = entry
            continue
        yield entry
    yield from values.values()


def _pair(name: str, entry: Entry) -> Entry:
    return replace(entry, names=(*entry.names[:-1], *(each for each in _DOT.split(name) if each)))
