"""The credentials in a text that is not Python: in settings, code, documents and outputs.

Finds; the rules say what each find means. Nothing here needs libcst.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kintone_lint.kintone.written.by_header import by_header
from kintone_lint.kintone.written.by_name import by_name
from kintone_lint.kintone.written.by_shape import by_shape
from kintone_lint.kintone.written.by_url import by_url
from kintone_lint.kintone.written.encoded import Encoded
from kintone_lint.kintone.written.fallbacks import in_fallbacks, is_fallback
from kintone_lint.kintone.written.in_calls import in_calls
from kintone_lint.kintone.written.in_lines import in_lines
from kintone_lint.kintone.written.in_scripts import in_scripts
from kintone_lint.kintone.written.in_tables import in_tables
from kintone_lint.kintone.written.messages import is_message
from kintone_lint.kintone.written.text import Found, Subject, subject_of
from kintone_lint.kintone.written.values import KINDS, is_encrypted

__all__ = ["Found", "Subject", "found_in", "subject_of"]


def found_in(subject: Subject) -> list[Found]:
    """Every credential of a text once, in order; of two at one place the surer."""
    found: dict[int, Found] = {}
    for each in _all(subject):
        entry = subject.entry_at(each.start)
        told = each.kind in KINDS and is_message(subject, each.start)
        if not told and (entry is None or not is_encrypted(entry.names)):
            found.setdefault(each.start, each)
    ordered = [found[start] for start in sorted(found)]
    kept: list[Found] = []
    for each in ordered:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return [
        replace(each, fallback=True) if _is_taken_if_missing(subject, each) else each
        for each in kept
    ]


def _is_taken_if_missing(subject: Subject, each: Found) -> bool:
    entry = subject.entry_at(each.start)
    default = entry is not None and entry.name.lower() == "default"
    return each.fallback or default or is_fallback(subject.text, each.start)


def _all(subject: Subject) -> Iterator[Found]:
    yield from in_fallbacks(subject)
    encoded = Encoded(subject)
    yield from by_header(subject, encoded)
    yield from by_url(subject)
    yield from by_name(subject)
    yield from in_calls(subject, encoded)
    yield from in_tables(subject, encoded)
    yield from in_lines(subject)
    yield from in_scripts(subject)
    yield from by_shape(subject)
