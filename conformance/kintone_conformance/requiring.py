"""What must be judged: a client that declares less than before is not quietly judged less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kintone_conformance.errors import UsageError
from kintone_conformance.model import Info, Verdict
from kintone_conformance.report.events import Row
from kintone_conformance.selecting import known_ids
from kintone_conformance.spec.calls import CAPABILITIES, calls
from kintone_conformance.tomls import meant


def check(words: Iterable[str]) -> None:
    """Raises UsageError for a word that is no requirement, family, capability or call."""
    for word in words:
        if word not in CAPABILITIES and word not in calls():
            try:
                known_ids([word])
            except UsageError as error:
                known = (*CAPABILITIES, *calls())
                hint = meant(word, known)
                near = hint if hint.startswith("did you") else error.hint
                raise UsageError(
                    f"--require {word!r} is nothing that can be judged", near
                ) from None


def missing(words: Sequence[str], info: Info | None, rows: Sequence[Row]) -> Iterator[str]:
    """A sentence for each thing that is required and was not judged.

    Raises UsageError, as `check`.
    """
    check(words)
    declared = info.supports | info.calls if info is not None else frozenset[str]()
    unjudged = {row.id: row for row in rows if row.verdict is Verdict.NA}
    told: dict[str, list[str]] = {}
    for word in words:
        if word in CAPABILITIES or word in calls():
            if word not in declared:
                yield f"{word} is required, and no longer declared"
            continue
        for id_ in known_ids([word]):
            if id_ in unjudged:
                told.setdefault(unjudged[id_].message, []).append(id_)
    for why, ids in told.items():
        unique = ", ".join(dict.fromkeys(ids))
        yield f"{unique}: required, and not judged: {why}"
