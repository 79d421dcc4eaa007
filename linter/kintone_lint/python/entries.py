"""The entries of a mapping while it is written to: added, replaced, removed, merged, filtered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kintone_lint.python.conditions import contradict, without_marks
from kintone_lint.python.scopes import Choice, Nth
from kintone_lint.python.values import Alternative, Entry, Mapping, key_of
from kintone_lint.python.work import Work
from kintone_lint.records import record

_ENTRIES = 1_000  # of one mapping that come from others
_TOGETHER = 12  # under one key, each under other conditions
_CHOICES = 40  # of one entry


@record()
class Perhaps:
    """The key of "this has happened", where more is not known of it."""

    what: object


class Entries:
    """What a mapping holds, by key; what a change replaces is there where it does not happen."""

    def __init__(self, start: Mapping, work: Work, room: int = 0) -> None:
        self._work = work
        self._room = max(_ENTRIES, room)
        self._by_key: dict[object, list[Entry]] = {}
        self._folded: dict[str, list[object]] = {}
        self._count = 0
        self._whole = start.whole
        for entry in start.entries:
            self._keep(entry)

    def mapping(self) -> Mapping:
        entries = tuple(each for together in self._by_key.values() for each in together)
        return Mapping(entries, self._whole)

    def put(self, entry: Entry, left: Sequence[Choice], mark: object) -> None:
        """Writes an entry under conditions, in place of what is there under its key."""
        self._work.spend()
        key = key_of(entry.key)
        choices = (*left, *entry.choices)
        before = self._taken_out(key) if key is not None else []
        if before and choices:
            undone, done = _undoing(choices, mark)
            self._put_back(key, before[-_TOGETHER:], undone)
            choices = (*choices, *done)
        self._keep(replace(entry, choices=choices[:_CHOICES]))

    def default(self, entry: Entry, left: Sequence[Choice], mark: object) -> None:
        """`setdefault`: an entry, unless there is one for certain."""
        key = key_of(entry.key)
        if not any(not each.choices for each in self._by_key.get(key, ())):
            self.put(entry, left, mark)

    def merge(self, found: Sequence[Alternative], left: Sequence[Choice], mark: object) -> None:
        """Writes the entries of another mapping; of several that it can be, each for itself."""
        for number, each in enumerate(found):
            if not isinstance(each.value, Mapping):
                self._whole = False
                continue
            choices = (*left, *each.choices)
            if len(found) > 1:
                choices = (*choices, (Perhaps(mark), Nth(number)))
            self._whole = self._whole and each.value.whole
            self._work.spend(1 + len(each.value.entries) // 4)
            for entry in each.value.entries:
                if not contradict(choices, entry.choices):
                    self.put(entry, choices, (mark, number))

    def remove(self, keys: Iterable[Alternative], left: Sequence[Choice], mark: object) -> None:
        """Takes out what is under a key; upper and lower case are alike here."""
        for each in keys:
            self._work.spend()
            # A loop over the keys takes out each of them.
            more = [choice for choice in each.choices if not isinstance(choice[1], Nth)]
            known = key_of(each.value)
            if known is None:
                self._remove(list(self._by_key), (*left, (Perhaps(mark), True)), mark)
            else:
                alike = self._folded.get(known.lower(), []) if isinstance(known, str) else [known]
                self._remove(list(alike), (*left, *more), mark)

    def clear(self, left: Sequence[Choice], mark: object) -> None:
        self._remove(list(self._by_key), left, mark)
        if not left:
            self._whole = True

    def _remove(self, keys: Sequence[object], left: Sequence[Choice], mark: object) -> None:
        self._work.spend(len(keys))
        for key in keys:
            before = self._taken_out(key)
            if left:
                self._put_back(key, before, _undoing(left, mark)[0])

    def _taken_out(self, key: object) -> list[Entry]:
        before = self._by_key.pop(key, [])
        self._count -= len(before)
        return before

    def _put_back(self, key: object, before: list[Entry], undone: tuple[Choice, ...]) -> None:
        kept = [each for each in (_unless(each, undone) for each in before) if each]
        if kept:
            self._by_key[key] = kept
            self._count += len(kept)

    def _keep(self, entry: Entry) -> None:
        if self._count >= self._room:
            self._whole = False
            return
        self._count += 1
        key = key_of(entry.key)
        if key is None:
            key = object()
        self._by_key.setdefault(key, []).append(entry)
        if isinstance(key, str):
            names = self._folded.setdefault(key.lower(), [])
            if key not in names:
                names.append(key)


def _undoing(left: Sequence[Choice], mark: object) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """What holds where conditions do not, and what to add to them so that the two exclude."""
    real = without_marks(left)
    if len(real) == 1 and isinstance(real[0][1], bool):
        return ((real[0][0], not real[0][1]),), ()
    return ((Perhaps(mark), False),), ((Perhaps(mark), True),)


def _unless(entry: Entry, undone: tuple[Choice, ...]) -> Entry | None:
    """An entry where something has not happened to it; None if that cannot be."""
    if contradict(entry.choices, undone):
        return None
    return replace(entry, choices=(*entry.choices, *undone)[:_CHOICES])


def entries_of(keys: Iterable[Alternative], entry: Entry) -> Iterator[Entry]:
    """An entry for each of the keys that it can have."""
    for each in list(keys)[:_TOGETHER]:
        yield replace(entry, key=each.value, choices=(*each.choices, *entry.choices))
