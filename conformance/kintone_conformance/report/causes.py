"""Which failures have one cause: they are shown as one finding, with the others named under it.

Failures have one cause if they have the same verdict, say the same of the same part of a request,
and differ from the documented request by the same edit (`guest/5/` is missing in the path of a
read, and of a preview), by the same wrong charset, or by the same error. So have failures for which
the same was expected and the same was sent. Each of them keeps its row, its message and its place
in the baseline: nothing that differs is hidden by another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from kintone_conformance import charsets
from kintone_conformance.model import Verdict
from kintone_conformance.nested import texts_in
from kintone_conformance.report.events import Row
from kintone_conformance.report.parting import edit
from kintone_conformance.spec.requirements import COMES_WITH, OF_KINDS
from kintone_lint.escaping import escaped

_Key = tuple[str, ...]
_BROKEN = (Verdict.FAIL, Verdict.WARN, Verdict.NOTE)
_NUMBER = re.compile(r"[0-9]+")
_ABSENT = "none"
_OUTCOME = 200  # characters of an error that an outcome holds in any case
_SHORT = 3  # characters


@dataclass
class _Cause:
    """The failures of one cause: the first, what each has, and the charsets that explain all."""

    id: str
    keys: set[_Key]
    charsets: set[_Key] = field(default_factory=set)

    def takes(self, key: _Key, charsets: set[_Key]) -> bool:
        """Whether a failure is one of these; it is then counted among them."""
        common = self.charsets & charsets
        if key not in self.keys and not common:
            return False
        self.keys.add(key)
        self.charsets = common or self.charsets
        return True


def with_causes(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, each with the id of the first row of its cause; "" for the first, and if alone.

    A first row that a wrong charset explains gets a hint that says which. A row that comes with a
    cause keeps it.
    Known failures stay out of it: they are not shown, and must not hide others. What comes with
    one whenever that is broken is known with it.
    """
    rows = excused(rows)
    shown = {row.id: row.verdict for row in rows if row.verdict in _BROKEN and not row.known}
    causes: list[_Cause] = []
    made = []
    for row in rows:
        if not row.known and shown.get(row.cause) in (Verdict.FAIL, row.verdict):
            made.append(row)
            continue
        key = None if row.known else _key(row)
        first = ""
        if key is not None:
            ways = _charsets(row)
            first = next((each.id for each in causes if each.takes(key, ways)), "")
            if not first:
                causes.append(_Cause(row.id, {key}, ways))
        made.append(msgspec.structs.replace(row, cause=first))
    firsts = {row.id: row.cause for row in made}
    made = [
        msgspec.structs.replace(row, cause=firsts[row.cause]) if firsts.get(row.cause) else row
        for row in made
    ]
    several = {row.cause for row in made}
    hints = {each.id: charsets.charset_hint(_ways(each.charsets)) for each in causes}
    return tuple(
        msgspec.structs.replace(row, hint=row.hint or hints.get(row.id, ""))
        if row.id in several or _has_usual_characters(row.expected)
        else row
        for row in made
    )


def excused(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows, those known that come with a known failure."""
    known = {row.id: row for row in rows if row.known}
    return tuple(
        msgspec.structs.replace(row, known=f"comes with {row.cause}: {known[row.cause].known}")
        if row.cause in known
        and row.cause in (*COMES_WITH.get(row.id, ()), *OF_KINDS)
        and not (row.known or row.stale)
        else row
        for row in rows
    )


def _has_usual_characters(text: str) -> bool:
    """Whether a charset is tried by it; what becomes of an emoji alone may be about emoji."""
    return any("\x7f" < character < "\ud800" for character in text)


def _ways(keys: set[_Key]) -> Iterator[charsets.Way]:
    yield from (charsets.Way(*key[-2:]) for key in sorted(keys))


def _key(row: Row) -> _Key | None:
    """What failures of one cause share; None if too little is known of this one."""
    if row.verdict not in _BROKEN or not row.sent:
        return None
    verdict = str(row.verdict)
    if row.sent == _ABSENT:
        return (verdict, row.part, _ABSENT) if row.part else None
    removed, added = edit(row.expected, row.sent)
    if row.part and len(removed) < len(row.expected) and (removed or added):
        return _numberless(verdict, row.part, _general(row), removed, added)
    if _is_error(row):
        return _numberless(verdict, row.message, row.expected, _without_values(row))
    return (verdict, row.part, row.expected, row.sent)


def _numberless(verdict: str, *parts: str) -> _Key:
    return (verdict, *(_NUMBER.sub("0", part) for part in parts))


def _general(row: Row) -> str:
    """The message without the call that it is about."""
    apis = {step.api for step in row.counterexample}
    return " ".join("…" if word in apis else word for word in row.message.split())


def _is_error(row: Row) -> bool:
    """What was done instead of a request is an error that the client reported."""
    said = (escaped(step.outcome.partition(" ")[2], "\n") for step in row.counterexample)
    return any(each and row.sent.startswith(each[:_OUTCOME]) for each in said)


def _without_values(row: Row) -> str:
    """What was sent, without the texts that the client and the call were given."""
    sent = row.sent
    given = {text for step in row.counterexample for text in texts_in([step.client, step.params])}
    for text in sorted(filter(None, given), key=len, reverse=True):
        if len(text) > _SHORT or not text.isascii():  # a letter would be found in other words
            sent = sent.replace(escaped(text), "…")
    return sent


def _charsets(row: Row) -> set[_Key]:
    """The ways to encode a text wrongly that make of what was expected what was sent."""
    if not row.part:
        return set()
    said = (str(row.verdict), row.part, _general(row).partition(":")[0])
    return {
        (*said, *way)
        for way, raw in charsets.wrong(row.expected)
        if escaped(raw.decode("utf-8", "backslashreplace"), "\n") == row.sent
    }


def others(row: Row, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows that are named under this one."""
    return tuple(each for each in rows if each.cause == row.id)
