"""What must be judged, so that a client that declares less than before does not pass unnoticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kintone_conformance.errors import UsageError
from kintone_conformance.model import Info, Verdict
from kintone_conformance.report.events import Row
from kintone_conformance.selecting import requirement_ids
from kintone_conformance.spec.calls import CAPABILITIES, calls, parameter_names
from kintone_lint.nearest import did_you_mean


def check(words: Iterable[str]) -> None:
    """Raises UsageError for what is not a requirement, family, capability, call or parameter."""
    for word in words:
        if word not in _declarable():
            try:
                requirement_ids([word])
            except UsageError as error:
                near = did_you_mean(word, _declarable(), error.hint)
                raise UsageError(
                    f"--require {word!r} is not a requirement, a capability or a call", near
                ) from None


def _declarable() -> tuple[str, ...]:
    return (*CAPABILITIES, *calls(), *parameter_names())


def missing(words: Sequence[str], info: Info | None, rows: Sequence[Row]) -> Iterator[str]:
    """A sentence for each thing that is required and was not judged.

    Raises UsageError, as `check`.
    """
    check(words)
    declared = frozenset[str]()
    if info is not None:
        declared = info.supports | info.calls | info.parameters
    unjudged = {row.id: row for row in rows if row.verdict is Verdict.NA}
    told: dict[str, list[str]] = {}
    for word in words:
        if word in _declarable():
            if word not in declared:
                yield f"{word} is required, but no longer declared"
            continue
        for id_ in requirement_ids([word]):
            if id_ in unjudged:
                told.setdefault(unjudged[id_].message, []).append(id_)
    for why, ids in told.items():
        unique = ", ".join(dict.fromkeys(ids))
        yield f"{unique}: required, but not judged: {why}"
