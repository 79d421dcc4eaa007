"""The names and values of a text: what every reader of settings gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kintone_lint.records import record

MOST = 200_000  # entries of one file


@record()
class Entry:
    """A value, with the names that lead to it, the outermost first.

    An item of a list has the name "", or that of the option before it. `start` and `end` are
    offsets of the value in the text, without quotes; `group` is the same for the values of one
    table. `plain`: the value is in the text as it is.
    """

    names: tuple[str, ...]
    value: str
    start: int
    end: int
    group: int = 0

    @property
    def name(self) -> str:
        """The innermost name that does not belong to a list."""
        return next((name for name in reversed(self.names) if name), "")


def settled(text: str, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries, those of lists as `NAME=value` under their names, and pairs of name and value.

    Compose files have the first, and Kubernetes the second.
    """
    named: dict[int, str] = {}
    for entry in entries:
        last = entry.names[-1] if entry.names else ""
        if last == "name":
            named[entry.group] = entry.value
        elif last == "value" and entry.group in named:
            yield Entry(
                (*entry.names[:-1], named[entry.group]),
                entry.value,
                entry.start,
                entry.end,
                entry.group,
            )
            continue
        name, equals, value = entry.value.partition("=")
        if not last and equals and name.replace("_", "").replace("-", "").isalnum():
            start = text.find(entry.value, entry.start, entry.end)
            if start >= 0:
                start += len(name) + 1
                yield Entry((*entry.names, name), value, start, start + len(value), entry.group)
                continue
        yield entry
